/* SPDX-License-Identifier: ISC */
/* GoBGP: the peers in its JSON. */
#include <stdint.h>

#include "source/bgp_gobgp.h"
#include "tests/fuzz/bgp_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bgp_table table;
	struct err err = { 0 };
	bool ok;

	fresh_table(&table);
	ok = bgp_gobgp_parse((const char *)data, size, INT64_C(1795255000),
	    &table, &err);
	check_table(&table, ok, &err);
	return 0;
}
