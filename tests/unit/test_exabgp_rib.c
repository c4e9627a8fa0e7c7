/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "source/exabgp_rib.h"
#include "tests/suite.h"

static struct exabgp_route routes[8];
static size_t count;

static bool
keep(const struct exabgp_route *route, void *context)
{
	const size_t *room = context;

	routes[count++] = *route;
	return count < *room;
}

static bool
parse(const char *text, size_t room)
{
	struct err err;

	count = 0;
	return exabgp_rib_parse(text, strlen(text), keep, &room, &err);
}

static const char *
prefix(size_t index)
{
	static char room[80];
	struct text text = TEXT_OVER(room);

	ck_assert(routes[index].has_prefix);
	ip_net_format(&text, &routes[index].prefix);
	return room;
}

/* 4.2, 5.0, and what is no prefix */
static const char answer[] =
    "neighbor 127.0.0.2 ipv4 unicast 100.10.0.100/32 next-hop 127.0.0.1\n"
    "2001:db8:13::1 ipv6 unicast 2001:db8:f::/48 next-hop self\n"
    "neighbor 127.0.0.2 ipv4 flow flow destination-ipv4 192.0.2.0/24\n";

START_TEST(routes_of_both_versions)
{
	ck_assert(parse(answer, 8));
	ck_assert_uint_eq(count, 3);
	ck_assert_str_eq(prefix(0), "100.10.0.100/32");
	ck_assert(span_is(routes[0].family, "ipv4 unicast"));
	ck_assert_int_eq(routes[0].peer.family, IP_V4);
	ck_assert_str_eq(prefix(1), "2001:db8:f::/48");
	ck_assert_int_eq(routes[1].peer.family, IP_V6);
	ck_assert(span_is(routes[2].family, "ipv4 flow"));
	ck_assert(!routes[2].has_prefix);
}
END_TEST

START_TEST(an_extensive_line_has_more_on_both_sides)
{
	ck_assert(parse(
	    "neighbor 198.51.100.1 local-ip 198.51.100.2 local-as 4200000003 "
	    "peer-as 65001 router-id 10.0.0.3 family-allowed in-open ipv4 "
	    "unicast 10.1.0.0/24 next-hop 198.51.100.1 as-path [ 65001 ]\n"
	    "neighbor 198.51.100.1 local-ip auto local-as auto peer-as auto "
	    "router-id 10.0.0.3 family-allowed ipv4-unicast/ipv6-unicast ipv6 "
	    "unicast ::/0\n",
	    8));
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(prefix(0), "10.1.0.0/24");
	ck_assert(span_is(routes[0].family, "ipv4 unicast"));
	ck_assert_int_eq(routes[0].local.family, IP_V4);
	ck_assert(span_has(routes[0].more,
	    "next-hop 198.51.100.1 as-path [ "
	    "65001 ]"));
	ck_assert_str_eq(prefix(1), "::/0");
	ck_assert_int_eq(routes[1].local.family, IP_NONE);
	ck_assert(!parse("neighbor 198.51.100.1 local-ip\n", 8));
	ck_assert(!parse("neighbor 198.51.100.1 local-ip 192.0.2.1\n", 8));
}
END_TEST

/* Neighbors that may come in; those that have are listed by their address. */
START_TEST(a_range_is_nobody)
{
	ck_assert(parse("neighbor 10.9.0.0/24 ipv4 unicast 10.4.0.0/24 "
			"next-hop self\n",
	    8));
	ck_assert_uint_eq(count, 1);
	ck_assert_int_eq(routes[0].peer.family, IP_NONE);
	ck_assert_str_eq(prefix(0), "10.4.0.0/24");
}
END_TEST

START_TEST(none_and_enough)
{
	ck_assert(parse("", 8));
	ck_assert_uint_eq(count, 0);
	ck_assert(parse(answer, 1));
	ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(what_is_no_route)
{
	ck_assert(!parse("exabgp 4.2.21\n", 8));
	ck_assert(!parse("neighbor\n", 8));
	ck_assert(!parse("neighbor 127.0.0.2 ipv4\n", 8));
	ck_assert(!parse("127.0.0.300 ipv4 unicast 10.0.0.0/8\n", 8));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_rib");
	TCase *tcase = tcase_create("exabgp_rib");

	tcase_add_test(tcase, routes_of_both_versions);
	tcase_add_test(tcase, an_extensive_line_has_more_on_both_sides);
	tcase_add_test(tcase, a_range_is_nobody);
	tcase_add_test(tcase, none_and_enough);
	tcase_add_test(tcase, what_is_no_route);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
