/* SPDX-License-Identifier: ISC */
/* Verdicts on tallies that were made up; no socket is opened. */
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "model/tcp_judge.h"
#include "tests/suite.h"

static struct arena arena;
static struct result_tree tree;
static struct tcp_rules rules;
static struct tcp_tally tally;
static struct tcp_listeners listeners;
static struct tcp_look look;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 32 << 20, &err));
	rules = (struct tcp_rules){ .top = 10 };
	tally = (struct tcp_tally){ 0 };
	listeners = (struct tcp_listeners){ 0 };
	look = (struct tcp_look){ .tally = &tally, .listeners = &listeners };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
limit(struct limits *limits, const char *warning, const char *critical)
{
	struct err err;

	if (warning != NULL)
		ck_assert(range_parse(warning, &limits->warning, &err));
	if (critical != NULL)
		ck_assert(range_parse(critical, &limits->critical, &err));
}

static void
begin(const struct tcp_tally_plan *plan)
{
	ck_assert(tcp_tally_init(&tally, plan, &arena));
}

/* Adds `count` connections of different clients. */
static void
add(uint16_t port, enum ip_family family, unsigned count, uint64_t cookie)
{
	static unsigned client;
	struct tcp_socket socket = {
		.local.family = (uint8_t)family,
		.remote.family = (uint8_t)family,
		.local_port = port,
		.remote_port = 50000,
		.state = TCP_ESTABLISHED,
	};

	while (count-- > 0) {
		client++;
		memcpy(socket.remote.bytes, &client, sizeof(client));
		socket.cookie = cookie++;
		tcp_tally_add(&socket, &tally);
	}
}

static struct result *
judged(void)
{
	struct result *root = result_init(&tree, &arena, tcp_metrics, &rules);

	if (look.tally != NULL)
		tcp_tally_finish(&tally);
	tcp_judge(&rules, &look, root);
	return root;
}

static const struct result_metric *
metric(const struct result *node, const char *name)
{
	const struct result_metric *found = node->metrics;

	while (found != NULL && strcmp(found->def->name, name) != 0)
		found = found->next;
	return found;
}

static double
value(const struct result *node, const char *name)
{
	const struct result_metric *found = metric(node, name);

	ck_assert_msg(found != NULL, "no metric %s", name);
	return found->value;
}

/* --- counts --------------------------------------------------------------- */

static const struct {
	unsigned connections;
	const char *warning, *critical;
	enum verdict verdict;
} counts[] = {
	{ 0, NULL, NULL, VERDICT_OK },
	{ 0, NULL, "1:", VERDICT_CRITICAL },
	{ 1, NULL, "1:", VERDICT_OK },
	{ 5, "5", "10", VERDICT_OK },
	{ 6, "5", "10", VERDICT_WARNING },
	{ 11, "5", "10", VERDICT_CRITICAL },
};

START_TEST(counts_are_judged)
{
	const struct tcp_tally_plan plan = { 0 };
	const struct result *root;

	limit(&rules.connections, counts[_i].warning, counts[_i].critical);
	begin(&plan);
	add(443, IP_V4, counts[_i].connections, 1);
	root = judged();
	ck_assert_int_eq(result_verdict(root), counts[_i].verdict);
	ck_assert_double_eq(value(root, "established"), counts[_i].connections);
	ck_assert_double_eq(value(root, "clients"), counts[_i].connections);
	ck_assert_ptr_null(metric(root, "oldest"));
	ck_assert_ptr_null(metric(root, "age_unknown"));
}
END_TEST

START_TEST(clients_are_judged)
{
	const struct tcp_tally_plan plan = { 0 };

	limit(&rules.clients, NULL, "2");
	begin(&plan);
	add(443, IP_V6, 3, 1);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

/* It holds CLOSE-WAIT too, which must stand in the text; no clients. */
START_TEST(one_number_is_judged)
{
	const struct result *root;

	limit(&rules.connections, "100", NULL);
	look = (struct tcp_look){ .current = 101 };
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_WARNING);
	ck_assert_ptr_nonnull(strstr(root->summary, "CLOSE-WAIT"));
	ck_assert_ptr_null(metric(root, "clients"));
}
END_TEST

/* --- states --------------------------------------------------------------- */

START_TEST(several_states_have_a_sum)
{
	const struct tcp_tally_plan plan = { 0 };
	const struct result *root;

	rules.states =
	    TCP_STATE_BIT(TCP_ESTABLISHED) | TCP_STATE_BIT(TCP_TIME_WAIT);
	begin(&plan);
	add(443, IP_V4, 3, 1);
	root = judged();
	ck_assert_double_eq(value(root, "connections"), 3);
	ck_assert_double_eq(value(root, "established"), 3);
	ck_assert_double_eq(value(root, "time_wait"), 0);
	ck_assert_ptr_null(metric(root, "close_wait"));
}
END_TEST

/* Row number state - 1 is the promise of the table. */
START_TEST(every_state_has_its_row)
{
	for (unsigned state = 1; state < TCP_STATES; state++) {
		const char *name = tcp_metrics[state - 1].name;
		char family[64];

		ck_assert_uint_eq(tcp_state_parse(name), state);
		snprintf(family, sizeof(family), "tcp_%s_connections", name);
		ck_assert_str_eq(tcp_metrics[state - 1].family, family);
	}
}
END_TEST

/* --- ages ----------------------------------------------------------------- */

/* Ten that were seen at 100 s, of which the sample at `at` has ten, and
 * `fresh` new ones. */
static void
aged(int64_t at, int64_t least, unsigned fresh)
{
	static struct tcp_history before, after;
	const struct tcp_origin origin = { "diag", "b", 1 };
	const struct tcp_span span = { TCP_NEVER, 100 * CLOCK_SECOND };
	const struct tcp_tally_plan plan = {
		.ages = true,
		.least_ns = least * CLOCK_SECOND,
		.at_ns = at * CLOCK_SECOND,
		.look_ns = at * CLOCK_SECOND,
		.before = &before,
		.after = &after,
	};

	tcp_history_init(&before, &arena, &origin, 100 * CLOCK_SECOND);
	tcp_history_span(&before, &span);
	for (uint64_t cookie = 1; cookie <= 10; cookie++)
		tcp_history_add(&before, cookie, 0);
	tcp_history_sort(&before);
	tcp_history_init(&after, &arena, &origin, at * CLOCK_SECOND);
	rules.least_ns = plan.least_ns;
	look.ages = TCP_AGES_HISTORY;
	begin(&plan);
	add(443, IP_V4, 10, 1);
	add(443, IP_V4, fresh, 1000);
}

static const struct {
	unsigned fresh;
	const char *warning, *critical;
	enum verdict verdict;
} unsure[] = {
	/* Ten for certain, and up to thirteen. */
	{ 3, "13", NULL, VERDICT_OK },
	{ 3, "12", NULL, VERDICT_UNKNOWN },
	{ 3, "9", NULL, VERDICT_WARNING },
	{ 3, "9", "12", VERDICT_UNKNOWN },
	{ 3, NULL, "10:", VERDICT_OK },
	{ 3, NULL, "11:", VERDICT_UNKNOWN },
	{ 3, NULL, "14:", VERDICT_CRITICAL },
	{ 0, NULL, "11:", VERDICT_CRITICAL },
};

START_TEST(unknown_ages_are_never_guessed)
{
	const struct result *root;

	limit(&rules.connections, unsure[_i].warning, unsure[_i].critical);
	aged(160, 6, unsure[_i].fresh);
	root = judged();
	ck_assert_int_eq(result_verdict(root), unsure[_i].verdict);
	ck_assert_double_eq(value(root, "established"), 10);
	ck_assert_double_eq(value(root, "age_unknown"), unsure[_i].fresh);
	if (unsure[_i].verdict == VERDICT_UNKNOWN)
		ck_assert_str_eq(root->findings->text,
		    "age of 3 connections not known yet");
}
END_TEST

START_TEST(the_oldest_is_told)
{
	const struct result *root;

	aged(160, 6, 0);
	root = judged();
	ck_assert_double_eq(value(root, "oldest"), 60);
	ck_assert_ptr_nonnull(strstr(root->summary, "oldest at least 1m"));
	ck_assert_ptr_nonnull(strstr(root->summary, "ages from earlier runs"));
}
END_TEST

/* All of unknown age: there is no number that would be true. */
START_TEST(no_known_age_no_oldest)
{
	aged(103, 6, 0);
	ck_assert_ptr_null(metric(judged(), "oldest"));
	limit(&rules.oldest, "50", NULL);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
	rules.oldest.warning.end = 104;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
}
END_TEST

/* At least 60 s, at most since the boot 160 s ago. */
START_TEST(the_oldest_has_bounds)
{
	limit(&rules.oldest, "50", NULL);
	aged(160, 6, 0);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_WARNING);
	rules.oldest.warning.end = 200;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	rules.oldest.warning.end = 100;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

/* --- accept queues -------------------------------------------------------- */

static void
listener(uint32_t waiting, uint32_t room)
{
	const struct tcp_socket socket = {
		.local.family = IP_V4,
		.local_port = 443,
		.state = TCP_LISTEN,
		.receive_queue = waiting,
		.send_queue = room,
	};

	tcp_listeners_add(&socket, &listeners);
}

START_TEST(a_full_queue_is_named)
{
	const struct tcp_tally_plan plan = { 0 };
	const struct result *root;

	limit(&rules.backlog, "50", "90");
	begin(&plan);
	listener(3, 100);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	listener(124, 128);
	root = judged();
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert_str_eq(root->findings->text,
	    "124 of 128 wait in the accept queue of 0.0.0.0 port 443");
	ck_assert_double_eq(value(root, "backlog"), 96.875);
}
END_TEST

START_TEST(no_listener_is_no_empty_queue)
{
	const struct tcp_tally_plan plan = { 0 };

	begin(&plan);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_OK);
	limit(&rules.backlog, "50", NULL);
	ck_assert_int_eq(result_verdict(judged()), VERDICT_CRITICAL);
}
END_TEST

START_TEST(proc_cannot_tell_queues)
{
	const struct tcp_tally_plan plan = { 0 };

	limit(&rules.backlog, "50", NULL);
	begin(&plan);
	listener(1, 0);
	look.queues_untold = true;
	ck_assert_int_eq(result_verdict(judged()), VERDICT_UNKNOWN);
}
END_TEST

/* --- groups --------------------------------------------------------------- */

START_TEST(groups_are_children)
{
	const struct tcp_tally_plan plan = { .by =
						 TCP_BY_PORT | TCP_BY_FAMILY };
	const struct result *root, *child;

	rules.by = plan.by;
	rules.top = 2;
	begin(&plan);
	add(80, IP_V4, 1, 1);
	add(443, IP_V4, 2, 10);
	add(443, IP_V6, 3, 20);
	root = judged();
	child = root->children;
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	ck_assert_str_eq(child->name, "port 443 ipv6");
	ck_assert_str_eq(child->labels[0].name, "port");
	ck_assert_str_eq(child->labels[0].value, "443");
	ck_assert_str_eq(child->labels[1].name, "family");
	ck_assert_str_eq(child->labels[1].value, "ipv6");
	ck_assert_double_eq(value(child, "established"), 3);
	ck_assert_str_eq(child->next->name, "port 443 ipv4");
	ck_assert_ptr_null(child->next->next);
	ck_assert_ptr_nonnull(strstr(root->summary, "2 largest of 3 groups"));
}
END_TEST

/* --- words ---------------------------------------------------------------- */

START_TEST(a_port_that_was_asked_for_is_named)
{
	const struct tcp_tally_plan plan = { 0 };

	begin(&plan);
	add(443, IP_V4, 2, 1);
	look.first_port = look.last_port = 443;
	ck_assert_str_eq(judged()->summary,
	    "2 established connections on port 443 from 2 clients");
	look.last_port = 445;
	ck_assert_str_eq(judged()->summary,
	    "2 established connections on ports 443-445 from 2 clients");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tcp_judge");
	TCase *tcase = tcase_create("tcp_judge");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, counts_are_judged, 0, COUNT(counts));
	tcase_add_test(tcase, clients_are_judged);
	tcase_add_test(tcase, one_number_is_judged);
	tcase_add_test(tcase, several_states_have_a_sum);
	tcase_add_test(tcase, every_state_has_its_row);
	tcase_add_loop_test(tcase, unknown_ages_are_never_guessed, 0,
	    COUNT(unsure));
	tcase_add_test(tcase, the_oldest_is_told);
	tcase_add_test(tcase, no_known_age_no_oldest);
	tcase_add_test(tcase, the_oldest_has_bounds);
	tcase_add_test(tcase, a_full_queue_is_named);
	tcase_add_test(tcase, no_listener_is_no_empty_queue);
	tcase_add_test(tcase, proc_cannot_tell_queues);
	tcase_add_test(tcase, groups_are_children);
	tcase_add_test(tcase, a_port_that_was_asked_for_is_named);
	return suite_run(suite);
}
