/* SPDX-License-Identifier: ISC */
/*
 * journal: what a systemd unit has written to the journal since the last look.
 *
 * By libsystemd's sd-journal(3), which is loaded for it, and not linked.  A
 * cursor says where a look stopped; the journal finds it again after its files
 * were rotated, and when it has thrown the entry away, that is told.
 */
#ifndef SOURCE_JOURNAL_H
#define SOURCE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

#define JOURNAL_CURSOR 256
#define JOURNAL_BEGINNING "-" /* a cursor: there was no entry yet */

/* A message, foreign; it may hold newlines. */
typedef void journal_sink(const char *message, size_t len, void *context);

struct journal_job {
	const char *directory; /* NULL: the journal of this system */
	const char *unit;      /* "exabgp.service" */
	const char *cursor;    /* of the last look; "": the first look, which
				  reads nothing */
	journal_sink *sink;
	void *context;
};

struct journal_seen {
	char cursor[JOURNAL_CURSOR]; /* for the next look */
	uint64_t entries, bytes;
	bool first;
	bool behind; /* the deadline came first */
	bool lost;   /* the entry of the cursor is gone, and others with it */
};

/* On false *err says why the journal cannot be read, and what to change. */
bool journal_read(const struct journal_job *job, struct journal_seen *seen,
    const struct deadline *deadline, struct err *err);

#endif
