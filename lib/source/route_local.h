/* SPDX-License-Identifier: ISC */
/*
 * route_local: the daemons on this host that tell of their routes, all behind
 * the same calls.
 *
 * Opening is apart from asking, as in bgp_local.h: a socket may need a
 * privilege that is dropped before the first byte is read.
 */
#ifndef SOURCE_ROUTE_LOCAL_H
#define SOURCE_ROUTE_LOCAL_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"

struct route_local; /* a row: one daemon */

/* "bird", "frr", "exabgp", "gobgp", "openbgpd"; NULL for any other name. */
const struct route_local *route_local_find(const char *name);
const char *route_local_name(const struct route_local *local);
/* Where it is looked for unless told otherwise; for messages and help. */
const char *route_local_default_path(const struct route_local *local);
/* Does asking it run a command? */
bool route_local_runs_command(const struct route_local *local);

struct route_local_link {
	const struct route_local *local;
	const char *path; /* NULL: the default; borrowed */
	int fd, second;	  /* -1: none */
	struct err lack;  /* frr: why one of its two sockets is not open */
};

/*
 * On true, close it in the end; a zeroed link must not be closed.  The path of
 * "frr" is the directory of its sockets, of which one is enough, or one of the
 * sockets ("zebra.vty", "bgpd.vty"): then only that daemon is asked.
 */
bool route_local_open(struct route_local_link *link,
    const struct route_local *local, const char *path,
    const struct deadline *deadline, struct err *err);
/*
 * Asks once, for all prefixes.  `view` is fresh from route_view_init, with the
 * same question.  On false nothing more could be asked, and the view has failed
 * (route_view_fail) with that *err; what was answered before stays.  On true an
 * answer may still be ROUTE_UNSEEN, with a reason of its own.
 */
bool route_local_read(const struct route_local_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err);
void route_local_close(struct route_local_link *link);

#endif
