/* SPDX-License-Identifier: ISC */
/*
 * json_doc: a JSON document from outside, and careful questions to it.
 *
 * Every getter takes NULL and anything of the wrong type, and answers "not
 * there": what a daemon's next release changes is missing, never misread.
 * Bytes that are no UTF-8 (a description typed in Latin-1) and raw control
 * characters would make the whole document invalid; they become '?' and a
 * space.  At most JSON_DOC_DEPTH levels.  RFC 8259.
 */
#ifndef SOURCE_JSON_DOC_H
#define SOURCE_JSON_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JSON_DOC_DEPTH 64

struct json_doc;   /* owns everything that is got from it */
struct json_value; /* any value; NULL where there is none */

/* NULL with ERR_PROTOCOL when it is no JSON.  Free with json_doc_free. */
struct json_doc *json_doc_parse(const char *bytes, size_t len, struct err *err);
void json_doc_free(struct json_doc *doc); /* NULL is fine */
const struct json_value *json_doc_root(const struct json_doc *doc);

bool json_doc_is_object(const struct json_value *value);
bool json_doc_is_array(const struct json_value *value);
const struct json_value *json_doc_get(const struct json_value *object,
    const char *key);
/* json_doc_get along several keys: json_doc_path(peer, "timers", "state"). */
#define json_doc_path(object, ...)                                             \
	json_doc_follow(object, (const char *const[]){ __VA_ARGS__, NULL })
/* The same along a list that ends with NULL. */
const struct json_value *json_doc_follow(const struct json_value *object,
    const char *const keys[]);
size_t json_doc_count(const struct json_value *array);
const struct json_value *json_doc_at(const struct json_value *array,
    size_t index);

/* The members of an object, in the document's order: start with *at = NULL;
 * false after the last. */
bool json_doc_next(const struct json_value *object, const void **at,
    const char **key, const struct json_value **value);

/* The member `key`, when it is of that type; else false, and *out stays.
 * Numbers must be integers within the range. */
bool json_doc_u32(const struct json_value *object, const char *key,
    uint32_t *out);
bool json_doc_i64(const struct json_value *object, const char *key,
    int64_t *out);
bool json_doc_bool(const struct json_value *object, const char *key, bool *out);
/* A string without NUL; NULL when it is none.  Lives as long as the doc. */
const char *json_doc_string(const struct json_value *object, const char *key);
/* The value itself as a string, or NULL; as an integer. */
const char *json_doc_text(const struct json_value *value);
bool json_doc_number(const struct json_value *value, int64_t *out);

#endif
