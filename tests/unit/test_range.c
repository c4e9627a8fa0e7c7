/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "lib/model/range.c"
#include "tests/suite.h"

/* The table of the guideline and its classic tests, sample by sample. */
static const struct {
	const char *text;
	double value;
	bool alerts;
} samples[] = {
	{ "10", -1, true },
	{ "10", 0, false },
	{ "10", 10, false },
	{ "10", 10.001, true },
	{ ":10", -1, true },
	{ ":10", 0, false },
	{ ":10", 10, false },
	{ ":10", 10.001, true },
	{ "0:10", -1, true },
	{ "0:10", 0, false },
	{ "0:10", 10, false },
	{ "0:10", 10.001, true },
	{ "10:", 9.999, true },
	{ "10:", 10, false },
	{ "10:", 1e9, false },
	{ "~:10", -1e9, false },
	{ "~:10", 10, false },
	{ "~:10", 10.001, true },
	{ "10:20", 9.999, true },
	{ "10:20", 10, false },
	{ "10:20", 20, false },
	{ "10:20", 20.5, true },
	{ "@10:20", 9.999, false },
	{ "@10:20", 10, true },
	{ "@10:20", 20, true },
	{ "@10:20", 20.5, false },
	{ "@10", -1, false },
	{ "@10", 0, true },
	{ "@10", 10, true },
	{ "@10", 10.001, false },
	{ "@10:", 9.999, false },
	{ "@10:", 10, true },
	{ "@~:10", 10, true },
	{ "@~:10", 10.001, false },
	{ "0:", -0.1, true },
	{ "0:", 0, false },
	{ "~:", -1e300, false },
	{ "~:", 0, false },
	{ "~:", 1e300, false },
	{ "@~:", -1e300, true },
	{ "@~:", 0, true },
	{ "@~:", 1e300, true },
	{ "10:10", 10, false },
	{ "10:10", 9, true },
	{ "10:10", 11, true },
	{ "@1:1", 0.5, false },
	{ "@1:1", 1, true },
	{ "@1:1", 5.2, false },
	{ "-10:-2", -10.5, true },
	{ "-10:-2", -10, false },
	{ "-10:-2", -2, false },
	{ "-10:-2", -1, true },
	{ "-7:23", -7.1, true },
	{ "-7:23", -7, false },
	{ "-7:23", 23, false },
	{ "-7:23", 23.1, true },
	{ "~:-95.99", -96, false },
	{ "~:-95.99", -95.99, false },
	{ "~:-95.99", -95.9, true },
	{ "0.5:1.5", 0.49, true },
	{ "0.5:1.5", 0.5, false },
	{ "0.5:1.5", 1.5, false },
	{ "0.5:1.5", 1.51, true },
	{ "-2.5:-0.5", -1.5, false },
	{ "@0:657.8210567", 657.8210567, true },
	{ "@0:657.8210567", 657.8210568, false },
	{ "12345678901234567890:", 12345678901234567890.0, false },
	{ "12345678901234567890:", 12345678901234500000.0, true },
	{ "-0:0", 0, false },
	{ "+1:+2", 1.5, false },
	{ ".5:1", 0.5, false },
};

START_TEST(alerts_as_the_guideline_says)
{
	struct range range;
	struct err err = { 0 };

	ck_assert_msg(range_parse(samples[_i].text, &range, &err), "%s: %s",
	    samples[_i].text, err.text);
	ck_assert(range.set);
	ck_assert_msg(range_alerts(&range, samples[_i].value) ==
		samples[_i].alerts,
	    "%s at %f", samples[_i].text, samples[_i].value);
}
END_TEST

#define SIXTY_FIVE                                                             \
	"1234567890123456789012345678901234567890123456789012345678901"        \
	"2345"

static const struct {
	const char *text, *refusal;
} refusals[] = {
	{ "2:1", "start 2 at character 1 is above end 1: use 1:2" },
	{ "@2:1", "start 2 at character 2 is above end 1: use @1:2" },
	{ "-5", "start 0, implied at character 1, is above end -5: use ~:-5" },
	{ "@-5",
	    "start 0, implied at character 2, is above end -5: use @~:-5" },
	{ ":-5", "start 0, implied at character 1, is above end -5: use ~:-5" },
	{ "0:-5", "start 0 at character 1 is above end -5: use -5:0" },
	{ "", "empty, expected a range such as 10, 10:20, ~:10 or @10:20" },
	{ "@",
	    "ends after character 1, expected a range such as 10, 10:20, ~:10 "
	    "or @10:20" },
	{ ":",
	    "ends after character 1, expected a range such as 10, 10:20, ~:10 "
	    "or @10:20" },
	{ "@:",
	    "ends after character 2, expected a range such as 10, 10:20, ~:10 "
	    "or @10:20" },
	{ "~",
	    "ends after character 1, expected a colon: ~ is a start without "
	    "limit, as in ~:10" },
	{ "abc",
	    "unexpected a at character 1, expected a range such as 10, 10:20, "
	    "~:10 or @10:20" },
	{ "10:20:30",
	    "unexpected : at character 6, expected one colon at most" },
	{ "5%",
	    "unexpected % at character 2, expected the end of a plain number, "
	    "without unit or exponent" },
	{ "1:12%",
	    "unexpected % at character 5, expected the end of a plain number, "
	    "without unit or exponent" },
	{ "5:~",
	    "unexpected ~ at character 3, expected ~ before the colon only: "
	    "an empty end has no limit" },
	{ "10:abc",
	    "unexpected a at character 4, expected a number or nothing behind "
	    "the colon" },
	{ "~5:10",
	    "unexpected 5 at character 2, expected a colon: ~ is a start "
	    "without limit, as in ~:10" },
	{ "@@10",
	    "unexpected @ at character 2, expected a range such as 10, 10:20, "
	    "~:10 or @10:20" },
	{ "0x10",
	    "unexpected x at character 2, expected the end of a plain number, "
	    "without unit or exponent" },
	{ "inf",
	    "unexpected i at character 1, expected a range such as 10, 10:20, "
	    "~:10 or @10:20" },
	{ "nan",
	    "unexpected n at character 1, expected a range such as 10, 10:20, "
	    "~:10 or @10:20" },
	{ " 10",
	    "unexpected space at character 1, expected a range such as 10, "
	    "10:20, ~:10 or @10:20" },
	{ "10 ",
	    "unexpected space at character 3, expected the end of a plain "
	    "number, without unit or exponent" },
	{ "10:inf",
	    "unexpected i at character 4, expected a number or nothing behind "
	    "the colon" },
	{ "~:~",
	    "unexpected ~ at character 3, expected ~ before the colon only: "
	    "an empty end has no limit" },
	{ "1,5",
	    "unexpected , at character 2, expected a point as decimal sign" },
	{ "5.",
	    "unexpected . at character 2, expected digits behind the "
	    "point" },
	{ "1e5",
	    "unexpected e at character 2, expected the end of a plain number, "
	    "without unit or exponent" },
	{ "100ms",
	    "unexpected m at character 4, expected the end of a plain number, "
	    "without unit or exponent" },
	{ SIXTY_FIVE,
	    "the number at character 1 is longer than 64 characters" },
	{ "1:" SIXTY_FIVE,
	    "the number at character 3 is longer than 64 characters" },
};

START_TEST(refuses_and_says_why)
{
	struct range range = { .start = 42, .end = 43 };
	struct err err = { 0 };

	ck_assert_msg(!range_parse(refusals[_i].text, &range, &err), "%s",
	    refusals[_i].text);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, refusals[_i].refusal);
	ck_assert(!range.set && range.start == 42 && range.end == 43);
}
END_TEST

START_TEST(never_alerts_when_not_set)
{
	const struct range none = { 0 };
	char room[8];
	struct text text = TEXT_OVER(room);

	ck_assert(!range_alerts(&none, 0));
	ck_assert(!range_alerts(&none, 1e9));
	ck_assert(!range_is_plain(&none));
	range_format(&text, &none);
	ck_assert_str_eq(room, "");
}
END_TEST

static const struct {
	const char *text, *canonical;
	bool plain;
} forms[] = {
	{ "10", "10", true },
	{ ":10", "10", true },
	{ "0:10", "10", true },
	{ "~:10", "10", true },
	{ "~:0", "0", true },
	{ "~:-5", "~:-5", false },
	{ "10:", "10:", false },
	{ "0:", "0:", false },
	{ "~:", "~:", false },
	{ "10:20", "10:20", false },
	{ "-10:-2", "-10:-2", false },
	{ "0.50:1.50", "0.5:1.5", false },
	{ "@10", "@10", false },
	{ "@0:10", "@10", false },
	{ "@10:20", "@10:20", false },
	{ "@10:", "@10:", false },
	{ "@0:", "@0:", false },
	{ "@~:10", "@~:10", false },
	{ "@~:", "@~:", false },
};

START_TEST(formats_canonically)
{
	struct range range;
	struct err err = { 0 };
	char room[64];
	struct text text = TEXT_OVER(room);

	ck_assert(range_parse(forms[_i].text, &range, &err));
	range_format(&text, &range);
	ck_assert_str_eq(room, forms[_i].canonical);
	ck_assert_int_eq(range_is_plain(&range), forms[_i].plain);
	ck_assert_int_eq(strspn(room, "0123456789.-") == text.len,
	    forms[_i].plain);
}
END_TEST

static const struct {
	const char *text;
	double value;
	const char *why;
} reasons[] = {
	{ "10", 11, "above 10" },
	{ "10", -1, "below 0" },
	{ "~:10", 11, "above 10" },
	{ "5:", 4, "below 5" },
	{ "0:", -1, "below 0" },
	{ "10:20", 25, "not within 10 to 20" },
	{ "10:20", 5, "not within 10 to 20" },
	{ "-10:20", 25, "not within -10 to 20" },
	{ "@10:20", 15, "within 10 to 20" },
	{ "@5", 0, "within 0 to 5" },
	{ "10:10", 11, "not 10" },
	{ "0:0", 1, "not 0" },
	{ "@1:1", 1, "exactly 1" },
	{ "@~:5", 3, "at most 5" },
	{ "@5:", 7, "at least 5" },
	{ "@~:", 7, "always" },
};

START_TEST(explains_itself)
{
	struct range range;
	struct err err = { 0 };
	char room[64];
	struct text text = TEXT_OVER(room);

	ck_assert(range_parse(reasons[_i].text, &range, &err));
	ck_assert(range_alerts(&range, reasons[_i].value));
	range_explain(&text, &range, reasons[_i].value, num_format);
	ck_assert_str_eq(room, reasons[_i].why);
}
END_TEST

/* --- properties ----------------------------------------------------------- */

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Numbers that collide often, with and without decimals. */
static double
random_bound(uint64_t *state)
{
	static const double scales[] = { 1, 10, 1e3, 1e6 };
	const uint64_t random = next_random(state);

	return (double)((int64_t)(random % 41) - 20) / scales[random / 64 % 4];
}

static struct range
random_range(uint64_t *state)
{
	const uint64_t shape = next_random(state);
	struct range range = {
		.set = true,
		.inside = shape & 1,
		.start = random_bound(state),
		.end = random_bound(state),
	};

	if (range.start > range.end) {
		const double swap = range.start;

		range.start = range.end;
		range.end = swap;
	}
	if (shape >> 8 & 1)
		range.start = 0;
	if (shape >> 9 & 1 || range.start > range.end)
		range.end = INFINITY;
	if (shape >> 10 & 1)
		range.start = -INFINITY;
	return range;
}

/* A plain "10" gives up what "~:10" says below 0; nothing else is lost. */
START_TEST(format_and_parse_round_trip)
{
	uint64_t state = 88172645463325252;

	for (int i = 0; i < 50000; i++) {
		const struct range range = random_range(&state);
		struct range back;
		struct err err = { 0 };
		char room[64];
		struct text text = TEXT_OVER(room);

		range_format(&text, &range);
		ck_assert_msg(range_parse(room, &back, &err), "%s: %s", room,
		    err.text);
		ck_assert(back.set && back.inside == range.inside);
		ck_assert_msg(back.start ==
			(range_is_plain(&range) ? 0 : range.start),
		    "%s", room);
		ck_assert_msg(back.end == range.end, "%s", room);
	}
}
END_TEST

/* "@" is the exact opposite, for every value. */
START_TEST(inside_and_outside_are_opposites)
{
	uint64_t state = 88172645463325252;

	for (int i = 0; i < 50000; i++) {
		const struct range range = random_range(&state);
		struct range other = range;
		const double value = random_bound(&state);

		other.inside = !range.inside;
		ck_assert(
		    range_alerts(&range, value) != range_alerts(&other, value));
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("range");
	TCase *tcase = tcase_create("range");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, alerts_as_the_guideline_says, 0,
	    COUNT(samples));
	tcase_add_loop_test(tcase, refuses_and_says_why, 0, COUNT(refusals));
	tcase_add_test(tcase, never_alerts_when_not_set);
	tcase_add_loop_test(tcase, formats_canonically, 0, COUNT(forms));
	tcase_add_loop_test(tcase, explains_itself, 0, COUNT(reasons));
	tcase_add_test(tcase, format_and_parse_round_trip);
	tcase_add_test(tcase, inside_and_outside_are_opposites);
	return suite_run(suite);
}
