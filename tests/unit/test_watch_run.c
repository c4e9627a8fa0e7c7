/* SPDX-License-Identifier: ISC */
/*
 * A run of the watchdog with hands that only count, and a worker whose answers
 * lie in its pipe before the run begins.
 */
#include "frame/watch_run.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/suite.h"

static char directory[] = "/tmp/routevigil-watch.XXXXXX";
static struct aide worker;
static int answers, questions; /* the worker's ends */
static struct watch_opts opts;
static const char *true_name;
static int restarts, notes, attempts_at_restart;

/* --- hands ---------------------------------------------------------------- */

static void
look(struct watch_run *run, struct watch_look *look,
    char words[static WATCH_WORDS])
{
	(void)run;
	look->sight = WATCH_ABSENT;
	watch_say(words, "gone");
}

static bool
confirm(struct watch_run *run, struct err *err)
{
	return strcmp(run->unit, true_name) == 0 ||
	    err_set(err, ERR_PROTOCOL, "it is %s", true_name);
}

/* What another process would find on the disk now. */
static int
attempts_on_disk(void)
{
	char command[200], line[400] = "";
	int count = -1;
	FILE *found;

	snprintf(command, sizeof(command),
	    "sed -n 's/^attempts//p' %s/*[0-9a-f] | wc -w", directory);
	found = popen(command, "r");
	if (found && fgets(line, sizeof(line), found))
		count = atoi(line);
	if (found)
		pclose(found);
	return count;
}

static bool
restart(struct watch_run *run, struct err *err)
{
	(void)run;
	(void)err;
	restarts++;
	attempts_at_restart = attempts_on_disk();
	return true;
}

static bool
note(struct watch_run *run, int priority, const struct text *line,
    struct err *err)
{
	(void)run;
	(void)priority;
	(void)err;
	notes += line->len > 0;
	return true;
}

static bool
hook(struct watch_run *run, const char *event, struct err *err)
{
	(void)run;
	(void)event;
	(void)err;
	return true;
}

static const struct watch_hands hands = { look, confirm, restart, note, hook };

/* --- the worker ----------------------------------------------------------- */

static void
answer(const struct watch_answer *said)
{
	ck_assert_int_eq(write(answers, said, sizeof(*said)), sizeof(*said));
}

static void
answer_name(const char *id)
{
	struct watch_answer said = { .good = id != NULL };

	if (id)
		strcpy(said.id, id);
	else
		err_set(&said.err, ERR_TIMEOUT, "no bus");
	answer(&said);
}

static void
answer_failed(void)
{
	struct watch_answer said = { .good = 1 };

	strcpy(said.unit.load_state, "loaded");
	strcpy(said.unit.active_state, "failed");
	strcpy(said.unit.result, "exit-code");
	answer(&said);
}

static void
setup(void)
{
	int one[2], two[2];

	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert(pipe(one) == 0 && pipe(two) == 0);
	worker = (struct aide){ .from = one[0], .to = two[1] };
	answers = one[1];
	questions = two[0];
	opts = (struct watch_opts){
		.unit = "alias.service",
		.act = true,
		.per_hour = 3,
		.per_day = 6,
		.failures = 3,
	};
	true_name = "exabgp.service";
}

static void
teardown(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	ck_assert_int_eq(system(command), 0);
	close(questions);
}

/* What opt_parse makes of --unit. */
static const char *
identity_of(const char *unit)
{
	static char option[300];
	static struct opt_parsed parsed;
	static struct watch_opts ignored;
	static struct arena arena;
	const struct opt_target targets[] = {
		{ watch_options, &ignored, NULL },
		{ 0 },
	};
	char *argv[] = { option, option, NULL };
	struct err err = { 0 };

	ignored = (struct watch_opts){ 0 };
	snprintf(option, sizeof(option), "--unit=%s", unit);
	if (!arena.base)
		ck_assert(arena_reserve(&arena, 1 << 20, &err));
	ck_assert_msg(opt_parse("vigil-watchdog", targets, 2, argv, &arena,
			  &parsed, &err),
	    "%s", err.text);
	return parsed.identity.data;
}

static struct watch_report
run_it(void)
{
	const struct plugin_setup plugin_setup = {
		.state_dir = directory,
		.identity = identity_of(opts.unit),
	};
	struct watch_run run = {
		.program = "vigil-watchdog",
		.opts = &opts,
		.setup = &plugin_setup,
		.worker = &worker,
		.hands = &hands,
		.deadline = deadline_in(60 * CLOCK_SECOND),
		.params = watch_opts_params(&opts, 0),
		.history = WATCH_HISTORY_CLOSED,
	};

	run.params.proof_ns = 60 * CLOCK_SECOND;
	watch_run(&run);
	return run.report;
}

static int
files(void)
{
	struct dirent *entry;
	DIR *dir = opendir(directory);
	int count = 0;

	while (dir && (entry = readdir(dir)))
		count +=
		    entry->d_name[0] != '.' && !strstr(entry->d_name, ".lock");
	if (dir)
		closedir(dir);
	return count;
}

/* --- tests ---------------------------------------------------------------- */

START_TEST(an_attempt_is_on_the_disk_before_it_is_made)
{
	struct watch_report report;

	opts.proof = 600 * CLOCK_SECOND; /* the next run will see */
	answer_name("exabgp.service");
	answer_failed();
	answer_failed();
	report = run_it();
	ck_assert_int_eq(restarts, 1);
	ck_assert_int_eq(attempts_at_restart, 1);
	ck_assert(report.acted && !report.failed);
	ck_assert_int_eq(files(), 1);
}
END_TEST

/* W2: who lies about the name has no other budget to spend. */
START_TEST(a_name_that_is_not_confirmed_restarts_nothing)
{
	struct watch_report report;

	answer_name("another.service");
	answer_failed();
	answer_failed();
	report = run_it();
	ck_assert_int_eq(restarts, 0);
	ck_assert_int_eq(report.decision.why, WATCH_DOUBT);
	ck_assert_str_eq(report.words, "it is exabgp.service");
	/* nor is anything written into the history of another */
	ck_assert_int_eq(files(), 0);
}
END_TEST

/* That an alias is none is a lie as well: it would be a second budget. */
START_TEST(an_alias_that_is_called_none_restarts_nothing)
{
	struct watch_report report;

	answer_name("alias.service");
	answer_failed();
	answer_failed();
	report = run_it();
	ck_assert_int_eq(restarts, 0);
	ck_assert(report.acted && report.failed);
	ck_assert_str_eq(report.action, "it is exabgp.service");
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(who_looks_only_confirms_no_name)
{
	opts.act = false;
	answer_name("another.service");
	answer_failed();
	answer_failed();
	ck_assert_int_eq(run_it().decision.why, WATCH_RESTART);
	ck_assert_int_eq(restarts, 0);
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(a_name_that_is_not_confirmed_resets_nothing)
{
	struct watch_report report;

	opts.reset = true;
	answer_name("another.service");
	report = run_it();
	ck_assert_int_eq(report.ending, WATCH_ERROR);
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(without_a_name_nothing_is_done)
{
	struct watch_report report;

	answer_name(NULL);
	report = run_it();
	ck_assert_int_eq(report.decision.why, WATCH_DOUBT);
	ck_assert_str_eq(report.words, "no bus");
	ck_assert_int_eq(restarts, 0);
	ck_assert_int_eq(notes, 1);
	ck_assert_int_eq(files(), 0);
	opts.reset = true;
	answer_name(NULL);
	report = run_it();
	ck_assert_int_eq(report.ending, WATCH_ERROR);
	ck_assert_int_eq(files(), 0);
}
END_TEST

/* One history, whatever it is called; systemd-escape(1) makes backslashes. */
START_TEST(aliases_share_a_history)
{
	static const char *const names[] = { "exabgp.service",
		"vpn@to\\x2drouter.service" };
	struct watch_report report;

	opts.proof = 600 * CLOCK_SECOND;
	opts.per_hour = 1;
	true_name = names[_i];
	answer_name(true_name);
	answer_failed();
	answer_failed();
	ck_assert_int_eq(run_it().decision.why, WATCH_RESTART);
	opts.unit = true_name;
	answer_name(true_name);
	answer_failed();
	answer_failed();
	report = run_it();
	ck_assert_int_eq(report.decision.in_hour, 1);
	ck_assert_int_ne(report.decision.why, WATCH_RESTART);
	ck_assert_int_eq(restarts, 1);
	ck_assert_int_eq(files(), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("watch_run");
	TCase *tcase = tcase_create("watch_run");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, an_attempt_is_on_the_disk_before_it_is_made);
	tcase_add_test(tcase, a_name_that_is_not_confirmed_restarts_nothing);
	tcase_add_test(tcase, an_alias_that_is_called_none_restarts_nothing);
	tcase_add_test(tcase, who_looks_only_confirms_no_name);
	tcase_add_test(tcase, a_name_that_is_not_confirmed_resets_nothing);
	tcase_add_test(tcase, without_a_name_nothing_is_done);
	tcase_add_loop_test(tcase, aliases_share_a_history, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
