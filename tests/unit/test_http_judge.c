/* SPDX-License-Identifier: ISC */
/* Verdicts on answers that were made up; no socket is opened. */
#include <string.h>

#include "base/clock.h"
#include "model/http_judge.h"
#include "tests/suite.h"

#define NOW INT64_C(1800000000) /* seconds since 1970 */
#define DAY 86400.0

static struct arena arena;
static struct result_tree tree;
static struct http_rules rules;
static struct http_survey survey;
static struct http_site sites[2];
static struct http_seen seen[2][8];
static struct http_target target[2];

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 32 << 20, &err));
	rules = (struct http_rules){
		.families = { .one_dead = VERDICT_WARNING,
		    .all_dead = VERDICT_CRITICAL,
		    .missing = FAMILY_MISSING_AUTO },
		.compare_state = VERDICT_CRITICAL,
	};
	ck_assert(http_statuses_parse("2xx,3xx", &rules.status, &err));
	memset(sites, 0, sizeof(sites));
	memset(seen, 0, sizeof(seen));
	target[0] = (struct http_target){ .url = "http://a/" };
	target[1] = (struct http_target){ .url = "http://b/", .name = "shop" };
	for (size_t i = 0; i < 2; i++) {
		sites[i].target = &target[i];
		sites[i].shown = target[i].url;
		sites[i].name =
		    target[i].name != NULL ? target[i].name : target[i].url;
		sites[i].seen = seen[i];
		strcpy(sites[i].url.host, "a");
	}
	survey =
	    (struct http_survey){ .sites = sites, .count = 1, .now_s = NOW };
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* An address of the site that answered 200 in 10 ms, to be changed. */
static struct http_response *
add(size_t site, const char *address)
{
	struct http_seen *one = &seen[site][sites[site].count++];
	struct err err;

	ck_assert(ip_parse(address, &one->asked, &err));
	sites[site].answer.status[one->asked.family] = RESOLVE_FOUND;
	survey.probes++;
	one->response = (struct http_response){
		.end = HTTP_ANSWERED,
		.status = 200,
		.total_s = 0.01,
		.body_bytes = 100,
		.address = one->asked,
	};
	return &one->response;
}

static void
break_off(struct http_response *response, const char *reason)
{
	response->end = HTTP_FAILED;
	response->status = 0;
	strcpy(response->reason, reason);
}

static const struct result *
judged(void)
{
	struct result *root = result_init(&tree, &arena, http_metrics, NULL);

	http_judge(&rules, &survey, root);
	return root;
}

/* Is there a finding of this verdict and text anywhere in the tree? */
static bool
said(const struct result *root, enum verdict verdict, const char *text)
{
	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		for (const struct result_finding *finding = node->findings;
		     finding != NULL; finding = finding->next)
			if (finding->verdict == verdict &&
			    strstr(finding->text, text) != NULL)
				return true;
	return false;
}

static const struct result_metric *
metric(const struct result *root, const char *name)
{
	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		for (const struct result_metric *found = node->metrics;
		     found != NULL; found = found->next)
			if (strcmp(found->def->name, name) == 0)
				return found;
	return NULL;
}

static void
limit(struct limits *limits, const char *warning, const char *critical)
{
	struct err err;

	ck_assert(range_parse(warning, &limits->warning, &err));
	ck_assert(range_parse(critical, &limits->critical, &err));
}

/* --- families ------------------------------------------------------------- */

static const struct {
	int policy;
	bool v4, v6;
	enum verdict verdict;
	const char *text; /* NULL: nothing is said */
} families[] = {
	{ FAMILY_AUTO, true, true, VERDICT_OK, NULL },
	{ FAMILY_AUTO, true, false, VERDICT_WARNING,
	    "works over IPv4, IPv6 dead" },
	{ FAMILY_AUTO, false, true, VERDICT_WARNING,
	    "works over IPv6, IPv4 dead" },
	{ FAMILY_AUTO, false, false, VERDICT_CRITICAL, "connection refused" },
	{ FAMILY_ANY, true, false, VERDICT_OK, NULL },
	{ FAMILY_ANY, false, false, VERDICT_CRITICAL, "connection refused" },
	{ FAMILY_ONLY_V6, true, false, VERDICT_CRITICAL, "IPv6 dead" },
	{ FAMILY_ONLY_V6, false, true, VERDICT_OK, NULL },
};

START_TEST(families_are_judged)
{
	struct http_response *v4 = add(0, "192.0.2.1");
	struct http_response *v6 = add(0, "2001:db8::1");
	const struct result *root;

	rules.families.policy = families[_i].policy;
	if (!families[_i].v4)
		break_off(v4, "connection refused");
	if (!families[_i].v6)
		break_off(v6, "connection refused");
	root = judged();
	ck_assert_int_eq(result_verdict(root), families[_i].verdict);
	if (families[_i].text != NULL)
		ck_assert(said(root, families[_i].verdict, families[_i].text));
	ck_assert_double_eq(metric(root, "well")->value,
	    families[_i].v4 + families[_i].v6);
}
END_TEST

START_TEST(one_address_of_many_is_named)
{
	const struct result *root;

	add(0, "192.0.2.1");
	break_off(add(0, "192.0.2.2"), "host unreachable");
	add(0, "2001:db8::1");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert(said(root, VERDICT_CRITICAL, "host unreachable"));
	ck_assert(!said(root, VERDICT_CRITICAL, "dead"));
}
END_TEST

START_TEST(one_that_works_is_enough_for_its_family)
{
	const struct result *root;

	add(0, "192.0.2.1");
	add(0, "192.0.2.2")->end = HTTP_UNSTARTED;
	break_off(add(0, "2001:db8::1"), "connection refused");
	root = judged();
	ck_assert(said(root, VERDICT_WARNING, "works over IPv4, IPv6 dead"));
	ck_assert(said(root, VERDICT_UNKNOWN, "not asked"));
}
END_TEST

START_TEST(a_family_that_was_not_asked_may_be_needed)
{
	struct http_response *v4 = add(0, "192.0.2.1");

	rules.families.policy = FAMILY_ONLY_V6;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
	break_off(v4, "connection refused");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

static const struct {
	enum resolve_status v4, v6;
	enum verdict verdict;
	const char *text;
} unresolved[] = {
	{ RESOLVE_NO_NAME, RESOLVE_NO_NAME, VERDICT_CRITICAL, "no such name" },
	{ RESOLVE_NO_ADDRESS, RESOLVE_NO_ADDRESS, VERDICT_CRITICAL,
	    "no address" },
	{ RESOLVE_SILENT, RESOLVE_SILENT, VERDICT_UNKNOWN,
	    "no resolver answered" },
	{ RESOLVE_BROKEN, RESOLVE_BROKEN, VERDICT_UNKNOWN, "resolver failed" },
};

START_TEST(names_may_have_no_address)
{
	const struct result *root;

	sites[0].answer.status[IP_V4] = unresolved[_i].v4;
	sites[0].answer.status[IP_V6] = unresolved[_i].v6;
	root = judged();
	ck_assert_int_eq(result_verdict(root), unresolved[_i].verdict);
	ck_assert(said(root, unresolved[_i].verdict, unresolved[_i].text));
}
END_TEST

START_TEST(a_silent_half_is_not_ok)
{
	add(0, "192.0.2.1");
	sites[0].answer.status[IP_V6] = RESOLVE_SILENT;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(a_missing_family_may_be_a_fault)
{
	add(0, "192.0.2.1");
	sites[0].answer.status[IP_V6] = RESOLVE_NO_ADDRESS;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.families.policy = FAMILY_BOTH;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
	ck_assert(said(judged(), VERDICT_WARNING, "no IPv6 address"));
	rules.families.missing = VERDICT_CRITICAL;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

/* --- what an answer must be ----------------------------------------------- */

START_TEST(nothing_found_is_not_ok)
{
	survey.count = 0;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
	survey.count = 1;
	add(0, "192.0.2.1")->end = HTTP_UNSTARTED;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

static const struct {
	const char *pattern; /* NULL: the default */
	unsigned status;
	enum verdict verdict;
} statuses[] = {
	{ NULL, 200, VERDICT_OK },
	{ NULL, 302, VERDICT_OK },
	{ NULL, 404, VERDICT_CRITICAL },
	{ NULL, 500, VERDICT_CRITICAL },
	{ "404", 404, VERDICT_OK },
	{ "404", 200, VERDICT_CRITICAL },
};

START_TEST(statuses_are_judged)
{
	add(0, "192.0.2.1")->status = statuses[_i].status;
	target[0].status = statuses[_i].pattern;
	ck_assert_int_eq(result_verdict(judged()), statuses[_i].verdict);
}
END_TEST

static const struct {
	enum http_match match;
	bool cut;
	enum verdict verdict;
	const char *text;
} matches[] = {
	{ HTTP_MATCH_FINE, false, VERDICT_OK, NULL },
	{ HTTP_MATCH_MISSING, false, VERDICT_CRITICAL, "no match of up" },
	{ HTTP_MATCH_MISSING, true, VERDICT_CRITICAL, "in the first 100 B" },
	{ HTTP_MATCH_FOUND, false, VERDICT_CRITICAL, "a match of up" },
	{ HTTP_MATCH_UNKNOWN, false, VERDICT_UNKNOWN, "too much work" },
	{ HTTP_MATCH_UNREAD, true, VERDICT_UNKNOWN, "in the first 100 B" },
};

START_TEST(patterns_are_judged)
{
	struct http_response *response = add(0, "192.0.2.1");
	const struct result *root;

	response->body_cut = matches[_i].cut;
	seen[0][0].match = matches[_i].match;
	seen[0][0].pattern = "up";
	root = judged();
	ck_assert_int_eq(result_verdict(root), matches[_i].verdict);
	if (matches[_i].text != NULL)
		ck_assert(said(root, matches[_i].verdict, matches[_i].text));
}
END_TEST

/* A failed request passes no pattern. */
START_TEST(a_failure_matches_nothing)
{
	break_off(add(0, "192.0.2.1"), "timeout");
	seen[0][0].match = HTTP_MATCH_FINE;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
	ck_assert_double_eq(metric(judged(), "success")->value, 0);
	ck_assert_ptr_null(metric(judged(), "duration"));
	ck_assert_ptr_null(metric(judged(), "status"));
}
END_TEST

START_TEST(times_are_judged)
{
	struct http_response *response = add(0, "192.0.2.1");

	response->phase_s[HTTP_CONNECT] = 0.3;
	response->total_s = 0.5;
	sites[0].answer.took_ns = CLOCK_SECOND;
	ck_assert_double_eq_tol(metric(judged(), "duration")->value, 1.5, 1e-9);
	ck_assert_double_eq_tol(metric(judged(), "resolve")->value, 1, 1e-9);
	limit(&rules.phases[HTTP_CONNECT], "0.1", "1");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
	limit(&rules.duration, "1", "1.4");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
	ck_assert_ptr_null(metric(judged(), "tls"));
}
END_TEST

static const struct {
	const char *range;
	bool cut;
	enum verdict verdict;
} sizes[] = {
	{ "50", false, VERDICT_CRITICAL },
	{ "100:", false, VERDICT_OK },
	{ "100:", true, VERDICT_OK },	   /* more is fine */
	{ "50", true, VERDICT_CRITICAL },  /* more is no better */
	{ "200", true, VERDICT_UNKNOWN },  /* more may be too much */
	{ "200:", true, VERDICT_UNKNOWN }, /* more may be enough */
	{ "200:", false, VERDICT_CRITICAL },
};

START_TEST(sizes_are_judged)
{
	add(0, "192.0.2.1")->body_cut = sizes[_i].cut;
	limit(&rules.size, "0:", sizes[_i].range);
	ck_assert_int_eq(result_verdict(judged()), sizes[_i].verdict);
}
END_TEST

/* --- TLS ------------------------------------------------------------------ */

static const struct {
	double days; /* left */
	enum verdict verdict;
} certificates[] = {
	{ 30.5, VERDICT_OK },
	{ 29.9, VERDICT_WARNING },
	{ 13.9, VERDICT_CRITICAL },
	{ -1, VERDICT_CRITICAL },
};

START_TEST(certificates_are_judged)
{
	struct http_response *response = add(0, "192.0.2.1");
	const struct result *root;

	response->tls = (struct http_tls){
		.used = true,
		.version = 13,
		.has_expiry = true,
		.expires_s = NOW + (int64_t)(certificates[_i].days * DAY),
		.expires_subject = "An Issuer",
	};
	limit(&rules.certificate, "30:", "14:");
	root = judged();
	ck_assert_int_eq(result_verdict(root), certificates[_i].verdict);
	if (certificates[_i].verdict != VERDICT_OK)
		ck_assert(said(root, certificates[_i].verdict, "An Issuer"));
	ck_assert_double_eq(metric(root, "expiry")->value,
	    (double)response->tls.expires_s);
}
END_TEST

START_TEST(unseen_certificates_are_not_ok)
{
	add(0, "192.0.2.1")->tls.used = true;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	limit(&rules.certificate, "30:", "14:");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

/* Nobody has seen the certificate of a server that did not connect, which is
 * not libcurl's fault. */
START_TEST(a_failure_says_nothing_of_certificates)
{
	struct http_response *response = add(0, "192.0.2.1");

	response->tls.used = true;
	break_off(response, "connection refused");
	limit(&rules.certificate, "30:", "14:");
	ck_assert(said(judged(), VERDICT_CRITICAL, "connection refused"));
	ck_assert(!said(judged(), VERDICT_UNKNOWN, "libcurl"));
}
END_TEST

START_TEST(a_fault_behind_a_redirect_says_where)
{
	struct http_response *response = add(0, "192.0.2.1");

	response->redirects = 1;
	strcpy(response->location, "https://c:8/x");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	response->status = 404;
	ck_assert(said(judged(), VERDICT_CRITICAL,
	    "status 404 Not Found, after 1 redirect, at https://c:8/x"));
	break_off(response, "connection refused");
	response->redirects = 3;
	ck_assert(said(judged(), VERDICT_CRITICAL,
	    "connection refused, after 3 redirects, at https://c:8/x"));
	response->redirects = 0;
	ck_assert(!said(judged(), VERDICT_CRITICAL, "https://c:8/x"));
}
END_TEST

START_TEST(tls_has_a_floor)
{
	struct http_response *response = add(0, "192.0.2.1");

	response->tls = (struct http_tls){ .used = true, .version = 11 };
	rules.min_tls = 12;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
	ck_assert(
	    said(judged(), VERDICT_CRITICAL, "TLS 1.1, older than TLS 1.2"));
	response->tls.version = 12;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	response->tls.staple = HTTP_STAPLE_REVOKED;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

/* --- several -------------------------------------------------------------- */

static const struct {
	enum http_compare what;
	unsigned status;
	uint64_t hash;
	const char *etag;
	bool differs;
} compared_cases[] = {
	{ HTTP_COMPARE_STATUS, 301, 0, "", true },
	{ HTTP_COMPARE_STATUS, 200, 1, "x", false },
	{ HTTP_COMPARE_BODY, 200, 1, "", true },
	{ HTTP_COMPARE_BODY, 301, 0, "x", false },
	{ HTTP_COMPARE_ETAG, 200, 0, "x", true },
	{ HTTP_COMPARE_ETAG, 301, 1, "e", false },
	{ HTTP_COMPARE_NOTHING, 301, 1, "x", false },
};

START_TEST(families_are_compared)
{
	struct http_response *other;

	strcpy(add(0, "192.0.2.1")->etag, "e");
	other = add(0, "2001:db8::1");
	other->status = compared_cases[_i].status;
	other->body_hash = compared_cases[_i].hash;
	strcpy(other->etag, compared_cases[_i].etag);
	rules.compare = compared_cases[_i].what;
	ck_assert_int_eq(result_verdict(judged()),
	    compared_cases[_i].differs ? VERDICT_CRITICAL : VERDICT_OK);
	if (compared_cases[_i].differs)
		ck_assert(said(judged(), VERDICT_CRITICAL, "from 2001:db8::1"));
}
END_TEST

/* What lies behind the part that was read may differ. */
START_TEST(bodies_that_were_cut_are_not_the_same)
{
	add(0, "192.0.2.1")->body_cut = true;
	add(0, "2001:db8::1")->body_cut = true;
	rules.compare = HTTP_COMPARE_BODY;
	ck_assert(said(judged(), VERDICT_UNKNOWN,
	    "body is the same in the first 100 B, and not known beyond "
	    "--body-max"));
	rules.compare = HTTP_COMPARE_STATUS;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.compare = HTTP_COMPARE_BODY;
	seen[0][1].response.body_hash = 1;
	ck_assert(said(judged(), VERDICT_CRITICAL,
	    "body differs: first 100 bytes of hash "));
}
END_TEST

START_TEST(a_single_body_that_was_cut_is_compared_with_nothing)
{
	add(0, "192.0.2.1")->body_cut = true;
	rules.compare = HTTP_COMPARE_BODY;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	ck_assert_str_eq(judged()->summary,
	    "http://a/: 1 of 1 addresses answer well, nothing to compare");
	rules.compare = HTTP_COMPARE_NOTHING;
	ck_assert_str_eq(judged()->summary,
	    "http://a/: 1 of 1 addresses answer well");
}
END_TEST

START_TEST(urls_without_a_second_address_are_counted)
{
	add(0, "192.0.2.1");
	add(0, "2001:db8::1");
	add(1, "192.0.2.1");
	survey.count = 2;
	rules.compare = HTTP_COMPARE_BODY;
	ck_assert_str_eq(judged()->summary,
	    "2 URLs: 3 of 3 addresses answer well, 1 with nothing to compare");
	add(1, "2001:db8::1");
	ck_assert_str_eq(judged()->summary,
	    "2 URLs: 4 of 4 addresses answer well");
}
END_TEST

START_TEST(a_family_that_is_only_shown_is_not_compared)
{
	add(0, "192.0.2.1");
	add(0, "2001:db8::1")->status = 404;
	rules.compare = HTTP_COMPARE_STATUS;
	rules.families.policy = FAMILY_ONLY_V4;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.families.policy = FAMILY_ANY;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

START_TEST(a_fallback_is_a_warning)
{
	struct http_response *race;

	add(0, "192.0.2.1");
	break_off(add(0, "2001:db8::1"), "connection refused");
	race = add(0, "192.0.2.1");
	seen[0][2].race = true;
	seen[0][2].asked = (struct ip){ 0 };
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
	ck_assert(said(judged(), VERDICT_WARNING,
	    "falls back to IPv4 (2001:db8::1: connection refused)"));
	seen[0][1].response.end = HTTP_ANSWERED;
	seen[0][1].response.status = 200;
	ck_assert(said(judged(), VERDICT_WARNING,
	    "falls back to IPv4 (2001:db8::1: slower)"));
	break_off(race, "connection refused");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

START_TEST(urls_are_told_apart)
{
	const struct result *root;

	survey.count = 2;
	add(0, "192.0.2.1");
	break_off(add(1, "192.0.2.1"), "connection refused");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert_str_eq(root->children->name, "http://a/");
	ck_assert_str_eq(root->last->name, "shop");
	ck_assert_int_eq(result_verdict(root->children), VERDICT_OK);
}
END_TEST

START_TEST(the_cause_comes_first)
{
	const struct result *root;

	break_off(add(0, "192.0.2.1"), "connection refused");
	sites[0].answer.status[IP_V6] = RESOLVE_NO_ADDRESS;
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert(said(root, VERDICT_CRITICAL, "connection refused"));
	ck_assert(!said(root, VERDICT_CRITICAL, "IPv"));
}
END_TEST

/* Whoever wants both is not content with a literal, or one --resolve. */
START_TEST(both_are_both)
{
	add(0, "192.0.2.1");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.families.policy = FAMILY_BOTH;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
}
END_TEST

START_TEST(a_family_that_nobody_needs_is_only_shown)
{
	struct http_response *v6;
	const struct result *root;

	add(0, "192.0.2.1");
	v6 = add(0, "2001:db8::1");
	v6->total_s = 5;
	v6->tls = (struct http_tls){ .used = true,
		.has_expiry = true,
		.expires_s = NOW - 1,
		.staple = HTTP_STAPLE_INVALID };
	rules.families.policy = FAMILY_ONLY_V4;
	limit(&rules.duration, "1", "2");
	limit(&rules.certificate, "30:", "14:");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	ck_assert_ptr_nonnull(metric(root, "certificate"));
	*v6 = (struct http_response){ .end = HTTP_UNSTARTED };
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.families.policy = FAMILY_ONLY_V6;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(one_of_any_is_enough)
{
	add(0, "192.0.2.1");
	add(0, "2001:db8::1")->end = HTTP_UNABLE;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
	rules.families.policy = FAMILY_ANY;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
}
END_TEST

/* A literal or --resolve of the family that is not to be asked. */
START_TEST(nothing_to_ask_is_no_verdict)
{
	sites[0].answer.status[IP_V4] = RESOLVE_FOUND;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
	ck_assert(said(judged(), VERDICT_UNKNOWN, "no address of the family"));
	sites[0].answer.status[IP_V4] = RESOLVE_UNASKED;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

/* A status that is wrong is sure, whatever a search came to. */
START_TEST(a_wrong_status_outweighs_a_search)
{
	add(0, "192.0.2.1")->status = 500;
	seen[0][0].match = HTTP_MATCH_UNKNOWN;
	seen[0][0].pattern = "up";
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
	ck_assert(said(judged(), VERDICT_CRITICAL, "status 500"));
}
END_TEST

static const struct {
	const char *wanted, *got;
	enum verdict verdict;
} versions[] = {
	{ NULL, "1.0", VERDICT_OK },
	{ "2", "2", VERDICT_OK },
	{ "2", "1.1", VERDICT_CRITICAL },
	{ "3", "2", VERDICT_CRITICAL },
	{ "3", "", VERDICT_CRITICAL },
};

START_TEST(versions_are_judged)
{
	const struct result *root;

	rules.version = versions[_i].wanted;
	strcpy(add(0, "192.0.2.1")->version, versions[_i].got);
	root = judged();
	ck_assert_int_eq(result_verdict(root), versions[_i].verdict);
	if (versions[_i].verdict != VERDICT_OK)
		ck_assert(said(root, VERDICT_CRITICAL, "not HTTP/"));
}
END_TEST

static const struct {
	bool url_tls, follows, answer_tls;
	enum verdict verdict;
} downgrades[] = {
	{ true, false, true, VERDICT_OK },
	{ true, false, false, VERDICT_CRITICAL },
	{ true, true, false, VERDICT_CRITICAL },
	{ false, true, false, VERDICT_CRITICAL },
	{ false, true, true, VERDICT_OK },
	{ false, false, false, VERDICT_OK }, /* plain, beside others */
};

START_TEST(an_answer_without_tls_is_no_certificate)
{
	struct http_response *response = add(0, "192.0.2.1");

	sites[0].url.tls = downgrades[_i].url_tls;
	rules.follows = downgrades[_i].follows;
	response->tls.used = downgrades[_i].answer_tls;
	response->tls.version = downgrades[_i].answer_tls ? 13 : 0;
	response->tls.has_expiry = downgrades[_i].answer_tls;
	response->tls.expires_s = NOW + 9000000;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.min_tls = 12;
	ck_assert_int_eq(result_verdict(judged()), downgrades[_i].verdict);
	rules.min_tls = 0;
	limit(&rules.certificate, "30:", "14:");
	ck_assert_int_eq(result_verdict(judged()), downgrades[_i].verdict);
}
END_TEST

static const struct {
	enum http_staple staple;
	enum verdict verdict;
} staples[] = {
	{ HTTP_STAPLE_NONE, VERDICT_OK },
	{ HTTP_STAPLE_GOOD, VERDICT_OK },
	{ HTTP_STAPLE_REVOKED, VERDICT_CRITICAL },
	{ HTTP_STAPLE_UNKNOWN, VERDICT_WARNING },
	{ HTTP_STAPLE_INVALID, VERDICT_WARNING },
};

START_TEST(staples_are_judged)
{
	struct http_response *response = add(0, "192.0.2.1");

	response->tls = (struct http_tls){ .used = true, .version = 13 };
	response->tls.staple = staples[_i].staple;
	ck_assert_int_eq(result_verdict(judged()), staples[_i].verdict);
}
END_TEST

START_TEST(an_etag_that_nobody_sends_is_not_the_same)
{
	add(0, "192.0.2.1");
	add(0, "2001:db8::1");
	rules.compare = HTTP_COMPARE_ETAG;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
	ck_assert(said(judged(), VERDICT_UNKNOWN, "no ETag"));
	/* Alike as far as they are shown. */
	strcpy(seen[0][0].response.etag, "a");
	strcpy(seen[0][1].response.etag, "a");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	seen[0][1].response.etag_hash = 1;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

/* With a race the addresses are shown, and neither their limits nor their
 * faults count, nor are they counted with it. */
START_TEST(a_race_is_judged_alone)
{
	struct http_response *race;

	add(0, "192.0.2.1")->total_s = 9;
	break_off(add(0, "2001:db8::1"), "connection refused");
	race = add(0, "2001:db8::1");
	seen[0][2].race = true;
	seen[0][2].asked = (struct ip){ 0 };
	limit(&rules.duration, "1", "2");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	ck_assert_double_eq(metric(judged(), "addresses")->value, 2);
	race->total_s = 1.5;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
	race->total_s = 0.1;
	race->address = (struct ip){ 0 };
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(a_proxy_has_no_families)
{
	struct http_response *response = add(0, "192.0.2.1");

	seen[0][0].proxied = true;
	seen[0][0].asked = (struct ip){ 0 };
	memset(&sites[0].answer, 0, sizeof(sites[0].answer));
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	break_off(response, "connection refused");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
	response->end = HTTP_UNABLE;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
	rules.families.policy = FAMILY_ANY;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http_judge");
	TCase *tcase = tcase_create("judge");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, families_are_judged, 0, COUNT(families));
	tcase_add_test(tcase, one_address_of_many_is_named);
	tcase_add_test(tcase, one_that_works_is_enough_for_its_family);
	tcase_add_test(tcase, a_family_that_was_not_asked_may_be_needed);
	tcase_add_loop_test(tcase, names_may_have_no_address, 0,
	    COUNT(unresolved));
	tcase_add_test(tcase, a_silent_half_is_not_ok);
	tcase_add_test(tcase, a_missing_family_may_be_a_fault);
	tcase_add_test(tcase, nothing_found_is_not_ok);
	tcase_add_loop_test(tcase, statuses_are_judged, 0, COUNT(statuses));
	tcase_add_loop_test(tcase, patterns_are_judged, 0, COUNT(matches));
	tcase_add_test(tcase, a_failure_matches_nothing);
	tcase_add_test(tcase, times_are_judged);
	tcase_add_loop_test(tcase, sizes_are_judged, 0, COUNT(sizes));
	tcase_add_loop_test(tcase, certificates_are_judged, 0,
	    COUNT(certificates));
	tcase_add_test(tcase, unseen_certificates_are_not_ok);
	tcase_add_test(tcase, a_failure_says_nothing_of_certificates);
	tcase_add_test(tcase, a_fault_behind_a_redirect_says_where);
	tcase_add_test(tcase, tls_has_a_floor);
	tcase_add_loop_test(tcase, families_are_compared, 0,
	    COUNT(compared_cases));
	tcase_add_test(tcase, bodies_that_were_cut_are_not_the_same);
	tcase_add_test(tcase,
	    a_single_body_that_was_cut_is_compared_with_nothing);
	tcase_add_test(tcase, urls_without_a_second_address_are_counted);
	tcase_add_test(tcase, a_family_that_is_only_shown_is_not_compared);
	tcase_add_test(tcase, a_fallback_is_a_warning);
	tcase_add_test(tcase, urls_are_told_apart);
	tcase_add_test(tcase, the_cause_comes_first);
	tcase_add_test(tcase, both_are_both);
	tcase_add_test(tcase, a_family_that_nobody_needs_is_only_shown);
	tcase_add_test(tcase, one_of_any_is_enough);
	tcase_add_test(tcase, nothing_to_ask_is_no_verdict);
	tcase_add_test(tcase, a_wrong_status_outweighs_a_search);
	tcase_add_loop_test(tcase, versions_are_judged, 0, COUNT(versions));
	tcase_add_loop_test(tcase, an_answer_without_tls_is_no_certificate, 0,
	    COUNT(downgrades));
	tcase_add_loop_test(tcase, staples_are_judged, 0, COUNT(staples));
	tcase_add_test(tcase, an_etag_that_nobody_sends_is_not_the_same);
	tcase_add_test(tcase, a_race_is_judged_alone);
	tcase_add_test(tcase, a_proxy_has_no_families);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
