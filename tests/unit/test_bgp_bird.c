/* SPDX-License-Identifier: ISC */
/* Captured answers of BIRD: tests/fixtures/bird/README. */
#include "lib/source/bgp_bird.c"
#undef COUNT
#include "tests/tools/bgp_case.h"

#define FIXTURES "tests/fixtures/bird/"

static bool
parse(const char *status, const char *protocols)
{
	const struct case_bytes s = status ? case_copy(status, strlen(status))
					   : (struct case_bytes){ 0 };
	const struct case_bytes p = case_copy(protocols, strlen(protocols));
	const bool ok = bgp_bird_parse(s.bytes, s.len, p.bytes, p.len,
	    &case_table, &case_err);

	free(s.bytes);
	free(p.bytes);
	return ok;
}

static void
parse_files(const char *status, const char *protocols)
{
	const struct case_bytes s =
	    status ? case_load(status) : (struct case_bytes){ 0 };
	const struct case_bytes p = case_load(protocols);

	ck_assert_msg(bgp_bird_parse(s.bytes, s.len, p.bytes, p.len,
			  &case_table, &case_err),
	    "%s", case_err.text);
	free(s.bytes);
	free(p.bytes);
}

START_TEST(test_every_session)
{
	parse_files(FIXTURES "status.raw", FIXTURES "protocols-all.raw");
	case_expect((const char *const[]){
	    "192.0.2.1 Established running as=65001/65002 time=5 "
	    "ipv4-unicast:up accepted=5 advertised=3 limit=1000 name=frr4 "
	    "descr=\"FRR over IPv4\"",
	    "2001:db8:12::1 Established running as=65001/65002 time=5 "
	    "ipv6-unicast:up accepted=1 advertised=1 name=frr6 "
	    "descr=\"FRR over IPv6\"",
	    "192.0.2.11 Idle running as=65099/65002 error=2/2 sent "
	    "said=\"BGP Error: Bad peer AS\" ipv4-unicast name=wrongas "
	    "descr=\"expects AS 65099\"",
	    "192.0.2.77 Connect running as=65077/65002 "
	    "said=\"Socket: No route to host\" ipv4-unicast name=nobody "
	    "descr=\"no answer\"",
	    "192.0.2.78 Idle (Down) down as=65078/65002 time=6 ipv4-unicast "
	    "name=switchedoff descr=\"switched off\"",
	    "fe80::105f:dfff:fe62:5be7%ll0 Established running "
	    "as=65001/65002 time=5 ipv4-unicast:up accepted=5 advertised=0 "
	    "name=llpeer1 descr=\"FRR unnumbered\"",
	    NULL,
	});
	ck_assert_str_eq(case_table.daemon, "BIRD 2.0.12");
}
END_TEST

START_TEST(test_limits)
{
	parse_files(NULL, FIXTURES "limits.raw");
	ck_assert_str_eq(case_line(0),
	    "192.0.2.1 Established running as=65001/65002 ipv4-unicast:up "
	    "received=4 accepted=3 advertised=3 limit=500 name=frr4 "
	    "descr=\"FRR over IPv4\"");
	ck_assert_str_eq(case_line(3),
	    "192.0.2.79 Active (Passive) running as=65079/65002 "
	    "ipv4-unicast ipv6-unicast name=passive1");
	ck_assert_str_eq(case_line(6),
	    "fe80::105f:dfff:fe62:5be7%ll0 Idle (Down) running "
	    "as=65001/65002 said=\"Automatic shutdown: Route limit exceeded\" "
	    "limit-hit ipv4-unicast limit=2 name=llpeer1 "
	    "descr=\"FRR unnumbered\"");
	ck_assert_uint_eq(bgp_table_count(&case_table), 7);
	ck_assert_ptr_null(case_table.daemon);
}
END_TEST

START_TEST(test_peer_is_shut_down)
{
	parse_files(FIXTURES "status.raw", FIXTURES "peer-shutdown.raw");
	case_expect((const char *const[]){
	    "192.0.2.1 Active running as=65001/65002 "
	    "said=\"Socket: Connection reset by peer\" ipv4-unicast "
	    "limit=1000 name=frr4 descr=\"FRR over IPv4\"",
	    NULL,
	});
}
END_TEST

/* A protocol with what the captures do not show. */
#define HEAD "2002-Name Proto Table State Since Info\n"
#define ROW(state, since) "1002-x BGP --- " state " " since " Info\n1006-"
#define PEER "    Neighbor address: 192.0.2.1\n"
#define END_OF_IT " \n0000 \n"
#define NOW                                                                    \
	"1000-BIRD 3.0\n1011-Router ID is 1.2.3.4\n Current server time is "   \
	"2026-03-01 00:00:10.5\n0013 up\n"

static const struct {
	const char *protocols, *line;
} cases[] = {
	{ HEAD ROW("up", "2026-02-28 23:59:50") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ time=20 name=x" },
	/* the short formats */
	{ HEAD ROW("up", "23:59:50.123") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ time=20 name=x" },
	{ HEAD ROW("up", "2026-02-26") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ time=172811 name=x" },
	{ HEAD ROW("up", "2026-03-01") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ time=72000 name=x" },
	/* not ISO, in the future, no date at all */
	{ HEAD ROW("up", "28-02-2026") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ name=x" },
	{ HEAD ROW("up", "2026-03-02 00:00:00") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ name=x" },
	{ HEAD ROW("up", "2026-13-02 00:00:00") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ name=x" },
	/* the last try is no time down */
	{ HEAD ROW("start", "2026-02-28 23:59:50") PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ name=x" },
	/* BIRD 1.6: routes without a channel */
	{ HEAD ROW("up",
	      "x") "BGP state: Established\n" PEER
		   "  Routes: 7 imported, 2 exported, 5 preferred\n" END_OF_IT,
	    "192.0.2.1 Established running as=/ ipv4-unicast accepted=7 "
	    "advertised=2 name=x" },
	/* a VRF, a channel that is down, transitions of newer releases */
	{ HEAD ROW("up",
	      "x") "VRF: red\n  BGP state: Established\n" PEER
		   "    FSM established transitions: 12\n  Channel ipv6\n"
		   "    State: DOWN\n" END_OF_IT,
	    "192.0.2.1 vrf red Established running as=/ transitions=12 "
	    "ipv6-unicast:down name=x" },
	{ HEAD ROW("up", "x") "VRF: default\n" PEER END_OF_IT,
	    "192.0.2.1 unknown running as=/ name=x" },
	{ HEAD ROW("up", "x") "BGP state: Close\n" PEER
			      "    Last error: Received: Administrative "
			      "shutdown\n" END_OF_IT,
	    "192.0.2.1 Idle (Close) running as=/ error=6/2 received "
	    "said=\"Received: Administrative shutdown\" name=x" },
	{ HEAD ROW("up", "x") PEER
	    "    Last error: Received: Gibberish\n" END_OF_IT,
	    "192.0.2.1 unknown running as=/ said=\"Received: Gibberish\" "
	    "name=x" },
	/* numbers that are none, and that are too large to add */
	{ HEAD ROW("up", "x") PEER
	    "    Neighbor AS: 99999999999\n"
	    "    Local AS: -1\n  Channel ipv4\n    Import limit: lots\n"
	    "    Routes: 4294967295 imported, 4294967295 filtered\n" END_OF_IT,
	    "192.0.2.1 unknown running as=/ ipv4-unicast "
	    "accepted=4294967295 name=x" },
	/* a channel nobody knows, whose counts must not go to another */
	{ HEAD ROW("up", "x") PEER "  Channel ipv4\n  Channel quux\n"
				   "    Routes: 5 imported\n" END_OF_IT,
	    "192.0.2.1 unknown running as=/ ipv4-unicast name=x" },
	/* what comes unasked, and a code alone */
	{ HEAD "+0001 shouting\n" ROW("up", "x") PEER "0000\n",
	    "192.0.2.1 unknown running as=/ name=x" },
};

START_TEST(test_details)
{
	ck_assert_msg(parse(NOW, cases[_i].protocols), "%s", case_err.text);
	ck_assert_uint_eq(bgp_table_count(&case_table), 1);
	ck_assert_str_eq(case_line(0), cases[_i].line);
}
END_TEST

START_TEST(test_calendar)
{
	static const int months[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };

	for (int64_t year = 1995; year < 2105; year++)
		for (int64_t month = 1; month <= 12; month++) {
			const bool leap = month == 2 && year % 4 == 0 &&
			    (year % 100 != 0 || year % 400 == 0);
			const int64_t next = month == 12
			    ? day_number(year + 1, 1, 1)
			    : day_number(year, month + 1, 1);

			ck_assert_int_eq(next - day_number(year, month, 1),
			    months[month - 1] + leap);
		}
	ck_assert_int_eq(day_number(2026, 5, 31) - day_number(2026, 5, 1), 30);
}
END_TEST

START_TEST(test_same_neighbor_twice)
{
	ck_assert(parse(NULL,
	    "1002-a BGP --- up x\n1006-" PEER " \n1002-b BGP --- up x\n"
	    "1006-" PEER " \n0000 \n"));
	case_expect((const char *const[]){
	    "192.0.2.1 unknown running as=/ name=a",
	    "192.0.2.1 vrf b unknown running as=/ name=b",
	    NULL,
	});
}
END_TEST

/* Fields that come before their peer, or belong to another protocol. */
START_TEST(test_misplaced)
{
	ck_assert(parse(NULL,
	    "1006-    Neighbor address: 192.0.2.9\n"
	    "1002-k Kernel t up x\n1006-    Neighbor address: 192.0.2.8\n"
	    "1002-b BGP --- up x\n1006-    Neighbor AS: 5\n"
	    "    Last error: x\n    Routes: 1 imported\n    State: UP\n"
	    "  Channel ipv4\n    Neighbor range: fe80::/10\n0000 \n"));
	ck_assert_uint_eq(bgp_table_count(&case_table), 0);
}
END_TEST

static const struct {
	const char *answer, *reason;
} refusals[] = {
	{ "", "cut" },
	{ "1002-x BGP --- up x\n", "cut" },
	{ "0000", "cut" },
	{ "garbage\n0000 \n", "cut" },
	{ "8007 Access denied\n", "bird says: Access denied" },
	{ "9001 syntax error\n", "bird says: syntax error" },
	{ HEAD ROW("up", "x") "Neighbor address: nowhere\n" END_OF_IT,
	    "no address: nowhere" },
	/* A session without anybody at its other end is not "no session". */
	{ HEAD ROW("up", "x") "BGP state: Established\n" END_OF_IT,
	    "bird tells no neighbor of x" },
	{ "1002-b BGP --- up x\n1002-c Kernel t up x\n0000 \n",
	    "bird tells no neighbor of b" },
};

START_TEST(test_refused)
{
	ck_assert(!parse(NULL, refusals[_i].answer));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert_msg(strstr(case_err.text, refusals[_i].reason) != NULL, "%s",
	    case_err.text);
}
END_TEST

/* Cut anywhere, it is an error, never a shorter list. */
START_TEST(test_cut)
{
	const struct case_bytes whole = case_load(FIXTURES "protocols-all.raw");

	for (size_t len = 0; len < whole.len; len += 97) {
		const struct case_bytes part = case_copy(whole.bytes, len);

		bgp_table_init(&case_table, &case_arena, 0);
		ck_assert(!bgp_bird_parse(NULL, 0, part.bytes, part.len,
		    &case_table, &case_err));
		free(part.bytes);
	}
	free(whole.bytes);
}
END_TEST

/* --- the lines of the socket -------------------------------------------- */

START_TEST(test_lines)
{
	static const char bytes[] = "1006-one\n two\n+9999 three\n\n";
	struct bird_line line = { 0 };
	size_t at = 0;

	ck_assert(bird_next(bytes, sizeof(bytes) - 1, &at, &line));
	ck_assert_uint_eq(line.code, 1006);
	ck_assert(!line.more && !line.last && line.len == 3);
	ck_assert(bird_next(bytes, sizeof(bytes) - 1, &at, &line));
	ck_assert_uint_eq(line.code, 1006);
	ck_assert(line.more && !strncmp(line.text, "two", line.len));
	ck_assert(!bird_next(bytes, sizeof(bytes) - 1, &at, &line));
	ck_assert_uint_eq(bird_whole("0001 hi\n1000 x\n", 15), 8);
	ck_assert_uint_eq(bird_whole("0001-hi\n", 8), 0);
	ck_assert_uint_eq(bird_whole("0001 hi", 7), 0);
	ck_assert_uint_eq(bird_whole("001 hi\n", 7), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_bird");
	TCase *tcase = tcase_create("bgp_bird");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_test(tcase, test_every_session);
	tcase_add_test(tcase, test_limits);
	tcase_add_test(tcase, test_peer_is_shut_down);
	tcase_add_loop_test(tcase, test_details, 0, COUNT(cases));
	tcase_add_test(tcase, test_calendar);
	tcase_add_test(tcase, test_same_neighbor_twice);
	tcase_add_test(tcase, test_misplaced);
	tcase_add_loop_test(tcase, test_refused, 0, COUNT(refusals));
	tcase_add_test(tcase, test_cut);
	tcase_add_test(tcase, test_lines);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
