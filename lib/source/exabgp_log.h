/* SPDX-License-Identifier: ISC */
/*
 * exabgp_log: what the log of ExaBGP 4.2 and 5.0 says since the last look.
 */
#ifndef SOURCE_EXABGP_LOG_H
#define SOURCE_EXABGP_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "model/exabgp.h"
#include "source/logfollow.h"

struct exabgp_log_job {
	/* A file, or the journal of a unit. */
	const char *path;
	const struct logfollow_files *files; /* opened before, or NULL */
	const char *unit;
	const char *directory; /* of the journal; NULL: the system's */
	const char *from;      /* the mark of the last look, or "" */
	const char *version;   /* of the daemon; "": any */
	/* Patterns of the user, one list behind the other. */
	const char *const *critical, *const *warning;
	size_t critical_count, warning_count; /* EXABGP_LOG_OWN at most */
	struct exabgp_track *track; /* is told of routes that come and go */
	int64_t at_ns;		    /* when that was */
};

#define EXABGP_LOG_OWN 200

/* Fills log->hits and the rest; log->err says why not.  `mark` is that for the
 * next look, also when this one failed. */
bool exabgp_log_read(const struct exabgp_log_job *job, struct exabgp_log *log,
    struct text *mark, struct arena *arena, const struct deadline *deadline);

/* For tests and fuzzing: the same over bytes, without the user's patterns. */
void exabgp_log_scan(const char *version, const char *bytes, size_t len,
    struct exabgp_hits hits[static EXABGP_LINES]);

#endif
