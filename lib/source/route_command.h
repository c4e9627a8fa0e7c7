/* SPDX-License-Identifier: ISC */
/*
 * route_command: a prefix looked up by any command, ssh(1) to a router above
 * all, and judged by patterns on what it prints.
 *
 * The command is run without a shell (command.h).  In its arguments and in the
 * patterns {prefix}, {address}, {length} and {mask} stand for those of the
 * prefix ({mask} in the form of an address, IPv4 only); in a pattern they match
 * literally.  A command that names none of them is run once for all prefixes.
 *
 * What it prints is bounded, rid of terminal sequences and control characters,
 * and then:
 *
 *	one of `no_matches` is found		absent
 *	all of `matches` are found		present
 *	it looks like a router's complaint, or
 *	like a pager that waits, or is empty	not seen
 *	there are `no_matches`, and none is found, as well as not all `matches`
 *						not seen: it says neither
 *	otherwise				absent
 *
 * Without `matches` the prefix itself must be found, as a word, unless there
 * are `no_matches`: then what does not match them is present.  An exit status
 * other than 0 is "not seen" (ssh itself has 255), but for `absent_status`.
 */
#ifndef SOURCE_ROUTE_COMMAND_H
#define SOURCE_ROUTE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"

#define ROUTE_COMMAND_OUTPUT ((size_t)256 << 10) /* bytes, at most */
#define ROUTE_COMMAND_ARGS 64
#define ROUTE_COMMAND_NO_STATUS (-1)

struct route_command {
	const char *const *argv; /* ends with NULL */
	const char *const *matches;
	size_t match_count;
	const char *const *no_matches;
	size_t no_match_count;
	int absent_status; /* 1 of grep(1); ROUTE_COMMAND_NO_STATUS */
	bool any_status;   /* the exit status says nothing */
	unsigned stage;	   /* enum route_stage: what a match proves */
};

/* Do the patterns compile, and is there something to run?  *err is ERR_USAGE.
 */
bool route_command_check(const struct route_command *command, struct err *err);

/* What the output says of the prefix: ROUTE_UNSEEN with *err. */
enum route_presence route_command_parse(const struct route_command *command,
    const struct ip_net *prefix, const char *output, size_t len,
    struct err *err);

/* As route_local_read: `view` is fresh from route_view_init. */
bool route_command_read(const struct route_command *command,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err);

#endif
