/* SPDX-License-Identifier: ISC */
#include "model/limits.h"

enum verdict
limits_verdict(const struct limits *limits, double value)
{
	if (range_alerts(&limits->critical, value))
		return VERDICT_CRITICAL;
	if (range_alerts(&limits->warning, value))
		return VERDICT_WARNING;
	return VERDICT_OK;
}

bool
limits_given(const struct limits *limits)
{
	return limits->warning.set || limits->critical.set;
}
