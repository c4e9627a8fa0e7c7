/* SPDX-License-Identifier: ISC */
/*
 * route_bird: what BIRD 2 and 3 know of a prefix, from "show route".
 *
 * Received: a route of the table, or one that an import filter refused and
 * "import keep filtered" kept.  Best: the primary route ("*").  Installed:
 * exported to a kernel protocol of that table, and not marked "!", which is a
 * primary route that the kernel did not take; a table without such a protocol
 * cannot tell.  Every name of a protocol is the daemon's own configuration's,
 * the protocol itself is that of "Type:".
 *
 * Counts are of the routes that are preferred, so they add up to the number of
 * prefixes: "show protocols all" has them without a look at the table.
 */
#ifndef SOURCE_ROUTE_BIRD_H
#define SOURCE_ROUTE_BIRD_H

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"

/*
 * The routes of an answer to "show route ... [all]", in its order; none when it
 * says that there are none.  Installed is here what may be: primary and not
 * refused by the kernel.  False with ERR_PROTOCOL when it is no such answer, or
 * ERR_UNSUPPORTED when it refuses.
 */
bool route_bird_parse(const char *bytes, size_t len, struct route_view *view,
    struct route_answer *answer, struct err *err);

/* The answer to "show protocols all": routes by family, table and protocol. */
bool route_bird_parse_counts(const char *bytes, size_t len,
    const struct route_question *question, struct route_view *view,
    struct err *err);

/* As route_local_read, over a socket from bird_open. */
bool route_bird_read(int fd, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err);

#endif
