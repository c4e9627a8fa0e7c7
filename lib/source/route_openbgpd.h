/* SPDX-License-Identifier: ISC */
/*
 * route_openbgpd: what OpenBGPD knows of a prefix, from "bgpctl -j show rib".
 *
 * Received: a path of the Loc-RIB, or one of the Adj-RIB-In that a filter kept
 * out of it.  Best: the one that is selected.  What is installed is not told:
 * OpenBGPD on Linux has no kernel table, and refuses "show fib" ("permission
 * denied").  Counts are of the prefixes of a family in all RIBs together.
 */
#ifndef SOURCE_ROUTE_OPENBGPD_H
#define SOURCE_ROUTE_OPENBGPD_H

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"

/* Adds the paths of every prefix that is listed, the best ones first. */
bool route_openbgpd_parse(const char *bytes, size_t len,
    struct route_view *view, struct route_answer *answer, struct err *err);
/* "bgpctl -j show rib memory" */
bool route_openbgpd_parse_memory(const char *bytes, size_t len,
    const struct route_question *question, struct route_view *view,
    struct err *err);

/* As route_local_read; `socket` as for bgpctl_run, and a restricted one will
 * do.
 */
bool route_openbgpd_read(const char *socket,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err);

#endif
