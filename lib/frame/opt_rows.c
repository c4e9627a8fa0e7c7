/* SPDX-License-Identifier: ISC */
#include "frame/opt_rows.h"

#include <string.h>

static const char *const halves[] = { "warning", "critical" };

static bool
is_word(const struct opt *opt)
{
	return opt->flags & (OPT_POSITIONAL | OPT_REST);
}

static void
name_half(struct opt_form *form)
{
	const char *half = halves[form->critical];
	struct text name;

	text_init(&name, form->name, sizeof(form->name));
	if (*form->opt->name)
		text_addf(&name, "%s-", form->opt->name);
	else
		form->letter = *half;
	text_add(&name, half);
}

size_t
opt_forms(const struct opt *opt, struct opt_form forms[static 2])
{
	struct text name;

	if (is_word(opt))
		return 0;
	if (opt->type->pair) {
		for (int i = 0; i < 2; i++) {
			forms[i] =
			    (struct opt_form){ .opt = opt, .critical = i };
			name_half(&forms[i]);
		}
		return 2;
	}
	forms[0] = (struct opt_form){ .opt = opt, .letter = opt->letter };
	text_init(&name, forms[0].name, sizeof(forms[0].name));
	text_add(&name, opt->name);
	return 1;
}

/* --- the list ------------------------------------------------------------- */

static size_t
table_rows(const struct opt *table)
{
	size_t n = 0;

	while (table[n].name)
		n++;
	return n;
}

static void
add_table(struct opt_rows *rows, const struct opt *table, void *fields)
{
	for (const struct opt *opt = table; opt->name; opt++)
		rows->items[rows->count++] = (struct opt_row){ .opt = opt,
			.field = (char *)fields + opt->offset };
}

bool
opt_rows_make(struct opt_rows *rows, const struct opt_target *targets,
    struct opt_parsed *parsed, struct arena *arena, struct err *err)
{
	size_t n = table_rows(opt_requests);

	for (const struct opt_target *t = targets; t->table; t++)
		n += table_rows(t->table);
	*rows = (struct opt_rows){ 0 };
	rows->items = arena_alloc(arena, n * sizeof(*rows->items));
	if (!rows->items)
		return err_set(err, ERR_SYSTEM, "no memory for %zu options", n);
	for (const struct opt_target *t = targets; t->table; t++)
		add_table(rows, t->table, t->fields);
	add_table(rows, opt_requests, parsed);
	return true;
}

/* --- finding -------------------------------------------------------------- */

struct opt_match
opt_rows_letter(const struct opt_rows *rows, char letter)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct opt_row *row = &rows->items[i];
		const bool pair = row->opt->type->pair && !*row->opt->name;

		if (is_word(row->opt))
			continue;
		if (pair && (letter == 'w' || letter == 'c'))
			return (struct opt_match){ row, letter == 'c' };
		if (row->opt->letter && row->opt->letter == letter)
			return (struct opt_match){ row, false };
	}
	return (struct opt_match){ 0 };
}

static bool
same(const char *string, const char *name, size_t len)
{
	return strlen(string) == len && memcmp(string, name, len) == 0;
}

static bool
is_half(const struct opt *opt, const char *half, const char *name, size_t len)
{
	const size_t stem = strlen(opt->name);

	if (!stem)
		return same(half, name, len);
	return len > stem + 1 && memcmp(opt->name, name, stem) == 0 &&
	    name[stem] == '-' && same(half, name + stem + 1, len - stem - 1);
}

struct opt_match
opt_rows_name(const struct opt_rows *rows, const char *name, size_t len)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct opt_row *row = &rows->items[i];
		const struct opt *opt = row->opt;

		if (is_word(opt))
			continue;
		if (!opt->type->pair && same(opt->name, name, len))
			return (struct opt_match){ row, false };
		for (int half = 0; opt->type->pair && half < 2; half++)
			if (is_half(opt, halves[half], name, len))
				return (struct opt_match){ row, half };
	}
	return (struct opt_match){ 0 };
}

struct opt_row *
opt_rows_flagged(const struct opt_rows *rows, unsigned flag)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->items[i].opt->flags & flag)
			return &rows->items[i];
	return NULL;
}

/* --- the nearest name ----------------------------------------------------- */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many characters must be added, left out, changed or swapped with their
 * neighbour to turn one name into the other (optimal string alignment).  Both
 * are shorter than OPT_NAME_SIZE.
 */
static size_t
distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t table[3][OPT_NAME_SIZE];

	for (size_t j = 0; j <= b_len; j++)
		table[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *now = table[i % 3];
		const size_t *last = table[(i + 2) % 3];
		const size_t *before = table[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			const bool equal = a[i - 1] == b[j - 1];

			now[j] = least(least(last[j], now[j - 1]) + 1,
			    last[j - 1] + !equal);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return table[a_len % 3][b_len];
}

/* A name that was only begun is as good as one slip. */
static size_t
slips(const char *typed, size_t len, const char *name)
{
	const size_t name_len = strlen(name);

	if (len >= 2 && len < name_len && memcmp(typed, name, len) == 0)
		return 1;
	return distance(typed, len, name, name_len);
}

void
opt_rows_nearest(const struct opt_rows *rows, const char *name, size_t len,
    struct text *out)
{
	struct opt_form forms[2], best = { 0 };
	size_t fewest = len / 3 + 2; /* more slips than that are another word */

	if (len == 0 || len >= OPT_NAME_SIZE)
		return;
	for (size_t i = 0; i < rows->count; i++) {
		const size_t n = opt_forms(rows->items[i].opt, forms);

		for (size_t f = 0; f < n; f++) {
			const size_t d = slips(name, len, forms[f].name);

			if (d < fewest) {
				fewest = d;
				best = forms[f];
			}
		}
	}
	text_add(out, best.name);
}
