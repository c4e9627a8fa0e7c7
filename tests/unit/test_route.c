/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/model/route.c"
#include "tests/suite.h"

static struct arena arena;

static void
set_up(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, (size_t)16 << 20, &err));
}

static void
tear_down(void)
{
	arena_free(&arena);
}

static struct ip_net
net(const char *string)
{
	struct ip_net net;
	struct err err;

	ck_assert_msg(ip_net_parse(string, &net, &err), "%s", err.text);
	return net;
}

static struct ip
ip(const char *string)
{
	struct ip ip;
	struct err err;

	ck_assert_msg(ip_parse(string, &ip, &err), "%s", err.text);
	return ip;
}

static void
view_of(struct route_view *view, const struct ip_net *prefixes, size_t count)
{
	const struct route_question question = { .prefixes = prefixes,
		.count = count };

	ck_assert(route_view_init(view, "kernel", &question, &arena));
}

START_TEST(an_unanswered_question_is_unseen_and_says_why)
{
	const struct ip_net nets[] = { net("192.0.2.0/24"), net("::/0") };
	struct route_view view;
	struct err err;

	view_of(&view, nets, 2);
	ck_assert_ptr_nonnull(route_add(&view, route_view_at(&view, 0), nets));
	err_set(&err, ERR_TIMEOUT, "no answer");
	route_view_fail(&view, &err);
	ck_assert(view.failed);
	ck_assert_int_eq(route_view_at(&view, 0)->presence, ROUTE_PRESENT);
	ck_assert_ptr_null(route_view_at(&view, 0)->why);
	ck_assert_int_eq(route_view_at(&view, 1)->presence, ROUTE_UNSEEN);
	ck_assert_str_eq(route_view_at(&view, 1)->why, "no answer");
}
END_TEST

START_TEST(a_path_is_told_as_ip_route_does)
{
	const struct ip_net nets[] = { net("192.0.2.0/24") };
	struct route_view view;
	struct route_path *path;
	struct ip hop = ip("198.51.100.1");
	char buffer[200];
	struct text text = TEXT_OVER(buffer);

	view_of(&view, nets, 1);
	path = route_add(&view, route_view_at(&view, 0), nets);
	route_hop(&view, path, &hop)->device = "eth0";
	path->protocol = "bgp";
	path->metric = 20;
	path->has = ROUTE_HAS_METRIC;
	route_tell(&text, path);
	ck_assert_str_eq(text.data,
	    "192.0.2.0/24 via 198.51.100.1 dev eth0 proto bgp metric 20");

	hop = ip("2001:db8::1");
	route_hop(&view, path, &hop)->encap = "mpls 100";
	text_clear(&text);
	route_tell(&text, path);
	ck_assert_str_eq(text.data,
	    "192.0.2.0/24 via 198.51.100.1 dev eth0 and encap mpls 100 via "
	    "2001:db8::1 proto bgp metric 20");

	ck_assert_uint_eq(route_hop(&view, path, &hop)->weight, 1);
	path->kind = ROUTE_BLACKHOLE;
	text_clear(&text);
	route_tell(&text, path);
	ck_assert_str_eq(text.data,
	    "192.0.2.0/24 blackhole via 198.51.100.1 dev eth0 and 2 more proto "
	    "bgp metric 20");
}
END_TEST

START_TEST(paths_and_hops_are_bounded)
{
	const struct ip_net nets[] = { net("::/0") };
	const struct ip none = { 0 };
	struct route_view view;
	struct route_answer *answer;

	view_of(&view, nets, 1);
	answer = route_view_at(&view, 0);
	for (int i = 0; i < ROUTE_PATHS_MAX; i++)
		ck_assert_ptr_nonnull(route_add(&view, answer, nets));
	ck_assert_ptr_null(route_add(&view, answer, nets));
	for (int i = 0; i < ROUTE_HOPS_MAX; i++)
		ck_assert_ptr_nonnull(route_hop(&view, answer->paths, &none));
	ck_assert_ptr_null(route_hop(&view, answer->paths, &none));
	ck_assert_uint_eq(answer->paths->hop_count, ROUTE_HOPS_MAX);
}
END_TEST

START_TEST(counts_of_one_kind_are_one_row)
{
	const struct ip_net nets[] = { net("::/0") };
	const struct route_count *row;
	struct route_view view;

	view_of(&view, nets, 1);
	ck_assert(route_count(&view, IP_V4, "main", "bgp", 2));
	ck_assert(route_count(&view, IP_V6, "main", "bgp", 3));
	ck_assert(route_count(&view, IP_V4, "main", "bgp", 4));
	ck_assert(route_count(&view, IP_V4, "10", "bgp", 1));
	ck_assert_uint_eq(view.counts.count, 3);
	row = view.counts.items;
	ck_assert_uint_eq(row[0].routes, 6);
	ck_assert_uint_eq(row[1].routes, 3);
	ck_assert_str_eq(row[2].table, "10");
}
END_TEST

START_TEST(the_cover_is_no_path_of_the_prefix)
{
	const struct ip_net nets[] = { net("192.0.2.0/24"), net("0.0.0.0/0") };
	struct route_view view;
	struct route_answer *answer;

	view_of(&view, nets, 1);
	answer = route_view_at(&view, 0);
	answer->presence = ROUTE_ABSENT;
	ck_assert_ptr_nonnull(route_cover(&view, answer, &nets[1]));
	ck_assert(answer->cover_known);
	ck_assert_ptr_null(answer->paths);
	ck_assert_int_eq(answer->presence, ROUTE_ABSENT);
}
END_TEST

static const struct {
	const char *path;
	bool known;
	uint32_t as;
} origins[] = {
	{ "", true, 0 },
	{ "65001", true, 65001 },
	{ "65001 4200000000", true, 4200000000 },
	{ "65001 {65003,65004}", false, 0 },
	{ "65001 4294967296", false, 0 },
	{ "65001 ", false, 0 },
	{ "no path", false, 0 },
};

START_TEST(the_last_as_is_the_origin)
{
	uint32_t as = 0;

	ck_assert_int_eq(route_origin_as(origins[_i].path, &as),
	    origins[_i].known);
	ck_assert_uint_eq(as, origins[_i].as);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route");
	TCase *tcase = tcase_create("route");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, an_unanswered_question_is_unseen_and_says_why);
	tcase_add_test(tcase, a_path_is_told_as_ip_route_does);
	tcase_add_test(tcase, paths_and_hops_are_bounded);
	tcase_add_test(tcase, counts_of_one_kind_are_one_row);
	tcase_add_test(tcase, the_cover_is_no_path_of_the_prefix);
	tcase_add_loop_test(tcase, the_last_as_is_the_origin, 0,
	    COUNT(origins));
	return suite_run(suite);
}
