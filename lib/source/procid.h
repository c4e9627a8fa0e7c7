/* SPDX-License-Identifier: ISC */
/*
 * procid: which process this is, so that no other is ever taken for it.
 *
 * A number is not an identity: it is used again, and a start time has ticks of
 * 10 ms.  Within a run the pidfd is the identity: what /proc tells of the
 * number was the process's own if the pidfd still polls as alive afterwards.
 * Signals go through the pidfd only.  Linux 5.3, pidfd_open(2), proc(5).
 *
 * The link exe of another user's process needs CAP_SYS_PTRACE.
 */
#ifndef SOURCE_PROCID_H
#define SOURCE_PROCID_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

struct procid {
	pid_t pid;
	pid_t parent;
	char state;	      /* R, S, D, T, Z, ... */
	uint64_t start_ticks; /* since boot */
	int64_t started_ns;   /* the same as CLOCK_BOOTTIME */
	uint64_t exe_device, exe_inode;
	char exe[PATH_MAX]; /* foreign; ends with " (deleted)" after an update
			     */
	uid_t uid;	    /* effective */
	bool contained;	    /* in a PID namespace below that of /proc */
	char cgroup[512];   /* foreign; cgroup v2 path, or "" */
};

enum procid_found {
	PROCID_ERROR, /* *err says why it cannot be told */
	PROCID_GONE,  /* no such process, or one that has ended */
	PROCID_ALIVE,
};

/* A pidfd (close(2) it), or -1 with *err; ESRCH leaves err->kind ERR_NONE. */
int procid_open(pid_t pid, struct err *err);

/*
 * Reads what `root`/PID ("/proc", or a fixture) tells, and then polls the
 * pidfd: PROCID_ALIVE means that all of it belongs to the process of the pidfd.
 * A pidfd of -1 (a fixture has none) leaves the poll out.
 */
enum procid_found procid_read(const char *root, pid_t pid, int pidfd,
    struct procid *id, struct err *err);

/* What to look for; a process has to match all that is given. */
struct procid_want {
	const char *exe; /* absolute path of the program file; NULL: any */
	bool any_user;
	uid_t uid;
};

/* By device and inode of the file, so that another path to it is the same; by
 * the path for a file that is not there any more, as after an update.  What has
 * that path in a mount namespace of its own is another file, and a process of a
 * container is nobody that this host has started: neither matches. */
bool procid_matches(const struct procid *id, const struct procid_want *want);

/*
 * Goes through all processes of `root` for one that matches and whose parent
 * does not; at most one is *id.  *count says how many such there are.  On
 * PROCID_ERROR it cannot be told: a process could not be looked at, or those of
 * others are hidden (hidepid).
 */
enum procid_found procid_find(const char *root, const struct procid_want *want,
    struct procid *id, size_t *count, struct err *err);

bool procid_signal(int pidfd, int number, struct err *err);
/* Until the process has ended; false at the deadline. */
bool procid_await_end(int pidfd, const struct deadline *deadline);

/* One word: pid, start, file, user, control group. */
void procid_format(struct text *out, const struct procid *id);

/*
 * Is the process of the pidfd still the one that procid_format has called
 * `word`, and does it match?  Ask before any signal, with the pidfd that will
 * carry it.  PROCID_ERROR: it is another one, or cannot be told.
 */
enum procid_found procid_verify(const char *root, pid_t pid, int pidfd,
    const struct procid_want *want, const char *word, struct err *err);

/* For tests and fuzzing: the line of PID/stat; names may hold anything. */
bool procid_parse_stat(const char *bytes, size_t len, struct procid *id);

#endif
