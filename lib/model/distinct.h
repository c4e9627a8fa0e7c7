/* SPDX-License-Identifier: ISC */
/*
 * distinct: how many different addresses were seen, in bounded memory.
 *
 * Exact up to DISTINCT_EXACT addresses (as exact as 64-bit fingerprints under a
 * secret seed are: one miss in a billion runs); beyond that an estimate,
 * `estimated` set, whose standard error is 0.1 % to one million and below 1 %
 * to five millions.  The estimate: every address that sets a new bit of a
 * bitmap stands for as many as the reciprocal of the share of bits still clear
 * (linear counting, read as it happens, so no logarithm is needed).
 */
#ifndef MODEL_DISTINCT_H
#define MODEL_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/ip.h"

#define DISTINCT_EXACT 49152	 /* 3/4 of 2^16 slots: 512 KiB */
#define DISTINCT_BITS (1u << 20) /* 128 KiB */

struct distinct {
	struct arena *arena;
	uint64_t seed[2]; /* secret, so that no peer can choose collisions */
	uint64_t *slots;  /* open addressing, 0 is free; NULL: none yet */
	size_t slot_count;
	size_t used;
	uint64_t *bitmap; /* NULL until the slots are full */
	uint32_t clear;	  /* bits of the bitmap */
	double estimate;
	bool estimated;
	bool full; /* the arena is: the count is too low */
};

/* The arena is borrowed and must hold 1 MiB for the largest set. */
void distinct_init(struct distinct *set, struct arena *arena,
    const uint64_t seed[static 2]);
void distinct_add(struct distinct *set, const struct ip *address);
uint64_t distinct_count(const struct distinct *set);

#endif
