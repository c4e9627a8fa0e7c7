/* SPDX-License-Identifier: ISC */
/*
 * bgp_peers SOURCE [PATH]: the peers that a local daemon tells of, one line
 * each, sorted.  For the tests against real daemons.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/bgp_local.h"
#include "tests/tools/bgp_dump.h"

static void
print(struct bgp_table *table)
{
	char buffer[4096];

	bgp_table_sort(table);
	printf("# %s\n", table->daemon ? table->daemon : "?");
	for (size_t i = 0; i < bgp_table_count(table); i++) {
		struct text line = TEXT_OVER(buffer);

		bgp_dump(&line, bgp_table_at(table, i));
		puts(line.data);
	}
}

int
main(int argc, char **argv)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	const struct daemon *local = daemon_find(argc > 1 ? argv[1] : "");
	struct daemon_link link;
	struct bgp_table table;
	struct arena arena;
	struct err err = { 0 };
	bool ok;

	if (!local || argc > 3)
		return fprintf(stderr, "usage: bgp_peers SOURCE [PATH]\n"), 3;
	if (!arena_reserve(&arena, 64 << 20, &err))
		return 3;
	bgp_table_init(&table, &arena, 0);
	ok = daemon_open(&link, local, DAEMON_SESSIONS,
	    argc > 2 ? argv[2] : NULL, &deadline, &err);
	if (ok) {
		ok = bgp_local_read(&link, &table, &deadline, &err);
		daemon_close(&link);
	}
	if (ok)
		print(&table);
	else
		printf("%s: %s\n", err_kind_name(err.kind), err.text);
	arena_free(&arena);
	return ok ? 0 : 2;
}
