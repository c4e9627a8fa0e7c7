/* SPDX-License-Identifier: ISC */
/* Any survey at all: no OK without an address that answered as it should, and
 * nothing that failed counts as well. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/http_judge.h"

#define SITES 2
#define ADDRESSES 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Bytes of the input, 0 behind its end. */
struct source {
	const uint8_t *at;
	size_t left;
};

static uint8_t
pick(struct source *source, unsigned below)
{
	if (source->left == 0)
		return 0;
	source->left--;
	return (uint8_t)(*source->at++ % below);
}

static void
pick_text(struct source *source, char *room, size_t size)
{
	size_t len = 0;

	while (len < size - 1 && (room[len] = (char)pick(source, 128)) != 0)
		len++;
	room[len] = 0;
}

static void
pick_limits(struct source *source, struct limits *limits)
{
	static const char *const ranges[] = { "", "5", "5:", "@5:9", "~:0" };
	const char *warning = ranges[pick(source, 5)];
	const char *critical = ranges[pick(source, 5)];
	struct err err;

	if (warning[0] != '\0')
		range_parse(warning, &limits->warning, &err);
	if (critical[0] != '\0')
		range_parse(critical, &limits->critical, &err);
}

static void
pick_rules(struct source *source, struct http_rules *rules)
{
	static const char *const versions[] = { NULL, "2", "3" };
	struct err err;

	rules->families.policy = pick(source, FAMILY_ONLY_V6 + 1);
	rules->families.one_dead = VERDICT_WARNING;
	rules->families.all_dead = VERDICT_CRITICAL;
	rules->families.missing = FAMILY_MISSING_AUTO;
	http_statuses_parse("2xx,3xx", &rules->status, &err);
	rules->min_tls = pick(source, 2) ? 12 : 0;
	rules->version = versions[pick(source, 3)];
	rules->follows = pick(source, 2);
	rules->compare = pick(source, HTTP_COMPARE_ETAG + 1);
	rules->compare_state = VERDICT_CRITICAL;
	pick_limits(source, &rules->duration);
	pick_limits(source, &rules->size);
	pick_limits(source, &rules->certificate);
}

static void
pick_response(struct source *source, struct http_response *response)
{
	static const char *const versions[] = { "", "1.1", "2", "3" };

	response->end = pick(source, HTTP_UNABLE + 1);
	if (response->end != HTTP_ANSWERED)
		pick_text(source, response->reason, sizeof(response->reason));
	response->status = pick(source, 8) * 100u;
	strcpy(response->version, versions[pick(source, 4)]);
	response->total_s = pick(source, 16);
	response->body_bytes = pick(source, 16);
	response->body_cut = pick(source, 2);
	response->body_hash = pick(source, 2);
	pick_text(source, response->etag, 4);
	response->redirects = pick(source, 3);
	pick_text(source, response->location, sizeof(response->location));
	response->tls.used = pick(source, 2);
	response->tls.version = pick(source, 15);
	response->tls.has_expiry = pick(source, 2);
	response->tls.expires_s = pick(source, 20) * 86400;
	response->tls.staple = pick(source, HTTP_STAPLE_INVALID + 1);
}

static void
pick_site(struct source *source, struct http_site *site)
{
	const bool proxied = pick(source, 8) == 7;

	for (int family = IP_V4; family <= IP_V6; family++)
		site->answer.status[family] = pick(source, RESOLVE_BROKEN + 1);
	site->count = proxied ? 1 : pick(source, ADDRESSES + 1);
	site->url.tls = pick(source, 2);
	strcpy(site->url.host, "host");
	for (size_t i = 0; i < site->count; i++) {
		struct http_seen *seen = &site->seen[i];

		seen->proxied = proxied;
		seen->race = !proxied && i > 0 && i + 1 == site->count &&
		    pick(source, 2) == 1;
		if (!seen->proxied && !seen->race) {
			seen->asked.family = 1 + pick(source, 2);
			site->answer.status[seen->asked.family] = RESOLVE_FOUND;
		}
		pick_response(source, &seen->response);
		seen->response.address = seen->asked;
		if (seen->race)
			seen->response.address.family = pick(source, 3);
		seen->match = pick(source, HTTP_MATCH_UNREAD + 1);
		seen->pattern = "up";
	}
}

/* Whether anything can be called well. */
static bool
any_answer(const struct http_site *site)
{
	for (size_t i = 0; i < site->count; i++)
		if (site->seen[i].response.end == HTTP_ANSWERED &&
		    site->seen[i].match == HTTP_MATCH_FINE)
			return true;
	return false;
}

static const struct result_metric *
success(const struct result *node)
{
	const struct result_metric *metric = node->metrics;

	while (metric != NULL && strcmp(metric->def->name, "success") != 0)
		metric = metric->next;
	return metric;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct http_target target = { .url = "http://host/" };
	struct source source = { data, size };
	struct http_seen seen[SITES][ADDRESSES];
	struct http_site sites[SITES];
	struct http_survey survey = { .sites = sites };
	struct http_rules rules = { 0 };
	struct result_tree tree;
	const struct result *root, *node;
	struct arena arena;
	struct err err;

	if (!arena_reserve(&arena, 1 << 20, &err))
		return 0;
	memset(seen, 0, sizeof(seen));
	memset(sites, 0, sizeof(sites));
	pick_rules(&source, &rules);
	survey.count = pick(&source, SITES + 1);
	survey.now_s = 10 * 86400;
	for (size_t i = 0; i < survey.count; i++) {
		sites[i].target = &target;
		sites[i].shown = sites[i].name = target.url;
		sites[i].seen = seen[i];
		pick_site(&source, &sites[i]);
	}
	root = result_init(&tree, &arena, http_metrics, NULL);
	http_judge(&rules, &survey, tree.root);
	must(survey.count > 0 || result_verdict(root) != VERDICT_OK);
	node = root->children;
	for (size_t i = 0; i < survey.count; i++, node = node->next) {
		must(node != NULL);
		must(any_answer(&sites[i]) ||
		    result_verdict(node) != VERDICT_OK);
		must(verdict_compare(result_verdict(root),
			 result_verdict(node)) >= 0);
	}
	for (size_t i = 0; i < survey.count; i++) {
		const struct result *child = i == 0
		    ? root->children->children
		    : root->children->next->children;

		for (size_t j = 0; j < sites[i].count;
		     j++, child = child->next) {
			const struct result_metric *metric = success(child);

			must(metric == NULL || metric->value == 0 ||
			    (seen[i][j].response.end == HTTP_ANSWERED &&
				seen[i][j].match == HTTP_MATCH_FINE));
		}
	}
	arena_free(&arena);
	return 0;
}
