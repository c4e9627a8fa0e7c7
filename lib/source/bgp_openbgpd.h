/* SPDX-License-Identifier: ISC */
/*
 * bgp_openbgpd: the BGP peers of OpenBGPD, from "bgpctl -j show neighbor".
 *
 * Prefixes are counted a session, not a family: they stand under the one
 * family that was negotiated, or under BGP_AFI_ALL.  A template, which only
 * waits for peers, is none.
 */
#ifndef SOURCE_BGP_OPENBGPD_H
#define SOURCE_BGP_OPENBGPD_H

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"

/* The JSON as it is printed; adds to the table. */
bool bgp_openbgpd_parse(const char *bytes, size_t len, struct bgp_table *table,
    struct err *err);
/* As bgp_local_read; `socket` is the control socket, or better its restricted
 * one; NULL is bgpctl's default. */
bool bgp_openbgpd_read(const char *socket, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);

#endif
