/* SPDX-License-Identifier: ISC */
/*
 * route_snmp: what a router's SNMP agent knows of a prefix, by GETNEXT on its
 * index and never by a walk: a walk of a million routes takes a router's CPU,
 * and net-snmp loads all of the kernel's routes for a single answer.
 *
 * The tables of route_mib.h are tried in their order, each with one request for
 * all prefixes (more only when the answer would not fit), and a second one for
 * further next hops.  Absent is what is not in a table that has rows of that
 * family; where no table has any, nothing was seen.  Of ipForwardTable, which
 * some agents serve in part, nothing is absent; ipRouteTable has one row an
 * address, so a row of another length hides what else begins there.
 *
 * Why never GET: inetCidrRouteTable and mplsL3VpnVrfRteTable have a policy in
 * their index that nobody knows beforehand (net-snmp writes the ifIndex there);
 * ipCidrRouteTable ends in the next hop, so a GET that fails says neither that
 * the prefix is absent nor which next hop it has, and must be followed by the
 * GETNEXT that answers both.  It is one packet either way, and an agent that
 * loads its table does so for a GET, too; Dell OS9 answers GETNEXT alone.
 *
 * These tables say what is installed.  With `paths`, bgp4PathAttrTable is asked
 * as well, for IPv4: what was received from whom, what is best, and AS paths.
 *
 * Not told: the protocol, where an agent calls a route by a next hop "local"
 * (net-snmp says so of every route) or "other"; routes of a policy table; VRFs,
 * unless by mplsL3VpnVrfRteTable or an SNMPv3 context.
 *
 * A query that times out must not be sent again: net-snmp would begin to load
 * its table anew.  route_snmp_patience sets a session up so.
 */
#ifndef SOURCE_ROUTE_SNMP_H
#define SOURCE_ROUTE_SNMP_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"
#include "model/snmp.h"
#include "source/snmp_agent.h"

#define ROUTE_SNMP_ROWS 128 /* of one prefix, at most */

struct route_snmp_query {
	const char *context; /* SNMPv3, that of the VRF; or NULL */
	bool paths;
};

/* One try that lasts until the deadline. */
void route_snmp_patience(struct snmp_options *options,
    const struct deadline *deadline);

/*
 * As route_local_read: `view` is fresh from route_view_init, and has failed
 * when this is false.  *err is ERR_TIMEOUT, ERR_PROTOCOL, ERR_PERMISSION,
 * ERR_SYSTEM or ERR_UNSUPPORTED.
 */
bool route_snmp_read(struct snmp_agent *agent,
    const struct route_snmp_query *query, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err);

#endif
