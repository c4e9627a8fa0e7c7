/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "model/route_ask.h"
#include "tests/suite.h"

static struct arena arena;
static struct route_rules rules;
static struct route_tally tallies[8];
static struct route_question question;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	rules = (struct route_rules){ .tallies = tallies };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
expect(const char *entry)
{
	struct err err;

	ck_assert(route_expect_parse(entry, strlen(entry), &rules.expects,
	    &arena, &err));
}

static void
count(const char *words)
{
	struct err err;

	ck_assert(route_tally_parse(words, strlen(words),
	    &tallies[rules.tally_count++], &arena, &err));
}

START_TEST(asks_for_each_prefix)
{
	expect("default");
	expect("10.0.0.0/8");
	ck_assert(route_ask(&rules, "100", NULL, &arena, &question));
	ck_assert_uint_eq(question.count, 2);
	ck_assert_uint_eq(question.prefixes[1].length, 8);
	ck_assert(question.cover);
	ck_assert(!question.counts);
	ck_assert_uint_eq(question.families, 0);
	ck_assert_str_eq(question.table, "100");
	ck_assert_ptr_null(question.vrf);
}
END_TEST

START_TEST(asks_for_what_is_counted)
{
	count("ipv4");
	count("table:100,ipv4");
	count("table:100");
	count("table:red");
	ck_assert(route_ask(&rules, NULL, "red", &arena, &question));
	ck_assert(question.counts);
	/* Each once, though two numbers are of one. */
	ck_assert_uint_eq(question.table_count, 2);
	ck_assert_str_eq(question.tables[0], "100");
	ck_assert_str_eq(question.tables[1], "red");
	ck_assert_uint_eq(question.families, 1U << IP_V4 | 1U << IP_V6);
	ck_assert_str_eq(question.vrf, "red");
}
END_TEST

START_TEST(counts_no_family_that_nobody_judges)
{
	count("ipv6,bgp");
	ck_assert(route_ask(&rules, NULL, NULL, &arena, &question));
	ck_assert_uint_eq(question.families, 1U << IP_V6);
	ck_assert_uint_eq(question.table_count, 0);
}
END_TEST

START_TEST(says_when_there_is_no_room)
{
	while (arena_alloc(&arena, 8) != NULL)
		;
	ck_assert(!route_ask(&rules, NULL, NULL, &arena, &question));
}
END_TEST

START_TEST(asks_for_paths_that_are_judged)
{
	expect("default");
	ck_assert(!route_ask_paths(&rules));
	rules.want.as_path_count = 1;
	ck_assert(route_ask_paths(&rules));
	rules.want.as_path_count = 0;
	rules.want.origin_count = 1;
	ck_assert(route_ask_paths(&rules));
	rules.want.origin_count = 0;
	expect("10.0.0.0/8 origin-as=65001");
	ck_assert(route_ask_paths(&rules));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_ask");
	TCase *tcase = tcase_create("route_ask");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, asks_for_each_prefix);
	tcase_add_test(tcase, asks_for_what_is_counted);
	tcase_add_test(tcase, counts_no_family_that_nobody_judges);
	tcase_add_test(tcase, says_when_there_is_no_room);
	tcase_add_test(tcase, asks_for_paths_that_are_judged);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
