/* SPDX-License-Identifier: ISC */
/*
 * bgp_judge: what is wrong with the BGP sessions of a router, as a result tree.
 *
 * Pure: a table of peers, what was remembered, and the operator's rules make
 * findings.  Each peer that is judged is a child of the root, sorted by VRF and
 * address; its address families are parts of it, which carry numbers.
 */
#ifndef MODEL_BGP_JUDGE_H
#define MODEL_BGP_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/bgp.h"
#include "model/bgp_expect.h"
#include "model/bgp_history.h"
#include "model/bgp_select.h"
#include "model/drop.h"
#include "model/limits.h"
#include "model/metric.h"
#include "model/result.h"

enum bgp_metric {
	BGP_M_PEERS,
	BGP_M_ESTABLISHED,
	BGP_M_ADMIN_DOWN,
	/* of a group */
	BGP_M_GROUP_PEERS,
	BGP_M_GROUP_UP,
	/* of a peer */
	BGP_M_UP,
	BGP_M_STATE,
	BGP_M_STATE_AGE,
	BGP_M_TRANSITIONS,
	BGP_M_FLAPS,
	/* of a family */
	BGP_M_RECEIVED,
	BGP_M_ACCEPTED,
	BGP_M_ADVERTISED,
	BGP_M_LIMIT,
	BGP_M_LIMIT_USED,
	/* what the look cost */
	BGP_M_REQUESTS,
	BGP_M_VARBINDS,
};

extern const struct metric_def bgp_metrics[];

/* "At least this many, or this share of them." */
struct bgp_share {
	bool set;
	bool percent;
	double least;
};

struct bgp_group_rule {
	struct bgp_share warning, critical;
};

/* A range for the prefixes of one family, or of all (afi 0). */
struct bgp_family_limits {
	uint16_t afi;
	uint8_t safi;
	struct limits limits;
};

struct bgp_rules {
	struct bgp_select select;
	struct bgp_expects named;    /* must be there, and are judged alone
					unless `select` takes more */
	struct bgp_expects expected; /* must be there */
	bool closed;		     /* `expected` is all there may be */
	enum verdict down, admin_down, no_peers, unexpected;
	struct bgp_group_rule up;
	bool by_as; /* the group rule for each AS of its own */
	uint32_t uptime_s;
	struct limits flaps;
	int64_t flap_window_s;
	struct arena_list prefixes;   /* struct bgp_family_limits */
	struct arena_list advertised; /* struct bgp_family_limits */
	struct limits limit_used;     /* percent */
	struct drop_rule drop;
	bool per_peer; /* perfdata of each */
};

struct bgp_look {
	const struct bgp_table *table;	   /* sorted */
	const struct bgp_history *before;  /* or NULL */
	const struct bgp_history *history; /* after this look, or NULL */
	bool partial;	/* not all peers were read: who is absent is unknown */
	size_t skipped; /* rows that made no sense */
	const char *hint; /* why there might be no peer at all */
};

void bgp_judge(const struct bgp_rules *rules, const struct bgp_look *look,
    struct result *root);

bool bgp_share_set(const struct bgp_group_rule *rule);
/* The verdict about `up` of `all`. */
enum verdict bgp_group_verdict(const struct bgp_group_rule *rule, size_t up,
    size_t all);

#endif
