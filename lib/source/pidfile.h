/* SPDX-License-Identifier: ISC */
/*
 * pidfile: the process number that a daemon has written down.
 *
 * Whoever can write the file can have any process killed by its reader, so it
 * must be root's, in directories of root, regular, without a second name, at
 * most 32 bytes of digits.  The number is a hint: compare the process.
 */
#ifndef SOURCE_PIDFILE_H
#define SOURCE_PIDFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

enum pidfile_found {
	PIDFILE_ERROR,	/* *err says why it is not believed */
	PIDFILE_ABSENT, /* there is none */
	PIDFILE_NUMBER,
};

/* `owner` is 0, or another user for tests without privileges. */
enum pidfile_found pidfile_read(const char *path, uid_t owner, pid_t *pid,
    struct err *err);

/*
 * For who only looks, and compares the process itself: any file of one small
 * line will do, and who could have written it is told.  Opening (-1 with *err,
 * which stays ERR_NONE when there is none) may need a privilege; reading needs
 * none.
 */
struct pidfile_note {
	pid_t pid;
	uid_t owner;
	bool shared; /* group or others may write to it */
};

int pidfile_open(const char *path, struct err *err);
bool pidfile_note(int fd, const char *path, struct pidfile_note *note,
    struct err *err);

/* Its content: digits, white space around them. */
bool pidfile_parse(const char *bytes, size_t len, pid_t *pid, struct err *err);

#endif
