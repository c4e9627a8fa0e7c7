/* SPDX-License-Identifier: ISC */
/* parse_line: a command line as a check would take it, for the tests of its
 * options. */
#ifndef TESTS_TOOLS_PARSE_LINE_H
#define TESTS_TOOLS_PARSE_LINE_H

#include <stdio.h>
#include <string.h>

#include "frame/common.h"
#include "frame/plugin.h"
#include "tests/suite.h"

#define PARSE_LINE_WORDS 32

/* Words separated by blanks, behind the program's name; into *opts, and judged
 * by validate. */
static inline bool
parse_line(const struct plugin *of, const char *line, void *opts,
    struct arena *arena, struct err *err)
{
	static struct common_opts common;
	const struct opt_target targets[] = {
		{ of->options, opts },
		{ common_options, &common },
		{ NULL, NULL },
	};
	static struct opt_parsed parsed;
	static char copy[1000];
	char *argv[PARSE_LINE_WORDS + 1] = { NULL };
	int argc = 0;

	common = (struct common_opts){ 0 };
	snprintf(copy, sizeof(copy), "%s %s", of->name, line);
	for (char *word = strtok(copy, " "); word != NULL;
	     word = strtok(NULL, " ")) {
		ck_assert_int_lt(argc, PARSE_LINE_WORDS);
		argv[argc++] = word;
	}
	return opt_parse(of->name, targets, argc, argv, arena, &parsed, err) &&
	    of->validate(opts, err);
}

/* Do the tables agree with themselves and with each other? */
static inline void
parse_line_tables(const struct plugin *of, void *opts, struct arena *arena)
{
	static struct common_opts common;
	const struct opt_target targets[] = {
		{ of->options, opts },
		{ common_options, &common },
		{ NULL, NULL },
	};
	struct err err = { .text = "" };

	ck_assert_msg(opt_check(targets, arena, &err), "%s", err.text);
}

#endif
