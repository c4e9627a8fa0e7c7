/* SPDX-License-Identifier: ISC */
/*
 * guard: starts a worker, listens to it until the deadline, and ends it.
 *
 * After guard_start nothing here allocates, resolves a name or calls a
 * library: whatever becomes of the worker, what it had told is still there,
 * and the guard is in time.
 */
#ifndef FRAME_GUARD_H
#define FRAME_GUARD_H

#include "base/clock.h"
#include "frame/report.h"
#include "frame/wire.h"
#include "frame/worker.h"

struct guard {
	struct arena memory; /* reserved before the fork, not shared with it */
	pid_t pid;
	int pidfd; /* -1 on kernels before 5.3 */
	int pipe;
	struct text input; /* bytes of a frame that is not complete yet */
	/* What was heard so far: */
	struct wire_frame result; /* payload NULL: none */
	struct wire_frame kept;	  /* WIRE_MEMORY; payload NULL: none */
	struct text words;	  /* clean; data NULL: none */
	unsigned char *result_slot, *kept_slot;
	bool done;
	struct err error; /* of the worker, or why it was not heard out */
	struct report_line *caveats, **last_caveat;
	struct report_line *notes, **last_note;
	char waiting[256]; /* clean; "" when it never said */
};

/* Reserves everything that listening and reporting will need, in guard->memory
 * what is left of it. */
bool guard_init(struct guard *guard, struct err *err);
/* Forks.  The child never returns from here. */
bool guard_start(struct guard *guard, const struct worker_job *job,
    struct err *err);
/*
 * Listens until the worker is done, dead, or late, or until a signal asks us
 * to end.  `timeout_ns` is what the user was promised, for the sentence.
 * Afterwards guard->error tells whether the worker was heard out.
 */
void guard_listen(struct guard *guard, const struct deadline *deadline,
    int64_t timeout_ns);
/* Kills what is left of the worker and its children, and reaps it; bounded,
 * even if the kernel does not let go of it. */
void guard_end(struct guard *guard);

/* Adds a line that the guard itself has to say. */
void guard_caveat(struct guard *guard, const char *text);
/* The same with a format. */
void guard_caveatf(struct guard *guard, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
