/* SPDX-License-Identifier: ISC */
#include "base/needles.h"

#include <string.h>

#define BLOCK 3
#define STEPS 4 /* between two looks at what they led to */
#define IS_LITTLE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#define LONGEST 64 /* of a window: more saves nothing */

/* Of the three bytes that end at `last`, whatever the order of bytes: tables
 * and text are of one machine.  The byte before them is part of a window, too.
 */
static size_t
hash(const char *last)
{
	uint32_t block;

	memcpy(&block, last - BLOCK, sizeof(block));
	block = IS_LITTLE ? block >> 8 : block & 0xffffff;
	/* Knuth's multiplier, 2^32 divided by the golden ratio */
	return (block * UINT32_C(2654435761)) >> (32 - NEEDLES_BITS);
}

void
needles_init(struct needles *needles)
{
	needles->count = 0;
	needles->window = LONGEST;
}

bool
needles_add(struct needles *needles, const char *bytes, size_t len)
{
	if (needles->count == NEEDLES_MAX || len < NEEDLES_SHORT)
		return false;
	needles->items[needles->count++] = (struct needle){ bytes, len };
	if (len < needles->window)
		needles->window = len;
	return true;
}

/* The window of each is its beginning: what a step must not jump over. */
void
needles_prepare(struct needles *needles)
{
	const size_t window = needles->window;

	memset(needles->shift, (int)(window - BLOCK), sizeof(needles->shift));
	memset(needles->first, 0, sizeof(needles->first));
	for (size_t i = 0; i < needles->count; i++) {
		const char *bytes = needles->items[i].bytes;

		for (size_t last = BLOCK; last < window; last++) {
			uint8_t *shift = &needles->shift[hash(bytes + last)];
			const size_t step = window - 1 - last;

			if (step < *shift)
				*shift = (uint8_t)step;
		}
		needles->next[i] = needles->first[hash(bytes + window - 1)];
		needles->first[hash(bytes + window - 1)] = (uint8_t)(i + 1);
	}
}

/* The one that begins there, among those whose window ends alike. */
static bool
verify(const struct needles *needles, size_t chain, const char *at,
    const char *end, size_t *which)
{
	for (size_t i = chain; i > 0; i = needles->next[i - 1]) {
		const struct needle *needle = &needles->items[i - 1];

		if ((size_t)(end - at) >= needle->len &&
		    memcmp(at, needle->bytes, needle->len) == 0) {
			*which = i - 1;
			return true;
		}
	}
	return false;
}

/* As far as no window can end, several steps at a time: a step of 0 stays. */
static const char *
leap(const struct needles *needles, const char *last, const char *end)
{
	while ((size_t)(end - last) > STEPS * LONGEST) {
		for (int i = 0; i < STEPS; i++)
			last += needles->shift[hash(last)];
		if (needles->shift[hash(last)] == 0)
			break;
	}
	return last;
}

const char *
needles_find(const struct needles *needles, const char *at, const char *end,
    size_t *which)
{
	const size_t window = needles->window;

	if (needles->count == 0)
		return NULL;
	while ((size_t)(end - at) >= window) {
		const char *last = leap(needles, at + window - 1, end);
		const size_t block = hash(last);
		const size_t step = needles->shift[block];

		at = last - (window - 1);
		if (step == 0 &&
		    verify(needles, needles->first[block], at, end, which))
			return at;
		at += step > 0 ? step : 1;
	}
	return NULL;
}

/* What begins alike has the same window, and so is in the same chain. */
bool
needles_also(const struct needles *needles, const char *at, const char *end,
    size_t *which)
{
	return verify(needles, needles->next[*which], at, end, which);
}

/* --- several parts at once ------------------------------------------------ */

static bool
has_room(const struct needles_part *parts, const char *const *last)
{
	bool room = true;

	for (size_t i = 0; i < NEEDLES_PARTS; i++)
		room &= parts[i].end - last[i] > STEPS * LONGEST;
	return room;
}

/* Those that cannot step go on by one byte; false: one of them is there. */
static bool
look_around(const struct needles *needles, const struct needles_part *parts,
    const char **last)
{
	bool none = true;

	for (size_t i = 0; i < NEEDLES_PARTS; i++) {
		const size_t block = hash(last[i]);
		size_t which;

		if (needles->shift[block] != 0)
			continue;
		if (verify(needles, needles->first[block],
			last[i] - (needles->window - 1), parts[i].end, &which))
			none = false;
		else
			last[i]++;
	}
	return none;
}

void
needles_skip(const struct needles *needles,
    struct needles_part parts[static NEEDLES_PARTS])
{
	const char *last[NEEDLES_PARTS];

	if (needles->count == 0)
		return;
	for (size_t i = 0; i < NEEDLES_PARTS; i++) {
		if ((size_t)(parts[i].end - parts[i].at) < needles->window)
			return;
		last[i] = parts[i].at + needles->window - 1;
	}
	while (has_room(parts, last)) {
		for (int step = 0; step < STEPS; step++)
			for (size_t i = 0; i < NEEDLES_PARTS; i++)
				last[i] += needles->shift[hash(last[i])];
		if (!look_around(needles, parts, last))
			break;
	}
	for (size_t i = 0; i < NEEDLES_PARTS; i++)
		parts[i].at = last[i] - (needles->window - 1);
}
