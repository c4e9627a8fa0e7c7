/* SPDX-License-Identifier: ISC */
/*
 * damped: dampening as a step of the run, in the guard, after the verdict.
 *
 * Whatever is wrong with its memory (lost, damaged, locked by a run that hangs,
 * on a full disk), the verdict is then the measured one, and it says so: a hold
 * that could not be counted must not hold.
 */
#ifndef FRAME_DAMPED_H
#define FRAME_DAMPED_H

#include "frame/damped_record.h"
#include "frame/damped_recover.h"
#include "frame/state.h"

enum damped_mode {
	DAMPED_OFF,
	DAMPED_OBSERVE, /* computes and says what it would do */
	DAMPED_ON,
};

/* The options of the dampening. */
struct damped_opts {
	int mode; /* enum damped_mode */
	struct dampen_params params;
	struct damped_rules rules; /* --recover-at */
};

struct damped {
	const struct damped_opts *opts; /* NULL: the run is not dampened */
	struct state state;
	struct damped_time now;
	int64_t local_s;	      /* local time less UTC */
	struct recover_values values; /* of damped_values; or none */
	/* Of damped_step: */
	struct dampen_outcome outcome;
	const struct recover *held; /* what coloured the sample; or NULL */
	int64_t clears_wall_ns;	    /* 0: nothing is held for a time */
	char words[600];	    /* for the first line; may be "" */
	bool crowded;	    /* more limits are violated than can be held */
	struct err missing; /* why there was no history, or not all of it */
};

/* Before the fork: what allocates, or reads a file of the system.  `key` is
 * borrowed; an error is kept until damped_step. */
void damped_open(struct damped *damped, const struct damped_opts *opts,
    const char *directory, const char *program, const char *key);

/* The clocks as they are, with damped->now.boot_id. */
void damped_set_now(struct damped *damped);

/* The verdict to exit with, from the measured one at damped->now.  Allocates
 * from `arena` only. */
enum verdict damped_step(struct damped *damped, enum verdict raw,
    struct arena *arena, const struct deadline *deadline);

const char *damped_mode_name(int mode);

#endif
