/* SPDX-License-Identifier: ISC */
/*
 * bgp_reader: one reading of a router's BGP tables over SNMP, for the parts of
 * bgp_snmp.h alone: discovery, tables, the rows of a hint.
 *
 * What is read lies in the arena of the table of peers; rows are valid until
 * the next table is read.
 */
#ifndef SOURCE_BGP_READER_H
#define SOURCE_BGP_READER_H

#include "source/bgp_row.h"
#include "source/bgp_snmp.h"
#include "source/snmp_walk.h"

#define BGP_READER_COLUMNS 32  /* cells of one table's row */
#define BGP_READER_IN_FLIGHT 8 /* requests at once, whatever is wanted */

struct bgp_reader_rows {
	struct arena_list chunks; /* struct bgp_row * */
	size_t count;
};

struct bgp_reader_vrf_name {
	uint32_t instance;
	const char *name;
};

/* Which peer a number of a prefix table is. */
struct bgp_reader_number {
	uint32_t number;
	uint32_t peer;
};

struct bgp_reader {
	struct snmp_agent *agent;
	const struct bgp_snmp_query *query;
	struct bgp_snmp_hint *hint;
	struct bgp_table *table;
	struct bgp_snmp_report *report;
	const struct deadline *deadline;
	const char *context;	  /* "" is the default one */
	uint64_t present;	  /* tables of bgp_mibs, by bit */
	uint32_t expected;	  /* rows of peers, by the hint */
	enum snmp_status refused; /* what a single probe was answered */
	bool remembers; /* rows of the peers asked for go into the hint */

	/* The table that is being read. */
	const struct bgp_mib *mib;
	size_t key_len; /* numbers of the walked column, before an index */
	const struct bgp_column *columns[BGP_READER_COLUMNS];
	struct snmp_oid roots[BGP_READER_COLUMNS];
	size_t column_count;
	struct bgp_reader_rows rows;
	struct snmp_cells cells;

	struct arena_list names;   /* struct bgp_reader_vrf_name */
	struct arena_list numbers; /* struct bgp_reader_number */
};

/* --- rows ----------------------------------------------------------------- */

struct bgp_row *bgp_reader_row(const struct bgp_reader *r, size_t i);
/* A new last one; NULL: no room. */
struct bgp_row *bgp_reader_add_row(struct bgp_reader *r);
/* False, and says so. */
bool bgp_reader_no_room(struct err *err);

/* --- what is wanted ------------------------------------------------------- */

/* enum bgp_want bits, of any peer; of one that is up or not. */
unsigned bgp_reader_wants(const struct bgp_reader *r);
unsigned bgp_reader_wants_of(const struct bgp_reader *r, bool up);
bool bgp_reader_wants_column(const struct bgp_reader *r,
    const struct bgp_column *column);
bool bgp_reader_wants_table(const struct bgp_reader *r,
    const struct bgp_mib *mib);
/* Is that peer the one that was named?  Is it one of those asked for by name?
 */
bool bgp_reader_means(const struct bgp_snmp_peer *named,
    const struct bgp_peer *peer);
bool bgp_reader_is_named(const struct bgp_reader *r,
    const struct bgp_peer *peer);

/* --- who a row is about --------------------------------------------------- */

/* The VRF of the row: its name, else its number, "" for the default one. */
void bgp_reader_vrf(const struct bgp_reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row, struct text *vrf);
/* The peer of the row, made if `make`.  NULL when there is none. */
struct bgp_peer *bgp_reader_peer(struct bgp_reader *r,
    const struct bgp_mib *mib, const struct bgp_row *row, bool make);
/* The table is one of those that were read. */
void bgp_reader_report(struct bgp_reader *r, const struct bgp_mib *mib);

/* --- reading; *err as of bgp_snmp_read ------------------------------------ */

/* Asks which tables there are, into `present`. */
bool bgp_reader_discover(struct bgp_reader *r, struct err *err);
/* All rows of the table, applied to their peers, also on false. */
bool bgp_reader_read_table(struct bgp_reader *r, const struct bgp_mib *mib,
    struct err *err);
/* What peers lack, and BGP4-MIB has of them. */
bool bgp_reader_fill(struct bgp_reader *r, struct err *err);
/* Does the hint know rows for all that is asked for? */
bool bgp_reader_knows_rows(const struct bgp_reader *r);
/* Reads just these.  Sets *known when the hint was right: then nothing is left
 * to do. */
bool bgp_reader_read_hinted(struct bgp_reader *r, bool *known, struct err *err);

#endif
