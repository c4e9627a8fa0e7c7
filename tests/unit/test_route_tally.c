/* SPDX-License-Identifier: ISC */
#include "model/route_tally.h"

#include <string.h>

#include "tests/tools/route_case.h"

/* A view of the counts, and what a tally of some words makes of them. */
static enum route_tallied
sum(const char *words, uint64_t *routes)
{
	struct route_tally tally;

	ck_assert_msg(route_tally_parse(words, strlen(words), &tally,
			  &case_arena, &case_err),
	    "%s", case_err.text);
	return route_tally_sum(&tally, &case_view, routes);
}

static void
expect(const char *words, uint64_t wanted)
{
	uint64_t routes = 99;

	ck_assert_int_eq(sum(words, &routes), ROUTE_TALLIED);
	ck_assert_uint_eq(routes, wanted);
}

static void
count(enum ip_family family, const char *table, const char *protocol,
    uint64_t routes)
{
	ck_assert(route_count(&case_view, family, table, protocol, routes));
	case_view.counted = true;
}

static void
set_up(void)
{
	case_setup();
	CASE_ASK("kernel", "10.0.0.0/8");
	case_view.tells_protocol = true;
}

START_TEST(rows_of_the_words_are_added)
{
	count(IP_V4, "main", "bgp", 3);
	count(IP_V4, "main", "static", 2);
	count(IP_V6, "main", "bgp", 1);
	expect("", 6);
	expect("ipv4", 5);
	expect("bgp", 4);
	expect("ipv6,bgp", 1);
	expect("ospf", 0);
	expect("table:main,static", 2);
}
END_TEST

START_TEST(a_table_apart_counts_by_name_alone)
{
	uint64_t routes;

	count(IP_V4, "main", "bgp", 3);
	count(IP_V4, "100", "bgp", 7);
	((struct route_count *)case_view.counts.items)[1].apart = true;
	expect("", 3);
	expect("table:100", 7);
	ck_assert_int_eq(sum("table:101", &routes), ROUTE_TALLY_NO_TABLE);
}
END_TEST

START_TEST(what_was_counted_together_says_nothing_of_a_part)
{
	uint64_t routes;

	count(IP_NONE, "", "", 9);
	expect("", 9);
	ck_assert_int_eq(sum("ipv4", &routes), ROUTE_TALLY_NO_FAMILY);
	ck_assert_int_eq(sum("bgp", &routes), ROUTE_TALLY_NO_PROTOCOL);
	CASE_ASK("snmp", "10.0.0.0/8");
	case_view.tells_protocol = true;
	count(IP_V4, "", "", 9);
	expect("ipv4", 9);
	ck_assert_int_eq(sum("ipv4,bgp", &routes), ROUTE_TALLY_NO_PROTOCOL);
}
END_TEST

/* As the kernel marks a table that was looked at. */
START_TEST(no_route_at_all_is_none_of_a_protocol)
{
	count(IP_V4, "", "", 0);
	expect("bgp", 0);
	count(IP_V4, "", "static", 4);
	expect("ipv4,bgp", 0);
	expect("ipv4,static", 4);
}
END_TEST

START_TEST(what_was_not_counted_is_said)
{
	uint64_t routes;

	ck_assert_int_eq(sum("", &routes), ROUTE_TALLY_UNCOUNTED);
	count(IP_V4, "", "bgp", 1);
	case_view.tells_protocol = false;
	ck_assert_int_eq(sum("bgp", &routes), ROUTE_TALLY_NO_PROTOCOL);
}
END_TEST

START_TEST(words)
{
	struct route_tally one, other;

	ck_assert(
	    route_tally_parse("ipv4,bgp", 8, &one, &case_arena, &case_err));
	ck_assert(
	    route_tally_parse("bgp,ipv4", 8, &other, &case_arena, &case_err));
	ck_assert(route_tally_same(&one, &other));
	ck_assert(route_tally_parse("bgp", 3, &other, &case_arena, &case_err));
	ck_assert(!route_tally_same(&one, &other));
	ck_assert(route_tally_parse("ipv4,bgp,table:7", 16, &other, &case_arena,
	    &case_err));
	ck_assert(!route_tally_same(&one, &other));
	ck_assert(
	    !route_tally_parse("ipv4,ipv6", 9, &other, &case_arena, &case_err));
	ck_assert_ptr_nonnull(strstr(case_err.text, "both families"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_tally");
	TCase *tcase = tcase_create("route_tally");

	tcase_add_checked_fixture(tcase, set_up, case_teardown);
	tcase_add_test(tcase, rows_of_the_words_are_added);
	tcase_add_test(tcase, a_table_apart_counts_by_name_alone);
	tcase_add_test(tcase, what_was_counted_together_says_nothing_of_a_part);
	tcase_add_test(tcase, no_route_at_all_is_none_of_a_protocol);
	tcase_add_test(tcase, what_was_not_counted_is_said);
	tcase_add_test(tcase, words);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
