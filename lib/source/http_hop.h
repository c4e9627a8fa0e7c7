/* SPDX-License-Identifier: ISC */
/* http_hop: may a redirect be followed, and what must the next request be like?
 * Protocol: RFC 9110 15.4. */
#ifndef SOURCE_HTTP_HOP_H
#define SOURCE_HTTP_HOP_H

#include "source/http.h"

struct http_hop {
	const struct http_probe *probe; /* with the redirect as its response */
	const struct http_url *from, *to;
	bool body_dropped; /* by an earlier hop */
};

struct http_next {
	bool same_host;	  /* the connection stays pinned */
	bool same_origin; /* else nothing secret goes along (RFC 6454 5) */
	bool becomes_get;
};

bool http_hop_is_redirect(unsigned status);

/* False (with why) when it is not to be followed. */
bool http_hop_plan(const struct http_hop *hop, struct http_next *next,
    struct text *why);

#endif
