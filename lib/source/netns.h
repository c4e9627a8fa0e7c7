/* SPDX-License-Identifier: ISC */
/*
 * netns: the network namespace of a container or pod, entered for the moment
 * that it takes to open something there.  Linux, network_namespaces(7).
 *
 * A socket or a /proc/net file keeps the namespace it was opened in, so nobody
 * has to stay.  Entering needs CAP_SYS_ADMIN; naming it by the id of another
 * user's process, CAP_SYS_PTRACE too.
 */
#ifndef SOURCE_NETNS_H
#define SOURCE_NETNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct netns {
	int home_fd; /* -1: nothing was entered */
};

/* Enters `target`, a path such as /run/netns/blue or a process id; NULL: does
 * nothing.  Only the calling thread moves.  On false it has not moved. */
bool netns_enter(struct netns *netns, const char *target, struct err *err);
/* Goes home.  On false (ERR_SYSTEM) the thread is still elsewhere: give up. */
bool netns_leave(struct netns *netns, struct err *err);

/* A number that no other namespace has until the next boot. */
bool netns_identity(const char *target, uint64_t *identity, struct err *err);

#endif
