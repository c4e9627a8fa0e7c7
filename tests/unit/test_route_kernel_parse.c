/* SPDX-License-Identifier: ISC */
/* Captured answers of the kernel: tests/fixtures/rtnetlink/README.md. */
#include <errno.h>

#include "lib/source/route_kernel_parse.c"
#include "tests/tools/route_case.h"

#define FIXTURES "tests/fixtures/rtnetlink/"

static struct arena_list loose;
static struct rtnl_reader reader;

static void
setup(void)
{
	case_setup();
	loose = (struct arena_list){ 0 };
}

static void
begin(enum rtnl_job job, enum ip_family family, uint32_t table)
{
	loose = (struct arena_list){ 0 };
	reader = (struct rtnl_reader){
		.job = job,
		.sequence = 1,
		.family = (uint8_t)family,
		.table = table,
		.view = &case_view,
		.answer = case_question.count > 0 ? route_view_at(&case_view, 0)
						  : NULL,
		.loose = &loose,
		.weight = 1,
	};
}

static void
parse(const char *file)
{
	const struct case_bytes answer = case_load(file);

	if (!rtnl_parse(&reader, answer.bytes, answer.len, &case_err))
		ck_abort_msg("%s: %s", file, case_err.text);
	free(answer.bytes);
}

/* --- finding -------------------------------------------------------------- */

static const struct {
	const char *file;
	const char *prefix;
	uint32_t table;
	const char *lines;
} finds[] = {
	{ FIXTURES "main4.bin", "10.0.3.0/24", 254,
	    "10.0.3.0/24 present\n"
	    "+ 10.0.3.0/24 via fe80::2 proto boot [installed]\n"
	    "cover 10.0.3.0/24 via fe80::2 proto boot" },
	{ FIXTURES "main4.bin", "10.0.4.0/24", 254,
	    "10.0.4.0/24 present\n"
	    "+ 10.0.4.0/24 via 192.0.2.2 and via 192.0.2.3 proto boot "
	    "[installed] weight=1/3\n"
	    "cover 10.0.4.0/24 via 192.0.2.2 and via 192.0.2.3 proto boot" },
	{ FIXTURES "main4.bin", "10.0.5.0/24", 254,
	    "10.0.5.0/24 present\n"
	    "+ 10.0.5.0/24 encap ip via 192.0.2.2 proto boot [installed]\n"
	    "cover 10.0.5.0/24 encap ip via 192.0.2.2 proto boot" },
	/* Two of them. */
	{ FIXTURES "main4.bin", "10.5.0.0/16", 254,
	    "10.5.0.0/16 present\n"
	    "+ 10.5.0.0/16 via 192.0.2.2 proto bgp metric 20 [installed]\n"
	    "+ 10.5.0.0/16 via 192.0.2.3 proto static metric 30 [installed]\n"
	    "cover 10.5.0.0/16 via 192.0.2.2 proto bgp metric 20" },
	{ FIXTURES "main4.bin", "10.5.0.0/24", 254,
	    "10.5.0.0/24 present\n"
	    "+ 10.5.0.0/24 via 192.0.2.3 proto boot [installed]\n"
	    "cover 10.5.0.0/24 via 192.0.2.3 proto boot" },
	/* One for a TOS is none. */
	{ FIXTURES "main4.bin", "10.6.0.0/16", 254,
	    "cover 0.0.0.0/0 via 192.0.2.254 proto boot\n"
	    "apart packets of TOS 0x10" },
	{ FIXTURES "main4.bin", "10.6.0.0/17", 254,
	    "cover 0.0.0.0/0 via 192.0.2.254 proto boot\n"
	    "apart cover packets of TOS 0x10" },
	{ FIXTURES "source6.bin", "2001:db8:9::/48", 254,
	    "\napart packets from 2001:db8::/40" },
	{ FIXTURES "source6.bin", "2001:db8:9:1::/64", 254,
	    "\napart cover packets from 2001:db8::/40" },
	{ FIXTURES "source6.bin", "2001:db8::/32", 254, "" },
	/* What the kernel passes over covers nothing either. */
	{ FIXTURES "linkdown4.bin", "10.20.0.0/16", 254,
	    "10.20.0.0/16 present\n"
	    "+ 10.20.0.0/16 via 198.51.100.2 down proto boot [unused: link "
	    "down]\n"
	    "cover 0.0.0.0/0 via 192.0.2.254 proto boot" },
	{ FIXTURES "linkdown4.bin", "10.21.0.0/16", 254,
	    "10.21.0.0/16 present\n"
	    "+ 10.21.0.0/16 via 198.51.100.2 down and via 192.0.2.2 proto boot "
	    "[installed]\n"
	    "cover 10.21.0.0/16 via 198.51.100.2 down and via 192.0.2.2 proto "
	    "boot" },
	{ FIXTURES "linkdown4.bin", "10.22.0.0/16", 254,
	    "cover 0.0.0.0/0 via 192.0.2.254 proto boot" },
	{ FIXTURES "main4.bin", "10.5.0.0/25", 254,
	    "cover 10.5.0.0/24 via 192.0.2.3 proto boot" },
	{ FIXTURES "main4.bin", "10.5.1.0/24", 254,
	    "cover 10.5.0.0/16 via 192.0.2.2 proto bgp metric 20" },
	{ FIXTURES "main4.bin", "0.0.0.0/0", 254,
	    "0.0.0.0/0 present\n"
	    "+ 0.0.0.0/0 via 192.0.2.254 proto boot [installed]\n"
	    "cover 0.0.0.0/0 via 192.0.2.254 proto boot" },
	{ FIXTURES "main4.bin", "10.1.0.0/16", 254,
	    "10.1.0.0/16 present\n"
	    "+ 10.1.0.0/16 blackhole proto boot [installed]\n"
	    "cover 10.1.0.0/16 blackhole proto boot" },
	{ FIXTURES "main4.bin", "10.4.0.0/16", 254,
	    "10.4.0.0/16 present\n"
	    "+ 10.4.0.0/16 throw proto boot [installed]\n"
	    "cover 10.4.0.0/16 throw proto boot" },
	{ FIXTURES "main4.bin", "10.4.1.0/24", 254,
	    "cover 10.4.0.0/16 throw proto boot" },
	{ FIXTURES "blackholes4.bin", "10.1.0.0/16", 254,
	    "10.1.0.0/16 present\n"
	    "+ 10.1.0.0/16 blackhole proto boot [installed]\n"
	    "cover 10.1.0.0/16 blackhole proto boot" },
	{ FIXTURES "table100.bin", "10.9.0.0/24", 100,
	    "10.9.0.0/24 present\n"
	    "+ 10.9.0.0/24 via 192.0.2.7 proto bgp [installed]\n"
	    "cover 10.9.0.0/24 via 192.0.2.7 proto bgp" },
	/* An old kernel sends every table. */
	{ FIXTURES "table100.bin", "10.9.0.0/24", 254, "" },
	{ FIXTURES "main6.bin", "2001:db8:5::/48", 254,
	    "2001:db8:5::/48 present\n"
	    "+ 2001:db8:5::/48 encap seg6 proto boot metric 1024 [installed]\n"
	    "cover 2001:db8:5::/48 encap seg6 proto boot metric 1024" },
	{ FIXTURES "main6.bin", "2001:db8:7::/48", 254,
	    "2001:db8:7::/48 present\n"
	    "+ 2001:db8:7::/48 blackhole proto boot metric 1024 [installed]\n"
	    "cover 2001:db8:7::/48 blackhole proto boot metric 1024" },
	{ FIXTURES "main6.bin", "2001:db8:8::/48", 254,
	    "2001:db8:8::/48 present\n"
	    "+ 2001:db8:8::/48 via fe80::5 and via fe80::6 proto boot metric "
	    "1024 [installed]\n"
	    "cover 2001:db8:8::/48 via fe80::5 and via fe80::6 proto boot "
	    "metric 1024" },
	{ FIXTURES "main6.bin", "2001:db8:9::/48", 254, "" },
	{ FIXTURES "mpls4.bin", "10.7.0.0/16", 254,
	    "10.7.0.0/16 present\n"
	    "+ 10.7.0.0/16 encap mpls 100/200 via 192.0.2.2 proto boot "
	    "[installed]\n"
	    "cover 10.7.0.0/16 encap mpls 100/200 via 192.0.2.2 proto boot" },
	{ FIXTURES "mpls4.bin", "10.8.0.0/16", 254,
	    "10.8.0.0/16 present\n"
	    "+ 10.8.0.0/16 encap mpls 300 via 192.0.2.2 and via 192.0.2.3 "
	    "proto boot [installed]\n"
	    "cover 10.8.0.0/16 encap mpls 300 via 192.0.2.2 and via 192.0.2.3 "
	    "proto boot" },
	{ FIXTURES "mpls6.bin", "2001:db8:7::/48", 254,
	    "2001:db8:7::/48 present\n"
	    "+ 2001:db8:7::/48 encap mpls 400 via 2001:db8::2 proto boot "
	    "metric 1024 [installed]\n"
	    "cover 2001:db8:7::/48 encap mpls 400 via 2001:db8::2 proto boot "
	    "metric 1024" },
};

/* The last line without what differs between two ways to show it. */
static const char *
seen(void)
{
	static char room[4096];
	struct text out = TEXT_OVER(room);
	const struct route_answer *answer = reader.answer;

	text_clear(&out);
	if (answer->presence == ROUTE_PRESENT) {
		ip_net_format(&out, &answer->prefix);
		text_add(&out, " present\n");
	}
	for (const struct route_path *p = answer->paths; p; p = p->next) {
		text_add(&out, "+ ");
		route_tell(&out, p);
		text_add(&out,
		    p->reached == ROUTE_INSTALLED ? " [installed]"
			: p->unused != NULL	  ? " [unused: "
						  : " [?]");
		if (p->unused != NULL)
			text_addf(&out, "%s]", p->unused);
		if (p->hop_count == 2 &&
		    p->hops->weight != p->hops->next->weight)
			text_addf(&out, " weight=%u/%u", p->hops->weight,
			    p->hops->next->weight);
		text_add_char(&out, '\n');
	}
	if (answer->cover != NULL) {
		text_add(&out, "cover ");
		route_tell(&out, answer->cover);
	}
	if (answer->apart != NULL)
		text_addf(&out, "\napart %s", answer->apart);
	if (answer->apart_cover != NULL)
		text_addf(&out, "\napart cover %s", answer->apart_cover);
	return out.data;
}

START_TEST(finds_in_a_dump)
{
	CASE_ASK("kernel", finds[_i].prefix);
	begin(RTNL_FIND, (enum ip_family)case_prefixes[0].address.family,
	    finds[_i].table);
	parse(finds[_i].file);
	ck_assert(reader.done);
	ck_assert_int_eq(reader.error, 0);
	ck_assert(!reader.torn);
	ck_assert_str_eq(seen(), finds[_i].lines);
}
END_TEST

/* 10.5.0.0/16 and ::ffff:10.5.0.0/112 have nothing in common. */
START_TEST(a_mapped_prefix_is_an_ipv6_one)
{
	CASE_ASK("kernel", "10.5.0.0/16");
	begin(RTNL_FIND, IP_V6, 254);
	parse(FIXTURES "main6.bin");
	ck_assert_str_eq(seen(), "");
	ck_assert_uint_gt(reader.seen, 5);
}
END_TEST

START_TEST(notes_which_devices_have_no_name_yet)
{
	const struct rtnl_loose *ends;

	CASE_ASK("kernel", "10.0.4.0/24");
	begin(RTNL_FIND, IP_V4, 254);
	parse(FIXTURES "main4.bin");
	ends = loose.items;
	/* Two of the path, and of its covers. */
	ck_assert_uint_ge(loose.count, 4);
	for (size_t i = 0; i < loose.count; i++) {
		ck_assert_ptr_nonnull(ends[i].hop);
		ck_assert_uint_gt(ends[i].number, 0);
	}
}
END_TEST

START_TEST(unknown_table)
{
	CASE_ASK("kernel", "10.0.4.0/24");
	begin(RTNL_FIND, IP_V4, 999);
	parse(FIXTURES "table999.bin");
	ck_assert(reader.done);
	ck_assert_int_eq(reader.error, ENOENT);
}
END_TEST

START_TEST(counts)
{
	begin(RTNL_COUNT, IP_V4, 254);
	parse(FIXTURES "main4.bin");
	ck_assert_uint_eq(reader.by_protocol[RTPROT_BGP], 2);
	ck_assert_uint_eq(reader.by_protocol[RTPROT_KERNEL], 1);
	ck_assert_uint_eq(reader.by_protocol[RTPROT_STATIC], 1);
	ck_assert_uint_eq(reader.by_protocol[RTPROT_BOOT], 10);
	ck_assert_uint_eq(reader.seen, 14);
	begin(RTNL_COUNT, IP_V4, 255);
	parse(FIXTURES "main4.bin");
	ck_assert_uint_eq(reader.seen, 0);
}
END_TEST

/* --- lookups -------------------------------------------------------------- */

static const struct {
	const char *file;
	enum ip_family family;
	int error;
	const char *prefix;
	uint8_t protocol;
} lookups[] = {
	{ FIXTURES "lookup4.bin", IP_V4, 0, "10.5.0.0/24", RTPROT_BOOT },
	{ FIXTURES "lookup6.bin", IP_V6, 0, "2001:db8:6::/48", RTPROT_BGP },
	{ FIXTURES "lookup-ecmp6.bin", IP_V6, 0, "2001:db8:8::/48",
	    RTPROT_BOOT },
	{ FIXTURES "lookup-none.bin", IP_V6, ENETUNREACH, NULL, 0 },
	{ FIXTURES "lookup-blackhole.bin", IP_V4, EINVAL, NULL, 0 },
	{ FIXTURES "lookup-unreachable.bin", IP_V4, EHOSTUNREACH, NULL, 0 },
	{ FIXTURES "lookup-prohibit.bin", IP_V4, EACCES, NULL, 0 },
};

START_TEST(looks_up)
{
	char room[64];
	struct text text = TEXT_OVER(room);

	begin(RTNL_LOOKUP, lookups[_i].family, 254);
	parse(lookups[_i].file);
	ck_assert(reader.done);
	ck_assert_int_eq(reader.error, lookups[_i].error);
	ck_assert_int_eq(reader.got, lookups[_i].prefix != NULL);
	if (lookups[_i].prefix == NULL)
		return;
	ip_net_format(&text, &reader.route.prefix);
	ck_assert_str_eq(text.data, lookups[_i].prefix);
	ck_assert_uint_eq(reader.route.protocol, lookups[_i].protocol);
	ck_assert_uint_eq(reader.route.table, 254);
	ck_assert(reader.route.plain);
}
END_TEST

/* --- devices, rules, next hop objects ------------------------------------- */

START_TEST(a_device)
{
	begin(RTNL_LINK, IP_NONE, 0);
	parse(FIXTURES "link.bin");
	ck_assert(reader.got);
	ck_assert_str_eq(reader.link.name, "v0");
	ck_assert_uint_gt(reader.link.index, 0);
	ck_assert(!reader.link.is_vrf);
	begin(RTNL_LINK, IP_NONE, 0);
	parse(FIXTURES "link-none.bin");
	ck_assert(!reader.got);
	ck_assert_int_eq(reader.error, ENODEV);
}
END_TEST

START_TEST(a_vrf)
{
	begin(RTNL_LINK, IP_NONE, 0);
	parse(FIXTURES "vrf.bin");
	ck_assert_str_eq(reader.link.name, "red");
	ck_assert(reader.link.is_vrf);
	ck_assert_uint_eq(reader.link.vrf_table, 100);
	begin(RTNL_RULES, IP_V4, 100);
	parse(FIXTURES "rules-vrf.bin");
	ck_assert(reader.rules.reaches_vrfs);
	ck_assert(!reader.rules.refers);
	begin(RTNL_RULES, IP_V4, 254);
	parse(FIXTURES "rules-vrf.bin");
	ck_assert(reader.rules.reaches);
}
END_TEST

static const struct {
	uint32_t table;
	bool refers, reaches;
} tables[] = {
	{ 255, true, true },
	{ 100, true, true },
	{ 101, true, false }, /* for some senders only */
	{ 102, true, false }, /* for all but some senders */
	{ 254, true, false }, /* behind a rule that ends the search */
	{ 999, false, false },
};

START_TEST(rules)
{
	begin(RTNL_RULES, IP_V4, tables[_i].table);
	parse(FIXTURES "rules4.bin");
	ck_assert(reader.done);
	ck_assert_int_eq(reader.rules.refers, tables[_i].refers);
	ck_assert_int_eq(reader.rules.reaches, tables[_i].reaches);
	ck_assert(!reader.rules.reaches_vrfs);
}
END_TEST

static struct route_path path;

static void
object(const char *file)
{
	path = (struct route_path){ .kind = ROUTE_UNICAST };
	begin(RTNL_OBJECT, IP_NONE, 0);
	reader.path = &path;
	reader.weight = 6;
	parse(file);
}

START_TEST(next_hop_objects)
{
	const struct rtnl_loose *members;

	CASE_ASK("kernel", "0.0.0.0/0");
	object(FIXTURES "nexthop.bin");
	ck_assert(reader.got);
	ck_assert_uint_eq(path.hop_count, 1);
	ck_assert_mem_eq(path.hops->gateway.bytes, "\300\0\2\2", 4);
	ck_assert_uint_eq(path.hops->weight, 6);
	object(FIXTURES "nexthop-group.bin");
	ck_assert_uint_eq(path.hop_count, 0);
	ck_assert_uint_eq(loose.count, 2);
	members = loose.items;
	ck_assert_uint_eq(members[0].number, 1);
	ck_assert_uint_eq(members[0].weight, 1);
	ck_assert_uint_eq(members[1].number, 2);
	ck_assert_uint_eq(members[1].weight, 5);
	ck_assert_ptr_null(members[0].hop);
	object(FIXTURES "nexthop-blackhole.bin");
	ck_assert_int_eq(path.kind, ROUTE_BLACKHOLE);
	object(FIXTURES "nexthop-none.bin");
	ck_assert(!reader.got);
	ck_assert_int_eq(reader.error, ENOENT);
}
END_TEST

/* net.ipv4.nexthop_compat_mode=0: the route tells no more than its object. */
START_TEST(a_route_of_an_object)
{
	const struct rtnl_loose *ends;
	bool noted = false;

	CASE_ASK("kernel", "10.0.2.0/24");
	begin(RTNL_FIND, IP_V4, 254);
	parse(FIXTURES "main4.bin");
	ends = loose.items;
	for (size_t i = 0; i < loose.count; i++)
		noted |= ends[i].path == reader.answer->paths &&
		    ends[i].hop == NULL && ends[i].number == 3;
	ck_assert(noted);
	ck_assert_str_eq(reader.answer->paths->protocol, "bgp");
}
END_TEST

START_TEST(devices_whose_routes_are_passed_over)
{
	struct arena_list list = { 0 };
	const struct rtnl_settings *device;
	size_t ignoring = 0;

	CASE_ASK("kernel", "0.0.0.0/0");
	begin(RTNL_NETCONF, IP_V4, 254);
	reader.list = &list;
	parse(FIXTURES "netconf4.bin");
	ck_assert(reader.done);
	ck_assert(!reader.all_ignore);
	ck_assert_uint_gt(list.count, 1);
	device = list.items;
	for (size_t i = 0; i < list.count; i++) {
		ck_assert_uint_gt(device[i].index, 0);
		ignoring += device[i].ignores;
	}
	ck_assert_uint_eq(ignoring, 1);
}
END_TEST

START_TEST(prefixes_that_are_sent_on)
{
	struct arena_list list = { 0 };
	const struct ip_net *thrown;
	char room[64];
	struct text text = TEXT_OVER(room);

	CASE_ASK("kernel", "0.0.0.0/0");
	begin(RTNL_THROWS, IP_V4, 254);
	reader.list = &list;
	parse(FIXTURES "main4.bin");
	ck_assert_uint_eq(list.count, 1);
	thrown = list.items;
	ip_net_format(&text, &thrown[0]);
	ck_assert_str_eq(text.data, "10.4.0.0/16");
}
END_TEST

START_TEST(addresses_of_the_host)
{
	struct arena_list list = { 0 };
	const struct ip *addresses;
	char room[64];
	struct text text = TEXT_OVER(room);

	CASE_ASK("kernel", "::/0");
	begin(RTNL_ADDRESSES, IP_V6, 254);
	reader.list = &list;
	parse(FIXTURES "addresses6.bin");
	ck_assert(reader.done);
	/* Not those of a link, nor that of the loopback. */
	ck_assert_uint_eq(list.count, 1);
	addresses = list.items;
	ip_format(&text, &addresses[0]);
	ck_assert_str_eq(text.data, "2001:db8::1");
}
END_TEST

/* --- what is no answer ---------------------------------------------------- */

static const char *const whole[] = { FIXTURES "main4.bin", FIXTURES "main6.bin",
	FIXTURES "lookup-ecmp6.bin", FIXTURES "link.bin", FIXTURES "rules4.bin",
	FIXTURES "nexthop-group.bin", FIXTURES "source6.bin",
	FIXTURES "netconf4.bin", FIXTURES "addresses6.bin" };

/* Whatever job reads it and wherever it is cut: no byte behind is read. */
START_TEST(any_cut)
{
	const struct case_bytes answer = case_load(whole[_i]);

	CASE_ASK("kernel", "10.0.2.0/24");
	for (size_t len = 0; len < answer.len; len++)
		for (int job = RTNL_LOOKUP; job <= RTNL_THROWS; job++) {
			const struct case_bytes cut =
			    case_copy(answer.bytes, len);
			struct arena_list list = { 0 };

			path = (struct route_path){ .kind = ROUTE_UNICAST };
			begin((enum rtnl_job)job, IP_V4, 254);
			reader.path = &path;
			reader.list = &list;
			if (!rtnl_parse(&reader, cut.bytes, cut.len, &case_err))
				ck_assert_int_eq(case_err.kind, ERR_PROTOCOL);
			free(cut.bytes);
		}
	free(answer.bytes);
}
END_TEST

START_TEST(interrupted)
{
	struct case_bytes answer = case_load(FIXTURES "main4.bin");
	struct nlmsghdr header;

	memcpy(&header, answer.bytes, sizeof(header));
	header.nlmsg_flags |= NLM_F_DUMP_INTR;
	memcpy(answer.bytes, &header, sizeof(header));
	CASE_ASK("kernel", "10.0.4.0/24");
	begin(RTNL_FIND, IP_V4, 254);
	ck_assert(rtnl_parse(&reader, answer.bytes, answer.len, &case_err));
	ck_assert(reader.torn);
	free(answer.bytes);
}
END_TEST

/* --- changes while a dump is under way ----------------------------------- */

static const struct {
	const char *wanted;
	const char *gone;
	uint16_t type;
	uint8_t table;
	bool torn;
} changes[] = {
	/* IPv6 goes on by number. */
	{ "2001:db8:6::/48", "2001:db8:1::/64", RTM_DELROUTE, 254, true },
	{ "2001:db8:6::/48", "2001:db8:1::/64", RTM_NEWROUTE, 254, false },
	{ "2001:db8:6::/48", "2001:db8:1::/64", RTM_DELROUTE, 100, false },
	/* IPv4 at the address. */
	{ "10.4.0.0/16", "10.3.0.0/16", RTM_DELROUTE, 254, false },
	{ "10.4.0.0/16", "10.4.0.0/24", RTM_DELROUTE, 254, true },
	{ "10.4.0.0/16", "10.4.1.0/24", RTM_DELROUTE, 254, false },
	{ "10.4.0.0/16", "10.0.0.0/30", RTM_DELROUTE, 254, true },
	{ "10.4.0.0/16", "0.0.0.0/0", RTM_DELROUTE, 254, true },
	{ "10.4.0.0/16", "10.4.0.0/24", RTM_DELROUTE, 255, false },
	{ "10.4.0.0/16", "2001:db8:1::/64", RTM_DELROUTE, 254, false },
};

static void
put_change(void *bytes, uint16_t type, uint8_t table, const char *prefix)
{
	struct netlink link = { .sequence = 6 };
	struct nlmsghdr *message = netlink_request(&link, bytes, type, 0);
	struct rtmsg *body = netlink_put_body(message, sizeof(*body));
	struct ip_net net;

	ck_assert(ip_net_parse(prefix, &net, &case_err));
	body->rtm_family = net.address.family == IP_V4 ? AF_INET : AF_INET6;
	body->rtm_dst_len = net.length;
	body->rtm_table = table;
	netlink_put(message, RTA_DST, net.address.bytes,
	    net.address.family == IP_V4 ? 4 : 16);
}

START_TEST(a_route_that_goes_may_hide_another)
{
	uint32_t bytes[64] = { 0 };
	const struct nlmsghdr *message = (const void *)bytes;

	enum ip_family family;

	put_change(bytes, changes[_i].type, changes[_i].table,
	    changes[_i].gone);
	CASE_ASK("kernel", changes[_i].wanted);
	family = (enum ip_family)case_prefixes[0].address.family;
	begin(RTNL_FIND, family, 254);
	rtnl_hear(&reader, bytes, message->nlmsg_len);
	ck_assert_int_eq(reader.torn, changes[_i].torn);
	ck_assert(!reader.done);
	/* Who counts, or asks for something else, lives with it. */
	begin(RTNL_COUNT, family, 254);
	rtnl_hear(&reader, bytes, message->nlmsg_len);
	ck_assert(!reader.torn);
	/* No byte of it is trusted. */
	begin(RTNL_FIND, family, 254);
	rtnl_hear(&reader, bytes, message->nlmsg_len - 1);
	ck_assert(!reader.torn);
}
END_TEST

START_TEST(another_sequence)
{
	CASE_ASK("kernel", "10.0.4.0/24");
	begin(RTNL_FIND, IP_V4, 254);
	reader.sequence = 2;
	parse(FIXTURES "main4.bin");
	ck_assert(!reader.done);
	ck_assert_str_eq(seen(), "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_kernel_parse");
	TCase *tcase = tcase_create("route_kernel_parse");

	tcase_add_checked_fixture(tcase, setup, case_teardown);
	tcase_add_loop_test(tcase, finds_in_a_dump, 0, COUNT(finds));
	tcase_add_test(tcase, a_mapped_prefix_is_an_ipv6_one);
	tcase_add_test(tcase, notes_which_devices_have_no_name_yet);
	tcase_add_test(tcase, unknown_table);
	tcase_add_test(tcase, counts);
	tcase_add_loop_test(tcase, looks_up, 0, COUNT(lookups));
	tcase_add_loop_test(tcase, a_route_that_goes_may_hide_another, 0,
	    COUNT(changes));
	tcase_add_test(tcase, a_device);
	tcase_add_test(tcase, a_vrf);
	tcase_add_loop_test(tcase, rules, 0, COUNT(tables));
	tcase_add_test(tcase, next_hop_objects);
	tcase_add_test(tcase, a_route_of_an_object);
	tcase_add_test(tcase, devices_whose_routes_are_passed_over);
	tcase_add_test(tcase, prefixes_that_are_sent_on);
	tcase_add_test(tcase, addresses_of_the_host);
	tcase_add_loop_test(tcase, any_cut, 0, COUNT(whole));
	tcase_add_test(tcase, interrupted);
	tcase_add_test(tcase, another_sequence);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
