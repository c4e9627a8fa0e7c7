/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/bgp.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct arena arena;
static struct bgp_table table;
static char buffer[256];
static struct text text = { .data = buffer, .size = sizeof(buffer) };

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	bgp_table_init(&table, &arena, 0);
	text_clear(&text);
}

static void
teardown(void)
{
	arena_free(&arena);
}

static struct ip
address(const char *string)
{
	struct ip ip;
	struct err err;

	ck_assert_msg(ip_parse(string, &ip, &err), "%s", string);
	return ip;
}

/* --- the table ----------------------------------------------------------- */

START_TEST(test_key_is_vrf_address_interface)
{
	const struct ip v4 = address("192.0.2.2"), v6 = address("fe80::2");
	const struct {
		const char *vrf;
		const struct ip *address;
		const char *interface;
	} keys[] = {
		{ "", &v4, "" },
		{ "red", &v4, "" },
		{ "", &v6, "eth0" },
		{ "", &v6, "eth1" },
		{ "", &v6, "" },
		{ "", NULL, "eth0" },
		{ "eth0", NULL, "" },
	};

	for (int i = 0; i < COUNT(keys); i++) {
		struct bgp_peer *peer = bgp_table_peer(&table, keys[i].vrf,
		    keys[i].address, keys[i].interface);

		ck_assert_ptr_nonnull(peer);
		ck_assert_int_eq(peer->state, BGP_STATE_UNKNOWN);
		peer->remote_as = (uint32_t)i;
	}
	ck_assert_uint_eq(bgp_table_count(&table), COUNT(keys));
	for (int i = 0; i < COUNT(keys); i++) {
		ck_assert_uint_eq(bgp_table_peer(&table, keys[i].vrf,
				      keys[i].address, keys[i].interface)
				      ->remote_as,
		    i);
	}
	ck_assert_uint_eq(bgp_table_count(&table), COUNT(keys));
	ck_assert_ptr_null(bgp_table_find(&table, "blue", &v4, NULL));
	ck_assert(!table.full);
}
END_TEST

START_TEST(test_empty_table)
{
	const struct ip v4 = address("192.0.2.2");

	ck_assert_ptr_null(bgp_table_find(&table, NULL, &v4, NULL));
	bgp_table_sort(&table);
	ck_assert_uint_eq(bgp_table_count(&table), 0);
}
END_TEST

/* Each peer is found again among many, also after a sort. */
START_TEST(test_many)
{
	struct ip ip = address("10.0.0.0");
	const size_t n = 10000;

	for (size_t i = n; i > 0; i--) {
		ip.bytes[2] = (uint8_t)(i >> 8);
		ip.bytes[3] = (uint8_t)i;
		bgp_table_peer(&table, i % 2 ? "odd" : NULL, &ip, NULL)
		    ->time_s = (uint32_t)i;
	}
	ck_assert_uint_eq(bgp_table_count(&table), n);
	bgp_table_sort(&table);
	for (size_t i = 1; i < n; i++)
		ck_assert_int_lt(bgp_peer_compare(bgp_table_at(&table, i - 1),
				     bgp_table_at(&table, i)),
		    0);
	ck_assert_str_eq(bgp_table_at(&table, 0)->vrf, "");
	ck_assert_uint_eq(bgp_table_at(&table, 0)->time_s, 2);
	for (size_t i = 1; i <= n; i++) {
		ip.bytes[2] = (uint8_t)(i >> 8);
		ip.bytes[3] = (uint8_t)i;
		ck_assert_uint_eq(
		    bgp_table_find(&table, i % 2 ? "odd" : "", &ip, "")->time_s,
		    i);
	}
	/* What it takes of a large router's memory. */
	ck_assert_uint_lt(arena.used, n * 450);
}
END_TEST

START_TEST(test_peer_budget)
{
	struct ip ip = address("10.0.0.0");

	bgp_table_init(&table, &arena, 3);
	for (uint8_t i = 0; i < 3; i++) {
		ip.bytes[3] = i;
		ck_assert_ptr_nonnull(bgp_table_peer(&table, NULL, &ip, NULL));
	}
	ck_assert(!table.full);
	ip.bytes[3] = 3;
	ck_assert_ptr_null(bgp_table_peer(&table, NULL, &ip, NULL));
	ck_assert(table.full);
	ip.bytes[3] = 2;
	ck_assert_ptr_nonnull(bgp_table_peer(&table, NULL, &ip, NULL));
	ck_assert_uint_eq(bgp_table_count(&table), 3);
}
END_TEST

START_TEST(test_full_arena)
{
	struct ip ip = address("10.0.0.0");
	struct err err;
	size_t made = 0;

	arena_free(&arena);
	ck_assert(arena_reserve(&arena, 16384, &err));
	bgp_table_init(&table, &arena, 0);
	while (bgp_table_peer(&table, NULL, &ip, NULL)) {
		ck_assert_uint_lt(++made, 256);
		ip.bytes[3]++;
	}
	ck_assert(table.full);
	ck_assert_uint_gt(made, 8);
	ck_assert_uint_eq(bgp_table_count(&table), made);
	ip.bytes[3] = 0;
	ck_assert_ptr_nonnull(bgp_table_find(&table, NULL, &ip, NULL));
}
END_TEST

START_TEST(test_families)
{
	struct bgp_peer *peer = bgp_table_peer(&table, NULL, NULL, "eth0");
	struct bgp_family *v4 = bgp_peer_family(&table, peer, 1, 1);
	struct bgp_family *v6 = bgp_peer_family(&table, peer, 2, 1);

	ck_assert_ptr_ne(v4, v6);
	ck_assert_ptr_eq(bgp_peer_family(&table, peer, 1, 1), v4);
	ck_assert_ptr_eq(bgp_peer_find_family(peer, 2, 1), v6);
	ck_assert_ptr_null(bgp_peer_find_family(peer, 2, 128));
	ck_assert_ptr_eq(peer->families, v4);
	ck_assert_ptr_eq(v4->next, v6);
	for (uint8_t i = 2; i < BGP_FAMILIES; i++)
		ck_assert_ptr_nonnull(bgp_peer_family(&table, peer, 99, i));
	ck_assert(!table.full);
	ck_assert_ptr_null(bgp_peer_family(&table, peer, 99, 200));
	ck_assert(table.full);
}
END_TEST

START_TEST(test_strings)
{
	char longer[BGP_TEXT + 100];

	memset(longer, 'x', sizeof(longer));
	ck_assert_uint_eq(
	    strlen(bgp_table_string(&table, longer, sizeof(longer))), BGP_TEXT);
	ck_assert_str_eq(bgp_table_string(&table, "ab\0cd", 5), "ab");
	ck_assert_ptr_null(bgp_table_string(&table, "", 0));
	ck_assert_ptr_null(bgp_table_string(&table, "\0x", 2));
	ck_assert_str_eq(bgp_table_text(&table, "edge"), "edge");
	ck_assert_ptr_null(bgp_table_text(&table, NULL));
	/* Two names that differ behind the cut are one. */
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_ptr_nonnull(bgp_table_peer(&table, longer, NULL, "e"));
	longer[BGP_TEXT + 2] = 'y';
	ck_assert_ptr_nonnull(bgp_table_find(&table, longer, NULL, "e"));
}
END_TEST

/* --- questions ----------------------------------------------------------- */

START_TEST(test_names)
{
	const struct {
		const char *vrf, *address, *interface, *name;
	} cases[] = {
		{ "", "192.0.2.2", "", "192.0.2.2" },
		{ "red", "2001:db8::7", "", "2001:db8::7 vrf red" },
		{ "", "fe80::1", "eth0", "fe80::1%eth0" },
		{ "", NULL, "swp1", "swp1" },
	};
	struct ip ip;

	for (int i = 0; i < COUNT(cases); i++) {
		if (cases[i].address)
			ip = address(cases[i].address);
		text_clear(&text);
		bgp_peer_name(&text,
		    bgp_table_peer(&table, cases[i].vrf,
			cases[i].address ? &ip : NULL, cases[i].interface));
		ck_assert_str_eq(buffer, cases[i].name);
	}
}
END_TEST

START_TEST(test_limit)
{
	struct bgp_family family = { .has = BGP_HAS_LIMIT, .limit = 80 };
	double percent = -1;
	uint32_t used;

	ck_assert(!bgp_family_used(&family, &used));
	ck_assert(!bgp_family_percent(&family, &percent));
	family.has |= BGP_HAS_RECEIVED;
	family.received = 60;
	ck_assert(bgp_family_percent(&family, &percent));
	ck_assert_double_eq(percent, 75);
	family.has |= BGP_HAS_ACCEPTED;
	family.accepted = 20;
	ck_assert(bgp_family_percent(&family, &percent));
	ck_assert_double_eq(percent, 25);
	family.limit = 0;
	ck_assert(!bgp_family_percent(&family, &percent));
	family.has &= (uint16_t)~BGP_HAS_LIMIT;
	family.limit = 80;
	ck_assert(!bgp_family_percent(&family, &percent));
}
END_TEST

START_TEST(test_up)
{
	struct bgp_peer peer = { .admin = BGP_ADMIN_DOWN };

	for (peer.state = 0; peer.state < 9; peer.state++)
		ck_assert_int_eq(bgp_peer_is_up(&peer), peer.state == 6);
}
END_TEST

/* --- words --------------------------------------------------------------- */

START_TEST(test_states)
{
	static const char *const names[] = { "unknown", "Idle", "Connect",
		"Active", "OpenSent", "OpenConfirm", "Established", "Clearing",
		"Deleted" };

	for (int i = 0; i < COUNT(names); i++) {
		ck_assert_str_eq(bgp_state_name((enum bgp_state)i), names[i]);
		ck_assert_int_eq(bgp_state_parse(names[i], strlen(names[i])),
		    i);
	}
	ck_assert_str_eq(bgp_state_name((enum bgp_state)200), "unknown");
	ck_assert_int_eq(bgp_state_parse("ESTABLISHED", 11), BGP_ESTABLISHED);
	ck_assert_int_eq(bgp_state_parse("Established", 5), BGP_STATE_UNKNOWN);
	ck_assert_int_eq(bgp_state_parse("IdleX", 5), BGP_STATE_UNKNOWN);
	ck_assert_str_eq(bgp_admin_name(BGP_ADMIN_DOWN), "down");
	ck_assert_str_eq(bgp_admin_name((enum bgp_admin)77), "unknown");
}
END_TEST

static const struct {
	uint8_t code, subcode;
	const char *name;
} errors[] = {
	{ 6, 2, "Cease: Administrative Shutdown" },
	{ 6, 10, "Cease: BFD Down" },
	{ 6, 0, "Cease" },
	{ 6, 99, "Cease (subcode 99)" },
	{ 2, 2, "OPEN Message Error: Bad Peer AS" },
	{ 4, 0, "Hold Timer Expired" },
	{ 7, 1, "ROUTE-REFRESH Message Error: Invalid Message Length" },
	{ 8, 0, "Send Hold Timer Expired" },
	{ 9, 1, "error 9/1" },
	{ 0, 0, "error 0/0" },
};

START_TEST(test_errors)
{
	bgp_error_name(&text, errors[_i].code, errors[_i].subcode);
	ck_assert_str_eq(buffer, errors[_i].name);
}
END_TEST

static const struct {
	const char *name;
	uint16_t afi;
	uint8_t safi;
	const char *ours;
} families[] = {
	{ "ipv4-unicast", 1, 1, "ipv4-unicast" },
	{ "IPv4 Unicast", 1, 1, "ipv4-unicast" },
	{ "ipv6Unicast", 2, 1, "ipv6-unicast" },
	{ "ipv6", 2, 1, "ipv6-unicast" },
	{ "l2VpnEvpn", 25, 70, "l2vpn-evpn" },
	{ "ipv4LabeledUnicast", 1, 4, "ipv4-labeled-unicast" },
	{ "l3vpn-ipv6-unicast", 2, 128, "ipv6-vpn" },
	{ "vpnv4", 1, 128, "ipv4-vpn" },
	{ "ipv6 flow", 2, 133, "ipv6-flowspec" },
	{ "bgp-ls bgp-ls", 16388, 71, "bgp-ls" },
	{ "afi25-safi9", 25, 9, "afi25-safi9" },
	{ "AFI65535-SAFI255", 65535, 255, "afi65535-safi255" },
};

START_TEST(test_family_names)
{
	uint16_t afi = 0;
	uint8_t safi = 0;

	ck_assert(bgp_family_parse(families[_i].name, strlen(families[_i].name),
	    &afi, &safi));
	ck_assert_uint_eq(afi, families[_i].afi);
	ck_assert_uint_eq(safi, families[_i].safi);
	bgp_family_name(&text, afi, safi);
	ck_assert_str_eq(buffer, families[_i].ours);
}
END_TEST

static const char *const no_families[] = { "", "-", "ipv5-unicast",
	"ipv4-unicastx", "afi1", "afi-safi1", "afi65536-safi1", "afi1-safi256",
	"afi1-safi1x", "afi99999999999-safi1", "afi1-safi" };

START_TEST(test_no_family)
{
	const size_t len = strlen(no_families[_i]);
	char *exact = malloc(len + 1);
	uint16_t afi = 7;
	uint8_t safi = 7;

	memcpy(exact, no_families[_i], len);
	ck_assert(!bgp_family_parse(exact, len, &afi, &safi));
	ck_assert_uint_eq(afi, 7);
	ck_assert_uint_eq(safi, 7);
	free(exact);
}
END_TEST

static const struct {
	const char *string;
	uint32_t as;
	const char *plain;
} numbers[] = {
	{ "65001", 65001, "65001" },
	{ "AS65001", 65001, "65001" },
	{ "as1", 1, "1" },
	{ "4200000003", 4200000003, "4200000003" },
	{ "64086.59907", 4200000003, "4200000003" },
	{ "AS1.0", 65536, "65536" },
	{ "0.65001", 65001, "65001" },
	{ "4294967295", 4294967295, "4294967295" },
};

START_TEST(test_as)
{
	struct err err;
	uint32_t as;

	ck_assert(bgp_as_parse(numbers[_i].string, &as, &err));
	ck_assert_uint_eq(as, numbers[_i].as);
	bgp_as_format(&text, as);
	ck_assert_str_eq(buffer, numbers[_i].plain);
}
END_TEST

static const char *const no_numbers[] = { "", "AS", "0", "0.0", "4294967296",
	"65536.1", "1.65536", "1.", ".1", "1.2.3", "-1", "ASAS1", "0x10", "1 ",
	"99999999999999999999", "123456789.1" };

START_TEST(test_no_as)
{
	struct err err = { 0 };
	uint32_t as = 7;

	ck_assert(!bgp_as_parse(no_numbers[_i], &as, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "AS number"));
	ck_assert_uint_eq(as, 7);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp");
	TCase *tcase = tcase_create("bgp");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_key_is_vrf_address_interface);
	tcase_add_test(tcase, test_empty_table);
	tcase_add_test(tcase, test_many);
	tcase_add_test(tcase, test_peer_budget);
	tcase_add_test(tcase, test_full_arena);
	tcase_add_test(tcase, test_families);
	tcase_add_test(tcase, test_strings);
	tcase_add_test(tcase, test_names);
	tcase_add_test(tcase, test_limit);
	tcase_add_test(tcase, test_up);
	tcase_add_test(tcase, test_states);
	tcase_add_loop_test(tcase, test_errors, 0, COUNT(errors));
	tcase_add_loop_test(tcase, test_family_names, 0, COUNT(families));
	tcase_add_loop_test(tcase, test_no_family, 0, COUNT(no_families));
	tcase_add_loop_test(tcase, test_as, 0, COUNT(numbers));
	tcase_add_loop_test(tcase, test_no_as, 0, COUNT(no_numbers));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
