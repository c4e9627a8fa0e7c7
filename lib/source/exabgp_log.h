/* SPDX-License-Identifier: ISC */
/*
 * exabgp_log: what the log of ExaBGP 4.2 and 5.0 says since the last look.
 */
#ifndef SOURCE_EXABGP_LOG_H
#define SOURCE_EXABGP_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "model/exabgp.h"
#include "source/logfollow.h"

struct exabgp_log_job {
	const char *path;
	const struct logfollow_files *files; /* opened before, or NULL */
	const char *from; /* the mark of the last look, or "" */
	/* Patterns of the user, one list behind the other. */
	const char *const *critical, *const *warning;
	size_t critical_count, warning_count;
};

/* Fills log->hits and the rest; log->err says why not.  `mark` is that for the
 * next look, also when this one failed. */
bool exabgp_log_read(const struct exabgp_log_job *job, struct exabgp_log *log,
    struct logfollow_seen *seen, struct text *mark, struct arena *arena,
    const struct deadline *deadline);

/* For tests and fuzzing: the same over bytes, without the user's patterns. */
void exabgp_log_scan(const char *bytes, size_t len,
    struct exabgp_hits hits[static EXABGP_LINES]);

#endif
