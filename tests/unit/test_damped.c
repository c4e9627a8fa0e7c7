/* SPDX-License-Identifier: ISC */
/*
 * Dampening from run to run, with clocks that the tests set: its memory is a
 * real state file, and everything that can be wrong with it is.
 */
#include "frame/damped.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame/damped_list.h"
#include "tests/suite.h"

#define MINUTE (60 * CLOCK_SECOND)

static char directory[] = "/tmp/routevigil-damped.XXXXXX";
static struct arena arena;
static struct damped_opts opts;
static struct damped_time now;

static void
fresh(void)
{
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert(arena_reserve(&arena, 16 << 20, &err));
	opts = (struct damped_opts){
		.mode = DAMPED_ON,
		.params = { .confirm = 3,
		    .recover = 1,
		    .half_life_ns = 30 * MINUTE,
		    .flap = 2000,
		    .release = 1000,
		    .max_hold_ns = 45 * MINUTE },
	};
	/* 14:00 UTC */
	now = (struct damped_time){
		.boot_id = "0a",
		.boot_ns = 100 * MINUTE,
		.wall_ns = INT64_C(1767362400) * CLOCK_SECOND,
	};
}

static void
done(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	ck_assert_int_eq(system(command), 0);
	arena_free(&arena);
}

static void
later(int64_t ns)
{
	now.boot_ns += ns;
	now.wall_ns += ns;
}

/* One run; *damped is what it knows at its end. */
static enum verdict
run(struct damped *damped, enum verdict raw)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	enum verdict reported;

	damped_open(damped, &opts, directory, "check_x", "check_x\ndampen\n");
	damped->now = now;
	damped->local_s = 0;
	reported = damped_step(damped, raw, &arena, &deadline);
	state_close(&damped->state);
	return reported;
}

/* The path of the state file; `suffix` behind it. */
static const char *
file(const char *suffix)
{
	static char path[600];
	struct damped damped;

	damped_open(&damped, &opts, directory, "check_x", "check_x\ndampen\n");
	snprintf(path, sizeof(path), "%s/%s%s", directory, damped.state.name,
	    suffix);
	state_close(&damped.state);
	return path;
}

/* --- 200 runs ------------------------------------------------------------- */

/* A minute apart: 20 well, 2 down and up again every 20, then well.  Half way
 * the machine restarts and its wall clock loses an hour. */
START_TEST(two_hundred_runs)
{
	int messages = 0, first = 0, last = 0;
	enum verdict before = VERDICT_OK;

	for (int i = 0; i < 200; i++) {
		const bool down = i < 160 && i >= 20 && i % 20 < 2;
		struct damped damped;
		const enum verdict reported =
		    run(&damped, down ? VERDICT_CRITICAL : VERDICT_OK);

		ck_assert_int_eq(damped.missing.kind,
		    i == 0 ? ERR_SYSTEM : ERR_NONE);
		if (reported != before) {
			messages++;
			last = i;
			first = first ? first : i;
			before = reported;
		}
		later(MINUTE);
		if (i == 90) {
			memcpy(now.boot_id, "1b", 3);
			now.boot_ns = MINUTE;
		}
		if (i == 95)
			now.wall_ns -= 60 * MINUTE;
		arena_reset(&arena);
	}
	ck_assert_int_eq(messages, 2);
	ck_assert_int_eq(first, 60); /* the third failure */
	ck_assert_int_ge(last, 140 + 40);
	ck_assert_int_le(last, 142 + 45);
}
END_TEST

/* --- words ---------------------------------------------------------------- */

START_TEST(says_what_and_until_when)
{
	struct damped damped;

	run(&damped, VERDICT_OK);
	ck_assert_str_eq(damped.missing.text, "first run");
	later(MINUTE);
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_OK);
	ck_assert_str_eq(damped.words, "soft 1/3, held OK");
	for (int i = 0; i < 4; i++) {
		later(5 * MINUTE);
		run(&damped, i % 2 ? VERDICT_CRITICAL : VERDICT_OK);
	}
	ck_assert_str_eq(damped.words,
	    "flapping: 3 failures in 20 min, clears 15:00 if it is up from now "
	    "on");
	later(MINUTE);
	ck_assert_int_eq(run(&damped, VERDICT_OK), VERDICT_CRITICAL);
	ck_assert_str_eq(damped.words,
	    "flapping: 3 failures in 21 min, held CRITICAL, clears 15:00 if "
	    "it stays up");
}
END_TEST

START_TEST(says_another_day)
{
	struct damped damped;

	opts.params.max_hold_ns = 100 * 60 * MINUTE;
	opts.params.half_life_ns = 100 * 60 * MINUTE;
	opts.params.confirm = 1;
	for (int i = 0; i < 6; i++) {
		run(&damped, i % 2 ? VERDICT_CRITICAL : VERDICT_OK);
		later(MINUTE);
	}
	ck_assert_str_eq(damped.words,
	    "flapping: 3 failures in 4 min, clears in 4 days at 18:05 if it "
	    "is up from now on");
}
END_TEST

START_TEST(observing_changes_nothing)
{
	struct damped damped;

	opts.mode = DAMPED_OBSERVE;
	run(&damped, VERDICT_OK);
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_CRITICAL);
	ck_assert_int_eq(damped.outcome.reported, VERDICT_OK);
	ck_assert_str_eq(damped.words, "soft 1/3, would be held OK");
}
END_TEST

/* --- what has not recovered ----------------------------------------------- */

static const struct metric_def metrics[] = {
	{ "delay", "delay_seconds", "delay", .unit = METRIC_SECONDS,
	    .limits = METRIC_NO_LIMITS },
	{ .name = NULL },
};

/* One run of a check of two targets, with these delays; limit above 0.2 s. */
static enum verdict
run_delays(struct damped *damped, double a, double b)
{
	const struct limits limits = { .warning = { .set = true, .end = 0.2 } };
	const double delays[] = { a, b };
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	struct result_tree tree;
	struct result *root = result_init(&tree, &arena, metrics, NULL);
	enum verdict reported;

	result_ok(root);
	for (size_t i = 0; i < 2; i++) {
		struct result *child = result_child(root, "");

		result_label(child, "target", i == 0 ? "2001:db8::1" : "b");
		result_check_limits(child, 0, delays[i], &limits);
	}
	damped_open(damped, &opts, directory, "check_x", "check_x\ndampen\n");
	damped->now = now;
	damped->local_s = 0;
	ck_assert(damped_values(&damped->values, &opts.rules, root,
	    result_verdict(root), &arena));
	reported = damped_step(damped, result_verdict(root), &arena, &deadline);
	state_close(&damped->state);
	later(MINUTE);
	return reported;
}

static struct recover_rule rule;

static void
recover_at(const char *name, double end)
{
	rule = (struct recover_rule){
		.number = name,
		.range = { .set = true, .end = end },
	};
	opts.rules = (struct damped_rules){ 1, &rule, 1 };
	opts.params.confirm = 1;
}

START_TEST(held_until_it_has_recovered)
{
	struct damped damped;

	recover_at("delay", 0.05);
	ck_assert_int_eq(run_delays(&damped, 0.1, 0.1), VERDICT_OK);
	ck_assert_str_eq(damped.words, "");
	ck_assert_int_eq(run_delays(&damped, 0.3, 0.1), VERDICT_WARNING);
	ck_assert_str_eq(damped.words, "");
	ck_assert_int_eq(run_delays(&damped, 0.15, 0.1), VERDICT_WARNING);
	ck_assert_int_eq(damped.outcome.raw, VERDICT_OK);
	ck_assert_str_eq(damped.words,
	    "not recovered: delay_2001:db8:0:0:0:0:0:1 above 50 ms, held "
	    "WARNING, clears 14:46 at the latest");
	/* The other one has violated nothing. */
	ck_assert_int_eq(run_delays(&damped, 0.05, 0.1), VERDICT_OK);
	ck_assert_str_eq(damped.words, "");
	ck_assert_ptr_null(damped.held);
}
END_TEST

START_TEST(one_number_alone)
{
	struct damped damped;

	recover_at("delay_b", 0.05);
	run_delays(&damped, 0.3, 0.3);
	ck_assert_int_eq(run_delays(&damped, 0.15, 0.15), VERDICT_WARNING);
	ck_assert_uint_eq(damped.held->count, 1);
	ck_assert_str_eq(damped.held->holds[0].name, "delay_b");
	ck_assert_int_eq(run_delays(&damped, 0.15, 0.05), VERDICT_OK);
}
END_TEST

START_TEST(a_lost_memory_holds_nothing)
{
	struct damped damped;

	recover_at("delay", 0.05);
	run_delays(&damped, 0.3, 0);
	ck_assert_int_eq(truncate(file(""), 0), 0);
	ck_assert_int_eq(run_delays(&damped, 0.15, 0), VERDICT_OK);
	ck_assert_int_ne(damped.missing.kind, ERR_NONE);
	run_delays(&damped, 0.3, 0);
	ck_assert_int_eq(run_delays(&damped, 0.15, 0), VERDICT_WARNING);
	/* Nor one that cannot be counted. */
	ck_assert_int_eq(chmod(directory, 0777), 0);
	ck_assert_int_eq(run_delays(&damped, 0.15, 0), VERDICT_OK);
	ck_assert_str_eq(damped.words, "");
	ck_assert_int_eq(chmod(directory, 0700), 0);
	/* Nor a rule that is gone. */
	ck_assert_int_eq(run_delays(&damped, 0.15, 0), VERDICT_WARNING);
	opts.rules.count = 0;
	ck_assert_int_eq(run_delays(&damped, 0.15, 0), VERDICT_OK);
	recover_at("delay", 0.05);
	ck_assert_int_eq(run_delays(&damped, 0.15, 0), VERDICT_OK);
}
END_TEST

START_TEST(observing_holds_nothing_either)
{
	struct damped damped;

	recover_at("delay", 0.05);
	opts.mode = DAMPED_OBSERVE;
	run_delays(&damped, 0.1, 0);
	run_delays(&damped, 0.3, 0);
	ck_assert_int_eq(run_delays(&damped, 0.15, 0), VERDICT_OK);
	ck_assert_int_eq(damped.outcome.reported, VERDICT_WARNING);
	ck_assert_str_eq(damped.words,
	    "not recovered: delay_2001:db8:0:0:0:0:0:1 above 50 ms, would be "
	    "held WARNING, clears 14:46 at the latest");
}
END_TEST

/* Without limits of its own the state says it; a number that is fine by the
 * verdict of the whole has violated nothing, whatever its limits say. */
START_TEST(what_violates)
{
	static const struct {
		bool limited;
		double value;
		enum verdict raw, violated;
	} rows[] = {
		{ true, 0.3, VERDICT_WARNING, VERDICT_WARNING },
		{ true, 0.3, VERDICT_CRITICAL, VERDICT_WARNING },
		{ true, 0.3, VERDICT_OK, VERDICT_OK },
		{ true, 0.3, VERDICT_UNKNOWN, VERDICT_OK },
		{ true, 0.1, VERDICT_CRITICAL, VERDICT_OK },
		{ false, 0.1, VERDICT_CRITICAL, VERDICT_CRITICAL },
		{ false, 0.1, VERDICT_UNKNOWN, VERDICT_OK },
	};

	recover_at("delay", 0.05);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct limits limits = {
			.warning = { .set = rows[i].limited, .end = 0.2 }
		};
		struct recover_values values;
		struct result_tree tree;
		struct result *root = result_init(&tree, &arena, metrics, NULL);

		result_check_limits(root, 0, rows[i].value, &limits);
		ck_assert(damped_values(&values, &opts.rules, root, rows[i].raw,
		    &arena));
		ck_assert_uint_eq(values.count, 1);
		ck_assert_int_eq(values.items[0].violated, rows[i].violated);
	}
}
END_TEST

/* --- time ----------------------------------------------------------------- */

static const struct {
	struct damped_time then, now;
	int64_t passed;
} passages[] = {
	{ { "a", 5, 100 }, { "a", 7, 50 }, 2 },	 /* same boot */
	{ { "a", 5, 100 }, { "a", 3, 900 }, 0 }, /* cannot be */
	{ { "a", 5, 100 }, { "b", 7, 150 }, 50 },
	{ { "a", 5, 100 }, { "b", 7, 50 }, 0 },
	{ { "-", 5, 100 }, { "-", 7, 150 }, 50 }, /* boots unknown */
};

START_TEST(passing_of_time)
{
	ck_assert_int_eq(
	    damped_passed_ns(&passages[_i].then, &passages[_i].now),
	    passages[_i].passed);
}
END_TEST

/* --- a memory that cannot be used ----------------------------------------- */

/* Twice bad, so that a third time would be believed, and a first not. */
static void
two_failures(void)
{
	struct damped damped;

	run(&damped, VERDICT_OK);
	run(&damped, VERDICT_CRITICAL);
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_OK);
}

static void
overwrite(const char *path, const char *bytes)
{
	const int fd = open(path, O_WRONLY | O_TRUNC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)),
	    (ssize_t)strlen(bytes));
	close(fd);
}

START_TEST(damaged_state)
{
	struct damped damped;

	two_failures();
	overwrite(file(""), "rubbish");
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_CRITICAL);
	ck_assert_ptr_nonnull(strstr(damped.missing.text, "is no state file"));
	ck_assert_int_eq(damped.outcome.why, DAMPEN_FIRST);
	ck_assert_int_eq(run(&damped, VERDICT_OK), VERDICT_OK);
	ck_assert_int_eq(damped.missing.kind, ERR_NONE);
}
END_TEST

/* Sound as a file, and yet nothing that we would have written. */
START_TEST(foreign_body)
{
	static const char body[] = "at 0a 1 1\n1 0021 1 1 1 1 1 \n";
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	struct damped damped;
	struct err err;

	damped_open(&damped, &opts, directory, "check_x", "check_x\ndampen\n");
	ck_assert(state_save(&damped.state, STATE_CACHE, body, sizeof(body) - 1,
	    &deadline, &err));
	state_close(&damped.state);
	ck_assert_int_eq(run(&damped, VERDICT_WARNING), VERDICT_WARNING);
	ck_assert_ptr_nonnull(
	    strstr(damped.missing.text, "its text makes no sense"));
}
END_TEST

START_TEST(lost_state)
{
	struct damped damped;

	two_failures();
	ck_assert_int_eq(unlink(file("")), 0);
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_CRITICAL);
	ck_assert_str_eq(damped.missing.text, "first run");
}
END_TEST

START_TEST(locked_state)
{
	struct damped damped;
	const int64_t start_ns = clock_monotonic_ns();
	int fd;

	two_failures();
	fd = open(file(".lock"), O_RDWR);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert_int_eq(run(&damped, VERDICT_WARNING), VERDICT_WARNING);
	ck_assert_int_lt(clock_monotonic_ns() - start_ns, 30 * CLOCK_SECOND);
	ck_assert_ptr_nonnull(strstr(damped.missing.text, "another run"));
	ck_assert_str_eq(damped.words, "");
	close(fd);
	/* It was not counted: this is the third. */
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_CRITICAL);
	ck_assert_str_eq(damped.words, "");
}
END_TEST

/* What cannot be counted must not be held: else it would be for ever. */
START_TEST(state_that_cannot_be_written)
{
	struct damped damped;

	run(&damped, VERDICT_OK);
	ck_assert_int_eq(mkdir(file(".tmp"), 0700), 0);
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_CRITICAL);
	ck_assert_int_eq(damped.missing.kind, ERR_SYSTEM);
	ck_assert_str_eq(damped.words, "");
	ck_assert_int_eq(damped.clears_wall_ns, 0);
}
END_TEST

START_TEST(no_directory)
{
	struct damped damped;
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);

	damped_open(&damped, &opts, "/proc/none", "check_x", "key");
	damped_set_now(&damped);
	ck_assert_int_eq(
	    damped_step(&damped, VERDICT_WARNING, &arena, &deadline),
	    VERDICT_WARNING);
	ck_assert_int_ne(damped.missing.kind, ERR_NONE);
	state_close(&damped.state);
}
END_TEST

START_TEST(forgotten_state)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	struct damped damped;
	struct err err;

	two_failures();
	damped_open(&damped, &opts, directory, "check_x", "check_x\ndampen\n");
	ck_assert(state_remove(&damped.state, &deadline, &err));
	ck_assert(state_remove(&damped.state, &deadline, &err));
	state_close(&damped.state);
	ck_assert_int_ne(access(file(""), F_OK), 0);
	ck_assert_int_eq(access(file(".lock"), F_OK), 0);
	ck_assert_int_eq(run(&damped, VERDICT_CRITICAL), VERDICT_CRITICAL);
	ck_assert_str_eq(damped.missing.text, "first run");
}
END_TEST

static void
put(const char *name, const char *bytes, off_t len)
{
	char path[600];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)),
	    (ssize_t)strlen(bytes));
	ck_assert_int_eq(ftruncate(fd, len), 0);
	close(fd);
}

/* Ours and only ours: no lock, no other kind of memory, whatever its size.
 * What no run can read is told. */
START_TEST(listed_states)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	struct arena_list entries = { 0 };
	const struct damped_entry *entry;
	const struct damped_entry *sound = NULL;
	struct state other;
	char path[600], room[600];
	struct text where = TEXT_OVER(room);
	struct err err;
	size_t faults = 0;

	two_failures();
	ck_assert(state_open(&other, directory, "check_x", "check_x\nport=1\n",
	    100, &err));
	ck_assert(
	    state_save(&other, STATE_CACHE, "history", 7, &deadline, &err));
	state_close(&other);
	snprintf(path, sizeof(path), "%s/check_y-0123456789abcdef", directory);
	ck_assert_int_eq(symlink(file(""), path), 0);
	put("check_z-0123456789abcdef", "", 0);
	put("check_big-0123456789abcdef", "x", 1 << 20);
	put("no_state", "x", 1);
	ck_assert(damped_list(directory, &arena, &entries, &where, &err));
	ck_assert_str_eq(room, directory);
	ck_assert_uint_eq(entries.count, 3);
	entry = entries.items;
	for (size_t i = 0; i < entries.count; i++) {
		if (!entry[i].fault)
			sound = &entry[i];
		else if (strncmp(entry[i].file, "check_y-", 8) == 0)
			faults += !strcmp(entry[i].fault,
			    "is no regular file of ours");
		else if (strncmp(entry[i].file, "check_z-", 8) == 0)
			faults += !strcmp(entry[i].fault, "is empty");
	}
	ck_assert_uint_eq(faults, 2);
	ck_assert_ptr_nonnull(sound);
	entry = sound;
	ck_assert_str_eq(entry->key, "check_x\ndampen\n");
	ck_assert_ptr_null(entry->fault);
	ck_assert_uint_eq(entry->record.change_count, 2);
	ck_assert_int_eq(entry->record.changes[0].raw, VERDICT_CRITICAL);
	ck_assert_int_eq(entry->record.changes[0].reported, VERDICT_OK);
}
END_TEST

/* --- many at once --------------------------------------------------------- */

/* 20 processes x 10 failures, a second apart in nobody's order: 200 samples are
 * counted, none twice and none lost. */
START_TEST(runs_at_the_same_time)
{
	struct damped_record record;
	struct damped damped;
	struct err err;

	opts.params.recover = 60;
	for (int i = 0; i < 20; i++) {
		const pid_t pid = fork();

		ck_assert_int_ge(pid, 0);
		if (pid > 0)
			continue;
		for (int k = 0; k < 10; k++) {
			opts.params.confirm = 60;
			run(&damped, k % 2 ? VERDICT_OK : VERDICT_CRITICAL);
			if (strstr(damped.missing.text, "lock"))
				k--; /* a busy machine: once more */
		}
		_exit(0);
	}
	for (int i = 0; i < 20; i++) {
		int status;

		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	damped_open(&damped, &opts, directory, "check_x", "check_x\ndampen\n");
	ck_assert(state_load(&damped.state, &arena, &err));
	ck_assert(damped_record_decode(&record, damped.state.body,
	    damped.state.body_len, &err));
	ck_assert_uint_eq(record.dampen.count, DAMPEN_SAMPLES);
	state_close(&damped.state);
}
END_TEST

/* --- the record ----------------------------------------------------------- */

static struct damped_record
some_record(size_t changes)
{
	struct damped_record record = { .at = now };

	for (size_t i = 0; i < changes; i++) {
		const struct dampen_outcome outcome = dampen_step(
		    &record.dampen, &opts.params, (enum verdict)(i % 4), 7);

		damped_record_change(&record, &outcome,
		    (int64_t)i * CLOCK_SECOND);
	}
	return record;
}

START_TEST(record_there_and_back)
{
	const struct damped_record record = some_record(3);
	struct damped_record again;
	char room[DAMPED_RECORD_MAX], other[DAMPED_RECORD_MAX];
	struct text text = TEXT_OVER(room), second = TEXT_OVER(other);
	struct err err;

	damped_record_encode(&text, &record);
	ck_assert_str_eq(room,
	    "at 0a 6000000000000 1767362400000000000\n"
	    "1 0200 1499999999 0 0 2 7 210\n"
	    "2 2 0\n1 1 0\n0 0 0\n");
	ck_assert(damped_record_decode(&again, text.data, text.len, &err));
	damped_record_encode(&second, &again);
	ck_assert_str_eq(room, other);
}
END_TEST

START_TEST(record_keeps_the_last_changes)
{
	struct damped_record record = some_record(1000);
	struct damped_record again;
	char room[DAMPED_RECORD_MAX];
	struct text text = TEXT_OVER(room);
	struct err err;

	/* The longest record fits. */
	record.recover.count = RECOVER_HELD;
	for (size_t i = 0; i < RECOVER_HELD; i++) {
		struct recover_hold *hold = &record.recover.holds[i];

		hold->level = VERDICT_CRITICAL;
		hold->since_ns = DAMPEN_SPAN_MAX;
		memset(hold->name, 'a' + (int)i, RECOVER_NAME - 1);
	}
	damped_record_encode(&text, &record);
	ck_assert(!text.cut);
	ck_assert(damped_record_decode(&again, text.data, text.len, &err));
	ck_assert_mem_eq(&again.recover, &record.recover,
	    sizeof(record.recover));
	ck_assert_uint_eq(again.change_count, DAMPED_CHANGES);
	ck_assert_int_eq(again.changes[0].wall_s, 999);
}
END_TEST

static const char *const damaged[] = {
	"",
	"at 0a 1 1",
	"at 0a 1 1\n",
	"at 0a 1 1\n1 0021 1 1 1 1 1 0",
	"at 0a 1\n1 0021 1 1 1 1 1 0\n",
	"at 0a 1 1 1\n1 0021 1 1 1 1 1 0\n",
	"at 0g 1 1\n1 0021 1 1 1 1 1 0\n",
	"at 0a -1 1\n1 0021 1 1 1 1 1 0\n",
	"at 0a 1 9223372036854775808\n1 0021 1 1 1 1 1 0\n",
	("at 0123456789012345678901234567890123456789 1 1\n"
	 "1 0021 1 1 1 1 1 0\n"),
	"at 0a 1 1\n1 0021 1 1 1 1 1 0\n\n",
	"at 0a 1 1\n1 0021 1 1 1 1 1 0\n1 2\n",
	"at 0a 1 1\n1 0021 1 1 1 1 1 0\n1 2 4\n",
	"at 0a 1 1\n1 0021 1 1 1 1 1 0\n1 2 2 \n",
	"at 0a 1 1\n1 0021 1 1 1 1 1 0\nheld 1 5\n",
	"at 0a 1 1\n1 0021 1 1 1 1 1 0\nheld 1 5 x\nheld 2 5 x\n",
	"at 0a 1 1\n1 0021 1 1 1 1 1 0\n1 2 2\nheld 1 5 x\n",
};

START_TEST(damaged_record)
{
	struct damped_record record;
	struct err err;

	ck_assert(!damped_record_decode(&record, damaged[_i],
	    strlen(damaged[_i]), &err));
	ck_assert(!record.dampen.started);
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("damped");
	TCase *tcase = tcase_create("damped");

	tcase_add_checked_fixture(tcase, fresh, done);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, two_hundred_runs);
	tcase_add_test(tcase, says_what_and_until_when);
	tcase_add_test(tcase, says_another_day);
	tcase_add_test(tcase, observing_changes_nothing);
	tcase_add_test(tcase, held_until_it_has_recovered);
	tcase_add_test(tcase, one_number_alone);
	tcase_add_test(tcase, a_lost_memory_holds_nothing);
	tcase_add_test(tcase, observing_holds_nothing_either);
	tcase_add_test(tcase, what_violates);
	tcase_add_loop_test(tcase, passing_of_time, 0, COUNT(passages));
	tcase_add_test(tcase, damaged_state);
	tcase_add_test(tcase, foreign_body);
	tcase_add_test(tcase, lost_state);
	tcase_add_test(tcase, locked_state);
	tcase_add_test(tcase, state_that_cannot_be_written);
	tcase_add_test(tcase, no_directory);
	tcase_add_test(tcase, forgotten_state);
	tcase_add_test(tcase, listed_states);
	tcase_add_test(tcase, runs_at_the_same_time);
	tcase_add_test(tcase, record_there_and_back);
	tcase_add_test(tcase, record_keeps_the_last_changes);
	tcase_add_loop_test(tcase, damaged_record, 0, COUNT(damaged));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
