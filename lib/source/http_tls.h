/* SPDX-License-Identifier: ISC */
/*
 * http_tls: what libcurl does not tell of a TLS handshake: why a certificate
 * was not accepted, when the first of the whole chain ends, and what the server
 * staples about its revocation.
 *
 * OpenSSL verifies, as it would without us; this only watches.  It is loaded at
 * run time, and must be the one that libcurl uses.
 */
#ifndef SOURCE_HTTP_TLS_H
#define SOURCE_HTTP_TLS_H

#include "base/err.h"
#include "model/http.h"
#include "model/http_ask.h"

struct http_tls_library;

/* OpenSSL itself stays until the process ends.  NULL (with *err) without it. */
struct http_tls_library *http_tls_load(struct err *err);
void http_tls_free(struct http_tls_library *library); /* NULL is fine */

struct http_tls_watch {
	const struct http_tls_library *library;
	/* CA certificates read so far, an X509_STORE, for all that trust the
	 * same ones; begins as NULL.  NULL: this connection's own. */
	void **roots;
	enum http_verify verify;
	struct http_tls *tls;  /* is filled */
	char names[HTTP_TEXT]; /* that the certificate is for */
};

void http_tls_forget(const struct http_tls_library *library, void *roots);

/* `context` is an SSL_CTX before its handshake; the watch must outlive it. */
void http_tls_watch(struct http_tls_watch *watch, void *context);
/* `connection` is an SSL after its handshake. */
void http_tls_connected(struct http_tls_watch *watch, void *connection);

#endif
