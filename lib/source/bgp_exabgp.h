/* SPDX-License-Identifier: ISC */
/*
 * bgp_exabgp: the BGP peers of ExaBGP 4.2 and 5.0, from "show neighbor
 * extensive".
 *
 * Why that command: "show neighbor summary" of 4.2 leaves out every peer that
 * is not established, and 5.0's "json" says nothing more.  ExaBGP knows no
 * admin state, no last error and no prefix counts; its "down for" runs from
 * the start of the process to the last reset, so a peer that is down has no
 * time here.
 */
#ifndef SOURCE_BGP_EXABGP_H
#define SOURCE_BGP_EXABGP_H

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"
#include "source/exabgp_pipe.h"

/*
 * What is asked after the sessions where nothing else is: of what somebody else
 * left the rest may begin with a neighbor, too, and is told from the answer by
 * one more that comes before the answer to this (exabgp_pipe_ask_all).  No
 * neighbor has that name, so it is short however many there are.
 */
#define BGP_EXABGP_SEAL "show neighbor - summary"

/* The text before the end mark; adds to the table.  As bgp_local_read, both. */
bool bgp_exabgp_parse(const char *bytes, size_t len, struct bgp_table *table,
    struct err *err);
bool bgp_exabgp_read(const struct exabgp_pipe *pipe, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);

#endif
