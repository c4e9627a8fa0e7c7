/* SPDX-License-Identifier: ISC */
#include "source/icmp_sweep.h"

/* Once enough is known of a target, it is not waited for any more. */
void
icmp_sweep_settle(struct icmp_sweep *sweep, struct icmp_target *target)
{
	const struct icmp_plan *plan = sweep->plan;

	if (plan->settled == NULL || target->settled ||
	    !plan->settled(target, plan->context))
		return;
	target->settled = true;
	for (unsigned i = 0; i < plan->count; i++) {
		if (target->rtt_ns[i] != ICMP_WAITING)
			continue;
		target->rtt_ns[i] = ICMP_UNSENT;
		sweep->waiting--;
	}
}

void
icmp_sweep_lose(struct icmp_sweep *sweep, uint64_t packet)
{
	int64_t *rtt_ns = icmp_sweep_rtt(sweep, packet);

	if (*rtt_ns == ICMP_WAITING)
		sweep->waiting--;
	*rtt_ns = ICMP_LOST;
	icmp_sweep_settle(sweep, icmp_sweep_target(sweep, packet));
}

void
icmp_sweep_blame(struct icmp_sweep *sweep, uint64_t packet,
    const struct icmp_fault *fault)
{
	struct icmp_target *target = icmp_sweep_target(sweep, packet);

	target->errors++;
	target->fault = *fault;
	icmp_sweep_lose(sweep, packet);
}

void
icmp_sweep_expire(struct icmp_sweep *sweep, int64_t now_ns)
{
	while (sweep->oldest < sweep->next) {
		const int64_t *rtt_ns = icmp_sweep_rtt(sweep, sweep->oldest);

		if (*rtt_ns == ICMP_WAITING &&
		    sweep->sent_ns[sweep->oldest] + sweep->plan->wait_ns >
			now_ns)
			return;
		if (*rtt_ns == ICMP_WAITING)
			icmp_sweep_lose(sweep, sweep->oldest);
		sweep->oldest++;
	}
}
