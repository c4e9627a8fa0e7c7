/* SPDX-License-Identifier: ISC */
/* http_dual_opt: the options of check_http_dual, and what they say together. */
#ifndef FRAME_HTTP_DUAL_OPT_H
#define FRAME_HTTP_DUAL_OPT_H

#include "frame/http_opt.h"
#include "model/http_rules.h"

struct http_dual_opts {
	struct http_targets targets;
	struct opt_hosts resolve;
	struct http_rules rules;
	int only; /* enum ip_family */
	int addresses;
	const char *method;
	struct opt_strings headers;
	struct opt_secret header_file;
	struct http_opt_file body;
	struct opt_secret auth, bearer, proxy_auth, key_password;
	int digest;
	const char *user_agent, *proxy, *interface;
	int http_version;
	int follow;
	bool compressed;
	struct opt_hosts source;
	int verify;
	const char *ca_file, *ca_dir, *client_cert, *client_key;
	struct http_opt_patterns patterns;
	uint64_t body_max;
	uint64_t parallel;
	int64_t probe_timeout; /* ns */
};

extern const struct opt http_dual_options[];

/* What no single option can check; completes the rules.  On false *err is
 * ERR_USAGE. */
bool http_dual_opts_check(struct http_dual_opts *opts, struct err *err);

/* Must bodies be kept?  Patterns in one need it whole. */
bool http_dual_opts_read_bodies(const struct http_dual_opts *opts);

#endif
