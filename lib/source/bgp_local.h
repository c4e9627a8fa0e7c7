/* SPDX-License-Identifier: ISC */
/* bgp_local: the BGP sessions of a daemon on this host, whichever it is. */
#ifndef SOURCE_BGP_LOCAL_H
#define SOURCE_BGP_LOCAL_H

#include "model/bgp.h"
#include "source/daemon.h"

/*
 * Asks once, over a link that was opened for DAEMON_SESSIONS, and fills the
 * table.  On false it may hold some of the peers, and *err is that of the
 * daemon's own reader (bgp_bird.h, ...).
 */
bool bgp_local_read(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);

#endif
