/* SPDX-License-Identifier: ISC */
#include "model/range.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

/* --- from text ------------------------------------------------------------ */

/* Where the parser stands. */
struct scan {
	const char *string;
	size_t at;
};

struct bound {
	bool given;
	double value;
};

static const char example[] = "a range such as 10, 10:20, ~:10 or @10:20";

static bool
unexpected(const struct scan *scan, const char *expected, struct err *err)
{
	return num_unexpected(err, scan->string, scan->at, expected);
}

/* Takes the character, if it is the next one. */
static bool
take(struct scan *scan, char c)
{
	if (scan->string[scan->at] != c)
		return false;
	scan->at++;
	return true;
}

/* Takes a number, if there is one.  False: there is one that is too long. */
static bool
take_bound(struct scan *scan, struct bound *bound, struct err *err)
{
	const char *from = scan->string + scan->at;
	const size_t len = num_decimal_span(from);
	char number[NUM_DECIMAL_MAX + 1] = "";

	if (len == 0)
		return true;
	if (len > NUM_DECIMAL_MAX)
		return err_set(err, ERR_USAGE,
		    "the number at character %zu is longer than %d characters",
		    scan->at + 1, NUM_DECIMAL_MAX);
	memcpy(number, from, len);
	scan->at += len;
	bound->given = true;
	return num_decimal(number, &bound->value, err);
}

static bool
take_start(struct scan *scan, struct bound *start, struct err *err)
{
	if (!take(scan, '~'))
		return take_bound(scan, start, err);
	if (scan->string[scan->at] != ':')
		return unexpected(scan,
		    "a colon: ~ is a start without limit, as in ~:10", err);
	*start = (struct bound){ .given = true, .value = -INFINITY };
	return true;
}

/* What follows the last number, or the colon, and should not. */
static bool
refuse_rest(const struct scan *scan, struct err *err)
{
	static const struct {
		char c;
		const char *expected;
	} rows[] = {
		{ ',', "a point as decimal sign" },
		{ '.', "digits behind the point" },
		{ ':', "one colon at most" },
		{ '~', "~ before the colon only: an empty end has no limit" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (scan->string[scan->at] == rows[i].c)
			return unexpected(scan, rows[i].expected, err);
	return unexpected(scan,
	    scan->string[scan->at - 1] == ':'
		? "a number or nothing behind the colon"
		: "the end of a plain number, without unit or exponent",
	    err);
}

/* "-5" says 0 to -5 and was meant as "alert above -5". */
static bool
refuse_order(const struct range *range, bool start_given, struct err *err)
{
	const char *at_sign = range->inside ? "@" : "";
	char start_room[NUM_DECIMAL_MAX + 8], end_room[NUM_DECIMAL_MAX + 8];
	struct text start = TEXT_OVER(start_room), end = TEXT_OVER(end_room);

	num_format(&start, range->start);
	num_format(&end, range->end);
	if (start_given)
		return err_set(err, ERR_USAGE,
		    "start %s at character %d is above end %s: use %s%s:%s",
		    start.data, 1 + range->inside, end.data, at_sign, end.data,
		    start.data);
	return err_set(err, ERR_USAGE,
	    "start 0, implied at character %d, is above end %s: use %s~:%s",
	    1 + range->inside, end.data, at_sign, end.data);
}

bool
range_parse(const char *string, struct range *range, struct err *err)
{
	struct scan scan = { .string = string };
	struct range read = { .set = true };
	struct bound start = { 0 }, end = { 0 };

	read.inside = take(&scan, '@');
	if (!take_start(&scan, &start, err))
		return false;
	if (take(&scan, ':')) {
		if (!take_bound(&scan, &end, err))
			return false;
	} else {
		end = start;
		start = (struct bound){ 0 };
	}
	if (!start.given && !end.given)
		return unexpected(&scan, example, err);
	if (scan.string[scan.at] != '\0')
		return refuse_rest(&scan, err);
	read.start = start.given ? start.value : 0;
	read.end = end.given ? end.value : INFINITY;
	if (read.start > read.end)
		return refuse_order(&read, start.given, err);
	*range = read;
	return true;
}

/* --- its meaning ---------------------------------------------------------- */

bool
range_alerts(const struct range *range, double value)
{
	const bool within = value >= range->start && value <= range->end;

	return range->set && within == range->inside;
}

/* --- and back ------------------------------------------------------------- */

bool
range_is_plain(const struct range *range)
{
	/* "~:-5" as "-5" could not be read back: 0 would be its start. */
	return range->set && !range->inside && range->end >= 0 &&
	    range->end < INFINITY &&
	    (range->start == 0 || range->start == -INFINITY);
}

void
range_format(struct text *text, const struct range *range)
{
	if (!range->set)
		return;
	if (range->inside)
		text_add_char(text, '@');
	if (range->start == -INFINITY && !range_is_plain(range))
		text_add(text, "~:");
	else if (range->start != 0 && !range_is_plain(range)) {
		num_format(text, range->start);
		text_add_char(text, ':');
	} else if (range->end == INFINITY)
		text_add(text, "0:");
	if (range->end < INFINITY)
		num_format(text, range->end);
}

struct wording {
	const char *before, *between; /* of start and end */
	bool start, end;	      /* which of them are named */
};

static struct wording
explain_inside(const struct range *range)
{
	if (range->start == range->end)
		return (struct wording){ .before = "exactly ", .end = true };
	if (range->start == -INFINITY && range->end == INFINITY)
		return (struct wording){ .before = "always" };
	if (range->start == -INFINITY)
		return (struct wording){ .before = "at most ", .end = true };
	if (range->end == INFINITY)
		return (struct wording){ .before = "at least ", .start = true };
	return (struct wording){ "within ", " to ", true, true };
}

static struct wording
explain_outside(const struct range *range, double value)
{
	const bool below = value < range->start;

	if (range->start == range->end)
		return (struct wording){ .before = "not ", .end = true };
	/* A start of 0 is mostly the one that nobody wrote. */
	if (below && (range->end == INFINITY || range->start == 0))
		return (struct wording){ .before = "below ", .start = true };
	if (!below && (range->start == -INFINITY || range->start == 0))
		return (struct wording){ .before = "above ", .end = true };
	return (struct wording){ "not within ", " to ", true, true };
}

void
range_explain(struct text *text, const struct range *range, double value,
    void (*number)(struct text *text, double value))
{
	const struct wording wording = range->inside
	    ? explain_inside(range)
	    : explain_outside(range, value);

	text_add(text, wording.before);
	if (wording.start)
		number(text, range->start);
	if (wording.between)
		text_add(text, wording.between);
	if (wording.end)
		number(text, range->end);
}
