/* SPDX-License-Identifier: ISC */
/* Expected peers as they are typed, and what they mean. */
#include <string.h>

#include "model/bgp_expect.h"
#include "tests/suite.h"

static struct arena arena;
static struct bgp_expects expects;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	expects = (struct bgp_expects){ 0 };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static const struct {
	const char *text, *name; /* as bgp_expect_name */
	uint32_t as, prefixes, of_family;
} good[] = {
	{ "192.0.2.1", "192.0.2.1", 0, 0, 0 },
	{ "192.0.2.1,as=65001", "192.0.2.1", 65001, 0, 0 },
	{ "2001:DB8:0::1,as=AS1.2,prefixes=7", "2001:db8::1", 65538, 7, 0 },
	{ "[2001:db8::1],ipv6-unicast=9", "2001:db8::1", 0, 0, 9 },
	{ "::ffff:192.0.2.1", "192.0.2.1", 0, 0, 0 },
	{ "fe80::1%swp1,vrf=red", "fe80::1%swp1 vrf red", 0, 0, 0 },
	{ "swp1", "swp1", 0, 0, 0 },
	{ "frr4,vrf=", "frr4", 0, 0, 0 },
	{ "192.0.2.1,,as=1,", "192.0.2.1", 1, 0, 0 },
};

START_TEST(good_entries)
{
	const struct bgp_expect *entry;
	char room[256];
	struct text name = TEXT_OVER(room);
	struct err err;

	ck_assert_msg(bgp_expect_parse(good[_i].text, strlen(good[_i].text),
			  ",", &expects, &arena, &err),
	    "%s", err.text);
	ck_assert_uint_eq(bgp_expects_count(&expects), 1);
	entry = bgp_expects_at(&expects, 0);
	bgp_expect_name(&name, entry);
	ck_assert_str_eq(name.data, good[_i].name);
	ck_assert_uint_eq(entry->has_as ? entry->as : 0, good[_i].as);
	ck_assert_uint_eq(entry->has_prefixes ? entry->prefixes : 0,
	    good[_i].prefixes);
	ck_assert_uint_eq(entry->family_count, good[_i].of_family > 0);
	if (entry->family_count > 0)
		ck_assert_uint_eq(entry->families[0].least, good[_i].of_family);
}
END_TEST

static const struct {
	const char *text, *reason; /* a part of it */
} bad[] = {
	{ "", "must not be empty" },
	{ ",", "must not be empty" },
	{ "192.0.2.1/24", "no address" },
	{ "as=65001", "no address" },
	{ "192.0.2.1,65001", "not of the form" },
	{ "192.0.2.1,as=0", "1 to 4294967295" },
	{ "192.0.2.1,as=", "AS number" },
	{ "192.0.2.1,prefixes=-1", "prefixes" },
	{ "192.0.2.1,prefixes=4294967296", "4294967295" },
	{ "192.0.2.1,ipv9=3", "address family" },
	{ "192.0.2.1,ipv4=a", "ipv4" },
	{ "192.0.2.1%eth0/1%x", "" }, /* a name with signs is only a name */
	{ "192.0.2%eth0", "no address" },
};

START_TEST(bad_entries)
{
	struct err err = { .text = "" };
	const bool ok = bgp_expect_parse(bad[_i].text, strlen(bad[_i].text),
	    ",", &expects, &arena, &err);

	ck_assert(ok == (bad[_i].reason[0] == '\0'));
	if (ok)
		return;
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, bad[_i].reason) != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_file_has_comments_and_line_numbers)
{
	static const char text[] = "# transit\n"
				   "\n"
				   "192.0.2.1\tas=65001   # the first\r\n"
				   "  2001:db8::1 prefixes=5 vrf=red\n"
				   "swp1";
	static const char wrong[] = "192.0.2.1\n# fine\n192.0.2.2 AS=5\n";
	struct err err;

	ck_assert_msg(bgp_expect_parse_file(text, sizeof(text) - 1, &expects,
			  &arena, &err),
	    "%s", err.text);
	ck_assert_uint_eq(bgp_expects_count(&expects), 3);
	ck_assert_uint_eq(bgp_expects_at(&expects, 0)->as, 65001);
	ck_assert_str_eq(bgp_expects_at(&expects, 1)->vrf, "red");
	ck_assert_str_eq(bgp_expects_at(&expects, 2)->name, "swp1");
	ck_assert(!bgp_expect_parse_file(wrong, sizeof(wrong) - 1, &expects,
	    &arena, &err));
	ck_assert_msg(strstr(err.text, "line 3: ") == err.text, "%s", err.text);
	ck_assert(!bgp_expect_parse_file("a\0b", 3, &expects, &arena, &err));
	/* A file that was cut to nothing must not mean "expect nothing". */
	ck_assert(!bgp_expect_parse_file("", 0, &expects, &arena, &err));
	ck_assert_str_eq(err.text, "names no peer");
	ck_assert(!bgp_expect_parse_file("# a\n\n", 5, &expects, &arena, &err));
}
END_TEST

static const struct {
	const char *entry, *address, *vrf, *interface, *name;
	bool means;
} pairs[] = {
	{ "192.0.2.1", "192.0.2.1", "", "", NULL, true },
	{ "192.0.2.1", "192.0.2.1", "red", "", NULL, true },
	{ "192.0.2.1,vrf=", "192.0.2.1", "red", "", NULL, false },
	{ "192.0.2.1,vrf=default", "192.0.2.1", "", "", NULL, true },
	{ "192.0.2.1,vrf=default", "192.0.2.1", "default", "", NULL, true },
	{ "192.0.2.1,vrf=red", "192.0.2.1", "red", "", NULL, true },
	{ "192.0.2.1", "192.0.2.2", "", "", NULL, false },
	{ "fe80::1", "fe80::1", "", "ll0", NULL, true },
	{ "fe80::1%ll0", "fe80::1", "", "ll0", NULL, true },
	{ "fe80::1%ll1", "fe80::1", "", "ll0", NULL, false },
	{ "ll0", NULL, "", "ll0", NULL, true },
	{ "ll0", "fe80::1", "", "ll0", NULL, true },
	{ "frr4", "192.0.2.1", "", "", "frr4", true },
	{ "frr4", "192.0.2.1", "", "", NULL, false },
};

START_TEST(an_entry_means_a_peer)
{
	struct bgp_peer peer = { .vrf = pairs[_i].vrf,
		.interface = pairs[_i].interface,
		.name = pairs[_i].name };
	struct err err;

	if (pairs[_i].address != NULL)
		ck_assert(ip_parse(pairs[_i].address, &peer.address, &err));
	ck_assert(bgp_expect_parse(pairs[_i].entry, strlen(pairs[_i].entry),
	    ",", &expects, &arena, &err));
	ck_assert(bgp_expect_means(bgp_expects_at(&expects, 0), &peer) ==
	    pairs[_i].means);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_expect");
	TCase *tcase = tcase_create("bgp_expect");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, good_entries, 0, COUNT(good));
	tcase_add_loop_test(tcase, bad_entries, 0, COUNT(bad));
	tcase_add_test(tcase, a_file_has_comments_and_line_numbers);
	tcase_add_loop_test(tcase, an_entry_means_a_peer, 0, COUNT(pairs));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
