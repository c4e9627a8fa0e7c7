/* SPDX-License-Identifier: ISC */
/*
 * tcp_judge: what is wrong with the TCP connections of a host, as a result
 * tree. Pure: a tally and the operator's rules make findings.  Each group is a
 * child of the root.
 *
 * A number that depends on ages which are not known yet is judged only where
 * all that it may be gets the same verdict.
 */
#ifndef MODEL_TCP_JUDGE_H
#define MODEL_TCP_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/limits.h"
#include "model/metric.h"
#include "model/result.h"
#include "model/tcp_tally.h"

/* The limits of tcp_metrics stand here, so a program's options begin with
 * this. */
struct tcp_rules {
	struct limits connections, clients;
	struct limits backlog; /* percent */
	struct limits oldest;  /* seconds */
	uint32_t states;       /* TCP_STATE_BIT; 0: see tcp_rules_states */
	int64_t least_ns;      /* younger ones do not count; 0: all do */
	bool listening;	       /* to a port that somebody listens on */
	unsigned by;	       /* enum tcp_by */
	uint64_t top;	       /* groups that are shown at most */
};

/* A row for each state, number state - 1, and behind them the others. */
extern const struct metric_def tcp_metrics[];

struct tcp_look {
	const struct tcp_tally *tally; /* finished; NULL: only `current` */
	uint64_t current;	       /* ESTABLISHED and CLOSE-WAIT */
	const struct tcp_listeners *listeners;
	bool queues_untold; /* the source does not tell their room */
	enum tcp_ages ages;
	/* Of our end, if one range was asked for; else 0. */
	uint16_t first_port, last_port;
};

void tcp_judge(const struct tcp_rules *rules, const struct tcp_look *look,
    struct result *root);

/* The states that count: ESTABLISHED unless others are named. */
uint32_t tcp_rules_states(const struct tcp_rules *rules);

#endif
