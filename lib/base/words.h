/* SPDX-License-Identifier: ISC */
/*
 * words: a command line cut into its words, without a shell.
 *
 * Blanks and tabs part words.  Between "..." and '...' they do not, and a
 * backslash, but for between '...', takes the next character as it is.  Nothing
 * else has a meaning: no variable, no pattern, no pipe.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define WORDS_MAX 64

/* The words, copied into the arena; a NULL ends them.  NULL with ERR_USAGE:
 * no word, too many, or a quote without its end; ERR_SYSTEM: no room. */
const char *const *words_split(const char *line, struct arena *arena,
    struct err *err);

#endif
