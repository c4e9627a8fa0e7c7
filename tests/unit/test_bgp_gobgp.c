/* SPDX-License-Identifier: ISC */
/* Captured output of GoBGP: tests/fixtures/gobgp/README. */
#include "lib/source/bgp_gobgp.c"
#include "lib/source/gobgp.c"
#include "tests/tools/bgp_case.h"

#define FIXTURES "tests/fixtures/gobgp/"
#define NOW                                                                    \
	1795255000 /* seconds since 1970, half a minute after the captures */

static bool
parse_bytes(struct case_bytes bytes)
{
	const bool ok = bgp_gobgp_parse(bytes.bytes, bytes.len, NOW,
	    &case_table, &case_err);

	free(bytes.bytes);
	return ok;
}

static bool
parse(const char *json)
{
	return parse_bytes(case_copy(json, strlen(json)));
}

START_TEST(test_every_session)
{
	ck_assert(parse_bytes(case_load(FIXTURES "neighbor.json")));
	case_expect((const char *const[]){
	    "203.0.113.1 Established running as=65001/65001 time=29 "
	    "ipv4-unicast:up received=7 accepted=7 "
	    "ipv6-unicast:up received=2 accepted=2 descr=\"FRR iBGP\"",
	    "203.0.113.77 Active running as=65077/65001 time=29 ipv4-unicast "
	    "descr=\"no answer\"",
	    "198.18.5.2 Established running as=65003/65001 time=29 "
	    "ipv4-unicast:up received=1 accepted=1 descr=\"OpenBGPD\"",
	    NULL,
	});
}
END_TEST

START_TEST(test_sessions_down)
{
	ck_assert(parse_bytes(case_load(FIXTURES "down.json")));
	case_expect((const char *const[]){
	    "203.0.113.1 Idle running as=65001/65001 time=23 ipv4-unicast "
	    "ipv6-unicast descr=\"FRR iBGP\"",
	    "203.0.113.77 Active running as=65077/65001 time=29 ipv4-unicast "
	    "descr=\"no answer\"",
	    "198.18.5.2 Idle down as=65003/65001 ipv4-unicast "
	    "descr=\"OpenBGPD\"",
	    NULL,
	});
}
END_TEST

START_TEST(test_unreachable)
{
	ck_assert(!parse_bytes(case_load(FIXTURES "unreachable.json")));
	ck_assert_int_eq(case_err.kind, ERR_SYSTEM);
	ck_assert_str_eq(case_err.text,
	    "gobgp says: context deadline exceeded");
}
END_TEST

#define ONE(conf, state, more)                                                 \
	"[{\"conf\":{" conf "},\"state\":{\"neighbor_address\":\"192.0.2.1\"," \
	"" state "}" more "}]"

static const struct {
	const char *json, *line;
} cases[] = {
	{ ONE("", "\"session_state\":4", ""),
	    "192.0.2.1 OpenSent running as=/" },
	{ ONE("", "\"session_state\":99", ""),
	    "192.0.2.1 unknown running as=/" },
	/* enumerations spelt out, as newer JSON of protocol buffers does */
	{ ONE("", "\"session_state\":\"ESTABLISHED\",\"admin_state\":\"UP\"",
	      ""),
	    "192.0.2.1 Established running as=/" },
	{ ONE("",
	      "\"session_state\":\"SESSION_STATE_IDLE\",\"admin_state\":"
	      "\"ADMIN_STATE_DOWN\"",
	      ""),
	    "192.0.2.1 Idle down as=/" },
	{ ONE("", "\"session_state\":1,\"admin_state\":2", ""),
	    "192.0.2.1 Idle running as=/ limit-hit" },
	{ ONE("\"vrf\":\"red\",\"peer_asn\":7,\"local_asn\":8",
	      "\"session_state\":1,\"peer_asn\":9", ""),
	    "192.0.2.1 vrf red Idle running as=9/8" },
	{ ONE("\"neighbor_interface\":\"swp1\"", "\"session_state\":1", ""),
	    "swp1 Idle running as=/" },
	/* from the future, and never */
	{ ONE("", "\"session_state\":6",
	      ",\"timers\":{\"state\":{\"uptime\":{\"seconds\":9999999999}}}"),
	    "192.0.2.1 Established running as=/" },
	{ ONE("", "\"session_state\":1",
	      ",\"timers\":{\"state\":{\"uptime\":{\"seconds\":5}}}"),
	    "192.0.2.1 Idle running as=/" },
	/* zero counts are left out; a family may be closed */
	{ ONE("", "\"session_state\":6",
	      ",\"afi_safis\":[{\"config\":{\"family\":{\"afi\":2,\"safi\":1}},"
	      "\"state\":{},\"prefix_limits\":{\"max_prefixes\":50,"
	      "\"shutdown_threshold_pct\":80}},7,{\"config\":{\"family\":"
	      "{\"afi\":70000,\"safi\":1}}}]"),
	    "192.0.2.1 Established running as=/ ipv6-unicast:down received=0 "
	    "accepted=0 limit=50 threshold=80%" },
};

START_TEST(test_details)
{
	ck_assert_msg(parse(cases[_i].json), "%s", case_err.text);
	ck_assert_uint_eq(bgp_table_count(&case_table), 1);
	ck_assert_str_eq(case_line(0), cases[_i].line);
}
END_TEST

static const char *const broken[] = { "", "{}", "null", "[7]", "[{}]",
	"[{\"state\":{\"neighbor_address\":\"nowhere\"}}]", "panic: oops" };

START_TEST(test_broken)
{
	ck_assert(!parse(broken[_i]));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(case_err.text, "gobgp"));
}
END_TEST

static const struct {
	const char *target, *host, *port; /* host NULL: refused */
} targets[] = {
	{ "127.0.0.1", "127.0.0.1", "50051" },
	{ "host:123", "host", "123" },
	{ "[::1]:123", "::1", "123" },
	{ "[::1]", "::1", "50051" },
	{ "::1", "::1", "50051" },
	{ "2001:db8::1", "2001:db8::1", "50051" },
	{ "-x", NULL, NULL },
	{ "", NULL, NULL },
	{ ":1", NULL, NULL },
	{ "host:123456789", NULL, NULL },
};

START_TEST(test_target)
{
	char host[256], port[8];
	const bool ok = split_target(targets[_i].target, host, port, &case_err);

	ck_assert_int_eq(ok, targets[_i].host != NULL);
	if (ok) {
		ck_assert_str_eq(host, targets[_i].host);
		ck_assert_str_eq(port, targets[_i].port);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_gobgp");
	TCase *tcase = tcase_create("bgp_gobgp");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_test(tcase, test_every_session);
	tcase_add_test(tcase, test_sessions_down);
	tcase_add_test(tcase, test_unreachable);
	tcase_add_loop_test(tcase, test_details, 0, COUNT(cases));
	tcase_add_loop_test(tcase, test_broken, 0, COUNT(broken));
	tcase_add_loop_test(tcase, test_target, 0, COUNT(targets));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
