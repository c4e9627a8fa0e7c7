/* SPDX-License-Identifier: ISC */
/* The process of ExaBGP, among real ones: a sleep that is called exabgp. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/source/exabgp_daemon.c"
#include "tests/suite.h"

static struct exabgp_process process;
static struct deadline deadline;
static struct err err;
static char config[64];
static pid_t child;

/* Until it is what it will be: another program, or stopped, or a zombie. */
static void
await(pid_t pid, char state, const char *word)
{
	for (int i = 0; i < 3000; i++) {
		char words[PROCFS_CMDLINE];
		struct procfs_stat stat;
		size_t len = 0;

		if (procfs_stat_read("/proc", pid, &stat, &err) ==
			PROCFS_FOUND &&
		    (state == 0 || stat.state == state) &&
		    procfs_cmdline("/proc", pid, words, &len, &err) ==
			PROCFS_FOUND &&
		    (word == NULL || (len > 0 && strcmp(words, word) == 0)))
			return;
		usleep(10000);
	}
	ck_abort_msg("process %d did not become what it should", (int)pid);
}

/* As the kernel lists it: exabgp CONFIG; a shell ignores its name. */
static pid_t
start(const char *name)
{
	const pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", name, "-s", config, (char *)NULL);
		_exit(1);
	}
	return pid;
}

static void
setup(void)
{
	int ends[2];

	deadline = deadline_in(60 * CLOCK_SECOND);
	process = (struct exabgp_process){ 0 };
	snprintf(config, sizeof(config), "/etc/exabgp/test-%d.conf",
	    (int)getpid());
	/* The shell waits for a command. */
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	child = start("exabgp");
	await(child, 0, "exabgp");
}

static void
teardown(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static struct exabgp_select
selection(void)
{
	return (struct exabgp_select){ .root = "/proc", .config = config };
}

START_TEST(by_its_command_line)
{
	const struct exabgp_select select = selection();

	exabgp_daemon_find(&select, &process, &deadline);
	ck_assert_int_eq(process.seen, EXABGP_RUNS);
	ck_assert_int_eq(process.pid, child);
	ck_assert(exabgp_daemon_measure("/proc", &process));
	ck_assert_double_ge(process.uptime_s, 0);
	ck_assert_double_lt(process.uptime_s, 60);
	ck_assert_double_gt(process.rss, 1000);
	ck_assert(process.has_descriptors);
	ck_assert_uint_ge(process.descriptors, 3);
}
END_TEST

START_TEST(two_of_them)
{
	const struct exabgp_select select = selection();
	const pid_t other = start("exabgp");

	await(other, 0, "exabgp");
	exabgp_daemon_find(&select, &process, &deadline);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	ck_assert_int_eq(process.seen, EXABGP_SEVERAL);
	ck_assert_uint_eq(process.daemons, 2);
}
END_TEST

START_TEST(stopped)
{
	const struct exabgp_select select = selection();

	kill(child, SIGSTOP);
	await(child, 'T', NULL);
	exabgp_daemon_find(&select, &process, &deadline);
	ck_assert_int_eq(process.seen, EXABGP_RUNS);
	ck_assert_int_eq(process.state, 'T');
}
END_TEST

START_TEST(gone)
{
	const struct exabgp_select select = selection();

	teardown();
	exabgp_daemon_find(&select, &process, &deadline);
	ck_assert_int_eq(process.seen, EXABGP_ABSENT);
	child = start("sh");
}
END_TEST

/* The one of the last look is told for certain, by number and start. */
START_TEST(a_zombie)
{
	struct exabgp_select select = selection();
	struct exabgp_identity known;

	exabgp_daemon_find(&select, &process, &deadline);
	known =
	    (struct exabgp_identity){ (uint64_t)child, process.start_ticks };
	select.known = &known;
	kill(child, SIGKILL);
	await(child, 'Z', NULL);
	process = (struct exabgp_process){ 0 };
	exabgp_daemon_find(&select, &process, &deadline);
	ck_assert_int_eq(process.seen, EXABGP_ZOMBIE);
	ck_assert_int_eq(process.pid, child);
	ck_assert_int_eq(process.parent, getpid());
	known.start_ticks--;
	process = (struct exabgp_process){ 0 };
	exabgp_daemon_find(&select, &process, &deadline);
	ck_assert_int_eq(process.seen, EXABGP_ABSENT);
}
END_TEST

/* Its children, but for its own client. */
START_TEST(helpers)
{
	static struct exabgp_look look;
	const struct exabgp_want wanted = { "-s /etc/exabgp/test-", 1 };
	struct arena arena;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	look.process.pid = getpid();
	ck_assert(exabgp_daemon_helpers("/proc", &look, &wanted, 1, &arena,
	    &deadline));
	ck_assert_uint_eq(look.helpers_all, 1);
	ck_assert_uint_eq(look.helpers[0], 1);
	ck_assert_uint_eq(look.now.helpers[0].pid, (uint64_t)child);
	arena_free(&arena);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_daemon");
	TCase *tcase = tcase_create("exabgp_daemon");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, by_its_command_line);
	tcase_add_test(tcase, two_of_them);
	tcase_add_test(tcase, stopped);
	tcase_add_test(tcase, gone);
	tcase_add_test(tcase, a_zombie);
	tcase_add_test(tcase, helpers);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
