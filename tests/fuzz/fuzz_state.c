/* SPDX-License-Identifier: ISC */
/*
 * The state file as hostile bytes.  What is accepted must be the one encoding
 * of its body; and the input as a body must come back, but not with one byte
 * changed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "frame/state_format.h"

#define KEY "fuzz"
#define MAX_BODY 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char buffer[MAX_BODY + sizeof(KEY) + STATE_FORMAT_OVERHEAD];

static void
encode(struct text *text, const char *body, size_t len)
{
	text_init(text, buffer, sizeof(buffer));
	state_encode(text, KEY, body, len);
	if (text->cut)
		abort();
}

static bool
decode(const void *bytes, size_t len, const char **body, size_t *body_len)
{
	struct err err = { 0 };

	if (state_decode(bytes, len, KEY, body, body_len, &err))
		return true;
	if (err.kind == ERR_NONE || !*err.text)
		abort();
	return false;
}

static void
as_file(const uint8_t *data, size_t size)
{
	struct text text;
	const char *body;
	size_t len;

	if (!decode(data, size, &body, &len))
		return;
	encode(&text, body, len);
	if (text.len != size || memcmp(text.data, data, size) != 0)
		abort();
}

/* The first three bytes choose what is changed. */
static void
as_body(const uint8_t *data, size_t size)
{
	struct text text;
	const char *body;
	size_t len, at;

	encode(&text, (const char *)data, size);
	if (!decode(text.data, text.len, &body, &len) || len != size ||
	    memcmp(body, data, size) != 0)
		abort();
	if (size < 3 || data[2] == 0)
		return;
	at = (data[0] | (size_t)data[1] << 8) % text.len;
	text.data[at] = (char)((uint8_t)text.data[at] ^ data[2]);
	if (decode(text.data, text.len, &body, &len))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > MAX_BODY)
		return 0;
	as_file(data, size);
	as_body(data, size);
	return 0;
}
