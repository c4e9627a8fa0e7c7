/* SPDX-License-Identifier: ISC */
/*
 * frr: the vty sockets of FRRouting's daemons, what vtysh talks to.
 *
 * Protocol (lib/vty.c of FRR 8.4): a command ends with NUL; the answer is
 * text, then three NULs and one byte of status.  A fresh connection is in the
 * view node, where only show commands exist; nothing here ever leaves it.
 */
#ifndef SOURCE_FRR_H
#define SOURCE_FRR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/reply.h"

#define FRR_DIRECTORY "/run/frr" /* Debian's, of all sockets */
#define FRR_BGPD_SOCKET "/run/frr/bgpd.vty"

enum frr_status { /* lib/command.h; anything else is an error, too */
	FRR_OK = 0,
	FRR_WARNING = 1,
	FRR_UNKNOWN_COMMAND = 2,
};

/* Connects, and no more.  `daemon`: "bgpd", "zebra".  The descriptor, or -1
 * with *err as of unixsock_connect. */
int frr_open(const char *path, const char *daemon,
    const struct deadline *deadline, struct err *err);
/* One command; *reply, from reply_init, holds the text alone.  The status is
 * the caller's to judge: zebra says "no such route" by a warning. */
bool frr_ask(int fd, const char *command, struct reply *reply, int *status,
    const struct deadline *deadline, struct err *err);

/* Is the answer whole?  Then *text_len and *status are set. */
bool frr_whole(const char *bytes, size_t len, size_t *text_len, int *status);

#endif
