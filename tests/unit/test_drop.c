/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "model/drop.h"
#include "tests/suite.h"

static const struct {
	double warning, critical;
	uint64_t before, now;
	enum verdict verdict;
	const char *text; /* NULL: nothing is said */
} cases[] = {
	{ 0, 0, 100, 0, VERDICT_OK, NULL },
	{ 10, 0, 100, 91, VERDICT_OK, NULL },
	{ 10, 0, 100, 90, VERDICT_WARNING,
	    "fell from 100 to 90 routes, by 10 % (warning: 10 %)" },
	{ 10, 50, 100, 50, VERDICT_CRITICAL,
	    "fell from 100 to 50 routes, by 50 % (critical: 50 %)" },
	{ 10, 50, 100, 51, VERDICT_WARNING,
	    "fell from 100 to 51 routes, by 49 % (warning: 10 %)" },
	/* The worse one first, whatever the numbers are. */
	{ 50, 10, 100, 40, VERDICT_CRITICAL,
	    "fell from 100 to 40 routes, by 60 % (critical: 10 %)" },
	{ 0, 0.5, 5000000000, 4900000000, VERDICT_CRITICAL,
	    "fell from 5000000000 to 4900000000 routes, by 2 % (critical: "
	    "0.5 %)" },
	{ 10, 50, 0, 0, VERDICT_OK, NULL },
	{ 10, 50, 0, 7, VERDICT_OK, NULL },
	{ 10, 50, 100, 200, VERDICT_OK, NULL },
};

static const struct metric_def no_metrics[] = { { .name = NULL } };

START_TEST(says_what_fell)
{
	const struct drop_rule rule = { cases[_i].warning, cases[_i].critical };
	struct result_tree tree;
	struct result *root;
	struct arena arena;
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	root = result_init(&tree, &arena, no_metrics, NULL);
	drop_judge(&rule, cases[_i].before, cases[_i].now, "routes", root);
	if (cases[_i].text == NULL) {
		ck_assert_ptr_null(root->findings);
	} else {
		ck_assert_ptr_nonnull(root->findings);
		ck_assert_str_eq(root->findings->text, cases[_i].text);
		ck_assert_int_eq(root->findings->verdict, cases[_i].verdict);
	}
	arena_free(&arena);
}
END_TEST

static const struct {
	struct drop_rule rule;
	bool set;
	double least;
} rules[] = {
	{ { 0, 0 }, false, 0 },
	{ { 5, 0 }, true, 5 },
	{ { 0, 7 }, true, 7 },
	{ { 5, 7 }, true, 5 },
	{ { 9, 7 }, true, 7 },
};

START_TEST(knows_what_is_a_drop_at_all)
{
	ck_assert_int_eq(drop_rule_set(&rules[_i].rule), rules[_i].set);
	ck_assert_double_eq(drop_rule_least(&rules[_i].rule), rules[_i].least);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("drop");
	TCase *tcase = tcase_create("drop");

	tcase_add_loop_test(tcase, says_what_fell, 0, COUNT(cases));
	tcase_add_loop_test(tcase, knows_what_is_a_drop_at_all, 0,
	    COUNT(rules));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
