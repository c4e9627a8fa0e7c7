/* SPDX-License-Identifier: ISC */
/*
 * route_kernel: the routes of this host, by rtnetlink(7).  Linux, no privilege
 * needed.
 *
 * A prefix is looked up, which costs the same in a table of ten and of a
 * million routes.  A lookup tells which route a packet to one address takes
 * (RTM_F_FIB_MATCH), which proves less than it seems:
 *
 *	the answer is as long as the prefix	it is there
 *	it is shorter, or there is no route	it is not there, unless one that
 *				throws holds the address: another is asked
 *	it is longer		a longer prefix begins at the same address:
 *				another address of the prefix is asked
 *	it is of another table	rules and the local table come first: another
 *				address, too
 *
 * Which routes throw is asked once, when there is no route: the kernel looks at
 * the whole table for that, and sends few.
 *
 * What no lookup proves is searched in a dump of the one table, filtered by the
 * kernel (NETLINK_GET_STRICT_CHK, Linux 4.20) or here.
 *
 * Of what is absent that way, route_kernel_hidden.h knows what a lookup does
 * not see: a path that is `unused`, and `apart`, routes for some packets alone.
 */
#ifndef SOURCE_ROUTE_KERNEL_H
#define SOURCE_ROUTE_KERNEL_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"
#include "source/netlink.h"

#define ROUTE_KERNEL_DUMPS 4 /* of one table, when it changes meanwhile */

struct route_kernel {
	struct netlink link;
	bool strict; /* the kernel filters dumps, and knows which tables are */
	_Alignas(4) unsigned char request[1024];
	_Alignas(4) unsigned char received[NETLINK_RECEIVE_SIZE];
};

/* Opens a socket in the network namespace `netns`, a path or process id; NULL:
 * ours.  On false *err is as of netns_enter and netlink_open. */
bool route_kernel_open(struct route_kernel *kernel, const char *netns,
    struct err *err);
void route_kernel_close(struct route_kernel *kernel);

/* As route_local_read: on false the view has failed, what was answered before
 * stays; on true an answer may still be ROUTE_UNSEEN with a reason. */
bool route_kernel_read(struct route_kernel *kernel,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err);

#endif
