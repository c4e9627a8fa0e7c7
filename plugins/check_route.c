/* SPDX-License-Identifier: ISC */
/*
 * check_route: is the prefix really there, from the right next hop, and how
 * many routes are there?
 *
 * Sources: the kernel's own table, the routing daemons of this host, a router's
 * SNMP agent, and whatever a command prints.  Whatever the source, there is one
 * view of a prefix (model/route.h) and one judge (model/route_judge.h), which
 * compares the views of several.
 */
#include <inttypes.h>
#include <string.h>

#include "frame/as_opt.h"
#include "frame/command_opt.h"
#include "frame/drop_opt.h"
#include "frame/opt_snmp.h"
#include "frame/pattern_opt.h"
#include "frame/plugin.h"
#include "frame/route_opt.h"
#include "frame/source_opt.h"
#include "model/route_ask.h"
#include "source/ownaddr.h"
#include "source/route_snmp.h"
#include "source/route_survey.h"
#include "source/rtnames.h"

struct opts {
	struct route_expects expects;
	struct source_opt sources;
	struct source_opt_paths sockets;
	const char *table, *vrf, *netns;
	bool absent, longest;
	struct opt_nets matches;
	uint64_t match_length;
	int kind; /* enum route_wanted_kind */
	struct opt_nets hops;
	struct opt_strings devices, protocols, as_paths;
	struct as_opt origins;
	struct limits metric, hop_count;
	enum verdict absent_state, mismatch_state;
	struct route_opt_tallies tallies;
	struct drop_rule drop;
	int64_t drop_hold; /* ns */
	struct limits changes, flaps;
	int64_t flap_window; /* ns */
	bool per_prefix;
	struct opt_snmp snmp;
	struct command_opt command;
	struct opt_strings matches_text, no_matches_text;
	struct command_opt_exit absent_status;
	bool any_status;
	int stage; /* enum route_stage */
};

struct sample {
	struct route_survey survey;
	struct route_rules rules;
	struct route_view views[ROUTE_SOURCES];
	size_t view_count;
	struct route_history before, after;
	bool recalled, remembered;
};

/* --- options -------------------------------------------------------------- */

#define SELECT .flags = OPT_IDENTITY
#define DAY (86400 * (uint64_t)CLOCK_SECOND)

static const struct opt options[] = {
	OPT_OTHER(0, "PREFIX", route_opt_prefix, struct opts, expects,
	    "network, address, default (0.0.0.0/0) or default6 (::/0) that "
	    "must be there",
	    .flags = OPT_IDENTITY | OPT_POSITIONAL),
	OPT_OTHER('r', "route", route_opt_prefix, struct opts, expects,
	    "the same as an option", SELECT),
	OPT_OTHER(0, "expect", route_opt_expect, struct opts, expects,
	    "file of prefixes that must be there, one a line", SELECT),
	OPT_OTHER(0, "source", source_opt_names, struct opts, sources,
	    "who is asked: kernel, snmp, bird, frr, exabgp, gobgp, openbgpd, "
	    "command; several must agree; kernel unless given",
	    SELECT),
	OPT_OTHER(0, "socket", source_opt_sockets, struct opts, sockets,
	    "socket, pipes, directory or address of a routing daemon, instead "
	    "of its usual one",
	    SELECT),
	OPT_STRING(0, "table", struct opts, table,
	    "routing table, by number or name; main unless given",
	    .metavar = "TABLE", SELECT),
	OPT_STRING(0, "vrf", struct opts, vrf, "VRF to look in",
	    .metavar = "NAME", SELECT),
	OPT_FILE(0, "netns", struct opts, netns,
	    "network namespace of the kernel that is asked, a path or a "
	    "process id",
	    .metavar = "PATH|PID", SELECT),
	OPT_FLAG(0, "absent", struct opts, absent,
	    "the prefixes must not be there", SELECT),
	OPT_FLAG(0, "longest-match", struct opts, longest,
	    "judge the route that carries the traffic, whatever its length",
	    SELECT),
	OPT_NETS(0, "match-prefix", struct opts, matches,
	    "with --longest-match: it must be exactly this one"),
	OPT_COUNT(0, "match-length", struct opts, match_length,
	    "with --longest-match: its prefix must be at least /N",
	    .metavar = "N", .max = 128),
	OPT_WORD(0, "kind", struct opts, kind,
	    "kind of route that counts as there", .preset = "reachable",
	    .words = route_opt_kinds, SELECT),
	OPT_NETS(0, "next-hop", struct opts, hops,
	    "every next hop is among these", .metavar = "ADDRESS|NETWORK"),
	OPT_STRINGS(0, "device", struct opts, devices,
	    "every next hop is on one of these devices", .metavar = "NAME"),
	OPT_STRINGS(0, "proto", struct opts, protocols,
	    "routing protocol that must have made the route, such as bgp",
	    .metavar = "NAME"),
	OPT_STRINGS(0, "as-path", struct opts, as_paths,
	    "the AS path must match, as text of numbers and blanks",
	    .metavar = "REGEX"),
	OPT_OTHER(0, "origin-as", as_opt_list, struct opts, origins,
	    "AS that must have announced it; commas or repeated"),
	OPT_LIMITS("metric", struct opts, metric, "metric of the route"),
	OPT_LIMITS("next-hops", struct opts, hop_count,
	    "next hops of the route that are up"),
	OPT_VERDICT(0, "absent-state", struct opts, absent_state,
	    "state for a prefix that is not there, or should not be",
	    .preset = "critical"),
	OPT_VERDICT(0, "mismatch-state", struct opts, mismatch_state,
	    "state for a route that is not as it should be",
	    .preset = "critical"),
	/* What is not counted is not remembered: two runs that count different
	 * routes have a memory each. */
	OPT_OTHER(0, "count", route_opt_count, struct opts, tallies,
	    "number of routes, of a family, protocol and table or of all",
	    SELECT),
	OPT_OTHER(0, "count-drop", drop_opt, struct opts, drop,
	    "percent of these routes that were lost since the last run"),
	OPT_DURATION(0, "count-drop-hold", struct opts, drop_hold,
	    "how long such a loss is told, instead of once", .max = 31 * DAY),
	OPT_LIMITS("changes", struct opts, changes,
	    "by how many routes a minute these numbers change"),
	OPT_LIMITS("flaps", struct opts, flaps,
	    "times that a prefix came or went within the flap window"),
	OPT_DURATION(0, "flap-window", struct opts, flap_window,
	    "how long a flap counts", .preset = "1h",
	    .min = (uint64_t)CLOCK_SECOND, .max = 31 * DAY),
	OPT_FLAG(0, "per-prefix", struct opts, per_prefix,
	    "performance data of each prefix"),
	OPT_STRINGS(0, "match", struct opts, matches_text,
	    "what the command must print of a prefix that is there; the "
	    "prefix itself unless given",
	    .metavar = "REGEX", SELECT),
	OPT_STRINGS(0, "no-match", struct opts, no_matches_text,
	    "what it prints of one that is not", .metavar = "REGEX", SELECT),
	OPT_OTHER(0, "absent-status", command_opt_status, struct opts,
	    absent_status, "exit status of the command that says so, too",
	    SELECT),
	OPT_FLAG(0, "any-status", struct opts, any_status,
	    "its exit status says nothing", SELECT),
	OPT_WORD(0, "stage", struct opts, stage,
	    "how far a prefix must have got in sources that tell, and what a "
	    "command proves; best, and installed for a command, unless given",
	    .words = route_opt_stages, SELECT),
	OPT_SNMP_ROWS(struct opts, snmp),
	{ .name = "COMMAND [ARG]...",
	    .type = &command_opt_words,
	    .offset = offsetof(struct opts, command),
	    .help = "command of --source=command, run without a shell; "
		    "{prefix}, {address}, {length} and {mask} stand for those "
		    "of a prefix",
	    .flags = OPT_REST | OPT_IDENTITY },
	OPT_END,
};

/* --- what goes together --------------------------------------------------- */

static bool
compares_counts(const struct opts *opts)
{
	return drop_rule_set(&opts->drop) || limits_given(&opts->changes);
}

static bool
has_history(const struct opts *opts)
{
	return compares_counts(opts) || limits_given(&opts->flaps);
}

static bool
counts(const struct opts *opts)
{
	return opts->tallies.count > 0 || compares_counts(opts);
}

static bool
has_command_options(const struct opts *opts)
{
	return opts->matches_text.count > 0 ||
	    opts->no_matches_text.count > 0 || opts->command.count > 0 ||
	    opts->absent_status.given || opts->any_status;
}

static bool
check_together(const struct opts *opts, struct err *err)
{
	const bool prefixes = route_expects_count(&opts->expects) > 0;
	const bool snmp = source_opt_asks(&opts->sources, ROUTE_SOURCE_SNMP);
	const bool command =
	    source_opt_asks(&opts->sources, ROUTE_SOURCE_COMMAND);
	const struct opt_clash clashes[] = {
		{ !prefixes && !counts(opts),
		    "name a prefix, such as 192.0.2.0/24 or default, or give "
		    "--count-warning or --count-critical" },
		{ (opts->matches.count > 0 || opts->match_length > 0) &&
			!opts->longest,
		    "--match-prefix and --match-length need --longest-match" },
		{ limits_given(&opts->flaps) && !prefixes,
		    "--flaps-warning and --flaps-critical need a prefix" },
		{ opts->drop_hold > 0 && !drop_rule_set(&opts->drop),
		    "--count-drop-hold needs --count-drop-warning or "
		    "--count-drop-critical" },
		{ opts->vrf != NULL && opts->table != NULL,
		    "--vrf and --table: a VRF has a table of its own" },
		{ has_command_options(opts) && !command,
		    "a command, --match, --no-match, --absent-status and "
		    "--any-status need --source=command" },
		/* Not the host: Icinga gives its address to every check. */
		{ (opts->snmp.record != NULL || opts->snmp.replay != NULL) &&
			!snmp,
		    "--record and --replay need --source=snmp" },
		{ opts->snmp.contexts.count > 1,
		    "--context: one is asked in one run" },
		{ command && !prefixes, "--source=command needs a prefix" },
	};

	return opt_clash_check(clashes, sizeof(clashes) / sizeof(clashes[0]),
	    err);
}

static bool
check_sources(const struct opts *opts, struct err *err)
{
	for (size_t i = 0; i < route_expects_count(&opts->expects); i++) {
		const char *name = route_expects_at(&opts->expects, i)->source;

		if (name == NULL)
			continue;
		if (!source_opt_known(name, strlen(name), err))
			return false;
		if (!source_opt_asks(&opts->sources, name))
			return err_set(err, ERR_USAGE,
			    "the file of --expect asks %s, --source does not",
			    name);
	}
	if (opts->netns != NULL &&
	    !source_opt_asks(&opts->sources, ROUTE_SOURCE_KERNEL))
		return err_set(err, ERR_USAGE, "--netns needs --source=kernel");
	return source_opt_check_paths(&opts->sources, &opts->sockets, err);
}

static struct route_command
command_of(const struct opts *opts)
{
	return (struct route_command){
		.argv = opts->command.items,
		.matches = opts->matches_text.items,
		.match_count = opts->matches_text.count,
		.no_matches = opts->no_matches_text.items,
		.no_match_count = opts->no_matches_text.count,
		.absent_status = opts->absent_status.given
		    ? opts->absent_status.status
		    : ROUTE_COMMAND_NO_STATUS,
		.any_status = opts->any_status,
		.stage =
		    opts->stage != 0 ? (unsigned)opts->stage : ROUTE_INSTALLED,
	};
}

static bool
check_remote(const struct opts *opts, struct err *err)
{
	const struct route_command command = command_of(opts);

	if (source_opt_asks(&opts->sources, ROUTE_SOURCE_SNMP) &&
	    !opt_snmp_check(&opts->snmp, err))
		return false;
	return !source_opt_asks(&opts->sources, ROUTE_SOURCE_COMMAND) ||
	    route_command_check(&command, err) ||
	    err_context(err, "--source=command");
}

static bool
validate(void *o, struct err *err)
{
	return check_together(o, err) && check_sources(o, err) &&
	    check_remote(o, err);
}

/* --- sources -------------------------------------------------------------- */

static unsigned
also_needs(const void *o)
{
	const struct opts *opts = o;
	unsigned needs = opts->snmp.record != NULL ? PLUGIN_WRITE : 0;

	for (size_t i = 0; i < source_opt_count(&opts->sources); i++)
		if (route_survey_runs_command(source_opt_at(&opts->sources, i)))
			needs |= PLUGIN_EXEC;
	return needs;
}

static const char *
path_for(const struct opts *opts, const char *source)
{
	return strcmp(source, ROUTE_SOURCE_KERNEL) == 0
	    ? opts->netns
	    : source_opt_path_of(&opts->sockets, source);
}

/* With the privileges of whoever started us: FRR's socket is its group's.  Of
 * several sources the others are worth asking. */
static bool
open_sources(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const size_t count = source_opt_count(&opts->sources);

	for (size_t i = 0; i < count; i++) {
		const char *name = source_opt_at(&opts->sources, i);
		struct err lack;

		if (!route_survey_open(&sample->survey, name,
			path_for(opts, name), &lack) &&
		    count == 1) {
			*err = lack;
			return false;
		}
	}
	return true;
}

/* --- rules ---------------------------------------------------------------- */

static const struct route_tally all_routes = { .words = "" };

static bool
make_rules(const struct opts *opts, struct route_rules *rules,
    struct arena *arena, struct err *err)
{
	*rules = (struct route_rules){
		.expects = opts->expects,
		.absent = opts->absent,
		.longest = opts->longest,
		.stage = (unsigned)opts->stage,
		.matches = opts->matches.items,
		.match_count = opts->matches.count,
		.match_length = (uint8_t)opts->match_length,
		.want = {
			.kind = (enum route_wanted_kind)opts->kind,
			.hops = opts->hops.items,
			.hop_count = opts->hops.count,
			.devices = opts->devices.items,
			.device_count = opts->devices.count,
			.protocols = opts->protocols.items,
			.protocol_count = opts->protocols.count,
			.origins = opts->origins.items,
			.origin_count = opts->origins.count,
		},
		.metric = opts->metric,
		.hops = opts->hop_count,
		.absent_state = opts->absent_state,
		.mismatch_state = opts->mismatch_state,
		.tallies = opts->tallies.items,
		.tally_count = opts->tallies.count,
		.drop = opts->drop,
		.changes = opts->changes,
		.flaps = opts->flaps,
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.per_prefix = opts->per_prefix,
	};
	if (opts->tallies.count == 0 && counts(opts)) {
		rules->tallies = &all_routes;
		rules->tally_count = 1;
	}
	rules->want.as_path_count = opts->as_paths.count;
	return pattern_opt_compile(&opts->as_paths, "as-path",
	    &rules->want.as_paths, arena, err);
}

/* --- collect -------------------------------------------------------------- */

static struct route_plan
make_plan(const struct opts *opts, const struct route_rules *rules,
    const struct run *run)
{
	struct route_plan plan = {
		.replay = opts->snmp.replay,
		.record = opts->snmp.record,
		.context = opts->snmp.contexts.count > 0
		    ? opts->snmp.contexts.items[0]
		    : NULL,
		/* Sources are compared by their AS paths, too. */
		.paths = route_ask_paths(rules) || opts->sources.count > 1,
		.command = command_of(opts),
	};

	opt_snmp_options(&opts->snmp, &plan.session);
	route_snmp_patience(&plan.session, &run->deadline);
	return plan;
}

static void
tell_before(const struct opts *opts, const char *source, struct run *run)
{
	run_waiting(run, "asking %s", source);
	if (strcmp(source, ROUTE_SOURCE_SNMP) != 0)
		return;
	opt_snmp_tell_exposed(&opts->snmp, run);
	opt_snmp_tell_waiting(&opts->snmp, run);
}

static void
tell_after(const struct route_survey *survey, const struct route_view *view,
    struct run *run)
{
	if (strcmp(view->source, ROUTE_SOURCE_SNMP) == 0 && survey->has_cost)
		run_note(run, 1,
		    "SNMP: %" PRIu64 " requests, %" PRIu64 " varbinds",
		    survey->cost.requests, survey->cost.varbinds);
	if (strcmp(view->source, ROUTE_SOURCE_SNMP) == 0 &&
	    survey->unwritten.kind != ERR_NONE)
		run_caveat(run, "not recorded: %s", survey->unwritten.text);
	if (view->daemon != NULL)
		run_note(run, 1, "%s: %s", view->source, view->daemon);
	if (view->note != NULL && !view->failed)
		run_caveat(run, "%s", view->note);
}

/* A failure of the only source is one of the run. */
static bool
ask_all(const struct opts *opts, struct sample *sample,
    const struct route_question *question, struct run *run, struct err *err)
{
	const struct route_plan plan = make_plan(opts, &sample->rules, run);
	struct route_survey *survey = &sample->survey;
	size_t failed = 0;

	for (size_t i = 0; i < survey->count; i++) {
		struct route_view *view = &sample->views[i];
		const char *source = survey->sources[i].name;

		if (!route_view_init(view, source, question, run->arena))
			return err_set(err, ERR_SYSTEM,
			    "no memory for the prefixes");
		tell_before(opts, source, run);
		failed += !route_survey_ask(survey, i, &plan, question, view,
		    &run->deadline, err);
		tell_after(survey, view, run);
		sample->view_count++;
	}
	if (failed < survey->count)
		return true;
	return survey->count > 1 ? err_context(err, "no source answered")
				 : false;
}

static struct route_look
look_of(const struct opts *opts, const struct sample *sample)
{
	return (struct route_look){
		.views = sample->views,
		.view_count = sample->view_count,
		.vrf = opts->vrf,
		.table = opts->table,
		.before = sample->recalled ? &sample->before : NULL,
		.after = sample->remembered ? &sample->after : NULL,
	};
}

static bool
compare_with_past(const struct opts *opts, struct sample *sample,
    struct run *run, struct err *err)
{
	const struct route_spans spans = {
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.drop_hold_s = opts->drop_hold / CLOCK_SECOND,
		.drop_percent = drop_rule_least(&opts->drop),
	};
	const struct route_look look = look_of(opts, sample);
	struct moment moment;

	if (!has_history(opts))
		return true;
	if (!moment_now(&moment, err))
		return false;
	route_history_init(&sample->after, run->arena, &moment);
	sample->remembered =
	    route_remember(&sample->rules, &look, &spans, &sample->after);
	return sample->remembered ||
	    err_set(err, ERR_SYSTEM, "no memory for the history");
}

/* Icinga gives the host's address to every check: where that is a place of its
 * own, it is told that nobody looked there. */
static void
tell_unasked(const struct opts *opts, struct run *run)
{
	const struct ip_host *host = &opts->snmp.host;

	if (host->name != NULL &&
	    !source_opt_asks(&opts->sources, ROUTE_SOURCE_SNMP) &&
	    !ownaddr_is(&host->address))
		run_caveat(run, "%s is not asked without --source=snmp",
		    host->name);
}

static bool
is_protocol(const char *name, struct err *err)
{
	uint32_t number;

	return name == NULL ||
	    rtnames_number(RTNAMES_PROTOCOLS, rtnames_roots, name, &number,
		err);
}

/* A slip ("ipv5", "bpg") would count no routes, and be content with that.  What
 * a daemon calls its protocols is its own affair. */
static bool
check_protocols(const struct opts *opts, struct err *err)
{
	if (source_opt_count(&opts->sources) != 1 ||
	    !source_opt_asks(&opts->sources, ROUTE_SOURCE_KERNEL))
		return true;
	for (size_t i = 0; i < opts->protocols.count; i++)
		if (!is_protocol(opts->protocols.items[i], err))
			return false;
	for (size_t i = 0; i < opts->tallies.count; i++)
		if (!is_protocol(opts->tallies.items[i].protocol, err))
			return false;
	for (size_t i = 0; i < route_expects_count(&opts->expects); i++)
		if (!is_protocol(route_expects_at(&opts->expects, i)->protocol,
			err))
			return false;
	return true;
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	struct route_question question;

	if (!make_rules(opts, &sample->rules, run->arena, err) ||
	    !check_protocols(opts, err))
		return false;
	tell_unasked(opts, run);
	if (!route_ask(&sample->rules, opts->table, opts->vrf, run->arena,
		&question))
		return err_set(err, ERR_SYSTEM, "no memory for the prefixes");
	/* Not where the place is looked for that it is lost at. */
	question.best_suffices =
	    opts->stage != ROUTE_INSTALLED && opts->sources.count <= 1;
	return ask_all(opts, sample, &question, run, err) &&
	    compare_with_past(opts, sample, run, err);
}

/* --- judge ---------------------------------------------------------------- */

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const struct route_look look = look_of(opts, sample);

	route_judge(&sample->rules, &look, root);
}

/* --- memory --------------------------------------------------------------- */

static bool
wants_memory(const void *o)
{
	return has_history(o);
}

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	struct sample *sample = s;

	(void)o;
	sample->recalled =
	    route_history_decode(&sample->before, bytes, len, arena, err);
	return sample->recalled;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct sample *sample = s;

	(void)o;
	if (sample->remembered)
		route_history_encode(&sample->after, out);
}

static const struct plugin_memory memory = {
	.max_bytes = (size_t)4 << 20,
	.wanted = wants_memory,
	.recall = recall,
	.remember = remember,
};

/* --- the program ---------------------------------------------------------- */

static const char *const examples[] = {
	"192.0.2.0/24 2001:db8::/32",
	"does this host have a route to both, in its main table?",
	"default --next-hop 192.0.2.1,192.0.2.2 --next-hops-critical 2:",
	"does the default route balance over both routers?",
	"203.0.113.7 --longest-match --match-length 16",
	"is what carries the traffic more specific than a /16?",
	"198.51.100.0/24 --source bird,kernel",
	"did it get from BIRD into the kernel, and where is it lost if not?",
	"--count-critical ipv4,bgp=900000: --count-drop-warning 10%",
	"is the full table there, and is it not shrinking?",
	NULL,
};

const struct plugin plugin = {
	.name = "check_route",
	.title = "ROUTE",
	.purpose = "checks that prefixes are in the routing table, from the "
		   "right next hop, and how many routes there are",
	.examples = examples,
	.options = options,
	.metrics = route_metrics,
	.memory = &memory,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.also_needs = also_needs,
	.validate = validate,
	.open = open_sources,
	.collect = collect,
	.judge = judge,
};
