/* SPDX-License-Identifier: ISC */
/* A route that is there: is it as it should be, and the same everywhere? */
#include <string.h>

#include "model/route_scene.h"

/* What the entry asks for wins over what the options ask for. */
static struct route_want
want_of(const struct route_rules *rules, const struct route_expect *expect)
{
	struct route_want want = rules->want;

	if (expect->hop_count > 0) {
		want.hops = expect->hops;
		want.hop_count = expect->hop_count;
	}
	if (expect->protocol != NULL) {
		want.protocols = &expect->protocol;
		want.protocol_count = 1;
	}
	if (expect->has_origin) {
		want.origins = &expect->origin_as;
		want.origin_count = 1;
	}
	return want;
}

static void
blame(const struct route_scene *scene, const struct route_fact *fact,
    const char *name, const char *clause, struct result *child)
{
	char room[64];
	struct text where = TEXT_OVER(room);

	route_scene_add_where(scene, &where, fact->view);
	result_judge(child, scene->rules->mismatch_state, "%s%s: %s", name,
	    where.data, clause);
}

/* Of several paths in use the best that is as wanted, else the first. */
static const struct route_path *
choose_path(const struct route_scene *scene, const struct route_want *want,
    const struct route_fact *fact)
{
	for (const struct route_path *path = fact->path; path != NULL;
	     path = scene->rules->longest ? NULL : path->next) {
		unsigned untold = 0;
		struct text none = { .data = (char[1]){ "" }, .size = 1 };

		if (route_rules_use(scene->rules, fact->view, path) &&
		    route_kind_wanted(want->kind, path) &&
		    route_match(want, path, &untold, &none) == 0)
			return path;
	}
	return fact->path;
}

/* No fault, and yet it must be seen. */
static void
tell_untold(struct route_scene *scene, const struct route_fact *fact,
    unsigned untold, struct result *child)
{
	char room[200];
	struct text text = TEXT_OVER(room);

	if (untold == 0)
		return;
	scene->untold[fact->view - scene->look->views] |= untold;
	route_scene_add_untold(&text, untold, fact->view);
	result_judge(child, VERDICT_OK, "%s", text.data);
}

static unsigned
judge_numbers(const struct route_scene *scene,
    const struct route_expect *expect, const struct route_fact *fact,
    const struct route_path *path, const char *name, struct result *node)
{
	const struct route_rules *rules = scene->rules;
	const uint32_t hops = route_live_hops(path);
	const bool has_hops = (path->has & ROUTE_HAS_HOPS) != 0;
	const bool has_metric = (path->has & ROUTE_HAS_METRIC) != 0;
	unsigned untold = 0;

	if (has_metric)
		result_check_limits(node, ROUTE_M_METRIC, path->metric,
		    &rules->metric);
	else if (limits_given(&rules->metric))
		untold |= ROUTE_TRAIT_METRIC;
	if (!has_hops) {
		if (limits_given(&rules->hops) || expect->least_hops > 0)
			untold |= ROUTE_TRAIT_HOPS;
		return untold;
	}
	result_check_limits(node, ROUTE_M_HOPS, hops, &rules->hops);
	if (hops < expect->least_hops) {
		char room[100];
		struct text text = TEXT_OVER(room);

		text_addf(&text, "%u next hop%s up (expected: at least %u)",
		    hops, hops == 1 ? "" : "s", expect->least_hops);
		blame(scene, fact, name, text.data, node);
	}
	return untold;
}

/* True when its finding has said all about the route. */
static bool
judge_match(const struct route_scene *scene, const struct route_fact *fact,
    const char *name, struct result *child)
{
	const struct route_rules *rules = scene->rules;
	const struct ip_net *got = &fact->path->prefix;
	bool met = rules->match_count == 0;
	char room[400];
	struct text text = TEXT_OVER(room);

	if (!rules->longest)
		return false;
	for (size_t i = 0; i < rules->match_count && !met; i++)
		met = rules->matches[i].length == got->length &&
		    ip_compare(&rules->matches[i].address, &got->address) == 0;
	if (met && got->length >= rules->match_length)
		return false;
	text_add(&text, "the longest match is ");
	route_tell(&text, fact->path);
	if (!met) {
		text_add(&text, " (expected: ");
		ip_net_format(&text, &rules->matches[0]);
		text_add(&text, rules->match_count > 1 ? ", ...)" : ")");
	} else {
		text_addf(&text, " (expected: at least /%u)",
		    rules->match_length);
	}
	blame(scene, fact, name, text.data, child);
	return true;
}

bool
route_judge_path(struct route_scene *scene, const struct route_expect *expect,
    const struct route_fact *fact, const char *name, struct result *node)
{
	const struct route_want want = want_of(scene->rules, expect);
	const struct route_path *path = choose_path(scene, &want, fact);
	char room[700];
	struct text why = TEXT_OVER(room);
	unsigned untold = 0;

	if (route_match(&want, path, &untold, &why) != 0)
		blame(scene, fact, name, why.data, node);
	untold |= judge_numbers(scene, expect, fact, path, name, node);
	tell_untold(scene, fact, untold, node);
	return judge_match(scene, fact, name, node);
}

/* --- do several sources send packets the same way? ------------------------ */

/* Only what is installed has its real next hops: those of BGP are looked up in
 * other routes. */
static bool
is_comparable(const struct route_fact *fact)
{
	const struct route_path *path = fact->path;

	if (fact->presence != ROUTE_PRESENT || path->hops == NULL ||
	    (path->has & ROUTE_HAS_HOPS) == 0 ||
	    (path->reached & ROUTE_INSTALLED) == 0)
		return false;
	for (const struct route_hop *hop = path->hops; hop; hop = hop->next)
		if (hop->gateway.family == IP_NONE)
			return false;
	return true;
}

static bool
has_gateway(const struct route_path *path, const struct ip *gateway)
{
	for (const struct route_hop *hop = path->hops; hop; hop = hop->next)
		if (hop->gateway.family == gateway->family &&
		    memcmp(hop->gateway.bytes, gateway->bytes, 16) == 0)
			return true;
	return false;
}

/* Is each next hop that is up also one of the other's? */
static bool
is_within(const struct route_path *path, const struct route_path *other)
{
	for (const struct route_hop *hop = path->hops; hop; hop = hop->next)
		if (!hop->down && !has_gateway(other, &hop->gateway))
			return false;
	return true;
}

static void
add_gateways(struct text *text, const struct route_fact *fact)
{
	const struct route_hop *hop = fact->path->hops;

	ip_format(text, &hop->gateway);
	if (fact->path->hop_count > 1)
		text_addf(text, " and %u more", fact->path->hop_count - 1);
	text_addf(text, " in %s", fact->view->source);
}

bool
route_judge_agreement(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child)
{
	const struct route_fact *first = NULL;
	bool told = false;

	for (size_t i = 0; i < count; i++) {
		char room[300];
		struct text text = TEXT_OVER(room);

		if (!is_comparable(&facts[i]))
			continue;
		if (first == NULL)
			first = &facts[i];
		if (is_within(first->path, facts[i].path) &&
		    is_within(facts[i].path, first->path))
			continue;
		text_addf(&text, "%s: next hops differ: ", name);
		add_gateways(&text, first);
		text_add(&text, ", ");
		add_gateways(&text, &facts[i]);
		result_judge(child, scene->rules->mismatch_state, "%s",
		    text.data);
		told = true;
	}
	return told;
}
