/* SPDX-License-Identifier: ISC */
/* A daemon of our own: a copy of sleep(1), so that no other process of this
 * machine is one. */
#include "source/service.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suite.h"

#define USER_OF_ITS_OWN 64997

static char directory[64], program[100];
static pid_t daemons[2];
static struct procid process;
static struct watch_look look;
static char words[WATCH_WORDS];
static struct err err;

static void
copy_program(const char *from)
{
	char bytes[65536];
	const int in = open(from, O_RDONLY);
	const int out = open(program, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ssize_t len;

	ck_assert_int_ge(in, 0);
	ck_assert_int_ge(out, 0);
	while ((len = read(in, bytes, sizeof(bytes))) > 0)
		ck_assert_int_eq(write(out, bytes, (size_t)len), len);
	close(in);
	close(out);
}

static void
setup(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(directory, sizeof(directory), "%s/rv-service-XXXXXX",
	    base && strlen(base) < 30 ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chmod(directory, 0755), 0);
	snprintf(program, sizeof(program), "%s/daemon", directory);
	copy_program(access("/usr/bin/sleep", X_OK) == 0 ? "/usr/bin/sleep"
							 : "/bin/sleep");
	memset(daemons, 0, sizeof(daemons));
	err = (struct err){ 0 };
}

static void
teardown(void)
{
	for (int i = 0; i < 2; i++)
		if (daemons[i] > 0) {
			kill(daemons[i], SIGKILL);
			waitpid(daemons[i], NULL, 0);
		}
	unlink(program);
	rmdir(directory);
}

/* Returns when the new program runs: the pipe closes at exec. */
static void
start(int which, bool stubborn)
{
	int running[2];
	char byte;

	ck_assert_int_eq(pipe2(running, O_CLOEXEC), 0);
	daemons[which] = fork();
	if (daemons[which] == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (stubborn)
			signal(SIGTERM, SIG_IGN);
		if (geteuid() == 0 && setuid(USER_OF_ITS_OWN) != 0)
			_exit(126);
		execl(program, program, "600", (char *)NULL);
		_exit(127);
	}
	close(running[1]);
	ck_assert_int_eq(read(running[0], &byte, 1), 0);
	close(running[0]);
}

static struct service
service(void)
{
	return (struct service){ .want = { .exe = program,
				     .uid = geteuid() == 0 ? USER_OF_ITS_OWN
							   : geteuid() } };
}

static enum watch_sight
sight(void)
{
	const struct service wanted = service();

	look = (struct watch_look){ .sight = WATCH_UNSURE, .age_ns = -1 };
	service_look("/proc", &wanted, &process, &look, words);
	return look.sight;
}

static bool
end(const char *identity, bool force)
{
	const struct service wanted = service();
	const struct service_patience patience = {
		.asked = deadline_in((force ? 200 : 20000) * CLOCK_MILLI),
		.all = deadline_in(20 * CLOCK_SECOND),
		.force = force,
	};

	return service_end("/proc", &wanted, daemons[0], identity, &patience,
	    &err);
}

/* A system without /proc of all users cannot tell, and says so. */
static bool
can_tell(void)
{
	if (sight() != WATCH_UNSURE)
		return true;
	printf("skipped: %s\n", words);
	return false;
}

START_TEST(none_is_absent)
{
	if (!can_tell())
		return;
	ck_assert_int_eq(look.sight, WATCH_ABSENT);
	ck_assert_int_eq(process.pid, 0);
	ck_assert_ptr_nonnull(strstr(words, "no process of"));
}
END_TEST

START_TEST(one_is_known)
{
	if (!can_tell())
		return;
	start(0, false);
	ck_assert_int_eq(sight(), WATCH_UP);
	ck_assert_int_eq(process.pid, daemons[0]);
	ck_assert_str_ne(look.identity, "");
	ck_assert_int_ge(look.age_ns, 0);
	ck_assert_int_lt(look.age_ns, 100 * CLOCK_SECOND);
}
END_TEST

START_TEST(of_two_none_is_the_one)
{
	if (!can_tell())
		return;
	start(0, false);
	start(1, false);
	ck_assert_int_eq(sight(), WATCH_UP);
	ck_assert_int_eq(process.pid, 0);
	ck_assert_str_eq(look.identity, "");
	ck_assert_ptr_nonnull(strstr(words, "2 processes"));
}
END_TEST

START_TEST(what_was_looked_at_is_ended)
{
	if (!can_tell())
		return;
	start(0, false);
	ck_assert_int_eq(sight(), WATCH_UP);
	ck_assert_msg(end(look.identity, false), "%s", err.text);
	ck_assert_int_eq(waitpid(daemons[0], NULL, 0), daemons[0]);
	daemons[0] = 0;
	ck_assert_int_eq(sight(), WATCH_ABSENT);
}
END_TEST

START_TEST(another_is_not_signalled)
{
	if (!can_tell())
		return;
	start(0, false);
	ck_assert(!end("1:2:3", true));
	ck_assert_int_ne(err.kind, ERR_NONE);
	ck_assert_int_eq(waitpid(daemons[0], NULL, WNOHANG), 0);
}
END_TEST

START_TEST(who_does_not_end_is_killed_on_request)
{
	int status;

	if (!can_tell())
		return;
	start(0, true);
	ck_assert_int_eq(sight(), WATCH_UP);
	ck_assert_msg(end(look.identity, true), "%s", err.text);
	ck_assert_int_eq(waitpid(daemons[0], &status, 0), daemons[0]);
	daemons[0] = 0;
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("service");
	TCase *tcase = tcase_create("service");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, none_is_absent);
	tcase_add_test(tcase, one_is_known);
	tcase_add_test(tcase, of_two_none_is_the_one);
	tcase_add_test(tcase, what_was_looked_at_is_ended);
	tcase_add_test(tcase, another_is_not_signalled);
	tcase_add_test(tcase, who_does_not_end_is_killed_on_request);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
