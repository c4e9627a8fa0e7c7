/* SPDX-License-Identifier: ISC */
/* watch: words for people, and the history as lines of text, there and back. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/num.h"
#include "base/span.h"
#include "model/watch.h"

/* --- words ---------------------------------------------------------------- */

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
	return read_within(line, least, WATCH_TIME_MOST, value);
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
	    read_number(line, -WATCH_TIME_MOST, &watch->first_failure_ns) &&
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
	    read_number(line, -WATCH_TIME_MOST, &watch->well_since_ns) &&
	    (span_trim(*line).len == 0 || read_flag(line, &watch->gave_up));
}

static bool
read_attempts(struct span *line, struct watch *watch)
{
	while (span_trim(*line).len > 0) {
		int64_t *next = &watch->attempts[watch->count];

		if (watch->count == WATCH_ATTEMPTS ||
		    !read_number(line, -WATCH_TIME_MOST, next) ||
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
