/* SPDX-License-Identifier: ISC */
/*
 * Identity of processes, real ones and such as the kernel could show; with
 * numbers that are used again on purpose, in a PID namespace, where the kernel
 * lets root choose the next (/proc/sys/kernel/ns_last_pid).  TORTURE=1: 100,000
 * of them.
 */
#include "source/procid.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/pidfile.h"
#include "source/trusted.h"
#include "tests/suite.h"

#include <sys/stat.h>

/* --- stat ----------------------------------------------------------------- */

static const struct stat_case {
	const char *bytes;
	bool good;
	char state;
	pid_t parent;
	uint64_t start;
} stats[] = {
	{ "7 (bird) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 9",
	    true, 'S', 1, 12345 },
	/* a name is anything, also the rest of a line */
	{ "7 (a) S 9 (b) R 3 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 55 9",
	    true, 'R', 3, 55 },
	{ "7 (x\ny) Z 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 1 9", true,
	    'Z', 1, 1 },
	{ "", false, 0, 0, 0 },
	{ "7 (bird", false, 0, 0, 0 },
	{ "7 (bird)", false, 0, 0, 0 },
	{ "7 (bird) S 1 7 7 0", false, 0, 0, 0 },
	{ "7 (bird) S -1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 9",
	    false, 0, 0, 0 },
	{ "7 (bird) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 "
	  "99999999999999999999 9",
	    false, 0, 0, 0 },
};

START_TEST(stat_line)
{
	const struct stat_case *c = &stats[_i];
	struct procid id = { 0 };

	ck_assert_int_eq(procid_parse_stat(c->bytes, strlen(c->bytes), &id),
	    c->good);
	if (!c->good)
		return;
	ck_assert_int_eq(id.state, c->state);
	ck_assert_int_eq(id.parent, c->parent);
	ck_assert_uint_eq(id.start_ticks, c->start);
}
END_TEST

/* --- real processes ------------------------------------------------------- */

START_TEST(ourselves)
{
	struct procid id;
	struct err err = { 0 };
	const int pidfd = procid_open(getpid(), &err);
	char exe[PATH_MAX] = "";
	int64_t age;

	ck_assert_int_ge(pidfd, 0);
	ck_assert_int_gt(readlink("/proc/self/exe", exe, sizeof(exe) - 1), 0);
	ck_assert_int_eq(procid_read("/proc", getpid(), pidfd, &id, &err),
	    PROCID_ALIVE);
	ck_assert_str_eq(id.exe, exe);
	ck_assert_uint_eq(id.uid, geteuid());
	ck_assert_int_eq(id.parent, getppid());
	age = clock_boottime_ns() - id.started_ns;
	ck_assert_int_ge(age, -CLOCK_SECOND);
	ck_assert_int_lt(age, 600 * CLOCK_SECOND);
	ck_assert(procid_matches(&id,
	    &(struct procid_want){ .exe = exe, .uid = geteuid() }));
	ck_assert(!procid_matches(&id,
	    &(struct procid_want){ .exe = "/bin/true", .uid = geteuid() }));
	ck_assert(!procid_matches(&id,
	    &(struct procid_want){ .exe = exe, .uid = geteuid() + 1 }));
	close(pidfd);
}
END_TEST

static pid_t
victim(uid_t uid)
{
	const pid_t pid = fork();

	if (pid == 0) {
		if (uid != 0 && setuid(uid) != 0)
			_exit(2);
		for (;;)
			pause();
	}
	return pid;
}

static void
finish(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

START_TEST(a_zombie_is_gone)
{
	const pid_t pid = victim(0);
	struct procid id;
	struct err err = { 0 };
	const int pidfd = procid_open(pid, &err);

	ck_assert_int_eq(procid_read("/proc", pid, pidfd, &id, &err),
	    PROCID_ALIVE);
	kill(pid, SIGKILL);
	ck_assert(procid_await_end(pidfd,
	    &(struct deadline){ clock_monotonic_ns() + 10 * CLOCK_SECOND }));
	ck_assert_int_eq(procid_read("/proc", pid, pidfd, &id, &err),
	    PROCID_GONE);
	waitpid(pid, NULL, 0);
	ck_assert_int_eq(procid_read("/proc", pid, pidfd, &id, &err),
	    PROCID_GONE);
	ck_assert(!procid_signal(pidfd, SIGTERM, &err));
	close(pidfd);
	ck_assert_int_lt(procid_open(pid, &err), 0);
	ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

START_TEST(a_deleted_program_is_still_the_program)
{
	const struct procid id = { .exe = "/usr/sbin/bird (deleted)" };

	ck_assert(procid_matches(&id,
	    &(struct procid_want){ .exe = "/usr/sbin/bird", .any_user = 1 }));
	ck_assert(!procid_matches(&id,
	    &(struct procid_want){ .exe = "/usr/sbin/bir", .any_user = 1 }));
}
END_TEST

/* --- a number used again -------------------------------------------------- */

static bool
next_pid(pid_t pid)
{
	char digits[16];
	const int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
	const int len = snprintf(digits, sizeof(digits), "%d", (int)pid - 1);
	const bool good = fd >= 0 && write(fd, digits, (size_t)len) == len;

	if (fd >= 0)
		close(fd);
	return good;
}

/* Everything that could signal the wrong process is tried; 0: none was. */
static int
reuse_once(unsigned round)
{
	/* The other one is the same program; in each second round of the same
	 * user, too, and then only the old pidfd tells them apart. */
	const uid_t mine = 65534, its = round % 2 ? 65534 : 65533;
	const struct procid_want want = { .uid = mine };
	const pid_t first = victim(mine);
	char room[200];
	struct text word = TEXT_OVER(room);
	struct procid id;
	struct err err = { 0 };
	int pidfd, fresh, status;
	pid_t second;

	pidfd = procid_open(first, &err);
	/* It becomes another user a moment after the fork. */
	while (procid_read("/proc", first, pidfd, &id, &err) == PROCID_ALIVE &&
	    id.uid != mine)
		sched_yield();
	procid_format(&word, &id);
	finish(first);
	if (!next_pid(first))
		return 1;
	second = victim(its);
	if (second != first)
		return 2;
	if (procid_verify("/proc", first, pidfd, &want, word.data, &err) ==
	    PROCID_ALIVE)
		return 3;
	if (procid_signal(pidfd, SIGTERM, &err))
		return 4;
	fresh = procid_open(second, &err);
	if (its != mine &&
	    procid_verify("/proc", second, fresh, &want, word.data, &err) ==
		PROCID_ALIVE &&
	    procid_signal(fresh, SIGTERM, &err))
		return 5;
	if (waitpid(second, &status, WNOHANG) != 0)
		return 6; /* it was hit */
	finish(second);
	close(fresh);
	close(pidfd);
	return 0;
}

static int
reuse(unsigned rounds)
{
	int code = 0;

	if (mount("proc", "/proc", "proc", 0, NULL) != 0)
		return 77;
	for (unsigned i = 0; i < rounds && code == 0; i++)
		code = reuse_once(i);
	return code;
}

/* In a process of its own: one that has unshared its PID namespace can start
 * no thread any more, and the leak checker wants one at the end of the test. */
static int
reuse_in_a_namespace(unsigned rounds)
{
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return 77;
	pid = fork();
	if (pid == 0)
		_exit(reuse(rounds));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 7;
	return WEXITSTATUS(status);
}

START_TEST(no_signal_to_a_number_used_again)
{
	const unsigned rounds = getenv("TORTURE") ? 100000 : 2000;
	const pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(reuse_in_a_namespace(rounds));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		printf("skipped: a PID namespace with its /proc needs root\n");
	else
		ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

/* --- pid files ------------------------------------------------------------ */

static const struct {
	const char *bytes;
	pid_t pid; /* 0: refused */
} pid_files[] = {
	{ "1234\n", 1234 },
	{ "1234", 1234 },
	{ " 1234 \n", 1234 },
	{ "", 0 },
	{ "\n", 0 },
	{ "0\n", 0 },
	{ "1\n", 0 },
	{ "-1\n", 0 },
	{ "+12\n", 0 },
	{ "12 13\n", 0 },
	{ "12\n13\n", 0 },
	{ "0x12\n", 0 },
	{ "4294967297\n", 0 },
	{ "2147483648\n", 0 },
	{ "12                              \n", 0 },
};

START_TEST(pid_file_bytes)
{
	const char *bytes = pid_files[_i].bytes;
	struct err err = { 0 };
	pid_t pid = 0;

	ck_assert_int_eq(pidfile_parse(bytes, strlen(bytes), &pid, &err),
	    pid_files[_i].pid != 0);
	ck_assert_int_eq(pid, pid_files[_i].pid);
}
END_TEST

/* A directory that only its owner can write to, below which all is tried. */
static char trusted_dir[] = "/run/rv-test-XXXXXX";

static const char *
make_file(const char *name, mode_t mode, const char *bytes)
{
	static char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", trusted_dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)), strlen(bytes));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

START_TEST(pid_file_rules)
{
	char other[PATH_MAX], resolved[PATH_MAX];
	struct err err = { 0 };
	const char *path;
	bool absent;
	pid_t pid = 0;

	if (geteuid() != 0 || !mkdtemp(trusted_dir)) {
		printf("skipped: the rules for files of root need root\n");
		return;
	}
	path = make_file("good", 0644, "77\n");
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_NUMBER);
	ck_assert_int_eq(pid, 77);
	/* a second name */
	snprintf(other, sizeof(other), "%s/linked", trusted_dir);
	ck_assert_int_eq(link(path, other), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(other);
	/* another owner, other writers, a longer file, another kind */
	ck_assert_int_eq(chown(path, 65534, 0), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(path);
	path = make_file("good", 0666, "77\n");
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(path);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ABSENT);
	/* a link of root counts as where it leads */
	ck_assert_int_eq(symlink(make_file("to", 0600, "78"), other), 0);
	ck_assert_int_eq(pidfile_read(other, 0, &pid, &err), PIDFILE_NUMBER);
	ck_assert_int_eq(pid, 78);
	ck_assert_int_eq(lchown(other, 65534, 0), 0);
	ck_assert_int_eq(pidfile_read(other, 0, &pid, &err), PIDFILE_ERROR);
	unlink(other);
	/* a directory on the way that others can write to */
	path = make_file("good", 0644, "77\n");
	ck_assert_int_eq(chmod(trusted_dir, 01777), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	ck_assert(strstr(err.text, trusted_dir));
	ck_assert_int_eq(chmod(trusted_dir, 0755), 0);
	ck_assert_int_eq(chown(trusted_dir, 65534, 0), 0);
	ck_assert(!trusted_path(path, 0, resolved, &absent, &err));
	ck_assert_int_eq(chown(trusted_dir, 0, 0), 0);
	ck_assert(trusted_path(path, 0, resolved, &absent, &err));
	ck_assert_str_eq(resolved, path);
	ck_assert(!trusted_path("relative", 0, resolved, &absent, &err));
	unlink(path);
	make_file("to", 0600, "");
	snprintf(other, sizeof(other), "%s/to", trusted_dir);
	unlink(other);
	rmdir(trusted_dir);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("procid");
	TCase *tcase = tcase_create("procid");

	tcase_set_timeout(tcase, getenv("TORTURE") ? 7200 : 600);
	tcase_add_loop_test(tcase, stat_line, 0, COUNT(stats));
	tcase_add_test(tcase, ourselves);
	tcase_add_test(tcase, a_zombie_is_gone);
	tcase_add_test(tcase, a_deleted_program_is_still_the_program);
	tcase_add_test(tcase, no_signal_to_a_number_used_again);
	tcase_add_loop_test(tcase, pid_file_bytes, 0, COUNT(pid_files));
	tcase_add_test(tcase, pid_file_rules);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
