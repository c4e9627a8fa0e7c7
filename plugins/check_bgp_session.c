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

#include "frame/bgp_list.h"
#include "frame/bgp_session_opt.h"
#include "frame/plugin.h"
#include "model/bgp_judge.h"
#include "model/memory_part.h"
#include "source/bgp_local.h"
#include "source/bgp_snmp.h"
#include "source/snmp_look.h"

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

static bool
validate(void *o, struct err *err)
{
	return bgp_session_opts_check(o, err);
}

static bool
asks_agent(const struct bgp_session_opts *opts)
{
	return bgp_session_opts_daemon(opts) == NULL;
}

/* --- sources -------------------------------------------------------------- */

/* NULL: it is asked over SNMP. */
static const struct daemon *
local_source(const struct bgp_session_opts *opts)
{
	const char *name = bgp_session_opts_daemon(opts);

	return name == NULL ? NULL : daemon_find(name);
}

static unsigned
also_needs(const void *o)
{
	const struct bgp_session_opts *opts = o;
	const struct daemon *local = local_source(opts);

	return (local != NULL && local->runs_command ? PLUGIN_EXEC : 0) |
	    (opts->snmp.record != NULL ? PLUGIN_WRITE : 0);
}

/* With the privileges of whoever started us: FRR's socket is its group's. */
static bool
open_source(const void *o, void *s, struct err *err)
{
	const struct bgp_session_opts *opts = o;
	struct sample *sample = s;
	const struct daemon *local = local_source(opts);
	const struct deadline soon = deadline_in(CLOCK_SECOND);

	return local == NULL ||
	    daemon_open(&sample->link, local, DAEMON_SESSIONS, opts->socket,
		&soon, err);
}

/* --- asking over SNMP ----------------------------------------------------- */

static bool
is_single(const struct bgp_session_opts *opts, const struct bgp_rules *rules)
{
	return bgp_expects_count(&opts->named) > 0 &&
	    bgp_expects_count(&opts->expected) == 0 &&
	    !bgp_criteria_given(&rules->select.only);
}

/* A router pays for each value, so of a session that is up only that is asked
 * for which will be judged or shown. */
static unsigned
wants(const struct bgp_session_opts *opts, const struct bgp_rules *rules,
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
read_agent(const struct bgp_session_opts *opts, struct sample *sample,
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
collect_snmp(const struct bgp_session_opts *opts, struct sample *sample,
    struct run *run, struct err *err)
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
collect_local(const struct bgp_session_opts *opts, struct sample *sample,
    struct run *run, struct err *err)
{
	run_waiting(run, "asking %s", bgp_session_opts_daemon(opts));
	return bgp_local_read(&sample->link, &sample->table, &run->deadline,
	    err);
}

static bool
compare_with_past(const struct bgp_session_opts *opts, struct sample *sample,
    struct run *run, struct err *err)
{
	const struct bgp_spans spans = {
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.drop_hold_s = opts->drop_hold / CLOCK_SECOND,
		.drop_percent = drop_rule_least(&opts->drop),
	};
	struct moment moment;

	if (!bgp_session_opts_compare(opts))
		return true;
	if (!moment_now(&moment, err))
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
	const struct bgp_session_opts *opts = o;
	struct sample *sample = s;

	opt_snmp_tell_exposed(&opts->snmp, run);
	sample->hint.arena = run->arena;
	bgp_table_init(&sample->table, run->arena, opts->snmp.max_rows);
	if (!bgp_session_opts_rules(opts, &sample->rules, run->arena, err))
		return false;
	if (!(asks_agent(opts) ? collect_snmp : collect_local)(opts, sample,
		run, err)) {
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
why_no_peers(const struct bgp_session_opts *opts)
{
	if (!asks_agent(opts))
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
	const struct bgp_session_opts *opts = o;
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
	if (asks_agent(opts)) {
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
	const struct bgp_session_opts *opts = o;

	return opts->list != 0;
}

static void
print_list(const void *o, const struct result *root, struct text *out)
{
	const struct bgp_session_opts *opts = o;
	struct bgp_list_asked asked = {
		.source = bgp_session_opts_daemon(opts),
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
has_hint(const struct bgp_session_opts *opts)
{
	return asks_agent(opts) && opts->snmp.replay == NULL &&
	    opts->snmp.contexts.count <= 1;
}

static bool
wants_memory(const void *o)
{
	const struct bgp_session_opts *opts = o;

	return opts->list == 0 &&
	    (has_hint(opts) || bgp_session_opts_compare(opts));
}

static bool
hint_only(const void *o)
{
	return !bgp_session_opts_compare(o);
}

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	const struct bgp_session_opts *opts = o;
	struct sample *sample = s;
	const struct span memory_bytes = { bytes, len };
	struct span hint, history;

	if (!memory_part_cut(memory_bytes, HINT, &hint, &history))
		return err_set(err, ERR_PROTOCOL, "its first line is wrong");
	if (has_hint(opts) && hint.len > 0 &&
	    !bgp_snmp_hint_parse(hint.at, hint.len, &sample->hint, arena, err))
		return false;
	if (!bgp_session_opts_compare(opts) || history.len == 0)
		return true;
	sample->recalled = bgp_history_decode(&sample->before, history.at,
	    history.len, arena, err);
	return sample->recalled;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct bgp_session_opts *opts = o;
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
	.options = bgp_session_options,
	.metrics = bgp_metrics,
	.memory = &memory,
	.listing = &listing,
	.opts_size = sizeof(struct bgp_session_opts),
	.sample_size = sizeof(struct sample),
	.also_needs = also_needs,
	.validate = validate,
	.open = open_source,
	.collect = collect,
	.judge = judge,
};
