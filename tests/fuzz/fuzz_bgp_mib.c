/* SPDX-License-Identifier: ISC */
/*
 * Index decoders and cells: a table, an index and values, from bytes.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/bgp_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	size_t left;
};

static uint8_t
byte(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

/* Small numbers mostly, as indexes have; 255 begins a large one. */
static uint32_t
number(struct input *in)
{
	const uint32_t small = byte(in);

	if (small < 255)
		return small;
	return (uint32_t)byte(in) << 24 | (uint32_t)byte(in) << 16 | byte(in);
}

static const struct bgp_mib *
choose_mib(struct input *in)
{
	const struct bgp_mib *mib = bgp_mibs;

	for (uint8_t n = byte(in) % 64; n > 0; n--)
		mib = mib[1].name ? mib + 1 : bgp_mibs;
	return mib;
}

static void
fill_row(struct input *in, const struct bgp_mib *mib, struct bgp_row *row,
    struct bgp_table *table)
{
	for (const struct bgp_column *c = mib->columns; c->oid; c++) {
		struct snmp_value value = { .type = byte(in) };
		const size_t len = byte(in) % 40;

		value.number = (int32_t)number(in);
		value.bytes = in->at;
		value.len = len < in->left ? len : in->left;
		bgp_row_cell(c, &value, row, table);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct bgp_mib *mib = choose_mib(&in);
	const size_t len = byte(&in) % (SNMP_OID_MAX + 1);
	uint32_t *index = malloc(len * sizeof(*index) + 1);
	struct bgp_row row;
	struct bgp_table table;
	struct arena arena;
	struct err err;

	if (!index || !arena_reserve(&arena, 1u << 20, &err)) {
		free(index);
		return 0;
	}
	bgp_table_init(&table, &arena, 10);
	for (size_t i = 0; i < len; i++)
		index[i] = number(&in);
	if (bgp_row_start(mib, index, len, &row)) {
		struct bgp_peer peer = { .vrf = "", .interface = "" };

		fill_row(&in, mib, &row, &table);
		bgp_row_apply(mib, &row, &peer, &table, false);
		bgp_row_apply(mib, &row, &peer, &table, true);
	}
	free(index);
	arena_free(&arena);
	return 0;
}
