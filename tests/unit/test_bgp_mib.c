/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/bgp_mib.h"
#include "source/bgp_snmp.h"

/* --- indexes -------------------------------------------------------------- */

struct index_case {
	bgp_decode *decode;
	const char *index;
	const char *means; /* NULL: refused */
};

#define V6 "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"

static const struct index_case indexes[] = {
	{ bgp_index_v4, "192.0.2.1", "192.0.2.1" },
	{ bgp_index_v4, "192.0.2.1.3", "192.0.2.1 in 3" }, /* FortiOS */
	{ bgp_index_v4, "255.255.255.255", "255.255.255.255" },
	{ bgp_index_v4, "192.0.2.256", NULL },
	{ bgp_index_v4, "192.0.2", NULL },
	{ bgp_index_v4, "192.0.2.1.3.4", NULL },
	{ bgp_index_v4_family, "192.0.2.1.1.128", "192.0.2.1 1/128" },
	{ bgp_index_v4_family, "192.0.2.1.1", NULL },
	{ bgp_index_v4_family, "192.0.2.1.65536.1", NULL },
	{ bgp_index_v4_family, "192.0.2.1.1.256", NULL },
	{ bgp_index_v4_family, "192.0.2.1.0.1", NULL },
	{ bgp_index_v4_family, "192.0.2.1.1.1.1", NULL },
	{ bgp_index_type, "1.4.192.0.2.1", "192.0.2.1" },
	{ bgp_index_type, "2.16." V6, "2001:db8::1" },
	{ bgp_index_type, "3.8.192.0.2.1.0.0.0.7", "192.0.2.1 zone 7" },
	{ bgp_index_type, "4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.1.2",
	    "fe80::1 zone 258" },
	/* IPv4-mapped is IPv4 */
	{ bgp_index_type, "2.16.0.0.0.0.0.0.0.0.0.0.255.255.192.0.2.1",
	    "192.0.2.1" },
	{ bgp_index_type, "0.0", NULL },
	{ bgp_index_type, "16.4.97.98.99.100", NULL }, /* dns */
	{ bgp_index_type, "1.5.192.0.2.1.0", NULL },
	{ bgp_index_type, "1.4.192.0.2", NULL },
	{ bgp_index_type, "1.4.192.0.2.1.0", NULL },
	{ bgp_index_type, "2.16.32.1", NULL },
	{ bgp_index_type, "2.4.192.0.2.1", NULL },
	{ bgp_index_type, "1.4.4294967295.0.2.1", NULL },
	{ bgp_index_type_family, "2.16." V6 ".2.1", "2001:db8::1 2/1" },
	{ bgp_index_type_family, "2.16." V6 ".2", NULL },
	{ bgp_index_instance, "7.1.4.192.0.2.1", "192.0.2.1 in 7" },
	{ bgp_index_instance, "4294967295.2.16." V6,
	    "2001:db8::1 in 4294967295" },
	{ bgp_index_instance, "7", NULL },
	{ bgp_index_instance_family, "1.1.4.192.0.2.1.1.1",
	    "192.0.2.1 in 1 1/1" },
	/* FRR: three forms */
	{ bgp_index_frr, "1.4.192.0.2.1", "192.0.2.1" },
	{ bgp_index_frr, "2.16." V6, "2001:db8::1" },
	{ bgp_index_frr, "1.1.192.0.2.1", "192.0.2.1 in 1" },
	{ bgp_index_frr, "1.2." V6, "2001:db8::1 in 1" },
	{ bgp_index_frr, "1.1.4.192.0.2.1", "192.0.2.1 in 1" },
	{ bgp_index_frr, "1.2.16." V6, "2001:db8::1 in 1" },
	{ bgp_index_frr, "1.3.192.0.2.1", NULL },
	{ bgp_index_frr, "1.4.192.0.2", NULL },
	{ bgp_index_frr, "1", NULL },
	/* Junos, without lengths and with them */
	{ bgp_index_pair, "0.1.192.0.2.9.1.192.0.2.1", "192.0.2.1 in 0" },
	{ bgp_index_pair, "0.1.0.0.0.0.2." V6, "2001:db8::1 in 0" },
	{ bgp_index_pair, "9.2." V6 ".2." V6, "2001:db8::1 in 9" },
	{ bgp_index_pair, "0.1.4.192.0.2.9.1.4.192.0.2.1", "192.0.2.1 in 0" },
	{ bgp_index_pair, "0.1.192.0.2.9.1.192.0.2", NULL },
	{ bgp_index_pair, "0.1.192.0.2.9.1.192.0.2.1.1", NULL },
	{ bgp_index_pair, "0.25.192.0.2.9.1.192.0.2.1", NULL },
	{ bgp_index_number_family, "17.25.65", "none number 17 25/65" },
	{ bgp_index_number_family, "17.25", NULL },
	{ bgp_index_huawei, "2.1.128.1.4.192.0.2.1", "192.0.2.1 in 2 1/128" },
	{ bgp_index_huawei, "2.196.65.2.16." V6, "2001:db8::1 in 2 196/65" },
	{ bgp_index_huawei, "2.1.1.1.4.192.0.2", NULL },
	{ bgp_index_h3c, "0.5.1.1.1.4.192.0.2.1", "192.0.2.1 in 5 1/1" },
	{ bgp_index_h3c, "0.5.1.1.1.4.192.0.2.1.0", NULL },
	{ bgp_index_v6, V6, "2001:db8::1" },
	{ bgp_index_v6, "16." V6, "2001:db8::1" },
	{ bgp_index_v6, "2.16." V6, "2001:db8::1" },
	{ bgp_index_v6, "32.1", NULL },
	{ bgp_index_cumulus, "254.0.0.0.0.60", "none in 254" },
	{ bgp_index_cumulus, "254.1.192.0.2.1", "192.0.2.1 in 254" },
	{ bgp_index_cumulus, "254.1.4.192.0.2.1", "192.0.2.1 in 254" },
	{ bgp_index_cumulus, "254.2." V6, "2001:db8::1 in 254" },
	{ bgp_index_cumulus, "254.0", NULL },
	{ bgp_index_cumulus, "254.9.192.0.2.1", NULL },
	{ bgp_index_number, "4093", "none in 4093" },
	{ bgp_index_number, "1.2", NULL },
	{ bgp_index_vpn_v4, "512.192.0.2.1", "192.0.2.1 in 512" },
	{ bgp_index_vpn_v4, "512.192.0.2", NULL },
	{ bgp_index_versa, "1.1.4.10.0.0.1.179.1.4.192.0.2.1.33000.0",
	    "192.0.2.1 in 1" },
	{ bgp_index_versa, "1.1.4.10.0.0.1.179.1.4.192.0.2.1.33000", NULL },
	{ bgp_index_name_v4, "3.114.101.100.192.0.2.1", "192.0.2.1 vrf red" },
	{ bgp_index_name_v4, "114.101.100.192.0.2.1", "192.0.2.1 vrf red" },
	{ bgp_index_name_v4, "192.0.2.1", "192.0.2.1" },
	{ bgp_index_name_v4, "0.192.0.2.1", "192.0.2.1" },
	{ bgp_index_name_v4, "2.114.300.192.0.2.1", NULL },
	{ bgp_index_name_v4, "192.0.2", NULL },
};
#define INDEXES (sizeof(indexes) / sizeof(indexes[0]))

static void
describe(struct text *text, const struct bgp_key *key)
{
	ip_format(text, &key->address);
	if (key->zone)
		text_addf(text, " zone %u", key->zone);
	if (key->has_instance)
		text_addf(text, " in %u", key->instance);
	if (key->has_number)
		text_addf(text, " number %u", key->number);
	if (key->vrf_len)
		text_add(text, " vrf ");
	for (size_t i = 0; i < key->vrf_len; i++)
		text_add_char(text, (char)key->vrf[i]);
	if (key->has_family)
		text_addf(text, " %u/%u", key->afi, key->safi);
}

START_TEST(index_means)
{
	const struct index_case *c = &indexes[_i];
	struct bgp_key key = { 0 };
	struct snmp_oid oid;
	char bytes[128];
	struct text text = TEXT_OVER(bytes);

	ck_assert(snmp_oid_parse(c->index, strlen(c->index), &oid));
	ck_assert_msg(c->decode(oid.sub, oid.len, &key) == (c->means != NULL),
	    "%s", c->index);
	if (!c->means)
		return;
	describe(&text, &key);
	ck_assert_str_eq(bytes, c->means);
}
END_TEST

/* Cut anywhere, or empty: never read beyond the end (the sanitizers watch a
 * copy of the exact size). */
START_TEST(index_is_cut)
{
	const struct index_case *c = &indexes[_i];
	struct snmp_oid oid;

	ck_assert(snmp_oid_parse(c->index, strlen(c->index), &oid));
	for (size_t len = 0; len < oid.len; len++) {
		uint32_t *copy = malloc(len * sizeof(*copy) + 1);
		struct bgp_key key = { 0 };

		ck_assert(copy != NULL);
		memcpy(copy, oid.sub, len * sizeof(*copy));
		c->decode(copy, len, &key);
		free(copy);
	}
}
END_TEST

/* --- tables --------------------------------------------------------------- */

START_TEST(tables_are_sound)
{
	size_t count = 0;

	for (const struct bgp_mib *mib = bgp_mibs; mib->name; mib++, count++) {
		struct snmp_oid oid;
		const char *with = mib->goes_with;

		ck_assert_ptr_eq(bgp_mib_find(mib->name), mib);
		ck_assert(mib->columns[0].oid != NULL);
		ck_assert(!with || bgp_mib_find(with));
		for (const struct bgp_column *c = mib->columns; c->oid; c++) {
			ck_assert_msg(bgp_mib_column(mib, c, &oid), "%s %s",
			    mib->name, c->oid);
			ck_assert_uint_lt(c->field, BGP_FIELDS);
		}
	}
	ck_assert_uint_le(count, 64); /* a set of them is one word */
	ck_assert_str_eq(bgp_mib_standard()->name, "bgpPeerTable");
}
END_TEST

/* What a reader must never ask of FRR is in none of its columns. */
START_TEST(frr_columns_are_safe)
{
	const struct bgp_mib *mib = bgp_mib_find("bgp4V2PeerTable");

	for (const struct bgp_column *c = mib->columns; c->oid; c++) {
		ck_assert_int_ne(c->oid[0], '9');
		ck_assert(strcmp(c->oid, "3.1.4") != 0);
		ck_assert(strcmp(c->oid, "3.1.5") != 0);
		ck_assert(strcmp(c->oid, "3.1.9") != 0);
		ck_assert(strcmp(c->oid, "3.1.10") != 0);
	}
	ck_assert(mib->flags & BGP_NO_BULK);
}
END_TEST

/* --- cells ---------------------------------------------------------------- */

static struct arena arena;
static struct bgp_table table;
static struct bgp_row row;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1u << 20, &err));
	bgp_table_init(&table, &arena, 0);
	row = (struct bgp_row){ 0 };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static bool
number(enum bgp_field field, uint8_t type, int64_t value)
{
	const struct bgp_column column = { "1", (uint8_t)field, 0, 0 };
	const struct snmp_value cell = { .type = type, .number = value };

	return bgp_row_cell(bgp_mib_standard(), &column, &cell, &row, &table);
}

static bool
octets(enum bgp_field field, const char *bytes, size_t len)
{
	const struct bgp_column column = { "1", (uint8_t)field, 0, 0 };
	const struct snmp_value cell = {
		.type = SNMP_OCTETS,
		.bytes = (const uint8_t *)bytes,
		.len = len,
	};

	return bgp_row_cell(bgp_mib_standard(), &column, &cell, &row, &table);
}

START_TEST(as_numbers)
{
	static const struct {
		uint8_t type;
		int64_t value;
		uint32_t as; /* 0: none */
	} cases[] = {
		{ SNMP_INTEGER, 65001, 65001 },
		{ SNMP_INTEGER, -94967293, 4200000003 },
		{ SNMP_GAUGE32, 4200000003, 4200000003 },
		{ SNMP_COUNTER32, 1, 1 },
		{ SNMP_TIMETICKS, 23456, BGP_AS_TRANS },
		{ SNMP_COUNTER64, 64512, 64512 },
		{ SNMP_GAUGE32, 0, 0 },
		{ SNMP_GAUGE32, 4294967294, 0 }, /* Junos: not set */
		{ SNMP_COUNTER64, INT64_C(1) << 32, 0 },
		{ SNMP_COUNTER64, -1 - INT64_C(0x80000000), 0 },
		{ SNMP_OCTETS, 65001, 0 },
		{ SNMP_NULL, 65001, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row = (struct bgp_row){ 0 };
		ck_assert_int_eq(
		    number(BGP_F_REMOTE_AS, cases[i].type, cases[i].value),
		    cases[i].as != 0);
		ck_assert_uint_eq(row.has, cases[i].as ? BGP_HAS_REMOTE_AS : 0);
		ck_assert(!cases[i].as || row.remote_as == cases[i].as);
	}
}
END_TEST

START_TEST(states)
{
	static const struct {
		enum bgp_field field;
		int64_t value;
		enum bgp_state state; /* UNKNOWN: refused */
	} cases[] = {
		{ BGP_F_STATE, 1, BGP_IDLE },
		{ BGP_F_STATE, 6, BGP_ESTABLISHED },
		{ BGP_F_STATE, 7, BGP_CLEARING }, /* FRR */
		{ BGP_F_STATE, 8, BGP_DELETED },
		{ BGP_F_STATE, 0, BGP_STATE_UNKNOWN },
		{ BGP_F_STATE, 9, BGP_STATE_UNKNOWN },
		{ BGP_F_STATE, -1, BGP_STATE_UNKNOWN },
		{ BGP_F_STATE_ZERO_BASED, 0, BGP_IDLE },
		{ BGP_F_STATE_ZERO_BASED, 5, BGP_ESTABLISHED },
		{ BGP_F_STATE_ZERO_BASED, 6, BGP_CLEARING },
		{ BGP_F_STATE_ZERO_BASED, UINT32_MAX, BGP_STATE_UNKNOWN },
		{ BGP_F_STATE_JUNOSE, 0, BGP_IDLE },
		{ BGP_F_STATE_JUNOSE, 6, BGP_ESTABLISHED },
		{ BGP_F_STATE_JUNOSE, 7, BGP_DELETED },
		{ BGP_F_STATE_JUNOSE, 8, BGP_STATE_UNKNOWN },
		{ BGP_F_STATE_FIREBRICK, 1, BGP_ACTIVE },
		{ BGP_F_STATE_FIREBRICK, 5, BGP_ESTABLISHED },
		{ BGP_F_STATE_FIREBRICK, 6, BGP_IDLE },
		{ BGP_F_STATE_FIREBRICK, 9, BGP_STATE_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row = (struct bgp_row){ 0 };
		ck_assert_int_eq(
		    number(cases[i].field, SNMP_INTEGER, cases[i].value),
		    cases[i].state != BGP_STATE_UNKNOWN);
		ck_assert_int_eq(row.has_state ? (int)row.state : 0,
		    (int)cases[i].state);
	}
}
END_TEST

/* 06 0a is a newline as text, and "bfd down" as an error. */
START_TEST(errors)
{
	struct bgp_peer peer = { .state = BGP_IDLE };

	ck_assert(octets(BGP_F_ERROR, "\x06\x0a", 2));
	ck_assert(!octets(BGP_F_ERROR, "06 02", 5));
	ck_assert(!octets(BGP_F_ERROR, "", 0));
	ck_assert(!number(BGP_F_ERROR, SNMP_INTEGER, 6));
	bgp_row_apply(bgp_mib_standard(), &row, &peer, &table, false);
	ck_assert_uint_eq(peer.error_code, 6);
	ck_assert_uint_eq(peer.error_subcode, 10);
	ck_assert(!peer.limit_hit);

	row = (struct bgp_row){ 0 };
	ck_assert(octets(BGP_F_ERROR_SENT, "\x06\x01", 2));
	ck_assert(octets(BGP_F_ERROR_RECEIVED, "\0\0", 2));
	bgp_row_apply(bgp_mib_standard(), &row, &peer, &table, false);
	ck_assert_int_eq(peer.error_direction, BGP_SENT);
	ck_assert(peer.limit_hit);
}
END_TEST

START_TEST(who_is_up_is_running)
{
	struct bgp_peer peer = { 0 };

	ck_assert(number(BGP_F_STATE, SNMP_INTEGER, 6));
	ck_assert(number(BGP_F_ADMIN, SNMP_INTEGER, 1));
	bgp_row_apply(bgp_mib_standard(), &row, &peer, &table, false);
	ck_assert_int_eq(peer.admin, BGP_ADMIN_RUNNING);
	ck_assert(!number(BGP_F_ADMIN, SNMP_INTEGER, 3));
}
END_TEST

START_TEST(addresses_in_cells)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *means;
	} cases[] = {
		{ "fe80::1%swp1", 12, "fe80::1" },
		{ "fe80::12:34:56:7", 16, "fe80::12:34:56:7" }, /* 16 bytes */
		{ "192.0.2.1", 9, "192.0.2.1" },
		{ "\xc0\0\2\1", 4, "192.0.2.1" },
		{ "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16, "2001:db8::1" },
		{ "", 0, "none" },
		{ "hello", 5, "none" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char bytes[64];
		struct text text = TEXT_OVER(bytes);

		row = (struct bgp_row){ 0 };
		octets(BGP_F_ADDRESS, cases[i].bytes, cases[i].len);
		ip_format(&text, &row.address);
		ck_assert_str_eq(bytes, cases[i].means);
	}
}
END_TEST

START_TEST(limits_that_are_none)
{
	row.key.has_family = true;
	row.key.afi = row.key.safi = 1;
	ck_assert(!number(BGP_F_LIMIT, SNMP_GAUGE32, 0));
	ck_assert(!number(BGP_F_LIMIT, SNMP_GAUGE32, 2147483647));
	ck_assert(!number(BGP_F_THRESHOLD, SNMP_GAUGE32, 101));
	ck_assert_ptr_null(row.families);
	ck_assert(number(BGP_F_LIMIT, SNMP_GAUGE32, 1000));
	ck_assert_uint_eq(row.families->limit, 1000);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("bgp_mib");
	TCase *t = tcase_create("indexes");

	tcase_add_loop_test(t, index_means, 0, INDEXES);
	tcase_add_loop_test(t, index_is_cut, 0, INDEXES);
	tcase_add_test(t, tables_are_sound);
	tcase_add_test(t, frr_columns_are_safe);
	suite_add_tcase(s, t);
	t = tcase_create("cells");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, as_numbers);
	tcase_add_test(t, states);
	tcase_add_test(t, errors);
	tcase_add_test(t, who_is_up_is_running);
	tcase_add_test(t, addresses_in_cells);
	tcase_add_test(t, limits_that_are_none);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
