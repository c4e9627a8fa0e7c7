/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: jansson
 */
#include "source/json_doc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/lazy.h"
#include "base/utf8.h"

/* Most runs of the programs that can read JSON read none, and to load the
 * library is 4 % of a lookup in the kernel. */
struct api {
	LAZY_FIELD(json_array_get);
	LAZY_FIELD(json_array_size);
	LAZY_FIELD(json_delete);
	LAZY_FIELD(json_integer_value);
	LAZY_FIELD(json_loadb);
	LAZY_FIELD(json_object_get);
	LAZY_FIELD(json_object_iter);
	LAZY_FIELD(json_object_iter_key);
	LAZY_FIELD(json_object_iter_next);
	LAZY_FIELD(json_object_iter_value);
	LAZY_FIELD(json_string_value);
};

static const struct lazy_symbol symbols[] = {
	LAZY_SYMBOL(struct api, json_array_get),
	LAZY_SYMBOL(struct api, json_array_size),
	LAZY_SYMBOL(struct api, json_delete),
	LAZY_SYMBOL(struct api, json_integer_value),
	LAZY_SYMBOL(struct api, json_loadb),
	LAZY_SYMBOL(struct api, json_object_get),
	LAZY_SYMBOL(struct api, json_object_iter),
	LAZY_SYMBOL(struct api, json_object_iter_key),
	LAZY_SYMBOL(struct api, json_object_iter_next),
	LAZY_SYMBOL(struct api, json_object_iter_value),
	LAZY_SYMBOL(struct api, json_string_value),
	{ NULL, 0 },
};

LAZY_LIBRARY(library, "libjansson.so.4", "libjansson4", "JSON",
    LAZY_RECOMMENDED, symbols);

/* Filled by the first document and the same ever after, like the table that the
 * loader fills for what is linked: who has a value has had a document. */
static struct api api;

static bool
ready(struct err *err)
{
	struct api loaded;

	if (api.json_loadb)
		return true;
	if (!lazy_load(&library, &loaded, err))
		return false;
	api = loaded;
	return true;
}

/* Neither type is ever defined: both are jansson's json_t under a name that
 * keeps its header in this file. */
static const json_t *
inner(const struct json_value *value)
{
	return (const json_t *)(const void *)value;
}

static const struct json_value *
outer(const json_t *value)
{
	return (const struct json_value *)(const void *)value;
}

/* --- making it fit to be parsed ------------------------------------------- */

/* One pass over what will be parsed: mends it, and measures its depth, which
 * bounds the parser's recursion. */
static bool
prepare(unsigned char *bytes, size_t len, struct err *err)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len;) {
		unsigned char *c = bytes + i;
		const size_t n = *c < 0x80 ? 1 : utf8_len(c, len - i);

		i += n ? n : 1;
		if (!n)
			*c = '?';
		else if (in_string && *c < 0x20)
			*c = ' ';
		else if (in_string && *c == '\\' && i < len &&
		    bytes[i] >= 0x20 && bytes[i] < 0x7f)
			i++;
		else if (*c == '"')
			in_string = !in_string;
		else if (!in_string && (*c == '{' || *c == '['))
			depth++;
		else if (!in_string && (*c == '}' || *c == ']') && depth)
			depth--;
		if (depth > JSON_DOC_DEPTH)
			return err_set(err, ERR_PROTOCOL,
			    "JSON is nested deeper than %d levels",
			    JSON_DOC_DEPTH);
	}
	return true;
}

/* --- documents ------------------------------------------------------------ */

static json_t *
parse(const char *bytes, size_t len, struct err *err)
{
	json_error_t reason;
	json_t *root = api.json_loadb(bytes, len, 0, &reason);

	if (!root && json_error_code(&reason) == json_error_out_of_memory)
		err_set(err, ERR_SYSTEM, "JSON of %zu bytes: out of memory",
		    len);
	else if (!root)
		err_set(err, ERR_PROTOCOL, "not JSON: %s at byte %d",
		    reason.text, reason.position);
	return root;
}

struct json_doc *
json_doc_parse(const char *bytes, size_t len, struct err *err)
{
	char *copy;
	json_t *root = NULL;

	if (!ready(err))
		return NULL;
	copy = malloc(len + 1);
	if (!copy) {
		err_set(err, ERR_SYSTEM, "JSON of %zu bytes: out of memory",
		    len);
		return NULL;
	}
	if (len)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	if (prepare((unsigned char *)copy, len, err))
		root = parse(copy, len, err);
	free(copy);
	return (struct json_doc *)(void *)root;
}

void
json_doc_free(struct json_doc *doc)
{
	/* It has one owner; json_decref would want the library linked. */
	if (doc)
		api.json_delete((json_t *)(void *)doc);
}

const struct json_value *
json_doc_root(const struct json_doc *doc)
{
	return (const struct json_value *)(const void *)doc;
}

/* --- questions ------------------------------------------------------------ */

bool
json_doc_is_object(const struct json_value *value)
{
	return json_is_object(inner(value));
}

bool
json_doc_is_array(const struct json_value *value)
{
	return json_is_array(inner(value));
}

const struct json_value *
json_doc_get(const struct json_value *object, const char *key)
{
	return json_doc_is_object(object)
	    ? outer(api.json_object_get(inner(object), key))
	    : NULL;
}

const struct json_value *
json_doc_follow(const struct json_value *object, const char *const keys[])
{
	for (; *keys; keys++)
		object = json_doc_get(object, *keys);
	return object;
}

size_t
json_doc_count(const struct json_value *array)
{
	return json_doc_is_array(array) ? api.json_array_size(inner(array)) : 0;
}

const struct json_value *
json_doc_at(const struct json_value *array, size_t index)
{
	return json_doc_is_array(array)
	    ? outer(api.json_array_get(inner(array), index))
	    : NULL;
}

bool
json_doc_next(const struct json_value *object, const void **at,
    const char **key, const struct json_value **value)
{
	/* jansson's iterator takes an object that is not const, and does not
	 * change it. */
	union {
		const json_t *borrowed;
		json_t *taken;
	} it = { .borrowed = inner(object) };
	union {
		const void *borrowed;
		void *taken;
	} place = { .borrowed = *at };

	if (!json_is_object(it.borrowed))
		return false;
	place.taken = *at ? api.json_object_iter_next(it.taken, place.taken)
			  : api.json_object_iter(it.taken);
	*at = place.borrowed;
	if (!*at)
		return false;
	*key = api.json_object_iter_key(place.taken);
	*value = outer(api.json_object_iter_value(place.taken));
	return true;
}

bool
json_doc_number(const struct json_value *value, int64_t *out)
{
	const json_t *number = inner(value);

	if (!json_is_integer(number))
		return false;
	*out = api.json_integer_value(number);
	return true;
}

bool
json_doc_i64(const struct json_value *object, const char *key, int64_t *out)
{
	return json_doc_number(json_doc_get(object, key), out);
}

bool
json_doc_u32(const struct json_value *object, const char *key, uint32_t *out)
{
	int64_t value;

	if (!json_doc_i64(object, key, &value) || value < 0 ||
	    value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

bool
json_doc_bool(const struct json_value *object, const char *key, bool *out)
{
	const json_t *value = inner(json_doc_get(object, key));

	if (!json_is_boolean(value))
		return false;
	*out = json_is_true(value);
	return true;
}

const char *
json_doc_text(const struct json_value *value)
{
	return json_is_string(inner(value))
	    ? api.json_string_value(inner(value))
	    : NULL;
}

const char *
json_doc_string(const struct json_value *object, const char *key)
{
	return json_doc_text(json_doc_get(object, key));
}
