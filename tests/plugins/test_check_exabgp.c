/* SPDX-License-Identifier: ISC */
/* Verdicts on samples that were made up; no daemon is asked. */
#include <stdio.h>
#include <string.h>

#include "plugins/check_exabgp.c"
#include "tests/suite.h"

static struct arena arena;
static struct result_tree tree;
static struct opts opts;
static struct sample sample;
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
	peer = bgp_table_peer(&sample.table, "", &ip, "");
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
	opts = (struct opts){ .pipe = "/run/exabgp/exabgp",
		.answer_timeout = 3 * CLOCK_SECOND,
		.down = VERDICT_CRITICAL };
	limit(&opts.cpu, "80", "95");
	limit(&opts.memory, "80", "90");
	limit(&opts.restarts, "0", NULL);
	sample = (struct sample){ .pipe_open = true,
		.asked = true,
		.answers = true,
		.version = "4.2.21",
		.helpers_known = true,
		.sessions_known = true,
		.routes_known = true };
	sample.process.looked = true;
	sample.process.daemons = 1;
	sample.process.stat =
	    (struct procfs_stat){ .pid = 7, .state = 'S', .threads = 1 };
	sample.now.at_ns = 1000 * CLOCK_SECOND;
	bgp_table_init(&sample.table, &arena, 0);
	add_peer("192.0.2.1", BGP_ESTABLISHED);
	sample.routes = arena_alloc(&arena, 16 * sizeof(*sample.routes));
	sample.down_since =
	    arena_alloc(&arena, 16 * sizeof(*sample.down_since));
	sample.route_announced = arena_alloc(&arena, 16);
	sample.helpers = arena_alloc(&arena, 16 * sizeof(*sample.helpers));
	sample.routes[0] = 2;
}

static void
teardown(void)
{
	arena_free(&arena);
}

static const struct result *
judged(void)
{
	struct result *root = result_init(&tree, &arena, metrics, &opts);

	judge(&opts, &sample, root);
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
			if (item->def == &metrics[metric])
				return item->value;
	return -1;
}

START_TEST(all_is_well)
{
	const struct result *root = judged();

	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	ck_assert_ptr_nonnull(strstr(root->summary,
	    "1 of 1 sessions established, 2 routes announced"));
	ck_assert_double_eq(value(root, UP), 1);
	ck_assert_double_eq(value(root, SESSION_AGE), 90);
	ck_assert_double_eq(value(root, ROUTES), 2);
}
END_TEST

static void
silent(void)
{
	sample.answers = sample.sessions_known = sample.routes_known = false;
}

START_TEST(not_running)
{
	const struct result *root;

	silent();
	sample.process.daemons = 0;
	sample.pipe_open = sample.asked = sample.helpers_known = false;
	sample.unread = true;
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert(finds(root, VERDICT_CRITICAL, "exabgp is not running"));
	/* Said once, not a second time by the pipe. */
	ck_assert(!finds(root, VERDICT_CRITICAL, "nobody reads"));
	ck_assert_double_eq(value(root, UP), 0);
}
END_TEST

START_TEST(runs_but_does_not_answer)
{
	const struct result *root;

	silent();
	err_set(&sample.answer_err, ERR_TIMEOUT, "silence");
	root = judged();
	ck_assert(finds(root, VERDICT_CRITICAL,
	    "runs but does not answer within 3 s"));
	ck_assert_double_eq(value(root, UP), 0);
}
END_TEST

START_TEST(runs_and_nobody_reads_the_pipe)
{
	silent();
	sample.asked = sample.pipe_open = false;
	sample.unread = true;
	ck_assert(finds(judged(), VERDICT_CRITICAL, "nobody reads"));
}
END_TEST

START_TEST(a_pipe_without_permission_is_unknown)
{
	const struct result *root;

	silent();
	sample.asked = sample.pipe_open = false;
	err_set(&sample.pipe_err, ERR_PERMISSION, "add the user");
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert(finds(root, VERDICT_UNKNOWN, "add the user"));
}
END_TEST

START_TEST(stopped_by_a_signal)
{
	sample.process.stat.state = 'T';
	ck_assert(finds(judged(), VERDICT_CRITICAL, "stopped by a signal"));
}
END_TEST

START_TEST(somebody_else_answers)
{
	const struct result *root;

	sample.process.daemons = 0;
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert(finds(root, VERDICT_UNKNOWN, "not to be seen"));
}
END_TEST

START_TEST(several_daemons)
{
	sample.process.daemons = 2;
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "choose one with --config"));
}
END_TEST

START_TEST(a_session_that_is_down)
{
	const struct result *root;

	add_peer("192.0.2.2", BGP_ACTIVE);
	sample.down_since[1] = 880 * CLOCK_SECOND;
	root = judged();
	ck_assert(finds(root, VERDICT_CRITICAL, "Active for at least 2m"));
	ck_assert_double_eq(value(root, SESSIONS_UP), 1);
	opts.down = VERDICT_WARNING;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
}
END_TEST

static struct ip_net net;

static struct opt_nets
one_net(const char *text)
{
	ck_assert(ip_net_parse(text, &net, &err));
	return (struct opt_nets){ .count = 1, .items = &net };
}

START_TEST(a_neighbor_that_is_not_configured)
{
	opts.neighbors = one_net("192.0.2.1");
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	opts.neighbors = one_net("192.0.2.9");
	ck_assert(finds(judged(), VERDICT_CRITICAL, "is not configured"));
}
END_TEST

START_TEST(no_neighbor_at_all)
{
	bgp_table_init(&sample.table, &arena, 0);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

/* Counted for an established neighbor alone. */
START_TEST(routes)
{
	struct routing routing = { &opts, &sample };
	static const char answer[] =
	    "neighbor 192.0.2.1 ipv4 unicast 10.1.0.0/16 next-hop self\n"
	    "neighbor 192.0.2.2 ipv4 unicast 10.2.0.0/16 next-hop self\n";

	add_peer("192.0.2.2", BGP_IDLE);
	opts.routes = one_net("10.1.0.0/16");
	sample.routes[0] = 0;
	ck_assert(exabgp_rib_parse(answer, sizeof(answer) - 1, count_route,
	    &routing, &err));
	ck_assert_uint_eq(sample.routes[0], 1);
	ck_assert_uint_eq(sample.routes[1], 0);
	ck_assert(sample.route_announced[0]);
	sample.route_announced[0] = false;
	opts.routes = one_net("10.2.0.0/16");
	ck_assert(exabgp_rib_parse(answer, sizeof(answer) - 1, count_route,
	    &routing, &err));
	ck_assert(!sample.route_announced[0]);
	ck_assert(finds(judged(), VERDICT_CRITICAL,
	    "is announced to no established neighbor"));
	limit(&opts.announced, NULL, "3:");
	ck_assert(finds(judged(), VERDICT_CRITICAL, "routes 2"));
}
END_TEST

START_TEST(helpers)
{
	struct helper_want want = { "healthcheck", 2 };

	opts.helpers = (struct helper_wants){ .count = 1, .items = &want };
	sample.helpers[0] = 2;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	sample.helpers[0] = 1;
	ck_assert(finds(judged(), VERDICT_CRITICAL, "1 of 2 run"));
	sample.helpers_known = false;
	err_set(&sample.helpers_err, ERR_PERMISSION, "no sight");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "helpers: no sight"));
}
END_TEST

START_TEST(limits_of_the_process)
{
	sample.process.has_cpu = true;
	sample.process.cpu_percent = 96;
	ck_assert(finds(judged(), VERDICT_CRITICAL, "cpu 96 %"));
	sample.process.cpu_percent = 81;
	sample.process.memory_percent = 91;
	ck_assert(finds(judged(), VERDICT_WARNING, "cpu 81 %"));
	ck_assert(finds(judged(), VERDICT_CRITICAL, "memory 91 %"));
	sample.now.restarts.count = 1;
	ck_assert(finds(judged(), VERDICT_WARNING, "restarts 1"));
	limit(&opts.descriptors, "80", NULL);
	err_set(&sample.process.descriptors_err, ERR_PERMISSION, "no");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "open files: no"));
}
END_TEST

START_TEST(lines_of_the_log)
{
	struct logfollow_pattern *patterns;
	const char *pattern = "hold.timer";
	static const char lines[] =
	    "reactor | connected to peer-1\n"
	    "api | route added to neighbor 192.0.2.1 : 10.0.0.0/8\n"
	    "process | Too many death for x (5) terminating program\n"
	    "my hold|timer ran out\n";
	struct logfollow_job job = { .sink = take_line };
	const struct result *root;

	opts.log = "/x";
	opts.log_warning =
	    (struct opt_strings){ .count = 1, .items = &pattern };
	ck_assert(make_patterns(&opts, &sample, &patterns, &arena, &err));
	job.patterns = patterns;
	job.pattern_count = sample.hit_count;
	job.context = sample.hits;
	logfollow_scan(&job, lines, sizeof(lines) - 1);
	free_patterns(&sample);
	sample.log_known = true;
	root = judged();
	ck_assert_uint_eq(sample.hits[RULE_ADDED].count, 1);
	ck_assert_uint_eq(sample.hits[RULE_REMOVED].count, 0);
	ck_assert(finds(root, VERDICT_CRITICAL, "1 x helper given up: "));
	ck_assert(finds(root, VERDICT_WARNING, "my hold/timer ran out"));
	ck_assert_double_eq(value(root, LOG_LINES), 2);
	sample.log_known = false;
	err_set(&sample.log_err, ERR_PERMISSION, "opening /x: no");
	ck_assert(finds(judged(), VERDICT_UNKNOWN, "opening /x: no"));
}
END_TEST

START_TEST(memory_and_back)
{
	char room[8192];
	struct text out = TEXT_OVER(room);
	struct sample next = { 0 };

	strcpy(sample.now.boot_id, "boot");
	sample.now.daemon.pid = 7;
	remember(&opts, &sample, &out);
	ck_assert_msg(recall(&opts, &next, room, out.len, &arena, &err), "%s",
	    err.text);
	ck_assert(next.recalled && !next.peers_recalled);
	ck_assert_uint_eq(next.before.daemon.pid, 7);
	/* cut: its last line is missing */
	ck_assert(!recall(&opts, &next, room, out.len - 4, &arena, &err));
	ck_assert(!recall(&opts, &next, "x\n", 2, &arena, &err));
}
END_TEST

static const struct {
	const char *text, *pattern;
	uint64_t count;
} wanted[] = {
	{ "healthcheck", "healthcheck", 1 },
	{ "healthcheck.py:2", "healthcheck.py", 2 },
	{ "a:b", "a:b", 1 },
	{ "a:b:3", "a:b", 3 },
	{ ":3", NULL, 0 },
	{ "", NULL, 0 },
};

START_TEST(how_helpers_are_named)
{
	struct helper_wants wants_ = { 0 };
	const struct opt_value value_ = { .text = wanted[_i].text,
		.arena = &arena };
	const bool ok = parse_helper(&value_, &wants_, &err);

	ck_assert_int_eq(ok, wanted[_i].pattern != NULL);
	if (ok) {
		ck_assert_str_eq(wants_.items[0].pattern, wanted[_i].pattern);
		ck_assert_uint_eq(wants_.items[0].count, wanted[_i].count);
	}
}
END_TEST

START_TEST(what_can_be_skipped)
{
	struct opt_value value_ = { .text = "process,routes" };
	unsigned skip = 0;

	ck_assert(parse_skip(&value_, &skip, &err));
	ck_assert_uint_eq(skip, PART_PROCESS | PART_ROUTES);
	value_.text = "process,";
	ck_assert(!parse_skip(&value_, &skip, &err));
	value_.text = "everything";
	ck_assert(!parse_skip(&value_, &skip, &err));
	opts.skip = PART_SESSIONS;
	ck_assert(!validate(&opts, &err));
	opts.skip = PART_SESSIONS | PART_ROUTES;
	ck_assert(validate(&opts, &err));
	opts.skip |= PART_PROCESS;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	opts.skip |= PART_ANSWERS;
	ck_assert(!validate(&opts, &err));
	opts.log = "/x";
	ck_assert(validate(&opts, &err));
	sample.log_known = true;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_exabgp");
	TCase *tcase = tcase_create("check_exabgp");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, all_is_well);
	tcase_add_test(tcase, not_running);
	tcase_add_test(tcase, runs_but_does_not_answer);
	tcase_add_test(tcase, runs_and_nobody_reads_the_pipe);
	tcase_add_test(tcase, a_pipe_without_permission_is_unknown);
	tcase_add_test(tcase, stopped_by_a_signal);
	tcase_add_test(tcase, somebody_else_answers);
	tcase_add_test(tcase, several_daemons);
	tcase_add_test(tcase, a_session_that_is_down);
	tcase_add_test(tcase, a_neighbor_that_is_not_configured);
	tcase_add_test(tcase, no_neighbor_at_all);
	tcase_add_test(tcase, routes);
	tcase_add_test(tcase, helpers);
	tcase_add_test(tcase, limits_of_the_process);
	tcase_add_test(tcase, lines_of_the_log);
	tcase_add_test(tcase, memory_and_back);
	tcase_add_loop_test(tcase, how_helpers_are_named, 0, COUNT(wanted));
	tcase_add_test(tcase, what_can_be_skipped);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
