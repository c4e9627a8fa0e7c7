/* SPDX-License-Identifier: ISC */
/* Captured answers of BIRD: tests/fixtures/bird/README. */
#include "lib/source/route_bird.c"
#undef COUNT
#include "tests/tools/route_case.h"
#include "tests/tools/scripted.h"

#define FIXTURES "tests/fixtures/bird/"

static bool
parse_bytes(struct case_bytes bytes)
{
	struct route_answer *answer = route_view_at(&case_view, 0);
	const bool ok = route_bird_parse(bytes.bytes, bytes.len, &case_view,
	    answer, &case_err);

	if (ok && answer->presence == ROUTE_UNSEEN)
		answer->presence = ROUTE_ABSENT;
	free(bytes.bytes);
	return ok;
}

static bool
parse(const char *bytes)
{
	return parse_bytes(case_copy(bytes, strlen(bytes)));
}

/* --- captured answers ----------------------------------------------------- */

static const struct {
	const char *file, *prefix, *lines;
} captured[] = {
	{ "route-bgp.raw", "10.1.0.0/24",
	    "10.1.0.0/24 present\n"
	    "+ 10.1.0.0/24 via 192.0.2.1 dev tofrr proto bgp [received best "
	    "installed] from=frr4 table=master4 path=\"65001\" origin=65001\n"
	    "+ 10.1.0.0/24 via fe80::6836:cdff:fe4c:6943 dev ll0 proto bgp "
	    "[received] from=llpeer1 table=master4 path=\"65001\" "
	    "origin=65001" },
	{ "route-blackhole.raw", "10.2.0.0/24",
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 blackhole proto static [received best installed] "
	    "from=static4 table=master4" },
	{ "route-absent.raw", "10.99.0.0/24", "10.99.0.0/24 absent" },
	{ "route-ipv6.raw", "2001:db8:1000::/48",
	    "2001:db8:1000::/48 present\n"
	    "+ 2001:db8:1000::/48 via 2001:db8:12::1 dev tofrr proto bgp "
	    "[received best installed] from=frr6 table=master6 "
	    "path=\"65001\" origin=65001" },
	{ "route-not-exported.raw", "10.2.0.0/24", "10.2.0.0/24 absent" },
	{ "route-hops.raw", "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 dev tofrr and via 192.0.2.5 dev tofrr "
	    "proto static [received best installed] weight=3 from=s4 "
	    "table=master4" },
	{ "route-tables.raw", "10.1.0.0/16",
	    "10.1.0.0/16 present\n"
	    "+ 10.1.0.0/16 unreachable proto static [received best installed] "
	    "from=s4 table=master4\n"
	    "+ 10.1.0.0/16 blackhole proto static [received] from=s42 "
	    "table=master4\n"
	    "+ 10.1.0.0/16 via 192.0.2.1 dev tofrr proto static [received best "
	    "installed] from=s2 table=t2" },
	{ "route-device.raw", "10.3.0.0/16",
	    "10.3.0.0/16 present\n"
	    "+ 10.3.0.0/16 dev lo proto static [received best installed] "
	    "from=s4 table=master4" },
	/* "!": the kernel did not take it */
	{ "route-mpls.raw", "10.5.0.0/16",
	    "10.5.0.0/16 present\n"
	    "+ 10.5.0.0/16 encap mpls 100/200 via 192.0.2.1 dev tofrr proto "
	    "static [received best] from=s4 table=master4" },
	{ "route-metric.raw", "10.0.0.0/16",
	    "10.0.0.0/16 present\n"
	    "+ 10.0.0.0/16 via 192.0.2.1 dev tofrr proto static metric 77 "
	    "[received best installed] from=s4 table=master4" },
	{ "route-prohibit.raw", "10.2.0.0/16",
	    "10.2.0.0/16 present\n"
	    "+ 10.2.0.0/16 prohibit proto static [received best installed] "
	    "from=s4 table=master4" },
};

START_TEST(an_answer_is_read)
{
	char path[200];

	CASE_ASK("bird", captured[_i].prefix);
	snprintf(path, sizeof(path), FIXTURES "%s", captured[_i].file);
	ck_assert_msg(parse_bytes(case_load(path)), "%s", case_err.text);
	case_expect(0, captured[_i].lines);
}
END_TEST

START_TEST(a_refusal_is_no_absence)
{
	static const char *const files[] = { FIXTURES "route-no-table.raw",
		FIXTURES "route-wrong-type.raw", FIXTURES "denied.raw",
		FIXTURES "parse-error.raw" };

	CASE_ASK("bird", "10.1.0.0/24");
	ck_assert(!parse_bytes(case_load(files[_i])));
	ck_assert_int_eq(case_err.kind, ERR_UNSUPPORTED);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(counts_are_by_family_table_and_protocol)
{
	struct case_bytes bytes = case_load(FIXTURES "protocols-all.raw");

	CASE_ASK("bird", "10.1.0.0/24");
	ck_assert(route_bird_parse_counts(bytes.bytes, bytes.len,
	    &case_question, &case_view, &case_err));
	free(bytes.bytes);
	case_expect_counts("ipv4 table=master4 proto=direct 1\n"
			   "ipv6 table=master6 proto=direct 1\n"
			   "ipv4 table=master4 proto=kernel 0\n"
			   "ipv6 table=master6 proto=kernel 0\n"
			   "ipv6 table=master6 proto=radv 0\n"
			   "ipv4 table=master4 proto=static 3\n"
			   "ipv6 table=master6 proto=static 1\n"
			   "ipv4 table=master4 proto=bgp 5\n"
			   "ipv6 table=master6 proto=bgp 1");
}
END_TEST

START_TEST(other_tables_count_by_name_alone)
{
	static const char bytes[] =
	    "1002-static4 Static master4 up 10:00\n"
	    "1006-  Channel ipv4\n"
	    "     Table:          master4\n"
	    "     Routes:         3 imported, 0 exported, 3 preferred\n"
	    " \n"
	    "1002-s2 Static red up 10:00\n"
	    "1006-  Channel ipv4\n"
	    "     Table:          red\n"
	    "     Routes:         5 imported, 0 exported, 4 preferred\n"
	    "0000 \n";
	const struct route_count *rows;

	CASE_ASK("bird", "10.1.0.0/24");
	ck_assert(route_bird_parse_counts(bytes, sizeof(bytes) - 1,
	    &case_question, &case_view, &case_err));
	case_expect_counts("ipv4 table=master4 proto=static 3\n"
			   "ipv4 table=red proto=static 4");
	rows = case_view.counts.items;
	ck_assert(case_view.tells_tables && !rows[0].apart && rows[1].apart);
	case_question.table = "red";
	CASE_ASK("bird", "10.1.0.0/24");
	ck_assert(route_bird_parse_counts(bytes, sizeof(bytes) - 1,
	    &case_question, &case_view, &case_err));
	rows = case_view.counts.items;
	ck_assert(rows[0].apart && !rows[1].apart);
}
END_TEST

/* --- made ones ------------------------------------------------------------ */

#define ROW(row) "1007-Table t:\n " row "\n0000 \n"

static const struct {
	const char *bytes, *lines;
} made[] = {
	/* BIRD 3 */
	{ "1007-Table master4:\n"
	  " 10.0.0.0/24          unicast [up1 10:00:00.000 from 192.0.2.9] * "
	  "(100/?) [AS65010?]\n"
	  " \tvia 192.0.2.1 on eth0\n"
	  " \tpreference: 100\n"
	  " \tsource: BGP\n"
	  " \tbgp_path: 65002 {65010}\n"
	  "0000 \n",
	    "10.0.0.0/24 present\n"
	    "+ 10.0.0.0/24 via 192.0.2.1 dev eth0 proto bgp [received best "
	    "installed] from=up1 table=master4 path=\"65002 {65010}\"" },
	/* an empty AS path is local; what is no kind is another one */
	{ "1007-Table t:\n 10.0.0.0/24 prickly [a 10:00] * (1)\n"
	  "1012-\tBGP.as_path: \n0000 \n",
	    "10.0.0.0/24 present\n"
	    "+ 10.0.0.0/24 other [received best installed] from=a table=t "
	    "path=\"\" origin=0" },
	/* a next hop that cannot be read is not left out in silence */
	{ "1007-Table t:\n 10.0.0.0/24 unicast [a 10:00] * (1)\n"
	  " \tvia nowhere on eth0\n0000 \n",
	    "10.0.0.0/24 present\n"
	    "+ 10.0.0.0/24 [received best installed] from=a table=t hops?" },
	{ "1007-Table t:\n 10.0.0.0/24 unicast [a 10:00] * (1)\n"
	  " \tvia\n \tvia 192.0.2.1 on\n \tdev\n0000 \n",
	    "10.0.0.0/24 present\n"
	    "+ 10.0.0.0/24 via 192.0.2.1 and [received best installed] from=a "
	    "table=t hops?" },
	{ "1007-Table t:\n 10.0.0.0/24 unicast [a] * (1)\n"
	  "1008-\tType: OSPF-E1 univ\n0000 \n",
	    "10.0.0.0/24 present\n"
	    "+ 10.0.0.0/24 proto ospf [received best installed] from=a "
	    "table=t" },
	{ "1007-Table t:\n 10.0.0.0/24 unicast [a] * (1)\n"
	  "1008-\tType: inherit univ\n0000 \n",
	    "10.0.0.0/24 present\n"
	    "+ 10.0.0.0/24 proto kernel [received best installed] from=a "
	    "table=t" },
	{ "0000 \n", "10.0.0.0/24 absent" },
	{ "8001 Network not found\n", "10.0.0.0/24 absent" },
};

START_TEST(what_else_bird_may_say)
{
	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert_msg(parse(made[_i].bytes), "%s", case_err.text);
	case_expect(0, made[_i].lines);
}
END_TEST

static const char *const broken[] = {
	"",
	"1007-Table t:\n",
	"hello\n",
	"0001 BIRD 2.0.12 ready.",
	"1007-Table t:\n unicast [a] *\n0000 \n", /* no prefix before */
	ROW("10.0.0.0/24"),
	ROW("10.0.0.0/24 unicast"),
	ROW("10.0.0.0/24 unicast [a"),
	ROW("10.0.0.0/24 unicast a]"),
	ROW("10.0.0.0/33 unicast [a] *"),
	ROW("10.0.0.0/24/24 unicast [a] *"),
};

START_TEST(a_broken_answer_is_no_absence)
{
	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert(!parse(broken[_i]));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(case_err.text, "bird"));
}
END_TEST

START_TEST(too_many_routes_end_it)
{
	static char bytes[1 << 20];
	struct text text = TEXT_OVER(bytes);

	text_add(&text, "1007-Table t:\n 10.0.0.0/24 unicast [a] *\n");
	for (int i = 0; i < 5000; i++)
		text_add(&text, " unicast [a]\n");
	text_add(&text, "0000 \n");
	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert(!parse(bytes));
}
END_TEST

/* --- conversations -------------------------------------------------------- */

#define PROTOCOLS                                                              \
	"2002-Name Proto Table State Since Info\n"                             \
	"1002-k4 Kernel master4 up 10:00\n"                                    \
	" down Kernel master4 down 10:00\n"                                    \
	" frr4 BGP --- up 10:00 Established\n0000 \n"

#define BEST                                                                   \
	"1007-Table master4:\n"                                                \
	" 10.0.0.0/24 unicast [frr4 10:00] * (100) [AS1i]\n"                   \
	" \tvia 192.0.2.1 on eth0\n0000 \n"

#define BLACKHOLE                                                              \
	"1007-Table master4:\n"                                                \
	" 10.0.0.0/24 blackhole [static4 10:00] * (200)\n0000 \n"

#define BASE                                                                   \
	{ "restrict", "0016 Access restricted\n" },                            \
	{                                                                      \
		"show protocols", PROTOCOLS                                    \
	}

static bool
converse(const struct scripted_line *lines)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct scripted bird =
	    scripted_start("0001 BIRD 2.0.12 ready.\n", lines, '\n');
	const bool ok = route_bird_read(bird.fd, &case_question, &case_view,
	    &deadline, &case_err);

	scripted_end(&bird);
	return ok;
}

START_TEST(the_kernel_protocol_of_the_table_tells_what_is_installed)
{
	static const struct scripted_line lines[] = {
		BASE,
		{ "show route 10.0.0.0/24 all", BEST },
		{ "show route 10.0.0.0/24 exported 'k4'", BEST },
		{ NULL },
	};

	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert_msg(converse(lines), "%s", case_err.text);
	ck_assert_str_eq(case_view.daemon, "BIRD 2.0.12");
	ck_assert_uint_eq(case_view.tells,
	    ROUTE_RECEIVED | ROUTE_BEST | ROUTE_INSTALLED);
	ck_assert_uint_eq(route_view_at(&case_view, 0)->paths->reached,
	    ROUTE_RECEIVED | ROUTE_BEST | ROUTE_INSTALLED);
}
END_TEST

START_TEST(what_is_installed_is_asked_where_it_matters)
{
	static const struct scripted_line plain[] = {
		BASE,
		{ "show route 10.0.0.0/24 all", BEST },
		{ NULL },
	};
	static const struct scripted_line blackhole[] = {
		BASE,
		{ "show route 10.0.0.0/24 all", BLACKHOLE },
		{ "show route 10.0.0.0/24 exported 'k4'",
		    "8001 Network not found\n" },
		{ NULL },
	};

	case_question.best_suffices = true;
	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert_msg(converse(plain), "%s", case_err.text);
	ck_assert_uint_eq(case_view.requests, 2);
	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert_msg(converse(blackhole), "%s", case_err.text);
	ck_assert_uint_eq(route_view_at(&case_view, 0)->paths->reached,
	    ROUTE_RECEIVED | ROUTE_BEST);
}
END_TEST

START_TEST(a_bird_too_old_to_say_so_does_not_tell)
{
	static const struct scripted_line lines[] = {
		BASE,
		{ "show route 10.0.0.0/24 all", BEST },
		{ "show route 10.0.0.0/24 exported 'k4'",
		    "9001 syntax error\n" },
		{ NULL },
	};

	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert_msg(converse(lines), "%s", case_err.text);
	ck_assert_uint_eq(case_view.tells, ROUTE_RECEIVED | ROUTE_BEST);
	ck_assert_uint_eq(route_view_at(&case_view, 0)->paths->reached,
	    ROUTE_RECEIVED | ROUTE_BEST);
}
END_TEST

START_TEST(what_a_filter_refused_was_received)
{
	static const struct scripted_line lines[] = {
		BASE,
		{ "show route 10.0.0.0/24 all", "8001 Network not found\n" },
		{ "show route 10.0.0.0/24 all filtered", BEST },
		{ "show route for 10.0.0.0/24 primary all",
		    "8001 Network not found\n" },
		{ NULL },
	};

	CASE_ASK("bird", "10.0.0.0/24");
	case_question.cover = true;
	ck_assert_msg(converse(lines), "%s", case_err.text);
	case_expect(0,
	    "10.0.0.0/24 present\n"
	    "+ 10.0.0.0/24 via 192.0.2.1 dev eth0 [received] from=frr4 "
	    "table=master4\n"
	    "cover none");
}
END_TEST

START_TEST(a_table_is_named_in_every_question)
{
	static const struct scripted_line lines[] = {
		BASE,
		{ "show route 10.0.0.0/24 all table 'red'",
		    "9001 syntax error, unexpected CF_SYM_UNDEFINED\n" },
		{ "show route ::/0 all table 'red'",
		    "9001 Incompatible type of prefix/ip for table red\n" },
		{ NULL },
	};

	CASE_ASK("bird", "10.0.0.0/24", "::/0");
	case_question.table = "red";
	ck_assert_msg(converse(lines), "%s", case_err.text);
	case_expect(0, "10.0.0.0/24 unseen: bird has no table red");
	case_expect(1,
	    "::/0 unseen: bird says: Incompatible type of prefix/ip for table "
	    "red");
}
END_TEST

START_TEST(what_cannot_be_asked_is_not_asked)
{
	static const struct scripted_line none[] = { { NULL } };

	CASE_ASK("bird", "10.0.0.0/24");
	case_question.table = "red' all\nconfigure";
	ck_assert(!converse(none));
	ck_assert_int_eq(case_err.kind, ERR_USAGE);
	case_question.table = NULL;
	case_question.vrf = "red";
	ck_assert(!converse(none));
	ck_assert_int_eq(case_err.kind, ERR_UNSUPPORTED);
}
END_TEST

START_TEST(more_prefixes_than_are_asked_for_at_once)
{
	static char commands[2 * 14][64];
	struct scripted_line lines[2 * 14 + 3] = { BASE };
	const char *prefixes[15] = { NULL };
	char names[14][24];

	for (int i = 0; i < 14; i++) {
		snprintf(names[i], sizeof(names[i]), "10.%d.0.0/16", i);
		prefixes[i] = names[i];
		snprintf(commands[2 * i], 64, "show route %s all", names[i]);
		snprintf(commands[2 * i + 1], 64, "show route %s all filtered",
		    names[i]);
		lines[2 + 2 * i] = (struct scripted_line){ commands[2 * i],
			"8001 Network not found\n" };
		lines[3 + 2 * i] = (struct scripted_line){ commands[2 * i + 1],
			"8001 Network not found\n" };
	}
	lines[2 * 2] = (struct scripted_line){
		commands[2],
		"1007-Table t:\n 10.1.0.0/16 unicast [a 10:00] * (1)\n0000 \n"
	};
	case_ask("bird", prefixes);
	ck_assert_msg(converse(lines), "%s", case_err.text);
	case_expect(0, "10.0.0.0/16 absent");
	case_expect(1,
	    "10.1.0.0/16 present\n"
	    "+ 10.1.0.0/16 [received best] from=a table=t");
	case_expect(13, "10.13.0.0/16 absent");
}
END_TEST

static const struct {
	const char *greeting;
	const char *restricted;
} strangers[] = {
	{ "220 mail.example ESMTP\n", "" },
	{ "hello\n", "" },
	{ "0002 nearly\n", "0016 Access restricted\n" },
	{ "0001 BIRD 2.0.12 ready.\n", "8007 Access denied\n" },
};

START_TEST(a_stranger_behind_the_socket_is_found_out)
{
	const struct scripted_line lines[] = {
		{ "restrict", strangers[_i].restricted },
		{ "show protocols", PROTOCOLS },
		{ "show route 10.0.0.0/24 all", "8001 Network not found\n" },
		{ NULL },
	};
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct scripted other =
	    scripted_start(strangers[_i].greeting, lines, '\n');

	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert(!route_bird_read(other.fd, &case_question, &case_view,
	    &deadline, &case_err));
	scripted_end(&other);
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(a_bird_that_hangs_up_ends_it)
{
	static const struct scripted_line lines[] = {
		BASE,
		{ "show route 10.0.0.0/24 all", BEST },
		{ NULL },
	};

	CASE_ASK("bird", "10.0.0.0/24");
	ck_assert(!converse(lines));
	ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_bird");
	TCase *tcase = tcase_create("route_bird");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_loop_test(tcase, an_answer_is_read, 0, COUNT(captured));
	tcase_add_loop_test(tcase, a_refusal_is_no_absence, 0, 4);
	tcase_add_test(tcase, counts_are_by_family_table_and_protocol);
	tcase_add_test(tcase, other_tables_count_by_name_alone);
	tcase_add_loop_test(tcase, what_else_bird_may_say, 0, COUNT(made));
	tcase_add_loop_test(tcase, a_broken_answer_is_no_absence, 0,
	    COUNT(broken));
	tcase_add_test(tcase, too_many_routes_end_it);
	tcase_add_test(tcase,
	    the_kernel_protocol_of_the_table_tells_what_is_installed);
	tcase_add_test(tcase, what_is_installed_is_asked_where_it_matters);
	tcase_add_test(tcase, a_bird_too_old_to_say_so_does_not_tell);
	tcase_add_test(tcase, what_a_filter_refused_was_received);
	tcase_add_test(tcase, a_table_is_named_in_every_question);
	tcase_add_test(tcase, what_cannot_be_asked_is_not_asked);
	tcase_add_test(tcase, more_prefixes_than_are_asked_for_at_once);
	tcase_add_loop_test(tcase, a_stranger_behind_the_socket_is_found_out, 0,
	    COUNT(strangers));
	tcase_add_test(tcase, a_bird_that_hangs_up_ends_it);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
