/* SPDX-License-Identifier: ISC */
/*
 * The talk with a daemon at the other end of the pipes: what is sent when, and
 * whose answer is whose.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/exabgp_pipe.h"
#include "tests/suite.h"

#define MOST (30 * CLOCK_SECOND) /* of what should take no time */

static char dir[64], base[80], in_path[96], out_path[96];
static pid_t daemon_pid;
static struct exabgp_pipe pipe_;
static struct reply replies[3];
static struct exabgp_question questions[3];

static void
setup(void)
{
	static const char *const commands[] = { "one", "two", "three" };
	struct err err;

	strcpy(dir, "/tmp/exabgp_pipe.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(base, sizeof(base), "%s/x", dir);
	snprintf(in_path, sizeof(in_path), "%s.in", base);
	snprintf(out_path, sizeof(out_path), "%s.out", base);
	ck_assert_int_eq(mkfifo(in_path, 0600), 0);
	ck_assert_int_eq(mkfifo(out_path, 0600), 0);
	for (size_t i = 0; i < 3; i++) {
		ck_assert(reply_init(&replies[i], 1 << 20, &err));
		questions[i] = (struct exabgp_question){ .command = commands[i],
			.begins = "",
			.reply = &replies[i] };
	}
}

static void
teardown(void)
{
	exabgp_pipe_close(&pipe_);
	if (daemon_pid > 0) {
		kill(daemon_pid, SIGKILL);
		waitpid(daemon_pid, NULL, 0);
	}
	for (size_t i = 0; i < 3; i++)
		reply_free(&replies[i]);
	unlink(in_path);
	unlink(out_path);
	rmdir(dir);
}

/* What the daemon does: waits for that command, or says that. */
struct step {
	const char *hears, *says;
};

#define STEPS 8

static void
hear_line(int in, const char *wanted)
{
	char line[64];
	size_t len = 0;

	while (len < sizeof(line) && read(in, line + len, 1) == 1 &&
	    line[len] != '\n')
		len++;
	if (len != strlen(wanted) || memcmp(line, wanted, len) != 0)
		_exit(1); /* and the client waits in vain */
}

/* Each piece by a pipe opened anew, as ExaBGP does. */
static void
serve(const struct step *steps, int in)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (; steps->hears != NULL || steps->says != NULL; steps++) {
		int out;

		if (steps->hears != NULL) {
			hear_line(in, steps->hears);
			continue;
		}
		out = open(out_path, O_WRONLY);
		if (out < 0 || write(out, steps->says, strlen(steps->says)) < 0)
			_exit(1);
		close(out);
	}
	pause();
	_exit(0);
}

static void
start(const struct step *steps)
{
	const struct deadline deadline = deadline_in(MOST);
	const int in = open(in_path, O_RDWR);
	struct err err;

	daemon_pid = fork();
	if (daemon_pid == 0)
		serve(steps, in);
	ck_assert_msg(exabgp_pipe_open(&pipe_, base, &deadline, &err), "%s",
	    err.text);
	close(in);
}

static bool
ask(size_t count, int64_t ns)
{
	const struct deadline deadline = deadline_in(ns);

	return exabgp_pipe_ask_all(&pipe_, questions, count, &deadline);
}

static const char *
text(size_t i)
{
	replies[i].bytes[replies[i].len] = '\0';
	return replies[i].bytes;
}

/* Whoever waited for an answer's end before the next command would never see
 * that end. */
START_TEST(sent_while_the_answer_comes)
{
	static const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = "1a\n" },
		{ .hears = "two" },
		{ .says = "1b\ndone\n2a\n" },
		{ .hears = "three" },
		{ .says = "2b\ndone\n3\ndone\n" },
	};

	start(steps);
	ck_assert(ask(3, MOST));
	ck_assert_str_eq(text(0), "1a\n1b\n");
	ck_assert_str_eq(text(1), "2a\n2b\n");
	ck_assert_str_eq(text(2), "3\n");
}
END_TEST

/* One that comes whole is no reason not to ask the next. */
START_TEST(one_after_the_other)
{
	static const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = "done\n" },
		{ .hears = "two" },
		{ .says = "2\n{ \"answer\": \"done\" }\n" },
	};

	start(steps);
	ck_assert(ask(2, MOST));
	ck_assert_str_eq(text(0), "");
	ck_assert_str_eq(text(1), "2\n");
}
END_TEST

/* What comes for somebody else is no sign that ours is begun. */
START_TEST(answers_of_others)
{
	static const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = "others\ndone\n" },
		{ .says = "ours 1\n" },
		{ .hears = "two" },
		{ .says = "done\n2\ndone\n" },
	};

	start(steps);
	questions[0].begins = "ours ";
	ck_assert(ask(2, MOST));
	ck_assert_str_eq(text(0), "ours 1\n");
	ck_assert_str_eq(text(1), "2\n");
}
END_TEST

/* "version" is answered while the routes of a client that is gone still come.
 */
START_TEST(in_the_middle_of_others)
{
	static const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = "others 1\nothers 2\nours 1\ndone\n" },
		{ .hears = "two" },
		{ .says = "others 3\ndone\nours 2\nours 3\ndone\n" },
	};

	start(steps);
	questions[0].begins = questions[1].begins = "ours ";
	ck_assert(ask(2, MOST));
	ck_assert_str_eq(text(0), "ours 1\n");
	ck_assert_str_eq(text(1), "ours 2\nours 3\n");
}
END_TEST

/* What somebody else asked for in the same words, or what has no text, looks
 * like ours, until ours comes in the place of the next. */
static const char *const forerunners[] = { "ours old\ndone\n", "done\n",
	"error\n" };

START_TEST(the_later_answer_is_the_true_one)
{
	const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = forerunners[_i] },
		{ .hears = "two" },
		{ .says = "ours 1\ndone\n2\n" },
		{ .hears = "three" },
		{ .says = "done\n3\ndone\n" },
	};

	start(steps);
	questions[0].begins = "ours ";
	ck_assert(ask(3, MOST));
	ck_assert_str_eq(text(0), "ours 1\n");
	ck_assert_str_eq(text(1), "2\n");
	ck_assert_str_eq(text(2), "3\n");
}
END_TEST

START_TEST(refused)
{
	static const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = "error\n" },
		{ .hears = "two" },
		{ .says = "2\ndone\n" },
	};

	start(steps);
	ck_assert(!ask(2, MOST));
	ck_assert(!questions[0].answered);
	ck_assert_int_eq(questions[0].err.kind, ERR_PROTOCOL);
	ck_assert_str_eq(questions[0].err.text, "exabgp refused \"one\"");
	ck_assert(questions[1].answered);
	ck_assert_str_eq(text(1), "2\n");
}
END_TEST

/* The same reason stands at all that are left. */
static const struct {
	const char *says, *text;
	enum err_kind kind;
	int64_t ns;
} ends[] = {
	{ "shutdown\n", "exabgp is shutting down", ERR_PROTOCOL, MOST },
	{ "1\n",
	    "the answer of exabgp does not end in time: it may need a longer "
	    "--timeout",
	    ERR_TIMEOUT, 2 * CLOCK_SECOND }, /* to see its beginning */
	{ "", "exabgp runs, but does not answer", ERR_TIMEOUT,
	    300 * CLOCK_MILLI },
};

START_TEST(no_more_answers)
{
	const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = ends[_i].says },
	};

	start(steps);
	ck_assert(!ask(3, ends[_i].ns));
	for (size_t i = 0; i < 3; i++) {
		ck_assert(!questions[i].answered);
		ck_assert_int_eq(questions[i].err.kind, ends[_i].kind);
		ck_assert_str_eq(questions[i].err.text, ends[_i].text);
	}
}
END_TEST

/* Between our opening and our question. */
START_TEST(who_has_ended_is_not_asked)
{
	const struct deadline deadline = deadline_in(MOST);
	const int in = open(in_path, O_RDONLY | O_NONBLOCK);
	struct err err;

	ck_assert(exabgp_pipe_open(&pipe_, base, &deadline, &err));
	close(in);
	ck_assert(!ask(1, MOST));
	ck_assert_int_eq(questions[0].err.kind, ERR_SYSTEM);
	ck_assert_str_eq(questions[0].err.text,
	    "exabgp has ended while it was asked");
}
END_TEST

START_TEST(either_name_of_the_pair_is_the_pair)
{
	char name[EXABGP_PIPE_NAME];

	exabgp_pipe_name(name, in_path, "out");
	ck_assert_str_eq(name, out_path);
	exabgp_pipe_name(name, out_path, "in");
	ck_assert_str_eq(name, in_path);
	exabgp_pipe_name(name, "/nowhere/x.in", "in");
	ck_assert_str_eq(name, "/nowhere/x.in.in");
}
END_TEST

/* Without epoll(7), where there are no descriptors left for it, more slowly. */
START_TEST(without_edges)
{
	static const struct step steps[STEPS] = {
		{ .hears = "one" },
		{ .says = "1\n" },
		{ .says = "done\n" },
	};

	start(steps);
	close(pipe_.edges);
	pipe_.edges = -1;
	ck_assert(ask(1, MOST));
	ck_assert_str_eq(text(0), "1\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_pipe");
	TCase *tcase = tcase_create("exabgp_pipe");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, sent_while_the_answer_comes);
	tcase_add_test(tcase, one_after_the_other);
	tcase_add_test(tcase, answers_of_others);
	tcase_add_test(tcase, in_the_middle_of_others);
	tcase_add_loop_test(tcase, the_later_answer_is_the_true_one, 0,
	    COUNT(forerunners));
	tcase_add_test(tcase, refused);
	tcase_add_loop_test(tcase, no_more_answers, 0, COUNT(ends));
	tcase_add_test(tcase, who_has_ended_is_not_asked);
	tcase_add_test(tcase, either_name_of_the_pair_is_the_pair);
	tcase_add_test(tcase, without_edges);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
