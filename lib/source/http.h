/* SPDX-License-Identifier: ISC */
/*
 * http: many requests at once, each to the address it is told.
 *
 * libcurl, loaded at run time: its 33 libraries cost 5 ms, which nobody pays
 * for --help or a wrong option.  A probe is pinned to its address, while the
 * URL's name stays in SNI, the Host field and the certificate check.  Whatever
 * a server does is a measurement; only what we cannot do is an err.
 */
#ifndef SOURCE_HTTP_H
#define SOURCE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/span.h"
#include "model/http.h"
#include "model/http_ask.h"
#include "source/http_tls.h"

#define HTTP_REDIRECTS_MAX 5

/* libcurl, loaded and started: once a program, by one thread.  NULL (with *err)
 * without the library. */
struct http_client;
struct http_client *http_open(struct err *err);
void http_close(struct http_client *client); /* NULL is fine */

/* What every probe asks and how.  Texts are borrowed, NULL is none. */
struct http_request {
	const char *method; /* NULL: GET, or POST with a body */
	const char *const *headers;
	size_t header_count;
	bool has_body;
	struct span body;
	const char *user_password; /* USER:PASSWORD */
	bool digest;		   /* not basic */
	const char *bearer;
	const char *user_agent;
	enum http_version version;
	enum http_follow follow;
	bool compressed;
	const char *proxy, *proxy_user_password;
	const char *interface;
	/* By the family of the connection; IP_NONE: the kernel's choice. */
	struct ip source[IP_V6 + 1];
	enum http_verify verify;
	const char *ca_file, *ca_dir; /* neither: the system's */
	const char *client_cert, *client_key, *key_password;
	uint64_t body_max; /* bytes to read of a body */
	bool keep_body;	   /* show it to `finished` */
};

struct http_probe {
	const struct http_request *request;
	const char *url;
	/* One: it is pinned to it.  Several: libcurl races them as a browser
	 * does (RFC 8305), IPv6 first.  None: the proxy finds it. */
	const struct ip *addresses;
	size_t count;
	struct http_response response;
};

/* Called when a probe has its response; header (of the last response) and body
 * last until it returns. */
typedef void http_finished(void *context, struct http_probe *probe,
    struct span header, struct span body);

/*
 * Fills the responses, `parallel` at a time, each within each_ns, all within
 * the deadline.  On false (with *err) nothing was asked: no memory, or a
 * library that cannot do what the request wants.
 */
bool http_run(const struct http_client *client, struct http_probe *probes,
    size_t count, size_t parallel, int64_t each_ns,
    const struct deadline *deadline, http_finished *finished, void *context,
    struct err *err);

/* By libcurl's own parser; without a scheme it is http. */
bool http_url_split(const struct http_client *client, const char *url,
    struct http_url *parts, struct err *err);

#endif
