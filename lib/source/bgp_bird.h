/* SPDX-License-Identifier: ISC */
/*
 * bgp_bird: the BGP peers of a BIRD, from "show status" and "show protocols
 * all".  BIRD 1.6, 2 and 3.
 *
 * Not a peer: a protocol with a neighbor range, which only waits for some.
 * `received` is known only with "import keep filtered on".  Times are those of
 * sessions that are up or switched off (BIRD's "since" of a session that keeps
 * trying is the last try); with a "timeformat protocol" that shows the date
 * alone they are the least that it can be, and with one that is not ISO they
 * are absent.
 */
#ifndef SOURCE_BGP_BIRD_H
#define SOURCE_BGP_BIRD_H

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"

/* Both answers as they come from the socket; `status` may be NULL. */
bool bgp_bird_parse(const char *status, size_t status_len,
    const char *protocols, size_t len, struct bgp_table *table,
    struct err *err);
/* As bgp_local_read, over a socket from bird_open. */
bool bgp_bird_read(int fd, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);

#endif
