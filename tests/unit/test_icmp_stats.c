/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <string.h>

#include "lib/model/icmp_stats.c"
#include "tests/suite.h"

#define MS (1000000 / ICMP_TICK_NS)

#define NEAR(a, b) ck_assert_double_eq_tol((a), (b), 1e-9)

START_TEST(counts_only_what_is_known)
{
	const int32_t rtts[] = { 2 * MS, ICMP_LOST, ICMP_UNSENT,
		ICMP_UNMEASURED, 4 * MS, ICMP_WAITING, ICMP_REFUSED };
	const struct icmp_stats stats = icmp_stats_make(rtts, 7);

	ck_assert_uint_eq(stats.sent, 4);
	ck_assert_uint_eq(stats.received, 2);
	ck_assert_uint_eq(stats.unmeasured, 1);
	NEAR(stats.loss, 50);
	NEAR(stats.average, 0.003);
	NEAR(stats.min, 0.002);
	NEAR(stats.max, 0.004);
	NEAR(stats.median, 0.003);
	NEAR(stats.deviation, 0.001);
}
END_TEST

START_TEST(nothing_sent_is_no_loss_and_nothing_received_no_time)
{
	const int32_t unsent[] = { ICMP_UNSENT, ICMP_UNMEASURED };
	const int32_t lost[] = { ICMP_LOST, ICMP_LOST };

	NEAR(icmp_stats_make(unsent, 2).loss, 0);
	ck_assert_uint_eq(icmp_stats_make(unsent, 2).sent, 0);
	NEAR(icmp_stats_make(lost, 2).loss, 100);
	NEAR(icmp_stats_make(lost, 2).average, 0);
	NEAR(icmp_stats_make(lost, 2).mos, 1);
	NEAR(icmp_stats_make(NULL, 0).loss, 0);
}
END_TEST

/* By hand: D = 16, 0 (over the lost one), 32 ms; J = 1, 0.9375, 2.87890625. */
START_TEST(jitter_is_that_of_rfc_3550)
{
	const int32_t rtts[] = { 10 * MS, 26 * MS, ICMP_LOST, 26 * MS,
		58 * MS };

	NEAR(icmp_stats_make(rtts, 5).jitter, 0.00287890625);
	NEAR(icmp_stats_make(rtts, 1).jitter, 0);
}
END_TEST

START_TEST(statistics_do_not_depend_on_the_order)
{
	int32_t rtts[7] = { 5 * MS, 1 * MS, 9 * MS, 2 * MS, 7 * MS, 3 * MS,
		8 * MS };
	const struct icmp_stats stats = icmp_stats_make(rtts, 7);

	NEAR(stats.median, 0.005);
	NEAR(stats.average, 0.005);
	/* squares: 0 16 16 9 4 4 9 = 58 */
	NEAR(stats.deviation, 0.001 * sqrt(58.0 / 7));
}
END_TEST

/* Both ways to sort. */
START_TEST(the_median_of_many)
{
	int32_t rtts[41];

	for (size_t count = 1; count <= 41; count++) {
		for (size_t i = 0; i < count; i++)
			rtts[i] = (int32_t)((i * 29 + 11) % count) * MS;
		if (count % 29 == 0)
			continue; /* then they are no permutation */
		NEAR(icmp_stats_make(rtts, count).median,
		    0.001 * (double)(count - 1) / 2);
	}
}
END_TEST

START_TEST(the_brief_ones_are_the_same)
{
	const int32_t rtts[] = { 3 * MS, ICMP_LOST, 1, 7 * MS };
	const struct icmp_stats all = icmp_stats_make(rtts, 4),
				brief = icmp_stats_brief(rtts, 4);

	ck_assert_uint_eq(brief.sent, all.sent);
	ck_assert_uint_eq(brief.received, all.received);
	ck_assert_double_eq(brief.loss, all.loss);
	ck_assert_double_eq(brief.min, all.min);
	ck_assert_double_eq(brief.average, all.average);
	ck_assert_double_eq(brief.max, all.max);
	NEAR(brief.min, 1e-7);
}
END_TEST

START_TEST(square_roots_are_right)
{
	static const double values[] = { 0, 1e-18, 1e-6, 0.25, 1, 2, 3, 1e6,
		1e12 };

	for (int i = 0; i < COUNT(values); i++)
		ck_assert_double_eq_tol(square_root(values[i]), sqrt(values[i]),
		    1e-12 * (1 + sqrt(values[i])));
	ck_assert_double_eq(square_root(-1), 0);
}
END_TEST

/* The documented formula, worked out by hand. */
static const struct {
	double average_s, jitter_s, loss, mos;
} scores[] = {
	{ 0, 0, 0, 4.4040 },	  /* L 10, R 92.95 */
	{ 0.15, 0, 0, 4.3189 },	  /* L 160, R 89.2 */
	{ 0.3, 0.02, 0, 3.6064 }, /* L 350, R 70.2 */
	{ 0.02, 0, 10, 3.4752 },  /* L 30, R 67.45 */
	{ 0.02, 0, 100, 1 },	  /* R below 0 */
};

START_TEST(scores_a_call)
{
	ck_assert_double_eq_tol(icmp_stats_mos(scores[_i].average_s,
				    scores[_i].jitter_s, scores[_i].loss),
	    scores[_i].mos, 0.0005);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("icmp_stats");
	TCase *tcase = tcase_create("icmp_stats");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, counts_only_what_is_known);
	tcase_add_test(tcase,
	    nothing_sent_is_no_loss_and_nothing_received_no_time);
	tcase_add_test(tcase, jitter_is_that_of_rfc_3550);
	tcase_add_test(tcase, statistics_do_not_depend_on_the_order);
	tcase_add_test(tcase, the_median_of_many);
	tcase_add_test(tcase, the_brief_ones_are_the_same);
	tcase_add_test(tcase, square_roots_are_right);
	tcase_add_loop_test(tcase, scores_a_call, 0, COUNT(scores));
	return suite_run(suite);
}
