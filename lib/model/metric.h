/* SPDX-License-Identifier: ISC */
/*
 * metric: what a number means; one constant table a program.
 *
 * The row is the promise to the user's graphs: name, unit and direction never
 * change in a release.  Perfdata, JSON, OpenMetrics, the man page and the
 * worker's wire format all refer to it.
 */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "model/limits.h"

enum metric_kind {
	METRIC_GAUGE,
	METRIC_COUNTER, /* only grows; OpenMetrics adds _total */
	METRIC_INFO,	/* always 1, its labels are the message; no perfdata */
};

enum metric_unit {
	METRIC_PLAIN,	/* a count: no unit of measurement */
	METRIC_SECONDS, /* perfdata "s",  OpenMetrics ..._seconds */
	METRIC_BYTES,	/* perfdata "B",  OpenMetrics ..._bytes */
	METRIC_PERCENT, /* perfdata "%",  OpenMetrics ..._ratio, 0 to 1 */
};

#define METRIC_NO_LIMITS ((size_t)-1)

struct metric_def {
	const char *name; /* perfdata label and JSON name; NULL ends a table */
	const char *family; /* OpenMetrics name with the unit's suffix, without
			       _total or _info; NULL: not exported */
	const char *help;   /* one sentence without full stop */
	enum metric_kind kind;
	enum metric_unit unit;
	size_t limits; /* offset of the struct limits in the program's options,
			  or METRIC_NO_LIMITS */
	const char *max; /* perfdata maximum as text ("100"), or NULL; the
			    minimum of every metric is 0 unless `signed_` */
	bool signed_;
	/* A label of the exported samples alone, for rows that share a family:
	 * "phase".  Its value is label_value, or, when that is NULL, what the
	 * node has under this name, whatever its reach. */
	const char *label, *label_value;
	/* OpenMetrics name of the children's samples, where the root has their
	 * sum; NULL: the same.  So sum() over one name counts nothing twice. */
	const char *parts;
};

/* The OpenMetrics name of a sample: of one of the parts, or of the whole; NULL:
 * not exported. */
const char *metric_family(const struct metric_def *def, bool is_part);

/* Perfdata unit: "", "s", "B", "%", and "c" for a plain counter. */
const char *metric_uom(const struct metric_def *def);
/* OpenMetrics unit: "", "seconds", "bytes", "ratio". */
const char *metric_unit_name(enum metric_unit unit);
/* How values of the unit are written: for people, or exactly ("0.01234 s") for
 * where rounding would hide a difference. */
typedef void metric_writer(struct text *text, double value);
metric_writer *metric_writer_of(enum metric_unit unit, bool exact);
/* The value for people, unit included: "12.3 ms", "1.5 MiB", "80 %", "6". */
void metric_format(struct text *text, const struct metric_def *def,
    double value);

#endif
