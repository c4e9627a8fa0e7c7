/* SPDX-License-Identifier: ISC */
/*
 * route_survey: any of the sources of routes behind the same two calls, by the
 * names of route_source.h.
 *
 * Opening is apart from asking, as in daemon.h: it may need a privilege that is
 * dropped before the first byte is read.
 */
#ifndef SOURCE_ROUTE_SURVEY_H
#define SOURCE_ROUTE_SURVEY_H

#include "model/route_source.h"
#include "model/snmp.h"
#include "source/daemon.h"
#include "source/route_command.h"
#include "source/route_kernel.h"
#include "source/snmp_agent.h"

/* What sources are asked with, all borrowed; of those that are not asked, not
 * used. */
struct route_plan {
	struct snmp_options session;
	const char *replay;  /* a recording instead, or NULL */
	const char *record;  /* where to record the answers, or NULL */
	const char *context; /* SNMPv3, that of the VRF; or NULL */
	bool paths;	     /* SNMP: AS paths, too */
	struct route_command command;
};

struct route_survey {
	size_t count;
	struct route_survey_source {
		const char *name;	 /* static */
		struct daemon_link link; /* of a daemon */
		struct err err;		 /* why it is not open, or ERR_NONE */
	} sources[ROUTE_SOURCES];
	struct route_kernel kernel;
	/* What SNMP cost. */
	bool has_cost;
	struct snmp_counters cost;
	struct err unwritten; /* why nothing was recorded, or ERR_NONE */
};

/*
 * Opens one more source of a zeroed survey.  `path` is the network namespace of
 * the kernel (as route_kernel_open) or the socket of a daemon (as daemon_open),
 * NULL for the usual one.  On false *err says why, and so will every answer of
 * that source: whoever asks several may go on.
 */
bool route_survey_open(struct route_survey *survey, const char *name,
    const char *path, struct err *err);

/* Asks the source with that index, as route_local_read: on false the view has
 * failed with that *err. */
bool route_survey_ask(struct route_survey *survey, size_t index,
    const struct route_plan *plan, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err);

/* Does asking that source run a command? */
bool route_survey_runs_command(const char *name);

#endif
