/* SPDX-License-Identifier: ISC */
/*
 * bgp_gobgp: the BGP peers of GoBGP, from "gobgp -j neighbor".
 *
 * The fields are those of GoBGP's api (gobgp.proto); protocol buffers leave
 * out a zero, so a missing count of an established family is 0.  GoBGP counts
 * what it advertises only on request, so that count may be missing, and its
 * "flops" stay 0 when a session falls (3.10), so there are no transitions.
 * gobgp is a Go program: where address space is limited, it needs some GiB of
 * it.
 */
#ifndef SOURCE_BGP_GOBGP_H
#define SOURCE_BGP_GOBGP_H

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"

/* now_s: the wall clock in seconds since 1970; GoBGP tells since when a
 * session is up or down, not for how long. */
bool bgp_gobgp_parse(const char *bytes, size_t len, int64_t now_s,
    struct bgp_table *table, struct err *err);
/* As bgp_local_read; `target` is HOST or HOST:PORT of gobgpd's API, NULL for
 * its default. */
bool bgp_gobgp_read(const char *target, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);

#endif
