/* SPDX-License-Identifier: ISC */
#include "model/route_judge.h"

#define PLAIN .limits = METRIC_NO_LIMITS

const struct metric_def route_metrics[] = {
	[ROUTE_M_PREFIXES] = { "prefixes", "route_prefixes",
	    "prefixes that were asked for", PLAIN },
	[ROUTE_M_FOUND] = { "found", "route_prefixes_found",
	    "those of them that are there", PLAIN },
	[ROUTE_M_MISSING] = { "missing", "route_prefixes_missing",
	    "those that are not there; what could not be looked at is neither",
	    PLAIN },
	[ROUTE_M_PRESENT] = { "present", "route_present",
	    "1 when the prefix is there, else 0", PLAIN },
	[ROUTE_M_HOPS] = { "next_hops", "route_next_hops",
	    "next hops of the route that are up", PLAIN },
	[ROUTE_M_METRIC] = { "metric", "route_metric",
	    "metric of the route, where lower is preferred", PLAIN },
	[ROUTE_M_FLAPS] = { "flaps", "route_flaps",
	    "how often the prefix came or went within the flap window", PLAIN },
	[ROUTE_M_ROUTES] = { "routes", "route_routes", "number of routes",
	    PLAIN },
	[ROUTE_M_CHANGES] = { "changes", "route_changes_per_minute",
	    "by how many routes a minute that number changed since the last "
	    "run",
	    PLAIN },
	[ROUTE_M_REQUESTS] = { "requests", "route_requests",
	    "questions to the sources that this look took", PLAIN },
	{ .name = NULL },
};
