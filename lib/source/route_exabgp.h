/* SPDX-License-Identifier: ISC */
/*
 * route_exabgp: what ExaBGP 4.2 and 5.0 announce, and what was announced to
 * them, from "show adj-rib out extensive" and "in extensive".
 *
 * Only what goes to an established peer is announced: the lists name peers that
 * are down, too.  With "adj-rib-in false" ExaBGP keeps nothing, which looks as
 * if nothing had come: from an established peer without any route the stage
 * received is not told.  (Its configuration would tell, but shows passwords.)
 * ExaBGP has no table of its own, so there is no cover.  Counts are of what is
 * announced.
 */
#ifndef SOURCE_ROUTE_EXABGP_H
#define SOURCE_ROUTE_EXABGP_H

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"
#include "model/route.h"
#include "source/exabgp_pipe.h"

/* The text before the end mark of one of the lists; `stage` is
 * ROUTE_ANNOUNCED or ROUTE_RECEIVED.  Adds paths to the view's answers.  The
 * daemon that the peers are of tells how AS paths are written. */
bool route_exabgp_parse(const char *bytes, size_t len, enum route_stage stage,
    const struct bgp_table *peers, const struct route_question *question,
    struct route_view *view, struct err *err);

/* As route_local_read. */
bool route_exabgp_read(const struct exabgp_pipe *pipe,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err);

#endif
