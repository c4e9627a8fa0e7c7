/* SPDX-License-Identifier: ISC */
#include "source/icmp_sweep.h"

static int32_t *
times_of(const struct icmp_sweep *sweep, const struct icmp_target *target)
{
	return sweep->echoes->rtts +
	    (size_t)(target - sweep->echoes->targets) * sweep->plan->count;
}

/* Once enough is known of a target, it is not waited for any more. */
static void
settle(struct icmp_sweep *sweep, struct icmp_target *target)
{
	const struct icmp_plan *plan = sweep->plan;
	int32_t *rtts;

	if (plan->settled == NULL || target->settled)
		return;
	rtts = times_of(sweep, target);
	if (!plan->settled(rtts, plan->context))
		return;
	target->settled = true;
	for (unsigned i = 0; i < plan->count; i++) {
		if (rtts[i] != ICMP_WAITING)
			continue;
		rtts[i] = ICMP_UNSENT;
		sweep->waiting--;
	}
}

static uint16_t
one_more(uint16_t count)
{
	return count < UINT16_MAX ? (uint16_t)(count + 1) : count;
}

/* A packet that was given up may be answered all the same: an answer that came
 * in time was read late, or somebody lied about an error. */
void
icmp_sweep_answer(struct icmp_sweep *sweep, uint32_t slot, int32_t took,
    uint8_t ttl)
{
	const unsigned number = slot % sweep->plan->count;
	struct icmp_target *target = icmp_sweep_target(sweep, slot);
	int32_t *rtt = &sweep->echoes->rtts[slot];

	if (*rtt >= 0)
		target->duplicates = one_more(target->duplicates);
	if (*rtt != ICMP_WAITING && *rtt != ICMP_LOST && *rtt != ICMP_REFUSED)
		return;
	if (took > icmp_sweep_wait(sweep))
		return; /* too late, whenever we came to read it */
	sweep->waiting -= *rtt == ICMP_WAITING;
	*rtt = took > 0 ? took : 0;
	target->ttl = ttl;
	sweep->report->received++;
	if (number >= target->expected)
		target->expected = (uint16_t)(number + 1);
	else if (!sweep->repairing) /* or we sent it again, later */
		target->reordered = one_more(target->reordered);
	settle(sweep, target);
}

static void
lose_as(struct icmp_sweep *sweep, uint32_t slot, int32_t how)
{
	int32_t *rtt = &sweep->echoes->rtts[slot];

	if (*rtt == ICMP_WAITING)
		sweep->waiting--;
	*rtt = how;
	settle(sweep, icmp_sweep_target(sweep, slot));
}

void
icmp_sweep_lose(struct icmp_sweep *sweep, uint32_t slot)
{
	lose_as(sweep, slot, ICMP_LOST);
}

void
icmp_sweep_fault(struct icmp_sweep *sweep, struct icmp_target *target,
    const struct icmp_fault *fault)
{
	struct arena_list *faults = &sweep->echoes->faults;
	struct icmp_fault *items = faults->items;
	struct icmp_fault *own = target->fault > 0
	    ? &items[target->fault - 1]
	    : arena_push(sweep->arena, faults, sizeof(*fault));

	if (own == NULL)
		return; /* no memory: it stays unsaid */
	*own = *fault;
	if (target->fault == 0)
		target->fault = (uint32_t)faults->count;
}

void
icmp_sweep_blame(struct icmp_sweep *sweep, uint32_t slot,
    const struct icmp_fault *fault)
{
	icmp_sweep_fault(sweep, icmp_sweep_target(sweep, slot), fault);
	lose_as(sweep, slot, ICMP_REFUSED);
}

void
icmp_sweep_expire(struct icmp_sweep *sweep, int64_t now_ns)
{
	const int32_t wait = icmp_sweep_wait(sweep);

	while (icmp_cursor_before(sweep->oldest, sweep->next)) {
		const uint32_t slot = icmp_sweep_slot(sweep, sweep->oldest);

		if (sweep->echoes->rtts[slot] == ICMP_WAITING) {
			if (icmp_sweep_age(sweep, slot, now_ns) < wait)
				return;
			icmp_sweep_lose(sweep, slot);
		}
		icmp_sweep_step(sweep, &sweep->oldest);
	}
}
