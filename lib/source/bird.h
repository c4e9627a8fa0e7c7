/* SPDX-License-Identifier: ISC */
/*
 * bird: the control socket of BIRD 1.6, 2 and 3.
 *
 * Protocol (BIRD's "Remote control" chapter): the client sends lines, the
 * daemon answers with lines "CODE-text" (more follows), "CODE text" (the last
 * one) and " text" (goes on with the code before); "+text" comes unasked.  The
 * first answer is the greeting.  Codes: 0xxx done, 1xxx data, 2xxx heading,
 * 8xxx refused, 9xxx not understood.
 */
#ifndef SOURCE_BIRD_H
#define SOURCE_BIRD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/reply.h"

#define BIRD_SOCKET "/run/bird/bird.ctl" /* Debian's */

struct bird_line {
	unsigned code;	  /* of this line, or of the one it goes on from */
	bool more;	  /* goes on from the line before */
	bool last;	  /* ends the answer */
	const char *text; /* behind the code, without the newline; borrowed */
	size_t len;
};

/* The lines of an answer, one by one: *at counts bytes, 0 at first.  False
 * after the last whole line, or at bytes that are no answer of BIRD's. */
bool bird_next(const char *bytes, size_t len, size_t *at,
    struct bird_line *line);
/* Where the first whole answer ends, or 0. */
size_t bird_whole(const char *bytes, size_t len);

/* Connects, and no more: for a process that still has its privileges.  The
 * descriptor, or -1 with *err as of unixsock_connect. */
int bird_open(const char *path, const struct deadline *deadline,
    struct err *err);
/* Reads the greeting and gives up the right to change anything ("restrict");
 * the greeting ("BIRD 2.0.12 ready.") is left in *reply, from reply_init. */
bool bird_greet(int fd, struct reply *reply, const struct deadline *deadline,
    struct err *err);
/* One command without newline; *reply holds the answer to it alone.  An answer
 * of 8xxx or 9xxx, which says no, is an answer, too. */
bool bird_ask(int fd, const char *command, struct reply *reply,
    const struct deadline *deadline, struct err *err);
/*
 * The beginning of a conversation in one step, which spares the daemon and us a
 * wait for each: what bird_greet does, and `count` commands (of BIRD_AT_ONCE
 * bytes in all, at most), which only show.  *reply holds all answers: the one
 * to command i begins at starts[i] and ends at starts[i + 1], the greeting
 * begins at 0.
 */
#define BIRD_AT_ONCE 2000
bool bird_begin(int fd, const char *const commands[], size_t count,
    size_t starts[], struct reply *reply, const struct deadline *deadline,
    struct err *err);

#endif
