/* SPDX-License-Identifier: ISC */
/* route_local: the routes of a daemon on this host, whichever it is. */
#ifndef SOURCE_ROUTE_LOCAL_H
#define SOURCE_ROUTE_LOCAL_H

#include "model/route.h"
#include "source/daemon.h"

/*
 * Asks once, for all prefixes, over a link that was opened for DAEMON_ROUTES.
 * `view` is fresh from route_view_init, with the same question.  On false
 * nothing more could be asked, and the view has failed (route_view_fail) with
 * that *err (ERR_TIMEOUT, ERR_PROTOCOL, ERR_PERMISSION, ERR_SYSTEM, or
 * ERR_UNSUPPORTED where the daemon cannot do it); what was answered before
 * stays.  On true an answer may still be ROUTE_UNSEEN, with a reason of its
 * own.
 */
bool route_local_read(const struct daemon_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err);

#endif
