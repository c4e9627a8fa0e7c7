/* SPDX-License-Identifier: ISC */
#include "model/route_judge.h"

#include "model/route_scene.h"

/* --- one prefix ----------------------------------------------------------- */

/* "10.0.0.0/24", and what is special about where it was looked for. */
static void
add_name(const struct route_scene *scene, struct text *text,
    const struct ip_net *prefix)
{
	/* An address is an address where what carries its traffic matters. */
	if (scene->rules->longest &&
	    prefix->length == ip_bits((enum ip_family)prefix->address.family))
		ip_format(text, &prefix->address);
	else
		ip_net_format(text, prefix);
	if (scene->look->vrf != NULL)
		text_addf(text, " vrf %s", scene->look->vrf);
	else if (scene->look->table != NULL)
		text_addf(text, " table %s", scene->look->table);
}

/* The source that tells most is quoted. */
static const struct route_fact *
most_telling(const struct route_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].presence == ROUTE_PRESENT &&
		    facts[i].path->hops != NULL)
			return &facts[i];
	return route_facts_first(facts, count, ROUTE_PRESENT);
}

/* What is there of a prefix that counts as absent: it may come to life. */
static void
add_exception(struct text *text, const struct route_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (route_fact_is_unused(&facts[i])) {
			text_add(text, "; there is one, ");
			route_fact_add_unused(text, &facts[i]);
			return;
		}
		if (facts[i].answer->apart != NULL) {
			route_scene_add_apart(text, facts[i].answer->apart);
			return;
		}
	}
}

static void
summarize(const struct route_scene *scene, const struct route_fact *facts,
    size_t count, const char *name, struct result *child)
{
	const struct route_fact *present = most_telling(facts, count);
	char room[700];
	struct text text = TEXT_OVER(room);

	if (present != NULL) {
		if (scene->rules->longest)
			text_addf(&text, "%s by ", name);
		route_tell(&text, present->path);
		if (scene->rules->longest)
			; /* its name has said where */
		else if (scene->look->vrf != NULL)
			text_addf(&text, " vrf %s", scene->look->vrf);
		else if (scene->look->table != NULL)
			text_addf(&text, " table %s", scene->look->table);
		if (route_scene_has_several(scene)) {
			text_add(&text, " in ");
			route_facts_add_sources(&text, facts, count,
			    ROUTE_PRESENT);
		}
	} else if (route_facts_first(facts, count, ROUTE_UNSEEN) == NULL &&
	    child->findings == NULL) {
		text_addf(&text, "%s %s, as it should be", name,
		    scene->rules->longest ? "has no way" : "absent");
		add_exception(&text, facts, count);
	}
	result_summary(child, "%s", text.data);
}

static void
add_labels(const struct route_scene *scene, const struct route_expect *expect,
    const struct route_fact *facts, size_t count, struct result *child)
{
	const struct route_fact *present =
	    route_facts_first(facts, count, ROUTE_PRESENT);
	char room[64];
	struct text text = TEXT_OVER(room);

	if (scene->look->vrf != NULL)
		result_label(child, "vrf", scene->look->vrf);
	if (scene->look->table != NULL)
		result_label(child, "table", scene->look->table);
	ip_net_format(&text, &expect->prefix);
	result_label(child, "prefix", text.data);
	/* The same prefix may be expected of each source in another way. */
	if (expect->source != NULL)
		result_label(child, "source", expect->source);
	result_attribute(child, RESULT_DESCRIBES, "family",
	    ip_family_name((enum ip_family)expect->prefix.address.family));
	if (present == NULL)
		return;
	if (present->path->protocol != NULL)
		result_attribute(child, RESULT_EXPLAINS, "protocol",
		    present->path->protocol);
	if (present->path->from != NULL)
		result_attribute(child, RESULT_EXPLAINS, "from",
		    present->path->from);
	if (present->path->as_path != NULL)
		result_attribute(child, RESULT_EXPLAINS, "as_path",
		    present->path->as_path);
}

static void
judge_flaps(const struct route_scene *scene, size_t index, struct result *child)
{
	if (scene->look->after != NULL && limits_given(&scene->rules->flaps))
		result_check_limits(child, ROUTE_M_FLAPS,
		    route_history_flaps(scene->look->after, index),
		    &scene->rules->flaps);
}

/* Each source's own numbers, where there is more than one. */
static struct result *
node_of(const struct route_scene *scene, const struct route_fact *fact,
    size_t count, struct result *child)
{
	struct result *part;

	if (!route_scene_has_several(scene) || count == 1)
		return child;
	part = result_part(child, fact->view->source);
	result_label(part, "source", fact->view->source);
	result_ok(part);
	if (fact->presence != ROUTE_UNSEEN)
		result_metric(part, ROUTE_M_PRESENT,
		    fact->presence == ROUTE_PRESENT);
	return part;
}

static void
count_prefix(struct route_scene *scene, enum route_presence presence,
    bool unwanted)
{
	scene->unwanted += unwanted;
	scene->right += presence == (unwanted ? ROUTE_ABSENT : ROUTE_PRESENT);
	scene->found += presence == ROUTE_PRESENT;
	scene->missing += presence == ROUTE_ABSENT;
	scene->unknown += presence == ROUTE_UNSEEN;
}

static void
judge_prefix(struct route_scene *scene, size_t index)
{
	const struct route_expect *expect =
	    route_expects_at(&scene->rules->expects, index);
	const bool unwanted = route_rules_want_absent(scene->rules, expect);
	struct route_fact facts[ROUTE_SOURCES];
	const size_t count =
	    route_facts_list(scene->rules, scene->look, index, facts);
	const enum route_presence presence =
	    route_facts_presence(scene->rules, expect, facts, count);
	char room[400];
	struct text name = TEXT_OVER(room);
	struct result *child;
	bool told = false;

	add_name(scene, &name, &expect->prefix);
	child = result_child(scene->root, name.data);
	add_labels(scene, expect, facts, count, child);
	count_prefix(scene, presence, unwanted);
	if (presence != ROUTE_UNSEEN)
		result_ok(child);
	/* Of several sources each has a number of its own. */
	if (presence != ROUTE_UNSEEN &&
	    !(route_scene_has_several(scene) && count > 1))
		result_metric(child, ROUTE_M_PRESENT,
		    presence == ROUTE_PRESENT);
	route_judge_unseen(scene, facts, count, name.data, child);
	if (unwanted)
		route_judge_unwanted(scene, facts, count, name.data, child);
	else
		route_judge_missing(scene, facts, count, name.data, child);
	for (size_t i = 0; i < count; i++) {
		struct result *node = node_of(scene, &facts[i], count, child);

		if (facts[i].presence == ROUTE_PRESENT && !unwanted)
			told |= route_judge_path(scene, expect, &facts[i],
			    name.data, node);
	}
	if (!unwanted)
		told |= route_judge_agreement(scene, facts, count, name.data,
		    child);
	judge_flaps(scene, index, child);
	if (!told && !(unwanted && presence == ROUTE_PRESENT))
		summarize(scene, facts, count, name.data, child);
	if (!scene->rules->per_prefix &&
	    route_expects_count(&scene->rules->expects) > 1)
		result_quiet(child);
}

/* --- the whole ------------------------------------------------------------ */

/* A single thing is told about in full; of many prefixes, how many there
 * are. */
static void
summarize_all(const struct route_scene *scene)
{
	const size_t all = route_expects_count(&scene->rules->expects);
	const struct result *child = scene->root->children;
	char room[1000];
	struct text text = TEXT_OVER(room);

	if (all == 1 && child != NULL)
		text_add(&text, child->summary);
	else if (all > 1)
		text_addf(&text, "%zu of %zu prefixes %s", scene->right, all,
		    scene->unwanted == 0	 ? "present"
			: scene->unwanted == all ? "absent"
						 : "as they should be");
	for (size_t i = 0; child != NULL; child = child->next, i++) {
		if (i < all || child->summary[0] == '\0')
			continue;
		text_addf(&text, "%s%s", text.len > 0 ? ", " : "",
		    child->summary);
	}
	for (size_t i = 0; i < scene->look->view_count; i++)
		if (scene->untold[i] != 0) {
			text_add(&text, text.len > 0 ? "; " : "");
			route_scene_add_untold(&text, scene->untold[i],
			    &scene->look->views[i]);
		}
	result_summary(scene->root, "%s", text.data);
}

void
route_judge(const struct route_rules *rules, const struct route_look *look,
    struct result *root)
{
	struct route_scene scene = { .rules = rules,
		.look = look,
		.root = root };
	const size_t all = route_expects_count(&rules->expects);
	uint64_t requests = 0;

	for (size_t i = 0; i < all; i++)
		judge_prefix(&scene, i);
	for (size_t i = 0; i < rules->tally_count; i++)
		for (size_t k = 0; k < look->view_count; k++)
			route_judge_tally(&scene, &look->views[k],
			    &rules->tallies[i]);
	for (size_t i = 0; i < look->view_count; i++)
		requests += look->views[i].requests;
	/* The children have the evidence. */
	if (all + rules->tally_count > 0)
		result_ok(root);
	if (all > 0) {
		result_metric(root, ROUTE_M_PREFIXES, (double)all);
		result_metric(root, ROUTE_M_FOUND, (double)scene.found);
		result_metric(root, ROUTE_M_MISSING, (double)scene.missing);
	}
	result_metric(root, ROUTE_M_REQUESTS, (double)requests);
	summarize_all(&scene);
}

/* --- remembering ---------------------------------------------------------- */

bool
route_remember(const struct route_rules *rules, const struct route_look *look,
    const struct route_spans *spans, struct route_history *after)
{
	for (size_t i = 0; i < route_expects_count(&rules->expects); i++) {
		const struct route_expect *expect =
		    route_expects_at(&rules->expects, i);
		struct route_fact facts[ROUTE_SOURCES];
		const size_t count = route_facts_list(rules, look, i, facts);

		if (!route_history_see(after, look->before, &expect->prefix,
			route_facts_presence(rules, expect, facts, count),
			spans))
			return false;
	}
	for (size_t i = 0; i < rules->tally_count; i++)
		for (size_t k = 0; k < look->view_count; k++)
			if (!route_remember_tally(look, &look->views[k],
				&rules->tallies[i], spans, after))
				return false;
	return true;
}
