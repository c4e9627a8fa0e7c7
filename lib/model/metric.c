/* SPDX-License-Identifier: ISC */
#include "model/metric.h"

#include "base/num.h"

static void
percent_short(struct text *text, double value)
{
	num_format_short(text, value);
	text_add(text, " %");
}

static void
percent_exact(struct text *text, double value)
{
	num_format(text, value);
	text_add(text, " %");
}

static void
seconds_exact(struct text *text, double value)
{
	num_format(text, value);
	text_add(text, " s");
}

static void
bytes_exact(struct text *text, double value)
{
	num_format(text, value);
	text_add(text, " B");
}

/* By enum metric_unit. */
static const struct {
	const char *uom;  /* perfdata */
	const char *name; /* OpenMetrics */
	metric_writer *people, *exact;
} units[] = {
	[METRIC_PLAIN] = { "", "", num_format, num_format },
	[METRIC_SECONDS] = { "s", "seconds", num_format_duration,
	    seconds_exact },
	[METRIC_BYTES] = { "B", "bytes", num_format_size, bytes_exact },
	[METRIC_PERCENT] = { "%", "ratio", percent_short, percent_exact },
};

const char *
metric_family(const struct metric_def *def, bool is_part)
{
	return is_part && def->parts != NULL ? def->parts : def->family;
}

const char *
metric_uom(const struct metric_def *def)
{
	if (def->kind == METRIC_COUNTER && def->unit == METRIC_PLAIN)
		return "c";
	return units[def->unit].uom;
}

const char *
metric_unit_name(enum metric_unit unit)
{
	return units[unit].name;
}

metric_writer *
metric_writer_of(enum metric_unit unit, bool exact)
{
	return exact ? units[unit].exact : units[unit].people;
}

void
metric_format(struct text *text, const struct metric_def *def, double value)
{
	units[def->unit].people(text, value);
}
