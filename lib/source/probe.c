/* SPDX-License-Identifier: ISC */
#include "source/probe.h"

#include <string.h>

#include "source/command.h"

#define OUTPUT_MAX 65536 /* bytes that it may print */
#define WORDS_MAX 200	 /* characters that are kept of them */

static void
first_line(struct reply *output, char words[static WATCH_WORDS])
{
	struct text text;

	output->bytes[output->len] = '\0';
	text_init(&text, words, WATCH_WORDS);
	text_foreign(&text, output->bytes, strcspn(output->bytes, "\n|"),
	    WORDS_MAX);
}

bool
probe_run(const char *const argv[], int32_t *status,
    char words[static WATCH_WORDS], const struct deadline *deadline,
    struct err *err)
{
	struct command_result result = { 0 };
	struct reply output = { 0 };
	const bool ran = reply_init(&output, OUTPUT_MAX, err) &&
	    command_run(argv, &output, &result, deadline, err);

	*status = result.signal != 0 ? -result.signal : result.status;
	words[0] = '\0';
	if (ran && output.len < output.max)
		first_line(&output, words);
	if (!ran)
		command_tell_so_far(&output, &result, err);
	reply_free(&output);
	return ran;
}
