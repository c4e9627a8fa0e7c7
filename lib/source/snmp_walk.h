/* SPDX-License-Identifier: ISC */
/*
 * snmp_walk: a column of a table walked, and cells fetched meanwhile.
 *
 * Both only start requests; snmp_run of the agent drives them to their end.  A
 * walk has one request in flight, cells have several: what a walk finds can be
 * asked for while it goes on.
 */
#ifndef SOURCE_SNMP_WALK_H
#define SOURCE_SNMP_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/snmp_agent.h"
#include "source/snmp_oid.h"

/* --- cells ---------------------------------------------------------------- */

#define SNMP_CELLS_MAX 64    /* of one request */
#define SNMP_CELLS_SIZE 1300 /* bytes that the answer may take: one packet */

/* A cell's value, NULL when the agent has no such cell.  False ends the run. */
typedef bool snmp_cell(void *user, uint64_t tag, const struct snmp_value *value,
    struct err *err);

struct snmp_walk;
struct snmp_batch;

struct snmp_cells {
	/* set by the caller */
	struct snmp_agent *agent;
	bool next; /* GETNEXT of the OID before, for agents without GET */
	size_t in_flight; /* requests at once, with a walk's; at least 1 */
	snmp_cell *cell;
	void *user;
	struct snmp_walk *walk; /* waits while cells queue up; may be NULL */
	/* the rest is its own */
	struct snmp_batch *filling, *ready, *idle, *all;
};

/* Asks for a cell, sooner or later; snmp_cells_flush: now. */
bool snmp_cells_add(struct snmp_cells *cells, const struct snmp_oid *oid,
    uint64_t tag, struct err *err);
bool snmp_cells_flush(struct snmp_cells *cells, struct err *err);
/* When nothing is in flight any more. */
void snmp_cells_free(struct snmp_cells *cells);

/* --- a walk --------------------------------------------------------------- */

/* A row of the walked column.  False ends the run. */
typedef bool snmp_row(void *user, const struct snmp_varbind *varbind,
    struct err *err);

struct snmp_walk {
	/* set by the caller */
	struct snmp_agent *agent;
	struct snmp_oid column;
	bool no_bulk;		/* GETNEXT only */
	size_t max_repetitions; /* of GETBULK; at least 1 */
	size_t max_rows;
	size_t expected; /* rows, as of the last time: not more is asked for
			    until there turn out to be more; 0: not known */
	snmp_row *row;
	void *user;
	struct snmp_cells *cells; /* that the rows lead to; may be NULL */
	/* what was found */
	size_t rows;
	bool full;    /* there were more than max_rows */
	bool changed; /* the first row went away meanwhile: a restart */
	/* the rest is its own */
	struct snmp_oid at, first;
	size_t repetitions, asked;
	bool waiting, ended, checking;
};

/*
 * Sends the first request.  Each further GETBULK also asks for the first row
 * again: if that has gone or moved, the agent or its BGP daemon restarted in
 * mid-walk and the rest of the rows would silently be missing; the run then
 * fails with ERR_PROTOCOL and `changed` is set.
 */
bool snmp_walk_start(struct snmp_walk *walk, struct err *err);

#endif
