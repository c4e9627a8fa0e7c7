/* SPDX-License-Identifier: ISC */
#include "model/perfdata.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define WORD 128 /* bytes of a number with its unit, the final NUL included */
#define FIELDS 5 /* value, warn, crit, min, max */

static const struct {
	const char *uom;
	enum perfdata_unit unit;
	double factor;
} units[] = {
	{ "", PERFDATA_PLAIN, 1 },
	{ "%", PERFDATA_PERCENT, 1 },
	{ "c", PERFDATA_COUNTER, 1 },
	{ "s", PERFDATA_SECONDS, 1 },
	{ "ms", PERFDATA_SECONDS, 1e-3 },
	{ "us", PERFDATA_SECONDS, 1e-6 },
	{ "\xc2\xb5s", PERFDATA_SECONDS, 1e-6 }, /* the sign micro */
	{ "\xce\xbcs", PERFDATA_SECONDS, 1e-6 }, /* the letter mu */
	{ "ns", PERFDATA_SECONDS, 1e-9 },
	{ "m", PERFDATA_SECONDS, 60 },
	{ "min", PERFDATA_SECONDS, 60 },
	{ "h", PERFDATA_SECONDS, 3600 },
	{ "d", PERFDATA_SECONDS, 86400 },
	{ "B", PERFDATA_BYTES, 1 },
	{ "KB", PERFDATA_BYTES, 1e3 },
	{ "kB", PERFDATA_BYTES, 1e3 },
	{ "MB", PERFDATA_BYTES, 1e6 },
	{ "GB", PERFDATA_BYTES, 1e9 },
	{ "TB", PERFDATA_BYTES, 1e12 },
	{ "PB", PERFDATA_BYTES, 1e15 },
	{ "KiB", PERFDATA_BYTES, 1024 },
	{ "MiB", PERFDATA_BYTES, 1048576 },
	{ "GiB", PERFDATA_BYTES, 1073741824 },
	{ "TiB", PERFDATA_BYTES, 1099511627776 },
	{ "PiB", PERFDATA_BYTES, 1125899906842624 },
};

#define UNITS (sizeof(units) / sizeof(units[0]))

/* --- numbers -------------------------------------------------------------- */

/* Characters of a decimal with an optional exponent at the start; 0: none.
 * strtod(3) takes more than that: "inf", "nan", "0x1p3". */
static size_t
number_span(const char *string)
{
	static const char digits[] = "0123456789";
	size_t at = *string == '-' || *string == '+';
	const size_t whole = strspn(string + at, digits);
	size_t part = 0, exponent;

	at += whole;
	if (string[at] == '.') {
		part = strspn(string + at + 1, digits);
		at += 1 + part;
	}
	if (whole + part == 0)
		return 0;
	if (string[at] != 'e' && string[at] != 'E')
		return at;
	exponent = at + 1 + (string[at + 1] == '-' || string[at + 1] == '+');
	return strspn(string + exponent, digits)
	    ? exponent + strspn(string + exponent, digits)
	    : at;
}

/* Sets the value behind its sign and unit; false: it is no number. */
static bool
take_number(const char *word, double *value, const char **unit)
{
	const size_t len = number_span(word);
	char copy[WORD];

	if (len == 0)
		return false;
	memcpy(copy, word, len);
	copy[len] = '\0';
	*value = strtod(copy, NULL);
	*unit = word + len;
	return isfinite(*value);
}

/* "1,5" and "0x10" are no numbers with a unit, whatever they were meant to be.
 */
static bool
is_unit(const char *string)
{
	for (; *string; string++)
		if (!isalpha((unsigned char)*string) &&
		    !strchr("%/", *string) && (unsigned char)*string < 0x80)
			return false;
	return true;
}

/* A minimum or a maximum, in the value's unit: some repeat it, it is ignored.
 */
static double
take_bound(const char *word, double factor, double none)
{
	const char *unit;
	double value;

	return take_number(word, &value, &unit) ? value * factor : none;
}

/* A threshold that is no range is none: the plugin has judged already. */
static struct range
take_range(const char *word, double factor)
{
	struct range range = { 0 };
	struct err ignored;

	if (!*word || !range_parse(word, &range, &ignored))
		return (struct range){ 0 };
	range.start *= factor;
	range.end *= factor;
	return range;
}

/* --- one datum ------------------------------------------------------------ */

struct cursor {
	const char *at, *end;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Up to the next blank. */
static void
skip_word(struct cursor *in)
{
	while (in->at < in->end && !is_blank(*in->at))
		in->at++;
}

/* Behind the label and its '='; false: there is none. */
static bool
take_label(struct cursor *in, struct text *label)
{
	const bool quoted = *in->at == '\'';

	for (in->at += quoted; in->at < in->end; in->at++) {
		if (quoted && *in->at == '\'') {
			in->at++;
			if (in->at == in->end || *in->at != '\'')
				break;
		} else if (!quoted && (*in->at == '=' || is_blank(*in->at))) {
			break;
		}
		text_add_char(label, *in->at ? *in->at : '?');
	}
	if (in->at == in->end || *in->at != '=' || label->len == 0)
		return false;
	in->at++;
	return true;
}

/* The fields between ';' up to a blank, each as a string. */
static void
take_fields(struct cursor *in, char fields[static FIELDS][WORD])
{
	for (size_t i = 0; i < FIELDS; i++) {
		struct text field;

		text_init(&field, fields[i], WORD);
		while (
		    in->at < in->end && !is_blank(*in->at) && *in->at != ';') {
			text_add_char(&field, *in->at ? *in->at : '?');
			in->at++;
		}
		if (field.cut)
			text_init(&field, fields[i], WORD);
		if (in->at < in->end && *in->at == ';')
			in->at++;
	}
	skip_word(in);
}

static bool
make_datum(char fields[static FIELDS][WORD], struct perfdata *datum)
{
	const char *unit;
	double factor = 1;

	if (!take_number(fields[0], &datum->value, &unit) || !is_unit(unit))
		return false;
	datum->unit = PERFDATA_PLAIN;
	for (size_t i = 0; i < UNITS; i++) {
		if (strcmp(units[i].uom, unit) != 0)
			continue;
		datum->unit = units[i].unit;
		factor = units[i].factor;
	}
	datum->value *= factor;
	datum->limits.warning = take_range(fields[1], factor);
	datum->limits.critical = take_range(fields[2], factor);
	datum->min = take_bound(fields[3], factor, -INFINITY);
	datum->max = take_bound(fields[4], factor, INFINITY);
	return isfinite(datum->value);
}

/* The word that begins at `start`, in a sentence.  Always PERFDATA_SKIPPED. */
static enum perfdata_got
skip(struct cursor *in, const char *start, const char *why, struct err *err)
{
	char room[128];
	struct text word = TEXT_OVER(room);

	if (in->at == start)
		skip_word(in);
	text_foreign(&word, start, (size_t)(in->at - start), 30);
	err_set(err, ERR_PROTOCOL, "no perfdata: %s %s", word.data, why);
	return PERFDATA_SKIPPED;
}

static enum perfdata_got
take_datum(struct cursor *in, struct perfdata *datum, struct err *err)
{
	const char *const start = in->at;
	char fields[FIELDS][WORD];
	struct text label;

	text_init(&label, datum->label, sizeof(datum->label));
	if (!take_label(in, &label)) {
		skip_word(in);
		return skip(in, start, "has no label and value", err);
	}
	take_fields(in, fields);
	if (label.cut)
		return skip(in, start, "has too long a label", err);
	if (strcmp(fields[0], "U") == 0)
		return PERFDATA_END;
	if (!make_datum(fields, datum))
		return skip(in, start, "has no number", err);
	return PERFDATA_DATUM;
}

enum perfdata_got
perfdata_next(const char **bytes, size_t *len, struct perfdata *datum,
    struct err *err)
{
	struct cursor in = { .at = *bytes, .end = *bytes + *len };
	enum perfdata_got got = PERFDATA_END;

	/* What is undetermined gives nothing, and the search goes on. */
	while (got == PERFDATA_END) {
		while (in.at < in.end && is_blank(*in.at))
			in.at++;
		if (in.at == in.end)
			break;
		got = take_datum(&in, datum, err);
	}
	*bytes = in.at;
	*len = (size_t)(in.end - in.at);
	return got;
}

/* --- a whole output ------------------------------------------------------- */

static struct perfdata_piece
after_bar(const char *start, const char *end)
{
	const char *bar =
	    start < end ? memchr(start, '|', (size_t)(end - start)) : NULL;

	if (!bar)
		return (struct perfdata_piece){ end, 0 };
	return (struct perfdata_piece){ bar + 1, (size_t)(end - bar - 1) };
}

void
perfdata_find(const char *output, size_t len,
    struct perfdata_piece pieces[static 2])
{
	const char *const end = output + len;
	const char *first = memchr(output, '\n', len);

	if (!first)
		first = end;
	pieces[0] = after_bar(output, first);
	pieces[1] = after_bar(first, end);
}
