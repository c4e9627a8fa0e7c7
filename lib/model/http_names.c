/* SPDX-License-Identifier: ISC */
#include "model/http_names.h"

#include <stdlib.h>
#include <string.h>

#define NAME_CHARS 480 /* leaves a result's text room for the number */

static bool
no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no memory for names of URLs");
}

static bool
give_name(struct http_site *site, struct arena *arena)
{
	const char *name =
	    site->target->name != NULL ? site->target->name : site->shown;
	char room[4 * NAME_CHARS + 4];
	struct text clean = TEXT_OVER(room);

	text_foreign(&clean, name, strlen(name), NAME_CHARS);
	site->name = arena_string(arena, room, clean.len);
	return site->name != NULL;
}

static bool
number(struct http_site *site, size_t n, struct arena *arena)
{
	char room[4 * NAME_CHARS + 32];
	struct text numbered = TEXT_OVER(room);

	text_addf(&numbered, "%s (%zu)", site->name, n);
	site->name = arena_string(arena, room, numbered.len);
	return site->name != NULL;
}

/* By name, then in their order. */
static int
compare(const void *a, const void *b)
{
	const struct http_site *const *first = a, *const *second = b;
	const int order = strcmp((*first)->name, (*second)->name);

	return order != 0 ? order : *first < *second ? -1 : 1;
}

bool
http_names_give(struct http_site *sites, size_t count, struct arena *arena,
    struct err *err)
{
	struct http_site **sorted =
	    arena_alloc(arena, (count + 1) * sizeof(struct http_site *));
	const char *last = "";
	size_t alike = 0;

	if (sorted == NULL)
		return no_memory(err);
	for (size_t i = 0; i < count; i++) {
		sorted[i] = &sites[i];
		if (!give_name(&sites[i], arena))
			return no_memory(err);
	}
	qsort(sorted, count, sizeof(struct http_site *), compare);
	for (size_t i = 0; i < count; i++) {
		alike = strcmp(sorted[i]->name, last) == 0 ? alike + 1 : 1;
		last = sorted[i]->name;
		if (alike > 1 && !number(sorted[i], alike, arena))
			return no_memory(err);
	}
	return true;
}
