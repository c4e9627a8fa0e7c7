/* SPDX-License-Identifier: ISC */
/* The memory of the dampening: whatever is accepted can be written, read again
 * as the same, and stepped on within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "frame/damped_record.h"

static const struct dampen_params params = {
	.confirm = 3,
	.recover = 2,
	.half_life_ns = 1800 * CLOCK_SECOND,
	.flap = 2000,
	.release = 1000,
	.max_hold_ns = 2700 * CLOCK_SECOND,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct damped_record record, again;
	char room[2 * DAMPED_RECORD_MAX], other[2 * DAMPED_RECORD_MAX];
	struct text text = TEXT_OVER(room), second = TEXT_OVER(other);
	struct err err;

	if (!damped_record_decode(&record, (const char *)data, size, &err))
		return 0;
	damped_record_encode(&text, &record);
	if (text.cut || text.len > DAMPED_RECORD_MAX ||
	    !damped_record_decode(&again, text.data, text.len, &err))
		abort();
	damped_record_encode(&second, &again);
	if (strcmp(room, other) != 0)
		abort();
	for (int i = 0; i < 4; i++) {
		static const struct recover_values none;

		recover_begin(&record.recover, &none, i * CLOCK_SECOND,
		    params.max_hold_ns);
		if (recover_clears_ns(&record.recover, params.max_hold_ns) >
		    params.max_hold_ns)
			abort();
	}
	for (int i = 0; i < 8; i++) {
		const struct dampen_outcome outcome =
		    dampen_step(&record.dampen, &params,
			(enum verdict)(i * 7 % 4), i * CLOCK_SECOND);

		if (outcome.penalty > dampen_ceiling(&params))
			abort();
	}
	return 0;
}
