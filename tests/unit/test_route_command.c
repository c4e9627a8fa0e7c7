/* SPDX-License-Identifier: ISC */
/* What commands print, and a stub that is one. */
#include <sys/stat.h>
#include <unistd.h>

#include "lib/source/route_command.c"
#undef COUNT
#include "tests/tools/route_case.h"

#define WANTED 3

static const struct {
	const char *matches[WANTED], *no_matches[WANTED];
	const char *prefix;
	const char *output;
	enum route_presence presence;
	const char *why; /* a part of it */
} cases[] = {
	/* Junos, "show route exact": without patterns the prefix itself */
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "inet.0: 12 destinations, 12 routes (12 active)\n"
	    "10.1.0.0/24        *[BGP/170] 2w1d, localpref 100\n",
	    ROUTE_PRESENT, NULL },
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "inet.0: 12 destinations, 12 routes (12 active)\n", ROUTE_ABSENT,
	    NULL },
	/* IOS: what covers it is not it, and nor is a longer number */
	{ { NULL }, { NULL }, "10.1.0.0/24", "% Network not in table\n",
	    ROUTE_ABSENT, NULL },
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "Routing entry for 10.1.0.0/24\n  Known via \"bgp 65001\"\n",
	    ROUTE_PRESENT, NULL },
	{ { NULL }, { NULL }, "10.1.0.0/24", "Routing entry for 10.1.0.0/16\n",
	    ROUTE_ABSENT, NULL },
	{ { NULL }, { NULL }, "10.0.0.0/8", "Routing entry for 10.0.0.0/80\n",
	    ROUTE_ABSENT, NULL },
	{ { NULL }, { NULL }, "0.1.0.0/24", "Routing entry for 10.1.0.0/24\n",
	    ROUTE_ABSENT, NULL },
	{ { NULL }, { NULL }, "10.1.0.0/24", "B 10.1.0.0 255.255.255.0\n",
	    ROUTE_PRESENT, NULL },
	{ { NULL }, { NULL }, "2001:db8::/32",
	    "Routing entry for 2001:DB8::/32\n", ROUTE_PRESENT, NULL },
	{ { NULL }, { NULL }, "db8::/32", "Routing entry for 2001:db8::/32\n",
	    ROUTE_ABSENT, NULL },
	/* an echo of the command, and an absence that is named */
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "show route 10.1.0.0/24\n  ^\n% Unrecognized command found\n",
	    ROUTE_UNSEEN, "not understood" },
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "Error: route 10.1.0.0/24 not found\n", ROUTE_UNSEEN, "not there" },
	{ { NULL }, { NULL }, "10.1.0.0/24", "no route to 10.1.0.0/24\n",
	    ROUTE_UNSEEN, "not there" },
	{ { "{prefix}" }, { NULL }, "10.1.0.0/24",
	    "10.1.0.0/24 via 192.0.2.1, no such community\n", ROUTE_PRESENT,
	    NULL },
	/* patterns: all of the one kind, none of the other */
	{ { "^B.*{prefix}", "via 192\\.0\\.2\\.1" }, { NULL }, "10.1.0.0/24",
	    "B>* 10.1.0.0/24 [20/0] via 192.0.2.1, eth0\n", ROUTE_PRESENT,
	    NULL },
	{ { "^B.*{prefix}", "via 192\\.0\\.2\\.1" }, { NULL }, "10.1.0.0/24",
	    "B>* 10.1.0.0/24 [20/0] via 192.0.2.9, eth0\n", ROUTE_ABSENT,
	    NULL },
	{ { "{prefix}" }, { "inactive" }, "10.1.0.0/24",
	    "10.1.0.0/24 inactive\n", ROUTE_ABSENT, NULL },
	{ { "{prefix}" }, { "not in table" }, "10.1.0.0/24", "hello\n",
	    ROUTE_UNSEEN, "neither" },
	{ { NULL }, { "not in table" }, "10.1.0.0/24", "some route\n",
	    ROUTE_PRESENT, NULL },
	{ { NULL }, { "not in table" }, "10.1.0.0/24",
	    "% Network not in table\n", ROUTE_ABSENT, NULL },
	/* dots of the prefix are dots */
	{ { "{prefix}" }, { NULL }, "10.1.0.0/24", "10x1.0.0/24\n",
	    ROUTE_ABSENT, NULL },
	{ { "{address} {mask} /{length}" }, { NULL }, "10.1.0.0/23",
	    "10.1.0.0 255.255.254.0 /23\n", ROUTE_PRESENT, NULL },
	{ { "^{address} {mask}$" }, { NULL }, "2001:db8::/48",
	    "2001:db8:: 48\n", ROUTE_PRESENT, NULL },
	{ { "(?m)^{address} {mask}$" }, { NULL }, "0.0.0.0/0",
	    "0.0.0.0 0.0.0.0\n", ROUTE_PRESENT, NULL },
	/* what routers say instead of an answer */
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "          ^\n% Invalid input detected at '^' marker.\n",
	    ROUTE_UNSEEN, "not understood" },
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "Error: Unrecognized command found at '^' position.\n",
	    ROUTE_UNSEEN, "not understood" },
	{ { NULL }, { NULL }, "10.1.0.0/24", "syntax error, expecting <x>.\n",
	    ROUTE_UNSEEN, "not understood" },
	{ { NULL }, { NULL }, "10.1.0.0/24", "% Authorization failed\n",
	    ROUTE_UNSEEN, "not allowed" },
	{ { NULL }, { "not in table" }, "10.1.0.0/24",
	    "% Invalid input detected\n", ROUTE_UNSEEN, "not understood" },
	{ { NULL }, { NULL }, "10.1.0.0/24", "B 10.0.0.0/8\n --More-- ",
	    ROUTE_UNSEEN, "pager" },
	{ { NULL }, { NULL }, "10.1.0.0/24", "", ROUTE_UNSEEN, "nothing" },
	{ { NULL }, { NULL }, "10.1.0.0/24", "\r\n \n", ROUTE_UNSEEN,
	    "nothing" },
	/* terminals: colours, a cursor that moves, overwritten letters */
	{ { NULL }, { NULL }, "10.1.0.0/24",
	    "\x1b[1;32m10.1.\x1b[0m0.0/24\x1b[K\r\n", ROUTE_PRESENT, NULL },
	{ { NULL }, { NULL }, "10.1.0.0/24", "19\b0.1.0.0/24\n", ROUTE_PRESENT,
	    NULL },
	{ { NULL }, { NULL }, "10.1.0.0/24", "\b\b\n\x1b", ROUTE_UNSEEN,
	    "nothing" },
	{ { NULL }, { NULL }, "10.1.0.0/24", "x\x1b[1;2", ROUTE_ABSENT, NULL },
};

static size_t
count_of(const char *const list[WANTED])
{
	size_t n = 0;

	while (n < WANTED && list[n] != NULL)
		n++;
	return n;
}

START_TEST(what_an_output_says)
{
	const struct route_command command = {
		.matches = cases[_i].matches,
		.match_count = count_of(cases[_i].matches),
		.no_matches = cases[_i].no_matches,
		.no_match_count = count_of(cases[_i].no_matches),
	};
	const struct ip_net prefix = case_net(cases[_i].prefix);
	struct case_bytes bytes =
	    case_copy(cases[_i].output, strlen(cases[_i].output));

	ck_assert_int_eq(route_command_parse(&command, &prefix, bytes.bytes,
			     bytes.len, &case_err),
	    cases[_i].presence);
	free(bytes.bytes);
	if (cases[_i].why != NULL)
		ck_assert_msg(strstr(case_err.text, cases[_i].why) != NULL,
		    "%s", case_err.text);
}
END_TEST

START_TEST(a_pattern_without_end_is_given_up)
{
	static char output[4000];
	static const char *const bad[] = { "(a+)+$" };
	const struct route_command command = { .matches = bad,
		.match_count = 1 };
	const struct ip_net prefix = case_net("10.1.0.0/24");

	memset(output, 'a', sizeof(output) - 2);
	output[sizeof(output) - 2] = '!';
	ck_assert_int_eq(route_command_parse(&command, &prefix, output,
			     strlen(output), &case_err),
	    ROUTE_UNSEEN);
	ck_assert_ptr_nonnull(strstr(case_err.text, "too much work"));
}
END_TEST

/* --- a stub --------------------------------------------------------------- */

static char stub[64];

static void
set_up(void)
{
	static const char script[] =
	    "#!/bin/sh\n"
	    "echo run >>\"$0.log\"\n"
	    "case $1 in\n"
	    "10.1.0.0/24) echo \"10.1.0.0/24 via 192.0.2.1\" ;;\n"
	    "10.2.0.0) [ \"$2\" = 255.255.0.0 ] && echo 10.2.0.0/16 ;;\n"
	    "10.3.0.0/24) echo 'no such host' >&2; exit 255 ;;\n"
	    "10.4.0.0/24) exit 1 ;;\n"
	    "10.5.0.0/24) exec sleep 60 ;;\n"
	    "10.6.0.0/24) kill -9 $$ ;;\n"
	    "10.7.0.0/24) yes ;;\n"
	    "all) printf '10.1.0.0/24\\n10.8.0.0/24\\n' ;;\n"
	    "*) echo 'not in table' ;;\n"
	    "esac\n";
	FILE *file;

	case_setup();
	strcpy(stub, "/tmp/routevigil-stub.XXXXXX");
	ck_assert_int_ge(close(mkstemp(stub)), 0);
	file = fopen(stub, "w");
	ck_assert_ptr_nonnull(file);
	fputs(script, file);
	fclose(file);
	chmod(stub, 0700);
}

static unsigned
runs(void)
{
	char path[100], line[100];
	FILE *file;
	unsigned count = 0;

	snprintf(path, sizeof(path), "%s.log", stub);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		count++;
	if (file != NULL)
		fclose(file);
	return count;
}

static void
tear_down(void)
{
	char path[100];

	snprintf(path, sizeof(path), "%s.log", stub);
	unlink(path);
	unlink(stub);
	case_teardown();
}

static bool
look_up(const struct route_command *command, int seconds)
{
	const struct deadline deadline = deadline_in(seconds * CLOCK_SECOND);

	return route_command_read(command, &case_question, &case_view,
	    &deadline, &case_err);
}

START_TEST(what_is_no_text_is_no_absence)
{
	const char *const gone[] = { "x" };
	struct route_command command = { .argv = gone };
	const struct ip_net prefix = case_net("10.1.0.0/24");

	ck_assert_int_eq(
	    route_command_parse(&command, &prefix, "x\r\0\n", 4, &case_err),
	    ROUTE_ABSENT);
	ck_assert_int_eq(
	    route_command_parse(&command, &prefix, "\0x\n", 3, &case_err),
	    ROUTE_UNSEEN);
	ck_assert_str_eq(case_err.text, "the output is no text");
	ck_assert_int_eq(route_command_parse(&command, &prefix,
			     "\177ELF\0\0 10.1.0.0/24\n", 19, &case_err),
	    ROUTE_PRESENT);
	/* Unless it is what was said to mean absent. */
	command.no_matches = gone;
	command.no_match_count = 1;
	ck_assert_int_eq(
	    route_command_parse(&command, &prefix, "\0x\n", 3, &case_err),
	    ROUTE_ABSENT);
}
END_TEST

START_TEST(each_prefix_is_asked_for)
{
	const char *const argv[] = { stub, "{prefix}", NULL };
	const struct route_command command = { .argv = argv,
		.absent_status = 1,
		.stage = ROUTE_BEST };
	char unseen[200];

	CASE_ASK("command", "10.1.0.0/24", "10.9.0.0/24", "10.4.0.0/24",
	    "10.3.0.0/24", "10.6.0.0/24");
	ck_assert_msg(look_up(&command, 20), "%s", case_err.text);
	case_expect(0, "10.1.0.0/24 present\n+ 10.1.0.0/24 [best] hops?");
	case_expect(1, "10.9.0.0/24 absent");
	case_expect(2, "10.4.0.0/24 absent");
	snprintf(unseen, sizeof(unseen),
	    "10.3.0.0/24 unseen: %s ended with status 255: no such host", stub);
	case_expect(3, unseen);
	snprintf(unseen, sizeof(unseen),
	    "10.6.0.0/24 unseen: %s died of signal 9", stub);
	case_expect(4, unseen);
	ck_assert_uint_eq(case_view.tells, ROUTE_BEST);
	ck_assert(!case_view.tells_protocol);
	ck_assert_uint_eq(case_view.requests, 5);
}
END_TEST

START_TEST(a_status_is_no_absence_unless_it_is_said_to_be)
{
	const char *const argv[] = { stub, "{prefix}", NULL };
	struct route_command command = { .argv = argv,
		.absent_status = ROUTE_COMMAND_NO_STATUS };

	CASE_ASK("command", "10.4.0.0/24");
	ck_assert(look_up(&command, 20));
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
	/* Where it says nothing the output does, and there is none. */
	command.any_status = true;
	CASE_ASK("command", "10.4.0.0/24");
	ck_assert(look_up(&command, 20));
	ck_assert_ptr_nonnull(strstr(route_view_at(&case_view, 0)->why,
	    "the command prints nothing"));
}
END_TEST

START_TEST(arguments_are_filled_in)
{
	const char *const argv[] = { stub, "{address}", "{mask}", NULL };
	const struct route_command command = { .argv = argv,
		.absent_status = ROUTE_COMMAND_NO_STATUS };

	CASE_ASK("command", "10.2.0.0/16");
	ck_assert(look_up(&command, 20));
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_PRESENT);
}
END_TEST

START_TEST(what_names_no_prefix_is_run_once)
{
	const char *const argv[] = { stub, "all", NULL };
	const struct route_command command = { .argv = argv,
		.absent_status = ROUTE_COMMAND_NO_STATUS };

	CASE_ASK("command", "10.1.0.0/24", "10.8.0.0/24", "10.9.0.0/24");
	ck_assert(look_up(&command, 20));
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_PRESENT);
	ck_assert_int_eq(route_view_at(&case_view, 1)->presence, ROUTE_PRESENT);
	ck_assert_int_eq(route_view_at(&case_view, 2)->presence, ROUTE_ABSENT);
	ck_assert_uint_eq(runs(), 1);
}
END_TEST

START_TEST(what_does_not_end_and_what_does_not_stop)
{
	const char *const argv[] = { stub, "{prefix}", NULL };
	const struct route_command command = { .argv = argv,
		.absent_status = ROUTE_COMMAND_NO_STATUS };
	const struct route_answer *answer;

	CASE_ASK("command", "10.7.0.0/24", "10.5.0.0/24");
	ck_assert(!look_up(&command, 2));
	answer = route_view_at(&case_view, 0);
	ck_assert_int_eq(answer->presence, ROUTE_UNSEEN);
	ck_assert_msg(strstr(answer->why, "longer than") != NULL, "%s",
	    answer->why);
	answer = route_view_at(&case_view, 1);
	ck_assert_int_eq(answer->presence, ROUTE_UNSEEN);
	ck_assert_msg(strstr(answer->why, "in time") != NULL, "%s",
	    answer->why);
}
END_TEST

START_TEST(what_is_not_installed_is_no_absence)
{
	const char *const argv[] = { "/nonexistent/ssh", "{prefix}", NULL };
	const struct route_command command = { .argv = argv,
		.absent_status = 127 };

	/* Nothing was seen at all, which is an error of the run. */
	CASE_ASK("command", "10.1.0.0/24");
	ck_assert(!look_up(&command, 20));
	ck_assert_int_ne(case_err.kind, ERR_NONE);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(what_never_ends_is_a_timeout)
{
	const char *const argv[] = { stub, "{prefix}", NULL };
	const struct route_command command = { .argv = argv,
		.absent_status = ROUTE_COMMAND_NO_STATUS };

	CASE_ASK("command", "10.5.0.0/24", "10.5.0.0/24");
	ck_assert(!look_up(&command, 1));
	ck_assert_int_eq(case_err.kind, ERR_TIMEOUT);
	/* What was seen before counts, and the run with it. */
	CASE_ASK("command", "10.1.0.0/24", "10.5.0.0/24");
	ck_assert(look_up(&command, 2));
	ck_assert_int_ne(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(no_shell_sees_the_arguments)
{
	char path[100];
	const char *const argv[] = { "printf", "%s",
		"$(touch {prefix}) 10.1.0.0/24;", NULL };
	const struct route_command command = { .argv = argv,
		.absent_status = ROUTE_COMMAND_NO_STATUS };

	CASE_ASK("command", "10.1.0.0/24");
	ck_assert(look_up(&command, 20));
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_PRESENT);
	snprintf(path, sizeof(path), "10.1.0.0/24");
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(what_cannot_be_run_or_compiled_is_refused)
{
	const char *const none[] = { NULL }, *const one[] = { "true", NULL };
	const char *const bad[] = { "(" };
	const char *many[ROUTE_COMMAND_ARGS + 2];
	struct route_command command = { .argv = none };

	ck_assert(!route_command_check(&command, &case_err));
	command.argv = one;
	ck_assert(route_command_check(&command, &case_err));
	command.matches = bad;
	command.match_count = 1;
	ck_assert(!route_command_check(&command, &case_err));
	ck_assert_int_eq(case_err.kind, ERR_USAGE);
	command.match_count = 0;
	command.no_matches = bad;
	command.no_match_count = 1;
	ck_assert(!route_command_check(&command, &case_err));
	command.no_match_count = 0;
	for (int i = 0; i <= ROUTE_COMMAND_ARGS; i++)
		many[i] = "x";
	many[ROUTE_COMMAND_ARGS + 1] = NULL;
	command.argv = many;
	ck_assert(!route_command_check(&command, &case_err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_command");
	TCase *tcase = tcase_create("route_command");

	tcase_set_timeout(tcase, 300);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, what_an_output_says, 0, COUNT(cases));
	tcase_add_test(tcase, a_pattern_without_end_is_given_up);
	tcase_add_test(tcase, what_is_no_text_is_no_absence);
	tcase_add_test(tcase, each_prefix_is_asked_for);
	tcase_add_test(tcase, a_status_is_no_absence_unless_it_is_said_to_be);
	tcase_add_test(tcase, arguments_are_filled_in);
	tcase_add_test(tcase, what_names_no_prefix_is_run_once);
	tcase_add_test(tcase, what_does_not_end_and_what_does_not_stop);
	tcase_add_test(tcase, what_is_not_installed_is_no_absence);
	tcase_add_test(tcase, what_never_ends_is_a_timeout);
	tcase_add_test(tcase, no_shell_sees_the_arguments);
	tcase_add_test(tcase, what_cannot_be_run_or_compiled_is_refused);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
