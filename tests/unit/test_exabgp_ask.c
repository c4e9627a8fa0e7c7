/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/source/exabgp_ask.c"
#include "source/exabgp_proc.h"
#include "tests/suite.h"

static struct arena arena;
static struct exabgp_look look;
static struct err err;

static void
add_peer(const char *address, enum bgp_state state)
{
	struct bgp_peer *peer;
	struct ip ip;

	ck_assert(ip_parse(address, &ip, &err));
	peer = bgp_table_peer(&look.table, "", &ip, "");
	ck_assert_ptr_nonnull(peer);
	peer->state = (uint8_t)state;
}

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 8 << 20, &err));
	look = (struct exabgp_look){ 0 };
	bgp_table_init(&look.table, &arena, 0);
	add_peer("192.0.2.1", BGP_ESTABLISHED);
	add_peer("192.0.2.2", BGP_IDLE);
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
count(const char *answer, struct counting *counting)
{
	ck_assert(start_counting(counting));
	ck_assert(exabgp_rib_parse(answer, strlen(answer), count_announced,
	    counting, &err));
}

/* Counted for an established neighbor alone. */
START_TEST(announced_routes)
{
	static const char answer[] =
	    "neighbor 192.0.2.1 ipv4 unicast 10.1.0.0/16 next-hop self\n"
	    "neighbor 192.0.2.1 ipv6 unicast 2001:db8::/32 next-hop self\n"
	    "neighbor 192.0.2.2 ipv4 unicast 10.2.0.0/16 next-hop self\n";
	struct ip_net wanted[2];
	struct counting counting = { &look, wanted, 2, &arena };
	const struct bgp_peer *peer;

	ck_assert(ip_net_parse("10.1.0.0/16", &wanted[0], &err));
	ck_assert(ip_net_parse("10.2.0.0/16", &wanted[1], &err));
	/* An attempt before it leaves nothing. */
	for (int attempt = 0; attempt < 2; attempt++) {
		count(answer, &counting);
		ck_assert_uint_eq(look.counts[0].announced, 2);
		ck_assert_uint_eq(look.counts[1].announced, 0);
		ck_assert(look.announced[0]);
		ck_assert(!look.announced[1]);
		peer = bgp_table_at(&look.table, 0);
		ck_assert_uint_eq(bgp_peer_find_family(peer, 1, 1)->advertised,
		    1);
		ck_assert_uint_eq(bgp_peer_find_family(peer, 2, 1)->advertised,
		    1);
		ck_assert_ptr_null(
		    bgp_peer_find_family(bgp_table_at(&look.table, 1), 1, 1));
	}
	ck_assert_uint_eq(exabgp_total(&look).announced, 2);
	/* Prefixes are noted whatever the neighbor. */
	ck_assert_uint_eq(look.keys.count, 3);
	ck_assert_uint_eq(((uint64_t *)look.keys.items)[0],
	    exabgp_track_key(&wanted[0]));
	ck_assert_uint_eq(((uint64_t *)look.keys.items)[2],
	    exabgp_track_key(&wanted[1]));
	ck_assert_uint_eq(exabgp_established(&look), 1);
}
END_TEST

/* Two sessions with one neighbor: a list that names our address tells whose a
 * route is, and is asked for when there are such. */
START_TEST(two_sessions_with_one_neighbor)
{
	static const char sessions[] =
	    "Neighbor 192.0.2.1\n local 192.0.2.7\n state ESTABLISHED\n"
	    "Neighbor 192.0.2.1\n local 192.0.2.8\n state ESTABLISHED\n";
	static const char answer[] =
	    "neighbor 192.0.2.1 local-ip 192.0.2.7 local-as 1 peer-as 2 "
	    "router-id 1.1.1.1 family-allowed in-open ipv4 unicast "
	    "10.1.0.0/16 next-hop self\n"
	    "neighbor 192.0.2.1 local-ip 192.0.2.8 local-as 1 peer-as 2 "
	    "router-id 1.1.1.1 family-allowed in-open ipv4 unicast "
	    "10.2.0.0/16 next-hop self\n"
	    "neighbor 192.0.2.1 local-ip 192.0.2.8 local-as 1 peer-as 2 "
	    "router-id 1.1.1.1 family-allowed in-open ipv4 unicast "
	    "10.3.0.0/16 next-hop self\n";
	struct counting counting = { &look, NULL, 0, &arena };

	ck_assert(!needs_extensive(&look.table));
	bgp_table_init(&look.table, &arena, 0);
	ck_assert(
	    bgp_exabgp_parse(sessions, strlen(sessions), &look.table, &err));
	ck_assert(needs_extensive(&look.table));
	count(answer, &counting);
	ck_assert_uint_eq(look.counts[0].announced, 1);
	ck_assert_uint_eq(look.counts[1].announced, 2);
	ck_assert_uint_eq(exabgp_total(&look).announced, 3);
	ck_assert(exabgp_rib_parse(answer, strlen(answer), count_received,
	    &look, &err));
	ck_assert_uint_eq(exabgp_total(&look).received, 3);
}
END_TEST

/* As the lab's daemons answer. */
static void
read_fixture(const char *path, exabgp_rib_sink *sink, void *context)
{
	char bytes[8192];
	FILE *file = fopen(path, "r");
	size_t len, text_len;

	ck_assert_ptr_nonnull(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	ck_assert_int_eq(exabgp_whole(bytes, len, &text_len), EXABGP_DONE);
	ck_assert(exabgp_rib_parse(bytes, text_len, sink, context, &err));
}

static const struct {
	const char *in, *out;
	unsigned received, announced;
} answers[] = {
	{ "tests/fixtures/exabgp/4.2-adj-rib-in.txt",
	    "tests/fixtures/exabgp/4.2-adj-rib-out.txt", 8, 2 },
	{ "tests/fixtures/exabgp/5.0-adj-rib-in.txt",
	    "tests/fixtures/exabgp/5.0-adj-rib-out.txt", 9, 3 },
};

START_TEST(both_directions)
{
	struct counting counting = { &look, NULL, 0, &arena };
	const struct bgp_family *family;

	bgp_table_init(&look.table, &arena, 0);
	add_peer("198.51.100.1", BGP_ESTABLISHED);
	add_peer("2001:db8:13::1", BGP_IDLE);
	ck_assert(start_counting(&counting));
	read_fixture(answers[_i].out, count_announced, &counting);
	read_fixture(answers[_i].in, count_received, &look);
	ck_assert_uint_eq(exabgp_total(&look).announced, answers[_i].announced);
	ck_assert_uint_eq(exabgp_total(&look).received, answers[_i].received);
	family = bgp_peer_find_family(bgp_table_at(&look.table, 0), 1, 1);
	ck_assert_uint_eq(family->has, BGP_HAS_ADVERTISED | BGP_HAS_RECEIVED);
	ck_assert_uint_eq(family->received, answers[_i].received);
	ck_assert_uint_eq(look.keys.count, answers[_i].announced + 5);
}
END_TEST

/* --- a daemon, and who else is at its pipes ------------------------------- */

static char dir[64], base[80], in_path[96], out_path[96];
static pid_t others[2];
static const char *left_over; /* comes instead of the first answer */

static void
make_pipes(void)
{
	setup();
	strcpy(dir, "/tmp/exabgp_ask.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(base, sizeof(base), "%s/x", dir);
	snprintf(in_path, sizeof(in_path), "%s.in", base);
	snprintf(out_path, sizeof(out_path), "%s.out", base);
	ck_assert_int_eq(mkfifo(in_path, 0600), 0);
	ck_assert_int_eq(mkfifo(out_path, 0600), 0);
	others[0] = others[1] = 0;
	left_over = NULL;
}

static void
end_all(void)
{
	char command[100];

	for (size_t i = 0; i < 2; i++) {
		if (others[i] == 0)
			continue;
		kill(others[i], SIGKILL);
		waitpid(others[i], NULL, 0);
	}
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
	teardown();
}

/* Answers each command with that, opening its pipe anew for it, so that who
 * reads sees the end of the file again and again; NULL: opens it, and says
 * nothing. */
static void
serve(const char *usual)
{
	const char *answer = left_over != NULL ? left_over : usual;
	char command[256];
	const int in = open(in_path, O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(in, command, sizeof(command)) > 0) {
		for (int i = 0; i < 3; i++) {
			const int out = open(out_path, O_WRONLY);

			if (i == 1 && answer != NULL &&
			    write(out, answer, strlen(answer)) < 0)
				_exit(1);
			close(out);
			usleep(5000);
		}
		answer = usual;
	}
	_exit(0);
}

/* Who reads what is for others. */
static void
steal(void)
{
	const int out = open(out_path, O_RDONLY | O_NONBLOCK);
	char bytes[4096];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "exabgpcli");
	for (;;) {
		while (read(out, bytes, sizeof(bytes)) > 0)
			;
	}
}

static void
say(const char *words)
{
	const int out = open(out_path, O_WRONLY);

	if (out < 0 || write(out, words, strlen(words)) < 0)
		_exit(1);
	close(out);
}

/* Before its neighbors it says the rest of what somebody else has asked for,
 * who has gone in the middle of it. */
static void
serve_after_another(void)
{
	FILE *in = fopen(in_path, "r+");
	char command[256];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (in != NULL && fgets(command, sizeof(command), in) != NULL) {
		if (strcmp(command, "version\n") == 0) {
			say("exabgp 4.2.21\ndone\n");
			continue;
		}
		if (strcmp(command, "show neighbor extensive\n") == 0) {
			say("Neighbor 192.0.2.2\n state ESTABLISHED\ndone\n");
			say("Neighbor 192.0.2.1\n state IDLE\n"
			    "Neighbor 192.0.2.2\n state ESTABLISHED\n");
		}
		say("done\n");
	}
	_exit(0);
}

static void
await_daemon(void)
{
	for (int i = 0; i < 3000; i++) {
		const int in = open(in_path, O_WRONLY | O_NONBLOCK);

		if (in >= 0) {
			close(in);
			return;
		}
		usleep(10000);
	}
	ck_abort_msg("the daemon does not start");
}

static void
start_daemon(const char *answer)
{
	others[0] = fork();
	if (others[0] == 0)
		serve(answer);
	look.process.pid = others[0];
	await_daemon();
}

static bool
ask_it(int ms)
{
	const struct deadline deadline = deadline_in(ms * CLOCK_MILLI);
	struct exabgp_pipe pipe;
	bool ok;

	ck_assert_msg(exabgp_pipe_open(&pipe, base, &deadline, &err), "%s",
	    err.text);
	ok = exabgp_ask_version(&pipe, &look, &deadline);
	exabgp_pipe_close(&pipe);
	return ok;
}

START_TEST(ends_of_file_are_no_answer)
{
	start_daemon("exabgp 4.2.21\ndone\n");
	ck_assert_msg(ask_it(30000), "%s", look.answer_err.text);
	ck_assert_str_eq(look.version, "4.2.21");
}
END_TEST

/* What an earlier client left may be the end of an answer. */
START_TEST(an_end_mark_alone_is_no_version)
{
	left_over = "done\n";
	start_daemon("exabgp 4.2.21\ndone\n");
	ck_assert_msg(ask_it(30000), "%s", look.answer_err.text);
	ck_assert_str_eq(look.version, "4.2.21");
}
END_TEST

/* Open is not locked: others may have their turn meanwhile. */
START_TEST(a_turn_each)
{
	const struct deadline soon = deadline_in(50 * CLOCK_MILLI);
	const struct deadline late = deadline_in(60 * CLOCK_SECOND);
	struct exabgp_pipe one, other;

	start_daemon("exabgp 4.2.21\ndone\n");
	ck_assert(exabgp_pipe_open_only(&one, base, &err));
	ck_assert(exabgp_pipe_open_only(&other, base, &err));
	ck_assert(exabgp_pipe_lock(&one, &late, &err));
	ck_assert(!exabgp_pipe_lock(&other, &soon, &err));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_str_eq(err.text, "another check holds the pipe");
	exabgp_pipe_close(&one);
	ck_assert(exabgp_pipe_lock(&other, &late, &err));
	ck_assert(exabgp_ask_version(&other, &look, &late));
	exabgp_pipe_close(&other);
}
END_TEST

/* A rest that begins with a neighbor looks like an answer, and misses one. */
START_TEST(the_rest_of_an_answer_is_not_ours)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	struct bgp_table table;
	struct exabgp_pipe pipe;

	others[0] = fork();
	if (others[0] == 0)
		serve_after_another();
	await_daemon();
	bgp_table_init(&table, &arena, 0);
	ck_assert(exabgp_pipe_open(&pipe, base, &deadline, &err));
	exabgp_ask_tables(&pipe, &look, NULL, &arena, &deadline);
	ck_assert_msg(look.sessions_known, "%s", look.sessions_err.text);
	ck_assert_uint_eq(bgp_table_count(&look.table), 2);
	ck_assert_msg(bgp_exabgp_read(&pipe, &table, &deadline, &err), "%s",
	    err.text);
	ck_assert_uint_eq(bgp_table_count(&table), 2);
	exabgp_pipe_close(&pipe);
}
END_TEST

static void
find_rival(void)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	pid_t readers[4];
	size_t count;
	bool hidden;

	ck_assert(exabgp_find_readers("/proc", out_path, readers, 4, &count,
	    &hidden, &deadline, &err));
	exabgp_ask_rival("/proc", readers, count, &look);
}

START_TEST(nothing_but_ends_of_file)
{
	start_daemon(NULL);
	ck_assert(!ask_it(300));
	ck_assert(look.asked && !look.answers);
	ck_assert_int_eq(look.answer_err.kind, ERR_TIMEOUT);
	find_rival();
	ck_assert_int_eq(look.rival, 0);
}
END_TEST

START_TEST(another_client_takes_it)
{
	start_daemon("exabgp 4.2.21\n");
	others[1] = fork();
	if (others[1] == 0)
		steal();
	/* The answer has no end, whoever gets it. */
	ck_assert(!ask_it(300));
	ck_assert_int_eq(look.answer_err.kind, ERR_TIMEOUT);
	for (int i = 0; i < 3000 && look.rival == 0; i++) {
		find_rival();
		usleep(10000);
	}
	ck_assert_int_eq(look.rival, others[1]);
	ck_assert_str_eq(look.rival_name, "exabgpcli");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_ask");
	TCase *tcase = tcase_create("exabgp_ask");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, announced_routes);
	tcase_add_test(tcase, two_sessions_with_one_neighbor);
	tcase_add_loop_test(tcase, both_directions, 0, COUNT(answers));
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("pipes");
	tcase_add_checked_fixture(tcase, make_pipes, end_all);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, ends_of_file_are_no_answer);
	tcase_add_test(tcase, an_end_mark_alone_is_no_version);
	tcase_add_test(tcase, a_turn_each);
	tcase_add_test(tcase, the_rest_of_an_answer_is_not_ours);
	tcase_add_test(tcase, nothing_but_ends_of_file);
	tcase_add_test(tcase, another_client_takes_it);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
