/* SPDX-License-Identifier: ISC */
/*
 * The process of ExaBGP, among real ones: a shell that is called exabgp.
 *
 * pkg-config: libsystemd
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/source/exabgp_daemon.c"
#include "tests/suite.h"
#include "tests/tools/fakebus.h"

static struct exabgp_process process;
static struct deadline deadline;
static struct err err;
static char config[64], dir[64], file[96];
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
	strcpy(dir, "/tmp/exabgp_daemon.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/file", dir);
	/* The shell waits for a command. */
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	child = start("exabgp");
	await(child, 0, "exabgp");
}

static void
end_child(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
teardown(void)
{
	char command[100];

	end_child();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static struct exabgp_select
selection(void)
{
	return (struct exabgp_select){ .root = "/proc", .config = config };
}

static void
find(const struct exabgp_select *select)
{
	struct exabgp_door door;

	process = (struct exabgp_process){ 0 };
	exabgp_daemon_open(select, &door, &deadline);
	exabgp_daemon_find(select, &door, &process, &deadline);
	exabgp_daemon_close(&door);
}

START_TEST(by_its_command_line)
{
	const struct exabgp_select select = selection();

	find(&select);
	ck_assert_int_eq(process.seen, EXABGP_RUNS);
	ck_assert_int_eq(process.pid, child);
	ck_assert(exabgp_daemon_measure("/proc", &process));
	ck_assert_double_ge(process.uptime_s, 0);
	ck_assert_double_lt(process.uptime_s, 60);
	/* The kernel sums up the pages of a new process now and then. */
	for (int i = 0; i < 3000 && process.rss == 0; i++) {
		usleep(10000);
		find(&select);
	}
	ck_assert_double_gt(process.rss, 1000);
	ck_assert(exabgp_daemon_measure("/proc", &process));
	ck_assert(process.has_descriptors);
	ck_assert_uint_ge(process.descriptors, 3);
}
END_TEST

START_TEST(young_and_not)
{
	struct exabgp_select select = selection();

	ck_assert(
	    exabgp_daemon_is_young(&select, 3600 * CLOCK_SECOND, &deadline));
	ck_assert(!exabgp_daemon_is_young(&select, 0, &deadline));
	select.config = "/etc/exabgp/other.conf";
	ck_assert(
	    !exabgp_daemon_is_young(&select, 3600 * CLOCK_SECOND, &deadline));
}
END_TEST

START_TEST(two_of_them)
{
	const struct exabgp_select select = selection();
	const pid_t other = start("exabgp");

	await(other, 0, "exabgp");
	find(&select);
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
	find(&select);
	ck_assert_int_eq(process.seen, EXABGP_RUNS);
	ck_assert_int_eq(process.state, 'T');
}
END_TEST

START_TEST(gone)
{
	const struct exabgp_select select = selection();

	end_child();
	find(&select);
	ck_assert_int_eq(process.seen, EXABGP_ABSENT);
	child = start("sh");
}
END_TEST

/* The one of the last look is told for certain, by number and start. */
START_TEST(a_zombie)
{
	struct exabgp_select select = selection();
	struct exabgp_identity known;

	find(&select);
	known =
	    (struct exabgp_identity){ (uint64_t)child, process.start_ticks };
	select.known = &known;
	kill(child, SIGKILL);
	await(child, 'Z', NULL);
	find(&select);
	ck_assert_int_eq(process.seen, EXABGP_ZOMBIE);
	ck_assert_int_eq(process.pid, child);
	ck_assert_int_eq(process.parent, getpid());
	known.start_ticks--;
	find(&select);
	ck_assert_int_eq(process.seen, EXABGP_ABSENT);
}
END_TEST

/* --- by a pid file -------------------------------------------------------- */

static void
write_file(const char *path, const char *string)
{
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fputs(string, out);
	fclose(out);
}

/* What a pid file of that content leads to. */
static void
find_by_file(const char *content)
{
	struct exabgp_select select = selection();

	if (content != NULL)
		write_file(file, content);
	select.by = EXABGP_BY_PID_FILE;
	select.name = file;
	find(&select);
}

static const char *
number(pid_t pid)
{
	static char room[16];

	snprintf(room, sizeof(room), "%d\n", (int)pid);
	return room;
}

static void
expect(enum exabgp_seen seen, const char *words)
{
	const char *text =
	    seen == EXABGP_UNTOLD ? process.err.text : process.why;

	ck_assert_msg(process.seen == seen && strstr(text, words) != NULL,
	    "seen %d: %s", (int)process.seen, text);
}

START_TEST(pid_file)
{
	find_by_file(number(child));
	expect(EXABGP_RUNS, "");
	ck_assert_int_eq(process.pid, child);
	ck_assert_uint_eq(process.exe_inode != 0, 1);
}
END_TEST

START_TEST(pid_file_stale)
{
	const pid_t ended = fork();

	if (ended == 0)
		_exit(0);
	waitpid(ended, NULL, 0);
	find_by_file(number(ended));
	expect(EXABGP_ABSENT, "which has ended");
}
END_TEST

START_TEST(pid_file_of_another_process)
{
	struct exabgp_select select = selection();

	find_by_file(number(getpid()));
	expect(EXABGP_ABSENT, "which is test_exabgp");
	/* Another instance. */
	write_file(file, number(child));
	select.by = EXABGP_BY_PID_FILE;
	select.name = file;
	select.config = "/etc/exabgp/other.conf";
	find(&select);
	expect(EXABGP_ABSENT, "ExaBGP with another configuration");
}
END_TEST

START_TEST(pid_file_of_a_zombie)
{
	kill(child, SIGKILL);
	await(child, 'Z', NULL);
	find_by_file(number(child));
	expect(EXABGP_ZOMBIE, "");
	ck_assert_int_eq(process.parent, getpid());
}
END_TEST

START_TEST(pid_file_that_others_can_write)
{
	write_file(file, number(child));
	chmod(file, 0666);
	find_by_file(NULL);
	expect(EXABGP_UNTOLD, "chmod 0644");
	/* The file of a third user. */
	if (geteuid() != 0)
		return;
	chmod(file, 0644);
	ck_assert_int_eq(chown(file, 4242, 4242), 0);
	find_by_file(NULL);
	expect(EXABGP_UNTOLD, "belongs to user 4242");
}
END_TEST

START_TEST(pid_file_of_nonsense)
{
	static const char *const contents[] = { "", "x\n", "-7\n", "1\n",
		"99999999999\n", "12\n13\n",
		"1234567890123456789012345678901234\n" };

	for (size_t i = 0; i < COUNT(contents); i++) {
		find_by_file(contents[i]);
		expect(EXABGP_UNTOLD, "pid file");
	}
	unlink(file);
	find_by_file(NULL);
	expect(EXABGP_ABSENT, "there is no /tmp/");
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	find_by_file(NULL);
	expect(EXABGP_UNTOLD, "is no regular file");
}
END_TEST

/* --- by its pipes --------------------------------------------------------- */

START_TEST(pipe_owner)
{
	struct exabgp_select select = selection();
	char name[100];
	pid_t reader;

	snprintf(name, sizeof(name), "%s.in", file);
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	select.by = EXABGP_BY_PIPE;
	select.name = file;
	find(&select);
	expect(EXABGP_ABSENT, "no ExaBGP reads");
	/* Who writes to it is none of those. */
	reader = fork();
	if (reader == 0) {
		open(name, O_RDWR);
		execl("/bin/sh", "exabgp", "-s", config, (char *)NULL);
		_exit(1);
	}
	await(reader, 0, "exabgp");
	find(&select);
	kill(reader, SIGKILL);
	waitpid(reader, NULL, 0);
	expect(EXABGP_RUNS, "");
	ck_assert_int_eq(process.pid, reader);
	select.name = "/nowhere";
	find(&select);
	expect(EXABGP_UNTOLD, "/nowhere.in");
}
END_TEST

/* --- by its unit ---------------------------------------------------------- */

static struct fakebus bus;

static void
find_by_unit_on(struct fakebus what)
{
	struct exabgp_select select = selection();

	select.by = EXABGP_BY_UNIT;
	select.name = "exabgp.service";
	select.cgroup = dir;
	bus = what;
	fakebus_start(&bus);
	find(&select);
	fakebus_stop(&bus);
}

static struct fakebus
running(pid_t pid)
{
	return (struct fakebus){ .load = "loaded",
		.active = "active",
		.sub = "running",
		.result = "success",
		.cgroup = "",
		.main_pid = (uint32_t)pid,
		.restarts = 3 };
}

/* The group of the unit, with the child in it. */
static void
make_group(void)
{
	char command[300];

	snprintf(command, sizeof(command),
	    "mkdir -p %s/system.slice/exabgp.service && echo %d >"
	    "%s/system.slice/exabgp.service/cgroup.procs",
	    dir, (int)child, dir);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(unit)
{
	find_by_unit_on(running(child));
	expect(EXABGP_RUNS, "");
	ck_assert_int_eq(process.pid, child);
	ck_assert(process.has_unit_restarts);
	ck_assert_uint_eq(process.unit_restarts, 3);
}
END_TEST

/* A shell is the main process, and the daemon a child of it. */
START_TEST(unit_with_a_script)
{
	struct fakebus script = running(getpid());

	find_by_unit_on(script);
	expect(EXABGP_ABSENT, "which is test_exabgp");
	make_group();
	script.cgroup = "/system.slice/exabgp.service";
	find_by_unit_on(script);
	expect(EXABGP_RUNS, "");
	ck_assert_int_eq(process.pid, child);
	ck_assert_str_eq(process.why, "");
}
END_TEST

START_TEST(unit_that_is_down)
{
	struct fakebus down = running(0);

	down.active = "failed";
	down.sub = "failed";
	down.result = "exit-code";
	find_by_unit_on(down);
	expect(EXABGP_ABSENT, "exabgp.service is failed (failed, exit-code)");
	down.active = "inactive";
	down.sub = "dead";
	down.result = "success";
	find_by_unit_on(down);
	expect(EXABGP_ABSENT, "stopped on purpose, or given up");
	down.load = "not-found";
	find_by_unit_on(down);
	expect(EXABGP_UNTOLD, "systemd has no unit exabgp.service");
}
END_TEST

START_TEST(unit_without_a_bus)
{
	struct exabgp_select select = selection();

	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus", 1);
	select.by = EXABGP_BY_UNIT;
	select.name = "exabgp.service";
	select.cgroup = dir;
	find(&select);
	expect(EXABGP_UNTOLD, "no system bus");
	expect(EXABGP_UNTOLD, "--pid-file, --pipe-owner or --config");
	make_group();
	find(&select);
	expect(EXABGP_RUNS, "");
	ck_assert_int_eq(process.unit_err.kind, ERR_UNSUPPORTED);
	ck_assert(!process.has_unit_restarts);
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
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, by_its_command_line);
	tcase_add_test(tcase, young_and_not);
	tcase_add_test(tcase, two_of_them);
	tcase_add_test(tcase, stopped);
	tcase_add_test(tcase, gone);
	tcase_add_test(tcase, a_zombie);
	tcase_add_test(tcase, pid_file);
	tcase_add_test(tcase, pid_file_stale);
	tcase_add_test(tcase, pid_file_of_another_process);
	tcase_add_test(tcase, pid_file_of_a_zombie);
	tcase_add_test(tcase, pid_file_that_others_can_write);
	tcase_add_test(tcase, pid_file_of_nonsense);
	tcase_add_test(tcase, pipe_owner);
	tcase_add_test(tcase, unit);
	tcase_add_test(tcase, unit_with_a_script);
	tcase_add_test(tcase, unit_that_is_down);
	tcase_add_test(tcase, unit_without_a_bus);
	tcase_add_test(tcase, helpers);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
