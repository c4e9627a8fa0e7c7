/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

#include <limits.h>
#include <time.h>

static int64_t
read_ns(clockid_t clock)
{
	struct timespec now;

	/* Cannot fail for these clocks (clock_gettime(2)). */
	clock_gettime(clock, &now);
	return now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

int64_t
clock_monotonic_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

int64_t
clock_boottime_ns(void)
{
	return read_ns(CLOCK_BOOTTIME);
}

int64_t
clock_wall_ns(void)
{
	return read_ns(CLOCK_REALTIME);
}

struct deadline
deadline_in(int64_t ns)
{
	const int64_t now = clock_monotonic_ns();

	return (struct deadline){
		.at_ns = ns < INT64_MAX - now ? now + ns : INT64_MAX,
	};
}

int64_t
deadline_left_ns(const struct deadline *deadline)
{
	const int64_t left = deadline->at_ns - clock_monotonic_ns();

	return left > 0 ? left : 0;
}

int
deadline_left_ms(const struct deadline *deadline)
{
	const int64_t left = deadline_left_ns(deadline);
	const int64_t ms = left / CLOCK_MILLI + (left % CLOCK_MILLI > 0);

	return ms > INT_MAX ? INT_MAX : (int)ms;
}

bool
deadline_past(const struct deadline *deadline)
{
	return deadline_left_ns(deadline) == 0;
}
