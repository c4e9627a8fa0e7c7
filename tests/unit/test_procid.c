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
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suite.h"

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
	/* no time that nanoseconds can count */
	{ "7 (bird) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 "
	  "4611686018427387 9",
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

/* What has no program is no service: a thread of the kernel, and a process
 * whose memory is gone already while it ends. */
START_TEST(without_a_program_it_is_gone)
{
	struct procid id;
	struct err err = { 0 };
	char target[16];
	int pidfd;

	if (geteuid() != 0 || access("/proc/2", F_OK) != 0 ||
	    readlink("/proc/2/exe", target, sizeof(target)) >= 0) {
		printf("skipped: no thread of the kernel to look at\n");
		return;
	}
	pidfd = procid_open(2, &err);
	ck_assert_int_ge(pidfd, 0);
	ck_assert_int_eq(procid_read("/proc", 2, pidfd, &id, &err),
	    PROCID_GONE);
	close(pidfd);
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

/* The file decides, not what its path is in somebody else's mounts. */
START_TEST(the_file_is_the_program)
{
	const struct procid_want want = { .exe = "/bin/sh", .any_user = true };
	struct procid id = { .exe = "/bin/sh" };
	struct stat st;

	ck_assert_int_eq(stat("/bin/sh", &st), 0);
	id.exe_device = st.st_dev;
	id.exe_inode = st.st_ino;
	ck_assert(procid_matches(&id, &want));
	strcpy(id.exe, "/another/name/of/it");
	ck_assert(procid_matches(&id, &want));
	strcpy(id.exe, "/bin/sh");
	id.exe_inode++;
	ck_assert(!procid_matches(&id, &want));
	strcpy(id.exe, "/bin/sh (deleted)");
	ck_assert(procid_matches(&id, &want));
	id.contained = true;
	ck_assert(!procid_matches(&id, &want));
}
END_TEST

/* hidepid: nobody there is not what an empty /proc says. */
START_TEST(where_processes_are_hidden_it_cannot_be_told)
{
	const struct procid_want want = { .exe = "/bin/sh", .any_user = true };
	char root[] = "/tmp/procid.XXXXXX", one[40];
	struct procid id;
	struct err err = { 0 };
	size_t count;

	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(procid_find(root, &want, &id, &count, &err),
	    PROCID_ERROR);
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	snprintf(one, sizeof(one), "%s/1", root);
	ck_assert_int_eq(mkdir(one, 0700), 0);
	procid_find(root, &want, &id, &count, &err);
	ck_assert_ptr_null(strstr(err.text, "hidepid"));
	rmdir(one);
	rmdir(root);
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

int
main(void)
{
	Suite *suite = suite_create("procid");
	TCase *tcase = tcase_create("procid");

	tcase_set_timeout(tcase, getenv("TORTURE") ? 7200 : 600);
	tcase_add_loop_test(tcase, stat_line, 0, COUNT(stats));
	tcase_add_test(tcase, ourselves);
	tcase_add_test(tcase, a_zombie_is_gone);
	tcase_add_test(tcase, without_a_program_it_is_gone);
	tcase_add_test(tcase, a_deleted_program_is_still_the_program);
	tcase_add_test(tcase, the_file_is_the_program);
	tcase_add_test(tcase, where_processes_are_hidden_it_cannot_be_told);
	tcase_add_test(tcase, no_signal_to_a_number_used_again);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
