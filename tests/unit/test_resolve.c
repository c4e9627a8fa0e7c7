/* SPDX-License-Identifier: ISC */
/* The parts that need no resolver; tests/cli has one of its own. */
#include <string.h>

#include "lib/source/resolve.c"
#include "tests/suite.h"

static struct arena arena;
static struct resolve_answer answers[4];
static struct err err;

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 4 << 20, &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

static struct ip_host
host(const char *string)
{
	struct ip_host parsed;

	ck_assert(ip_host_parse(string, &parsed, &err));
	return parsed;
}

START_TEST(literals_are_their_own_answer)
{
	const struct ip_host hosts[] = { host("192.0.2.1"),
		host("2001:db8::1") };
	const struct deadline past = { .at_ns = 0 };

	ck_assert(resolve_all(hosts, 2, IP_V4, answers, &arena, &past, &err));
	ck_assert_int_eq(answers[0].status[IP_V4], RESOLVE_FOUND);
	ck_assert_int_eq(answers[0].status[IP_V6], RESOLVE_UNASKED);
	ck_assert_int_eq(answers[1].status[IP_V6], RESOLVE_FOUND);
	ck_assert_uint_eq(answers[1].count, 1);
	ck_assert_int_eq(answers[1].addresses[0].family, IP_V6);
}
END_TEST

START_TEST(localhost_comes_from_files)
{
	const struct ip_host hosts[] = { host("localhost") };
	const struct deadline deadline = deadline_in(10 * CLOCK_SECOND);

	ck_assert(
	    resolve_all(hosts, 1, IP_V4, answers, &arena, &deadline, &err));
	ck_assert_int_eq(answers[0].status[IP_V4], RESOLVE_FOUND);
	ck_assert_int_eq(answers[0].status[IP_V6], RESOLVE_UNASKED);
	ck_assert_uint_eq(answers[0].addresses[0].bytes[0], 127);
}
END_TEST

START_TEST(the_deadline_counts)
{
	const struct ip_host hosts[] = { host("localhost") };
	const struct deadline past = { .at_ns = 0 };

	ck_assert(resolve_all(hosts, 1, IP_NONE, answers, &arena, &past, &err));
	/* Whatever the threads had time for: nothing is made up. */
	ck_assert(answers[0].status[IP_V4] == RESOLVE_SILENT ||
	    answers[0].status[IP_V4] == RESOLVE_FOUND);
}
END_TEST

static const struct {
	enum resolve_status v4, v6, overall;
	size_t count;
	enum resolve_status then_v4, then_v6;
	enum ip_family only;
} cases[] = {
	{ RESOLVE_FOUND, RESOLVE_NO_NAME, RESOLVE_FOUND, 1, RESOLVE_FOUND,
	    RESOLVE_NO_ADDRESS, IP_NONE },
	{ RESOLVE_NO_NAME, RESOLVE_NO_NAME, RESOLVE_NO_NAME, 0, RESOLVE_NO_NAME,
	    RESOLVE_NO_NAME, IP_NONE },
	{ RESOLVE_NO_ADDRESS, RESOLVE_NO_NAME, RESOLVE_NO_ADDRESS, 0,
	    RESOLVE_NO_ADDRESS, RESOLVE_NO_ADDRESS, IP_NONE },
	{ RESOLVE_SILENT, RESOLVE_NO_NAME, RESOLVE_SILENT, 0, RESOLVE_SILENT,
	    RESOLVE_NO_NAME, IP_NONE },
	{ RESOLVE_UNASKED, RESOLVE_BROKEN, RESOLVE_BROKEN, 0, RESOLVE_UNASKED,
	    RESOLVE_BROKEN, IP_V6 },
	/* A name of /etc/hosts with addresses of the other family alone. */
	{ RESOLVE_UNASKED, RESOLVE_NO_NAME, RESOLVE_NOT_FOUND, 0,
	    RESOLVE_UNASKED, RESOLVE_NOT_FOUND, IP_V6 },
	{ RESOLVE_NO_ADDRESS, RESOLVE_UNASKED, RESOLVE_NO_ADDRESS, 0,
	    RESOLVE_NO_ADDRESS, RESOLVE_UNASKED, IP_V4 },
};

START_TEST(two_answers_make_one)
{
	struct resolve_answer answer = {
		.status = { 0, cases[_i].v4, cases[_i].v6 },
		.count = cases[_i].count,
	};

	reconcile(&answer, cases[_i].only);
	ck_assert_int_eq(answer.status[IP_V4], cases[_i].then_v4);
	ck_assert_int_eq(answer.status[IP_V6], cases[_i].then_v6);
	ck_assert_int_eq(resolve_overall(&answer), cases[_i].overall);
}
END_TEST

START_TEST(errors_of_the_library_are_told_apart)
{
	ck_assert_int_eq(status_of(EAI_NONAME), RESOLVE_NO_NAME);
	ck_assert_int_eq(status_of(EAI_NODATA), RESOLVE_NO_ADDRESS);
	ck_assert_int_eq(status_of(EAI_AGAIN), RESOLVE_SILENT);
	ck_assert_int_eq(status_of(EAI_FAIL), RESOLVE_BROKEN);
	ck_assert_int_eq(status_of(EAI_SYSTEM), RESOLVE_BROKEN);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("resolve");
	TCase *tcase = tcase_create("resolve");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, literals_are_their_own_answer);
	tcase_add_test(tcase, localhost_comes_from_files);
	tcase_add_test(tcase, the_deadline_counts);
	tcase_add_loop_test(tcase, two_answers_make_one, 0, COUNT(cases));
	tcase_add_test(tcase, errors_of_the_library_are_told_apart);
	return suite_run(suite);
}
