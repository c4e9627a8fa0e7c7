/* SPDX-License-Identifier: ISC */
/* One peer: its session, and what is expected of it. */
#include <stdarg.h>

#include "base/num.h"
#include "model/bgp_scene.h"
#include "model/bgp_words.h"

static void
add_labels(struct result *child, const struct bgp_peer *peer)
{
	char room[BGP_TEXT + 80];
	struct text text = TEXT_OVER(room);

	if (peer->vrf[0] != '\0')
		result_label(child, "vrf", peer->vrf);
	bgp_words_whom(&text, peer);
	result_label(child, "peer", text.data);
	if ((peer->has & BGP_HAS_REMOTE_AS) != 0) {
		text_clear(&text);
		bgp_as_format(&text, peer->remote_as);
		result_attribute(child, RESULT_DESCRIBES, "as", text.data);
	}
	text_clear(&text);
	bgp_words_state(&text, peer);
	result_attribute(child, RESULT_EXPLAINS, "state", text.data);
	if (peer->description != NULL)
		result_attribute(child, RESULT_EXPLAINS, "description",
		    peer->description);
	if (peer->name != NULL)
		result_attribute(child, RESULT_EXPLAINS, "name", peer->name);
}

static enum verdict
down_verdict(const struct bgp_rules *rules, const struct bgp_peer *peer)
{
	if (peer->state == BGP_STATE_UNKNOWN)
		return VERDICT_UNKNOWN;
	return bgp_peer_is_admin_down(peer) ? rules->admin_down : rules->down;
}

/* A finding about a peer that is called by its AS and description, too. */
static void blame(struct result *child, const struct bgp_peer *peer,
    enum verdict verdict, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void
blame(struct result *child, const struct bgp_peer *peer, enum verdict verdict,
    const char *format, ...)
{
	char room[1024];
	struct text text = TEXT_OVER(room);
	va_list args;

	bgp_words_peer(&text, peer);
	text_add_char(&text, ' ');
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	result_judge(child, verdict, "%s", text.data);
}

/* "192.0.2.3 AS65002 (transit) Idle for 2h 5m, last error ..." */
static void
judge_down(const struct bgp_scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	char room[600];
	struct text text = TEXT_OVER(room);

	bgp_words_condition(&text, peer);
	blame(child, peer, down_verdict(scene->rules, peer), "%s", text.data);
}

static void
judge_uptime(const struct bgp_rules *rules, const struct bgp_peer *peer,
    struct result *child)
{
	char age_room[32], least_room[32];
	struct text age = TEXT_OVER(age_room);
	struct text least = TEXT_OVER(least_room);

	if (rules->uptime_s == 0)
		return;
	if ((peer->has & BGP_HAS_TIME) == 0) {
		blame(child, peer, VERDICT_UNKNOWN,
		    "does not tell how long it is up");
		return;
	}
	if (peer->time_s >= rules->uptime_s)
		return;
	num_format_duration(&age, peer->time_s);
	num_format_duration(&least, rules->uptime_s);
	blame(child, peer, VERDICT_WARNING,
	    "up for only %s (warning: below %s)", age.data, least.data);
}

/* "flaps 3 within 1h (warning: above 2)" */
static void
judge_flaps(const struct bgp_scene *scene, size_t index, struct result *child)
{
	const struct limits *limits = &scene->rules->flaps;

	if (scene->look->history != NULL && limits_given(limits))
		result_check_limits(child, BGP_M_FLAPS,
		    bgp_history_flaps(scene->look->history, index), limits);
}

/* RFC 6793: 23456 stands for any number of four octets. */
static bool
may_be(uint32_t said, uint32_t expected)
{
	return said == expected ||
	    (said == BGP_AS_TRANS && expected > UINT16_MAX);
}

static void
judge_as(const struct bgp_expect *expect, const struct bgp_peer *peer,
    struct result *child)
{
	if (!expect->has_as)
		return;
	if ((peer->has & BGP_HAS_REMOTE_AS) == 0)
		blame(child, peer, VERDICT_UNKNOWN,
		    "does not tell its AS (expected: %u)", expect->as);
	else if (!may_be(peer->remote_as, expect->as))
		blame(child, peer, VERDICT_CRITICAL,
		    "has the wrong AS: %u instead of %u", peer->remote_as,
		    expect->as);
}

/* `of` is the family with a blank behind it, or nothing. */
static void
judge_least(const struct bgp_peer *peer, uint32_t least, bool known,
    uint64_t used, const char *of, struct result *child)
{
	if (!known)
		blame(child, peer, VERDICT_UNKNOWN,
		    "does not tell its %sprefixes (expected: at least %u)", of,
		    least);
	else if (used < least)
		blame(child, peer, VERDICT_CRITICAL,
		    "has %llu %sprefixes (critical: below %u)",
		    (unsigned long long)used, of, least);
}

/* All prefixes that are known; false when none are. */
static bool
count_prefixes(const struct bgp_peer *peer, uint64_t *all)
{
	bool known = false;
	uint32_t used;

	*all = 0;
	for (const struct bgp_family *f = peer->families; f; f = f->next)
		if (bgp_family_used(f, &used)) {
			*all += used;
			known = true;
		}
	return known;
}

/* A family that is not there while others are has no prefixes. */
static void
judge_family_least(const struct bgp_peer *peer,
    const struct bgp_expect_family *wanted, bool others, struct result *child)
{
	const struct bgp_family *family =
	    bgp_peer_find_family(peer, wanted->afi, wanted->safi);
	bool known = others;
	char room[64];
	struct text name = TEXT_OVER(room);
	uint32_t used = 0;

	if (family != NULL)
		known = bgp_family_used(family, &used) ||
		    family->activity == BGP_INACTIVE_FAMILY;
	bgp_family_name(&name, wanted->afi, wanted->safi);
	text_add_char(&name, ' ');
	judge_least(peer, wanted->least, known, used, name.data, child);
}

static void
judge_prefixes(const struct bgp_expect *expect, const struct bgp_peer *peer,
    struct result *child)
{
	uint64_t all;
	const bool known = count_prefixes(peer, &all);

	if (!bgp_peer_is_up(peer))
		return;
	if (expect->has_prefixes)
		judge_least(peer, expect->prefixes, known, all, "", child);
	for (size_t i = 0; i < expect->family_count; i++)
		judge_family_least(peer, &expect->families[i], known, child);
}

static void
judge_wishes(struct bgp_scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	bool expected = false;
	struct bgp_wish *wish;

	BGP_SCENE_EACH_WISH(scene, peer, wish)
	{
		judge_as(wish->expect, peer, child);
		judge_prefixes(wish->expect, peer, child);
		expected = true;
	}
	if (scene->rules->closed && !expected &&
	    scene->rules->unexpected != VERDICT_OK)
		blame(child, peer, scene->rules->unexpected,
		    "is not among the expected peers");
}

/* --- what is told of it --------------------------------------------------- */

static bool
had_families(const struct bgp_scene *scene, const struct bgp_peer *peer)
{
	const struct bgp_peer *then = scene->look->before != NULL
	    ? bgp_history_peer(scene->look->before, peer)
	    : NULL;

	return then != NULL && then->families != NULL;
}

/* Ranges that were given for a family, or numbers to compare with, and a peer
 * that tells of none. */
static void
judge_no_family(const struct bgp_scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	if (bgp_peer_is_up(peer) && peer->families == NULL &&
	    (scene->rules->prefixes.count > 0 ||
		scene->rules->advertised.count > 0 ||
		(drop_rule_set(&scene->rules->drop) &&
		    had_families(scene, peer))))
		blame(child, peer, VERDICT_UNKNOWN,
		    "does not tell its prefixes");
}

static void
add_numbers(const struct bgp_scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	const bool up = bgp_peer_is_up(peer);

	result_metric(child, BGP_M_UP,
	    up				       ? 1
		: bgp_peer_is_admin_down(peer) ? 2
					       : 0);
	if (peer->state != BGP_STATE_UNKNOWN)
		result_metric(child, BGP_M_STATE, peer->state);
	if ((peer->has & BGP_HAS_TIME) != 0)
		result_metric(child, BGP_M_STATE_AGE, peer->time_s);
	if ((peer->has & BGP_HAS_TRANSITIONS) != 0)
		result_metric(child, BGP_M_TRANSITIONS, peer->transitions);
	if (!scene->rules->per_peer && scene->chosen_count > 1)
		result_quiet(child);
}

static void
summarize(const struct bgp_peer *peer, struct result *child)
{
	char room[1500];
	struct text text = TEXT_OVER(room);

	if (!bgp_peer_is_up(peer))
		return;
	/* A finding has said already who it is. */
	if (child->findings == NULL) {
		bgp_words_peer(&text, peer);
		text_add_char(&text, ' ');
	}
	bgp_words_condition(&text, peer);
	result_summary(child, "%s", text.data);
}

void
bgp_judge_peer(struct bgp_scene *scene, size_t index)
{
	const struct bgp_peer *peer = bgp_table_at(scene->look->table, index);
	char room[2 * BGP_TEXT + 80];
	struct text name = TEXT_OVER(room);
	struct result *child;

	bgp_peer_name(&name, peer);
	child = result_child(scene->root, name.data);
	add_labels(child, peer);
	add_numbers(scene, peer, child);
	if (bgp_peer_is_up(peer)) {
		result_ok(child);
		judge_uptime(scene->rules, peer, child);
	} else {
		judge_down(scene, peer, child);
	}
	judge_wishes(scene, peer, child);
	judge_flaps(scene, index, child);
	bgp_judge_families(scene, peer, child);
	judge_no_family(scene, peer, child);
	summarize(peer, child);
}
