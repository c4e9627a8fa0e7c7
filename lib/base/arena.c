/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>

bool
arena_reserve(struct arena *arena, size_t size, struct err *err)
{
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*arena = (struct arena){ 0 };
	if (base == MAP_FAILED)
		return err_sys(err, errno,
		    "reserving %zu bytes of address space", size);
	*arena = (struct arena){ .base = base, .size = size };
	return true;
}

void
arena_free(struct arena *arena)
{
	if (arena->base)
		munmap(arena->base, arena->size);
	*arena = (struct arena){ 0 };
}

void
arena_reset(struct arena *arena)
{
	/* Pieces are promised to be zeroed, and the first use gets zeroed
	 * pages for nothing. */
	if (arena->used)
		memset(arena->base, 0, arena->used);
	arena->used = 0;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	const size_t left = arena->size - arena->used;
	const size_t rounded = (size + align - 1) & ~(align - 1);
	void *piece;

	if (size > left || rounded > left || rounded < size)
		return NULL;
	piece = arena->base + arena->used;
	arena->used += rounded;
	return piece;
}

void *
arena_copy(struct arena *arena, const void *bytes, size_t len)
{
	void *copy = arena_alloc(arena, len);

	if (copy && len)
		memcpy(copy, bytes, len);
	return copy;
}

char *
arena_string(struct arena *arena, const char *string, size_t len)
{
	char *copy = len < arena->size ? arena_alloc(arena, len + 1) : NULL;

	if (copy && len)
		memcpy(copy, string, len);
	return copy;
}

static bool
grow(struct arena *arena, struct arena_list *list, size_t item_size)
{
	const size_t capacity = list->capacity ? 2 * list->capacity : 8;
	void *items;

	if (capacity > arena->size / item_size)
		return false;
	items = arena_alloc(arena, capacity * item_size);
	if (!items)
		return false;
	if (list->count)
		memcpy(items, list->items, list->count * item_size);
	list->items = items;
	list->capacity = capacity;
	return true;
}

void *
arena_push(struct arena *arena, struct arena_list *list, size_t item_size)
{
	if (list->count == list->capacity && !grow(arena, list, item_size))
		return NULL;
	return (char *)list->items + item_size * list->count++;
}
