/* SPDX-License-Identifier: ISC */
/* How much of icmp_judge.h's rules can be decided while packets are under way.
 */
#include <math.h>

#include "model/bounds.h"
#include "model/icmp_scene.h"
#include "model/icmp_stats.h"

/* --- how long to wait ----------------------------------------------------- */

static double
bound_of(const struct range *range, double longest)
{
	if (range->set && isfinite(range->end) && range->end > longest)
		longest = range->end;
	if (range->set && isfinite(range->start) && range->start > longest)
		longest = range->start;
	return longest;
}

double
icmp_judge_longest(const struct icmp_rules *rules)
{
	const struct limits *const all[] = { &rules->usual.rta, &rules->rtmin,
		&rules->rtmax, &rules->median };
	double longest = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		longest = bound_of(&all[i]->warning, longest);
		longest = bound_of(&all[i]->critical, longest);
	}
	return longest;
}

/* --- enough seen? --------------------------------------------------------- */

bool
icmp_judge_settled(const struct icmp_rules *rules, const int32_t *rtts,
    size_t count, double wait_s)
{
	const struct icmp_stats stats = icmp_stats_brief(rtts, count);
	const double all = (double)count, answered = (double)stats.received;
	const double lost = (double)(stats.sent - stats.received);
	const double most = all - lost; /* that may be answered in the end */
	const double sum = stats.average * answered;
	const struct bounds loss = { 100 * lost / all,
		100 * (all - answered) / all };
	const struct bounds rta = { sum / most,
		(sum + (most - answered) * wait_s) / most };
	enum verdict loss_verdict, rta_verdict;
	bool loss_sure, rta_sure;

	if (stats.received == 0)
		return false;
	if (limits_given(&rules->alive))
		return true;
	loss_sure = bounds_verdict(&loss, &rules->usual.loss, &loss_verdict);
	rta_sure = bounds_verdict(&rta, &rules->usual.rta, &rta_verdict);
	if ((loss_sure && loss_verdict == VERDICT_CRITICAL) ||
	    (rta_sure && rta_verdict == VERDICT_CRITICAL))
		return true;
	return loss_sure && rta_sure && !icmp_rules_more_than_usual(rules);
}
