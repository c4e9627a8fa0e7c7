/* SPDX-License-Identifier: ISC */
/* BIRD: the lines of an answer, and the peers in it.  A NUL in the input parts
 * "show status" from "show protocols all". */
#include <stdint.h>

#include "source/bgp_bird.h"
#include "source/bird.h"
#include "tests/fuzz/bgp_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_lines(const char *bytes, size_t len)
{
	struct bird_line line;
	size_t at = 0, before = 0;

	while (bird_next(bytes, len, &at, &line)) {
		must(at > before && at <= len && line.code <= 9999);
		must(line.text >= bytes + before &&
		    line.text + line.len < bytes + at);
		before = at;
	}
	must(bird_whole(bytes, len) <= len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	const char *cut = size ? memchr(bytes, 0, size) : NULL;
	const char *rest = cut ? cut + 1 : bytes;
	const size_t len = size - (size_t)(rest - bytes);
	struct bgp_table table;
	struct err err = { 0 };
	bool ok;

	fresh_table(&table);
	check_lines(rest, len);
	ok = bgp_bird_parse(cut ? bytes : NULL, cut ? (size_t)(cut - bytes) : 0,
	    rest, len, &table, &err);
	check_table(&table, ok, &err);
	return 0;
}
