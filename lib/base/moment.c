/* SPDX-License-Identifier: ISC */
#include "base/moment.h"

#include <string.h>

#include "base/clock.h"

bool
moment_now(struct moment *moment, struct err *err)
{
	moment->at_s = clock_boottime_ns() / CLOCK_SECOND;
	return bootid_read(moment->boot_id, err);
}

bool
moment_follows(const struct moment *now, const struct moment *then)
{
	return strcmp(now->boot_id, then->boot_id) == 0 &&
	    now->at_s >= then->at_s;
}

void
moment_write(const struct moment *moment, struct text *out)
{
	text_addf(out, "%s %lld", moment->boot_id, (long long)moment->at_s);
}

bool
moment_take(struct span *rest, struct moment *moment)
{
	struct moment taken;
	struct span boot_id;
	uint64_t at_s;

	if (!span_word(rest, &boot_id) ||
	    !span_copy(boot_id, taken.boot_id, sizeof(taken.boot_id)) ||
	    !span_take_u64(rest, &at_s) || at_s > INT64_MAX)
		return false;
	taken.at_s = (int64_t)at_s;
	*moment = taken;
	return true;
}
