/* SPDX-License-Identifier: ISC */
/*
 * bgp_snmp_hint: what the last run learned of a router, for the plugin to keep:
 * which tables it has, and in which rows the peers asked for stand.
 *
 * It is verified by using it: a row that is gone, or a table without rows,
 * leads to a new discovery in the same run.  Used with at most one context.
 */
#ifndef SOURCE_BGP_SNMP_HINT_H
#define SOURCE_BGP_SNMP_HINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/text.h"
#include "model/bgp.h"

/* A peer that is asked for by name. */
struct bgp_snmp_peer {
	const char *vrf; /* NULL: any */
	struct ip address;
};

#define BGP_SNMP_HINT_TABLES 8
#define BGP_SNMP_HINT_USES 288 /* a day of five-minute runs, then anew */
#define BGP_SNMP_HINT_S 86400  /* and no longer where runs are rare */

struct bgp_snmp_hint_row {
	uint8_t table;		   /* in bgp_snmp_hint.tables */
	struct bgp_snmp_peer peer; /* vrf is not NULL */
	const char *interface;
	uint32_t index_len;
	const uint32_t *index;
};

struct bgp_snmp_hint {
	struct arena *arena; /* of the strings and rows */
	uint32_t uses;	     /* runs since the discovery */
	uint64_t made_s;     /* wall clock, of the discovery; 0: not known */
	unsigned wants;	     /* what the rows were made for */
	bool has_local_as;
	uint32_t local_as;
	uint32_t peer_rows; /* of the table that names the peers */
	size_t table_count; /* 0: nothing is known */
	const char *tables[BGP_SNMP_HINT_TABLES]; /* names of bgp_mib.h */
	struct arena_list rows;			  /* struct bgp_snmp_hint_row */
};

/* The number of that table (static, of bgp_mib.h), added if there is room;
 * BGP_SNMP_HINT_TABLES when there is none. */
size_t bgp_snmp_hint_table(struct bgp_snmp_hint *hint, const char *name);
/* The peer stands in that table, in the row with that index; copied.  One that
 * there is no room for is asked for as if it were not known. */
void bgp_snmp_hint_add(struct bgp_snmp_hint *hint, const char *table,
    const struct bgp_peer *peer, const uint32_t *index, size_t index_len);
/* Nothing is known any more, but since when and for how many runs. */
void bgp_snmp_hint_clear(struct bgp_snmp_hint *hint, uint32_t uses,
    uint64_t made_s);
/* Is it young enough to be used?  Wall clock; one that was set back makes it
 * too old, too. */
bool bgp_snmp_hint_is_fresh(const struct bgp_snmp_hint *hint, uint64_t now_s);

/*
 * As text for the state store, a few lines, and back.  On false *hint is empty
 * and *err is ERR_PROTOCOL, with the number of the line, or ERR_SYSTEM.
 *
 *	uses N, wants N, made N, local-as N, peers N, table NAME: one a line;
 *	row TABLE ADDRESS INDEX INTERFACE VRF, with tabs between them.
 */
void bgp_snmp_hint_write(const struct bgp_snmp_hint *hint, struct text *out);
bool bgp_snmp_hint_parse(const char *bytes, size_t len,
    struct bgp_snmp_hint *hint, struct arena *arena, struct err *err);

#endif
