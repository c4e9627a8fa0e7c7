/* SPDX-License-Identifier: ISC */
/*
 * span: a piece of somebody else's bytes, for reading lines of text.
 *
 * Nothing is copied and nothing needs a NUL.  White space is blank and tab.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *at;
	size_t len;
};

struct span span_of(const char *string);
struct span span_trim(struct span span);
/* Takes the next line or word off the front; false when there is none.  A line
 * comes without its newline (or CR LF), a word without white space. */
bool span_line(struct span *rest, struct span *line);
bool span_word(struct span *rest, struct span *word);
/* Cuts at the first `c`: what stands before it, *after what follows; false,
 * both untouched, when there is none. */
bool span_cut(struct span span, char c, struct span *before,
    struct span *after);

bool span_is(struct span span, const char *string);
/* Takes `string` off the front when it begins with it. */
bool span_skip(struct span *span, const char *string);
bool span_has(struct span span, const char *string);

/* All of it a decimal number within 32 or 64 bits; else *value is untouched. */
bool span_u32(struct span span, uint32_t *value);
bool span_u64(struct span span, uint64_t *value);
/* Takes the next word off the front, which must be such a number. */
bool span_take_u64(struct span *rest, uint64_t *value);
/* A NUL-terminated copy; false when it does not fit or holds a NUL. */
bool span_copy(struct span span, char *buffer, size_t size);

#endif
