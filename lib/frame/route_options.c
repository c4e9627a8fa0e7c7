/* SPDX-License-Identifier: ISC */
#include "frame/route_options.h"

#include <string.h>

/* --- options -------------------------------------------------------------- */

#define SELECT .flags = OPT_IDENTITY
#define DAY (86400 * (uint64_t)CLOCK_SECOND)

const struct opt route_options_table[] = {
	OPT_OTHER(0, "PREFIX", route_opt_prefix, struct route_options, expects,
	    "network, address, default (0.0.0.0/0) or default6 (::/0) that "
	    "must be there",
	    .flags = OPT_IDENTITY | OPT_POSITIONAL),
	OPT_OTHER('r', "route", route_opt_prefix, struct route_options, expects,
	    "a prefix, as one without an option", SELECT),
	OPT_OTHER(0, "expect", route_opt_expect, struct route_options, expects,
	    "file of prefixes that must be there, one a line", SELECT),
	OPT_OTHER(0, "source", source_opt_names, struct route_options, sources,
	    "who is asked: kernel, snmp, bird, frr, exabgp, gobgp, openbgpd, "
	    "command; several must agree; kernel unless given",
	    SELECT),
	OPT_OTHER(0, "socket", source_opt_sockets, struct route_options,
	    sockets,
	    "socket, pipes, directory or address of a routing daemon, instead "
	    "of its usual one",
	    SELECT),
	OPT_STRING(0, "table", struct route_options, table,
	    "routing table, by number or name; main unless given, own "
	    "addresses are in local",
	    .metavar = "TABLE", SELECT),
	OPT_STRING(0, "vrf", struct route_options, vrf, "VRF to look in",
	    .metavar = "NAME", SELECT),
	OPT_FILE(0, "netns", struct route_options, netns,
	    "network namespace of the kernel that is asked, a path or a "
	    "process id",
	    .metavar = "PATH|PID", SELECT),
	OPT_FLAG(0, "absent", struct route_options, absent,
	    "the prefixes must not be there", SELECT),
	OPT_FLAG(0, "longest-match", struct route_options, longest,
	    "judge the route that carries the traffic, whatever its length",
	    SELECT),
	OPT_NETS(0, "match-prefix", struct route_options, matches,
	    "with --longest-match: it must be exactly this one"),
	OPT_COUNT(0, "match-length", struct route_options, match_length,
	    "with --longest-match: its prefix must be at least /N",
	    .metavar = "N", .max = 128),
	OPT_WORD(0, "kind", struct route_options, kind,
	    "kind of route that counts as there", .preset = "reachable",
	    .words = route_opt_kinds, SELECT),
	OPT_NETS(0, "next-hop", struct route_options, hops,
	    "every next hop is among these", .metavar = "ADDRESS|NETWORK"),
	OPT_STRINGS(0, "device", struct route_options, devices,
	    "every next hop is on one of these devices", .metavar = "NAME"),
	OPT_STRINGS(0, "proto", struct route_options, protocols,
	    "routing protocol that must have made the route, such as bgp",
	    .metavar = "NAME"),
	OPT_STRINGS(0, "as-path", struct route_options, as_paths,
	    "the AS path must match, as text of numbers and blanks",
	    .metavar = "REGEX"),
	OPT_OTHER(0, "origin-as", as_opt_list, struct route_options, origins,
	    "AS that must have announced it; commas or repeated"),
	OPT_LIMITS("metric", struct route_options, metric,
	    "metric of the route"),
	OPT_LIMITS("next-hops", struct route_options, hop_count,
	    "next hops of the route that are up"),
	OPT_VERDICT(0, "absent-state", struct route_options, absent_state,
	    "state for a prefix that is not there, or should not be",
	    .preset = "critical"),
	OPT_VERDICT(0, "mismatch-state", struct route_options, mismatch_state,
	    "state for a route that is not as it should be",
	    .preset = "critical"),
	/* What is not counted is not remembered: two runs that count different
	 * routes have a memory each. */
	OPT_OTHER(0, "count", route_opt_count, struct route_options, tallies,
	    "number of routes, of a family, protocol and table or of all",
	    SELECT),
	OPT_OTHER(0, "count-drop", drop_opt, struct route_options, drop,
	    "percent of these routes that were lost since the last run"),
	OPT_DURATION(0, "count-drop-hold", struct route_options, drop_hold,
	    "how long such a loss is told, instead of once", .max = 31 * DAY),
	OPT_LIMITS("changes", struct route_options, changes,
	    "routes a minute by which these numbers change"),
	OPT_LIMITS("flaps", struct route_options, flaps,
	    "times that a prefix came or went within the flap window"),
	OPT_DURATION(0, "flap-window", struct route_options, flap_window,
	    "how long a flap counts", .preset = "1h",
	    .min = (uint64_t)CLOCK_SECOND, .max = 31 * DAY),
	OPT_FLAG(0, "per-prefix", struct route_options, per_prefix,
	    "performance data of each prefix"),
	OPT_STRINGS(0, "match", struct route_options, matches_text,
	    "what the command must print of a prefix that is there; the "
	    "prefix itself unless given",
	    .metavar = "REGEX", SELECT),
	OPT_STRINGS(0, "no-match", struct route_options, no_matches_text,
	    "what the command prints of a prefix that is not there",
	    .metavar = "REGEX", SELECT),
	OPT_OTHER(0, "absent-status", command_opt_status, struct route_options,
	    absent_status,
	    "exit status of the command that also says that it is not there",
	    SELECT),
	OPT_FLAG(0, "any-status", struct route_options, any_status,
	    "the exit status of the command says nothing", SELECT),
	OPT_WORD(0, "stage", struct route_options, stage,
	    "how far a prefix must have got in sources that tell, and what a "
	    "command proves; best, and installed for a command, unless given",
	    .words = route_opt_stages, SELECT),
	OPT_SNMP_ROWS(struct route_options, snmp),
	{ .name = "COMMAND [ARG]...",
	    .type = &command_opt_words,
	    .offset = offsetof(struct route_options, command),
	    .help = "command of --source=command, run without a shell; "
		    "{prefix}, {address}, {length} and {mask} stand for those "
		    "of a prefix",
	    .flags = OPT_REST | OPT_IDENTITY },
	OPT_END,
};

/* --- what goes together --------------------------------------------------- */

static bool
compares_counts(const struct route_options *opts)
{
	return drop_rule_set(&opts->drop) || limits_given(&opts->changes);
}

bool
route_options_compare(const struct route_options *opts)
{
	return compares_counts(opts) || limits_given(&opts->flaps);
}

static bool
counts(const struct route_options *opts)
{
	return opts->tallies.count > 0 || compares_counts(opts);
}

static bool
has_command_options(const struct route_options *opts)
{
	return opts->matches_text.count > 0 ||
	    opts->no_matches_text.count > 0 || opts->command.count > 0 ||
	    opts->absent_status.given || opts->any_status;
}

static bool
check_together(const struct route_options *opts, struct err *err)
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
check_sources(const struct route_options *opts, struct err *err)
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

bool
route_options_check(const struct route_options *opts, struct err *err)
{
	return check_together(opts, err) && check_sources(opts, err);
}

/* --- rules ---------------------------------------------------------------- */

static const struct route_tally all_routes = { .words = "" };

bool
route_options_rules(const struct route_options *opts, struct route_rules *rules,
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
