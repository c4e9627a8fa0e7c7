/* SPDX-License-Identifier: ISC */
#include "model/route.h"

#include <string.h>

#include "base/num.h"

/* --- the view ------------------------------------------------------------- */

bool
route_view_init(struct route_view *view, const char *source,
    const struct route_question *question, struct arena *arena)
{
	*view = (struct route_view){ .source = source, .arena = arena };
	for (size_t i = 0; i < question->count; i++) {
		struct route_answer *answer =
		    arena_push(arena, &view->answers, sizeof(*answer));

		if (answer == NULL)
			return false;
		answer->prefix = question->prefixes[i];
	}
	return true;
}

struct route_answer *
route_view_at(const struct route_view *view, size_t index)
{
	return (struct route_answer *)view->answers.items + index;
}

void
route_view_fail(struct route_view *view, const struct err *err)
{
	const char *why =
	    arena_string(view->arena, err->text, strlen(err->text));

	for (size_t i = 0; i < view->answers.count; i++) {
		struct route_answer *answer = route_view_at(view, i);

		if (answer->presence == ROUTE_UNSEEN && answer->why == NULL)
			answer->why = why;
	}
	view->failed = true;
	view->err = *err;
}

/* --- what is in it -------------------------------------------------------- */

static struct route_path *
new_path(struct route_view *view, const struct ip_net *prefix)
{
	struct route_path *path = arena_alloc(view->arena, sizeof(*path));

	if (path != NULL)
		path->prefix = *prefix;
	return path;
}

struct route_path *
route_add(struct route_view *view, struct route_answer *answer,
    const struct ip_net *prefix)
{
	struct route_path **last = &answer->paths;
	size_t count = 0;

	for (; *last != NULL; last = &(*last)->next)
		if (++count >= ROUTE_PATHS_MAX)
			return NULL;
	*last = new_path(view, prefix);
	if (*last != NULL)
		answer->presence = ROUTE_PRESENT;
	return *last;
}

struct route_path *
route_cover(struct route_view *view, struct route_answer *answer,
    const struct ip_net *prefix)
{
	struct route_path *path = new_path(view, prefix);

	if (path != NULL) {
		answer->cover = path;
		answer->cover_known = true;
	}
	return path;
}

struct route_hop *
route_hop(struct route_view *view, struct route_path *path,
    const struct ip *gateway)
{
	struct route_hop **last = &path->hops;

	if (path->hop_count >= ROUTE_HOPS_MAX)
		return NULL;
	while (*last != NULL)
		last = &(*last)->next;
	*last = arena_alloc(view->arena, sizeof(**last));
	if (*last == NULL)
		return NULL;
	(*last)->gateway = *gateway;
	(*last)->weight = 1;
	path->hop_count++;
	return *last;
}

bool
route_count(struct route_view *view, enum ip_family family, const char *table,
    const char *protocol, uint64_t routes)
{
	struct route_count *row = view->counts.items;

	for (size_t i = 0; i < view->counts.count; i++)
		if (row[i].family == family &&
		    strcmp(row[i].table, table) == 0 &&
		    strcmp(row[i].protocol, protocol) == 0) {
			row[i].routes += routes;
			return true;
		}
	row = arena_push(view->arena, &view->counts, sizeof(*row));
	if (row == NULL)
		return false;
	row->family = (uint8_t)family;
	row->table = arena_string(view->arena, table, strlen(table));
	row->protocol = arena_string(view->arena, protocol, strlen(protocol));
	row->routes = routes;
	if (row->table != NULL && row->protocol != NULL)
		return true;
	view->counts.count--;
	return false;
}

const char *
route_string(struct route_view *view, const void *bytes, size_t len)
{
	const size_t whole = strnlen(bytes, len);

	if (whole == 0)
		return NULL;
	return arena_string(view->arena, bytes,
	    whole < ROUTE_TEXT ? whole : ROUTE_TEXT);
}

/* --- words ---------------------------------------------------------------- */

static const char *
kind_name(enum route_kind kind)
{
	static const char *const names[] = {
		[ROUTE_UNICAST] = "unicast",
		[ROUTE_LOCAL] = "local",
		[ROUTE_BLACKHOLE] = "blackhole",
		[ROUTE_UNREACHABLE] = "unreachable",
		[ROUTE_PROHIBIT] = "prohibit",
		[ROUTE_THROW] = "throw",
		[ROUTE_OTHER] = "other",
	};

	return names[kind];
}

const char *
route_stage_name(enum route_stage stage)
{
	switch (stage) {
	case ROUTE_ANNOUNCED:
		return "announced";
	case ROUTE_RECEIVED:
		return "received";
	case ROUTE_BEST:
		return "best";
	case ROUTE_INSTALLED:
		return "installed";
	}
	return "unknown";
}

static void
tell_hop(struct text *text, const struct route_hop *hop)
{
	if (hop->encap != NULL)
		text_addf(text, " encap %s", hop->encap);
	if (hop->gateway.family != IP_NONE) {
		text_add(text, " via ");
		ip_format(text, &hop->gateway);
	}
	if (hop->device != NULL)
		text_addf(text, " dev %s", hop->device);
	if (hop->down)
		text_add(text, " down");
}

void
route_tell_hops(struct text *text, const struct route_path *path)
{
	const struct route_hop *hop = path->hops;

	if (hop == NULL)
		return;
	tell_hop(text, hop);
	if (path->hop_count > 2) {
		text_addf(text, " and %u more", path->hop_count - 1);
	} else if (hop->next != NULL) {
		text_add(text, " and");
		tell_hop(text, hop->next);
	}
}

void
route_tell(struct text *text, const struct route_path *path)
{
	ip_net_format(text, &path->prefix);
	if (path->kind != ROUTE_UNICAST)
		text_addf(text, " %s", kind_name(path->kind));
	route_tell_hops(text, path);
	if (path->protocol != NULL)
		text_addf(text, " proto %s", path->protocol);
	if ((path->has & ROUTE_HAS_METRIC) && path->metric > 0)
		text_addf(text, " metric %u", path->metric);
}

bool
route_origin_as(const char *as_path, uint32_t *as)
{
	const char *last = strrchr(as_path, ' ');
	uint64_t value;
	struct err err;

	if (*as_path == '\0') {
		*as = 0;
		return true;
	}
	last = last == NULL ? as_path : last + 1;
	if (!num_u64(last, &value, &err) || value > UINT32_MAX)
		return false;
	*as = (uint32_t)value;
	return true;
}
