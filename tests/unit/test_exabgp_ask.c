/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/source/exabgp_ask.c"
#include "tests/suite.h"

static struct arena arena;
static struct exabgp_look look;
static struct err err;

static void
add_peer(const char *address, enum bgp_state state)
{
	struct bgp_peer *peer;
	struct ip ip;

	ck_assert(ip_parse(address, &ip, &err));
	peer = bgp_table_peer(&look.table, "", &ip, "");
	ck_assert_ptr_nonnull(peer);
	peer->state = (uint8_t)state;
}

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 8 << 20, &err));
	look = (struct exabgp_look){ 0 };
	bgp_table_init(&look.table, &arena, 0);
	add_peer("192.0.2.1", BGP_ESTABLISHED);
	add_peer("192.0.2.2", BGP_IDLE);
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
count(const char *answer, struct counting *counting)
{
	ck_assert(start_counting(counting, &arena));
	ck_assert(exabgp_rib_parse(answer, strlen(answer), count_announced,
	    counting, &err));
}

/* Counted for an established neighbor alone. */
START_TEST(announced_routes)
{
	static const char answer[] =
	    "neighbor 192.0.2.1 ipv4 unicast 10.1.0.0/16 next-hop self\n"
	    "neighbor 192.0.2.1 ipv6 unicast 2001:db8::/32 next-hop self\n"
	    "neighbor 192.0.2.2 ipv4 unicast 10.2.0.0/16 next-hop self\n";
	struct ip_net wanted[2];
	struct counting counting = { &look, wanted, 2 };
	const struct bgp_peer *peer;

	ck_assert(ip_net_parse("10.1.0.0/16", &wanted[0], &err));
	ck_assert(ip_net_parse("10.2.0.0/16", &wanted[1], &err));
	/* An attempt before it leaves nothing. */
	for (int attempt = 0; attempt < 2; attempt++) {
		count(answer, &counting);
		ck_assert_uint_eq(look.counts[0].announced, 2);
		ck_assert_uint_eq(look.counts[1].announced, 0);
		ck_assert(look.announced[0]);
		ck_assert(!look.announced[1]);
		peer = bgp_table_at(&look.table, 0);
		ck_assert_uint_eq(bgp_peer_find_family(peer, 1, 1)->advertised,
		    1);
		ck_assert_uint_eq(bgp_peer_find_family(peer, 2, 1)->advertised,
		    1);
		ck_assert_ptr_null(
		    bgp_peer_find_family(bgp_table_at(&look.table, 1), 1, 1));
	}
	ck_assert_uint_eq(exabgp_total(&look).announced, 2);
	ck_assert_uint_eq(exabgp_established(&look), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_ask");
	TCase *tcase = tcase_create("exabgp_ask");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, announced_routes);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
