/* SPDX-License-Identifier: ISC */
#include "source/http_survey.h"

#include <stdlib.h>
#include <string.h>

#include "model/http_names.h"

/* A silent resolver leaves this part of the time for the names that it did
 * answer for. */
#define RESOLVE_SHARE 2

struct looking {
	const struct http_plan *plan;
	struct http_survey *survey;
	struct regex **patterns; /* of the plan, NULL for a literal */
	struct regex **own;	 /* of each target, or NULL */
	struct http_probe *probes;
	struct http_seen **seen; /* of each probe */
	size_t *site;		 /* of each probe */
	http_survey_progress *progress;
	void *context;
};

static bool
no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no memory for HTTP");
}

/* --- patterns ------------------------------------------------------------- */

static bool
compile_patterns(struct looking *looking, struct arena *arena, struct err *err)
{
	const struct http_plan *plan = looking->plan;

	looking->patterns = arena_alloc(arena,
	    (plan->pattern_count + 1) * sizeof(struct regex *));
	looking->own = arena_alloc(arena,
	    (plan->target_count + 1) * sizeof(struct regex *));
	if (looking->patterns == NULL || looking->own == NULL)
		return no_memory(err);
	for (size_t i = 0; i < plan->pattern_count; i++) {
		if (plan->patterns[i].literal)
			continue;
		looking->patterns[i] = regex_new(plan->patterns[i].text, err);
		if (looking->patterns[i] == NULL)
			return false;
	}
	for (size_t i = 0; i < plan->target_count; i++) {
		if (plan->targets[i].regex == NULL)
			continue;
		looking->own[i] = regex_new(plan->targets[i].regex, err);
		if (looking->own[i] == NULL)
			return false;
	}
	return true;
}

static void
free_patterns(const struct looking *looking)
{
	for (size_t i = 0;
	     looking->patterns != NULL && i < looking->plan->pattern_count; i++)
		regex_free(looking->patterns[i]);
	for (size_t i = 0;
	     looking->own != NULL && i < looking->plan->target_count; i++)
		regex_free(looking->own[i]);
}

static enum regex_outcome
search(const struct regex *regex, const char *literal, struct span subject)
{
	const char *at = subject.at != NULL ? subject.at : "";

	if (regex != NULL)
		return regex_search(regex, at, subject.len);
	return memmem(at, subject.len, literal, strlen(literal)) != NULL
	    ? REGEX_YES
	    : REGEX_NO;
}

/* `more`: it goes on beyond what was searched. */
static enum http_match
meaning(enum regex_outcome outcome, bool absent, bool more)
{
	if (outcome == REGEX_LIMIT)
		return HTTP_MATCH_UNKNOWN;
	if (absent)
		return outcome == REGEX_YES ? HTTP_MATCH_FOUND
		    : more		    ? HTTP_MATCH_UNREAD
					    : HTTP_MATCH_FINE;
	return outcome == REGEX_YES ? HTTP_MATCH_FINE : HTTP_MATCH_MISSING;
}

static bool
is_fault(enum http_match match)
{
	return match == HTTP_MATCH_MISSING || match == HTTP_MATCH_FOUND;
}

/* A fault that is sure counts before a search that came to nothing. */
static void
note_match(struct http_seen *seen, const char *pattern, enum http_match match)
{
	if (seen->match != HTTP_MATCH_FINE && !is_fault(match))
		return;
	seen->match = match;
	seen->pattern = pattern;
}

static void
match(const struct looking *looking, size_t site, struct http_seen *seen,
    struct span header, struct span body)
{
	const struct http_plan *plan = looking->plan;
	const bool cut = seen->response.body_cut;

	if (looking->own[site] != NULL)
		note_match(seen, plan->targets[site].regex,
		    meaning(search(looking->own[site], "", body), false,
			false));
	for (size_t i = 0; i < plan->pattern_count && !is_fault(seen->match);
	     i++) {
		const struct http_pattern *pattern = &plan->patterns[i];

		note_match(seen, pattern->text,
		    meaning(search(looking->patterns[i], pattern->text,
				pattern->in_header ? header : body),
			pattern->absent, cut && !pattern->in_header));
	}
}

static void
finished(void *context, struct http_probe *probe, struct span header,
    struct span body)
{
	struct looking *looking = context;
	const size_t i = (size_t)(probe - looking->probes);
	struct http_seen *seen = looking->seen[i];

	seen->response = probe->response;
	if (probe->response.end == HTTP_ANSWERED)
		match(looking, looking->site[i], seen, header, body);
	looking->survey->finished++;
	if (looking->progress != NULL)
		looking->progress(looking->context);
}

/* --- sites and their addresses -------------------------------------------- */

static bool
begin_site(struct http_site *site, const struct http_target *target,
    const struct http_client *client, struct arena *arena, struct err *err)
{
	char room[HTTP_URL_MAX + 8];
	struct text shown = TEXT_OVER(room);

	site->target = target;
	http_url_show(&shown, target->url);
	site->shown = arena_string(arena, room, shown.len);
	if (site->shown == NULL)
		return no_memory(err);
	return http_url_split(client, target->url, &site->url, err) ||
	    err_context(err, "%s", site->shown);
}

static void
answer_overrides(struct http_site *site, const struct http_plan *plan,
    struct ip *addresses)
{
	site->answer.addresses = addresses;
	for (size_t i = 0; i < plan->override_count; i++) {
		const struct ip *ip = &plan->overrides[i];

		if (plan->only != IP_NONE && plan->only != ip->family)
			continue;
		addresses[site->answer.count++] = *ip;
		site->answer.status[ip->family] = RESOLVE_FOUND;
	}
}

/* Two URLs of one name are asked about twice; the resolver may well have a
 * cache, and a batch of URLs of one host is short. */
static bool
resolve(struct http_survey *survey, const struct http_plan *plan,
    struct arena *arena, const struct deadline *deadline, struct err *err)
{
	const struct deadline sooner =
	    deadline_in(deadline_left_ns(deadline) / RESOLVE_SHARE);
	struct ip_host *hosts =
	    arena_alloc(arena, (survey->count + 1) * sizeof(*hosts));
	struct resolve_answer *answers =
	    arena_alloc(arena, (survey->count + 1) * sizeof(*answers));
	struct ip *addresses =
	    arena_alloc(arena, (plan->override_count + 1) * sizeof(*addresses));

	if (hosts == NULL || answers == NULL || addresses == NULL)
		return no_memory(err);
	if (plan->request.proxy != NULL)
		return true;
	for (size_t i = 0; i < survey->count; i++) {
		if (plan->override_count > 0) {
			survey->sites[i].answer = (struct resolve_answer){ 0 };
			answer_overrides(&survey->sites[i], plan, addresses);
			continue;
		}
		hosts[i].name = survey->sites[i].url.host;
		hosts[i].address = survey->sites[i].url.address;
	}
	if (plan->override_count > 0)
		return true;
	if (!resolve_all(hosts, survey->count, plan->only, answers, arena,
		&sooner, err))
		return false;
	for (size_t i = 0; i < survey->count; i++)
		survey->sites[i].answer = answers[i];
	return true;
}

/* --- probes --------------------------------------------------------------- */

static bool
has_both(const struct resolve_answer *answer)
{
	return answer->status[IP_V4] == RESOLVE_FOUND &&
	    answer->status[IP_V6] == RESOLVE_FOUND;
}

/* The addresses that are asked each; those of a family lie together. */
static bool
is_asked(const struct http_plan *plan, const struct resolve_answer *answer,
    size_t i)
{
	const int family = answer->addresses[i].family;

	if (plan->only != IP_NONE && (int)plan->only != family)
		return false; /* a literal: it was not looked up */
	return plan->addresses == HTTP_ADDRESSES_ALL || i == 0 ||
	    answer->addresses[i - 1].family != family;
}

static bool
fill_site(struct http_site *site, const struct http_plan *plan,
    struct arena *arena, struct err *err)
{
	const struct resolve_answer *answer = &site->answer;

	site->seen =
	    arena_alloc(arena, (answer->count + 2) * sizeof(*site->seen));
	if (site->seen == NULL)
		return no_memory(err);
	if (plan->request.proxy != NULL) {
		site->seen[site->count++].proxied = true;
		return true;
	}
	for (size_t i = 0; i < answer->count; i++)
		if (is_asked(plan, answer, i))
			site->seen[site->count++].asked = answer->addresses[i];
	if (plan->addresses == HTTP_ADDRESSES_RACE && has_both(answer))
		site->seen[site->count++].race = true;
	return true;
}

static void
add_probe(struct looking *looking, struct http_site *site,
    struct http_seen *seen)
{
	const size_t i = looking->survey->probes++;
	const bool race = seen->race;

	looking->seen[i] = seen;
	looking->site[i] = (size_t)(site - looking->survey->sites);
	looking->probes[i] = (struct http_probe){
		.request = &looking->plan->request,
		.url = site->target->url,
		.addresses = race ? site->answer.addresses : &seen->asked,
		.count = seen->proxied ? 0
		    : race	       ? site->answer.count
				       : 1,
	};
}

static bool
make_probes(struct looking *looking, struct arena *arena, struct err *err)
{
	struct http_survey *survey = looking->survey;
	size_t total = 1;

	for (size_t i = 0; i < survey->count; i++) {
		if (!fill_site(&survey->sites[i], looking->plan, arena, err))
			return false;
		total += survey->sites[i].count;
	}
	looking->probes = arena_alloc(arena, total * sizeof(struct http_probe));
	looking->seen = arena_alloc(arena, total * sizeof(struct http_seen *));
	looking->site = arena_alloc(arena, total * sizeof(size_t));
	if (looking->probes == NULL || looking->seen == NULL ||
	    looking->site == NULL)
		return no_memory(err);
	for (size_t i = 0; i < survey->count; i++)
		for (size_t j = 0; j < survey->sites[i].count; j++)
			add_probe(looking, &survey->sites[i],
			    &survey->sites[i].seen[j]);
	return true;
}

bool
http_survey_run(struct http_survey *survey, const struct http_plan *plan,
    struct arena *arena, const struct deadline *deadline,
    http_survey_progress *progress, void *context, struct err *err)
{
	struct looking looking = { .plan = plan,
		.survey = survey,
		.progress = progress,
		.context = context };
	struct http_client *client = http_open(err);
	bool ok = false;

	*survey =
	    (struct http_survey){ .now_s = clock_wall_ns() / CLOCK_SECOND };
	if (client == NULL)
		return false;
	survey->sites = arena_alloc(arena,
	    (plan->target_count + 1) * sizeof(*survey->sites));
	if (survey->sites == NULL) {
		no_memory(err);
		goto out;
	}
	if (!compile_patterns(&looking, arena, err))
		goto out;
	for (; survey->count < plan->target_count; survey->count++)
		if (!begin_site(&survey->sites[survey->count],
			&plan->targets[survey->count], client, arena, err))
			goto out;
	ok = http_names_give(survey->sites, survey->count, arena, err) &&
	    resolve(survey, plan, arena, deadline, err) &&
	    make_probes(&looking, arena, err) &&
	    http_run(client, looking.probes, survey->probes, plan->parallel,
		plan->each_ns, deadline, finished, &looking, err);
out:
	free_patterns(&looking);
	http_close(client);
	return ok;
}
