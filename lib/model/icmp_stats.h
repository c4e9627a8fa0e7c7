/* SPDX-License-Identifier: ISC */
/*
 * icmp_stats: what the round trip times of one address amount to.
 *
 * Times are in nanoseconds, in the order in which the packets were sent.
 */
#ifndef MODEL_ICMP_STATS_H
#define MODEL_ICMP_STATS_H

#include <stddef.h>
#include <stdint.h>

/* What stands in place of the time of a packet without one. */
enum {
	ICMP_LOST = -1,
	ICMP_UNSENT = -2,     /* not needed, or there was no time */
	ICMP_UNMEASURED = -3, /* sent, but whether an answer came is not known:
				 our own queue overflowed, or the run ended */
};

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

/* How many of the packets were answered, in `received`, and sent: all the rest
 * of the result is 0. */
struct icmp_stats icmp_stats_count(const int64_t *rtt_ns, size_t count);

/* `scratch` has room for `count` times; both may be NULL when count is 0. */
struct icmp_stats icmp_stats_make(const int64_t *rtt_ns, int64_t *scratch,
    size_t count);

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
