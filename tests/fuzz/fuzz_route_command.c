/* SPDX-License-Identifier: ISC */
/* A command's output, judged by the prefix itself and by patterns; and a
 * command line. */
#include <stdint.h>

#include "base/words.h"
#include "source/route_command.h"
#include "tests/fuzz/route_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_output(const char *bytes, size_t size)
{
	static const char *const match[] = { "^B.*{prefix}" };
	static const char *const no_match[] = { "not in table" };
	struct route_command command = { .matches = match };

	for (unsigned way = 0; way < 4; way++)
		for (size_t i = 0; i < fuzz_question.count; i++) {
			struct err err = { 0 };

			command.no_matches = no_match;
			command.match_count = way & 1;
			command.no_match_count = way >> 1;
			if (route_command_parse(&command, &fuzz_prefixes[i],
				bytes, size, &err) == ROUTE_UNSEEN)
				must(err.kind != ERR_NONE && *err.text);
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[500];
	const size_t len = size < sizeof(line) - 1 ? size : sizeof(line) - 1;
	const char *const *words;
	struct route_view view;
	struct err err = { 0 };

	check_output((const char *)data, size);
	if (len > 0)
		memcpy(line, data, len);
	line[len] = '\0';
	fresh_view(&view);
	words = words_split(line, view.arena, &err);
	must(words != NULL ? words[0] != NULL : err.kind != ERR_NONE);
	for (size_t i = 0, all = 0; words != NULL && words[i] != NULL; i++) {
		all += strlen(words[i]);
		must(i < WORDS_MAX && all <= len);
	}
	return 0;
}
