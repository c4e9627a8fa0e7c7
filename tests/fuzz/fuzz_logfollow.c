/* SPDX-License-Identifier: ISC */
/* Lines to search, marks, and patterns whose literal must be in every match:
 * the first line is the pattern. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/logfollow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(size_t pattern, const char *line, size_t len, void *context)
{
	const char *literal = context;

	(void)pattern;
	if (memchr(line, '\n', len) != NULL ||
	    memmem(line, len, literal, strlen(literal)) == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, line;
	char pattern[80], literal[128], wrote_room[200];
	struct text wrote = TEXT_OVER(wrote_room);
	struct logfollow_mark mark, back;
	struct err err;

	if (!span_line(&rest, &line))
		return 0;
	if (logfollow_mark_decode(&mark, line)) {
		logfollow_mark_encode(&mark, &wrote);
		if (!logfollow_mark_decode(&back, span_of(wrote.data)) ||
		    memcmp(&mark, &back, sizeof(mark)) != 0)
			abort();
	}
	if (!span_copy(line, pattern, sizeof(pattern)) ||
	    !logfollow_literal(pattern, literal, sizeof(literal)))
		return 0;
	/* All lines are searched, and the sink looks for the literal. */
	struct regex *regex = regex_new(pattern, &err);
	const struct logfollow_pattern one = { .regex = regex };
	const struct logfollow_job job = { .patterns = &one,
		.pattern_count = 1,
		.sink = check_line,
		.context = literal };
	if (regex != NULL)
		logfollow_scan(&job, rest.at, rest.len);
	regex_free(regex);
	return 0;
}
