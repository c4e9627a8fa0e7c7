/* SPDX-License-Identifier: ISC */
/*
 * needles: many literals searched for in one pass over a text.
 *
 * Of each literal a window is taken, as long as the shortest literal; where the
 * text cannot end a window it is passed over by as much as is safe, which is
 * most of a window's length for texts that hold none of them.  After Wu and
 * Manber, "A fast algorithm for multi-pattern searching", TR-94-17, with blocks
 * of three bytes.  Short literals make short steps: give those of fewer than
 * NEEDLES_SHORT bytes to memmem(3).
 */
#ifndef BASE_NEEDLES_H
#define BASE_NEEDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEEDLES_MAX 250
#define NEEDLES_SHORT 8
#define NEEDLES_BITS 13

struct needle {
	const char *bytes; /* borrowed */
	size_t len;	   /* at least NEEDLES_SHORT */
};

struct needles {
	struct needle items[NEEDLES_MAX];
	size_t count;
	size_t window; /* length of the shortest */
	/* The rest is its own. */
	uint8_t shift[1 << NEEDLES_BITS];
	uint8_t first[1 << NEEDLES_BITS]; /* index + 1 of a chain */
	uint8_t next[NEEDLES_MAX];	  /* index + 1, 0 ends */
};

void needles_init(struct needles *needles);
/* False when there is no room for it, or it is too short. */
bool needles_add(struct needles *needles, const char *bytes, size_t len);
/* After the last was added. */
void needles_prepare(struct needles *needles);

/* The next place at or after `at` where one of them begins, and which one; NULL
 * when there is none before `end`. */
const char *needles_find(const struct needles *needles, const char *at,
    const char *end, size_t *which);
/* Where that found *which, another one that begins there, too: each once. */
bool needles_also(const struct needles *needles, const char *at,
    const char *end, size_t *which);

#define NEEDLES_PARTS 4

struct needles_part {
	const char *at, *end;
};

/*
 * Moves `at` of each part on, past what holds none of them, which may be all or
 * nothing: needles_find goes on from there.  A step waits for the one before it
 * to come out of the memory, those of several parts for each other do not: it
 * is about three times as fast.
 */
void needles_skip(const struct needles *needles,
    struct needles_part parts[static NEEDLES_PARTS]);

#endif
