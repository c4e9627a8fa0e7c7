/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "model/exabgp_judge.h"

/* --- sessions ------------------------------------------------------------- */

/* How long it has been in its state; below 0: not known. */
static double
session_age(const struct exabgp_look *look, size_t index,
    const struct bgp_peer *peer)
{
	if (!bgp_peer_is_up(peer))
		return (double)(look->now.at_ns - look->down_since[index]) /
		    CLOCK_SECOND;
	return (peer->has & BGP_HAS_TIME) != 0 ? (double)peer->time_s : -1;
}

static void
judge_state(const struct exabgp_rules *rules, const struct bgp_peer *peer,
    const char *name, double age_s, struct result *node)
{
	char room[40];
	struct text age = TEXT_OVER(room);

	result_metric(node, EXABGP_M_SESSION_UP, bgp_peer_is_up(peer));
	if (age_s >= 0)
		result_metric(node, EXABGP_M_SESSION_AGE, age_s);
	num_format_duration(&age, age_s);
	if (bgp_peer_is_up(peer)) {
		result_ok(node);
		result_summary(node, "%s established%s%s", name,
		    age_s >= 0 ? " for " : "", age_s >= 0 ? age.data : "");
	} else {
		result_judge(node, rules->down, "%s%s%s",
		    bgp_state_name((enum bgp_state)peer->state),
		    age_s >= 1 ? " for at least " : "",
		    age_s >= 1 ? age.data : "");
	}
}

static void
tell_families(const struct bgp_peer *peer, struct result *node)
{
	for (const struct bgp_family *family = peer->families; family != NULL;
	     family = family->next) {
		char room[40];
		struct text name = TEXT_OVER(room);
		struct result *part;

		if ((family->has & (BGP_HAS_ADVERTISED | BGP_HAS_RECEIVED)) ==
		    0)
			continue;
		bgp_family_name(&name, family->afi, family->safi);
		part = result_part(node, name.data);
		result_label(part, "family", name.data);
		result_ok(part);
		if ((family->has & BGP_HAS_ADVERTISED) != 0)
			result_metric(part, EXABGP_M_FAMILY_ROUTES,
			    (double)family->advertised);
		if ((family->has & BGP_HAS_RECEIVED) != 0)
			result_metric(part, EXABGP_M_FAMILY_RECEIVED,
			    (double)family->received);
	}
}

static void
tell_routes(const struct exabgp_look *look, size_t index,
    const struct bgp_peer *peer, struct result *node)
{
	if (!bgp_peer_is_up(peer) || !look->routes_known)
		return;
	result_metric(node, EXABGP_M_ROUTES,
	    (double)look->counts[index].announced);
	if (look->received_known)
		result_metric(node, EXABGP_M_RECEIVED,
		    (double)look->counts[index].received);
	tell_families(peer, node);
}

static void
judge_session(const struct exabgp_rules *rules, const struct exabgp_look *look,
    size_t index, struct result *root)
{
	const struct bgp_peer *peer = bgp_table_at(&look->table, index);
	char name_room[128], label_room[80];
	struct text name = TEXT_OVER(name_room), label = TEXT_OVER(label_room);
	struct result *node;

	bgp_peer_name(&name, peer);
	ip_format_label(&label, &peer->address);
	node = result_child(root, name.data);
	result_label(node, "neighbor", label.data);
	if (*peer->vrf != '\0')
		result_label(node, "local", peer->vrf);
	judge_state(rules, peer, name.data, session_age(look, index, peer),
	    node);
	if (look->flaps_known)
		result_check_limits(node, EXABGP_M_FLAPS,
		    bgp_history_flaps(&look->peers, index),
		    &rules->limits.flaps);
	tell_routes(look, index, peer, node);
}

static bool
is_configured(const struct bgp_table *table, const struct ip_net *wanted)
{
	for (size_t i = 0; i < bgp_table_count(table); i++)
		if (ip_in_net(&bgp_table_at(table, i)->address, wanted))
			return true;
	return false;
}

static void
judge_configured(const struct exabgp_rules *rules,
    const struct bgp_table *table, struct result *root)
{
	for (size_t i = 0; i < rules->neighbors.count; i++) {
		const struct ip_net *wanted = &rules->neighbors.items[i];
		char room[80];
		struct text name = TEXT_OVER(room);

		if (is_configured(table, wanted))
			continue;
		ip_format(&name, &wanted->address);
		result_judge(result_child(root, name.data), VERDICT_CRITICAL,
		    "is not configured");
	}
}

void
exabgp_judge_sessions(const struct exabgp_rules *rules,
    const struct exabgp_look *look, struct result *root)
{
	const struct bgp_table *table = &look->table;
	char room[120] = "";
	struct text suspect = TEXT_OVER(room);

	if (!rules->sessions)
		return;
	if (!look->answers) {
		/* Else that is a finding already. */
		if (!rules->answers && !exabgp_is_down(look))
			result_judge(root, VERDICT_UNKNOWN, "sessions: %s",
			    look->asked ? look->answer_err.text
					: look->pipe_err.text);
		return;
	}
	if (!look->sessions_known) {
		exabgp_add_suspect(&suspect, look);
		result_judge(root, VERDICT_UNKNOWN, "sessions: %s%s",
		    look->sessions_err.text, suspect.data);
		return;
	}
	result_metric(root, EXABGP_M_SESSIONS, (double)bgp_table_count(table));
	result_metric(root, EXABGP_M_SESSIONS_UP,
	    (double)exabgp_established(look));
	for (size_t i = 0; i < bgp_table_count(table); i++)
		judge_session(rules, look, i, root);
	judge_configured(rules, table, root);
	if (bgp_table_count(table) == 0)
		result_judge(root, VERDICT_UNKNOWN,
		    "exabgp has no neighbor configured, or only ranges of "
		    "which nobody is connected");
}

/* --- routes --------------------------------------------------------------- */

static void
judge_expected(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *root)
{
	for (size_t i = 0; i < rules->expected.count; i++) {
		char room[80];
		struct text name = TEXT_OVER(room);

		if (look->announced[i])
			continue;
		ip_net_format(&name, &rules->expected.items[i]);
		result_judge(result_child(root, name.data), VERDICT_CRITICAL,
		    "is announced to no established neighbor");
	}
}

/* More prefixes than are followed: what came and went is not known. */
static bool
too_many(const struct exabgp_look *look)
{
	return look->track.full || look->too_many_keys;
}

/* What changed since the last look. */
void
exabgp_judge_changes(const struct exabgp_rules *rules,
    const struct exabgp_look *look, struct result *root)
{
	const struct exabgp_limits *limits = &rules->limits;
	/* Two looks within a minute: one change is no flood. */
	const double minutes = look->changes_s > 60 ? look->changes_s / 60 : 1;

	if (!rules->routes && !rules->log)
		return;
	if (look->log.known || !too_many(look)) {
		result_metric(root, EXABGP_M_ADDED, (double)look->now.added);
		result_metric(root, EXABGP_M_WITHDRAWN,
		    (double)look->now.removed);
	}
	if (too_many(look) &&
	    (limits_given(&limits->announce_rate) ||
		limits_given(&limits->withdraw_rate)))
		result_judge(root, VERDICT_UNKNOWN,
		    "what comes and goes is not known of more than %d prefixes",
		    EXABGP_TRACKED);
	if (!look->changes_known)
		return;
	result_check_limits(root, EXABGP_M_ANNOUNCE_RATE,
	    (double)look->track.announced / minutes, &limits->announce_rate);
	result_check_limits(root, EXABGP_M_WITHDRAW_RATE,
	    (double)look->track.withdrawn / minutes, &limits->withdraw_rate);
	result_check_limits(root, EXABGP_M_FLAPPING, (double)look->flapping,
	    &limits->flapping);
}

void
exabgp_judge_routes(const struct exabgp_rules *rules,
    const struct exabgp_look *look, struct result *root)
{
	struct exabgp_counts total;

	if (!rules->routes || !look->sessions_known)
		return;
	if (!look->routes_known) {
		result_judge(root, VERDICT_UNKNOWN, "routes: %s",
		    look->routes_err.text);
		return;
	}
	total = exabgp_total(look);
	result_check_limits(root, EXABGP_M_ROUTES, (double)total.announced,
	    &rules->limits.announced);
	if (look->received_known)
		result_check_limits(root, EXABGP_M_RECEIVED,
		    (double)total.received, &rules->limits.received);
	else if (rules->received)
		result_judge(root, VERDICT_UNKNOWN, "received routes: %s",
		    look->received_err.text);
	judge_expected(rules, look, root);
}
