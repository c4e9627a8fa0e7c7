/* SPDX-License-Identifier: ISC */
/*
 * check_tcp_established: how many TCP connections this host holds open, of how
 * many clients, and for how long.
 *
 * Source: sock_diag(7), with the selection done by the kernel; /proc/net/tcp
 * where that is refused.  A plain count of all connections is one number that
 * the kernel keeps itself.  Ages are not told by Linux: see tcp_history.h.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "base/num.h"
#include "frame/plugin.h"
#include "model/bounds.h"
#include "source/cgroup.h"
#include "source/tcp_survey.h"

struct uid {
	bool given;
	uint32_t number;
};

struct opts {
	struct opt_ports port, exclude_port; /* of our end */
	struct opt_ports remote_port, exclude_remote_port;
	struct opt_nets local, exclude_local;
	struct opt_nets remote, exclude_remote;
	int family; /* enum ip_family; IP_NONE: both */
	bool listening;
	struct uid uid;
	const char *cgroup;
	const char *netns;
	uint32_t states; /* TCP_STATE_BIT; 0: ESTABLISHED */
	bool exact;
	int64_t duration; /* ns */
	bool age;
	bool settle;
	unsigned by; /* enum tcp_by */
	uint64_t top;
	struct limits connections, clients, backlog, oldest;
};

struct sample {
	struct tcp_sockets sockets;
	struct tcp_history before;
	bool recalled;
	bool one_number; /* only `current` was looked at */
	uint64_t current;
	struct tcp_survey survey;
};

/* --- options -------------------------------------------------------------- */

static bool
parse_uid(const struct opt_value *value, void *field, struct err *err)
{
	struct uid *uid = field;
	uint64_t number;

	if (!num_u64(value->text, &number, err))
		return false;
	if (number > UINT32_MAX - 1)
		return err_set(err, ERR_USAGE, "a user id is below 4294967295");
	*uid = (struct uid){ true, (uint32_t)number };
	return true;
}

static bool
parse_state(const struct opt_value *value, void *field, struct err *err)
{
	uint32_t *states = field;
	const unsigned state = tcp_state_parse(value->text);

	if (state == 0)
		return err_set(err, ERR_USAGE,
		    "no TCP state, such as ESTABLISHED, SYN-RECEIVED, "
		    "TIME-WAIT or CLOSE-WAIT");
	*states |= TCP_STATE_BIT(state);
	return true;
}

static const struct opt_word by_words[] = {
	{ "port", TCP_BY_PORT, NULL },
	{ "family", TCP_BY_FAMILY, NULL },
	{ "remote", TCP_BY_REMOTE, NULL },
	{ NULL, 0, NULL },
};

static int
by_word(const char *word, size_t len)
{
	for (const struct opt_word *row = by_words; row->word != NULL; row++) {
		if (strlen(row->word) == len &&
		    memcmp(row->word, word, len) == 0)
			return row->value;
	}
	return 0;
}

static bool
parse_by(const struct opt_value *value, void *field, struct err *err)
{
	unsigned *by = field;
	const char *at = value->text;

	for (;;) {
		const size_t len = strcspn(at, ",");
		const int bit = by_word(at, len);

		if (bit == 0)
			return err_set(err, ERR_USAGE,
			    "not port, family or remote, at character %td",
			    at - value->text + 1);
		*by |= (unsigned)bit;
		if (at[len] == '\0')
			return true;
		at += len + 1;
	}
}

static const struct opt_type type_uid = { .metavar = "UID",
	.parse = parse_uid };
static const struct opt_type type_state = { .metavar = "STATE",
	.repeats = true,
	.parse = parse_state };
static const struct opt_type type_by = { .metavar = "WORDS",
	.repeats = true,
	.parse = parse_by };

#define SELECT .flags = OPT_IDENTITY
#define DAY (86400 * CLOCK_SECOND)

static const struct opt options[] = {
	OPT_LIMITS("", struct opts, connections, "connections"),
	OPT_LIMITS("clients", struct opts, clients,
	    "different remote addresses"),
	OPT_LIMITS("backlog", struct opts, backlog,
	    "percent of the fullest accept queue that is in use"),
	OPT_LIMITS("oldest", struct opts, oldest,
	    "age of the oldest connection in seconds"),
	OPT_PORTS('p', "port", struct opts, port,
	    "local port: number, name or range; commas or repeated",
	    .flags = OPT_IDENTITY | OPT_GUESS),
	OPT_PORTS('r', "remote-port", struct opts, remote_port,
	    "the same for the remote end", SELECT),
	OPT_NETS(0, "local", struct opts, local,
	    "local address or network; commas or repeated", SELECT),
	OPT_NETS(0, "remote", struct opts, remote,
	    "the same for the remote end", SELECT),
	OPT_PORTS(0, "exclude-port", struct opts, exclude_port,
	    "not these local ports", SELECT),
	OPT_PORTS(0, "exclude-remote-port", struct opts, exclude_remote_port,
	    "not these remote ports", SELECT),
	OPT_NETS(0, "exclude-local", struct opts, exclude_local,
	    "not these local networks", SELECT),
	OPT_NETS(0, "exclude-remote", struct opts, exclude_remote,
	    "not these remote networks", SELECT),
	OPT_SET('4', "ipv4", struct opts, family,
	    "IPv4 only, IPv4-mapped IPv6 included", .value = IP_V4, SELECT),
	OPT_SET('6', "ipv6", struct opts, family, "IPv6 only", .value = IP_V6,
	    SELECT),
	OPT_FLAG('l', "listening", struct opts, listening,
	    "only connections to a local port that somebody listens on",
	    SELECT),
	OPT_OTHER('s', "state", type_state, struct opts, states,
	    "TCP state instead of ESTABLISHED; repeated", SELECT),
	OPT_OTHER('u', "uid", type_uid, struct opts, uid,
	    "only sockets of this user id", SELECT),
	OPT_FILE(0, "cgroup", struct opts, cgroup,
	    "only sockets of this control group and those below it", SELECT),
	OPT_FILE(0, "netns", struct opts, netns,
	    "network namespace: a path, or the id of a process in it",
	    .metavar = "PATH|PID", SELECT),
	OPT_DURATION('d', "duration", struct opts, duration,
	    "count only connections at least this old", .max = 366 * DAY),
	OPT_FLAG(0, "settle", struct opts, settle,
	    "look twice, --duration apart, where history does not tell"),
	OPT_FLAG(0, "age", struct opts, age,
	    "tell the age of the oldest connection"),
	OPT_OTHER('b', "by", type_by, struct opts, by,
	    "a line for each of: port, family, remote; with commas"),
	OPT_COUNT(0, "top", struct opts, top, "lines at most, largest first",
	    .preset = "10", .min = 1, .max = TCP_TALLY_GROUPS),
	OPT_FLAG(0, "exact", struct opts, exact,
	    "look at every socket, even where the kernel has a count"),
	OPT_END,
};

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

#define LIMITS_OF(field) .limits = offsetof(struct opts, field)
#define NO_LIMITS .limits = METRIC_NO_LIMITS
#define STATE_ROW(state, word, text)                                           \
	[(state)-1] = { word, "tcp_" word "_connections", text,                \
		LIMITS_OF(connections),                                        \
		.parts = "tcp_group_" word "_connections" }

static const struct metric_def metrics[] = {
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

/* --- what the options ask for --------------------------------------------- */

static uint32_t
states_of(const struct opts *opts)
{
	return opts->states != 0 ? opts->states
				 : TCP_STATE_BIT(TCP_ESTABLISHED);
}

static bool
wants_ages(const void *o)
{
	const struct opts *opts = o;

	return opts->duration > 0 || opts->age || limits_given(&opts->oldest);
}

static bool
wants_listeners(const struct opts *opts)
{
	return opts->listening || limits_given(&opts->backlog);
}

static bool
selects_end(const struct opts *opts)
{
	return opts->port.count > 0 || opts->exclude_port.count > 0 ||
	    opts->remote_port.count > 0 ||
	    opts->exclude_remote_port.count > 0 || opts->local.count > 0 ||
	    opts->exclude_local.count > 0 || opts->remote.count > 0 ||
	    opts->exclude_remote.count > 0;
}

/* The kernel's own count knows no selection, no address and no age. */
static bool
one_number_will_do(const struct opts *opts)
{
	return !opts->exact && opts->states == 0 && !selects_end(opts) &&
	    opts->family == IP_NONE && !opts->uid.given &&
	    opts->cgroup == NULL && opts->by == 0 && !wants_listeners(opts) &&
	    !limits_given(&opts->clients) && !wants_ages(opts);
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;

	if (opts->settle && opts->duration == 0)
		return err_set(err, ERR_USAGE,
		    "--settle needs --duration: the time between its looks");
	return true;
}

static bool
open_sources(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;

	return tcp_sockets_open(&sample->sockets,
	    one_number_will_do(opts) ? PROCTCP_CURRENT : PROCTCP_SOCKETS,
	    opts->netns, err);
}

/* --- the query ------------------------------------------------------------ */

static bool
copy_ports(const struct opt_ports *from, struct sockdiag_ports *to,
    struct arena *arena)
{
	struct sockdiag_port_range *items =
	    arena_alloc(arena, from->count * sizeof(*items));

	for (size_t i = 0; items != NULL && i < from->count; i++)
		items[i] = (struct sockdiag_port_range){ from->items[i].first,
			from->items[i].last };
	*to = (struct sockdiag_ports){ items, from->count };
	return items != NULL;
}

static struct sockdiag_nets
nets(const struct opt_nets *from)
{
	return (struct sockdiag_nets){ from->items, from->count };
}

static bool
make_query(const struct opts *opts, struct sockdiag_query *query,
    struct run *run, struct err *err)
{
	struct cgroup_ids groups = { 0 };

	*query = (struct sockdiag_query){
		.states = states_of(opts),
		.family = (enum ip_family)opts->family,
		.local.nets = nets(&opts->local),
		.local.not_nets = nets(&opts->exclude_local),
		.remote.nets = nets(&opts->remote),
		.remote.not_nets = nets(&opts->exclude_remote),
		.by_uid = opts->uid.given,
		.uid = opts->uid.number,
		.by_cgroup = opts->cgroup != NULL,
	};
	if (!copy_ports(&opts->port, &query->local.ports, run->arena) ||
	    !copy_ports(&opts->exclude_port, &query->local.not_ports,
		run->arena) ||
	    !copy_ports(&opts->remote_port, &query->remote.ports, run->arena) ||
	    !copy_ports(&opts->exclude_remote_port, &query->remote.not_ports,
		run->arena))
		return err_set(err, ERR_SYSTEM, "no memory for the ports");
	if (opts->cgroup != NULL &&
	    !cgroup_find(opts->cgroup, run->arena, &groups, err))
		return false;
	query->cgroups = groups.items;
	query->cgroup_count = groups.count;
	return true;
}

/* --- collect -------------------------------------------------------------- */

static void
tell_reservations(const struct sample *sample, struct run *run)
{
	const struct tcp_survey *survey = &sample->survey;

	if (sample->sockets.refused.kind != ERR_NONE)
		run_caveat(run, "read from /proc/net/tcp: %s",
		    sample->sockets.refused.text);
	if (survey->torn || survey->listeners_torn)
		run_caveat(run,
		    "the kernel changed its table while it was read: the "
		    "count may be off");
	if (survey->unusable.kind != ERR_NONE)
		run_caveat(run, "no history: %s", survey->unusable.text);
	if (survey->after.full)
		run_caveat(run, "more connections than can be remembered");
	if (survey->tally.ungrouped > 0)
		run_caveat(run,
		    "more than %d groups: %llu connections are in none",
		    TCP_TALLY_GROUPS,
		    (unsigned long long)survey->tally.ungrouped);
}

/* Ages that are still open are settled by a second look. */
static bool
settle(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	if (!opts->settle || sample->survey.tally.unknown == 0)
		return true;
	run_checkpoint(run);
	run_waiting(run, "looking again %.6g s after the first time",
	    (double)opts->duration / CLOCK_SECOND);
	return tcp_survey_settle(&sample->survey, &run->deadline, err);
}

/* Ports that were named have a line even when nobody is connected. */
static void
expect_groups(const struct opts *opts, struct sample *sample)
{
	for (size_t i = 0; i < opts->port.count; i++) {
		if (opts->port.items[i].first == opts->port.items[i].last)
			tcp_tally_expect(&sample->survey.tally,
			    opts->port.items[i].first, IP_NONE);
	}
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	struct tcp_survey_plan plan = {
		.listening = opts->listening,
		.backlog = limits_given(&opts->backlog),
		.ages = wants_ages(opts),
		.least_ns = opts->duration,
		.before = sample->recalled ? &sample->before : NULL,
		.by = opts->by,
	};

	if (one_number_will_do(opts)) {
		sample->one_number = true;
		return proctcp_current(&sample->sockets.files, &sample->current,
		    err);
	}
	if (opts->settle && deadline_left_ns(&run->deadline) < opts->duration)
		return err_set(err, ERR_USAGE,
		    "--settle: --duration does not fit in --timeout");
	run_waiting(run, "reading the TCP connections");
	if (!make_query(opts, &plan.query, run, err) ||
	    !tcp_survey_look(&sample->survey, &plan, &sample->sockets,
		run->arena, &run->deadline, err) ||
	    !settle(opts, sample, run, err))
		return false;
	if (opts->by == TCP_BY_PORT)
		expect_groups(opts, sample);
	tell_reservations(sample, run);
	return true;
}

/* --- judge ---------------------------------------------------------------- */

static const char *
plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* The row of what is counted. */
static size_t
counted(const struct opts *opts)
{
	const uint32_t states = states_of(opts);

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
check_oldest(const struct opts *opts, const struct tcp_tally *tally,
    struct result *root)
{
	const struct bounds oldest = { seconds(tally->oldest_ns),
		seconds(tally->oldest_most_ns) };
	enum verdict verdict;
	bool sure;

	if (!tally->plan.ages || tally->connections + tally->unknown == 0)
		return true;
	sure = bounds_verdict(&oldest, &opts->oldest, &verdict);
	if (tally->connections == 0 && (!sure || verdict == VERDICT_OK))
		return sure;
	return check_bounds(root, OLDEST, &oldest, &opts->oldest);
}

static void
judge_numbers(const struct opts *opts, const struct tcp_tally *tally,
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

	sure &=
	    check_bounds(root, counted(opts), &connections, &opts->connections);
	sure &= check_bounds(root, CLIENTS, &clients, &opts->clients);
	sure &= check_oldest(opts, tally, root);
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
show_states(const struct opts *opts, const struct tcp_tally *tally,
    struct result *root)
{
	for (unsigned state = 1;
	     counted(opts) == CONNECTIONS && state < TCP_STATES; state++) {
		if ((states_of(opts) & TCP_STATE_BIT(state)) != 0)
			result_metric(root, state - 1,
			    (double)tally->in_state[state]);
	}
}

static void
judge_backlog(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	const struct tcp_listeners *listeners = &sample->survey.listeners;
	char room[64];
	struct text address = TEXT_OVER(room);

	if (!limits_given(&opts->backlog))
		return;
	if (listeners->count == 0) {
		result_judge(root, VERDICT_CRITICAL, "nobody listens");
		return;
	}
	if (sample->sockets.refused.kind != ERR_NONE) {
		result_judge(root, VERDICT_UNKNOWN,
		    "/proc/net/tcp does not tell the room of accept queues");
		return;
	}
	if (limits_verdict(&opts->backlog, listeners->percent) != VERDICT_OK) {
		ip_format(&address, &listeners->address);
		result_judge(root,
		    limits_verdict(&opts->backlog, listeners->percent),
		    "%u of %u wait in the accept queue of %s port %u",
		    listeners->waiting, listeners->room, address.data,
		    listeners->port);
	}
	result_check(root, BACKLOG, listeners->percent);
}

static void
show_group(const struct opts *opts, const struct tcp_group *group,
    struct result *root)
{
	char name_room[128], address_room[80], port_room[8];
	struct text name = TEXT_OVER(name_room);
	struct text address = TEXT_OVER(address_room);
	struct text port = TEXT_OVER(port_room);
	struct result *child;

	text_addf(&port, "%u", group->port);
	ip_format(&address, &group->remote);
	if ((opts->by & TCP_BY_PORT) != 0)
		text_addf(&name, "port %s ", port.data);
	if ((opts->by & TCP_BY_FAMILY) != 0)
		text_addf(&name, "%s ", ip_family_name(group->family));
	if ((opts->by & TCP_BY_REMOTE) != 0)
		text_addf(&name, "from %s ", address.data);
	name.data[name.len - 1] = '\0'; /* the last blank */
	child = result_child(root, name.data);
	if ((opts->by & TCP_BY_PORT) != 0)
		result_label(child, "port", port.data);
	if ((opts->by & TCP_BY_FAMILY) != 0)
		result_label(child, "family", ip_family_name(group->family));
	if ((opts->by & TCP_BY_REMOTE) != 0)
		result_label(child, "remote", address.data);
	result_metric(child, counted(opts), (double)group->connections);
	if (group->unknown > 0)
		result_metric(child, AGE_UNKNOWN, (double)group->unknown);
	result_summary(child, "%llu connection%s",
	    (unsigned long long)group->connections, plural(group->connections));
	result_ok(child);
}

static void
show_groups(const struct opts *opts, const struct tcp_tally *tally,
    struct result *root)
{
	for (size_t i = 0; i < tally->group_count && i < opts->top; i++)
		show_group(opts, &tally->groups[i], root);
}

/* "6 established connections on port 443 from 2 clients" */
static void
tell_count(const struct opts *opts, const struct tcp_tally *tally,
    struct text *text)
{
	const uint64_t clients = distinct_count(&tally->clients);
	const size_t row = counted(opts);

	text_addf(text, "%llu ", (unsigned long long)tally->connections);
	if (row + 1 == TCP_ESTABLISHED)
		text_add(text, "established ");
	else if (row != CONNECTIONS)
		text_addf(text, "%s ", tcp_state_name((unsigned)row + 1));
	text_addf(text, "connection%s", plural(tally->connections));
	if (opts->port.count == 1) {
		const struct opt_port_range *range = &opts->port.items[0];

		text_addf(text,
		    range->first == range->last ? " on port %u"
						: " on ports %u-%u",
		    range->first, range->last);
	}
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
tell_ages(const struct opts *opts, const struct tcp_survey *survey,
    struct text *text)
{
	const struct tcp_tally *tally = &survey->tally;

	if (survey->ages == TCP_AGES_NONE)
		return;
	if (opts->duration > 0) {
		text_add(text, ", each at least ");
		num_format_duration(text, seconds(opts->duration));
		text_addf(text, " old (%llu younger, %llu of unknown age)",
		    (unsigned long long)tally->younger,
		    (unsigned long long)tally->unknown);
	}
	if (tally->oldest_ns > 0) {
		text_add(text, ", oldest at least ");
		num_format_duration(text, seconds(tally->oldest_ns));
	}
	text_addf(text, "; %s", ages_from[survey->ages]);
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const struct tcp_tally *tally = &sample->survey.tally;
	char room[400];
	struct text text = TEXT_OVER(room);

	if (sample->one_number) {
		result_check(root, counted(opts), (double)sample->current);
		result_summary(root,
		    "%llu connections ESTABLISHED or CLOSE-WAIT, as the "
		    "kernel counts them",
		    (unsigned long long)sample->current);
		return;
	}
	judge_numbers(opts, tally, root);
	show_states(opts, tally, root);
	judge_backlog(opts, sample, root);
	show_groups(opts, tally, root);
	tell_count(opts, tally, &text);
	tell_ages(opts, &sample->survey, &text);
	if (opts->listening && sample->survey.listeners.count == 0)
		text_add(&text, "; nobody listens");
	if (tally->group_count > opts->top)
		text_addf(&text, "; %llu largest of %zu groups",
		    (unsigned long long)opts->top, tally->group_count);
	result_summary(root, "%s", text.data);
}

/* --- memory --------------------------------------------------------------- */

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	struct sample *sample = s;

	(void)o;
	sample->recalled =
	    tcp_history_decode(&sample->before, bytes, len, arena, err);
	return sample->recalled;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct sample *sample = s;

	(void)o;
	tcp_history_encode(&sample->survey.after, out);
}

static const struct plugin_memory memory = {
	.max_bytes = 5 << 20, /* TCP_HISTORY_MAX of the worst cookies */
	.wanted = wants_ages,
	.recall = recall,
	.remember = remember,
};

static const char *const examples[] = {
	"-p 443 -c 1:",
	"is anybody connected to the HTTPS port?",
	"-p 3838 --duration 6s --settle --by port,family",
	"long-lived connections of a WebSocket application",
	"--listening --backlog-warning 50 --backlog-critical 90",
	"does any service fail to accept its users?",
	NULL,
};

const struct plugin plugin = {
	.name = "check_tcp_established",
	.title = "TCP",
	.purpose = "counts the TCP connections of this host, of their clients "
		   "and for how long they last",
	.examples = examples,
	.options = options,
	.metrics = metrics,
	.memory = &memory,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.open = open_sources,
	.collect = collect,
	.judge = judge,
};
