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
#include "model/icmp_judge.h"
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

struct sources {
	struct ip of[IP_V6 + 1]; /* by family */
};

struct opts {
	struct icmp_rules rules; /* first: icmp_metrics know it by that */
	struct hosts hosts;
	int only;      /* enum ip_family */
	int addresses; /* enum addresses */
	uint64_t count, size, rate, ttl, dscp;
	int64_t interval, wait; /* ns */
	bool dont_fragment;
	struct sources source;
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

/* Its name without brackets. */
static bool
strip_brackets(const char **name, struct arena *arena)
{
	if (*name[0] == '[')
		*name = arena_string(arena, *name + 1, strlen(*name) - 2);
	return *name != NULL;
}

static bool
add_host(struct hosts *hosts, const char *string, const char *label,
    struct arena *arena, struct err *err)
{
	struct host host = { .label = label };
	struct host *added;

	if (!ip_host_parse(string, &host.host, err))
		return false;
	if (hosts->count == ICMP_TARGETS)
		return err_set(err, ERR_USAGE, "more than %d targets",
		    ICMP_TARGETS);
	added = opt_list_add(arena, hosts, sizeof(*added));
	if (added == NULL || !strip_brackets(&host.host.name, arena))
		return err_set(err, ERR_SYSTEM, "no memory left for targets");
	if (label == NULL)
		host.label = host.host.name;
	*added = host;
	return true;
}

static bool
parse_target(const struct opt_value *value, void *field, struct err *err)
{
	return add_host(field, value->text, NULL, value->arena, err);
}

/* Room for so many more at once: a list that grows leaves its old self behind,
 * and there may be thousands. */
static bool
make_room(struct hosts *hosts, size_t more, struct arena *arena)
{
	struct host *items =
	    arena_alloc(arena, (hosts->count + more) * sizeof(*items));

	if (items == NULL)
		return false;
	if (hosts->count > 0)
		memcpy(items, hosts->items, hosts->count * sizeof(*items));
	hosts->items = items;
	hosts->capacity = hosts->count + more;
	return true;
}

/* "HOST" or "HOST any name". */
static bool
parse_targets_file(const struct opt_value *value, void *field, struct err *err)
{
	struct opt_lines lines;

	if (!opt_lines_read(value->text, value->arena, &lines, err))
		return false;
	if (!make_room(field, lines.count, value->arena))
		return err_set(err, ERR_SYSTEM, "no memory left for targets");
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
	struct icmp_usual *usual = field;
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

#define SELECT .flags = OPT_IDENTITY

static const struct opt options[] = {
	OPT_OTHER('H', "hostname", type_target, struct opts, hosts,
	    "target: a name or an address; repeated", SELECT),
	OPT_OTHER(0, "HOST", type_target, struct opts, hosts,
	    "targets may also stand without -H",
	    .flags = OPT_POSITIONAL | OPT_IDENTITY),
	OPT_OTHER(0, "targets", type_targets_file, struct opts, hosts,
	    "file of targets, one a line, optionally followed by what to call "
	    "it; - is standard input",
	    SELECT),
	OPT_OTHER(0, "", type_usual, struct opts, rules.usual,
	    "average round trip in ms and loss from which to alert; without "
	    "any, 200,40% and 500,80%"),
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
	    .max = ICMP_PACKET_DATA_MAX, SELECT),
	OPT_FLAG(0, "dont-fragment", struct opts, dont_fragment,
	    "no router may fragment: tests the path MTU", SELECT),
	OPT_COUNT('l', "ttl", struct opts, ttl, "time to live, or hop limit",
	    .min = 1, .max = 255, SELECT),
	OPT_COUNT(0, "dscp", struct opts, dscp,
	    "differentiated services code point", .max = 63, SELECT),
	OPT_OTHER('s', "source", type_source, struct opts, source,
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

/* --- what the options ask for --------------------------------------------- */

static bool
is_set(const struct limits *limits)
{
	return limits->warning.set || limits->critical.set;
}

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

/* fe80::/10: the same on every link. */
static bool
lacks_zone(const struct opts *opts, const struct ip *ip)
{
	return ip->family == IP_V6 && ip->bytes[0] == 0xfe &&
	    (ip->bytes[1] & 0xc0) == 0x80 && ip->zone == 0 &&
	    opts->interface == NULL;
}

static bool
validate_host(const struct opts *opts, const struct ip_host *host,
    struct err *err)
{
	const enum ip_family family = demanded_family(opts);

	if (host->address.family == IP_NONE)
		return true;
	if (family != IP_NONE && host->address.family != family)
		return err_set(err, ERR_USAGE,
		    "%s is no %s address, and %s was asked for", host->name,
		    ip_family_name(family), ip_family_name(family));
	if (lacks_zone(opts, &host->address))
		return err_set(err, ERR_USAGE,
		    "%s is on every link: write %s%%INTERFACE, or give -I",
		    host->name, host->name);
	return true;
}

static bool
validate(void *o, struct err *err)
{
	struct opts *opts = o;
	struct icmp_usual *usual = &opts->rules.usual;

	if (opts->hosts.count == 0)
		return err_set(err, ERR_USAGE,
		    "no target: give -H HOST or --targets FILE");
	if (!family_opt_check(&opts->rules.family, opts->only, err))
		return false;
	for (size_t i = 0; i < opts->hosts.count; i++)
		if (!validate_host(opts, &opts->hosts.items[i].host, err))
			return false;
	if (!is_set(&usual->rta) && !is_set(&usual->loss))
		*usual = (struct icmp_usual){
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

/* What is known of a family without looking at an address of it. */
static const enum family_status unfound[] = {
	[RESOLVE_UNASKED] = FAMILY_UNASKED,
	[RESOLVE_FOUND] = FAMILY_UNSEEN,
	[RESOLVE_NO_ADDRESS] = FAMILY_MISSING,
	[RESOLVE_NO_NAME] = FAMILY_MISSING,
	[RESOLVE_SILENT] = FAMILY_UNSEEN,
	[RESOLVE_BROKEN] = FAMILY_UNSEEN,
};

static void
add_address(struct sample *sample, struct icmp_host *host, const struct ip *ip)
{
	sample->echoes.targets[sample->echoes.target_count++].address = *ip;
	host->count++;
}

static struct icmp_host
found_host(const struct opts *opts, struct sample *sample, const char *label,
    const struct resolve_answer *answer)
{
	const enum resolve_status overall = resolve_overall(answer);
	struct icmp_host host = {
		.label = label,
		.first = (uint32_t)sample->echoes.target_count,
		.unfound =
		    answer->count == 0 ? resolve_status_text(overall) : NULL,
		.unseen =
		    overall == RESOLVE_SILENT || overall == RESOLVE_BROKEN,
	};

	for (int family = IP_V4; family <= IP_V6; family++)
		host.without[family] = (uint8_t)unfound[answer->status[family]];
	for (size_t i = 0; i < answer->count; i++)
		if (wanted(opts, answer, i))
			add_address(sample, &host, &answer->addresses[i]);
	return host;
}

static struct icmp_host
literal_host(struct sample *sample, const struct host *from)
{
	struct icmp_host host = {
		.label = from->label,
		.first = (uint32_t)sample->echoes.target_count,
		.literal = true,
		.called = from->label != from->host.name,
	};

	add_address(sample, &host, &from->host.address);
	return host;
}

static bool
is_name(const struct host *host)
{
	return host->host.address.family == IP_NONE;
}

/* Answers are in the order of the hosts that are names. */
static bool
make_targets(const struct opts *opts, struct sample *sample,
    const struct resolve_answer *answers, size_t names, struct arena *arena)
{
	size_t total = opts->hosts.count - names;

	for (size_t i = 0; i < names; i++)
		total += answers[i].count;
	sample->hosts =
	    arena_alloc(arena, opts->hosts.count * sizeof(*sample->hosts));
	sample->echoes.targets =
	    arena_alloc(arena, total * sizeof(*sample->echoes.targets));
	if (sample->hosts == NULL || sample->echoes.targets == NULL)
		return false;
	for (size_t i = 0; i < opts->hosts.count; i++) {
		const struct host *host = &opts->hosts.items[i];

		sample->hosts[i] = is_name(host)
		    ? found_host(opts, sample, host->label, answers++)
		    : literal_host(sample, host);
	}
	return true;
}

static size_t
count_names(const struct opts *opts)
{
	size_t names = 0;

	for (size_t i = 0; i < opts->hosts.count; i++)
		names += is_name(&opts->hosts.items[i]);
	return names;
}

/* Names get half of the time, so that some is left to ask what was found. */
static bool
look_up(const struct opts *opts, struct resolve_answer *answers, size_t count,
    struct run *run, struct err *err)
{
	const struct deadline half =
	    deadline_in(deadline_left_ns(&run->deadline) / 2);
	struct ip_host *names = arena_alloc(run->arena, count * sizeof(*names));
	size_t n = 0;

	if (names == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for the targets");
	for (size_t i = 0; i < opts->hosts.count; i++)
		if (is_name(&opts->hosts.items[i]))
			names[n++] = opts->hosts.items[i].host;
	run_waiting(run, "resolving names");
	return resolve_all(names, count, (enum ip_family)opts->only, answers,
	    run->arena, &half, err);
}

static bool
find_targets(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	const int64_t start_ns = clock_monotonic_ns();
	const size_t names = count_names(opts);
	struct resolve_answer *answers =
	    arena_alloc(run->arena, names * sizeof(*answers));

	if (answers == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for the targets");
	if (names > 0 && !look_up(opts, answers, names, run, err))
		return false;
	sample->lookup =
	    names > 0 ? seconds(clock_monotonic_ns() - start_ns) : -1;
	return make_targets(opts, sample, answers, names, run->arena) ||
	    err_set(err, ERR_SYSTEM, "no memory for the addresses");
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

	if (!find_targets(opts, sample, run, err))
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
		.host_count = sample->hosts != NULL ? opts->hosts.count : 0,
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
