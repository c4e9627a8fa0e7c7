/* SPDX-License-Identifier: ISC */
#include "source/route_snmp_ask.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_BYTES 1340 /* of bindings: what fits one packet of a router */

const char *
rsnmp_vrf(const struct rsnmp_reader *r)
{
	return r->question->vrf != NULL ? r->question->vrf : "";
}

bool
rsnmp_no_room(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no memory for the routes");
}

struct asked {
	struct rsnmp_reader *reader;
	struct rsnmp_cell *cells;
	enum snmp_status status;
	size_t error_index;
};

static void
keep_value(struct rsnmp_reader *r, struct rsnmp_cell *cell,
    const struct snmp_value *value)
{
	cell->absent = snmp_is_absent(value);
	cell->is_number = value->type == SNMP_INTEGER ||
	    value->type == SNMP_GAUGE32 || value->type == SNMP_COUNTER32 ||
	    value->type == SNMP_TIMETICKS;
	cell->number = value->number;
	if (value->type != SNMP_IPADDRESS && value->type != SNMP_OCTETS)
		return;
	cell->bytes = arena_copy(r->view->arena, value->bytes, value->len);
	cell->len = cell->bytes != NULL ? value->len : 0;
}

static bool
take_reply(void *user, const struct snmp_reply *reply, struct err *err)
{
	struct asked *asked = user;

	(void)err;
	asked->status = reply->status;
	asked->error_index = reply->error_index;
	for (size_t i = 0; i < reply->count; i++) {
		snmp_oid_copy(&asked->cells[i].oid, &reply->varbinds[i].oid);
		keep_value(asked->reader, &asked->cells[i],
		    &reply->varbinds[i].value);
	}
	return true;
}

static bool ask_some(struct rsnmp_reader *r, const struct snmp_oid *oids,
    struct rsnmp_cell *cells, size_t count, struct err *err);

/* SNMPv1 has one error for all: the one that is meant has no successor. */
static bool
ask_around(struct rsnmp_reader *r, const struct snmp_oid *oids,
    struct rsnmp_cell *cells, size_t count, size_t hole, struct err *err)
{
	cells[hole].absent = true;
	return ask_some(r, oids, cells, hole, err) &&
	    ask_some(r, oids + hole + 1, cells + hole + 1, count - hole - 1,
		err);
}

static bool
ask_halves(struct rsnmp_reader *r, const struct snmp_oid *oids,
    struct rsnmp_cell *cells, size_t count, struct err *err)
{
	const size_t half = count / 2;

	return ask_some(r, oids, cells, half, err) &&
	    ask_some(r, oids + half, cells + half, count - half, err);
}

/* NOLINTNEXTLINE(misc-no-recursion): each step asks for less */
static bool
ask_some(struct rsnmp_reader *r, const struct snmp_oid *oids,
    struct rsnmp_cell *cells, size_t count, struct err *err)
{
	struct asked asked = { .reader = r, .cells = cells };
	const struct snmp_request request = {
		.op = SNMP_GETNEXT,
		.count = count,
		.oids = oids,
		.done = take_reply,
		.user = &asked,
	};

	if (count == 0)
		return true;
	r->view->requests++;
	if (!snmp_ask_wait(r->agent, &request, r->deadline, err)) {
		snmp_abandon(r->agent);
		return false;
	}
	if (asked.status == SNMP_NO_ERROR)
		return true;
	if (asked.status == SNMP_TOO_BIG && count > 1)
		return ask_halves(r, oids, cells, count, err);
	if (asked.status == SNMP_NO_SUCH_NAME && asked.error_index > 0 &&
	    asked.error_index <= count)
		return ask_around(r, oids, cells, count, asked.error_index - 1,
		    err);
	return snmp_status_err(r->agent, asked.status, err);
}

struct snmp_oid *
rsnmp_batch_add(struct rsnmp_batch *batch)
{
	if (batch->count == batch->capacity) {
		const size_t more = batch->capacity ? 2 * batch->capacity : 64;
		struct snmp_oid *grown =
		    realloc(batch->oids, more * sizeof(*grown));

		if (grown == NULL)
			return NULL;
		batch->oids = grown;
		batch->capacity = more;
	}
	return &batch->oids[batch->count++];
}

bool
rsnmp_batch_ask(struct rsnmp_batch *batch, struct rsnmp_reader *r,
    struct err *err)
{
	size_t each = ANSWER_BYTES / batch->bytes_each;

	free(batch->cells);
	batch->cells = calloc(batch->count + 1, sizeof(*batch->cells));
	if (batch->cells == NULL)
		return rsnmp_no_room(err);
	if (each > SNMP_REQUEST_OIDS)
		each = SNMP_REQUEST_OIDS;
	for (size_t at = 0; at < batch->count; at += each)
		if (!ask_some(r, batch->oids + at, batch->cells + at,
			batch->count - at < each ? batch->count - at : each,
			err))
			return false;
	return true;
}

void
rsnmp_batch_free(struct rsnmp_batch *batch)
{
	free(batch->oids);
	free(batch->cells);
}
