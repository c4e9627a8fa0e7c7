/* SPDX-License-Identifier: ISC */
/* FRR: the trailer of an answer, and both answers in JSON, in both orders. */
#include <stdint.h>

#include "source/bgp_frr.h"
#include "source/frr.h"
#include "tests/fuzz/bgp_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct bgp_table table;
	struct err err = { 0 };
	size_t len = 0;
	int status = 0;
	bool ok;

	if (frr_whole(bytes, size, &len, &status))
		must(len < size && status >= 0 && status <= 255);
	fresh_table(&table);
	ok = bgp_frr_parse_neighbors(bytes, size, &table, &err);
	check_table(&table, ok, &err);
	must(bgp_frr_parse_summary(bytes, size, &table, &err) == ok);
	check_table(&table, ok, &err);
	return 0;
}
