/* SPDX-License-Identifier: ISC */
/* bounds: a number that is only known to lie between two others, and what
 * limits say about it all the same. */
#ifndef MODEL_BOUNDS_H
#define MODEL_BOUNDS_H

#include <stdbool.h>

#include "model/limits.h"

struct bounds {
	double low, high; /* low <= high; high may be INFINITY */
};

/* True when every value within the bounds gets the same verdict: then it is
 * sure, and *verdict it. */
bool bounds_verdict(const struct bounds *bounds, const struct limits *limits,
    enum verdict *verdict);

#endif
