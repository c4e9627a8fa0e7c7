/* SPDX-License-Identifier: ISC */
/*
 * icmp_judge: what is wrong with hosts that were asked for echoes, as a result
 * tree.  Pure: measured times and the operator's rules make findings.  Each
 * address is a child of the root.
 */
#ifndef MODEL_ICMP_JUDGE_H
#define MODEL_ICMP_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/family.h"
#include "model/icmp.h"
#include "model/limits.h"
#include "model/metric.h"
#include "model/result.h"

/* What -w and -c have always set. */
struct icmp_usual {
	struct limits rta, loss;
	bool paired[2]; /* given as RTA,LOSS: for warning, for critical */
};

/* The limits of icmp_metrics stand here, so a program's options begin with
 * this. */
struct icmp_rules {
	struct icmp_usual usual;
	struct limits rtmin, rtmax, median, deviation, jitter, duplicates,
	    reordered, score;
	struct limits alive; /* when set, nothing else decides */
	struct family_rules family;
	enum verdict unresolved; /* the name does not exist, ... */
	uint64_t each; /* with more addresses, only the bad are children */
	bool mos;      /* tell the score even without limits for it */
};

extern const struct metric_def icmp_metrics[];

struct icmp_look {
	const struct icmp_host *hosts;
	size_t host_count;
	const struct icmp_echoes *echoes;
	/* Why this system has no such socket, by enum ip_family, or NULL. */
	const char *refused[IP_V6 + 1];
	bool overflowed; /* our own queue lost answers */
	double lookup_s; /* below 0: nothing was looked up */
};

void icmp_judge(const struct icmp_rules *rules, const struct icmp_look *look,
    struct result *root);

/* The longest round trip, in seconds, that a limit tells from longer ones; 0
 * when none does. */
double icmp_judge_longest(const struct icmp_rules *rules);

/*
 * Is the verdict about an address the same, whatever becomes of the packets
 * that are not answered yet, of which each is answered within wait_s or lost?
 * Never before its first answer.
 */
bool icmp_judge_settled(const struct icmp_rules *rules, const int32_t *rtts,
    size_t count, double wait_s);

#endif
