/* SPDX-License-Identifier: ISC */
/* Verdicts on looks that were made up; no daemon is asked. */
#include <string.h>

#include "base/clock.h"
#include "model/exabgp_judge.h"
#include "tests/suite.h"

static struct arena arena;
static struct result_tree tree;
static struct exabgp_rules rules;
static struct exabgp_look look;
static struct err err;

static void
limit(struct limits *limits, const char *warning, const char *critical)
{
	if (warning != NULL)
		ck_assert(range_parse(warning, &limits->warning, &err));
	if (critical != NULL)
		ck_assert(range_parse(critical, &limits->critical, &err));
}

static void
add_peer(const char *address, enum bgp_state state)
{
	struct bgp_peer *peer;
	struct ip ip;

	ck_assert(ip_parse(address, &ip, &err));
	peer = bgp_table_peer(&look.table, "", &ip, "");
	ck_assert_ptr_nonnull(peer);
	peer->state = (uint8_t)state;
	peer->time_s = 90;
	peer->has = state == BGP_ESTABLISHED ? BGP_HAS_TIME : 0;
}

/* A daemon that is well, with one session of two routes. */
static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 32 << 20, &err));
	rules = (struct exabgp_rules){ .process = true,
		.answers = true,
		.sessions = true,
		.routes = true,
		.pipe_path = "/run/exabgp/exabgp",
		.down = VERDICT_CRITICAL };
	limit(&rules.limits.cpu, "80", "95");
	limit(&rules.limits.memory, "80", "90");
	limit(&rules.limits.restarts, "0", NULL);
	look = (struct exabgp_look){ .pipe_open = true,
		.asked = true,
		.answers = true,
		.version = "4.2.21",
		.helpers_known = true,
		.sessions_known = true,
		.routes_known = true };
	look.process = (struct exabgp_process){ .seen = EXABGP_RUNS,
		.daemons = 1,
		.pid = 7,
		.state = 'S',
		.threads = 1 };
	look.now.at_ns = 1000 * CLOCK_SECOND;
	bgp_table_init(&look.table, &arena, 0);
	add_peer("192.0.2.1", BGP_ESTABLISHED);
	look.counts = arena_alloc(&arena, 16 * sizeof(*look.counts));
	look.down_since = arena_alloc(&arena, 16 * sizeof(*look.down_since));
	look.announced = arena_alloc(&arena, 16);
	look.helpers = arena_alloc(&arena, 16 * sizeof(*look.helpers));
	look.counts[0].announced = 2;
}

static void
teardown(void)
{
	arena_free(&arena);
}

static const struct result *
judged(void)
{
	struct result *root =
	    result_init(&tree, &arena, exabgp_metrics, &rules);

	exabgp_judge(&rules, &look, root);
	return root;
}

/* Is there a finding of that verdict with that text? */
static bool
finds(const struct result *root, enum verdict verdict, const char *text)
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

static double
value(const struct result *root, size_t metric)
{
	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		for (const struct result_metric *item = node->metrics;
		     item != NULL; item = item->next)
			if (item->def == &exabgp_metrics[metric])
				return item->value;
	return -1;
}

START_TEST(all_is_well)
{
	const struct result *root = judged();

	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	ck_assert_ptr_nonnull(strstr(root->summary,
	    "1 of 1 session established, 2 routes announced"));
	ck_assert_double_eq(value(root, EXABGP_M_UP), 1);
	ck_assert_double_eq(value(root, EXABGP_M_SESSION_AGE), 90);
	ck_assert_double_eq(value(root, EXABGP_M_ROUTES), 2);
}
END_TEST

/* In its first second ExaBGP does not tell how long it stands. */
START_TEST(a_session_of_an_unknown_age)
{
	struct bgp_peer *peer = bgp_table_at(&look.table, 0);
	const struct result *root;

	peer->has = 0;
	root = judged();
	ck_assert_double_eq(value(root, EXABGP_M_SESSION_AGE), -1);
	for (; root != NULL; root = result_next(root))
		if (root->summary != NULL &&
		    strstr(root->summary, "192.0.2.1") != NULL)
			break;
	ck_assert_ptr_nonnull(root);
	ck_assert_str_eq(root->summary, "192.0.2.1 established");
}
END_TEST

/* Each has labels of its own, or one would hide the other in the metrics. */
START_TEST(two_sessions_with_one_neighbor)
{
	struct bgp_peer *peer;
	const struct result *root;
	struct ip ip;

	ck_assert(ip_parse("192.0.2.1", &ip, &err));
	peer = bgp_table_peer(&look.table, "192.0.2.8", &ip, "");
	peer->local = "192.0.2.8";
	peer->state = BGP_IDLE;
	root = judged();
	ck_assert(finds(root, VERDICT_CRITICAL, "Idle"));
	for (; root != NULL; root = result_next(root))
		if (root->name != NULL &&
		    strcmp(root->name, "192.0.2.1 from 192.0.2.8") == 0)
			break;
	ck_assert_ptr_nonnull(root);
	ck_assert_str_eq(root->labels[1].name, "local");
	ck_assert_str_eq(root->labels[1].value, "192.0.2.8");
}
END_TEST

static void
silent(void)
{
	look.answers = look.sessions_known = look.routes_known = false;
}

START_TEST(not_running)
{
	const struct result *root;

	silent();
	look.process.seen = EXABGP_ABSENT;
	look.pipe_open = look.asked = look.helpers_known = false;
	look.unread = true;
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert(finds(root, VERDICT_CRITICAL, "exabgp is not running"));
	/* Said once, not a second time by the pipe. */
	ck_assert(!finds(root, VERDICT_CRITICAL, "nobody reads"));
	ck_assert_double_eq(value(root, EXABGP_M_UP), 0);
}
END_TEST

START_TEST(runs_but_does_not_answer)
{
	const struct result *root;

	silent();
	err_set(&look.answer_err, ERR_TIMEOUT, "silence");
	look.patience_ns = 3 * CLOCK_SECOND;
	root = judged();
	ck_assert(finds(root, VERDICT_CRITICAL,
	    "runs but does not answer within 3 s"));
	ck_assert_double_eq(value(root, EXABGP_M_UP), 0);
}
END_TEST

/* Our own time that ends is no evidence against the daemon. */
START_TEST(too_little_time_for_an_answer)
{
	const struct result *root;

	silent();
	err_set(&look.answer_err, ERR_TIMEOUT, "silence");
	look.patience_ns = CLOCK_SECOND / 4;
	look.answer_cut = true;
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert(finds(root, VERDICT_UNKNOWN, "no answer within 0.25 s"));
}
END_TEST

START_TEST(another_client_takes_the_answers)
{
	const struct result *root;

	silent();
	err_set(&look.answer_err, ERR_TIMEOUT, "silence");
	look.patience_ns = 3 * CLOCK_SECOND;
	look.rival = 99;
	strcpy(look.rival_name, "exabgpcli");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert(finds(root, VERDICT_CRITICAL,
	    "does not answer within 3 s; process 99 (exabgpcli) may have"));
	look.rival_reads = true;
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert(finds(root, VERDICT_UNKNOWN, "process 99 (exabgpcli) reads"));
}
END_TEST

/* Not to be told is not to be judged, but nothing is known of the rest. */
START_TEST(answers_switched_off)
{
	const struct result *root;

	silent();
	rules.answers = false;
	err_set(&look.answer_err, ERR_TIMEOUT, "it does not answer");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert(finds(root, VERDICT_UNKNOWN, "sessions: it does not answer"));
	ck_assert_double_eq(value(root, EXABGP_M_UP), 1);
	look.asked = false;
	err_set(&look.pipe_err, ERR_SYSTEM, "no such pipe");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "sessions: no such pipe"));
	look.process.seen = EXABGP_ABSENT;
	root = judged();
	ck_assert(!finds(root, VERDICT_UNKNOWN, "sessions"));
	ck_assert(finds(root, VERDICT_CRITICAL, "is not running"));
}
END_TEST

/* The first words are for what is wrong. */
START_TEST(somebody_answers_who_is_not_named)
{
	look.process.seen = EXABGP_ABSENT;
	strcpy(look.process.why, "a.pid names process 9, which has ended");
	ck_assert(finds(judged(), VERDICT_UNKNOWN,
	    "a.pid names process 9, which has ended, and yet somebody"));
	look.process.why[0] = '\0';
	ck_assert(finds(judged(), VERDICT_UNKNOWN,
	    "somebody answers, but its process is not to be seen"));
}
END_TEST

/* What was chosen by already is no advice. */
START_TEST(several_daemons)
{
	look.process.seen = EXABGP_SEVERAL;
	look.process.daemons = 2;
	ck_assert(finds(judged(), VERDICT_UNKNOWN,
	    "2 daemons run: choose one with --config"));
	rules.config = "/a.conf";
	ck_assert(finds(judged(), VERDICT_UNKNOWN,
	    "2 daemons run with /a.conf: choose one with --unit, --pid-file"));
}
END_TEST

START_TEST(the_log_alone)
{
	silent();
	rules = (struct exabgp_rules){ .log = true };
	look.process = (struct exabgp_process){ .pid = 0 };
	look.log.known = true;
	look.log.bytes = 12;
	ck_assert_str_eq(judged()->summary, "12 bytes of log read");
}
END_TEST

START_TEST(runs_and_nobody_reads_the_pipe)
{
	silent();
	look.asked = look.pipe_open = false;
	look.unread = true;
	ck_assert(finds(judged(), VERDICT_CRITICAL, "nobody reads"));
}
END_TEST

START_TEST(a_pipe_without_permission_is_unknown)
{
	const struct result *root;

	silent();
	look.asked = look.pipe_open = false;
	err_set(&look.pipe_err, ERR_PERMISSION, "add the user");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert(finds(root, VERDICT_UNKNOWN, "add the user"));
}
END_TEST

START_TEST(stopped_by_a_signal)
{
	look.process.state = 'T';
	ck_assert(finds(judged(), VERDICT_CRITICAL, "stopped by a signal"));
}
END_TEST

START_TEST(somebody_else_answers)
{
	const struct result *root;

	look.process.seen = EXABGP_ABSENT;
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert(finds(root, VERDICT_UNKNOWN, "not to be seen"));
}
END_TEST

START_TEST(a_session_that_is_down)
{
	const struct result *root;

	add_peer("192.0.2.2", BGP_ACTIVE);
	look.down_since[1] = 880 * CLOCK_SECOND;
	root = judged();
	ck_assert(finds(root, VERDICT_CRITICAL, "Active for at least 2m"));
	ck_assert_double_eq(value(root, EXABGP_M_SESSIONS_UP), 1);
	rules.down = VERDICT_WARNING;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
}
END_TEST

static struct ip_net net;

static struct exabgp_nets
one_net(const char *text)
{
	ck_assert(ip_net_parse(text, &net, &err));
	return (struct exabgp_nets){ .count = 1, .items = &net };
}

START_TEST(a_neighbor_that_is_not_configured)
{
	rules.neighbors = one_net("192.0.2.1");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.neighbors = one_net("192.0.2.9");
	ck_assert(finds(judged(), VERDICT_CRITICAL, "is not configured"));
}
END_TEST

START_TEST(no_neighbor_at_all)
{
	bgp_table_init(&look.table, &arena, 0);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(routes)
{
	rules.expected = one_net("10.1.0.0/16");
	look.announced[0] = true;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	look.announced[0] = false;
	ck_assert(finds(judged(), VERDICT_CRITICAL,
	    "is announced to no established neighbor"));
	limit(&rules.limits.announced, NULL, "3:");
	ck_assert(finds(judged(), VERDICT_CRITICAL, "routes 2"));
	look.routes_known = false;
	err_set(&look.routes_err, ERR_PROTOCOL, "nonsense");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "routes: nonsense"));
}
END_TEST

START_TEST(changes_of_routes)
{
	limit(&rules.limits.announce_rate, "10", NULL);
	limit(&rules.limits.withdraw_rate, NULL, "2");
	limit(&rules.limits.flapping, "0", NULL);
	look.now.added = 70;
	look.now.removed = 30;
	ck_assert_double_eq(value(judged(), EXABGP_M_WITHDRAWN), 30);
	/* Nothing to compare with: no rate. */
	ck_assert_double_eq(value(judged(), EXABGP_M_ANNOUNCE_RATE), -1);
	look.changes_known = true;
	look.changes_s = 120;
	look.track.announced = 20;
	look.track.withdrawn = 4;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	ck_assert_double_eq(value(judged(), EXABGP_M_ANNOUNCE_RATE), 10);
	look.track.announced = 22;
	ck_assert(finds(judged(), VERDICT_WARNING, "announce_rate 11"));
	look.track.withdrawn = 6;
	ck_assert(finds(judged(), VERDICT_CRITICAL, "withdraw_rate 3"));
	look.changes_s = 0.5;
	ck_assert_double_eq(value(judged(), EXABGP_M_WITHDRAW_RATE), 6);
	look.flapping = 1;
	ck_assert(finds(judged(), VERDICT_WARNING, "flapping 1"));
}
END_TEST

/* Limits on what cannot be told are not met in silence. */
START_TEST(more_prefixes_than_are_followed)
{
	look.track.full = true;
	look.now.removed = 30;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	ck_assert_double_eq(value(judged(), EXABGP_M_WITHDRAWN), -1);
	look.log.known = true;
	ck_assert_double_eq(value(judged(), EXABGP_M_WITHDRAWN), 30);
	limit(&rules.limits.withdraw_rate, NULL, "2");
	ck_assert(finds(judged(), VERDICT_UNKNOWN,
	    "is not known of more than 4096 prefixes"));
}
END_TEST

START_TEST(received_routes)
{
	struct bgp_family *family;

	rules.received = true;
	err_set(&look.received_err, ERR_PROTOCOL, "silence");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "received routes: silence"));
	look.received_known = true;
	look.counts[0].received = 5;
	limit(&rules.limits.received, "10:", NULL);
	family =
	    bgp_peer_family(&look.table, bgp_table_at(&look.table, 0), 1, 1);
	family->has = BGP_HAS_ADVERTISED | BGP_HAS_RECEIVED;
	family->advertised = 2;
	family->received = 5;
	ck_assert(finds(judged(), VERDICT_WARNING, "received 5"));
	ck_assert_double_eq(value(judged(), EXABGP_M_FAMILY_RECEIVED), 5);
	ck_assert_double_eq(value(judged(), EXABGP_M_FAMILY_ROUTES), 2);
}
END_TEST

START_TEST(helpers)
{
	static const struct exabgp_want want = { "healthcheck", 2 };

	rules.helpers = &want;
	rules.helper_count = 1;
	look.helpers[0] = 2;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	look.helpers[0] = 1;
	ck_assert(finds(judged(), VERDICT_CRITICAL, "1 of 2 run"));
	look.helpers_all = 1;
	look.counts[0].announced = 1;
	ck_assert_ptr_nonnull(
	    strstr(judged()->summary, "1 route announced, 1 helper"));
	ck_assert_ptr_null(strstr(judged()->summary, "1 helpers"));
	look.helpers_known = false;
	err_set(&look.helpers_err, ERR_PERMISSION, "no sight");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "helpers: no sight"));
}
END_TEST

START_TEST(limits_of_the_process)
{
	look.process.has_cpu = true;
	look.process.cpu_percent = 96;
	ck_assert(finds(judged(), VERDICT_CRITICAL, "cpu 96 %"));
	look.process.cpu_percent = 81;
	look.process.memory_percent = 91;
	ck_assert(finds(judged(), VERDICT_WARNING, "cpu 81 %"));
	ck_assert(finds(judged(), VERDICT_CRITICAL, "memory 91 %"));
	look.now.restarts.count = 1;
	ck_assert(finds(judged(), VERDICT_WARNING, "restarts 1"));
	limit(&rules.limits.descriptors, "80", NULL);
	err_set(&look.process.descriptors_err, ERR_PERMISSION, "no");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "open files: no"));
}
END_TEST

START_TEST(lines_of_the_log)
{
	static const char *const critical[] = { "hold.timer" };
	static const char *const warning[] = { "odd" };
	static struct exabgp_hits hits[EXABGP_LINES + 2];
	const struct result *root;

	rules.log = true;
	rules.log_critical = critical;
	rules.log_warning = warning;
	rules.log_critical_count = rules.log_warning_count = 1;
	look.log = (struct exabgp_log){ .known = true,
		.hits = hits,
		.hit_count = EXABGP_LINES + 2 };
	hits[EXABGP_LINE_ADDED].count = 7;
	hits[EXABGP_LINE_CLOSED].count = 3;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	ck_assert_double_eq(value(judged(), EXABGP_M_CLOSES), 3);
	hits[EXABGP_LINE_GIVEN_UP] = (struct exabgp_hits){ 1, "Too many" };
	hits[EXABGP_LINES] = (struct exabgp_hits){ 2, "my hold timer" };
	hits[EXABGP_LINES + 1] = (struct exabgp_hits){ 1, "an odd one" };
	root = judged();
	ck_assert(finds(root, VERDICT_CRITICAL, "1 x helper given up: Too"));
	ck_assert(
	    finds(root, VERDICT_CRITICAL, "2 x hold.timer: my hold timer"));
	ck_assert(finds(root, VERDICT_WARNING, "1 x odd: an odd one"));
	ck_assert_double_eq(value(root, EXABGP_M_LOG_LINES), 4);
	look.log.known = false;
	err_set(&look.log.err, ERR_PERMISSION, "opening /x: no");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "opening /x: no"));
}
END_TEST

/* Every line has a name, and a verdict of its own. */
START_TEST(each_line_of_the_log)
{
	static struct exabgp_hits hits[EXABGP_LINES];
	const bool counted = _i <= EXABGP_LINE_CLOSED;

	memset(hits, 0, sizeof(hits));
	hits[_i] = (struct exabgp_hits){ 1, "this" };
	rules.log = true;
	look.log = (struct exabgp_log){ .known = true,
		.hits = hits,
		.hit_count = EXABGP_LINES };
	ck_assert_int_eq(result_verdict(judged()) == VERDICT_OK, counted);
	ck_assert(!finds(judged(), VERDICT_CRITICAL, "(null)"));
}
END_TEST

START_TEST(parts_that_are_not_asked_for)
{
	rules.sessions = rules.routes = rules.process = false;
	look.sessions_known = look.routes_known = false;
	look.process.seen = EXABGP_NOT_LOOKED;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.answers = false;
	rules.log = true;
	look.answers = false;
	look.log.known = true;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	/* A part that was asked for and that nobody looked at is not OK. */
	rules.process = true;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(a_zombie)
{
	const struct result *root;

	silent();
	look.process.seen = EXABGP_ZOMBIE;
	look.process.pid = 7;
	look.process.parent = 1;
	root = judged();
	ck_assert(finds(root, VERDICT_CRITICAL,
	    "exabgp is a zombie: process 7 has ended"));
	ck_assert(!finds(root, VERDICT_CRITICAL, "does not answer"));
}
END_TEST

START_TEST(what_there_is_instead)
{
	silent();
	look.process.seen = EXABGP_ABSENT;
	strcpy(look.process.why, "process 7 is nginx");
	ck_assert(finds(judged(), VERDICT_CRITICAL,
	    "exabgp is not running: process 7 is nginx"));
	look.process.seen = EXABGP_UNTOLD;
	err_set(&look.process.err, ERR_PERMISSION, "no sight");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "no sight"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_judge");
	TCase *tcase = tcase_create("exabgp_judge");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, all_is_well);
	tcase_add_test(tcase, a_session_of_an_unknown_age);
	tcase_add_test(tcase, two_sessions_with_one_neighbor);
	tcase_add_test(tcase, not_running);
	tcase_add_test(tcase, runs_but_does_not_answer);
	tcase_add_test(tcase, too_little_time_for_an_answer);
	tcase_add_test(tcase, another_client_takes_the_answers);
	tcase_add_test(tcase, answers_switched_off);
	tcase_add_test(tcase, somebody_answers_who_is_not_named);
	tcase_add_test(tcase, several_daemons);
	tcase_add_test(tcase, the_log_alone);
	tcase_add_test(tcase, runs_and_nobody_reads_the_pipe);
	tcase_add_test(tcase, a_pipe_without_permission_is_unknown);
	tcase_add_test(tcase, stopped_by_a_signal);
	tcase_add_test(tcase, somebody_else_answers);
	tcase_add_test(tcase, a_session_that_is_down);
	tcase_add_test(tcase, a_neighbor_that_is_not_configured);
	tcase_add_test(tcase, no_neighbor_at_all);
	tcase_add_test(tcase, routes);
	tcase_add_test(tcase, changes_of_routes);
	tcase_add_test(tcase, more_prefixes_than_are_followed);
	tcase_add_test(tcase, received_routes);
	tcase_add_test(tcase, helpers);
	tcase_add_test(tcase, limits_of_the_process);
	tcase_add_test(tcase, lines_of_the_log);
	tcase_add_loop_test(tcase, each_line_of_the_log, 0, EXABGP_LINES);
	tcase_add_test(tcase, parts_that_are_not_asked_for);
	tcase_add_test(tcase, a_zombie);
	tcase_add_test(tcase, what_there_is_instead);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
