/* SPDX-License-Identifier: ISC */
/* http_opt: URLs, what to send and what an answer must hold, as options'
 * values. */
#ifndef FRAME_HTTP_OPT_H
#define FRAME_HTTP_OPT_H

#include "frame/opt.h"
#include "model/http_seen.h"

struct http_opt_patterns {
	size_t count;
	struct http_pattern *items;
	size_t capacity;
};

struct http_opt_file {
	bool given;
	struct span bytes;
};

extern const struct opt_type http_opt_url;    /* [struct http_targets] */
extern const struct opt_type http_opt_urls;   /* the same, a file of them */
extern const struct opt_type http_opt_proxy;  /* [const char *] */
extern const struct opt_type http_opt_body;   /* [struct http_opt_file] */
extern const struct opt_type http_opt_header; /* [struct opt_strings] lines */
extern const struct opt_type http_opt_status; /* [struct http_statuses] */
extern const struct opt_type http_opt_method; /* [const char *] */

/* [struct http_opt_patterns]: each kind adds to the same list. */
extern const struct opt_type http_opt_string;
extern const struct opt_type http_opt_regex, http_opt_no_regex;
extern const struct opt_type http_opt_header_regex, http_opt_no_header_regex;

#endif
