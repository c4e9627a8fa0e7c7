/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: openssl
 */
#include "source/http_tls.h"

#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/lazy.h"

#define NAMES_SHOWN 3
#define STAPLE_SKEW_S 300 /* between our clock and the responder's */

struct ssl_api {
	LAZY_FIELD(SSL_CTX_set_cert_verify_callback);
	LAZY_FIELD(SSL_CTX_ctrl);
	LAZY_FIELD(SSL_CTX_get_cert_store);
	LAZY_FIELD(SSL_CTX_set1_cert_store);
	LAZY_FIELD(SSL_get_SSL_CTX);
	LAZY_FIELD(SSL_ctrl);
	LAZY_FIELD(SSL_version);
	LAZY_FIELD(SSL_get0_verified_chain);
	LAZY_FIELD(SSL_get_peer_cert_chain);
};

struct crypto_api {
	LAZY_FIELD(X509_STORE_up_ref);
	LAZY_FIELD(X509_STORE_free);
	LAZY_FIELD(X509_verify_cert);
	LAZY_FIELD(X509_verify_cert_error_string);
	LAZY_FIELD(X509_STORE_CTX_get_error);
	LAZY_FIELD(X509_STORE_CTX_set_error);
	LAZY_FIELD(X509_STORE_CTX_get_current_cert);
	LAZY_FIELD(X509_STORE_CTX_get0_cert);
	LAZY_FIELD(X509_STORE_CTX_get0_chain);
	LAZY_FIELD(X509_STORE_CTX_get0_untrusted);
	LAZY_FIELD(X509_get_subject_name);
	LAZY_FIELD(X509_NAME_get_text_by_NID);
	LAZY_FIELD(X509_NAME_oneline);
	LAZY_FIELD(X509_getm_notAfter);
	LAZY_FIELD(X509_getm_notBefore);
	LAZY_FIELD(X509_get_ext_d2i);
	LAZY_FIELD(ASN1_TIME_to_tm);
	LAZY_FIELD(ASN1_STRING_get0_data);
	LAZY_FIELD(ASN1_STRING_length);
	LAZY_FIELD(OPENSSL_sk_num);
	LAZY_FIELD(OPENSSL_sk_value);
	LAZY_FIELD(GENERAL_NAMES_free);
	LAZY_FIELD(d2i_OCSP_RESPONSE);
	LAZY_FIELD(OCSP_RESPONSE_free);
	LAZY_FIELD(OCSP_response_status);
	LAZY_FIELD(OCSP_response_get1_basic);
	LAZY_FIELD(OCSP_BASICRESP_free);
	LAZY_FIELD(OCSP_basic_verify);
	LAZY_FIELD(OCSP_cert_to_id);
	LAZY_FIELD(OCSP_CERTID_free);
	LAZY_FIELD(OCSP_resp_find_status);
	LAZY_FIELD(OCSP_check_validity);
};

#define SSL_SYMBOL(name) LAZY_SYMBOL(struct ssl_api, name)
#define CRYPTO_SYMBOL(name) LAZY_SYMBOL(struct crypto_api, name)

static const struct lazy_symbol ssl_symbols[] = {
	SSL_SYMBOL(SSL_CTX_set_cert_verify_callback),
	SSL_SYMBOL(SSL_CTX_ctrl),
	SSL_SYMBOL(SSL_CTX_get_cert_store),
	SSL_SYMBOL(SSL_CTX_set1_cert_store),
	SSL_SYMBOL(SSL_get_SSL_CTX),
	SSL_SYMBOL(SSL_ctrl),
	SSL_SYMBOL(SSL_version),
	SSL_SYMBOL(SSL_get0_verified_chain),
	SSL_SYMBOL(SSL_get_peer_cert_chain),
	{ NULL, 0 },
};

static const struct lazy_symbol crypto_symbols[] = {
	CRYPTO_SYMBOL(X509_STORE_up_ref),
	CRYPTO_SYMBOL(X509_STORE_free),
	CRYPTO_SYMBOL(X509_verify_cert),
	CRYPTO_SYMBOL(X509_verify_cert_error_string),
	CRYPTO_SYMBOL(X509_STORE_CTX_get_error),
	CRYPTO_SYMBOL(X509_STORE_CTX_set_error),
	CRYPTO_SYMBOL(X509_STORE_CTX_get_current_cert),
	CRYPTO_SYMBOL(X509_STORE_CTX_get0_cert),
	CRYPTO_SYMBOL(X509_STORE_CTX_get0_chain),
	CRYPTO_SYMBOL(X509_STORE_CTX_get0_untrusted),
	CRYPTO_SYMBOL(X509_get_subject_name),
	CRYPTO_SYMBOL(X509_NAME_get_text_by_NID),
	CRYPTO_SYMBOL(X509_NAME_oneline),
	CRYPTO_SYMBOL(X509_getm_notAfter),
	CRYPTO_SYMBOL(X509_getm_notBefore),
	CRYPTO_SYMBOL(X509_get_ext_d2i),
	CRYPTO_SYMBOL(ASN1_TIME_to_tm),
	CRYPTO_SYMBOL(ASN1_STRING_get0_data),
	CRYPTO_SYMBOL(ASN1_STRING_length),
	CRYPTO_SYMBOL(OPENSSL_sk_num),
	CRYPTO_SYMBOL(OPENSSL_sk_value),
	CRYPTO_SYMBOL(GENERAL_NAMES_free),
	CRYPTO_SYMBOL(d2i_OCSP_RESPONSE),
	CRYPTO_SYMBOL(OCSP_RESPONSE_free),
	CRYPTO_SYMBOL(OCSP_response_status),
	CRYPTO_SYMBOL(OCSP_response_get1_basic),
	CRYPTO_SYMBOL(OCSP_BASICRESP_free),
	CRYPTO_SYMBOL(OCSP_basic_verify),
	CRYPTO_SYMBOL(OCSP_cert_to_id),
	CRYPTO_SYMBOL(OCSP_CERTID_free),
	CRYPTO_SYMBOL(OCSP_resp_find_status),
	CRYPTO_SYMBOL(OCSP_check_validity),
	{ NULL, 0 },
};

LAZY_LIBRARY(ssl_library, "libssl.so.3", "libssl3", "the details of TLS",
    LAZY_RECOMMENDED, ssl_symbols);

LAZY_LIBRARY(crypto_library, "libcrypto.so.3", "libssl3", "the details of TLS",
    LAZY_RECOMMENDED, crypto_symbols);

struct http_tls_library {
	struct ssl_api ssl;
	struct crypto_api crypto;
};

struct http_tls_library *
http_tls_load(struct err *err)
{
	struct http_tls_library *library = calloc(1, sizeof(*library));

	if (library == NULL) {
		err_set(err, ERR_SYSTEM, "no memory for TLS");
		return NULL;
	}
	if (lazy_load(&ssl_library, &library->ssl, err) &&
	    lazy_load(&crypto_library, &library->crypto, err))
		return library;
	free(library);
	return NULL;
}

void
http_tls_free(struct http_tls_library *library)
{
	free(library);
}

/* --- certificates --------------------------------------------------------- */

static int
count(const struct crypto_api *api, const void *stack)
{
	return stack != NULL ? api->OPENSSL_sk_num(stack) : 0;
}

/* The common name, or all of the subject. */
static void
tell_subject(const struct crypto_api *api, const X509 *cert, struct text *out)
{
	X509_NAME *name = api->X509_get_subject_name(cert);
	char room[200];
	int len = api->X509_NAME_get_text_by_NID(name, NID_commonName, room,
	    sizeof(room));

	if (len <= 0) {
		room[0] = '\0';
		api->X509_NAME_oneline(name, room, sizeof(room));
		len = (int)strlen(room);
	}
	if (len >= (int)sizeof(room))
		len = sizeof(room) - 1;
	text_foreign(out, room, (size_t)len, 80);
}

static bool
read_time(const struct crypto_api *api, const ASN1_TIME *when, int64_t *at_s)
{
	struct tm tm;

	if (when == NULL || api->ASN1_TIME_to_tm(when, &tm) != 1)
		return false;
	*at_s = (int64_t)timegm(&tm);
	return true;
}

static void
note_expiry(const struct crypto_api *api, const X509 *cert,
    struct http_tls *tls)
{
	struct text subject;
	int64_t at_s;

	if (!read_time(api, api->X509_getm_notAfter(cert), &at_s) ||
	    (tls->has_expiry && at_s >= tls->expires_s))
		return;
	tls->has_expiry = true;
	tls->expires_s = at_s;
	text_init(&subject, tls->expires_subject, sizeof(tls->expires_subject));
	tell_subject(api, cert, &subject);
}

static void
note_expiries(const struct crypto_api *api, const void *chain,
    struct http_tls *tls)
{
	for (int i = 0; i < count(api, chain); i++)
		note_expiry(api, api->OPENSSL_sk_value(chain, i), tls);
}

/* RFC 5280 4.2.1.6: four bytes, or sixteen. */
static void
tell_address(const uint8_t *bytes, int len, struct text *out)
{
	const struct ip address = len == 4 ? ip_from_v4(bytes)
	    : len == 16			   ? ip_from_v6(bytes, 0)
					   : (struct ip){ 0 };

	ip_format(out, &address);
}

static bool
tell_name(const struct crypto_api *api, const GENERAL_NAME *name,
    struct text *out)
{
	const bool is_address = name->type == GEN_IPADD;
	const ASN1_STRING *value =
	    is_address ? name->d.iPAddress : name->d.dNSName;

	if (!is_address && name->type != GEN_DNS)
		return false;
	if (out->len > 0)
		text_add(out, ", ");
	if (is_address)
		tell_address(api->ASN1_STRING_get0_data(value),
		    api->ASN1_STRING_length(value), out);
	else
		text_foreign(out, api->ASN1_STRING_get0_data(value),
		    (size_t)api->ASN1_STRING_length(value), 64);
	return true;
}

/* The first names; RFC 6125 gives the common name no say beside them. */
static void
note_names(const struct crypto_api *api, const X509 *cert, char *room,
    size_t size)
{
	GENERAL_NAMES *names =
	    api->X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	struct text out;
	int shown = 0;

	text_init(&out, room, size);
	for (int i = 0; i < count(api, names); i++) {
		if (shown == NAMES_SHOWN) {
			text_add(&out, ", ...");
			break;
		}
		shown += tell_name(api,
		    api->OPENSSL_sk_value((const void *)names, i), &out);
	}
	if (names != NULL)
		api->GENERAL_NAMES_free(names);
	if (out.len == 0)
		tell_subject(api, cert, &out);
}

/* --- verification --------------------------------------------------------- */

static const struct {
	int code;
	enum http_cert_fault fault;
} faults[] = {
	{ X509_V_ERR_CERT_HAS_EXPIRED, HTTP_CERT_EXPIRED },
	{ X509_V_ERR_CERT_NOT_YET_VALID, HTTP_CERT_NOT_YET_VALID },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, HTTP_CERT_SELF_SIGNED },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, HTTP_CERT_UNTRUSTED_ROOT },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, HTTP_CERT_NO_ISSUER },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, HTTP_CERT_NO_ISSUER },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, HTTP_CERT_NO_ISSUER },
	{ X509_V_ERR_CERT_REVOKED, HTTP_CERT_REVOKED },
};

static enum http_cert_fault
fault_of(int code)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].code == code)
			return faults[i].fault;
	return HTTP_CERT_OTHER;
}

static void
tell_day(const struct crypto_api *api, const char *word, const ASN1_TIME *when,
    struct text *out)
{
	struct tm tm;

	if (api->ASN1_TIME_to_tm(when, &tm) == 1)
		text_addf(out, ", %s %04d-%02d-%02d", word, tm.tm_year + 1900,
		    tm.tm_mon + 1, tm.tm_mday);
}

static void
note_fault(const struct crypto_api *api, X509_STORE_CTX *context, int code,
    struct http_tls *tls)
{
	const X509 *cert = api->X509_STORE_CTX_get_current_cert(context);
	struct text out;

	tls->fault = fault_of(code);
	text_init(&out, tls->fault_text, sizeof(tls->fault_text));
	if (cert != NULL)
		tell_subject(api, cert, &out);
	if (cert != NULL && tls->fault == HTTP_CERT_EXPIRED)
		tell_day(api, "since", api->X509_getm_notAfter(cert), &out);
	if (cert != NULL && tls->fault == HTTP_CERT_NOT_YET_VALID)
		tell_day(api, "only from", api->X509_getm_notBefore(cert),
		    &out);
	if (tls->fault == HTTP_CERT_OTHER)
		text_addf(&out, "%s%s", out.len > 0 ? ", " : "",
		    api->X509_verify_cert_error_string(code));
}

/* OpenSSL ends at the missing issuer, before it looks at the dates. */
static bool
vouches_for_itself(const struct crypto_api *api, X509_STORE_CTX *context,
    const X509 *cert)
{
	const int64_t now_s = clock_wall_ns() / CLOCK_SECOND;
	int64_t from_s, until_s;

	if (cert == NULL ||
	    api->X509_STORE_CTX_get_error(context) !=
		X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
	    !read_time(api, api->X509_getm_notBefore(cert), &from_s) ||
	    !read_time(api, api->X509_getm_notAfter(cert), &until_s))
		return false;
	if (now_s < from_s)
		api->X509_STORE_CTX_set_error(context,
		    X509_V_ERR_CERT_NOT_YET_VALID);
	if (now_s > until_s)
		api->X509_STORE_CTX_set_error(context,
		    X509_V_ERR_CERT_HAS_EXPIRED);
	return now_s >= from_s && now_s <= until_s;
}

/* OpenSSL asks in place of its own verification.  1: accepted. */
static int
verify(X509_STORE_CTX *context, void *arg)
{
	struct http_tls_watch *watch = arg;
	const struct crypto_api *api = &watch->library->crypto;
	struct http_tls *tls = watch->tls;
	const X509 *cert = api->X509_STORE_CTX_get0_cert(context);
	int accepted = 1;

	if (watch->verify != HTTP_VERIFY_NONE)
		accepted = api->X509_verify_cert(context) > 0;
	if (!accepted && watch->verify == HTTP_VERIFY_SELF_SIGNED)
		accepted = vouches_for_itself(api, context, cert);
	if (!accepted)
		note_fault(api, context, api->X509_STORE_CTX_get_error(context),
		    tls);
	else /* what was allowed is none */
		api->X509_STORE_CTX_set_error(context, X509_V_OK);
	note_expiries(api, api->X509_STORE_CTX_get0_untrusted(context), tls);
	note_expiries(api, api->X509_STORE_CTX_get0_chain(context), tls);
	if (cert != NULL) {
		note_expiry(api, cert, tls);
		note_names(api, cert, watch->names, sizeof(watch->names));
	}
	return accepted;
}

/* OpenSSL reads a CA certificate of a directory when it is needed, and keeps it
 * in the store: reading one costs as much as half a handshake. */
static void
share_roots(const struct http_tls_watch *watch, SSL_CTX *context)
{
	const struct ssl_api *api = &watch->library->ssl;
	X509_STORE *store = api->SSL_CTX_get_cert_store(context);

	if (*watch->roots != NULL)
		api->SSL_CTX_set1_cert_store(context, *watch->roots);
	else if (watch->library->crypto.X509_STORE_up_ref(store) == 1)
		*watch->roots = store;
}

void
http_tls_forget(const struct http_tls_library *library, void *roots)
{
	if (roots != NULL)
		library->crypto.X509_STORE_free(roots);
}

void
http_tls_watch(struct http_tls_watch *watch, void *context)
{
	const struct ssl_api *api = &watch->library->ssl;

	*watch->tls = (struct http_tls){ .used = true };
	if (watch->roots != NULL)
		share_roots(watch, context);
	api->SSL_CTX_set_cert_verify_callback(context, verify, watch);
	api->SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE,
	    TLSEXT_STATUSTYPE_ocsp, NULL);
}

/* --- the staple ----------------------------------------------------------- */

static enum http_staple
status_of(const struct crypto_api *api, OCSP_BASICRESP *basic, const X509 *cert,
    const X509 *issuer)
{
	OCSP_CERTID *id = api->OCSP_cert_to_id(NULL, cert, issuer);
	ASN1_GENERALIZEDTIME *since = NULL, *until = NULL;
	enum http_staple staple = HTTP_STAPLE_INVALID;
	int status = V_OCSP_CERTSTATUS_UNKNOWN;

	if (id != NULL &&
	    api->OCSP_resp_find_status(basic, id, &status, NULL, NULL, &since,
		&until) == 1 &&
	    api->OCSP_check_validity(since, until, STAPLE_SKEW_S, -1) == 1)
		staple = status == V_OCSP_CERTSTATUS_GOOD ? HTTP_STAPLE_GOOD
		    : status == V_OCSP_CERTSTATUS_REVOKED ? HTTP_STAPLE_REVOKED
							  : HTTP_STAPLE_UNKNOWN;
	api->OCSP_CERTID_free(id);
	return staple;
}

/* Only what the chain that was verified signed counts. */
static enum http_staple
read_staple(const struct http_tls_library *library, SSL *ssl,
    const unsigned char *bytes, long len)
{
	const struct crypto_api *api = &library->crypto;
	STACK_OF(X509) *chain = library->ssl.SSL_get0_verified_chain(ssl);
	OCSP_RESPONSE *response = api->d2i_OCSP_RESPONSE(NULL, &bytes, len);
	OCSP_BASICRESP *basic = NULL;
	enum http_staple staple = HTTP_STAPLE_INVALID;

	if (response == NULL || count(api, chain) < 2 ||
	    api->OCSP_response_status(response) !=
		OCSP_RESPONSE_STATUS_SUCCESSFUL)
		goto out;
	basic = api->OCSP_response_get1_basic(response);
	if (basic != NULL &&
	    api->OCSP_basic_verify(basic, chain,
		library->ssl.SSL_CTX_get_cert_store(
		    library->ssl.SSL_get_SSL_CTX(ssl)),
		0) == 1)
		staple = status_of(api, basic,
		    api->OPENSSL_sk_value((const void *)chain, 0),
		    api->OPENSSL_sk_value((const void *)chain, 1));
out:
	api->OCSP_BASICRESP_free(basic);
	api->OCSP_RESPONSE_free(response);
	return staple;
}

/* 0x0301 is TLS 1.0 (RFC 8446 4.1.2). */
static unsigned
version_of(int wire)
{
	if (wire == SSL3_VERSION)
		return 3;
	return wire >= TLS1_VERSION && wire <= TLS1_3_VERSION
	    ? 10u + (unsigned)(wire - TLS1_VERSION)
	    : 0;
}

void
http_tls_connected(struct http_tls_watch *watch, void *connection)
{
	const struct ssl_api *api = &watch->library->ssl;
	const unsigned char *staple = NULL;
	const long len = api->SSL_ctrl(connection,
	    SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &staple);

	watch->tls->version = version_of(api->SSL_version(connection));
	if (len > 0 && staple != NULL && watch->verify != HTTP_VERIFY_NONE)
		watch->tls->staple =
		    read_staple(watch->library, connection, staple, len);
}
