/* SPDX-License-Identifier: ISC */
#include "model/dampen.h"

#include <inttypes.h>

#define VERDICTS 4

/* --- decay ---------------------------------------------------------------- */

/*
 * 2^-(1/2), 2^-(1/4), 2^-(1/8), ... as fractions of 2^64: each is the integer
 * square root of the one before times 2^64, the first that of 2^127.
 */
static const uint64_t roots[] = {
	UINT64_C(0xb504f333f9de6484),
	UINT64_C(0xd744fccad69d6af4),
	UINT64_C(0xeac0c6e7dd24392e),
	UINT64_C(0xf5257d152486cc2c),
	UINT64_C(0xfa83b2db722a033a),
	UINT64_C(0xfd3e0c0cf486c174),
	UINT64_C(0xfe9e115c7b8f884b),
	UINT64_C(0xff4ecb59511ec8a4),
	UINT64_C(0xffa756521c8daed1),
	UINT64_C(0xffd3a751c0f7e10b),
	UINT64_C(0xffe9d2b2f7db2755),
	UINT64_C(0xfff4e91bff1b8c3d),
	UINT64_C(0xfffa747ea0040663),
	UINT64_C(0xfffd3a3b7814eb53),
	UINT64_C(0xfffe9d1cc60ddab0),
	UINT64_C(0xffff4e8e25879bf9),
	UINT64_C(0xffffa7470363f450),
	UINT64_C(0xffffd3a37dda0312),
	UINT64_C(0xffffe9d1bdf703ae),
	UINT64_C(0xfffff4e8debe025d),
	UINT64_C(0xfffffa746f4fa14f),
	UINT64_C(0xfffffd3a37a3f8af),
	UINT64_C(0xfffffe9d1bd10659),
	UINT64_C(0xffffff4e8de845ad),
	UINT64_C(0xffffffa746f41376),
	UINT64_C(0xffffffd3a37a05e3),
	UINT64_C(0xffffffe9d1bd01fb),
	UINT64_C(0xfffffff4e8de80c0),
	UINT64_C(0xfffffffa746f4050),
	UINT64_C(0xfffffffd3a37a024),
	UINT64_C(0xfffffffe9d1bd011),
	UINT64_C(0xffffffff4e8de808),
};

#define ROOTS (sizeof(roots) / sizeof(roots[0]))

/* The upper 64 bits of a product; not every CPU has a type for all 128. */
static uint64_t
multiply_high(uint64_t a, uint64_t b)
{
	const uint64_t low = UINT32_MAX;
	const uint64_t ll = (a & low) * (b & low);
	const uint64_t lh = (a & low) * (b >> 32);
	const uint64_t hl = (a >> 32) * (b & low);
	const uint64_t middle = (ll >> 32) + (lh & low) + (hl & low);

	return (a >> 32) * (b >> 32) + (lh >> 32) + (hl >> 32) + (middle >> 32);
}

/* 2^-(part/whole) as a fraction of 2^64, for 0 < part < whole: a factor for
 * each bit of the quotient, found as in long division. */
static uint64_t
root_of_half(uint64_t part, uint64_t whole)
{
	uint64_t factor = UINT64_MAX;

	for (size_t i = 0; i < ROOTS; i++) {
		part *= 2;
		if (part < whole)
			continue;
		part -= whole;
		factor = multiply_high(factor, roots[i]);
	}
	return factor;
}

uint64_t
dampen_decay(uint64_t penalty, int64_t passed_ns, int64_t half_life_ns)
{
	const int64_t halvings = passed_ns / half_life_ns;
	const int64_t rest = passed_ns % half_life_ns;

	if (halvings >= 64)
		return 0;
	if (rest > 0)
		penalty = multiply_high(penalty,
		    root_of_half((uint64_t)rest, (uint64_t)half_life_ns));
	return penalty >> halvings;
}

uint64_t
dampen_ceiling(const struct dampen_params *params)
{
	const int64_t doublings = params->max_hold_ns / params->half_life_ns;
	const int64_t rest = params->max_hold_ns % params->half_life_ns;
	uint64_t ceiling = params->release * DAMPEN_POINT;

	/* 2^20 is more than DAMPEN_POINTS_MAX. */
	if (doublings >= 20)
		return DAMPEN_CEILING_MAX;
	ceiling <<= doublings;
	/* 2 for what two roundings took: after max_hold it must not be below
	 * the release. */
	if (rest > 0)
		ceiling = dampen_decay(2 * ceiling, params->half_life_ns - rest,
			      params->half_life_ns) +
		    2;
	return ceiling < DAMPEN_CEILING_MAX ? ceiling : DAMPEN_CEILING_MAX;
}

bool
dampen_check(const struct dampen_params *params, struct err *err)
{
	const uint64_t ceiling = dampen_ceiling(params);

	if (params->release >= params->flap)
		return err_set(err, ERR_USAGE,
		    "--release=%" PRIu64 " must be below --flap=%" PRIu64,
		    params->release, params->flap);
	if (ceiling < params->flap * DAMPEN_POINT)
		return err_set(err, ERR_USAGE,
		    "--flap=%" PRIu64 " is never reached: what decays to "
		    "--release within --max-hold is at most %" PRIu64
		    " points; use a longer --max-hold or a shorter --half-life",
		    params->flap, ceiling / DAMPEN_POINT);
	return true;
}

/* --- one step ------------------------------------------------------------- */

/* Points for a change from the row's state to the column's.  A recovery is
 * none, and UNKNOWN is no news of the service. */
static const uint64_t gains[VERDICTS][VERDICTS] = {
	[VERDICT_OK] = { [VERDICT_WARNING] = 1000, [VERDICT_CRITICAL] = 1000 },
	[VERDICT_WARNING] = { [VERDICT_CRITICAL] = 500 },
	[VERDICT_CRITICAL] = { [VERDICT_WARNING] = 500 },
};

static int64_t
later(int64_t span_ns, int64_t passed_ns)
{
	return passed_ns < DAMPEN_SPAN_MAX - span_ns ? span_ns + passed_ns
						     : DAMPEN_SPAN_MAX;
}

static void
let_pass(struct dampen *dampen, int64_t passed_ns)
{
	if (passed_ns <= 0)
		return;
	dampen->since_failure_ns = later(dampen->since_failure_ns, passed_ns);
	dampen->since_bad_ns = later(dampen->since_bad_ns, passed_ns);
	dampen->since_first_ns = later(dampen->since_first_ns, passed_ns);
}

static uint64_t
penalty_after(const struct dampen *dampen, const struct dampen_params *params,
    int64_t passed_ns)
{
	return dampen_decay(dampen->penalty,
	    later(dampen->since_failure_ns, passed_ns), params->half_life_ns);
}

/* Would nothing be held any more, were all OK for that time? */
static bool
is_over(const struct dampen *dampen, const struct dampen_params *params,
    int64_t passed_ns)
{
	if (later(dampen->since_bad_ns, passed_ns) >= params->max_hold_ns)
		return true;
	return dampen->flapping &&
	    penalty_after(dampen, params, passed_ns) <
	    params->release * DAMPEN_POINT;
}

/* Other parameters than last time may have a lower one. */
static void
obey_ceiling(struct dampen *dampen, const struct dampen_params *params)
{
	const uint64_t ceiling =
	    dampen->penalty > 0 ? dampen_ceiling(params) : 0;

	if (dampen->penalty > ceiling)
		dampen->penalty = ceiling;
}

static void
release(struct dampen *dampen, const struct dampen_params *params)
{
	if (dampen->samples[0] != VERDICT_OK || !is_over(dampen, params, 0))
		return;
	dampen->flapping = false;
	dampen->confirmed = VERDICT_OK;
}

/* A series of failures begins anew when the one before is forgotten: as in RFC
 * 2439 below half of what would release it. */
static void
punish(struct dampen *dampen, const struct dampen_params *params,
    enum verdict raw)
{
	const uint64_t gain =
	    gains[dampen->known][raw] * (uint64_t)DAMPEN_POINT;
	uint64_t left, ceiling;

	if (raw != VERDICT_UNKNOWN)
		dampen->known = raw;
	if (gain == 0)
		return;
	left = penalty_after(dampen, params, 0);
	ceiling = dampen_ceiling(params);
	if (left < params->release * DAMPEN_POINT / 2) {
		dampen->failures = 0;
		dampen->since_first_ns = 0;
	}
	if (dampen->failures < UINT32_MAX)
		dampen->failures++;
	dampen->penalty = left + gain < ceiling ? left + gain : ceiling;
	dampen->since_failure_ns = 0;
}

static void
record(struct dampen *dampen, enum verdict raw, enum verdict counted)
{
	if (dampen->count < DAMPEN_SAMPLES)
		dampen->count++;
	for (size_t i = dampen->count; i-- > 1;)
		dampen->samples[i] = dampen->samples[i - 1];
	dampen->samples[0] = counted;
	if (raw != VERDICT_OK)
		dampen->since_bad_ns = 0;
}

/* How many of the last samples are worse (sign 1) or better (-1) than what is
 * confirmed; *mildest is the one of the first `needed` that is nearest to it.
 */
static unsigned
run_of(const struct dampen *dampen, int sign, uint64_t needed,
    enum verdict *mildest)
{
	unsigned run = 0;

	*mildest = dampen->samples[0];
	while (run < dampen->count && run < needed) {
		const enum verdict sample = dampen->samples[run];

		if (sign * verdict_compare(sample, dampen->confirmed) <= 0)
			break;
		if (sign * verdict_compare(sample, *mildest) < 0)
			*mildest = sample;
		run++;
	}
	return run;
}

static void
confirm(struct dampen *dampen, int sign, uint64_t needed)
{
	enum verdict mildest;

	if (run_of(dampen, sign, needed, &mildest) == needed)
		dampen->confirmed = mildest;
}

static void
judge_flapping(struct dampen *dampen, const struct dampen_params *params,
    enum verdict raw)
{
	if (!dampen->flapping &&
	    penalty_after(dampen, params, 0) >= params->flap * DAMPEN_POINT) {
		dampen->flapping = true;
		/* Other parameters than last time may find it flapping while
		 * it is up. */
		dampen->worst = VERDICT_WARNING;
	}
	if (dampen->flapping)
		dampen->worst = verdict_worse(dampen->worst, raw);
}

static void
begin(struct dampen *dampen, enum verdict raw, enum verdict counted)
{
	*dampen = (struct dampen){
		.started = true,
		.confirmed = counted,
		.known = counted,
		.since_failure_ns = DAMPEN_SPAN_MAX,
		.since_bad_ns = DAMPEN_SPAN_MAX,
	};
	record(dampen, raw, counted);
}

/* --- what came of it ------------------------------------------------------ */

/* When the hold ends, to the nanosecond, by bisection: is_over stays true once
 * it is. */
int64_t
dampen_clears_ns(const struct dampen *dampen,
    const struct dampen_params *params)
{
	int64_t low = 0, high = params->max_hold_ns;

	while (low < high) {
		const int64_t middle = low + (high - low) / 2;

		if (is_over(dampen, params, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void
give_reason(const struct dampen *dampen, const struct dampen_params *params,
    struct dampen_outcome *outcome)
{
	const int order = verdict_compare(outcome->counted, outcome->reported);
	enum verdict mildest;

	if (dampen->flapping) {
		outcome->why = DAMPEN_FLAPPING;
		outcome->failures = dampen->failures;
		outcome->series_ns = dampen->since_first_ns;
	} else if (order != 0) {
		outcome->why = order > 0 ? DAMPEN_SOFT : DAMPEN_RECOVERING;
		outcome->needed =
		    (unsigned)(order > 0 ? params->confirm : params->recover);
		outcome->seen =
		    run_of(dampen, order, outcome->needed, &mildest);
	}
}

struct dampen_outcome
dampen_step(struct dampen *dampen, const struct dampen_params *params,
    enum verdict raw, int64_t passed_ns)
{
	return dampen_step_held(dampen, params, raw, VERDICT_OK, passed_ns);
}

struct dampen_outcome
dampen_step_held(struct dampen *dampen, const struct dampen_params *params,
    enum verdict raw, enum verdict held, int64_t passed_ns)
{
	/* verdict_worse makes a known one of it, whatever it was. */
	const enum verdict counted = verdict_worse(raw, held);
	const bool first = !dampen->started;
	struct dampen_outcome outcome = {
		.raw = verdict_worse(raw, raw),
		.counted = counted,
	};

	if (first) {
		begin(dampen, raw, counted);
	} else {
		/* Time passes before the sample: a hold that ended meanwhile
		 * must not colour it. */
		let_pass(dampen, passed_ns);
		obey_ceiling(dampen, params);
		release(dampen, params);
		punish(dampen, params, counted);
		record(dampen, raw, counted);
		confirm(dampen, 1, params->confirm);
		confirm(dampen, -1, params->recover);
		judge_flapping(dampen, params, counted);
		release(dampen, params);
	}
	outcome.reported = dampen->flapping
	    ? verdict_worse(dampen->confirmed, dampen->worst)
	    : dampen->confirmed;
	outcome.penalty = penalty_after(dampen, params, 0);
	if (first)
		outcome.why = DAMPEN_FIRST;
	else
		give_reason(dampen, params, &outcome);
	return outcome;
}
