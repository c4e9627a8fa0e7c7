/* SPDX-License-Identifier: ISC */
/*
 * check_icmp_dual: do the targets answer echo requests, over IPv4 and IPv6?
 *
 * Source: ping sockets, or raw ones (icmp.h); one process and one socket a
 * family, whatever the number of targets.
 *
 * capability: cap_net_raw
 */
#include <string.h>

#include "base/num.h"
#include "frame/family_opt.h"
#include "frame/icmp_opt.h"
#include "frame/plugin.h"
#include "model/icmp_judge.h"
#include "source/icmp.h"
#include "source/icmp_find.h"

#define WAIT_NS CLOCK_SECOND
#define WAIT_MAX_NS (60 * CLOCK_SECOND)

enum addresses {
	ADDRESSES_ALL,
	ADDRESSES_FIRST, /* of each family */
};

struct opts {
	struct icmp_rules rules; /* first: icmp_metrics know it by that */
	struct icmp_targets targets;
	int only;      /* enum ip_family */
	int addresses; /* enum addresses */
	uint64_t count, size, rate, ttl, dscp;
	int64_t interval, wait; /* ns */
	bool dont_fragment;
	struct icmp_sources source;
	const char *interface;
	bool fast;
};

struct sample {
	struct icmp_sockets sockets;
	struct icmp_host *hosts;
	struct icmp_echoes echoes;
	struct icmp_report report;
	double lookup; /* seconds; below 0: nothing was looked up */
};

/* --- options -------------------------------------------------------------- */

static const struct opt_word address_words[] = {
	{ "all", ADDRESSES_ALL, "every address that the name has" },
	{ "first", ADDRESSES_FIRST, "the first of each family" },
	{ NULL, 0, NULL },
};

#define SELECT .flags = OPT_IDENTITY

static const struct opt options[] = {
	OPT_OTHER('H', "hostname", icmp_opt_target, struct opts, targets,
	    "target: a name or an address; repeated", SELECT),
	OPT_OTHER(0, "HOST", icmp_opt_target, struct opts, targets,
	    "targets may also stand without -H",
	    .flags = OPT_POSITIONAL | OPT_IDENTITY),
	OPT_OTHER(0, "targets", icmp_opt_targets_file, struct opts, targets,
	    "file of targets, one a line, optionally followed by what to call "
	    "it; - is standard input",
	    SELECT),
	OPT_OTHER(0, "", icmp_opt_usual, struct opts, rules.usual,
	    "average round trip in ms and loss from which to alert; where none "
	    "are set, 200,40% and 500,80%"),
	OPT_LIMITS("rta", struct opts, rules.usual.rta,
	    "average round trip time in seconds"),
	OPT_LIMITS("loss", struct opts, rules.usual.loss,
	    "percent of lost packets"),
	OPT_LIMITS("rtmin", struct opts, rules.rtmin, "shortest round trip"),
	OPT_LIMITS("rtmax", struct opts, rules.rtmax, "longest round trip"),
	OPT_LIMITS("median", struct opts, rules.median, "median round trip"),
	OPT_LIMITS("stddev", struct opts, rules.deviation,
	    "standard deviation of the round trip"),
	OPT_LIMITS("jitter", struct opts, rules.jitter, "jitter in seconds"),
	OPT_LIMITS("duplicates", struct opts, rules.duplicates,
	    "answers that came more than once"),
	OPT_LIMITS("reordered", struct opts, rules.reordered,
	    "answers that were overtaken by a later packet"),
	OPT_LIMITS("mos", struct opts, rules.score,
	    "mean opinion score; low is bad, as in 3.6:"),
	OPT_LIMITS("alive", struct opts, rules.alive,
	    "targets that answer; then nothing else decides"),
	FAMILY_OPT_ROWS(struct opts, rules.family, only),
	OPT_WORD(0, "addresses", struct opts, addresses,
	    "which addresses of a name to ask", .preset = "all",
	    .words = address_words, SELECT),
	OPT_VERDICT(0, "resolve-state", struct opts, rules.unresolved,
	    "state when a name does not exist or has no address",
	    .preset = "critical"),
	OPT_COUNT('n', "count", struct opts, count, "packets an address",
	    .preset = "5", .min = 1, .max = ICMP_COUNT),
	OPT_OTHER('i', "interval", icmp_opt_interval, struct opts, interval,
	    "milliseconds between two packets to the same address, or with a "
	    "unit: 500us, 2s; without it the next goes out when all are "
	    "answered, after 80 ms at the latest",
	    .min = 1, .max = 3600 * CLOCK_SECOND),
	OPT_DURATION(0, "wait", struct opts, wait,
	    "time for an answer, after which it is lost; without it 1s, or the "
	    "longest round trip that a limit allows",
	    .min = CLOCK_MILLI, .max = WAIT_MAX_NS),
	OPT_COUNT(0, "rate", struct opts, rate,
	    "packets a second to all addresses together, at most; without it "
	    "20000, and more while each is answered at once",
	    .min = 1, .max = 1000000),
	OPT_FLAG(0, "fast", struct opts, fast,
	    "stop asking an address as soon as more packets cannot change its "
	    "state"),
	OPT_SIZE('b', "size", struct opts, size, "bytes of data in a packet",
	    .preset = "56", .min = ICMP_PACKET_MARK,
	    .max = ICMP_PACKET_DATA_MAX, SELECT),
	OPT_FLAG(0, "dont-fragment", struct opts, dont_fragment,
	    "no router may fragment: tests the path MTU", SELECT),
	OPT_COUNT('l', "ttl", struct opts, ttl, "time to live, or hop limit",
	    .min = 1, .max = 255, SELECT),
	OPT_COUNT(0, "dscp", struct opts, dscp,
	    "differentiated services code point", .max = 63, SELECT),
	OPT_OTHER('s', "source", icmp_opt_sources, struct opts, source,
	    "source address; once for each family", SELECT),
	OPT_STRING('I', "interface", struct opts, interface,
	    "interface or VRF device to use", .metavar = "DEVICE", SELECT),
	OPT_FLAG(0, "mos", struct opts, rules.mos,
	    "tell the mean opinion score"),
	OPT_COUNT(0, "each", struct opts, rules.each,
	    "when there are more addresses, only those with a finding are "
	    "reported one by one",
	    .preset = "64", .max = ICMP_TARGETS),
	OPT_END,
};

static double
seconds(int64_t ns)
{
	return (double)ns / CLOCK_SECOND;
}

/* --- what the options ask for --------------------------------------------- */

/* The one family that -4, -6 or --family asks for, or IP_NONE. */
static enum ip_family
demanded_family(const struct opts *opts)
{
	if (opts->only != IP_NONE)
		return (enum ip_family)opts->only;
	return opts->rules.family.policy == FAMILY_ONLY_V4 ? IP_V4
	    : opts->rules.family.policy == FAMILY_ONLY_V6  ? IP_V6
							   : IP_NONE;
}

/* An answer that a limit would still allow must not count as lost. */
static int64_t
usual_wait(const struct icmp_rules *rules)
{
	const double longest = icmp_judge_longest(rules);

	return longest <= seconds(WAIT_NS) ? WAIT_NS
	    : longest >= seconds(WAIT_MAX_NS)
	    ? WAIT_MAX_NS
	    : (int64_t)(longest * CLOCK_SECOND);
}

static bool
validate(void *o, struct err *err)
{
	struct opts *opts = o;

	if (opts->targets.count == 0)
		return err_set(err, ERR_USAGE,
		    "no target: give -H HOST or --targets FILE");
	if (!family_opt_check(&opts->rules.family, opts->only, err))
		return false;
	if (!icmp_opt_check_addresses(&opts->targets, &opts->source,
		demanded_family(opts), opts->interface != NULL, err))
		return false;
	icmp_opt_usual_complete(&opts->rules.usual);
	if (opts->wait == 0)
		opts->wait = usual_wait(&opts->rules);
	return true;
}

/* With addresses only, a family that is not among them needs no socket. */
static enum ip_family
needed_family(const struct opts *opts)
{
	enum ip_family family = IP_NONE;

	for (size_t i = 0; i < opts->targets.count; i++) {
		const enum ip_family mine =
		    opts->targets.items[i].host.address.family;

		if (mine == IP_NONE || (family != IP_NONE && mine != family))
			return (enum ip_family)opts->only;
		family = mine;
	}
	return family;
}

static bool
open_sources(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	struct icmp_setup setup = {
		.only = needed_family(opts),
		.device = opts->interface,
		.ttl = (unsigned)opts->ttl,
		.dscp = (unsigned)opts->dscp,
		.dont_fragment = opts->dont_fragment,
	};

	memcpy(setup.source, opts->source.of, sizeof(setup.source));
	if (icmp_open(&sample->sockets, &setup, err))
		return true;
	/* "80ms": a device might be called so, but none is. */
	if (opts->interface != NULL && icmp_opt_is_interval(opts->interface))
		err_context(err,
		    "-I is the interface; what check_icmp has there is --rate");
	return false;
}

/* --- collect -------------------------------------------------------------- */

/* Names get half of the time, so that some is left to ask what was found. */
static bool
find_addresses(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	const struct icmp_find find = {
		.targets = opts->targets.items,
		.count = opts->targets.count,
		.only = (enum ip_family)opts->only,
		.first = opts->addresses == ADDRESSES_FIRST,
		.deadline = deadline_in(deadline_left_ns(&run->deadline) / 2),
	};

	if (icmp_find_names(&find) > 0)
		run_waiting(run, "resolving names");
	return icmp_find_run(&find, &sample->hosts, &sample->echoes,
	    &sample->lookup, run->arena, err);
}

/* What is needed while the packets are under way. */
struct watch {
	const struct opts *opts;
	struct run *run;
	size_t addresses;
};

static bool
settled(const int32_t *rtts, void *context)
{
	const struct opts *opts = ((const struct watch *)context)->opts;

	return icmp_judge_settled(&opts->rules, rtts, opts->count,
	    seconds(opts->wait));
}

static void
say_waiting(const struct watch *watch)
{
	run_waiting(watch->run, "waiting for answers of %zu addresses",
	    watch->addresses);
}

static void
progress(void *context)
{
	const struct watch *watch = context;

	say_waiting(watch);
	run_checkpoint(watch->run);
}

#define LEAST_WAIT_NS (50 * CLOCK_MILLI)

/* The last answers are waited for as long as the deadline allows. */
static bool
fit_in_time(struct icmp_plan *plan, size_t targets, struct run *run,
    struct err *err)
{
	const int64_t left_ns = deadline_left_ns(&plan->deadline);
	const int64_t needed_ns = icmp_duration_ns(plan, targets);
	const int64_t spare_ns = left_ns - needed_ns - LEAST_WAIT_NS;
	char needed_room[32], spare_room[32];
	struct text needed = TEXT_OVER(needed_room);
	struct text spare = TEXT_OVER(spare_room);

	num_format_short(&needed, seconds(needed_ns));
	num_format_short(&spare, seconds(spare_ns));
	if (spare_ns < LEAST_WAIT_NS)
		return err_set(err, ERR_USAGE,
		    "sending %u packets to %zu addresses takes %s s: raise "
		    "--timeout, or --rate, or lower --interval",
		    plan->count, targets, needed.data);
	if (spare_ns < plan->wait_ns) {
		plan->wait_ns = spare_ns;
		run_caveat(run, "answers awaited for %s s only: --timeout",
		    spare.data);
	}
	return true;
}

static void
tell_reservations(const struct sample *sample, struct run *run)
{
	const struct icmp_report *report = &sample->report;

	if (report->overflowed > 0)
		run_caveat(run,
		    "our own receive queue lost %llu answers: %llu packets "
		    "sent again",
		    (unsigned long long)report->overflowed,
		    (unsigned long long)report->resent);
	if (report->strangers > 0)
		run_caveat(run, "%llu answer%s from other addresses ignored",
		    (unsigned long long)report->strangers,
		    report->strangers == 1 ? "" : "s");
	if (sample->lookup >= 0)
		run_note(run, 2, "names resolved in %.3f s", sample->lookup);
	run_note(run, 2, "%llu packets sent, %llu answered",
	    (unsigned long long)report->sent,
	    (unsigned long long)report->received);
}

static bool
ask(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	struct watch watch = { opts, run, sample->echoes.target_count };
	struct icmp_plan plan = {
		.count = (unsigned)opts->count,
		.interval_ns = opts->interval > 0 ? opts->interval : -1,
		.wait_ns = opts->wait,
		.rate = (unsigned)opts->rate,
		.data_len = opts->size,
		.deadline = run->deadline,
		.settled = opts->fast ? settled : NULL,
		.progress = progress,
		.context = &watch,
	};

	if (!fit_in_time(&plan, sample->echoes.target_count, run, err))
		return false;
	/* Most runs are over before anybody could want to know. */
	if (sample->lookup >= 0)
		say_waiting(&watch);
	return icmp_run(&sample->sockets, &plan, &sample->echoes,
	    &sample->report, run->arena, err);
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;

	if (!find_addresses(opts, sample, run, err))
		return false;
	if (sample->echoes.target_count == 0)
		return true;
	if (!ask(opts, sample, run, err))
		return false;
	tell_reservations(sample, run);
	if (!sample->report.cut_short)
		return true;
	run_checkpoint(run);
	return err_set(err, ERR_TIMEOUT,
	    "the time was up before all packets were sent and answered");
}

/* --- judge ---------------------------------------------------------------- */

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	struct icmp_look look = {
		.hosts = sample->hosts,
		.host_count = sample->hosts != NULL ? opts->targets.count : 0,
		.echoes = &sample->echoes,
		.overflowed = sample->report.overflowed > 0,
		.lookup_s = sample->lookup,
	};

	for (int family = IP_V4; family <= IP_V6; family++) {
		const struct err *refused = &sample->sockets.of[family].refused;

		if (refused->kind != ERR_NONE)
			look.refused[family] = refused->text;
	}
	icmp_judge(&opts->rules, &look, root);
}

/* What check_icmp, check_ping and fping are called with; man page,
 * COMPATIBILITY. */
static const char *const habits[] = {
	"-p",
	"-n PACKETS",
	"-C",
	"-n PACKETS",
	"-m",
	"--alive-critical N:",
	"-R",
	"--rta-warning SECONDS, --rta-critical SECONDS",
	"-P",
	"--loss-warning PERCENT, --loss-critical PERCENT",
	"-J",
	"--jitter-warning SECONDS, --jitter-critical SECONDS",
	"-M",
	"--mos-warning N:, --mos-critical N:",
	"-O",
	"--reordered-warning N, --reordered-critical N",
	"-f",
	"--targets FILE",
	NULL,
};

static const char *const examples[] = {
	"-H www.example.net",
	"does every address of the name answer, over both families?",
	"-H 192.0.2.1 -w 100,20% -c 300,60%",
	"one address, limits as check_icmp has them",
	"--targets /etc/routevigil/pops.txt --alive-critical 3: --fast",
	"are at least three of the targets alive?",
	NULL,
};

const struct plugin plugin = {
	.name = "check_icmp_dual",
	.title = "ICMP",
	.purpose = "asks whether targets answer echo requests over IPv4 and "
		   "IPv6: loss, round trip times and jitter of every address",
	.examples = examples,
	.habits = habits,
	.options = options,
	.metrics = icmp_metrics,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.open = open_sources,
	.collect = collect,
	.judge = judge,
};
