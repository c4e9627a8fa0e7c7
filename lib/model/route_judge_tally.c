/* SPDX-License-Identifier: ISC */
/* Numbers of routes. */
#include "model/route_scene.h"

#define KEY_BYTES 300

static void
make_key(struct text *key, const struct route_view *view,
    const struct route_look *look, const struct route_tally *tally)
{
	text_addf(key, "%s %s", view->source,
	    tally->words[0] != '\0' ? tally->words : "all");
	if (look->vrf != NULL)
		text_addf(key, " vrf %s", look->vrf);
	else if (look->table != NULL)
		text_addf(key, " table %s", look->table);
}

static void
judge_drop(const struct route_scene *scene, const char *key, uint64_t routes,
    struct result *child)
{
	const struct route_past_count *then = scene->look->before != NULL
	    ? route_history_find(scene->look->before, key)
	    : NULL;

	if (then != NULL)
		drop_judge(&scene->rules->drop, then->reference, routes,
		    "routes", child);
}

static void
judge_changes(const struct route_scene *scene, const char *key, uint64_t routes,
    struct result *child)
{
	const struct route_look *look = scene->look;
	const struct route_past_count *then =
	    look->before != NULL ? route_history_find(look->before, key) : NULL;
	double minutes;

	if (then == NULL || look->after == NULL ||
	    !route_history_minutes(look->before, look->after, &minutes))
		return;
	result_check_limits(child, ROUTE_M_CHANGES,
	    (routes > then->routes ? (double)(routes - then->routes)
				   : (double)(then->routes - routes)) /
		minutes,
	    &scene->rules->changes);
}

/* Why there is no number; NULL: nothing that anybody can help. */
static const char *
why_uncounted(enum route_tallied tallied, const struct route_view *view)
{
	switch (tallied) {
	case ROUTE_TALLY_NO_FAMILY:
		return "none of that family was counted";
	case ROUTE_TALLY_NO_TABLE:
		return view->tells_tables
		    ? "there is no such table"
		    : "it does not count its tables apart";
	case ROUTE_TALLY_NO_PROTOCOL:
		return "its routes do not tell their protocol";
	case ROUTE_TALLY_UNCOUNTED:
		if (view->failed)
			return view->err.text;
		return view->count_why != NULL
		    ? view->count_why
		    : "it does not tell how many routes it has";
	default:
		return NULL;
	}
}

/* "ipv4 bgp" */
static void
add_kind(struct text *text, const struct route_tally *tally)
{
	if (tally->family != IP_NONE)
		text_add(text, ip_family_name((enum ip_family)tally->family));
	if (tally->protocol != NULL)
		text_addf(text, "%s%s", tally->family != IP_NONE ? " " : "",
		    tally->protocol);
}

/* "950000 ipv4 bgp routes in table 100 in kernel" */
static void
add_tally(const struct route_scene *scene, struct text *text,
    const struct route_view *view, const struct route_tally *tally,
    uint64_t routes)
{
	text_addf(text, "%llu ", (unsigned long long)routes);
	add_kind(text, tally);
	if (tally->family != IP_NONE || tally->protocol != NULL)
		text_add_char(text, ' ');
	text_addf(text, "route%s", routes == 1 ? "" : "s");
	if (tally->table != NULL)
		text_addf(text, " in table %s", tally->table);
	route_scene_add_where(scene, text, view);
}

static struct result *
tally_child(const struct route_scene *scene, const struct route_view *view,
    const struct route_tally *tally)
{
	char room[KEY_BYTES];
	struct text name = TEXT_OVER(room);
	struct result *child;

	add_kind(&name, tally);
	if (tally->table != NULL)
		text_addf(&name, "%stable %s", name.len > 0 ? " " : "",
		    tally->table);
	if (route_scene_has_several(scene))
		text_addf(&name, "%s%s", name.len > 0 ? " in " : "",
		    view->source);
	child = result_child(scene->root, name.data);
	if (route_scene_has_several(scene))
		result_label(child, "source", view->source);
	if (tally->table != NULL)
		result_label(child, "table", tally->table);
	else if (scene->look->table != NULL)
		result_label(child, "table", scene->look->table);
	if (scene->look->vrf != NULL)
		result_label(child, "vrf", scene->look->vrf);
	if (tally->family != IP_NONE)
		result_label(child, "family",
		    ip_family_name((enum ip_family)tally->family));
	if (tally->protocol != NULL)
		result_label(child, "protocol", tally->protocol);
	return child;
}

void
route_judge_tally(const struct route_scene *scene,
    const struct route_view *view, const struct route_tally *tally)
{
	struct result *child = tally_child(scene, view, tally);
	uint64_t routes;
	const enum route_tallied tallied =
	    route_tally_sum(tally, view, &routes);
	char room[KEY_BYTES];
	struct text key = TEXT_OVER(room);

	if (tallied != ROUTE_TALLIED) {
		result_judge(child, VERDICT_UNKNOWN,
		    "routes of %s not counted: %s", view->source,
		    why_uncounted(tallied, view));
		return;
	}
	make_key(&key, view, scene->look, tally);
	result_check_limits(child, ROUTE_M_ROUTES, (double)routes,
	    &tally->limits);
	judge_drop(scene, key.data, routes, child);
	judge_changes(scene, key.data, routes, child);
	text_clear(&key);
	add_tally(scene, &key, view, tally, routes);
	result_summary(child, "%s", key.data);
}

bool
route_remember_tally(const struct route_look *look,
    const struct route_view *view, const struct route_tally *tally,
    const struct route_spans *spans, struct route_history *after)
{
	char room[KEY_BYTES];
	struct text key = TEXT_OVER(room);
	uint64_t routes;
	const char *kept;

	if (route_tally_sum(tally, view, &routes) != ROUTE_TALLIED)
		return true;
	make_key(&key, view, look, tally);
	kept = arena_string(after->arena, key.data, key.len);
	return kept != NULL &&
	    route_history_count(after, look->before, kept, routes, spans);
}
