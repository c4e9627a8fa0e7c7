/* SPDX-License-Identifier: ISC */
/* The decision by example, one property over 10,000 schedules of crashes,
 * reboots and clock steps, and the text of the history. */
#include "model/watch.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tests/suite.h"

#define SECOND CLOCK_SECOND
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define EPOCH (INT64_C(1795000000) * SECOND) /* today's wall clock */

static const struct watch_params standard = {
	.per_hour = 3,
	.per_day = 6,
	.failures = 3,
	.failing_ns = 30 * SECOND,
	.process_grace_ns = 60 * SECOND,
	.boot_grace_ns = 120 * SECOND,
	.settle_ns = 10 * MINUTE,
	.proof_ns = 10 * SECOND,
	.limit_ns = 30 * SECOND,
	.machine = 42,
};

/* --- by example ----------------------------------------------------------- */

static struct watch_decision
look_at(struct watch *watch, enum watch_sight sight, const char *identity,
    int64_t age_ns, int64_t at_ns)
{
	const struct watch_moment now = { "one", DAY + at_ns,
		EPOCH + 2 * DAY + at_ns };
	struct watch_look look = { .sight = sight, .age_ns = age_ns };

	snprintf(look.identity, sizeof(look.identity), "%s", identity);
	return watch_decide(watch, &look, &now, &standard);
}

/* A look that needs no more than its sight. */
static enum watch_why
see(struct watch *watch, enum watch_sight sight, int64_t at_ns)
{
	return look_at(watch, sight, sight == WATCH_ABSENT ? "" : "p1", HOUR,
	    at_ns)
	    .why;
}

START_TEST(absent_is_restarted_at_once)
{
	struct watch watch = { 0 };
	const struct watch_decision decision =
	    look_at(&watch, WATCH_ABSENT, "", -1, 0);

	ck_assert_int_eq(decision.why, WATCH_RESTART);
	ck_assert_uint_eq(decision.in_hour, 1);
	ck_assert_uint_eq(decision.left, 2);
	ck_assert(watch.pending);
}
END_TEST

START_TEST(three_failures_over_thirty_seconds)
{
	struct watch watch = { 0 };

	ck_assert_int_eq(see(&watch, WATCH_FAILED, 0), WATCH_SUSPECT);
	ck_assert_int_eq(see(&watch, WATCH_FAILED, SECOND), WATCH_SUSPECT);
	/* often enough, not long enough */
	ck_assert_int_eq(see(&watch, WATCH_FAILED, 2 * SECOND), WATCH_SUSPECT);
	ck_assert_int_eq(see(&watch, WATCH_FAILED, 29 * SECOND), WATCH_SUSPECT);
	ck_assert_int_eq(see(&watch, WATCH_FAILED, 30 * SECOND), WATCH_RESTART);
}
END_TEST

START_TEST(long_enough_but_not_often_enough)
{
	struct watch watch = { 0 };

	ck_assert_int_eq(see(&watch, WATCH_FAILED, 0), WATCH_SUSPECT);
	ck_assert_int_eq(see(&watch, WATCH_FAILED, HOUR), WATCH_SUSPECT);
	ck_assert_int_eq(see(&watch, WATCH_FAILED, HOUR + 1), WATCH_RESTART);
}
END_TEST

START_TEST(failures_are_of_one_process_and_in_a_row)
{
	struct watch watch = { 0 };

	see(&watch, WATCH_FAILED, 0);
	see(&watch, WATCH_FAILED, 20 * SECOND);
	look_at(&watch, WATCH_FAILED, "p2", HOUR, 40 * SECOND);
	ck_assert_uint_eq(watch.failures, 1);
	look_at(&watch, WATCH_UP, "p2", HOUR, 50 * SECOND);
	ck_assert_uint_eq(watch.failures, 0);
	ck_assert_int_eq(see(&watch, WATCH_FAILED, MINUTE), WATCH_SUSPECT);
}
END_TEST

START_TEST(grace)
{
	struct watch watch = { 0 };
	const struct watch_moment young = { "one", 119 * SECOND, DAY };
	const struct watch_look gone = { .sight = WATCH_ABSENT, .age_ns = -1 };

	for (int64_t at = 0; at < HOUR; at += MINUTE)
		ck_assert_int_eq(
		    look_at(&watch, WATCH_FAILED, "p", 59 * SECOND, at).why,
		    WATCH_GRACE);
	ck_assert_int_eq(watch_decide(&watch, &gone, &young, &standard).why,
	    WATCH_GRACE);
	ck_assert_uint_eq(watch.count, 0);
}
END_TEST

START_TEST(only_evidence_restarts)
{
	static const struct {
		enum watch_sight sight;
		enum watch_why why;
	} cases[] = {
		{ WATCH_UP, WATCH_FINE },
		{ WATCH_STOPPED, WATCH_RESPECT },
		{ WATCH_MOVING, WATCH_GRACE },
		{ WATCH_UNSURE, WATCH_DOUBT },
	};
	const size_t i = (size_t)_i;
	struct watch watch = { 0 };

	see(&watch, WATCH_FAILED, 0);
	see(&watch, WATCH_FAILED, 10 * SECOND);
	for (int64_t at = MINUTE; at < HOUR; at += MINUTE)
		ck_assert_int_eq(see(&watch, cases[i].sight, at), cases[i].why);
	ck_assert_uint_eq(watch.count, 0);
}
END_TEST

START_TEST(backoff_then_give_up_then_the_window_slides)
{
	struct watch watch = { 0 };
	int64_t at = 0, restarted[4];
	size_t count = 0;
	enum watch_why why = WATCH_FINE;

	for (; at < 2 * HOUR && count < 4; at += SECOND) {
		why = see(&watch, WATCH_ABSENT, at);
		if (why == WATCH_RESTART)
			restarted[count++] = at;
		if (at == 30 * MINUTE)
			ck_assert_int_eq(why, WATCH_GAVE_UP);
	}
	ck_assert_uint_eq(count, 4);
	/* 30 s and 2 min, +-20 %, and not before an attempt must have ended */
	ck_assert_int_ge(restarted[1] - restarted[0], 30 * SECOND);
	ck_assert_int_le(restarted[1] - restarted[0], 37 * SECOND);
	ck_assert_int_ge(restarted[2] - restarted[1], 96 * SECOND);
	ck_assert_int_le(restarted[2] - restarted[1], 145 * SECOND);
	ck_assert_int_eq(restarted[3] - restarted[0], HOUR);
}
END_TEST

/* A unit behind its start limit: an attempt would be lost. */
START_TEST(what_is_refused_costs_no_budget)
{
	const struct watch_moment now = { "one", DAY, EPOCH };
	struct watch_look look = { .sight = WATCH_ABSENT,
		.age_ns = -1,
		.refused_ns = MINUTE };
	struct watch watch = { 0 };
	struct watch_decision decision =
	    watch_decide(&watch, &look, &now, &standard);

	ck_assert_int_eq(decision.why, WATCH_REFUSED);
	ck_assert_int_eq(decision.wait_ns, MINUTE);
	ck_assert_uint_eq(decision.left, 3);
	ck_assert_uint_eq(watch.count, 0);
	look.refused_ns = 0;
	decision = watch_decide(&watch, &look, &now, &standard);
	ck_assert_int_eq(decision.why, WATCH_RESTART);
}
END_TEST

/* An attempt that started nothing was refused, by a limit that counts what it
 * does not tell. */
START_TEST(an_attempt_in_vain_is_not_made_again)
{
	struct watch_moment now = { "one", DAY, EPOCH };
	struct watch_look look = { .sight = WATCH_ABSENT,
		.age_ns = -1,
		.began_ns = DAY - MINUTE,
		.limited_ns = HOUR };
	struct watch watch = { 0 };

	ck_assert_int_eq(watch_decide(&watch, &look, &now, &standard).why,
	    WATCH_RESTART);
	now.boot_ns += 10 * MINUTE;
	ck_assert_int_eq(watch_decide(&watch, &look, &now, &standard).why,
	    WATCH_REFUSED);
	look.began_ns = -1; /* never, since the system is up */
	ck_assert_int_eq(watch_decide(&watch, &look, &now, &standard).why,
	    WATCH_REFUSED);
	look.began_ns = 0; /* nobody tells */
	ck_assert_int_eq(watch_decide(&watch, &look, &now, &standard).why,
	    WATCH_RESTART);
	now.boot_ns += 10 * MINUTE;
	look.began_ns = now.boot_ns - MINUTE; /* it was started, and died */
	ck_assert_int_eq(watch_decide(&watch, &look, &now, &standard).why,
	    WATCH_RESTART);
}
END_TEST

START_TEST(the_day_ends_it)
{
	struct watch watch = { 0 };
	uint64_t count = 0;

	for (int64_t at = 0; at < DAY; at += 10 * SECOND)
		count += see(&watch, WATCH_ABSENT, at) == WATCH_RESTART;
	ck_assert_uint_eq(count, 6);
	ck_assert_int_eq(see(&watch, WATCH_ABSENT, DAY), WATCH_RESTART);
}
END_TEST

START_TEST(giving_up_is_news_once)
{
	const struct watch_look gone = { .sight = WATCH_ABSENT, .age_ns = -1 };
	const struct watch_look unsure = { .sight = WATCH_UNSURE,
		.age_ns = -1 };
	struct watch watch = { 0 };
	unsigned news = 0;

	for (int64_t at = 0; at < HOUR / 2; at += SECOND) {
		const struct watch_moment now = { "one", at, at };

		news += watch_decide(&watch, at % 7 ? &gone : &unsure, &now,
		    &standard)
			    .gives_up;
	}
	ck_assert_uint_eq(news, 1);
	ck_assert(watch.gave_up);
	watch_reset(&watch);
	ck_assert(!watch.gave_up);
}
END_TEST

/* Two failures of last night and one now are not three in a row. */
START_TEST(old_failures_are_no_evidence)
{
	const int64_t gaps[] = { HOUR, 8 * HOUR };

	for (int i = 0; i < COUNT(gaps); i++) {
		struct watch watch = { 0 };

		see(&watch, WATCH_FAILED, HOUR);
		ck_assert_int_eq(see(&watch, WATCH_FAILED, HOUR + MINUTE),
		    WATCH_SUSPECT);
		ck_assert_int_eq(
		    see(&watch, WATCH_FAILED, HOUR + MINUTE + gaps[i]),
		    i == 0 ? WATCH_RESTART : WATCH_SUSPECT);
	}
}
END_TEST

START_TEST(reset_gives_the_budget_back)
{
	struct watch watch = { 0 };

	for (int64_t at = 0; at < HOUR / 2; at += SECOND)
		see(&watch, WATCH_ABSENT, at);
	ck_assert_int_eq(see(&watch, WATCH_ABSENT, HOUR / 2), WATCH_GAVE_UP);
	watch_reset(&watch);
	ck_assert_int_eq(see(&watch, WATCH_ABSENT, HOUR / 2), WATCH_RESTART);
}
END_TEST

START_TEST(a_proven_restart_settles)
{
	struct watch watch = { 0 };
	struct watch_decision decision;

	look_at(&watch, WATCH_ABSENT, "", -1, 0);
	decision = look_at(&watch, WATCH_UP, "p2", SECOND, 9 * SECOND);
	ck_assert(!decision.proven && watch.pending);
	decision = look_at(&watch, WATCH_UP, "p2", SECOND, 10 * SECOND);
	ck_assert(decision.proven && !watch.pending);
	ck_assert_int_eq(decision.why, WATCH_SETTLING);
	ck_assert_int_eq(see(&watch, WATCH_UP, 9 * MINUTE), WATCH_SETTLING);
	ck_assert_int_eq(see(&watch, WATCH_UP, 11 * MINUTE), WATCH_FINE);
	/* a new series begins at once */
	ck_assert_int_eq(see(&watch, WATCH_ABSENT, 12 * MINUTE), WATCH_RESTART);
}
END_TEST

START_TEST(the_same_process_is_no_proof)
{
	struct watch watch = { 0 };
	struct watch_decision decision;

	see(&watch, WATCH_FAILED, 0);
	see(&watch, WATCH_FAILED, 20 * SECOND);
	ck_assert_int_eq(see(&watch, WATCH_FAILED, MINUTE), WATCH_RESTART);
	decision = look_at(&watch, WATCH_UP, "p1", HOUR, MINUTE + 11 * SECOND);
	ck_assert(decision.same && decision.failed && !decision.proven);
}
END_TEST

START_TEST(a_half_done_attempt_may_still_run)
{
	struct watch watch = { 0 };

	ck_assert_int_eq(see(&watch, WATCH_ABSENT, 0), WATCH_RESTART);
	for (int64_t at = 0; at < 30 * SECOND; at += SECOND)
		ck_assert_int_eq(see(&watch, WATCH_ABSENT, at), WATCH_RUNNING);
}
END_TEST

START_TEST(a_reboot_voids_all_but_the_budget)
{
	const struct watch_look gone = { .sight = WATCH_ABSENT, .age_ns = -1 };
	struct watch watch = { 0 };
	struct watch_decision decision;

	see(&watch, WATCH_ABSENT, 0);
	see(&watch, WATCH_ABSENT, MINUTE);
	see(&watch, WATCH_ABSENT, 5 * MINUTE);
	ck_assert_uint_eq(watch.count, 3);
	/* Ten minutes later, up since three; and with a clock that was set back
	 * by a year, which is no time gained. */
	for (int year = 0; year < 2; year++) {
		struct watch copy = watch;
		const struct watch_moment now = { "two", 3 * MINUTE,
			EPOCH + 2 * DAY + 15 * MINUTE - year * 365 * DAY };

		decision = watch_decide(&copy, &gone, &now, &standard);
		ck_assert_int_eq(decision.why, WATCH_GAVE_UP);
		ck_assert_uint_eq(decision.in_hour, 3);
		ck_assert(!copy.pending);
		ck_assert_int_eq(decision.since_ns,
		    year == 0 ? 10 * MINUTE : 3 * MINUTE);
	}
}
END_TEST

START_TEST(the_future_is_now)
{
	struct watch watch = { 0 };
	struct watch_decision decision;

	look_at(&watch, WATCH_ABSENT, "", -1, 10 * DAY);
	decision = look_at(&watch, WATCH_ABSENT, "", -1, 0);
	ck_assert_int_eq(decision.since_ns, 0);
	ck_assert_uint_eq(decision.in_hour, 1);
	ck_assert_int_eq(see(&watch, WATCH_ABSENT, 61 * MINUTE), WATCH_RESTART);
}
END_TEST

START_TEST(backoff_grows_to_a_cap_and_differs_between_machines)
{
	static const int64_t middle[] = { 0, 30, 120, 480, 1800, 1800, 1800 };
	bool differs = false;

	for (uint64_t machine = 0; machine < 1000; machine++)
		for (uint64_t n = 0; n < 7; n++) {
			const int64_t ns = watch_backoff_ns(n, machine);

			ck_assert_int_ge(ns, middle[n] * SECOND / 100 * 80);
			ck_assert_int_le(ns, middle[n] * SECOND / 100 * 120);
			differs |= ns != watch_backoff_ns(n, 0);
		}
	ck_assert(differs);
}
END_TEST

/* --- any schedule --------------------------------------------------------- */

/* The world, in true time, and what a run of the watchdog does to it. */
struct world {
	uint64_t seed;
	int64_t true_ns;
	int64_t booted_ns; /* true time of this boot */
	int64_t wall_off_ns;
	unsigned boot;
	int64_t restarted_until_ns; /* a restart is under way until then */
	bool operator_stop;
	size_t restarts;
	int64_t at[4096];
	char disk[WATCH_STATE_MAX]; /* what has been synced */
	size_t disk_len;
};

static uint64_t
dice(struct world *world, uint64_t sides)
{
	world->seed ^= world->seed << 13;
	world->seed ^= world->seed >> 7;
	world->seed ^= world->seed << 17;
	return (world->seed >> 11) % sides;
}

static void
keep(struct world *world, const struct watch *watch)
{
	struct text text;

	text_init(&text, world->disk, sizeof(world->disk));
	watch_encode(&text, watch);
	ck_assert(!text.cut);
	world->disk_len = text.len;
}

static void
act(struct world *world)
{
	ck_assert_msg(!world->operator_stop, "W4: a stopped service started");
	ck_assert_msg(world->true_ns >= world->restarted_until_ns,
	    "W3: two restarts at once");
	world->restarted_until_ns =
	    world->true_ns + (int64_t)dice(world, 30) * SECOND;
	ck_assert_uint_lt(world->restarts, 4096);
	world->at[world->restarts++] = world->true_ns;
}

static void
run_once(struct world *world)
{
	char boot_id[16];
	const struct watch_moment now = { boot_id,
		world->true_ns - world->booted_ns,
		EPOCH + world->true_ns + world->wall_off_ns };
	struct watch_look look = { .age_ns = -1 };
	struct watch watch = { 0 };
	struct watch_decision decision;
	struct err err = { 0 };

	snprintf(boot_id, sizeof(boot_id), "b%u", world->boot);
	ck_assert(world->disk_len == 0 ||
	    watch_decode(&watch, world->disk, world->disk_len, &err));
	/* A service that rarely comes up: the worst for the budget. */
	look.sight = dice(world, 8) == 0 ? (enum watch_sight)dice(world, 6)
					 : WATCH_ABSENT;
	if (world->operator_stop)
		look.sight = WATCH_STOPPED;
	snprintf(look.identity, sizeof(look.identity), "p%u",
	    (unsigned)dice(world, 3));
	if (dice(world, 16) == 0)
		return; /* killed before the decision */
	decision = watch_decide(&watch, &look, &now, &standard);
	if (dice(world, 16) == 0)
		return; /* killed before it was kept */
	keep(world, &watch);
	if (dice(world, 16) == 0)
		return; /* killed between keeping and acting */
	if (decision.why == WATCH_RESTART)
		act(world);
}

static void
pass_time(struct world *world)
{
	static const int64_t steps[] = { SECOND, 10 * SECOND, MINUTE,
		5 * MINUTE, HOUR };

	world->true_ns += (int64_t)dice(world, 1000) *
	    steps[dice(world, COUNT(steps))] / 1000;
	if (dice(world, 40) == 0) { /* reboot; the clock may have lost time */
		world->boot++;
		world->true_ns += MINUTE;
		world->booted_ns = world->true_ns;
		world->restarted_until_ns = 0;
		world->wall_off_ns -= (int64_t)dice(world, 3) * DAY;
	}
	if (dice(world, 30) == 0)
		world->operator_stop = !world->operator_stop;
}

static void
check_window(const struct world *world, int64_t window, size_t most)
{
	for (size_t i = most; i < world->restarts; i++)
		ck_assert_msg(world->at[i] - world->at[i - most] >= window,
		    "W2: %zu restarts in %lld s", most + 1,
		    (long long)((world->at[i] - world->at[i - most]) / SECOND));
}

#define SCHEDULES 10000
#define STEPS 200

START_TEST(no_schedule_exceeds_the_budget)
{
	size_t restarts = 0;

	for (uint64_t seed = 1; seed <= SCHEDULES; seed++) {
		static struct world world;

		world = (struct world){ .seed = seed * 0x9e3779b97f4a7c15u,
			.true_ns = 400 * DAY,
			.booted_ns = 399 * DAY };
		for (int i = 0; i < STEPS; i++) {
			run_once(&world);
			pass_time(&world);
		}
		check_window(&world, HOUR, standard.per_hour);
		check_window(&world, DAY, standard.per_day);
		restarts += world.restarts;
	}
	/* It proves nothing unless there were many. */
	ck_assert_uint_gt(restarts, 3 * SCHEDULES);
}
END_TEST

/* --- text ----------------------------------------------------------------- */

START_TEST(text_and_back)
{
	struct watch watch = { 0 }, again;
	char bytes[WATCH_STATE_MAX], twice[WATCH_STATE_MAX];
	struct text text, other;
	struct err err = { 0 };

	for (int64_t at = 0; at < HOUR; at += 20 * SECOND)
		see(&watch, at % MINUTE ? WATCH_FAILED : WATCH_ABSENT, at);
	text_init(&text, bytes, sizeof(bytes));
	watch_encode(&text, &watch);
	ck_assert_msg(watch_decode(&again, bytes, text.len, &err), "%s",
	    err.text);
	text_init(&other, twice, sizeof(twice));
	watch_encode(&other, &again);
	ck_assert_str_eq(bytes, twice);
	/* no part of it is a whole */
	for (size_t len = 0; len + 1 < text.len; len++)
		ck_assert_msg(!watch_decode(&again, bytes, len, &err) ||
			memcmp(&again, &watch, sizeof(watch)) != 0,
		    "the first %zu bytes pass for all", len);
}
END_TEST

static const char *const nonsense[] = {
	"",
	"watch 2\n",
	"watch 1\nboot a 1\n",
	"watch 1\nboot a 1 2\nfailures -1 0 -\nseries 0 0 -\nwell 0 0\n"
	"attempts\n",
	"watch 1\nboot a 1 2\nfailures 0 0 -\nseries 0 2 -\nwell 0 0\n"
	"attempts\n",
	"watch 1\nboot a 1 2\nfailures 0 0 -\nseries 0 0 -\nwell 0 0\n"
	"attempts 2 1\n",
	"watch 1\nboot a 1 2\nfailures 0 0 -\nseries 0 0 -\nwell 0 0\n"
	"attempts 99999999999999999999\n",
	"watch 1\nboot a 1 2\nfailures 0 0 -\nseries 0 0 -\nwell 0 0\n"
	"attempts\nmore\n",
};

START_TEST(nonsense_is_refused)
{
	struct watch watch;
	struct err err = { 0 };

	ck_assert(
	    !watch_decode(&watch, nonsense[_i], strlen(nonsense[_i]), &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_uint_eq(watch.count, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("watch");
	TCase *tcase = tcase_create("watch");

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, absent_is_restarted_at_once);
	tcase_add_test(tcase, three_failures_over_thirty_seconds);
	tcase_add_test(tcase, long_enough_but_not_often_enough);
	tcase_add_test(tcase, failures_are_of_one_process_and_in_a_row);
	tcase_add_test(tcase, grace);
	tcase_add_loop_test(tcase, only_evidence_restarts, 0, 4);
	tcase_add_test(tcase, backoff_then_give_up_then_the_window_slides);
	tcase_add_test(tcase, what_is_refused_costs_no_budget);
	tcase_add_test(tcase, an_attempt_in_vain_is_not_made_again);
	tcase_add_test(tcase, the_day_ends_it);
	tcase_add_test(tcase, giving_up_is_news_once);
	tcase_add_test(tcase, old_failures_are_no_evidence);
	tcase_add_test(tcase, reset_gives_the_budget_back);
	tcase_add_test(tcase, a_proven_restart_settles);
	tcase_add_test(tcase, the_same_process_is_no_proof);
	tcase_add_test(tcase, a_half_done_attempt_may_still_run);
	tcase_add_test(tcase, a_reboot_voids_all_but_the_budget);
	tcase_add_test(tcase, the_future_is_now);
	tcase_add_test(tcase,
	    backoff_grows_to_a_cap_and_differs_between_machines);
	tcase_add_test(tcase, no_schedule_exceeds_the_budget);
	tcase_add_test(tcase, text_and_back);
	tcase_add_loop_test(tcase, nonsense_is_refused, 0, COUNT(nonsense));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
