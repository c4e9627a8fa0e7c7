/* SPDX-License-Identifier: ISC */
#include "model/watch_report.h"

#include <string.h>

#include "base/clock.h"
#include "tests/suite.h"

static struct arena arena;
static struct result_tree tree;
static struct result *root;
static struct watch_report report;
static struct err err;

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	root = result_init(&tree, &arena, watch_metrics, NULL);
	report = (struct watch_report){ .decision = { .since_ns = -1 },
		.words = "unit is active (running)",
		.timeout_ns = 10 * CLOCK_SECOND };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static enum verdict
judge(bool acts)
{
	const struct watch_service service = { "x.service", acts,
		VERDICT_WARNING };

	watch_judge(&report, &service, root);
	return result_verdict(root);
}

static const char *
finding(void)
{
	return root->findings ? root->findings->text : "";
}

static double
number(const char *name)
{
	for (const struct result_metric *m = root->metrics; m; m = m->next)
		if (strcmp(result_metric_name(m), name) == 0)
			return m->value;
	return -1;
}

static const struct {
	enum watch_why why;
	int64_t wait_s;
	enum verdict verdict;
	const char *words;
} cases[] = {
	{ WATCH_FINE, 0, VERDICT_OK, "" },
	{ WATCH_SETTLING, 60, VERDICT_WARNING,
	    "restarted, not settled yet, 1m to go" },
	{ WATCH_RESPECT, 0, VERDICT_WARNING, "left alone" },
	{ WATCH_DOUBT, 0, VERDICT_UNKNOWN, "in doubt nothing is done" },
	{ WATCH_SUSPECT, 20, VERDICT_WARNING,
	    "fails, not long enough yet (2 failed tests), 20 s to go" },
	{ WATCH_GRACE, 0, VERDICT_WARNING, "too early to judge" },
	{ WATCH_RUNNING, 5, VERDICT_CRITICAL,
	    "dead, and a restart may still be under way, next restart in 5 s" },
	{ WATCH_BACKOFF, 120, VERDICT_CRITICAL,
	    "dead, too early for the next restart, next restart in 2m" },
	{ WATCH_REFUSED, 300, VERDICT_CRITICAL,
	    "dead, and systemd refuses to start it, by its start limit, next "
	    "restart in 5m" },
	{ WATCH_GAVE_UP, 0, VERDICT_CRITICAL,
	    "gave up after 6 restarts, needs a human" },
	{ WATCH_RESTART, 0, VERDICT_CRITICAL, "dead" },
};

START_TEST(every_decision_has_a_verdict)
{
	report.decision.why = cases[_i].why;
	report.decision.wait_ns = cases[_i].wait_s * CLOCK_SECOND;
	report.decision.seen = 2;
	report.decision.in_day = 6;
	ck_assert_int_eq(judge(true), cases[_i].verdict);
	ck_assert_str_eq(finding(), cases[_i].words);
	ck_assert_str_eq(root->summary, "x.service: unit is active (running)");
}
END_TEST

START_TEST(a_failure_that_nothing_counts_is_critical)
{
	report.decision.why = WATCH_SUSPECT;
	report.decision.seen = 1;
	ck_assert_int_eq(judge(false), VERDICT_CRITICAL);
	ck_assert_str_eq(finding(),
	    "fails, and without --act nothing counts how often");
}
END_TEST

START_TEST(numbers_are_shown)
{
	report.decision.in_hour = 1;
	report.decision.in_day = 4;
	report.decision.left = 2;
	judge(true);
	ck_assert_double_eq(number("restarts"), 1);
	ck_assert_double_eq(number("restarts_day"), 4);
	ck_assert_double_eq(number("budget_left"), 2);
	ck_assert_double_eq(number("since_restart"), -1);
}
END_TEST

START_TEST(since_the_last_restart)
{
	report.decision.since_ns = 90 * CLOCK_SECOND;
	judge(true);
	ck_assert_double_eq(number("since_restart"), 90);
}
END_TEST

START_TEST(a_restart_that_failed_is_critical_whatever_is_seen)
{
	report.decision.why = WATCH_SETTLING;
	report.acted = report.failed = true;
	strcpy(report.action, "no such program");
	ck_assert_int_eq(judge(true), VERDICT_CRITICAL);
	ck_assert_ptr_nonnull(
	    strstr(finding(), "; restart failed: no such program"));
}
END_TEST

static const struct {
	bool acts, acted;
	const char *words;
} actions[] = {
	{ true, true, "dead; done: RestartUnit x.service" },
	{ true, false, "dead; not done: RestartUnit x.service" },
	{ false, false, "dead; without --act not done: RestartUnit x.service" },
};

START_TEST(what_was_done_is_told)
{
	report.decision.why = WATCH_RESTART;
	report.acted = actions[_i].acted;
	strcpy(report.action, "RestartUnit x.service");
	ck_assert_int_eq(judge(actions[_i].acts), VERDICT_CRITICAL);
	ck_assert_str_eq(finding(), actions[_i].words);
}
END_TEST

START_TEST(the_same_process_is_told)
{
	report.decision.why = WATCH_SETTLING;
	report.decision.same = true;
	judge(true);
	ck_assert_ptr_nonnull(strstr(finding(), "left the old process"));
}
END_TEST

START_TEST(stopped_on_purpose_is_what_was_chosen)
{
	const struct watch_service service = { "x.service", true, VERDICT_OK };

	report.decision.why = WATCH_RESPECT;
	watch_judge(&report, &service, root);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
}
END_TEST

START_TEST(another_run)
{
	report.ending = WATCH_BUSY;
	report.busy_ns = 20 * CLOCK_SECOND;
	ck_assert_int_eq(judge(true), VERDICT_OK);
	ck_assert_str_eq(root->summary,
	    "x.service: another run since 20 s, nothing done");
}
END_TEST

START_TEST(another_run_that_does_not_end)
{
	report.ending = WATCH_BUSY;
	report.busy_ns = 20 * CLOCK_SECOND + 1;
	ck_assert_int_eq(judge(true), VERDICT_WARNING);
}
END_TEST

START_TEST(an_error_is_no_evidence)
{
	report.ending = WATCH_ERROR;
	ck_assert_int_eq(judge(true), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(a_whole_budget)
{
	report.ending = WATCH_WHOLE_AGAIN;
	ck_assert_int_eq(judge(true), VERDICT_OK);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("watch_report");
	TCase *tcase = tcase_create("watch_report");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, every_decision_has_a_verdict, 0,
	    COUNT(cases));
	tcase_add_test(tcase, a_failure_that_nothing_counts_is_critical);
	tcase_add_test(tcase, numbers_are_shown);
	tcase_add_test(tcase, since_the_last_restart);
	tcase_add_test(tcase,
	    a_restart_that_failed_is_critical_whatever_is_seen);
	tcase_add_loop_test(tcase, what_was_done_is_told, 0, COUNT(actions));
	tcase_add_test(tcase, the_same_process_is_told);
	tcase_add_test(tcase, stopped_on_purpose_is_what_was_chosen);
	tcase_add_test(tcase, another_run);
	tcase_add_test(tcase, another_run_that_does_not_end);
	tcase_add_test(tcase, an_error_is_no_evidence);
	tcase_add_test(tcase, a_whole_budget);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
