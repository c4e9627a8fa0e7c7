/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

#include <stdbool.h>

/* The well-formed sequences of more than one byte: Unicode 15, table 3-7. */
static const struct row {
	uint8_t first, last; /* of the lead byte */
	uint8_t low, high;   /* of the second byte; the rest is 80..BF */
	uint8_t len;
} rows[] = {
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
continues(const struct row *row, const uint8_t *at)
{
	if (at[1] < row->low || at[1] > row->high)
		return false;
	for (size_t i = 2; i < row->len; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return false;
	return true;
}

size_t
utf8_len(const uint8_t *at, size_t left)
{
	if (at[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if (at[0] >= row->first && at[0] <= row->last)
			return left >= row->len && continues(row, at) ? row->len
								      : 0;
	}
	return 0;
}

size_t
utf8_decode(const uint8_t *at, size_t left, uint32_t *code)
{
	const size_t len = utf8_len(at, left);

	if (len == 0)
		return 0;
	/* As many ones as there are bytes, and a zero, are no part of it. */
	*code = len == 1 ? at[0] : at[0] & 0x7fU >> len;
	for (size_t i = 1; i < len; i++)
		*code = *code << 6 | (at[i] & 0x3f);
	return len;
}
