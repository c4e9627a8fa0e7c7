/* SPDX-License-Identifier: ISC */
/*
 * snmp_liar: an agent whose every answer is made of the input of a fuzzer: the
 * status, how many bindings, whose names, which types.
 */
#ifndef TESTS_FUZZ_SNMP_LIAR_H
#define TESTS_FUZZ_SNMP_LIAR_H

#include <stddef.h>
#include <stdint.h>

#include "source/snmp_agent.h"

struct liar {
	struct snmp_agent agent;
	const uint8_t *at;
	size_t left;
};

static inline uint8_t
byte(struct liar *liar)
{
	if (liar->left == 0)
		return 0;
	liar->left--;
	return *liar->at++;
}

static inline bool
liar_send(struct snmp_agent *agent, size_t slot, struct err *err)
{
	(void)agent, (void)slot, (void)err;
	return true;
}

/* The name: as asked, one further, or longer by some numbers. */
static inline void
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

static inline void
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

static inline bool
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

static inline bool
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

static inline void
liar_close(struct snmp_agent *agent)
{
	snmp_agent_done(agent);
}

static const struct snmp_backend liar_backend = {
	.send = liar_send,
	.poll = liar_poll,
	.close = liar_close,
};

#endif
