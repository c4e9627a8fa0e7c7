/* SPDX-License-Identifier: ISC */
/*
 * json: a writer of JSON (RFC 8259) over struct text.
 *
 * Never allocates and never fails: it writes the commas, and a text that does
 * not fit is seen from the text's `cut`.  Objects and arrays are closed by
 * json_close, innermost first.  `key` is a literal of the program in an object
 * and NULL in an array.
 */
#ifndef FRAME_JSON_H
#define FRAME_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Levels of objects and arrays; the caller never opens more. */
#define JSON_DEPTH 63

struct json {
	struct text *out;
	unsigned depth;
	uint64_t arrays; /* bit n: level n is an array */
	uint64_t filled; /* bit n: level n has an element */
};

void json_init(struct json *json, struct text *out);

void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
/* Closes the innermost object or array. */
void json_close(struct json *json);

/* Whatever the bytes are, the JSON is valid: what is no UTF-8 becomes U+FFFD.
 * A NULL string is null. */
void json_string(struct json *json, const char *key, const char *string);
void json_bytes(struct json *json, const char *key, const char *bytes,
    size_t len);
void json_integer(struct json *json, const char *key, int64_t value);
/* As num_format writes it; a value that is not finite is null. */
void json_number(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
