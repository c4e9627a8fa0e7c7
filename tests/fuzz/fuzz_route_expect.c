/* SPDX-License-Identifier: ISC */
/* Files of expected prefixes, and the words of what is counted. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/route_expect.h"
#include "model/route_tally.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct route_expects expects = { 0 };
	struct route_tally tally;
	struct arena arena;
	struct err err = { .kind = ERR_NONE };

	if (!arena_reserve(&arena, (size_t)1 << 20, &err))
		return 0;
	if (!route_expect_parse_file((const char *)data, size, &expects, &arena,
		&err) &&
	    err.kind == ERR_NONE)
		abort();
	for (size_t i = 0; i < route_expects_count(&expects); i++)
		if (route_expects_at(&expects, i)->hop_count >
			ROUTE_EXPECT_NETS ||
		    route_expects_at(&expects, i)->prefix.length > 128)
			abort();
	route_tally_parse((const char *)data, size, &tally, &arena, &err);
	arena_free(&arena);
	return 0;
}
