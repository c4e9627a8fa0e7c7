/* SPDX-License-Identifier: ISC */
/* Captured output of gobgp: tests/fixtures/gobgp/README. */
#include "lib/source/route_gobgp.c"
#undef COUNT
#include "tests/tools/route_case.h"

#define FIXTURES "tests/fixtures/gobgp/"

static bool
feed(struct case_bytes bytes, bool cover)
{
	struct route_answer *answer = route_view_at(&case_view, 0);
	struct route_answer found = { .prefix = answer->prefix };
	const bool ok = route_gobgp_parse(bytes.bytes, bytes.len, &case_view,
	    &found, &case_err);

	if (ok)
		route_part_settle(&case_view, answer, &found, cover);
	free(bytes.bytes);
	return ok;
}

static const struct {
	const char *file, *prefix;
	bool cover;
	const char *lines;
} captured[] = {
	{ "rib.json", "10.2.0.0/24", false,
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 192.0.2.2 proto bgp [received best] "
	    "from=203.0.113.1 path=\"65002\" origin=65002" },
	{ "rib-ipv6.json", "2001:db8:2000::/48", false,
	    "2001:db8:2000::/48 present\n"
	    "+ 2001:db8:2000::/48 via 2001:db8:12::2 proto bgp [received best] "
	    "from=203.0.113.1 path=\"65002\" origin=65002" },
	{ "rib-local.json", "10.4.0.0/24", true,
	    "10.4.0.0/24 present\n"
	    "+ 10.4.0.0/24 via 203.0.113.2 proto bgp [received best] path=\"\" "
	    "origin=0\n"
	    "cover 10.4.0.0/24 via 203.0.113.2 proto bgp [received best] "
	    "path=\"\" origin=0" },
	{ "rib-absent.json", "10.99.0.0/24", true,
	    "10.99.0.0/24 absent\ncover none" },
	{ "rib-absent.txt", "10.99.0.0/24", false, "10.99.0.0/24 absent" },
	{ "rib-shorter.json", "10.2.2.0/24", true,
	    "10.2.2.0/24 absent\n"
	    "cover 10.2.2.0/23 via 192.0.2.2 proto bgp [received best] "
	    "from=203.0.113.1 path=\"65002\" origin=65002" },
};

START_TEST(an_answer_is_read)
{
	char path[200];

	CASE_ASK("gobgp", captured[_i].prefix);
	snprintf(path, sizeof(path), FIXTURES "%s", captured[_i].file);
	ck_assert_msg(feed(case_load(path), captured[_i].cover), "%s",
	    case_err.text);
	case_expect(0, captured[_i].lines);
}
END_TEST

#define PATHS(paths) "{\"10.0.0.0/8\":[" paths "]}"
#define PATH(best, asns, hop)                                                  \
	"{\"best\":" best ",\"attrs\":[{\"type\":2,\"as_paths\":[" asns        \
	"]},{\"type\":3,\"nexthop\":\"" hop "\"}]}"
#define SEQUENCE(asns) "{\"segment_type\":2,\"asns\":[" asns "]}"
#define SET(asns) "{\"segment_type\":1,\"asns\":[" asns "]}"

static const struct {
	const char *json, *lines;
} made[] = {
	/* the best one leads; a set has no origin */
	{ PATHS(PATH("false", SEQUENCE("1,2"), "192.0.2.1") "," PATH("true",
	      SEQUENCE("1") "," SET("7,8"), "192.0.2.2")),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.2 proto bgp [received best] "
	    "path=\"1 {7,8}\"\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 proto bgp [received] path=\"1 2\" "
	    "origin=2" },
	{ PATHS(PATH("true",
	      "{\"segment_type\":3,\"asns\":[64512,64513]}," SEQUENCE("4"),
	      "nowhere")),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 proto bgp [received best] path=\"(64512 64513) 4\" "
	    "origin=4 hops?" },
	{ PATHS("{}"),
	    "10.0.0.0/8 present\n+ 10.0.0.0/8 proto bgp [received] hops?" },
	{ PATHS(""), "10.0.0.0/8 absent" },
};

START_TEST(what_else_gobgp_may_say)
{
	CASE_ASK("gobgp", "10.0.0.0/8");
	ck_assert_msg(
	    feed(case_copy(made[_i].json, strlen(made[_i].json)), false), "%s",
	    case_err.text);
	case_expect(0, made[_i].lines);
}
END_TEST

static const char *const broken[] = { "", "[]", "null", "panic: oops",
	"{\"error\":\"context deadline exceeded\"}", "{\"nowhere\":[]}",
	"{\"10.0.0.0/8\":7}", "Network not in tab" };

START_TEST(a_broken_answer_is_no_absence)
{
	CASE_ASK("gobgp", "10.0.0.0/8");
	ck_assert(!feed(case_copy(broken[_i], strlen(broken[_i])), false));
	ck_assert_int_ne(case_err.kind, ERR_NONE);
	ck_assert_ptr_nonnull(strstr(case_err.text, "gobgp"));
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(the_summary_counts_prefixes)
{
	struct case_bytes bytes = case_load(FIXTURES "rib-summary.json");

	CASE_ASK("gobgp", "10.0.0.0/8");
	ck_assert(route_gobgp_parse_summary(bytes.bytes, bytes.len, IP_V4,
	    &case_view, &case_err));
	ck_assert(
	    route_gobgp_parse_summary("{}", 2, IP_V6, &case_view, &case_err));
	free(bytes.bytes);
	case_expect_counts("ipv4 table= proto=bgp 8\n"
			   "ipv6 table= proto=bgp 0");
	ck_assert(
	    !route_gobgp_parse_summary("[]", 2, IP_V6, &case_view, &case_err));
}
END_TEST

/* "gobgp -j vrf red rib": the prefixes that begin alike, both ways. */
static const struct {
	const char *file, *prefix, *lines;
} of_vrf[] = {
	{ "rib-vrf.json", "10.1.0.0/24",
	    "10.1.0.0/24 present\n"
	    "+ 10.1.0.0/24 via 192.0.2.9 proto bgp [received] path=\"\" "
	    "origin=0" },
	{ "rib-vrf.json", "10.1.0.0/16",
	    "10.1.0.0/16 present\n"
	    "+ 10.1.0.0/16 via 192.0.2.8 proto bgp [received] path=\"\" "
	    "origin=0" },
	{ "rib-vrf.json", "10.1.0.0/20", "10.1.0.0/20 absent" },
	{ "rib-vrf-ipv6.json", "2001:db8:1::/48",
	    "2001:db8:1::/48 present\n"
	    "+ 2001:db8:1::/48 via 2001:db8::1 proto bgp [received] path=\"\" "
	    "origin=0" },
};

static bool
feed_vrf(struct case_bytes bytes)
{
	struct route_answer *answer = route_view_at(&case_view, 0);
	struct route_answer found = { .prefix = answer->prefix };
	const bool ok = route_gobgp_parse_vrf(bytes.bytes, bytes.len,
	    &case_view, &found, &case_err);

	if (ok)
		route_part_settle(&case_view, answer, &found, false);
	free(bytes.bytes);
	return ok;
}

START_TEST(a_vrf_is_read)
{
	char path[200];

	CASE_ASK("gobgp", of_vrf[_i].prefix);
	snprintf(path, sizeof(path), FIXTURES "%s", of_vrf[_i].file);
	ck_assert_msg(feed_vrf(case_load(path)), "%s", case_err.text);
	case_expect(0, of_vrf[_i].lines);
}
END_TEST

static const char *const broken_vrf[] = { "", "[]", "Network not in table\n",
	"{\"65000:1:10.0.0.0/8\":[]}", "{\"65000:1:10.0.0.0/8\":[{}]}",
	"{\"65000:1:10.0.0.0/8\":[{\"nlri\":{\"prefix\":\"x\"}}]}",
	"{\"error\":\"vrf blue not found\"}" };

START_TEST(a_broken_list_of_a_vrf_is_no_absence)
{
	CASE_ASK("gobgp", "10.0.0.0/8");
	ck_assert(!feed_vrf(case_copy(broken_vrf[_i], strlen(broken_vrf[_i]))));
	ck_assert_int_ne(case_err.kind, ERR_NONE);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

static const struct {
	const char *table, *vrf;
	enum err_kind kind;
} refused[] = {
	{ "100", NULL, ERR_UNSUPPORTED },
	{ NULL, "-h", ERR_USAGE },
	{ NULL, "", ERR_USAGE },
};

START_TEST(what_gobgp_is_not_asked)
{
	const struct deadline deadline = deadline_in(CLOCK_SECOND);

	CASE_ASK("gobgp", "10.0.0.0/8");
	case_question.table = refused[_i].table;
	case_question.vrf = refused[_i].vrf;
	ck_assert(!route_gobgp_read(NULL, &case_question, &case_view, &deadline,
	    &case_err));
	ck_assert_int_eq(case_err.kind, refused[_i].kind);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_gobgp");
	TCase *tcase = tcase_create("route_gobgp");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_loop_test(tcase, an_answer_is_read, 0, COUNT(captured));
	tcase_add_loop_test(tcase, what_else_gobgp_may_say, 0, COUNT(made));
	tcase_add_loop_test(tcase, a_broken_answer_is_no_absence, 0,
	    COUNT(broken));
	tcase_add_test(tcase, the_summary_counts_prefixes);
	tcase_add_loop_test(tcase, a_vrf_is_read, 0, COUNT(of_vrf));
	tcase_add_loop_test(tcase, a_broken_list_of_a_vrf_is_no_absence, 0,
	    COUNT(broken_vrf));
	tcase_add_loop_test(tcase, what_gobgp_is_not_asked, 0, COUNT(refused));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
