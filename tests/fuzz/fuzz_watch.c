/* SPDX-License-Identifier: ISC */
/* The history of restarts: whatever is accepted can be written, read again as
 * the same, and decided upon without a restart beyond the budget. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/watch.h"

static const struct watch_params params = {
	.per_hour = 3,
	.per_day = 6,
	.failures = 2,
	.failing_ns = CLOCK_SECOND,
	.settle_ns = 60 * CLOCK_SECOND,
	.proof_ns = CLOCK_SECOND,
	.limit_ns = 30 * CLOCK_SECOND,
	.machine = 42,
};

static void
encode(const struct watch *watch, char room[static WATCH_STATE_MAX])
{
	struct text text;

	text_init(&text, room, WATCH_STATE_MAX);
	watch_encode(&text, watch);
	if (text.cut)
		abort();
}

static void
decide(struct watch *watch)
{
	uint64_t restarts = 0;

	for (int i = 0; i < 32; i++) {
		const struct watch_moment now = { "boot",
			i * 100 * CLOCK_SECOND, i * 100 * CLOCK_SECOND };
		const struct watch_look look = {
			.sight = (enum watch_sight)(i * 5 % 6),
			.identity = "p",
			.age_ns = -1,
		};
		const struct watch_decision decision =
		    watch_decide(watch, &look, &now, &params);

		restarts += decision.why == WATCH_RESTART;
		if (decision.wait_ns < 0 || decision.left > params.per_hour ||
		    watch->count > WATCH_ATTEMPTS)
			abort();
	}
	/* 53 minutes */
	if (restarts > params.per_hour)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char room[WATCH_STATE_MAX], other[WATCH_STATE_MAX];
	struct watch watch, again;
	struct err err;

	if (!watch_decode(&watch, (const char *)data, size, &err))
		return 0;
	encode(&watch, room);
	if (!watch_decode(&again, room, strlen(room), &err))
		abort();
	encode(&again, other);
	if (strcmp(room, other) != 0)
		abort();
	decide(&watch);
	return 0;
}
