/* SPDX-License-Identifier: ISC */
/* A history that is taken at all is written as it was read, and can be gone on
 * from. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/bgp_history.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
write_again(const struct bgp_history *history, struct arena *arena)
{
	static char first[1 << 20], second[1 << 20];
	struct bgp_history back;
	struct text one, two;
	struct err err;

	text_init(&one, first, sizeof(first));
	text_init(&two, second, sizeof(second));
	bgp_history_encode(history, &one);
	if (one.cut)
		return;
	if (!bgp_history_decode(&back, first, one.len, arena, &err))
		abort();
	bgp_history_encode(&back, &two);
	if (strcmp(first, second) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct arena arena;
	const struct bgp_spans spans = { 100, 100, 50 };
	struct bgp_history before, after;
	struct moment moment = { "b", INT32_MAX };
	struct err err;

	if (!arena.base && !arena_reserve(&arena, 256 << 20, &err))
		abort();
	arena_reset(&arena);
	if (!bgp_history_decode(&before, (const char *)bytes, len, &arena,
		&err))
		return 0;
	write_again(&before, &arena);
	memcpy(moment.boot_id, before.moment.boot_id, sizeof(moment.boot_id));
	bgp_history_init(&after, &arena, &moment);
	if (bgp_history_next(&after, &before, &before.peers, &spans))
		write_again(&after, &arena);
	return 0;
}
