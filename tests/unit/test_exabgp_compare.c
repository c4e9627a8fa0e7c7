/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/clock.h"
#include "model/exabgp_compare.h"
#include "tests/suite.h"

#define MINUTE (60 * CLOCK_SECOND)

static struct arena arena;
static struct err err;
static struct exabgp_before before;
static struct exabgp_look look;
static int64_t now;
static char room[65536];

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	before = (struct exabgp_before){ .known = false };
	now = 1000 * MINUTE;
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* A look a minute later: one peer in that state, prefixes by number. */
static void
begin(enum bgp_state state)
{
	struct bgp_peer *peer;
	struct ip ip;

	now += MINUTE;
	look = (struct exabgp_look){ .sessions_known = true,
		.routes_known = true };
	look.now.at_ns = now;
	strcpy(look.now.boot_id, "boot");
	look.process = (struct exabgp_process){ .seen = EXABGP_RUNS,
		.pid = 7,
		.start_ticks = 70,
		.cpu_ticks = (uint64_t)(now / CLOCK_SECOND) * 10 };
	bgp_table_init(&look.table, &arena, 0);
	ck_assert(ip_parse("192.0.2.1", &ip, &err));
	peer = bgp_table_peer(&look.table, "", &ip, "");
	peer->state = (uint8_t)state;
}

static void
announce(uint64_t key)
{
	uint64_t *added = arena_push(&arena, &look.keys, sizeof(key));

	ck_assert_ptr_nonnull(added);
	*added = key;
}

static void
end(void)
{
	struct text out = TEXT_OVER(room);

	exabgp_compare_process(&look, &before, 100);
	ck_assert(!look.sessions_known ||
	    exabgp_compare_sessions(&look, &before, 60 * MINUTE, &arena));
	exabgp_compare_begin(&look, &before, &arena);
	exabgp_compare_end(&look, &before, 60 * MINUTE);
	exabgp_before_encode(&look, &before, &out);
	ck_assert_msg(
	    exabgp_before_decode(&before, room, out.len, &arena, &err), "%s",
	    err.text);
}

START_TEST(from_look_to_look)
{
	begin(BGP_ACTIVE);
	announce(1);
	announce(2);
	end();
	ck_assert(!look.changes_known && !look.process.has_cpu);
	ck_assert_int_eq(look.down_since[0], now);
	begin(BGP_ACTIVE);
	announce(2);
	announce(3);
	end();
	ck_assert(look.process.has_cpu);
	ck_assert_double_eq_tol(look.process.cpu_percent, 10, 0.001);
	ck_assert_int_eq(look.down_since[0], now - MINUTE);
	ck_assert(look.changes_known);
	ck_assert_double_eq(look.changes_s, 60);
	ck_assert_uint_eq(look.track.announced, 1);
	ck_assert_uint_eq(look.track.withdrawn, 1);
	ck_assert_uint_eq(look.now.added, 1);
	ck_assert_uint_eq(look.now.removed, 1);
	begin(BGP_ESTABLISHED);
	announce(2);
	end();
	ck_assert(look.flaps_known);
	ck_assert_uint_eq(look.now.removed, 2);
	/* The first time was its beginning; the second is a flap. */
	ck_assert_uint_eq(bgp_history_flaps(&look.peers, 0), 0);
	begin(BGP_ACTIVE);
	end();
	begin(BGP_ESTABLISHED);
	end();
	ck_assert_uint_eq(bgp_history_flaps(&look.peers, 0), 1);
}
END_TEST

/* What was not looked at is remembered as it was. */
START_TEST(a_look_that_could_not_see)
{
	begin(BGP_ACTIVE);
	announce(1);
	end();
	begin(BGP_ACTIVE);
	look.sessions_known = look.routes_known = false;
	look.process = (struct exabgp_process){ .seen = EXABGP_ABSENT };
	end();
	ck_assert(!look.changes_known);
	begin(BGP_ACTIVE);
	announce(1);
	announce(2);
	end();
	ck_assert_int_eq(look.down_since[0], now - 2 * MINUTE);
	ck_assert(look.changes_known);
	ck_assert_uint_eq(look.track.announced, 1);
	ck_assert_uint_eq(look.now.restarts.count, 0);
}
END_TEST

/* With a log its lines are counted, and no change twice. */
START_TEST(the_log_counts)
{
	static struct exabgp_hits hits[EXABGP_LINES];

	begin(BGP_ESTABLISHED);
	announce(1);
	end();
	begin(BGP_ESTABLISHED);
	announce(2);
	look.log = (struct exabgp_log){ .known = true,
		.hits = hits,
		.hit_count = EXABGP_LINES };
	hits[EXABGP_LINE_ADDED].count = 5;
	hits[EXABGP_LINE_REMOVED].count = 4;
	end();
	ck_assert_uint_eq(look.now.added, 5);
	ck_assert_uint_eq(look.now.removed, 4);
	ck_assert_uint_eq(look.track.announced, 1);
}
END_TEST

START_TEST(after_a_reboot)
{
	begin(BGP_ESTABLISHED);
	announce(1);
	end();
	begin(BGP_ESTABLISHED);
	strcpy(look.now.boot_id, "another");
	end();
	ck_assert(!look.changes_known);
	ck_assert(!look.process.has_cpu);
	ck_assert_uint_eq(look.track.withdrawn, 0);
}
END_TEST

START_TEST(too_many)
{
	begin(BGP_ESTABLISHED);
	end();
	begin(BGP_ESTABLISHED);
	look.too_many_keys = true;
	end();
	ck_assert(!look.changes_known);
}
END_TEST

/* systemd misses no restart between two looks. */
START_TEST(restarts_of_a_unit)
{
	begin(BGP_ESTABLISHED);
	look.process.has_unit_restarts = true;
	look.process.unit_restarts = 3;
	end();
	begin(BGP_ESTABLISHED);
	look.process.pid = 8;
	look.process.has_unit_restarts = true;
	look.process.unit_restarts = 7;
	end();
	ck_assert_uint_eq(look.now.restarts.count, 4);
	ck_assert_uint_eq(look.now.restarts_total, 4);
	/* systemctl restart begins the count anew. */
	begin(BGP_ESTABLISHED);
	look.process.pid = 9;
	look.process.has_unit_restarts = true;
	end();
	ck_assert_uint_eq(look.now.restarts_total, 5);
	/* Another program in the same process. */
	begin(BGP_ESTABLISHED);
	look.process.pid = 9;
	look.process.exe_inode = 11;
	end();
	ck_assert_uint_eq(look.now.restarts_total, 5);
	begin(BGP_ESTABLISHED);
	look.process.pid = 9;
	look.process.exe_inode = 12;
	end();
	ck_assert_uint_eq(look.now.restarts_total, 6);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_compare");
	TCase *tcase = tcase_create("exabgp_compare");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, from_look_to_look);
	tcase_add_test(tcase, a_look_that_could_not_see);
	tcase_add_test(tcase, the_log_counts);
	tcase_add_test(tcase, after_a_reboot);
	tcase_add_test(tcase, too_many);
	tcase_add_test(tcase, restarts_of_a_unit);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
