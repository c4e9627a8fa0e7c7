/* SPDX-License-Identifier: ISC */
/*
 * bgp_frr: the BGP peers of FRRouting's bgpd, every VRF and view, from two
 * answers in JSON: "show bgp vrf all neighbors json" has nearly all, "show bgp
 * vrf all summary json" adds why a peer is idle ("Idle (PfxCt)") and how long
 * one has been down.
 *
 * The instance "default" is the VRF "".  A peer configured by interface has
 * that interface as its key.  bgpd counts accepted prefixes alone.
 */
#ifndef SOURCE_BGP_FRR_H
#define SOURCE_BGP_FRR_H

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"

/* Either answer adds to the table; the order does not matter. */
bool bgp_frr_parse_neighbors(const char *bytes, size_t len,
    struct bgp_table *table, struct err *err);
bool bgp_frr_parse_summary(const char *bytes, size_t len,
    struct bgp_table *table, struct err *err);
/* As bgp_local_read, over a socket from frr_open. */
bool bgp_frr_read(int fd, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);

#endif
