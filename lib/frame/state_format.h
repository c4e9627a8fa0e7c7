/* SPDX-License-Identifier: ISC */
/*
 * state_format: what stands in a state file.  Bytes only, no files.
 *
 *	routevigil-state 1 BODY-LENGTH CHECKSUM
 *	KEY-LENGTH KEY
 *	BODY
 *
 * Lengths are decimal without leading zeros; the key may have many lines; the
 * checksum is hash_add over the key, exclusive-or hash_block over the body, as
 * 16 lower-case hexadecimal digits.  A body has exactly one encoding, and
 * nothing may follow it, so every cut, every addition and every changed bit is
 * noticed.
 */
#ifndef FRAME_STATE_FORMAT_H
#define FRAME_STATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

#define STATE_FORMAT_VERSION 1
/* Bytes of the longest file without its key and body. */
#define STATE_FORMAT_OVERHEAD 96

/* All that stands before the key: the first line, the key's length, a space.
 * The file goes on with the key, a line feed and the body. */
void state_format_head(struct text *out, const char *key, const char *body,
    size_t len);

/* A whole file. */
void state_encode(struct text *out, const char *key, const char *body,
    size_t len);

/*
 * Finds the body of a whole file of `key`; *body points into bytes.  On false
 * *err is ERR_PROTOCOL, or ERR_UNSUPPORTED for a newer version; the sentence
 * has no subject ("is cut short: 7 of 40 bytes"), *body is untouched.
 */
bool state_decode(const char *bytes, size_t len, const char *key,
    const char **body, size_t *body_len, struct err *err);

/* The same for whoever does not know the key yet; it is not terminated. */
struct state_parts {
	const char *key, *body;
	size_t key_len, body_len;
};
bool state_decode_any(const char *bytes, size_t len, struct state_parts *parts,
    struct err *err);

#endif
