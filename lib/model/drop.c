/* SPDX-License-Identifier: ISC */
#include "model/drop.h"

#include <inttypes.h>

bool
drop_rule_set(const struct drop_rule *rule)
{
	return rule->warning > 0 || rule->critical > 0;
}

double
drop_rule_least(const struct drop_rule *rule)
{
	return rule->warning > 0 &&
		(rule->critical <= 0 || rule->warning < rule->critical)
	    ? rule->warning
	    : rule->critical;
}

static enum verdict
verdict_of(const struct drop_rule *rule, double percent)
{
	if (rule->critical > 0 && percent >= rule->critical)
		return VERDICT_CRITICAL;
	if (rule->warning > 0 && percent >= rule->warning)
		return VERDICT_WARNING;
	return VERDICT_OK;
}

void
drop_judge(const struct drop_rule *rule, uint64_t before, uint64_t now,
    const char *counted, struct result *result)
{
	enum verdict verdict;
	double percent;

	if (now >= before)
		return;
	percent = 100.0 * (double)(before - now) / (double)before;
	verdict = verdict_of(rule, percent);
	if (verdict != VERDICT_OK)
		result_judge(result, verdict,
		    "fell from %" PRIu64 " to %" PRIu64
		    " %s, by %u %% (%s: %g %%)",
		    before, now, counted, (unsigned)percent,
		    verdict == VERDICT_CRITICAL ? "critical" : "warning",
		    verdict == VERDICT_CRITICAL ? rule->critical
						: rule->warning);
}
