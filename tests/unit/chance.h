/* SPDX-License-Identifier: ISC */
/* chance: SplitMix64, short, and the same everywhere, for tests by chance. */
#ifndef TESTS_CHANCE_H
#define TESTS_CHANCE_H

#include <stdint.h>

static inline uint64_t
chance(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* 0 to limit - 1 */
static inline uint64_t
below(uint64_t *seed, uint64_t limit)
{
	return chance(seed) % limit;
}

#endif
