/* SPDX-License-Identifier: ISC */
#include "frame/damped.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define DAY 86400

const char *
damped_mode_name(int mode)
{
	static const char *const names[] = {
		[DAMPED_OFF] = "off",
		[DAMPED_OBSERVE] = "observe",
		[DAMPED_ON] = "on",
	};

	return names[mode];
}

void
damped_open(struct damped *damped, const struct damped_opts *opts,
    const char *directory, const char *program, const char *key)
{
	const time_t now = (time_t)(clock_wall_ns() / CLOCK_SECOND);
	struct err ignored;
	struct tm local;

	*damped = (struct damped){
		.opts = opts,
		.state = STATE_CLOSED,
		.now.boot_id = "-",
	};
	/* It reads the time zone's file, and allocates. */
	if (localtime_r(&now, &local))
		damped->local_s = local.tm_gmtoff;
	if (!bootid_read(damped->now.boot_id, &ignored))
		memcpy(damped->now.boot_id, "-", 2);
	state_open(&damped->state, directory, program, key, DAMPED_RECORD_MAX,
	    &damped->missing);
}

void
damped_set_now(struct damped *damped)
{
	damped->now.boot_ns = clock_boottime_ns();
	damped->now.wall_ns = clock_wall_ns();
	if (damped->now.wall_ns < 0) /* a machine without a clock */
		damped->now.wall_ns = 0;
}

/* "14:32", with its date when that is not near. */
static void
add_clock(struct text *out, const struct damped *damped)
{
	const int64_t now_s =
	    damped->now.wall_ns / CLOCK_SECOND + damped->local_s;
	/* Rounded up: at the minute that is said, it holds. */
	const int64_t at_s =
	    damped->clears_wall_ns / CLOCK_SECOND + damped->local_s + 59;
	const int64_t days = at_s / DAY - now_s / DAY;

	if (days > 0)
		text_addf(out, "in %" PRId64 " day%s at ", days,
		    days == 1 ? "" : "s");
	text_addf(out, "%02d:%02d", (int)(at_s % DAY / 3600),
	    (int)(at_s % 3600 / 60));
}

static void
explain_step(struct damped *damped, const struct dampen *dampen,
    struct text *words)
{
	char room[64];
	struct text clock = TEXT_OVER(room);

	if (damped->outcome.why == DAMPEN_FLAPPING)
		damped->clears_wall_ns = damped->now.wall_ns +
		    dampen_clears_ns(dampen, &damped->opts->params);
	add_clock(&clock, damped);
	dampen_explain(words, &damped->outcome, clock.data,
	    damped->opts->mode == DAMPED_ON);
}

/* A hold that made nothing worse than it was measured needs no words. */
static void
explain_held(struct damped *damped, struct text *words)
{
	const struct dampen_outcome *outcome = &damped->outcome;
	int64_t clears;
	char room[64];
	struct text clock = TEXT_OVER(room);

	if (outcome->counted == outcome->raw || !damped->held)
		return;
	clears = damped->now.wall_ns +
	    recover_clears_ns(damped->held, damped->opts->params.max_hold_ns);
	if (clears > damped->clears_wall_ns)
		damped->clears_wall_ns = clears;
	add_clock(&clock, damped);
	if (words->len > 0)
		text_add(words, "; ");
	recover_explain(words, damped->held, &damped->values, clock.data,
	    damped->opts->mode == DAMPED_ON);
}

/* The history, when there is one: a first run has none. */
static void
load(struct damped *damped, struct arena *arena, struct damped_record *record)
{
	struct err *err = &damped->missing;
	const struct state *state = &damped->state;

	if (!state_load(&damped->state, arena, err))
		return;
	if (!state->body)
		err_set(err, ERR_SYSTEM, "first run");
	else if (!damped_record_decode(record, state->body, state->body_len,
		     err))
		err_context(err, "state file %s/%s", state->path, state->name);
}

static bool
save(struct damped *damped, const struct damped_record *record,
    const struct deadline *deadline)
{
	char room[DAMPED_RECORD_MAX + 1];
	struct text body = TEXT_OVER(room);

	damped_record_encode(&body, record);
	return state_save(&damped->state, STATE_CACHE, body.data, body.len,
	    deadline, &damped->missing);
}

/* What was held before colours the sample; what is reported of it is held. */
static void
step(struct damped *damped, struct damped_record *record, enum verdict raw,
    struct arena *arena)
{
	const struct dampen_params *params = &damped->opts->params;
	const int64_t passed = damped_passed_ns(&record->at, &damped->now);
	struct recover *copy;
	enum verdict held;

	/* Without rules nobody could say when it ends. */
	if (damped->opts->rules.count == 0)
		record->recover.count = 0;
	held = recover_begin(&record->recover, &damped->values, passed,
	    params->max_hold_ns);
	if (record->recover.count > 0) {
		copy = arena_alloc(arena, sizeof(*copy));
		if (copy)
			*copy = record->recover;
		damped->held = copy;
	}
	damped->outcome =
	    dampen_step_held(&record->dampen, params, raw, held, passed);
	damped->crowded = !recover_end(&record->recover, &damped->values,
	    damped->outcome.reported);
}

/* Under the lock: one sample more.  False when it could not be kept. */
static bool
count(struct damped *damped, enum verdict raw, struct arena *arena,
    const struct deadline *deadline)
{
	struct damped_record record;
	struct text words;

	damped_record_clear(&record);
	load(damped, arena, &record);
	step(damped, &record, raw, arena);
	record.at = damped->now;
	damped_record_change(&record, &damped->outcome, damped->now.wall_ns);
	text_init(&words, damped->words, sizeof(damped->words));
	explain_step(damped, &record.dampen, &words);
	explain_held(damped, &words);
	return save(damped, &record, deadline);
}

enum verdict
damped_step(struct damped *damped, enum verdict raw, struct arena *arena,
    const struct deadline *deadline)
{
	bool counted = false;

	if (damped->state.dir_fd >= 0 &&
	    state_lock(&damped->state, deadline, &damped->missing)) {
		counted = count(damped, raw, arena, deadline);
		state_unlock(&damped->state);
	}
	if (!counted) {
		damped->outcome = (struct dampen_outcome){
			.raw = raw,
			.reported = raw,
			.counted = raw,
		};
		damped->held = NULL;
		damped->crowded = false;
		damped->clears_wall_ns = 0;
		damped->words[0] = '\0';
	}
	return damped->opts->mode == DAMPED_ON ? damped->outcome.reported : raw;
}
