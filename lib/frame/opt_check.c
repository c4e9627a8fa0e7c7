/* SPDX-License-Identifier: ISC */
/* Are the tables sound?  Asked by tests, of each program. */
#include <ctype.h>
#include <string.h>

#include "frame/opt.h"
#include "frame/opt_rows.h"

static bool
long_name(const char *name)
{
	const size_t len = strlen(name);

	return len >= 2 && len + 1 < OPT_NAME_SIZE && islower(name[0]) &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static bool
check_row(const struct opt *opt, struct err *err)
{
	const bool words = opt->flags & (OPT_POSITIONAL | OPT_REST);
	const bool pair = opt->type->pair && !*opt->name;
	const size_t help_len = opt->help ? strlen(opt->help) : 0;

	if (!words && !pair && !long_name(opt->name))
		return err_set(err, ERR_USAGE, "bad name: %s", opt->name);
	if (opt->letter && !isalnum((unsigned char)opt->letter))
		return err_set(err, ERR_USAGE, "%s: bad letter", opt->name);
	if (!help_len || opt->help[help_len - 1] == '.')
		return err_set(err, ERR_USAGE, "%s: bad help", opt->name);
	if ((opt->type == &opt_type_word || opt->type == &opt_type_choice) &&
	    !opt->words)
		return err_set(err, ERR_USAGE, "%s: no words", opt->name);
	return true;
}

/* Each form must be found where it stands, not in an earlier row. */
static bool
check_found(const struct opt_rows *rows, const struct opt *opt, struct err *err)
{
	struct opt_form forms[2];
	const size_t n = opt_forms(opt, forms);

	for (size_t i = 0; i < n; i++) {
		const struct opt_form *f = &forms[i];

		if (opt_rows_name(rows, f->name, strlen(f->name)).row->opt !=
		    opt)
			return err_set(err, ERR_USAGE, "--%s: twice", f->name);
		if (f->letter &&
		    opt_rows_letter(rows, f->letter).row->opt != opt)
			return err_set(err, ERR_USAGE, "-%c: twice", f->letter);
	}
	return true;
}

/* What a word that stands alone is about tells one run's memory from another's,
 * by whatever option it is given. */
static bool
check_identity(const struct opt_rows *rows, const struct opt_row *row,
    struct err *err)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct opt_row *other = &rows->items[i];

		if (other->opt->flags & (OPT_POSITIONAL | OPT_GUESS) &&
		    other->field == row->field &&
		    !(row->opt->flags & OPT_IDENTITY))
			return err_set(err, ERR_USAGE,
			    "%s: not part of the identity", row->opt->name);
	}
	return true;
}

/* No arguments: only the presets are parsed, and what is required is missed
 * after them. */
static bool
check_presets(const struct opt_target *targets, struct arena *arena,
    struct err *err)
{
	static char name[] = "test";
	char *argv[] = { name, NULL };
	struct opt_parsed parsed;

	if (opt_parse(name, targets, 1, argv, arena, &parsed, err))
		return true;
	return strstr(err->text, " is required");
}

bool
opt_check(const struct opt_target *targets, struct arena *arena,
    struct err *err)
{
	struct opt_parsed parsed;
	struct opt_rows rows;

	if (!opt_rows_make(&rows, targets, &parsed, arena, err))
		return false;
	for (size_t i = 0; i < rows.count; i++)
		if (!check_row(rows.items[i].opt, err) ||
		    !check_found(&rows, rows.items[i].opt, err) ||
		    !check_identity(&rows, &rows.items[i], err))
			return false;
	return check_presets(targets, arena, err);
}
