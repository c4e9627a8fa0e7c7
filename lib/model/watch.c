/* SPDX-License-Identifier: ISC */
#include "model/watch.h"

#include <string.h>

#include "base/clock.h"
#include "base/hash.h"

#define MINUTE (60 * CLOCK_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define BACKOFF_FIRST (30 * CLOCK_SECOND)
#define BACKOFF_MOST (30 * MINUTE)
#define BACKOFF_FACTOR 4
#define JITTER 20 /* percent, either way */

/* Who was not looked at for longer has not failed in a row. */
#define ROW_MOST (3 * HOUR)

/* --- time ----------------------------------------------------------------- */

static int64_t
within(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

/* How long ago; a time in the future is now. */
static int64_t
ago(const struct watch_moment *now, int64_t at_ns)
{
	return within(now->boot_ns - at_ns, 0, 2 * WATCH_TIME_MOST);
}

/*
 * Another boot: who was seen and what was half done is void, the budget stays.
 * Old times become times of this boot, before zero.  The wall clock tells how
 * long ago they were kept; it was before this boot for certain.
 */
static void
cross_boot(struct watch *watch, const struct watch_moment *now)
{
	const int64_t wall_ns = now->wall_ns > 0 ? now->wall_ns : 0;
	const int64_t passed = within(wall_ns - watch->saved_wall_ns,
	    now->boot_ns, WATCH_TIME_MOST);

	for (size_t i = 0; i < watch->count; i++)
		watch->attempts[i] = now->boot_ns - passed -
		    within(watch->saved_boot_ns - watch->attempts[i], 0,
			WATCH_TIME_MOST);
	watch->suspect[0] = watch->before[0] = '\0';
	watch->failures = watch->series = 0;
	watch->pending = watch->well = watch->gave_up = false;
}

static void
copy_word(char *to, size_t size, const char *from)
{
	struct text text;

	text_init(&text, to, size);
	text_add(&text, from);
}

/* Attempts that no window can hold any more, and such as lie in the future,
 * which are from now on as old as now. */
static void
tidy(struct watch *watch, const struct watch_moment *now)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->count; i++) {
		if (ago(now, watch->attempts[i]) >= DAY)
			continue;
		watch->attempts[kept++] = watch->attempts[i] > now->boot_ns
		    ? now->boot_ns
		    : watch->attempts[i];
	}
	watch->count = kept;
}

static void
bring_up_to_date(struct watch *watch, const struct watch_moment *now)
{
	if (watch->boot_id[0] != '\0' &&
	    strcmp(watch->boot_id, now->boot_id) != 0)
		cross_boot(watch, now);
	if (ago(now, watch->saved_boot_ns) > ROW_MOST)
		watch->failures = 0;
	copy_word(watch->boot_id, sizeof(watch->boot_id), now->boot_id);
	watch->saved_boot_ns = now->boot_ns;
	watch->saved_wall_ns = now->wall_ns > 0 ? now->wall_ns : 0;
	tidy(watch, now);
	if (watch->failures > 0 && watch->first_failure_ns > now->boot_ns)
		watch->first_failure_ns = now->boot_ns;
	if (watch->well && watch->well_since_ns > now->boot_ns)
		watch->well_since_ns = now->boot_ns;
}

/* --- the budget ----------------------------------------------------------- */

int64_t
watch_backoff_ns(uint64_t series, uint64_t machine)
{
	uint64_t hash = hash_add(HASH_START, &machine, sizeof(machine));
	int64_t delay = BACKOFF_FIRST, percent;

	if (series == 0)
		return 0;
	for (uint64_t i = 1; i < series && delay < BACKOFF_MOST; i++)
		delay *= BACKOFF_FACTOR;
	if (delay > BACKOFF_MOST)
		delay = BACKOFF_MOST;
	hash = hash_add(hash, &series, sizeof(series));
	/* FNV's high bits are the better mixed ones. */
	percent = 100 - JITTER + (int64_t)((hash >> 32) % (2 * JITTER + 1));
	return delay / 100 * percent;
}

static uint64_t
attempts_within(const struct watch *watch, const struct watch_moment *now,
    int64_t window)
{
	uint64_t count = 0;

	for (size_t i = 0; i < watch->count; i++)
		count += ago(now, watch->attempts[i]) < window;
	return count;
}

/* Until the window holds less than `most`; 0 when it does. */
static int64_t
window_wait(const struct watch *watch, const struct watch_moment *now,
    int64_t window, uint64_t most)
{
	const uint64_t count = attempts_within(watch, now, window);

	if (count < most)
		return 0;
	return window - ago(now, watch->attempts[watch->count - most]);
}

static int64_t
budget_wait(const struct watch *watch, const struct watch_moment *now,
    const struct watch_params *params)
{
	const int64_t hour = window_wait(watch, now, HOUR, params->per_hour);
	const int64_t day = window_wait(watch, now, DAY, params->per_day);

	return hour > day ? hour : day;
}

static void
tell_budget(const struct watch *watch, const struct watch_moment *now,
    const struct watch_params *params, struct watch_decision *decision)
{
	uint64_t hour, day;

	decision->in_hour = attempts_within(watch, now, HOUR);
	decision->in_day = attempts_within(watch, now, DAY);
	hour = params->per_hour > decision->in_hour
	    ? params->per_hour - decision->in_hour
	    : 0;
	day = params->per_day > decision->in_day
	    ? params->per_day - decision->in_day
	    : 0;
	decision->left = hour < day ? hour : day;
	decision->since_ns =
	    watch->count > 0 ? ago(now, watch->attempts[watch->count - 1]) : -1;
}

static int64_t
since_attempt(const struct watch *watch, const struct watch_moment *now)
{
	return watch->count > 0 ? ago(now, watch->attempts[watch->count - 1])
				: WATCH_TIME_MOST;
}

/* --- the evidence --------------------------------------------------------- */

static void
count_failure(struct watch *watch, const struct watch_look *look,
    const struct watch_moment *now)
{
	if (watch->failures == 0 ||
	    strcmp(watch->suspect, look->identity) != 0) {
		watch->failures = 0;
		watch->first_failure_ns = now->boot_ns;
		copy_word(watch->suspect, sizeof(watch->suspect),
		    look->identity);
	}
	if (watch->failures < UINT32_MAX)
		watch->failures++;
}

static void
forget_failures(struct watch *watch)
{
	watch->failures = 0;
	watch->suspect[0] = '\0';
}

/* What an attempt without a known end has come to. */
static void
conclude(struct watch *watch, const struct watch_look *look,
    const struct watch_moment *now, const struct watch_params *params,
    struct watch_decision *decision)
{
	const int64_t since = since_attempt(watch, now);
	const bool over = since >= params->limit_ns;

	if (!watch->pending || since < params->proof_ns)
		return;
	if (look->sight == WATCH_UP) {
		watch->pending = false;
		decision->same = watch->before[0] != '\0' &&
		    strcmp(watch->before, look->identity) == 0;
		decision->proven = !decision->same;
		decision->failed = decision->same;
	} else if (over &&
	    (look->sight == WATCH_ABSENT || look->sight == WATCH_FAILED)) {
		watch->pending = false;
		decision->failed = true;
	}
}

/* Well: for how long, and does an earlier trouble still count? */
static enum watch_why
judge_up(struct watch *watch, const struct watch_moment *now,
    const struct watch_params *params, struct watch_decision *decision)
{
	int64_t well;

	forget_failures(watch);
	if (!watch->well) {
		watch->well = true;
		watch->well_since_ns = now->boot_ns;
	}
	if (watch->series == 0)
		return WATCH_FINE;
	well = ago(now, watch->well_since_ns);
	if (well >= params->settle_ns && !watch->pending) {
		watch->series = 0;
		return WATCH_FINE;
	}
	decision->wait_ns =
	    within(params->settle_ns - well, 0, WATCH_TIME_MOST);
	return WATCH_SETTLING;
}

/* Not there, or does not serve: is that certain?  WATCH_RESTART: it is. */
static enum watch_why
judge_evidence(struct watch *watch, const struct watch_look *look,
    const struct watch_moment *now, const struct watch_params *params,
    struct watch_decision *decision)
{
	int64_t failing;

	watch->well = false;
	if (now->boot_ns < params->boot_grace_ns) {
		decision->wait_ns = params->boot_grace_ns - now->boot_ns;
		return WATCH_GRACE;
	}
	if (look->sight == WATCH_ABSENT) {
		forget_failures(watch);
		return WATCH_RESTART;
	}
	if (look->age_ns >= 0 && look->age_ns < params->process_grace_ns) {
		forget_failures(watch);
		decision->wait_ns = params->process_grace_ns - look->age_ns;
		return WATCH_GRACE;
	}
	count_failure(watch, look, now);
	decision->seen = watch->failures;
	failing = ago(now, watch->first_failure_ns);
	if (watch->failures >= params->failures &&
	    failing >= params->failing_ns)
		return WATCH_RESTART;
	decision->wait_ns =
	    within(params->failing_ns - failing, 0, WATCH_TIME_MOST);
	return WATCH_SUSPECT;
}

/* An attempt after which nothing was started is one that the supervisor has
 * refused: its limit counts starts that nobody told us of. */
static int64_t
refusal(const struct watch *watch, const struct watch_look *look)
{
	const bool vain = watch->count > 0 && look->began_ns != 0 &&
	    look->began_ns < watch->attempts[watch->count - 1];

	return vain && look->limited_ns > look->refused_ns ? look->limited_ns
							   : look->refused_ns;
}

/* It is dead: may it be restarted now? */
static enum watch_why
judge_permission(const struct watch *watch, const struct watch_look *look,
    const struct watch_moment *now, const struct watch_params *params,
    struct watch_decision *decision)
{
	const int64_t since = since_attempt(watch, now);
	int64_t backoff = watch_backoff_ns(watch->series, params->machine);

	if (watch->pending && since < params->limit_ns) {
		decision->wait_ns = params->limit_ns - since;
		return WATCH_RUNNING;
	}
	decision->wait_ns = budget_wait(watch, now, params);
	if (decision->wait_ns > 0)
		return WATCH_GAVE_UP;
	/* Whatever a look in between has said of it. */
	if (watch->series > 0 && backoff < params->limit_ns)
		backoff = params->limit_ns;
	decision->wait_ns = within(backoff - since, 0, WATCH_TIME_MOST);
	/* An attempt that is refused for certain would only cost budget. */
	if (refusal(watch, look) > decision->wait_ns) {
		decision->wait_ns = refusal(watch, look);
		return WATCH_REFUSED;
	}
	return decision->wait_ns > 0 ? WATCH_BACKOFF : WATCH_RESTART;
}

static void
enter_attempt(struct watch *watch, const struct watch_look *look,
    const struct watch_moment *now)
{
	/* Never full: a spent day's budget is not spent again. */
	if (watch->count == WATCH_ATTEMPTS) {
		watch->count--;
		memmove(watch->attempts, watch->attempts + 1,
		    watch->count * sizeof(watch->attempts[0]));
	}
	watch->attempts[watch->count++] = now->boot_ns;
	watch->pending = true;
	watch->series++;
	copy_word(watch->before, sizeof(watch->before), look->identity);
	forget_failures(watch);
}

/* What is in doubt, or on its way, ends nothing. */
static void
note_giving_up(struct watch *watch, struct watch_decision *decision)
{
	switch (decision->why) {
	case WATCH_GAVE_UP:
		decision->gives_up = !watch->gave_up;
		watch->gave_up = true;
		break;
	case WATCH_FINE:
	case WATCH_SETTLING:
	case WATCH_RESPECT:
	case WATCH_RESTART:
		watch->gave_up = false;
		break;
	case WATCH_DOUBT:
	case WATCH_SUSPECT:
	case WATCH_GRACE:
	case WATCH_RUNNING:
	case WATCH_BACKOFF:
	case WATCH_REFUSED:
		break;
	}
}

struct watch_decision
watch_decide(struct watch *watch, const struct watch_look *look,
    const struct watch_moment *now, const struct watch_params *params)
{
	struct watch_decision decision = { .why = WATCH_DOUBT };

	bring_up_to_date(watch, now);
	conclude(watch, look, now, params, &decision);
	switch (look->sight) {
	case WATCH_UP:
		decision.why = judge_up(watch, now, params, &decision);
		break;
	case WATCH_STOPPED:
		forget_failures(watch);
		watch->well = false;
		decision.why = WATCH_RESPECT;
		break;
	case WATCH_MOVING:
		watch->well = false;
		decision.why = WATCH_GRACE;
		break;
	case WATCH_UNSURE:
		decision.why = WATCH_DOUBT;
		break;
	case WATCH_ABSENT:
	case WATCH_FAILED:
		decision.why =
		    judge_evidence(watch, look, now, params, &decision);
		if (decision.why == WATCH_RESTART)
			decision.why = judge_permission(watch, look, now,
			    params, &decision);
		break;
	}
	if (decision.why == WATCH_RESTART)
		enter_attempt(watch, look, now);
	note_giving_up(watch, &decision);
	tell_budget(watch, now, params, &decision);
	return decision;
}

void
watch_reset(struct watch *watch)
{
	watch->count = 0;
	watch->series = 0;
	watch->pending = watch->gave_up = false;
	watch->before[0] = '\0';
}
