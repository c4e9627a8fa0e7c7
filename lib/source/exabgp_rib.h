/* SPDX-License-Identifier: ISC */
/*
 * exabgp_rib: what ExaBGP 4.2 and 5.0 answer to "show adj-rib out" and "in",
 * with or without "extensive".
 *
 * A line is a route: [neighbor] PEER AFI SAFI PREFIX ...; 5.0 leaves out the
 * first word, and "extensive" has pairs of words (local-ip ADDRESS, ...) behind
 * the peer.  "out" lists what should be sent, to peers that are down as well,
 * so count it for established peers only.
 */
#ifndef SOURCE_EXABGP_RIB_H
#define SOURCE_EXABGP_RIB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/ip.h"
#include "base/span.h"
#include "model/bgp.h"

struct exabgp_route {
	struct ip peer;	      /* IP_NONE: a range, which is no session */
	struct span family;   /* "ipv4 unicast" */
	bool has_prefix;      /* false: a flow, a VPLS */
	struct ip_net prefix; /* host bits dropped */
	struct ip local;      /* "extensive": our address, or IP_NONE */
	struct span more;     /* behind the prefix: next-hop, as-path, ... */
};

/* Is it a route of that session?  Of several with one neighbor only "extensive"
 * tells them apart; else it may be that of any. */
bool exabgp_route_is_of(const struct exabgp_route *route,
    const struct bgp_peer *peer);

/* Returns false to stop. */
typedef bool exabgp_rib_sink(const struct exabgp_route *route, void *context);

/* On false *err is ERR_PROTOCOL: a line that is no route. */
bool exabgp_rib_parse(const char *bytes, size_t len, exabgp_rib_sink *sink,
    void *context, struct err *err);

#endif
