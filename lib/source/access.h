/* SPDX-License-Identifier: ISC */
/*
 * access: why a file could not be opened, in words that say what to change.
 *
 * "EACCES" sends an operator to strace; "add user nagios to group bird" does
 * not.  Names come from /etc/passwd and /etc/group themselves: a daemon's
 * group is local, and a directory server must not be asked from here.
 */
#ifndef SOURCE_ACCESS_H
#define SOURCE_ACCESS_H

#include <stdbool.h>

#include "base/err.h"

/*
 * After `number` came from opening or connecting to `path` for reading and
 * writing: ERR_PERMISSION naming the file or directory that refuses, its mode,
 * owner and group, and who we are; for any other number what err_sys says,
 * with `absent` behind ENOENT ("is bird running?").  Always false.
 */
bool access_failed(struct err *err, const char *path, int number,
    const char *absent);

/* The same after opening it for reading alone. */
bool access_failed_read(struct err *err, const char *path, int number,
    const char *absent);

#endif
