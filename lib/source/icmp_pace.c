/* SPDX-License-Identifier: ISC */
#include "source/icmp_pace.h"

#include "base/clock.h"

/* A wake-up costs more than a packet: those due so soon share one. */
#define TOGETHER_NS (3 * CLOCK_MILLI)
#define LATE_NS (5 * CLOCK_MILLI)

void
icmp_pace_start(struct icmp_pace *pace, int64_t now_ns)
{
	pace->at = 0;
	pace->due_ns = pace->round_ns = now_ns;
}

/* The first packet of a round waits for its time. */
bool
icmp_pace_ready(const struct icmp_pace *pace, int64_t now_ns)
{
	const int64_t ahead_ns = pace->at > 0 && pace->gap_ns < TOGETHER_NS
	    ? TOGETHER_NS - pace->gap_ns
	    : 0;

	return pace->due_ns <= now_ns + ahead_ns;
}

void
icmp_pace_turn(struct icmp_pace *pace)
{
	pace->due_ns += pace->gap_ns;
	if (++pace->at < pace->targets)
		return;
	pace->at = 0;
	pace->round_ns += pace->interval_ns;
	if (pace->round_ns < pace->due_ns)
		pace->round_ns = pace->due_ns;
	pace->due_ns = pace->round_ns;
}

void
icmp_pace_idle(struct icmp_pace *pace, int64_t now_ns)
{
	if (pace->at > 0 ? pace->keep_gap
			 : pace->keep_interval || pace->keep_gap)
		return;
	if (pace->due_ns > now_ns)
		pace->due_ns = now_ns;
	if (pace->at == 0)
		pace->round_ns = pace->due_ns;
}

void
icmp_pace_catch_up(struct icmp_pace *pace, int64_t now_ns)
{
	const int64_t late_ns = now_ns - pace->due_ns;

	if (late_ns <= LATE_NS)
		return;
	pace->due_ns += late_ns;
	pace->round_ns += late_ns;
}

int64_t
icmp_pace_duration_ns(const struct icmp_pace *pace, uint64_t rounds)
{
	const int64_t busy_ns = (int64_t)pace->targets * pace->gap_ns;
	const int64_t round_ns =
	    pace->interval_ns > busy_ns ? pace->interval_ns : busy_ns;

	return (int64_t)(rounds - 1) * round_ns + busy_ns - pace->gap_ns;
}
