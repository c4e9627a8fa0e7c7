/* SPDX-License-Identifier: ISC */
/*
 * opt_lines: a file that lists things one a line, as options name them.
 *
 * Blank lines and what follows a '#' at the start of a line or behind a blank
 * are left out; blanks around a line, too.
 */
#ifndef FRAME_OPT_LINES_H
#define FRAME_OPT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct opt_line {
	unsigned number; /* in the file, from 1 */
	char *text;	 /* in the arena; may be written to */
};

struct opt_lines {
	struct opt_line *items;
	size_t count;
};

/* "-" is standard input.  On false *err says why, without the path. */
bool opt_lines_read(const char *path, struct arena *arena,
    struct opt_lines *lines, struct err *err);

/* Of what the lines say: neither comments nor blanks around them count. */
uint64_t opt_lines_hash(const struct opt_lines *lines);

#endif
