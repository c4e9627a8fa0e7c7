/* SPDX-License-Identifier: ISC */
#include "model/bgp_judge.h"

#include "model/bgp_scene.h"

/* --- peers that nobody will ask about ------------------------------------- */

/*
 * Of thousands of peers that are up there is nothing to say on one line, and no
 * node is made of them: only when a rule could find fault with one that is up,
 * it is judged.
 */
static bool
needs_no_look(const struct bgp_scene *scene, const struct bgp_peer *peer)
{
	const struct bgp_rules *rules = scene->rules;

	return !scene->detailed && bgp_peer_is_up(peer) &&
	    scene->wish_count == 0 && !rules->closed && rules->uptime_s == 0 &&
	    !limits_given(&rules->flaps) && rules->prefixes.count == 0 &&
	    rules->advertised.count == 0 && !limits_given(&rules->limit_used) &&
	    !drop_rule_set(&rules->drop);
}

static void
count_peer(struct bgp_scene *scene, const struct bgp_peer *peer)
{
	struct bgp_wish *wish;

	scene->up += bgp_peer_is_up(peer);
	scene->admin_down += bgp_peer_is_admin_down(peer);
	BGP_SCENE_EACH_WISH(scene, peer, wish)
	wish->met = true;
}

/* --- the whole ------------------------------------------------------------ */

/* Does the selection leave out an entry of a file that is not there? */
static bool
is_left_out(const struct bgp_scene *scene, const struct bgp_wish *wish)
{
	const struct bgp_expect *expect = wish->expect;
	struct bgp_select select = scene->rules->select;
	const struct bgp_peer peer = {
		.vrf = expect->vrf != NULL ? expect->vrf : "",
		.interface = "",
		.address = expect->address,
		.remote_as = expect->as,
		.has = expect->has_as ? BGP_HAS_REMOTE_AS : 0,
	};

	if (wish->named)
		return false;
	/* Of what the entry does not say it may be either way: it counts. */
	select.only.description_count = select.except.description_count = 0;
	if (!expect->has_as)
		select.only.as_count = 0;
	if (expect->vrf == NULL)
		select.only.vrf_count = select.except.vrf_count = 0;
	if (expect->address.family == IP_NONE) {
		select.only.net_count = 0;
		select.only.family = IP_NONE;
	}
	return !bgp_select_takes(&select, &peer);
}

static void
report_absent(struct bgp_scene *scene)
{
	for (size_t i = 0; i < scene->wish_count && !scene->look->partial;
	     i++) {
		const struct bgp_wish *wish = &scene->wishes[i];
		char room[2 * BGP_TEXT + 80], as_room[24] = "";
		struct text name = TEXT_OVER(room);
		struct text as = TEXT_OVER(as_room);
		struct result *child;

		if (wish->met || is_left_out(scene, wish))
			continue;
		bgp_expect_name(&name, wish->expect);
		if (wish->expect->has_as)
			text_addf(&as, " AS%u", wish->expect->as);
		child = result_child(scene->root, name.data);
		if (wish->expect->vrf != NULL)
			result_label(child, "vrf", wish->expect->vrf);
		text_clear(&name);
		bgp_expect_name(&name,
		    &(const struct bgp_expect){ .address =
						    wish->expect->address,
			.name = wish->expect->name });
		result_label(child, "peer", name.data);
		result_metric(child, BGP_M_UP, 0);
		if (!scene->rules->per_peer && scene->wish_count > 1)
			result_quiet(child);
		result_judge(child, VERDICT_CRITICAL,
		    "%s%s is absent: the router has no such peer", child->name,
		    as.data);
		scene->absent++;
	}
}

/* "No peer" is a verdict of its own; a named one that is absent says it. */
static void
judge_nothing(const struct bgp_scene *scene)
{
	const size_t all = bgp_table_count(scene->look->table);
	const char *hint = scene->look->hint;
	const enum verdict verdict = scene->rules->no_peers;
	char room[400];
	struct text text = TEXT_OVER(room);

	if (scene->chosen_count > 0 || scene->absent > 0 ||
	    scene->look->partial)
		return;
	if (all > 0)
		text_addf(&text, "none of the %zu peers is selected", all);
	else if (verdict == VERDICT_OK || hint == NULL)
		text_add(&text, "no BGP peer found");
	else
		text_addf(&text, "no BGP peer found: %s", hint);
	if (verdict == VERDICT_OK) {
		result_summary(scene->root, "%s", text.data);
		result_ok(scene->root);
	} else {
		result_judge(scene->root, verdict, "%s", text.data);
	}
}

/* What was not understood may have been the bad news. */
static void
judge_gaps(const struct bgp_scene *scene)
{
	const struct bgp_table *table = scene->look->table;

	if (table->full)
		result_judge(scene->root, VERDICT_UNKNOWN,
		    "more than %zu peers: some were left out",
		    table->max_peers);
	if (scene->look->skipped > 0)
		result_judge(scene->root, VERDICT_UNKNOWN,
		    "%zu row%s of the table made no sense",
		    scene->look->skipped, scene->look->skipped == 1 ? "" : "s");
}

/* A range for a family that no peer has says nothing, and must not be OK. */
static void
judge_unknown_families(const struct bgp_scene *scene,
    const struct arena_list *list)
{
	const struct bgp_family_limits *items = list->items;

	for (size_t i = 0; i < list->count; i++) {
		bool found = items[i].afi == 0 || scene->up == 0;
		char room[64];
		struct text name = TEXT_OVER(room);

		for (size_t k = 0; k < scene->chosen_count && !found; k++)
			found = bgp_peer_find_family(bgp_scene_peer(scene, k),
				    items[i].afi, items[i].safi) != NULL;
		if (found)
			continue;
		bgp_family_name(&name, items[i].afi, items[i].safi);
		result_judge(scene->root, VERDICT_UNKNOWN,
		    "no peer tells its prefixes of %s", name.data);
	}
}

/* A single peer is told about in full; of many, how many there are. */
static void
summarize_all(const struct bgp_scene *scene)
{
	const size_t all = scene->chosen_count + scene->absent;
	char room[200];
	struct text text = TEXT_OVER(room);

	if (all == 1 && scene->chosen_count == 1) {
		const struct result *child = scene->root->children;

		while (
		    child != NULL && result_find_label(child, "peer") == NULL)
			child = child->next;
		if (child != NULL)
			result_summary(scene->root, "%s", child->summary);
		return;
	}
	if (all <= 1)
		return;
	text_addf(&text, "%zu of %zu peers established", scene->up, all);
	if (scene->admin_down > 0)
		text_addf(&text, ", %zu administratively down",
		    scene->admin_down);
	if (scene->absent > 0)
		text_addf(&text, ", %zu absent", scene->absent);
	result_summary(scene->root, "%s", text.data);
}

void
bgp_judge(const struct bgp_rules *rules, const struct bgp_look *look,
    struct result *root)
{
	struct bgp_scene scene = { .rules = rules, .look = look, .root = root };

	if (!bgp_scene_choose(&scene)) {
		root->tree->full = true;
		return;
	}
	scene.detailed =
	    !root->tree->brief || rules->per_peer || scene.chosen_count == 1;
	for (size_t i = 0; i < scene.chosen_count; i++)
		count_peer(&scene, bgp_scene_peer(&scene, i));
	report_absent(&scene);
	for (size_t i = 0; i < scene.chosen_count; i++)
		if (!needs_no_look(&scene, bgp_scene_peer(&scene, i)))
			bgp_judge_peer(&scene, scene.chosen[i]);
	if (scene.chosen_count + scene.absent > 0)
		result_ok(root);
	judge_nothing(&scene);
	judge_gaps(&scene);
	judge_unknown_families(&scene, &rules->prefixes);
	judge_unknown_families(&scene, &rules->advertised);
	if (look->partial)
		; /* the rest of a group may be well */
	else if (bgp_share_set(&rules->up) && rules->by_as)
		bgp_judge_by_as(&scene);
	else if (bgp_share_set(&rules->up) && scene.chosen_count > 0)
		bgp_judge_group(root, &rules->up, scene.up,
		    scene.chosen_count + scene.absent);
	result_metric(root, BGP_M_PEERS,
	    (double)(scene.chosen_count + scene.absent));
	result_metric(root, BGP_M_ESTABLISHED, (double)scene.up);
	result_metric(root, BGP_M_ADMIN_DOWN, (double)scene.admin_down);
	summarize_all(&scene);
}
