/* SPDX-License-Identifier: ISC */
/*
 * state: what a program remembers from one run to the next.
 *
 * One small file a key, in a directory that nobody else may write: text with
 * version, length, checksum and the whole key (frame/state_format.h), opened
 * without following links, replaced by rename, and never trusted.  A damaged,
 * foreign or newer file is "no history", with a reason to show; the next save
 * keeps it aside once under the name NAME.damaged.  Beside the file NAME there
 * are NAME.lock, which stays for ever, and at most one NAME.tmp.
 *
 * Two classes: STATE_CACHE is checksummed and renamed only, since its loss
 * means one honest "no history"; STATE_DURABLE is also synced, file and
 * directory, before state_save returns.
 *
 * Nothing here allocates but state_load, from the caller's arena.  A forked
 * child shares the descriptors, the lock included: let it call state_close.
 */
#ifndef FRAME_STATE_H
#define FRAME_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

enum state_class {
	STATE_CACHE,
	STATE_DURABLE,
};

/* Time that a run may wait for another run's lock. */
#define STATE_LOCK_NS (250 * CLOCK_MILLI)

/* Which file was seen: another inode or a later change is another file. */
struct state_stamp {
	uint64_t device, inode; /* inode 0: none was seen */
	int64_t changed_ns;	/* st_ctim */
};

struct state {
	int dir_fd;	  /* -1: not open */
	int lock_fd;	  /* -1: not locked */
	char path[512];	  /* of the directory, for messages */
	char name[160];	  /* file name of the key */
	const char *key;  /* whole key text, borrowed */
	size_t max_bytes; /* of a body */
	int64_t lock_ns;  /* STATE_LOCK_NS, or what the caller makes it */
	const char *body; /* what state_load found, in its arena; or NULL */
	size_t body_len;
	/* The rest is the module's own. */
	struct state_stamp stamp; /* of the file that held `body` */
	bool damaged;		  /* the file in place cannot be trusted */
};

/* For a state that may never be opened: state_close is fine with it. */
#define STATE_CLOSED                                                           \
	{                                                                      \
		.dir_fd = -1, .lock_fd = -1                                    \
	}

/*
 * Opens the directory: `directory` (--state-dir) when not NULL, else the first
 * of $STATE_DIRECTORY, else /var/lib/routevigil when it is ours and writable,
 * else $XDG_STATE_HOME/routevigil or ~/.local/state/routevigil, made with mode
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
 * *err says why; the caller goes on without history.  Needs no lock: a reader
 * sees a whole file, the old one or the new one.
 */
bool state_load(struct state *state, struct arena *arena, struct err *err);

/*
 * Excludes other runs with the same key until state_unlock, for a
 * read-change-write (then lock first, and load after it); waits
 * state->lock_ns, or less when the deadline is nearer.  On false (ERR_TIMEOUT,
 * ERR_SYSTEM, ERR_PERMISSION) nothing is locked.
 */
bool state_lock(struct state *state, const struct deadline *deadline,
    struct err *err);
void state_unlock(struct state *state);

/*
 * Replaces the body.  A body equal to the one loaded last is not written again
 * while its file is still in place; STATE_DURABLE syncs it all the same.  Takes
 * the lock for itself when the caller does not hold it.  On false the old body
 * is still there, whole; only when the sync of the directory has failed may the
 * new one be.  A failed sync is never tried again.
 */
bool state_save(struct state *state, enum state_class class, const char *body,
    size_t len, const struct deadline *deadline, struct err *err);

/* Forgets: the file is gone, the lock stays.  Takes the lock as state_save
 * does.  True also when there was none. */
bool state_remove(struct state *state, const struct deadline *deadline,
    struct err *err);

#endif
