/* SPDX-License-Identifier: ISC */
/*
 * exabgp_daemon: the process of ExaBGP: which one it is, what it uses, and
 * which helpers (API processes) are its children.
 */
#ifndef SOURCE_EXABGP_DAEMON_H
#define SOURCE_EXABGP_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/clock.h"
#include "model/exabgp.h"

enum exabgp_by {
	EXABGP_BY_ARGV,	    /* its command line */
	EXABGP_BY_UNIT,	    /* a systemd unit */
	EXABGP_BY_PID_FILE, /* what its pid file says */
	EXABGP_BY_PIPE,	    /* who reads its command pipe */
};

struct exabgp_select {
	const char *root;   /* "/proc", or a fixture */
	const char *cgroup; /* "/sys/fs/cgroup", or a fixture */
	enum exabgp_by by;
	const char *name;   /* of the unit, of the pid file, of the pipes */
	const char *config; /* as it was typed when it was started; or NULL */
	const struct exabgp_identity *known; /* of the last look, or NULL */
};

#define EXABGP_READERS 16

/* What had to be seen with the privileges of whoever started us. */
struct exabgp_door {
	struct err err;
	int pid_file; /* -1: none */
	pid_t readers[EXABGP_READERS];
	size_t reader_count;
	pid_t rivals[EXABGP_READERS]; /* who reads the pipe of answers */
	size_t rival_count;
	bool hidden; /* there are processes that even we could not look at */
};

void exabgp_daemon_open(const struct exabgp_select *select,
    struct exabgp_door *door, const struct deadline *deadline);
void exabgp_daemon_close(struct exabgp_door *door);

/*
 * Fills *process as far as it can be told; says so in process->seen.  Whatever
 * names it, a process is ExaBGP by its command line only: a stale or a wrong
 * pid file names none.
 */
void exabgp_daemon_find(const struct exabgp_select *select,
    const struct exabgp_door *door, struct exabgp_process *process,
    const struct deadline *deadline);

/* Was one that may be meant, by its command line, started at most `age_ns` ago?
 * Then its client for the pipes may not have been, yet. */
bool exabgp_daemon_is_young(const struct exabgp_select *select, int64_t age_ns,
    const struct deadline *deadline);

/* What a process that runs uses.  False with process->err, and UNTOLD. */
bool exabgp_daemon_measure(const char *root, struct exabgp_process *process);

/* The children of the daemon that are no zombie and not its own client:
 * look->helpers, helpers_all, now.helpers; look->helpers_err. */
bool exabgp_daemon_helpers(const char *root, struct exabgp_look *look,
    const struct exabgp_want *wanted, size_t wanted_count, struct arena *arena,
    const struct deadline *deadline);

#endif
