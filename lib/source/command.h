/* SPDX-License-Identifier: ISC */
/*
 * command: the output of another program, run by argv without a shell.
 *
 * The child has a process group of its own, no standard input, no descriptor
 * but its three standard files, a small environment (PATH, LC_ALL=C), and dies
 * with us.  At the deadline the whole group is killed.
 */
#ifndef SOURCE_COMMAND_H
#define SOURCE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/reply.h"

enum command_how {
	/* Somebody else's program as our caller would have run it: with our
	 * environment and its PATH, in our process group, which is for the
	 * caller to end.  Of an output that is too long the rest is thrown
	 * away; it ends with the program, though a daemon that this leaves
	 * behind may hold the pipe. */
	COMMAND_RELAYED = 1 << 0,
	COMMAND_APART = 1 << 1, /* command_do */
};

struct command_result {
	int status;	 /* exit status, or -1 when a signal ended it */
	int signal;	 /* that signal, or 0 */
	char error[200]; /* the beginning of its standard error, foreign */
	bool cut;	 /* COMMAND_RELAYED: not all of its output is there */
};

/*
 * argv ends with NULL; a name without slash is looked up in a fixed PATH
 * (/usr/local/sbin ... /bin).  *out, made by reply_init, holds the standard
 * output.  True when the program ran and ended, whatever its status.
 */
bool command_run(const char *const argv[], struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err);
/* The same in another way: enum command_how. */
bool command_run_as(unsigned how, const char *const argv[], struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err);

/*
 * Runs argv for what it does: in a new session, in "/", with no input, no
 * output and none of our descriptors, so that a service which it starts holds
 * nothing of ours and is left alone when argv has ended.  A command that has
 * not ended at the deadline is killed with its process group.
 */
bool command_do(const char *const argv[], struct command_result *result,
    const struct deadline *deadline, struct err *err);
/* The same, of the file `program`, which argv[0] may be another name of; a
 * command that fails is an error. */
bool command_must(const char *program, const char *const argv[],
    const struct deadline *deadline, struct err *err);

/* After ERR_TIMEOUT: adds to the error how the program's output began, which
 * may say what it waits for. */
void command_tell_so_far(const struct reply *out,
    const struct command_result *result, struct err *err);

#endif
