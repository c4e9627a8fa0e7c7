/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "frame/json.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* What RFC 8259 section 7 gives a short escape. */
static const char short_escapes[0x20] = {
	['\b'] = 'b',
	['\t'] = 't',
	['\n'] = 'n',
	['\f'] = 'f',
	['\r'] = 'r',
};

/* The well-formed sequences of more than one byte: Unicode 15, table 3-7. */
static const struct utf8_row {
	uint8_t first, last; /* of the lead byte */
	uint8_t low, high;   /* of the second byte; the rest is 80..BF */
	uint8_t len;
} utf8_rows[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static bool
continues(const struct utf8_row *row, const uint8_t *at)
{
	if (at[1] < row->low || at[1] > row->high)
		return false;
	for (size_t i = 2; i < row->len; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return false;
	return true;
}

/* Bytes of the character at `at`, of which `left` are there; 0: no UTF-8. */
static size_t
utf8_len(const uint8_t *at, size_t left)
{
	if (at[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
		const struct utf8_row *row = &utf8_rows[i];

		if (at[0] >= row->first && at[0] <= row->last)
			return left >= row->len && continues(row, at) ? row->len
								      : 0;
	}
	return 0;
}

static void
add_char(struct text *out, const uint8_t *at, size_t len)
{
	if (len == 0)
		text_add(out, REPLACEMENT);
	else if (*at == '"' || *at == '\\')
		text_addf(out, "\\%c", *at);
	else if (*at < 0x20 && short_escapes[*at] != 0)
		text_addf(out, "\\%c", short_escapes[*at]);
	else if (*at < 0x20 || *at == 0x7f)
		text_addf(out, "\\u%04x", *at);
	else
		text_add_bytes(out, at, len);
}

static bool
is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void
add_quoted(struct text *out, const char *bytes, size_t len)
{
	const uint8_t *at = (const uint8_t *)bytes;
	const uint8_t *end = at + len;

	text_add_char(out, '"');
	while (at < end) {
		const uint8_t *start = at;

		while (at < end && is_plain(*at))
			at++;
		if (at > start)
			text_add_bytes(out, start, (size_t)(at - start));
		if (at < end) {
			const size_t n = utf8_len(at, (size_t)(end - at));

			add_char(out, at, n);
			at += n > 0 ? n : 1;
		}
	}
	text_add_char(out, '"');
}

/* The comma before an element, and its key. */
static void
begin(struct json *json, const char *key)
{
	const uint64_t level = UINT64_C(1) << json->depth;

	if (json->filled & level)
		text_add_char(json->out, ',');
	json->filled |= level;
	if (key != NULL) {
		add_quoted(json->out, key, strlen(key));
		text_add_char(json->out, ':');
	}
}

static void
open_level(struct json *json, const char *key, bool array)
{
	begin(json, key);
	text_add_char(json->out, array ? '[' : '{');
	json->depth++;

	const uint64_t level = UINT64_C(1) << json->depth;

	json->filled &= ~level;
	json->arrays = array ? json->arrays | level : json->arrays & ~level;
}

void
json_init(struct json *json, struct text *out)
{
	*json = (struct json){ .out = out };
}

void
json_object(struct json *json, const char *key)
{
	open_level(json, key, false);
}

void
json_array(struct json *json, const char *key)
{
	open_level(json, key, true);
}

void
json_close(struct json *json)
{
	const bool array = (json->arrays >> json->depth) & 1;

	text_add_char(json->out, array ? ']' : '}');
	if (json->depth > 0)
		json->depth--;
}

void
json_bytes(struct json *json, const char *key, const char *bytes, size_t len)
{
	begin(json, key);
	add_quoted(json->out, bytes, len);
}

void
json_string(struct json *json, const char *key, const char *string)
{
	if (string == NULL)
		json_null(json, key);
	else
		json_bytes(json, key, string, strlen(string));
}

void
json_integer(struct json *json, const char *key, int64_t value)
{
	begin(json, key);
	text_addf(json->out, "%" PRId64, value);
}

void
json_number(struct json *json, const char *key, double value)
{
	if (!isfinite(value)) {
		json_null(json, key);
		return;
	}
	begin(json, key);
	num_format(json->out, value);
}

void
json_bool(struct json *json, const char *key, bool value)
{
	begin(json, key);
	text_add(json->out, value ? "true" : "false");
}

void
json_null(struct json *json, const char *key)
{
	begin(json, key);
	text_add(json->out, "null");
}
