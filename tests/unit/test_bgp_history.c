/* SPDX-License-Identifier: ISC */
/* Flaps and drops from look to look, and the text in between. */
#include <stdio.h>
#include <string.h>

#include "model/bgp_history.h"
#include "tests/suite.h"

static struct arena arena;
static struct bgp_history histories[2];
static int looks;
static char boot[40];

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	looks = 0;
	strcpy(boot, "boot-1");
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* What one look shows of the only peer; -1: not told. */
struct view {
	int64_t at_s;
	bool up;
	int64_t transitions, time_s, prefixes;
	bool other; /* a family besides */
};

static const struct bgp_spans spans = { .flap_window_s = 1000 };

static const struct bgp_history *
look_with(const struct view *view, const struct bgp_spans *how)
{
	struct bgp_history *after = &histories[looks % 2];
	struct bgp_history *before =
	    looks > 0 ? &histories[(looks + 1) % 2] : NULL;
	struct moment moment = { .at_s = view->at_s };
	static struct bgp_table table;
	struct bgp_peer *peer;
	struct ip address;
	struct err err;

	strcpy(moment.boot_id, boot);
	bgp_table_init(&table, &arena, 0);
	ck_assert(ip_parse("fe80::1", &address, &err));
	peer = bgp_table_peer(&table, "red; one", &address, "ll0");
	peer->state = view->up ? BGP_ESTABLISHED : BGP_IDLE;
	if (view->transitions >= 0) {
		peer->has |= BGP_HAS_TRANSITIONS;
		peer->transitions = (uint32_t)view->transitions;
	}
	if (view->time_s >= 0) {
		peer->has |= BGP_HAS_TIME;
		peer->time_s = (uint32_t)view->time_s;
	}
	if (view->prefixes >= 0) {
		struct bgp_family *family = bgp_peer_family(&table, peer, 2, 1);

		family->has = BGP_HAS_ACCEPTED;
		family->accepted = (uint32_t)view->prefixes;
	}
	if (view->other) {
		struct bgp_family *family = bgp_peer_family(&table, peer, 1, 1);

		family->has = BGP_HAS_ACCEPTED;
		family->accepted = 5;
	}
	bgp_history_init(after, &arena, &moment);
	ck_assert(bgp_history_next(after, before, &table, how));
	looks++;
	return after;
}

static uint32_t
flaps(int64_t at_s, bool up, int64_t transitions, int64_t time_s)
{
	const struct view view = { at_s, up, transitions, time_s, -1 };

	return bgp_history_flaps(look_with(&view, &spans), 0);
}

START_TEST(transitions_are_flaps)
{
	ck_assert_uint_eq(flaps(100, true, 5, 50), 0);
	ck_assert_uint_eq(flaps(200, true, 5, 150), 0);
	ck_assert_uint_eq(flaps(300, true, 7, 10), 2);
	ck_assert_uint_eq(flaps(400, false, 7, 10), 2);
	ck_assert_uint_eq(flaps(500, true, 8, 10), 3);
	/* The window passes over them. */
	ck_assert_uint_eq(flaps(1350, true, 8, 800), 1);
	ck_assert_uint_eq(flaps(1500, true, 8, 950), 0);
}
END_TEST

START_TEST(a_count_that_began_anew_is_counted)
{
	ck_assert_uint_eq(flaps(100, true, 500, 50), 0);
	ck_assert_uint_eq(flaps(200, true, 1, 10), 1);
}
END_TEST

START_TEST(without_a_count_a_young_session_is_a_flap)
{
	ck_assert_uint_eq(flaps(100, true, -1, 5000), 0);
	ck_assert_uint_eq(flaps(200, true, -1, 5100), 0);
	ck_assert_uint_eq(flaps(300, true, -1, 20), 1);
	ck_assert_uint_eq(flaps(400, false, -1, 20), 1);
	ck_assert_uint_eq(flaps(500, true, -1, -1), 2);
	ck_assert_uint_eq(flaps(600, true, -1, -1), 2);
	/* Clocks differ a little. */
	ck_assert_uint_eq(flaps(700, true, -1, 97), 2);
}
END_TEST

START_TEST(another_boot_forgets_times_but_no_counts)
{
	ck_assert_uint_eq(flaps(5000, true, 5, 50), 0);
	ck_assert_uint_eq(flaps(5100, true, 6, 50), 1);
	strcpy(boot, "boot-2");
	ck_assert_uint_eq(flaps(60, true, 8, 10), 2);
	/* A clock that runs back is another boot as well. */
	ck_assert_uint_eq(flaps(50, true, 8, 10), 0);
}
END_TEST

/* To come up for the first time is no flap, counted or not; again is one. */
START_TEST(the_first_time_is_no_flap)
{
	const int64_t known = _i == 0 ? -1 : 0;

	ck_assert_uint_eq(flaps(100, false, known, -1), 0);
	ck_assert_uint_eq(flaps(200, false, known, -1), 0);
	ck_assert_uint_eq(flaps(300, true, known + _i, 20), 0);
	ck_assert_uint_eq(flaps(400, false, known + _i, -1), 0);
	ck_assert_uint_eq(flaps(500, true, known + 2 * _i, 20), 1);
}
END_TEST

/* In one interval it came up for the first time, and again. */
START_TEST(more_than_the_first_time)
{
	ck_assert_uint_eq(flaps(100, false, 0, -1), 0);
	ck_assert_uint_eq(flaps(200, true, 3, 10), 2);
}
END_TEST

/* It was up once, says the count, before anybody looked. */
START_TEST(down_but_not_for_the_first_time)
{
	ck_assert_uint_eq(flaps(100, false, 1, -1), 0);
	ck_assert_uint_eq(flaps(200, true, 2, 10), 1);
}
END_TEST

START_TEST(many_flaps_merge_and_none_is_lost)
{
	uint32_t count = 0;

	flaps(1, true, 0, 0);
	for (int i = 1; i <= 3 * BGP_HISTORY_FLAPS; i++)
		count = flaps(1 + i, true, i, 0);
	ck_assert_uint_eq(count, 3 * BGP_HISTORY_FLAPS);
}
END_TEST

static bool
reference_is(const struct bgp_history *history, uint32_t wanted)
{
	const struct bgp_peer *peer = bgp_table_at(&history->peers, 0);
	const struct bgp_family family = { .afi = 2, .safi = 1 };
	uint32_t count;

	return bgp_history_reference(history, peer, &family, &count) &&
	    count == wanted;
}

START_TEST(a_drop_is_held_as_long_as_asked)
{
	const struct bgp_spans once = { .drop_percent = 50 };
	const struct bgp_spans held = { .drop_percent = 50,
		.drop_hold_s = 250 };
	struct view view = { 100, true, 1, 1000, 300 };

	look_with(&view, &once);
	view = (struct view){ 200, true, 1, 1100, 100 };
	ck_assert(reference_is(look_with(&view, &once), 100));
	looks = 0;
	view = (struct view){ 100, true, 1, 1000, 300 };
	ck_assert(reference_is(look_with(&view, &held), 300));
	view = (struct view){ 200, true, 1, 1100, 100 };
	ck_assert(reference_is(look_with(&view, &held), 300));
	view.at_s = 300;
	ck_assert(reference_is(look_with(&view, &held), 300));
	view.at_s = 400; /* 300 s after the last look with 300 prefixes */
	ck_assert(reference_is(look_with(&view, &held), 100));
	/* A session that is down has no number to compare with. */
	view.up = false;
	ck_assert(!reference_is(look_with(&view, &held), 100));
}
END_TEST

/* A family that is not told any more has none. */
START_TEST(a_family_that_vanishes_is_remembered)
{
	const struct bgp_spans held = { .drop_percent = 50,
		.drop_hold_s = 250 };
	const struct bgp_spans once = { .drop_percent = 50 };
	struct view view = { 100, true, 1, 1000, 300, true };

	look_with(&view, &held);
	view = (struct view){ 200, true, 1, 1100, -1, true };
	ck_assert(reference_is(look_with(&view, &held), 300));
	view.at_s = 400;
	ck_assert(reference_is(look_with(&view, &held), 0));
	looks = 0;
	view = (struct view){ 100, true, 1, 1000, 300, true };
	look_with(&view, &once);
	view = (struct view){ 200, true, 1, 1100, -1, true };
	ck_assert(reference_is(look_with(&view, &once), 0));
	/* Where nothing is told, nothing new is known. */
	looks = 0;
	view = (struct view){ 100, true, 1, 1000, 300, true };
	look_with(&view, &once);
	view = (struct view){ 200, true, 1, 1100, -1, false };
	ck_assert(reference_is(look_with(&view, &once), 300));
}
END_TEST

/* A router that lies about its counter does not get below the limit by it. */
START_TEST(counts_never_wrap)
{
	ck_assert_uint_eq(flaps(100, true, 0, 50), 0);
	for (int i = 1; i <= 2 * BGP_HISTORY_FLAPS; i++) {
		flaps(100 + 2 * i, true, UINT32_MAX - 1, 0);
		ck_assert_uint_ge(flaps(101 + 2 * i, true, 0, 0),
		    UINT32_MAX - 1);
	}
}
END_TEST

/* --- text ----------------------------------------------------------------- */

static char bytes[4096], again[4096];

START_TEST(text_survives)
{
	const struct view view = { 100, true, 5, 50, 300 };
	const struct view later = { 200, true, 9, 20, 290 };
	struct text out = TEXT_OVER(bytes), back = TEXT_OVER(again);
	struct bgp_history decoded;
	struct err err;

	look_with(&view, &spans);
	bgp_history_encode(look_with(&later, &spans), &out);
	ck_assert_str_eq(bytes,
	    "1 boot-1 200\n"
	    "=red%3b%20one =fe80::1 =ll0 6 20 9 200:4 2.1.290.0\n");
	ck_assert_msg(
	    bgp_history_decode(&decoded, bytes, out.len, &arena, &err), "%s",
	    err.text);
	ck_assert_uint_eq(bgp_history_flaps(&decoded, 0), 4);
	bgp_history_encode(&decoded, &back);
	ck_assert_str_eq(again, bytes);
}
END_TEST

/* That it was not seen up yet is remembered; a text of old does not say so. */
START_TEST(never_up_survives)
{
	const struct view down = { 100, false, -1, -1, -1 };
	const struct view up = { 200, true, -1, 20, -1 };
	struct text out = TEXT_OVER(bytes);
	struct err err;

	bgp_history_encode(look_with(&down, &spans), &out);
	ck_assert_str_eq(bytes,
	    "1 boot-1 100\n=red%3b%20one =fe80::1 =ll0 -1 - - - -\n");
	ck_assert(
	    bgp_history_decode(&histories[0], bytes, out.len, &arena, &err));
	ck_assert_uint_eq(bgp_history_flaps(look_with(&up, &spans), 0), 0);

	strcpy(bytes, "1 boot-1 100\n=red%3b%20one =fe80::1 =ll0 1 - - - -\n");
	looks = 1;
	ck_assert(bgp_history_decode(&histories[0], bytes, strlen(bytes),
	    &arena, &err));
	ck_assert_uint_eq(bgp_history_flaps(look_with(&up, &spans), 0), 1);
}
END_TEST

static const char *const damaged[] = {
	"",
	"1 boot 5",
	"2 boot 5\n",
	"1 boot\n",
	"1 boot -5\n",
	"1 0123456789012345678901234567890123456789 5\n",
	"1 b 5\n= =192.0.2.1 = 6 20 9 -\n",
	"1 b 5\n= =192.0.2.1 = 6 20 9 - - -\n",
	"1 b 5\n= =192.0.2.1 = 9 20 9 - -\n",
	"1 b 5\n= =192.0.2.1 = - 20 9 - -\n",
	"1 b 5\n= =192.0.2.1 = -6 20 9 - -\n",
	"1 b 5\n= =192.0.2 = 6 20 9 - -\n",
	"1 b 5\nred =192.0.2.1 = 6 20 9 - -\n",
	"1 b 5\n=%0 =192.0.2.1 = 6 20 9 - -\n",
	"1 b 5\n=%00 =192.0.2.1 = 6 20 9 - -\n",
	"1 b 5\n= =192.0.2.1 = 6 4294967296 9 - -\n",
	"1 b 5\n= =192.0.2.1 = 6 20 9 5 -\n",
	"1 b 5\n= =192.0.2.1 = 6 20 9 5:1,,6:1 -\n",
	"1 b 5\n= =192.0.2.1 = 6 20 9 - 1.1.5\n",
	"1 b 5\n= =192.0.2.1 = 6 20 9 - 1.256.5.0\n",
	"1 b 5\n= =192.0.2.1 = 6 - - - -\n= =192.0.2.1 = 6 - - - -\n",
};

START_TEST(damage_is_refused)
{
	struct bgp_history history;
	struct err err;

	ck_assert(!bgp_history_decode(&history, damaged[_i],
	    strlen(damaged[_i]), &arena, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_history");
	TCase *tcase = tcase_create("bgp_history");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, transitions_are_flaps);
	tcase_add_test(tcase, a_count_that_began_anew_is_counted);
	tcase_add_test(tcase, without_a_count_a_young_session_is_a_flap);
	tcase_add_test(tcase, another_boot_forgets_times_but_no_counts);
	tcase_add_loop_test(tcase, the_first_time_is_no_flap, 0, 2);
	tcase_add_test(tcase, more_than_the_first_time);
	tcase_add_test(tcase, down_but_not_for_the_first_time);
	tcase_add_test(tcase, many_flaps_merge_and_none_is_lost);
	tcase_add_test(tcase, a_drop_is_held_as_long_as_asked);
	tcase_add_test(tcase, a_family_that_vanishes_is_remembered);
	tcase_add_test(tcase, counts_never_wrap);
	tcase_add_test(tcase, text_survives);
	tcase_add_test(tcase, never_up_survives);
	tcase_add_loop_test(tcase, damage_is_refused, 0, COUNT(damaged));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
