/* SPDX-License-Identifier: ISC */
/* First-seen times as they come back from the state store: what is taken is
 * written again byte for byte. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/tcp_history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct tcp_history history;
	struct text text;
	struct err err;
	char *room;

	if (arena.base == NULL && !arena_reserve(&arena, 16 << 20, &err))
		abort();
	arena_reset(&arena);
	if (!tcp_history_decode(&history, (const char *)data, size, &arena,
		&err))
		return 0;
	room = malloc(size + 1);
	if (room == NULL)
		return 0;
	text_init(&text, room, size + 1);
	tcp_history_arrange(&history);
	tcp_history_encode(&history, &text);
	if (text.cut || text.len != size || memcmp(room, data, size) != 0)
		abort();
	free(room);
	return 0;
}
