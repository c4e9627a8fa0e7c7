/* SPDX-License-Identifier: ISC */
#include "base/hash.h"

#include <endian.h>
#include <string.h>

uint64_t
hash_add(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#define WORD sizeof(uint64_t)

/* The multiplier is odd, so it can be undone, and so can the shift. */
static uint64_t
step(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint64_t
word_at(const unsigned char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return le64toh(word);
}

uint64_t
hash_block(const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	uint64_t a = 1, b = 2, c = 3, d = 4;
	uint64_t hash = step(HASH_START, len);

	/* Four chains at once: one alone would wait for its multiplier. */
	for (; len >= 4 * WORD; len -= 4 * WORD, at += 4 * WORD) {
		a = step(a, word_at(at));
		b = step(b, word_at(at + WORD));
		c = step(c, word_at(at + 2 * WORD));
		d = step(d, word_at(at + 3 * WORD));
	}
	hash = step(step(step(step(hash, a), b), c), d);
	for (; len >= WORD; len -= WORD, at += WORD)
		hash = step(hash, word_at(at));
	for (; len > 0; len--, at++)
		hash = step(hash, *at);
	return hash;
}
