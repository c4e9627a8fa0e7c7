/* SPDX-License-Identifier: ISC */
/*
 * route_gobgp: what GoBGP knows of a prefix, from "gobgp -j global rib",
 * or "gobgp -j vrf NAME rib".
 *
 * A prefix that is not there is {} (or, of a release that ignores -j, the text
 * "Network not in table"), with exit status 0.  GoBGP installs nothing by
 * itself: received and best are all that it tells.  Every route is of BGP.
 *
 * Of a VRF it lists all routes of a family and cannot be asked for one (3.10),
 * and none is called best: what is received is all that is told.
 */
#ifndef SOURCE_ROUTE_GOBGP_H
#define SOURCE_ROUTE_GOBGP_H

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"

/* Adds the paths of every prefix that is listed, the best ones first. */
bool route_gobgp_parse(const char *bytes, size_t len, struct route_view *view,
    struct route_answer *answer, struct err *err);
/* Of all routes of a VRF: adds the paths of exactly the answer's prefix. */
bool route_gobgp_parse_vrf(const char *bytes, size_t len,
    struct route_view *view, struct route_answer *answer, struct err *err);
/* "gobgp -j global rib summary" */
bool route_gobgp_parse_summary(const char *bytes, size_t len,
    enum ip_family family, struct route_view *view, struct err *err);

/* As route_local_read; `target` as for gobgp_run. */
bool route_gobgp_read(const char *target, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err);

#endif
