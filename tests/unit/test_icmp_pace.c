/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "lib/source/icmp_pace.c"
#include "tests/suite.h"

#define MS CLOCK_MILLI

static struct icmp_pace
make(size_t targets, int64_t gap_ns, int64_t interval_ns, bool keep)
{
	struct icmp_pace pace = {
		.gap_ns = gap_ns,
		.interval_ns = interval_ns,
		.keep_gap = keep,
		.keep_interval = keep,
		.targets = targets,
	};

	icmp_pace_start(&pace, 1000 * MS);
	return pace;
}

START_TEST(a_round_is_an_interval_apart)
{
	struct icmp_pace pace = make(2, MS, 20 * MS, true);
	const int64_t due_ms[] = { 1000, 1001, 1020, 1021, 1040 };

	for (int i = 0; i < COUNT(due_ms); i++) {
		ck_assert_int_eq(pace.due_ns, due_ms[i] * MS);
		icmp_pace_turn(&pace);
	}
}
END_TEST

START_TEST(or_as_long_as_it_takes)
{
	struct icmp_pace pace = make(30, MS, 20 * MS, true);

	for (int i = 0; i < 90; i++) {
		ck_assert_int_eq(pace.due_ns, (1000 + i) * MS);
		icmp_pace_turn(&pace);
	}
}
END_TEST

START_TEST(idle_time_is_used_unless_told_otherwise)
{
	struct icmp_pace eager = make(2, 10 * MS, 50 * MS, false);
	struct icmp_pace strict = make(2, 10 * MS, 50 * MS, true);

	icmp_pace_turn(&eager);
	icmp_pace_turn(&strict);
	icmp_pace_idle(&eager, 1001 * MS);
	icmp_pace_idle(&strict, 1001 * MS);
	ck_assert_int_eq(eager.due_ns, 1001 * MS);
	ck_assert_int_eq(strict.due_ns, 1010 * MS);
	icmp_pace_turn(&eager);
	icmp_pace_turn(&strict);
	icmp_pace_idle(&eager, 1002 * MS);
	icmp_pace_idle(&strict, 1012 * MS);
	ck_assert_int_eq(eager.due_ns, 1002 * MS);
	ck_assert_int_eq(strict.due_ns, 1050 * MS);
	/* The next round counts from when this one began. */
	icmp_pace_turn(&eager);
	icmp_pace_turn(&eager);
	ck_assert_int_eq(eager.due_ns, 1052 * MS);
}
END_TEST

START_TEST(an_interval_is_kept_by_itself)
{
	struct icmp_pace pace = make(1, MS, 50 * MS, false);

	pace.keep_interval = true;
	icmp_pace_turn(&pace);
	icmp_pace_idle(&pace, 1001 * MS);
	ck_assert_int_eq(pace.due_ns, 1050 * MS);
}
END_TEST

START_TEST(never_later_for_being_idle)
{
	struct icmp_pace pace = make(3, MS, 0, false);

	icmp_pace_turn(&pace);
	icmp_pace_idle(&pace, 5000 * MS);
	ck_assert_int_eq(pace.due_ns, 1001 * MS);
}
END_TEST

START_TEST(what_is_late_is_not_sent_in_one_burst)
{
	struct icmp_pace pace = make(1000, MS, 0, true);

	icmp_pace_turn(&pace);
	icmp_pace_catch_up(&pace, 1003 * MS); /* a little late is fine */
	ck_assert_int_eq(pace.due_ns, 1001 * MS);
	icmp_pace_catch_up(&pace, 1500 * MS);
	ck_assert_int_eq(pace.due_ns, 1500 * MS);
	icmp_pace_turn(&pace);
	ck_assert_int_eq(pace.due_ns, 1501 * MS);
}
END_TEST

START_TEST(packets_that_are_due_soon_go_together)
{
	struct icmp_pace fast = make(1000, MS / 20, 0, true);
	int together = 0;

	while (icmp_pace_ready(&fast, 1000 * MS)) {
		icmp_pace_turn(&fast);
		together++;
	}
	ck_assert_int_eq(together, 60); /* of 20000 a second, for 3 ms */

	struct icmp_pace slow = make(1000, 10 * MS, 0, true);

	icmp_pace_turn(&slow);
	ck_assert(!icmp_pace_ready(&slow, 1009 * MS));
	ck_assert(icmp_pace_ready(&slow, 1010 * MS));
}
END_TEST

START_TEST(a_round_does_not_begin_early)
{
	struct icmp_pace pace = make(1, MS / 20, 20 * MS, true);

	icmp_pace_turn(&pace);
	ck_assert(!icmp_pace_ready(&pace, 1019 * MS));
	ck_assert(icmp_pace_ready(&pace, 1020 * MS));
}
END_TEST

START_TEST(knows_how_long_it_takes)
{
	const struct icmp_pace few = make(10, MS, 20 * MS, true);
	const struct icmp_pace many = make(100, MS, 20 * MS, true);

	ck_assert_int_eq(icmp_pace_duration_ns(&few, 5), 89 * MS);
	ck_assert_int_eq(icmp_pace_duration_ns(&many, 5), 499 * MS);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("icmp_pace");
	TCase *tcase = tcase_create("icmp_pace");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_round_is_an_interval_apart);
	tcase_add_test(tcase, or_as_long_as_it_takes);
	tcase_add_test(tcase, idle_time_is_used_unless_told_otherwise);
	tcase_add_test(tcase, an_interval_is_kept_by_itself);
	tcase_add_test(tcase, never_later_for_being_idle);
	tcase_add_test(tcase, what_is_late_is_not_sent_in_one_burst);
	tcase_add_test(tcase, packets_that_are_due_soon_go_together);
	tcase_add_test(tcase, a_round_does_not_begin_early);
	tcase_add_test(tcase, knows_how_long_it_takes);
	return suite_run(suite);
}
