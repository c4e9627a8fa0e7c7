/* SPDX-License-Identifier: ISC */
/* Captured output of bgpctl: tests/fixtures/openbgpd/README. */
#include "lib/source/bgp_openbgpd.c"
#undef COUNT
#include "tests/tools/bgp_case.h"

#define FIXTURES "tests/fixtures/openbgpd/"

static bool
parse_bytes(struct case_bytes bytes)
{
	const bool ok =
	    bgp_openbgpd_parse(bytes.bytes, bytes.len, &case_table, &case_err);

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
	    "198.18.5.1 Established running as=65001/ time=6 "
	    "ipv4-unicast:up received=8 advertised=1 limit=200 "
	    "descr=\"GoBGP over IPv4\"",
	    "198.18.5.78 Idle down as=65078/ ipv4-unicast "
	    "descr=\"switched off\"",
	    "2001:db8:15::77 Active running as=4200000077/ ipv6-unicast "
	    "descr=\"no answer\"",
	    NULL,
	});
}
END_TEST

START_TEST(test_session_down)
{
	ck_assert(parse_bytes(case_load(FIXTURES "down.json")));
	ck_assert_str_eq(case_line(0),
	    "198.18.5.1 Idle running as=65001/ time=2 error=6/2 received "
	    "said=\"Cease, administratively down\" all limit=200 "
	    "descr=\"GoBGP over IPv4\"");
	ck_assert_uint_eq(bgp_table_count(&case_table), 3);
}
END_TEST

#define ONE(members)                                                           \
	"{\"neighbors\":[{\"remote_addr\":\"192.0.2.1\"," members "}]}"

static const struct {
	const char *json, *line;
} cases[] = {
	{ ONE("\"state\":\"OpenConfirm\",\"remote_as\":65001"),
	    "192.0.2.1 OpenConfirm running as=65001/ all" },
	{ ONE("\"state\":\"Idle\",\"remote_as\":\"64086.59907\""),
	    "192.0.2.1 Idle running as=4200000003/ all" },
	{ ONE("\"state\":7,\"remote_as\":\"zero\",\"last_updown_sec\":-1"),
	    "192.0.2.1 unknown running as=/ all" },
	{ ONE("\"state\":\"Idle\",\"last_error_sent\":"
	      "\"Cease, received max-prefix exceeded\""),
	    "192.0.2.1 Idle running as=/ error=6/1 sent "
	    "said=\"Cease, received max-prefix exceeded\" limit-hit all" },
	{ ONE("\"state\":\"Established\",\"last_error_sent\":"
	      "\"Cease, received max-prefix exceeded\""),
	    "192.0.2.1 Established running as=/ error=6/1 sent "
	    "said=\"Cease, received max-prefix exceeded\" all" },
	{ ONE("\"state\":\"Idle\",\"last_error_received\":"
	      "\"HoldTimer expired\""),
	    "192.0.2.1 Idle running as=/ error=4/0 received "
	    "said=\"HoldTimer expired\" all" },
	{ ONE("\"state\":\"Idle\",\"last_error_received\":"
	      "\"error in OPEN message, AS unacceptable\""),
	    "192.0.2.1 Idle running as=/ error=2/2 received "
	    "said=\"error in OPEN message, AS unacceptable\" all" },
	{ ONE("\"state\":\"Idle\",\"last_error_received\":\"Nonsense, x\""),
	    "192.0.2.1 Idle running as=/ said=\"Nonsense, x\" all" },
	/* two families negotiated: the counts are of both */
	{ ONE("\"state\":\"Established\",\"session\":{\"capabilities\":{"
	      "\"multiprotocol\":[\"IPv4 unicast\",\"IPv6 unicast\"]}},"
	      "\"stats\":{\"prefixes\":{\"sent\":4,\"received\":5}}"),
	    "192.0.2.1 Established running as=/ all received=5 advertised=4" },
};

START_TEST(test_details)
{
	ck_assert_msg(parse(cases[_i].json), "%s", case_err.text);
	ck_assert_uint_eq(bgp_table_count(&case_table), 1);
	ck_assert_str_eq(case_line(0), cases[_i].line);
}
END_TEST

START_TEST(test_template)
{
	ck_assert(parse("{\"neighbors\":[{\"remote_addr\":\"192.0.2.0/24\","
			"\"config\":{\"template\":true}}]}"));
	ck_assert_uint_eq(bgp_table_count(&case_table), 0);
}
END_TEST

static const char *const broken[] = { "", "{}", "[]", "{\"neighbors\":{}}",
	"{\"neighbors\":[{}]}", "{\"neighbors\":[7]}",
	"{\"neighbors\":[{\"remote_addr\":\"nowhere\"}]}" };

START_TEST(test_broken)
{
	ck_assert(!parse(broken[_i]));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(case_err.text, "bgpctl"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_openbgpd");
	TCase *tcase = tcase_create("bgp_openbgpd");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_test(tcase, test_every_session);
	tcase_add_test(tcase, test_session_down);
	tcase_add_loop_test(tcase, test_details, 0, COUNT(cases));
	tcase_add_test(tcase, test_template);
	tcase_add_loop_test(tcase, test_broken, 0, COUNT(broken));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
