/* SPDX-License-Identifier: ISC */
/*
 * exabgp_history: what a check remembers of ExaBGP from one look to the next:
 * which process it was, which helpers it had, how often both began anew lately,
 * since when a session is down, where its log was read to.
 *
 * A process is its number and start time, within one boot of the host: after a
 * reboot nothing has restarted.  The daemon itself counts a session as down
 * since it was started, so the time is ours: since the first look that saw it.
 */
#ifndef MODEL_EXABGP_HISTORY_H
#define MODEL_EXABGP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bootid.h"
#include "base/err.h"
#include "base/span.h"
#include "base/text.h"

#define EXABGP_HELPERS 256 /* that are told apart */
#define EXABGP_EVENTS 32   /* restarts within a window; older ones are lost */
#define EXABGP_DOWN 256	   /* sessions whose time is kept */

struct exabgp_identity {
	uint64_t pid; /* 0: none */
	uint64_t start_ticks;
	uint64_t exe_inode; /* 0: not known, and any other is the same */
};

struct exabgp_events {
	size_t count;
	int64_t at_ns[EXABGP_EVENTS];
};

struct exabgp_down {
	char name[96]; /* two addresses at most */
	int64_t since_ns;
};

struct exabgp_history {
	char boot_id[BOOTID_SIZE];
	int64_t at_ns; /* CLOCK_BOOTTIME of the look */
	struct exabgp_identity daemon;
	uint64_t cpu_ticks;
	size_t helper_count;
	size_t down_count;
	struct exabgp_events restarts, helper_restarts;
	uint64_t restarts_total;
	/* As systemd counts them; it misses none between two looks. */
	bool has_unit_restarts;
	uint64_t unit_restarts;
	uint64_t added, removed; /* routes, as the log tells them */
	char log_mark[320];	 /* "" without one; of a file or a journal */
	/* Lists, which are long, and of which the most is never touched.  The
	 * first: those of the look, and those that were not replaced yet. */
	struct exabgp_identity helpers[EXABGP_HELPERS];
	struct exabgp_down down[EXABGP_DOWN];
};

/*
 * Takes over what still matters from *before (NULL: nothing) into *now, whose
 * boot_id, at_ns, daemon and helpers are of this look: restarts within the
 * window, those that this look sees included, and the counts.
 */
void exabgp_history_next(struct exabgp_history *now,
    const struct exabgp_history *before, int64_t window_ns);
/* The same daemon, in the same boot? */
bool exabgp_history_same(const struct exabgp_history *now,
    const struct exabgp_history *before);
/* Can times of the two be compared?  `before` may be NULL. */
bool exabgp_history_same_boot(const struct exabgp_history *now,
    const struct exabgp_history *before);
/* The daemon of the last look, if that was in the same boot; or NULL. */
const struct exabgp_identity *exabgp_history_known(
    const struct exabgp_history *now, const struct exabgp_history *before);
/* Percent of one CPU between the two; false when that cannot be told. */
bool exabgp_history_cpu(const struct exabgp_history *now,
    const struct exabgp_history *before, double ticks_per_s, double *percent);
/* A session that is down in this look: since when. */
int64_t exabgp_history_down(struct exabgp_history *now,
    const struct exabgp_history *before, const char *name);
/* Nobody tells of the sessions now: what was known of them is kept. */
void exabgp_history_keep_down(struct exabgp_history *now,
    const struct exabgp_history *before);

void exabgp_history_encode(const struct exabgp_history *history,
    struct text *out);
/* *rest is then behind it.  On false *err is ERR_PROTOCOL. */
bool exabgp_history_decode(struct exabgp_history *history, struct span *rest,
    struct err *err);

#endif
