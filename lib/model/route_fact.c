/* SPDX-License-Identifier: ISC */
/* What each source knows of one prefix, and all of them together. */
#include <string.h>

#include "model/route_scene.h"

static bool
is_asked(const struct route_expect *expect, const struct route_view *view)
{
	return expect->source == NULL ||
	    strcmp(expect->source, view->source) == 0;
}

/* A source that tells which path is in use: the others do not count. */
bool
route_rules_use(const struct route_rules *rules, const struct route_view *view,
    const struct route_path *path)
{
	unsigned used = view->tells & rules->stage;

	if (used == 0)
		used = view->tells & (ROUTE_BEST | ROUTE_INSTALLED);
	return used == 0 || (path->reached & used) != 0;
}

static struct route_fact
fact_of_paths(const struct route_rules *rules, struct route_fact fact)
{
	const struct route_path *path = fact.answer->paths;

	if (fact.answer->presence != ROUTE_PRESENT) {
		fact.presence = fact.answer->presence;
		return fact;
	}
	fact.presence = ROUTE_ABSENT;
	fact.poor = path;
	/* The kind of the one in use counts: behind a blackhole that is
	 * preferred no other route carries anything. */
	for (; path != NULL; path = path->next)
		if (route_rules_use(rules, fact.view, path)) {
			fact.poor = path;
			if (!route_kind_wanted(rules->want.kind, path))
				return fact;
			fact.presence = ROUTE_PRESENT;
			fact.path = path;
			return fact;
		}
	return fact;
}

static struct route_fact
fact_of_cover(const struct route_rules *rules, struct route_fact fact)
{
	const struct route_path *cover = fact.answer->cover;

	if (fact.answer->presence == ROUTE_UNSEEN) {
		fact.presence = ROUTE_UNSEEN;
	} else if (!fact.answer->cover_known) {
		fact.presence = ROUTE_UNSEEN;
		fact.why = "this source does not tell the longest match";
	} else if (cover != NULL &&
	    route_kind_wanted(rules->want.kind, cover)) {
		fact.presence = ROUTE_PRESENT;
		fact.path = cover;
	} else {
		fact.presence = ROUTE_ABSENT;
		fact.poor = cover;
	}
	return fact;
}

static struct route_fact
fact_of(const struct route_rules *rules, const struct route_view *view,
    size_t index)
{
	const struct route_answer *answer = route_view_at(view, index);
	const struct route_fact fact = {
		.view = view,
		.answer = answer,
		.why = answer->why,
	};

	return rules->longest ? fact_of_cover(rules, fact)
			      : fact_of_paths(rules, fact);
}

/* --- of all sources ------------------------------------------------------- */

bool
route_fact_has_reached(const struct route_fact *fact, enum route_stage stage)
{
	for (const struct route_path *path = fact->answer->paths; path != NULL;
	     path = path->next)
		if ((path->reached & stage) != 0)
			return true;
	return false;
}

static const char *
why_no_stage(unsigned stage)
{
	switch (stage) {
	case ROUTE_ANNOUNCED:
		return "this source does not tell what is announced";
	case ROUTE_RECEIVED:
		return "this source does not tell what was received";
	case ROUTE_BEST:
		return "this source does not tell what is chosen";
	default:
		return "this source does not tell what is installed";
	}
}

/* Of the stage that is asked for at least one source must tell: what the others
 * have is no answer to that question. */
static void
settle_stage(const struct route_rules *rules, struct route_fact *facts,
    size_t count)
{
	if (rules->stage == 0 || rules->longest)
		return;
	for (size_t i = 0; i < count; i++)
		if ((facts[i].view->tells & rules->stage) != 0)
			return;
	for (size_t i = 0; i < count; i++) {
		if (facts[i].presence == ROUTE_UNSEEN ||
		    route_fact_has_reached(&facts[i],
			(enum route_stage)rules->stage))
			continue;
		facts[i].presence = ROUTE_UNSEEN;
		facts[i].why = why_no_stage(rules->stage);
		facts[i].path = facts[i].poor = NULL;
	}
}

size_t
route_facts_list(const struct route_rules *rules, const struct route_look *look,
    size_t index, struct route_fact facts[static ROUTE_SOURCES])
{
	const struct route_expect *expect =
	    route_expects_at(&rules->expects, index);
	size_t count = 0;

	for (size_t i = 0; i < look->view_count && count < ROUTE_SOURCES; i++)
		if (is_asked(expect, &look->views[i]))
			facts[count++] = fact_of(rules, &look->views[i], index);
	settle_stage(rules, facts, count);
	return count;
}

const struct route_fact *
route_facts_first(const struct route_fact *facts, size_t count,
    enum route_presence presence)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].presence == presence)
			return &facts[i];
	return NULL;
}

bool
route_rules_want_absent(const struct route_rules *rules,
    const struct route_expect *expect)
{
	return rules->absent || expect->absent;
}

/* Of all sources together: absent somewhere is absent, or is it everywhere
 * when that is what is wanted? */
enum route_presence
route_facts_presence(const struct route_rules *rules,
    const struct route_expect *expect, const struct route_fact *facts,
    size_t count)
{
	const enum route_presence bad = route_rules_want_absent(rules, expect)
	    ? ROUTE_PRESENT
	    : ROUTE_ABSENT;

	if (route_facts_first(facts, count, bad) != NULL)
		return bad;
	if (count == 0 || route_facts_first(facts, count, ROUTE_UNSEEN) != NULL)
		return ROUTE_UNSEEN;
	return bad == ROUTE_ABSENT ? ROUTE_PRESENT : ROUTE_ABSENT;
}
