/* SPDX-License-Identifier: ISC */
/*
 * What is held until it has recovered: by example, and on 200,000 random
 * courses of a number about its limits (TRACES in the environment for more),
 * where the invariants of the dampening must hold as they do without it.
 */
#include "model/recover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "chance.h"
#include "model/dampen.h"
#include "tests/suite.h"
#include "tests/tools/dampen_trace.h"

#define MINUTE (60 * CLOCK_SECOND)

static struct range
upto(double end)
{
	return (struct range){ .set = true, .end = end };
}

/* A number with limits above 4 and above 8, as it is given to a step. */
static struct recover_value
number(const char *name, double value, const struct range *range)
{
	return (struct recover_value){
		.name = name,
		.range = range,
		.value = value,
		.writer = metric_writer_of(METRIC_PLAIN, false),
		.violated = value > 8 ? VERDICT_CRITICAL
		    : value > 4	      ? VERDICT_WARNING
				      : VERDICT_OK,
	};
}

/* --- by example ----------------------------------------------------------- */

/* Digits are values, '-' is a number that is not there, one a minute; what the
 * step is given beneath them.  Limits above 4 and 8, recovered up to 2. */
static const struct {
	const char *values, *held;
	enum verdict reported; /* at most: what the dampening lets through */
} courses[] = {
	{ "14321", "OOOOO", VERDICT_CRITICAL },
	{ "15432", "OOWWO", VERDICT_CRITICAL },
	{ "19532", "OOCCO", VERDICT_CRITICAL },	  /* the worst that was */
	{ "19-3-2", "OOCCCO", VERDICT_CRITICAL }, /* not seen, not recovered */
	{ "3542532", "OOWOOWO", VERDICT_CRITICAL },
	{ "594", "OWC", VERDICT_CRITICAL },
	{ "59432", "OOOOO", VERDICT_OK },	 /* glitches are held back */
	{ "594321", "OWWWOO", VERDICT_WARNING }, /* as it was reported */
};

START_TEST(courses_by_example)
{
	const struct range range = upto(2);
	struct recover recover = { 0 };
	char got[32] = "";

	for (size_t i = 0; courses[_i].values[i]; i++) {
		const char c = courses[_i].values[i];
		const struct recover_value value = number("x", c - '0', &range);
		const struct recover_values values = { c != '-', &value };

		got[i] = "OWCU"[recover_begin(&recover, &values, MINUTE,
		    45 * MINUTE)];
		ck_assert(recover_end(&recover, &values, courses[_i].reported));
	}
	ck_assert_str_eq(got, courses[_i].held);
}
END_TEST

START_TEST(ends_after_the_longest_hold)
{
	const struct range range = upto(2);
	const struct recover_value bad = number("x", 5, &range);
	const struct recover_value mild = number("x", 3, &range);
	const struct recover_values bads = { 1, &bad }, milds = { 1, &mild };

	for (int64_t early = 1; early >= 0; early--) {
		struct recover recover = { 0 };

		recover_end(&recover, &bads, VERDICT_WARNING);
		recover_begin(&recover, &bads, 10 * MINUTE, 45 * MINUTE);
		recover_end(&recover, &bads, VERDICT_WARNING);
		recover_begin(&recover, &milds, -5 * MINUTE, 45 * MINUTE);
		recover_begin(&recover, &milds, 20 * MINUTE, 45 * MINUTE);
		ck_assert_int_eq(recover_clears_ns(&recover, 45 * MINUTE),
		    25 * MINUTE);
		ck_assert_int_eq(recover_begin(&recover, &milds,
				     25 * MINUTE - early, 45 * MINUTE),
		    early ? VERDICT_WARNING : VERDICT_OK);
		ck_assert_uint_eq(recover.count, (size_t)early);
	}
}
END_TEST

/* A limit that is violated a little for days is no reason to hold for days what
 * was violated once by far. */
START_TEST(the_worse_level_ends_by_itself)
{
	const struct range range = upto(2);
	const struct recover_value far = number("x", 9, &range);
	const struct recover_value little = number("x", 5, &range);
	const struct recover_values fars = { 1, &far },
				    littles = { 1, &little };
	struct recover recover = { 0 };

	recover_end(&recover, &fars, VERDICT_CRITICAL);
	for (int minute = 20; minute < 45; minute += 20) {
		ck_assert_int_eq(
		    recover_begin(&recover, &littles, 20 * MINUTE, 45 * MINUTE),
		    VERDICT_CRITICAL);
		ck_assert_int_eq(recover_clears_ns(&recover, 45 * MINUTE),
		    (45 - minute) * MINUTE);
		recover_end(&recover, &littles, VERDICT_CRITICAL);
	}
	ck_assert_int_eq(
	    recover_begin(&recover, &littles, 20 * MINUTE, 45 * MINUTE),
	    VERDICT_WARNING);
	recover_end(&recover, &littles, VERDICT_WARNING);
	ck_assert_int_eq(
	    recover_begin(&recover, &littles, 20 * MINUTE, 45 * MINUTE),
	    VERDICT_WARNING);
}
END_TEST

/* What is held behind the worse level is not forgotten with it: the number has
 * not recovered, though it violates nothing when that level ends. */
START_TEST(the_milder_level_ends_by_itself)
{
	const struct range range = upto(2);
	const struct recover_value far = number("x", 9, &range);
	const struct recover_value little = number("x", 5, &range);
	const struct recover_value mild = number("x", 3, &range);
	const struct recover_values fars = { 1, &far },
				    littles = { 1, &little },
				    milds = { 1, &mild };

	for (int late = 0; late <= 1; late++) {
		struct recover recover = { 0 };

		recover_end(&recover, &fars, VERDICT_CRITICAL);
		recover_begin(&recover, &littles, 30 * MINUTE, 45 * MINUTE);
		recover_end(&recover, &littles, VERDICT_CRITICAL);
		ck_assert_int_eq(recover_begin(&recover, &milds,
				     (late ? 45 : 20) * MINUTE, 45 * MINUTE),
		    late ? VERDICT_OK : VERDICT_WARNING);
		ck_assert_uint_eq(recover.count, late ? 0 : 1);
		ck_assert_int_eq(recover_clears_ns(&recover, 45 * MINUTE),
		    late ? 0 : 25 * MINUTE);
	}
}
END_TEST

/* Each number for itself; those of one name together. */
START_TEST(numbers_apart)
{
	const struct range range = upto(2);
	const struct recover_value bad[] = { number("x", 5, &range),
		number("y", 9, &range), number("y", 1, &range) };
	const struct recover_value half[] = { number("x", 3, &range),
		number("y", 1, &range), number("y", 3, &range) };
	const struct recover_value well[] = { number("x", 3, &range),
		number("y", 1, &range), number("y", 2, &range) };
	struct recover recover = { 0 };

	recover_end(&recover, &(struct recover_values){ 3, bad },
	    VERDICT_CRITICAL);
	ck_assert_int_eq(recover_begin(&recover,
			     &(struct recover_values){ 3, half }, 1, MINUTE),
	    VERDICT_CRITICAL);
	ck_assert_int_eq(recover_begin(&recover,
			     &(struct recover_values){ 3, well }, 1, MINUTE),
	    VERDICT_WARNING);
	ck_assert_str_eq(recover.holds[0].name, "x");
}
END_TEST

START_TEST(more_than_can_be_held)
{
	const struct range range = upto(2);
	char names[RECOVER_HELD + 1][4];
	struct recover_value bad[RECOVER_HELD + 1];
	struct recover recover = { 0 };

	for (size_t i = 0; i <= RECOVER_HELD; i++) {
		struct text name = TEXT_OVER(names[i]);

		text_addf(&name, "%zu", i);
		bad[i] = number(names[i], 5, &range);
	}
	ck_assert(recover_end(&recover,
	    &(struct recover_values){ RECOVER_HELD, bad }, VERDICT_WARNING));
	ck_assert(!recover_end(&recover,
	    &(struct recover_values){ RECOVER_HELD + 1, bad },
	    VERDICT_WARNING));
	ck_assert_uint_eq(recover.count, RECOVER_HELD);
}
END_TEST

START_TEST(which_rule)
{
	struct recover_rule rules[] = { { .number = "rta" },
		{ .number = "rta_a" }, { .number = "rta" } };

	ck_assert_ptr_eq(recover_rule_of(rules, 3, "rta", "rta_a"), &rules[1]);
	ck_assert_ptr_eq(recover_rule_of(rules, 3, "rta", "rta_b"), &rules[2]);
	ck_assert_ptr_null(recover_rule_of(rules, 3, "loss", "loss_a"));
}
END_TEST

START_TEST(words)
{
	const struct range range = upto(2);
	const struct recover_value bad[] = { number("x", 5, &range),
		number("y", 9, &range) };
	const struct recover_value mild[] = { number("x", 3, &range),
		number("y", 4, &range) };
	struct recover recover = { 0 };
	char room[300];
	struct text text = TEXT_OVER(room);

	recover_end(&recover, &(struct recover_values){ 1, bad },
	    VERDICT_CRITICAL);
	recover_explain(&text, &recover, &(struct recover_values){ 1, mild },
	    "T", true);
	ck_assert_str_eq(room,
	    "not recovered: x above 2, held WARNING, clears T at the latest");
	recover_end(&recover, &(struct recover_values){ 2, bad },
	    VERDICT_CRITICAL);
	text_clear(&text);
	recover_explain(&text, &recover, &(struct recover_values){ 2, mild },
	    "T", false);
	ck_assert_str_eq(room,
	    "not recovered: y above 2 and 1 more, would be held CRITICAL, "
	    "clears T at the latest");
	text_clear(&text);
	recover_explain(&text, &recover, &(struct recover_values){ 0 }, "T",
	    true);
	ck_assert_str_eq(room,
	    "not recovered: y not seen and 1 more, held CRITICAL, clears T at "
	    "the latest");
}
END_TEST

/* --- as text -------------------------------------------------------------- */

START_TEST(there_and_back)
{
	struct recover_hold hold = { .level = VERDICT_CRITICAL,
		.since_ns = DAMPEN_SPAN_MAX };
	struct recover recover = { 0 };
	char room[RECOVER_LINE];
	struct text text = TEXT_OVER(room);

	memset(hold.name, 'n', sizeof(hold.name) - 1);
	hold.name[7] = ' ';
	recover_encode(&text, &hold);
	ck_assert(!text.cut);
	ck_assert(recover_decode(&recover, room));
	ck_assert_mem_eq(&recover.holds[0], &hold, sizeof(hold));
	recover.count = 0;
	hold.milder = true;
	hold.milder_ns = DAMPEN_SPAN_MAX;
	text_clear(&text);
	recover_encode(&text, &hold);
	ck_assert(!text.cut);
	ck_assert(recover_decode(&recover, room));
	ck_assert_mem_eq(&recover.holds[0], &hold, sizeof(hold));
	/* Twice is not what was encoded. */
	ck_assert(!recover_decode(&recover, room));
}
END_TEST

static const char *const damaged[] = {
	"",
	"held",
	"held 1 5",
	"held 1 5 ",
	"held 0 5 x",
	"held 3 5 x",
	"held 11 5 x",
	"held 1 -5 x",
	"held 1  x",
	"held 1 1152921504606846977 x",
	"held 1 111111111111111111111111111 x",
	"held 1,5 5 x",
	"held 2, 5 x",
	"held 2,5 x",
	"held 2,-5 5 x",
	"held 2,1152921504606846977 5 x",
	"held 1 5 a\tb",
	"held 1 5 a|b",
	"help 1 5 x",
};

START_TEST(damaged_text)
{
	struct recover recover = { 0 };

	ck_assert_msg(!recover_decode(&recover, damaged[_i]), "%s",
	    damaged[_i]);
	ck_assert_uint_eq(recover.count, 0);
}
END_TEST

START_TEST(too_long_a_name)
{
	struct recover recover = { 0 };
	char line[RECOVER_NAME + 20] = "held 1 5 ";

	memset(line + 9, 'n', RECOVER_NAME);
	ck_assert(!recover_decode(&recover, line));
	line[9 + RECOVER_NAME - 1] = '\0';
	ck_assert(recover_decode(&recover, line));
}
END_TEST

/* --- by chance ------------------------------------------------------------ */

#define SAMPLES 24

struct trace {
	struct dampen_params params;
	struct range range;
	double warning, critical;
	bool alone; /* nothing else is ever wrong */
	size_t count;
	double value[SAMPLES]; /* NAN: not there */
	enum verdict raw[SAMPLES], violated[SAMPLES];
	int64_t passed[SAMPLES];
};

static enum verdict
judge(const struct trace *trace, double value)
{
	if (isnan(value))
		return VERDICT_OK;
	return value > trace->critical ? VERDICT_CRITICAL
	    : value > trace->warning   ? VERDICT_WARNING
				       : VERDICT_OK;
}

/* A number that wanders, and now and then something else that is wrong. */
static void
make_trace(uint64_t *seed, struct trace *trace)
{
	double value = (double)below(seed, 12);

	*trace = (struct trace){
		.params = { .confirm = 1 + below(seed, 3),
		    .recover = 1 + below(seed, 2),
		    .half_life_ns = 30 * MINUTE,
		    .flap = 2000,
		    .release = 1000,
		    .max_hold_ns = 45 * MINUTE },
		.range = upto((double)below(seed, 6)),
		.warning = 3 + (double)below(seed, 4),
		.alone = below(seed, 2) == 0,
		.count = 1 + below(seed, SAMPLES),
	};
	trace->critical = trace->warning + (double)below(seed, 4);
	for (size_t i = 0; i < trace->count; i++) {
		enum verdict else_wrong = VERDICT_OK;

		value = fabs(value + (double)below(seed, 5) - 2);
		if (below(seed, 8) == 0)
			value = (double)below(seed, 12);
		trace->value[i] = below(seed, 12) == 0 ? NAN : value;
		if (!trace->alone && below(seed, 4) == 0)
			else_wrong = (enum verdict)below(seed, 4);
		trace->violated[i] = judge(trace, trace->value[i]);
		trace->raw[i] = verdict_worse(trace->violated[i], else_wrong);
		trace->passed[i] = (int64_t)below(seed, 12) * MINUTE;
		if (below(seed, 20) == 0)
			trace->passed[i] = 50 * MINUTE;
	}
}

/* What is held before sample `end`, from the words of the manual: each level
 * for its own time. */
static enum verdict
expected(const struct trace *trace, const enum verdict *reported, size_t end)
{
	const int64_t most = trace->params.max_hold_ns;
	int64_t warned = most, failed = most; /* so long ago */

	for (size_t i = 0; i <= end; i++) {
		const bool inside = !isnan(trace->value[i]) &&
		    trace->value[i] <= trace->range.end;

		warned = inside ? most : warned + trace->passed[i];
		failed = inside ? most : failed + trace->passed[i];
		if (i == end || trace->violated[i] == VERDICT_OK)
			continue;
		if (trace->violated[i] == VERDICT_CRITICAL &&
		    reported[i] == VERDICT_CRITICAL)
			failed = 0;
		else if (reported[i] == VERDICT_WARNING ||
		    reported[i] == VERDICT_CRITICAL)
			warned = 0;
	}
	return failed < most ? VERDICT_CRITICAL
	    : warned < most  ? VERDICT_WARNING
			     : VERDICT_OK;
}

/* One sample, as damped.c steps; the memory there and back. */
static struct dampen_outcome
step(struct dampen *dampen, struct recover *recover, const struct trace *trace,
    size_t i, int64_t passed)
{
	const struct recover_value value = {
		.name = "x",
		.range = &trace->range,
		.value = trace->value[i],
		.writer = metric_writer_of(METRIC_PLAIN, false),
		.violated = trace->violated[i],
	};
	const struct recover_values values = { !isnan(trace->value[i]),
		&value };
	const enum verdict held =
	    recover_begin(recover, &values, passed, trace->params.max_hold_ns);
	const struct dampen_outcome outcome = dampen_step_held(dampen,
	    &trace->params, trace->raw[i], held, passed);
	struct recover again = { 0 };
	char room[RECOVER_LINE];
	struct text text = TEXT_OVER(room);

	recover_end(recover, &values, outcome.reported);
	for (size_t k = 0; k < recover->count; k++) {
		text_clear(&text);
		recover_encode(&text, &recover->holds[k]);
		if (!recover_decode(&again, room))
			ck_abort_msg("not taken: %s", room);
	}
	*recover = again;
	return outcome;
}

#define RANK(verdict) reference_rank(verdict)

static void
check_reports(const struct trace *trace, uint64_t trace_number)
{
	const struct dampen_params *params = &trace->params;
	struct dampen dampen = { 0 }, plain = { 0 };
	struct recover recover = { 0 };
	enum verdict reported[SAMPLES], last = VERDICT_OK, was = VERDICT_OK;
	int raw_changes = 0, counted_changes = 0, changes = 0;
	bool said = false;

	for (size_t i = 0; i < trace->count; i++) {
		const struct dampen_outcome got =
		    step(&dampen, &recover, trace, i, trace->passed[i]);
		const struct dampen_outcome without = dampen_step(&plain,
		    params, trace->raw[i], trace->passed[i]);

		reported[i] = got.reported;
		HOLDS(got.raw == trace->raw[i], "raw");
		HOLDS(got.counted ==
			verdict_worse(trace->raw[i],
			    expected(trace, reported, i)),
		    "hold");
		/* Until something was reported, nothing can be held. */
		if (!said) {
			HOLDS(got.counted == got.raw, "glitch");
			HOLDS(got.reported == without.reported, "glitch");
			HOLDS(got.penalty == without.penalty, "glitch");
		}
		said = said || RANK(got.reported) >= RANK(VERDICT_WARNING);
		if (params->confirm == 1 && params->recover == 1)
			HOLDS(RANK(got.reported) >= RANK(got.counted), "I1");
		HOLDS(RANK(got.reported) >=
			trace_lowest(trace->raw, i, params->confirm),
		    "I2");
		if (trace_quiet_for(trace->raw, trace->passed, i) >=
		    params->max_hold_ns)
			HOLDS(got.reported == VERDICT_OK, "I3, I8");
		if (got.penalty >= params->flap * DAMPEN_POINT)
			HOLDS(RANK(got.reported) >= RANK(VERDICT_WARNING),
			    "I4");
		raw_changes += i > 0 && trace->raw[i] != trace->raw[i - 1];
		counted_changes += i > 0 && got.counted != was;
		changes += i > 0 && got.reported != last;
		HOLDS(changes <= counted_changes, "I5");
		if (trace->alone)
			HOLDS(changes <= raw_changes, "I5");
		HOLDS(got.penalty <= dampen_ceiling(params), "I7");
		last = got.reported;
		was = got.counted;
	}
}

/* A number about its limit fails once, and does not flap. */
START_TEST(about_its_limit)
{
	struct trace trace = {
		.params = { 1, 1, 30 * MINUTE, 2000, 1000, 45 * MINUTE },
		.range = upto(2),
		.warning = 4,
		.critical = 8,
	};
	struct dampen dampen = { 0 }, plain = { 0 };
	struct recover recover = { 0 };
	struct dampen_outcome with = { 0 }, without = { 0 };

	for (size_t i = 0; i < 20; i++) {
		trace.value[i] = i % 2 ? 5 : 3;
		trace.violated[i] = trace.raw[i] =
		    judge(&trace, trace.value[i]);
		with = step(&dampen, &recover, &trace, i, MINUTE);
		without =
		    dampen_step(&plain, &trace.params, trace.raw[i], MINUTE);
	}
	ck_assert_int_eq(with.reported, VERDICT_WARNING);
	ck_assert_int_eq(with.why, DAMPEN_PLAIN);
	ck_assert_uint_eq(dampen.failures, 1);
	ck_assert_int_eq(without.why, DAMPEN_FLAPPING);
	ck_assert_uint_eq(plain.failures, 10);
}
END_TEST

/* I6: how often it is looked at while all is well does not matter. */
static void
check_repeats(struct trace *trace, uint64_t trace_number, uint64_t *seed)
{
	struct dampen plain = { 0 }, dense = { 0 };
	struct recover holds = { 0 }, dense_holds = { 0 };
	struct dampen_outcome a = { 0 }, b;

	trace->params.recover = 1;
	for (size_t i = 0; i < trace->count; i++) {
		int64_t passed = trace->passed[i];

		if (i > 0 && a.counted == VERDICT_OK) {
			const int64_t part =
			    (int64_t)below(seed, (uint64_t)passed + 1);

			step(&dense, &dense_holds, trace, i - 1, part);
			passed -= part;
		}
		a = step(&plain, &holds, trace, i, trace->passed[i]);
		b = step(&dense, &dense_holds, trace, i, passed);
		HOLDS(a.penalty == b.penalty, "I6");
		HOLDS(a.reported == b.reported, "I6");
		HOLDS(a.counted == b.counted, "I6");
	}
}

START_TEST(invariants)
{
	const char *wanted = getenv("TRACES");
	const uint64_t count = wanted ? strtoull(wanted, NULL, 10) : 200000;
	uint64_t seed = 1;

	for (uint64_t k = 0; k < count; k++) {
		struct trace trace;

		make_trace(&seed, &trace);
		check_reports(&trace, k);
		if (k % 2 == 0)
			check_repeats(&trace, k, &seed);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("recover");
	TCase *tcase = tcase_create("recover");

	tcase_set_timeout(tcase, 0);
	tcase_add_loop_test(tcase, courses_by_example, 0, COUNT(courses));
	tcase_add_test(tcase, ends_after_the_longest_hold);
	tcase_add_test(tcase, the_worse_level_ends_by_itself);
	tcase_add_test(tcase, the_milder_level_ends_by_itself);
	tcase_add_test(tcase, numbers_apart);
	tcase_add_test(tcase, more_than_can_be_held);
	tcase_add_test(tcase, which_rule);
	tcase_add_test(tcase, words);
	tcase_add_test(tcase, there_and_back);
	tcase_add_loop_test(tcase, damaged_text, 0, COUNT(damaged));
	tcase_add_test(tcase, too_long_a_name);
	tcase_add_test(tcase, about_its_limit);
	tcase_add_test(tcase, invariants);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
