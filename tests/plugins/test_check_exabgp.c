/* SPDX-License-Identifier: ISC */
/* Options and memory; the verdicts are those of test_exabgp_judge.c. */
#include <string.h>

#include "plugins/check_exabgp.c"
#include "tests/suite.h"

static struct arena arena;
static struct result_tree tree;
static struct opts opts;
static struct sample sample;
static struct err err;

/* A daemon that is well, with one session. */
static void
setup(void)
{
	struct bgp_peer *peer;
	struct ip ip;

	ck_assert(arena_reserve(&arena, 32 << 20, &err));
	opts = (struct opts){ .pipe = "/run/exabgp/exabgp",
		.answer_timeout = 3 * CLOCK_SECOND,
		.down = VERDICT_CRITICAL };
	sample = (struct sample){ .look = { .pipe_open = true,
				      .asked = true,
				      .answers = true,
				      .version = "4.2.21",
				      .helpers_known = true,
				      .sessions_known = true,
				      .routes_known = true } };
	sample.look.process = (struct exabgp_process){ .seen = EXABGP_RUNS,
		.daemons = 1,
		.pid = 7,
		.state = 'S' };
	sample.look.now.at_ns = 1000 * CLOCK_SECOND;
	bgp_table_init(&sample.look.table, &arena, 0);
	ck_assert(ip_parse("192.0.2.1", &ip, &err));
	peer = bgp_table_peer(&sample.look.table, "", &ip, "");
	ck_assert_ptr_nonnull(peer);
	peer->state = BGP_ESTABLISHED;
	sample.look.counts =
	    arena_alloc(&arena, 16 * sizeof(*sample.look.counts));
	sample.look.announced = arena_alloc(&arena, 16);
}

static void
teardown(void)
{
	arena_free(&arena);
}

static const struct result *
judged(void)
{
	struct result *root = result_init(&tree, &arena, plugin.metrics, &opts);

	judge(&opts, &sample, root);
	return root;
}

static bool
finds(const struct result *root, const char *text)
{
	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		for (const struct result_finding *finding = node->findings;
		     finding != NULL; finding = finding->next)
			if (strstr(finding->text, text) != NULL)
				return true;
	return false;
}

/* Each rule of the options reaches the judge. */
START_TEST(options_are_rules)
{
	static const char *pattern = "odd";
	struct exabgp_hits hits[EXABGP_LINES + 1] = { 0 };
	struct exabgp_want want = { "healthcheck", 1 };
	struct ip_net net;

	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	sample.look.helpers =
	    arena_alloc(&arena, 2 * sizeof(*sample.look.helpers));
	opts.helpers = (struct wants){ .count = 1, .items = &want };
	ck_assert(finds(judged(), "0 of 1 runs"));
	ck_assert(ip_net_parse("203.0.113.0/24", &net, &err));
	opts.routes = (struct opt_nets){ .count = 1, .items = &net };
	ck_assert(finds(judged(), "is announced to no established neighbor"));
	opts.neighbors = opts.routes;
	ck_assert(finds(judged(), "is not configured"));
	opts.log = "/x";
	opts.log_warning =
	    (struct opt_strings){ .count = 1, .items = &pattern };
	sample.look.log = (struct exabgp_log){ .known = true,
		.hits = hits,
		.hit_count = EXABGP_LINES + 1 };
	hits[EXABGP_LINES].count = 1;
	ck_assert(finds(judged(), "1 x odd"));
	ck_assert(range_parse("0", &opts.limits.announced.critical, &err));
	sample.look.counts[0].announced = 1;
	ck_assert(finds(judged(), "routes 1"));
	opts.config = "/etc/x.conf";
	sample.look.answers = false;
	sample.look.process.seen = EXABGP_ABSENT;
	ck_assert(finds(judged(), "is not running with /etc/x.conf"));
}
END_TEST

START_TEST(memory_and_back)
{
	char room[8192];
	struct text out = TEXT_OVER(room);
	struct sample next = { 0 };

	strcpy(sample.look.now.boot_id, "boot");
	sample.look.now.daemon.pid = 7;
	remember(&opts, &sample, &out);
	ck_assert_msg(recall(&opts, &next, room, out.len, &arena, &err), "%s",
	    err.text);
	ck_assert(next.before.known && !next.before.peers_known);
	ck_assert_uint_eq(next.before.history.daemon.pid, 7);
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
	struct wants wants_ = { 0 };
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

static const struct {
	const char *text, *unit;
} units[] = {
	{ "exabgp", "exabgp.service" },
	{ "exabgp.service", "exabgp.service" },
	{ "exabgp@a", "exabgp@a.service" },
	{ "exabgp.timer", NULL },
	{ "exabgp@", NULL },
	{ "../x", NULL },
	{ "", NULL },
};

START_TEST(how_units_are_named)
{
	const char *unit = NULL;
	const struct opt_value value_ = { .text = units[_i].text,
		.arena = &arena };
	const bool ok = parse_unit(&value_, &unit, &err);

	ck_assert_int_eq(ok, units[_i].unit != NULL);
	if (ok)
		ck_assert_str_eq(unit, units[_i].unit);
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
	opts.journal = "exabgp.service";
	ck_assert(!validate(&opts, &err));
	opts.journal = NULL;
	opts.journal_directory = "/y";
	ck_assert(!validate(&opts, &err));
	opts.journal_directory = NULL;
	opts.received = true;
	ck_assert(!validate(&opts, &err));
	opts.received = false;
	opts.unit = opts.pid_file = "x";
	ck_assert(!validate(&opts, &err));
	opts.unit = NULL;
	ck_assert(validate(&opts, &err));
	sample.look.log.known = true;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_exabgp");
	TCase *tcase = tcase_create("check_exabgp");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, options_are_rules);
	tcase_add_test(tcase, memory_and_back);
	tcase_add_loop_test(tcase, how_helpers_are_named, 0, COUNT(wanted));
	tcase_add_loop_test(tcase, how_units_are_named, 0, COUNT(units));
	tcase_add_test(tcase, what_can_be_skipped);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
