/* SPDX-License-Identifier: ISC */
/* Which peers are selected, and patterns over descriptions. */
#include <string.h>

#include "base/clock.h"
#include "model/bgp_select.h"
#include "tests/suite.h"

/* --- patterns ------------------------------------------------------------- */

static const struct {
	const char *pattern, *text;
	bool matches;
} patterns[] = {
	{ "transit", "IP transit 1", true },
	{ "^transit", "IP transit 1", false },
	{ "(?i)TRANSIT", "IP transit 1", true },
	{ "TRANSIT", "IP transit 1", false }, { "^$", "", true },
	{ "\\bcust-\\d+$", "red cust-12", true },
	{ "gr\xc3\xbc.n", "gr\xc3\xbc\xc3\xbcn", true }, /* . is a character */
	{ "x", "\xff\xfex", true },
	{ "^.x", "\xffx", false }, /* what is no UTF-8 matches nothing */
};

START_TEST(patterns_match)
{
	struct err err;
	struct regex *regex = regex_new(patterns[_i].pattern, &err);

	ck_assert_msg(regex != NULL, "%s", err.text);
	ck_assert(regex_matches(regex, patterns[_i].text,
		      strlen(patterns[_i].text)) == patterns[_i].matches);
	regex_free(regex);
}
END_TEST

START_TEST(a_wrong_pattern_says_where)
{
	struct err err;

	ck_assert_ptr_null(regex_new("ab(c", &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, "at character 5") != NULL, "%s",
	    err.text);
	regex_free(NULL);
}
END_TEST

START_TEST(no_pattern_takes_for_ever)
{
	struct err err;
	struct regex *regex = regex_new("(a+)+$", &err);
	char text[255];
	const int64_t start = clock_monotonic_ns();

	ck_assert_ptr_nonnull(regex);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = 'b';
	ck_assert(!regex_matches(regex, text, sizeof(text)));
	ck_assert(clock_monotonic_ns() - start < CLOCK_SECOND);
	regex_free(regex);
}
END_TEST

/* --- selections ----------------------------------------------------------- */

static const char *const red[] = { "red" };
static const char *const by_default[] = { "default" };
static const uint32_t as[] = { 65001, 65003 };
static struct ip_net nets[2];
static struct regex *transit[1];

static struct bgp_peer
peer_at(const char *address, const char *vrf)
{
	struct bgp_peer peer = { .vrf = vrf,
		.interface = "",
		.description = "transit one",
		.remote_as = 65001,
		.has = BGP_HAS_REMOTE_AS };
	struct err err;

	ck_assert(ip_parse(address, &peer.address, &err));
	return peer;
}

static void
setup(void)
{
	struct err err;

	ck_assert(ip_net_parse("192.0.2.0/24", &nets[0], &err));
	ck_assert(ip_net_parse("2001:db8::1", &nets[1], &err));
	transit[0] = regex_new("^transit", &err);
	ck_assert_ptr_nonnull(transit[0]);
}

static void
teardown(void)
{
	regex_free(transit[0]);
}

START_TEST(nothing_given_takes_all)
{
	const struct bgp_select select = { 0 };
	const struct bgp_peer peer = peer_at("192.0.2.1", "");

	ck_assert(bgp_select_takes(&select, &peer));
	ck_assert(!bgp_criteria_given(&select.only));
}
END_TEST

/* Each list alone, as what a peer must have and as what it must not have. */
START_TEST(each_list_counts)
{
	const struct bgp_criteria all[] = {
		{ .nets = nets, .net_count = 2 },
		{ .vrfs = red, .vrf_count = 1 },
		{ .as = as, .as_count = 2 },
		{ .descriptions = transit, .description_count = 1 },
		{ .family = IP_V4 },
	};
	struct bgp_peer has = peer_at("192.0.2.7", "red");
	struct bgp_peer lacks = peer_at("2001:db8::2", "");

	lacks.remote_as = 65002;
	lacks.description = NULL;
	for (int i = 0; i < COUNT(all); i++) {
		const struct bgp_select only = { .only = all[i] };
		const struct bgp_select except = { .except = all[i] };

		ck_assert(bgp_criteria_given(&all[i]));
		ck_assert(bgp_select_takes(&only, &has));
		ck_assert(!bgp_select_takes(&only, &lacks));
		ck_assert(!bgp_select_takes(&except, &has));
		ck_assert(bgp_select_takes(&except, &lacks));
	}
}
END_TEST

START_TEST(lists_must_all_hold)
{
	const struct bgp_select select = {
		.only = { .nets = nets,
		    .net_count = 1,
		    .as = as,
		    .as_count = 2 },
	};
	struct bgp_peer peer = peer_at("192.0.2.7", "");

	ck_assert(bgp_select_takes(&select, &peer));
	peer.remote_as = 65002;
	ck_assert(!bgp_select_takes(&select, &peer));
	peer.remote_as = 65003;
	peer.has = 0; /* not told: not selected by it */
	ck_assert(!bgp_select_takes(&select, &peer));
}
END_TEST

START_TEST(default_is_the_default_vrf)
{
	const struct bgp_select select = {
		.only = { .vrfs = by_default, .vrf_count = 1 },
	};
	const struct bgp_peer outside = peer_at("192.0.2.7", "");
	const struct bgp_peer inside = peer_at("192.0.2.7", "red");

	ck_assert(bgp_select_takes(&select, &outside));
	ck_assert(!bgp_select_takes(&select, &inside));
}
END_TEST

START_TEST(a_name_is_as_good_as_a_description)
{
	const struct bgp_select select = {
		.only = { .descriptions = transit, .description_count = 1 },
	};
	struct bgp_peer peer = peer_at("192.0.2.7", "");

	peer.description = NULL;
	peer.name = "transit4";
	ck_assert(bgp_select_takes(&select, &peer));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_select");
	TCase *tcase = tcase_create("bgp_select");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, patterns_match, 0, COUNT(patterns));
	tcase_add_test(tcase, a_wrong_pattern_says_where);
	tcase_add_test(tcase, no_pattern_takes_for_ever);
	tcase_add_test(tcase, nothing_given_takes_all);
	tcase_add_test(tcase, each_list_counts);
	tcase_add_test(tcase, lists_must_all_hold);
	tcase_add_test(tcase, default_is_the_default_vrf);
	tcase_add_test(tcase, a_name_is_as_good_as_a_description);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
