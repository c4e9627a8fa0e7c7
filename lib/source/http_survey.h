/* SPDX-License-Identifier: ISC */
/*
 * http_survey: every address of every URL asked, and what each answered.
 *
 * Resolves, pins a probe to each address, runs them together, and searches the
 * patterns while a body is at hand: what is kept is their outcome.
 */
#ifndef SOURCE_HTTP_SURVEY_H
#define SOURCE_HTTP_SURVEY_H

#include "base/regex.h"
#include "model/http_seen.h"
#include "source/http.h"
#include "source/resolve.h"

struct http_plan {
	struct http_request request;
	const struct http_target *targets;
	size_t target_count;
	const struct http_pattern *patterns;
	size_t pattern_count;
	/* Instead of what the names resolve to. */
	const struct ip *overrides;
	size_t override_count;
	enum ip_family only;
	enum http_addresses addresses;
	size_t parallel;
	int64_t each_ns; /* 0: as long as the deadline allows */
};

/* Called when another probe is finished: survey->finished has grown. */
typedef void http_survey_progress(void *context);

/*
 * Fills *survey, in the arena.  On false (with *err) we could not look: a URL
 * or pattern that is none, no library, no memory.  Whatever was not done at the
 * deadline is HTTP_UNSTARTED, or not resolved.
 */
bool http_survey_run(struct http_survey *survey, const struct http_plan *plan,
    struct arena *arena, const struct deadline *deadline,
    http_survey_progress *progress, void *context, struct err *err);

#endif
