/* SPDX-License-Identifier: ISC */
#include "source/route_mib.h"

#include <stdio.h>
#include <string.h>

#include "tests/suite.h"

static struct ip_net
net(const char *string)
{
	struct ip_net net;
	struct err err;

	ck_assert_msg(ip_net_parse(string, &net, &err), "%s", err.text);
	return net;
}

static const struct route_mib *
mib_of(enum route_shape shape)
{
	for (const struct route_mib *mib = route_mibs; mib->name; mib++)
		if (mib->shape == shape)
			return mib;
	return shape == ROUTE_SHAPE_VRF ? &route_mib_vrf : &route_mib_bgp;
}

/* --- indexes -------------------------------------------------------------- */

static const struct {
	enum route_shape shape;
	const char *prefix;
	unsigned variant;
	const char *oid; /* NULL: the table cannot hold it */
} indexes[] = {
	{ ROUTE_SHAPE_INET, "10.1.2.0/24", 0, "1.4.10.1.2.0.24" },
	{ ROUTE_SHAPE_INET, "0.0.0.0/0", 0, "1.4.0.0.0.0.0" },
	{ ROUTE_SHAPE_INET, "2001:db8::/32", 0,
	    "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.32" },
	{ ROUTE_SHAPE_VRF, "10.0.0.0/8", 0, "3.114.101.100.1.4.10.0.0.0.8" },
	{ ROUTE_SHAPE_CIDR, "10.1.2.0/23", 0, "10.1.2.0.255.255.254.0" },
	{ ROUTE_SHAPE_CIDR, "10.1.2.0/23", 1, "10.1.2.0.0.254.255.255" },
	{ ROUTE_SHAPE_CIDR, "10.0.0.0/8", 1, "10.0.0.0.0.0.0.255" },
	{ ROUTE_SHAPE_CIDR, "0.0.0.0/0", 0, "0.0.0.0.0.0.0.0" },
	{ ROUTE_SHAPE_CIDR, "10.1.2.3/32", 0, "10.1.2.3.255.255.255.255" },
	{ ROUTE_SHAPE_CIDR, "::/0", 0, NULL },
	{ ROUTE_SHAPE_FORWARD, "10.1.2.0/24", 0, "10.1.2.0" },
	{ ROUTE_SHAPE_ADDRESS, "10.1.2.0/24", 0, "10.1.2.0" },
	{ ROUTE_SHAPE_BGP, "10.1.2.0/24", 0, "10.1.2.0.24" },
	{ ROUTE_SHAPE_V6, "2001:db8::/32", 0,
	    "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.32" },
	{ ROUTE_SHAPE_V6, "10.1.2.0/24", 0, NULL },
};

START_TEST(a_prefix_begins_an_index)
{
	const struct route_mib *mib = mib_of(indexes[_i].shape);
	const struct ip_net prefix = net(indexes[_i].prefix);
	struct snmp_oid oid = { 0 };
	char bytes[400];
	struct text text = TEXT_OVER(bytes);
	const bool ok =
	    route_mib_append(mib, &prefix, "red", indexes[_i].variant, &oid);

	ck_assert_int_eq(ok, indexes[_i].oid != NULL);
	if (!ok)
		return;
	snmp_oid_format(&text, &oid);
	ck_assert_str_eq(*text.data == '.' ? text.data + 1 : text.data,
	    indexes[_i].oid);
}
END_TEST

START_TEST(only_masks_that_can_be_turned_have_two_ways)
{
	static const struct {
		const char *prefix;
		unsigned ways;
	} cases[] = { { "10.0.0.0/8", 2 }, { "0.0.0.0/0", 1 },
		{ "10.1.2.3/32", 1 }, { "10.1.2.2/31", 2 } };

	for (int i = 0; i < COUNT(cases); i++) {
		const struct ip_net prefix = net(cases[i].prefix);

		ck_assert_uint_eq(
		    route_mib_variants(mib_of(ROUTE_SHAPE_CIDR), &prefix),
		    cases[i].ways);
		ck_assert_uint_eq(
		    route_mib_variants(mib_of(ROUTE_SHAPE_INET), &prefix), 1);
	}
}
END_TEST

START_TEST(a_vrf_of_too_long_a_name_has_no_index)
{
	const struct ip_net prefix = net("::/0");
	struct snmp_oid oid = { 0 };
	char name[300];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert(!route_mib_append(&route_mib_vrf, &prefix, name, 0, &oid));
	name[120] = '\0';
	ck_assert(!route_mib_append(&route_mib_vrf, &prefix, name, 0, &oid));
}
END_TEST

/* --- tails ---------------------------------------------------------------- */

static const struct {
	enum route_shape shape;
	const char *tail;
	bool ok, known, net_snmp;
	const char *next_hop;
} tails[] = {
	{ ROUTE_SHAPE_INET, "2.0.0.1.4.192.0.2.1", true, true, false,
	    "192.0.2.1" },
	{ ROUTE_SHAPE_INET, "3.0.0.7.1.4.0.0.0.0", true, true, true, "none" },
	{ ROUTE_SHAPE_INET, "0.1.4.192.0.2.1", true, true, false, "192.0.2.1" },
	{ ROUTE_SHAPE_INET, "2.0.0.0.0", true, true, false, "none" },
	{ ROUTE_SHAPE_INET, "2.0.0.2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1",
	    true, true, false, "fe80::1" },
	{ ROUTE_SHAPE_INET, "2.0.0.3.8.192.0.2.1.0.0.0.5", true, true, false,
	    "192.0.2.1" },
	{ ROUTE_SHAPE_INET,
	    "2.0.0.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.5", true,
	    true, false, "fe80::1" },
	/* cut, too long, of an unknown type, with what is no byte */
	{ ROUTE_SHAPE_INET, "2.0.0.1.4.192.0.2", false, false, false, NULL },
	{ ROUTE_SHAPE_INET, "2.0.0.1.4.192.0.2.1.9", false, false, false,
	    NULL },
	{ ROUTE_SHAPE_INET, "2.0.0.9.4.192.0.2.1", false, false, false, NULL },
	{ ROUTE_SHAPE_INET, "2.0.0.1.4.192.0.2.256", false, false, false,
	    NULL },
	{ ROUTE_SHAPE_INET, "9.0.0", false, false, false, NULL },
	{ ROUTE_SHAPE_INET, "4294967295.0.0.1.4.1.2.3.4", false, false, false,
	    NULL },
	{ ROUTE_SHAPE_INET, "4294967294", false, false, false, NULL },
	{ ROUTE_SHAPE_CIDR, "0.192.0.2.1", true, true, false, "192.0.2.1" },
	{ ROUTE_SHAPE_CIDR, "0.192.0.2", false, false, false, NULL },
	{ ROUTE_SHAPE_FORWARD, "14.0.192.0.2.1", true, true, false,
	    "192.0.2.1" },
	{ ROUTE_SHAPE_BGP, "192.0.2.1", true, true, false, "192.0.2.1" },
};

START_TEST(what_stands_behind_the_prefix)
{
	struct snmp_oid oid;
	struct route_tail tail;
	char bytes[64];
	struct text text = TEXT_OVER(bytes);

	/* A sole number is not an OID: one more in front. */
	snprintf(bytes, sizeof(bytes), "1.%.60s", tails[_i].tail);
	ck_assert(snmp_oid_parse(bytes, strlen(bytes), &oid));
	ck_assert_int_eq(route_mib_tail(mib_of(tails[_i].shape), oid.sub + 1,
			     oid.len - 1U, &tail),
	    tails[_i].ok);
	if (!tails[_i].ok)
		return;
	ck_assert_int_eq(tail.known, tails[_i].known);
	ck_assert_int_eq(tail.net_snmp, tails[_i].net_snmp);
	text_clear(&text);
	ip_format(&text, &tail.next_hop);
	ck_assert_str_eq(bytes, tails[_i].next_hop);
}
END_TEST

START_TEST(nothing_stands_behind_nothing)
{
	struct route_tail tail;

	ck_assert(!route_mib_tail(mib_of(ROUTE_SHAPE_INET), NULL, 0, &tail));
	ck_assert(route_mib_tail(mib_of(ROUTE_SHAPE_ADDRESS), NULL, 0, &tail));
	ck_assert(!tail.known);
}
END_TEST

/* --- values --------------------------------------------------------------- */

START_TEST(masks_either_way_round)
{
	static const struct {
		uint8_t bytes[4];
		int length; /* -1: no mask */
	} cases[] = {
		{ { 255, 255, 255, 0 }, 24 },
		{ { 0, 255, 255, 255 }, 24 },
		{ { 0, 254, 255, 255 }, 23 },
		{ { 0, 0, 0, 0 }, 0 },
		{ { 255, 255, 255, 255 }, 32 },
		{ { 255, 0, 255, 0 }, -1 },
		{ { 1, 2, 3, 4 }, -1 },
	};

	for (int i = 0; i < COUNT(cases); i++) {
		uint8_t length = 99;

		ck_assert_int_eq(route_mib_mask(cases[i].bytes, &length),
		    cases[i].length >= 0);
		if (cases[i].length >= 0)
			ck_assert_uint_eq(length, cases[i].length);
	}
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
	const char *text; /* NULL: it is none */
} as_paths[] = {
	{ "", 0, "" },
	{ "\2\2\xfd\xe9\xfd\xea", 6, "65001 65002" },
	{ "\2\1\0\0\xfd\xe9", 6, "65001" },
	{ "\2\1\xfa\x56\xea\x03", 6, "4200000003" },
	{ "\2\1\0\1\1\2\0\7\0\x8", 10, "1 {7,8}" },
	{ "\3\1\xfc\1\2\1\0\1", 8, "(64513) 1" },
	{ "NULL", 4, NULL },
	{ "\2", 1, NULL },
	{ "\2\2\0\1", 4, NULL },
	{ "\0\1\0\1", 4, NULL },
	{ "\5\1\0\1", 4, NULL },
};

START_TEST(as_paths_of_two_or_four_bytes)
{
	char bytes[200];
	struct text text = TEXT_OVER(bytes);
	uint8_t *copy = malloc(as_paths[_i].len + 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, as_paths[_i].bytes, as_paths[_i].len);
	ck_assert_int_eq(route_mib_as_path(copy, as_paths[_i].len, &text),
	    as_paths[_i].text != NULL);
	if (as_paths[_i].text != NULL)
		ck_assert_str_eq(bytes, as_paths[_i].text);
	free(copy);
}
END_TEST

START_TEST(protocols_have_our_words)
{
	ck_assert_str_eq(route_mib_protocol(14), "bgp");
	ck_assert_str_eq(route_mib_protocol(3), "static");
	ck_assert_ptr_null(route_mib_protocol(1));
	ck_assert_ptr_null(route_mib_protocol(0));
	ck_assert_ptr_null(route_mib_protocol(4294967295U));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_mib");
	TCase *tcase = tcase_create("route_mib");

	tcase_add_loop_test(tcase, a_prefix_begins_an_index, 0, COUNT(indexes));
	tcase_add_test(tcase, only_masks_that_can_be_turned_have_two_ways);
	tcase_add_test(tcase, a_vrf_of_too_long_a_name_has_no_index);
	tcase_add_loop_test(tcase, what_stands_behind_the_prefix, 0,
	    COUNT(tails));
	tcase_add_test(tcase, nothing_stands_behind_nothing);
	tcase_add_test(tcase, masks_either_way_round);
	tcase_add_loop_test(tcase, as_paths_of_two_or_four_bytes, 0,
	    COUNT(as_paths));
	tcase_add_test(tcase, protocols_have_our_words);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
