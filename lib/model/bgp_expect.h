/* SPDX-License-Identifier: ISC */
/*
 * bgp_expect: BGP peers that must exist, as an operator writes them down.
 *
 *	# transit
 *	192.0.2.1     as=65001 prefixes=100000
 *	2001:db8::1   as=65001 ipv6-unicast=20000	vrf=red
 *	swp1		# an unnumbered peer, or a protocol of BIRD
 *
 * The first word is an address in any form, with %INTERFACE where it is
 * link-local, or the name of an interface or protocol; then what must hold.
 * A line of a file separates by white space, an option by commas.  A comment
 * begins with # where a word could begin.
 */
#ifndef MODEL_BGP_EXPECT_H
#define MODEL_BGP_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "model/bgp.h"

#define BGP_EXPECT_FAMILIES 8 /* of one entry, at most */

struct bgp_expect_family {
	uint16_t afi;
	uint8_t safi;
	uint32_t least; /* prefixes */
};

struct bgp_expect {
	struct ip address; /* IP_NONE: `name` says it all */
	const char *name;  /* interface or protocol; NULL: any interface */
	const char *vrf;   /* NULL: any; "" is the default one */
	bool has_as, has_prefixes;
	uint32_t as;
	uint32_t prefixes; /* of all families together, at least */
	size_t family_count;
	struct bgp_expect_family families[BGP_EXPECT_FAMILIES];
};

struct bgp_expects {
	struct arena_list list; /* of struct bgp_expect */
};

size_t bgp_expects_count(const struct bgp_expects *expects);
const struct bgp_expect *bgp_expects_at(const struct bgp_expects *expects,
    size_t index);

/* One entry of len bytes, words separated by `separators`; added.  On false
 * *err is ERR_USAGE. */
bool bgp_expect_parse(const char *bytes, size_t len, const char *separators,
    struct bgp_expects *expects, struct arena *arena, struct err *err);
/* A file's content; *err names the line. */
bool bgp_expect_parse_file(const char *bytes, size_t len,
    struct bgp_expects *expects, struct arena *arena, struct err *err);

/* Is this the peer that is meant? */
bool bgp_expect_means(const struct bgp_expect *expect,
    const struct bgp_peer *peer);
/* By address, then name: for searching.  Entries with an address come first. */
int bgp_expect_compare(const struct bgp_expect *a, const struct bgp_expect *b);
/* As bgp_peer_name. */
void bgp_expect_name(struct text *text, const struct bgp_expect *expect);

#endif
