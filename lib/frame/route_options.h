/* SPDX-License-Identifier: ISC */
/* route_options: the options of check_route, and what they say together. */
#ifndef FRAME_ROUTE_OPTIONS_H
#define FRAME_ROUTE_OPTIONS_H

#include "frame/as_opt.h"
#include "frame/command_opt.h"
#include "frame/drop_opt.h"
#include "frame/opt_snmp.h"
#include "frame/pattern_opt.h"
#include "frame/route_opt.h"
#include "frame/source_opt.h"
#include "model/route_judge.h"

struct route_options {
	struct route_expects expects;
	struct source_opt sources;
	struct source_opt_paths sockets;
	const char *table, *vrf, *netns;
	bool absent, longest;
	struct opt_nets matches;
	uint64_t match_length;
	int kind; /* enum route_wanted_kind */
	struct opt_nets hops;
	struct opt_strings devices, protocols, as_paths;
	struct as_opt origins;
	struct limits metric, hop_count;
	enum verdict absent_state, mismatch_state;
	struct route_opt_tallies tallies;
	struct drop_rule drop;
	int64_t drop_hold; /* ns */
	struct limits changes, flaps;
	int64_t flap_window; /* ns */
	bool per_prefix;
	struct opt_snmp snmp;
	struct command_opt command;
	struct opt_strings matches_text, no_matches_text;
	struct command_opt_exit absent_status;
	bool any_status;
	int stage; /* enum route_stage */
};

extern const struct opt route_options_table[];

/* What no single option can check, but what a source must say.  On false *err
 * is ERR_USAGE. */
bool route_options_check(const struct route_options *opts, struct err *err);

/* Is anything to be compared with what was seen before? */
bool route_options_compare(const struct route_options *opts);

/* What is judged by.  Borrows from *opts; what is compiled is in the arena.  On
 * false *err is as pattern_opt_compile says. */
bool route_options_rules(const struct route_options *opts,
    struct route_rules *rules, struct arena *arena, struct err *err);

#endif
