/* SPDX-License-Identifier: ISC */
/*
 * memory_part: a part of a memory that stands before the rest, under a line
 * that names it and says how long it is:
 *
 *	hint 000012
 *	twelve bytes...the rest
 *
 * Either may be empty.
 */
#ifndef MODEL_MEMORY_PART_H
#define MODEL_MEMORY_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/text.h"

/* Begins the part; the value is for memory_part_end. */
size_t memory_part_begin(struct text *out, const char *name);
/* Writes its length, at most 999,999 bytes, into the first line. */
void memory_part_end(struct text *out, size_t begin);

/* Where the part and the rest are in a memory, borrowed.  False when it does
 * not begin with such a line of that name, or is shorter than the line says. */
bool memory_part_cut(struct span memory, const char *name, struct span *part,
    struct span *rest);

#endif
