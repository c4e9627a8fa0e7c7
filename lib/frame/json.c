/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
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
