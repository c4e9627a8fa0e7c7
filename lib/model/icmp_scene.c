/* SPDX-License-Identifier: ISC */
#include "model/icmp_scene.h"

bool
icmp_rules_more_than_usual(const struct icmp_rules *rules)
{
	return limits_given(&rules->rtmin) || limits_given(&rules->rtmax) ||
	    limits_given(&rules->median) || limits_given(&rules->deviation) ||
	    limits_given(&rules->jitter) || limits_given(&rules->duplicates) ||
	    limits_given(&rules->reordered) || limits_given(&rules->score);
}

/* --- what was measured ---------------------------------------------------- */

const struct icmp_target *
icmp_scene_address(const struct icmp_scene *scene, const struct icmp_host *host,
    size_t i)
{
	return &scene->look->echoes->targets[host->first + i];
}

/* A look may come before the first packet: then count is 0. */
static const int32_t *
times_of(const struct icmp_scene *scene, const struct icmp_target *target,
    size_t *count)
{
	const struct icmp_echoes *echoes = scene->look->echoes;

	*count = echoes->rtts != NULL ? echoes->count : 0;
	return *count > 0
	    ? echoes->rtts + (size_t)(target - echoes->targets) * *count
	    : NULL;
}

struct icmp_stats
icmp_scene_brief(const struct icmp_scene *scene,
    const struct icmp_target *target)
{
	size_t count;
	const int32_t *rtts = times_of(scene, target, &count);

	return icmp_stats_brief(rtts, count);
}

struct icmp_stats
icmp_scene_full(const struct icmp_scene *scene,
    const struct icmp_target *target)
{
	size_t count;
	const int32_t *rtts = times_of(scene, target, &count);

	return icmp_stats_make(rtts, count);
}

static bool
holds(const struct limits *limits, double value)
{
	return limits_verdict(limits, value) == VERDICT_OK;
}

bool
icmp_scene_is_fine(const struct icmp_scene *scene,
    const struct icmp_target *target, const struct icmp_stats *brief)
{
	const struct icmp_rules *rules = scene->rules;
	const struct icmp_stats stats =
	    scene->plain ? *brief : icmp_scene_full(scene, target);

	return stats.received > 0 && holds(&rules->usual.rta, stats.average) &&
	    holds(&rules->usual.loss, stats.loss) &&
	    (scene->plain ||
		(holds(&rules->rtmin, stats.min) &&
		    holds(&rules->rtmax, stats.max) &&
		    holds(&rules->median, stats.median) &&
		    holds(&rules->deviation, stats.deviation) &&
		    holds(&rules->jitter, stats.jitter) &&
		    holds(&rules->duplicates, target->duplicates) &&
		    holds(&rules->reordered, target->reordered) &&
		    holds(&rules->score, stats.mos)));
}

/* --- one host ------------------------------------------------------------- */

static enum family_status
status_of(const struct icmp_stats *stats)
{
	return stats->received > 0 ? FAMILY_WORKS
	    : stats->sent > 0	   ? FAMILY_DEAD
				   : FAMILY_UNSEEN;
}

/* A family is as its best address is; the values of the enumeration rise. */
static void
see_families(const struct icmp_scene *scene, struct icmp_host_view *view)
{
	const struct icmp_host *host = view->host;

	for (int family = IP_NONE; family <= IP_V6; family++)
		view->seen[family] = (enum family_status)host->without[family];
	for (size_t i = 0; i < host->count; i++) {
		const struct icmp_target *target =
		    icmp_scene_address(scene, host, i);
		const struct icmp_stats stats = icmp_scene_brief(scene, target);
		const enum family_status status = status_of(&stats);
		enum family_status *seen = &view->seen[target->address.family];

		if (i == 0)
			view->first = stats;
		*seen = status > *seen ? status : *seen;
	}
}

/* With --family any, one family that is well is enough: then the other's
 * addresses are shown and not judged, be they dead or slow. */
static void
spare_families(const struct icmp_scene *scene, struct icmp_host_view *view)
{
	bool fine[IP_V6 + 1] = {
		[IP_V4] = view->seen[IP_V4] == FAMILY_WORKS,
		[IP_V6] = view->seen[IP_V6] == FAMILY_WORKS,
	};

	if (scene->rules->family.policy != FAMILY_ANY)
		return;
	for (size_t i = 0; i < view->host->count; i++) {
		const struct icmp_target *target =
		    icmp_scene_address(scene, view->host, i);
		const struct icmp_stats stats = icmp_scene_brief(scene, target);

		if (fine[target->address.family])
			fine[target->address.family] =
			    icmp_scene_is_fine(scene, target, &stats);
	}
	view->spared[IP_V4] = fine[IP_V6] && !fine[IP_V4];
	view->spared[IP_V6] = fine[IP_V4] && !fine[IP_V6];
}

struct icmp_host_view
icmp_scene_view(const struct icmp_scene *scene, const struct icmp_host *host)
{
	const enum verdict dead = scene->rules->family.all_dead;
	struct icmp_host_view view = { .host = host };

	see_families(scene, &view);
	if (host->literal) {
		view.families = (struct family_verdict){
			.dead_address = { [IP_V4] = dead, [IP_V6] = dead },
		};
		return view;
	}
	view.families = family_judge(&scene->rules->family, view.seen);
	spare_families(scene, &view);
	return view;
}

enum verdict
icmp_scene_dead_counts(const struct icmp_host_view *view, enum ip_family family)
{
	return view->spared[family] ? VERDICT_OK
				    : view->families.dead_address[family];
}
