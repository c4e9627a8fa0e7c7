/* SPDX-License-Identifier: ISC */
/*
 * clock: the three clocks, each for one purpose, and the absolute deadline.
 *
 * Durations within a run: CLOCK_MONOTONIC.  Times compared across runs:
 * CLOCK_BOOTTIME together with the boot id (a jump of the wall clock must not
 * age anything).  Wall clock: for people only.  All in nanoseconds.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000000) /* ns */
#define CLOCK_MILLI INT64_C(1000000)	 /* ns */

int64_t clock_monotonic_ns(void);
int64_t clock_boottime_ns(void);
int64_t clock_wall_ns(void); /* since 1970-01-01T00:00:00Z */

/* One absolute point in CLOCK_MONOTONIC time, made once and passed down: a
 * function that waits asks what is left, and no retry can stretch it. */
struct deadline {
	int64_t at_ns;
};

struct deadline deadline_in(int64_t ns); /* never, when that overflows */
int64_t deadline_left_ns(const struct deadline *deadline); /* never below 0 */
/* For poll(2): rounded up, never below 0, at most INT_MAX. */
int deadline_left_ms(const struct deadline *deadline);
bool deadline_past(const struct deadline *deadline);

#endif
