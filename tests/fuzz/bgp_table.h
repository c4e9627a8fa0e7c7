/* SPDX-License-Identifier: ISC */
/*
 * bgp_table: what must hold of a table whatever a source was fed.  Each target
 * makes a fresh one in an arena that is kept.
 */
#ifndef TESTS_FUZZ_BGP_TABLE_H
#define TESTS_FUZZ_BGP_TABLE_H

#include <stdlib.h>
#include <string.h>

#include "model/bgp.h"
#include "tests/tools/bgp_dump.h"

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

static inline void
fresh_table(struct bgp_table *table)
{
	static struct arena arena;
	struct err err;

	if (!arena.base)
		must(arena_reserve(&arena, 64 << 20, &err));
	arena_reset(&arena);
	bgp_table_init(table, &arena, 0);
}

static inline void
check_peer(const struct bgp_table *table, const struct bgp_peer *peer)
{
	char buffer[1 << 14];
	struct text line = TEXT_OVER(buffer);
	double percent;

	must(peer->state <= BGP_DELETED && peer->admin <= BGP_ADMIN_DOWN);
	must(peer->address.family != IP_NONE || *peer->interface);
	must(bgp_table_find(table, peer->vrf, &peer->address,
		 peer->interface) == peer);
	for (const struct bgp_family *f = peer->families; f; f = f->next)
		if (bgp_family_percent(f, &percent))
			must(f->limit && percent >= 0);
	bgp_dump(&line, peer);
	must(line.len > 0);
}

/* After a parse that ended well or badly. */
static inline void
check_table(struct bgp_table *table, bool ok, const struct err *err)
{
	must(ok || (err->kind != ERR_NONE && *err->text));
	bgp_table_sort(table);
	for (size_t i = 0; i < bgp_table_count(table); i++)
		check_peer(table, bgp_table_at(table, i));
}

#endif
