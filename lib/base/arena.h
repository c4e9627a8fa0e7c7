/* SPDX-License-Identifier: ISC */
/*
 * arena: memory that is given out piece by piece and freed as a whole.
 *
 * The address space is reserved at once and its pages are touched only as they
 * are used, so whoever may not allocate any more (the guard after its fork)
 * still has room.  Pieces are zeroed and aligned for any type.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena {
	unsigned char *base;
	size_t used;
	size_t size;
};

/* Reserves `size` bytes of address space.  Free with arena_free. */
bool arena_reserve(struct arena *arena, size_t size, struct err *err);
/* Gives everything back to the kernel; a zeroed arena is fine. */
void arena_free(struct arena *arena);
/* Forgets all pieces and keeps the reservation. */
void arena_reset(struct arena *arena);

/* NULL when the arena is full. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_copy(struct arena *arena, const void *bytes, size_t len);
/* A NUL-terminated copy of len bytes. */
char *arena_string(struct arena *arena, const char *string, size_t len);

/*
 * A growing array in an arena: returns the zeroed new element at the end, or
 * NULL when the arena is full.  The old array is copied when it grows, so keep
 * indexes, not pointers, while it grows.
 */
struct arena_list {
	void *items;
	size_t count;
	size_t capacity;
};
void *arena_push(struct arena *arena, struct arena_list *list,
    size_t item_size);

#endif
