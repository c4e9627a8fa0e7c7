/* SPDX-License-Identifier: ISC */
#include "model/icmp_judge.h"

#include "model/bounds.h"
#include "model/icmp_scene.h"

/* --- one address ---------------------------------------------------------- */

struct number {
	size_t metric;
	double value;
};

/* What only an answer can tell comes last. */
static void
record(const struct icmp_rules *rules, const struct icmp_target *target,
    const struct icmp_stats *stats, bool judged, struct result *node)
{
	const struct number numbers[] = {
		{ ICMP_METRIC_SUCCESS, stats->received > 0 },
		{ ICMP_METRIC_LOSS, stats->loss },
		{ ICMP_METRIC_DUPLICATES, target->duplicates },
		{ ICMP_METRIC_REORDERED, target->reordered },
		{ ICMP_METRIC_RTA, stats->average },
		{ ICMP_METRIC_RTMIN, stats->min },
		{ ICMP_METRIC_RTMAX, stats->max },
		{ ICMP_METRIC_MEDIAN, stats->median },
		{ ICMP_METRIC_DEVIATION, stats->deviation },
		{ ICMP_METRIC_JITTER, stats->jitter },
		{ ICMP_METRIC_HOPS, target->ttl },
		{ ICMP_METRIC_SCORE, stats->mos },
	};
	const size_t all = sizeof(numbers) / sizeof(numbers[0]);
	const size_t always = 4;

	for (size_t i = 0; i < (stats->received > 0 ? all : always); i++) {
		if (numbers[i].metric == ICMP_METRIC_SCORE && !rules->mos &&
		    !limits_given(&rules->score))
			continue;
		if (judged)
			result_check(node, numbers[i].metric, numbers[i].value);
		else
			result_metric(node, numbers[i].metric,
			    numbers[i].value);
	}
}

/* Among other hosts the address alone does not tell whose it is; of a single
 * name the first line says it anyway. */
static bool
is_told_whose(const struct icmp_scene *scene, const struct icmp_host *host)
{
	return host->literal ? host->called : scene->look->host_count > 1;
}

static struct result *
address_node(const struct icmp_scene *scene, const struct icmp_host *host,
    const struct ip *address)
{
	char room[64], name_room[400];
	struct text text = TEXT_OVER(room), name = TEXT_OVER(name_room);
	struct result *node;

	ip_format(&text, address);
	if (is_told_whose(scene, host))
		text_addf(&name, "%s ", host->label);
	text_add(&name, text.data);
	node = result_child(scene->root, name.data);
	if (!host->literal || host->called)
		result_label(node, "target", host->label);
	result_label(node, "family", ip_family_name(address->family));
	result_label(node, "address", text.data);
	return node;
}

/* Its silence, which the first line tells of the name among others already. */
static void
settle_silent(enum verdict dead, const struct icmp_stats *stats,
    struct result *node)
{
	char room[80];
	struct text text = TEXT_OVER(room);

	icmp_tell_times(&text, stats);
	result_summary(node, "no answer, %s", text.data);
	result_settle(node, dead);
}

/* `dead` is what no answer counts for; VERDICT_OK too when nobody needs the
 * family, and then its numbers are shown and not judged. */
static void
judge_address(const struct icmp_scene *scene, const struct icmp_target *target,
    enum verdict dead, bool told, struct result *node)
{
	const struct icmp_stats stats = icmp_scene_full(scene, target);
	const bool judged = dead != VERDICT_OK;
	char room[300], why_room[200];
	struct text text = TEXT_OVER(room), why = TEXT_OVER(why_room);

	if (stats.sent == 0) {
		icmp_tell_unmeasured(&text, scene, target);
		result_judge(node, judged ? VERDICT_UNKNOWN : VERDICT_OK, "%s",
		    text.data);
		return;
	}
	record(scene->rules, target, &stats, judged && stats.received > 0,
	    node);
	if (stats.received == 0 && judged)
		icmp_tell_fault(&why, scene, target);
	icmp_tell_times(&text, &stats);
	if (stats.loss > 0 && why.len == 0)
		icmp_tell_fault(&text, scene, target);
	result_summary(node, "%s", text.data);
	if (stats.received > 0 || !judged)
		result_ok(node);
	else if (told && why.len == 0)
		settle_silent(dead, &stats, node);
	else
		result_judge(node, dead, "no answer%s", why.data);
}

/* --- one host ------------------------------------------------------------- */

static void
add_up(struct icmp_sums *sums, const struct icmp_stats *stats)
{
	sums->sent += stats->sent;
	sums->received += stats->received;
	if (stats->received == 0)
		return;
	sums->addresses++;
	sums->rta += stats->average;
	if (stats->max > sums->longest)
		sums->longest = stats->max;
}

/* What it counts for that this host, or one of its families, is dead. */
static enum verdict
verdict_of(const struct icmp_scene *scene, const struct icmp_host_view *view)
{
	const struct icmp_host *host = view->host;

	return host->unfound != NULL ? scene->rules->unresolved
	    : host->literal	     ? scene->rules->family.all_dead
				     : view->families.verdict;
}

static void
count_dead(struct icmp_scene *scene, const struct icmp_host_view *view,
    bool alive)
{
	struct icmp_sums *sums = &scene->sums;
	const enum verdict verdict = verdict_of(scene, view);
	bool counted = !alive;

	if (verdict == VERDICT_OK)
		return;
	sums->dead += !alive;
	for (int family = IP_V4; alive && family <= IP_V6; family++)
		if (view->seen[family] == FAMILY_DEAD &&
		    family_counts(scene->rules->family.policy,
			(enum ip_family)family)) {
			sums->one_dead[family]++;
			counted = true;
		}
	if (counted)
		sums->dead_verdict = verdict_worse(sums->dead_verdict, verdict);
}

static void
count_host(struct icmp_scene *scene, const struct icmp_host_view *view)
{
	bool alive = false, unseen = view->host->unseen;

	for (int family = IP_V4; family <= IP_V6; family++) {
		if (!view->host->literal &&
		    !family_counts(scene->rules->family.policy,
			(enum ip_family)family))
			continue;
		alive |= view->seen[family] == FAMILY_WORKS;
		unseen |= view->seen[family] == FAMILY_UNSEEN;
	}
	scene->sums.alive += alive;
	if (unseen && !alive)
		scene->sums.unseen++;
	else
		count_dead(scene, view, alive);
}

/* A name that led to no address at all. */
static void
judge_unfound(const struct icmp_scene *scene, const struct icmp_host *host)
{
	struct result *node = result_child(scene->root, host->label);

	result_label(node, "target", host->label);
	result_metric(node, ICMP_METRIC_SUCCESS, 0);
	result_judge(node,
	    host->unseen ? VERDICT_UNKNOWN : scene->rules->unresolved, "%s",
	    host->unfound);
}

static void
judge_host(struct icmp_scene *scene, const struct icmp_host *host)
{
	const struct icmp_host_view view = icmp_scene_view(scene, host);
	bool faulty;

	count_host(scene, &view);
	if (host->unfound != NULL) {
		judge_unfound(scene, host);
		return;
	}
	faulty = !host->literal && view.families.verdict != VERDICT_OK;
	scene->half_well |= faulty;
	for (size_t i = 0; i < host->count; i++) {
		const struct icmp_target *target =
		    icmp_scene_address(scene, host, i);
		const enum ip_family family = target->address.family;
		const struct icmp_stats stats =
		    i == 0 ? view.first : icmp_scene_brief(scene, target);

		add_up(&scene->sums, &stats);
		if (scene->brief && icmp_scene_is_fine(scene, target, &stats))
			continue;
		judge_address(scene, target,
		    icmp_scene_dead_counts(&view, family),
		    faulty && scene->look->host_count > 1 &&
			view.seen[family] == FAMILY_DEAD,
		    address_node(scene, host, &target->address));
	}
}

/* --- all of them ---------------------------------------------------------- */

#define FEW 3 /* that are dead: they are named, and need no counting */

/* "4 of 300 targets dead, 290 over IPv6 only": with many, the first three say
 * nothing of how bad it is. */
static void
count_many(struct icmp_scene *scene)
{
	const struct icmp_sums *sums = &scene->sums;
	const size_t counts[] = { sums->dead, sums->one_dead[IP_V4],
		sums->one_dead[IP_V6] };
	static const char *const over[] = { "", " over IPv4 only",
		" over IPv6 only" };
	char room[200];
	struct text text = TEXT_OVER(room);

	result_metric(scene->root, ICMP_METRIC_ALIVE, (double)sums->alive);
	if (counts[0] + counts[1] + counts[2] <= FEW)
		return;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i] == 0)
			continue;
		if (text.len > 0)
			text_addf(&text, ", %zu", counts[i]);
		else
			text_addf(&text, "%zu of %zu targets dead", counts[i],
			    scene->look->host_count);
		text_add(&text, over[i]);
	}
	result_judge(scene->root, sums->dead_verdict, "%s", text.data);
	scene->counted = true;
}

/* So many answer, and of others it is not known: only what is sure of both is
 * said to be wrong. */
static void
judge_alive(const struct icmp_scene *scene)
{
	const struct icmp_sums *sums = &scene->sums;
	const struct limits *limits = &scene->rules->alive;
	const struct bounds bounds = { (double)sums->alive,
		(double)(sums->alive + sums->unseen) };
	enum verdict verdict, other;

	if (bounds_verdict(&bounds, limits, &verdict)) {
		result_check(scene->root, ICMP_METRIC_ALIVE, bounds.low);
		result_settle(scene->root, verdict);
		return;
	}
	other = limits_verdict(limits, bounds.high);
	if (verdict_compare(other, verdict) < 0)
		verdict = other;
	verdict = verdict_worse(verdict, VERDICT_UNKNOWN);
	result_metric(scene->root, ICMP_METRIC_ALIVE, bounds.low);
	result_judge(scene->root, verdict,
	    "%zu alive, and not known of %zu more", sums->alive, sums->unseen);
	result_settle(scene->root, verdict);
}

static void
add_totals(const struct icmp_scene *scene)
{
	result_metric(scene->root, ICMP_METRIC_TARGETS,
	    (double)scene->look->host_count);
	result_metric(scene->root, ICMP_METRIC_SENT, (double)scene->sums.sent);
	result_metric(scene->root, ICMP_METRIC_RECEIVED,
	    (double)scene->sums.received);
	if (scene->look->lookup_s >= 0)
		result_metric(scene->root, ICMP_METRIC_LOOKUP,
		    scene->look->lookup_s);
}

void
icmp_judge(const struct icmp_rules *rules, const struct icmp_look *look,
    struct result *root)
{
	struct icmp_scene scene = {
		.rules = rules,
		.look = look,
		.root = root,
		.brief = look->echoes->target_count > rules->each,
		.plain = !icmp_rules_more_than_usual(rules),
	};
	char room[1000]; /* four addresses and who said why */
	struct text text = TEXT_OVER(room);

	if (look->host_count > 0)
		result_ok(root);
	for (size_t i = 0; i < look->host_count; i++)
		judge_host(&scene, &look->hosts[i]);
	if (limits_given(&rules->alive))
		judge_alive(&scene);
	else
		count_many(&scene);
	if (scene.half_well)
		icmp_tell_families(&scene);
	if (look->host_count == 1)
		icmp_tell_one(&scene, &text);
	else
		icmp_tell_many(&scene, &text);
	result_summary(root, "%s", text.data);
	add_totals(&scene);
}
