/* SPDX-License-Identifier: ISC */
/* bgp_session_opt: the options of check_bgp_session, and what they say
 * together. */
#ifndef FRAME_BGP_SESSION_OPT_H
#define FRAME_BGP_SESSION_OPT_H

#include "frame/bgp_opt.h"
#include "frame/opt_snmp.h"
#include "model/bgp_judge.h"

struct bgp_session_opts {
	struct opt_snmp snmp;
	int source; /* see bgp_session_opts_daemon */
	const char *socket;
	struct bgp_opt_choice only, except;
	struct bgp_expects named, expected;
	struct bgp_opt_down down;
	enum verdict admin_down, no_peers, unexpected;
	struct bgp_group_rule up;
	int by_as;	     /* 0 or 1 */
	int64_t uptime;	     /* ns */
	int64_t flap_window; /* ns */
	int64_t drop_hold;   /* ns */
	struct limits flaps;
	struct arena_list prefixes, advertised; /* struct bgp_family_limits */
	struct limits limit_used;
	struct drop_rule drop;
	bool per_peer;
	int list; /* enum bgp_list; 0: none */
};

extern const struct opt bgp_session_options[];

/* What no single option can check.  On false *err is ERR_USAGE. */
bool bgp_session_opts_check(const struct bgp_session_opts *opts,
    struct err *err);

/* The daemon of this host that is asked, in the words of source/daemon.h; NULL:
 * an SNMP agent is, or a recording of one. */
const char *bgp_session_opts_daemon(const struct bgp_session_opts *opts);

/* Is anything to be compared with what was seen before? */
bool bgp_session_opts_compare(const struct bgp_session_opts *opts);

/* What is judged by.  Borrows from *opts; what is compiled is in the arena.  On
 * false *err is as bgp_opt_criteria says. */
bool bgp_session_opts_rules(const struct bgp_session_opts *opts,
    struct bgp_rules *rules, struct arena *arena, struct err *err);

#endif
