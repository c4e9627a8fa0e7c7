/* SPDX-License-Identifier: ISC */
#include "source/exabgp_log.h"

#include <string.h>

#include "base/text.h"

/* The texts are the same in 4.2.21 and 5.0.15; what differs is what is written
 * by default: 4.2 says nothing of a session that was lost. */
static const struct {
	const char *literal;
	bool shown; /* the last such line is kept */
} usual[EXABGP_LINES] = {
	[EXABGP_LINE_ADDED] = { "route added to ", false },
	[EXABGP_LINE_REMOVED] = { "route removed from ", false },
	[EXABGP_LINE_CLOSED] = { ", closing connection", false },
	[EXABGP_LINE_INTERNAL] = { "EXABGP HAD AN INTERNAL ISSUE", true },
	[EXABGP_LINE_CRASH] = { "EXABGP MISBEHAVED", true },
	[EXABGP_LINE_GIVEN_UP] = { "Too many death for ", true },
	[EXABGP_LINE_NO_HELPER] = { "lost the helper process for this peer",
	    true },
	[EXABGP_LINE_NOT_UNDERSTOOD] = { "command from process not understood",
	    true },
	[EXABGP_LINE_NO_NEIGHBOR] = { "no neighbor matching the command",
	    true },
	[EXABGP_LINE_NO_ROUTE] = { "command could not parse route", true },
	[EXABGP_LINE_INVALID] = { "invalid route for ", true },
};

/* --- patterns ------------------------------------------------------------- */

struct search {
	struct logfollow_pattern *patterns;
	struct regex **regexes; /* of each pattern; NULL: none */
	size_t count;
	struct exabgp_hits *hits;
};

static void
take_line(size_t index, const char *line, size_t len, void *context)
{
	const struct search *search = context;
	struct exabgp_hits *hits = &search->hits[index];
	struct text last = TEXT_OVER(hits->last);

	hits->count++;
	if (index >= EXABGP_LINES || usual[index].shown)
		text_foreign(&last, line, len, EXABGP_LOG_TEXT);
}

static void
add_usual(struct search *search)
{
	for (size_t i = 0; i < EXABGP_LINES; i++)
		search->patterns[search->count++] = (struct logfollow_pattern){
			.literal = usual[i].literal,
			.literal_len = strlen(usual[i].literal),
		};
}

static bool
add_own(struct search *search, const char *const *from, size_t count,
    struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct logfollow_pattern *pattern =
		    &search->patterns[search->count];
		struct regex **regex = &search->regexes[search->count];
		char literal[128];

		*regex = regex_new(from[i], err);
		if (*regex == NULL)
			return err_context(err, "pattern %s", from[i]);
		search->count++;
		pattern->regex = *regex;
		if (!logfollow_literal(from[i], literal, sizeof(literal)))
			continue;
		pattern->literal_len = strlen(literal);
		pattern->literal =
		    arena_string(arena, literal, pattern->literal_len);
	}
	return true;
}

static bool
make_search(struct search *search, const struct exabgp_log_job *job,
    struct exabgp_log *log, struct arena *arena)
{
	log->hit_count =
	    EXABGP_LINES + job->critical_count + job->warning_count;
	log->hits = arena_alloc(arena, log->hit_count * sizeof(*log->hits));
	search->patterns =
	    arena_alloc(arena, log->hit_count * sizeof(*search->patterns));
	search->regexes =
	    arena_alloc(arena, log->hit_count * sizeof(*search->regexes));
	search->hits = log->hits;
	if (log->hits == NULL || search->patterns == NULL ||
	    search->regexes == NULL)
		return err_set(&log->err, ERR_SYSTEM, "no memory for patterns");
	add_usual(search);
	return add_own(search, job->critical, job->critical_count, arena,
		   &log->err) &&
	    add_own(search, job->warning, job->warning_count, arena, &log->err);
}

static void
free_search(struct search *search)
{
	for (size_t i = 0; i < search->count; i++)
		regex_free(search->regexes[i]);
}

/* --- reading -------------------------------------------------------------- */

bool
exabgp_log_read(const struct exabgp_log_job *job, struct exabgp_log *log,
    struct logfollow_seen *seen, struct text *mark, struct arena *arena,
    const struct deadline *deadline)
{
	struct search search = { .count = 0 };
	struct logfollow_mark from;
	struct logfollow_job follow = { .path = job->path,
		.files = job->files,
		.sink = take_line,
		.context = &search };

	if (logfollow_mark_decode(&from, span_of(job->from)))
		follow.from = &from;
	if (make_search(&search, job, log, arena)) {
		follow.patterns = search.patterns;
		follow.pattern_count = search.count;
		log->known = logfollow_read(&follow, seen, deadline, &log->err);
	}
	free_search(&search);
	if (log->known) {
		log->bytes = seen->bytes;
		logfollow_mark_encode(&seen->mark, mark);
	} else {
		/* Where it was read to is not forgotten meanwhile. */
		text_add(mark, job->from);
	}
	return log->known;
}

void
exabgp_log_scan(const char *bytes, size_t len,
    struct exabgp_hits hits[static EXABGP_LINES])
{
	struct logfollow_pattern patterns[EXABGP_LINES] = { 0 };
	struct search search = { .patterns = patterns, .hits = hits };
	struct logfollow_job job = { .patterns = patterns,
		.pattern_count = EXABGP_LINES,
		.sink = take_line,
		.context = &search };

	add_usual(&search);
	logfollow_scan(&job, bytes, len);
}
