/* SPDX-License-Identifier: ISC */
/* The sources behind one call; what each of them answers is theirs to test. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/route_survey.h"
#include "tests/tools/route_case.h"

static struct route_survey survey;
static struct route_plan plan;
static char path[64];

/* ipCidrRouteTable of RFC 4292's predecessor: 192.0.2.0/24 by 198.51.100.1. */
static const char recording[] =
    "1.3.6.1.2.1.4.24.4.1.1.192.0.2.0.255.255.255.0.0.198.51.100.1|64x|"
    "c0000200\n"
    "1.3.6.1.2.1.4.24.4.1.4.192.0.2.0.255.255.255.0.0.198.51.100.1|64x|"
    "c6336401\n"
    "1.3.6.1.2.1.4.24.4.1.5.192.0.2.0.255.255.255.0.0.198.51.100.1|2|2\n"
    "1.3.6.1.2.1.4.24.4.1.6.192.0.2.0.255.255.255.0.0.198.51.100.1|2|4\n"
    "1.3.6.1.2.1.4.24.4.1.7.192.0.2.0.255.255.255.0.0.198.51.100.1|2|14\n";

static void
setup(void)
{
	case_setup();
	survey = (struct route_survey){ 0 };
	plan = (struct route_plan){ 0 };
	strcpy(path, "/tmp/test_route_survey.XXXXXX");
}

static bool
ask(const char *source, const char *prefix)
{
	const struct deadline deadline = deadline_in(20 * CLOCK_SECOND);

	CASE_ASK(source, prefix);
	return route_survey_ask(&survey, survey.count - 1, &plan,
	    &case_question, &case_view, &deadline, &case_err);
}

START_TEST(every_name_has_a_source)
{
	for (size_t i = 0; route_source_names[i] != NULL; i++) {
		const char *name = route_source_names[i];

		ck_assert_str_eq(route_source_find(name, strlen(name)), name);
		ck_assert_int_eq(daemon_find(name) != NULL,
		    route_source_is_daemon(name));
	}
	ck_assert_ptr_null(route_source_find("kernels", 7));
	ck_assert_ptr_null(route_source_find("kerne", 5));
	ck_assert_ptr_null(route_source_find("", 0));
	ck_assert(!route_source_is_daemon("quagga"));
}
END_TEST

START_TEST(who_runs_a_command)
{
	ck_assert(route_survey_runs_command("command"));
	ck_assert(route_survey_runs_command("gobgp"));
	ck_assert(!route_survey_runs_command("kernel"));
	ck_assert(!route_survey_runs_command("snmp"));
	ck_assert(!route_survey_runs_command("bird"));
}
END_TEST

START_TEST(the_kernel_is_asked)
{
	ck_assert(route_survey_open(&survey, "kernel", NULL, &case_err));
	ck_assert_msg(ask("kernel", "240.0.0.0/8"), "%s", case_err.text);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_ABSENT);
	route_kernel_close(&survey.kernel);
}
END_TEST

START_TEST(a_command_is_asked)
{
	static const char *const argv[] = { "/bin/echo", "{prefix} there",
		NULL };
	static const char *const match[] = { "there" };

	plan.command = (struct route_command){ .argv = argv,
		.matches = match,
		.match_count = 1,
		.absent_status = ROUTE_COMMAND_NO_STATUS,
		.stage = ROUTE_INSTALLED };
	ck_assert(route_survey_open(&survey, "command", NULL, &case_err));
	ck_assert_msg(ask("command", "192.0.2.0/24"), "%s", case_err.text);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_PRESENT);
	ck_assert(!survey.has_cost);
}
END_TEST

static void
write_recording(void)
{
	FILE *file = fdopen(mkstemp(path), "w");

	ck_assert_ptr_nonnull(file);
	fputs(recording, file);
	fclose(file);
}

START_TEST(a_recording_is_asked_and_recorded)
{
	char copy[80];
	struct stat about;

	write_recording();
	snprintf(copy, sizeof(copy), "%s.copy", path);
	plan.replay = path;
	plan.record = copy;
	ck_assert(route_survey_open(&survey, "snmp", NULL, &case_err));
	ck_assert_msg(ask("snmp", "192.0.2.0/24"), "%s", case_err.text);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_PRESENT);
	ck_assert(survey.has_cost);
	ck_assert_uint_gt(survey.cost.requests, 0);
	ck_assert_int_eq(survey.unwritten.kind, ERR_NONE);
	ck_assert_int_eq(stat(copy, &about), 0);
	ck_assert_int_gt(about.st_size, 0);
	ck_assert_int_eq(about.st_mode & 0777, 0600);
	unlink(copy);
	unlink(path);
}
END_TEST

START_TEST(a_recording_that_cannot_be_written_is_no_failure)
{
	write_recording();
	plan.replay = path;
	plan.record = "/nowhere/at/all";
	ck_assert(route_survey_open(&survey, "snmp", NULL, &case_err));
	ck_assert_msg(ask("snmp", "192.0.2.0/24"), "%s", case_err.text);
	ck_assert_int_ne(survey.unwritten.kind, ERR_NONE);
	unlink(path);
}
END_TEST

START_TEST(no_agent_no_view)
{
	plan.replay = "/nowhere/at/all";
	ck_assert(route_survey_open(&survey, "snmp", NULL, &case_err));
	ck_assert(!ask("snmp", "192.0.2.0/24"));
	ck_assert(case_view.failed);
	ck_assert(!survey.has_cost);
	/* A session that cannot be is refused before anything is sent. */
	plan.replay = NULL;
	plan.session.version = SNMP_VERSION_V3;
	ck_assert(!ask("snmp", "192.0.2.0/24"));
	ck_assert_int_eq(case_err.kind, ERR_USAGE);
}
END_TEST

START_TEST(one_that_is_not_open_says_why)
{
	ck_assert(
	    !route_survey_open(&survey, "bird", "/nowhere/at/all", &case_err));
	case_err = (struct err){ 0 };
	ck_assert(!ask("bird", "192.0.2.0/24"));
	ck_assert_int_ne(case_err.kind, ERR_NONE);
	ck_assert(case_view.failed);
	ck_assert_ptr_nonnull(route_view_at(&case_view, 0)->why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_survey");
	TCase *tcase = tcase_create("route_survey");

	tcase_add_checked_fixture(tcase, setup, case_teardown);
	tcase_add_test(tcase, every_name_has_a_source);
	tcase_add_test(tcase, who_runs_a_command);
	tcase_add_test(tcase, the_kernel_is_asked);
	tcase_add_test(tcase, a_command_is_asked);
	tcase_add_test(tcase, a_recording_is_asked_and_recorded);
	tcase_add_test(tcase, a_recording_that_cannot_be_written_is_no_failure);
	tcase_add_test(tcase, no_agent_no_view);
	tcase_add_test(tcase, one_that_is_not_open_says_why);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
