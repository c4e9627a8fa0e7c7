/* SPDX-License-Identifier: ISC */
/*
 * state: what a program remembers from one run to the next.
 *
 * One small file a key in a directory that nobody else may write.  The file is
 * text: a first line with version, length and checksum, a second with the whole
 * key, then the body.  It is opened without following links, replaced by
 * rename, and never trusted: a damaged, foreign or newer file is "no history",
 * with a reason to show, and is kept aside once under the name KEY.damaged.
 *
 * Two classes: STATE_CACHE is checksummed and renamed only, since its loss
 * means one honest "no history"; STATE_DURABLE is also synced, file and
 * directory, before state_save returns.
 */
#ifndef FRAME_STATE_H
#define FRAME_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

enum state_class {
	STATE_CACHE,
	STATE_DURABLE,
};

/* Time that a run may wait for another run's lock. */
#define STATE_LOCK_NS (250 * CLOCK_MILLI)

struct state {
	int dir_fd;	  /* -1: not open */
	int lock_fd;	  /* -1: not locked */
	char path[512];	  /* of the directory, for messages */
	char name[160];	  /* file name of the key */
	const char *key;  /* whole key text, borrowed */
	size_t max_bytes; /* of a body */
	const char *body; /* what state_load found, in its arena; or NULL */
	size_t body_len;
};

/*
 * Opens the directory: `directory` (--state-dir) when not NULL, else
 * $STATE_DIRECTORY, else /var/lib/routevigil when writable, else
 * $XDG_STATE_HOME/routevigil (or ~/.local/state/routevigil), made with mode
 * 0700 when missing.  It must be ours and writable by nobody else.  The file
 * name is `program`, a dash and the hash of `key`; `key` (one line or many, no
 * secrets) is borrowed as long as *state lives.  Close with state_close.
 */
bool state_open(struct state *state, const char *directory, const char *program,
    const char *key, size_t max_bytes, struct err *err);
void state_close(struct state *state);

/*
 * Loads the body.  True with state->body set, or NULL when there is no file
 * yet: a first run.  False when there is one that cannot be trusted or read:
 * *err says why; the caller goes on without history.
 */
bool state_load(struct state *state, struct arena *arena, struct err *err);

/*
 * Excludes other runs with the same key until state_unlock, for a
 * read-change-write; waits STATE_LOCK_NS, or less when the deadline is nearer.
 * On false (ERR_TIMEOUT, ERR_SYSTEM) nothing is locked.
 */
bool state_lock(struct state *state, const struct deadline *deadline,
    struct err *err);
void state_unlock(struct state *state);

/*
 * Replaces the body; a body equal to the one loaded last is not written again.
 * Takes the lock for itself when the caller does not hold it.  On false the
 * old body is still there, whole.
 */
bool state_save(struct state *state, enum state_class class, const char *body,
    size_t len, const struct deadline *deadline, struct err *err);

/* The format alone, without files: writes a whole file, or finds the body in
 * one (pointing into bytes).  For state_load, tests and the fuzzer. */
void state_encode(struct text *out, const char *key, const char *body,
    size_t len);
bool state_decode(const char *bytes, size_t len, const char *key,
    const char **body, size_t *body_len, struct err *err);

#endif
