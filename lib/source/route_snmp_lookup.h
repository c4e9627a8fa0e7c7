/* SPDX-License-Identifier: ISC */
/*
 * route_snmp_lookup: prefixes in one table of an agent, with all their rows.
 *
 * What the files of route_snmp share; for nobody else.
 */
#ifndef SOURCE_ROUTE_SNMP_LOOKUP_H
#define SOURCE_ROUTE_SNMP_LOOKUP_H

#include "source/route_snmp_ask.h"

/* One prefix, in one of the ways to write it. */
struct rsnmp_look {
	struct route_answer *answer;
	unsigned variant;
	bool done;
	bool hidden; /* a row of another length stands in its place */
	size_t rows;
	struct snmp_oid last; /* the row, without its column; empty at first */
};

struct rsnmp_lookup {
	struct rsnmp_reader *reader;
	const struct route_mib *mib;
	struct rsnmp_look *looks;
	size_t count;
	bool seen[IP_V6 + 1]; /* there are rows of that family */
	struct rsnmp_batch batch;
	struct snmp_oid columns[ROUTE_MIB_COLUMNS];
	size_t probes; /* at the front of the batch */
	enum ip_family probed[2];
};

/* Fills in a look for each way to write the prefix in that table, two at most;
 * how many there are. */
size_t rsnmp_looks(const struct route_mib *mib, struct route_answer *answer,
    struct rsnmp_look *looks);
/* Every prefix of the looks, with all its rows; `reader`, `mib` and `looks` are
 * set before. */
bool rsnmp_look_up(struct rsnmp_lookup *lookup, struct err *err);

#endif
