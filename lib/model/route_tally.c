/* SPDX-License-Identifier: ISC */
#include "model/route_tally.h"

#include <string.h>

#include "base/span.h"

/* --- words ---------------------------------------------------------------- */

static bool
keep(const char **field, struct span word, struct arena *arena, struct err *err)
{
	if (*field != NULL)
		return err_set(err, ERR_USAGE,
		    "more than one protocol or table: %.*s",
		    (int)(word.len < 60 ? word.len : 60), word.at);
	if (word.len == 0)
		return err_set(err, ERR_USAGE, "an empty word");
	*field = arena_string(arena, word.at, word.len);
	return *field != NULL || err_set(err, ERR_SYSTEM, "no memory left");
}

static bool
take_word(struct route_tally *tally, struct span word, struct arena *arena,
    struct err *err)
{
	for (enum ip_family family = IP_V4; family <= IP_V6; family++)
		if (span_is(word, ip_family_name(family))) {
			if (tally->family != IP_NONE)
				return err_set(err, ERR_USAGE,
				    "both families: leave them out");
			tally->family = (uint8_t)family;
			return true;
		}
	if (span_skip(&word, "table:"))
		return keep(&tally->table, word, arena, err);
	return keep(&tally->protocol, word, arena, err);
}

bool
route_tally_parse(const char *words, size_t len, struct route_tally *tally,
    struct arena *arena, struct err *err)
{
	struct span rest = { words, len }, word;

	*tally = (struct route_tally){ .family = IP_NONE };
	tally->words = arena_string(arena, words, len);
	if (tally->words == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left");
	for (bool more = len > 0; more;) {
		word = rest;
		more = span_cut(rest, ',', &word, &rest);
		if (!take_word(tally, word, arena, err))
			return false;
	}
	return true;
}

static bool
same_word(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
route_tally_same(const struct route_tally *a, const struct route_tally *b)
{
	return a->family == b->family && same_word(a->protocol, b->protocol) &&
	    same_word(a->table, b->table);
}

/* --- sums ----------------------------------------------------------------- */

static bool
is_of_table(const struct route_tally *tally, const struct route_count *row)
{
	return tally->table != NULL ? strcmp(tally->table, row->table) == 0
				    : !row->apart;
}

enum route_tallied
route_tally_sum(const struct route_tally *tally, const struct route_view *view,
    uint64_t *routes)
{
	const struct route_count *rows = view->counts.items;
	bool of_family = false, of_table = false, mixed = false;

	*routes = 0;
	if (!view->counted)
		return ROUTE_TALLY_UNCOUNTED;
	if (tally->protocol != NULL && !view->tells_protocol)
		return ROUTE_TALLY_NO_PROTOCOL;
	for (size_t i = 0; i < view->counts.count; i++) {
		if (!is_of_table(tally, &rows[i]))
			continue;
		of_table = true;
		if (tally->family != IP_NONE &&
		    tally->family != rows[i].family) {
			mixed |= rows[i].family == IP_NONE;
			continue;
		}
		of_family = true;
		/* A number of all protocols says nothing of one, unless it is
		 * 0. */
		if (tally->protocol != NULL && *rows[i].protocol == '\0' &&
		    rows[i].routes > 0)
			return ROUTE_TALLY_NO_PROTOCOL;
		if (tally->protocol == NULL ||
		    strcmp(tally->protocol, rows[i].protocol) == 0)
			*routes += rows[i].routes;
	}
	if (!of_table && (tally->table != NULL || view->tells_tables))
		return ROUTE_TALLY_NO_TABLE;
	/* A number of both families says nothing of one. */
	if (mixed && !of_family)
		return ROUTE_TALLY_NO_FAMILY;
	/* A source that counted both and has none of one has no row of it. */
	if (!of_family && view->counts.count > 0 && tally->table != NULL)
		return ROUTE_TALLY_NO_FAMILY;
	return ROUTE_TALLIED;
}
