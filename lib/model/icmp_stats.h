/* SPDX-License-Identifier: ISC */
/*
 * icmp_stats: what the round trip times of one address amount to.
 *
 * Times are in the ticks of icmp.h, in the order in which the packets were
 * sent.
 */
#ifndef MODEL_ICMP_STATS_H
#define MODEL_ICMP_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "model/icmp.h"

struct icmp_stats {
	size_t sent; /* of which it is known what became */
	size_t received;
	size_t unmeasured;
	double loss; /* percent of sent; 0 when nothing was sent */
	/* Seconds; 0 when nothing was received. */
	double min, average, max;
	double median;	  /* of an even number: the mean of the middle two */
	double deviation; /* standard deviation, of the population */
	double jitter;	  /* RFC 3550 6.4.1 and A.8, over consecutive answers:
			     J += (|D| - J) / 16, D the difference of two round
			     trips, from J = 0 */
	double mos; /* mean opinion score, 1 to 4.41; see icmp_stats_mos */
};

/* All but median, deviation, jitter and mos, which stay 0: one pass, for
 * thousands of addresses of which nobody wants to see more. */
struct icmp_stats icmp_stats_brief(const int32_t *rtts, size_t count);

/* All of it.  `count` is at most ICMP_COUNT; rtts may be NULL when it is 0. */
struct icmp_stats icmp_stats_make(const int32_t *rtts, size_t count);

/*
 * An estimate of the quality of a call, from the E-model (ITU-T G.107) as
 * network tools simplify it:
 *
 *	L = average + 2 * jitter + 10 ms
 *	R = 93.2 - L / 40			for L < 160 ms
 *	R = 93.2 - (L - 120) / 10		else
 *	R = R - 2.5 * loss in percent
 *	MOS = 1 + 0.035 R + 0.000007 R (R - 60) (100 - R), 1 for R < 0
 */
double icmp_stats_mos(double average_s, double jitter_s, double loss_percent);

#endif
