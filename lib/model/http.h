/* SPDX-License-Identifier: ISC */
/*
 * http: what a request brought, and the small texts around it: URLs as they are
 * shown, status patterns, header lines, lists of URLs.
 *
 * Pure.  Protocol: RFC 9110 (status codes, header fields), RFC 3986 (URLs).
 */
#ifndef MODEL_HTTP_H
#define MODEL_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/span.h"
#include "base/text.h"

/* --- a response ----------------------------------------------------------- */

/* Where the time went; the words are those of blackbox_exporter. */
enum http_phase {
	HTTP_RESOLVE,
	HTTP_CONNECT,
	HTTP_TLS,
	HTTP_PROCESSING, /* from the request to the first byte */
	HTTP_TRANSFER,
	HTTP_PHASES,
};

enum http_end {
	HTTP_UNSTARTED, /* the time was over before its turn came */
	HTTP_ANSWERED,	/* a response, whole or as much as is wanted of it */
	HTTP_FAILED,	/* a fault of the network or the server */
	HTTP_UNABLE,	/* a fault here: no memory, no such file */
};

enum http_cert_fault {
	HTTP_CERT_FINE,
	HTTP_CERT_EXPIRED,
	HTTP_CERT_NOT_YET_VALID,
	HTTP_CERT_SELF_SIGNED,	  /* the server's own */
	HTTP_CERT_UNTRUSTED_ROOT, /* the chain ends in a root we do not trust */
	HTTP_CERT_NO_ISSUER,	  /* the chain is short, or its root unknown */
	HTTP_CERT_WRONG_NAME,
	HTTP_CERT_REVOKED,
	HTTP_CERT_OTHER,
};

/* What the server says about revocation (RFC 6066 8), when it says something
 * that its issuer signed. */
enum http_staple {
	HTTP_STAPLE_NONE,
	HTTP_STAPLE_GOOD,
	HTTP_STAPLE_REVOKED,
	HTTP_STAPLE_UNKNOWN, /* the responder does not know the certificate */
	HTTP_STAPLE_INVALID, /* unreadable, stale, or not signed by the issuer
			      */
};

#define HTTP_TEXT 240 /* bytes of a cleaned text of a response */

struct http_tls {
	bool used;
	unsigned version; /* 10 to 13 for TLS 1.0 to 1.3; 0: not known */
	enum http_cert_fault fault;
	char fault_text[HTTP_TEXT]; /* with the subject it is about */
	bool has_expiry;
	int64_t expires_s; /* since 1970: the earliest of the whole chain */
	char expires_subject[HTTP_TEXT];
	enum http_staple staple;
};

/* Texts are clean. */
struct http_response {
	enum http_end end;
	char reason[HTTP_TEXT]; /* unless ANSWERED: what failed, and when */
	struct ip address;	/* that was connected to; IP_NONE: none was */
	unsigned status;	/* 0: none */
	char version[8];	/* "1.1", "2" */
	double phase_s[HTTP_PHASES];
	double total_s; /* without name resolution */
	unsigned redirects;
	char location[HTTP_TEXT]; /* of the last that was followed, or else of
				     the one that was not */
	uint64_t body_bytes;
	bool body_cut; /* there is more than we were to read */
	uint64_t body_hash;
	char etag[HTTP_TEXT]; /* "": none */
	uint64_t etag_hash;   /* of all of it, as it came */
	struct http_tls tls;
};

const char *http_cert_fault_name(enum http_cert_fault fault);
const char *http_staple_name(enum http_staple staple);
/* "TLS 1.3", "SSL 3" or less: "an unknown TLS version" for 0. */
const char *http_tls_name(unsigned version);
/* "Not Found"; "" for a code that IANA does not know. */
const char *http_status_phrase(unsigned status);

/* --- URLs ----------------------------------------------------------------- */

#define HTTP_URL_MAX 2048 /* bytes */

/* What a URL says. */
struct http_url {
	bool tls;
	char host[256];	   /* brackets of a literal removed */
	struct ip address; /* of a literal */
	uint16_t port;
};

/* Refuses, with the character, what cannot be an http or https URL; libcurl
 * parses what is left.  Without a scheme it is http. */
bool http_url_check(const char *url, struct err *err);
/* The same for a proxy, which may be a SOCKS one. */
bool http_proxy_check(const char *url, struct err *err);
/* Does it begin with one ("https://"); is it https? */
bool http_url_has_scheme(const char *url);
bool http_url_is_tls(const char *url);
/* Does it hold a user, and so perhaps a password? */
bool http_url_has_user(const char *url);
/* Without user, password and fragment: what may be shown. */
void http_url_show(struct text *text, const char *url);

/* --- status patterns ------------------------------------------------------ */

#define HTTP_STATUS_MIN 100
#define HTTP_STATUS_MAX 599

struct http_statuses {
	bool set;
	uint8_t bits[(HTTP_STATUS_MAX + 8) / 8];
};

/* "200,301,2xx,500-503": adds them.  On false *err is ERR_USAGE with the
 * character. */
bool http_statuses_parse(const char *string, struct http_statuses *statuses,
    struct err *err);
bool http_statuses_have(const struct http_statuses *statuses, unsigned status);

/* --- header fields -------------------------------------------------------- */

/* "Name: value", as a user gives it: a token, a colon, no control character
 * (RFC 9110 5.1, 5.5). */
bool http_header_check(const char *line, struct err *err);
/* The value of the first field of this name (in any case) among the lines of a
 * header section. */
bool http_header_find(struct span header, const char *name, struct span *value);

/* --- lists of URLs -------------------------------------------------------- */

/* One URL to ask for; the optional parts are NULL. */
struct http_target {
	const char *url;
	const char *name;   /* what people call it */
	const char *status; /* patterns */
	const char *regex;  /* that its body must match */
};

struct http_targets {
	size_t count;
	struct http_target *items;
	size_t capacity;
};

/*
 * One URL a line; blank lines and those that begin with # do not count.  Words
 * behind the URL: name=NAME, status=PATTERNS, regex=REST OF THE LINE.  Adds to
 * *targets, in the arena.  On false *err names the line.
 */
bool http_targets_parse(struct span bytes, struct http_targets *targets,
    struct arena *arena, struct err *err);

#endif
