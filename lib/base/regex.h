/* SPDX-License-Identifier: ISC */
/*
 * regex: Perl-compatible patterns, pcre2pattern(3), over text from outside.
 *
 * The library is loaded when the first pattern is compiled.  Neither a pattern
 * nor a text can make a match endless: its work is limited, and a text that
 * needs more does not match.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct regex;

/* Matches anywhere in a text; a pattern that begins with (?i) takes upper and
 * lower case for the same.  On NULL *err is ERR_USAGE, with the character that
 * is wrong, or ERR_UNSUPPORTED. */
struct regex *regex_new(const char *pattern, struct err *err);
void regex_free(struct regex *regex); /* NULL is fine */

enum regex_outcome {
	REGEX_NO,
	REGEX_YES,
	REGEX_LIMIT, /* given up: the match would be too much work */
};

/* Bytes that are no UTF-8 match nothing in the pattern. */
enum regex_outcome regex_search(const struct regex *regex, const char *text,
    size_t len);
/* The same for whom a match that was given up is none. */
bool regex_matches(const struct regex *regex, const char *text, size_t len);

#endif
