/* SPDX-License-Identifier: ISC */
#include "frame/bgp_session_opt.h"

#include "frame/bgp_list.h"
#include "frame/drop_opt.h"

enum {
	SOURCE_SNMP,
	SOURCE_BIRD,
	SOURCE_FRR,
	SOURCE_EXABGP,
	SOURCE_GOBGP,
	SOURCE_OPENBGPD,
};

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

const struct opt bgp_session_options[] = {
	OPT_WORD(0, "source", struct bgp_session_opts, source, "who is asked",
	    .preset = "snmp", .words = source_words, SELECT),
	OPT_STRING(0, "socket", struct bgp_session_opts, socket,
	    "socket, pipes or address of a local daemon, instead of its usual "
	    "one",
	    .metavar = "PATH", SELECT),
	OPT_SNMP_ROWS(struct bgp_session_opts, snmp),
	OPT_OTHER(0, "peer", bgp_opt_peer, struct bgp_session_opts, named,
	    "this peer must be there; only such peers are judged unless "
	    "others are selected",
	    SELECT),
	OPT_OTHER(0, "expect", bgp_opt_expect, struct bgp_session_opts,
	    expected, "file of peers that must be there, one a line", SELECT),
	OPT_NETS(0, "address", struct bgp_session_opts, only.nets,
	    "only peers with this address, or in this network", SELECT),
	OPT_STRINGS(0, "vrf", struct bgp_session_opts, only.vrfs,
	    "only peers in this VRF or instance; default is the default one",
	    .metavar = "NAME", SELECT),
	OPT_OTHER(0, "as", as_opt_list, struct bgp_session_opts, only.as,
	    "only peers of this AS; commas or repeated", SELECT),
	OPT_STRINGS(0, "description", struct bgp_session_opts,
	    only.descriptions, "only peers whose description or name matches",
	    .metavar = "REGEX", SELECT),
	OPT_WORD(0, "family", struct bgp_session_opts, only.family,
	    "only peers with an address of this family",
	    .words = bgp_opt_families, SELECT),
	OPT_NETS(0, "exclude-address", struct bgp_session_opts, except.nets,
	    "not peers with this address, or in this network", SELECT),
	OPT_STRINGS(0, "exclude-vrf", struct bgp_session_opts, except.vrfs,
	    "not peers in this VRF or instance", .metavar = "NAME", SELECT),
	OPT_OTHER(0, "exclude-as", as_opt_list, struct bgp_session_opts,
	    except.as, "not peers of this AS", SELECT),
	OPT_STRINGS(0, "exclude-description", struct bgp_session_opts,
	    except.descriptions, "not peers whose description or name matches",
	    .metavar = "REGEX", SELECT),
	OPT_WORD(0, "exclude-family", struct bgp_session_opts, except.family,
	    "not peers with an address of this family",
	    .words = bgp_opt_families, SELECT),
	OPT_OTHER(0, "down-state", bgp_opt_state, struct bgp_session_opts, down,
	    "state for a session that is not established; critical unless "
	    "given, ok with --up-warning or --up-critical"),
	OPT_VERDICT(0, "admin-down-state", struct bgp_session_opts, admin_down,
	    "state for a session that is shut down on purpose",
	    .preset = "warning"),
	OPT_VERDICT(0, "no-peers-state", struct bgp_session_opts, no_peers,
	    "state when there is no peer to judge", .preset = "unknown"),
	OPT_VERDICT(0, "unexpected-state", struct bgp_session_opts, unexpected,
	    "state for a peer that is not in the file of --expect",
	    .preset = "ok"),
	OPT_OTHER(0, "up", bgp_opt_share, struct bgp_session_opts, up,
	    "sessions that must be established, of all that are judged"),
	OPT_WORD(0, "by", struct bgp_session_opts, by_as,
	    "judge --up-warning and --up-critical in each group by itself",
	    .words = by_words),
	OPT_DURATION(0, "uptime", struct bgp_session_opts, uptime,
	    "warn of a session that is up for less", .max = 366 * DAY),
	OPT_LIMITS("flaps", struct bgp_session_opts, flaps,
	    "times that a session came up again within the flap window"),
	OPT_DURATION(0, "flap-window", struct bgp_session_opts, flap_window,
	    "how long a flap counts", .preset = "1h",
	    .min = (uint64_t)CLOCK_SECOND, .max = 31 * DAY),
	OPT_OTHER(0, "prefixes", bgp_opt_limits, struct bgp_session_opts,
	    prefixes,
	    "prefixes accepted from a peer, or received where that is not "
	    "told, in each address family"),
	OPT_OTHER(0, "advertised", bgp_opt_limits, struct bgp_session_opts,
	    advertised, "prefixes advertised to a peer in each address family"),
	OPT_LIMITS("limit", struct bgp_session_opts, limit_used,
	    "percent of a prefix limit that is used"),
	OPT_OTHER(0, "prefix-drop", drop_opt, struct bgp_session_opts, drop,
	    "percent of its prefixes that a peer lost since the last run"),
	OPT_DURATION(0, "prefix-drop-hold", struct bgp_session_opts, drop_hold,
	    "how long such a loss is told, instead of once", .max = 31 * DAY),
	OPT_FLAG(0, "per-peer", struct bgp_session_opts, per_peer,
	    "performance data of each peer"),
	OPT_CHOICE(0, "list", struct bgp_session_opts, list,
	    "print the peers instead of a verdict", .words = bgp_list_words),
	OPT_END,
};

/* --- what they say together ----------------------------------------------- */

bool
bgp_session_opts_check(const struct bgp_session_opts *opts, struct err *err)
{
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

const char *
bgp_session_opts_daemon(const struct bgp_session_opts *opts)
{
	return opts->source == SOURCE_SNMP ? NULL
					   : source_words[opts->source].word;
}

bool
bgp_session_opts_compare(const struct bgp_session_opts *opts)
{
	return limits_given(&opts->flaps) || drop_rule_set(&opts->drop);
}

/* With a rule for the group, one session of it is no fault of its own. */
static enum verdict
down_verdict(const struct bgp_session_opts *opts)
{
	if (opts->down.given)
		return opts->down.verdict;
	return bgp_share_set(&opts->up) ? VERDICT_OK : VERDICT_CRITICAL;
}

bool
bgp_session_opts_rules(const struct bgp_session_opts *opts,
    struct bgp_rules *rules, struct arena *arena, struct err *err)
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
