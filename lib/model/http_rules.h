/* SPDX-License-Identifier: ISC */
/* http_rules: what the operator wants of answers, as plain data. */
#ifndef MODEL_HTTP_RULES_H
#define MODEL_HTTP_RULES_H

#include "model/family.h"
#include "model/http_seen.h"
#include "model/limits.h"

/* What must be the same from all addresses. */
enum http_compare {
	HTTP_COMPARE_NOTHING,
	HTTP_COMPARE_STATUS,
	HTTP_COMPARE_BODY,
	HTTP_COMPARE_ETAG,
};

struct http_rules {
	struct family_rules families;
	struct http_statuses status; /* unless the target has its own */
	int min_tls;		     /* 10 to 13; 0: any, or none at all */
	const char *version;	     /* "2": no other will do; NULL: any */
	bool follows;		     /* redirects were to be followed */
	int compare;		     /* enum http_compare */
	enum verdict compare_state;
	struct limits duration;		   /* seconds */
	struct limits phases[HTTP_PHASES]; /* seconds */
	struct limits size;		   /* bytes */
	struct limits certificate;	   /* days */
};

/* What is being judged: a URL, by these rules, at this moment. */
struct http_look {
	const struct http_rules *rules;
	const struct http_site *site;
	int64_t now_s; /* since 1970 */
};

#endif
