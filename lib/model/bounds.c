/* SPDX-License-Identifier: ISC */
#include "model/bounds.h"

/* Do all values within the bounds alert, or none? */
static bool
alerts_alike(const struct bounds *bounds, const struct range *range)
{
	const bool low = range_alerts(range, bounds->low);
	const bool apart =
	    bounds->high < range->start || bounds->low > range->end;

	if (low != range_alerts(range, bounds->high))
		return false;
	/* Both ends in start..end: so is all between them.  Both outside: all
	 * is, unless start..end lies between them. */
	return !range->set || low == range->inside || apart;
}

bool
bounds_verdict(const struct bounds *bounds, const struct limits *limits,
    enum verdict *verdict)
{
	*verdict = limits_verdict(limits, bounds->low);
	if (!alerts_alike(bounds, &limits->critical))
		return false;
	return *verdict == VERDICT_CRITICAL ||
	    alerts_alike(bounds, &limits->warning);
}
