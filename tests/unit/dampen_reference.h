/* SPDX-License-Identifier: ISC */
/*
 * dampen_reference: the same rules as lib/model/dampen.c, written a second
 * time in another way, to be compared bit for bit.
 *
 * It keeps no state but the list of samples and walks all of it for every
 * answer; times are absolute; products are 128 bits wide; the powers of two
 * come from integer square roots, not from a table.  Slow, and meant to be.
 */
#ifndef TESTS_DAMPEN_REFERENCE_H
#define TESTS_DAMPEN_REFERENCE_H

#include "model/dampen.h"

__extension__ typedef unsigned __int128 wide;

#define REFERENCE_SAMPLES 200

struct reference {
	size_t count;
	enum verdict raw[REFERENCE_SAMPLES];
	int64_t at[REFERENCE_SAMPLES]; /* ns, never falling */
};

static inline uint64_t
reference_root(wide square)
{
	wide root = 0;

	for (int bit = 63; bit >= 0; bit--) {
		const wide more = root | (wide)1 << bit;

		if (more * more <= square)
			root = more;
	}
	return (uint64_t)root;
}

/* 2^-(numerator/2^32) of 2^64. */
static inline uint64_t
reference_power(uint64_t numerator)
{
	static uint64_t roots[32];
	wide power = UINT64_MAX;

	for (int i = 0; roots[31] == 0 && i < 32; i++)
		roots[i] = reference_root(
		    i == 0 ? (wide)1 << 127 : (wide)roots[i - 1] << 64);
	for (int i = 0; i < 32; i++)
		if (numerator & UINT64_C(1) << (31 - i))
			power = power * roots[i] >> 64;
	return (uint64_t)power;
}

static inline uint64_t
reference_decay(uint64_t penalty, int64_t passed, int64_t half_life)
{
	const wide whole = (wide)passed / (wide)half_life;
	const wide rest = (wide)passed - whole * (wide)half_life;
	wide left = penalty;

	if (rest != 0)
		left = left *
			reference_power(
			    (uint64_t)((rest << 32) / (wide)half_life)) >>
		    64;
	return whole > 63 ? 0 : (uint64_t)(left >> whole);
}

static inline uint64_t
reference_ceiling(const struct dampen_params *p)
{
	const wide most = (wide)DAMPEN_POINTS_MAX * DAMPEN_POINT;
	const wide whole = (wide)p->max_hold_ns / (wide)p->half_life_ns;
	const wide rest = (wide)p->max_hold_ns - whole * (wide)p->half_life_ns;
	wide ceiling = (wide)p->release * DAMPEN_POINT;

	for (wide i = 0; i < whole && ceiling < most; i++)
		ceiling *= 2;
	if (rest != 0 && ceiling < most)
		ceiling =
		    reference_decay((uint64_t)(2 * ceiling),
			p->half_life_ns - (int64_t)rest, p->half_life_ns) +
		    2;
	return (uint64_t)(ceiling < most ? ceiling : most);
}

/* OK, UNKNOWN, WARNING, CRITICAL: 0 to 3. */
static inline int
reference_rank(enum verdict verdict)
{
	return (int[]){ 0, 2, 3, 1 }[verdict];
}

static inline enum verdict
reference_verdict(int rank)
{
	return (enum verdict)(int[]){ 0, 3, 1, 2 }[rank];
}

static inline uint64_t
reference_gain(enum verdict from, enum verdict to)
{
	if (to == VERDICT_OK || to == VERDICT_UNKNOWN || from == to ||
	    from == VERDICT_UNKNOWN)
		return 0;
	return (from == VERDICT_OK ? 1000 : 500) * (uint64_t)DAMPEN_POINT;
}

/* The penalty right after sample `last`, at the later time `at`. */
static inline uint64_t
reference_penalty(const struct reference *r, const struct dampen_params *p,
    size_t last, int64_t at)
{
	enum verdict known = VERDICT_UNKNOWN;
	uint64_t penalty = 0;
	int64_t since = r->at[0];

	for (size_t i = 0; i <= last; i++) {
		const uint64_t gain = reference_gain(known, r->raw[i]);

		if (gain != 0) {
			penalty = reference_decay(penalty, r->at[i] - since,
				      p->half_life_ns) +
			    gain;
			if (penalty > reference_ceiling(p))
				penalty = reference_ceiling(p);
			since = r->at[i];
		}
		if (r->raw[i] != VERDICT_UNKNOWN)
			known = r->raw[i];
	}
	return reference_decay(penalty, at - since, p->half_life_ns);
}

/* No sample up to `last` was bad within max_hold before `at`. */
static inline bool
reference_quiet(const struct reference *r, const struct dampen_params *p,
    size_t last, int64_t at)
{
	for (size_t i = 0; i <= last; i++)
		if (r->raw[i] != VERDICT_OK && at - r->at[i] < p->max_hold_ns)
			return false;
	return true;
}

/* The report of the last sample. */
static inline int
reference_report(const struct reference *r, const struct dampen_params *p)
{
	int confirmed = reference_rank(r->raw[0]), held = 0;

	for (size_t i = 1; i < r->count; i++) {
		const int rank = reference_rank(r->raw[i]);
		int low = 3, high = 0;

		if (r->raw[i - 1] == VERDICT_OK &&
		    (reference_quiet(r, p, i - 1, r->at[i]) ||
			(held > 0 &&
			    reference_penalty(r, p, i - 1, r->at[i]) <
				p->release * DAMPEN_POINT)))
			confirmed = held = 0;
		for (size_t k = 0; k < p->confirm && i + 1 >= p->confirm; k++)
			if (reference_rank(r->raw[i - k]) < low)
				low = reference_rank(r->raw[i - k]);
		if (i + 1 >= p->confirm && low > confirmed)
			confirmed = low;
		for (size_t k = 0; k < p->recover && i + 1 >= p->recover; k++)
			if (reference_rank(r->raw[i - k]) > high)
				high = reference_rank(r->raw[i - k]);
		if (i + 1 >= p->recover && high < confirmed)
			confirmed = high;
		if (reference_penalty(r, p, i, r->at[i]) >=
			p->flap * DAMPEN_POINT &&
		    held == 0)
			held = reference_rank(VERDICT_WARNING);
		if (held > 0 && rank > held)
			held = rank;
		if (rank == 0 &&
		    (reference_quiet(r, p, i, r->at[i]) ||
			(held > 0 &&
			    reference_penalty(r, p, i, r->at[i]) <
				p->release * DAMPEN_POINT)))
			confirmed = held = 0;
	}
	return confirmed > held ? confirmed : held;
}

#endif
