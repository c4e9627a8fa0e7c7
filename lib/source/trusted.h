/* SPDX-License-Identifier: ISC */
/*
 * trusted: a file that only one user can have put there.
 *
 * Every directory on the way, and the file itself, belongs to that user (root)
 * and nobody else may write to it; a link on the way must be root's, too, and
 * what counts and is opened is where it leads.
 */
#ifndef SOURCE_TRUSTED_H
#define SOURCE_TRUSTED_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* `path` is absolute.  Writes the path without links.  On false *err is
 * ERR_PERMISSION naming the part that others control, or ERR_SYSTEM; a file
 * that is not there is ERR_SYSTEM with *absent set. */
bool trusted_path(const char *path, uid_t owner, char resolved[PATH_MAX],
    bool *absent, struct err *err);

/* A program that root is to run must be root's, and all that leads to it;
 * anybody else may run what they like. */
bool trusted_program(const char *path, char resolved[PATH_MAX],
    struct err *err);

#endif
