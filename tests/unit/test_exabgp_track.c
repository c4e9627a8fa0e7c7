/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/clock.h"
#include "model/exabgp_track.h"
#include "tests/suite.h"

#define MINUTE (60 * CLOCK_SECOND)
#define WINDOW (60 * MINUTE)

static struct arena arena;
static struct err err;
static struct exabgp_track before, track;
static int64_t now;
static char room[400000];

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 256 << 20, &err));
	before = track = (struct exabgp_track){ 0 };
	now = 1000 * MINUTE;
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* The next look, a minute later; what it remembers goes through text. */
static void
begin(void)
{
	struct text out = TEXT_OVER(room);
	struct span rest;

	exabgp_track_encode(&track, &out);
	ck_assert(!out.cut);
	rest = (struct span){ room, out.len };
	ck_assert_msg(exabgp_track_decode(&before, &rest, &arena, &err), "%s",
	    err.text);
	ck_assert_uint_eq(rest.len, 0);
	now += MINUTE;
	ck_assert(exabgp_track_init(&track, &before, &arena));
}

/* One that sees these keys: a character each. */
static void
look(const char *keys)
{
	begin();
	for (; *keys != '\0'; keys++)
		exabgp_track_see(&track, (uint64_t)*keys, now);
	exabgp_track_finish(&track, now, WINDOW);
}

static void
expect(uint64_t announced, uint64_t withdrawn, size_t flapping)
{
	ck_assert_uint_eq(track.announced, announced);
	ck_assert_uint_eq(track.withdrawn, withdrawn);
	ck_assert_uint_eq(exabgp_track_flapping(&track, now, WINDOW), flapping);
}

START_TEST(what_came_and_went)
{
	look("ab");
	ck_assert(!track.baseline);
	expect(0, 0, 0); /* the first look knows of no change */
	look("ab");
	ck_assert(track.baseline);
	expect(0, 0, 0);
	look("bcd");
	expect(2, 1, 0);
	look("");
	expect(0, 3, 0);
}
END_TEST

/* Once back is a service that was down, twice is flapping. */
START_TEST(flapping)
{
	look("ab");
	look("b");
	look("ab");
	expect(1, 0, 0);
	look("b");
	look("ab");
	expect(1, 0, 1);
	look("ab");
	expect(0, 0, 1);
	now += WINDOW - 4 * MINUTE;
	look("ab");
	expect(0, 0, 1);
	now += 2 * MINUTE;
	look("ab");
	expect(0, 0, 0);
}
END_TEST

/* The log tells what happened between two looks. */
START_TEST(events)
{
	look("ab");
	begin();
	for (int i = 0; i < 2; i++) {
		exabgp_track_event(&track, 'a', false, now);
		exabgp_track_event(&track, 'a', true, now);
	}
	exabgp_track_event(&track, 'b', true, now); /* once more */
	exabgp_track_see(&track, 'a', now);
	exabgp_track_see(&track, 'b', now);
	exabgp_track_finish(&track, now, WINDOW);
	expect(2, 2, 1);
}
END_TEST

START_TEST(forgets_what_is_long_gone)
{
	look("abc");
	look("a");
	ck_assert_uint_eq(track.count, 3);
	now += WINDOW;
	look("a");
	ck_assert_uint_eq(track.count, 1);
	look("ab");
	expect(1, 0, 0);
}
END_TEST

START_TEST(too_many_to_follow)
{
	begin();
	for (uint64_t key = 1; key <= EXABGP_TRACKED; key++)
		exabgp_track_see(&track, key, now);
	exabgp_track_finish(&track, now, WINDOW);
	ck_assert(!track.full);
	begin();
	ck_assert_uint_eq(track.count, EXABGP_TRACKED);
	exabgp_track_see(&track, EXABGP_TRACKED + 1, now);
	ck_assert(track.full);
	begin(); /* nothing is remembered then */
	ck_assert(!track.baseline);
}
END_TEST

START_TEST(keys)
{
	static const char *const nets[] = { "10.0.0.0/8", "10.0.0.0/9",
		"10.1.0.0/16", "2001:db8::/32", "::/0", "0.0.0.0/0" };
	struct ip_net a, b;

	for (size_t i = 0; i < COUNT(nets); i++)
		for (size_t j = 0; j < COUNT(nets); j++) {
			ck_assert(ip_net_parse(nets[i], &a, &err));
			ck_assert(ip_net_parse(nets[j], &b, &err));
			ck_assert_int_eq(exabgp_track_key(&a) ==
				exabgp_track_key(&b),
			    i == j);
		}
}
END_TEST

static const char *const wrong[] = {
	"routes 1\n1\nend\n",
	"routes 1\n1 2\nend\n",
	"routes 1\n1 1 0\nend\n",
	"routes 1\n1 1 2 3 4 5\nend\n",
	"routes 1\nx 1\nend\n",
	"routes 1\n1 1\n",
};

START_TEST(text_that_is_wrong)
{
	struct span rest = span_of(wrong[_i]);

	ck_assert(!exabgp_track_decode(&track, &rest, &arena, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_ptr_null(track.items);
	/* Another text is none of ours, and stays. */
	rest = span_of("bgp 1\n");
	ck_assert(exabgp_track_decode(&track, &rest, &arena, &err));
	ck_assert_uint_eq(rest.len, 6);
	/* Without memory of routes nothing happens. */
	exabgp_track_see(&track, 1, now);
	exabgp_track_event(&track, 1, true, now);
	exabgp_track_finish(&track, now, WINDOW);
	expect(0, 0, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_track");
	TCase *tcase = tcase_create("exabgp_track");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_came_and_went);
	tcase_add_test(tcase, flapping);
	tcase_add_test(tcase, events);
	tcase_add_test(tcase, forgets_what_is_long_gone);
	tcase_add_test(tcase, too_many_to_follow);
	tcase_add_test(tcase, keys);
	tcase_add_loop_test(tcase, text_that_is_wrong, 0, COUNT(wrong));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
