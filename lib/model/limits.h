/* SPDX-License-Identifier: ISC */
/* limits: what -w and -c say about one metric.  Critical is judged first. */
#ifndef MODEL_LIMITS_H
#define MODEL_LIMITS_H

#include "model/range.h"
#include "model/verdict.h"

struct limits {
	struct range warning;
	struct range critical;
};

/* Is any of the two set? */
bool limits_given(const struct limits *limits);

/* OK when neither range is set or none alerts. */
enum verdict limits_verdict(const struct limits *limits, double value);

#endif
