/* SPDX-License-Identifier: ISC */
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void
text_init(struct text *text, char *buffer, size_t size)
{
	*text = (struct text){ .data = buffer, .size = size };
	buffer[0] = '\0';
}

void
text_clear(struct text *text)
{
	text->len = 0;
	text->cut = false;
	text->data[0] = '\0';
}

static size_t
room(const struct text *text)
{
	return text->size - 1 - text->len;
}

/* How long the character is that begins with this byte, going by RFC 3629. */
static size_t
announced(unsigned char lead)
{
	if (lead >= 0xf0)
		return 4;
	if (lead >= 0xe0)
		return 3;
	return lead >= 0xc0 ? 2 : 1;
}

/* The longest prefix of bytes[0..len) that does not split its last character.
 */
static size_t
whole_chars(const char *bytes, size_t len)
{
	size_t tail = 0;

	while (tail < len && tail < 3 &&
	    ((unsigned char)bytes[len - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail == len)
		return len;
	if (announced((unsigned char)bytes[len - 1 - tail]) > tail + 1)
		return len - 1 - tail;
	return len;
}

void
text_add(struct text *text, const char *string)
{
	size_t len = strlen(string);

	if (len > room(text)) {
		len = whole_chars(string, room(text));
		text->cut = true;
	}
	memcpy(text->data + text->len, string, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void
text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void
text_add_bytes(struct text *text, const void *bytes, size_t len)
{
	if (len > room(text)) {
		text->cut = true;
		return;
	}
	memcpy(text->data + text->len, bytes, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void
text_addf(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_addv(text, format, args);
	va_end(args);
}

void
text_addv(struct text *text, const char *format, va_list args)
{
	char *end = text->data + text->len;
	const size_t left = room(text);
	const int wanted = vsnprintf(end, left + 1, format, args);

	if (wanted >= 0 && (size_t)wanted > left) {
		text->len += whole_chars(end, left);
		text->cut = true;
	} else if (wanted > 0) {
		text->len += (size_t)wanted;
	}
	text->data[text->len] = '\0';
}

/* --- foreign text --------------------------------------------------------- */

/* Most of it is ASCII. */
static size_t
decode(const unsigned char *bytes, size_t len, uint32_t *code)
{
	if (bytes[0] >= 0x80)
		return utf8_decode(bytes, len, code);
	*code = bytes[0];
	return 1;
}

/* White space, controls and everything that moves or hides other text. */
static bool
blank(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x20 },	      /* C0 and space */
		{ 0x7f, 0xa0 },	      /* DEL, C1, no-break space */
		{ 0x61c, 0x61c },     /* Arabic letter mark */
		{ 0x2000, 0x200f },   /* wide and zero-width spaces, marks */
		{ 0x2028, 0x202f },   /* separators, embeddings, overrides */
		{ 0x205f, 0x206f },   /* invisible operators, isolates */
		{ 0x3000, 0x3000 },   /* ideographic space */
		{ 0xfeff, 0xfeff },   /* byte order mark */
		{ 0xfff9, 0xfffb },   /* interlinear annotation */
		{ 0xe0000, 0xe007f }, /* tags */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

static char
harmless(char c)
{
	static const char from[] = "|<>&\"'`$";
	static const char to[] = "/()+____";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : c;
}

/* Ends a text that goes on outside: at `safe` there is room for the dots. */
static void
end_cut(struct text *text, size_t safe)
{
	text->len = safe;
	text_add(text, "...");
	text->cut = true;
}

void
text_foreign(struct text *text, const void *input, size_t len, size_t max_chars)
{
	const unsigned char *bytes = input;
	const size_t start = text->len;
	size_t chars = 0, safe = start, i = 0;
	bool gap = false;

	while (i < len) {
		uint32_t code = '?';
		const size_t n = decode(bytes + i, len - i, &code);
		const char *from = (const char *)bytes + i;
		const char one = n ? harmless(*from) : '?';
		const size_t size = n > 1 ? n : 1;

		i += size;
		if (n && blank(code)) {
			gap = text->len > start;
			continue;
		}
		if (chars + gap >= max_chars || gap + size > room(text)) {
			end_cut(text, safe);
			return;
		}
		if (gap)
			text_add_char(text, ' ');
		text_add_bytes(text, n > 1 ? from : &one, size);
		chars += 1 + (size_t)gap;
		gap = false;
		if (room(text) >= strlen("..."))
			safe = text->len;
	}
}

/* --- relayed text --------------------------------------------------------- */

/* Nothing that a terminal obeys or that moves other text. */
static bool
forbidden(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x08 }, { 0x0b, 0x1f }, { 0x7f, 0x9f },
		{ 0x61c, 0x61c },   /* Arabic letter mark */
		{ 0x200e, 0x200f }, /* marks */
		{ 0x2028, 0x202e }, /* separators, embeddings, overrides */
		{ 0x2066, 0x2069 }, /* isolates */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

void
text_relay(struct text *text, const void *input, size_t len)
{
	const unsigned char *bytes = input;
	size_t i = 0;

	while (i < len) {
		uint32_t code = 0;
		const size_t n = decode(bytes + i, len - i, &code);
		const bool fine = n > 0 && !forbidden(code);

		if (room(text) < (fine ? n : 1)) {
			text->cut = true;
			return;
		}
		if (fine)
			text_add_bytes(text, bytes + i, n);
		else if (code != '\r')
			text_add_char(text, '?');
		i += n > 0 ? n : 1;
	}
}
