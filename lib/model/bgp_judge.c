/* SPDX-License-Identifier: ISC */
#include "model/bgp_judge.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "model/bgp_words.h"

/* --- metrics -------------------------------------------------------------- */

#define PLAIN .limits = METRIC_NO_LIMITS

const struct metric_def bgp_metrics[] = {
	[BGP_M_PEERS] = { "peers", "bgp_peers", "peers that are judged",
	    PLAIN },
	[BGP_M_ESTABLISHED] = { "established", "bgp_peers_established",
	    "those of them whose session is Established", PLAIN },
	[BGP_M_ADMIN_DOWN] = { "admin_down", "bgp_peers_admin_down",
	    "those of them that are shut down on purpose", PLAIN },
	[BGP_M_GROUP_PEERS] = { "group_peers", "bgp_group_peers",
	    "peers of a group", PLAIN },
	[BGP_M_GROUP_UP] = { "group_established", "bgp_group_peers_established",
	    "those of the group whose session is Established", PLAIN },
	[BGP_M_UP] = { "up", "bgp_peer_up",
	    "1 when the session is Established, 2 when it is shut down on "
	    "purpose, else 0",
	    PLAIN },
	[BGP_M_STATE] = { "state", "bgp_peer_state",
	    "state of the session: 1 Idle, 2 Connect, 3 Active, 4 OpenSent, "
	    "5 OpenConfirm, 6 Established",
	    PLAIN },
	[BGP_M_STATE_AGE] = { "state_age", "bgp_peer_state_age_seconds",
	    "how long the session has been up, or down", .unit = METRIC_SECONDS,
	    PLAIN },
	[BGP_M_TRANSITIONS] = { "transitions",
	    "bgp_peer_established_transitions",
	    "how often the session came up since the router counts",
	    .kind = METRIC_COUNTER, PLAIN },
	[BGP_M_FLAPS] = { "flaps", "bgp_peer_flaps",
	    "how often it came up within the flap window", PLAIN },
	[BGP_M_RECEIVED] = { "received", "bgp_peer_prefixes_received",
	    "prefixes received, before our policy", PLAIN },
	[BGP_M_ACCEPTED] = { "accepted", "bgp_peer_prefixes_accepted",
	    "prefixes accepted by our policy", PLAIN },
	[BGP_M_ADVERTISED] = { "advertised", "bgp_peer_prefixes_advertised",
	    "prefixes advertised to the peer", PLAIN },
	[BGP_M_LIMIT] = { "limit", "bgp_peer_prefix_limit", "prefixes allowed",
	    PLAIN },
	[BGP_M_LIMIT_USED] = { "limit_used", "bgp_peer_prefix_limit_used_ratio",
	    "share of the allowed prefixes that is used",
	    .unit = METRIC_PERCENT, PLAIN },
	[BGP_M_REQUESTS] = { "requests", "bgp_snmp_requests",
	    "SNMP requests that this look took", PLAIN },
	[BGP_M_VARBINDS] = { "varbinds", "bgp_snmp_varbinds",
	    "values that the agent had to look up for it", PLAIN },
	{ .name = NULL },
};

/* --- group rules ---------------------------------------------------------- */

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

static void
judge_group(struct result *result, const struct bgp_group_rule *rule, size_t up,
    size_t all)
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

/* --- who is judged -------------------------------------------------------- */

/* An entry of either list, and whether a peer was found for it. */
struct wish {
	const struct bgp_expect *expect;
	bool named;
	bool met;
};

struct scene {
	const struct bgp_rules *rules;
	const struct bgp_look *look;
	struct result *root;
	struct wish *wishes; /* sorted by address */
	size_t wish_count, with_address;
	size_t *chosen; /* indexes of peers */
	size_t chosen_count;
	size_t up, admin_down, absent;
	bool detailed; /* a child for each peer */
};

static const struct bgp_peer *
chosen(const struct scene *scene, size_t i)
{
	return bgp_table_at(scene->look->table, scene->chosen[i]);
}

static int
compare_wishes(const void *a, const void *b)
{
	return bgp_expect_compare(((const struct wish *)a)->expect,
	    ((const struct wish *)b)->expect);
}

static void
add_wishes(struct scene *scene, const struct bgp_expects *expects, bool named)
{
	for (size_t i = 0; i < bgp_expects_count(expects); i++) {
		const struct bgp_expect *expect = bgp_expects_at(expects, i);

		scene->wishes[scene->wish_count++] =
		    (struct wish){ .expect = expect, .named = named };
		scene->with_address += expect->address.family != IP_NONE;
	}
}

/* The first wish for an address that is not lower. */
static size_t
first_wish(const struct scene *scene, const struct ip *address)
{
	size_t low = 0, high = scene->with_address;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (ip_compare(&scene->wishes[middle].expect->address,
			address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The next wish from *at on that means the peer, or NULL. */
static struct wish *
next_wish(const struct scene *scene, const struct bgp_peer *peer, size_t *at)
{
	while (*at < scene->wish_count) {
		struct wish *wish = &scene->wishes[(*at)++];

		if (*at <= scene->with_address &&
		    ip_compare(&wish->expect->address, &peer->address) != 0)
			*at = scene->with_address;
		else if (bgp_expect_means(wish->expect, peer))
			return wish;
	}
	return NULL;
}

#define EACH_WISH(scene, peer, wish)                                           \
	for (size_t at_ = first_wish(scene, &(peer)->address);                 \
	     ((wish) = next_wish(scene, peer, &at_)) != NULL;)

/* Does the user ask for it: by name, or in a file? */
static bool
is_wished(const struct scene *scene, const struct bgp_peer *peer, bool *named)
{
	bool wished = false;
	struct wish *wish;

	*named = false;
	EACH_WISH(scene, peer, wish)
	{
		*named |= wish->named;
		wished = true;
	}
	return wished;
}

/* Peers that were named are judged whatever is selected; without any selection
 * they alone are, and those of a file. */
static bool
is_chosen(const struct scene *scene, const struct bgp_peer *peer)
{
	const struct bgp_rules *rules = scene->rules;
	const bool all = bgp_expects_count(&rules->named) == 0;
	bool named;
	const bool wished = is_wished(scene, peer, &named);

	return named ||
	    ((all || wished || bgp_criteria_given(&rules->select.only)) &&
		bgp_select_takes(&rules->select, peer));
}

static bool
choose(struct scene *scene)
{
	struct arena *arena = scene->root->tree->arena;
	const size_t peers = bgp_table_count(scene->look->table);
	const size_t wishes = bgp_expects_count(&scene->rules->named) +
	    bgp_expects_count(&scene->rules->expected);

	scene->wishes =
	    arena_alloc(arena, (wishes + 1) * sizeof(*scene->wishes));
	scene->chosen =
	    arena_alloc(arena, (peers + 1) * sizeof(*scene->chosen));
	if (scene->wishes == NULL || scene->chosen == NULL)
		return false;
	add_wishes(scene, &scene->rules->named, true);
	add_wishes(scene, &scene->rules->expected, false);
	qsort(scene->wishes, scene->wish_count, sizeof(*scene->wishes),
	    compare_wishes);
	for (size_t i = 0; i < peers; i++)
		if (is_chosen(scene, bgp_table_at(scene->look->table, i)))
			scene->chosen[scene->chosen_count++] = i;
	return true;
}

/* --- one peer ------------------------------------------------------------- */

static bool
is_admin_down(const struct bgp_peer *peer)
{
	return !bgp_peer_is_up(peer) && peer->admin == BGP_ADMIN_DOWN;
}

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
	return is_admin_down(peer) ? rules->admin_down : rules->down;
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
judge_down(const struct scene *scene, const struct bgp_peer *peer,
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
judge_flaps(const struct scene *scene, size_t index, struct result *child)
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
judge_wishes(struct scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	bool expected = false;
	struct wish *wish;

	EACH_WISH(scene, peer, wish)
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

/* --- families ------------------------------------------------------------- */

const struct limits *
bgp_limits_of(const struct arena_list *list, uint16_t afi, uint8_t safi)
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
judge_drop(const struct scene *scene, const struct bgp_peer *peer,
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
judge_family(const struct scene *scene, const struct bgp_peer *peer,
    const struct bgp_family *family, struct result *child)
{
	const struct bgp_rules *rules = scene->rules;
	const struct limits *prefixes =
	    bgp_limits_of(&rules->prefixes, family->afi, family->safi);
	const struct limits *advertised =
	    bgp_limits_of(&rules->advertised, family->afi, family->safi);
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
judge_vanished(const struct scene *scene, const struct bgp_peer *peer,
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

static bool
had_families(const struct scene *scene, const struct bgp_peer *peer)
{
	const struct bgp_peer *then = scene->look->before != NULL
	    ? bgp_history_peer(scene->look->before, peer)
	    : NULL;

	return then != NULL && then->families != NULL;
}

/* Ranges that were given for a family, or numbers to compare with, and a peer
 * that tells of none. */
static void
judge_no_family(const struct scene *scene, const struct bgp_peer *peer,
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
add_numbers(const struct scene *scene, const struct bgp_peer *peer,
    struct result *child)
{
	const bool up = bgp_peer_is_up(peer);

	result_metric(child, BGP_M_UP, up ? 1 : is_admin_down(peer) ? 2 : 0);
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

static void
judge_peer(struct scene *scene, size_t index)
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
	for (const struct bgp_family *f = peer->families; f; f = f->next)
		judge_family(scene, peer, f, child);
	judge_vanished(scene, peer, child);
	judge_no_family(scene, peer, child);
	summarize(peer, child);
}

/* --- peers that nobody will ask about ------------------------------------- */

/*
 * Of thousands of peers that are up there is nothing to say on one line, and no
 * node is made of them: only when a rule could find fault with one that is up,
 * it is judged.
 */
static bool
needs_no_look(const struct scene *scene, const struct bgp_peer *peer)
{
	const struct bgp_rules *rules = scene->rules;

	return !scene->detailed && bgp_peer_is_up(peer) &&
	    scene->wish_count == 0 && !rules->closed && rules->uptime_s == 0 &&
	    !limits_given(&rules->flaps) && rules->prefixes.count == 0 &&
	    rules->advertised.count == 0 && !limits_given(&rules->limit_used) &&
	    rules->drop.warning <= 0 && rules->drop.critical <= 0;
}

static void
count_peer(struct scene *scene, const struct bgp_peer *peer)
{
	struct wish *wish;

	scene->up += bgp_peer_is_up(peer);
	scene->admin_down += is_admin_down(peer);
	EACH_WISH(scene, peer, wish)
	wish->met = true;
}

/* --- groups --------------------------------------------------------------- */

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
show_group(const struct scene *scene, const struct member *first, size_t count)
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
	judge_group(child, &scene->rules->up, up, count);
	if (bgp_group_verdict(&scene->rules->up, up, count) != VERDICT_OK)
		result_summary(child, "%s", "");
}

static void
judge_by_as(const struct scene *scene)
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
		const struct bgp_peer *peer = chosen(scene, i);
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

/* --- the whole ------------------------------------------------------------ */

/* Does the selection leave out an entry of a file that is not there? */
static bool
is_left_out(const struct scene *scene, const struct wish *wish)
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
report_absent(struct scene *scene)
{
	for (size_t i = 0; i < scene->wish_count && !scene->look->partial;
	     i++) {
		const struct wish *wish = &scene->wishes[i];
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
judge_nothing(const struct scene *scene)
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
judge_gaps(const struct scene *scene)
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
judge_unknown_families(const struct scene *scene, const struct arena_list *list)
{
	const struct bgp_family_limits *items = list->items;

	for (size_t i = 0; i < list->count; i++) {
		bool found = items[i].afi == 0 || scene->up == 0;
		char room[64];
		struct text name = TEXT_OVER(room);

		for (size_t k = 0; k < scene->chosen_count && !found; k++)
			found = bgp_peer_find_family(chosen(scene, k),
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
summarize_all(const struct scene *scene)
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
	struct scene scene = { .rules = rules, .look = look, .root = root };

	if (!choose(&scene)) {
		root->tree->full = true;
		return;
	}
	scene.detailed =
	    !root->tree->brief || rules->per_peer || scene.chosen_count == 1;
	for (size_t i = 0; i < scene.chosen_count; i++)
		count_peer(&scene, chosen(&scene, i));
	report_absent(&scene);
	for (size_t i = 0; i < scene.chosen_count; i++)
		if (!needs_no_look(&scene, chosen(&scene, i)))
			judge_peer(&scene, scene.chosen[i]);
	if (scene.chosen_count + scene.absent > 0)
		result_ok(root);
	judge_nothing(&scene);
	judge_gaps(&scene);
	judge_unknown_families(&scene, &rules->prefixes);
	judge_unknown_families(&scene, &rules->advertised);
	if (look->partial)
		; /* the rest of a group may be well */
	else if (bgp_share_set(&rules->up) && rules->by_as)
		judge_by_as(&scene);
	else if (bgp_share_set(&rules->up) && scene.chosen_count > 0)
		judge_group(root, &rules->up, scene.up,
		    scene.chosen_count + scene.absent);
	result_metric(root, BGP_M_PEERS,
	    (double)(scene.chosen_count + scene.absent));
	result_metric(root, BGP_M_ESTABLISHED, (double)scene.up);
	result_metric(root, BGP_M_ADMIN_DOWN, (double)scene.admin_down);
	summarize_all(&scene);
}
