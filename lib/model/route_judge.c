/* SPDX-License-Identifier: ISC */
#include "model/route_judge.h"

#include <string.h>

#include "base/num.h"

/* --- metrics -------------------------------------------------------------- */

#define PLAIN .limits = METRIC_NO_LIMITS

const struct metric_def route_metrics[] = {
	[ROUTE_M_PREFIXES] = { "prefixes", "route_prefixes",
	    "prefixes that were asked for", PLAIN },
	[ROUTE_M_FOUND] = { "found", "route_prefixes_found",
	    "those of them that are there", PLAIN },
	[ROUTE_M_MISSING] = { "missing", "route_prefixes_missing",
	    "those that are not there; what could not be looked at is neither",
	    PLAIN },
	[ROUTE_M_PRESENT] = { "present", "route_present",
	    "1 when the prefix is there, else 0", PLAIN },
	[ROUTE_M_HOPS] = { "next_hops", "route_next_hops",
	    "next hops of the route that are up", PLAIN },
	[ROUTE_M_METRIC] = { "metric", "route_metric",
	    "metric of the route, where lower is preferred", PLAIN },
	[ROUTE_M_FLAPS] = { "flaps", "route_flaps",
	    "how often the prefix came or went within the flap window", PLAIN },
	[ROUTE_M_ROUTES] = { "routes", "route_routes", "number of routes",
	    PLAIN },
	[ROUTE_M_CHANGES] = { "changes", "route_changes_per_minute",
	    "by how many routes a minute that number changed since the last "
	    "run",
	    PLAIN },
	[ROUTE_M_REQUESTS] = { "requests", "route_requests",
	    "questions to the sources that this look took", PLAIN },
	{ .name = NULL },
};

/* --- what one source knows of one prefix ---------------------------------- */

struct scene {
	const struct route_rules *rules;
	const struct route_look *look;
	struct result *root;
	size_t found, missing, unknown;
	size_t right;			/* as they should be */
	size_t unwanted;		/* that should be absent */
	unsigned untold[ROUTE_SOURCES]; /* enum route_trait, by view */
};

struct fact {
	const struct route_view *view;
	const struct route_answer *answer;
	enum route_presence presence;  /* of what was asked for */
	const char *why;	       /* ROUTE_UNSEEN */
	const struct route_path *path; /* ROUTE_PRESENT: the one in use */
	const struct route_path *poor; /* ROUTE_ABSENT: what is there and does
					  not count, or NULL */
};

static bool
is_asked(const struct route_expect *expect, const struct route_view *view)
{
	return expect->source == NULL ||
	    strcmp(expect->source, view->source) == 0;
}

/* A source that tells which path is in use: the others do not count. */
static bool
is_in_use(const struct route_rules *rules, const struct route_view *view,
    const struct route_path *path)
{
	unsigned used = view->tells & rules->stage;

	if (used == 0)
		used = view->tells & (ROUTE_BEST | ROUTE_INSTALLED);
	return used == 0 || (path->reached & used) != 0;
}

static struct fact
fact_of_paths(const struct route_rules *rules, struct fact fact)
{
	const struct route_path *path = fact.answer->paths;

	if (fact.answer->presence != ROUTE_PRESENT) {
		fact.presence = fact.answer->presence;
		return fact;
	}
	fact.presence = ROUTE_ABSENT;
	fact.poor = path;
	/* The kind of the one in use counts: behind a blackhole that is
	 * preferred no other route carries anything. */
	for (; path != NULL; path = path->next)
		if (is_in_use(rules, fact.view, path)) {
			fact.poor = path;
			if (!route_kind_wanted(rules->want.kind, path))
				return fact;
			fact.presence = ROUTE_PRESENT;
			fact.path = path;
			return fact;
		}
	return fact;
}

static struct fact
fact_of_cover(const struct route_rules *rules, struct fact fact)
{
	const struct route_path *cover = fact.answer->cover;

	if (fact.answer->presence == ROUTE_UNSEEN) {
		fact.presence = ROUTE_UNSEEN;
	} else if (!fact.answer->cover_known) {
		fact.presence = ROUTE_UNSEEN;
		fact.why = "this source does not tell the longest match";
	} else if (cover != NULL &&
	    route_kind_wanted(rules->want.kind, cover)) {
		fact.presence = ROUTE_PRESENT;
		fact.path = cover;
	} else {
		fact.presence = ROUTE_ABSENT;
		fact.poor = cover;
	}
	return fact;
}

static struct fact
fact_of(const struct route_rules *rules, const struct route_view *view,
    size_t index)
{
	const struct route_answer *answer = route_view_at(view, index);
	const struct fact fact = {
		.view = view,
		.answer = answer,
		.why = answer->why,
	};

	return rules->longest ? fact_of_cover(rules, fact)
			      : fact_of_paths(rules, fact);
}

/* --- words ---------------------------------------------------------------- */

static bool
has_several(const struct scene *scene)
{
	return scene->look->view_count > 1;
}

/* " in bird", where there is more than one source. */
static void
add_where(const struct scene *scene, struct text *text,
    const struct route_view *view)
{
	if (has_several(scene))
		text_addf(text, " in %s", view->source);
}

/* "10.0.0.0/24", and what is special about where it was looked for. */
static void
add_name(const struct scene *scene, struct text *text,
    const struct ip_net *prefix)
{
	/* An address is an address where what carries its traffic matters. */
	if (scene->rules->longest &&
	    prefix->length == ip_bits((enum ip_family)prefix->address.family))
		ip_format(text, &prefix->address);
	else
		ip_net_format(text, prefix);
	if (scene->look->vrf != NULL)
		text_addf(text, " vrf %s", scene->look->vrf);
	else if (scene->look->table != NULL)
		text_addf(text, " table %s", scene->look->table);
}

/* " (but for packets from 2001:db8:1::/48)" */
static void
add_apart(struct text *text, const char *packets)
{
	if (packets != NULL)
		text_addf(text, " (but for %s)", packets);
}

/* ", covered by 0.0.0.0/0 via 192.0.2.1 dev eth0" */
static void
add_cover(struct text *text, const struct fact *fact)
{
	const struct route_answer *answer = fact->answer;

	if (!answer->cover_known)
		return;
	if (answer->cover == NULL) {
		text_add(text, ", and no other route covers it");
		add_apart(text, answer->apart_cover);
		return;
	}
	if (answer->cover->prefix.length == answer->prefix.length)
		return;
	text_add(text, ", covered by ");
	route_tell(text, answer->cover);
}

/* "192.0.2.0/24 is a blackhole (proto static)" */
static void
add_poor(struct text *text, const struct fact *fact)
{
	const struct route_path *poor = fact->poor;

	text_add(text, route_kind_reason(poor));
	if (poor->protocol != NULL)
		text_addf(text, " (proto %s)", poor->protocol);
}

/* "present, not used: link down on eth0 (proto static)" */
static void
add_unused(struct text *text, const struct fact *fact)
{
	const struct route_path *poor = fact->poor;

	text_addf(text, "not used: %s", poor->unused);
	for (const struct route_hop *hop = poor->hops; hop; hop = hop->next)
		if (hop->device != NULL)
			text_addf(text, "%s%s",
			    hop == poor->hops ? " on " : ", ", hop->device);
	if (poor->protocol != NULL)
		text_addf(text, " (proto %s)", poor->protocol);
}

static bool
is_unused(const struct fact *fact)
{
	return fact->poor != NULL && fact->poor->unused != NULL;
}

/* --- where a prefix is lost ----------------------------------------------- */

struct place {
	const struct fact *fact;
	enum route_stage stage;
	bool reached;
};

#define PLACES 32

static bool
has_reached(const struct fact *fact, enum route_stage stage)
{
	for (const struct route_path *path = fact->answer->paths; path != NULL;
	     path = path->next)
		if ((path->reached & stage) != 0)
			return true;
	return false;
}

/* What a router announces comes behind what it uses, and is no place on the way
 * into it. */
static bool
is_place(const struct fact *fact, enum route_stage stage)
{
	return fact->answer->presence != ROUTE_UNSEEN &&
	    (fact->view->tells & stage) != 0 &&
	    !(stage == ROUTE_ANNOUNCED &&
		(fact->view->tells & (ROUTE_BEST | ROUTE_INSTALLED)) != 0);
}

static size_t
list_places(const struct fact *facts, size_t count,
    struct place places[static PLACES])
{
	size_t found = 0;

	for (unsigned stage = ROUTE_ANNOUNCED; stage <= ROUTE_INSTALLED;
	     stage <<= 1)
		for (size_t i = 0; i < count && found < PLACES; i++)
			if (is_place(&facts[i], (enum route_stage)stage))
				places[found++] = (struct place){ &facts[i],
					(enum route_stage)stage,
					has_reached(&facts[i],
					    (enum route_stage)stage) };
	return found;
}

static void
add_place(const struct scene *scene, struct text *text,
    const struct place *place)
{
	text_add(text, route_stage_name(place->stage));
	add_where(scene, text, place->fact->view);
}

/* "lost: best in bird, not installed in kernel"; false when no place on the
 * way was reached, or none was missed. */
static bool
add_loss(const struct scene *scene, struct text *text, const struct fact *facts,
    size_t count, const struct fact **at)
{
	struct place places[PLACES];
	const size_t all = list_places(facts, count, places);
	size_t lost = 0, later;

	while (lost < all && places[lost].reached)
		lost++;
	if (lost == all)
		return false;
	*at = places[lost].fact;
	for (later = lost; later < all && !places[later].reached; later++)
		;
	if (lost > 0) {
		text_add(text, "lost: ");
		add_place(scene, text, &places[lost - 1]);
		text_add(text, ", not ");
		add_place(scene, text, &places[lost]);
		return true;
	}
	if (later == all)
		return false;
	text_add(text, "not ");
	add_place(scene, text, &places[lost]);
	text_add(text, ", yet ");
	add_place(scene, text, &places[later]);
	return true;
}

/* --- verdicts about presence ---------------------------------------------- */

static const struct fact *
first_of(const struct fact *facts, size_t count, enum route_presence presence)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].presence == presence)
			return &facts[i];
	return NULL;
}

/* "kernel", "bird and kernel" */
static void
add_sources(struct text *text, const struct fact *facts, size_t count,
    enum route_presence presence)
{
	size_t left = 0, said = 0;

	for (size_t i = 0; i < count; i++)
		left += facts[i].presence == presence;
	for (size_t i = 0; i < count; i++) {
		if (facts[i].presence != presence)
			continue;
		if (said++ > 0)
			text_add(text, said == left ? " and " : ", ");
		text_add(text, facts[i].view->source);
	}
}

static void
judge_unseen(const struct scene *scene, const struct fact *facts, size_t count,
    const char *name, struct result *child)
{
	for (size_t i = 0; i < count; i++) {
		char room[64];
		struct text where = TEXT_OVER(room);

		if (facts[i].presence != ROUTE_UNSEEN)
			continue;
		add_where(scene, &where, facts[i].view);
		result_judge(child, VERDICT_UNKNOWN, "%s not known%s: %s", name,
		    where.data,
		    facts[i].why != NULL ? facts[i].why : "no answer");
	}
}

/* Of those that lack it, one that says what covers it. */
static const struct fact *
telling_absence(const struct fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].presence == ROUTE_ABSENT &&
		    facts[i].answer->cover_known &&
		    facts[i].answer->cover != NULL)
			return &facts[i];
	return first_of(facts, count, ROUTE_ABSENT);
}

static void
judge_missing(const struct scene *scene, const struct fact *facts, size_t count,
    const char *name, struct result *child)
{
	const struct fact *absent = first_of(facts, count, ROUTE_ABSENT);
	char room[800];
	struct text text = TEXT_OVER(room);

	if (absent == NULL)
		return;
	text_addf(&text, "%s ", name);
	if (scene->rules->longest) {
		if (absent->poor != NULL) {
			text_add(&text, "has no way: ");
			route_tell(&text, absent->poor);
		} else {
			text_add(&text, "has no route");
			add_apart(&text,
			    absent->answer->apart != NULL
				? absent->answer->apart
				: absent->answer->apart_cover);
		}
		add_where(scene, &text, absent->view);
	} else if (add_loss(scene, &text, facts, count, &absent)) {
		if (is_unused(absent)) {
			text_add(&text, ", where it is ");
			add_unused(&text, absent);
		} else if (absent->poor != NULL &&
		    is_in_use(scene->rules, absent->view, absent->poor)) {
			text_add(&text, ", where it ");
			add_poor(&text, absent);
		}
		add_cover(&text, absent);
	} else if (is_unused(absent)) {
		text_add(&text, "present, ");
		add_unused(&text, absent);
		add_where(scene, &text, absent->view);
		add_cover(&text, absent);
	} else if (absent->poor != NULL &&
	    !is_in_use(scene->rules, absent->view, absent->poor)) {
		text_addf(&text, "known, but not %s",
		    (absent->view->tells & ROUTE_BEST) != 0 ? "best"
							    : "installed");
		add_where(scene, &text, absent->view);
	} else if (absent->poor != NULL) {
		add_poor(&text, absent);
		add_where(scene, &text, absent->view);
	} else {
		text_add(&text, "absent");
		if (has_several(scene)) {
			text_add(&text, " in ");
			add_sources(&text, facts, count, ROUTE_ABSENT);
		}
		add_apart(&text, absent->answer->apart);
		add_cover(&text, telling_absence(facts, count));
	}
	result_judge(child, scene->rules->absent_state, "%s", text.data);
}

static void
judge_unwanted(const struct scene *scene, const struct fact *facts,
    size_t count, const char *name, struct result *child)
{
	for (size_t i = 0; i < count; i++) {
		char room[600];
		struct text text = TEXT_OVER(room);

		if (facts[i].presence != ROUTE_PRESENT)
			continue;
		text_addf(&text, "%s should %s", name,
		    scene->rules->longest ? "have no way, and has one"
					  : "be absent, and is there");
		add_where(scene, &text, facts[i].view);
		text_add(&text, ": ");
		route_tell(&text, facts[i].path);
		result_judge(child, scene->rules->absent_state, "%s",
		    text.data);
	}
}

/* --- verdicts about a route that is there --------------------------------- */

/* What the entry asks for wins over what the options ask for. */
static struct route_want
want_of(const struct route_rules *rules, const struct route_expect *expect)
{
	struct route_want want = rules->want;

	if (expect->hop_count > 0) {
		want.hops = expect->hops;
		want.hop_count = expect->hop_count;
	}
	if (expect->protocol != NULL) {
		want.protocols = &expect->protocol;
		want.protocol_count = 1;
	}
	if (expect->has_origin) {
		want.origins = &expect->origin_as;
		want.origin_count = 1;
	}
	return want;
}

static void
blame(const struct scene *scene, const struct fact *fact, const char *name,
    const char *clause, struct result *child)
{
	char room[64];
	struct text where = TEXT_OVER(room);

	add_where(scene, &where, fact->view);
	result_judge(child, scene->rules->mismatch_state, "%s%s: %s", name,
	    where.data, clause);
}

/* Of several paths in use the best that is as wanted, else the first. */
static const struct route_path *
choose_path(const struct scene *scene, const struct route_want *want,
    const struct fact *fact)
{
	for (const struct route_path *path = fact->path; path != NULL;
	     path = scene->rules->longest ? NULL : path->next) {
		unsigned untold = 0;
		struct text none = { .data = (char[1]){ "" }, .size = 1 };

		if (is_in_use(scene->rules, fact->view, path) &&
		    route_kind_wanted(want->kind, path) &&
		    route_match(want, path, &untold, &none) == 0)
			return path;
	}
	return fact->path;
}

/* "protocol and metric not available from snmp" */
static void
add_untold(struct text *text, unsigned untold, const struct route_view *view)
{
	size_t left = 0, said = 0;

	for (unsigned trait = 1; trait <= ROUTE_TRAIT_HOPS; trait <<= 1)
		left += (untold & trait) != 0;
	for (unsigned trait = 1; trait <= ROUTE_TRAIT_HOPS; trait <<= 1) {
		if ((untold & trait) == 0)
			continue;
		if (said++ > 0)
			text_add(text, said == left ? " and " : ", ");
		text_add(text, route_trait_name((enum route_trait)trait));
	}
	text_addf(text, " not available from %s", view->source);
}

/* No fault, and yet it must be seen. */
static void
tell_untold(struct scene *scene, const struct fact *fact, unsigned untold,
    struct result *child)
{
	char room[200];
	struct text text = TEXT_OVER(room);

	if (untold == 0)
		return;
	scene->untold[fact->view - scene->look->views] |= untold;
	add_untold(&text, untold, fact->view);
	result_judge(child, VERDICT_OK, "%s", text.data);
}

static unsigned
judge_numbers(const struct scene *scene, const struct route_expect *expect,
    const struct fact *fact, const struct route_path *path, const char *name,
    struct result *node)
{
	const struct route_rules *rules = scene->rules;
	const uint32_t hops = route_live_hops(path);
	const bool has_hops = (path->has & ROUTE_HAS_HOPS) != 0;
	const bool has_metric = (path->has & ROUTE_HAS_METRIC) != 0;
	unsigned untold = 0;

	if (has_metric)
		result_check_limits(node, ROUTE_M_METRIC, path->metric,
		    &rules->metric);
	else if (limits_given(&rules->metric))
		untold |= ROUTE_TRAIT_METRIC;
	if (!has_hops) {
		if (limits_given(&rules->hops) || expect->least_hops > 0)
			untold |= ROUTE_TRAIT_HOPS;
		return untold;
	}
	result_check_limits(node, ROUTE_M_HOPS, hops, &rules->hops);
	if (hops < expect->least_hops) {
		char room[100];
		struct text text = TEXT_OVER(room);

		text_addf(&text, "%u next hop%s up (expected: at least %u)",
		    hops, hops == 1 ? "" : "s", expect->least_hops);
		blame(scene, fact, name, text.data, node);
	}
	return untold;
}

/* True when its finding has said all about the route. */
static bool
judge_match(const struct scene *scene, const struct fact *fact,
    const char *name, struct result *child)
{
	const struct route_rules *rules = scene->rules;
	const struct ip_net *got = &fact->path->prefix;
	bool met = rules->match_count == 0;
	char room[400];
	struct text text = TEXT_OVER(room);

	if (!rules->longest)
		return false;
	for (size_t i = 0; i < rules->match_count && !met; i++)
		met = rules->matches[i].length == got->length &&
		    ip_compare(&rules->matches[i].address, &got->address) == 0;
	if (met && got->length >= rules->match_length)
		return false;
	text_add(&text, "the longest match is ");
	route_tell(&text, fact->path);
	if (!met) {
		text_add(&text, " (expected: ");
		ip_net_format(&text, &rules->matches[0]);
		text_add(&text, rules->match_count > 1 ? ", ...)" : ")");
	} else {
		text_addf(&text, " (expected: at least /%u)",
		    rules->match_length);
	}
	blame(scene, fact, name, text.data, child);
	return true;
}

static bool
judge_path(struct scene *scene, const struct route_expect *expect,
    const struct fact *fact, const char *name, struct result *node)
{
	const struct route_want want = want_of(scene->rules, expect);
	const struct route_path *path = choose_path(scene, &want, fact);
	char room[700];
	struct text why = TEXT_OVER(room);
	unsigned untold = 0;

	if (route_match(&want, path, &untold, &why) != 0)
		blame(scene, fact, name, why.data, node);
	untold |= judge_numbers(scene, expect, fact, path, name, node);
	tell_untold(scene, fact, untold, node);
	return judge_match(scene, fact, name, node);
}

/* --- do several sources send packets the same way? ------------------------ */

/* Only what is installed has its real next hops: those of BGP are looked up in
 * other routes. */
static bool
is_comparable(const struct fact *fact)
{
	const struct route_path *path = fact->path;

	if (fact->presence != ROUTE_PRESENT || path->hops == NULL ||
	    (path->has & ROUTE_HAS_HOPS) == 0 ||
	    (path->reached & ROUTE_INSTALLED) == 0)
		return false;
	for (const struct route_hop *hop = path->hops; hop; hop = hop->next)
		if (hop->gateway.family == IP_NONE)
			return false;
	return true;
}

static bool
has_gateway(const struct route_path *path, const struct ip *gateway)
{
	for (const struct route_hop *hop = path->hops; hop; hop = hop->next)
		if (hop->gateway.family == gateway->family &&
		    memcmp(hop->gateway.bytes, gateway->bytes, 16) == 0)
			return true;
	return false;
}

/* Is each next hop that is up also one of the other's? */
static bool
is_within(const struct route_path *path, const struct route_path *other)
{
	for (const struct route_hop *hop = path->hops; hop; hop = hop->next)
		if (!hop->down && !has_gateway(other, &hop->gateway))
			return false;
	return true;
}

static void
add_gateways(struct text *text, const struct fact *fact)
{
	const struct route_hop *hop = fact->path->hops;

	ip_format(text, &hop->gateway);
	if (fact->path->hop_count > 1)
		text_addf(text, " and %u more", fact->path->hop_count - 1);
	text_addf(text, " in %s", fact->view->source);
}

static void
judge_agreement(const struct scene *scene, const struct fact *facts,
    size_t count, const char *name, struct result *child)
{
	const struct fact *first = NULL;

	for (size_t i = 0; i < count; i++) {
		char room[300];
		struct text text = TEXT_OVER(room);

		if (!is_comparable(&facts[i]))
			continue;
		if (first == NULL)
			first = &facts[i];
		if (is_within(first->path, facts[i].path) &&
		    is_within(facts[i].path, first->path))
			continue;
		text_addf(&text, "%s: next hops differ: ", name);
		add_gateways(&text, first);
		text_add(&text, ", ");
		add_gateways(&text, &facts[i]);
		result_judge(child, scene->rules->mismatch_state, "%s",
		    text.data);
	}
}

/* --- one prefix ----------------------------------------------------------- */

static bool
is_wanted_absent(const struct route_rules *rules,
    const struct route_expect *expect)
{
	return rules->absent || expect->absent;
}

static const char *
why_no_stage(unsigned stage)
{
	switch (stage) {
	case ROUTE_ANNOUNCED:
		return "this source does not tell what is announced";
	case ROUTE_RECEIVED:
		return "this source does not tell what was received";
	case ROUTE_BEST:
		return "this source does not tell what is chosen";
	default:
		return "this source does not tell what is installed";
	}
}

/* Of the stage that is asked for at least one source must tell: what the others
 * have is no answer to that question. */
static void
settle_stage(const struct route_rules *rules, struct fact *facts, size_t count)
{
	if (rules->stage == 0 || rules->longest)
		return;
	for (size_t i = 0; i < count; i++)
		if ((facts[i].view->tells & rules->stage) != 0)
			return;
	for (size_t i = 0; i < count; i++) {
		if (facts[i].presence == ROUTE_UNSEEN ||
		    has_reached(&facts[i], (enum route_stage)rules->stage))
			continue;
		facts[i].presence = ROUTE_UNSEEN;
		facts[i].why = why_no_stage(rules->stage);
		facts[i].path = facts[i].poor = NULL;
	}
}

static size_t
list_facts(const struct route_rules *rules, const struct route_look *look,
    size_t index, struct fact facts[static ROUTE_SOURCES])
{
	const struct route_expect *expect =
	    route_expects_at(&rules->expects, index);
	size_t count = 0;

	for (size_t i = 0; i < look->view_count && count < ROUTE_SOURCES; i++)
		if (is_asked(expect, &look->views[i]))
			facts[count++] = fact_of(rules, &look->views[i], index);
	settle_stage(rules, facts, count);
	return count;
}

/* Of all sources together: absent somewhere is absent, or is it everywhere
 * when that is what is wanted? */
static enum route_presence
presence_of(const struct route_rules *rules, const struct route_expect *expect,
    const struct fact *facts, size_t count)
{
	const enum route_presence bad =
	    is_wanted_absent(rules, expect) ? ROUTE_PRESENT : ROUTE_ABSENT;

	if (first_of(facts, count, bad) != NULL)
		return bad;
	if (count == 0 || first_of(facts, count, ROUTE_UNSEEN) != NULL)
		return ROUTE_UNSEEN;
	return bad == ROUTE_ABSENT ? ROUTE_PRESENT : ROUTE_ABSENT;
}

/* The source that tells most is quoted. */
static const struct fact *
most_telling(const struct fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].presence == ROUTE_PRESENT &&
		    facts[i].path->hops != NULL)
			return &facts[i];
	return first_of(facts, count, ROUTE_PRESENT);
}

/* What is there of a prefix that counts as absent: it may come to life. */
static void
add_exception(struct text *text, const struct fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (is_unused(&facts[i])) {
			text_add(text, "; there is one, ");
			add_unused(text, &facts[i]);
			return;
		}
		if (facts[i].answer->apart != NULL) {
			add_apart(text, facts[i].answer->apart);
			return;
		}
	}
}

static void
summarize(const struct scene *scene, const struct fact *facts, size_t count,
    const char *name, struct result *child)
{
	const struct fact *present = most_telling(facts, count);
	char room[700];
	struct text text = TEXT_OVER(room);

	if (present != NULL) {
		if (scene->rules->longest)
			text_addf(&text, "%s by ", name);
		route_tell(&text, present->path);
		if (scene->rules->longest)
			; /* its name has said where */
		else if (scene->look->vrf != NULL)
			text_addf(&text, " vrf %s", scene->look->vrf);
		else if (scene->look->table != NULL)
			text_addf(&text, " table %s", scene->look->table);
		if (has_several(scene)) {
			text_add(&text, " in ");
			add_sources(&text, facts, count, ROUTE_PRESENT);
		}
	} else if (first_of(facts, count, ROUTE_UNSEEN) == NULL &&
	    child->findings == NULL) {
		text_addf(&text, "%s %s, as it should be", name,
		    scene->rules->longest ? "has no way" : "absent");
		add_exception(&text, facts, count);
	}
	result_summary(child, "%s", text.data);
}

static void
add_labels(const struct scene *scene, const struct route_expect *expect,
    const struct fact *facts, size_t count, struct result *child)
{
	const struct fact *present = first_of(facts, count, ROUTE_PRESENT);
	char room[64];
	struct text text = TEXT_OVER(room);

	if (scene->look->vrf != NULL)
		result_label(child, "vrf", scene->look->vrf);
	if (scene->look->table != NULL)
		result_label(child, "table", scene->look->table);
	ip_net_format(&text, &expect->prefix);
	result_label(child, "prefix", text.data);
	/* The same prefix may be expected of each source in another way. */
	if (expect->source != NULL)
		result_label(child, "source", expect->source);
	result_attribute(child, RESULT_DESCRIBES, "family",
	    ip_family_name((enum ip_family)expect->prefix.address.family));
	if (present == NULL)
		return;
	if (present->path->protocol != NULL)
		result_attribute(child, RESULT_EXPLAINS, "protocol",
		    present->path->protocol);
	if (present->path->from != NULL)
		result_attribute(child, RESULT_EXPLAINS, "from",
		    present->path->from);
	if (present->path->as_path != NULL)
		result_attribute(child, RESULT_EXPLAINS, "as_path",
		    present->path->as_path);
}

static void
judge_flaps(const struct scene *scene, size_t index, struct result *child)
{
	if (scene->look->after != NULL && limits_given(&scene->rules->flaps))
		result_check_limits(child, ROUTE_M_FLAPS,
		    route_history_flaps(scene->look->after, index),
		    &scene->rules->flaps);
}

/* Each source's own numbers, where there is more than one. */
static struct result *
node_of(const struct scene *scene, const struct fact *fact, size_t count,
    struct result *child)
{
	struct result *part;

	if (!has_several(scene) || count == 1)
		return child;
	part = result_part(child, fact->view->source);
	result_label(part, "source", fact->view->source);
	result_ok(part);
	if (fact->presence != ROUTE_UNSEEN)
		result_metric(part, ROUTE_M_PRESENT,
		    fact->presence == ROUTE_PRESENT);
	return part;
}

static void
count_prefix(struct scene *scene, enum route_presence presence, bool unwanted)
{
	scene->unwanted += unwanted;
	scene->right += presence == (unwanted ? ROUTE_ABSENT : ROUTE_PRESENT);
	scene->found += presence == ROUTE_PRESENT;
	scene->missing += presence == ROUTE_ABSENT;
	scene->unknown += presence == ROUTE_UNSEEN;
}

static void
judge_prefix(struct scene *scene, size_t index)
{
	const struct route_expect *expect =
	    route_expects_at(&scene->rules->expects, index);
	const bool unwanted = is_wanted_absent(scene->rules, expect);
	struct fact facts[ROUTE_SOURCES];
	const size_t count =
	    list_facts(scene->rules, scene->look, index, facts);
	const enum route_presence presence =
	    presence_of(scene->rules, expect, facts, count);
	char room[400];
	struct text name = TEXT_OVER(room);
	struct result *child;
	bool told = false;

	add_name(scene, &name, &expect->prefix);
	child = result_child(scene->root, name.data);
	add_labels(scene, expect, facts, count, child);
	count_prefix(scene, presence, unwanted);
	if (presence != ROUTE_UNSEEN)
		result_ok(child);
	/* Of several sources each has a number of its own. */
	if (presence != ROUTE_UNSEEN && !(has_several(scene) && count > 1))
		result_metric(child, ROUTE_M_PRESENT,
		    presence == ROUTE_PRESENT);
	judge_unseen(scene, facts, count, name.data, child);
	if (unwanted)
		judge_unwanted(scene, facts, count, name.data, child);
	else
		judge_missing(scene, facts, count, name.data, child);
	for (size_t i = 0; i < count; i++) {
		struct result *node = node_of(scene, &facts[i], count, child);

		if (facts[i].presence == ROUTE_PRESENT && !unwanted)
			told |= judge_path(scene, expect, &facts[i], name.data,
			    node);
	}
	if (!unwanted)
		judge_agreement(scene, facts, count, name.data, child);
	judge_flaps(scene, index, child);
	if (!told && !(unwanted && presence == ROUTE_PRESENT))
		summarize(scene, facts, count, name.data, child);
	if (!scene->rules->per_prefix &&
	    route_expects_count(&scene->rules->expects) > 1)
		result_quiet(child);
}

/* --- numbers of routes ---------------------------------------------------- */

#define KEY_BYTES 300

static void
make_key(struct text *key, const struct route_view *view,
    const struct route_look *look, const struct route_tally *tally)
{
	text_addf(key, "%s %s", view->source,
	    tally->words[0] != '\0' ? tally->words : "all");
	if (look->vrf != NULL)
		text_addf(key, " vrf %s", look->vrf);
	else if (look->table != NULL)
		text_addf(key, " table %s", look->table);
}

static void
judge_drop(const struct scene *scene, const char *key, uint64_t routes,
    struct result *child)
{
	const struct route_past_count *then = scene->look->before != NULL
	    ? route_history_find(scene->look->before, key)
	    : NULL;

	if (then != NULL)
		drop_judge(&scene->rules->drop, then->reference, routes,
		    "routes", child);
}

static void
judge_changes(const struct scene *scene, const char *key, uint64_t routes,
    struct result *child)
{
	const struct route_look *look = scene->look;
	const struct route_past_count *then =
	    look->before != NULL ? route_history_find(look->before, key) : NULL;
	double minutes;

	if (then == NULL || look->after == NULL ||
	    !route_history_minutes(look->before, look->after, &minutes))
		return;
	result_check_limits(child, ROUTE_M_CHANGES,
	    (routes > then->routes ? (double)(routes - then->routes)
				   : (double)(then->routes - routes)) /
		minutes,
	    &scene->rules->changes);
}

/* Why there is no number; NULL: nothing that anybody can help. */
static const char *
why_uncounted(enum route_tallied tallied, const struct route_view *view)
{
	switch (tallied) {
	case ROUTE_TALLY_NO_FAMILY:
		return "none of that family was counted";
	case ROUTE_TALLY_NO_TABLE:
		return view->tells_tables
		    ? "there is no such table"
		    : "it does not count its tables apart";
	case ROUTE_TALLY_NO_PROTOCOL:
		return "its routes do not tell their protocol";
	case ROUTE_TALLY_UNCOUNTED:
		if (view->failed)
			return view->err.text;
		return view->count_why != NULL
		    ? view->count_why
		    : "it does not tell how many routes it has";
	default:
		return NULL;
	}
}

/* "ipv4 bgp" */
static void
add_kind(struct text *text, const struct route_tally *tally)
{
	if (tally->family != IP_NONE)
		text_add(text, ip_family_name((enum ip_family)tally->family));
	if (tally->protocol != NULL)
		text_addf(text, "%s%s", tally->family != IP_NONE ? " " : "",
		    tally->protocol);
}

/* "950000 ipv4 bgp routes in table 100 in kernel" */
static void
add_tally(const struct scene *scene, struct text *text,
    const struct route_view *view, const struct route_tally *tally,
    uint64_t routes)
{
	text_addf(text, "%llu ", (unsigned long long)routes);
	add_kind(text, tally);
	if (tally->family != IP_NONE || tally->protocol != NULL)
		text_add_char(text, ' ');
	text_addf(text, "route%s", routes == 1 ? "" : "s");
	if (tally->table != NULL)
		text_addf(text, " in table %s", tally->table);
	add_where(scene, text, view);
}

static struct result *
tally_child(const struct scene *scene, const struct route_view *view,
    const struct route_tally *tally)
{
	char room[KEY_BYTES];
	struct text name = TEXT_OVER(room);
	struct result *child;

	add_kind(&name, tally);
	if (tally->table != NULL)
		text_addf(&name, "%stable %s", name.len > 0 ? " " : "",
		    tally->table);
	if (has_several(scene))
		text_addf(&name, "%s%s", name.len > 0 ? " in " : "",
		    view->source);
	child = result_child(scene->root, name.data);
	if (has_several(scene))
		result_label(child, "source", view->source);
	if (tally->table != NULL)
		result_label(child, "table", tally->table);
	else if (scene->look->table != NULL)
		result_label(child, "table", scene->look->table);
	if (scene->look->vrf != NULL)
		result_label(child, "vrf", scene->look->vrf);
	if (tally->family != IP_NONE)
		result_label(child, "family",
		    ip_family_name((enum ip_family)tally->family));
	if (tally->protocol != NULL)
		result_label(child, "protocol", tally->protocol);
	return child;
}

static void
judge_tally(const struct scene *scene, const struct route_view *view,
    const struct route_tally *tally)
{
	struct result *child = tally_child(scene, view, tally);
	uint64_t routes;
	const enum route_tallied tallied =
	    route_tally_sum(tally, view, &routes);
	char room[KEY_BYTES];
	struct text key = TEXT_OVER(room);

	if (tallied != ROUTE_TALLIED) {
		result_judge(child, VERDICT_UNKNOWN,
		    "routes of %s not counted: %s", view->source,
		    why_uncounted(tallied, view));
		return;
	}
	make_key(&key, view, scene->look, tally);
	result_check_limits(child, ROUTE_M_ROUTES, (double)routes,
	    &tally->limits);
	judge_drop(scene, key.data, routes, child);
	judge_changes(scene, key.data, routes, child);
	text_clear(&key);
	add_tally(scene, &key, view, tally, routes);
	result_summary(child, "%s", key.data);
}

/* --- the whole ------------------------------------------------------------ */

/* A single thing is told about in full; of many prefixes, how many there
 * are. */
static void
summarize_all(const struct scene *scene)
{
	const size_t all = route_expects_count(&scene->rules->expects);
	const struct result *child = scene->root->children;
	char room[1000];
	struct text text = TEXT_OVER(room);

	if (all == 1 && child != NULL)
		text_add(&text, child->summary);
	else if (all > 1)
		text_addf(&text, "%zu of %zu prefixes %s", scene->right, all,
		    scene->unwanted == 0	 ? "present"
			: scene->unwanted == all ? "absent"
						 : "as they should be");
	for (size_t i = 0; child != NULL; child = child->next, i++) {
		if (i < all || child->summary[0] == '\0')
			continue;
		text_addf(&text, "%s%s", text.len > 0 ? ", " : "",
		    child->summary);
	}
	for (size_t i = 0; i < scene->look->view_count; i++)
		if (scene->untold[i] != 0) {
			text_add(&text, text.len > 0 ? "; " : "");
			add_untold(&text, scene->untold[i],
			    &scene->look->views[i]);
		}
	result_summary(scene->root, "%s", text.data);
}

void
route_judge(const struct route_rules *rules, const struct route_look *look,
    struct result *root)
{
	struct scene scene = { .rules = rules, .look = look, .root = root };
	const size_t all = route_expects_count(&rules->expects);
	uint64_t requests = 0;

	for (size_t i = 0; i < all; i++)
		judge_prefix(&scene, i);
	for (size_t i = 0; i < rules->tally_count; i++)
		for (size_t k = 0; k < look->view_count; k++)
			judge_tally(&scene, &look->views[k],
			    &rules->tallies[i]);
	for (size_t i = 0; i < look->view_count; i++)
		requests += look->views[i].requests;
	/* The children have the evidence. */
	if (all + rules->tally_count > 0)
		result_ok(root);
	if (all > 0) {
		result_metric(root, ROUTE_M_PREFIXES, (double)all);
		result_metric(root, ROUTE_M_FOUND, (double)scene.found);
		result_metric(root, ROUTE_M_MISSING, (double)scene.missing);
	}
	result_metric(root, ROUTE_M_REQUESTS, (double)requests);
	summarize_all(&scene);
}

/* --- remembering ---------------------------------------------------------- */

static bool
remember_tally(const struct route_look *look, const struct route_view *view,
    const struct route_tally *tally, const struct route_spans *spans,
    struct route_history *after)
{
	char room[KEY_BYTES];
	struct text key = TEXT_OVER(room);
	uint64_t routes;
	const char *kept;

	if (route_tally_sum(tally, view, &routes) != ROUTE_TALLIED)
		return true;
	make_key(&key, view, look, tally);
	kept = arena_string(after->arena, key.data, key.len);
	return kept != NULL &&
	    route_history_count(after, look->before, kept, routes, spans);
}

bool
route_remember(const struct route_rules *rules, const struct route_look *look,
    const struct route_spans *spans, struct route_history *after)
{
	for (size_t i = 0; i < route_expects_count(&rules->expects); i++) {
		const struct route_expect *expect =
		    route_expects_at(&rules->expects, i);
		struct fact facts[ROUTE_SOURCES];
		const size_t count = list_facts(rules, look, i, facts);

		if (!route_history_see(after, look->before, &expect->prefix,
			presence_of(rules, expect, facts, count), spans))
			return false;
	}
	for (size_t i = 0; i < rules->tally_count; i++)
		for (size_t k = 0; k < look->view_count; k++)
			if (!remember_tally(look, &look->views[k],
				&rules->tallies[i], spans, after))
				return false;
	return true;
}
