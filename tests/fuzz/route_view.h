/* SPDX-License-Identifier: ISC */
/*
 * route_view: what must hold of a view whatever a source was fed.  Each target
 * makes a fresh one in an arena that is kept.
 */
#ifndef TESTS_FUZZ_ROUTE_VIEW_H
#define TESTS_FUZZ_ROUTE_VIEW_H

#include <stdlib.h>
#include <string.h>

#include "tests/tools/route_dump.h"

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

static const struct ip_net fuzz_prefixes[] = {
	{ .address = { .family = IP_V4, .bytes = { 10, 1 } }, .length = 24 },
	{ .address = { .family = IP_V6, .bytes = { 0x20, 1, 0xd, 0xb8 } },
	    .length = 48 },
};

static const struct route_question fuzz_question = {
	.prefixes = fuzz_prefixes,
	.count = 2,
	.cover = true,
	.counts = true,
	.families = 1U << IP_V4 | 1U << IP_V6,
};

static inline void
fresh_view(struct route_view *view)
{
	static struct arena arena;
	struct err err;

	if (!arena.base)
		must(arena_reserve(&arena, 64 << 20, &err));
	arena_reset(&arena);
	must(route_view_init(view, "fuzz", &fuzz_question, &arena));
}

static inline void
check_path(const struct route_path *path)
{
	uint32_t hops = 0;

	must(path->prefix.length <= ip_bits(path->prefix.address.family));
	must(path->prefix.address.family != IP_NONE);
	for (const struct route_hop *hop = path->hops; hop != NULL;
	     hop = hop->next)
		hops++;
	must(hops == path->hop_count && hops <= ROUTE_HOPS_MAX);
}

/* After a parse that ended well or badly. */
static inline void
check_answer(const struct route_answer *answer)
{
	static char buffer[1 << 20];
	struct text out = TEXT_OVER(buffer);

	must(answer->presence == ROUTE_PRESENT || answer->paths == NULL);
	for (const struct route_path *p = answer->paths; p != NULL; p = p->next)
		check_path(p);
	if (answer->cover != NULL) {
		must(answer->cover_known);
		check_path(answer->cover);
	}
	route_dump(&out, answer);
	must(out.len > 0);
}

static inline void
check_view(const struct route_view *view, bool ok, const struct err *err)
{
	char buffer[1 << 14];
	struct text out = TEXT_OVER(buffer);

	must(ok || (err->kind != ERR_NONE && *err->text));
	for (size_t i = 0; i < view->answers.count; i++)
		check_answer(route_view_at(view, i));
	route_dump_counts(&out, view);
}

#endif
