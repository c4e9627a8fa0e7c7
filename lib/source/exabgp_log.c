/* SPDX-License-Identifier: ISC */
#include "source/exabgp_log.h"

#include <string.h>

#include "base/span.h"
#include "base/text.h"
#include "source/journal.h"

#define BATCH ((size_t)64 << 10) /* bytes of messages searched at once */

/* What each version writes at its default level; NULL: nothing of the kind.
 * Source: their texts in 4.2.21 and 5.0.15, and tests/fixtures/exabgp. */
static const struct {
	const char *v42, *v50;
	bool shown; /* the last such line is kept */
} usual[EXABGP_LINES] = {
#define BOTH(text) .v42 = (text), .v50 = (text)
	[EXABGP_LINE_ADDED] = { BOTH("route added to ") },
	[EXABGP_LINE_REMOVED] = { BOTH("route removed from ") },
	/* 4.2 does so with log.packets alone. */
	[EXABGP_LINE_CLOSED] = { BOTH(", closing connection") },
	[EXABGP_LINE_INTERNAL] = { BOTH("EXABGP HAD AN INTERNAL ISSUE"), true },
	[EXABGP_LINE_CRASH] = { BOTH("EXABGP MISBEHAVED"), true },
	[EXABGP_LINE_GIVEN_UP] = { BOTH("Too many death for "), true },
	[EXABGP_LINE_NO_HELPER] = { BOTH("lost the helper process for this "
					 "peer"),
	    true },
	[EXABGP_LINE_NOT_UNDERSTOOD] = { BOTH("command from process not "
					      "understood"),
	    true },
	[EXABGP_LINE_NO_NEIGHBOR] = { BOTH("no neighbor matching the command"),
	    true },
	[EXABGP_LINE_NO_ROUTE] = { BOTH("command could not parse route"),
	    true },
	[EXABGP_LINE_INVALID] = { BOTH("invalid route for "), true },
	/* 4.2 also says it when there is nothing new to load. */
	[EXABGP_LINE_NO_RELOAD] = { .v42 = "not reloaded, no change found in "
					   "the configuration",
	    .v50 = "could not load/reload configuration",
	    true },
#undef BOTH
};

/* --- patterns ------------------------------------------------------------- */

struct search {
	struct logfollow_pattern *patterns;
	enum exabgp_line *lines; /* of each pattern; from EXABGP_LINES on the
				    user's own */
	struct regex **regexes;	 /* of each pattern; NULL: none */
	size_t count;
	struct exabgp_hits *hits;
	struct exabgp_track *track; /* or NULL */
	int64_t at_ns;
};

/* "... : 203.0.113.0/24 next-hop self" */
static void
track_route(const struct search *search, bool announced, struct span line)
{
	static const char mark[] = " : ";
	const char *at = memmem(line.at, line.len, mark, sizeof(mark) - 1);
	struct span rest, word;
	struct ip_net prefix;
	struct err ignored;
	char text[80];

	if (at == NULL)
		return;
	rest.at = at + sizeof(mark) - 1;
	rest.len = (size_t)(line.at + line.len - rest.at);
	if (span_word(&rest, &word) && span_copy(word, text, sizeof(text)) &&
	    ip_net_parse(text, &prefix, &ignored))
		exabgp_track_event(search->track, exabgp_track_key(&prefix),
		    announced, search->at_ns);
}

static void
take_line(size_t index, const char *line, size_t len, void *context)
{
	const struct search *search = context;
	const enum exabgp_line what = search->lines[index];
	struct exabgp_hits *hits = &search->hits[what];
	struct text last = TEXT_OVER(hits->last);

	hits->count++;
	if (what >= EXABGP_LINES || usual[what].shown)
		text_foreign(&last, line, len, EXABGP_LOG_TEXT);
	else if (search->track != NULL && what <= EXABGP_LINE_REMOVED)
		track_route(search, what == EXABGP_LINE_ADDED,
		    (struct span){ line, len });
}

static void
add_literal(struct search *search, enum exabgp_line what, const char *literal)
{
	search->lines[search->count] = what;
	search->patterns[search->count++] = (struct logfollow_pattern){
		.literal = literal,
		.literal_len = strlen(literal),
	};
}

/* Of a version that is not known, those of each. */
static void
add_usual(struct search *search, const char *version)
{
	const bool is_42 = strncmp(version, "4.", 2) == 0;
	const bool is_50 = strncmp(version, "5.", 2) == 0;

	for (int i = 0; i < EXABGP_LINES; i++) {
		const char *v42 = usual[i].v42, *v50 = usual[i].v50;

		if (!is_50 && v42 != NULL)
			add_literal(search, (enum exabgp_line)i, v42);
		if (!is_42 && v50 != NULL &&
		    (is_50 || v42 == NULL || strcmp(v42, v50) != 0))
			add_literal(search, (enum exabgp_line)i, v50);
	}
}

/* The user's patterns begin at `line` of the hits. */
static bool
add_own(struct search *search, size_t line, const char *const *from,
    size_t count, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct logfollow_pattern *pattern =
		    &search->patterns[search->count];
		struct regex **regex = &search->regexes[search->count];
		char literal[128];

		*regex = regex_new(from[i], err);
		if (*regex == NULL)
			return err_context(err, "pattern %s", from[i]);
		search->lines[search->count++] = (enum exabgp_line)(line + i);
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
	const size_t own = job->critical_count + job->warning_count;
	const size_t most = 2 * EXABGP_LINES + own;

	log->hit_count = EXABGP_LINES + own;
	log->hits = arena_alloc(arena, log->hit_count * sizeof(*log->hits));
	search->patterns = arena_alloc(arena, most * sizeof(*search->patterns));
	search->lines = arena_alloc(arena, most * sizeof(*search->lines));
	search->regexes = arena_alloc(arena, most * sizeof(*search->regexes));
	search->hits = log->hits;
	if (log->hits == NULL || search->patterns == NULL ||
	    search->lines == NULL || search->regexes == NULL)
		return err_set(&log->err, ERR_SYSTEM, "no memory for patterns");
	add_usual(search, job->version);
	return add_own(search, EXABGP_LINES, job->critical, job->critical_count,
		   arena, &log->err) &&
	    add_own(search, EXABGP_LINES + job->critical_count, job->warning,
		job->warning_count, arena, &log->err);
}

static void
free_search(struct search *search)
{
	for (size_t i = 0; i < search->count; i++)
		regex_free(search->regexes[i]);
}

/* --- a file --------------------------------------------------------------- */

static bool
read_file(const struct exabgp_log_job *job, struct search *search,
    struct exabgp_log *log, struct text *mark, const struct deadline *deadline)
{
	struct logfollow_job follow = { .path = job->path,
		.files = job->files,
		.patterns = search->patterns,
		.pattern_count = search->count,
		.sink = take_line,
		.context = search };
	struct logfollow_mark from;
	struct logfollow_seen seen;

	if (logfollow_mark_decode(&from, span_of(job->from)))
		follow.from = &from;
	if (!logfollow_read(&follow, &seen, deadline, &log->err))
		return false;
	log->bytes = seen.bytes;
	log->first = seen.first;
	log->behind = seen.behind;
	log->lost = seen.lost;
	log->compressed = seen.compressed;
	log->cut_lines = seen.cut_lines;
	logfollow_mark_encode(&seen.mark, mark);
	return true;
}

/* --- the journal ---------------------------------------------------------- */

/* Messages as lines, searched when there are many. */
struct batch {
	const struct logfollow_job *job;
	char *bytes; /* BATCH */
	size_t len;
};

static void
search_batch(struct batch *batch)
{
	logfollow_scan(batch->job, batch->bytes, batch->len);
	batch->len = 0;
}

/* A message of many lines stays one. */
static void
take_message(const char *message, size_t len, void *context)
{
	struct batch *batch = context;

	if (len >= BATCH)
		len = BATCH - 1;
	if (batch->len + len + 1 > BATCH)
		search_batch(batch);
	for (size_t i = 0; i < len; i++)
		batch->bytes[batch->len++] =
		    message[i] != '\n' ? message[i] : ' ';
	batch->bytes[batch->len++] = '\n';
}

static bool
read_journal(const struct exabgp_log_job *job, struct search *search,
    struct exabgp_log *log, struct text *mark, struct arena *arena,
    const struct deadline *deadline)
{
	const struct logfollow_job scan = { .patterns = search->patterns,
		.pattern_count = search->count,
		.sink = take_line,
		.context = search };
	struct batch batch = { .job = &scan,
		.bytes = arena_alloc(arena, BATCH) };
	const struct journal_job read = { .directory = job->directory,
		.unit = job->unit,
		.cursor = job->from,
		.sink = take_message,
		.context = &batch };
	struct journal_seen seen;

	if (batch.bytes == NULL)
		return err_set(&log->err, ERR_SYSTEM,
		    "no memory for the journal");
	if (!journal_read(&read, &seen, deadline, &log->err))
		return false;
	search_batch(&batch);
	log->bytes = seen.bytes;
	log->first = seen.first;
	log->behind = seen.behind;
	log->lost = seen.lost;
	text_add(mark, seen.cursor);
	return true;
}

/* --- both ----------------------------------------------------------------- */

bool
exabgp_log_read(const struct exabgp_log_job *job, struct exabgp_log *log,
    struct text *mark, struct arena *arena, const struct deadline *deadline)
{
	struct search search = { .track = job->track, .at_ns = job->at_ns };

	log->known = make_search(&search, job, log, arena) &&
	    (job->unit != NULL
		    ? read_journal(job, &search, log, mark, arena, deadline)
		    : read_file(job, &search, log, mark, deadline));
	free_search(&search);
	/* Where it was read to is not forgotten meanwhile. */
	if (!log->known)
		text_add(mark, job->from);
	return log->known;
}

void
exabgp_log_scan(const char *version, const char *bytes, size_t len,
    struct exabgp_hits hits[static EXABGP_LINES])
{
	struct logfollow_pattern patterns[2 * EXABGP_LINES] = { 0 };
	enum exabgp_line lines[2 * EXABGP_LINES];
	struct search search = { .patterns = patterns,
		.lines = lines,
		.hits = hits };
	struct logfollow_job job = { .patterns = patterns,
		.sink = take_line,
		.context = &search };

	add_usual(&search, version);
	job.pattern_count = search.count;
	logfollow_scan(&job, bytes, len);
}
