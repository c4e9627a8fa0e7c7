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
#include "model/tcp_judge.h"
#include "source/cgroup.h"
#include "source/tcp_survey.h"

struct uid {
	bool given;
	uint32_t number;
};

struct opts {
	struct tcp_rules rules; /* first: tcp_metrics know it by that */
	struct opt_ports port, exclude_port; /* of our end */
	struct opt_ports remote_port, exclude_remote_port;
	struct opt_nets local, exclude_local;
	struct opt_nets remote, exclude_remote;
	int family; /* enum ip_family; IP_NONE: both */
	struct uid uid;
	const char *cgroup;
	const char *netns;
	bool exact;
	bool age;
	bool settle;
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
	OPT_LIMITS("", struct opts, rules.connections, "connections"),
	OPT_LIMITS("clients", struct opts, rules.clients,
	    "different remote addresses"),
	OPT_LIMITS("backlog", struct opts, rules.backlog,
	    "percent of the fullest accept queue that is in use"),
	OPT_LIMITS("oldest", struct opts, rules.oldest,
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
	OPT_FLAG('l', "listening", struct opts, rules.listening,
	    "only connections to a local port that somebody listens on",
	    SELECT),
	OPT_OTHER('s', "state", type_state, struct opts, rules.states,
	    "TCP state instead of ESTABLISHED; repeated", SELECT),
	OPT_OTHER('u', "uid", type_uid, struct opts, uid,
	    "only sockets of this user id", SELECT),
	OPT_FILE(0, "cgroup", struct opts, cgroup,
	    "only sockets of this control group and those below it", SELECT),
	OPT_FILE(0, "netns", struct opts, netns,
	    "network namespace: a path, or the id of a process in it",
	    .metavar = "PATH|PID", SELECT),
	OPT_DURATION('d', "duration", struct opts, rules.least_ns,
	    "count only connections at least this old", .max = 366 * DAY),
	OPT_FLAG(0, "settle", struct opts, settle,
	    "look twice, --duration apart, where history does not tell"),
	OPT_FLAG(0, "age", struct opts, age,
	    "tell the age of the oldest connection"),
	OPT_OTHER('b', "by", type_by, struct opts, rules.by,
	    "a line for each of: port, family, remote; with commas"),
	OPT_COUNT(0, "top", struct opts, rules.top,
	    "lines at most, largest first", .preset = "10", .min = 1,
	    .max = TCP_TALLY_GROUPS),
	OPT_FLAG(0, "exact", struct opts, exact,
	    "look at every socket, even where the kernel has a count"),
	OPT_END,
};

/* --- what the options ask for --------------------------------------------- */

static bool
wants_ages(const void *o)
{
	const struct opts *opts = o;

	return opts->rules.least_ns > 0 || opts->age ||
	    limits_given(&opts->rules.oldest);
}

static bool
wants_listeners(const struct opts *opts)
{
	return opts->rules.listening || limits_given(&opts->rules.backlog);
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
	return !opts->exact && opts->rules.states == 0 && !selects_end(opts) &&
	    opts->family == IP_NONE && !opts->uid.given &&
	    opts->cgroup == NULL && opts->rules.by == 0 &&
	    !wants_listeners(opts) && !limits_given(&opts->rules.clients) &&
	    !wants_ages(opts);
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;

	if (opts->settle && opts->rules.least_ns == 0)
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
		.states = tcp_rules_states(&opts->rules),
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
	    (double)opts->rules.least_ns / CLOCK_SECOND);
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
		.listening = opts->rules.listening,
		.backlog = limits_given(&opts->rules.backlog),
		.ages = wants_ages(opts),
		.least_ns = opts->rules.least_ns,
		.before = sample->recalled ? &sample->before : NULL,
		.by = opts->rules.by,
	};

	if (one_number_will_do(opts)) {
		sample->one_number = true;
		return proctcp_current(&sample->sockets.files, &sample->current,
		    err);
	}
	if (opts->settle &&
	    deadline_left_ns(&run->deadline) < opts->rules.least_ns)
		return err_set(err, ERR_USAGE,
		    "--settle: --duration does not fit in --timeout");
	run_waiting(run, "reading the TCP connections");
	if (!make_query(opts, &plan.query, run, err) ||
	    !tcp_survey_look(&sample->survey, &plan, &sample->sockets,
		run->arena, &run->deadline, err) ||
	    !settle(opts, sample, run, err))
		return false;
	if (opts->rules.by == TCP_BY_PORT)
		expect_groups(opts, sample);
	tell_reservations(sample, run);
	return true;
}

/* --- judge ---------------------------------------------------------------- */

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const bool one_range = opts->port.count == 1;
	const struct tcp_look look = {
		.tally = sample->one_number ? NULL : &sample->survey.tally,
		.current = sample->current,
		.listeners = &sample->survey.listeners,
		.queues_untold = sample->sockets.refused.kind != ERR_NONE,
		.ages = sample->survey.ages,
		.first_port = one_range ? opts->port.items[0].first : 0,
		.last_port = one_range ? opts->port.items[0].last : 0,
	};

	tcp_judge(&opts->rules, &look, root);
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
	.metrics = tcp_metrics,
	.memory = &memory,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.open = open_sources,
	.collect = collect,
	.judge = judge,
};
