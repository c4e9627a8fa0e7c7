/* SPDX-License-Identifier: ISC */
#include "source/http_turn.h"

#include "base/clock.h"

#define LATE_NS (10 * CLOCK_MILLI)

bool
http_turn_is_short(int64_t each_ns, int64_t whole_ns, int64_t left_ns)
{
	const bool promised = each_ns > 0 && each_ns < whole_ns;

	return left_ns < (promised ? each_ns : whole_ns / 2);
}

void
http_turn_late(struct http_turn *turn, int64_t late_ns, int64_t now_ns)
{
	const int64_t so_far_ns = now_ns - turn->begun_ns;

	if (late_ns <= LATE_NS)
		return;
	if (late_ns > so_far_ns)
		late_ns = so_far_ns;
	turn->held_ns += late_ns;
	turn->until_ns += late_ns;
}

bool
http_turn_is_void(const struct http_turn *turn, int64_t now_ns)
{
	const int64_t due_ns = turn->until_ns - turn->begun_ns - turn->held_ns;
	const int64_t had_ns = now_ns - turn->begun_ns - turn->held_ns;

	return turn->cut || (turn->held_ns > 0 && had_ns < due_ns / 2);
}

bool
http_turn_is_held(const struct http_turn *turn, int64_t now_ns)
{
	return turn->held_ns > (now_ns - turn->begun_ns) / 10;
}
