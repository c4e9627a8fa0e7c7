/* SPDX-License-Identifier: ISC */
/* Captured answers of FRR's bgpd: tests/fixtures/frr/README. */
#include "lib/source/bgp_frr.c"
#include "tests/tools/bgp_case.h"

#define FIXTURES "tests/fixtures/frr/"

static bool
parse_bytes(struct case_bytes bytes,
    bool (*parser)(const char *bytes, size_t len, struct bgp_table *table,
	struct err *err))
{
	const bool ok = parser(bytes.bytes, bytes.len, &case_table, &case_err);

	free(bytes.bytes);
	return ok;
}

static bool
neighbors(const char *json)
{
	return parse_bytes(case_copy(json, strlen(json)),
	    bgp_frr_parse_neighbors);
}

static bool
summary(const char *json)
{
	return parse_bytes(case_copy(json, strlen(json)),
	    bgp_frr_parse_summary);
}

static void
parse_files(const char *neighbors_path, const char *summary_path)
{
	ck_assert_msg(
	    parse_bytes(case_load(neighbors_path), bgp_frr_parse_neighbors),
	    "%s", case_err.text);
	ck_assert_msg(
	    parse_bytes(case_load(summary_path), bgp_frr_parse_summary), "%s",
	    case_err.text);
}

START_TEST(test_every_session)
{
	parse_files(FIXTURES "neighbors.json", FIXTURES "summary.json");
	case_expect((const char *const[]){
	    "192.0.2.2 Established running as=65002/65001 time=5 "
	    "transitions=1 ipv4-unicast:up accepted=3 advertised=8 limit=100 "
	    "threshold=80% descr=\"bird v4\"",
	    "192.0.2.3 Idle running as=65002/65001 transitions=0 error=2/2 "
	    "received said=\"OPEN Message Error/Bad Peer AS\" ipv4-unicast "
	    "descr=\"bird wrong AS\"",
	    "192.0.2.99 Active running as=65099/65001 transitions=0 "
	    "said=\"Waiting for peer OPEN\" ipv4-unicast "
	    "descr=\"nobody home\"",
	    "198.51.100.2 Established running as=4200000003/65001 time=5 "
	    "transitions=1 ipv4-unicast:up accepted=2 advertised=8 "
	    "descr=\"exabgp v4\"",
	    "2001:db8:12::2 Established running as=65002/65001 time=5 "
	    "transitions=1 ipv6-unicast:up accepted=1 advertised=2 "
	    "descr=\"bird v6\"",
	    "2001:db8:13::2 Idle (Idle (PfxCt)) running "
	    "as=4200000003/65001 time=5 transitions=1 error=6/1 sent "
	    "said=\"Cease/Maximum Number of Prefixes Reached\" limit-hit "
	    "ipv6-unicast limit=3 threshold=75% descr=\"exabgp v6 limit\"",
	    "ll0 Established running as=65002/65001 time=5 transitions=1 "
	    "ipv4-unicast:up accepted=0 advertised=8 "
	    "descr=\"bird link-local\"",
	    "192.0.2.98 Idle (Idle (Admin)) down as=65098/65001 "
	    "transitions=0 ipv4-unicast descr=\"admin down\"",
	    "203.0.113.2 Established running as=65001/65001 time=5 "
	    "transitions=1 ipv4-unicast:up accepted=2 advertised=7 "
	    "ipv6-unicast:up accepted=0 advertised=2 descr=\"gobgp ibgp\"",
	    "2001:db8:12::98 Idle (Idle (Admin)) down as=65098/65001 "
	    "transitions=0 ipv6-unicast descr=\"admin down v6\"",
	    "192.0.2.97 vrf cust1 Active running as=65097/65001 "
	    "transitions=0 said=\"No AFI/SAFI activated for peer\" "
	    "ipv4-unicast descr=\"peer in view cust1\"",
	    NULL,
	});
	ck_assert(case_table.has_local_as);
	ck_assert_uint_eq(case_table.local_as, 65001);
}
END_TEST

START_TEST(test_sessions_down)
{
	parse_files(FIXTURES "down-neighbors.json",
	    FIXTURES "down-summary.json");
	ck_assert_str_eq(case_line(0),
	    "192.0.2.2 Idle (Idle (Admin)) down as=65002/65001 time=2 "
	    "transitions=1 ipv4-unicast limit=100 threshold=80% "
	    "descr=\"bird v4\"");
	ck_assert_str_eq(case_line(3),
	    "198.51.100.2 Active running as=4200000003/65001 time=2 "
	    "transitions=1 said=\"Peer closed the session\" ipv4-unicast "
	    "descr=\"exabgp v4\"");
	ck_assert_uint_eq(bgp_table_count(&case_table), 11);
}
END_TEST

/* The two answers may come in any order, and each alone is enough. */
START_TEST(test_summary_first)
{
	parse_bytes(case_load(FIXTURES "summary.json"), bgp_frr_parse_summary);
	ck_assert_uint_eq(bgp_table_count(&case_table), 11);
	ck_assert_str_eq(case_line(0),
	    "192.0.2.2 Established unknown as=65002/65001 time=5 "
	    "transitions=1 descr=\"bird v4\"");
	for (size_t i = 0; i < 11; i++) {
		const bool admin = strstr(case_line(i), "(Admin)") != NULL;
		const bool limit = strstr(case_line(i), "(PfxCt)") != NULL;

		ck_assert_int_eq(bgp_table_at(&case_table, i)->limit_hit,
		    limit);
		ck_assert_int_eq(bgp_table_at(&case_table, i)->admin ==
			BGP_ADMIN_DOWN,
		    admin);
	}
}
END_TEST

#define IN(members) "{\"default\":{\"192.0.2.1\":{\"bgpState\":" members "}}}"

static const struct {
	const char *json, *line;
} cases[] = {
	{ IN("\"Clearing\""), "192.0.2.1 Clearing running as=/" },
	{ IN("\"Dancing\""), "192.0.2.1 unknown (Dancing) running as=/" },
	/* other types than expected are not there */
	{ IN("\"Idle\",\"remoteAs\":\"65001\",\"localAs\":-1,"
	     "\"connectionsEstablished\":1.5,\"nbrDesc\":[1],"
	     "\"lastErrorCodeSubcode\":513,\"adminShutDown\":\"yes\","
	     "\"addressFamilyInfo\":[]"),
	    "192.0.2.1 Idle running as=/" },
	{ IN("\"Established\",\"bgpTimerUpMsec\":5999"),
	    "192.0.2.1 Established running as=/ time=5" },
	{ IN("\"Established\",\"bgpTimerUpMsec\":-5"),
	    "192.0.2.1 Established running as=/" },
	{ IN("\"Established\",\"bgpTimerUpMsec\":9000000000000000"),
	    "192.0.2.1 Established running as=/" },
	/* errors: none, too long, no digits, hexadecimal letters */
	{ IN("\"Idle\",\"lastErrorCodeSubcode\":\"0000\""),
	    "192.0.2.1 Idle running as=/" },
	{ IN("\"Idle\",\"lastErrorCodeSubcode\":\"06021\""),
	    "192.0.2.1 Idle running as=/" },
	{ IN("\"Idle\",\"lastErrorCodeSubcode\":\"xx\""),
	    "192.0.2.1 Idle running as=/" },
	{ IN("\"Idle\",\"lastErrorCodeSubcode\":\"060A\","
	     "\"lastResetDueTo\":\"BGP Notification received\""),
	    "192.0.2.1 Idle running as=/ error=6/10 received "
	    "said=\"BGP Notification received\"" },
	/* a family that only we offered, and one nobody knows */
	{ IN("\"Established\",\"addressFamilyInfo\":{\"ipv6Unicast\":{"
	     "\"acceptedPrefixCounter\":0,\"prefixAllowedMax\":0},"
	     "\"ipv9Unicast\":{}},\"neighborCapabilities\":{"
	     "\"multiprotocolExtensions\":{\"ipv6Unicast\":{"
	     "\"advertised\":true}}}"),
	    "192.0.2.1 Established running as=/ ipv6-unicast:down "
	    "accepted=0" },
	{ IN("\"Established\",\"addressFamilyInfo\":{\"l2VpnEvpn\":{"
	     "\"acceptedPrefixCounter\":4294967296,"
	     "\"prefixAllowedWarningThresh\":101}}"),
	    "192.0.2.1 Established running as=/ l2vpn-evpn" },
	/* a description that is no UTF-8, and one with a control character */
	{ IN("\"Idle\",\"nbrDesc\":\"caf\xe9\""),
	    "192.0.2.1 Idle running as=/ descr=\"caf?\"" },
	{ IN("\"Idle\",\"nbrDesc\":\"a\nb\""),
	    "192.0.2.1 Idle running as=/ descr=\"a b\"" },
};

START_TEST(test_details)
{
	ck_assert_msg(neighbors(cases[_i].json), "%s", case_err.text);
	ck_assert_uint_eq(bgp_table_count(&case_table), 1);
	ck_assert_str_eq(case_line(0), cases[_i].line);
}
END_TEST

START_TEST(test_instances)
{
	ck_assert(neighbors(
	    "{\"default\":{\"vrfId\":0,\"192.0.2.1\":{\"bgpState\":\"Idle\"}},"
	    "\"red\":{\"192.0.2.1\":{\"bgpState\":\"Active\"},"
	    "\"swp1\":{\"bgpState\":\"Connect\"},"
	    /* Who does not tell its state is not nobody. */
	    "\"192.0.2.2\":{\"remoteAs\":5}},\"odd\":7}"));
	case_expect((const char *const[]){
	    "192.0.2.1 Idle running as=/",
	    "192.0.2.1 vrf red Active running as=/",
	    "swp1 vrf red Connect running as=/",
	    "192.0.2.2 vrf red unknown running as=5/",
	    NULL,
	});
}
END_TEST

static const char *const empty[] = { "{}", "{\n}\n", "{\"default\":{}}",
	"{\"default\":[]}", "{\"default\":{\"a\":{}}}" };

START_TEST(test_no_peers)
{
	ck_assert(neighbors(empty[_i]) && summary(empty[_i]));
	ck_assert_uint_eq(bgp_table_count(&case_table), 0);
}
END_TEST

static const char *const broken[] = { "", "% BGP instance not found\n", "[]",
	"7", "\"x\"", "{", "{}}", "{\"default\":{\"a\":\"\\u0000\"}}",
	"{\"a\":1e999}" };

START_TEST(test_broken)
{
	ck_assert(!neighbors(broken[_i]));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert(!strncmp(case_err.text, "the answer of bgpd", 18));
	ck_assert(!summary(broken[_i]));
}
END_TEST

START_TEST(test_trailer)
{
	size_t len = 9;
	int status = 9;

	ck_assert(frr_whole("{}\n\0\0\0\1", 7, &len, &status));
	ck_assert_uint_eq(len, 3);
	ck_assert_int_eq(status, FRR_WARNING);
	ck_assert(frr_whole("\0\0\0\0", 4, &len, &status));
	ck_assert_uint_eq(len, 0);
	ck_assert_int_eq(status, FRR_OK);
	ck_assert(frr_whole("\0\0\0\377", 4, &len, &status));
	ck_assert_int_eq(status, 255);
	ck_assert(!frr_whole("ab\0\0\0", 5, &len, &status));
	ck_assert(!frr_whole("\0\0\0", 3, &len, &status));
	ck_assert(!frr_whole("abcd", 4, &len, &status));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_frr");
	TCase *tcase = tcase_create("bgp_frr");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_test(tcase, test_every_session);
	tcase_add_test(tcase, test_sessions_down);
	tcase_add_test(tcase, test_summary_first);
	tcase_add_loop_test(tcase, test_details, 0, COUNT(cases));
	tcase_add_test(tcase, test_instances);
	tcase_add_loop_test(tcase, test_no_peers, 0, COUNT(empty));
	tcase_add_loop_test(tcase, test_broken, 0, COUNT(broken));
	tcase_add_test(tcase, test_trailer);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
