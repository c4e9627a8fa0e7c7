/* SPDX-License-Identifier: ISC */
/* How many sessions of a group must be established. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "model/bgp_scene.h"

bool
bgp_share_set(const struct bgp_group_rule *rule)
{
	return rule->warning.set || rule->critical.set;
}

static bool
falls_short(const struct bgp_share *share, size_t up, size_t all)
{
	if (!share->set)
		return false;
	if (share->percent)
		return (double)up * 100 < share->least * (double)all;
	return (double)up < share->least;
}

enum verdict
bgp_group_verdict(const struct bgp_group_rule *rule, size_t up, size_t all)
{
	if (falls_short(&rule->critical, up, all))
		return VERDICT_CRITICAL;
	if (falls_short(&rule->warning, up, all))
		return VERDICT_WARNING;
	return VERDICT_OK;
}

static void
add_share(struct text *text, const struct bgp_share *share)
{
	num_format(text, share->least);
	text_add(text, share->percent ? " %" : "");
}

void
bgp_judge_group(struct result *result, const struct bgp_group_rule *rule,
    size_t up, size_t all)
{
	const enum verdict verdict = bgp_group_verdict(rule, up, all);
	char room[64];
	struct text least = TEXT_OVER(room);

	if (verdict == VERDICT_OK) {
		result_ok(result);
		return;
	}
	add_share(&least,
	    verdict == VERDICT_CRITICAL ? &rule->critical : &rule->warning);
	char up_room[32];
	struct text few = TEXT_OVER(up_room);

	text_add(&few, up == 0 ? "none" : "only ");
	if (up > 0)
		text_addf(&few, "%zu", up);
	result_judge(result, verdict, "%s of %zu established (%s: below %s)",
	    few.data, all, verdict == VERDICT_CRITICAL ? "critical" : "warning",
	    least.data);
}

/* --- by AS ---------------------------------------------------------------- */

struct member {
	bool known;
	uint32_t as;
	bool up;
};

static int
compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->known != y->known)
		return x->known ? -1 : 1;
	return (x->as > y->as) - (x->as < y->as);
}

static void
show_group(const struct bgp_scene *scene, const struct member *first,
    size_t count)
{
	size_t up = 0;
	char room[32];
	struct text as = TEXT_OVER(room);
	struct result *child;

	for (size_t i = 0; i < count; i++)
		up += first[i].up;
	text_add(&as, first->known ? "AS" : "AS unknown");
	if (first->known)
		bgp_as_format(&as, first->as);
	child = result_child(scene->root, as.data);
	result_label(child, "as",
	    first->known ? as.data + strlen("AS") : "unknown");
	result_metric(child, BGP_M_GROUP_PEERS, (double)count);
	result_metric(child, BGP_M_GROUP_UP, (double)up);
	result_summary(child, "%zu of %zu established", up, count);
	bgp_judge_group(child, &scene->rules->up, up, count);
	if (bgp_group_verdict(&scene->rules->up, up, count) != VERDICT_OK)
		result_summary(child, "%s", "");
}

void
bgp_judge_by_as(const struct bgp_scene *scene)
{
	const size_t count = scene->chosen_count;
	struct member *members = arena_alloc(scene->root->tree->arena,
	    (count + 1) * sizeof(*members));
	size_t first = 0;

	if (members == NULL) {
		scene->root->tree->full = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct bgp_peer *peer = bgp_scene_peer(scene, i);
		const bool known = (peer->has & BGP_HAS_REMOTE_AS) != 0;

		members[i] = (struct member){ known,
			known ? peer->remote_as : 0, bgp_peer_is_up(peer) };
	}
	qsort(members, count, sizeof(*members), compare_members);
	for (size_t i = 1; i <= count; i++)
		if (i == count ||
		    compare_members(&members[i], &members[first]) != 0) {
			show_group(scene, &members[first], i - first);
			first = i;
		}
}
