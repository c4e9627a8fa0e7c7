/* SPDX-License-Identifier: ISC */
/*
 * tcp_survey: one run's looks at the TCP connections of a namespace: who
 * listens, who is connected, and since when, from what earlier runs and a
 * second look tell.
 */
#ifndef SOURCE_TCP_SURVEY_H
#define SOURCE_TCP_SURVEY_H

#include "base/arena.h"
#include "base/clock.h"
#include "model/tcp_tally.h"
#include "source/tcp_sockets.h"

struct tcp_survey_plan {
	struct sockdiag_query query; /* its lists are borrowed */
	bool listening;	  /* only connections to a port that is listened on */
	bool backlog;	  /* tell how full the accept queues are */
	bool ages;	  /* tell ages, for which: */
	int64_t least_ns; /* younger ones do not count */
	const struct tcp_history *before; /* of earlier runs; NULL: none */
	unsigned by;			  /* enum tcp_by */
};

struct tcp_survey {
	struct tcp_survey_plan plan;
	struct tcp_sockets *sockets; /* borrowed */
	struct arena *arena;	     /* borrowed */
	struct tcp_listeners listeners;
	struct tcp_tally tally;
	struct tcp_history after; /* to be remembered */
	enum tcp_ages ages;
	struct err unusable; /* why `before` was not used; or ERR_NONE */
	/* The kernel's table changed too much while it was read: */
	bool torn;
	bool listeners_torn;
	/* The rest is its own. */
	struct tcp_origin origin;
	uint64_t seed[2];
	int64_t look_ns; /* of the last look */
};

/* Looks once.  On false *err says why not, and *survey holds nothing. */
bool tcp_survey_look(struct tcp_survey *survey,
    const struct tcp_survey_plan *plan, struct tcp_sockets *sockets,
    struct arena *arena, const struct deadline *deadline, struct err *err);

/* Looks again, least_ns after the first look: then every age is known well
 * enough.  On false the first look is what there is. */
bool tcp_survey_settle(struct tcp_survey *survey,
    const struct deadline *deadline, struct err *err);

#endif
