/* SPDX-License-Identifier: ISC */
/*
 * Routes over SNMP: recordings of routers (../shared/snmprec, or
 * $ROUTEVIGIL_SNMPREC; skipped where they are not), agents of a few lines, and
 * agents that misbehave.
 */
#include <unistd.h>

#include "source/route_snmp.h"
#include "source/snmprec.h"
#include "tests/tools/route_case.h"

static struct snmp_agent *agent;
static struct route_snmp_query query;

static void
setup(void)
{
	case_setup();
	query = (struct route_snmp_query){ .paths = false };
	agent = NULL;
}

static void
teardown(void)
{
	snmp_agent_close(agent);
	case_teardown();
}

static bool
look(void)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);

	return route_snmp_read(agent, &query, &case_question, &case_view,
	    &deadline, &case_err);
}

/* --- recordings ----------------------------------------------------------- */

#define RECORDED 5

static const struct {
	const char *file;
	bool paths;
	const char *prefixes[RECORDED];
	const char *lines[RECORDED];
} recorded[] = {
	{ "lab_frr844.snmprec", true,
	    { "10.2.2.0/23", "10.2.2.0/24", "10.1.0.0/24", "0.0.0.0/0" },
	    { "10.2.2.0/23 present\n"
	      "+ 10.2.2.0/23 via 192.0.2.2 dev 2 metric 20 [received best "
	      "installed] from=192.0.2.2 path=\"65002\" origin=65002\n"
	      "cover 10.2.2.0/23 via 192.0.2.2 dev 2 metric 20 [received best "
	      "installed] from=192.0.2.2 path=\"65002\" origin=65002",
		"10.2.2.0/24 absent\n"
		"cover 10.2.2.0/23 via 192.0.2.2 dev 2 metric 20 [installed]",
		"10.1.0.0/24 present\n"
		"+ 10.1.0.0/24 blackhole metric 20 [installed]\n"
		"cover 10.1.0.0/24 blackhole metric 20 [installed]",
		"0.0.0.0/0 absent\ncover none" } },
	{ "lab_frr844.snmprec", false, { "2001:db8:2000::/48", "::/0" },
	    { "2001:db8:2000::/48 present\n"
	      "+ 2001:db8:2000::/48 via fe80::80c7:84ff:fe98:b992 dev 2 metric "
	      "20 [installed]\n"
	      "cover 2001:db8:2000::/48 via fe80::80c7:84ff:fe98:b992 dev 2 "
	      "metric 20 [installed]",
		"::/0 absent\ncover none" } },
	/* the same prefix twice, by two interfaces */
	{ "cumulus59_bgpvrf.snmprec", false,
	    { "100.64.104.0/26", "100.64.8.0/24", "100.64.8.0/23",
		"0.0.0.0/0" },
	    { "100.64.104.0/26 present\n"
	      "+ 100.64.104.0/26 dev 87 and dev 88 [installed]\n"
	      "cover 100.64.104.0/26 dev 87 and dev 88 [installed]",
		"100.64.8.0/24 present\n"
		"+ 100.64.8.0/24 dev 65 [installed]\n"
		"cover 100.64.8.0/24 dev 65 [installed]",
		"100.64.8.0/23 absent\ncover 0.0.0.0/0 dev 65 [installed]",
		"0.0.0.0/0 present\n"
		"+ 0.0.0.0/0 dev 65 [installed]\n"
		"cover 0.0.0.0/0 dev 65 [installed]" } },
	/* protocols are told; there is not one row of IPv6 */
	{ "huawei_s5720_routes.snmprec", false,
	    { "10.101.155.0/24", "10.199.0.0/24", "10.199.0.0/25", "::/0" },
	    { "10.101.155.0/24 present\n"
	      "+ 10.101.155.0/24 via 10.199.0.1 dev 118 proto static "
	      "[installed]\n"
	      "cover 10.101.155.0/24 via 10.199.0.1 dev 118 proto static "
	      "[installed]",
		"10.199.0.0/24 present\n"
		"+ 10.199.0.0/24 via 10.199.0.50 dev 58 and via 10.199.0.103 "
		"dev 118 proto local [installed]\n"
		"cover 10.199.0.0/24 via 10.199.0.50 dev 58 and via "
		"10.199.0.103 dev 118 proto local [installed]",
		"10.199.0.0/25 absent\n"
		"cover 10.199.0.0/24 via 10.199.0.50 dev 58 and via "
		"10.199.0.103 dev 118 proto local [installed]",
		"::/0 unseen: IPv6 routes: the agent serves no table of them, "
		"or this community or user may not see it" } },
	{ "arista_7150_routes.snmprec", false,
	    { "169.254.1.0/30", "169.254.1.0/31" },
	    { "169.254.1.0/30 present\n"
	      "+ 169.254.1.0/30 dev 2004094 proto local metric 1 [installed]\n"
	      "cover 169.254.1.0/30 dev 2004094 proto local metric 1 "
	      "[installed]",
		"169.254.1.0/31 absent\n"
		"cover 169.254.1.0/30 dev 2004094 proto local metric 1 "
		"[installed]" } },
	/* one row an address */
	{ "fortigate_60f_routes.snmprec", false,
	    { "0.0.0.0/0", "10.150.1.0/24", "10.150.1.0/25", "10.150.10.0/24" },
	    { "0.0.0.0/0 present\n"
	      "+ 0.0.0.0/0 via 10.0.11.4 dev 2 proto ospf metric 10 "
	      "[installed]\n"
	      "cover 0.0.0.0/0 via 10.0.11.4 dev 2 proto ospf metric 10 "
	      "[installed]",
		"10.150.1.0/24 present\n"
		"+ 10.150.1.0/24 dev 25 proto local [installed]\n"
		"cover 10.150.1.0/24 dev 25 proto local [installed]",
		"10.150.1.0/25 unseen: ipRouteTable has another prefix of the "
		"same address in its place",
		"10.150.10.0/24 absent\n"
		"cover 0.0.0.0/0 via 10.0.11.4 dev 2 proto ospf metric 10 "
		"[installed]" } },
	{ "flexbng_bgp_rib.snmprec", true, { "0.0.0.0/0", "149.0.0.0/8" },
	    { "0.0.0.0/0 present\n"
	      "+ 0.0.0.0/0 via 96.43.223.194 dev 3 proto bgp "
	      "[received best installed] from=96.43.223.194\n"
	      "cover 0.0.0.0/0 via 96.43.223.194 dev 3 proto bgp "
	      "[received best installed] from=96.43.223.194",
		"149.0.0.0/8 absent\n"
		"cover 0.0.0.0/0 via 96.43.223.194 dev 3 proto bgp "
		"[installed]" } },
	/* no table of routes at all */
	{ "ios_3560g.snmprec", false, { "0.0.0.0/0" },
	    { "0.0.0.0/0 unseen: IPv4 routes: the agent serves no table of "
	      "them, or this community or user may not see it" } },
};

START_TEST(a_recording_of_a_router)
{
	const char *folder = getenv("ROUTEVIGIL_SNMPREC");
	const char *prefixes[RECORDED + 1] = { NULL };
	char path[400];

	snprintf(path, sizeof(path), "%s/%s",
	    folder != NULL ? folder : "../shared/snmprec", recorded[_i].file);
	if (access(path, R_OK) != 0) {
		printf("skipped: there is no %s\n", path);
		return;
	}
	for (int i = 0; i < RECORDED && recorded[_i].prefixes[i]; i++)
		prefixes[i] = recorded[_i].prefixes[i];
	case_ask("snmp", prefixes);
	case_question.cover = true;
	query.paths = recorded[_i].paths;
	agent = snmprec_open(path, &case_err);
	ck_assert_msg(agent != NULL && look(), "%s", case_err.text);
	for (size_t i = 0; i < case_question.count; i++)
		case_expect(i, recorded[_i].lines[i]);
}
END_TEST

/* --- agents of a few lines ------------------------------------------------ */

#define INET(column, rest, value)                                              \
	"1.3.6.1.2.1.4.24.7.1." column "." rest "|2|" value "\n"
#define CIDR(column, rest, value)                                              \
	"1.3.6.1.2.1.4.24.4.1." column "." rest "|2|" value "\n"
#define VRF(column, rest, value)                                               \
	"1.3.6.1.2.1.10.166.11.1.4.1.1." column "." rest "|2|" value "\n"
#define A8 "1.4.10.0.0.0.8.2.0.0.1.4.192.0.2.1"
#define A16 "1.4.10.0.0.0.16.2.0.0.1.4.192.0.2.2"
#define IF_NAMES "1.3.6.1.2.1.31.1.1.1.1.7|4|ge-0/0/7\n"

/* RFC 2465: 2001:db8::/32 and 2001:db8::/48 */
#define V6_32 "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.32.1"
#define V6_48 "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.48.1"
#define V6(column, rest, value)                                                \
	"1.3.6.1.2.1.55.1.11.1." column "." rest "|" value "\n"
#define OLD_V6                                                                 \
	V6("4", V6_32, "2|7")                                                  \
	V6("4", V6_48, "2|7")                                                  \
	V6("5", V6_32, "4x|fe800000000000000000000000000001")                  \
	V6("5", V6_48, "4x|00000000000000000000000000000000")                  \
	V6("6", V6_32, "2|4")                                                  \
	V6("6", V6_48, "2|2")                                                  \
	V6("7", V6_32, "2|7")                                                  \
	V6("7", V6_48, "2|5")                                                  \
	V6("11", V6_32, "66|20")                                               \
	V6("11", V6_48, "66|1")

static const struct {
	const char *agent, *vrf, *prefix, *lines;
} small[] = {
	/* an old agent's IPv6: other numbers of types and protocols */
	{ OLD_V6, NULL, "2001:db8::/32",
	    "2001:db8::/32 present\n"
	    "+ 2001:db8::/32 via fe80::1 dev 7 proto bgp metric 20 "
	    "[installed]\n"
	    "cover 2001:db8::/32 via fe80::1 dev 7 proto bgp metric 20 "
	    "[installed]" },
	{ OLD_V6, NULL, "2001:db8::/48",
	    "2001:db8::/48 present\n"
	    "+ 2001:db8::/48 blackhole proto rip metric 1 [installed]\n"
	    "cover 2001:db8::/48 blackhole proto rip metric 1 [installed]" },
	{ OLD_V6, NULL, "2001:db8::/40",
	    "2001:db8::/40 absent\n"
	    "cover 2001:db8::/32 via fe80::1 dev 7 proto bgp metric 20 "
	    "[installed]" },
	/* a prefix whose address is also the start of a longer one, both ways
	 */
	{ INET("7", A8, "7") INET("7", A16, "7") INET("8", A8, "4")
		INET("8", A16, "4") INET("9", A8, "14") INET("9", A16, "13"),
	    NULL, "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 dev 7 proto bgp [installed]\n"
	    "cover 10.0.0.0/8 via 192.0.2.1 dev 7 proto bgp [installed]" },
	{ INET("7", A8, "7") INET("7", A16, "7") INET("8", A8, "4")
		INET("8", A16, "4") INET("9", A8, "14") INET("9", A16, "13"),
	    NULL, "10.0.0.0/16",
	    "10.0.0.0/16 present\n"
	    "+ 10.0.0.0/16 via 192.0.2.2 dev 7 proto ospf [installed]\n"
	    "cover 10.0.0.0/16 via 192.0.2.2 dev 7 proto ospf [installed]" },
	{ INET("7", A8, "7") INET("7", A16, "7") INET("8", A8, "4")
		INET("8", A16, "4") INET("9", A8, "14") INET("9", A16, "13"),
	    NULL, "10.0.0.0/12",
	    "10.0.0.0/12 absent\n"
	    "cover 10.0.0.0/8 via 192.0.2.1 dev 7 proto bgp [installed]" },
	/* the interface by name; dropped packets by type */
	{ INET("7", A8, "7") INET("8", A8, "4") IF_NAMES, NULL, "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 dev ge-0/0/7 [installed]\n"
	    "cover 10.0.0.0/8 via 192.0.2.1 dev ge-0/0/7 [installed]" },
	{ INET("7", A8, "0") INET("8", A8, "5"), NULL, "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 blackhole [installed]\n"
	    "cover 10.0.0.0/8 blackhole [installed]" },
	{ INET("7", A8, "0") INET("8", A8, "2"), NULL, "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 unreachable [installed]\n"
	    "cover 10.0.0.0/8 unreachable [installed]" },
	/* holes: the first column lacks the first row, the second one the
	 * second */
	{ INET("7", "1.4.10.0.0.0.8.2.0.0.1.4.192.0.2.9", "9")
		INET("8", A8, "4") INET("9", A8, "14")
		    INET("9", "1.4.10.0.0.0.8.2.0.0.1.4.192.0.2.9", "14"),
	    NULL, "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 and via 192.0.2.9 dev 9 proto bgp "
	    "[installed]\n"
	    "cover 10.0.0.0/8 via 192.0.2.1 and via 192.0.2.9 dev 9 proto bgp "
	    "[installed]" },
	/* an index that cannot be read is a route all the same */
	{ INET("7", "1.4.10.0.0.0.8.9.9", "7"), NULL, "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 [installed] hops?\n"
	    "cover 10.0.0.0/8 [installed] hops?" },
	/* masks backwards */
	{ CIDR("5", "172.18.172.0.0.254.255.255.0.0.0.0.0", "2")
		CIDR("6", "172.18.172.0.0.254.255.255.0.0.0.0.0", "3"),
	    NULL, "172.18.172.0/23",
	    "172.18.172.0/23 present\n"
	    "+ 172.18.172.0/23 dev 2 [installed]\n"
	    "cover 172.18.172.0/23 dev 2 [installed]" },
	{ CIDR("5", "172.18.172.0.0.254.255.255.0.0.0.0.0", "2"), NULL,
	    "172.18.172.0/24",
	    "172.18.172.0/24 absent\n"
	    "cover 172.18.172.0/23 dev 2 [installed]" },
	/* what that table has not may be there all the same */
	{ "1.3.6.1.2.1.4.24.2.1.2.10.0.0.0.14.0.192.0.2.1|64|255.0.0.0\n", NULL,
	    "10.1.0.0/16",
	    "10.1.0.0/16 unseen: ipForwardTable does not have it, but may lack "
	    "routes that are there" },
	{ "1.3.6.1.2.1.4.24.2.1.2.10.0.0.0.14.0.192.0.2.1|64|255.0.0.0\n"
	  "1.3.6.1.2.1.4.24.2.1.5.10.0.0.0.14.0.192.0.2.1|2|3\n"
	  "1.3.6.1.2.1.4.24.2.1.7.10.0.0.0.14.0.192.0.2.1|2|14\n",
	    NULL, "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 dev 3 proto bgp [installed]\n"
	    "cover 10.0.0.0/8 via 192.0.2.1 dev 3 proto bgp [installed]" },
	/* VRFs by name: "red" */
	{ VRF("7", "3.114.101.100." A8, "7")
		VRF("9", "3.114.101.100." A8, "14"),
	    "red", "10.0.0.0/8",
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 dev 7 proto bgp [installed]\n"
	    "cover 10.0.0.0/8 via 192.0.2.1 dev 7 proto bgp [installed]" },
	{ VRF("7", "3.114.101.100." A8, "7"), "red", "10.1.0.0/16",
	    "10.1.0.0/16 absent\n"
	    "cover 10.0.0.0/8 via 192.0.2.1 dev 7 [installed]" },
	{ VRF("7", "3.114.101.100." A8, "7"), "blue", "10.0.0.0/8",
	    "10.0.0.0/8 unseen: mplsL3VpnVrfRteTable has no route of this VRF: "
	    "is there one, or does it need an SNMPv3 context?" },
	/* the VRF's routes are not those of the agent */
	{ INET("7", A8, "7"), "red", "10.0.0.0/8",
	    "10.0.0.0/8 unseen: mplsL3VpnVrfRteTable has no route of this VRF: "
	    "is there one, or does it need an SNMPv3 context?" },
	{ "1.3.6.1.2.1.1.1.0|4|nothing to see\n", NULL, "10.0.0.0/8",
	    "10.0.0.0/8 unseen: IPv4 routes: the agent serves no table of "
	    "them, or this community or user may not see it" },
};

static void
replay(const char *bytes)
{
	agent = snmprec_replay("the agent", bytes, strlen(bytes), &case_err);
	ck_assert_msg(agent != NULL, "%s", case_err.text);
}

START_TEST(an_agent_of_a_few_lines)
{
	CASE_ASK("snmp", small[_i].prefix);
	case_question.cover = true;
	case_question.vrf = small[_i].vrf;
	replay(small[_i].agent);
	ck_assert_msg(look(), "%s", case_err.text);
	case_expect(0, small[_i].lines);
}
END_TEST

START_TEST(over_version_1_the_end_of_the_mib_is_an_error_for_one)
{
	CASE_ASK("snmp", "10.0.0.0/8", "10.1.0.0/16", "::/0");
	replay(INET("7", A8, "7") INET("8", A8, "4"));
	agent->v1 = true;
	ck_assert_msg(look(), "%s", case_err.text);
	case_expect(0,
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.1 dev 7 [installed]");
	case_expect(1, "10.1.0.0/16 absent");
	ck_assert_int_eq(route_view_at(&case_view, 2)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(an_agent_that_lies_about_protocols_tells_none)
{
	CASE_ASK("snmp", "10.0.0.0/8");
	replay(INET("7", A8, "7") INET("8", A8, "4") INET("9", A8, "2"));
	ck_assert(look());
	ck_assert(!case_view.tells_protocol);
	ck_assert_ptr_null(route_view_at(&case_view, 0)->paths->protocol);
	ck_assert_uint_eq(case_view.tells, ROUTE_INSTALLED);
}
END_TEST

START_TEST(counts_are_of_one_number)
{
	CASE_ASK("snmp", "10.0.0.0/8");
	case_question.counts = true;
	replay("1.3.6.1.2.1.4.24.3.0|66|5\n1.3.6.1.2.1.4.24.6.0|66|9\n" INET(
	    "7", A8, "7"));
	ck_assert(look());
	ck_assert(case_view.counted);
	case_expect_counts("none table= proto= 9");
	case_question.families = 1U << IP_V4;
	CASE_ASK("snmp", "10.0.0.0/8");
	ck_assert(look());
	case_expect_counts("ipv4 table= proto= 5");
	case_question.families = 1U << IP_V6;
	CASE_ASK("snmp", "10.0.0.0/8");
	ck_assert(look());
	ck_assert(!case_view.counted);
	ck_assert_ptr_nonnull(case_view.count_why);
}
END_TEST

START_TEST(a_count_that_is_not_served_is_said)
{
	CASE_ASK("snmp", "10.0.0.0/8");
	case_question.counts = true;
	replay(INET("7", A8, "7"));
	ck_assert(look());
	ck_assert(!case_view.counted);
	ck_assert_str_eq(case_view.count_why,
	    "inetCidrRouteNumber is not served");
}
END_TEST

START_TEST(an_agent_of_bgp_alone_knows_no_more)
{
	CASE_ASK("snmp", "10.0.0.0/8", "10.1.0.0/16");
	query.paths = true;
	replay("1.3.6.1.2.1.15.6.1.5.10.0.0.0.8.192.0.2.1|4x|0201fde9\n"
	       "1.3.6.1.2.1.15.6.1.6.10.0.0.0.8.192.0.2.1|64|192.0.2.7\n"
	       "1.3.6.1.2.1.15.6.1.13.10.0.0.0.8.192.0.2.1|2|2\n");
	ck_assert(look());
	ck_assert_uint_eq(case_view.tells, ROUTE_RECEIVED | ROUTE_BEST);
	ck_assert_ptr_nonnull(case_view.note);
	case_expect(0,
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 via 192.0.2.7 proto bgp [received best] "
	    "from=192.0.2.1 path=\"65001\" origin=65001");
	case_expect(1, "10.1.0.0/16 absent");
}
END_TEST

START_TEST(one_packet_a_table_and_one_for_more_next_hops)
{
	CASE_ASK("snmp", "10.0.0.0/8", "10.0.0.0/16", "10.9.0.0/16");
	replay(INET("7", A8, "7") INET("7", A16, "7") INET("8", A8, "4")
		INET("8", A16, "4"));
	ck_assert(look());
	/* and one for the names of interfaces */
	ck_assert_uint_eq(agent->counters.requests, 3);
	ck_assert_uint_eq(case_view.requests, 3);
}
END_TEST

START_TEST(a_table_that_is_asked_for_is_none_of_snmp)
{
	CASE_ASK("snmp", "10.0.0.0/8");
	case_question.table = "100";
	replay(INET("7", A8, "7"));
	ck_assert(!look());
	ck_assert_int_eq(case_err.kind, ERR_UNSUPPORTED);
	ck_assert(case_view.failed);
}
END_TEST

/* --- agents that misbehave ------------------------------------------------ */

enum manner {
	SILENT,
	ENDLESS, /* always one more next hop */
	GEN_ERR,
	TOO_BIG, /* unless it is asked for one */
	NO_ROOM, /* never anything but tooBig */
	BACKWARDS,
	NONSENSE, /* of types that no column has */
	REFUSES,
};

struct misfit {
	struct snmp_agent agent;
	enum manner manner;
	unsigned answers;
	size_t slot;
};

static bool
misfit_send(struct snmp_agent *base, size_t slot, struct err *err)
{
	(void)err;
	((struct misfit *)base)->slot = slot;
	return true;
}

static bool
misfit_error(struct misfit *misfit, enum snmp_status status, struct err *err)
{
	const struct snmp_reply reply = { .status = status };

	return snmp_agent_answer(&misfit->agent, misfit->slot, &reply, err);
}

static void
misfit_row(struct misfit *misfit, struct snmp_varbind *to,
    const struct snmp_oid *asked)
{
	const uint32_t tail[] = { 2, 0, 0, 1, 4, 192, 0, misfit->answers / 256,
		misfit->answers % 256 };

	snmp_oid_copy(&to->oid, asked);
	to->value = (struct snmp_value){ .type = SNMP_INTEGER, .number = 4 };
	if (misfit->manner == NONSENSE)
		to->value = (struct snmp_value){ .type = SNMP_OPAQUE,
			.bytes = (const uint8_t *)"x",
			.len = 1 };
	if (misfit->manner == BACKWARDS)
		to->oid.len--;
	else if (asked->len >= 11 + 7 + 9)
		to->oid.sub[asked->len - 1] = tail[8];
	else
		snmp_oid_append(&to->oid, tail, 9);
	if (misfit->manner != BACKWARDS && asked->len >= 11 + 7 + 9)
		to->oid.sub[asked->len - 2] = tail[7];
}

static bool
misfit_poll(struct snmp_agent *base, const struct deadline *deadline,
    struct err *err)
{
	struct misfit *misfit = (struct misfit *)base;
	const struct snmp_slot *slot = &base->slots[misfit->slot];
	struct snmp_varbind *varbinds = snmp_agent_varbinds(base, slot->count);
	const struct snmp_reply reply = { .count = slot->count,
		.varbinds = varbinds };

	(void)deadline;
	misfit->answers++;
	if (misfit->manner == SILENT)
		return err_set(err, ERR_TIMEOUT, "the agent does not answer");
	if (misfit->manner == GEN_ERR)
		return misfit_error(misfit, SNMP_GEN_ERR, err);
	if (misfit->manner == REFUSES)
		return misfit_error(misfit, SNMP_AUTHORIZATION_ERROR, err);
	if (misfit->manner == NO_ROOM ||
	    (misfit->manner == TOO_BIG && slot->count > 1))
		return misfit_error(misfit, SNMP_TOO_BIG, err);
	for (size_t i = 0; i < slot->count; i++)
		misfit_row(misfit, &varbinds[i], &slot->oids[i]);
	return snmp_agent_answer(base, misfit->slot, &reply, err);
}

static void
misfit_close(struct snmp_agent *base)
{
	snmp_agent_done(base);
}

static const struct snmp_backend misfit_backend = { misfit_send, misfit_poll,
	misfit_close };
static struct misfit misfit;

static const struct {
	enum manner manner;
	bool ok;
	enum err_kind kind;
} misfits[] = {
	{ SILENT, false, ERR_TIMEOUT },
	{ ENDLESS, true, ERR_NONE },
	{ GEN_ERR, false, ERR_PROTOCOL },
	{ TOO_BIG, true, ERR_NONE },
	{ NO_ROOM, false, ERR_PROTOCOL },
	{ BACKWARDS, false, ERR_PROTOCOL },
	{ NONSENSE, true, ERR_NONE },
	{ REFUSES, false, ERR_PERMISSION },
};

START_TEST(an_agent_that_misbehaves_never_makes_a_prefix_absent)
{
	const struct route_answer *answer;

	misfit = (struct misfit){ .manner = misfits[_i].manner };
	snmp_agent_init(&misfit.agent, &misfit_backend, "the agent");
	agent = &misfit.agent;
	CASE_ASK("snmp", "10.0.0.0/8");
	case_question.cover = true;
	ck_assert_int_eq(look(), misfits[_i].ok);
	ck_assert_uint_lt(misfit.answers, 10 * ROUTE_SNMP_ROWS);
	answer = route_view_at(&case_view, 0);
	ck_assert_int_ne(answer->presence, ROUTE_ABSENT);
	if (misfits[_i].ok)
		return;
	ck_assert_int_eq(case_err.kind, misfits[_i].kind);
	ck_assert_int_eq(answer->presence, ROUTE_UNSEEN);
	ck_assert_ptr_nonnull(answer->why);
	ck_assert(case_view.failed);
	if (misfits[_i].manner == SILENT)
		ck_assert_uint_eq(misfit.answers, 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_snmp");
	TCase *tcase = tcase_create("route_snmp");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_recording_of_a_router, 0, COUNT(recorded));
	tcase_add_loop_test(tcase, an_agent_of_a_few_lines, 0, COUNT(small));
	tcase_add_test(tcase,
	    over_version_1_the_end_of_the_mib_is_an_error_for_one);
	tcase_add_test(tcase, an_agent_that_lies_about_protocols_tells_none);
	tcase_add_test(tcase, counts_are_of_one_number);
	tcase_add_test(tcase, a_count_that_is_not_served_is_said);
	tcase_add_test(tcase, an_agent_of_bgp_alone_knows_no_more);
	tcase_add_test(tcase, one_packet_a_table_and_one_for_more_next_hops);
	tcase_add_test(tcase, a_table_that_is_asked_for_is_none_of_snmp);
	tcase_add_loop_test(tcase,
	    an_agent_that_misbehaves_never_makes_a_prefix_absent, 0,
	    COUNT(misfits));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
