/* SPDX-License-Identifier: ISC */
/*
 * bgp_snmp: the BGP peers of a router, read from whichever of its MIBs says
 * most about them.
 *
 * One request asks which of the known tables the device has (bgp_mib.h).  Of
 * the best one the state column is walked, and then only the cells that are
 * wanted are fetched, while the walk goes on: a router pays for every value.
 * What that table lacks is filled in from BGP4-MIB where it can be.
 *
 * Some columns must not be asked for at all: FRR's BGP4V2-MIB dereferences NULL
 * in its error texts and data (fixed between 8.5.8 and 10.1.1), so that table
 * is walked by GETNEXT along its state column only and cells are fetched by
 * complete index.
 */
#ifndef SOURCE_BGP_SNMP_H
#define SOURCE_BGP_SNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/bgp.h"
#include "model/bgp_expect.h"
#include "model/bgp_want.h"
#include "source/bgp_snmp_hint.h"
#include "source/snmp_agent.h"

#define BGP_SNMP_REPETITIONS 60 /* a reply of 1472 bytes holds about 65 */
#define BGP_SNMP_BYTES (UINT64_C(64) << 20)

struct bgp_snmp_query {
	unsigned wants;	     /* enum bgp_want */
	unsigned down_wants; /* more of them, of peers that are not up */
	/* With a hint that knows them all, only these are asked for, in one
	 * request if it can be. */
	const struct bgp_snmp_peer *peers;
	size_t peer_count;
	/* SNMPv3 contexts; each is read, and gives its name to the VRF of peers
	 * whose table has none.  None: the default context. */
	const char *const *contexts;
	size_t context_count;
	size_t max_repetitions; /* 0: BGP_SNMP_REPETITIONS */
	size_t max_rows;	/* of one table; 0: 4 * BGP_PEERS */
	uint64_t max_bytes;	/* of all values; 0: BGP_SNMP_BYTES */
};

/* How the truth was found: for -v and the metrics. */
struct bgp_snmp_report {
	const char *tables[BGP_SNMP_HINT_TABLES]; /* read, the main one first */
	size_t table_count;
	bool hint_used;	       /* no discovery was necessary */
	bool hint_failed;      /* it was wrong, and discovery repeated */
	size_t rows_skipped;   /* whose index or state made no sense */
	size_t tables_refused; /* of peers, of which it would not tell whether
				  there are any */
};

/*
 * Adds the device's peers to *table, whose arena also holds scratch.  On
 * failure *table has what was read so far, *err is ERR_TIMEOUT, ERR_PROTOCOL,
 * ERR_PERMISSION or ERR_SYSTEM.  No peer at all is no failure.  `hint` and
 * `report` may be NULL; *hint is renewed.
 */
bool bgp_snmp_read(struct snmp_agent *agent, const struct bgp_snmp_query *query,
    struct bgp_snmp_hint *hint, struct bgp_table *table,
    struct bgp_snmp_report *report, const struct deadline *deadline,
    struct err *err);

/* Names the peers of the query, in the arena, when all the entries are by
 * address alone: only such can be asked for one by one.  False: no room. */
bool bgp_snmp_query_name(struct bgp_snmp_query *query,
    const struct bgp_expects *expects, struct arena *arena);

#endif
