/* SPDX-License-Identifier: ISC */
/* The address families of one peer. */
#include "model/bgp_scene.h"

/* The limits for that family: its own, or those of all; NULL: none. */
static const struct limits *
limits_of(const struct arena_list *list, uint16_t afi, uint8_t safi)
{
	const struct bgp_family_limits *items = list->items;
	const struct limits *general = NULL;

	for (size_t i = 0; i < list->count; i++) {
		if (items[i].afi == afi && items[i].safi == safi)
			return &items[i].limits;
		if (items[i].afi == 0)
			general = &items[i].limits;
	}
	return general;
}

struct column {
	size_t metric;
	uint16_t has;
	uint32_t value;
	const struct limits *limits; /* NULL: none */
};

#define COLUMNS 4

static void
add_columns(struct result *part, const struct column columns[static COLUMNS],
    uint16_t has, bool judged)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		if ((has & columns[i].has) == 0)
			continue;
		if (columns[i].limits != NULL && judged)
			result_check_limits(part, columns[i].metric,
			    columns[i].value, columns[i].limits);
		else
			result_metric(part, columns[i].metric,
			    columns[i].value);
	}
}

static void
judge_drop(const struct bgp_scene *scene, const struct bgp_peer *peer,
    const struct bgp_family *family, struct result *part)
{
	const struct drop_rule *rule = &scene->rules->drop;
	uint32_t before, used = 0;

	if (scene->look->before == NULL || !drop_rule_set(rule) ||
	    !bgp_history_reference(scene->look->before, peer, family,
		&before) ||
	    before == 0)
		return;
	if (!bgp_family_used(family, &used) &&
	    family->activity != BGP_INACTIVE_FAMILY) {
		result_judge(part, VERDICT_UNKNOWN,
		    "its prefixes are not told, and were %u", before);
		return;
	}
	drop_judge(rule, before, used, "prefixes", part);
}

/* A family that was asked about and of which nothing is known. */
static void
judge_silence(const struct bgp_family *family, const struct limits *prefixes,
    const struct limits *advertised, struct result *part)
{
	uint32_t used;

	if (family->activity == BGP_INACTIVE_FAMILY) {
		if (prefixes != NULL)
			result_check_limits(part, BGP_M_ACCEPTED, 0, prefixes);
		return;
	}
	if (prefixes != NULL && !bgp_family_used(family, &used))
		result_judge(part, VERDICT_UNKNOWN,
		    "its prefixes are not told");
	if (advertised != NULL && (family->has & BGP_HAS_ADVERTISED) == 0)
		result_judge(part, VERDICT_UNKNOWN,
		    "its advertised prefixes are not told");
}

static void
judge_family(const struct bgp_scene *scene, const struct bgp_peer *peer,
    const struct bgp_family *family, struct result *child)
{
	const struct bgp_rules *rules = scene->rules;
	const struct limits *prefixes =
	    limits_of(&rules->prefixes, family->afi, family->safi);
	const struct limits *advertised =
	    limits_of(&rules->advertised, family->afi, family->safi);
	const bool accepted = (family->has & BGP_HAS_ACCEPTED) != 0;
	const struct column columns[COLUMNS] = {
		{ BGP_M_RECEIVED, BGP_HAS_RECEIVED, family->received,
		    accepted ? NULL : prefixes },
		{ BGP_M_ACCEPTED, BGP_HAS_ACCEPTED, family->accepted,
		    prefixes },
		{ BGP_M_ADVERTISED, BGP_HAS_ADVERTISED, family->advertised,
		    advertised },
		{ BGP_M_LIMIT, BGP_HAS_LIMIT, family->limit, NULL },
	};
	const bool up = bgp_peer_is_up(peer);
	char room[64];
	struct text name = TEXT_OVER(room);
	struct result *part;
	double percent;

	bgp_family_name(&name, family->afi, family->safi);
	part = result_part(child, name.data);
	result_label(part, "family", name.data);
	result_ok(part);
	add_columns(part, columns, family->has, up);
	if (bgp_family_percent(family, &percent) && up)
		result_check_limits(part, BGP_M_LIMIT_USED, percent,
		    &rules->limit_used);
	if (!up)
		return;
	judge_silence(family, prefixes, advertised, part);
	judge_drop(scene, peer, family, part);
}

/* Families of the last look that are not told any more. */
static void
judge_vanished(const struct bgp_scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	const struct bgp_peer *then = scene->look->before != NULL
	    ? bgp_history_peer(scene->look->before, peer)
	    : NULL;

	if (then == NULL || peer->families == NULL || !bgp_peer_is_up(peer))
		return;
	for (const struct bgp_family *old = then->families; old != NULL;
	     old = old->next) {
		const struct bgp_family gone = {
			.afi = old->afi,
			.safi = old->safi,
			.activity = BGP_INACTIVE_FAMILY,
		};
		char room[64];
		struct text name = TEXT_OVER(room);
		struct result *part;

		if (bgp_peer_find_family(peer, old->afi, old->safi) != NULL)
			continue;
		bgp_family_name(&name, old->afi, old->safi);
		part = result_part(child, name.data);
		result_label(part, "family", name.data);
		result_ok(part);
		judge_drop(scene, peer, &gone, part);
	}
}

void
bgp_judge_families(const struct bgp_scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	for (const struct bgp_family *f = peer->families; f; f = f->next)
		judge_family(scene, peer, f, child);
	judge_vanished(scene, peer, child);
}
