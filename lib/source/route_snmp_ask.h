/* SPDX-License-Identifier: ISC */
/*
 * route_snmp_ask: questions to an agent about its routes, as many in a packet
 * as its answer has room for.
 *
 * What the files of route_snmp share; for nobody else.
 */
#ifndef SOURCE_ROUTE_SNMP_ASK_H
#define SOURCE_ROUTE_SNMP_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"
#include "model/snmp.h"
#include "source/route_mib.h"
#include "source/route_snmp.h"
#include "source/snmp_agent.h"

#define RSNMP_ANSWER_V4 40 /* bytes of a binding of a row of IPv4 */
#define RSNMP_ANSWER_V6 75

/* What one binding of an answer holds. */
struct rsnmp_cell {
	struct snmp_oid oid;
	bool absent;
	bool is_number;
	int64_t number;
	const uint8_t *bytes; /* of an IpAddress (4) or octets, or NULL; in the
				 view's arena */
	size_t len;
};

/* A hop whose interface has no name yet. */
struct rsnmp_name {
	struct route_hop *hop;
	uint32_t index;
};

/* One run of route_snmp_read. */
struct rsnmp_reader {
	struct snmp_agent *agent;
	const struct route_snmp_query *query;
	const struct route_question *question;
	struct route_view *view;
	const struct deadline *deadline;
	const struct route_mib **decided; /* by which table, per answer */
	struct arena_list names;	  /* struct rsnmp_name */
	bool lies;	   /* calls a route by a next hop "local" */
	bool any_protocol; /* some route's protocol is told */
};

/* That of the question, "" where it has none. */
const char *rsnmp_vrf(const struct rsnmp_reader *r);
bool rsnmp_no_room(struct err *err);

/* A list of questions that grows, and their answers. */
struct rsnmp_batch {
	struct snmp_oid *oids;
	struct rsnmp_cell *cells;
	size_t count, capacity;
	size_t bytes_each; /* of an answer */
};

/* Room for one more question; NULL: none. */
struct snmp_oid *rsnmp_batch_add(struct rsnmp_batch *batch);
/* Asks for what follows each; the cells are good until the next time. */
bool rsnmp_batch_ask(struct rsnmp_batch *batch, struct rsnmp_reader *r,
    struct err *err);
void rsnmp_batch_free(struct rsnmp_batch *batch);

#endif
