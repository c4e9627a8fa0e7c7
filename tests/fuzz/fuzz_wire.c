/* SPDX-License-Identifier: ISC */
/* The guard's reader: any stream of bytes gives frames, trees, or an error. */
#include <stdint.h>
#include <stdlib.h>

#include "frame/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct metric_def defs[] = {
	{ .name = "a", .limits = METRIC_NO_LIMITS },
	{ .name = "b", .limits = METRIC_NO_LIMITS },
	{ .name = NULL },
};

/* What is printed must be clean whatever was sent. */
static void
must_be_clean(const char *string)
{
	for (; *string; string++)
		if ((unsigned char)*string < ' ' || *string == '|')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct result_tree tree;
	struct wire_frame frame;
	struct err err;

	if (!arena.base && !arena_reserve(&arena, 1 << 22, &err))
		abort();
	while (wire_next(&data, &size, &frame, &err) > 0) {
		arena_reset(&arena);
		if (frame.type != WIRE_RESULT ||
		    !wire_result(&frame, &tree, &arena, defs, NULL, &err))
			continue;
		for (const struct result *node = tree.root; node;
		     node = result_next(node)) {
			must_be_clean(node->name);
			must_be_clean(node->summary);
		}
	}
	return 0;
}
