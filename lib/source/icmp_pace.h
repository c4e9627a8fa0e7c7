/* SPDX-License-Identifier: ISC */
/*
 * icmp_pace: when the next packet of a sweep is due.  Pure.
 *
 * A round asks every target once.  Packets of a round are a gap apart, rounds
 * an interval, or as long as a round takes.  An eager pace need not wait while
 * nothing is under way: what has all been answered cannot pile up anywhere.
 */
#ifndef SOURCE_ICMP_PACE_H
#define SOURCE_ICMP_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct icmp_pace {
	int64_t gap_ns;
	int64_t interval_ns;
	bool keep_gap;	    /* even when nothing is under way */
	bool keep_interval; /* likewise */
	size_t targets;	    /* more than 0 */
	/* Its own: */
	size_t at;	  /* target whose turn is next */
	int64_t due_ns;	  /* that packet */
	int64_t round_ns; /* the first packet of this round was due */
};

void icmp_pace_start(struct icmp_pace *pace, int64_t now_ns);
/* Is the next packet due?  A few that are due soon go out together. */
bool icmp_pace_ready(const struct icmp_pace *pace, int64_t now_ns);
/* The next packet has had its turn. */
void icmp_pace_turn(struct icmp_pace *pace);
/* Nothing is under way. */
void icmp_pace_idle(struct icmp_pace *pace, int64_t now_ns);
/* When we were held up, what is late is not made up for in one burst: the rest
 * of the sweep moves. */
void icmp_pace_catch_up(struct icmp_pace *pace, int64_t now_ns);

/* From the first packet to the last of so many rounds, when nothing is
 * answered. */
int64_t icmp_pace_duration_ns(const struct icmp_pace *pace, uint64_t rounds);

#endif
