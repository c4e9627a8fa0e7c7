/* SPDX-License-Identifier: ISC */
#include "frame/aide.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suite.h"

struct message {
	int number;
	char bulk[100000]; /* more than a pipe holds at once */
};

static struct aide aide;
static struct err err;
static struct message message;

static struct deadline
soon(void)
{
	return deadline_in(20 * CLOCK_SECOND);
}

static bool
receive(struct message *got)
{
	const struct deadline deadline = soon();

	return aide_receive(&aide, got, sizeof(*got), &deadline, &err);
}

static void
finish(void)
{
	close(aide.to);
	close(aide.from);
	while (wait(NULL) > 0)
		continue;
}

/* --- what runs in the aide ------------------------------------------------ */

static void
echo(void *context, const struct aide *ends)
{
	static struct message heard;
	const struct deadline deadline = soon();
	struct err ignored;

	while (aide_receive(ends, &heard, sizeof(heard), &deadline, &ignored)) {
		heard.number += *(const int *)context;
		aide_send(ends, &heard, sizeof(heard), &ignored);
	}
}

static void
say_half(void *context, const struct aide *ends)
{
	struct err ignored;

	(void)context;
	aide_send(ends, "half", 4, &ignored);
}

static void
say_nothing(void *context, const struct aide *ends)
{
	(void)context, (void)ends;
	pause();
}

struct surroundings {
	pid_t pid, session;
	bool terminal, standard_files_are_null;
};

static void
look_around(void *context, const struct aide *ends)
{
	struct surroundings seen = { getpid(), getsid(0), isatty(0), true };
	struct err ignored;
	char name[32], to[16] = "";

	(void)context;
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		memset(to, 0, sizeof(to));
		if (readlink(name, to, sizeof(to) - 1) < 0 ||
		    strcmp(to, "/dev/null") != 0)
			seen.standard_files_are_null = false;
	}
	aide_send(ends, &seen, sizeof(seen), &ignored);
}

/* --- the tests ------------------------------------------------------------ */

START_TEST(messages_arrive_whole)
{
	int added = 5;

	ck_assert(aide_start(&aide, echo, &added, &err));
	for (int i = 0; i < 20; i++) {
		message.number = i;
		memset(message.bulk, i, sizeof(message.bulk));
		ck_assert(aide_send(&aide, &message, sizeof(message), &err));
		ck_assert_msg(receive(&message), "%s", err.text);
		ck_assert_int_eq(message.number, i + 5);
		ck_assert_int_eq(message.bulk[sizeof(message.bulk) - 1], i);
	}
	finish();
}
END_TEST

START_TEST(one_that_ends_early_is_told)
{
	ck_assert(aide_start(&aide, say_half, NULL, &err));
	ck_assert(!receive(&message));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert_ptr_nonnull(strstr(err.text, "ended early"));
	finish();
}
END_TEST

START_TEST(one_that_is_silent_is_not_waited_for)
{
	const struct deadline deadline = deadline_in(50 * CLOCK_MILLI);

	ck_assert(aide_start(&aide, say_nothing, NULL, &err));
	ck_assert(
	    !aide_receive(&aide, &message, sizeof(message), &deadline, &err));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	/* it waits for ever, and dies with this process */
	close(aide.to);
	close(aide.from);
}
END_TEST

START_TEST(it_stands_apart)
{
	struct surroundings seen;
	const struct deadline deadline = soon();

	ck_assert(aide_start(&aide, look_around, NULL, &err));
	ck_assert(aide_receive(&aide, &seen, sizeof(seen), &deadline, &err));
	ck_assert_int_ne(seen.pid, getpid());
	ck_assert_int_eq(seen.session, seen.pid);
	ck_assert(!seen.terminal);
	ck_assert(seen.standard_files_are_null);
	finish();
}
END_TEST

/* The write end of a pipe that only the aide keeps shows when it is gone. */
START_TEST(it_dies_with_its_parent)
{
	int alive[2], status;
	char byte;
	pid_t parent;

	ck_assert_int_eq(pipe(alive), 0);
	parent = fork();
	if (parent == 0) {
		if (!aide_start(&aide, say_nothing, NULL, &err))
			_exit(1);
		_exit(0);
	}
	close(alive[1]);
	ck_assert_int_eq(waitpid(parent, &status, 0), parent);
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_assert_int_eq(read(alive[0], &byte, 1), 0);
	close(alive[0]);
}
END_TEST

START_TEST(without_a_reader_sending_is_an_error)
{
	signal(SIGPIPE, SIG_IGN);
	ck_assert(aide_start(&aide, say_half, NULL, &err));
	while (wait(NULL) > 0)
		continue;
	ck_assert(!aide_send(&aide, &message, sizeof(message), &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	finish();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("aide");
	TCase *tcase = tcase_create("aide");

	tcase_add_test(tcase, messages_arrive_whole);
	tcase_add_test(tcase, one_that_ends_early_is_told);
	tcase_add_test(tcase, one_that_is_silent_is_not_waited_for);
	tcase_add_test(tcase, it_stands_apart);
	tcase_add_test(tcase, it_dies_with_its_parent);
	tcase_add_test(tcase, without_a_reader_sending_is_an_error);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
