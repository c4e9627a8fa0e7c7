/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "lib/base/ip.c"
#include "tests/suite.h"

/* The one interface that every machine has, and its index in any namespace. */
#define LOOPBACK 1

static const struct {
	const char *text, *formatted, *label;
	enum ip_family family;
} addresses[] = {
	{ "192.0.2.1", "192.0.2.1", "192.0.2.1", IP_V4 },
	{ "0.0.0.0", "0.0.0.0", "0.0.0.0", IP_V4 },
	{ "255.255.255.255", "255.255.255.255", "255.255.255.255", IP_V4 },
	{ "2001:db8::1", "2001:db8::1", "2001:db8:0:0:0:0:0:1", IP_V6 },
	{ "[2001:db8::1]", "2001:db8::1", "2001:db8:0:0:0:0:0:1", IP_V6 },
	{ "::", "::", "0:0:0:0:0:0:0:0", IP_V6 },
	{ "::1", "::1", "0:0:0:0:0:0:0:1", IP_V6 },
	{ "1::", "1::", "1:0:0:0:0:0:0:0", IP_V6 },
	/* RFC 5952 4.1: no leading zeros; 4.3: lower case. */
	{ "2001:0DB8::000A", "2001:db8::a", "2001:db8:0:0:0:0:0:a", IP_V6 },
	/* 4.2.1: shortened as much as possible. */
	{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1", "2001:db8:0:0:0:0:2:1",
	    IP_V6 },
	/* 4.2.2: one group of zeros is not shortened. */
	{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1",
	    "2001:db8:0:1:1:1:1:1", IP_V6 },
	/* 4.2.3: the longest run, and the first of equal ones. */
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "2001:0:0:1:0:0:0:1", IP_V6 },
	{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:db8:0:0:1:0:0:1",
	    IP_V6 },
	{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", IP_V6 },
	{ "0:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:0", IP_V6 },
	/* 5: mixed notation is not for these. */
	{ "::192.0.2.1", "::c000:201", "0:0:0:0:0:0:c000:201", IP_V6 },
	{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201", "64:ff9b:0:0:0:0:c000:201",
	    IP_V6 },
	/* Mapped: IPv4 on the wire. */
	{ "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1", IP_V4 },
	{ "[::ffff:c000:201]", "192.0.2.1", "192.0.2.1", IP_V4 },
	{ "fe80::1", "fe80::1", "fe80:0:0:0:0:0:0:1", IP_V6 },
	{ "fe80::1%lo", "fe80::1%lo", "fe80:0:0:0:0:0:0:1_lo", IP_V6 },
	{ "fe80::1%1", "fe80::1%lo", "fe80:0:0:0:0:0:0:1_lo", IP_V6 },
	{ "[fe80::1%lo]", "fe80::1%lo", "fe80:0:0:0:0:0:0:1_lo", IP_V6 },
	{ "febf::1%lo", "febf::1%lo", "febf:0:0:0:0:0:0:1_lo", IP_V6 },
	{ "ff02::1%lo", "ff02::1%lo", "ff02:0:0:0:0:0:0:1_lo", IP_V6 },
	/* An index that no interface has stays a number. */
	{ "fe80::1%4294967295", "fe80::1%4294967295",
	    "fe80:0:0:0:0:0:0:1_4294967295", IP_V6 },
};

START_TEST(reads_and_writes_addresses)
{
	struct ip ip;
	struct err err = { 0 };
	char room[80];
	struct text text = TEXT_OVER(room);

	ck_assert_msg(ip_parse(addresses[_i].text, &ip, &err), "%s", err.text);
	ck_assert_int_eq(ip.family, addresses[_i].family);
	ip_format(&text, &ip);
	ck_assert_str_eq(room, addresses[_i].formatted);
	text_clear(&text);
	ip_format_label(&text, &ip);
	ck_assert_str_eq(room, addresses[_i].label);
	ck_assert_ptr_null(strstr(room, "::"));
}
END_TEST

static const struct {
	const char *text, *refusal;
} no_addresses[] = {
	{ "", "empty, expected an address" },
	{ "192.0.2",
	    "192.0.2 is a part of an IPv4 address: write all of it, as "
	    "192.0.2.0" },
	{ "10",
	    "10 is a part of an IPv4 address: write all of it, as 10.0.0.0" },
	{ "256", "256 is neither an IPv4 nor an IPv6 address" },
	{ "10.", "10. is neither an IPv4 nor an IPv6 address" },
	{ "192.0.2.256", "192.0.2.256 is neither an IPv4 nor an IPv6 address" },
	{ "192.0.2.01", "192.0.2.01 is neither an IPv4 nor an IPv6 address" },
	{ "0x7f.1", "0x7f.1 is neither an IPv4 nor an IPv6 address" },
	{ "192.0.2.1%lo",
	    "192.0.2.1%lo is neither an IPv4 nor an IPv6 address" },
	{ "2001:db8", "2001:db8 is no IPv6 address" },
	{ "1::2::3", "1::2::3 is no IPv6 address" },
	{ "::12345", "::12345 is no IPv6 address" },
	{ "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9 is no IPv6 address" },
	{ " ::1", " ::1 is no IPv6 address" },
	{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
	    "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000 is no IPv6 "
	    "address" },
	{ "[::1",
	    "[::1: the closing bracket is missing or not the last character" },
	{ "[::1]:80",
	    "[::1]:80: the closing bracket is missing or not the last "
	    "character" },
	{ "[", "[: the closing bracket is missing or not the last character" },
	{ "[]", "[] is no IPv6 address" },
	{ "[192.0.2.1]", "192.0.2.1 is no IPv6 address" },
	{ "[0000:0000:0000:0000:0000:0000:0000:0000%abcdefghijklmnopqrstuvw]",
	    "[0000:0000:0000:0000:0000:0000:0000:0000%abcdefghijklmnopqrstuvw]"
	    " is no IPv6 address" },
	{ "2001:db8::1%lo",
	    "2001:db8::1 is no link-local address and takes no zone: use "
	    "2001:db8::1" },
	{ "::ffff:192.0.2.1%lo",
	    "::ffff:192.0.2.1 is no link-local address and takes no zone: use "
	    "::ffff:192.0.2.1" },
	{ "fe80::1%", "no network interface is named behind the %" },
	{ "fe80::1%0", "no network interface named 0" },
	{ "fe80::1%4294967296", "no network interface named 4294967296" },
	{ "fe80::1%nowhere0", "no network interface named nowhere0" },
};

START_TEST(refuses_what_is_no_address)
{
	struct ip ip = { .family = 42 };
	struct err err = { 0 };

	ck_assert(!ip_parse(no_addresses[_i].text, &ip, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, no_addresses[_i].refusal);
	ck_assert_int_eq(ip.family, 42);
}
END_TEST

START_TEST(makes_addresses_of_bytes)
{
	static const uint8_t v4[4] = { 192, 0, 2, 1 };
	static const uint8_t global[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	static const uint8_t local[16] = { 0xfe, 0x80, [15] = 1 };
	static const uint8_t mapped[16] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
	const struct ip plain = ip_from_v4(v4);
	const struct ip from_mapped = ip_from_v6(mapped, LOOPBACK);

	ck_assert_int_eq(plain.family, IP_V4);
	ck_assert_mem_eq(plain.bytes, v4, 4);
	ck_assert_int_eq(ip_compare(&plain, &from_mapped), 0);
	ck_assert_uint_eq(ip_from_v6(global, LOOPBACK).zone, 0);
	ck_assert_uint_eq(ip_from_v6(local, LOOPBACK).zone, LOOPBACK);
}
END_TEST

START_TEST(knows_its_families)
{
	const struct ip none = { .family = IP_NONE };
	char room[80];
	struct text text = TEXT_OVER(room);

	ck_assert_str_eq(ip_family_name(IP_V4), "ipv4");
	ck_assert_str_eq(ip_family_name(IP_V6), "ipv6");
	ck_assert_uint_eq(ip_bits(IP_NONE), 0);
	ck_assert_uint_eq(ip_bits(IP_V4), 32);
	ck_assert_uint_eq(ip_bits(IP_V6), 128);
	ip_format(&text, &none);
	ck_assert_str_eq(room, "none");
}
END_TEST

/* In this order. */
static const char *const ordered[] = {
	"0.0.0.0",
	"192.0.2.1",
	"192.0.2.2",
	"255.0.0.0",
	"::",
	"::1",
	"fe80::1",
	"fe80::1%1",
	"fe80::1%70000",
	"ffff::",
};

START_TEST(orders_addresses)
{
	struct ip ips[COUNT(ordered)];
	struct err err;

	for (int i = 0; i < COUNT(ordered); i++)
		ck_assert(ip_parse(ordered[i], &ips[i], &err));
	for (int a = 0; a < COUNT(ordered); a++)
		for (int b = 0; b < COUNT(ordered); b++) {
			const int order = ip_compare(&ips[a], &ips[b]);

			ck_assert_int_eq((order > 0) - (order < 0),
			    (a > b) - (a < b));
		}
}
END_TEST

/* --- networks ------------------------------------------------------------- */

static const struct {
	const char *text, *formatted;
	const char *in, *out; /* NULL: not asked */
} nets[] = {
	{ "10.0.0.0/8", "10.0.0.0/8", "10.255.1.2", "11.0.0.0" },
	{ "192.0.2.128/25", "192.0.2.128/25", "192.0.2.255", "192.0.2.127" },
	{ "192.0.2.1", "192.0.2.1/32", "192.0.2.1", "192.0.2.0" },
	{ "0.0.0.0/0", "0.0.0.0/0", "203.0.113.7", "::" },
	{ "::/0", "::/0", "2001:db8::1", "0.0.0.0" },
	{ "2001:db8::/32", "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::" },
	{ "2001:db8::/31", "2001:db8::/31", "2001:db9::", "2001:dba::" },
	{ "2001:db8::1", "2001:db8::1/128", "2001:db8::1", "2001:db8::" },
	{ "fe80::/10", "fe80::/10", "fe80::1%lo", "fec0::1" },
	{ "fe80::%lo/64", "fe80::%lo/64", "fe80::1%lo", "fe80::1" },
	{ "::ffff:10.0.0.0/104", "10.0.0.0/8", "10.1.2.3", "11.0.0.0" },
	{ "::ffff:0:0/96", "0.0.0.0/0", "10.1.2.3", "::1" },
};

START_TEST(reads_networks)
{
	struct ip_net net;
	struct ip in, out;
	struct err err = { 0 };
	char room[80];
	struct text text = TEXT_OVER(room);

	ck_assert_msg(ip_net_parse(nets[_i].text, &net, &err), "%s", err.text);
	ip_net_format(&text, &net);
	ck_assert_str_eq(room, nets[_i].formatted);
	ck_assert(ip_parse(nets[_i].in, &in, &err));
	ck_assert(ip_in_net(&in, &net));
	ck_assert(ip_parse(nets[_i].out, &out, &err));
	ck_assert(!ip_in_net(&out, &net));
}
END_TEST

static const struct {
	const char *text, *refusal;
} no_nets[] = {
	{ "10.0.0.1/8", "10.0.0.1/8 has host bits set: use 10.0.0.0/8" },
	{ "2001:db8::1/64",
	    "2001:db8::1/64 has host bits set: use 2001:db8::/64" },
	{ "2001:db8:8000::/32",
	    "2001:db8:8000::/32 has host bits set: use 2001:db8::/32" },
	{ "::ffff:10.0.0.1/104",
	    "::ffff:10.0.0.1/104 has host bits set: use 10.0.0.0/8" },
	{ "10.0.0.0/33", "prefix length 33 is above 32" },
	{ "::/129", "prefix length 129 is above 128" },
	{ "::ffff:10.0.0.0/95",
	    "prefix length 95 of an IPv4-mapped network is below 96" },
	{ "10.0.0.0/", "prefix length: empty, expected a digit" },
	{ "10.0.0.0/-1",
	    "prefix length: unexpected - at character 1, expected a digit" },
	{ "10.0.0.0/255.0.0.0",
	    "prefix length: unexpected . at character 4, expected digits "
	    "only" },
	{ "/8", "empty, expected an address" },
	{ "", "empty, expected an address" },
	{ "10.0.0.0/8/8", "10.0.0.0/8 is neither an IPv4 nor an IPv6 address" },
	{ "example.net/8",
	    "example.net is neither an IPv4 nor an IPv6 address" },
	{ "00000000000000000000000000000000000000000000000000000000000000000"
	  "000000000000000/8",
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "000000000000000/8 is no network" },
};

START_TEST(refuses_what_is_no_network)
{
	struct ip_net net = { .length = 42 };
	struct err err = { 0 };

	ck_assert(!ip_net_parse(no_nets[_i].text, &net, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, no_nets[_i].refusal);
	ck_assert_uint_eq(net.length, 42);
}
END_TEST

/* Each length, against the definition: the first `length` bits are equal. */
START_TEST(masks_at_every_length)
{
	const struct ip ones = {
		.family = IP_V6,
		.bytes = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	};

	for (unsigned length = 0; length <= 128; length++) {
		const struct ip ip = masked(ones, length);

		for (unsigned bit = 0; bit < 128; bit++)
			ck_assert_int_eq(ip.bytes[bit / 8] >> (7 - bit % 8) & 1,
			    bit < length);
	}
}
END_TEST

static const struct {
	const char *a, *b;
	bool equal;
} twins[] = {
	{ "192.0.2.0/24", "192.0.2.0/24", true },
	{ "192.0.2.0/24", "192.0.2.0/25", false },
	{ "192.0.2.0/24", "192.0.3.0/24", false },
	{ "0.0.0.0/0", "::/0", false },
	{ "2001:DB8::/32", "2001:db8:0::/32", true },
};

START_TEST(compares_networks)
{
	struct ip_net a, b;
	struct err err;

	ck_assert(ip_net_parse(twins[_i].a, &a, &err));
	ck_assert(ip_net_parse(twins[_i].b, &b, &err));
	ck_assert_int_eq(ip_net_equal(&a, &b), twins[_i].equal);
}
END_TEST

START_TEST(has_nothing_in_no_network)
{
	const struct ip none = { .family = IP_NONE };
	const struct ip_net net = { .address = none };

	ck_assert(!ip_in_net(&none, &net));
}
END_TEST

/* --- hosts ---------------------------------------------------------------- */

#define LABEL_63                                                               \
	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
#define NAME_253                                                               \
	LABEL_63 "." LABEL_63 "." LABEL_63 "."                                 \
		 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffff" \
		 "ff"

static const struct {
	const char *text;
	enum ip_family family;
} hosts[] = {
	{ "localhost", IP_NONE },
	{ "www.example.net", IP_NONE },
	{ "www.example.net.", IP_NONE },
	{ "a", IP_NONE },
	{ "3com.example", IP_NONE },
	{ "_dmarc.example", IP_NONE },
	{ "my_host", IP_NONE },
	{ "a-b.example", IP_NONE },
	{ "xn--mnchen-3ya.example", IP_NONE },
	{ LABEL_63, IP_NONE },
	{ NAME_253, IP_NONE },
	{ NAME_253 ".", IP_NONE },
	{ "192.0.2.1", IP_V4 },
	{ "2001:db8::1", IP_V6 },
	{ "[2001:db8::1]", IP_V6 },
	{ "fe80::1%lo", IP_V6 },
	{ "::ffff:192.0.2.1", IP_V4 },
};

START_TEST(reads_hosts)
{
	struct ip_host host;
	struct err err = { 0 };

	ck_assert_msg(ip_host_parse(hosts[_i].text, &host, &err), "%s",
	    err.text);
	ck_assert_ptr_eq(host.name, hosts[_i].text);
	ck_assert_int_eq(host.address.family, hosts[_i].family);
}
END_TEST

static const struct {
	const char *text, *refusal;
} no_hosts[] = {
	{ "", "empty, expected a letter or a digit" },
	{ ".", "unexpected . at character 1, expected a letter or a digit" },
	{ "-H", "unexpected - at character 1, expected a letter or a digit" },
	{ "a..b", "unexpected . at character 3, expected a letter or a digit" },
	{ ".a", "unexpected . at character 1, expected a letter or a digit" },
	{ "a.-b", "unexpected - at character 3, expected a letter or a digit" },
	{ "a-", "unexpected - at character 2, expected a letter or a digit" },
	{ "a-.b", "unexpected - at character 2, expected a letter or a digit" },
	{ "a b",
	    "unexpected space at character 2, expected letters, digits, "
	    "hyphens and dots" },
	{ "a;id",
	    "unexpected ; at character 2, expected letters, digits, hyphens "
	    "and dots" },
	{ "http://example",
	    "unexpected : at character 5, expected a host name without port, "
	    "or an IPv6 address" },
	{ "host:80",
	    "unexpected : at character 5, expected a host name without port, "
	    "or an IPv6 address" },
	{ "host/path",
	    "unexpected / at character 5, expected a host name, not a URL or "
	    "a network" },
	{ "m\xc3\xbcnchen.example",
	    "unexpected character outside ASCII at character 2, expected an "
	    "internationalised name in its xn-- form" },
	{ "256.1.1.1",
	    "256.1.1.1 is no IPv4 address, and no name ends in a number" },
	{ "10.1", "10.1 is no IPv4 address, and no name ends in a number" },
	{ "12345", "12345 is no IPv4 address, and no name ends in a number" },
	{ "[::1",
	    "[::1: the closing bracket is missing or not the last "
	    "character" },
	{ "2001:db8::g", "2001:db8::g is no IPv6 address" },
	{ LABEL_63 "x",
	    "the part at character 1 is longer than 63 characters" },
	{ "a." LABEL_63 "x",
	    "the part at character 3 is longer than 63 characters" },
	{ NAME_253 "x", "a host name has at most 253 characters" },
};

START_TEST(refuses_what_is_no_host)
{
	struct ip_host host = { .name = "old" };
	struct err err = { 0 };

	ck_assert_msg(!ip_host_parse(no_hosts[_i].text, &host, &err), "%s",
	    no_hosts[_i].text);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, no_hosts[_i].refusal);
	ck_assert_str_eq(host.name, "old");
}
END_TEST

/* --- properties ----------------------------------------------------------- */

/* inet_pton reads what we write, to the same bytes. */
START_TEST(agrees_with_inet_pton)
{
	uint64_t random = 88172645463325252;

	for (int i = 0; i < 20000; i++) {
		uint8_t bytes[16] = { 0 }, back[16];
		char room[80];
		struct text text = TEXT_OVER(room);
		struct ip ip;

		for (int g = 0; g < 8; g++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			/* Every other group is 0, to get all kinds of runs. */
			bytes[2 * g] = random & 1 ? (uint8_t)(random >> 8) : 0;
			bytes[2 * g + 1] =
			    random & 1 ? (uint8_t)(random >> 16) : 0;
		}
		ip = ip_from_v6(bytes, 0);
		ip_format(&text, &ip);
		ck_assert_int_eq(inet_pton(AF_INET6, room, back), 1);
		ck_assert_mem_eq(bytes, back, 16);
		text_clear(&text);
		ip_format_label(&text, &ip);
		ck_assert_int_eq(inet_pton(AF_INET6, room, back), 1);
		ck_assert_mem_eq(bytes, back, 16);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ip");
	TCase *tcase = tcase_create("ip");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, reads_and_writes_addresses, 0,
	    COUNT(addresses));
	tcase_add_loop_test(tcase, refuses_what_is_no_address, 0,
	    COUNT(no_addresses));
	tcase_add_test(tcase, makes_addresses_of_bytes);
	tcase_add_test(tcase, knows_its_families);
	tcase_add_test(tcase, orders_addresses);
	tcase_add_loop_test(tcase, reads_networks, 0, COUNT(nets));
	tcase_add_loop_test(tcase, refuses_what_is_no_network, 0,
	    COUNT(no_nets));
	tcase_add_test(tcase, masks_at_every_length);
	tcase_add_test(tcase, has_nothing_in_no_network);
	tcase_add_loop_test(tcase, compares_networks, 0, COUNT(twins));
	tcase_add_loop_test(tcase, reads_hosts, 0, COUNT(hosts));
	tcase_add_loop_test(tcase, refuses_what_is_no_host, 0, COUNT(no_hosts));
	tcase_add_test(tcase, agrees_with_inet_pton);
	return suite_run(suite);
}
