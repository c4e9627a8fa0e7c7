/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "lib/source/http_turn.c"
#include "tests/suite.h"

#define MS CLOCK_MILLI
#define AT(ms) ((ms)*MS)

static struct http_turn
of_two_seconds(void)
{
	return (struct http_turn){ .begun_ns = AT(1000), .until_ns = AT(3000) };
}

START_TEST(what_we_stood_still_is_given_again)
{
	struct http_turn turn = of_two_seconds();

	http_turn_late(&turn, AT(700), AT(1900));
	http_turn_late(&turn, AT(300), AT(2900));
	ck_assert_int_eq(turn.until_ns, AT(4000));
	ck_assert_int_eq(turn.held_ns, AT(1000));
}
END_TEST

START_TEST(a_little_late_is_nothing)
{
	struct http_turn turn = of_two_seconds();

	http_turn_late(&turn, AT(10), AT(2000));
	http_turn_late(&turn, -AT(90), AT(2000));
	ck_assert_int_eq(turn.until_ns, AT(3000));
	ck_assert_int_eq(turn.held_ns, 0);
}
END_TEST

START_TEST(nothing_is_given_for_the_time_before_it)
{
	struct http_turn turn = of_two_seconds();

	http_turn_late(&turn, AT(700), AT(1020));
	ck_assert_int_eq(turn.held_ns, AT(20));
}
END_TEST

/* A turn of two seconds, in which we stood still, and that came to its end: did
 * the server have its time, and is it told that we stood still? */
static const struct {
	int64_t held_ms, end_ms;
	bool cut, nothing, told;
} ends[] = {
	{ 0, 3000, false, false, false },
	{ 0, 1500, false, false, false }, /* libcurl divides among addresses */
	{ 0, 3000, true, true, false },
	{ 100, 3100, false, false, false },
	{ 2500, 5500, false, false, true }, /* it was given again */
	{ 900, 3000, false, false, true },  /* not all, to the deadline */
	{ 1100, 3000, false, true, true },
	{ 4000, 5000, false, true, true },
};

START_TEST(a_turn_of_less_than_half_proves_nothing)
{
	struct http_turn turn = of_two_seconds();

	http_turn_late(&turn, AT(ends[_i].held_ms), AT(ends[_i].end_ms));
	turn.cut = ends[_i].cut;
	ck_assert_int_eq(http_turn_is_void(&turn, AT(ends[_i].end_ms)),
	    ends[_i].nothing);
	ck_assert_int_eq(http_turn_is_held(&turn, AT(ends[_i].end_ms)),
	    ends[_i].told);
}
END_TEST

static const struct {
	int64_t each_ms, left_ms;
	bool is_short;
} shares[] = {
	{ 0, 9900, false },
	{ 0, 5000, false },
	{ 0, 4900, true },
	{ 2000, 2000, false },
	{ 2000, 1900, true },
	/* What nobody could have is no promise. */
	{ 30000, 9900, false },
	{ 10000, 9900, false },
	{ 30000, 4900, true },
};

/* Of ten seconds. */
START_TEST(who_waited_has_a_turn_all_the_same)
{
	ck_assert_int_eq(http_turn_is_short(AT(shares[_i].each_ms), AT(10000),
			     AT(shares[_i].left_ms)),
	    shares[_i].is_short);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http_turn");
	TCase *tcase = tcase_create("turn");

	tcase_add_test(tcase, what_we_stood_still_is_given_again);
	tcase_add_test(tcase, a_little_late_is_nothing);
	tcase_add_test(tcase, nothing_is_given_for_the_time_before_it);
	tcase_add_loop_test(tcase, a_turn_of_less_than_half_proves_nothing, 0,
	    COUNT(ends));
	tcase_add_loop_test(tcase, who_waited_has_a_turn_all_the_same, 0,
	    COUNT(shares));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
