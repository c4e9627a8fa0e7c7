/* SPDX-License-Identifier: ISC */
/*
 * check_icmp_dual: do the targets answer echo requests, over IPv4 and IPv6?
 *
 * Source: ping sockets, or raw ones (icmp.h); one process and one socket a
 * family, whatever the number of targets.
 *
 * capability: cap_net_raw
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "frame/family_opt.h"
#include "frame/opt_lines.h"
#include "frame/plugin.h"
#include "model/bounds.h"
#include "source/icmp.h"
#include "source/resolve.h"

enum addresses {
	ADDRESSES_ALL,
	ADDRESSES_FIRST, /* of each family */
};

struct host {
	struct ip_host host;
	const char *label;
};

struct hosts {
	size_t count;
	struct host *items;
	size_t capacity;
};

/* What -w and -c have always set. */
struct usual {
	struct limits rta, loss;
};

struct sources {
	struct ip of[IP_V6 + 1]; /* by family */
};

struct opts {
	struct hosts hosts;
	int only; /* enum ip_family */
	struct family_rules family;
	int addresses; /* enum addresses */
	enum verdict resolve_state;
	uint64_t count, size, rate, ttl, dscp, each;
	int64_t interval, wait; /* ns */
	bool dont_fragment;
	struct sources source;
	const char *interface;
	bool fast, mos;
	struct usual usual;
	struct limits rtmin, rtmax, median, deviation, jitter, duplicates,
	    reordered, score, alive;
};

/* One of the hosts, and which of the addresses are its own. */
struct found {
	enum resolve_status status[IP_V6 + 1];
	enum resolve_status overall;
	size_t first, count;
};

struct sample {
	struct icmp_sockets sockets;
	struct found *found; /* one a host */
	struct icmp_target *targets;
	size_t target_count;
	struct icmp_report report;
	int64_t *scratch; /* to sort the times of an address in */
	double lookup;	  /* seconds; below 0: nothing was looked up */
};

/* --- options -------------------------------------------------------------- */

static bool
add_host(struct hosts *hosts, const char *string, const char *label,
    struct arena *arena, struct err *err)
{
	struct host host = { .label = label };
	struct host *added;
	size_t len = strlen(string);
	char *copy = arena_string(arena, string, len);

	if (copy == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	if (!ip_host_parse(copy, &host.host, err))
		return false;
	if (copy[0] == '[') { /* [2001:db8::1] */
		copy[len - 1] = '\0';
		host.host.name = copy + 1;
	}
	if (label == NULL)
		host.label = host.host.name;
	if (hosts->count == ICMP_TARGETS)
		return err_set(err, ERR_USAGE, "more than %d targets",
		    ICMP_TARGETS);
	added = opt_list_add(arena, hosts, sizeof(*added));
	if (added == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for targets");
	*added = host;
	return true;
}

static bool
parse_target(const struct opt_value *value, void *field, struct err *err)
{
	return add_host(field, value->text, NULL, value->arena, err);
}

/* "HOST" or "HOST any name". */
static bool
parse_targets_file(const struct opt_value *value, void *field, struct err *err)
{
	struct opt_lines lines;

	if (!opt_lines_read(value->text, value->arena, &lines, err))
		return false;
	for (size_t i = 0; i < lines.count; i++) {
		char *text = lines.items[i].text;
		const size_t len = strcspn(text, " \t");
		char *label = text + len + strspn(text + len, " \t");

		text[len] = '\0';
		if (!add_host(field, text, label[0] != '\0' ? label : NULL,
			value->arena, err))
			return err_context(err, "line %u",
			    lines.items[i].number);
	}
	return lines.count > 0 || err_set(err, ERR_USAGE, "names no target");
}

static bool
parse_source(const struct opt_value *value, void *field, struct err *err)
{
	struct sources *sources = field;
	struct ip ip;

	if (!ip_parse(value->text, &ip, err))
		return false;
	sources->of[ip.family] = ip;
	return true;
}

/* Alerts from the value up, as check_icmp and check_ping do; but no loss is no
 * loss to alert for. */
static struct range
from_up(double value)
{
	const struct range from = { true, true, value, INFINITY };
	const struct range above = { true, false, -INFINITY, 0 };

	return value > 0 ? from : above;
}

/* Units as check_icmp takes them; none is milliseconds there.  Its m is
 * milliseconds, too, but minutes everywhere else. */
static const struct {
	const char *typed, *unit;
} time_units[] = {
	{ "", "ms" },
	{ "ms", "ms" },
	{ "us", "us" },
	{ "u", "us" },
	{ "s", "s" },
};

#define TIME_MAX (NUM_DECIMAL_MAX + 3) /* with its unit */

/* Writes the time that the first len characters are as num_duration wants it.
 */
static bool
complete_time(const char *string, size_t len, char out[TIME_MAX],
    struct err *err)
{
	const size_t span = num_decimal_span(string);
	const char *unit = NULL;

	if (string[0] == '-')
		return err_set(err, ERR_USAGE, "a time is not negative");
	if (span == len - 1 && string[span] == 'm')
		return err_set(err, ERR_USAGE,
		    "write ms for milliseconds: m is milliseconds for "
		    "check_icmp and minutes elsewhere");
	for (size_t i = 0; i < sizeof(time_units) / sizeof(time_units[0]); i++)
		if (span < len ? strlen(time_units[i].typed) == len - span &&
			    memcmp(time_units[i].typed, string + span,
				len - span) == 0
			       : i == 0)
			unit = time_units[i].unit;
	if (span == 0 || span > NUM_DECIMAL_MAX || unit == NULL)
		return err_set(err, ERR_USAGE,
		    "a time is a number of milliseconds, or one with us, ms "
		    "or s");
	memcpy(out, string, span);
	memcpy(out + span, unit, strlen(unit) + 1);
	return true;
}

/* "200,40%": milliseconds and percent. */
static bool
parse_usual(const struct opt_value *value, void *field, struct err *err)
{
	struct usual *usual = field;
	const size_t span = strcspn(value->text, ",");
	struct range *rta_range, *loss_range;
	char time[TIME_MAX];
	int64_t rta_ns;
	double loss;

	if (span == 0 || value->text[span] != ',')
		return err_set(err, ERR_USAGE,
		    "must be RTA,LOSS%%, such as 200,40%% for 200 ms and 40 "
		    "percent");
	if (!complete_time(value->text, span, time, err) ||
	    !num_duration(time, &rta_ns, err) ||
	    !num_percent(value->text + span + 1, &loss, err))
		return false;
	rta_range =
	    value->critical ? &usual->rta.critical : &usual->rta.warning;
	loss_range =
	    value->critical ? &usual->loss.critical : &usual->loss.warning;
	*rta_range = from_up((double)rta_ns / CLOCK_SECOND);
	*loss_range = from_up(loss);
	return true;
}

static bool
parse_interval(const struct opt_value *value, void *field, struct err *err)
{
	struct opt_value complete = *value;
	char time[TIME_MAX];

	complete.text = time;
	return complete_time(value->text, strlen(value->text), time, err) &&
	    opt_type_duration.parse(&complete, field, err);
}

static const struct opt_type type_target = { .metavar = "HOST",
	.host_like = true,
	.repeats = true,
	.parse = parse_target };
static const struct opt_type type_targets_file = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_targets_file };
static const struct opt_type type_source = { .metavar = "ADDRESS",
	.host_like = true,
	.repeats = true,
	.parse = parse_source };
static const struct opt_type type_interval = { .metavar = "MS",
	.parse = parse_interval };
static const struct opt_type type_usual = { .metavar = "RTA,LOSS%",
	.pair = true,
	.parse = parse_usual };

static const struct opt_word address_words[] = {
	{ "all", ADDRESSES_ALL, "every address that the name has" },
	{ "first", ADDRESSES_FIRST, "the first of each family" },
	{ NULL, 0, NULL },
};

static const struct opt options[] = {
	OPT_OTHER('H', "hostname", type_target, struct opts, hosts,
	    "target: a name or an address; repeated"),
	OPT_OTHER(0, "HOST", type_target, struct opts, hosts,
	    "targets may also stand without -H", .flags = OPT_POSITIONAL),
	OPT_OTHER(0, "targets", type_targets_file, struct opts, hosts,
	    "file of targets, one a line, optionally followed by what to call "
	    "it; - is standard input"),
	OPT_OTHER(0, "", type_usual, struct opts, usual,
	    "average round trip in ms and loss from which to alert; without "
	    "any, 200,40% and 500,80%"),
	OPT_LIMITS("rta", struct opts, usual.rta,
	    "average round trip time in seconds"),
	OPT_LIMITS("loss", struct opts, usual.loss, "percent of lost packets"),
	OPT_LIMITS("rtmin", struct opts, rtmin, "shortest round trip"),
	OPT_LIMITS("rtmax", struct opts, rtmax, "longest round trip"),
	OPT_LIMITS("median", struct opts, median, "median round trip"),
	OPT_LIMITS("stddev", struct opts, deviation,
	    "standard deviation of the round trip"),
	OPT_LIMITS("jitter", struct opts, jitter, "jitter in seconds"),
	OPT_LIMITS("duplicates", struct opts, duplicates,
	    "answers that came more than once"),
	OPT_LIMITS("reordered", struct opts, reordered,
	    "answers that were overtaken by a later packet"),
	OPT_LIMITS("mos", struct opts, score,
	    "mean opinion score; low is bad, as in 3.6:"),
	OPT_LIMITS("alive", struct opts, alive,
	    "targets that answer; then nothing else decides"),
	FAMILY_OPT_ROWS(struct opts, family, only),
	OPT_WORD(0, "addresses", struct opts, addresses,
	    "which addresses of a name to ask", .preset = "all",
	    .words = address_words),
	OPT_VERDICT(0, "resolve-state", struct opts, resolve_state,
	    "state when a name does not exist or has no address",
	    .preset = "critical"),
	OPT_COUNT('n', "count", struct opts, count, "packets an address",
	    .preset = "5", .min = 1, .max = ICMP_COUNT),
	OPT_OTHER('i', "interval", type_interval, struct opts, interval,
	    "milliseconds between two packets to the same address, or with a "
	    "unit: 500us, 2s; without it the next goes out when all are "
	    "answered, after 80 ms at the latest",
	    .min = 1, .max = 3600 * CLOCK_SECOND),
	OPT_DURATION(0, "wait", struct opts, wait,
	    "for an answer, after which it is lost", .preset = "1s",
	    .min = CLOCK_MILLI, .max = 60 * CLOCK_SECOND),
	OPT_COUNT(0, "rate", struct opts, rate,
	    "packets a second to all addresses together, at most; without it "
	    "20000, and more while each is answered at once",
	    .min = 1, .max = 1000000),
	OPT_FLAG(0, "fast", struct opts, fast,
	    "stop asking an address as soon as more packets cannot change its "
	    "state"),
	OPT_SIZE('b', "size", struct opts, size, "of the data in a packet",
	    .preset = "56", .min = ICMP_PACKET_MARK,
	    .max = ICMP_PACKET_DATA_MAX),
	OPT_FLAG(0, "dont-fragment", struct opts, dont_fragment,
	    "no router may fragment: tests the path MTU"),
	OPT_COUNT('l', "ttl", struct opts, ttl, "time to live, or hop limit",
	    .min = 1, .max = 255),
	OPT_COUNT(0, "dscp", struct opts, dscp,
	    "differentiated services code point", .max = 63),
	OPT_OTHER('s', "source", type_source, struct opts, source,
	    "source address; once for each family"),
	OPT_STRING('I', "interface", struct opts, interface,
	    "interface or VRF device to use", .metavar = "DEVICE"),
	OPT_FLAG(0, "mos", struct opts, mos, "tell the mean opinion score"),
	OPT_COUNT(0, "each", struct opts, each,
	    "when there are more addresses, only those with a finding are "
	    "reported one by one",
	    .preset = "64", .max = ICMP_TARGETS),
	OPT_END,
};

/* --- metrics -------------------------------------------------------------- */

enum {
	SUCCESS,
	RTA,
	LOSS,
	RTMIN,
	RTMAX,
	MEDIAN,
	DEVIATION,
	JITTER,
	DUPLICATES,
	REORDERED,
	HOPS,
	SCORE,
	ALIVE,
	TARGETS,
	SENT,
	RECEIVED,
	LOOKUP,
};

#define LIMITS_OF(field) .limits = offsetof(struct opts, field)
#define NO_LIMITS .limits = METRIC_NO_LIMITS

static const struct metric_def metrics[] = {
	[SUCCESS] = { "success", "probe_success", "1 when the address answered",
	    NO_LIMITS, .max = "1" },
	[RTA] = { "rta", "probe_icmp_duration_seconds",
	    "average round trip time", .unit = METRIC_SECONDS,
	    LIMITS_OF(usual.rta) },
	[LOSS] = { "loss", "icmp_loss_ratio", "share of packets without answer",
	    .unit = METRIC_PERCENT, .max = "100", LIMITS_OF(usual.loss) },
	[RTMIN] = { "rtmin", "icmp_rtt_min_seconds", "shortest round trip",
	    .unit = METRIC_SECONDS, LIMITS_OF(rtmin) },
	[RTMAX] = { "rtmax", "icmp_rtt_max_seconds", "longest round trip",
	    .unit = METRIC_SECONDS, LIMITS_OF(rtmax) },
	[MEDIAN] = { "median", "icmp_rtt_median_seconds", "median round trip",
	    .unit = METRIC_SECONDS, LIMITS_OF(median) },
	[DEVIATION] = { "stddev", "icmp_rtt_stddev_seconds",
	    "standard deviation of the round trip", .unit = METRIC_SECONDS,
	    LIMITS_OF(deviation) },
	[JITTER] = { "jitter", "icmp_jitter_seconds",
	    "jitter of the round trip, RFC 3550", .unit = METRIC_SECONDS,
	    LIMITS_OF(jitter) },
	[DUPLICATES] = { "duplicates", "icmp_duplicates",
	    "answers that came more than once", LIMITS_OF(duplicates) },
	[REORDERED] = { "reordered", "icmp_reordered",
	    "answers overtaken by that of a later packet",
	    LIMITS_OF(reordered) },
	[HOPS] = { "ttl", "probe_icmp_reply_hop_limit",
	    "time to live of the last answer when it came", NO_LIMITS },
	[SCORE] = { "mos", "icmp_mean_opinion_score",
	    "estimated mean opinion score of a call", LIMITS_OF(score) },
	[ALIVE] = { "alive", "icmp_targets_alive", "targets that answer",
	    LIMITS_OF(alive) },
	[TARGETS] = { "targets", "icmp_targets", "targets asked for",
	    NO_LIMITS },
	[SENT] = { "sent", "icmp_packets_sent", "packets sent in this run",
	    NO_LIMITS },
	[RECEIVED] = { "received", "icmp_packets_received",
	    "packets answered in this run", NO_LIMITS },
	[LOOKUP] = { "dns", "probe_dns_lookup_time_seconds",
	    "time until all names were resolved", .unit = METRIC_SECONDS,
	    NO_LIMITS },
	{ .name = NULL },
};

/* --- what the options ask for --------------------------------------------- */

static bool
is_set(const struct limits *limits)
{
	return limits->warning.set || limits->critical.set;
}

static bool
limits_more_than_usual(const struct opts *opts)
{
	return is_set(&opts->rtmin) || is_set(&opts->rtmax) ||
	    is_set(&opts->median) || is_set(&opts->deviation) ||
	    is_set(&opts->jitter) || is_set(&opts->duplicates) ||
	    is_set(&opts->reordered) || is_set(&opts->score);
}

static bool
contradicts(const struct opts *opts, const struct ip *address)
{
	return opts->only != IP_NONE && address->family != IP_NONE &&
	    address->family != opts->only;
}

static bool
validate(void *o, struct err *err)
{
	struct opts *opts = o;

	if (opts->hosts.count == 0)
		return err_set(err, ERR_USAGE,
		    "no target: give -H HOST or --targets FILE");
	for (size_t i = 0; i < opts->hosts.count; i++)
		if (contradicts(opts, &opts->hosts.items[i].host.address))
			return err_set(err, ERR_USAGE,
			    "%s is no %s address, and -%c was given",
			    opts->hosts.items[i].host.name,
			    ip_family_name((enum ip_family)opts->only),
			    opts->only == IP_V4 ? '4' : '6');
	if (!is_set(&opts->usual.rta) && !is_set(&opts->usual.loss))
		opts->usual = (struct usual){
			.rta = { from_up(0.2), from_up(0.5) },
			.loss = { from_up(40), from_up(80) },
		};
	return true;
}

/* With addresses only, a family that is not among them needs no socket. */
static enum ip_family
needed_family(const struct opts *opts)
{
	enum ip_family family = IP_NONE;

	for (size_t i = 0; i < opts->hosts.count; i++) {
		const enum ip_family mine =
		    opts->hosts.items[i].host.address.family;

		if (mine == IP_NONE || (family != IP_NONE && mine != family))
			return (enum ip_family)opts->only;
		family = mine;
	}
	return family;
}

/* "80ms": a device might be called so, but none is. */
static bool
looks_like_time(const char *interface)
{
	char time[TIME_MAX];
	struct err refused;
	size_t len;

	if (interface == NULL)
		return false;
	len = strlen(interface);
	return num_decimal_span(interface) + 1 == len ||
	    complete_time(interface, len, time, &refused);
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
	return looks_like_time(opts->interface)
	    ? err_context(err,
		  "-I is the interface; what check_icmp has there is --rate")
	    : false;
}

/* --- collect -------------------------------------------------------------- */

static double
seconds(int64_t ns)
{
	return (double)ns / CLOCK_SECOND;
}

/* Is this one of the addresses to ask? */
static bool
wanted(const struct opts *opts, const struct resolve_answer *answer, size_t i)
{
	if (opts->addresses == ADDRESSES_ALL)
		return true;
	for (size_t before = 0; before < i; before++)
		if (answer->addresses[before].family ==
		    answer->addresses[i].family)
			return false;
	return true;
}

static bool
make_targets(const struct opts *opts, struct sample *sample,
    const struct resolve_answer *answers, struct arena *arena)
{
	size_t total = 0;

	for (size_t i = 0; i < opts->hosts.count; i++)
		total += answers[i].count;
	sample->targets = arena_alloc(arena, total * sizeof(*sample->targets));
	sample->found =
	    arena_alloc(arena, opts->hosts.count * sizeof(*sample->found));
	sample->scratch =
	    arena_alloc(arena, opts->count * sizeof(*sample->scratch));
	if (sample->targets == NULL || sample->found == NULL ||
	    sample->scratch == NULL)
		return false;
	for (size_t i = 0; i < opts->hosts.count; i++) {
		const struct resolve_answer *answer = &answers[i];
		struct found *found = &sample->found[i];

		memcpy(found->status, answer->status, sizeof(found->status));
		found->overall = resolve_overall(answer);
		found->first = sample->target_count;
		for (size_t j = 0; j < answer->count; j++)
			if (wanted(opts, answer, j))
				sample->targets[sample->target_count++]
				    .address = answer->addresses[j];
		found->count = sample->target_count - found->first;
	}
	return true;
}

static bool
has_names(const struct opts *opts)
{
	for (size_t i = 0; i < opts->hosts.count; i++)
		if (opts->hosts.items[i].host.address.family == IP_NONE)
			return true;
	return false;
}

/* Names get half of the time, so that some is left to ask what was found. */
static bool
look_up(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	const size_t count = opts->hosts.count;
	const int64_t start_ns = clock_monotonic_ns();
	const struct deadline half =
	    deadline_in(deadline_left_ns(&run->deadline) / 2);
	struct resolve_answer *answers =
	    arena_alloc(run->arena, count * sizeof(*answers));
	struct ip_host *hosts = arena_alloc(run->arena, count * sizeof(*hosts));

	if (answers == NULL || hosts == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for the targets");
	for (size_t i = 0; i < count; i++)
		hosts[i] = opts->hosts.items[i].host;
	if (!resolve_all(hosts, count, (enum ip_family)opts->only, answers,
		run->arena, &half, err))
		return false;
	sample->lookup =
	    has_names(opts) ? seconds(clock_monotonic_ns() - start_ns) : -1;
	return make_targets(opts, sample, answers, run->arena) ||
	    err_set(err, ERR_SYSTEM, "no memory for the addresses");
}

static double
sum_of(const struct icmp_stats *stats)
{
	return stats->average * (double)stats->received;
}

/* Whatever becomes of the packets that are not answered yet: is the verdict of
 * the address the same? */
static bool
cannot_change(const struct opts *opts, const struct sample *sample,
    const struct icmp_target *target)
{
	const struct icmp_stats stats =
	    icmp_stats_make(target->rtt_ns, sample->scratch, opts->count);
	const double all = (double)opts->count;
	const double lost = (double)(stats.sent - stats.received);
	const double most = all - lost; /* that may be answered in the end */
	const struct bounds loss = { 100 * lost / all,
		100 * (all - (double)stats.received) / all };
	const struct bounds rta = { sum_of(&stats) / most,
		(sum_of(&stats) +
		    (most - (double)stats.received) * seconds(opts->wait)) /
		    most };
	enum verdict loss_verdict, rta_verdict;
	bool loss_sure, rta_sure;

	if (stats.received == 0)
		return false;
	if (is_set(&opts->alive))
		return true;
	loss_sure = bounds_verdict(&loss, &opts->usual.loss, &loss_verdict);
	rta_sure = bounds_verdict(&rta, &opts->usual.rta, &rta_verdict);
	if ((loss_sure && loss_verdict == VERDICT_CRITICAL) ||
	    (rta_sure && rta_verdict == VERDICT_CRITICAL))
		return true;
	return loss_sure && rta_sure && !limits_more_than_usual(opts);
}

/* What is needed while the packets are under way. */
struct watch {
	const struct opts *opts;
	const struct sample *sample;
	struct run *run;
};

static bool
settled(const struct icmp_target *target, void *context)
{
	const struct watch *watch = context;

	return cannot_change(watch->opts, watch->sample, target);
}

static void
progress(void *context)
{
	const struct watch *watch = context;

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

	if (spare_ns < LEAST_WAIT_NS)
		return err_set(err, ERR_USAGE,
		    "sending %u packets to %zu addresses takes %.3g s: raise "
		    "--timeout, or --rate, or lower --interval",
		    plan->count, targets, seconds(needed_ns));
	if (spare_ns < plan->wait_ns) {
		plan->wait_ns = spare_ns;
		run_caveat(run, "answers awaited for %.3g s only: --timeout",
		    seconds(spare_ns));
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
		run_caveat(run, "%llu answers from other addresses ignored",
		    (unsigned long long)report->strangers);
	if (sample->lookup >= 0)
		run_note(run, 2, "names resolved in %.3f s", sample->lookup);
	run_note(run, 2, "%llu packets sent, %llu answered",
	    (unsigned long long)report->sent,
	    (unsigned long long)report->received);
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	struct watch watch = { opts, sample, run };
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

	if (has_names(opts))
		run_waiting(run, "resolving names");
	if (!look_up(opts, sample, run, err))
		return false;
	if (sample->target_count == 0)
		return true;
	if (!fit_in_time(&plan, sample->target_count, run, err))
		return false;
	run_waiting(run, "waiting for answers of %zu addresses",
	    sample->target_count);
	if (!icmp_run(&sample->sockets, &plan, sample->targets,
		sample->target_count, &sample->report, run->arena, err))
		return false;
	tell_reservations(sample, run);
	if (!sample->report.cut_short)
		return true;
	run_checkpoint(run);
	return err_set(err, ERR_TIMEOUT,
	    "the time was up before all packets were sent and answered");
}

/* --- judge: one address --------------------------------------------------- */

/* A checkpoint may come before the first packet. */
static struct icmp_stats
stats_of(const struct opts *opts, const struct sample *sample,
    const struct icmp_target *target)
{
	return target->rtt_ns != NULL
	    ? icmp_stats_make(target->rtt_ns, sample->scratch, opts->count)
	    : (struct icmp_stats){ 0 };
}

/* "host unreachable from 10.0.0.1" */
static void
tell_fault(struct text *text, const struct icmp_fault *fault)
{
	icmp_fault_tell(text, fault);
	if (fault->from.family != IP_NONE) {
		text_add(text, " from ");
		ip_format(text, &fault->from);
	}
}

static bool
has_fault(const struct icmp_target *target)
{
	return target->fault.family != IP_NONE || target->fault.error != 0;
}

static void
tell_times(struct text *text, const struct icmp_stats *stats)
{
	if (stats->received > 0) {
		text_add(text, "rta ");
		num_format_duration(text, stats->average);
		text_add(text, ", ");
	}
	text_add(text, "loss ");
	num_format_short(text, stats->loss);
	text_add(text, " %");
}

/* Why nothing is known of the address. */
static void
tell_unmeasured(struct text *text, const struct sample *sample,
    const struct icmp_target *target)
{
	const struct icmp_socket *socket =
	    &sample->sockets.of[target->address.family];

	if (socket->refused.kind != ERR_NONE)
		text_add(text, socket->refused.text);
	else if (has_fault(target))
		tell_fault(text, &target->fault);
	else if (sample->report.overflowed > 0)
		text_add(text, "answers were lost in our own receive queue");
	else
		text_add(text, "not measured in time");
}

struct number {
	size_t metric;
	double value;
};

/* What only an answer can tell comes last. */
static void
record(const struct opts *opts, const struct icmp_target *target,
    const struct icmp_stats *stats, bool judged, struct result *node)
{
	const struct number numbers[] = {
		{ SUCCESS, stats->received > 0 },
		{ LOSS, stats->loss },
		{ DUPLICATES, target->duplicates },
		{ REORDERED, target->reordered },
		{ RTA, stats->average },
		{ RTMIN, stats->min },
		{ RTMAX, stats->max },
		{ MEDIAN, stats->median },
		{ DEVIATION, stats->deviation },
		{ JITTER, stats->jitter },
		{ HOPS, target->ttl },
		{ SCORE, stats->mos },
	};
	const size_t all = sizeof(numbers) / sizeof(numbers[0]);
	const size_t always = 4;

	for (size_t i = 0; i < (stats->received > 0 ? all : always); i++) {
		if (numbers[i].metric == SCORE && !opts->mos &&
		    !is_set(&opts->score))
			continue;
		if (judged)
			result_check(node, numbers[i].metric, numbers[i].value);
		else
			result_metric(node, numbers[i].metric,
			    numbers[i].value);
	}
}

/* The verdict without a node for it: is there anything to say? */
static bool
is_fine(const struct opts *opts, const struct icmp_stats *stats,
    const struct icmp_target *target)
{
	return stats->received > 0 &&
	    limits_verdict(&opts->usual.rta, stats->average) == VERDICT_OK &&
	    limits_verdict(&opts->usual.loss, stats->loss) == VERDICT_OK &&
	    limits_verdict(&opts->rtmin, stats->min) == VERDICT_OK &&
	    limits_verdict(&opts->rtmax, stats->max) == VERDICT_OK &&
	    limits_verdict(&opts->median, stats->median) == VERDICT_OK &&
	    limits_verdict(&opts->deviation, stats->deviation) == VERDICT_OK &&
	    limits_verdict(&opts->jitter, stats->jitter) == VERDICT_OK &&
	    limits_verdict(&opts->duplicates, target->duplicates) ==
	    VERDICT_OK &&
	    limits_verdict(&opts->reordered, target->reordered) == VERDICT_OK &&
	    limits_verdict(&opts->score, stats->mos) == VERDICT_OK;
}

static struct result *
address_node(const struct host *host, const struct ip *address,
    struct result *root)
{
	char room[64];
	struct text text = TEXT_OVER(room);
	struct result *node;
	bool named;

	ip_format(&text, address);
	node = result_child(root, text.data);
	named = strcmp(host->label, text.data) != 0;
	if (named)
		result_label(node, "target", host->label);
	result_label(node, "family", ip_family_name(address->family));
	result_label(node, "address", text.data);
	return node;
}

/* `dead` is what no answer counts for; VERDICT_OK too when nobody needs the
 * family, and then its numbers are shown and not judged. */
static void
judge_address(const struct opts *opts, const struct sample *sample,
    const struct icmp_target *target, const struct icmp_stats *stats,
    enum verdict dead, struct result *node)
{
	const bool judged = dead != VERDICT_OK;
	char room[200];
	struct text text = TEXT_OVER(room);

	if (stats->sent == 0) {
		tell_unmeasured(&text, sample, target);
		result_judge(node, judged ? VERDICT_UNKNOWN : VERDICT_OK, "%s",
		    text.data);
		return;
	}
	record(opts, target, stats, judged && stats->received > 0, node);
	tell_times(&text, stats);
	result_summary(node, "%s", text.data);
	text_clear(&text);
	if (has_fault(target)) {
		text_add(&text, ", ");
		tell_fault(&text, &target->fault);
	}
	if (stats->received == 0 && judged)
		result_judge(node, dead, "no answer%s", text.data);
	else
		result_ok(node);
}

/* --- judge: one target ---------------------------------------------------- */

static enum family_status
family_status(const struct opts *opts, const struct sample *sample,
    const struct found *found, enum ip_family family)
{
	static const enum family_status unfound[] = {
		[RESOLVE_UNASKED] = FAMILY_UNASKED,
		[RESOLVE_FOUND] = FAMILY_UNSEEN,
		[RESOLVE_NO_ADDRESS] = FAMILY_MISSING,
		[RESOLVE_NO_NAME] = FAMILY_MISSING,
		[RESOLVE_SILENT] = FAMILY_UNSEEN,
		[RESOLVE_BROKEN] = FAMILY_UNSEEN,
	};
	enum family_status status = unfound[found->status[family]];

	for (size_t i = 0; i < found->count; i++) {
		const struct icmp_target *target =
		    &sample->targets[found->first + i];
		struct icmp_stats stats;

		if (target->address.family != family || target->rtt_ns == NULL)
			continue;
		stats = icmp_stats_count(target->rtt_ns, opts->count);
		if (stats.received > 0)
			return FAMILY_WORKS;
		if (stats.sent > 0)
			status = FAMILY_DEAD;
	}
	return status;
}

/* What is found over all targets. */
struct sums {
	size_t alive;	  /* targets */
	size_t addresses; /* that answered */
	double rta, longest;
	uint64_t sent, received;
};

static void
add_up(struct sums *sums, const struct icmp_stats *stats)
{
	sums->sent += stats->sent;
	sums->received += stats->received;
	if (stats->received == 0)
		return;
	sums->addresses++;
	sums->rta += stats->average;
	if (stats->max > sums->longest)
		sums->longest = stats->max;
}

/* A name that led to no address at all. */
static void
judge_unfound(const struct opts *opts, const struct host *host,
    const struct found *found, struct result *root)
{
	struct result *node = result_child(root, host->label);
	const bool unknown = found->overall == RESOLVE_SILENT ||
	    found->overall == RESOLVE_BROKEN;

	result_label(node, "target", host->label);
	result_metric(node, SUCCESS, 0);
	result_judge(node, unknown ? VERDICT_UNKNOWN : opts->resolve_state,
	    "%s", resolve_status_text(found->overall));
}

static bool
is_name(const struct host *host)
{
	return host->host.address.family == IP_NONE;
}

/* "www.example.net works over IPv4, IPv6 dead" */
static void
tell_families(const struct host *host, enum verdict verdict,
    const enum family_status *seen, struct result *root)
{
	char room[120];
	struct text text = TEXT_OVER(room);

	family_tell(&text, seen);
	result_judge(root, verdict, "%s %s", host->label, text.data);
}

static void
judge_target(const struct opts *opts, const struct sample *sample, size_t i,
    struct sums *sums, struct result *root)
{
	const struct host *host = &opts->hosts.items[i];
	const struct found *found = &sample->found[i];
	const bool brief = sample->target_count > opts->each;
	const size_t alive_before = sums->addresses;
	const enum family_status seen[] = {
		[IP_NONE] = FAMILY_UNASKED,
		[IP_V4] = family_status(opts, sample, found, IP_V4),
		[IP_V6] = family_status(opts, sample, found, IP_V6),
	};
	const struct family_verdict families =
	    family_judge(&opts->family, seen);

	if (found->count == 0) {
		judge_unfound(opts, host, found, root);
		return;
	}
	/* An address speaks for itself. */
	if (is_name(host) && families.verdict != VERDICT_OK)
		tell_families(host, families.verdict, seen, root);
	for (size_t j = 0; j < found->count; j++) {
		const struct icmp_target *target =
		    &sample->targets[found->first + j];
		const struct icmp_stats stats = stats_of(opts, sample, target);

		add_up(sums, &stats);
		if (brief && is_fine(opts, &stats, target))
			continue;
		judge_address(opts, sample, target, &stats,
		    families.dead_address[target->address.family],
		    address_node(host, &target->address, root));
	}
	sums->alive += sums->addresses > alive_before;
}

/* --- judge: all of them --------------------------------------------------- */

static void
tell_many(const struct opts *opts, const struct sums *sums, struct text *text)
{
	text_addf(text, "%zu of %zu targets alive", sums->alive,
	    opts->hosts.count);
	if (sums->addresses > 0) {
		text_add(text, ", rta ");
		num_format_duration(text, sums->rta / (double)sums->addresses);
		text_add(text, ", longest ");
		num_format_duration(text, sums->longest);
	}
	if (sums->sent > 0) {
		text_add(text, ", loss ");
		num_format_short(text,
		    100 * (double)(sums->sent - sums->received) /
			(double)sums->sent);
		text_add(text, " %");
	}
}

#define TELL_ADDRESSES 4 /* of one target on the first line */

/* "www.example.net works over IPv4 and IPv6: 192.0.2.7 rta 41 us, loss 0 %"; a
 * fault of the families is a finding, and said before. */
static void
tell_one(const struct opts *opts, const struct sample *sample,
    struct text *text)
{
	const struct host *host = &opts->hosts.items[0];
	const struct found *found = &sample->found[0];
	const enum family_status seen[] = {
		[IP_NONE] = FAMILY_UNASKED,
		[IP_V4] = family_status(opts, sample, found, IP_V4),
		[IP_V6] = family_status(opts, sample, found, IP_V6),
	};

	if (found->count == 0)
		return;
	if (is_name(host) &&
	    family_judge(&opts->family, seen).verdict == VERDICT_OK) {
		text_addf(text, "%s ", host->label);
		family_tell(text, seen);
		text_add(text, ": ");
	}
	for (size_t i = 0; i < found->count && i < TELL_ADDRESSES; i++) {
		const struct icmp_target *target =
		    &sample->targets[found->first + i];
		const struct icmp_stats stats = stats_of(opts, sample, target);

		text_add(text, i > 0 ? ", " : "");
		ip_format(text, &target->address);
		text_add_char(text, ' ');
		tell_times(text, &stats);
	}
	if (found->count > TELL_ADDRESSES)
		text_addf(text, ", %zu more", found->count - TELL_ADDRESSES);
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	struct sums sums = { 0 };
	char room[400];
	struct text text = TEXT_OVER(room);

	result_ok(root);
	for (size_t i = 0; i < opts->hosts.count; i++)
		judge_target(opts, sample, i, &sums, root);
	if (opts->hosts.count == 1)
		tell_one(opts, sample, &text);
	else
		tell_many(opts, &sums, &text);
	result_summary(root, "%s", text.data);
	if (is_set(&opts->alive)) {
		result_check(root, ALIVE, (double)sums.alive);
		result_settle(root,
		    limits_verdict(&opts->alive, (double)sums.alive));
	} else {
		result_metric(root, ALIVE, (double)sums.alive);
	}
	result_metric(root, TARGETS, (double)opts->hosts.count);
	result_metric(root, SENT, (double)sums.sent);
	result_metric(root, RECEIVED, (double)sums.received);
	if (sample->lookup >= 0)
		result_metric(root, LOOKUP, sample->lookup);
}

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
	.options = options,
	.metrics = metrics,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.open = open_sources,
	.collect = collect,
	.judge = judge,
};
