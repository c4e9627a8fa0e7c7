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
#include "tests/fuzz/snmp_liar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	snmp_agent_init(&liar.agent, &liar_backend, "the liar");
	liar.agent.v1 = flags & 1;
	bgp_table_init(&table, &arena, 50);
	bgp_snmp_read(&liar.agent, &query, NULL, &table, NULL, &deadline, &err);
	bgp_table_sort(&table);
	snmp_agent_close(&liar.agent);
	arena_free(&arena);
	return 0;
}
