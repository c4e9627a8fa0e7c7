/* SPDX-License-Identifier: ISC */
/*
 * bgp_local: the daemons on this host that tell of their BGP sessions, all
 * behind the same two calls.
 *
 * Opening is apart from asking, since a socket may need a privilege that is
 * dropped before the first byte is read: root without CAP_DAC_OVERRIDE cannot
 * connect to FRR's socket.  Opening reads nothing.
 */
#ifndef SOURCE_BGP_LOCAL_H
#define SOURCE_BGP_LOCAL_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"

struct bgp_local; /* a row: one daemon */

/* "bird", "frr", "exabgp", "gobgp", "openbgpd"; NULL for any other name. */
const struct bgp_local *bgp_local_find(const char *name);
const char *bgp_local_name(const struct bgp_local *local);
/* Where it is looked for unless told otherwise; for messages and help. */
const char *bgp_local_default_path(const struct bgp_local *local);
/* Does asking it run a command? */
bool bgp_local_runs_command(const struct bgp_local *local);

struct bgp_local_link {
	const struct bgp_local *local;
	const char *path; /* NULL: the default; borrowed */
	int fd, second;	  /* -1: none */
};

/* On true, close it in the end; a zeroed link must not be closed. */
bool bgp_local_open(struct bgp_local_link *link, const struct bgp_local *local,
    const char *path, const struct deadline *deadline, struct err *err);
/* Asks once, and fills the table; on false it may hold some of the peers. */
bool bgp_local_read(const struct bgp_local_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err);
void bgp_local_close(struct bgp_local_link *link);

#endif
