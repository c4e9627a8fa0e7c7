/* SPDX-License-Identifier: ISC */
/*
 * literal: one text searched for in much other text.
 *
 * Of its bytes the one that is rarest in the other text is looked for, which
 * memchr(3) does 32 bytes or more at a time.  Where that byte turns out to be
 * frequent memmem(3) does the rest.
 */
#ifndef BASE_LITERAL_H
#define BASE_LITERAL_H

#include <stddef.h>

struct literal {
	const char *bytes; /* borrowed */
	size_t len;	   /* at least 1 */
	size_t rarest;	   /* of its bytes */
};

/* The sample is some of the text that will be searched. */
void literal_init(struct literal *literal, const char *bytes, size_t len,
    const char *sample, size_t sample_len);

/* The next place at or after `at` where it begins; NULL when there is none
 * before `end`. */
const char *literal_find(const struct literal *literal, const char *at,
    const char *end);

#endif
