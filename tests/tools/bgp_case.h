/* SPDX-License-Identifier: ISC */
/*
 * bgp_case: a table to fill, captured bytes to fill it from, and lines to
 * compare it with; for the tests of the sources of BGP peers.
 */
#ifndef TESTS_TOOLS_BGP_CASE_H
#define TESTS_TOOLS_BGP_CASE_H

#include "tests/tools/bgp_dump.h"
#include "tests/tools/case_bytes.h"

static struct arena case_arena;
static struct bgp_table case_table;
static struct err case_err;

static inline void
case_setup(void)
{
	case_err = (struct err){ 0 };
	ck_assert(arena_reserve(&case_arena, 64 << 20, &case_err));
	bgp_table_init(&case_table, &case_arena, 0);
}

static inline void
case_teardown(void)
{
	arena_free(&case_arena);
}

/* The peer number `index`, as one line. */
static inline const char *
case_line(size_t index)
{
	static char buffer[4096];
	struct text line;

	ck_assert_uint_lt(index, bgp_table_count(&case_table));
	text_init(&line, buffer, sizeof(buffer));
	bgp_dump(&line, bgp_table_at(&case_table, index));
	return buffer;
}

/* The whole table; `lines` ends with NULL. */
static inline void
case_expect(const char *const lines[])
{
	size_t n = 0;

	for (; lines[n]; n++)
		ck_assert_str_eq(case_line(n), lines[n]);
	ck_assert_uint_eq(bgp_table_count(&case_table), n);
	ck_assert(!case_table.full);
}

#endif
