/* SPDX-License-Identifier: ISC */
/* The step by example: scenarios, words, text of the state, parameters. */
#include "model/dampen.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/suite.h"

#define MINUTE (60 * CLOCK_SECOND)

static const struct dampen_params standard = {
	.confirm = 3,
	.recover = 1,
	.half_life_ns = 30 * MINUTE,
	.flap = 2000,
	.release = 1000,
	.max_hold_ns = 45 * MINUTE,
};

/* --- scenarios ------------------------------------------------------------ */

/* Down for `down` minutes of every `period`, `times` times; then up. */
static const struct scenario {
	const char *name;
	int down, period, times;
	struct {
		int messages; /* reported changes */
		int first;    /* minute of the first, from the first failure */
		int clear; /* minutes from the last failure's end to the last */
	} one, three;
} scenarios[] = {
	{ "one 2 min outage", 2, 2, 1, { 2, 0, 0 }, { 0, -1, -1 } },
	{ "down 3 h", 180, 180, 1, { 2, 0, 0 }, { 2, 2, 0 } },
	{ "1 of 3 min for 1 h", 1, 3, 20, { 6, 0, 44 }, { 2, 6, 44 } },
	{ "5 of 10 min for 2 h", 5, 10, 12, { 6, 0, 41 }, { 6, 2, 41 } },
	{ "2 of 20 min, 10 times", 2, 20, 10, { 6, 0, 41 }, { 2, 40, 41 } },
};

static void
play(const struct scenario *s, uint64_t confirm, int interval, int *messages,
    int *first, int *clear)
{
	struct dampen_params params = standard;
	struct dampen dampen = { 0 };
	const int end = (s->times - 1) * s->period + s->down;
	enum verdict last = VERDICT_OK;

	params.confirm = confirm;
	*messages = 0;
	*first = *clear = -1;
	dampen_step(&dampen, &params, VERDICT_OK, 0);
	for (int minute = 0; minute < end + 120; minute += interval) {
		const bool down = minute < end && minute % s->period < s->down;
		const struct dampen_outcome outcome = dampen_step(&dampen,
		    &params, down ? VERDICT_CRITICAL : VERDICT_OK,
		    interval * MINUTE);

		if (outcome.reported == last)
			continue;
		last = outcome.reported;
		*clear = minute - end;
		if ((*messages)++ == 0)
			*first = minute;
	}
	ck_assert_int_eq(last, VERDICT_OK);
}

START_TEST(scenarios_of_the_design)
{
	const struct scenario *s = &scenarios[_i];
	int messages, first, clear;

	play(s, 1, 1, &messages, &first, &clear);
	ck_assert_msg(messages == s->one.messages && first == s->one.first &&
		clear == s->one.clear,
	    "%s, N=1: %d messages from %d, clear +%d", s->name, messages, first,
	    clear);
	play(s, 3, 1, &messages, &first, &clear);
	ck_assert_msg(messages == s->three.messages &&
		first == s->three.first && clear == s->three.clear,
	    "%s, N=3: %d messages from %d, clear +%d", s->name, messages, first,
	    clear);
}
END_TEST

/* The same outages, looked at every minute or every 2.5: engines that count
 * checks give another number of messages each time. */
START_TEST(interval_does_not_matter)
{
	struct dampen_params params = standard;
	const int64_t intervals[] = { 30, 60, 150 };

	params.confirm = 1;
	for (size_t i = 0; i < 3; i++) {
		struct dampen dampen = { 0 };
		enum verdict last = VERDICT_OK;
		int messages = 0;

		for (int64_t s = -intervals[i]; s < 4 * 3600;
		     s += intervals[i]) {
			const bool down = s >= 0 && s < 7200 && s % 600 < 300;
			const struct dampen_outcome outcome =
			    dampen_step(&dampen, &params,
				down ? VERDICT_CRITICAL : VERDICT_OK,
				intervals[i] * CLOCK_SECOND);

			messages += outcome.reported != last;
			last = outcome.reported;
		}
		ck_assert_int_eq(messages, 6);
	}
}
END_TEST

/* --- single steps --------------------------------------------------------- */

/* Raw letters, one a minute, and what is reported of each. */
static const struct {
	uint64_t confirm, recover;
	const char *raw, *reported;
} traces[] = {
	{ 3, 1, "OCCOCCCO", "OOOOOOCO" }, { 3, 1, "CO", "CO" }, /* fail open */
	{ 3, 1, "UO", "UO" }, { 3, 1, "OUUUO", "OOOUO" },
	{ 3, 1, "OWCWO", "OOOWO" }, /* the mildest of three */
	{ 3, 1, "OCCCWWW", "OOOCWWW" }, { 3, 2, "OCCCOOO", "OOOCCOO" },
	{ 3, 2, "OCCCWOO", "OOOCCWO" }, { 1, 1, "OWCUO", "OWCUO" },
	{ 1, 3, "OCOOCOOO", "OCCCCCCO" },
	{ 1, 1, "OCOCOCO", "OCOCOCC" },	  /* held from the third on */
	{ 1, 1, "OWOWOWOC", "OWOWOWWC" }, /* the worst so far is held */
	{ 3, 1, "OCOCOCO", "OOOOOCC" },
	{ 1, 1, "OUOUOUOUO", "OUOUOUOUO" },   /* UNKNOWN is no failure */
	{ 1, 1, "OCUCUCUCO", "OCUCUCUCO" },   /* nor news of the service */
	{ 1, 1, "OUCOUCOUCO", "OUCOUCOUCC" }, /* nor an alibi */
};

static enum verdict
of_letter(char letter)
{
	return (enum verdict)(strchr("OWCU", letter) - "OWCU");
}

START_TEST(traces_by_letter)
{
	struct dampen_params params = standard;
	struct dampen dampen = { 0 };
	char got[32] = "";

	params.confirm = traces[_i].confirm;
	params.recover = traces[_i].recover;
	for (size_t i = 0; traces[_i].raw[i]; i++)
		got[i] = "OWCU"[dampen_step(&dampen, &params,
		    of_letter(traces[_i].raw[i]), MINUTE)
				    .reported];
	ck_assert_str_eq(got, traces[_i].reported);
}
END_TEST

START_TEST(a_verdict_that_is_none_is_unknown)
{
	struct dampen dampen = { 0 };

	ck_assert_int_eq(
	    dampen_step(&dampen, &standard, (enum verdict)77, 0).reported,
	    VERDICT_UNKNOWN);
}
END_TEST

/* Lower --flap than last time: what flaps is said to, though it is up. */
START_TEST(other_parameters_than_last_time)
{
	struct dampen_params params = standard;
	struct dampen dampen = { 0 };

	dampen_step(&dampen, &params, VERDICT_OK, 0);
	dampen_step(&dampen, &params, VERDICT_CRITICAL, MINUTE);
	dampen_step(&dampen, &params, VERDICT_OK, MINUTE);
	dampen_step(&dampen, &params, VERDICT_CRITICAL, MINUTE);
	params.flap = 1200;
	ck_assert_int_eq(
	    dampen_step(&dampen, &params, VERDICT_OK, MINUTE).reported,
	    VERDICT_WARNING);
	params.release = 10;
	params.flap = 20;
	dampen_step(&dampen, &params, VERDICT_OK, 0);
	ck_assert_uint_eq(dampen.penalty, dampen_ceiling(&params));
}
END_TEST

/* --- words ---------------------------------------------------------------- */

static const struct {
	uint64_t confirm, recover;
	const char *raw, *held, *observed;
} sayings[] = {
	{ 3, 1, "O", "", "" },
	{ 3, 1, "C", "", "" },
	{ 3, 1, "OC", "soft 1/3, held OK", "soft 1/3, would be held OK" },
	{ 3, 1, "OCC", "soft 2/3, held OK", "soft 2/3, would be held OK" },
	{ 3, 1, "OCCC", "", "" },
	{ 3, 1, "OWWWC", "soft 1/3, held WARNING",
	    "soft 1/3, would be held WARNING" },
	{ 1, 3, "OCOO", "recovering 2/3, held CRITICAL",
	    "recovering 2/3, would be held CRITICAL" },
	{ 1, 1, "OCOCOC",
	    "flapping: 3 failures in 4 min, clears T if it is up from now on",
	    "flapping: 3 failures in 4 min, clears T if it is up from now on" },
	{ 1, 1, "OCOCOCO",
	    "flapping: 3 failures in 5 min, held CRITICAL, clears T if it "
	    "stays up",
	    "flapping: 3 failures in 5 min, would be held CRITICAL, clears T "
	    "if it stays up" },
};

START_TEST(words)
{
	struct dampen_params params = standard;
	struct dampen dampen = { 0 };
	struct dampen_outcome outcome = { 0 };
	char room[200];
	struct text text = TEXT_OVER(room);

	params.confirm = sayings[_i].confirm;
	params.recover = sayings[_i].recover;
	for (const char *raw = sayings[_i].raw; *raw; raw++)
		outcome =
		    dampen_step(&dampen, &params, of_letter(*raw), MINUTE);
	dampen_explain(&text, &outcome, "T", true);
	ck_assert_str_eq(room, sayings[_i].held);
	text_clear(&text);
	dampen_explain(&text, &outcome, "T", false);
	ck_assert_str_eq(room, sayings[_i].observed);
}
END_TEST

static const struct {
	int64_t span_ns;
	const char *text;
} spans[] = {
	{ 0, "flapping: 2 failures in 0 s, clears T if it stays up" },
	{ 119 * CLOCK_SECOND,
	    "flapping: 2 failures in 119 s, clears T if it stays up" },
	{ 120 * CLOCK_SECOND,
	    "flapping: 2 failures in 2 min, clears T if it stays up" },
	{ 3000 * CLOCK_SECOND,
	    "flapping: 2 failures in 50 min, clears T if it stays up" },
	{ 7200 * CLOCK_SECOND,
	    "flapping: 2 failures in 2 h, clears T if it stays up" },
	{ 200 * 3600 * CLOCK_SECOND,
	    "flapping: 2 failures in 8 d, clears T if it stays up" },
};

START_TEST(words_of_spans)
{
	const struct dampen_outcome outcome = {
		.why = DAMPEN_FLAPPING,
		.failures = 2,
		.series_ns = spans[_i].span_ns,
	};
	char room[200];
	struct text text = TEXT_OVER(room);

	dampen_explain(&text, &outcome, "T", true);
	ck_assert_str_eq(room, spans[_i].text);
}
END_TEST

/* A series ends when the one before is forgotten. */
START_TEST(a_series_begins_anew)
{
	struct dampen dampen = { 0 };

	dampen_step(&dampen, &standard, VERDICT_OK, 0);
	dampen_step(&dampen, &standard, VERDICT_CRITICAL, MINUTE);
	dampen_step(&dampen, &standard, VERDICT_OK, MINUTE);
	dampen_step(&dampen, &standard, VERDICT_CRITICAL, 20 * MINUTE);
	ck_assert_uint_eq(dampen.failures, 2);
	ck_assert_int_eq(dampen.since_first_ns, 21 * MINUTE);
	dampen_step(&dampen, &standard, VERDICT_OK, MINUTE);
	dampen_step(&dampen, &standard, VERDICT_CRITICAL, 90 * MINUTE);
	ck_assert_uint_eq(dampen.failures, 1);
	ck_assert_int_eq(dampen.since_first_ns, 0);
}
END_TEST

/* What the words promise comes true, to the nanosecond. */
START_TEST(clears_when_it_says)
{
	for (int early = 1; early >= 0; early--) {
		struct dampen dampen = { 0 };
		int64_t clears;

		for (const char *raw = "OCOCOCO"; *raw; raw++)
			dampen_step(&dampen, &standard, of_letter(*raw),
			    MINUTE);
		clears = dampen_clears_ns(&dampen, &standard);
		ck_assert_int_gt(clears, 40 * MINUTE);
		ck_assert_int_lt(clears, 45 * MINUTE);
		ck_assert_int_eq(
		    dampen_step(&dampen, &standard, VERDICT_OK, clears - early)
			.reported,
		    early ? VERDICT_CRITICAL : VERDICT_OK);
	}
}
END_TEST

/* --- decay and parameters ------------------------------------------------- */

START_TEST(decay)
{
	const int64_t half = 30 * MINUTE;

	ck_assert_uint_eq(dampen_decay(1000, 0, half), 1000);
	ck_assert_uint_eq(dampen_decay(1000, half, half), 500);
	ck_assert_uint_eq(dampen_decay(1000, 3 * half, half), 125);
	ck_assert_uint_eq(dampen_decay(1000000000, half / 2, half), 707106781);
	ck_assert_uint_eq(dampen_decay(UINT64_MAX, 64 * half, half), 0);
	ck_assert_uint_eq(dampen_decay(7, DAMPEN_SPAN_MAX, 1), 0);
	ck_assert_uint_eq(dampen_ceiling(&standard), 2828427126);
}
END_TEST

#ifdef __SIZEOF_INT128__
/* Each factor of the table to its last bit: the integer square root of the one
 * before, as a fraction of 2^64.  Two roundings take one each from it. */
START_TEST(roots_of_half)
{
	const int64_t half_life = INT64_C(1) << 32;
	unsigned __int128 before = (unsigned __int128)1 << 127;

	for (int k = 1; k <= 32; k++) {
		const uint64_t root =
		    dampen_decay(UINT64_MAX, half_life >> k, half_life) + 2;

		ck_assert((unsigned __int128)root * root <= before);
		/* (root + 1)^2, without the bit that may be too many */
		ck_assert(before - (unsigned __int128)root * root <=
		    2 * (unsigned __int128)root);
		before = (unsigned __int128)root << 64;
	}
}
END_TEST
#endif

static const struct {
	struct dampen_params params;
	const char *error; /* NULL: fine */
} choices[] = {
	{ { 3, 1, 30 * MINUTE, 2000, 1000, 45 * MINUTE }, NULL },
	{ { 3, 1, 30 * MINUTE, 2000, 1000, 30 * MINUTE }, NULL },
	{ { 3, 1, CLOCK_SECOND, 1000000, 999999, 86400 * CLOCK_SECOND }, NULL },
	{ { 3, 1, 30 * MINUTE, 2000, 2000, 45 * MINUTE },
	    "--release=2000 must be below --flap=2000" },
	{ { 3, 1, 60 * MINUTE, 2000, 1000, 45 * MINUTE },
	    "--flap=2000 is never reached: what decays to --release within "
	    "--max-hold is at most 1681 points; use a longer --max-hold or a "
	    "shorter --half-life" },
};

START_TEST(parameters)
{
	struct err err = { 0 };
	const bool ok = dampen_check(&choices[_i].params, &err);

	ck_assert_int_eq(ok, !choices[_i].error);
	if (!ok)
		ck_assert_str_eq(err.text, choices[_i].error);
}
END_TEST

/* --- text of the state ---------------------------------------------------- */

static struct dampen
some_state(void)
{
	struct dampen dampen = { 0 };

	for (const char *raw = "OCOCUCOWO"; *raw; raw++)
		dampen_step(&dampen, &standard, of_letter(*raw), 61);
	return dampen;
}

START_TEST(text_of_the_state)
{
	const struct dampen dampen = some_state();
	struct dampen again;
	char room[DAMPEN_STATE_MAX], other[DAMPEN_STATE_MAX];
	struct text text = TEXT_OVER(room), second = TEXT_OVER(other);
	struct err err;

	dampen_encode(&text, &dampen);
	ck_assert_str_eq(room, "1 0011 2828427126 61 61 3 427 010232020");
	ck_assert(dampen_decode(&again, text.data, text.len, &err));
	dampen_encode(&second, &again);
	ck_assert_str_eq(room, other);
}
END_TEST

/* The longest text fits. */
START_TEST(text_at_its_longest)
{
	struct dampen dampen = {
		.started = true,
		.penalty = (uint64_t)DAMPEN_POINTS_MAX * DAMPEN_POINT,
		.since_failure_ns = DAMPEN_SPAN_MAX,
		.since_bad_ns = DAMPEN_SPAN_MAX,
		.since_first_ns = DAMPEN_SPAN_MAX,
		.failures = UINT32_MAX,
		.count = DAMPEN_SAMPLES,
	};
	char room[DAMPEN_STATE_MAX];
	struct text text = TEXT_OVER(room);
	struct err err;

	dampen_encode(&text, &dampen);
	ck_assert(!text.cut);
	ck_assert(dampen_decode(&dampen, text.data, text.len, &err));
	dampen.known = VERDICT_OK;
	dampen_step(&dampen, &standard, VERDICT_CRITICAL, INT64_MAX);
	text_clear(&text);
	dampen_encode(&text, &dampen);
	ck_assert(dampen_decode(&dampen, text.data, text.len, &err));
}
END_TEST

static const char *const damaged[] = {
	"",
	"1",
	"2 0021 1 1 1 1 1 0",
	"1 0021 1 1 1 1 1 ",
	"1 0021 1 1 1 1 1 4",
	"1 0021 1 1 1 1 1 0\n",
	"1 0021 1 1 1 1 1 0 ",
	"1 4021 1 1 1 1 1 0",
	"1 0022 1 1 1 1 1 0",
	"1 002 1 1 1 1 1 0",
	"1 0021  1 1 1 1 0",
	"1 0021 01 1 1 1 1 0",
	"1 0021 1000000000001 1 1 1 1 0",
	"1 0021 -1 1 1 1 1 0",
	"1 0021 1 1152921504606846977 1 1 1 0",
	"1 0021 1 99999999999999999999999 1 1 1 0",
	"1 0021 1 1 1 4294967296 1 0",
	("1 0021 1 1 1 1 1 "
	 "0000000000000000000000000000000000000000000000000000000000000"),
};

START_TEST(damaged_text)
{
	struct dampen dampen;
	struct err err;

	ck_assert(
	    !dampen_decode(&dampen, damaged[_i], strlen(damaged[_i]), &err));
	ck_assert(!dampen.started);
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

/* Every changed byte is either refused or a state that can be stepped on. */
START_TEST(changed_text)
{
	const struct dampen dampen = some_state();
	char room[DAMPEN_STATE_MAX];
	struct text text = TEXT_OVER(room);
	struct err err;

	dampen_encode(&text, &dampen);
	for (size_t i = 0; i < text.len; i++)
		for (int byte = 0; byte < 256; byte++) {
			char copy[DAMPEN_STATE_MAX];
			struct dampen taken;

			memcpy(copy, room, sizeof(copy));
			copy[i] = (char)byte;
			if (!dampen_decode(&taken, copy, text.len, &err))
				continue;
			for (int k = 0; k < 3; k++)
				ck_assert_uint_le(dampen_step(&taken, &standard,
						      VERDICT_CRITICAL, MINUTE)
						      .penalty,
				    dampen_ceiling(&standard));
		}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("dampen");
	TCase *tcase = tcase_create("dampen");

	tcase_add_loop_test(tcase, scenarios_of_the_design, 0,
	    COUNT(scenarios));
	tcase_add_test(tcase, interval_does_not_matter);
	tcase_add_loop_test(tcase, traces_by_letter, 0, COUNT(traces));
	tcase_add_test(tcase, a_verdict_that_is_none_is_unknown);
	tcase_add_test(tcase, other_parameters_than_last_time);
	tcase_add_loop_test(tcase, words, 0, COUNT(sayings));
	tcase_add_loop_test(tcase, words_of_spans, 0, COUNT(spans));
	tcase_add_test(tcase, a_series_begins_anew);
	tcase_add_test(tcase, clears_when_it_says);
	tcase_add_test(tcase, decay);
#ifdef __SIZEOF_INT128__
	tcase_add_test(tcase, roots_of_half);
#endif
	tcase_add_loop_test(tcase, parameters, 0, COUNT(choices));
	tcase_add_test(tcase, text_of_the_state);
	tcase_add_test(tcase, text_at_its_longest);
	tcase_add_loop_test(tcase, damaged_text, 0, COUNT(damaged));
	tcase_add_test(tcase, changed_text);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
