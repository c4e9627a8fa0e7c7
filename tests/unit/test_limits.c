/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/model/limits.c"
#include "lib/model/verdict.c"
#include "tests/suite.h"

static struct range
range(const char *text)
{
	struct range range = { 0 };
	struct err err;

	if (text)
		ck_assert(range_parse(text, &range, &err));
	return range;
}

static const struct {
	const char *warning, *critical;
	double value;
	enum verdict verdict;
} cases[] = {
	/* Critical first: at -31 and 21 both alert. */
	{ "-10:-2", "-30:20", -31, VERDICT_CRITICAL },
	{ "-10:-2", "-30:20", -29, VERDICT_WARNING },
	{ "-10:-2", "-30:20", -10, VERDICT_OK },
	{ "-10:-2", "-30:20", -1, VERDICT_WARNING },
	{ "-10:-2", "-30:20", 19, VERDICT_WARNING },
	{ "-10:-2", "-30:20", 21, VERDICT_CRITICAL },
	{ "10", NULL, 11, VERDICT_WARNING },
	{ "10", NULL, 10, VERDICT_OK },
	{ NULL, "10", 11, VERDICT_CRITICAL },
	{ NULL, "10", 10, VERDICT_OK },
	{ NULL, NULL, 1e9, VERDICT_OK },
	/* A critical range wider than the warning one still wins. */
	{ "10", "5", 6, VERDICT_CRITICAL },
};

START_TEST(judges_critical_first)
{
	const struct limits limits = {
		.warning = range(cases[_i].warning),
		.critical = range(cases[_i].critical),
	};

	ck_assert_int_eq(limits_verdict(&limits, cases[_i].value),
	    cases[_i].verdict);
}
END_TEST

START_TEST(one_range_is_enough)
{
	const struct limits none = { range(NULL), range(NULL) };
	const struct limits warning = { range("1"), range(NULL) };
	const struct limits critical = { range(NULL), range("1") };

	ck_assert(!limits_given(&none));
	ck_assert(limits_given(&warning));
	ck_assert(limits_given(&critical));
}
END_TEST

/* --- the verdicts themselves ---------------------------------------------- */

static const enum verdict by_severity[] = {
	VERDICT_OK,
	VERDICT_UNKNOWN,
	VERDICT_WARNING,
	VERDICT_CRITICAL,
};

START_TEST(orders_verdicts_by_severity)
{
	for (int a = 0; a < COUNT(by_severity); a++)
		for (int b = 0; b < COUNT(by_severity); b++) {
			const int order =
			    verdict_compare(by_severity[a], by_severity[b]);

			ck_assert_int_eq((order > 0) - (order < 0),
			    (a > b) - (a < b));
			ck_assert_int_eq(
			    verdict_worse(by_severity[a], by_severity[b]),
			    by_severity[a > b ? a : b]);
		}
}
END_TEST

START_TEST(takes_what_is_no_verdict_as_unknown)
{
	const enum verdict nonsense = (enum verdict)77;

	ck_assert_str_eq(verdict_name(nonsense), "UNKNOWN");
	ck_assert_int_eq(verdict_worse(nonsense, VERDICT_OK), VERDICT_UNKNOWN);
	ck_assert_int_eq(verdict_worse((enum verdict) - 1, nonsense),
	    VERDICT_UNKNOWN);
}
END_TEST

static const struct {
	const char *string;
	int verdict; /* -1: refused */
} words[] = {
	{ "OK", VERDICT_OK },
	{ "ok", VERDICT_OK },
	{ "Warning", VERDICT_WARNING },
	{ "critical", VERDICT_CRITICAL },
	{ "UNKNOWN", VERDICT_UNKNOWN },
	{ "0", VERDICT_OK },
	{ "1", VERDICT_WARNING },
	{ "2", VERDICT_CRITICAL },
	{ "3", VERDICT_UNKNOWN },
	{ "4", -1 },
	{ "", -1 },
	{ "-1", -1 },
	{ "00", -1 },
	{ "warn", -1 },
	{ "OK ", -1 },
};

START_TEST(reads_verdicts)
{
	enum verdict verdict = (enum verdict)42;
	const bool good = verdict_parse(words[_i].string, &verdict);

	ck_assert_int_eq(good, words[_i].verdict >= 0);
	ck_assert_int_eq(verdict, good ? words[_i].verdict : 42);
}
END_TEST

START_TEST(names_verdicts)
{
	ck_assert_str_eq(verdict_name(VERDICT_OK), "OK");
	ck_assert_str_eq(verdict_name(VERDICT_WARNING), "WARNING");
	ck_assert_str_eq(verdict_name(VERDICT_CRITICAL), "CRITICAL");
	ck_assert_str_eq(verdict_name(VERDICT_UNKNOWN), "UNKNOWN");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("limits");
	TCase *tcase = tcase_create("limits");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, judges_critical_first, 0, COUNT(cases));
	tcase_add_test(tcase, one_range_is_enough);
	tcase_add_test(tcase, orders_verdicts_by_severity);
	tcase_add_test(tcase, takes_what_is_no_verdict_as_unknown);
	tcase_add_loop_test(tcase, reads_verdicts, 0, COUNT(words));
	tcase_add_test(tcase, names_verdicts);
	return suite_run(suite);
}
