/* SPDX-License-Identifier: ISC */
/*
 * range: a threshold range of the monitoring plugins guideline.
 *
 * Grammar: [@][start:][end], bounds inclusive, decimal numbers without
 * exponent; "~" as start is minus infinity; an absent start is 0, an absent end
 * is plus infinity.  Alerts outside the range, with "@" inside it.
 * Source: Monitoring Plugins Development Guidelines, "Threshold and Ranges".
 */
#ifndef MODEL_RANGE_H
#define MODEL_RANGE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

struct range {
	bool set;     /* false: no range was given, never alerts */
	bool inside;  /* "@": alert inside instead of outside */
	double start; /* -INFINITY for "~" */
	double end;   /* INFINITY when absent */
};

/* On false *err is ERR_USAGE with the reason, the position and, where it
 * helps, what to write instead; *range is untouched. */
bool range_parse(const char *string, struct range *range, struct err *err);

bool range_alerts(const struct range *range, double value);

/*
 * The canonical text, for perfdata and JSON; nothing when no range is set.  A
 * pure upper bound ("10", ":10", "~:10") is a plain number, because Icinga
 * drops any other form, unless it is negative: "~:-5" stays, because "-5" is
 * no valid range.
 */
void range_format(struct text *text, const struct range *range);
/* True when range_format prints a plain number. */
bool range_is_plain(const struct range *range);

/* Why `value` alerts, for people, numbers formatted by `number`: "above 10",
 * "below 5", "not within 10 to 20", "within 10 to 20", "not 10", "at most 10",
 * "at least 10", "exactly 10", "always". */
void range_explain(struct text *text, const struct range *range, double value,
    void (*number)(struct text *text, double value));

#endif
