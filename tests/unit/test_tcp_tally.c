/* SPDX-License-Identifier: ISC */
/* Counting: groups, clients, ages, accept queues. */
#include <netinet/tcp.h>
#include <string.h>

#include "model/bounds.h"
#include "model/tcp_tally.h"
#include "tests/suite.h"

#define SECOND INT64_C(1000000000)

static struct arena arena;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

static struct ip
v4(unsigned number)
{
	const uint8_t bytes[4] = { 10, (uint8_t)(number >> 16),
		(uint8_t)(number >> 8), (uint8_t)number };

	return ip_from_v4(bytes);
}

static struct ip
v6(unsigned number)
{
	const uint8_t bytes[16] = { 0x20,
		1, [14] = (uint8_t)(number >> 8), [15] = (uint8_t)number };

	return ip_from_v6(bytes, 0);
}

static struct tcp_socket
connection(uint16_t port, struct ip remote, uint64_t cookie)
{
	return (struct tcp_socket){
		.local = { .family = remote.family },
		.remote = remote,
		.local_port = port,
		.remote_port = 40000,
		.state = TCP_ESTABLISHED,
		.cookie = cookie,
	};
}

static struct tcp_tally
tally_of(const struct tcp_tally_plan *plan, const struct tcp_socket *sockets,
    size_t count_of)
{
	struct tcp_tally tally;

	ck_assert(tcp_tally_init(&tally, plan, &arena));
	for (size_t i = 0; i < count_of; i++)
		tcp_tally_add(&sockets[i], &tally);
	tcp_tally_finish(&tally);
	return tally;
}

/* --- groups --------------------------------------------------------------- */

START_TEST(groups_are_sorted_by_size_and_key)
{
	const struct tcp_socket sockets[] = {
		connection(443, v6(1), 1),
		connection(80, v4(1), 2),
		connection(443, v4(1), 3),
		connection(80, v4(2), 4),
		connection(443, v4(1), 5),
		connection(22, v4(1), 6),
	};
	const struct tcp_tally_plan plan = { .by =
						 TCP_BY_PORT | TCP_BY_FAMILY };
	const struct tcp_tally tally = tally_of(&plan, sockets, 6);
	const struct tcp_group *group = tally.groups;

	ck_assert_uint_eq(tally.connections, 6);
	ck_assert_uint_eq(distinct_count(&tally.clients), 3);
	ck_assert_uint_eq(tally.group_count, 4);
	ck_assert_uint_eq(group[0].port, 80);
	ck_assert_uint_eq(group[0].connections, 2);
	ck_assert_uint_eq(group[1].port, 443);
	ck_assert_uint_eq(group[1].family, IP_V4);
	ck_assert_uint_eq(group[2].port, 22);
	ck_assert_uint_eq(group[3].family, IP_V6);
	ck_assert_uint_eq(group[3].connections, 1);
}
END_TEST

START_TEST(expected_groups_stay_when_empty)
{
	const struct tcp_socket socket = connection(443, v4(1), 1);
	const struct tcp_tally_plan plan = { .by = TCP_BY_PORT };
	struct tcp_tally tally = tally_of(&plan, &socket, 1);

	tcp_tally_expect(&tally, 443, IP_NONE);
	tcp_tally_expect(&tally, 80, IP_NONE);
	ck_assert_uint_eq(tally.group_count, 2);
	ck_assert_uint_eq(tally.groups[1].port, 80);
	ck_assert_uint_eq(tally.groups[1].connections, 0);
}
END_TEST

/* Sorting moves the groups; what is expected afterwards must not be taken for
 * missing and come twice. */
START_TEST(expected_groups_do_not_come_twice)
{
	const struct tcp_tally_plan plan = { .by = TCP_BY_PORT };
	struct tcp_tally tally;

	ck_assert(tcp_tally_init(&tally, &plan, &arena));
	for (unsigned i = 0; i < 10; i++) {
		const uint16_t port = i < 1 ? 80 : i < 4 ? 443 : 8080;
		const struct tcp_socket socket = connection(port, v4(i), i + 1);

		tcp_tally_add(&socket, &tally);
	}
	tcp_tally_finish(&tally);
	ck_assert_uint_eq(tally.groups[0].port, 8080);
	tcp_tally_expect(&tally, 80, IP_NONE);
	tcp_tally_expect(&tally, 443, IP_NONE);
	tcp_tally_expect(&tally, 8080, IP_NONE);
	ck_assert_uint_eq(tally.group_count, 3);
}
END_TEST

/* More groups than there is room for: all are counted, and it is said. */
START_TEST(groups_are_bounded)
{
	const struct tcp_tally_plan plan = { .by = TCP_BY_REMOTE };
	struct tcp_tally tally;

	ck_assert(tcp_tally_init(&tally, &plan, &arena));
	for (unsigned i = 0; i < TCP_TALLY_GROUPS + 100; i++) {
		const struct tcp_socket socket = connection(1, v4(i), i + 1);

		tcp_tally_add(&socket, &tally);
	}
	tcp_tally_finish(&tally);
	ck_assert_uint_eq(tally.group_count, TCP_TALLY_GROUPS);
	ck_assert_uint_eq(tally.ungrouped, 100);
	ck_assert_uint_eq(tally.connections, TCP_TALLY_GROUPS + 100);
}
END_TEST

START_TEST(a_listener_is_no_client)
{
	struct tcp_socket socket = connection(80, v4(0), 1);
	const struct tcp_tally_plan plan = { 0 };
	struct tcp_tally tally;

	socket.remote_port = 0;
	tally = tally_of(&plan, &socket, 1);
	ck_assert_uint_eq(tally.connections, 1);
	ck_assert_uint_eq(distinct_count(&tally.clients), 0);
}
END_TEST

/* --- clients -------------------------------------------------------------- */

static const unsigned sizes[] = { 0, 1, 2, 383, 384, 385, 3071, 3073, 24577,
	49151, 49152 };

START_TEST(clients_are_exact)
{
	const uint64_t seed[2] = { 7, 8 };
	struct distinct set;

	distinct_init(&set, &arena, seed);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < sizes[_i]; i++) {
			const struct ip ip = i % 2 ? v4(i) : v6(i);
			const struct ip wide = v4(i);

			distinct_add(&set, sizes[_i] > 65535 ? &wide : &ip);
		}
	}
	ck_assert_uint_eq(distinct_count(&set), sizes[_i]);
	ck_assert(!set.estimated);
	ck_assert(!set.full);
}
END_TEST

START_TEST(many_clients_are_estimated_well)
{
	const uint64_t seed[2] = { 1234, (uint64_t)_i };
	struct distinct set;
	double error;

	distinct_init(&set, &arena, seed);
	for (unsigned i = 0; i < 400000; i++) {
		const struct ip ip = v4(i);

		distinct_add(&set, &ip);
		distinct_add(&set, &ip);
	}
	error = (double)distinct_count(&set) / 400000 - 1;
	ck_assert(set.estimated);
	ck_assert_double_lt(error, 0.004);
	ck_assert_double_gt(error, -0.004);
	/* 1 MiB is what the header promises to be enough. */
	ck_assert_uint_lt(arena.used, 1 << 20);
}
END_TEST

START_TEST(a_full_arena_is_told)
{
	const uint64_t seed[2] = { 0 };
	struct arena tiny;
	struct distinct set;
	struct err err;

	ck_assert(arena_reserve(&tiny, 4096, &err));
	distinct_init(&set, &tiny, seed);
	for (unsigned i = 0; i < 1000; i++) {
		const struct ip ip = v4(i);

		distinct_add(&set, &ip);
	}
	ck_assert(set.full);
	ck_assert_uint_eq(distinct_count(&set), 384);
	arena_free(&tiny);
}
END_TEST

/* --- ages ----------------------------------------------------------------- */

static const struct tcp_origin origin = { "diag", "boot", 1 };

/* Looks with the connections of cookies; *before may be empty. */
static struct tcp_tally
look(const char *cookies, int64_t at, int64_t least,
    const struct tcp_history *before, struct tcp_history *after)
{
	const struct tcp_tally_plan plan = {
		.ages = true,
		.least_ns = least * SECOND,
		.at_ns = at * SECOND,
		.look_ns = at * SECOND,
		.before = before,
		.after = after,
	};
	struct tcp_tally tally;

	tcp_history_init(after, &arena, &origin, at * SECOND);
	ck_assert(tcp_tally_init(&tally, &plan, &arena));
	for (const char *c = cookies; *c != '\0'; c++) {
		const struct tcp_socket socket =
		    connection(443, v4((unsigned)*c), (uint64_t)*c);

		tcp_tally_add(&socket, &tally);
	}
	tcp_history_sort(after);
	return tally;
}

START_TEST(nothing_is_known_at_first)
{
	struct tcp_history first;
	const struct tcp_tally tally = look("ab", 100, 6, NULL, &first);

	ck_assert_uint_eq(tally.connections, 0);
	ck_assert_uint_eq(tally.unknown, 2);
	ck_assert_uint_eq(tally.younger, 0);
	ck_assert_uint_eq(distinct_count(&tally.clients), 0);
	ck_assert_uint_eq(distinct_count(&tally.possible), 2);
}
END_TEST

START_TEST(three_kinds_of_age)
{
	struct tcp_history h1, h2, h3;
	struct tcp_tally tally;

	look("a", 100, 6, NULL, &h1);
	/* b was born within the last 4 s: too young for certain. */
	tally = look("ab", 104, 6, &h1, &h2);
	ck_assert_uint_eq(tally.unknown, 1);
	ck_assert_uint_eq(tally.younger, 1);
	/* a is 10 s old at least; b 6 to 10; c 0 to 6: not yet 6. */
	tally = look("abc", 110, 6, &h2, &h3);
	ck_assert_uint_eq(tally.connections, 2);
	ck_assert_uint_eq(tally.younger, 1);
	ck_assert_int_eq(tally.oldest_ns, 10 * SECOND);
	/* With 8 s asked for, nobody knows about b. */
	tally = look("abc", 110, 8, &h2, &h3);
	ck_assert_uint_eq(tally.connections, 1);
	ck_assert_uint_eq(tally.unknown, 1);
	ck_assert_uint_eq(tally.younger, 1);
	/* The time between two looks is longer than the age asked for. */
	tally = look("abcd", 170, 6, &h3, &h1);
	ck_assert_uint_eq(tally.connections, 3);
	ck_assert_uint_eq(tally.unknown, 1);
	ck_assert_uint_eq(tally.younger, 0);
}
END_TEST

START_TEST(another_cookie_is_another_connection)
{
	struct tcp_history h1, h2;
	struct tcp_tally tally;
	const struct tcp_tally_plan plan = { .ages = true,
		.least_ns = 6 * SECOND,
		.at_ns = 200 * SECOND,
		.look_ns = 200 * SECOND,
		.before = &h1,
		.after = &h2 };
	struct tcp_socket again = connection(443, v4('a'), 'z');

	look("a", 100, 6, NULL, &h1);
	tcp_history_init(&h2, &arena, &origin, 200 * SECOND);
	tally = tally_of(&plan, &again, 1);
	ck_assert_uint_eq(tally.connections, 0);
	ck_assert_uint_eq(tally.unknown, 1);
	again.cookie = 0; /* a source that cannot tell */
	tally = tally_of(&plan, &again, 1);
	ck_assert_uint_eq(tally.unknown, 1);
}
END_TEST

/* A second look, told for the moment that lies the age after the first. */
START_TEST(two_looks_settle_every_age)
{
	struct tcp_history first, second;
	struct tcp_tally tally;
	const struct tcp_tally_plan plan = { .ages = true,
		.least_ns = 6 * SECOND,
		.at_ns = 106 * SECOND,
		.look_ns = 106 * SECOND + 20000000, /* woken late */
		.before = &first,
		.after = &second };
	const struct tcp_socket sockets[] = { connection(1, v4(1), 'a'),
		connection(1, v4(2), 'b') };

	look("a", 100, 6, NULL, &first);
	tcp_history_init(&second, &arena, &origin, plan.look_ns);
	tally = tally_of(&plan, sockets, 2);
	ck_assert_uint_eq(tally.connections, 1);
	ck_assert_uint_eq(tally.younger, 1);
	ck_assert_uint_eq(tally.unknown, 0);
}
END_TEST

START_TEST(without_least_age_all_count)
{
	struct tcp_history h1, h2;
	struct tcp_tally tally;

	tally = look("ab", 100, 0, NULL, &h1);
	ck_assert_uint_eq(tally.connections, 2);
	ck_assert_int_eq(tally.oldest_ns, 0);
	ck_assert_int_eq(tally.oldest_most_ns, 100 * SECOND); /* since boot */
	tally = look("bc", 130, 0, &h1, &h2);
	ck_assert_uint_eq(tally.connections, 2);
	ck_assert_int_eq(tally.oldest_ns, 30 * SECOND);
}
END_TEST

/* --- accept queues -------------------------------------------------------- */

static const struct {
	uint32_t waiting, room;
	double percent;
} queues[] = { { 0, 0, 0 }, { 0, 128, 0 }, { 32, 128, 25 }, { 128, 128, 100 },
	{ 129, 128, 100 }, { 1, 0, 100 } };

START_TEST(the_fullest_queue_counts)
{
	struct tcp_socket socket = { .local = v4(1),
		.local_port = 443,
		.state = TCP_LISTEN,
		.receive_queue = queues[_i].waiting,
		.send_queue = queues[_i].room };
	struct tcp_listeners listeners = { 0 };

	tcp_listeners_add(&socket, &listeners);
	socket.local_port = 80;
	socket.receive_queue = 0;
	tcp_listeners_add(&socket, &listeners);
	ck_assert_uint_eq(listeners.count, 2);
	ck_assert_uint_eq(listeners.port, 443);
	ck_assert_double_eq(listeners.percent, queues[_i].percent);
	ck_assert(tcp_listeners_have(&listeners, 443));
	ck_assert(tcp_listeners_have(&listeners, 80));
	ck_assert(!tcp_listeners_have(&listeners, 81));
}
END_TEST

/* --- limits of what is not quite known ------------------------------------ */

static const struct {
	const char *warning, *critical;
	double low, high;
	int verdict; /* -1: not sure */
} cases[] = {
	{ NULL, NULL, 0, 9, VERDICT_OK },
	{ "10", NULL, 0, 9, VERDICT_OK },
	{ "10", NULL, 0, 10, VERDICT_OK },
	{ "10", NULL, 0, 11, -1 },
	{ "10", NULL, 11, 99, VERDICT_WARNING },
	{ NULL, "1:", 0, 1, -1 },
	{ NULL, "1:", 1, 5, VERDICT_OK },
	{ NULL, "1:", 0, 0, VERDICT_CRITICAL },
	{ "5", "10", 6, 11, -1 },
	{ "5", "10", 11, 12, VERDICT_CRITICAL },
	/* Warning is open, but critical settles it. */
	{ "20", "10", 11, 99, VERDICT_CRITICAL },
	/* Both ends alert, and what lies between does not. */
	{ "10:20", NULL, 5, 25, -1 },
	{ "10:20", NULL, 1, 5, VERDICT_WARNING },
	{ "@10:20", NULL, 5, 25, -1 },
	{ "@10:20", NULL, 5, 9, VERDICT_OK },
	{ "@10:20", NULL, 12, 19, VERDICT_WARNING },
};

START_TEST(bounds_give_a_verdict_or_none)
{
	const struct bounds bounds = { cases[_i].low, cases[_i].high };
	struct limits limits = { 0 };
	enum verdict verdict;
	struct err err;

	if (cases[_i].warning != NULL)
		ck_assert(
		    range_parse(cases[_i].warning, &limits.warning, &err));
	if (cases[_i].critical != NULL)
		ck_assert(
		    range_parse(cases[_i].critical, &limits.critical, &err));
	if (bounds_verdict(&bounds, &limits, &verdict))
		ck_assert_int_eq(verdict, cases[_i].verdict);
	else
		ck_assert_int_eq(-1, cases[_i].verdict);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tcp_tally");
	TCase *tcase = tcase_create("tcp_tally");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, groups_are_sorted_by_size_and_key);
	tcase_add_test(tcase, expected_groups_stay_when_empty);
	tcase_add_test(tcase, expected_groups_do_not_come_twice);
	tcase_add_test(tcase, groups_are_bounded);
	tcase_add_test(tcase, a_listener_is_no_client);
	tcase_add_loop_test(tcase, clients_are_exact, 0, COUNT(sizes));
	tcase_add_loop_test(tcase, many_clients_are_estimated_well, 0, 5);
	tcase_add_test(tcase, a_full_arena_is_told);
	tcase_add_test(tcase, nothing_is_known_at_first);
	tcase_add_test(tcase, three_kinds_of_age);
	tcase_add_test(tcase, another_cookie_is_another_connection);
	tcase_add_test(tcase, two_looks_settle_every_age);
	tcase_add_test(tcase, without_least_age_all_count);
	tcase_add_loop_test(tcase, the_fullest_queue_counts, 0, COUNT(queues));
	tcase_add_loop_test(tcase, bounds_give_a_verdict_or_none, 0,
	    COUNT(cases));
	return suite_run(suite);
}
