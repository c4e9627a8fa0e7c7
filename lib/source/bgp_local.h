/* SPDX-License-Identifier: ISC */
/* bgp_local: the BGP sessions of a daemon on this host, whichever it is. */
#ifndef SOURCE_BGP_LOCAL_H
#define SOURCE_BGP_LOCAL_H

#include "model/bgp.h"
#include "source/daemon.h"

/*
 * Asks once, over a link that was opened for DAEMON_SESSIONS, and fills the
 * table.  On false it may hold some of the peers, and *err is ERR_TIMEOUT,
 * ERR_PROTOCOL (no such answer), ERR_PERMISSION or ERR_SYSTEM: so is every
 * reader of one daemon (bgp_bird.h, ...), and what parses its answers alone
 * fails with ERR_PROTOCOL or ERR_SYSTEM.
 */
bool bgp_local_read(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);

#endif
