/* SPDX-License-Identifier: ISC */
/*
 * route_expect: prefixes that must be there, as an operator writes them down.
 *
 *	# what we announce
 *	192.0.2.0/24   next-hop=198.51.100.1,198.51.100.2 next-hops=2
 *	2001:db8::/32  origin-as=65001 source=bird
 *	default        proto=bgp	# 0.0.0.0/0; default6 is ::/0
 *	10.66.0.0/16   absent
 *
 * The first word is the prefix; then what must hold, separated by white space.
 * A comment begins with # where a word could begin.
 */
#ifndef MODEL_ROUTE_EXPECT_H
#define MODEL_ROUTE_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"

#define ROUTE_EXPECT_NETS 32 /* next hops of one entry, at most */

struct route_expect {
	struct ip_net prefix;
	bool absent;
	const char *source;   /* NULL: every source that is asked */
	const char *protocol; /* NULL: any */
	bool has_origin;
	uint32_t origin_as;
	uint32_t least_hops; /* 0: any number */
	size_t hop_count;    /* 0: any */
	struct ip_net hops[ROUTE_EXPECT_NETS];
};

struct route_expects {
	struct arena_list list; /* of struct route_expect */
};

size_t route_expects_count(const struct route_expects *expects);
const struct route_expect *route_expects_at(const struct route_expects *expects,
    size_t index);

/* A network, an address, "default" (of IPv4) or "default6". */
bool route_prefix_parse(const char *string, struct ip_net *prefix,
    struct err *err);

/* One entry of len bytes that are not blank and no comment; added.  On false
 * *err is ERR_USAGE and names the column. */
bool route_expect_parse(const char *bytes, size_t len,
    struct route_expects *expects, struct arena *arena, struct err *err);
/* A file's content, maybe none; *err names line and column. */
bool route_expect_parse_file(const char *bytes, size_t len,
    struct route_expects *expects, struct arena *arena, struct err *err);

#endif
