/* SPDX-License-Identifier: ISC */
/* Verdicts on answers that were made up; no socket is opened. */
#include <string.h>

#include "plugins/check_http_dual.c"
#include "tests/suite.h"

#define NOW INT64_C(1800000000) /* seconds since 1970 */

static struct arena arena;
static struct result_tree tree;
static struct opts opts;
static struct sample sample;
static struct http_site sites[2];
static struct http_seen seen[2][8];
static struct http_target target[2];

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 32 << 20, &err));
	opts = (struct opts){
		.rules = { .one_dead = VERDICT_WARNING,
		    .all_dead = VERDICT_CRITICAL,
		    .missing = FAMILY_MISSING_AUTO },
		.compare_state = VERDICT_CRITICAL,
	};
	ck_assert(http_statuses_parse("2xx,3xx", &opts.status, &err));
	memset(sites, 0, sizeof(sites));
	memset(seen, 0, sizeof(seen));
	target[0] = (struct http_target){ .url = "http://a/" };
	target[1] = (struct http_target){ .url = "http://b/", .name = "shop" };
	for (size_t i = 0; i < 2; i++) {
		sites[i].target = &target[i];
		sites[i].shown = target[i].url;
		sites[i].seen = seen[i];
		strcpy(sites[i].url.host, "a");
	}
	sample = (struct sample){
		.survey = { .sites = sites, .count = 1, .now_s = NOW }
	};
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
	sample.survey.probes++;
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
	struct result *root = result_init(&tree, &arena, metrics, &opts);

	judge(&opts, &sample, root);
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

	opts.rules.policy = families[_i].policy;
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

START_TEST(a_family_that_was_not_asked_may_be_needed)
{
	struct http_response *v4 = add(0, "192.0.2.1");

	opts.rules.policy = FAMILY_ONLY_V6;
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
	opts.rules.policy = FAMILY_BOTH;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
	ck_assert(said(judged(), VERDICT_WARNING, "no IPv6 address"));
	opts.rules.missing = VERDICT_CRITICAL;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

/* --- what an answer must be ----------------------------------------------- */

START_TEST(nothing_found_is_not_ok)
{
	sample.survey.count = 0;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
	sample.survey.count = 1;
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
	limit(&opts.connect, "0.1", "1");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
	limit(&opts.duration, "1", "1.4");
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
	limit(&opts.size, "0:", sizes[_i].range);
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
	limit(&opts.certificate, "30:", "14:");
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
	limit(&opts.certificate, "30:", "14:");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(tls_has_a_floor)
{
	struct http_response *response = add(0, "192.0.2.1");

	response->tls = (struct http_tls){ .used = true, .version = 11 };
	opts.min_tls = 12;
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
	enum compare what;
	unsigned status;
	uint64_t hash;
	const char *etag;
	bool differs;
} compared_cases[] = {
	{ COMPARE_STATUS, 301, 0, "", true },
	{ COMPARE_STATUS, 200, 1, "x", false },
	{ COMPARE_BODY, 200, 1, "", true },
	{ COMPARE_BODY, 301, 0, "x", false },
	{ COMPARE_ETAG, 200, 0, "x", true },
	{ COMPARE_ETAG, 301, 1, "", false },
	{ COMPARE_NOTHING, 301, 1, "x", false },
};

START_TEST(families_are_compared)
{
	struct http_response *other;

	add(0, "192.0.2.1");
	other = add(0, "2001:db8::1");
	other->status = compared_cases[_i].status;
	other->body_hash = compared_cases[_i].hash;
	strcpy(other->etag, compared_cases[_i].etag);
	opts.compare = compared_cases[_i].what;
	ck_assert_int_eq(result_verdict(judged()),
	    compared_cases[_i].differs ? VERDICT_CRITICAL : VERDICT_OK);
	if (compared_cases[_i].differs)
		ck_assert(said(judged(), VERDICT_CRITICAL, "from 2001:db8::1"));
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
	ck_assert(said(judged(), VERDICT_WARNING, "falls back to IPv4"));
	break_off(race, "connection refused");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

START_TEST(urls_are_told_apart)
{
	const struct result *root;

	sample.survey.count = 2;
	add(0, "192.0.2.1");
	break_off(add(1, "192.0.2.1"), "connection refused");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert_str_eq(root->children->name, "http://a/");
	ck_assert_str_eq(root->last->name, "shop");
	ck_assert_int_eq(result_verdict(root->children), VERDICT_OK);
}
END_TEST

START_TEST(the_table_is_sound)
{
	const struct opt_target targets[] = { { options, &opts },
		{ NULL, NULL } };
	struct err err = { 0 };

	ck_assert_msg(opt_check(targets, &arena, &err), "%s", err.text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_http_dual");
	TCase *tcase = tcase_create("judge");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, families_are_judged, 0, COUNT(families));
	tcase_add_test(tcase, one_address_of_many_is_named);
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
	tcase_add_test(tcase, tls_has_a_floor);
	tcase_add_loop_test(tcase, families_are_compared, 0,
	    COUNT(compared_cases));
	tcase_add_test(tcase, a_fallback_is_a_warning);
	tcase_add_test(tcase, urls_are_told_apart);
	tcase_add_test(tcase, the_table_is_sound);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
