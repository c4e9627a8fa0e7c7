/* SPDX-License-Identifier: ISC */
/*
 * An agent whose every answer is made of the input: the status, how many
 * bindings, whose names, which types.  The reader must end, whatever it says.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/bgp_snmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct liar {
	struct snmp_agent agent;
	const uint8_t *at;
	size_t left;
};

static uint8_t
byte(struct liar *liar)
{
	if (liar->left == 0)
		return 0;
	liar->left--;
	return *liar->at++;
}

static bool
liar_send(struct snmp_agent *agent, size_t slot, struct err *err)
{
	(void)agent, (void)slot, (void)err;
	return true;
}

/* The name: as asked, one further, or longer by some numbers. */
static void
lie_about_name(struct liar *liar, struct snmp_oid *oid)
{
	const uint8_t how = byte(liar);

	if (how & 0x80) {
		for (uint8_t n = how & 0x1f; n > 0; n--) {
			const uint32_t sub = byte(liar);

			snmp_oid_append(oid, &sub, 1);
		}
	} else if (how && oid->len) {
		oid->sub[oid->len - 1] += how;
	}
}

static void
lie_about_value(struct liar *liar, struct snmp_value *value)
{
	static const uint8_t types[] = { SNMP_INTEGER, SNMP_INTEGER,
		SNMP_GAUGE32, SNMP_OCTETS, SNMP_OCTETS, SNMP_IPADDRESS,
		SNMP_COUNTER32, SNMP_TIMETICKS, SNMP_NO_INSTANCE,
		SNMP_END_OF_MIB, SNMP_COUNTER64, SNMP_NULL, 0x99 };
	const uint8_t type = byte(liar);
	const size_t len = byte(liar) % 20;

	*value = (struct snmp_value){
		.type = types[type % sizeof(types)],
		.number = (int8_t)byte(liar),
		.bytes = liar->at,
		.len = len < liar->left ? len : liar->left,
	};
}

static bool
answer(struct liar *liar, size_t index, struct err *err)
{
	const struct snmp_slot *slot = &liar->agent.slots[index];
	const uint8_t more = byte(liar);
	const size_t count = slot->count + (more < 64 ? more : 0);
	struct snmp_varbind *varbinds =
	    snmp_agent_varbinds(&liar->agent, count);
	struct snmp_reply reply = { .count = count, .varbinds = varbinds };

	if (!varbinds)
		return false;
	if (more >= 250) {
		reply.status = (enum snmp_status)(byte(liar) % 20);
		reply.error_index = byte(liar) % 70;
		reply.count = 0;
		if (reply.status == SNMP_NO_ERROR)
			reply.status = SNMP_GEN_ERR;
	}
	for (size_t i = 0; i < reply.count; i++) {
		snmp_oid_copy(&varbinds[i].oid,
		    i < slot->count ? &slot->oids[i] : &varbinds[i - 1].oid);
		lie_about_name(liar, &varbinds[i].oid);
		lie_about_value(liar, &varbinds[i].value);
	}
	return snmp_agent_answer(&liar->agent, index, &reply, err);
}

static bool
liar_poll(struct snmp_agent *agent, const struct deadline *deadline,
    struct err *err)
{
	struct liar *liar = (struct liar *)(void *)agent;
	const size_t first = liar->left ? liar->at[0] % SNMP_IN_FLIGHT : 0;

	(void)deadline;
	if (liar->left == 0)
		return err_set(err, ERR_TIMEOUT, "the input ends");
	for (size_t i = 0; i < SNMP_IN_FLIGHT; i++)
		if (agent->slots[(first + i) % SNMP_IN_FLIGHT].busy)
			return answer(liar, (first + i) % SNMP_IN_FLIGHT, err);
	return err_set(err, ERR_SYSTEM, "nothing is in flight");
}

static void
liar_close(struct snmp_agent *agent)
{
	snmp_agent_done(agent);
}

static const struct snmp_backend backend = {
	.send = liar_send,
	.poll = liar_poll,
	.close = liar_close,
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct liar liar = { .at = data, .left = size };
	const struct deadline deadline = deadline_in(10 * CLOCK_SECOND);
	const uint8_t flags = byte(&liar);
	const struct bgp_snmp_query query = {
		.wants = BGP_WANT_ALL,
		.max_rows = 100,
	};
	struct bgp_table table;
	struct arena arena;
	struct err err;

	if (!arena_reserve(&arena, 16u << 20, &err))
		return 0;
	snmp_agent_init(&liar.agent, &backend, "the liar");
	liar.agent.v1 = flags & 1;
	bgp_table_init(&table, &arena, 50);
	bgp_snmp_read(&liar.agent, &query, NULL, &table, NULL, &deadline, &err);
	bgp_table_sort(&table);
	snmp_agent_close(&liar.agent);
	arena_free(&arena);
	return 0;
}
