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

#include "base/bootid.h"
#include "base/num.h"
#include "base/regex.h"
#include "frame/opt_file.h"
#include "frame/opt_snmp.h"
#include "frame/plugin.h"
#include "model/bgp.h"
#include "model/route_judge.h"
#include "source/ownaddr.h"
#include "source/route_command.h"
#include "source/route_kernel.h"
#include "source/route_local.h"
#include "source/route_snmp.h"
#include "source/snmp.h"
#include "source/snmprec.h"

struct sources {
	size_t count;
	const char **items; /* of source_names */
	size_t capacity;
};

struct as_list {
	size_t count;
	uint32_t *items;
	size_t capacity;
};

struct tallies {
	size_t count;
	struct route_tally *items;
	size_t capacity;
};

struct socket_path {
	const char *source; /* NULL: the only daemon that is asked */
	const char *path;
};

struct sockets {
	size_t count;
	struct socket_path *items;
	size_t capacity;
};

struct words {
	size_t count;
	const char *items[ROUTE_COMMAND_ARGS + 1]; /* ends with NULL */
};

struct absent_status {
	bool given;
	int status;
};

struct opts {
	struct route_expects expects;
	struct sources sources;
	struct sockets sockets;
	const char *table, *vrf, *netns;
	bool absent, longest;
	struct opt_nets matches;
	uint64_t match_length;
	int kind; /* enum route_wanted_kind */
	struct opt_nets hops;
	struct opt_strings devices, protocols, as_paths;
	struct as_list origins;
	struct limits metric, hop_count;
	enum verdict absent_state, mismatch_state;
	struct tallies tallies;
	struct route_drop_rule drop;
	int64_t drop_hold; /* ns */
	struct limits changes, flaps;
	int64_t flap_window; /* ns */
	bool per_prefix;
	struct opt_snmp snmp;
	struct words command;
	struct opt_strings matches_text, no_matches_text;
	struct absent_status absent_status;
	bool any_status;
	int stage; /* enum route_stage */
};

/* One source of this run, opened by the guard. */
struct source {
	const char *name;
	struct route_local_link link;
	struct err err; /* ERR_NONE: it is open */
};

struct sample {
	struct route_kernel kernel;
	struct snmp_options session;
	struct source sources[ROUTE_SOURCES];
	struct route_rules rules;
	struct route_view views[ROUTE_SOURCES];
	size_t view_count;
	struct route_history before, after;
	bool recalled, remembered;
};

/* --- options -------------------------------------------------------------- */

#define KERNEL "kernel"
#define SNMP "snmp"
#define COMMAND "command"

static const char *const source_names[] = { KERNEL, SNMP, "bird", "frr",
	"exabgp", "gobgp", "openbgpd", COMMAND, NULL };

static bool
no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no memory left for options");
}

static const char *
find_source(const char *name, size_t len)
{
	for (const char *const *known = source_names; *known != NULL; known++)
		if (strlen(*known) == len && memcmp(*known, name, len) == 0)
			return *known;
	return NULL;
}

static bool
no_source(const char *name, size_t len, struct err *err)
{
	char room[120];
	struct text list = TEXT_OVER(room);

	for (const char *const *known = source_names; *known != NULL; known++)
		text_addf(&list, "%s%s", known == source_names ? "" : ", ",
		    *known);
	return err_set(err, ERR_USAGE, "%.*s%s is not one of %s",
	    (int)(len < 40 ? len : 40), name, len > 0 ? "" : "an empty name",
	    list.data);
}

static bool
asks(const struct sources *sources, const char *name)
{
	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->items[i], name) == 0)
			return true;
	return false;
}

/* "kernel,bird": each once, in this order. */
static bool
parse_sources(const struct opt_value *value, void *field, struct err *err)
{
	struct sources *sources = field;

	for (const char *at = value->text;;) {
		const size_t len = strcspn(at, ",");
		const char *name = find_source(at, len), **added;

		if (name == NULL)
			return no_source(at, len, err);
		if (!asks(sources, name)) {
			added =
			    opt_list_add(value->arena, sources, sizeof(*added));
			if (added == NULL)
				return no_memory(err);
			*added = name;
		}
		if (at[len] == '\0')
			return true;
		at += len + 1;
	}
}

static bool
is_known(const struct route_expects *expects, const struct ip_net *prefix)
{
	for (size_t i = 0; i < route_expects_count(expects); i++) {
		const struct ip_net *known =
		    &route_expects_at(expects, i)->prefix;

		if (known->length == prefix->length &&
		    ip_compare(&known->address, &prefix->address) == 0)
			return true;
	}
	return false;
}

/* One that is named again has its numbers already. */
static bool
parse_prefix(const struct opt_value *value, void *field, struct err *err)
{
	struct route_expects *expects = field;
	struct ip_net prefix;
	struct route_expect *added;

	if (!route_prefix_parse(value->text, &prefix, err))
		return false;
	if (is_known(expects, &prefix))
		return true;
	added = arena_push(value->arena, &expects->list, sizeof(*added));
	if (added == NULL)
		return no_memory(err);
	added->prefix = prefix;
	return true;
}

static bool
parse_expect(const struct opt_value *value, void *field, struct err *err)
{
	const char *bytes;
	size_t len;

	return opt_file_load(value->text, value->arena, &bytes, &len, err) &&
	    route_expect_parse_file(bytes, len, field, value->arena, err);
}

/* "PATH", "bird=PATH" */
static bool
parse_socket(const struct opt_value *value, void *field, struct err *err)
{
	const char *equals = strchr(value->text, '=');
	struct socket_path *added =
	    opt_list_add(value->arena, field, sizeof(*added));

	if (added == NULL)
		return no_memory(err);
	added->source = equals == NULL
	    ? NULL
	    : find_source(value->text, (size_t)(equals - value->text));
	added->path = added->source != NULL ? equals + 1 : value->text;
	added->path =
	    arena_string(value->arena, added->path, strlen(added->path));
	return added->path != NULL || no_memory(err);
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

/* The tally with these words; a new one when there is none. */
static struct route_tally *
tally_for(struct tallies *tallies, const char *words, size_t len,
    struct arena *arena, struct err *err)
{
	struct route_tally tally, *added;

	if (!route_tally_parse(words, len, &tally, arena, err))
		return NULL;
	for (size_t i = 0; i < tallies->count; i++)
		if (strcmp(tallies->items[i].words, tally.words) == 0)
			return &tallies->items[i];
	added = opt_list_add(arena, tallies, sizeof(*added));
	if (added == NULL)
		no_memory(err);
	else
		*added = tally;
	return added;
}

/* "1000:", "ipv4,bgp=900000:" */
static bool
parse_count(const struct opt_value *value, void *field, struct err *err)
{
	const char *equals = strchr(value->text, '=');
	struct route_tally *tally = tally_for(field, value->text,
	    equals != NULL ? (size_t)(equals - value->text) : 0, value->arena,
	    err);

	return tally != NULL &&
	    range_parse(equals != NULL ? equals + 1 : value->text,
		value->critical ? &tally->limits.critical
				: &tally->limits.warning,
		err);
}

static bool
parse_drop(const struct opt_value *value, void *field, struct err *err)
{
	struct route_drop_rule *drop = field;
	double percent;

	if (!num_percent(value->text, &percent, err))
		return false;
	if (percent <= 0)
		return err_set(err, ERR_USAGE, "must be more than 0 %%");
	*(value->critical ? &drop->critical : &drop->warning) = percent;
	return true;
}

/* 255 is ssh's own. */
static bool
parse_status(const struct opt_value *value, void *field, struct err *err)
{
	struct absent_status *absent = field;
	uint64_t number;

	if (!num_u64(value->text, &number, err))
		return false;
	if (number > 254)
		return err_set(err, ERR_USAGE, "must be 0 to 254");
	*absent = (struct absent_status){ true, (int)number };
	return true;
}

static bool
parse_word(const struct opt_value *value, void *field, struct err *err)
{
	struct words *words = field;
	const char *word =
	    arena_string(value->arena, value->text, strlen(value->text));

	if (word == NULL)
		return no_memory(err);
	if (words->count == ROUTE_COMMAND_ARGS)
		return err_set(err, ERR_USAGE, "more than %d words",
		    ROUTE_COMMAND_ARGS);
	words->items[words->count++] = word;
	return true;
}

static const struct opt_type type_words = { .metavar = "WORD",
	.repeats = true,
	.parse = parse_word };
static const struct opt_type type_status = { .metavar = "STATUS",
	.parse = parse_status };
static const struct opt_type type_prefix = { .metavar = "PREFIX",
	.repeats = true,
	.host_like = true,
	.parse = parse_prefix };
static const struct opt_type type_expect = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_expect };
static const struct opt_type type_sources = { .metavar = "NAME[,NAME]...",
	.repeats = true,
	.parse = parse_sources };
static const struct opt_type type_socket = { .metavar = "[SOURCE=]PATH",
	.repeats = true,
	.parse = parse_socket };
static const struct opt_type type_as = { .metavar = "AS",
	.repeats = true,
	.parse = parse_as };
static const struct opt_type type_count = {
	.metavar = "[FAMILY,PROTOCOL,table:NAME=]RANGE",
	.pair = true,
	.repeats = true,
	.parse = parse_count
};
static const struct opt_type type_drop = { .metavar = "PERCENT",
	.pair = true,
	.parse = parse_drop };

static const struct opt_word kind_words[] = {
	{ "reachable", ROUTE_WANT_REACHABLE, "one that carries packets" },
	{ "any", ROUTE_WANT_ANY, "blackholes and the like, too" },
	{ "blackhole", ROUTE_WANT_BLACKHOLE, "packets are dropped in silence" },
	{ "unreachable", ROUTE_WANT_UNREACHABLE,
	    "dropped, and the sender told" },
	{ "prohibit", ROUTE_WANT_PROHIBIT, "forbidden, and the sender told" },
	{ NULL, 0, NULL },
};

static const struct opt_word stage_words[] = {
	{ "announced", ROUTE_ANNOUNCED, "announced to a neighbor" },
	{ "received", ROUTE_RECEIVED, "received from one" },
	{ "best", ROUTE_BEST, "chosen" },
	{ "installed", ROUTE_INSTALLED, "in the forwarding table" },
	{ NULL, 0, NULL },
};

#define SELECT .flags = OPT_IDENTITY
#define DAY (86400 * (uint64_t)CLOCK_SECOND)

static const struct opt options[] = {
	OPT_OTHER(0, "PREFIX", type_prefix, struct opts, expects,
	    "network, address, default (0.0.0.0/0) or default6 (::/0) that "
	    "must be there",
	    .flags = OPT_IDENTITY | OPT_POSITIONAL),
	OPT_OTHER('r', "route", type_prefix, struct opts, expects,
	    "the same as an option", SELECT),
	OPT_OTHER(0, "expect", type_expect, struct opts, expects,
	    "file of prefixes that must be there, one a line", SELECT),
	OPT_OTHER(0, "source", type_sources, struct opts, sources,
	    "who is asked: kernel, snmp, bird, frr, exabgp, gobgp, openbgpd, "
	    "command; several must agree; kernel unless given",
	    SELECT),
	OPT_OTHER(0, "socket", type_socket, struct opts, sockets,
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
	    .words = kind_words, SELECT),
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
	OPT_OTHER(0, "origin-as", type_as, struct opts, origins,
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
	OPT_OTHER(0, "count", type_count, struct opts, tallies,
	    "number of routes, of a family, protocol and table or of all",
	    SELECT),
	OPT_OTHER(0, "count-drop", type_drop, struct opts, drop,
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
	OPT_OTHER(0, "absent-status", type_status, struct opts, absent_status,
	    "exit status of the command that says so, too", SELECT),
	OPT_FLAG(0, "any-status", struct opts, any_status,
	    "its exit status says nothing", SELECT),
	OPT_WORD(0, "stage", struct opts, stage,
	    "how far a prefix must have got in sources that tell, and what a "
	    "command proves; best, and installed for a command, unless given",
	    .words = stage_words, SELECT),
	OPT_SNMP_ROWS(struct opts, snmp),
	{ .name = "COMMAND [ARG]...",
	    .type = &type_words,
	    .offset = offsetof(struct opts, command),
	    .help = "command of --source=command, run without a shell; "
		    "{prefix}, {address}, {length} and {mask} stand for those "
		    "of a prefix",
	    .flags = OPT_REST | OPT_IDENTITY },
	OPT_END,
};

/* --- what goes together --------------------------------------------------- */

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
compares_counts(const struct opts *opts)
{
	return is_dropping(opts) || limits_set(&opts->changes);
}

static bool
has_history(const struct opts *opts)
{
	return compares_counts(opts) || limits_set(&opts->flaps);
}

static bool
counts(const struct opts *opts)
{
	return opts->tallies.count > 0 || compares_counts(opts);
}

static size_t
source_count(const struct opts *opts)
{
	return opts->sources.count > 0 ? opts->sources.count : 1;
}

static const char *
source_at(const struct opts *opts, size_t index)
{
	return opts->sources.count > 0 ? opts->sources.items[index] : KERNEL;
}

static bool
is_asked(const struct opts *opts, const char *name)
{
	for (size_t i = 0; i < source_count(opts); i++)
		if (strcmp(source_at(opts, i), name) == 0)
			return true;
	return false;
}

static bool
check_sources(const struct opts *opts, struct err *err)
{
	for (size_t i = 0; i < route_expects_count(&opts->expects); i++) {
		const char *name = route_expects_at(&opts->expects, i)->source;

		if (name != NULL && find_source(name, strlen(name)) == NULL)
			return no_source(name, strlen(name), err);
		if (name != NULL && !is_asked(opts, name))
			return err_set(err, ERR_USAGE,
			    "the file of --expect asks %s, --source does not",
			    name);
	}
	if (opts->netns != NULL && !is_asked(opts, KERNEL))
		return err_set(err, ERR_USAGE, "--netns needs --source=kernel");
	return true;
}

static bool
check_sockets(const struct opts *opts, struct err *err)
{
	size_t daemons = 0;

	for (size_t i = 0; i < source_count(opts); i++)
		daemons += route_local_find(source_at(opts, i)) != NULL;

	for (size_t i = 0; i < opts->sockets.count; i++) {
		const char *name = opts->sockets.items[i].source;

		if (name == NULL && daemons != 1)
			return err_set(err, ERR_USAGE,
			    daemons == 0 ? "--socket needs a daemon as --source"
					 : "--socket: of which daemon? write "
					   "SOURCE=PATH");
		if (name != NULL &&
		    (!is_asked(opts, name) || route_local_find(name) == NULL))
			return err_set(err, ERR_USAGE,
			    "--socket is of %s, which --source does not name",
			    name);
	}
	return true;
}

static bool
has_prefixes(const struct opts *opts)
{
	return route_expects_count(&opts->expects) > 0;
}

static bool
has_match(const struct opts *opts)
{
	return opts->matches.count > 0 || opts->match_length > 0;
}

static bool
has_longest(const struct opts *opts)
{
	return opts->longest;
}

static bool
has_flaps(const struct opts *opts)
{
	return limits_set(&opts->flaps);
}

static bool
has_hold(const struct opts *opts)
{
	return opts->drop_hold > 0;
}

static bool
has_vrf(const struct opts *opts)
{
	return opts->vrf != NULL;
}

static bool
has_no_table(const struct opts *opts)
{
	return opts->table == NULL;
}

static bool
has_patterns(const struct opts *opts)
{
	return opts->matches_text.count > 0 ||
	    opts->no_matches_text.count > 0 || opts->command.count > 0 ||
	    opts->absent_status.given || opts->any_status;
}

static bool
asks_command(const struct opts *opts)
{
	return is_asked(opts, COMMAND);
}

static bool
has_recording(const struct opts *opts)
{
	/* Not the host: Icinga gives its address to every check. */
	return opts->snmp.record != NULL || opts->snmp.replay != NULL;
}

static bool
asks_snmp(const struct opts *opts)
{
	return is_asked(opts, SNMP);
}

static bool
has_contexts(const struct opts *opts)
{
	return opts->snmp.contexts.count > 1;
}

static bool
never(const struct opts *opts)
{
	(void)opts;
	return false;
}

static const struct {
	bool (*given)(const struct opts *opts);
	bool (*needed)(const struct opts *opts);
	const char *complaint;
} pairs[] = {
	{ has_match, has_longest,
	    "--match-prefix and --match-length need --longest-match" },
	{ has_flaps, has_prefixes,
	    "--flaps-warning and --flaps-critical need a prefix" },
	{ has_hold, is_dropping,
	    "--count-drop-hold needs --count-drop-warning or "
	    "--count-drop-critical" },
	{ has_vrf, has_no_table,
	    "--vrf and --table: a VRF has a table of its own" },
	{ has_patterns, asks_command,
	    "a command, --match, --no-match, --absent-status and --any-status "
	    "need --source=command" },
	{ has_recording, asks_snmp,
	    "--record and --replay need --source=snmp" },
	{ has_contexts, never, "--context: one is asked in one run" },
	{ asks_command, has_prefixes, "--source=command needs a prefix" },
};

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

	if (asks_snmp(opts) && !opt_snmp_check(&opts->snmp, err))
		return false;
	return !asks_command(opts) || route_command_check(&command, err) ||
	    err_context(err, "--source=command");
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;

	if (!has_prefixes(opts) && !counts(opts))
		return err_set(err, ERR_USAGE,
		    "name a prefix, such as 192.0.2.0/24 or default, or give "
		    "--count-warning or --count-critical");
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].given(opts) && !pairs[i].needed(opts))
			return err_set(err, ERR_USAGE, "%s",
			    pairs[i].complaint);
	return check_sources(opts, err) && check_sockets(opts, err) &&
	    check_remote(opts, err);
}

/* --- sources -------------------------------------------------------------- */

static unsigned
also_needs(const void *o)
{
	const struct opts *opts = o;
	unsigned needs = asks_command(opts) ? PLUGIN_EXEC : 0;

	if (opts->snmp.record != NULL)
		needs |= PLUGIN_WRITE;
	for (size_t i = 0; i < source_count(opts); i++) {
		const struct route_local *local =
		    route_local_find(source_at(opts, i));

		if (local != NULL && route_local_runs_command(local))
			needs |= PLUGIN_EXEC;
	}
	return needs;
}

static const char *
path_for(const struct opts *opts, const char *source)
{
	const char *path = NULL;

	for (size_t i = 0; i < opts->sockets.count; i++)
		if (opts->sockets.items[i].source == NULL ||
		    strcmp(opts->sockets.items[i].source, source) == 0)
			path = opts->sockets.items[i].path;
	return path;
}

static bool
open_one(const struct opts *opts, struct sample *sample, struct source *source)
{
	const struct deadline soon = deadline_in(CLOCK_SECOND);
	const struct route_local *local = route_local_find(source->name);

	if (strcmp(source->name, KERNEL) == 0)
		return route_kernel_open(&sample->kernel, opts->netns,
		    &source->err);
	/* The others connect by themselves, when they are asked. */
	return local == NULL ||
	    route_local_open(&source->link, local, path_for(opts, source->name),
		&soon, &source->err);
}

/* With the privileges of whoever started us: FRR's socket is its group's.  Of
 * several sources the others are worth asking. */
static bool
open_sources(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const size_t count = source_count(opts);

	for (size_t i = 0; i < count; i++) {
		struct source *source = &sample->sources[i];

		source->name = source_at(opts, i);
		if (open_one(opts, sample, source))
			source->err.kind = ERR_NONE;
		else if (count == 1) {
			*err = source->err;
			return false;
		}
	}
	return true;
}

/* --- rules ---------------------------------------------------------------- */

static bool
compile(const struct opt_strings *patterns, struct route_want *want,
    struct run *run, struct err *err)
{
	struct regex **all =
	    arena_alloc(run->arena, (patterns->count + 1) * sizeof(*all));

	if (all == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for patterns");
	for (size_t i = 0; i < patterns->count; i++) {
		all[i] = regex_new(patterns->items[i], err);
		if (all[i] == NULL)
			return err_context(err, "--as-path=%s",
			    patterns->items[i]);
	}
	want->as_paths = all;
	want->as_path_count = patterns->count;
	return true;
}

static const struct route_tally all_routes = { .words = "" };

static bool
make_rules(const struct opts *opts, struct route_rules *rules, struct run *run,
    struct err *err)
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
	return compile(&opts->as_paths, &rules->want, run, err);
}

/* --- collect -------------------------------------------------------------- */

static void
add_table(struct route_question *question, const char **tables,
    const char *table)
{
	for (size_t i = 0; i < question->table_count; i++)
		if (strcmp(tables[i], table) == 0)
			return;
	tables[question->table_count++] = table;
}

static bool
make_question(const struct opts *opts, const struct route_rules *rules,
    struct route_question *question, struct run *run)
{
	const size_t count = route_expects_count(&rules->expects);
	struct ip_net *prefixes =
	    arena_alloc(run->arena, (count + 1) * sizeof(*prefixes));
	const char **tables =
	    arena_alloc(run->arena, (rules->tally_count + 1) * sizeof(*tables));

	if (prefixes == NULL || tables == NULL)
		return false;
	*question = (struct route_question){
		.prefixes = prefixes,
		.count = count,
		.cover = true,
		/* Not where the place is looked for that it is lost at. */
		.best_suffices =
		    opts->stage != ROUTE_INSTALLED && opts->sources.count <= 1,
		.counts = rules->tally_count > 0,
		.tables = tables,
		.table = opts->table,
		.vrf = opts->vrf,
	};
	for (size_t i = 0; i < count; i++)
		prefixes[i] = route_expects_at(&rules->expects, i)->prefix;
	for (size_t i = 0; i < rules->tally_count; i++) {
		const struct route_tally *tally = &rules->tallies[i];

		question->families |= tally->family != IP_NONE
		    ? 1U << tally->family
		    : 1U << IP_V4 | 1U << IP_V6;
		if (tally->table != NULL)
			add_table(question, tables, tally->table);
	}
	return true;
}

static struct snmp_agent *
open_agent(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	if (opts->snmp.replay != NULL)
		return snmprec_open(opts->snmp.replay, err);
	opt_snmp_options(&opts->snmp, &sample->session);
	route_snmp_patience(&sample->session, &run->deadline);
	if (!snmp_options_check(&sample->session, err))
		return NULL;
	run_waiting(run, "asking the SNMP agent of %s", opts->snmp.host.name);
	return snmp_agent_open(&sample->session, &run->deadline, err);
}

/* AS paths are in a table of their own. */
static bool
wants_paths(const struct opts *opts)
{
	bool wanted = opts->as_paths.count > 0 || opts->origins.count > 0 ||
	    opts->sources.count > 1;

	for (size_t i = 0; i < route_expects_count(&opts->expects); i++)
		wanted |= route_expects_at(&opts->expects, i)->has_origin;
	return wanted;
}

static bool
read_snmp(const struct opts *opts, struct sample *sample,
    const struct route_question *question, struct route_view *view,
    struct run *run, struct err *err)
{
	const struct route_snmp_query query = {
		.context = opts->snmp.contexts.count > 0
		    ? opts->snmp.contexts.items[0]
		    : NULL,
		.paths = wants_paths(opts),
	};
	const char *exposed = opt_snmp_exposed(&opts->snmp);
	struct snmprec_writer *writer = NULL;
	struct snmp_agent *agent = open_agent(opts, sample, run, err);
	struct err unwritten;
	bool ok = false;

	if (exposed != NULL)
		run_note(run, 1,
		    "--%s on a command line can be seen by every user of this "
		    "host: use --%s-file",
		    exposed, exposed);
	if (agent == NULL) {
		route_view_fail(view, err);
		return false;
	}
	if (opts->snmp.record != NULL) {
		writer = snmprec_record(agent, err);
		if (writer == NULL) {
			route_view_fail(view, err);
			goto out;
		}
	}
	ok =
	    route_snmp_read(agent, &query, question, view, &run->deadline, err);
	run_note(run, 1, "SNMP: %" PRIu64 " requests, %" PRIu64 " varbinds",
	    agent->counters.requests, agent->counters.varbinds);
	/* What it answered before it failed is the most interesting part. */
	if (writer != NULL &&
	    !snmprec_write(writer, opts->snmp.record, &unwritten))
		run_caveat(run, "not recorded: %s", unwritten.text);
out:
	snmprec_free(writer);
	snmp_agent_close(agent);
	return ok;
}

static bool
read_kernel(const struct opts *opts, struct sample *sample,
    const struct route_question *question, struct route_view *view,
    struct run *run, struct err *err)
{
	(void)opts;
	return route_kernel_read(&sample->kernel, question, view,
	    &run->deadline, err);
}

static bool
read_command(const struct opts *opts, struct sample *sample,
    const struct route_question *question, struct route_view *view,
    struct run *run, struct err *err)
{
	const struct route_command command = command_of(opts);

	(void)sample;
	return route_command_read(&command, question, view, &run->deadline,
	    err);
}

/* All others are daemons of this host. */
static const struct {
	const char *name;
	bool (*read)(const struct opts *opts, struct sample *sample,
	    const struct route_question *question, struct route_view *view,
	    struct run *run, struct err *err);
} readers[] = {
	{ KERNEL, read_kernel },
	{ SNMP, read_snmp },
	{ COMMAND, read_command },
};

static bool
read_source(const struct opts *opts, struct sample *sample,
    const struct source *source, const struct route_question *question,
    struct route_view *view, struct run *run, struct err *err)
{
	if (source->err.kind != ERR_NONE) {
		*err = source->err;
		route_view_fail(view, err);
		return false;
	}
	run_waiting(run, "asking %s", source->name);
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strcmp(readers[i].name, source->name) == 0)
			return readers[i].read(opts, sample, question, view,
			    run, err);
	return route_local_read(&source->link, question, view, &run->deadline,
	    err);
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
	const struct route_drop_rule *drop = &opts->drop;
	const struct route_spans spans = {
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.drop_hold_s = opts->drop_hold / CLOCK_SECOND,
		.drop_percent = drop->warning > 0 &&
			(drop->critical <= 0 || drop->warning < drop->critical)
		    ? drop->warning
		    : drop->critical,
	};
	const struct route_look look = look_of(opts, sample);
	struct route_moment moment = { .at_s =
					   clock_boottime_ns() / CLOCK_SECOND };

	if (!has_history(opts))
		return true;
	if (!bootid_read(moment.boot_id, err))
		return false;
	route_history_init(&sample->after, run->arena, &moment);
	sample->remembered =
	    route_remember(&sample->rules, &look, &spans, &sample->after);
	return sample->remembered ||
	    err_set(err, ERR_SYSTEM, "no memory for the history");
}

/* A failure of the only source is one of the run. */
/* Icinga gives the host's address to every check: where that is a place of its
 * own, it is told that nobody looked there. */
static void
name_unasked(const struct opts *opts, struct run *run)
{
	const struct ip_host *host = &opts->snmp.host;

	if (host->name != NULL && !is_asked(opts, SNMP) &&
	    !ownaddr_is(&host->address))
		run_caveat(run, "%s is not asked without --source=snmp",
		    host->name);
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const size_t count = source_count(opts);
	struct route_question question;
	size_t failed = 0;

	if (!make_rules(opts, &sample->rules, run, err))
		return false;
	name_unasked(opts, run);
	if (!make_question(opts, &sample->rules, &question, run))
		return err_set(err, ERR_SYSTEM, "no memory for the prefixes");
	for (size_t i = 0; i < count; i++) {
		struct route_view *view = &sample->views[i];
		struct source *source = &sample->sources[i];

		if (!route_view_init(view, source->name, &question, run->arena))
			return err_set(err, ERR_SYSTEM,
			    "no memory for the prefixes");
		failed += !read_source(opts, sample, source, &question, view,
		    run, err);
		if (view->daemon != NULL)
			run_note(run, 1, "%s: %s", source->name, view->daemon);
		sample->view_count++;
	}
	if (failed == count)
		return count > 1 ? err_context(err, "no source answered")
				 : false;
	return compare_with_past(opts, sample, run, err);
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
