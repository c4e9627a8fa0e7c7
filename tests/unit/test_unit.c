/* SPDX-License-Identifier: ISC */
/* What a watchdog makes of systemd's words; the words themselves are those that
 * tests/systemd has seen of systemd 252. */
#include "model/unit.h"

#include <string.h>

#include "base/clock.h"
#include "tests/suite.h"

#define SECOND CLOCK_SECOND

static const struct {
	const char *load, *active, *result;
	bool stopping;
	enum watch_sight sight;
} cases[] = {
	{ "loaded", "active", "success", false, WATCH_UP },
	{ "loaded", "reloading", "success", false, WATCH_UP },
	{ "loaded", "activating", "exit-code", false, WATCH_MOVING },
	{ "loaded", "deactivating", "success", false, WATCH_MOVING },
	{ "loaded", "failed", "exit-code", false, WATCH_ABSENT },
	{ "loaded", "failed", "watchdog", false, WATCH_ABSENT },
	{ "loaded", "inactive", "success", false, WATCH_STOPPED },
	{ "loaded", "inactive", "exit-code", false, WATCH_ABSENT },
	{ "masked", "failed", "exit-code", false, WATCH_STOPPED },
	{ "masked", "active", "success", false, WATCH_STOPPED },
	{ "not-found", "inactive", "success", false, WATCH_UNSURE },
	{ "error", "failed", "", false, WATCH_UNSURE },
	{ "loaded", "maintenance", "", false, WATCH_UNSURE },
	{ "", "", "", false, WATCH_UNSURE },
	{ "loaded", "failed", "exit-code", true, WATCH_STOPPED },
	{ "loaded", "active", "success", true, WATCH_STOPPED },
};

static struct unit
unit_of(const char *load, const char *active, const char *result)
{
	struct unit unit = { .since_ns = -1, .ended_ns = -1 };

	strcpy(unit.load_state, load);
	strcpy(unit.active_state, active);
	strcpy(unit.result, result);
	return unit;
}

START_TEST(words_give_a_sight)
{
	struct unit unit =
	    unit_of(cases[_i].load, cases[_i].active, cases[_i].result);
	struct watch_look look;

	unit.stopping = cases[_i].stopping;
	unit_look(&unit, 100 * SECOND, &look);
	ck_assert_int_eq(look.sight, cases[_i].sight);
	ck_assert_int_eq(look.age_ns, -1);
}
END_TEST

/* Seen: a shell that ends with 143 on SIGTERM, and systemctl stop. */
START_TEST(who_was_stopped_and_says_so_by_a_code_is_stopped)
{
	static const struct {
		const char *active, *result;
		enum watch_sight sight;
	} ends[] = {
		{ "failed", "exit-code", WATCH_STOPPED },
		{ "failed", "signal", WATCH_STOPPED },
		{ "failed", "core-dump", WATCH_STOPPED },
		{ "failed", "timeout", WATCH_STOPPED },
		{ "failed", "watchdog", WATCH_ABSENT },
		{ "failed", "oom-kill", WATCH_ABSENT },
		{ "failed", "start-limit-hit", WATCH_ABSENT },
		{ "active", "success", WATCH_UP },
	};

	for (int i = 0; i < COUNT(ends); i++) {
		struct unit unit =
		    unit_of("loaded", ends[i].active, ends[i].result);
		struct watch_look look;

		unit.asked = true;
		unit_look(&unit, 100 * SECOND, &look);
		ck_assert_int_eq(look.sight, ends[i].sight);
	}
}
END_TEST

START_TEST(what_runs_has_an_identity_and_an_age)
{
	struct unit unit = unit_of("loaded", "active", "success");
	struct watch_look look;

	strcpy(unit.invocation, "0123456789abcdef0123456789abcdef");
	unit.since_ns = 60 * SECOND;
	unit_look(&unit, 100 * SECOND, &look);
	ck_assert_str_eq(look.identity, unit.invocation);
	ck_assert_int_eq(look.age_ns, 40 * SECOND);
	strcpy(unit.active_state, "failed");
	unit_look(&unit, 100 * SECOND, &look);
	ck_assert_str_eq(look.identity, "");
}
END_TEST

/* Seen: StartLimitBurst=5, NRestarts=5, StartLimitIntervalUSec=20s. */
static struct unit
limited(void)
{
	struct unit unit = unit_of("loaded", "failed", "exit-code");

	unit.restarts = unit.limit_burst = 5;
	unit.limit_interval_ns = 20 * SECOND;
	unit.ended_ns = 90 * SECOND;
	return unit;
}

static int64_t
refused(const struct unit *unit, int64_t boot_ns)
{
	struct watch_look look;

	unit_look(unit, boot_ns, &look);
	return look.refused_ns;
}

START_TEST(a_start_limit_refuses_until_it_is_over)
{
	const struct unit unit = limited();

	ck_assert_int_eq(refused(&unit, 100 * SECOND), 10 * SECOND);
	ck_assert_int_eq(refused(&unit, 110 * SECOND - 1), 1);
	ck_assert_int_eq(refused(&unit, 110 * SECOND), 0);
	/* an end in the future is now */
	ck_assert_int_eq(refused(&unit, 80 * SECOND), 20 * SECOND);
}
END_TEST

START_TEST(without_a_start_limit_nothing_is_refused)
{
	struct unit unit = limited();

	unit.restarts = 4;
	ck_assert_int_eq(refused(&unit, 100 * SECOND), 0);
	unit = limited();
	unit.limit_burst = 0;
	ck_assert_int_eq(refused(&unit, 100 * SECOND), 0);
	unit = limited();
	unit.limit_interval_ns = 0;
	ck_assert_int_eq(refused(&unit, 100 * SECOND), 0);
	unit = limited();
	unit.ended_ns = -1;
	ck_assert_int_eq(refused(&unit, 100 * SECOND), 0);
	unit = limited();
	strcpy(unit.active_state, "active");
	ck_assert_int_eq(refused(&unit, 100 * SECOND), 0);
	unit = limited();
	unit.ended_ns = INT64_MIN;
	ck_assert_int_eq(refused(&unit, 100 * SECOND), 0);
	/* "infinity" */
	unit = limited();
	unit.limit_interval_ns = INT64_MAX / 4;
	ck_assert_int_gt(refused(&unit, INT64_MAX / 8), 0);
}
END_TEST

/* Seen: a service of Restart=on-failure that was started twice by hand, died,
 * and was "failed" with NRestarts=3 behind StartLimitBurst=5. */
START_TEST(a_start_limit_is_also_reached_by_hand)
{
	static const struct {
		const char *active, *restart, *result;
		bool refused;
	} rows[] = {
		{ "failed", "on-failure", "exit-code", true },
		{ "failed", "on-failure", "oom-kill", true },
		{ "failed", "always", "exit-code", true },
		{ "failed", "no", "start-limit-hit", true },
		{ "failed", "on-abnormal", "watchdog", true },
		{ "failed", "on-abort", "core-dump", true },
		{ "failed", "on-watchdog", "watchdog", true },
		{ "failed", "no", "exit-code", false },
		{ "failed", "", "exit-code", false },
		{ "failed", "on-abnormal", "exit-code", false },
		{ "failed", "on-abort", "exit-code", false },
		{ "failed", "on-watchdog", "signal", false },
		{ "failed", "on-success", "exit-code", false },
		{ "inactive", "on-failure", "exit-code", false },
	};

	for (int i = 0; i < COUNT(rows); i++) {
		struct unit unit = limited();

		unit.restarts = 3;
		strcpy(unit.active_state, rows[i].active);
		strcpy(unit.restart, rows[i].restart);
		strcpy(unit.result, rows[i].result);
		ck_assert_msg(refused(&unit, 100 * SECOND) ==
			(rows[i].refused ? 10 * SECOND : 0),
		    "row %d", i);
	}
}
END_TEST

/* What would be, for who finds that an attempt has started nothing. */
START_TEST(a_start_limit_that_may_be)
{
	struct unit unit = limited();
	struct watch_look look;

	unit.restarts = 0;
	unit.began_ns = 88 * SECOND;
	unit_look(&unit, 100 * SECOND, &look);
	ck_assert_int_eq(look.refused_ns, 0);
	ck_assert_int_eq(look.limited_ns, 10 * SECOND);
	ck_assert_int_eq(look.began_ns, 88 * SECOND);
	strcpy(unit.active_state, "active");
	unit_look(&unit, 100 * SECOND, &look);
	ck_assert_int_eq(look.limited_ns, 0);
}
END_TEST

START_TEST(names)
{
	static const char *const wrong[] = { "", "exabgp", "exabgp.timer",
		".service", "-x.service", "a@.service", "../a.service",
		"a b.service" };
	char longest[UNIT_NAME_MAX + 2];

	ck_assert(unit_name_valid("exabgp.service"));
	ck_assert(unit_name_valid("vigil-watchdog@exabgp.service"));
	ck_assert(unit_name_valid("a\\x2db.service"));
	for (int i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(!unit_name_valid(wrong[i]), "%s", wrong[i]);
	memset(longest, 'a', sizeof(longest));
	strcpy(longest + UNIT_NAME_MAX - 8, ".service");
	ck_assert(unit_name_valid(longest));
	memset(longest, 'a', sizeof(longest));
	strcpy(longest + UNIT_NAME_MAX - 7, ".service");
	ck_assert(!unit_name_valid(longest));
}
END_TEST

START_TEST(hostile_bytes_are_made_a_unit)
{
	struct unit unit;
	struct watch_look look;
	char room[200];
	struct text words = TEXT_OVER(room);

	memset(&unit, 'x', sizeof(unit));
	unit_sanitize(&unit);
	ck_assert_uint_eq(strlen(unit.load_state), sizeof(unit.load_state) - 1);
	ck_assert_str_eq(unit.invocation, "");
	ck_assert(unit.stopping);
	ck_assert(unit.asked);
	unit_look(&unit, SECOND, &look);
	unit_tell(&unit, &words);
	ck_assert_str_eq(words.data, "the system is going down");
	memset(&unit, 'a', sizeof(unit));
	unit_sanitize(&unit);
	ck_assert_uint_eq(strlen(unit.invocation), 32);
}
END_TEST

START_TEST(people_are_told)
{
	char room[200];
	struct text words = TEXT_OVER(room);
	struct unit unit = limited();

	strcpy(unit.sub_state, "failed");
	unit_tell(&unit, &words);
	ck_assert_str_eq(words.data,
	    "unit is failed (failed), result exit-code, 5 restarts by systemd");
	text_init(&words, room, sizeof(room));
	strcpy(unit.load_state, "masked");
	unit_tell(&unit, &words);
	ck_assert_str_eq(words.data, "unit is masked");
	text_init(&words, room, sizeof(room));
	strcpy(unit.load_state, "not-found");
	unit_tell(&unit, &words);
	ck_assert_str_eq(words.data, "systemd knows no such unit (not-found)");
}
END_TEST

START_TEST(why_it_is_left_alone_is_told)
{
	char room[200];
	struct text words = TEXT_OVER(room);
	struct unit unit = limited();

	unit.asked = true;
	unit_tell(&unit, &words);
	ck_assert(strstr(words.data, "by systemd: it was asked to stop"));
	text_init(&words, room, sizeof(room));
	strcpy(unit.active_state, "inactive");
	strcpy(unit.result, "success");
	unit_tell(&unit, &words);
	ck_assert(strstr(words.data,
	    "by systemd: stopped, or ended by itself without failing"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("unit");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, words_give_a_sight, 0, COUNT(cases));
	tcase_add_test(tcase, who_was_stopped_and_says_so_by_a_code_is_stopped);
	tcase_add_test(tcase, what_runs_has_an_identity_and_an_age);
	tcase_add_test(tcase, a_start_limit_refuses_until_it_is_over);
	tcase_add_test(tcase, without_a_start_limit_nothing_is_refused);
	tcase_add_test(tcase, a_start_limit_is_also_reached_by_hand);
	tcase_add_test(tcase, a_start_limit_that_may_be);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, hostile_bytes_are_made_a_unit);
	tcase_add_test(tcase, people_are_told);
	tcase_add_test(tcase, why_it_is_left_alone_is_told);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
