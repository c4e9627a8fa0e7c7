/* SPDX-License-Identifier: ISC */
/*
 * A recording, whatever it says: parsed, and read as a router by the reader of
 * BGP tables, twice, the second time with what the first one learned.
 */
#include <stddef.h>
#include <stdint.h>

#include "source/bgp_snmp.h"
#include "source/snmprec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_peers(struct snmp_agent *agent, struct arena *arena,
    struct bgp_snmp_hint *hint)
{
	const struct deadline deadline = deadline_in(CLOCK_SECOND);
	const struct bgp_snmp_query query = {
		.wants = BGP_WANT_ALL,
		.max_rows = 200,
	};
	struct bgp_table table;
	struct err err;

	bgp_table_init(&table, arena, 100);
	bgp_snmp_read(agent, &query, hint, &table, NULL, &deadline, &err);
	bgp_table_sort(&table);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err;
	struct arena arena;
	struct bgp_snmp_hint hint = { .arena = &arena };
	struct snmp_agent *agent;

	agent = snmprec_replay("a file", (const char *)data, size, &err);
	if (!agent || !arena_reserve(&arena, 16u << 20, &err)) {
		snmp_agent_close(agent);
		return 0;
	}
	agent->v1 = size % 3 == 0;
	read_peers(agent, &arena, &hint);
	read_peers(agent, &arena, &hint);
	snmp_agent_close(agent);
	arena_free(&arena);
	return 0;
}
