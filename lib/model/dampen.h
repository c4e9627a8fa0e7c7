/* SPDX-License-Identifier: ISC */
/*
 * dampen: no alert before it is earned, and no problem hidden that lasts.
 *
 * A glitch is delayed: a new state counts when it was seen `confirm` times in a
 * row.  A service that comes and goes is held bad: each failure adds a penalty
 * that decays by half every `half_life`; from `flap` points on the worst state
 * is held until the penalty is below `release`, or nothing failed for
 * `max_hold`.  The idea is RFC 2439's, with the lesson of RFC 7196: what is
 * held is the problem, never the working service, and time counts instead of
 * the number of checks.
 *
 * A pure function of (history, raw verdict, time passed, parameters), in
 * integers: the same bits on every CPU.
 */
#ifndef MODEL_DAMPEN_H
#define MODEL_DAMPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "model/verdict.h"

#define DAMPEN_SAMPLES 60    /* the most that --confirm or --recover can ask */
#define DAMPEN_POINT 1000000 /* micro-points: penalties are kept in these */
#define DAMPEN_POINTS_MAX 1000000 /* no penalty is above it */
#define DAMPEN_CEILING_MAX ((uint64_t)DAMPEN_POINTS_MAX * DAMPEN_POINT)
#define DAMPEN_SPAN_MAX (INT64_C(1) << 60) /* ns; older is as old as this */
#define DAMPEN_STATE_MAX                                                       \
	(DAMPEN_SAMPLES + 200) /* bytes of an encoded state                    \
				*/

struct dampen_params {
	uint64_t confirm;     /* samples until worse is believed, >= 1 */
	uint64_t recover;     /* samples until better is believed, >= 1 */
	int64_t half_life_ns; /* > 0 */
	uint64_t flap;	      /* points from which on it flaps */
	uint64_t release;     /* points below which it no longer does, < flap */
	int64_t max_hold_ns;  /* after the last failure, > 0 */
};

/* What is known of one thing.  Zeroed: nothing yet. */
struct dampen {
	bool started;
	enum verdict confirmed;
	enum verdict known; /* the last raw verdict but UNKNOWN, else that */
	bool flapping;
	enum verdict worst;	  /* since it flaps */
	uint64_t penalty;	  /* micro-points at the last failure */
	int64_t since_failure_ns; /* a change into WARNING or CRITICAL */
	int64_t since_bad_ns;	  /* a sample that was not OK */
	uint64_t failures;	  /* of the present series */
	int64_t since_first_ns;	  /* its first failure */
	size_t count;
	enum verdict samples[DAMPEN_SAMPLES]; /* newest first */
};

enum dampen_reason {
	DAMPEN_PLAIN,	   /* reported as measured */
	DAMPEN_FIRST,	   /* the same, for want of history */
	DAMPEN_SOFT,	   /* worse than reported, not yet believed */
	DAMPEN_RECOVERING, /* better than reported, not yet believed */
	DAMPEN_FLAPPING,
};

/* One sample, and what is said of it. */
struct dampen_outcome {
	enum verdict raw, reported;
	enum verdict counted; /* raw, or what was held of it (recover.h) */
	enum dampen_reason why;
	unsigned seen, needed; /* samples, of SOFT and RECOVERING */
	uint64_t failures;     /* of the series, of FLAPPING */
	int64_t series_ns;     /* since its first failure */
	uint64_t penalty;      /* micro-points now */
};

/* On false *err is ERR_USAGE: the parameters contradict each other. */
bool dampen_check(const struct dampen_params *params, struct err *err);

/* The most that a penalty can become, micro-points: what decays to `release`
 * in `max_hold`. */
uint64_t dampen_ceiling(const struct dampen_params *params);

/* What is left of a penalty after a time. */
uint64_t dampen_decay(uint64_t penalty, int64_t passed_ns,
    int64_t half_life_ns);

/* Takes the next sample.  passed_ns: since the last one; below 0 counts as 0.
 * The parameters have passed dampen_check. */
struct dampen_outcome dampen_step(struct dampen *dampen,
    const struct dampen_params *params, enum verdict raw, int64_t passed_ns);
/* The same while a limit has not recovered (recover.h): the sample counts as
 * `held` at least.  Only what was measured is a failure that max_hold counts
 * from. */
struct dampen_outcome dampen_step_held(struct dampen *dampen,
    const struct dampen_params *params, enum verdict raw, enum verdict held,
    int64_t passed_ns);

/* After a step: the time until nothing is held any more, if all is OK from now
 * on. */
int64_t dampen_clears_ns(const struct dampen *dampen,
    const struct dampen_params *params);

/* "soft 2/3, held OK"; nothing when nothing is to be said.  `clears` is the
 * time of day at which it clears; `held` is false when it is only what would
 * be. */
void dampen_explain(struct text *out, const struct dampen_outcome *outcome,
    const char *clears, bool held);

/* One line of text, without its end. */
void dampen_encode(struct text *out, const struct dampen *dampen);
/* On false *err is ERR_PROTOCOL and *dampen zeroed.  Whatever it accepts is
 * safe to step on. */
bool dampen_decode(struct dampen *dampen, const char *bytes, size_t len,
    struct err *err);

#endif
