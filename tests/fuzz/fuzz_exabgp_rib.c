/* SPDX-License-Identifier: ISC */
/* Routes that ExaBGP announces, and what a check remembers of it. */
#include <stdint.h>
#include <stdlib.h>

#include "model/exabgp_compare.h"
#include "source/exabgp_rib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
check(const struct exabgp_route *route, void *context)
{
	size_t *count = context;

	if (route->peer.family == IP_NONE || route->family.len == 0)
		abort();
	return ++*count < 1000;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct exabgp_before before;
	static struct arena arena;
	struct err err;
	size_t count = 0;

	exabgp_rib_parse((const char *)data, size, check, &count, &err);
	if (arena.base == NULL && !arena_reserve(&arena, 64 << 20, &err))
		abort();
	arena_reset(&arena);
	exabgp_before_decode(&before, (const char *)data, size, &arena, &err);
	return 0;
}
