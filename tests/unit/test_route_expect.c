/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "model/route_expect.h"
#include "tests/suite.h"

static struct arena arena;
static struct route_expects expects;
static struct err err;

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 8 << 20, &err));
	expects = (struct route_expects){ 0 };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static bool
parse(const char *file)
{
	return route_expect_parse_file(file, strlen(file), &expects, &arena,
	    &err);
}

START_TEST(a_file)
{
	const struct route_expect *entry;

	ck_assert_msg(parse("# what we announce\n\n"
			    "192.0.2.0/24\tnext-hop=198.51.100.1,10.0.0.0/8 "
			    "next-hops=2 # two\r\n"
			    "  2001:db8::/32 origin-as=65001 source=bird\n"
			    "default proto=bgp next-hop=10.0.0.1 "
			    "next-hop=10.0.0.2\n"
			    "default6 absent\n"
			    "10.0.0.1"),
	    "%s", err.text);
	ck_assert_uint_eq(route_expects_count(&expects), 5);
	entry = route_expects_at(&expects, 0);
	ck_assert_uint_eq(entry->prefix.length, 24);
	ck_assert_uint_eq(entry->hop_count, 2);
	ck_assert_uint_eq(entry->hops[0].length, 32);
	ck_assert_uint_eq(entry->hops[1].length, 8);
	ck_assert_uint_eq(entry->least_hops, 2);
	entry = route_expects_at(&expects, 1);
	ck_assert(entry->has_origin);
	ck_assert_uint_eq(entry->origin_as, 65001);
	ck_assert_str_eq(entry->source, "bird");
	entry = route_expects_at(&expects, 2);
	ck_assert_uint_eq(entry->prefix.length, 0);
	ck_assert_int_eq(entry->prefix.address.family, IP_V4);
	ck_assert_str_eq(entry->protocol, "bgp");
	ck_assert_uint_eq(entry->hop_count, 2);
	entry = route_expects_at(&expects, 3);
	ck_assert_int_eq(entry->prefix.address.family, IP_V6);
	ck_assert(entry->absent);
	ck_assert_uint_eq(route_expects_at(&expects, 4)->prefix.length, 32);
}
END_TEST

static const struct {
	const char *file;
	const char *why;
} wrong[] = {
	{ "default\nnonsense", "line 2: column 1: " },
	{ "default\n\n\t default  proto=bgp nonsense", "line 3: column 22: " },
	{ "default proto=bgp proto=bgp",
	    "column 19: proto stands there twice" },
	{ "default absent absent", "column 16: absent stands there twice" },
	{ "default absent proto=bgp", "absent goes with source= alone" },
	{ "default next-hop=192.0.2.1 absent", "absent goes with" },
	{ "default absent=yes", "absent is not absent, next-hop=" },
	{ "10.0.0.1/8", "use 10.0.0.0/8" },
	{ "default via=192.0.2.1", "via is not absent" },
	{ "default next-hop", "next-hop is not absent" },
	{ "default next-hop=", "next-hop: " },
	{ "default next-hop=192.0.2.1,", "next-hop: " },
	{ "default next-hop=x", "next-hop: " },
	{ "default next-hops=0", "next-hops: must be 1 to 65535" },
	{ "default next-hops=65536", "next-hops: must be 1 to 65535" },
	{ "default next-hops=-1", "next-hops: " },
	{ "default origin-as=x", "origin-as: " },
	{ "default source=", "source: must not be empty" },
	{ "default proto=", "proto: must not be empty" },
};

START_TEST(refused)
{
	ck_assert(!parse(wrong[_i].file));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, wrong[_i].why) != NULL, "%s", err.text);
}
END_TEST

START_TEST(too_much)
{
	static char line[4096] = "default next-hop=1.1.1.1";

	for (int i = 0; i < ROUTE_EXPECT_NETS; i++)
		strcat(line, ",1.1.1.1");
	ck_assert(!parse(line));
	ck_assert_ptr_nonnull(strstr(err.text, "more than 32"));
	memset(line, 'x', sizeof(line) - 1);
	ck_assert(!parse(line));
	ck_assert_ptr_nonnull(strstr(err.text, "too long"));
	memcpy(line, "default ", 8);
	ck_assert(!parse(line));
	ck_assert_ptr_nonnull(strstr(err.text, "too long"));
	ck_assert_uint_eq(route_expects_count(&expects), 0);
}
END_TEST

START_TEST(a_nul_byte)
{
	ck_assert(
	    !route_expect_parse_file("def\0ault\n", 9, &expects, &arena, &err));
	ck_assert_str_eq(err.text, "line 1: column 1: a NUL byte");
}
END_TEST

START_TEST(what_an_editor_puts_first)
{
	ck_assert_msg(parse("\xef\xbb\xbf"
			    "default\n"),
	    "%s", err.text);
	ck_assert_uint_eq(route_expects_count(&expects), 1);
	ck_assert(!parse("default\n\xef\xbb\xbf"
			 "default\n"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_expect");
	TCase *tcase = tcase_create("route_expect");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_file);
	tcase_add_loop_test(tcase, refused, 0, COUNT(wrong));
	tcase_add_test(tcase, too_much);
	tcase_add_test(tcase, a_nul_byte);
	tcase_add_test(tcase, what_an_editor_puts_first);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
