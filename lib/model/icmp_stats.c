/* SPDX-License-Identifier: ISC */
#include "model/icmp_stats.h"

#include <stdlib.h>

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
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

#define FEW 16 /* times, for which insertion is quickest */

static void
sort(int32_t *times, size_t count)
{
	if (count > FEW) {
		qsort(times, count, sizeof(*times), by_value);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		const int32_t time = times[i];
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

static double
to_seconds(double ticks)
{
	return ticks / ICMP_TICKS_PER_SECOND;
}

/* RFC 3550 A.8. */
static double
jitter_of(const int32_t *rtts, size_t count)
{
	double jitter = 0;
	int32_t last = ICMP_LOST;

	for (size_t i = 0; i < count; i++) {
		if (rtts[i] < 0)
			continue;
		if (last >= 0)
			jitter +=
			    (magnitude((double)(rtts[i] - last)) - jitter) / 16;
		last = rtts[i];
	}
	return to_seconds(jitter);
}

static double
deviation_of(const int32_t *sorted, size_t count, double average_s)
{
	double squares = 0;

	for (size_t i = 0; i < count; i++) {
		const double off = to_seconds(sorted[i]) - average_s;

		squares += off * off;
	}
	return square_root(squares / (double)count);
}

static double
median_of(const int32_t *sorted, size_t count)
{
	const size_t middle = count / 2;
	const double upper = sorted[middle];

	return to_seconds(
	    count % 2 == 1 ? upper : (sorted[middle - 1] + upper) / 2);
}

struct icmp_stats
icmp_stats_brief(const int32_t *rtts, size_t count)
{
	struct icmp_stats stats = { 0 };
	int32_t min = INT32_MAX, max = 0;
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		stats.sent += rtts[i] >= ICMP_REFUSED;
		stats.unmeasured += rtts[i] == ICMP_UNMEASURED;
		if (rtts[i] < 0)
			continue;
		stats.received++;
		sum += rtts[i];
		min = rtts[i] < min ? rtts[i] : min;
		max = rtts[i] > max ? rtts[i] : max;
	}
	if (stats.sent > 0)
		stats.loss = 100 * (double)(stats.sent - stats.received) /
		    (double)stats.sent;
	if (stats.received == 0)
		return stats;
	stats.min = to_seconds(min);
	stats.max = to_seconds(max);
	stats.average = to_seconds((double)sum / (double)stats.received);
	return stats;
}

/* Copies the times of the packets that were answered, and returns how many. */
static size_t
gather(const int32_t *rtts, size_t count, int32_t answered[ICMP_COUNT])
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (rtts[i] >= 0 && n < ICMP_COUNT)
			answered[n++] = rtts[i];
	return n;
}

struct icmp_stats
icmp_stats_make(const int32_t *rtts, size_t count)
{
	struct icmp_stats stats = icmp_stats_brief(rtts, count);
	int32_t sorted[ICMP_COUNT];
	const size_t n = gather(rtts, count, sorted);

	stats.mos = 1;
	if (n == 0)
		return stats;
	sort(sorted, n);
	stats.median = median_of(sorted, n);
	stats.deviation = deviation_of(sorted, n, stats.average);
	stats.jitter = jitter_of(rtts, count);
	stats.mos = icmp_stats_mos(stats.average, stats.jitter, stats.loss);
	return stats;
}
