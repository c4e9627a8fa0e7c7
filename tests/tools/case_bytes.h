/* SPDX-License-Identifier: ISC */
/* case_bytes: captured bytes for a parser, exactly so many on the heap: a
 * sanitizer sees what is read behind them. */
#ifndef TESTS_TOOLS_CASE_BYTES_H
#define TESTS_TOOLS_CASE_BYTES_H

#include <stdio.h>
#include <string.h>

#include "tests/suite.h"

struct case_bytes {
	char *bytes; /* to be freed */
	size_t len;
};

static inline struct case_bytes
case_copy(const char *bytes, size_t len)
{
	struct case_bytes copy = { malloc(len ? len : 1), len };

	ck_assert_ptr_nonnull(copy.bytes);
	if (len)
		memcpy(copy.bytes, bytes, len);
	return copy;
}

static inline struct case_bytes
case_load(const char *path)
{
	FILE *file = fopen(path, "rb");
	static char bytes[1 << 20];
	size_t len;

	ck_assert_msg(file != NULL, "%s", path);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	ck_assert(len > 0 && len < sizeof(bytes));
	return case_copy(bytes, len);
}

#endif
