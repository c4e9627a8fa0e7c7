/* SPDX-License-Identifier: ISC */
#include "source/exabgp_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "source/access.h"

#define PAUSE (2 * CLOCK_MILLI)
#define LOOK_AGAIN_MS 100 /* should the kernel ever not tell of bytes */

/* --- answers -------------------------------------------------------------- */

static bool
is(const char *line, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(line, word, len);
}

/* 5.0 may say {"answer": "done", "message": ...}; its spaces vary. */
static bool
answers(const char *line, size_t len, const char *word)
{
	char squeezed[64];
	char wanted[32];
	size_t n = 0;

	if (!len || *line != '{')
		return false;
	for (size_t i = 0; i < len && n + 1 < sizeof(squeezed); i++)
		if (line[i] != ' ' && line[i] != '\t')
			squeezed[n++] = line[i];
	squeezed[n] = '\0';
	snprintf(wanted, sizeof(wanted), "{\"answer\":\"%s\"", word);
	return !strncmp(squeezed, wanted, strlen(wanted));
}

static enum exabgp_end
mark(const char *line, size_t len)
{
	static const struct {
		const char *word;
		enum exabgp_end end;
	} marks[] = {
		{ "done", EXABGP_DONE },
		{ "error", EXABGP_ERROR },
		{ "shutdown", EXABGP_SHUTDOWN },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (is(line, len, marks[i].word) ||
		    answers(line, len, marks[i].word))
			return marks[i].end;
	return EXABGP_UNFINISHED;
}

/* From the line at *at on; *at stays at the line that is not whole yet. */
static enum exabgp_end
find_mark(const char *bytes, size_t len, size_t *at)
{
	while (*at < len) {
		const char *start = bytes + *at;
		const char *end = memchr(start, '\n', len - *at);
		enum exabgp_end found;

		if (!end)
			break;
		found = mark(start, (size_t)(end - start));
		if (found != EXABGP_UNFINISHED)
			return found;
		*at += (size_t)(end - start) + 1;
	}
	return EXABGP_UNFINISHED;
}

enum exabgp_end
exabgp_whole(const char *bytes, size_t len, size_t *text_len)
{
	*text_len = 0;
	return find_mark(bytes, len, text_len);
}

/* --- the pair ------------------------------------------------------------- */

/* A FIFO, and nothing else, opened without waiting for the other end. */
static int
open_fifo(const char *path, int flags, struct err *err)
{
	const int fd = open(path, flags | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0) {
		if (errno == ENXIO)
			err_set(err, ERR_SYSTEM,
			    "%s: nobody reads it: exabgp is not running, or "
			    "not with this pipe",
			    path);
		else
			access_failed(err, path, errno,
			    "make the pipes and start exabgp");
		return -1;
	}
	if (fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode))
		return fd;
	err_set(err, ERR_SYSTEM, "%s is no pipe", path);
	close(fd);
	return -1;
}

static void
rest(const struct deadline *deadline)
{
	const int64_t left = deadline_left_ns(deadline);
	const struct timespec pause = { .tv_nsec =
					    left < PAUSE ? left : PAUSE };

	nanosleep(&pause, NULL);
}

/*
 * Once the daemon has closed its end a FIFO is at its end for good, which
 * poll(2) would report without waiting.  What is new makes an edge: bytes, and
 * each time that the daemon closes it.
 */
static int
edges_of(int fd)
{
	const int edges = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event what = { .events = EPOLLIN | EPOLLET };

	if (edges >= 0 && epoll_ctl(edges, EPOLL_CTL_ADD, fd, &what) == 0)
		return edges;
	if (edges >= 0)
		close(edges);
	return -1;
}

/* Until something happens at the pipe of answers, or the deadline. */
static void
await(const struct exabgp_pipe *pipe, const struct deadline *deadline)
{
	const int left = deadline_left_ms(deadline);
	struct epoll_event what;

	if (pipe->edges < 0)
		rest(deadline);
	else
		epoll_wait(pipe->edges, &what, 1,
		    left < LOOK_AGAIN_MS ? left : LOOK_AGAIN_MS);
}

/* The length of the name of one of the pair without its end. */
static size_t
stem(const char *path)
{
	const size_t len = strlen(path);

	if (len > 3 && strcmp(path + len - 3, ".in") == 0)
		return len - 3;
	if (len > 4 && strcmp(path + len - 4, ".out") == 0)
		return len - 4;
	return len;
}

void
exabgp_pipe_base(char base[static EXABGP_PIPE_NAME], const char *path)
{
	struct stat status;
	const bool there = stat(path, &status) == 0;
	const size_t len =
	    there && S_ISFIFO(status.st_mode) ? stem(path) : strlen(path);

	snprintf(base, EXABGP_PIPE_NAME, "%.*s%s",
	    (int)(len < 4000 ? len : 4000), path,
	    there && S_ISDIR(status.st_mode) ? "/exabgp" : "");
}

void
exabgp_pipe_name(char name[static EXABGP_PIPE_NAME], const char *path,
    const char *end)
{
	char base[EXABGP_PIPE_NAME];

	exabgp_pipe_base(base, path);
	snprintf(name, EXABGP_PIPE_NAME, "%.4080s.%s", base, end);
}

bool
exabgp_pipe_open_only(struct exabgp_pipe *pipe, const char *path,
    struct err *err)
{
	char name[EXABGP_PIPE_NAME];

	*pipe = (struct exabgp_pipe){ -1, -1, -1 };
	/* The reading end first: without it the daemon has no one to answer. */
	exabgp_pipe_name(name, path, "out");
	pipe->out = open_fifo(name, O_RDONLY, err);
	if (pipe->out < 0)
		return false;
	exabgp_pipe_name(name, path, "in");
	pipe->in = open_fifo(name, O_WRONLY, err);
	if (pipe->in < 0)
		exabgp_pipe_close(pipe);
	else
		pipe->edges = edges_of(pipe->out);
	return pipe->in >= 0;
}

bool
exabgp_pipe_lock(const struct exabgp_pipe *pipe,
    const struct deadline *deadline, struct err *err)
{
	while (flock(pipe->out, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_sys(err, errno, "locking the pipe");
		if (deadline_past(deadline))
			return err_set(err, ERR_TIMEOUT,
			    "another check holds the pipe");
		rest(deadline);
	}
	return true;
}

bool
exabgp_pipe_open(struct exabgp_pipe *pipe, const char *path,
    const struct deadline *deadline, struct err *err)
{
	if (!exabgp_pipe_open_only(pipe, path, err))
		return false;
	if (exabgp_pipe_lock(pipe, deadline, err))
		return true;
	exabgp_pipe_close(pipe);
	return false;
}

bool
exabgp_pipe_unread(const char *path)
{
	char name[EXABGP_PIPE_NAME];
	int fd;

	exabgp_pipe_name(name, path, "in");
	fd = open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == ENXIO;
}

void
exabgp_pipe_close(struct exabgp_pipe *pipe)
{
	if (pipe->in >= 0)
		close(pipe->in);
	if (pipe->edges >= 0)
		close(pipe->edges);
	if (pipe->out >= 0)
		close(pipe->out); /* and the lock with it */
	*pipe = (struct exabgp_pipe){ -1, -1, -1 };
}

/* --- asking --------------------------------------------------------------- */

/* What an impatient client before us has left. */
static bool
drain(int fd, struct reply *reply, struct err *err)
{
	enum reply_got got;

	do {
		reply->len = 0;
		got = reply_read(reply, fd, err);
	} while (got == REPLY_BYTES);
	reply->len = 0;
	return got != REPLY_ERROR;
}

/* Without the signal that would end us when nobody reads any more; for a FIFO
 * there is no MSG_NOSIGNAL. */
static ssize_t
write_quietly(int fd, const char *bytes, size_t len)
{
	const struct timespec now = { 0 };
	sigset_t quiet, before;
	ssize_t written;
	int reason;

	sigemptyset(&quiet);
	sigaddset(&quiet, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &quiet, &before);
	written = write(fd, bytes, len);
	reason = errno;
	if (written < 0 && reason == EPIPE && !sigismember(&before, SIGPIPE))
		sigtimedwait(&quiet, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = reason;
	return written;
}

static bool
send_line(int fd, const char *command, const struct deadline *deadline,
    struct err *err)
{
	char line[256];
	const int len = snprintf(line, sizeof(line), "%s\n", command);

	if (len < 0 || (size_t)len >= sizeof(line))
		return err_set(err, ERR_USAGE, "the command is too long");
	/* At most PIPE_BUF bytes: all or nothing, pipe(7). */
	while (write_quietly(fd, line, (size_t)len) != len) {
		if (errno == EPIPE)
			return err_set(err, ERR_SYSTEM,
			    "exabgp has ended while it was asked");
		if (errno != EAGAIN && errno != EINTR)
			return err_sys(err, errno,
			    "writing to the pipe of exabgp");
		if (deadline_past(deadline))
			return err_set(err, ERR_TIMEOUT,
			    "exabgp does not read its pipe");
		rest(deadline);
	}
	return true;
}

/* --- answers in turn ------------------------------------------------------ */

struct talk {
	const struct exabgp_pipe *pipe;
	struct exabgp_question *questions;
	size_t count, sent;
	const struct deadline *deadline;
};

static bool
send_next(struct talk *talk, struct err *err)
{
	return talk->sent == talk->count ||
	    send_line(talk->pipe->in, talk->questions[talk->sent++].command,
		talk->deadline, err);
}

/* Is that text an answer to the question? */
static bool
fits(const struct exabgp_question *question, const char *bytes, size_t len)
{
	const size_t n = strlen(question->begins);

	return len >= n && memcmp(bytes, question->begins, n) == 0;
}

/* Text that is none of ours was asked for by a client that did not wait. */
static bool
stale(const struct exabgp_question *question, size_t len)
{
	return len > 0 && !fits(question, question->reply->bytes, len);
}

/* What has come is ours, so the daemon is at it, and may know the next. */
static bool
send_early(struct talk *talk, const struct exabgp_question *question,
    struct err *err)
{
	const size_t len = question->reply->len;

	return len == 0 || stale(question, len) ||
	    talk->questions + talk->sent != question + 1 ||
	    send_next(talk, err);
}

/* More of the answer to that question, or a wait for it. */
static bool
hear_more(const struct talk *talk, struct reply *reply, struct err *err)
{
	switch (reply_read(reply, talk->pipe->out, err)) {
	case REPLY_ERROR:
		return err_context(err, "exabgp");
	case REPLY_BYTES:
		return true;
	default:
		break;
	}
	if (deadline_past(talk->deadline))
		return err_set(err, ERR_TIMEOUT,
		    reply->len ? "the answer of exabgp does not end in time: "
				 "it may need a longer --timeout"
			       : "exabgp runs, but does not answer");
	await(talk->pipe, talk->deadline);
	return true;
}

/* The next answer; *at is where its text ends. */
static enum exabgp_end
hear(struct talk *talk, struct exabgp_question *question, size_t *at)
{
	struct reply *reply = question->reply;
	struct err *err = &question->err;
	enum exabgp_end end;

	do
		end = find_mark(reply->bytes, reply->len, at);
	while (end == EXABGP_UNFINISHED && send_early(talk, question, err) &&
	    hear_more(talk, reply, err));
	return end;
}

/* What has come after the line of the end mark goes to another reply. */
static void
pass_on(const struct reply *reply, size_t at, struct reply *to)
{
	const char *mark = reply->bytes + at;
	const char *end = memchr(mark, '\n', reply->len - at);
	const size_t gone = (size_t)(end + 1 - reply->bytes);

	to->len = reply->len - gone;
	memmove(to->bytes, reply->bytes + gone, to->len);
}

/* What is answered at once comes in the middle of what others asked for: then
 * the last line of the text is ours, and *at where that ends. */
static bool
is_last(const struct exabgp_question *question, size_t *at)
{
	struct reply *reply = question->reply;
	const char *newline = memrchr(reply->bytes, '\n', *at - 1);
	size_t start;

	if (newline == NULL)
		return false;
	start = (size_t)(newline + 1 - reply->bytes);
	if (!fits(question, newline + 1, *at - start))
		return false;
	*at -= start;
	reply->len -= start;
	memmove(reply->bytes, newline + 1, reply->len);
	return true;
}

/* Text of `at` bytes that answers the question before: what that one got was of
 * a client that gave up, however well it looked. */
static bool
is_of_the_last(const struct talk *talk, struct exabgp_question *question,
    size_t at)
{
	struct exabgp_question *last = question - 1;
	const char *bytes = question->reply->bytes;

	if (question == talk->questions || at == 0 || *last->begins == '\0' ||
	    strcmp(last->begins, question->begins) == 0 ||
	    !fits(last, bytes, at) || at > last->reply->max)
		return false;
	memcpy(last->reply->bytes, bytes, at);
	last->reply->len = at;
	last->answered = true;
	return true;
}

/* The answer to the question, without what comes before and after it. */
static enum exabgp_end
hear_ours(struct talk *talk, struct exabgp_question *question)
{
	struct reply *reply = question->reply;
	enum exabgp_end end;
	size_t at = 0;

	while ((end = hear(talk, question, &at)) == EXABGP_DONE &&
	    (is_of_the_last(talk, question, at) ||
		(stale(question, at) && !is_last(question, &at)))) {
		pass_on(reply, at, reply);
		at = 0;
	}
	if (end != EXABGP_UNFINISHED &&
	    question + 1 < talk->questions + talk->count)
		pass_on(reply, at, question[1].reply);
	reply->len = at;
	return end;
}

/* False: nothing more will be answered. */
static bool
settle(struct talk *talk, struct exabgp_question *question)
{
	const enum exabgp_end end = hear_ours(talk, question);

	question->answered = end == EXABGP_DONE;
	if (end == EXABGP_ERROR)
		err_set(&question->err, ERR_PROTOCOL, "exabgp refused \"%s\"",
		    question->command);
	else if (end == EXABGP_SHUTDOWN)
		err_set(&question->err, ERR_PROTOCOL,
		    "exabgp is shutting down");
	return end == EXABGP_DONE || end == EXABGP_ERROR;
}

bool
exabgp_pipe_ask_all(const struct exabgp_pipe *pipe,
    struct exabgp_question *questions, size_t count,
    const struct deadline *deadline)
{
	struct talk talk = { pipe, questions, count, 0, deadline };
	struct err *err = &questions[0].err;
	bool all = true, more;

	for (size_t i = 0; i < count; i++)
		questions[i].answered = false;
	more = drain(pipe->out, questions[0].reply, err);
	for (size_t i = 0; i < count; i++) {
		struct exabgp_question *question = &questions[i];

		if (more && talk.sent == i)
			more = send_next(&talk, &question->err);
		if (more)
			more = settle(&talk, question);
		else if (i > 0)
			question->err = question[-1].err;
	}
	/* The answer to one may correct that to the one before. */
	for (size_t i = 0; i < count; i++)
		all &= questions[i].answered;
	return all;
}

bool
exabgp_pipe_ask(const struct exabgp_pipe *pipe, const char *command,
    const char *begins, struct reply *reply, const struct deadline *deadline,
    struct err *err)
{
	struct exabgp_question question = { .command = command,
		.begins = begins,
		.reply = reply };

	if (exabgp_pipe_ask_all(pipe, &question, 1, deadline))
		return true;
	*err = question.err;
	return false;
}
