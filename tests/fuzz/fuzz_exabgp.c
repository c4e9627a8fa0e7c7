/* SPDX-License-Identifier: ISC */
/* ExaBGP: the end mark of an answer, and the peers before it. */
#include <stdint.h>

#include "source/bgp_exabgp.h"
#include "tests/fuzz/bgp_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct bgp_table table;
	struct err err = { 0 };
	size_t len = 0;
	const enum exabgp_end end = exabgp_whole(bytes, size, &len);
	bool ok;

	must(len <= size && (end == EXABGP_UNFINISHED || len < size));
	must(len == 0 || bytes[len - 1] == '\n');
	fresh_table(&table);
	ok = bgp_exabgp_parse(bytes, end == EXABGP_UNFINISHED ? size : len,
	    &table, &err);
	check_table(&table, ok, &err);
	return 0;
}
