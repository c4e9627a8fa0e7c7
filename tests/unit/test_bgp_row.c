/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "source/bgp_row.h"
#include "tests/suite.h"

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

	return bgp_row_cell(&column, &cell, &row, &table);
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

	return bgp_row_cell(&column, &cell, &row, &table);
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

	for (int i = 0; i < COUNT(cases); i++) {
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

	for (int i = 0; i < COUNT(cases); i++) {
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

	for (int i = 0; i < COUNT(cases); i++) {
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

/* Each field has a way to be read, and none takes what is of no type. */
START_TEST(every_field_is_read)
{
	for (int field = 0; field < BGP_FIELDS; field++)
		ck_assert(!number((enum bgp_field)field, SNMP_NULL, 1));
}
END_TEST

START_TEST(times_are_seconds)
{
	ck_assert(number(BGP_F_TIME, SNMP_GAUGE32, 450));
	ck_assert_uint_eq(row.time_s, 450);
	ck_assert(number(BGP_F_TIME_CENTIS, SNMP_TIMETICKS, 45099));
	ck_assert_uint_eq(row.time_s, 450);
	ck_assert_uint_eq(row.has, BGP_HAS_TIME);
}
END_TEST

/* A code makes an error; a subcode alone makes none. */
START_TEST(codes_and_subcodes)
{
	ck_assert(number(BGP_F_SUBCODE_SENT, SNMP_INTEGER, 2));
	ck_assert_uint_eq(row.has, 0);
	ck_assert(number(BGP_F_CODE_SENT, SNMP_INTEGER, 6));
	ck_assert(!number(BGP_F_CODE_RECEIVED, SNMP_INTEGER, 256));
	ck_assert_uint_eq(row.has, BGP_HAS_ERROR);
	ck_assert_uint_eq(row.errors[BGP_ROW_SENT][0], 6);
	ck_assert_uint_eq(row.errors[BGP_ROW_SENT][1], 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_row");
	TCase *tcase = tcase_create("bgp_row");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, as_numbers);
	tcase_add_test(tcase, states);
	tcase_add_test(tcase, errors);
	tcase_add_test(tcase, who_is_up_is_running);
	tcase_add_test(tcase, addresses_in_cells);
	tcase_add_test(tcase, limits_that_are_none);
	tcase_add_test(tcase, every_field_is_read);
	tcase_add_test(tcase, times_are_seconds);
	tcase_add_test(tcase, codes_and_subcodes);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
