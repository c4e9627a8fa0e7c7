/* SPDX-License-Identifier: ISC */
/*
 * route_match: is a path what the operator wants of it?
 *
 * Each rule is either met, not met, or about something that the source does
 * not tell, which is neither.
 */
#ifndef MODEL_ROUTE_MATCH_H
#define MODEL_ROUTE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/regex.h"
#include "base/text.h"
#include "model/route.h"

/* Which kinds of routes count as there. */
enum route_wanted_kind {
	ROUTE_WANT_REACHABLE, /* one that carries packets */
	ROUTE_WANT_ANY,
	ROUTE_WANT_BLACKHOLE,
	ROUTE_WANT_UNREACHABLE,
	ROUTE_WANT_PROHIBIT,
};

/* Lists; an empty one allows everything. */
struct route_want {
	enum route_wanted_kind kind;
	const struct ip_net *hops; /* every next hop is in one of them */
	size_t hop_count;
	const char *const *devices; /* every next hop leaves by one of them */
	size_t device_count;
	const char *const *protocols;
	size_t protocol_count;
	struct regex *const *as_paths; /* one matches */
	size_t as_path_count;
	const uint32_t *origins;
	size_t origin_count;
};

enum route_trait {
	ROUTE_TRAIT_HOP = 1 << 0,
	ROUTE_TRAIT_DEVICE = 1 << 1,
	ROUTE_TRAIT_PROTOCOL = 1 << 2,
	ROUTE_TRAIT_AS_PATH = 1 << 3,
	ROUTE_TRAIT_ORIGIN = 1 << 4,
	ROUTE_TRAIT_METRIC = 1 << 5,
	ROUTE_TRAIT_HOPS = 1 << 6,
};
/* "next hop", ... */
const char *route_trait_name(enum route_trait trait);

/* Is it of the wanted kind?  A route all of whose next hops are down carries
 * nothing. */
bool route_kind_wanted(enum route_wanted_kind kind,
    const struct route_path *path);
/* "is a blackhole", "has no next hop that is up": why it is not. */
const char *route_kind_reason(const struct route_path *path);

/*
 * The traits that are not as wanted; *untold gets those that were asked for and
 * are not told.  `why` gets a clause about the first that is wrong: "next hop
 * 192.0.2.9 (expected: 192.0.2.1)".
 */
unsigned route_match(const struct route_want *want,
    const struct route_path *path, unsigned *untold, struct text *why);

/* Next hops that are up. */
uint32_t route_live_hops(const struct route_path *path);

#endif
