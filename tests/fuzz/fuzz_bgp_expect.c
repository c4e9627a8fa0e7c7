/* SPDX-License-Identifier: ISC */
/* Expected peers: any file and any option is taken or refused. */
#include <stdint.h>
#include <stdlib.h>

#include "model/bgp_expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct arena arena;
	struct bgp_expects expects = { 0 };
	struct err err;

	if (!arena.base && !arena_reserve(&arena, 64 << 20, &err))
		abort();
	arena_reset(&arena);
	if (!bgp_expect_parse_file((const char *)bytes, len, &expects, &arena,
		&err) &&
	    err.kind != ERR_USAGE && err.kind != ERR_SYSTEM)
		abort();
	for (size_t i = 0; i < bgp_expects_count(&expects); i++) {
		char room[1024];
		struct text name;

		text_init(&name, room, sizeof(room));
		bgp_expect_name(&name, bgp_expects_at(&expects, i));
		if (name.len == 0)
			abort();
	}
	bgp_expect_parse((const char *)bytes, len, ",", &expects, &arena, &err);
	return 0;
}
