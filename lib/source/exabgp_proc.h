/* SPDX-License-Identifier: ISC */
/*
 * exabgp_proc: which processes are the daemon ExaBGP, 4.2 or 5.0.
 *
 * By the words of the command line and their places, never by a pattern over
 * all of it, which an editor, a tail and the check itself would match.  The
 * daemon is [python] exabgp [options] [server] CONF..., or python -m exabgp, or
 * the file of a checkout, with the same.  Without CONF it is its own client,
 * and with another verb (healthcheck, cli, ...) a helper.
 */
#ifndef SOURCE_EXABGP_PROC_H
#define SOURCE_EXABGP_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"

/* `config` is a word as it was typed when the daemon was started; NULL: any. */
bool exabgp_is_daemon(const char *words, size_t len, const char *config);

/* The first configuration of a daemon, a word among `bytes`; NULL: none. */
const char *exabgp_config(const char *bytes, size_t len);

/* By its words, is it a client that would take answers of others: exabgpcli, or
 * what was started with the FIFO of answers as an argument? */
bool exabgp_is_rival(const char *words, size_t len, const char *fifo);
/* A process that is; *pid, or 0.  Nobody's rights are needed for that, and it
 * proves nothing: exabgp_find_readers does. */
bool exabgp_find_rival(const char *root, const char *fifo, pid_t *pid,
    const struct deadline *deadline, struct err *err);

/* Is it the daemon's own client, which it starts for its pipes? */
bool exabgp_is_client(const char *words, size_t len);

/*
 * Goes through the processes of `root`.  A match whose parent matches is a
 * child that has not run its own program yet, and is none.  *count of 0 is no
 * error; with several *pid is the lowest.
 */
bool exabgp_find(const char *root, const char *config, pid_t *pid,
    size_t *count, const struct deadline *deadline, struct err *err);

/* A process named exabgp that has ended and still is on the list: *pid, or 0.
 * Whether it was the daemon or a child of it cannot be told any more, so ask
 * when there is no daemon. */
bool exabgp_find_zombie(const char *root, pid_t *pid,
    const struct deadline *deadline, struct err *err);

/*
 * The processes that hold the FIFO `path` open for reading, at most `room` of
 * them; *hidden: there are processes whose files we may not see.  Numbers of
 * files are compared, and nothing is read.  Goes through the files of all
 * processes, which takes a while.
 */
bool exabgp_find_readers(const char *root, const char *path, pid_t *readers,
    size_t room, size_t *count, bool *hidden, const struct deadline *deadline,
    struct err *err);

#endif
