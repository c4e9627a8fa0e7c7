/* SPDX-License-Identifier: ISC */
#include "model/route_ask.h"

#include <string.h>

/* Each table once, though several numbers may be of it. */
static void
add_table(struct route_question *question, const char **tables,
    const char *table)
{
	for (size_t i = 0; i < question->table_count; i++)
		if (strcmp(tables[i], table) == 0)
			return;
	tables[question->table_count++] = table;
}

static void
add_tally(struct route_question *question, const char **tables,
    const struct route_tally *tally)
{
	question->families |= tally->family != IP_NONE
	    ? 1U << tally->family
	    : 1U << IP_V4 | 1U << IP_V6;
	if (tally->table != NULL)
		add_table(question, tables, tally->table);
}

bool
route_ask(const struct route_rules *rules, const char *table, const char *vrf,
    struct arena *arena, struct route_question *question)
{
	const size_t count = route_expects_count(&rules->expects);
	struct ip_net *prefixes =
	    arena_alloc(arena, (count + 1) * sizeof(*prefixes));
	const char **tables =
	    arena_alloc(arena, (rules->tally_count + 1) * sizeof(*tables));

	if (prefixes == NULL || tables == NULL)
		return false;
	*question = (struct route_question){
		.prefixes = prefixes,
		.count = count,
		.cover = true,
		.counts = rules->tally_count > 0,
		.tables = tables,
		.table = table,
		.vrf = vrf,
	};
	for (size_t i = 0; i < count; i++)
		prefixes[i] = route_expects_at(&rules->expects, i)->prefix;
	for (size_t i = 0; i < rules->tally_count; i++)
		add_tally(question, tables, &rules->tallies[i]);
	return true;
}

bool
route_ask_paths(const struct route_rules *rules)
{
	if (rules->want.as_path_count > 0 || rules->want.origin_count > 0)
		return true;
	for (size_t i = 0; i < route_expects_count(&rules->expects); i++)
		if (route_expects_at(&rules->expects, i)->has_origin)
			return true;
	return false;
}
