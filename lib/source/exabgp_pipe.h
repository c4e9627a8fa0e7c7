/* SPDX-License-Identifier: ISC */
/*
 * exabgp_pipe: the command pipes of ExaBGP 4.2 and 5.0.
 *
 * Two FIFOs, NAME.in for commands and NAME.out for answers, for one client at
 * a time: answers carry no number, and what one client leaves unread is the
 * next one's answer.  So the pair is locked (against us, not against
 * exabgpcli), drained, and read to the end mark: a line "done", "error" or
 * "shutdown", or 5.0's { "answer": "done", ... }.  Neither end of file nor
 * EAGAIN ends an answer: the daemon opens the pipe anew for each line.
 */
#ifndef SOURCE_EXABGP_PIPE_H
#define SOURCE_EXABGP_PIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/reply.h"

#define EXABGP_PIPE "/run/exabgp/exabgp" /* .in and .out are added */

struct exabgp_pipe {
	int in;	   /* -1 when closed */
	int out;   /* holds the lock */
	int edges; /* epoll(7) of out; -1: none */
};

enum exabgp_end {
	EXABGP_UNFINISHED,
	EXABGP_DONE,
	EXABGP_ERROR, /* the command was not understood, or failed */
	EXABGP_SHUTDOWN,
};

/* The end mark, and the length of the text before it. */
enum exabgp_end exabgp_whole(const char *bytes, size_t len, size_t *text_len);

/* `path` is the pair without .in and .out, or one of the two, or the directory
 * of a pair named "exabgp".  Opens and locks, waiting for the lock until the
 * deadline; a missing reader ("the daemon is gone") is ERR_SYSTEM. */
bool exabgp_pipe_open(struct exabgp_pipe *pipe, const char *path,
    const struct deadline *deadline, struct err *err);
/* The same in two steps, for who opens with rights that it no longer has when
 * it waits. */
bool exabgp_pipe_open_only(struct exabgp_pipe *pipe, const char *path,
    struct err *err);
bool exabgp_pipe_lock(const struct exabgp_pipe *pipe,
    const struct deadline *deadline, struct err *err);
#define EXABGP_PIPE_NAME 4096 /* bytes of the name of one of the pair */
/* What both names begin with, and one of them; `end` is "in" or "out". */
void exabgp_pipe_base(char base[static EXABGP_PIPE_NAME], const char *path);
void exabgp_pipe_name(char name[static EXABGP_PIPE_NAME], const char *path,
    const char *end);
/* After that failed: is the pipe there, and nobody reads it? */
bool exabgp_pipe_unread(const char *path);
void exabgp_pipe_close(struct exabgp_pipe *pipe);

/*
 * One command without newline; *reply holds the text before the end mark.  An
 * answer whose text does not begin with `begins` belongs to a client that gave
 * up before us, and is skipped; but when its last line does, that line came in
 * the middle of it, and is ours.  An answer that ends in "error" is
 * ERR_PROTOCOL.
 */
bool exabgp_pipe_ask(const struct exabgp_pipe *pipe, const char *command,
    const char *begins, struct reply *reply, const struct deadline *deadline,
    struct err *err);

struct exabgp_question {
	const char *command, *begins; /* as above */
	struct reply *reply;	      /* its own, initialised */
	bool answered;
	struct err err; /* why not */
};

/*
 * Several in turn.  Each is sent as soon as the answer to the one before it
 * begins: after every 50 lines of an answer the daemon rests for 10 ms, unless
 * a command comes in; and those that it answers line by line it answers one
 * after the other (reactor/loop.py, asynchronous.py of 4.2.21 and 5.0.15).  So
 * that is not for "version", which it answers at once, in the middle of others.
 * An answer that begins as that to the question before is the true one of that,
 * and not ours.  True when all are answered; where one is refused the next
 * still is asked.
 */
bool exabgp_pipe_ask_all(const struct exabgp_pipe *pipe,
    struct exabgp_question *questions, size_t count,
    const struct deadline *deadline);

#endif
