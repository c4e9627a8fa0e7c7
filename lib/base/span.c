/* SPDX-License-Identifier: ISC */
#include "base/span.h"

#include <string.h>

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
tail(struct span span, size_t from)
{
	return (struct span){ span.at + from, span.len - from };
}

struct span
span_of(const char *string)
{
	return (struct span){ string, strlen(string) };
}

struct span
span_trim(struct span span)
{
	while (span.len && blank(span.at[0]))
		span = tail(span, 1);
	while (span.len && blank(span.at[span.len - 1]))
		span.len--;
	return span;
}

bool
span_line(struct span *rest, struct span *line)
{
	const char *end;

	if (!rest->len)
		return false;
	end = memchr(rest->at, '\n', rest->len);
	line->at = rest->at;
	line->len = end ? (size_t)(end - rest->at) : rest->len;
	*rest = tail(*rest, line->len + (end ? 1 : 0));
	if (line->len && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

bool
span_word(struct span *rest, struct span *word)
{
	struct span left = *rest;
	size_t n = 0;

	while (left.len && blank(left.at[0]))
		left = tail(left, 1);
	while (n < left.len && !blank(left.at[n]))
		n++;
	if (!n)
		return false;
	*word = (struct span){ left.at, n };
	*rest = tail(left, n);
	return true;
}

bool
span_cut(struct span span, char c, struct span *before, struct span *after)
{
	const char *found = span.len ? memchr(span.at, c, span.len) : NULL;

	if (!found)
		return false;
	*before = (struct span){ span.at, (size_t)(found - span.at) };
	*after = tail(span, before->len + 1);
	return true;
}

bool
span_is(struct span span, const char *string)
{
	return strlen(string) == span.len && !memcmp(span.at, string, span.len);
}

bool
span_skip(struct span *span, const char *string)
{
	const size_t len = strlen(string);

	if (span->len < len || memcmp(span->at, string, len))
		return false;
	*span = tail(*span, len);
	return true;
}

bool
span_has(struct span span, const char *string)
{
	return span.len && memmem(span.at, span.len, string, strlen(string));
}

bool
span_u64(struct span span, uint64_t *value)
{
	uint64_t sum = 0;

	if (!span.len)
		return false;
	for (size_t i = 0; i < span.len; i++) {
		const uint64_t digit = (uint64_t)span.at[i] - '0';

		if (digit > 9 || sum > UINT64_MAX / 10 ||
		    10 * sum > UINT64_MAX - digit)
			return false;
		sum = 10 * sum + digit;
	}
	*value = sum;
	return true;
}

bool
span_u32(struct span span, uint32_t *value)
{
	uint64_t wide;

	if (!span_u64(span, &wide) || wide > UINT32_MAX)
		return false;
	*value = (uint32_t)wide;
	return true;
}

bool
span_take_u64(struct span *rest, uint64_t *value)
{
	struct span word;

	return span_word(rest, &word) && span_u64(word, value);
}

bool
span_copy(struct span span, char *buffer, size_t size)
{
	if (span.len >= size || (span.len && memchr(span.at, 0, span.len)))
		return false;
	if (span.len)
		memcpy(buffer, span.at, span.len);
	buffer[span.len] = '\0';
	return true;
}
