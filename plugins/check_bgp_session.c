/* SPDX-License-Identifier: ISC */
/*
 * check_bgp_session: are a router's BGP sessions established, stable, with the
 * right AS and enough prefixes?
 *
 * Sources: the router's SNMP agent, a recording of one, or the control socket
 * of a BGP daemon on this host.  Whatever the source, there is one table of
 * peers (model/bgp.h) and one judge (model/bgp_judge.h).
 */
#include <inttypes.h>
#include <string.h>

#include "base/bootid.h"
#include "base/num.h"
#include "base/regex.h"
#include "frame/bgp_list.h"
#include "frame/opt_file.h"
#include "frame/opt_snmp.h"
#include "frame/plugin.h"
#include "model/bgp_judge.h"
#include "source/bgp_local.h"
#include "source/bgp_snmp.h"
#include "source/snmp.h"
#include "source/snmprec.h"

enum {
	SOURCE_SNMP,
	SOURCE_BIRD,
	SOURCE_FRR,
	SOURCE_EXABGP,
	SOURCE_GOBGP,
	SOURCE_OPENBGPD,
};

struct as_list {
	size_t count;
	uint32_t *items;
	size_t capacity;
};

/* The lists of one struct bgp_criteria, as they are typed. */
struct choice {
	struct opt_nets nets;
	struct opt_strings vrfs;
	struct as_list as;
	struct opt_strings descriptions;
	int family; /* enum ip_family */
};

struct down_state {
	bool given;
	enum verdict verdict;
};

struct opts {
	struct opt_snmp snmp;
	int source;
	const char *socket;
	struct choice only, except;
	struct bgp_expects named, expected;
	struct down_state down;
	enum verdict admin_down, no_peers, unexpected;
	struct bgp_group_rule up;
	int by_as;
	int64_t uptime;	     /* ns */
	int64_t flap_window; /* ns */
	int64_t drop_hold;   /* ns */
	struct limits flaps;
	struct arena_list prefixes, advertised; /* struct bgp_family_limits */
	struct limits limit_used;
	struct bgp_drop_rule drop;
	bool per_peer;
	int list; /* enum bgp_list; 0: none */
};

struct sample {
	struct bgp_local_link link; /* open for local sources */
	struct bgp_rules rules;
	struct bgp_table table;
	bool whole; /* every peer was read */
	struct snmp_options session;
	struct snmp_counters cost;
	struct bgp_snmp_report report;
	struct bgp_snmp_hint hint;
	struct bgp_history before, after;
	bool recalled, remembered;
};

/* --- options -------------------------------------------------------------- */

static bool
no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no memory left for options");
}

/* AS numbers, with commas. */
static bool
parse_as(const struct opt_value *value, void *field, struct err *err)
{
	for (const char *at = value->text;;) {
		const size_t len = strcspn(at, ",");
		const char *item = arena_string(value->arena, at, len);
		uint32_t as, *added;

		if (item == NULL)
			return no_memory(err);
		if (!bgp_as_parse(item, &as, err))
			return false;
		added = opt_list_add(value->arena, field, sizeof(*added));
		if (added == NULL)
			return no_memory(err);
		*added = as;
		if (at[len] == '\0')
			return true;
		at += len + 1;
	}
}

static bool
parse_peer(const struct opt_value *value, void *field, struct err *err)
{
	return bgp_expect_parse(value->text, strlen(value->text), ",", field,
	    value->arena, err);
}

static bool
parse_expect(const struct opt_value *value, void *field, struct err *err)
{
	const char *bytes;
	size_t len;

	return opt_file_load(value->text, value->arena, &bytes, &len, err) &&
	    bgp_expect_parse_file(bytes, len, field, value->arena, err);
}

static bool
parse_down(const struct opt_value *value, void *field, struct err *err)
{
	struct down_state *down = field;

	down->given = true;
	if (verdict_parse(value->text, &down->verdict))
		return true;
	return err_set(err, ERR_USAGE,
	    "must be ok, warning, critical, unknown or 0 to 3");
}

/* "2", "50%": copied without the sign, which is all that tells them apart. */
static bool
parse_share(const struct opt_value *value, void *field, struct err *err)
{
	struct bgp_group_rule *rule = field;
	struct bgp_share *share =
	    value->critical ? &rule->critical : &rule->warning;
	const size_t len = strlen(value->text);
	uint64_t number;

	share->percent = len > 0 && value->text[len - 1] == '%';
	share->set = true;
	if (share->percent)
		return num_percent(value->text, &share->least, err);
	if (!num_u64(value->text, &number, err))
		return false;
	share->least = (double)number;
	return true;
}

static struct bgp_family_limits *
limits_for(struct arena_list *list, uint16_t afi, uint8_t safi,
    struct arena *arena)
{
	struct bgp_family_limits *items = list->items, *added;

	for (size_t i = 0; i < list->count; i++)
		if (items[i].afi == afi && items[i].safi == safi)
			return &items[i];
	added = arena_push(arena, list, sizeof(*added));
	if (added != NULL) {
		added->afi = afi;
		added->safi = safi;
	}
	return added;
}

/* "1000:", "ipv6-unicast=200:" */
static bool
parse_family_limits(const struct opt_value *value, void *field, struct err *err)
{
	const char *equals = strchr(value->text, '=');
	const char *range = equals != NULL ? equals + 1 : value->text;
	struct bgp_family_limits *limits;
	uint16_t afi = 0;
	uint8_t safi = 0;

	if (equals != NULL &&
	    !bgp_family_parse(value->text, (size_t)(equals - value->text), &afi,
		&safi))
		return err_set(err, ERR_USAGE,
		    "before the =: no address family, such as ipv4-unicast");
	limits = limits_for(field, afi, safi, value->arena);
	if (limits == NULL)
		return no_memory(err);
	return range_parse(range,
	    value->critical ? &limits->limits.critical
			    : &limits->limits.warning,
	    err);
}

static bool
parse_drop(const struct opt_value *value, void *field, struct err *err)
{
	struct bgp_drop_rule *drop = field;
	double percent;

	if (!num_percent(value->text, &percent, err))
		return false;
	if (percent <= 0)
		return err_set(err, ERR_USAGE, "must be more than 0 %%");
	*(value->critical ? &drop->critical : &drop->warning) = percent;
	return true;
}

static const struct opt_type type_as = { .metavar = "AS",
	.repeats = true,
	.parse = parse_as };
static const struct opt_type type_peer = {
	.metavar = "PEER[,as=AS][,vrf=NAME][,prefixes=N][,FAMILY=N]",
	.host_like = true,
	.repeats = true,
	.parse = parse_peer
};
static const struct opt_type type_expect = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_expect };
static const struct opt_type type_down = { .metavar = "STATE",
	.parse = parse_down };
static const struct opt_type type_share = { .metavar = "N|N%",
	.pair = true,
	.parse = parse_share };
static const struct opt_type type_family_limits = { .metavar = "[FAMILY=]RANGE",
	.pair = true,
	.repeats = true,
	.parse = parse_family_limits };
static const struct opt_type type_drop = { .metavar = "PERCENT",
	.pair = true,
	.parse = parse_drop };

static const struct opt_word source_words[] = {
	{ "snmp", SOURCE_SNMP, "the agent of -H" },
	{ "bird", SOURCE_BIRD, "the control socket of BIRD on this host" },
	{ "frr", SOURCE_FRR, "the vty socket of FRR's bgpd" },
	{ "exabgp", SOURCE_EXABGP, "the pair of pipes of ExaBGP" },
	{ "gobgp", SOURCE_GOBGP, "GoBGP, through the command gobgp" },
	{ "openbgpd", SOURCE_OPENBGPD, "OpenBGPD, through the command bgpctl" },
	{ NULL, 0, NULL },
};

static const struct opt_word family_words[] = {
	{ "ipv4", IP_V4, NULL },
	{ "ipv6", IP_V6, NULL },
	{ NULL, 0, NULL },
};

static const struct opt_word by_words[] = {
	{ "as", 1, NULL },
	{ NULL, 0, NULL },
};

#define SELECT .flags = OPT_IDENTITY
#define DAY (86400 * (uint64_t)CLOCK_SECOND)

static const struct opt options[] = {
	OPT_WORD(0, "source", struct opts, source, "who is asked",
	    .preset = "snmp", .words = source_words, SELECT),
	OPT_STRING(0, "socket", struct opts, socket,
	    "socket, pipes or address of a local daemon, instead of its usual "
	    "one",
	    .metavar = "PATH", SELECT),
	OPT_SNMP_ROWS(struct opts, snmp),
	OPT_OTHER(0, "peer", type_peer, struct opts, named,
	    "this peer must be there; only such peers are judged unless "
	    "others are selected",
	    SELECT),
	OPT_OTHER(0, "expect", type_expect, struct opts, expected,
	    "file of peers that must be there, one a line", SELECT),
	OPT_NETS(0, "address", struct opts, only.nets,
	    "only peers with this address, or in this network", SELECT),
	OPT_STRINGS(0, "vrf", struct opts, only.vrfs,
	    "only peers in this VRF or instance; default is the default one",
	    .metavar = "NAME", SELECT),
	OPT_OTHER(0, "as", type_as, struct opts, only.as,
	    "only peers of this AS; commas or repeated", SELECT),
	OPT_STRINGS(0, "description", struct opts, only.descriptions,
	    "only peers whose description or name matches", .metavar = "REGEX",
	    SELECT),
	OPT_WORD(0, "family", struct opts, only.family,
	    "only peers with an address of this family", .words = family_words,
	    SELECT),
	OPT_NETS(0, "exclude-address", struct opts, except.nets,
	    "not peers with this address, or in this network", SELECT),
	OPT_STRINGS(0, "exclude-vrf", struct opts, except.vrfs,
	    "not peers in this VRF or instance", .metavar = "NAME", SELECT),
	OPT_OTHER(0, "exclude-as", type_as, struct opts, except.as,
	    "not peers of this AS", SELECT),
	OPT_STRINGS(0, "exclude-description", struct opts, except.descriptions,
	    "not peers whose description or name matches", .metavar = "REGEX",
	    SELECT),
	OPT_WORD(0, "exclude-family", struct opts, except.family,
	    "not peers with an address of this family", .words = family_words,
	    SELECT),
	OPT_OTHER(0, "down-state", type_down, struct opts, down,
	    "state for a session that is not established; critical unless "
	    "given, ok with --up-warning or --up-critical"),
	OPT_VERDICT(0, "admin-down-state", struct opts, admin_down,
	    "state for a session that is shut down on purpose",
	    .preset = "warning"),
	OPT_VERDICT(0, "no-peers-state", struct opts, no_peers,
	    "state when there is no peer to judge", .preset = "unknown"),
	OPT_VERDICT(0, "unexpected-state", struct opts, unexpected,
	    "state for a peer that is not in the file of --expect",
	    .preset = "ok"),
	OPT_OTHER(0, "up", type_share, struct opts, up,
	    "sessions that must be established, of all that are judged"),
	OPT_WORD(0, "by", struct opts, by_as,
	    "apply that to each group of its own", .words = by_words),
	OPT_DURATION(0, "uptime", struct opts, uptime,
	    "warn of a session that is up for less", .max = 366 * DAY),
	OPT_LIMITS("flaps", struct opts, flaps,
	    "times that a session came up within the flap window"),
	OPT_DURATION(0, "flap-window", struct opts, flap_window,
	    "how long a flap counts", .preset = "1h",
	    .min = (uint64_t)CLOCK_SECOND, .max = 31 * DAY),
	OPT_OTHER(0, "prefixes", type_family_limits, struct opts, prefixes,
	    "prefixes accepted from a peer, or received where that is not "
	    "told, in each address family"),
	OPT_OTHER(0, "advertised", type_family_limits, struct opts, advertised,
	    "prefixes advertised to a peer in each address family"),
	OPT_LIMITS("limit", struct opts, limit_used,
	    "percent of a prefix limit that is used"),
	OPT_OTHER(0, "prefix-drop", type_drop, struct opts, drop,
	    "percent of its prefixes that a peer lost since the last run"),
	OPT_DURATION(0, "prefix-drop-hold", struct opts, drop_hold,
	    "how long such a loss is told, instead of once", .max = 31 * DAY),
	OPT_FLAG(0, "per-peer", struct opts, per_peer,
	    "performance data of each peer"),
	OPT_CHOICE(0, "list", struct opts, list,
	    "print the peers instead of a verdict", .words = bgp_list_words),
	OPT_END,
};

static bool
limits_set(const struct limits *limits)
{
	return limits->warning.set || limits->critical.set;
}

static bool
is_dropping(const struct opts *opts)
{
	return opts->drop.warning > 0 || opts->drop.critical > 0;
}

static bool
has_history(const struct opts *opts)
{
	return limits_set(&opts->flaps) || is_dropping(opts);
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;

	if (opts->source == SOURCE_SNMP && !opt_snmp_check(&opts->snmp, err))
		return false;
	if (opts->source != SOURCE_SNMP &&
	    (opts->snmp.record != NULL || opts->snmp.replay != NULL))
		return err_set(err, ERR_USAGE,
		    "--record and --replay are for --source=snmp");
	if (opts->source == SOURCE_SNMP && opts->socket != NULL)
		return err_set(err, ERR_USAGE,
		    "--socket needs a --source other than snmp");
	if (opts->by_as && !bgp_share_set(&opts->up))
		return err_set(err, ERR_USAGE,
		    "--by needs --up-warning or --up-critical");
	if (opts->drop_hold > 0 && !is_dropping(opts))
		return err_set(err, ERR_USAGE,
		    "--prefix-drop-hold needs --prefix-drop-warning or "
		    "--prefix-drop-critical");
	if (opts->unexpected != VERDICT_OK &&
	    bgp_expects_count(&opts->expected) == 0)
		return err_set(err, ERR_USAGE,
		    "--unexpected-state needs --expect");
	return true;
}

/* --- sources -------------------------------------------------------------- */

static const struct bgp_local *
local_source(const struct opts *opts)
{
	if (opts->source == SOURCE_SNMP)
		return NULL;
	return bgp_local_find(source_words[opts->source].word);
}

static unsigned
also_needs(const void *o)
{
	const struct opts *opts = o;
	const struct bgp_local *local = local_source(opts);
	unsigned needs = 0;

	if (local != NULL && bgp_local_runs_command(local))
		needs |= PLUGIN_EXEC;
	if (opts->snmp.record != NULL)
		needs |= PLUGIN_WRITE;
	return needs;
}

/* With the privileges of whoever started us: FRR's socket is its group's. */
static bool
open_source(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const struct bgp_local *local = local_source(opts);
	const struct deadline soon = deadline_in(CLOCK_SECOND);

	return local == NULL ||
	    bgp_local_open(&sample->link, local, opts->socket, &soon, err);
}

/* --- rules ---------------------------------------------------------------- */

static bool
compile(const struct opt_strings *patterns, const char *option,
    struct regex *const **compiled, struct run *run, struct err *err)
{
	struct regex **all =
	    arena_alloc(run->arena, (patterns->count + 1) * sizeof(*all));

	if (all == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for patterns");
	for (size_t i = 0; i < patterns->count; i++) {
		all[i] = regex_new(patterns->items[i], err);
		if (all[i] == NULL)
			return err_context(err, "--%s=%s", option,
			    patterns->items[i]);
	}
	*compiled = all;
	return true;
}

static bool
make_criteria(const struct choice *choice, const char *option,
    struct bgp_criteria *criteria, struct run *run, struct err *err)
{
	*criteria = (struct bgp_criteria){
		.nets = choice->nets.items,
		.net_count = choice->nets.count,
		.vrfs = choice->vrfs.items,
		.vrf_count = choice->vrfs.count,
		.as = choice->as.items,
		.as_count = choice->as.count,
		.description_count = choice->descriptions.count,
		.family = (enum ip_family)choice->family,
	};
	return compile(&choice->descriptions, option, &criteria->descriptions,
	    run, err);
}

/* With a rule for the group, one session of it is no fault of its own. */
static enum verdict
down_verdict(const struct opts *opts)
{
	if (opts->down.given)
		return opts->down.verdict;
	return bgp_share_set(&opts->up) ? VERDICT_OK : VERDICT_CRITICAL;
}

static bool
make_rules(const struct opts *opts, struct bgp_rules *rules, struct run *run,
    struct err *err)
{
	*rules = (struct bgp_rules){
		.named = opts->named,
		.expected = opts->expected,
		.closed = opts->unexpected != VERDICT_OK,
		.down = down_verdict(opts),
		.admin_down = opts->admin_down,
		.no_peers = opts->no_peers,
		.unexpected = opts->unexpected,
		.up = opts->up,
		.by_as = opts->by_as,
		.uptime_s = (uint32_t)(opts->uptime / CLOCK_SECOND),
		.flaps = opts->flaps,
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.prefixes = opts->prefixes,
		.advertised = opts->advertised,
		.limit_used = opts->limit_used,
		.drop = opts->drop,
		.per_peer = opts->per_peer,
	};
	return make_criteria(&opts->only, "description", &rules->select.only,
		   run, err) &&
	    make_criteria(&opts->except, "exclude-description",
		&rules->select.except, run, err);
}

/* --- asking over SNMP ----------------------------------------------------- */

static bool
is_single(const struct opts *opts, const struct bgp_rules *rules)
{
	return bgp_expects_count(&opts->named) > 0 &&
	    bgp_expects_count(&opts->expected) == 0 &&
	    !bgp_criteria_given(&rules->select.only);
}

/* What the rules judge of every peer. */
static unsigned
wants_of_rules(const struct opts *opts)
{
	unsigned wants = 0;

	/* Why it came up anew is what is asked next. */
	if (opts->uptime > 0)
		wants |= BGP_WANT_TIME | BGP_WANT_ERROR;
	if (limits_set(&opts->flaps))
		wants |= BGP_WANT_TRANSITIONS | BGP_WANT_TIME | BGP_WANT_ERROR;
	if (opts->prefixes.count > 0 || is_dropping(opts))
		wants |= BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED;
	if (opts->advertised.count > 0)
		wants |= BGP_WANT_ADVERTISED;
	if (limits_set(&opts->limit_used))
		wants |= BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED | BGP_WANT_LIMIT;
	if (opts->by_as || opts->only.as.count > 0 || opts->except.as.count > 0)
		wants |= BGP_WANT_REMOTE_AS;
	if (opts->only.descriptions.count > 0 ||
	    opts->except.descriptions.count > 0)
		wants |= BGP_WANT_DESCRIPTION;
	return wants;
}

static unsigned
wants_of_expects(const struct bgp_expects *expects)
{
	unsigned wants = 0;

	for (size_t i = 0; i < bgp_expects_count(expects); i++) {
		const struct bgp_expect *expect = bgp_expects_at(expects, i);

		if (expect->has_as)
			wants |= BGP_WANT_REMOTE_AS;
		if (expect->has_prefixes || expect->family_count > 0)
			wants |= BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED;
	}
	return wants;
}

/* A router pays for each value, so of a session that is up only that is asked
 * for which will be judged or shown. */
static unsigned
wants(const struct opts *opts, const struct run *run)
{
	if (!run->brief || opts->per_peer ||
	    bgp_expects_count(&opts->named) == 1)
		return BGP_WANT_ALL & ~BGP_WANT_LOCAL_AS;
	return wants_of_rules(opts) | wants_of_expects(&opts->named) |
	    wants_of_expects(&opts->expected);
}

#define WANTS_OF_DOWN                                                          \
	(BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_TIME |                 \
	    BGP_WANT_TRANSITIONS | BGP_WANT_ERROR | BGP_WANT_DESCRIPTION)

/* A table calls the default VRF by no name. */
static const char *
vrf_of(const struct bgp_expect *expect)
{
	return expect->vrf != NULL && strcmp(expect->vrf, "default") == 0
	    ? ""
	    : expect->vrf;
}

/* Peers by address alone can be asked for one by one. */
static bool
name_peers(const struct opts *opts, const struct sample *sample,
    struct bgp_snmp_query *query, struct arena *arena)
{
	const size_t count = bgp_expects_count(&opts->named);
	struct bgp_snmp_peer *peers;

	if (!is_single(opts, &sample->rules))
		return true;
	peers = arena_alloc(arena, count * sizeof(*peers));
	for (size_t i = 0; peers != NULL && i < count; i++) {
		const struct bgp_expect *expect =
		    bgp_expects_at(&opts->named, i);

		if (expect->address.family == IP_NONE || expect->name != NULL)
			return true;
		peers[i] =
		    (struct bgp_snmp_peer){ vrf_of(expect), expect->address };
	}
	query->peers = peers;
	query->peer_count = count;
	return peers != NULL;
}

static struct snmp_agent *
open_agent(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	if (opts->snmp.replay != NULL)
		return snmprec_open(opts->snmp.replay, err);
	opt_snmp_options(&opts->snmp, &sample->session);
	if (!snmp_options_check(&sample->session, err))
		return NULL;
	run_waiting(run, "asking the SNMP agent of %s", opts->snmp.host.name);
	return snmp_agent_open(&sample->session, &run->deadline, err);
}

static void
tell_cost(const struct sample *sample, struct run *run)
{
	const struct bgp_snmp_report *report = &sample->report;
	char room[300];
	struct text tables = TEXT_OVER(room);

	for (size_t i = 0; i < report->table_count; i++)
		text_addf(&tables, "%s%s", i > 0 ? ", " : "",
		    report->tables[i]);
	run_note(run, 1, "SNMP: %" PRIu64 " requests, %" PRIu64 " varbinds",
	    sample->cost.requests, sample->cost.varbinds);
	if (tables.len > 0)
		run_note(run, 1, "tables: %s%s", tables.data,
		    report->hint_used	      ? " (known from the last run)"
			: report->hint_failed ? " (found anew)"
					      : "");
}

static bool
read_agent(const struct opts *opts, struct sample *sample,
    struct snmp_agent *agent, struct run *run, struct err *err)
{
	struct bgp_snmp_query query = {
		.wants = wants(opts, run),
		.down_wants = WANTS_OF_DOWN,
		.contexts = opts->snmp.contexts.items,
		.context_count = opts->snmp.contexts.count,
		.max_repetitions = opts->snmp.max_repetitions,
		.max_rows = opts->snmp.max_rows,
		.max_bytes = opts->snmp.max_bytes,
	};

	if (!name_peers(opts, sample, &query, run->arena))
		return err_set(err, ERR_SYSTEM, "no memory for the peers");
	run_waiting(run, "reading the BGP peers of %s", agent->name);
	return bgp_snmp_read(agent, &query, &sample->hint, &sample->table,
	    &sample->report, &run->deadline, err);
}

static bool
collect_snmp(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	struct snmprec_writer *writer = NULL;
	struct snmp_agent *agent = open_agent(opts, sample, run, err);
	bool ok = false;

	if (agent == NULL)
		return false;
	if (opts->snmp.record != NULL) {
		writer = snmprec_record(agent, err);
		if (writer == NULL)
			goto out;
	}
	ok = read_agent(opts, sample, agent, run, err);
	if (sample->report.tables_refused > 0)
		run_caveat(run,
		    "%s would not tell of %zu tables of peers: some may be "
		    "missing",
		    agent->name, sample->report.tables_refused);
	sample->cost = agent->counters;
	tell_cost(sample, run);
	/* What it answered before it failed is the most interesting part. */
	if (writer != NULL) {
		struct err unwritten;

		if (!snmprec_write(writer, opts->snmp.record, &unwritten))
			run_caveat(run, "not recorded: %s", unwritten.text);
	}
out:
	snmprec_free(writer);
	snmp_agent_close(agent);
	return ok;
}

/* --- collect -------------------------------------------------------------- */

static bool
collect_local(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	run_waiting(run, "asking %s", source_words[opts->source].word);
	return bgp_local_read(&sample->link, &sample->table, &run->deadline,
	    err);
}

static bool
compare_with_past(const struct opts *opts, struct sample *sample,
    struct run *run, struct err *err)
{
	const struct bgp_drop_rule *drop = &opts->drop;
	const struct bgp_spans spans = {
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.drop_hold_s = opts->drop_hold / CLOCK_SECOND,
		.drop_percent = drop->warning > 0 &&
			(drop->critical <= 0 || drop->warning < drop->critical)
		    ? drop->warning
		    : drop->critical,
	};
	struct bgp_moment moment = { .at_s =
					 clock_boottime_ns() / CLOCK_SECOND };

	if (!has_history(opts))
		return true;
	if (!bootid_read(moment.boot_id, err))
		return false;
	bgp_history_init(&sample->after, run->arena, &moment);
	sample->remembered = bgp_history_next(&sample->after,
	    sample->recalled ? &sample->before : NULL, &sample->table, &spans);
	return sample->remembered ||
	    err_set(err, ERR_SYSTEM, "no memory for the history");
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const char *exposed = opt_snmp_exposed(&opts->snmp);

	if (exposed != NULL)
		run_note(run, 1,
		    "--%s on a command line can be seen by every user of this "
		    "host: use --%s-file",
		    exposed, exposed);
	sample->hint.arena = run->arena;
	bgp_table_init(&sample->table, run->arena, opts->snmp.max_rows);
	if (!make_rules(opts, &sample->rules, run, err))
		return false;
	if (!(opts->source == SOURCE_SNMP ? collect_snmp : collect_local)(opts,
		sample, run, err)) {
		if (bgp_table_count(&sample->table) > 0)
			run_checkpoint(run);
		return false;
	}
	if (sample->table.daemon != NULL)
		run_note(run, 1, "daemon: %s", sample->table.daemon);
	sample->whole = true;
	bgp_table_sort(&sample->table);
	return compare_with_past(opts, sample, run, err);
}

/* --- judge ---------------------------------------------------------------- */

/* Why a table may be empty that should not be. */
static const char *
why_no_peers(const struct opts *opts)
{
	if (opts->source != SOURCE_SNMP)
		return "the daemon has none configured";
	if (opts->snmp.replay != NULL)
		return "the recording has no table of them";
	if (opts->snmp.contexts.count > 0)
		return "does this context exist, and may this user see it?";
	return "does the agent serve BGP tables, may this community or user "
	       "see them, are the peers in a --context?";
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const struct bgp_look look = {
		.table = &sample->table,
		.before = sample->recalled ? &sample->before : NULL,
		.history = sample->remembered ? &sample->after : NULL,
		.partial = !sample->whole,
		.skipped = sample->report.rows_skipped,
		.hint = why_no_peers(opts),
	};

	bgp_judge(&sample->rules, &look, root);
	if (opts->source == SOURCE_SNMP) {
		result_metric(root, BGP_M_REQUESTS,
		    (double)sample->cost.requests);
		result_metric(root, BGP_M_VARBINDS,
		    (double)sample->cost.varbinds);
	}
	/* A list of peers that are down is a good list. */
	if (opts->list != 0 && sample->whole &&
	    bgp_table_count(&sample->table) > 0)
		result_settle(root, VERDICT_OK);
}

/* --- listing -------------------------------------------------------------- */

static bool
lists(const void *o)
{
	const struct opts *opts = o;

	return opts->list != 0;
}

static void
print_list(const void *o, const struct result *root, struct text *out)
{
	const struct opts *opts = o;
	struct bgp_list_asked asked = {
		.source = opts->source == SOURCE_SNMP
		    ? NULL
		    : source_words[opts->source].word,
		.socket = opts->socket,
		.snmp = &opts->snmp,
	};

	bgp_list_print((enum bgp_list)opts->list, &asked, root, out);
}

static const struct plugin_listing listing = {
	.wanted = lists,
	.print = print_list,
};

/* --- memory --------------------------------------------------------------- */

/*
 * Two parts, of which either may be missing: where the peers stand in the
 * agent's tables, and what became of them.  The first line tells how long the
 * first part is.
 */
#define HINT_BYTES (256 << 10)
#define MEMORY_BYTES (6 << 20) /* 20,000 peers with two families */

static bool
has_hint(const struct opts *opts)
{
	return opts->source == SOURCE_SNMP && opts->snmp.replay == NULL &&
	    opts->snmp.contexts.count <= 1;
}

static bool
wants_memory(const void *o)
{
	const struct opts *opts = o;

	return opts->list == 0 && (has_hint(opts) || has_history(opts));
}

static bool
hint_only(const void *o)
{
	return !has_history(o);
}

/* "hint 123\n", then as many bytes. */
static bool
cut_hint(const char *bytes, size_t len, const char **hint, size_t *hint_len)
{
	static const char word[] = "hint ";
	const char *newline = memchr(bytes, '\n', len);
	char number[24] = "";
	struct err ignored;
	uint64_t value;

	if (newline == NULL || len < sizeof(word) ||
	    memcmp(bytes, word, sizeof(word) - 1) != 0 ||
	    (size_t)(newline - bytes) >= sizeof(word) - 1 + sizeof(number))
		return false;
	memcpy(number, bytes + sizeof(word) - 1,
	    (size_t)(newline - bytes) - (sizeof(word) - 1));
	if (!num_u64(number, &value, &ignored) ||
	    value > len - (size_t)(newline + 1 - bytes))
		return false;
	*hint = newline + 1;
	*hint_len = (size_t)value;
	return true;
}

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const char *hint;
	size_t hint_len;

	if (!cut_hint(bytes, len, &hint, &hint_len))
		return err_set(err, ERR_PROTOCOL, "its first line is wrong");
	if (has_hint(opts) && hint_len > 0 &&
	    !bgp_snmp_hint_parse(hint, hint_len, &sample->hint, arena, err))
		return false;
	len -= (size_t)(hint + hint_len - bytes);
	if (!has_history(opts) || len == 0)
		return true;
	sample->recalled = bgp_history_decode(&sample->before, hint + hint_len,
	    len, arena, err);
	return sample->recalled;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	char room[24];
	struct text length = TEXT_OVER(room);
	const size_t start = out->len + strlen("hint 000000\n");

	/* The length is written over the zeros when it is known. */
	text_add(out, "hint 000000\n");
	if (has_hint(opts))
		bgp_snmp_hint_write(&sample->hint, out);
	text_addf(&length, "%06zu", out->len - start);
	if (out->len >= start && length.len == 6)
		memcpy(out->data + start - 7, length.data, 6);
	if (sample->remembered)
		bgp_history_encode(&sample->after, out);
}

static const struct plugin_memory memory = {
	.max_bytes = MEMORY_BYTES,
	.wanted = wants_memory,
	.hint_only = hint_only,
	.recall = recall,
	.remember = remember,
};

/* --- the program ---------------------------------------------------------- */

/* What check_nwc_health is called with; man page, COMPATIBILITY. */
static const char *const habits[] = {
	"--mode",
	"nothing for peers, --list for a list of them, check_route for routes",
	"--name",
	"--peer PEER, --description REGEX or --address NETWORK",
	"--username",
	"--user USER",
	"--authpassword",
	"--auth-pass-file FILE",
	"--authprotocol",
	"--auth-protocol NAME",
	"--privpassword",
	"--priv-pass-file FILE",
	"--privprotocol",
	"--priv-protocol NAME",
	"--contextname",
	"--context NAME",
	NULL,
};

static const char *const examples[] = {
	"-H 192.0.2.1 --community-file /etc/routevigil/community",
	"is every BGP session of the router established?",
	"-H 192.0.2.1 -u monitor --auth-pass-file auth --peer "
	"2001:db8::2,as=65002 --uptime 10m",
	"one session over SNMPv3: up for 10 minutes, with the right AS?",
	"-H 192.0.2.1 --as 65001,65002 --by as --up-warning 100% --up-critical "
	"50%",
	"of each upstream, is at least half of the sessions up?",
	"--source bird --prefixes-critical ipv4-unicast=1: "
	"--prefix-drop-warning 50%",
	"does the BIRD of this host still get its routes?",
	"-H 192.0.2.1 --list=icinga2",
	"print a service definition for each peer",
	NULL,
};

const struct plugin plugin = {
	.name = "check_bgp_session",
	.title = "BGP",
	.purpose = "checks the BGP sessions of a router: established, stable, "
		   "with the right AS and enough prefixes",
	.examples = examples,
	.habits = habits,
	.options = options,
	.metrics = bgp_metrics,
	.memory = &memory,
	.listing = &listing,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.also_needs = also_needs,
	.validate = validate,
	.open = open_source,
	.collect = collect,
	.judge = judge,
};
