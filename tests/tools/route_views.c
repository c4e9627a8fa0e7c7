/* SPDX-License-Identifier: ISC */
/*
 * route_views SOURCE PATH [cover] [counts] [table=T] [vrf=V] PREFIX...: what a
 * local daemon knows of the prefixes.  For the tests against real daemons.  A
 * PATH of "-" is the default.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/route_local.h"
#include "tests/tools/route_dump.h"

#define PREFIXES 16

static struct ip_net prefixes[PREFIXES];
static struct route_question question = {
	.prefixes = prefixes,
	.families = 1U << IP_V4 | 1U << IP_V6,
};

static bool
take(const char *word)
{
	struct err err;

	if (strcmp(word, "cover") == 0)
		return question.cover = true;
	if (strcmp(word, "counts") == 0)
		return question.counts = true;
	if (strncmp(word, "table=", 6) == 0)
		return (question.table = word + 6) != NULL;
	if (strncmp(word, "vrf=", 4) == 0)
		return (question.vrf = word + 4) != NULL;
	return question.count < PREFIXES &&
	    ip_net_parse(word, &prefixes[question.count++], &err);
}

static void
print(const struct route_view *view)
{
	static char buffer[1 << 20];
	struct text out = TEXT_OVER(buffer);

	text_addf(&out, "# %s tells ", view->daemon ? view->daemon : "?");
	route_dump_stages(&out, view->tells);
	if (view->note != NULL)
		text_addf(&out, " (%s)", view->note);
	for (size_t i = 0; i < question.count; i++) {
		text_add(&out, "\n");
		route_dump(&out, route_view_at(view, i));
	}
	if (question.counts && view->counted) {
		text_add(&out, "\n");
		route_dump_counts(&out, view);
	} else if (question.counts) {
		text_addf(&out, "\nnot counted: %s",
		    view->count_why != NULL ? view->count_why : "?");
	}
	puts(out.data);
}

static bool
ask(const struct route_local *local, const char *path, struct route_view *view,
    struct err *err)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct route_local_link link;
	bool ok;

	if (!route_local_open(&link, local, path, &deadline, err))
		return false;
	ok = route_local_read(&link, &question, view, &deadline, err);
	route_local_close(&link);
	return ok;
}

int
main(int argc, char **argv)
{
	const struct route_local *local =
	    argc > 2 ? route_local_find(argv[1]) : NULL;
	struct route_view view;
	struct arena arena;
	struct err err = { 0 };
	bool ok = local != NULL;

	for (int i = 3; ok && i < argc; i++)
		ok = take(argv[i]);
	if (!ok || !arena_reserve(&arena, 64 << 20, &err) ||
	    !route_view_init(&view, route_local_name(local), &question, &arena))
		return fprintf(stderr, "usage: route_views SOURCE PATH ...\n"),
		       3;
	ok = ask(local, strcmp(argv[2], "-") ? argv[2] : NULL, &view, &err);
	if (!ok)
		printf("%s: %s\n", err_kind_name(err.kind), err.text);
	if (ok || view.failed)
		print(&view);
	arena_free(&arena);
	return ok ? 0 : 2;
}
