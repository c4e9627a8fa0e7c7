/* SPDX-License-Identifier: ISC */
/*
 * route_snmp_row: a row of a table of routes, and what it says of a prefix.
 *
 * What the files of route_snmp share; for nobody else.
 */
#ifndef SOURCE_ROUTE_SNMP_ROW_H
#define SOURCE_ROUTE_SNMP_ROW_H

#include "source/route_snmp_ask.h"

struct rsnmp_row {
	struct route_tail tail;
	bool has_type, has_protocol, has_metric, has_mask, has_device;
	int64_t type, protocol, metric, device;
	uint8_t length; /* of the mask */
	bool best;
	const uint8_t *as_path;
	size_t as_path_len;
};

void rsnmp_row_read(struct rsnmp_row *row, const struct route_mib *mib,
    enum route_field field, const struct rsnmp_cell *cell);

/* Has the table no length in its index? */
bool rsnmp_is_old(const struct route_mib *mib);
/* A row of such a table that stands for no route. */
bool rsnmp_is_invalid(const struct route_mib *mib, const struct rsnmp_row *row);

/* Makes it a path, or a further hop of one.  False: too many, or no room. */
bool rsnmp_add_route(struct rsnmp_reader *r, struct route_answer *answer,
    const struct rsnmp_row *row);
/* Likewise a row of BGP's own table, of that peer. */
bool rsnmp_add_bgp(struct rsnmp_reader *r, struct route_answer *answer,
    const struct rsnmp_row *row, const struct ip *peer);

#endif
