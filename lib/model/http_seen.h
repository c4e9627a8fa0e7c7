/* SPDX-License-Identifier: ISC */
/* http_seen: what was found out about URLs, address by address, before anybody
 * has an opinion about it. */
#ifndef MODEL_HTTP_SEEN_H
#define MODEL_HTTP_SEEN_H

#include "model/http.h"
#include "model/resolved.h"

/* Something that must be there, or must not. */
struct http_pattern {
	const char *text;
	bool literal;
	bool in_header; /* not in the body */
	bool absent;	/* must not match */
};

enum http_match {
	HTTP_MATCH_FINE,
	HTTP_MATCH_MISSING, /* what must be there is not */
	HTTP_MATCH_FOUND,   /* what must not be there is */
	HTTP_MATCH_UNKNOWN, /* the search was given up */
	HTTP_MATCH_UNREAD,  /* not there so far, and there is more to read */
};

/* What one address answered, or what the race brought. */
struct http_seen {
	bool race;
	bool proxied;
	struct ip asked; /* IP_NONE for those two */
	struct http_response response;
	enum http_match match;
	const char *pattern; /* the first that was not met; borrowed */
};

struct http_site {
	const struct http_target *target;
	const char *shown; /* the URL without secrets */
	const char *name;  /* what it is called: see http_names */
	struct http_url url;
	struct resolve_answer answer;
	struct http_seen *seen;
	size_t count;
};

struct http_survey {
	struct http_site *sites;
	size_t count;
	size_t probes, finished;
	int64_t now_s; /* since 1970: certificates are judged by it */
};

#endif
