/* SPDX-License-Identifier: ISC */
/* A state file that anybody may have written: what is read is written in the
 * same way again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/route_history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM ((size_t)1 << 18)

static void
encode(struct arena *arena, const struct route_history *history,
    struct text *out)
{
	char *room = arena_alloc(arena, ROOM);

	if (room == NULL)
		abort();
	text_init(out, room, ROOM);
	route_history_encode(history, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct route_history first, second;
	struct text once, twice;
	struct arena arena;
	struct err err;

	if (size > 65536 || !arena_reserve(&arena, (size_t)64 << 20, &err))
		return 0;
	if (route_history_decode(&first, (const char *)data, size, &arena,
		&err)) {
		encode(&arena, &first, &once);
		if (!once.cut) {
			if (!route_history_decode(&second, once.data, once.len,
				&arena, &err))
				abort();
			encode(&arena, &second, &twice);
			if (strcmp(once.data, twice.data) != 0)
				abort();
		}
	}
	arena_free(&arena);
	return 0;
}
