/* SPDX-License-Identifier: ISC */
/* Captured answers of zebra and bgpd: tests/fixtures/frr/README. */
#include "lib/source/route_frr.c"
#undef COUNT
#include "tests/tools/route_case.h"
#include "tests/tools/scripted.h"

#define FIXTURES "tests/fixtures/frr/"

typedef bool parse_one(const char *bytes, size_t len, int status,
    struct route_view *view, struct route_answer *answer, struct err *err);

static bool
feed(parse_one *parser, struct case_bytes bytes, int status)
{
	struct route_answer *answer = route_view_at(&case_view, 0);
	const bool ok = parser(bytes.bytes, bytes.len, status, &case_view,
	    answer, &case_err);

	if (ok && answer->presence == ROUTE_UNSEEN)
		answer->presence = ROUTE_ABSENT;
	free(bytes.bytes);
	return ok;
}

static bool
load(parse_one *parser, const char *file, int status)
{
	char path[200];

	snprintf(path, sizeof(path), FIXTURES "%s", file);
	return feed(parser, case_load(path), status);
}

/* --- captured answers ----------------------------------------------------- */

static const struct {
	const char *zebra;
	int status;
	const char *bgpd;
	const char *prefix, *lines;
} captured[] = {
	{ "zebra-bgp.json", 0, NULL, "10.2.0.0/24",
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 192.0.2.2 dev tobird proto bgp "
	    "[received best installed] table=main" },
	/* one path, told by two */
	{ "zebra-bgp.json", 0, "bgp-path.json", "10.2.0.0/24",
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 192.0.2.2 dev tobird proto bgp "
	    "[received best installed] from=192.0.2.2 table=main "
	    "path=\"65002\" origin=65002" },
	{ NULL, 0, "bgp-path.json", "10.2.0.0/24",
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 192.0.2.2 proto bgp [received best] "
	    "from=192.0.2.2 path=\"65002\" origin=65002" },
	{ "zebra-absent.json", 1, "bgp-absent.json", "10.99.0.0/24",
	    "10.99.0.0/24 absent" },
	/* the static one is in, BGP's own is not */
	{ "zebra-blackhole.json", 0, "bgp-local.json", "10.1.0.0/24",
	    "10.1.0.0/24 present\n"
	    "+ 10.1.0.0/24 blackhole proto static [received best "
	    "installed] table=main\n"
	    "+ 10.1.0.0/24 proto bgp [received best] path=\"\" origin=0 "
	    "hops?" },
	/* of a global and a link-local next hop the one that is used */
	{ "zebra-ipv6.json", 0, "bgp-ipv6.json", "2001:db8:2000::/48",
	    "2001:db8:2000::/48 present\n"
	    "+ 2001:db8:2000::/48 via fe80::dcda:60ff:fea5:c00b dev tobird "
	    "proto bgp [received best installed] "
	    "from=2001:db8:12::2 table=main path=\"65002\" origin=65002" },
	{ NULL, 0, "bgp-ipv6.json", "2001:db8:2000::/48",
	    "2001:db8:2000::/48 present\n"
	    "+ 2001:db8:2000::/48 via fe80::dcda:60ff:fea5:c00b proto bgp "
	    "[received best] from=2001:db8:12::2 path=\"65002\" "
	    "origin=65002" },
	/* the other view of bgpd */
	{ NULL, 0, "bgp-longer.json", "10.2.2.0/23",
	    "10.2.2.0/23 present\n"
	    "+ 10.2.2.0/23 via 192.0.2.2 proto bgp [received best] "
	    "from=192.0.2.2 path=\"65002\" origin=65002" },
	/* bgpd answers with the longest match: it is not ours */
	{ NULL, 0, "bgp-cover.json", "10.2.2.0/24", "10.2.2.0/24 absent" },
	{ NULL, 0, "bgp-longer.json", "10.2.0.0/16", "10.2.0.0/16 absent" },
	{ "zebra-no-cover.json", 0, NULL, "10.99.0.0/24",
	    "10.99.0.0/24 absent" },
	{ "zebra-connected.json", 0, NULL, "198.51.100.0/24",
	    "198.51.100.0/24 present\n"
	    "+ 198.51.100.0/24 dev toexa proto connected [received "
	    "best installed] table=main" },
	{ "zebra-reject.json", 0, NULL, "10.50.0.0/24",
	    "10.50.0.0/24 present\n"
	    "+ 10.50.0.0/24 unreachable proto static [received best "
	    "installed] table=main" },
	{ "zebra-hops.json", 0, NULL, "10.52.0.0/24",
	    "10.52.0.0/24 present\n"
	    "+ 10.52.0.0/24 via 192.0.2.2 dev tobird and via 198.51.100.2 dev "
	    "toexa proto static [received best installed] "
	    "table=main" },
	{ "zebra-recursive.json", 0, NULL, "10.53.0.0/24",
	    "10.53.0.0/24 present\n"
	    "+ 10.53.0.0/24 via 192.0.2.2 dev tobird and via 198.51.100.2 dev "
	    "toexa proto static [received best installed] "
	    "table=main" },
	/* what is selected leads */
	{ "zebra-two.json", 0, NULL, "10.2.0.0/24",
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 192.0.2.2 dev tobird proto bgp "
	    "[received best installed] table=main\n"
	    "+ 10.2.0.0/24 via 198.51.100.2 dev toexa proto static "
	    "[received] table=main" },
};

START_TEST(an_answer_is_read)
{
	CASE_ASK("frr", captured[_i].prefix);
	if (captured[_i].zebra != NULL)
		ck_assert_msg(load(route_frr_parse_zebra, captured[_i].zebra,
				  captured[_i].status),
		    "%s", case_err.text);
	if (captured[_i].bgpd != NULL)
		ck_assert_msg(load(route_frr_parse_bgpd, captured[_i].bgpd, 0),
		    "%s", case_err.text);
	case_expect(0, captured[_i].lines);
}
END_TEST

START_TEST(an_unknown_vrf_is_no_absence)
{
	CASE_ASK("frr", "10.1.0.0/24");
	ck_assert(!load(route_frr_parse_zebra, "zebra-no-vrf.txt", 1));
	ck_assert_int_eq(case_err.kind, ERR_UNSUPPORTED);
	ck_assert_str_eq(case_err.text, "zebra says: VRF nosuch not found");
	ck_assert(!load(route_frr_parse_bgpd, "bgp-no-vrf.json", 1));
	ck_assert_str_eq(case_err.text, "bgpd says: View/Vrf is unknown");
}
END_TEST

START_TEST(both_kinds_of_bgp_are_one_count)
{
	struct case_bytes bytes = case_load(FIXTURES "zebra-summary.json");

	CASE_ASK("frr", "10.1.0.0/24");
	ck_assert(route_frr_parse_summary(bytes.bytes, bytes.len, IP_V4, "",
	    &case_view, &case_err));
	free(bytes.bytes);
	case_expect_counts("ipv4 table= proto=connected 3\n"
			   "ipv4 table= proto=static 2\n"
			   "ipv4 table= proto=bgp 6");
}
END_TEST

/* --- made ones ------------------------------------------------------------ */

#define ZEBRA(route, hops)                                                     \
	"{\"10.0.0.0/8\":[{\"protocol\":\"ospf\"" route ",\"nexthops\":[" hops \
	"]}]}"
#define HOP "{\"ip\":\"192.0.2.1\",\"active\":true"

static const struct {
	const char *json, *lines;
} made[] = {
	{ ZEBRA(",\"table\":100,\"metric\":7", HOP ",\"weight\":9}"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 proto ospf metric 7 [received] "
	    "weight=9 table=100" },
	{ ZEBRA("", HOP ",\"labels\":[100,200]}"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 encap mpls 100/200 via 192.0.2.1 proto ospf "
	    "[received]" },
	/* not active: it carries nothing */
	{ ZEBRA("", "{\"ip\":\"192.0.2.1\"}"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 down proto ospf [received]" },
	{ ZEBRA("", "{\"unreachable\":true,\"adminProhibited\":true}"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 prohibit proto ospf [received]" },
	{ ZEBRA("", HOP "}," HOP ",\"duplicate\":true}"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 proto ospf [received]" },
	{ ZEBRA("", "{\"ip\":\"nowhere\"}"),
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 proto ospf [received] hops?" },
	{ "{}", "10.0.0.0/8 absent" },
};

START_TEST(what_else_zebra_may_say)
{
	struct case_bytes bytes =
	    case_copy(made[_i].json, strlen(made[_i].json));

	CASE_ASK("frr", "10.0.0.0/8");
	ck_assert_msg(feed(route_frr_parse_zebra, bytes, 0), "%s",
	    case_err.text);
	case_expect(0, made[_i].lines);
}
END_TEST

static const struct {
	const char *json;
	int status;
} broken[] = {
	{ "", 0 },
	{ "\n\n", 0 },
	{ "[]", 0 },
	{ "{", 0 },
	{ "{\"10.0.0.0/8\":7}", 0 },
	{ "{\"nowhere\":[]}", 0 },
	{ "{}", 2 }, /* an error is no absence, whatever it comes with */
	{ "{}", 13 },
	{ "% Unknown command: show ip route\n", 2 },
	{ "{\"warning\":\"not now\"}", 1 },
};

START_TEST(a_broken_answer_is_no_absence)
{
	struct case_bytes bytes =
	    case_copy(broken[_i].json, strlen(broken[_i].json));

	CASE_ASK("frr", "10.0.0.0/8");
	ck_assert(!feed(route_frr_parse_zebra, bytes, broken[_i].status));
	ck_assert_int_ne(case_err.kind, ERR_NONE);
	ck_assert_ptr_nonnull(strstr(case_err.text, "zebra"));
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(more_paths_than_there_is_room_for_end_it)
{
	static char bytes[1 << 20];
	struct text text = TEXT_OVER(bytes);

	text_add(&text, "{\"10.0.0.0/8\":[{}");
	for (int i = 0; i < ROUTE_PATHS_MAX; i++)
		text_add(&text, ",{}");
	text_add(&text, "]}");
	CASE_ASK("frr", "10.0.0.0/8");
	ck_assert(!feed(route_frr_parse_zebra, case_copy(bytes, text.len), 0));
}
END_TEST

/* --- conversations -------------------------------------------------------- */

/* The trailer: three NULs and the status. */
#define SAYS(command, json, status)                                            \
	{                                                                      \
		command, json "\0\0\0" status,                                 \
		    sizeof(json "\0\0\0" status) - 1                           \
	}
#define VERSION(number)                                                        \
	SAYS("show version", "FRRouting " number " (frr) on Linux.\n", "\0")
#define ROUTE_TO(prefix, protocol)                                             \
	"{\"" prefix "\":[{\"protocol\":\"" protocol                           \
	"\",\"selected\":true,\"installed\":true,\"nexthops\":[" HOP "}]}]}"
#define PATH                                                                   \
	"{\"paths\":[{\"aspath\":{\"string\":\"65002\"},\"bestpath\":"         \
	"{\"overall\":true}}],\"prefix\":\"10.2.0.0/24\"}"
#define LONGER                                                                 \
	"{\"routes\":{\"10.2.0.0/"                                             \
	"24\":[{\"bestpath\":true,\"path\":\"65002\"}]"                        \
	",\"10.2.0.0/25\":[{\"bestpath\":true,\"path\":\"65003\"}]}}"

static const struct scripted_line zebra_lines[] = {
	VERSION("8.4.4"),
	SAYS("show ip route 10.2.0.0/24 json", ROUTE_TO("10.2.0.0/24", "bgp"),
	    "\0"),
	SAYS("show ip route 10.0.0.0/14 json", "{}", "\1"),
	SAYS("show ip route 10.0.0.0 json", ROUTE_TO("10.0.0.0/25", "bgp"),
	    "\0"),
	SAYS("show ip route 10.0.0.0/13 json", "{}", "\1"),
	SAYS("show ip route 10.0.0.0/12 json", ROUTE_TO("10.0.0.0/12", "bgp"),
	    "\0"),
	SAYS("show ip route vrf red 10.2.0.0/24 json", "% VRF red not found\n",
	    "\1"),
	{ NULL },
};

static bool
converse(const struct scripted_line *bgpd_lines, const struct err *lack)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct scripted zebra = scripted_start(NULL, zebra_lines, '\0');
	struct scripted bgpd = { -1, 0 };
	struct err none = { 0 };
	struct route_frr frr = { .zebra = zebra.fd,
		.lack = lack != NULL ? lack : &none };
	bool ok;

	if (bgpd_lines != NULL)
		bgpd = scripted_start(NULL, bgpd_lines, '\0');
	frr.bgpd = bgpd.fd;
	ok = route_frr_read(&frr, &case_question, &case_view, &deadline,
	    &case_err);
	scripted_end(&zebra);
	if (bgpd_lines != NULL)
		scripted_end(&bgpd);
	return ok;
}

static const struct scripted_line old_bgpd[] = {
	VERSION("8.4.4"),
	SAYS("show bgp ipv4 unicast 10.2.0.0/24 json", PATH, "\0"),
	{ NULL },
};

static const struct scripted_line new_bgpd[] = {
	VERSION("10.6.0"),
	SAYS("show bgp ipv4 unicast 10.2.0.0/24 longer-prefixes json", LONGER,
	    "\0"),
	{ NULL },
};

START_TEST(bgpd_is_asked_as_its_release_can_bear)
{
	CASE_ASK("frr", "10.2.0.0/24");
	ck_assert_msg(converse(_i ? new_bgpd : old_bgpd, NULL), "%s",
	    case_err.text);
	ck_assert_str_eq(case_view.daemon,
	    _i ? "FRRouting 10.6.0" : "FRRouting 8.4.4");
	ck_assert_uint_eq(case_view.tells,
	    ROUTE_RECEIVED | ROUTE_BEST | ROUTE_INSTALLED);
	case_expect(0,
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 192.0.2.1 proto bgp [received best installed] "
	    "path=\"65002\" origin=65002");
}
END_TEST

START_TEST(a_new_bgpd_is_not_asked_to_list_half_its_table)
{
	CASE_ASK("frr", "10.0.0.0/14");
	ck_assert_msg(converse(new_bgpd, NULL), "%s", case_err.text);
	ck_assert_uint_eq(case_view.tells, ROUTE_BEST | ROUTE_INSTALLED);
	ck_assert_ptr_nonnull(strstr(case_view.note, "bgpd did not tell"));
	case_expect(0, "10.0.0.0/14 absent");
}
END_TEST

START_TEST(a_longer_prefix_at_the_same_start_is_no_cover)
{
	CASE_ASK("frr", "10.0.0.0/14");
	case_question.cover = true;
	ck_assert_msg(converse(NULL, NULL), "%s", case_err.text);
	case_expect(0,
	    "10.0.0.0/14 absent\n"
	    "cover 10.0.0.0/12 via 192.0.2.1 proto bgp [received best "
	    "installed]");
}
END_TEST

START_TEST(without_bgpd_zebra_tells_what_it_can)
{
	struct err lack;

	err_set(&lack, ERR_SYSTEM, "is bgpd running?");
	CASE_ASK("frr", "10.2.0.0/24");
	ck_assert_msg(converse(NULL, &lack), "%s", case_err.text);
	ck_assert_uint_eq(case_view.tells, ROUTE_BEST | ROUTE_INSTALLED);
	ck_assert_str_eq(case_view.note, "bgpd did not tell: is bgpd running?");
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_PRESENT);
}
END_TEST

START_TEST(without_zebra_what_bgpd_has_not_is_unseen)
{
	static const struct scripted_line bgpd_lines[] = {
		VERSION("8.4.4"),
		SAYS("show bgp ipv4 unicast 10.2.0.0/24 json", PATH, "\0"),
		SAYS("show bgp ipv4 unicast 10.3.0.0/24 json", "{}", "\0"),
		{ NULL },
	};
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct scripted bgpd = scripted_start(NULL, bgpd_lines, '\0');
	struct err lack;
	const struct route_frr frr = { -1, bgpd.fd, &lack };

	err_set(&lack, ERR_SYSTEM, "is zebra running?");
	CASE_ASK("frr", "10.2.0.0/24", "10.3.0.0/24");
	ck_assert(route_frr_read(&frr, &case_question, &case_view, &deadline,
	    &case_err));
	scripted_end(&bgpd);
	ck_assert_uint_eq(case_view.tells, ROUTE_RECEIVED | ROUTE_BEST);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_PRESENT);
	case_expect(1, "10.3.0.0/24 unseen: is zebra running?");
}
END_TEST

START_TEST(what_cannot_be_asked_is_not_asked)
{
	static const struct {
		const char *table, *vrf;
		enum err_kind kind;
	} cases[] = {
		{ "100", NULL, ERR_UNSUPPORTED },
		{ NULL, "red blue", ERR_USAGE },
		{ NULL, "all", ERR_USAGE },
		{ NULL, "", ERR_USAGE },
	};

	for (int i = 0; i < COUNT(cases); i++) {
		CASE_ASK("frr", "10.2.0.0/24");
		case_question.table = cases[i].table;
		case_question.vrf = cases[i].vrf;
		ck_assert(!converse(NULL, NULL));
		ck_assert_int_eq(case_err.kind, cases[i].kind);
	}
}
END_TEST

START_TEST(a_vrf_that_is_not_there_is_said)
{
	CASE_ASK("frr", "10.2.0.0/24");
	case_question.vrf = "red";
	ck_assert(converse(NULL, NULL));
	case_expect(0, "10.2.0.0/24 unseen: zebra says: VRF red not found");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_frr");
	TCase *tcase = tcase_create("route_frr");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_loop_test(tcase, an_answer_is_read, 0, COUNT(captured));
	tcase_add_test(tcase, an_unknown_vrf_is_no_absence);
	tcase_add_test(tcase, both_kinds_of_bgp_are_one_count);
	tcase_add_loop_test(tcase, what_else_zebra_may_say, 0, COUNT(made));
	tcase_add_loop_test(tcase, a_broken_answer_is_no_absence, 0,
	    COUNT(broken));
	tcase_add_test(tcase, more_paths_than_there_is_room_for_end_it);
	tcase_add_loop_test(tcase, bgpd_is_asked_as_its_release_can_bear, 0, 2);
	tcase_add_test(tcase, a_new_bgpd_is_not_asked_to_list_half_its_table);
	tcase_add_test(tcase, a_longer_prefix_at_the_same_start_is_no_cover);
	tcase_add_test(tcase, without_bgpd_zebra_tells_what_it_can);
	tcase_add_test(tcase, without_zebra_what_bgpd_has_not_is_unseen);
	tcase_add_test(tcase, what_cannot_be_asked_is_not_asked);
	tcase_add_test(tcase, a_vrf_that_is_not_there_is_said);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
