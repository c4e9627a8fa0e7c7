/* SPDX-License-Identifier: ISC */
/* Captured answers of ExaBGP 4.2 and 5.0: tests/fixtures/exabgp/README. */
#include "lib/source/bgp_exabgp.c"
#include "tests/tools/bgp_case.h"

#define FIXTURES "tests/fixtures/exabgp/"

static bool
parse(const char *text)
{
	const struct case_bytes copy = case_copy(text, strlen(text));
	const bool ok =
	    bgp_exabgp_parse(copy.bytes, copy.len, &case_table, &case_err);

	free(copy.bytes);
	return ok;
}

static const char *const captures[] = {
	FIXTURES "4.2-neighbor-extensive.txt",
	FIXTURES "5.0-neighbor-extensive.txt",
};

START_TEST(test_every_session)
{
	const struct case_bytes bytes = case_load(captures[_i]);
	size_t len;

	ck_assert_int_eq(exabgp_whole(bytes.bytes, bytes.len, &len),
	    EXABGP_DONE);
	ck_assert_uint_eq(len, bytes.len - strlen("done\n"));
	ck_assert_msg(
	    bgp_exabgp_parse(bytes.bytes, len, &case_table, &case_err), "%s",
	    case_err.text);
	free(bytes.bytes);
	case_expect((const char *const[]){
	    "198.51.100.1 Established unknown as=65001/4200000003 time=4 "
	    "ipv4-unicast:up",
	    "2001:db8:13::1 Idle unknown as=65001/4200000003 ipv6-unicast",
	    NULL,
	});
}
END_TEST

#define UP(time)                                                               \
	"Neighbor 192.0.2.1\n\n state ESTABLISHED \n up for " time " \n"

static const struct {
	const char *text, *line;
} cases[] = {
	{ UP("0:00:07"), "192.0.2.1 Established unknown as=/ time=7" },
	{ UP("2 days, 7:33:20"),
	    "192.0.2.1 Established unknown as=/ time=200000" },
	{ UP("1 day, 0:00:00"),
	    "192.0.2.1 Established unknown as=/ time=86400" },
	{ UP("0:61:00"), "192.0.2.1 Established unknown as=/" },
	{ UP("days, 0:00:01"), "192.0.2.1 Established unknown as=/" },
	{ UP("4294967295 days, 0:00:01"),
	    "192.0.2.1 Established unknown as=/" },
	{ UP("soon"), "192.0.2.1 Established unknown as=/" },
	/* down for: from the start of the process, so no time down */
	{ "Neighbor 192.0.2.1\n state ACTIVE\n down for 0:00:12\n",
	    "192.0.2.1 Active unknown as=/" },
	{ "Neighbor 192.0.2.1\n AS auto n/a\n",
	    "192.0.2.1 unknown unknown as=/" },
	{ "Neighbor 192.0.2.1\n state\n up for\n AS\n local\n Families\n",
	    "192.0.2.1 unknown unknown as=/" },
	/* we offer more than the peer */
	{ UP("0:00:07") " Families  Local Remote Add-Path\n"
			" ipv4 unicast: enabled enabled disabled\n"
			" ipv6 unicast: enabled disabled disabled\n"
			" ipv7 unicast: enabled enabled disabled\n"
			" ipv4 flow: disabled\n\n"
			" ipv4 mpls-vpn: enabled enabled enabled\n",
	    "192.0.2.1 Established unknown as=/ time=7 ipv4-unicast:up "
	    "ipv6-unicast:down ipv4-flowspec" },
};

START_TEST(test_details)
{
	ck_assert_msg(parse(cases[_i].text), "%s", case_err.text);
	ck_assert_uint_eq(bgp_table_count(&case_table), 1);
	ck_assert_str_eq(case_line(0), cases[_i].line);
}
END_TEST

START_TEST(test_two_sessions_with_one_peer)
{
	ck_assert(parse("Neighbor 192.0.2.1\n local 192.0.2.7\n state IDLE\n"
			"Neighbor 192.0.2.1\n local 192.0.2.8\n"
			" state CONNECT\n"));
	case_expect((const char *const[]){
	    "192.0.2.1 Idle unknown as=/",
	    "192.0.2.1 from 192.0.2.8 Connect unknown as=/",
	    NULL,
	});
}
END_TEST

/* What waits for neighbors to come in is no session; who came in is. */
START_TEST(test_a_range_of_neighbors)
{
	ck_assert_msg(parse("Neighbor 192.0.2.0/24\n local 192.0.2.7\n"
			    " state IDLE\n"
			    "Neighbor 192.0.2.9\n local 192.0.2.7\n"
			    " state ESTABLISHED\n"),
	    "%s", case_err.text);
	ck_assert_uint_eq(bgp_table_count(&case_table), 1);
	ck_assert_str_eq(bgp_table_at(&case_table, 0)->local, "192.0.2.7");
}
END_TEST

START_TEST(test_no_neighbors)
{
	ck_assert(parse("") && parse("\n\n"));
	ck_assert_uint_eq(bgp_table_count(&case_table), 0);
}
END_TEST

static const char *const foreign[] = { "exabgp 4.2.21\n",
	"Neighbor nowhere\n state IDLE\n",
	"state ESTABLISHED\nNeighbor 1.1.1.1\n" };

START_TEST(test_foreign)
{
	ck_assert(!parse(foreign[_i]));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_exabgp");
	TCase *tcase = tcase_create("bgp_exabgp");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_loop_test(tcase, test_every_session, 0, COUNT(captures));
	tcase_add_loop_test(tcase, test_details, 0, COUNT(cases));
	tcase_add_test(tcase, test_two_sessions_with_one_peer);
	tcase_add_test(tcase, test_a_range_of_neighbors);
	tcase_add_test(tcase, test_no_neighbors);
	tcase_add_loop_test(tcase, test_foreign, 0, COUNT(foreign));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
