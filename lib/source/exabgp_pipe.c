/* SPDX-License-Identifier: ISC */
#include "source/exabgp_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "source/access.h"

#define PAUSE (2 * CLOCK_MILLI)

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

void
exabgp_pipe_name(char name[static EXABGP_PIPE_NAME], const char *path,
    const char *end)
{
	struct stat status;
	const bool directory =
	    stat(path, &status) == 0 && S_ISDIR(status.st_mode);

	snprintf(name, EXABGP_PIPE_NAME, "%.4000s%s.%s", path,
	    directory ? "/exabgp" : "", end);
}

bool
exabgp_pipe_open_only(struct exabgp_pipe *pipe, const char *path,
    struct err *err)
{
	char name[EXABGP_PIPE_NAME];

	*pipe = (struct exabgp_pipe){ -1, -1 };
	/* The reading end first: without it the daemon has no one to answer. */
	exabgp_pipe_name(name, path, "out");
	pipe->out = open_fifo(name, O_RDONLY, err);
	if (pipe->out < 0)
		return false;
	exabgp_pipe_name(name, path, "in");
	pipe->in = open_fifo(name, O_WRONLY, err);
	if (pipe->in < 0)
		exabgp_pipe_close(pipe);
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
	if (pipe->out >= 0)
		close(pipe->out); /* and the lock with it */
	*pipe = (struct exabgp_pipe){ -1, -1 };
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

static bool
send_line(int fd, const char *command, const struct deadline *deadline,
    struct err *err)
{
	char line[256];
	const int len = snprintf(line, sizeof(line), "%s\n", command);

	if (len < 0 || (size_t)len >= sizeof(line))
		return err_set(err, ERR_USAGE, "the command is too long");
	/* At most PIPE_BUF bytes: all or nothing, pipe(7). */
	while (write(fd, line, (size_t)len) != len) {
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

/* The next answer; *at is where its text ends. */
static enum exabgp_end
hear(int fd, struct reply *reply, size_t *at, const struct deadline *deadline,
    struct err *err)
{
	enum exabgp_end end = find_mark(reply->bytes, reply->len, at);

	while (end == EXABGP_UNFINISHED) {
		const enum reply_got got = reply_read(reply, fd, err);

		if (got == REPLY_ERROR) {
			err_context(err, "exabgp");
			break;
		}
		if (got == REPLY_BYTES) {
			end = find_mark(reply->bytes, reply->len, at);
		} else if (deadline_past(deadline)) {
			err_set(err, ERR_TIMEOUT,
			    reply->len ? "the answer of exabgp does not end"
				       : "exabgp runs, but does not answer");
			break;
		} else {
			rest(deadline);
		}
	}
	return end;
}

/* Text that is none of ours was asked for by a client that did not wait. */
static bool
stale(const struct reply *reply, size_t len, const char *begins)
{
	const size_t n = strlen(begins);

	return len > 0 && (len < n || memcmp(reply->bytes, begins, n));
}

static void
forget(struct reply *reply, size_t at)
{
	const char *mark = reply->bytes + at;
	const char *end = memchr(mark, '\n', reply->len - at);
	const size_t gone = (size_t)(end + 1 - reply->bytes);

	reply->len -= gone;
	memmove(reply->bytes, reply->bytes + gone, reply->len);
}

bool
exabgp_pipe_ask(const struct exabgp_pipe *pipe, const char *command,
    const char *begins, struct reply *reply, const struct deadline *deadline,
    struct err *err)
{
	enum exabgp_end end;
	size_t at = 0;

	if (!drain(pipe->out, reply, err) ||
	    !send_line(pipe->in, command, deadline, err))
		return false;
	while (
	    (end = hear(pipe->out, reply, &at, deadline, err)) == EXABGP_DONE &&
	    stale(reply, at, begins)) {
		forget(reply, at);
		at = 0;
	}
	reply->len = at;
	if (end == EXABGP_ERROR)
		err_set(err, ERR_PROTOCOL, "exabgp refused \"%s\"", command);
	else if (end == EXABGP_SHUTDOWN)
		err_set(err, ERR_PROTOCOL, "exabgp is shutting down");
	return end == EXABGP_DONE;
}
