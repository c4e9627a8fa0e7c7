/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/model/family.c"
#include "tests/suite.h"

#define U FAMILY_UNASKED
#define M FAMILY_MISSING
#define X FAMILY_UNSEEN
#define D FAMILY_DEAD
#define W FAMILY_WORKS
#define O VERDICT_OK
#define WARN VERDICT_WARNING
#define CRIT VERDICT_CRITICAL
#define UNKN VERDICT_UNKNOWN

/* Rows of `verdicts`: what a policy makes of IPv4 and IPv6; columns auto, both,
 * any, only IPv4, only IPv6; `dead4` and `dead6` are dead_address for auto. */
static const struct {
	enum family_status v4, v6;
	enum verdict verdicts[5];
	enum verdict dead4, dead6;
	const char *text;
} cases[] = {
	{ W, W, { O, O, O, O, O }, CRIT, CRIT, "works over IPv4 and IPv6" },
	{ W, D, { WARN, WARN, O, O, CRIT }, CRIT, WARN,
	    "works over IPv4, IPv6 dead" },
	{ D, W, { WARN, WARN, O, CRIT, O }, WARN, CRIT,
	    "works over IPv6, IPv4 dead" },
	{ D, D, { CRIT, CRIT, CRIT, CRIT, CRIT }, CRIT, CRIT,
	    "dead over IPv4 and IPv6" },
	{ W, M, { O, WARN, O, O, CRIT }, CRIT, CRIT,
	    "works over IPv4, no IPv6 address" },
	{ M, W, { O, WARN, O, CRIT, O }, CRIT, CRIT,
	    "works over IPv6, no IPv4 address" },
	{ D, M, { CRIT, CRIT, CRIT, CRIT, CRIT }, CRIT, CRIT,
	    "IPv4 dead, no IPv6 address" },
	{ M, M, { CRIT, CRIT, CRIT, CRIT, CRIT }, CRIT, CRIT,
	    "no IPv4 address, no IPv6 address" },
	{ W, U, { O, O, O, O, CRIT }, CRIT, CRIT, "works over IPv4" },
	{ U, W, { O, O, O, CRIT, O }, CRIT, CRIT, "works over IPv6" },
	{ D, U, { CRIT, CRIT, CRIT, CRIT, CRIT }, CRIT, CRIT, "IPv4 dead" },
	{ U, D, { CRIT, CRIT, CRIT, CRIT, CRIT }, CRIT, CRIT, "IPv6 dead" },
	{ W, X, { UNKN, UNKN, O, O, UNKN }, CRIT, CRIT,
	    "works over IPv4, IPv6 not known" },
	{ X, D, { WARN, WARN, UNKN, UNKN, CRIT }, CRIT, WARN,
	    "IPv4 not known, IPv6 dead" },
	{ X, X, { UNKN, UNKN, UNKN, UNKN, UNKN }, CRIT, CRIT,
	    "IPv4 not known, IPv6 not known" },
	{ X, M, { UNKN, WARN, UNKN, UNKN, CRIT }, CRIT, CRIT,
	    "IPv4 not known, no IPv6 address" },
};

static const struct family_rules preset = {
	.one_dead = VERDICT_WARNING,
	.all_dead = VERDICT_CRITICAL,
	.missing = FAMILY_MISSING_AUTO,
};

START_TEST(judges_each_policy)
{
	const enum family_status seen[] = { U, cases[_i].v4, cases[_i].v6 };

	for (int policy = 0; policy < 5; policy++) {
		struct family_rules rules = preset;

		rules.policy = policy;
		ck_assert_msg(family_judge(&rules, seen).verdict ==
			cases[_i].verdicts[policy],
		    "row %d, policy %d: %s", _i, policy,
		    verdict_name(family_judge(&rules, seen).verdict));
	}
}
END_TEST

START_TEST(weighs_addresses_that_do_not_work)
{
	const enum family_status seen[] = { U, cases[_i].v4, cases[_i].v6 };
	const struct family_verdict out = family_judge(&preset, seen);

	ck_assert_int_eq(out.dead_address[IP_V4], cases[_i].dead4);
	ck_assert_int_eq(out.dead_address[IP_V6], cases[_i].dead6);
}
END_TEST

START_TEST(tells_in_one_clause)
{
	const enum family_status seen[] = { U, cases[_i].v4, cases[_i].v6 };
	char room[80];
	struct text text = TEXT_OVER(room);

	family_tell(&text, seen);
	ck_assert_str_eq(text.data, cases[_i].text);
}
END_TEST

START_TEST(states_can_be_chosen)
{
	const struct family_rules rules = {
		.one_dead = VERDICT_UNKNOWN,
		.all_dead = VERDICT_WARNING,
		.missing = VERDICT_CRITICAL,
	};
	const enum family_status one[] = { U, W, D }, all[] = { U, D, D },
				 missing[] = { U, W, M };

	ck_assert_int_eq(family_judge(&rules, one).verdict, UNKN);
	ck_assert_int_eq(family_judge(&rules, all).verdict, WARN);
	ck_assert_int_eq(family_judge(&rules, missing).verdict, CRIT);
}
END_TEST

START_TEST(a_family_that_nobody_needs_is_never_bad)
{
	struct family_rules rules = preset;
	const enum family_status seen[] = { U, D, W };

	rules.policy = FAMILY_ONLY_V6;
	ck_assert_int_eq(family_judge(&rules, seen).dead_address[IP_V4], O);
	rules.policy = FAMILY_ANY;
	ck_assert_int_eq(family_judge(&rules, seen).dead_address[IP_V4], O);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("family");
	TCase *tcase = tcase_create("family");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, judges_each_policy, 0, COUNT(cases));
	tcase_add_loop_test(tcase, weighs_addresses_that_do_not_work, 0,
	    COUNT(cases));
	tcase_add_loop_test(tcase, tells_in_one_clause, 0, COUNT(cases));
	tcase_add_test(tcase, states_can_be_chosen);
	tcase_add_test(tcase, a_family_that_nobody_needs_is_never_bad);
	return suite_run(suite);
}
