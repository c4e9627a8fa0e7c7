/* SPDX-License-Identifier: ISC */
#include "model/watch.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/span.h"

#define MINUTE (60 * CLOCK_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define BACKOFF_FIRST (30 * CLOCK_SECOND)
#define BACKOFF_MOST (30 * MINUTE)
#define BACKOFF_FACTOR 4
#define JITTER 20 /* percent, either way */

/* Who was not looked at for longer has not failed in a row. */
#define ROW_MOST (3 * HOUR)

/* No time of a machine is beyond; sums of a few of them do not overflow. */
#define TIME_MOST (INT64_C(1) << 60)

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
	return within(now->boot_ns - at_ns, 0, 2 * TIME_MOST);
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
	const int64_t passed =
	    within(wall_ns - watch->saved_wall_ns, now->boot_ns, TIME_MOST);

	for (size_t i = 0; i < watch->count; i++)
		watch->attempts[i] = now->boot_ns - passed -
		    within(watch->saved_boot_ns - watch->attempts[i], 0,
			TIME_MOST);
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
				: TIME_MOST;
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
	decision->wait_ns = within(params->settle_ns - well, 0, TIME_MOST);
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
	decision->wait_ns = within(params->failing_ns - failing, 0, TIME_MOST);
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
	decision->wait_ns = within(backoff - since, 0, TIME_MOST);
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

const char *
watch_why_name(enum watch_why why)
{
	static const char *const names[] = {
		[WATCH_FINE] = "fine",
		[WATCH_SETTLING] = "settling",
		[WATCH_RESPECT] = "stopped",
		[WATCH_DOUBT] = "doubt",
		[WATCH_SUSPECT] = "suspect",
		[WATCH_GRACE] = "grace",
		[WATCH_RUNNING] = "running",
		[WATCH_BACKOFF] = "backoff",
		[WATCH_REFUSED] = "refused",
		[WATCH_GAVE_UP] = "gave-up",
		[WATCH_RESTART] = "restart",
	};

	return names[why];
}

const char *
watch_sight_name(enum watch_sight sight)
{
	static const char *const names[] = {
		[WATCH_UP] = "up",
		[WATCH_ABSENT] = "absent",
		[WATCH_FAILED] = "failed",
		[WATCH_STOPPED] = "stopped",
		[WATCH_MOVING] = "moving",
		[WATCH_UNSURE] = "unsure",
	};

	return names[sight];
}

void
watch_say(char words[static WATCH_WORDS], const char *format, ...)
{
	char raw[2 * WATCH_WORDS];
	struct text text, clean;
	va_list args;

	text_init(&text, raw, sizeof(raw));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	text_init(&clean, words, WATCH_WORDS);
	text_foreign(&clean, raw, text.len, WATCH_WORDS - 4);
}

/* --- as text -------------------------------------------------------------- */

/* An empty word would not be one. */
static const char *
or_dash(const char *word)
{
	return word[0] != '\0' ? word : "-";
}

void
watch_encode(struct text *out, const struct watch *watch)
{
	text_addf(out, "watch 1\nboot %s %" PRId64 " %" PRId64 "\n",
	    or_dash(watch->boot_id), watch->saved_boot_ns,
	    watch->saved_wall_ns);
	text_addf(out, "failures %" PRIu64 " %" PRId64 " %s\n", watch->failures,
	    watch->first_failure_ns, or_dash(watch->suspect));
	text_addf(out, "series %" PRIu64 " %d %s\n", watch->series,
	    watch->pending, or_dash(watch->before));
	text_addf(out, "well %d %" PRId64 " %d\nattempts", watch->well,
	    watch->well_since_ns, watch->gave_up);
	for (size_t i = 0; i < watch->count; i++)
		text_addf(out, " %" PRId64, watch->attempts[i]);
	text_add_char(out, '\n');
}

static bool
read_within(struct span *line, int64_t least, int64_t most, int64_t *value)
{
	char digits[24];
	struct span word;
	struct err ignored;

	return span_word(line, &word) &&
	    span_copy(word, digits, sizeof(digits)) &&
	    num_i64(digits, value, &ignored) && *value >= least &&
	    *value <= most;
}

static bool
read_number(struct span *line, int64_t least, int64_t *value)
{
	return read_within(line, least, TIME_MOST, value);
}

static bool
read_count(struct span *line, int64_t most, uint64_t *value)
{
	int64_t number;

	if (!read_number(line, 0, &number) || number > most)
		return false;
	*value = (uint64_t)number;
	return true;
}

static bool
read_flag(struct span *line, bool *value)
{
	uint64_t number;

	if (!read_count(line, 1, &number))
		return false;
	*value = number != 0;
	return true;
}

static bool
read_word(struct span *line, char *to, size_t size)
{
	struct span word;

	if (!span_word(line, &word) || !span_copy(word, to, size))
		return false;
	if (strcmp(to, "-") == 0)
		to[0] = '\0';
	return true;
}

static bool
read_boot(struct span *line, struct watch *watch)
{
	return read_word(line, watch->boot_id, sizeof(watch->boot_id)) &&
	    read_number(line, 0, &watch->saved_boot_ns) &&
	    read_within(line, 0, INT64_MAX, &watch->saved_wall_ns);
}

static bool
read_failures(struct span *line, struct watch *watch)
{
	return read_count(line, UINT32_MAX, &watch->failures) &&
	    read_number(line, -TIME_MOST, &watch->first_failure_ns) &&
	    read_word(line, watch->suspect, sizeof(watch->suspect));
}

static bool
read_series(struct span *line, struct watch *watch)
{
	return read_count(line, UINT32_MAX, &watch->series) &&
	    read_flag(line, &watch->pending) &&
	    read_word(line, watch->before, sizeof(watch->before));
}

static bool
read_well(struct span *line, struct watch *watch)
{
	return read_flag(line, &watch->well) &&
	    read_number(line, -TIME_MOST, &watch->well_since_ns) &&
	    (span_trim(*line).len == 0 || read_flag(line, &watch->gave_up));
}

static bool
read_attempts(struct span *line, struct watch *watch)
{
	while (span_trim(*line).len > 0) {
		int64_t *next = &watch->attempts[watch->count];

		if (watch->count == WATCH_ATTEMPTS ||
		    !read_number(line, -TIME_MOST, next) ||
		    (watch->count > 0 && *next < next[-1]))
			return false;
		watch->count++;
	}
	return true;
}

static bool
read_version(struct span *line, struct watch *watch)
{
	uint64_t version;

	(void)watch;
	return read_count(line, 1, &version) && version == 1;
}

static const struct {
	const char *word;
	bool (*read)(struct span *line, struct watch *watch);
} lines[] = {
	{ "watch", read_version },
	{ "boot", read_boot },
	{ "failures", read_failures },
	{ "series", read_series },
	{ "well", read_well },
	{ "attempts", read_attempts },
};

#define LINES (sizeof(lines) / sizeof(lines[0]))

bool
watch_decode(struct watch *watch, const char *bytes, size_t len,
    struct err *err)
{
	struct span rest = { bytes, len };
	struct span line, word;
	size_t i;

	*watch = (struct watch){ 0 };
	for (i = 0; i < LINES; i++) {
		if (!span_line(&rest, &line) || !span_word(&line, &word) ||
		    !span_is(word, lines[i].word) ||
		    !lines[i].read(&line, watch) || span_trim(line).len > 0)
			break;
	}
	if (i == LINES && rest.len == 0)
		return true;
	*watch = (struct watch){ 0 };
	return err_set(err, ERR_PROTOCOL,
	    "the history of restarts makes no sense in line %zu", i + 1);
}
