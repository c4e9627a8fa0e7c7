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
#include "frame/bgp_list.h"
#include "frame/bgp_opt.h"
#include "frame/drop_opt.h"
#include "frame/opt_snmp.h"
#include "frame/plugin.h"
#include "model/bgp_judge.h"
#include "model/memory_part.h"
#include "source/bgp_local.h"
#include "source/bgp_snmp.h"
#include "source/snmp_look.h"

enum {
	SOURCE_SNMP,
	SOURCE_BIRD,
	SOURCE_FRR,
	SOURCE_EXABGP,
	SOURCE_GOBGP,
	SOURCE_OPENBGPD,
};

struct opts {
	struct opt_snmp snmp;
	int source;
	const char *socket;
	struct bgp_opt_choice only, except;
	struct bgp_expects named, expected;
	struct bgp_opt_down down;
	enum verdict admin_down, no_peers, unexpected;
	struct bgp_group_rule up;
	int by_as;
	int64_t uptime;	     /* ns */
	int64_t flap_window; /* ns */
	int64_t drop_hold;   /* ns */
	struct limits flaps;
	struct arena_list prefixes, advertised; /* struct bgp_family_limits */
	struct limits limit_used;
	struct drop_rule drop;
	bool per_peer;
	int list; /* enum bgp_list; 0: none */
};

struct sample {
	struct daemon_link link; /* open for local sources */
	struct bgp_rules rules;
	struct bgp_table table;
	bool whole; /* every peer was read */
	struct snmp_counters cost;
	struct bgp_snmp_report report;
	struct bgp_snmp_hint hint;
	struct bgp_history before, after;
	bool recalled, remembered;
};

/* --- options -------------------------------------------------------------- */

static const struct opt_word source_words[] = {
	{ "snmp", SOURCE_SNMP, "the agent of -H" },
	{ "bird", SOURCE_BIRD, "the control socket of BIRD on this host" },
	{ "frr", SOURCE_FRR, "the vty socket of FRR's bgpd" },
	{ "exabgp", SOURCE_EXABGP, "the pair of pipes of ExaBGP" },
	{ "gobgp", SOURCE_GOBGP, "GoBGP, through the command gobgp" },
	{ "openbgpd", SOURCE_OPENBGPD, "OpenBGPD, through the command bgpctl" },
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
	OPT_OTHER(0, "peer", bgp_opt_peer, struct opts, named,
	    "this peer must be there; only such peers are judged unless "
	    "others are selected",
	    SELECT),
	OPT_OTHER(0, "expect", bgp_opt_expect, struct opts, expected,
	    "file of peers that must be there, one a line", SELECT),
	OPT_NETS(0, "address", struct opts, only.nets,
	    "only peers with this address, or in this network", SELECT),
	OPT_STRINGS(0, "vrf", struct opts, only.vrfs,
	    "only peers in this VRF or instance; default is the default one",
	    .metavar = "NAME", SELECT),
	OPT_OTHER(0, "as", as_opt_list, struct opts, only.as,
	    "only peers of this AS; commas or repeated", SELECT),
	OPT_STRINGS(0, "description", struct opts, only.descriptions,
	    "only peers whose description or name matches", .metavar = "REGEX",
	    SELECT),
	OPT_WORD(0, "family", struct opts, only.family,
	    "only peers with an address of this family",
	    .words = bgp_opt_families, SELECT),
	OPT_NETS(0, "exclude-address", struct opts, except.nets,
	    "not peers with this address, or in this network", SELECT),
	OPT_STRINGS(0, "exclude-vrf", struct opts, except.vrfs,
	    "not peers in this VRF or instance", .metavar = "NAME", SELECT),
	OPT_OTHER(0, "exclude-as", as_opt_list, struct opts, except.as,
	    "not peers of this AS", SELECT),
	OPT_STRINGS(0, "exclude-description", struct opts, except.descriptions,
	    "not peers whose description or name matches", .metavar = "REGEX",
	    SELECT),
	OPT_WORD(0, "exclude-family", struct opts, except.family,
	    "not peers with an address of this family",
	    .words = bgp_opt_families, SELECT),
	OPT_OTHER(0, "down-state", bgp_opt_state, struct opts, down,
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
	OPT_OTHER(0, "up", bgp_opt_share, struct opts, up,
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
	OPT_OTHER(0, "prefixes", bgp_opt_limits, struct opts, prefixes,
	    "prefixes accepted from a peer, or received where that is not "
	    "told, in each address family"),
	OPT_OTHER(0, "advertised", bgp_opt_limits, struct opts, advertised,
	    "prefixes advertised to a peer in each address family"),
	OPT_LIMITS("limit", struct opts, limit_used,
	    "percent of a prefix limit that is used"),
	OPT_OTHER(0, "prefix-drop", drop_opt, struct opts, drop,
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
has_history(const struct opts *opts)
{
	return limits_given(&opts->flaps) || drop_rule_set(&opts->drop);
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;
	const bool snmp = opts->source == SOURCE_SNMP;
	const struct opt_clash clashes[] = {
		{ !snmp &&
			(opts->snmp.record != NULL ||
			    opts->snmp.replay != NULL),
		    "--record and --replay are for --source=snmp" },
		{ snmp && opts->socket != NULL,
		    "--socket needs a --source other than snmp" },
		{ opts->by_as && !bgp_share_set(&opts->up),
		    "--by needs --up-warning or --up-critical" },
		{ opts->drop_hold > 0 && !drop_rule_set(&opts->drop),
		    "--prefix-drop-hold needs --prefix-drop-warning or "
		    "--prefix-drop-critical" },
		{ opts->unexpected != VERDICT_OK &&
			bgp_expects_count(&opts->expected) == 0,
		    "--unexpected-state needs --expect" },
	};

	if (snmp && !opt_snmp_check(&opts->snmp, err))
		return false;
	return opt_clash_check(clashes, sizeof(clashes) / sizeof(clashes[0]),
	    err);
}

/* --- sources -------------------------------------------------------------- */

/* NULL: it is asked over SNMP. */
static const struct daemon *
local_source(const struct opts *opts)
{
	return daemon_find(source_words[opts->source].word);
}

static unsigned
also_needs(const void *o)
{
	const struct opts *opts = o;
	const struct daemon *local = local_source(opts);

	return (local != NULL && local->runs_command ? PLUGIN_EXEC : 0) |
	    (opts->snmp.record != NULL ? PLUGIN_WRITE : 0);
}

/* With the privileges of whoever started us: FRR's socket is its group's. */
static bool
open_source(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const struct daemon *local = local_source(opts);
	const struct deadline soon = deadline_in(CLOCK_SECOND);

	return local == NULL ||
	    daemon_open(&sample->link, local, DAEMON_SESSIONS, opts->socket,
		&soon, err);
}

/* --- rules ---------------------------------------------------------------- */

/* With a rule for the group, one session of it is no fault of its own. */
static enum verdict
down_verdict(const struct opts *opts)
{
	if (opts->down.given)
		return opts->down.verdict;
	return bgp_share_set(&opts->up) ? VERDICT_OK : VERDICT_CRITICAL;
}

static bool
make_rules(const struct opts *opts, struct bgp_rules *rules,
    struct arena *arena, struct err *err)
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
	return bgp_opt_criteria(&opts->only, "description", &rules->select.only,
		   arena, err) &&
	    bgp_opt_criteria(&opts->except, "exclude-description",
		&rules->select.except, arena, err);
}

/* --- asking over SNMP ----------------------------------------------------- */

static bool
is_single(const struct opts *opts, const struct bgp_rules *rules)
{
	return bgp_expects_count(&opts->named) > 0 &&
	    bgp_expects_count(&opts->expected) == 0 &&
	    !bgp_criteria_given(&rules->select.only);
}

/* A router pays for each value, so of a session that is up only that is asked
 * for which will be judged or shown. */
static unsigned
wants(const struct opts *opts, const struct bgp_rules *rules,
    const struct run *run)
{
	if (!run->brief || opts->per_peer ||
	    bgp_expects_count(&opts->named) == 1)
		return BGP_WANT_SHOWN;
	return bgp_rules_want(rules);
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
		.wants = wants(opts, &sample->rules, run),
		.down_wants = BGP_WANT_DOWN,
		.contexts = opts->snmp.contexts.items,
		.context_count = opts->snmp.contexts.count,
		.max_repetitions = opts->snmp.max_repetitions,
		.max_rows = opts->snmp.max_rows,
		.max_bytes = opts->snmp.max_bytes,
	};

	if (is_single(opts, &sample->rules) &&
	    !bgp_snmp_query_name(&query, &opts->named, run->arena))
		return err_set(err, ERR_SYSTEM, "no memory for the peers");
	run_waiting(run, "reading the BGP peers of %s", agent->name);
	return bgp_snmp_read(agent, &query, &sample->hint, &sample->table,
	    &sample->report, &run->deadline, err);
}

static bool
collect_snmp(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	struct snmp_options session;
	struct snmp_look look;
	struct err unwritten;
	bool ok;

	opt_snmp_options(&opts->snmp, &session);
	opt_snmp_tell_waiting(&opts->snmp, run);
	if (!snmp_look_open(&look, &session, opts->snmp.replay,
		opts->snmp.record != NULL, &run->deadline, err))
		return false;
	ok = read_agent(opts, sample, look.agent, run, err);
	if (sample->report.tables_refused > 0)
		run_caveat(run,
		    "%s would not tell of %zu tables of peers: some may be "
		    "missing",
		    look.agent->name, sample->report.tables_refused);
	sample->cost = look.agent->counters;
	tell_cost(sample, run);
	if (!snmp_look_close(&look, opts->snmp.record, &unwritten))
		run_caveat(run, "not recorded: %s", unwritten.text);
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
	const struct bgp_spans spans = {
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.drop_hold_s = opts->drop_hold / CLOCK_SECOND,
		.drop_percent = drop_rule_least(&opts->drop),
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

	opt_snmp_tell_exposed(&opts->snmp, run);
	sample->hint.arena = run->arena;
	bgp_table_init(&sample->table, run->arena, opts->snmp.max_rows);
	if (!make_rules(opts, &sample->rules, run->arena, err))
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

/* Two parts: where the peers stand in the agent's tables, and what became of
 * them. */
#define HINT "hint"
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

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const struct span memory_bytes = { bytes, len };
	struct span hint, history;

	if (!memory_part_cut(memory_bytes, HINT, &hint, &history))
		return err_set(err, ERR_PROTOCOL, "its first line is wrong");
	if (has_hint(opts) && hint.len > 0 &&
	    !bgp_snmp_hint_parse(hint.at, hint.len, &sample->hint, arena, err))
		return false;
	if (!has_history(opts) || history.len == 0)
		return true;
	sample->recalled = bgp_history_decode(&sample->before, history.at,
	    history.len, arena, err);
	return sample->recalled;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const size_t begin = memory_part_begin(out, HINT);

	if (has_hint(opts))
		bgp_snmp_hint_write(&sample->hint, out);
	memory_part_end(out, begin);
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
