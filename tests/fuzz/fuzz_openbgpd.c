/* SPDX-License-Identifier: ISC */
/* OpenBGPD: the peers in its JSON. */
#include <stdint.h>

#include "source/bgp_openbgpd.h"
#include "tests/fuzz/bgp_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bgp_table table;
	struct err err = { 0 };
	bool ok;

	fresh_table(&table);
	ok = bgp_openbgpd_parse((const char *)data, size, &table, &err);
	check_table(&table, ok, &err);
	return 0;
}
