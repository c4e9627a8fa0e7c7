/* SPDX-License-Identifier: ISC */
/* Captured answers of ExaBGP: tests/fixtures/exabgp/README. */
#include "lib/source/route_exabgp.c"
#include "tests/tools/route_case.h"

#define FIXTURES "tests/fixtures/exabgp/"

static struct bgp_table peers;

static void
add_peer(const char *address, enum bgp_state state)
{
	struct ip ip;
	struct bgp_peer *peer;

	ck_assert(ip_parse(address, &ip, &case_err));
	peer = bgp_table_peer(&peers, NULL, &ip, NULL);
	ck_assert_ptr_nonnull(peer);
	peer->state = (uint8_t)state;
}

static void
ask(const char *prefix)
{
	CASE_ASK("exabgp", prefix);
	case_question.counts = true;
	bgp_table_init(&peers, &case_arena, 0);
	add_peer("198.51.100.1", BGP_ESTABLISHED);
	add_peer("2001:db8:13::1", BGP_IDLE);
	peers.daemon = "exabgp 4.2.21";
}

static bool
feed(struct case_bytes bytes, enum route_stage stage)
{
	size_t len;
	bool ok;

	if (exabgp_whole(bytes.bytes, bytes.len, &len) != EXABGP_DONE)
		len = bytes.len;
	ok = route_exabgp_parse(bytes.bytes, len, stage, &peers, &case_question,
	    &case_view, &case_err);
	free(bytes.bytes);
	return ok;
}

static bool
say(const char *text)
{
	return feed(case_copy(text, strlen(text)), ROUTE_RECEIVED);
}

static const struct {
	const char *prefix, *lines;
} captured[] = {
	{ "10.3.1.0/24",
	    "10.3.1.0/24 present\n"
	    "+ 10.3.1.0/24 via 198.51.100.2 proto bgp [announced] "
	    "from=198.51.100.1\n"
	    "+ 10.3.1.0/24 via 198.51.100.1 proto bgp [received] "
	    "from=198.51.100.1 path=\"65001 4200000003\" origin=4200000003" },
	{ "10.2.0.0/24",
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 198.51.100.1 proto bgp [received] "
	    "from=198.51.100.1 path=\"65001 65002\" origin=65002" },
	{ "10.99.0.0/24", "10.99.0.0/24 absent" },
	/* its peer is down: listed, and not announced */
	{ "2001:db8:3000::/48", "2001:db8:3000::/48 absent" },
	/* not a part of another prefix */
	{ "10.2.2.0/24", "10.2.2.0/24 absent" },
};

static void
read_lists(int which)
{
	static const struct {
		const char *daemon, *out, *in;
	} releases[] = {
		{ "exabgp 4.2.21", FIXTURES "4.2-adj-rib-out-extensive.txt",
		    FIXTURES "4.2-adj-rib-in-extensive.txt" },
		{ "exabgp 5.0.15", FIXTURES "5.0-adj-rib-out-extensive.txt",
		    FIXTURES "5.0-adj-rib-in-extensive.txt" },
	};

	ask(captured[which / 2].prefix);
	peers.daemon = releases[which % 2].daemon;
	ck_assert(feed(case_load(releases[which % 2].out), ROUTE_ANNOUNCED));
	ck_assert(feed(case_load(releases[which % 2].in), ROUTE_RECEIVED));
}

/* Both releases tell the same. */
START_TEST(the_lists_are_read)
{
	read_lists(_i);
	settle(&case_view, &case_question);
	case_expect(0, captured[_i / 2].lines);
	case_expect_counts("ipv4 table= proto=bgp 2");
	ck_assert(case_view.counted);
}
END_TEST

#define LINE(rest) "neighbor 198.51.100.1 ipv4 unicast 10.0.0.0/8" rest "\n"

static const struct {
	const char *text, *lines;
} made[] = {
	{ LINE(""),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 proto bgp [received] from=198.51.100.1 hops?" },
	/* "self" of nobody knows who */
	{ LINE(" next-hop self"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 proto bgp [received] from=198.51.100.1 hops?" },
	{ LINE(" next-hop"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 proto bgp [received] from=198.51.100.1 hops?" },
	{ LINE(" next-hop 192.0.2.1 as-path [ ] med 7"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 proto bgp [received] "
	    "from=198.51.100.1 path=\"\" origin=0" },
	{ LINE(" as-path [ 1 2"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 proto bgp [received] from=198.51.100.1 hops?" },
	{ "neighbor 198.51.100.1 ipv4 multicast 10.0.0.0/8\n",
	    "10.0.0.0/8 absent" },
	{ "neighbor 198.51.100.9 ipv4 unicast 10.0.0.0/8\n",
	    "10.0.0.0/8 absent" },
	{ "", "10.0.0.0/8 absent" },
};

START_TEST(what_else_exabgp_may_say)
{
	ask("10.0.0.0/8");
	ck_assert_msg(say(made[_i].text), "%s", case_err.text);
	settle(&case_view, &case_question);
	case_expect(0, made[_i].lines);
}
END_TEST

static const struct {
	const char *daemon, *written, *as_path; /* NULL: not told */
} as_paths[] = {
	{ "exabgp 4.2.21", "[ 1 2 ( 7 8 ) ]", "1 2 {7,8}" },
	{ "exabgp 4.2.21", "[ ( 7 8 )]", NULL },
	{ "exabgp 4.2.21", "[ ( 7 8 ) ]", "{7,8}" },
	{ "exabgp 4.2.21", "[ ]", "" },
	{ "exabgp 5.0.15", "( 1 2 ) [ 7 8 ] med 5", "1 2 {7,8}" },
	{ "exabgp 5.0.15", "{( 64512 )} ( 1 )", "(64512) 1" },
	{ "exabgp 5.0.15", "{[ 64512 64513 ]}", "[64512,64513]" },
	{ "exabgp 5.0.15", "med 5", "" },
	{ "exabgp 5.0.15", "( 1 x )", NULL },
	{ "exabgp 5.0.15", "( 1", NULL },
};

START_TEST(an_as_path_as_each_release_writes_it)
{
	char line[200];
	const struct route_path *path;

	ask("10.0.0.0/8");
	peers.daemon = as_paths[_i].daemon;
	snprintf(line, sizeof(line), LINE(" next-hop 192.0.2.1 as-path %s"),
	    as_paths[_i].written);
	ck_assert(say(line));
	path = route_view_at(&case_view, 0)->paths;
	if (as_paths[_i].as_path == NULL)
		ck_assert_ptr_null(path->as_path);
	else
		ck_assert_pstr_eq(path->as_path, as_paths[_i].as_path);
}
END_TEST

START_TEST(what_is_no_route_is_an_error)
{
	static const char *const broken[] = { "hello\n", "Neighbor x\n",
		"neighbor 198.51.100.1 local-ip\n" };

	ask("10.0.0.0/8");
	ck_assert(!say(broken[_i]));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(from_a_silent_peer_nothing_can_be_told)
{
	static char line[] = LINE("");
	struct reply none = { 0 };
	struct reply some = { line, sizeof(line) - 1, sizeof(line) };

	ask("10.0.0.0/8");
	ck_assert_str_eq(silent_peer(&peers, &none, &case_view),
	    "no route of 198.51.100.1 is kept: adj-rib-in may be off");
	ck_assert_ptr_null(silent_peer(&peers, &some, &case_view));
}
END_TEST

START_TEST(more_routes_than_there_is_room_for_are_an_error)
{
	static char bytes[1 << 20];
	struct text text = TEXT_OVER(bytes);

	for (int i = 0; i <= ROUTE_PATHS_MAX; i++)
		text_add(&text, LINE(""));
	ask("10.0.0.0/8");
	ck_assert(!say(bytes));
	ck_assert_int_eq(case_err.kind, ERR_SYSTEM);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_exabgp");
	TCase *tcase = tcase_create("route_exabgp");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_loop_test(tcase, the_lists_are_read, 0, 2 * COUNT(captured));
	tcase_add_loop_test(tcase, what_else_exabgp_may_say, 0, COUNT(made));
	tcase_add_loop_test(tcase, an_as_path_as_each_release_writes_it, 0,
	    COUNT(as_paths));
	tcase_add_loop_test(tcase, what_is_no_route_is_an_error, 0, 3);
	tcase_add_test(tcase, from_a_silent_peer_nothing_can_be_told);
	tcase_add_test(tcase, more_routes_than_there_is_room_for_are_an_error);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
