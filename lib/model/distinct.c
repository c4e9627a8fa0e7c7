/* SPDX-License-Identifier: ISC */
#include "model/distinct.h"

#include <string.h>

#define FIRST_SLOTS 512
#define LAST_SLOTS 65536
#define GROWTH 8 /* 512, 4096, 32768, then LAST_SLOTS */

void
distinct_init(struct distinct *set, struct arena *arena,
    const uint64_t seed[static 2])
{
	*set =
	    (struct distinct){ .arena = arena, .seed = { seed[0], seed[1] } };
}

/* The finaliser of MurmurHash3 (A. Appleby, public domain): a bijection. */
static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	x ^= x >> 33;
	return x;
}

/* A bijection for IPv4, where the second word is 0.  Never 0. */
static uint64_t
fingerprint(const struct distinct *set, const struct ip *address)
{
	uint64_t words[2], hash;

	memcpy(words, address->bytes, sizeof(words));
	words[1] ^= (uint64_t)address->zone << 32 | address->family;
	hash = mix(mix(words[0] ^ set->seed[0]) ^ words[1] ^ set->seed[1]);
	return hash == 0 ? 1 : hash;
}

/* The slot that holds the hash, or the free one that should. */
static uint64_t *
slot_of(const struct distinct *set, uint64_t hash)
{
	const size_t mask = set->slot_count - 1;
	size_t i = (size_t)hash & mask;

	while (set->slots[i] != 0 && set->slots[i] != hash)
		i = (i + 1) & mask;
	return &set->slots[i];
}

static bool
grow(struct distinct *set)
{
	const uint64_t *old = set->slots;
	const size_t old_count = set->slot_count;
	size_t count = old_count == 0 ? FIRST_SLOTS : old_count * GROWTH;

	if (count > LAST_SLOTS)
		count = LAST_SLOTS;
	set->slots = arena_alloc(set->arena, count * sizeof(*set->slots));
	if (set->slots == NULL) {
		set->slot_count = 0;
		set->full = true;
		return false;
	}
	set->slot_count = count;
	for (size_t i = 0; i < old_count; i++) {
		if (old[i] != 0)
			*slot_of(set, old[i]) = old[i];
	}
	return true;
}

/* Which bit: other bits of the hash than those that choose the slot. */
static bool
set_bit(struct distinct *set, uint64_t hash)
{
	const uint32_t bit = (uint32_t)(hash >> 40) % DISTINCT_BITS;
	const uint64_t mask = UINT64_C(1) << (bit % 64);

	if ((set->bitmap[bit / 64] & mask) != 0)
		return false;
	set->bitmap[bit / 64] |= mask;
	set->clear--;
	return true;
}

/* From now on an estimate, which starts at what is known exactly. */
static void
start_estimate(struct distinct *set)
{
	set->bitmap = arena_alloc(set->arena, DISTINCT_BITS / 8);
	if (set->bitmap == NULL) {
		set->full = true;
		return;
	}
	set->clear = DISTINCT_BITS;
	for (size_t i = 0; i < set->slot_count; i++) {
		if (set->slots[i] != 0)
			set_bit(set, set->slots[i]);
	}
	set->estimate = (double)set->used;
	set->estimated = true;
}

static void
add_estimated(struct distinct *set, uint64_t hash)
{
	const uint32_t clear = set->clear;

	if (set_bit(set, hash))
		set->estimate += (double)DISTINCT_BITS / clear;
}

static void
add_exact(struct distinct *set, uint64_t hash)
{
	uint64_t *slot = set->slot_count == 0 ? NULL : slot_of(set, hash);

	if (slot != NULL && *slot == hash)
		return;
	if (set->used == DISTINCT_EXACT) {
		start_estimate(set);
		if (set->estimated)
			add_estimated(set, hash);
		return;
	}
	if (slot == NULL || set->used * 4 >= set->slot_count * 3) {
		if (!grow(set))
			return;
		slot = slot_of(set, hash);
	}
	*slot = hash;
	set->used++;
}

void
distinct_add(struct distinct *set, const struct ip *address)
{
	if (set->full)
		return;
	if (set->estimated)
		add_estimated(set, fingerprint(set, address));
	else
		add_exact(set, fingerprint(set, address));
}

uint64_t
distinct_count(const struct distinct *set)
{
	if (set->estimated)
		return (uint64_t)(set->estimate + 0.5);
	return set->used;
}
