/* SPDX-License-Identifier: ISC */
/*
 * unixsock: a client of a daemon's Unix stream socket, unix(7).
 *
 * Every descriptor is close-on-exec and does not block.
 */
#ifndef SOURCE_UNIXSOCK_H
#define SOURCE_UNIXSOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

/* The descriptor, the caller's to close, or -1 with *err: ERR_PERMISSION (what
 * refuses is said by name), ERR_TIMEOUT, ERR_USAGE (the path is too long) or
 * ERR_SYSTEM; `daemon` ("bird") is who should be listening. */
int unixsock_connect(const char *path, const char *daemon,
    const struct deadline *deadline, struct err *err);

/* All of it, or false.  No SIGPIPE. */
bool unixsock_send(int fd, const void *bytes, size_t len,
    const struct deadline *deadline, struct err *err);

#endif
