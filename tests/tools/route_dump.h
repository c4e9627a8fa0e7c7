/* SPDX-License-Identifier: ISC */
/*
 * route_dump: what a source knows of a prefix as lines, every field that it
 * has; what the tests of the sources compare.
 *
 *	10.1.0.0/24 present
 *	+ 10.1.0.0/24 via 192.0.2.1 dev eth0 proto bgp [received best] from=frr4
 *	table=master4 path="65001" origin=65001
 *	cover 10.0.0.0/8 via ...
 *
 * A path whose hops are not all told has "hops?".
 */
#ifndef TESTS_TOOLS_ROUTE_DUMP_H
#define TESTS_TOOLS_ROUTE_DUMP_H

#include <string.h>

#include "model/route.h"

static inline void
route_dump_stages(struct text *out, unsigned stages)
{
	const char *between = "";

	text_add(out, "[");
	for (unsigned stage = ROUTE_ANNOUNCED; stage <= ROUTE_INSTALLED;
	     stage <<= 1)
		if (stages & stage) {
			text_addf(out, "%s%s", between,
			    route_stage_name((enum route_stage)stage));
			between = " ";
		}
	text_add(out, "]");
}

static inline void
route_dump_path(struct text *out, const struct route_path *path)
{
	route_tell(out, path);
	text_add(out, " ");
	route_dump_stages(out, path->reached);
	for (const struct route_hop *hop = path->hops; hop != NULL;
	     hop = hop->next)
		if (hop->weight != 1)
			text_addf(out, " weight=%u", hop->weight);
	if (path->from != NULL)
		text_addf(out, " from=%s", path->from);
	if (path->table != NULL)
		text_addf(out, " table=%s", path->table);
	if (path->as_path != NULL)
		text_addf(out, " path=\"%s\"", path->as_path);
	if (path->has & ROUTE_HAS_ORIGIN_AS)
		text_addf(out, " origin=%u", path->origin_as);
	if (path->has & ROUTE_HAS_TABLE)
		text_add(out, " has-table");
	if (!(path->has & ROUTE_HAS_HOPS))
		text_add(out, " hops?");
}

static inline void
route_dump(struct text *out, const struct route_answer *answer)
{
	static const char *const presence[] = { "unseen", "absent", "present" };

	ip_net_format(out, &answer->prefix);
	text_addf(out, " %s", presence[answer->presence]);
	if (answer->why != NULL)
		text_addf(out, ": %s", answer->why);
	for (const struct route_path *p = answer->paths; p != NULL;
	     p = p->next) {
		text_add(out, "\n+ ");
		route_dump_path(out, p);
	}
	if (!answer->cover_known)
		return;
	text_add(out, "\ncover ");
	if (answer->cover != NULL)
		route_dump_path(out, answer->cover);
	else
		text_add(out, "none");
}

static inline void
route_dump_counts(struct text *out, const struct route_view *view)
{
	const struct route_count *row = view->counts.items;

	for (size_t i = 0; i < view->counts.count; i++)
		text_addf(out, "%s%s table=%s proto=%s %llu", i ? "\n" : "",
		    ip_family_name((enum ip_family)row[i].family), row[i].table,
		    row[i].protocol, (unsigned long long)row[i].routes);
}

#endif
