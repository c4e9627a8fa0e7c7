/* SPDX-License-Identifier: ISC */
/* A command's output, judged by the prefix itself and by patterns. */
#include <stdint.h>

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
	check_output((const char *)data, size);
	return 0;
}
