/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/clock.h"
#include "model/exabgp_history.h"
#include "tests/suite.h"

#define HOUR (3600 * CLOCK_SECOND)

static struct exabgp_history before, now;

static struct exabgp_history
look(int64_t at_s, uint64_t pid)
{
	return (struct exabgp_history){ .boot_id = "boot",
		.at_ns = at_s * CLOCK_SECOND,
		.daemon = { pid, pid * 10 } };
}

static void
helpers(struct exabgp_history *history, const char *pids)
{
	for (; *pids != '\0'; pids++)
		history->helpers[history->helper_count++] =
		    (struct exabgp_identity){ (uint64_t)*pids, 7 };
}

START_TEST(a_restart_counts_within_the_window)
{
	before = look(100, 5);
	now = look(200, 6);
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.restarts.count, 1);
	ck_assert_uint_eq(now.restarts_total, 1);
	ck_assert(!exabgp_history_same(&now, &before));
	before = now;
	now = look(3800, 6);
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.restarts.count, 1);
	ck_assert(exabgp_history_same(&now, &before));
	before = now;
	now = look(3801, 6);
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.restarts.count, 0);
	ck_assert_uint_eq(now.restarts_total, 1);
}
END_TEST

START_TEST(a_look_without_daemon_hides_no_restart)
{
	before = look(100, 5);
	now = look(200, 0);
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.restarts.count, 0);
	ck_assert_uint_eq(now.cpu_ticks, UINT64_MAX);
	before = now;
	now = look(300, 5);
	now.daemon.start_ticks++; /* the number was used again */
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.restarts.count, 1);
}
END_TEST

START_TEST(after_a_reboot_nothing_has_restarted)
{
	before = look(100, 5);
	before.restarts = (struct exabgp_events){ 1, { 50 } };
	now = look(200, 6);
	strcpy(now.boot_id, "other");
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.restarts.count, 0);
	exabgp_history_next(&now, NULL, HOUR);
	ck_assert_uint_eq(now.restarts.count, 0);
}
END_TEST

static const struct {
	const char *before, *now;
	size_t restarts;
} broods[] = {
	{ "ab", "ab", 0 },
	{ "ab", "ac", 1 },
	{ "ab", "cd", 2 },
	{ "ab", "a", 0 },
	{ "a", "ab", 0 },
	{ "", "ab", 0 },
	{ "ab", "acd", 1 },
};

START_TEST(helpers_that_were_replaced)
{
	before = look(100, 5);
	now = look(200, 5);
	helpers(&before, broods[_i].before);
	helpers(&now, broods[_i].now);
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.helper_restarts.count, broods[_i].restarts);
	/* With a new daemon all are new, and none was replaced. */
	now = look(200, 6);
	helpers(&now, broods[_i].now);
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.helper_restarts.count, 0);
}
END_TEST

START_TEST(a_look_between_two_helpers)
{
	before = look(100, 5);
	helpers(&before, "ab");
	now = look(200, 5);
	helpers(&now, "a");
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.helper_restarts.count, 0);
	before = now;
	now = look(300, 5);
	helpers(&now, "ac");
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.helper_restarts.count, 1);
	ck_assert_uint_eq(now.helper_count, 2);
	before = now;
	now = look(400, 5);
	helpers(&now, "ac");
	exabgp_history_next(&now, &before, HOUR);
	ck_assert_uint_eq(now.helper_restarts.count, 1);
}
END_TEST

START_TEST(down_since_the_first_look_that_saw_it)
{
	before = look(100, 5);
	ck_assert_int_eq(exabgp_history_down(&before, NULL, "a"),
	    100 * CLOCK_SECOND);
	now = look(200, 5);
	ck_assert_int_eq(exabgp_history_down(&now, &before, "a"),
	    100 * CLOCK_SECOND);
	ck_assert_int_eq(exabgp_history_down(&now, &before, "b"),
	    200 * CLOCK_SECOND);
}
END_TEST

/* Two addresses of IPv6, written out. */
START_TEST(down_with_the_longest_name)
{
	static const char name[] =
	    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111 from "
	    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:2222";

	before = look(100, 5);
	exabgp_history_down(&before, NULL, name);
	now = look(200, 5);
	ck_assert_int_eq(exabgp_history_down(&now, &before, name),
	    100 * CLOCK_SECOND);
}
END_TEST

START_TEST(more_restarts_than_are_kept)
{
	before = look(0, 1);
	for (uint64_t i = 1; i < 50; i++) {
		now = look((int64_t)i, 1 + i);
		exabgp_history_next(&now, &before, HOUR);
		before = now;
	}
	ck_assert_uint_eq(now.restarts.count, EXABGP_EVENTS);
	ck_assert_int_eq(now.restarts.at_ns[EXABGP_EVENTS - 1],
	    49 * CLOCK_SECOND);
	ck_assert_uint_eq(now.restarts_total, 49);
}
END_TEST

START_TEST(as_text_and_back)
{
	char room[4096], again_room[4096];
	struct text out = TEXT_OVER(room), again = TEXT_OVER(again_room);
	struct exabgp_history back;
	struct span rest;
	struct err err;

	now = look(200, 6);
	now.cpu_ticks = 77;
	now.restarts_total = 3;
	now.added = 4;
	now.removed = 5;
	now.restarts = (struct exabgp_events){ 2, { 50, 60 } };
	now.helper_restarts = (struct exabgp_events){ 1, { 70 } };
	helpers(&now, "xyz");
	exabgp_history_down(&now, NULL, "2001:db8::1 vrf red");
	strcpy(now.log_mark, "1 2 3 0 5 0");
	exabgp_history_encode(&now, &out);
	text_add(&out, "more\n");
	rest = span_of(room);
	ck_assert_msg(exabgp_history_decode(&back, &rest, &err), "%s",
	    err.text);
	ck_assert(span_is(rest, "more\n"));
	exabgp_history_encode(&back, &again);
	text_add(&again, "more\n");
	ck_assert_str_eq(room, again_room);
	ck_assert_uint_eq(back.cpu_ticks, 77);
	ck_assert_str_eq(back.down[0].name, "2001:db8::1 vrf red");
}
END_TEST

static const char *const damaged[] = {
	"",
	"exabgp 2\nend\n",
	"exabgp 1\n",
	"exabgp 1\nlook x boot\nend\n",
	"exabgp 1\ndaemon 1 2\nend\n",
	"exabgp 1\nrestart -5\nend\n",
	"exabgp 1\nrestart 9223372036854775808\nend\n",
	"exabgp 1\nwhat 1\nend\n",
};

START_TEST(what_is_damaged_is_refused)
{
	struct span rest = span_of(damaged[_i]);
	struct err err = { 0 };

	ck_assert(!exabgp_history_decode(&now, &rest, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_history");
	TCase *tcase = tcase_create("exabgp_history");

	tcase_add_test(tcase, a_restart_counts_within_the_window);
	tcase_add_test(tcase, a_look_without_daemon_hides_no_restart);
	tcase_add_test(tcase, after_a_reboot_nothing_has_restarted);
	tcase_add_loop_test(tcase, helpers_that_were_replaced, 0,
	    COUNT(broods));
	tcase_add_test(tcase, a_look_between_two_helpers);
	tcase_add_test(tcase, down_since_the_first_look_that_saw_it);
	tcase_add_test(tcase, down_with_the_longest_name);
	tcase_add_test(tcase, more_restarts_than_are_kept);
	tcase_add_test(tcase, as_text_and_back);
	tcase_add_loop_test(tcase, what_is_damaged_is_refused, 0,
	    COUNT(damaged));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
