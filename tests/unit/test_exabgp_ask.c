/* SPDX-License-Identifier: ISC */
#include <stdio.h>
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
	ck_assert(start_counting(counting));
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
	struct counting counting = { &look, wanted, 2, &arena };
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
	/* Prefixes are noted whatever the neighbor. */
	ck_assert_uint_eq(look.keys.count, 3);
	ck_assert_uint_eq(((uint64_t *)look.keys.items)[0],
	    exabgp_track_key(&wanted[0]));
	ck_assert_uint_eq(((uint64_t *)look.keys.items)[2],
	    exabgp_track_key(&wanted[1]));
	ck_assert_uint_eq(exabgp_established(&look), 1);
}
END_TEST

/* As the lab's daemons answer. */
static void
read_fixture(const char *path, exabgp_rib_sink *sink, void *context)
{
	char bytes[8192];
	FILE *file = fopen(path, "r");
	size_t len, text_len;

	ck_assert_ptr_nonnull(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	ck_assert_int_eq(exabgp_whole(bytes, len, &text_len), EXABGP_DONE);
	ck_assert(exabgp_rib_parse(bytes, text_len, sink, context, &err));
}

static const struct {
	const char *in, *out;
	unsigned received, announced;
} answers[] = {
	{ "tests/fixtures/exabgp/4.2-adj-rib-in.txt",
	    "tests/fixtures/exabgp/4.2-adj-rib-out.txt", 8, 2 },
	{ "tests/fixtures/exabgp/5.0-adj-rib-in.txt",
	    "tests/fixtures/exabgp/5.0-adj-rib-out.txt", 9, 3 },
};

START_TEST(both_directions)
{
	struct counting counting = { &look, NULL, 0, &arena };
	const struct bgp_family *family;

	bgp_table_init(&look.table, &arena, 0);
	add_peer("198.51.100.1", BGP_ESTABLISHED);
	add_peer("2001:db8:13::1", BGP_IDLE);
	ck_assert(start_counting(&counting));
	read_fixture(answers[_i].out, count_announced, &counting);
	read_fixture(answers[_i].in, count_received, &look);
	ck_assert_uint_eq(exabgp_total(&look).announced, answers[_i].announced);
	ck_assert_uint_eq(exabgp_total(&look).received, answers[_i].received);
	family = bgp_peer_find_family(bgp_table_at(&look.table, 0), 1, 1);
	ck_assert_uint_eq(family->has, BGP_HAS_ADVERTISED | BGP_HAS_RECEIVED);
	ck_assert_uint_eq(family->received, answers[_i].received);
	ck_assert_uint_eq(look.keys.count, answers[_i].announced + 5);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_ask");
	TCase *tcase = tcase_create("exabgp_ask");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, announced_routes);
	tcase_add_loop_test(tcase, both_directions, 0, COUNT(answers));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
