/* SPDX-License-Identifier: ISC */
#include "model/icmp_stats.h"

#include <stdlib.h>

#define NS 1e9 /* nanoseconds of a second */

double
icmp_stats_mos(double average_s, double jitter_s, double loss_percent)
{
	const double latency = 1000 * average_s + 2000 * jitter_s + 10;
	const double r = 93.2 -
	    (latency < 160 ? latency / 40 : (latency - 120) / 10) -
	    2.5 * loss_percent;

	if (r <= 0)
		return 1;
	return 1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r);
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

#define FEW 16 /* times, for which insertion is quickest */

static void
sort(int64_t *times, size_t count)
{
	if (count > FEW) {
		qsort(times, count, sizeof(*times), by_value);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		const int64_t time = times[i];
		size_t at = i;

		for (; at > 0 && times[at - 1] > time; at--)
			times[at] = times[at - 1];
		times[at] = time;
	}
}

/* Newton's, because no other module needs the mathematics library. */
static double
square_root(double value)
{
	double root = value > 1 ? value : 1;

	if (value <= 0)
		return 0;
	for (double last = 2 * root; root < last;) {
		last = root;
		root = (root + value / root) / 2;
	}
	return root;
}

static double
magnitude(double value)
{
	return value < 0 ? -value : value;
}

/* RFC 3550 A.8. */
static double
jitter_of(const int64_t *rtt_ns, size_t count)
{
	double jitter = 0;
	int64_t last = ICMP_LOST;

	for (size_t i = 0; i < count; i++) {
		if (rtt_ns[i] < 0)
			continue;
		if (last >= 0)
			jitter +=
			    (magnitude((double)(rtt_ns[i] - last)) - jitter) /
			    16;
		last = rtt_ns[i];
	}
	return jitter / NS;
}

static double
deviation_of(const int64_t *sorted, size_t count, double average_ns)
{
	double squares = 0;

	for (size_t i = 0; i < count; i++) {
		const double off = ((double)sorted[i] - average_ns) / NS;

		squares += off * off;
	}
	return square_root(squares / (double)count);
}

static double
median_of(const int64_t *sorted, size_t count)
{
	const size_t middle = count / 2;

	return count % 2 == 1
	    ? (double)sorted[middle] / NS
	    : ((double)sorted[middle - 1] + (double)sorted[middle]) / 2 / NS;
}

struct icmp_stats
icmp_stats_count(const int64_t *rtt_ns, size_t count)
{
	struct icmp_stats stats = { 0 };

	for (size_t i = 0; i < count; i++) {
		stats.sent += rtt_ns[i] >= ICMP_LOST;
		stats.received += rtt_ns[i] >= 0;
		stats.unmeasured += rtt_ns[i] == ICMP_UNMEASURED;
	}
	return stats;
}

/* Copies the times of the packets that were answered, and returns their sum. */
static double
gather(const int64_t *rtt_ns, int64_t *answered, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		if (rtt_ns[i] < 0)
			continue;
		*answered++ = rtt_ns[i];
		sum += (double)rtt_ns[i];
	}
	return sum;
}

struct icmp_stats
icmp_stats_make(const int64_t *rtt_ns, int64_t *scratch, size_t count)
{
	struct icmp_stats stats = icmp_stats_count(rtt_ns, count);
	const double sum = gather(rtt_ns, scratch, count);
	const size_t n = stats.received;

	if (stats.sent > 0)
		stats.loss =
		    100 * (double)(stats.sent - n) / (double)stats.sent;
	stats.mos = 1;
	if (n == 0 || scratch == NULL)
		return stats;
	sort(scratch, n);
	stats.min = (double)scratch[0] / NS;
	stats.max = (double)scratch[n - 1] / NS;
	stats.average = sum / (double)n / NS;
	stats.median = median_of(scratch, n);
	stats.deviation = deviation_of(scratch, n, sum / (double)n);
	stats.jitter = jitter_of(rtt_ns, count);
	stats.mos = icmp_stats_mos(stats.average, stats.jitter, stats.loss);
	return stats;
}
