/* SPDX-License-Identifier: ISC */
#include "model/memory_part.h"

#include <string.h>

#define DIGITS 6

size_t
memory_part_begin(struct text *out, const char *name)
{
	text_addf(out, "%s 000000\n", name);
	return out->len;
}

/* Over the zeros, now that it is known. */
void
memory_part_end(struct text *out, size_t begin)
{
	char room[24];
	struct text length = TEXT_OVER(room);

	if (out->len < begin || begin < DIGITS + 1)
		return;
	text_addf(&length, "%06zu", out->len - begin);
	if (length.len == DIGITS)
		memcpy(out->data + begin - DIGITS - 1, length.data, DIGITS);
}

bool
memory_part_cut(struct span memory, const char *name, struct span *part,
    struct span *rest)
{
	struct span line, word, number;
	uint32_t length;

	if (!span_line(&memory, &line) ||
	    !span_cut(line, ' ', &word, &number) || !span_is(word, name) ||
	    !span_u32(number, &length) || length > memory.len)
		return false;
	*part = (struct span){ memory.at, length };
	*rest = (struct span){ memory.at + length, memory.len - length };
	return true;
}
