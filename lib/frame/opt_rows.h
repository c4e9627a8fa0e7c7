/* SPDX-License-Identifier: ISC */
/*
 * opt_rows: all rows of a run's option tables as one list, and their names.
 *
 * For the parser and for what describes a program; a check needs opt.h alone.
 */
#ifndef FRAME_OPT_ROWS_H
#define FRAME_OPT_ROWS_H

#include "base/text.h"
#include "frame/opt.h"

#define OPT_NAME_SIZE 64 /* of a long name, the final NUL included */

/* One way to call an option: most rows have one, limits have two, positional
 * rows none. */
struct opt_form {
	const struct opt *opt;
	bool critical; /* which half of a limits pair */
	char letter;   /* 0: none */
	char name[OPT_NAME_SIZE];
};

/* Writes the forms and returns how many there are: 0, 1 or 2. */
size_t opt_forms(const struct opt *opt, struct opt_form forms[static 2]);

struct opt_row {
	const struct opt *opt;
	void *field;
	bool given; /* by the user, in a file or on the command line */
};

struct opt_rows {
	size_t count;
	struct opt_row *items;
};

/* A row and which half of its pair was meant; row NULL: no such name. */
struct opt_match {
	struct opt_row *row;
	bool critical;
};

/* The rows of all targets in their order, with those of opt_requests behind
 * them, which fill *parsed. */
bool opt_rows_make(struct opt_rows *rows, const struct opt_target *targets,
    struct opt_parsed *parsed, struct arena *arena, struct err *err);

struct opt_match opt_rows_letter(const struct opt_rows *rows, char letter);
/* The whole name counts: an abbreviation that is good today would turn
 * ambiguous with the next release's options. */
struct opt_match opt_rows_name(const struct opt_rows *rows, const char *name,
    size_t len);
/* The first row with OPT_POSITIONAL or OPT_REST; NULL when there is none. */
struct opt_row *opt_rows_flagged(const struct opt_rows *rows, unsigned flag);

/* Appends the long name that `name` is a slip of, or nothing. */
void opt_rows_nearest(const struct opt_rows *rows, const char *name, size_t len,
    struct text *out);

#endif
