/* SPDX-License-Identifier: ISC */
/* The ini file of --extra-opts: any bytes give settings, or one clean line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frame/opt_extra.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_settings(const struct opt_extra *extra, size_t size)
{
	unsigned line = 0;

	for (size_t i = 0; i < extra->count; i++) {
		const struct opt_extra_setting *s = &extra->items[i];

		if (!*s->key || strpbrk(s->key, "=\n") ||
		    strchr(s->value, '\n') || s->line <= line ||
		    strlen(s->key) + strlen(s->value) >= size)
			abort();
		line = s->line;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct opt_extra extra = { .path = "FILE" };
	struct err err = { 0 };
	char *bytes = malloc(size + 1); /* so that reading on is seen */

	if (!bytes || (!arena.base && !arena_reserve(&arena, 1 << 24, &err)))
		abort();
	memcpy(bytes, data, size);
	arena_reset(&arena);
	if (opt_extra_parse(&extra, bytes, size, "me", &arena, &err))
		check_settings(&extra, size);
	else if (err.kind == ERR_NONE || strchr(err.text, '\n'))
		abort();
	free(bytes);
	return 0;
}
