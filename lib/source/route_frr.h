/* SPDX-License-Identifier: ISC */
/*
 * route_frr: what FRRouting knows of a prefix: zebra's view and bgpd's, from
 * the two daemons' vty sockets.
 *
 * zebra tells what is selected and installed, of every protocol; bgpd adds
 * every path that it received, its best one, AS paths and peers.  bgpd's best
 * path and zebra's route of protocol bgp are one path here.  Without bgpd the
 * stage received is not told; without zebra nothing but bgpd's own table is
 * known, and what is not in it is unseen.
 *
 * The view of one prefix by bgpd goes through a function that dereferences
 * NULL for a PREFIX_SID attribute with a VPN-SID alone (FRRouting issue 22041,
 * 10.6.0): from 10.4 on the list of longer prefixes is asked for instead, which
 * does not.  It may be long, so of a short prefix (ROUTE_FRR_SHORT_V4 and _V6)
 * such a bgpd is asked nothing.
 *
 * zebra says "no such route" by {} with a warning, by an empty list under
 * 0.0.0.0/0, and an unknown VRF by text.
 */
#ifndef SOURCE_ROUTE_FRR_H
#define SOURCE_ROUTE_FRR_H

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"

#define ROUTE_FRR_SHORT_V4 16 /* shorter prefixes than this one, bits */
#define ROUTE_FRR_SHORT_V6 32

/* "show ip route P json": adds the paths of whatever prefixes it lists; none is
 * no failure.  `status` is the answer's. */
bool route_frr_parse_zebra(const char *bytes, size_t len, int status,
    struct route_view *view, struct route_answer *answer, struct err *err);
/* "show bgp ... P json" or "... P longer-prefixes json": the paths of exactly
 * the answer's prefix are merged into its paths. */
bool route_frr_parse_bgpd(const char *bytes, size_t len, int status,
    struct route_view *view, struct route_answer *answer, struct err *err);
/* "show ip route summary json": routes that are in the FIB, by protocol. */
bool route_frr_parse_summary(const char *bytes, size_t len,
    enum ip_family family, const char *table, struct route_view *view,
    struct err *err);

struct route_frr {
	int zebra, bgpd;	/* from frr_open, or -1 */
	const struct err *lack; /* why one of them is -1; ERR_NONE: on purpose
				 */
};

/* As route_local_read. */
bool route_frr_read(const struct route_frr *frr,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err);

#endif
