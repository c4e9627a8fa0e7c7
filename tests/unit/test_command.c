/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/command.h"
#include "tests/suite.h"

static struct reply out;
static struct command_result result;
static struct err err;

static void
setup(void)
{
	err = (struct err){ 0 };
	ck_assert(reply_init(&out, 1 << 20, &err));
}

static void
teardown(void)
{
	reply_free(&out);
}

static bool
run_for(const char *script, int64_t ms)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct deadline deadline = deadline_in(ms * CLOCK_MILLI);

	return command_run(argv, &out, &result, &deadline, &err);
}

static bool
run(const char *script)
{
	return run_for(script, 60000);
}

static bool
said(const char *text)
{
	return out.len == strlen(text) && !memcmp(out.bytes, text, out.len);
}

START_TEST(test_output)
{
	ck_assert_msg(run("echo hello; echo oops >&2; exit 3"), "%s", err.text);
	ck_assert(said("hello\n"));
	ck_assert_str_eq(result.error, "oops");
	ck_assert_int_eq(result.status, 3);
	ck_assert_int_eq(result.signal, 0);
}
END_TEST

START_TEST(test_signal)
{
	ck_assert(run("kill -SEGV $$"));
	ck_assert_int_eq(result.status, -1);
	ck_assert_int_eq(result.signal, SIGSEGV);
}
END_TEST

/* No input, no descriptor of ours, a small environment, its own group. */
START_TEST(test_surroundings)
{
	const int leak = open("/dev/null", O_RDONLY);
	char pids[64];

	ck_assert_int_ge(leak, 0);
	setenv("SECRET", "x", 1);
	ck_assert(run("cat; ls /proc/self/fd | wc -l; env | grep -v "
		      "'^PWD=\\|^_=\\|^SHLVL=\\|^OLDPWD='"));
	/* 0, 1, 2 and the directory that ls reads */
	ck_assert_msg(out.len > 2 && !memcmp(out.bytes, "4\n", 2), "%.*s",
	    (int)out.len, out.bytes);
	ck_assert_ptr_null(memmem(out.bytes, out.len, "SECRET", 6));
	ck_assert_ptr_nonnull(memmem(out.bytes, out.len, "LC_ALL=C\n", 9));
	ck_assert(run("read -r _ _ _ _ group _ </proc/self/stat; echo $group"));
	snprintf(pids, sizeof(pids), "%d\n", getpgrp());
	ck_assert(!said(pids));
	close(leak);
}
END_TEST

START_TEST(test_not_there)
{
	static const char *const nowhere[] = { "no-such-program", NULL };
	static const char *const absent[] = { "/no/such/program", NULL };
	static const char *const forbidden[] = { "/etc/passwd", NULL };
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);

	ck_assert(!command_run(nowhere, &out, &result, &deadline, &err));
	ck_assert_str_eq(err.text, "no-such-program is not installed");
	ck_assert(!command_run(absent, &out, &result, &deadline, &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert(!command_run(forbidden, &out, &result, &deadline, &err));
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
}
END_TEST

static const char *const slow[] = {
	"sleep 60", "exec >&- 2>&-; sleep 60", /* its pipes have ended */
	"sleep 60 & exit 0",		       /* a grandchild holds them */
	"trap '' TERM INT; sleep 60; :",       /* it does not want to go */
	"while :; do echo y; done",	       /* it never stops talking */
};

START_TEST(test_late)
{
	const int64_t start = clock_monotonic_ns();

	out.max = 1 << 20;
	ck_assert(!run_for(slow[_i], 200));
	ck_assert_int_lt(clock_monotonic_ns() - start, 30 * CLOCK_SECOND);
	ck_assert(err.kind == ERR_TIMEOUT || err.kind == ERR_PROTOCOL);
}
END_TEST

/* What it leaves behind is killed with it. */
START_TEST(test_no_survivor)
{
	pid_t pid = 0;

	ck_assert(run("sleep 60 >&- 2>&- & echo $!"));
	ck_assert_int_eq(sscanf(out.bytes, "%d", &pid), 1);
	for (int i = 0; i < 20000 && kill(pid, 0) == 0; i++) {
		char path[64], state = '?';
		FILE *stat;

		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		stat = fopen(path, "r");
		if (!stat || fscanf(stat, "%*d %*s %c", &state) != 1 ||
		    state == 'Z') {
			if (stat)
				fclose(stat);
			return;
		}
		fclose(stat);
		usleep(1000);
	}
	ck_assert_int_ne(kill(pid, 0), 0);
}
END_TEST

START_TEST(test_too_much)
{
	ck_assert(!run("head -c 2000000 /dev/zero"));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "longer than"));
}
END_TEST

/* Errors without end do not stop it, and only their beginning is kept. */
START_TEST(test_many_errors)
{
	ck_assert(run("head -c 300000 /dev/zero | tr '\\0' e >&2; echo end"));
	ck_assert(said("end\n"));
	ck_assert_uint_eq(strlen(result.error), sizeof(result.error) - 1);
}
END_TEST

START_TEST(test_no_descriptor_is_lost)
{
	const int before = dup(0);

	close(before);
	for (int i = 0; i < 3; i++) {
		ck_assert(run("exit 0"));
		run_for("sleep 60", 20);
	}
	ck_assert_int_eq(dup(0), before);
	close(before);
}
END_TEST

/* As with busybox: the file that is run, under the name that was given. */
START_TEST(test_name_and_file)
{
	static const char *const argv[] = { "/sbin/other-name", "-c",
		"test \"$0\" = /sbin/other-name", NULL };
	static const char *const fails[] = { "/sbin/other-name", "-c", "exit 7",
		NULL };
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);

	ck_assert_msg(command_must("/bin/sh", argv, &deadline, &err), "%s",
	    err.text);
	ck_assert(!command_must("/bin/sh", fails, &deadline, &err));
	ck_assert_str_eq(err.text, "/sbin/other-name ended with code 7");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("command");
	TCase *tcase = tcase_create("command");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_output);
	tcase_add_test(tcase, test_signal);
	tcase_add_test(tcase, test_surroundings);
	tcase_add_test(tcase, test_not_there);
	tcase_add_loop_test(tcase, test_late, 0, COUNT(slow));
	tcase_add_test(tcase, test_no_survivor);
	tcase_add_test(tcase, test_too_much);
	tcase_add_test(tcase, test_many_errors);
	tcase_add_test(tcase, test_no_descriptor_is_lost);
	tcase_add_test(tcase, test_name_and_file);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
