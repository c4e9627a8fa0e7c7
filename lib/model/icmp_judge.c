/* SPDX-License-Identifier: ISC */
#include "model/icmp_judge.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "model/bounds.h"
#include "model/icmp_stats.h"

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

#define LIMITS_OF(field) .limits = offsetof(struct icmp_rules, field)
#define NO_LIMITS .limits = METRIC_NO_LIMITS

const struct metric_def icmp_metrics[] = {
	[SUCCESS] = { "success", "probe_success",
	    "1 when the address answers as it should, else 0", NO_LIMITS,
	    .max = "1" },
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

/* Limits for what only icmp_stats_make tells, or no packet alone? */
static bool
more_than_usual(const struct icmp_rules *rules)
{
	return limits_given(&rules->rtmin) || limits_given(&rules->rtmax) ||
	    limits_given(&rules->median) || limits_given(&rules->deviation) ||
	    limits_given(&rules->jitter) || limits_given(&rules->duplicates) ||
	    limits_given(&rules->reordered) || limits_given(&rules->score);
}

/* --- how long to wait ----------------------------------------------------- */

static double
bound_of(const struct range *range, double longest)
{
	if (range->set && isfinite(range->end) && range->end > longest)
		longest = range->end;
	if (range->set && isfinite(range->start) && range->start > longest)
		longest = range->start;
	return longest;
}

double
icmp_judge_longest(const struct icmp_rules *rules)
{
	const struct limits *const all[] = { &rules->usual.rta, &rules->rtmin,
		&rules->rtmax, &rules->median };
	double longest = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		longest = bound_of(&all[i]->warning, longest);
		longest = bound_of(&all[i]->critical, longest);
	}
	return longest;
}

/* --- enough seen? --------------------------------------------------------- */

bool
icmp_judge_settled(const struct icmp_rules *rules, const int32_t *rtts,
    size_t count, double wait_s)
{
	const struct icmp_stats stats = icmp_stats_brief(rtts, count);
	const double all = (double)count, answered = (double)stats.received;
	const double lost = (double)(stats.sent - stats.received);
	const double most = all - lost; /* that may be answered in the end */
	const double sum = stats.average * answered;
	const struct bounds loss = { 100 * lost / all,
		100 * (all - answered) / all };
	const struct bounds rta = { sum / most,
		(sum + (most - answered) * wait_s) / most };
	enum verdict loss_verdict, rta_verdict;
	bool loss_sure, rta_sure;

	if (stats.received == 0)
		return false;
	if (limits_given(&rules->alive))
		return true;
	loss_sure = bounds_verdict(&loss, &rules->usual.loss, &loss_verdict);
	rta_sure = bounds_verdict(&rta, &rules->usual.rta, &rta_verdict);
	if ((loss_sure && loss_verdict == VERDICT_CRITICAL) ||
	    (rta_sure && rta_verdict == VERDICT_CRITICAL))
		return true;
	return loss_sure && rta_sure && !more_than_usual(rules);
}

/* --- one judgement from the inside ---------------------------------------- */

/* What is found over all hosts. */
struct sums {
	size_t alive;		    /* hosts */
	size_t unseen;		    /* that may be alive all the same */
	size_t dead;		    /* that are, and should not be */
	size_t one_dead[IP_V6 + 1]; /* over this family alone, likewise */
	enum verdict dead_verdict;  /* the worst of both */
	size_t addresses;	    /* that answered */
	double rta, longest;
	uint64_t sent, received;
};

struct scene {
	const struct icmp_rules *rules;
	const struct icmp_look *look;
	struct result *root;
	bool brief;	/* too many addresses: only the bad ones are told */
	bool plain;	/* rta and loss are all that limits are set for */
	bool half_well; /* a name has a fault of its families */
	bool counted;	/* how many are dead stands first */
	struct sums sums;
};

/* What is made of one host. */
struct host_view {
	const struct icmp_host *host;
	struct icmp_stats first; /* brief ones, of its first address */
	enum family_status seen[IP_V6 + 1];
	struct family_verdict families;
	bool spared[IP_V6 + 1]; /* shown and not judged: another is enough */
};

static const struct icmp_target *
address_at(const struct scene *scene, const struct icmp_host *host, size_t i)
{
	return &scene->look->echoes->targets[host->first + i];
}

/* A look may come before the first packet: then count is 0. */
static const int32_t *
times_of(const struct scene *scene, const struct icmp_target *target,
    size_t *count)
{
	const struct icmp_echoes *echoes = scene->look->echoes;

	*count = echoes->rtts != NULL ? echoes->count : 0;
	return *count > 0
	    ? echoes->rtts + (size_t)(target - echoes->targets) * *count
	    : NULL;
}

static struct icmp_stats
brief_stats(const struct scene *scene, const struct icmp_target *target)
{
	size_t count;
	const int32_t *rtts = times_of(scene, target, &count);

	return icmp_stats_brief(rtts, count);
}

static struct icmp_stats
full_stats(const struct scene *scene, const struct icmp_target *target)
{
	size_t count;
	const int32_t *rtts = times_of(scene, target, &count);

	return icmp_stats_make(rtts, count);
}

/* --- one address ---------------------------------------------------------- */

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

/* Who said why packets were lost. */
static void
tell_fault(struct text *text, const struct scene *scene,
    const struct icmp_target *target)
{
	const struct icmp_fault *fault =
	    icmp_fault_of(scene->look->echoes, target);

	if (fault == NULL)
		return;
	text_add(text, ", ");
	icmp_fault_tell(text, fault);
}

/* Why nothing is known of the address. */
static void
tell_unmeasured(struct text *text, const struct scene *scene,
    const struct icmp_target *target)
{
	const struct icmp_look *look = scene->look;
	const struct icmp_fault *fault = icmp_fault_of(look->echoes, target);

	if (look->refused[target->address.family] != NULL)
		text_add(text, look->refused[target->address.family]);
	else if (fault != NULL)
		icmp_fault_tell(text, fault);
	else if (look->overflowed)
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
record(const struct icmp_rules *rules, const struct icmp_target *target,
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
		if (numbers[i].metric == SCORE && !rules->mos &&
		    !limits_given(&rules->score))
			continue;
		if (judged)
			result_check(node, numbers[i].metric, numbers[i].value);
		else
			result_metric(node, numbers[i].metric,
			    numbers[i].value);
	}
}

static bool
holds(const struct limits *limits, double value)
{
	return limits_verdict(limits, value) == VERDICT_OK;
}

/* The verdict without a node for it: is there anything to say? */
static bool
is_fine(const struct scene *scene, const struct icmp_target *target,
    const struct icmp_stats *brief)
{
	const struct icmp_rules *rules = scene->rules;
	const struct icmp_stats stats =
	    scene->plain ? *brief : full_stats(scene, target);

	return stats.received > 0 && holds(&rules->usual.rta, stats.average) &&
	    holds(&rules->usual.loss, stats.loss) &&
	    (scene->plain ||
		(holds(&rules->rtmin, stats.min) &&
		    holds(&rules->rtmax, stats.max) &&
		    holds(&rules->median, stats.median) &&
		    holds(&rules->deviation, stats.deviation) &&
		    holds(&rules->jitter, stats.jitter) &&
		    holds(&rules->duplicates, target->duplicates) &&
		    holds(&rules->reordered, target->reordered) &&
		    holds(&rules->score, stats.mos)));
}

/* Among other hosts the address alone does not tell whose it is; of a single
 * name the first line says it anyway. */
static bool
is_told_whose(const struct scene *scene, const struct icmp_host *host)
{
	return host->literal ? host->called : scene->look->host_count > 1;
}

static struct result *
address_node(const struct scene *scene, const struct icmp_host *host,
    const struct ip *address)
{
	char room[64], name_room[400];
	struct text text = TEXT_OVER(room), name = TEXT_OVER(name_room);
	struct result *node;

	ip_format(&text, address);
	if (is_told_whose(scene, host))
		text_addf(&name, "%s ", host->label);
	text_add(&name, text.data);
	node = result_child(scene->root, name.data);
	if (!host->literal || host->called)
		result_label(node, "target", host->label);
	result_label(node, "family", ip_family_name(address->family));
	result_label(node, "address", text.data);
	return node;
}

/* Its silence, which the first line tells of the name among others already. */
static void
settle_silent(enum verdict dead, const struct icmp_stats *stats,
    struct result *node)
{
	char room[80];
	struct text text = TEXT_OVER(room);

	tell_times(&text, stats);
	result_summary(node, "no answer, %s", text.data);
	result_settle(node, dead);
}

/* `dead` is what no answer counts for; VERDICT_OK too when nobody needs the
 * family, and then its numbers are shown and not judged. */
static void
judge_address(const struct scene *scene, const struct icmp_target *target,
    enum verdict dead, bool told, struct result *node)
{
	const struct icmp_stats stats = full_stats(scene, target);
	const bool judged = dead != VERDICT_OK;
	char room[300], why_room[200];
	struct text text = TEXT_OVER(room), why = TEXT_OVER(why_room);

	if (stats.sent == 0) {
		tell_unmeasured(&text, scene, target);
		result_judge(node, judged ? VERDICT_UNKNOWN : VERDICT_OK, "%s",
		    text.data);
		return;
	}
	record(scene->rules, target, &stats, judged && stats.received > 0,
	    node);
	if (stats.received == 0 && judged)
		tell_fault(&why, scene, target);
	tell_times(&text, &stats);
	if (stats.loss > 0 && why.len == 0)
		tell_fault(&text, scene, target);
	result_summary(node, "%s", text.data);
	if (stats.received > 0 || !judged)
		result_ok(node);
	else if (told && why.len == 0)
		settle_silent(dead, &stats, node);
	else
		result_judge(node, dead, "no answer%s", why.data);
}

/* --- one host ------------------------------------------------------------- */

static enum family_status
status_of(const struct icmp_stats *stats)
{
	return stats->received > 0 ? FAMILY_WORKS
	    : stats->sent > 0	   ? FAMILY_DEAD
				   : FAMILY_UNSEEN;
}

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

/* A family is as its best address is; the values of the enumeration rise. */
static void
see_families(const struct scene *scene, struct host_view *view)
{
	const struct icmp_host *host = view->host;

	for (int family = IP_NONE; family <= IP_V6; family++)
		view->seen[family] = (enum family_status)host->without[family];
	for (size_t i = 0; i < host->count; i++) {
		const struct icmp_target *target = address_at(scene, host, i);
		const struct icmp_stats stats = brief_stats(scene, target);
		const enum family_status status = status_of(&stats);
		enum family_status *seen = &view->seen[target->address.family];

		if (i == 0)
			view->first = stats;
		*seen = status > *seen ? status : *seen;
	}
}

/* With --family any, one family that is well is enough: then the other's
 * addresses are shown and not judged, be they dead or slow. */
static void
spare_families(const struct scene *scene, struct host_view *view)
{
	bool fine[IP_V6 + 1] = {
		[IP_V4] = view->seen[IP_V4] == FAMILY_WORKS,
		[IP_V6] = view->seen[IP_V6] == FAMILY_WORKS,
	};

	if (scene->rules->family.policy != FAMILY_ANY)
		return;
	for (size_t i = 0; i < view->host->count; i++) {
		const struct icmp_target *target =
		    address_at(scene, view->host, i);
		const struct icmp_stats stats = brief_stats(scene, target);

		if (fine[target->address.family])
			fine[target->address.family] =
			    is_fine(scene, target, &stats);
	}
	view->spared[IP_V4] = fine[IP_V6] && !fine[IP_V4];
	view->spared[IP_V6] = fine[IP_V4] && !fine[IP_V6];
}

/* An address that was given as such speaks for itself, whatever family is asked
 * for. */
static struct host_view
view_host(const struct scene *scene, const struct icmp_host *host)
{
	const enum verdict dead = scene->rules->family.all_dead;
	struct host_view view = { .host = host };

	see_families(scene, &view);
	if (host->literal) {
		view.families = (struct family_verdict){
			.dead_address = { [IP_V4] = dead, [IP_V6] = dead },
		};
		return view;
	}
	view.families = family_judge(&scene->rules->family, view.seen);
	spare_families(scene, &view);
	return view;
}

/* What it counts for that this host, or one of its families, is dead. */
static enum verdict
verdict_of(const struct scene *scene, const struct host_view *view)
{
	const struct icmp_host *host = view->host;

	return host->unfound != NULL ? scene->rules->unresolved
	    : host->literal	     ? scene->rules->family.all_dead
				     : view->families.verdict;
}

static void
count_dead(struct scene *scene, const struct host_view *view, bool alive)
{
	struct sums *sums = &scene->sums;
	const enum verdict verdict = verdict_of(scene, view);
	bool counted = !alive;

	if (verdict == VERDICT_OK)
		return;
	sums->dead += !alive;
	for (int family = IP_V4; alive && family <= IP_V6; family++)
		if (view->seen[family] == FAMILY_DEAD &&
		    family_counts(scene->rules->family.policy,
			(enum ip_family)family)) {
			sums->one_dead[family]++;
			counted = true;
		}
	if (counted)
		sums->dead_verdict = verdict_worse(sums->dead_verdict, verdict);
}

static void
count_host(struct scene *scene, const struct host_view *view)
{
	bool alive = false, unseen = view->host->unseen;

	for (int family = IP_V4; family <= IP_V6; family++) {
		if (!view->host->literal &&
		    !family_counts(scene->rules->family.policy,
			(enum ip_family)family))
			continue;
		alive |= view->seen[family] == FAMILY_WORKS;
		unseen |= view->seen[family] == FAMILY_UNSEEN;
	}
	scene->sums.alive += alive;
	if (unseen && !alive)
		scene->sums.unseen++;
	else
		count_dead(scene, view, alive);
}

/* A name that led to no address at all. */
static void
judge_unfound(const struct scene *scene, const struct icmp_host *host)
{
	struct result *node = result_child(scene->root, host->label);

	result_label(node, "target", host->label);
	result_metric(node, SUCCESS, 0);
	result_judge(node,
	    host->unseen ? VERDICT_UNKNOWN : scene->rules->unresolved, "%s",
	    host->unfound);
}

static enum verdict
dead_counts_for(const struct host_view *view, enum ip_family family)
{
	return view->spared[family] ? VERDICT_OK
				    : view->families.dead_address[family];
}

static void
judge_host(struct scene *scene, const struct icmp_host *host)
{
	const struct host_view view = view_host(scene, host);
	bool faulty;

	count_host(scene, &view);
	if (host->unfound != NULL) {
		judge_unfound(scene, host);
		return;
	}
	faulty = !host->literal && view.families.verdict != VERDICT_OK;
	scene->half_well |= faulty;
	for (size_t i = 0; i < host->count; i++) {
		const struct icmp_target *target = address_at(scene, host, i);
		const enum ip_family family = target->address.family;
		const struct icmp_stats stats =
		    i == 0 ? view.first : brief_stats(scene, target);

		add_up(&scene->sums, &stats);
		if (scene->brief && is_fine(scene, target, &stats))
			continue;
		judge_address(scene, target, dead_counts_for(&view, family),
		    faulty && scene->look->host_count > 1 &&
			view.seen[family] == FAMILY_DEAD,
		    address_node(scene, host, &target->address));
	}
}

/* --- all of them ---------------------------------------------------------- */

/* "www.example.net works over IPv4, IPv6 dead" */
static void
tell_families(const struct scene *scene)
{
	for (size_t i = 0; i < scene->look->host_count; i++) {
		const struct icmp_host *host = &scene->look->hosts[i];
		char room[120];
		struct text text = TEXT_OVER(room);
		struct host_view view;

		if (host->literal || host->unfound != NULL)
			continue;
		view = view_host(scene, host);
		if (view.families.verdict == VERDICT_OK)
			continue;
		family_tell(&text, view.seen);
		result_judge(scene->root, view.families.verdict, "%s %s",
		    host->label, text.data);
	}
}

#define FEW 3 /* that are dead: they are named, and need no counting */

/* "4 of 300 targets dead, 290 over IPv6 only": with many, the first three say
 * nothing of how bad it is. */
static void
count_many(struct scene *scene)
{
	const struct sums *sums = &scene->sums;
	const size_t counts[] = { sums->dead, sums->one_dead[IP_V4],
		sums->one_dead[IP_V6] };
	static const char *const over[] = { "", " over IPv4 only",
		" over IPv6 only" };
	char room[200];
	struct text text = TEXT_OVER(room);

	result_metric(scene->root, ALIVE, (double)sums->alive);
	if (counts[0] + counts[1] + counts[2] <= FEW)
		return;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i] == 0)
			continue;
		if (text.len > 0)
			text_addf(&text, ", %zu", counts[i]);
		else
			text_addf(&text, "%zu of %zu targets dead", counts[i],
			    scene->look->host_count);
		text_add(&text, over[i]);
	}
	result_judge(scene->root, sums->dead_verdict, "%s", text.data);
	scene->counted = true;
}

static void
tell_many(const struct scene *scene, struct text *text)
{
	const struct sums *sums = &scene->sums;

	if (!scene->counted)
		text_addf(text, "%zu of %zu targets alive", sums->alive,
		    scene->look->host_count);
	if (sums->addresses > 0) {
		text_add(text, text->len > 0 ? ", rta " : "rta ");
		num_format_duration(text, sums->rta / (double)sums->addresses);
		text_add(text, ", longest ");
		num_format_duration(text, sums->longest);
	}
	if (sums->sent > 0) {
		text_add(text, text->len > 0 ? ", loss " : "loss ");
		num_format_short(text,
		    100 * (double)(sums->sent - sums->received) /
			(double)sums->sent);
		text_add(text, " %");
	}
}

#define TELL_ADDRESSES 4 /* of one target on the first line */

/* "192.0.2.7 rta 41 us, loss 0 %, 192.0.2.8 ..."; those whose silence is a
 * finding are named there. */
static void
tell_addresses(const struct scene *scene, const struct host_view *view,
    struct text *text)
{
	const struct icmp_host *host = view->host;
	size_t told = 0, more = 0;

	for (size_t i = 0; i < host->count; i++) {
		const struct icmp_target *target = address_at(scene, host, i);
		const enum ip_family family = target->address.family;
		const struct icmp_stats stats = brief_stats(scene, target);

		if (stats.received == 0 &&
		    dead_counts_for(view, family) != VERDICT_OK)
			continue;
		if (told == TELL_ADDRESSES) {
			more++;
			continue;
		}
		text_add(text, told++ > 0 ? ", " : "");
		ip_format(text, &target->address);
		text_add_char(text, ' ');
		if (stats.sent > 0)
			tell_times(text, &stats);
		else
			tell_unmeasured(text, scene, target);
		if (stats.sent > 0 && stats.loss > 0)
			tell_fault(text, scene, target);
	}
	if (more > 0)
		text_addf(text, ", %zu more", more);
}

/* "www.example.net works over IPv4 and IPv6: 192.0.2.7 rta 41 us, loss 0 %"; a
 * fault of the families is a finding, and said before. */
static void
tell_one(const struct scene *scene, struct text *text)
{
	const struct host_view view = view_host(scene, &scene->look->hosts[0]);
	const struct icmp_host *host = view.host;
	size_t before;

	if (!host->literal && host->count > 0 &&
	    view.families.verdict == VERDICT_OK) {
		text_addf(text, "%s ", host->label);
		family_tell(text, view.seen);
		text_add(text, ": ");
	}
	before = text->len;
	tell_addresses(scene, &view, text);
	if (text->len == before && scene->sums.sent > 0)
		text_add(text, "loss 100 %");
}

/* So many answer, and of others it is not known: only what is sure of both is
 * said to be wrong. */
static void
judge_alive(const struct scene *scene)
{
	const struct sums *sums = &scene->sums;
	const struct limits *limits = &scene->rules->alive;
	const struct bounds bounds = { (double)sums->alive,
		(double)(sums->alive + sums->unseen) };
	enum verdict verdict, other;

	if (bounds_verdict(&bounds, limits, &verdict)) {
		result_check(scene->root, ALIVE, bounds.low);
		result_settle(scene->root, verdict);
		return;
	}
	other = limits_verdict(limits, bounds.high);
	if (verdict_compare(other, verdict) < 0)
		verdict = other;
	verdict = verdict_worse(verdict, VERDICT_UNKNOWN);
	result_metric(scene->root, ALIVE, bounds.low);
	result_judge(scene->root, verdict,
	    "%zu alive, and not known of %zu more", sums->alive, sums->unseen);
	result_settle(scene->root, verdict);
}

static void
add_totals(const struct scene *scene)
{
	result_metric(scene->root, TARGETS, (double)scene->look->host_count);
	result_metric(scene->root, SENT, (double)scene->sums.sent);
	result_metric(scene->root, RECEIVED, (double)scene->sums.received);
	if (scene->look->lookup_s >= 0)
		result_metric(scene->root, LOOKUP, scene->look->lookup_s);
}

void
icmp_judge(const struct icmp_rules *rules, const struct icmp_look *look,
    struct result *root)
{
	struct scene scene = {
		.rules = rules,
		.look = look,
		.root = root,
		.brief = look->echoes->target_count > rules->each,
		.plain = !more_than_usual(rules),
	};
	char room[400];
	struct text text = TEXT_OVER(room);

	if (look->host_count > 0)
		result_ok(root);
	for (size_t i = 0; i < look->host_count; i++)
		judge_host(&scene, &look->hosts[i]);
	if (limits_given(&rules->alive))
		judge_alive(&scene);
	else
		count_many(&scene);
	if (scene.half_well)
		tell_families(&scene);
	if (look->host_count == 1)
		tell_one(&scene, &text);
	else
		tell_many(&scene, &text);
	result_summary(root, "%s", text.data);
	add_totals(&scene);
}
