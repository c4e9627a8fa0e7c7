/* SPDX-License-Identifier: ISC */
/*
 * What must hold for every course of events, on 1,000,000 random ones
 * (TRACES=10000000 in the environment for more):
 *
 *	I1  confirm = recover = 1: never reported better than raw
 *	I2  `confirm` samples in a row at a level: reported at that level
 *	I3  `recover` OK in a row and no flapping, or all OK for max_hold: OK
 *	I4  a penalty of `flap` points: at least WARNING
 *	I5  no more reported changes than raw ones
 *	I6  repeated OK samples change neither penalty nor report
 *	I7  the penalty is 0 to its ceiling, and a failure never lowers it
 *	I8  time alone only lowers it, whatever the clock does
 *	I9  without history: as measured
 *	I10 the same bits as the reference, here and everywhere
 */
#include "model/dampen.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "chance.h"
#include "tests/suite.h"
#include "tests/tools/dampen_trace.h"

#define MINUTE (60 * CLOCK_SECOND)
#define SAMPLES 24	   /* of a trace, at most */
#define REFERENCE_EVERY 20 /* traces, of which one is compared */

struct trace {
	struct dampen_params params;
	size_t count;
	enum verdict raw[SAMPLES];
	int64_t passed[SAMPLES];
};

/* --- chance --------------------------------------------------------------- */

static void
make_params(uint64_t *seed, struct dampen_params *params)
{
	static const int64_t spans[] = { 1, 1000, CLOCK_SECOND, MINUTE,
		30 * MINUTE, 86400 * CLOCK_SECOND };
	struct err err;

	do {
		*params = (struct dampen_params){
			.confirm = 1 + below(seed, 5),
			.recover = 1 + below(seed, 3),
			.half_life_ns = spans[below(seed, 6)] *
			    (int64_t)(1 + below(seed, 7)),
			.flap = 1 + below(seed, 6000),
			.release = 1 + below(seed, 3000),
		};
		params->max_hold_ns =
		    params->half_life_ns * (int64_t)(1 + below(seed, 40)) / 8;
	} while (params->max_hold_ns == 0 || !dampen_check(params, &err));
	if (below(seed, 4) == 0)
		params->confirm = params->recover = 1;
}

/* Long stays and quick changes, often much UNKNOWN, often none. */
static void
make_trace(uint64_t *seed, struct trace *trace)
{
	const uint64_t stay = 1 + below(seed, 6);
	const uint64_t kinds = below(seed, 3) == 0 ? 4 : 3;
	enum verdict raw = (enum verdict)below(seed, kinds);

	make_params(seed, &trace->params);
	trace->count = 1 + below(seed, SAMPLES);
	for (size_t i = 0; i < trace->count; i++) {
		if (below(seed, stay) == 0)
			raw = (enum verdict)below(seed, kinds);
		trace->raw[i] = raw;
		trace->passed[i] = below(seed, 8) == 0
		    ? 0
		    : (int64_t)below(seed,
			  (uint64_t)trace->params.half_life_ns);
		if (below(seed, 16) == 0)
			trace->passed[i] = trace->params.max_hold_ns;
	}
}

/* --- looking at one trace ------------------------------------------------- */

static int
rank(enum verdict verdict)
{
	return reference_rank(verdict);
}

static bool
all_ok(const struct trace *trace, size_t i, uint64_t n)
{
	if (i + 1 < n)
		return false;
	for (size_t k = 0; k < n; k++)
		if (trace->raw[i - k] != VERDICT_OK)
			return false;
	return true;
}

static void
check_reports(const struct trace *trace, uint64_t trace_number)
{
	const struct dampen_params *params = &trace->params;
	const uint64_t ceiling = dampen_ceiling(params);
	struct dampen dampen = { 0 };
	enum verdict last = VERDICT_OK;
	int raw_changes = 0, changes = 0;

	for (size_t i = 0; i < trace->count; i++) {
		const uint64_t before = i == 0
		    ? 0
		    : dampen_decay(dampen.penalty,
			  dampen.since_failure_ns + trace->passed[i],
			  params->half_life_ns);
		const uint64_t stored = dampen.penalty;
		const struct dampen_outcome got = dampen_step(&dampen, params,
		    trace->raw[i], trace->passed[i]);
		const int said = rank(got.reported);
		const bool event = dampen.penalty != stored ||
		    (i > 0 && dampen.since_failure_ns == 0);

		if (params->confirm == 1 && params->recover == 1)
			HOLDS(said >= rank(trace->raw[i]), "I1");
		HOLDS(said >= trace_lowest(trace->raw, i, params->confirm),
		    "I2");
		if (all_ok(trace, i, params->recover) && !dampen.flapping)
			HOLDS(said == 0, "I3");
		if (trace_quiet_for(trace->raw, trace->passed, i) >=
		    params->max_hold_ns)
			HOLDS(said == 0, "I3, I8");
		if (got.penalty >= params->flap * DAMPEN_POINT)
			HOLDS(said >= rank(VERDICT_WARNING), "I4");
		raw_changes += i > 0 && trace->raw[i] != trace->raw[i - 1];
		changes += i > 0 && got.reported != last;
		HOLDS(changes <= raw_changes, "I5");
		HOLDS(got.penalty <= ceiling, "I7");
		HOLDS(got.penalty >= before, "I7");
		if (!event)
			HOLDS(got.penalty == before, "I8");
		if (i == 0)
			HOLDS(got.reported == trace->raw[0], "I9");
		last = got.reported;
	}
}

/* Steps over a span in up to three OK samples more. */
static void
repeat_ok(struct dampen *dampen, const struct dampen_params *params,
    int64_t *passed, uint64_t *seed)
{
	for (uint64_t n = below(seed, 4); n > 0; n--) {
		const int64_t part =
		    (int64_t)below(seed, (uint64_t)*passed + 1);

		dampen_step(dampen, params, VERDICT_OK, part);
		*passed -= part;
	}
}

static void
check_repeats(const struct trace *trace, uint64_t trace_number, uint64_t *seed)
{
	struct dampen_params params = trace->params;
	struct dampen plain = { 0 }, dense = { 0 };

	params.recover = 1;
	for (size_t i = 0; i < trace->count; i++) {
		int64_t passed = trace->passed[i];
		struct dampen_outcome a, b;

		if (i > 0 && trace->raw[i - 1] == VERDICT_OK)
			repeat_ok(&dense, &params, &passed, seed);
		a = dampen_step(&plain, &params, trace->raw[i],
		    trace->passed[i]);
		b = dampen_step(&dense, &params, trace->raw[i], passed);
		HOLDS(a.penalty == b.penalty, "I6");
		HOLDS(a.reported == b.reported, "I6");
	}
}

/* One failure more between two OK never leaves a lower penalty. */
static void
check_failure_more(const struct trace *trace, uint64_t trace_number,
    uint64_t *seed)
{
	const size_t at = below(seed, trace->count);
	struct dampen less = { 0 }, more = { 0 };

	for (size_t i = 0; i < trace->count; i++) {
		uint64_t a, b;

		a = dampen_step(&less, &trace->params, trace->raw[i],
		    trace->passed[i])
			.penalty;
		b = dampen_step(&more, &trace->params, trace->raw[i],
		    trace->passed[i])
			.penalty;
		HOLDS(b >= a, "I7");
		if (i != at || trace->raw[i] != VERDICT_OK)
			continue;
		dampen_step(&more, &trace->params, VERDICT_CRITICAL, 0);
		dampen_step(&more, &trace->params, VERDICT_OK, 0);
	}
}

/* A clock that jumps back is time that does not pass; a state that is lost is
 * a first sample; a state that was written and read is the same state. */
static void
check_accidents(const struct trace *trace, uint64_t trace_number,
    uint64_t *seed)
{
	const size_t at = below(seed, trace->count);
	struct dampen dampen = { 0 }, still = { 0 };

	for (size_t i = 0; i < trace->count; i++) {
		char room[DAMPEN_STATE_MAX];
		struct text text = TEXT_OVER(room);
		struct err err;
		struct dampen_outcome got;

		still = dampen;
		got = dampen_step(&dampen, &trace->params, trace->raw[i],
		    -(int64_t)below(seed, INT64_MAX));
		HOLDS(got.penalty ==
			dampen_step(&still, &trace->params, trace->raw[i], 0)
			    .penalty,
		    "I8");
		dampen_encode(&text, &dampen);
		HOLDS(dampen_decode(&dampen, text.data, text.len, &err), "I9");
		HOLDS(memcmp(&dampen, &still, sizeof(dampen)) == 0, "I9");
		if (i == at) {
			dampen = (struct dampen){ 0 };
			HOLDS(dampen_step(&dampen, &trace->params,
				  trace->raw[i], trace->passed[i])
				    .reported == trace->raw[i],
			    "I9");
		}
	}
}

static void
check_reference(const struct trace *trace, uint64_t trace_number)
{
	struct reference reference = { 0 };
	struct dampen dampen = { 0 };
	int64_t at = 0;

	for (size_t i = 0; i < trace->count; i++) {
		const struct dampen_outcome got = dampen_step(&dampen,
		    &trace->params, trace->raw[i], trace->passed[i]);

		at += i == 0 ? 0 : trace->passed[i];
		reference.raw[i] = trace->raw[i];
		reference.at[i] = at;
		reference.count++;
		HOLDS(got.reported ==
			reference_verdict(
			    reference_report(&reference, &trace->params)),
		    "I10");
		HOLDS(got.penalty ==
			reference_penalty(&reference, &trace->params, i, at),
		    "I10");
	}
}

/* --- all of them ---------------------------------------------------------- */

static uint64_t
traces(void)
{
	const char *wanted = getenv("TRACES");

	if (wanted)
		return strtoull(wanted, NULL, 10);
	return getenv("TORTURE") ? 10000000 : 1000000;
}

START_TEST(invariants)
{
	const uint64_t count = traces() / 4;
	uint64_t seed = (uint64_t)_i + 1;

	for (uint64_t number = 0; number < count; number++) {
		struct trace trace;

		make_trace(&seed, &trace);
		check_reports(&trace, number);
		switch (number % 4) {
		case 0:
			check_repeats(&trace, number, &seed);
			break;
		case 1:
			check_failure_more(&trace, number, &seed);
			break;
		case 2:
			check_accidents(&trace, number, &seed);
			break;
		}
		if (number % REFERENCE_EVERY == 3)
			check_reference(&trace, number);
	}
}
END_TEST

/* I10: these bits came out where it was written. */
START_TEST(same_bits_everywhere)
{
	uint64_t seed = 2439, hash = HASH_START;

	for (int number = 0; number < 10000; number++) {
		struct trace trace;
		struct dampen dampen = { 0 };
		char room[DAMPEN_STATE_MAX];
		struct text text = TEXT_OVER(room);

		make_trace(&seed, &trace);
		for (size_t i = 0; i < trace.count; i++)
			dampen_step(&dampen, &trace.params, trace.raw[i],
			    trace.passed[i]);
		dampen_encode(&text, &dampen);
		hash = hash_add(hash, text.data, text.len);
	}
	ck_assert_msg(hash == UINT64_C(0x53046eed18f8a882),
	    "hash is now 0x%016llx", (unsigned long long)hash);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("dampen_properties");
	TCase *tcase = tcase_create("dampen_properties");

	tcase_set_timeout(tcase, 0);
	tcase_add_loop_test(tcase, invariants, 0, 4);
	tcase_add_test(tcase, same_bits_everywhere);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
