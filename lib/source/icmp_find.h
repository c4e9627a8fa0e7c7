/* SPDX-License-Identifier: ISC */
/* icmp_find: from targets as they were given to the addresses to ask. */
#ifndef SOURCE_ICMP_FIND_H
#define SOURCE_ICMP_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/icmp.h"

struct icmp_find {
	const struct icmp_named *targets;
	size_t count;
	enum ip_family only; /* IP_NONE: both */
	bool first;	     /* of each family, no more */
	struct deadline deadline;
};

/* How many of them are names, which must be looked up. */
size_t icmp_find_names(const struct icmp_find *find);

/*
 * Fills *hosts, in the order of the targets, and the targets of *echoes, both
 * in the arena.  *took_s is how long looking up took, below 0 when there were
 * no names.  False (with *err) only when memory or threads ran out.
 */
bool icmp_find_run(const struct icmp_find *find, struct icmp_host **hosts,
    struct icmp_echoes *echoes, double *took_s, struct arena *arena,
    struct err *err);

#endif
