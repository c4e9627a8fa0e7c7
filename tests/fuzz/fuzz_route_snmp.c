/* SPDX-License-Identifier: ISC */
/*
 * An agent that lies, and what stands in the indexes and values of its tables.
 * The first byte chooses what is asked for.
 */
#include "source/route_mib.h"
#include "source/route_snmp.h"
#include "tests/fuzz/route_view.h"
#include "tests/fuzz/snmp_liar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_values(const uint8_t *data, size_t size)
{
	static const struct route_mib *const mibs[] = { &route_mibs[0],
		&route_mibs[1], &route_mibs[2], &route_mibs[3], &route_mibs[4],
		&route_mib_vrf, &route_mib_bgp };
	uint32_t sub[SNMP_OID_MAX];
	char buffer[2000];
	struct text text = TEXT_OVER(buffer);
	struct route_tail tail;
	const size_t count = size < SNMP_OID_MAX ? size : SNMP_OID_MAX;

	for (size_t i = 0; i < count; i++)
		sub[i] = data[i] == 255 ? UINT32_MAX : data[i];
	for (size_t i = 0; i < sizeof(mibs) / sizeof(mibs[0]); i++)
		if (route_mib_tail(mibs[i], sub, count, &tail))
			must(tail.known || mibs[i]->shape == ROUTE_SHAPE_V6 ||
			    mibs[i]->shape == ROUTE_SHAPE_ADDRESS);
	if (route_mib_as_path(data, size, &text))
		must(!text.cut);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct liar liar = { .at = data, .left = size };
	const struct deadline deadline = deadline_in(10 * CLOCK_SECOND);
	const uint8_t flags = byte(&liar);
	const struct route_snmp_query query = { .paths = flags & 2 };
	struct route_question question = fuzz_question;
	struct route_view view;
	struct err err = { 0 };
	bool ok;

	check_values(data, size);
	fresh_view(&view);
	question.vrf = flags & 4 ? "red" : NULL;
	question.cover = flags & 8;
	question.counts = flags & 16;
	snmp_agent_init(&liar.agent, &liar_backend, "liar");
	liar.agent.v1 = flags & 1;
	ok = route_snmp_read(&liar.agent, &query, &question, &view, &deadline,
	    &err);
	check_view(&view, ok, &err);
	snmp_agent_close(&liar.agent);
	return 0;
}
