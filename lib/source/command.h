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

struct command_result {
	int status;	 /* exit status, or -1 when a signal ended it */
	int signal;	 /* that signal, or 0 */
	char error[200]; /* the beginning of its standard error, foreign */
};

/*
 * argv ends with NULL; a name without slash is looked up in a fixed PATH
 * (/usr/local/sbin ... /bin).  *out, made by reply_init, holds the standard
 * output.  True when the program ran and ended, whatever its status.
 */
bool command_run(const char *const argv[], struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err);

#endif
