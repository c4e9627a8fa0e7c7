/* SPDX-License-Identifier: ISC */
/*
 * route_judge: are the routes there that should be, as a result tree.
 *
 * Pure: what the sources know, what was remembered, and the operator's rules
 * make findings.  Each prefix is a child of the root; each number of routes is
 * one, too.  Where more than one source was asked, the first place on a
 * prefix's way (announced, received, best, installed) that it did not get to is
 * named.
 *
 * What could not be looked at is UNKNOWN and never "absent".  What a source
 * does not tell (a protocol over SNMP) is said, and no fault.
 */
#ifndef MODEL_ROUTE_JUDGE_H
#define MODEL_ROUTE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/drop.h"
#include "model/limits.h"
#include "model/metric.h"
#include "model/result.h"
#include "model/route.h"
#include "model/route_expect.h"
#include "model/route_history.h"
#include "model/route_match.h"
#include "model/route_source.h"
#include "model/route_tally.h"

enum route_metric {
	ROUTE_M_PREFIXES,
	ROUTE_M_FOUND,
	ROUTE_M_MISSING,
	/* of a prefix, or of a prefix in one of several sources */
	ROUTE_M_PRESENT,
	ROUTE_M_HOPS,
	ROUTE_M_METRIC,
	ROUTE_M_FLAPS,
	/* of a number of routes */
	ROUTE_M_ROUTES,
	ROUTE_M_CHANGES,
	/* what the look cost */
	ROUTE_M_REQUESTS,
};

extern const struct metric_def route_metrics[];

struct route_rules {
	struct route_expects expects; /* what is asked for */
	bool absent;		      /* all of it must not be there */
	/* How far a prefix must have got, enum route_stage, in sources that
	 * tell it; 0: best or installed. */
	unsigned stage;
	bool longest; /* what carries the traffic, instead of exactly this */
	const struct ip_net *matches; /* with `longest`: one of these */
	size_t match_count;
	uint8_t match_length; /* with `longest`: at least so long; 0: any */
	struct route_want want;
	struct limits metric, hops;
	enum verdict absent_state, mismatch_state;
	const struct route_tally *tallies;
	size_t tally_count;
	struct drop_rule drop;
	struct limits changes; /* a minute */
	struct limits flaps;
	int64_t flap_window_s;
	bool per_prefix; /* perfdata of each */
};

struct route_look {
	const struct route_view *views;
	size_t view_count;		    /* at most ROUTE_SOURCES */
	const char *vrf, *table;	    /* as asked, or NULL */
	const struct route_history *before; /* or NULL */
	const struct route_history *after;  /* of this look, or NULL */
};

void route_judge(const struct route_rules *rules, const struct route_look *look,
    struct result *root);

/* Adds what this look saw to the history.  False: no room. */
bool route_remember(const struct route_rules *rules,
    const struct route_look *look, const struct route_spans *spans,
    struct route_history *after);

#endif
