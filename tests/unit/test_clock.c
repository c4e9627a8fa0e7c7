/* SPDX-License-Identifier: ISC */
#include "lib/base/clock.c"
#include "tests/suite.h"

static int64_t (*const clocks[])(void) = {
	clock_monotonic_ns,
	clock_boottime_ns,
	clock_wall_ns,
};

static const clockid_t ids[] = {
	CLOCK_MONOTONIC,
	CLOCK_BOOTTIME,
	CLOCK_REALTIME,
};

/* Each reads its own clock, in nanoseconds. */
START_TEST(reads_the_right_clock)
{
	struct timespec before, after;
	int64_t now;

	clock_gettime(ids[_i], &before);
	now = clocks[_i]();
	clock_gettime(ids[_i], &after);
	ck_assert_int_ge(now,
	    before.tv_sec * INT64_C(1000000000) + before.tv_nsec);
	ck_assert_int_le(now,
	    after.tv_sec * INT64_C(1000000000) + after.tv_nsec);
}
END_TEST

START_TEST(counts_down)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	const int64_t left = deadline_left_ns(&deadline);

	ck_assert_int_le(left, 60 * CLOCK_SECOND);
	ck_assert_int_gt(left, 50 * CLOCK_SECOND);
	ck_assert_int_le(deadline_left_ns(&deadline), left);
	ck_assert(!deadline_past(&deadline));
}
END_TEST

static const int64_t past[] = { 0, -1, -CLOCK_SECOND, -1000 * CLOCK_SECOND };

START_TEST(is_past_and_stays_at_zero)
{
	const struct deadline deadline = deadline_in(past[_i]);

	ck_assert(deadline_past(&deadline));
	ck_assert_int_eq(deadline_left_ns(&deadline), 0);
	ck_assert_int_eq(deadline_left_ms(&deadline), 0);
}
END_TEST

/* 0 would make a caller spin in poll until the last fraction is over. */
START_TEST(rounds_milliseconds_up)
{
	for (int i = 0; i < 1000; i++) {
		const struct deadline deadline =
		    deadline_in(i * CLOCK_MILLI / 100 + 1);
		const int64_t before = deadline_left_ns(&deadline);
		const int ms = deadline_left_ms(&deadline);
		const int64_t after = deadline_left_ns(&deadline);

		ck_assert_int_le(ms, before / CLOCK_MILLI + 1);
		ck_assert_int_ge(ms * CLOCK_MILLI, after);
	}
}
END_TEST

START_TEST(saturates)
{
	static const int64_t far[] = { INT64_MAX, INT64_MAX - 1,
		INT64_MAX / 2 };

	for (int i = 0; i < COUNT(far); i++) {
		const struct deadline deadline = deadline_in(far[i]);

		ck_assert(!deadline_past(&deadline));
		ck_assert_int_eq(deadline_left_ms(&deadline), INT_MAX);
		ck_assert_int_gt(deadline_left_ns(&deadline), INT64_MAX / 4);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("clock");
	TCase *tcase = tcase_create("clock");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, reads_the_right_clock, 0, COUNT(clocks));
	tcase_add_test(tcase, counts_down);
	tcase_add_loop_test(tcase, is_past_and_stays_at_zero, 0, COUNT(past));
	tcase_add_test(tcase, rounds_milliseconds_up);
	tcase_add_test(tcase, saturates);
	return suite_run(suite);
}
