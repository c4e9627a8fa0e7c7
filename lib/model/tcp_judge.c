/* SPDX-License-Identifier: ISC */
#include "model/tcp_judge.h"

#include <netinet/tcp.h>

#include "base/clock.h"
#include "base/num.h"
#include "model/bounds.h"

/* --- metrics -------------------------------------------------------------- */

/* The rows of TCP states come first: row number state - 1. */
enum {
	CONNECTIONS = TCP_STATES - 1,
	CLIENTS,
	OLDEST,
	BACKLOG,
	YOUNGER,
	AGE_UNKNOWN,
};

#define LIMITS_OF(field) .limits = offsetof(struct tcp_rules, field)
#define NO_LIMITS .limits = METRIC_NO_LIMITS
#define STATE_ROW(state, word, text)                                           \
	[(state)-1] = { word, "tcp_" word "_connections", text,                \
		LIMITS_OF(connections),                                        \
		.parts = "tcp_group_" word "_connections" }

const struct metric_def tcp_metrics[] = {
	STATE_ROW(TCP_ESTABLISHED, "established", "connections in ESTABLISHED"),
	STATE_ROW(TCP_SYN_SENT, "syn_sent", "connections in SYN-SENT"),
	STATE_ROW(TCP_SYN_RECV, "syn_received", "connections in SYN-RECEIVED"),
	STATE_ROW(TCP_FIN_WAIT1, "fin_wait_1", "connections in FIN-WAIT-1"),
	STATE_ROW(TCP_FIN_WAIT2, "fin_wait_2", "connections in FIN-WAIT-2"),
	STATE_ROW(TCP_TIME_WAIT, "time_wait", "connections in TIME-WAIT"),
	STATE_ROW(TCP_CLOSE, "closed", "sockets in CLOSED"),
	STATE_ROW(TCP_CLOSE_WAIT, "close_wait", "connections in CLOSE-WAIT"),
	STATE_ROW(TCP_LAST_ACK, "last_ack", "connections in LAST-ACK"),
	STATE_ROW(TCP_LISTEN, "listen", "sockets in LISTEN"),
	STATE_ROW(TCP_CLOSING, "closing", "connections in CLOSING"),
	[CONNECTIONS] = { "connections", "tcp_connections",
	    "connections in all states asked for", LIMITS_OF(connections),
	    .parts = "tcp_group_connections" },
	[CLIENTS] = { "clients", "tcp_clients", "different remote addresses",
	    LIMITS_OF(clients) },
	[OLDEST] = { "oldest", "tcp_oldest_connection_seconds",
	    "age of the oldest connection, at least", .unit = METRIC_SECONDS,
	    LIMITS_OF(oldest) },
	[BACKLOG] = { "backlog", "tcp_listen_backlog_ratio",
	    "share of the fullest accept queue in use", .unit = METRIC_PERCENT,
	    .max = "100", LIMITS_OF(backlog) },
	[YOUNGER] = { "younger", "tcp_younger_connections",
	    "connections that are too young to count", NO_LIMITS },
	[AGE_UNKNOWN] = { "age_unknown", "tcp_age_unknown_connections",
	    "connections of an age that is not known yet", NO_LIMITS,
	    .parts = "tcp_group_age_unknown_connections" },
	{ .name = NULL },
};

/* --- verdicts ------------------------------------------------------------- */

uint32_t
tcp_rules_states(const struct tcp_rules *rules)
{
	return rules->states != 0 ? rules->states
				  : TCP_STATE_BIT(TCP_ESTABLISHED);
}

static const char *
plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* The row of what is counted. */
static size_t
counted(const struct tcp_rules *rules)
{
	const uint32_t states = tcp_rules_states(rules);

	for (unsigned state = 1; state < TCP_STATES; state++) {
		if (states == TCP_STATE_BIT(state))
			return state - 1;
	}
	return CONNECTIONS;
}

/* Limits judge the number that is known, if all that it may be in truth gets
 * the same verdict; else they are not judged, and false says so. */
static bool
check_bounds(struct result *root, size_t metric, const struct bounds *bounds,
    const struct limits *limits)
{
	enum verdict verdict;

	if (bounds_verdict(bounds, limits, &verdict)) {
		result_check_limits(root, metric, bounds->low, limits);
		return true;
	}
	result_metric(root, metric, bounds->low);
	return false;
}

static double
seconds(int64_t ns)
{
	return (double)ns / CLOCK_SECOND;
}

/* With nobody to tell the age of there is none; it may be judged even so. */
static bool
check_oldest(const struct tcp_rules *rules, const struct tcp_tally *tally,
    struct result *root)
{
	const struct bounds oldest = { seconds(tally->oldest_ns),
		seconds(tally->oldest_most_ns) };
	enum verdict verdict;
	bool sure;

	if (!tally->plan.ages || tally->connections + tally->unknown == 0)
		return true;
	sure = bounds_verdict(&oldest, &rules->oldest, &verdict);
	if (tally->connections == 0 && (!sure || verdict == VERDICT_OK))
		return sure;
	return check_bounds(root, OLDEST, &oldest, &rules->oldest);
}

static void
judge_numbers(const struct tcp_rules *rules, const struct tcp_tally *tally,
    struct result *root)
{
	const struct bounds connections = { (double)tally->connections,
		(double)(tally->connections + tally->unknown) };
	const struct bounds clients = { (double)distinct_count(&tally->clients),
		(double)distinct_count(
		    tally->plan.ages ? &tally->possible : &tally->clients) };
	const uint64_t unknown =
	    tally->unknown > 0 ? tally->unknown : tally->connections;
	bool sure = true;

	sure &= check_bounds(root, counted(rules), &connections,
	    &rules->connections);
	sure &= check_bounds(root, CLIENTS, &clients, &rules->clients);
	sure &= check_oldest(rules, tally, root);
	if (tally->plan.ages) {
		result_metric(root, AGE_UNKNOWN, (double)tally->unknown);
		result_metric(root, YOUNGER, (double)tally->younger);
	}
	if (!sure)
		result_judge(root, VERDICT_UNKNOWN,
		    "age of %llu connection%s not known yet",
		    (unsigned long long)unknown, plural(unknown));
}

/* Each of several states, besides their sum. */
static void
show_states(const struct tcp_rules *rules, const struct tcp_tally *tally,
    struct result *root)
{
	for (unsigned state = 1;
	     counted(rules) == CONNECTIONS && state < TCP_STATES; state++) {
		if ((tcp_rules_states(rules) & TCP_STATE_BIT(state)) != 0)
			result_metric(root, state - 1,
			    (double)tally->in_state[state]);
	}
}

static void
judge_backlog(const struct tcp_rules *rules, const struct tcp_look *look,
    struct result *root)
{
	const struct tcp_listeners *listeners = look->listeners;
	char room[64];
	struct text address = TEXT_OVER(room);

	if (!limits_given(&rules->backlog))
		return;
	if (listeners->count == 0) {
		result_judge(root, VERDICT_CRITICAL, "nobody listens");
		return;
	}
	if (look->queues_untold) {
		result_judge(root, VERDICT_UNKNOWN,
		    "/proc/net/tcp does not tell the room of accept queues");
		return;
	}
	if (limits_verdict(&rules->backlog, listeners->percent) != VERDICT_OK) {
		ip_format(&address, &listeners->address);
		result_judge(root,
		    limits_verdict(&rules->backlog, listeners->percent),
		    "%u of %u wait in the accept queue of %s port %u",
		    listeners->waiting, listeners->room, address.data,
		    listeners->port);
	}
	result_check(root, BACKLOG, listeners->percent);
}

static void
show_group(const struct tcp_rules *rules, const struct tcp_group *group,
    struct result *root)
{
	char name_room[128], address_room[80], port_room[8];
	struct text name = TEXT_OVER(name_room);
	struct text address = TEXT_OVER(address_room);
	struct text port = TEXT_OVER(port_room);
	struct result *child;

	text_addf(&port, "%u", group->port);
	ip_format(&address, &group->remote);
	if ((rules->by & TCP_BY_PORT) != 0)
		text_addf(&name, "port %s ", port.data);
	if ((rules->by & TCP_BY_FAMILY) != 0)
		text_addf(&name, "%s ", ip_family_name(group->family));
	if ((rules->by & TCP_BY_REMOTE) != 0)
		text_addf(&name, "from %s ", address.data);
	name.data[name.len - 1] = '\0'; /* the last blank */
	child = result_child(root, name.data);
	if ((rules->by & TCP_BY_PORT) != 0)
		result_label(child, "port", port.data);
	if ((rules->by & TCP_BY_FAMILY) != 0)
		result_label(child, "family", ip_family_name(group->family));
	if ((rules->by & TCP_BY_REMOTE) != 0)
		result_label(child, "remote", address.data);
	result_metric(child, counted(rules), (double)group->connections);
	if (group->unknown > 0)
		result_metric(child, AGE_UNKNOWN, (double)group->unknown);
	result_summary(child, "%llu connection%s",
	    (unsigned long long)group->connections, plural(group->connections));
	result_ok(child);
}

static void
show_groups(const struct tcp_rules *rules, const struct tcp_tally *tally,
    struct result *root)
{
	for (size_t i = 0; i < tally->group_count && i < rules->top; i++)
		show_group(rules, &tally->groups[i], root);
}

/* "6 established connections on port 443 from 2 clients" */
static void
tell_count(const struct tcp_rules *rules, const struct tcp_look *look,
    struct text *text)
{
	const struct tcp_tally *tally = look->tally;
	const uint64_t clients = distinct_count(&tally->clients);
	const size_t row = counted(rules);

	text_addf(text, "%llu ", (unsigned long long)tally->connections);
	if (row + 1 == TCP_ESTABLISHED)
		text_add(text, "established ");
	else if (row != CONNECTIONS)
		text_addf(text, "%s ", tcp_state_name((unsigned)row + 1));
	text_addf(text, "connection%s", plural(tally->connections));
	if (look->last_port != 0)
		text_addf(text,
		    look->first_port == look->last_port ? " on port %u"
							: " on ports %u-%u",
		    look->first_port, look->last_port);
	text_addf(text, " from %s%llu client%s",
	    tally->clients.estimated ? "about " : "",
	    (unsigned long long)clients, plural(clients));
}

static const char *const ages_from[] = {
	[TCP_AGES_FIRST] = "no earlier look to tell ages from",
	[TCP_AGES_HISTORY] = "ages from earlier runs",
	[TCP_AGES_SETTLED] = "ages from two looks",
};

static void
tell_ages(const struct tcp_rules *rules, const struct tcp_look *look,
    struct text *text)
{
	const struct tcp_tally *tally = look->tally;

	if (look->ages == TCP_AGES_NONE)
		return;
	if (rules->least_ns > 0) {
		text_add(text, ", each at least ");
		num_format_duration(text, seconds(rules->least_ns));
		text_addf(text, " old (%llu younger, %llu of unknown age)",
		    (unsigned long long)tally->younger,
		    (unsigned long long)tally->unknown);
	}
	if (tally->oldest_ns > 0) {
		text_add(text, ", oldest at least ");
		num_format_duration(text, seconds(tally->oldest_ns));
	}
	text_addf(text, "; %s", ages_from[look->ages]);
}

static void
judge_one_number(const struct tcp_rules *rules, uint64_t current,
    struct result *root)
{
	result_check(root, counted(rules), (double)current);
	result_summary(root,
	    "%llu connections ESTABLISHED or CLOSE-WAIT, as the kernel counts "
	    "them",
	    (unsigned long long)current);
}

void
tcp_judge(const struct tcp_rules *rules, const struct tcp_look *look,
    struct result *root)
{
	const struct tcp_tally *tally = look->tally;
	char room[400];
	struct text text = TEXT_OVER(room);

	if (tally == NULL) {
		judge_one_number(rules, look->current, root);
		return;
	}
	judge_numbers(rules, tally, root);
	show_states(rules, tally, root);
	judge_backlog(rules, look, root);
	show_groups(rules, tally, root);
	tell_count(rules, look, &text);
	tell_ages(rules, look, &text);
	if (rules->listening && look->listeners->count == 0)
		text_add(&text, "; nobody listens");
	if (tally->group_count > rules->top)
		text_addf(&text, "; %llu largest of %zu groups",
		    (unsigned long long)rules->top, tally->group_count);
	result_summary(root, "%s", text.data);
}
