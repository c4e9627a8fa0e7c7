/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "model/route_history.h"
#include "tests/suite.h"

static struct arena arena;
static struct route_history before, after, read;
static struct route_spans spans;
static struct err err;
static char room[8192];

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 8 << 20, &err));
	spans = (struct route_spans){ .flap_window_s = 3600 };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
begin(struct route_history *history, const char *boot, int64_t at_s)
{
	struct moment moment = { .at_s = at_s };

	strcpy(moment.boot_id, boot);
	route_history_init(history, &arena, &moment);
}

static struct ip_net
net(const char *string)
{
	struct ip_net prefix;

	ck_assert(ip_net_parse(string, &prefix, &err));
	return prefix;
}

static void
see(struct route_history *history, const struct route_history *past,
    const char *prefix, enum route_presence presence)
{
	const struct ip_net of = net(prefix);

	ck_assert(route_history_see(history, past, &of, presence, &spans));
}

START_TEST(comes_and_goes)
{
	begin(&before, "boot", 1000);
	see(&before, NULL, "10.0.0.0/8", ROUTE_PRESENT);
	ck_assert_uint_eq(route_history_flaps(&before, 0), 0);
	begin(&after, "boot", 1060);
	see(&after, &before, "10.0.0.0/8", ROUTE_ABSENT);
	ck_assert_uint_eq(route_history_flaps(&after, 0), 1);
	begin(&before, "boot", 1120);
	see(&before, &after, "10.0.0.0/8", ROUTE_ABSENT);
	ck_assert_uint_eq(route_history_flaps(&before, 0), 1);
	begin(&after, "boot", 1180);
	see(&after, &before, "10.0.0.0/8", ROUTE_PRESENT);
	ck_assert_uint_eq(route_history_flaps(&after, 0), 2);
	/* The window moves on. */
	begin(&before, "boot", 1060 + 3600);
	see(&before, &after, "10.0.0.0/8", ROUTE_PRESENT);
	ck_assert_uint_eq(route_history_flaps(&before, 0), 1);
}
END_TEST

START_TEST(what_was_not_seen_is_no_flap)
{
	begin(&before, "boot", 1000);
	see(&before, NULL, "10.0.0.0/8", ROUTE_PRESENT);
	begin(&after, "boot", 1060);
	see(&after, &before, "10.0.0.0/8", ROUTE_UNSEEN);
	begin(&before, "boot", 1120);
	see(&before, &after, "10.0.0.0/8", ROUTE_PRESENT);
	ck_assert_uint_eq(route_history_flaps(&before, 0), 0);
	begin(&after, "boot", 1180);
	see(&after, &before, "10.0.0.0/8", ROUTE_UNSEEN);
	begin(&before, "boot", 1240);
	see(&before, &after, "10.0.0.0/8", ROUTE_ABSENT);
	ck_assert_uint_eq(route_history_flaps(&before, 0), 1);
}
END_TEST

START_TEST(a_reboot_ends_the_window)
{
	begin(&before, "boot", 1000);
	see(&before, NULL, "10.0.0.0/8", ROUTE_PRESENT);
	begin(&after, "boot", 1060);
	see(&after, &before, "10.0.0.0/8", ROUTE_ABSENT);
	begin(&before, "other", 30);
	see(&before, &after, "10.0.0.0/8", ROUTE_ABSENT);
	ck_assert_uint_eq(route_history_flaps(&before, 0), 0);
}
END_TEST

START_TEST(found_in_another_order)
{
	begin(&before, "boot", 1000);
	see(&before, NULL, "10.0.0.0/8", ROUTE_PRESENT);
	see(&before, NULL, "2001:db8::/32", ROUTE_ABSENT);
	begin(&after, "boot", 1060);
	see(&after, &before, "2001:db8::/32", ROUTE_PRESENT);
	see(&after, &before, "10.0.0.0/9", ROUTE_ABSENT);
	see(&after, &before, "10.0.0.0/8", ROUTE_PRESENT);
	ck_assert_uint_eq(route_history_flaps(&after, 0), 1);
	ck_assert_uint_eq(route_history_flaps(&after, 1), 0);
	ck_assert_uint_eq(route_history_flaps(&after, 2), 0);
}
END_TEST

START_TEST(more_flaps_than_are_kept)
{
	struct route_history *now = &after, *then = &before, *swap;

	begin(then, "boot", 1000);
	see(then, NULL, "10.0.0.0/8", ROUTE_PRESENT);
	for (int i = 1; i <= ROUTE_HISTORY_FLAPS + 5; i++) {
		begin(now, "boot", 1000 + i);
		see(now, then, "10.0.0.0/8",
		    i % 2 ? ROUTE_ABSENT : ROUTE_PRESENT);
		swap = now;
		now = then;
		then = swap;
	}
	ck_assert_uint_eq(route_history_flaps(then, 0), ROUTE_HISTORY_FLAPS);
}
END_TEST

static uint64_t
count(struct route_history *history, const struct route_history *past,
    uint64_t routes)
{
	ck_assert(
	    route_history_count(history, past, "kernel all", routes, &spans));
	return route_history_find(history, "kernel all")->reference;
}

START_TEST(a_drop_is_told_once)
{
	begin(&before, "boot", 1000);
	count(&before, NULL, 100);
	begin(&after, "boot", 1060);
	ck_assert_uint_eq(count(&after, &before, 50), 50);
}
END_TEST

START_TEST(a_drop_is_held)
{
	spans.drop_percent = 20;
	spans.drop_hold_s = 300;
	begin(&before, "boot", 1000);
	count(&before, NULL, 100);
	begin(&after, "boot", 1060);
	ck_assert_uint_eq(count(&after, &before, 50), 100);
	begin(&before, "boot", 1200);
	ck_assert_uint_eq(count(&before, &after, 51), 100);
	/* It came back. */
	begin(&after, "boot", 1201);
	ck_assert_uint_eq(count(&after, &before, 90), 90);
	/* Too long ago, or after a reboot. */
	begin(&after, "boot", 1300);
	ck_assert_uint_eq(count(&after, &before, 51), 51);
	begin(&after, "other", 1201);
	ck_assert_uint_eq(count(&after, &before, 51), 51);
}
END_TEST

START_TEST(minutes)
{
	double between;

	begin(&before, "boot", 1000);
	begin(&after, "boot", 1090);
	ck_assert(route_history_minutes(&before, &after, &between));
	ck_assert_double_eq(between, 1.5);
	begin(&after, "boot", 1000);
	ck_assert(!route_history_minutes(&before, &after, &between));
	begin(&after, "boot", 900);
	ck_assert(!route_history_minutes(&before, &after, &between));
	begin(&after, "other", 1090);
	ck_assert(!route_history_minutes(&before, &after, &between));
}
END_TEST

START_TEST(written_and_read)
{
	struct text out = TEXT_OVER(room), again;
	static char other[8192];

	begin(&before, "0a-b", 1000);
	see(&before, NULL, "10.0.0.0/8", ROUTE_PRESENT);
	see(&before, NULL, "2001:db8::/32", ROUTE_UNSEEN);
	begin(&after, "0a-b", 1060);
	see(&after, &before, "10.0.0.0/8", ROUTE_ABSENT);
	see(&after, &before, "2001:db8::/32", ROUTE_UNSEEN);
	ck_assert(route_history_count(&after, NULL, "bird ipv4,bgp vrf a b",
	    950000, &spans));
	route_history_encode(&after, &out);
	ck_assert_str_eq(out.data,
	    "1 0a-b 1060\n"
	    "prefix 10.0.0.0/8 absent 1060\n"
	    "prefix 2001:db8::/32 unknown -\n"
	    "count 950000 950000 1060 bird ipv4,bgp vrf a b\n");
	ck_assert(route_history_decode(&read, out.data, out.len, &arena, &err));
	text_init(&again, other, sizeof(other));
	route_history_encode(&read, &again);
	ck_assert_str_eq(again.data, out.data);
}
END_TEST

static const char *const rot[] = {
	"",
	"\n",
	"2 boot 5\n",
	"1 boot\n",
	"1 boot x\n",
	"1 boot 5 6\n",
	"1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 5\n",
	"1 boot 5\nprefix\n",
	"1 boot 5\nprefix 10.0.0.0/8\n",
	"1 boot 5\nprefix 10.0.0.0/8 present\n",
	"1 boot 5\nprefix 10.0.0.0/8 present 1,\n",
	"1 boot 5\nprefix 10.0.0.0/8 present 1 2\n",
	"1 boot 5\nprefix 10.0.0.1/8 present -\n",
	"1 boot 5\nprefix 10.0.0.0/8 maybe -\n",
	"1 boot 5\nprefix 10.0.0.0/8 present 99999999999999999999\n",
	"1 boot 5\ncount 1 2 3\n",
	"1 boot 5\ncount 1 2 x key\n",
	"1 boot 5\ncount -1 2 3 key\n",
	"1 boot 5\nother\n",
};

START_TEST(damaged)
{
	ck_assert(!route_history_decode(&read, rot[_i], strlen(rot[_i]), &arena,
	    &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

START_TEST(too_many_flaps)
{
	struct text out = TEXT_OVER(room);

	text_add(&out, "1 boot 5\nprefix 10.0.0.0/8 present 1");
	for (int i = 0; i < ROUTE_HISTORY_FLAPS; i++)
		text_add(&out, ",1");
	text_add(&out, "\n");
	ck_assert(
	    !route_history_decode(&read, out.data, out.len, &arena, &err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_history");
	TCase *tcase = tcase_create("route_history");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, comes_and_goes);
	tcase_add_test(tcase, what_was_not_seen_is_no_flap);
	tcase_add_test(tcase, a_reboot_ends_the_window);
	tcase_add_test(tcase, found_in_another_order);
	tcase_add_test(tcase, more_flaps_than_are_kept);
	tcase_add_test(tcase, a_drop_is_told_once);
	tcase_add_test(tcase, a_drop_is_held);
	tcase_add_test(tcase, minutes);
	tcase_add_test(tcase, written_and_read);
	tcase_add_loop_test(tcase, damaged, 0, COUNT(rot));
	tcase_add_test(tcase, too_many_flaps);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
