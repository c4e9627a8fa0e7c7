/* SPDX-License-Identifier: ISC */
/*
 * exabgp_judge: what is wrong with an ExaBGP, as a result tree.
 *
 * Pure: what a look found and the operator's rules make findings.  Each part
 * has a child of its own, or is children: "process", "answers", one for each
 * helper that is wanted, one for each neighbor, "log".
 */
#ifndef MODEL_EXABGP_JUDGE_H
#define MODEL_EXABGP_JUDGE_H

#include "base/ip.h"
#include "model/exabgp.h"
#include "model/limits.h"
#include "model/metric.h"
#include "model/result.h"

enum exabgp_metric {
	EXABGP_M_UP,
	EXABGP_M_INFO,
	/* of the process */
	EXABGP_M_UPTIME,
	EXABGP_M_CPU,
	EXABGP_M_RSS,
	EXABGP_M_MEMORY,
	EXABGP_M_THREADS,
	EXABGP_M_DESCRIPTORS,
	EXABGP_M_RESTARTS,
	EXABGP_M_RESTARTS_TOTAL,
	/* of the helpers */
	EXABGP_M_HELPERS,
	EXABGP_M_HELPER_RESTARTS,
	/* of the sessions */
	EXABGP_M_SESSIONS,
	EXABGP_M_SESSIONS_UP,
	EXABGP_M_SESSION_UP,
	EXABGP_M_SESSION_AGE,
	EXABGP_M_FLAPS,
	/* of the routes */
	EXABGP_M_ROUTES,
	EXABGP_M_FAMILY_ROUTES,
	EXABGP_M_RECEIVED,
	EXABGP_M_FAMILY_RECEIVED,
	EXABGP_M_ADDED,
	EXABGP_M_WITHDRAWN,
	EXABGP_M_ANNOUNCE_RATE,
	EXABGP_M_WITHDRAW_RATE,
	EXABGP_M_FLAPPING,
	/* of the log */
	EXABGP_M_LOG_LINES,
	EXABGP_M_CLOSES,
};

extern const struct metric_def exabgp_metrics[];

struct exabgp_limits {
	struct limits cpu, memory, descriptors; /* percent */
	struct limits restarts, helper_restarts, flaps;
	struct limits announced, received;	    /* routes */
	struct limits announce_rate, withdraw_rate; /* a minute */
	struct limits flapping;			    /* prefixes */
};

struct exabgp_nets {
	size_t count;
	const struct ip_net *items;
};

struct exabgp_rules {
	/* What is asked about. */
	bool process, answers, sessions, routes, received, log;
	/* Named in findings. */
	const char *config; /* or NULL */
	const char *pipe_path;

	struct exabgp_nets neighbors, expected;
	const struct exabgp_want *helpers;
	size_t helper_count;
	enum verdict down; /* of a session */
	const char *const *log_critical, *const *log_warning;
	size_t log_critical_count, log_warning_count;
	struct exabgp_limits limits;
};

void exabgp_judge(const struct exabgp_rules *rules,
    const struct exabgp_look *look, struct result *root);

/* Its parts that are about BGP: the sessions, what is announced and received,
 * and what of that came and went. */
void exabgp_judge_sessions(const struct exabgp_rules *rules,
    const struct exabgp_look *look, struct result *root);
void exabgp_judge_routes(const struct exabgp_rules *rules,
    const struct exabgp_look *look, struct result *root);
void exabgp_judge_changes(const struct exabgp_rules *rules,
    const struct exabgp_look *look, struct result *root);

#endif
