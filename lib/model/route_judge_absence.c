/* SPDX-License-Identifier: ISC */
/* A prefix that is not there, or should not be: what there is instead, and
 * where it is lost. */
#include "model/route_scene.h"

/* ", covered by 0.0.0.0/0 via 192.0.2.1 dev eth0" */
static void
add_cover(struct text *text, const struct route_fact *fact)
{
	const struct route_answer *answer = fact->answer;

	if (!answer->cover_known)
		return;
	if (answer->cover == NULL) {
		text_add(text, ", and no other route covers it");
		route_scene_add_apart(text, answer->apart_cover);
		return;
	}
	if (answer->cover->prefix.length == answer->prefix.length)
		return;
	text_add(text, ", covered by ");
	route_tell(text, answer->cover);
}

/* "is a blackhole (proto static)", "has no next hop that is up: via 192.0.2.1
 * dev eth0 down" */
static void
add_poor(struct text *text, const struct route_fact *fact)
{
	const struct route_path *poor = fact->poor;

	text_add(text, route_kind_reason(poor));
	if (poor->kind == ROUTE_UNICAST && route_live_hops(poor) == 0 &&
	    poor->hops != NULL) {
		text_add_char(text, ':');
		route_tell_hops(text, poor);
	}
	if (poor->protocol != NULL)
		text_addf(text, " (proto %s)", poor->protocol);
}

/* --- where a prefix is lost ----------------------------------------------- */

struct place {
	const struct route_fact *fact;
	enum route_stage stage;
	bool reached;
};

#define PLACES 32

/* What a router announces comes behind what it uses, and is no place on the way
 * into it. */
static bool
is_place(const struct route_fact *fact, enum route_stage stage)
{
	return fact->answer->presence != ROUTE_UNSEEN &&
	    (fact->view->tells & stage) != 0 &&
	    !(stage == ROUTE_ANNOUNCED &&
		(fact->view->tells & (ROUTE_BEST | ROUTE_INSTALLED)) != 0);
}

static size_t
list_places(const struct route_fact *facts, size_t count,
    struct place places[static PLACES])
{
	size_t found = 0;

	for (unsigned stage = ROUTE_ANNOUNCED; stage <= ROUTE_INSTALLED;
	     stage <<= 1)
		for (size_t i = 0; i < count && found < PLACES; i++)
			if (is_place(&facts[i], (enum route_stage)stage))
				places[found++] = (struct place){ &facts[i],
					(enum route_stage)stage,
					route_fact_has_reached(&facts[i],
					    (enum route_stage)stage) };
	return found;
}

static void
add_place(const struct route_scene *scene, struct text *text,
    const struct place *place)
{
	text_add(text, route_stage_name(place->stage));
	route_scene_add_where(scene, text, place->fact->view);
}

/* "lost: best in bird, not installed in kernel"; false when no place on the
 * way was reached, or none was missed.  *at is who misses it first, in any case
 * that there is one. */
static bool
add_loss(const struct route_scene *scene, struct text *text,
    const struct route_fact *facts, size_t count, const struct route_fact **at)
{
	struct place places[PLACES];
	const size_t all = list_places(facts, count, places);
	size_t lost = 0, later;

	while (lost < all && places[lost].reached)
		lost++;
	if (lost == all)
		return false;
	*at = places[lost].fact;
	for (later = lost; later < all && !places[later].reached; later++)
		;
	if (lost > 0) {
		text_add(text, "lost: ");
		add_place(scene, text, &places[lost - 1]);
		text_add(text, ", not ");
		add_place(scene, text, &places[lost]);
		return true;
	}
	if (later == all)
		return false;
	text_add(text, "not ");
	add_place(scene, text, &places[lost]);
	text_add(text, ", yet ");
	add_place(scene, text, &places[later]);
	return true;
}

/* --- verdicts ------------------------------------------------------------- */

void
route_judge_unseen(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child)
{
	for (size_t i = 0; i < count; i++) {
		char room[64];
		struct text where = TEXT_OVER(room);

		if (facts[i].presence != ROUTE_UNSEEN)
			continue;
		route_scene_add_where(scene, &where, facts[i].view);
		result_judge(child, VERDICT_UNKNOWN, "%s not known%s: %s", name,
		    where.data,
		    facts[i].why != NULL ? facts[i].why : "no answer");
	}
}

/* Of those that lack it, one that says what covers it. */
static const struct route_fact *
telling_absence(const struct route_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].presence == ROUTE_ABSENT &&
		    facts[i].answer->cover_known &&
		    facts[i].answer->cover != NULL)
			return &facts[i];
	return route_facts_first(facts, count, ROUTE_ABSENT);
}

static void
tell_no_way(const struct route_scene *scene, const struct route_fact *fact,
    struct text *text)
{
	const struct route_answer *answer = fact->answer;

	if (fact->poor != NULL) {
		text_add(text, "has no way: ");
		route_tell(text, fact->poor);
	} else {
		text_add(text, "has no route");
		route_scene_add_apart(text,
		    answer->apart != NULL ? answer->apart
					  : answer->apart_cover);
	}
	route_scene_add_where(scene, text, fact->view);
}

/* What there is at the place where it is lost. */
static void
tell_remains(const struct route_scene *scene, const struct route_fact *fact,
    struct text *text)
{
	if (route_fact_is_unused(fact)) {
		text_add(text, ", where it is ");
		route_fact_add_unused(text, fact);
	} else if (fact->poor != NULL &&
	    route_rules_use(scene->rules, fact->view, fact->poor) &&
	    !route_kind_wanted(scene->rules->want.kind, fact->poor)) {
		text_add(text, ", where it ");
		add_poor(text, fact);
	}
	add_cover(text, fact);
}

/* What is there, and does not count. */
static void
tell_poor(const struct route_scene *scene, const struct route_fact *fact,
    struct text *text)
{
	if (route_fact_is_unused(fact)) {
		text_add(text, "present, ");
		route_fact_add_unused(text, fact);
	} else if (!route_rules_use(scene->rules, fact->view, fact->poor)) {
		text_addf(text, "known, but not %s",
		    (fact->view->tells & ROUTE_BEST) != 0 ? "best"
							  : "installed");
	} else {
		add_poor(text, fact);
	}
	route_scene_add_where(scene, text, fact->view);
	if (route_fact_is_unused(fact))
		add_cover(text, fact);
}

static void
tell_absent(const struct route_scene *scene, const struct route_fact *facts,
    size_t count, const struct route_fact *absent, struct text *text)
{
	text_add(text, "absent");
	if (route_scene_has_several(scene)) {
		text_add(text, " in ");
		route_facts_add_sources(text, facts, count, ROUTE_ABSENT);
	}
	route_scene_add_apart(text, absent->answer->apart);
	add_cover(text, telling_absence(facts, count));
}

void
route_judge_missing(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child)
{
	const struct route_fact *absent =
	    route_facts_first(facts, count, ROUTE_ABSENT);
	char room[800];
	struct text text = TEXT_OVER(room);

	if (absent == NULL)
		return;
	text_addf(&text, "%s ", name);
	if (scene->rules->longest)
		tell_no_way(scene, absent, &text);
	else if (add_loss(scene, &text, facts, count, &absent))
		tell_remains(scene, absent, &text);
	else if (absent->poor != NULL)
		tell_poor(scene, absent, &text);
	else
		tell_absent(scene, facts, count, absent, &text);
	result_judge(child, scene->rules->absent_state, "%s", text.data);
}

void
route_judge_unwanted(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child)
{
	for (size_t i = 0; i < count; i++) {
		char room[600];
		struct text text = TEXT_OVER(room);

		if (facts[i].presence != ROUTE_PRESENT)
			continue;
		text_addf(&text, "%s should %s", name,
		    scene->rules->longest ? "have no way, and has one"
					  : "be absent, and is there");
		route_scene_add_where(scene, &text, facts[i].view);
		text_add(&text, ": ");
		route_tell(&text, facts[i].path);
		result_judge(child, scene->rules->absent_state, "%s",
		    text.data);
	}
}
