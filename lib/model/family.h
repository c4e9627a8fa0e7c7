/* SPDX-License-Identifier: ISC */
/*
 * family: one verdict over two address families.
 *
 * A family is dead when no address of it works.  Whether that is a fault of the
 * target depends on what must work and on whether the other family does.
 */
#ifndef MODEL_FAMILY_H
#define MODEL_FAMILY_H

#include <stdbool.h>

#include "base/ip.h"
#include "base/text.h"
#include "model/verdict.h"

/* What must work. */
enum family_policy {
	FAMILY_AUTO,	/* every family that the target has */
	FAMILY_BOTH,	/* the same, and a missing one is a fault */
	FAMILY_ANY,	/* one of them */
	FAMILY_ONLY_V4, /* IPv4, whatever IPv6 does */
	FAMILY_ONLY_V6,
};

/* What was seen of a family of a target. */
enum family_status {
	FAMILY_UNASKED, /* not looked at: an address of the other family, or
			   the user wants the other one only */
	FAMILY_MISSING, /* the name has no address of it */
	FAMILY_UNSEEN,	/* we could not look: the resolver is silent, ... */
	FAMILY_DEAD,	/* no address of it works */
	FAMILY_WORKS,	/* at least one does */
};

#define FAMILY_MISSING_AUTO (-1)

struct family_rules {
	int policy;	       /* enum family_policy */
	enum verdict one_dead; /* while the other works */
	enum verdict all_dead; /* nothing works that must */
	int missing; /* enum verdict, or FAMILY_MISSING_AUTO: OK, but a fault
			like one_dead with FAMILY_BOTH and like all_dead where
			the one family that must work is missing */
};

struct family_verdict {
	enum verdict verdict; /* of the target, as far as families go */
	/* What an address that does not work counts for: `verdict` where its
	 * family is dead as a whole, CRITICAL where others of the family work,
	 * OK in a family that nobody needs. */
	enum verdict dead_address[IP_V6 + 1];
};

/* May an address of this family change the verdict?  IP_NONE, which is none,
 * may. */
bool family_counts(int policy, enum ip_family family);

/* `seen` by enum ip_family; seen[IP_NONE] is not read. */
struct family_verdict family_judge(const struct family_rules *rules,
    const enum family_status seen[static IP_V6 + 1]);

/* "works over IPv4, IPv6 dead", "dead over IPv4 and IPv6", "works over IPv4, no
 * IPv6 address", "IPv6 dead": one clause, for the first line. */
void family_tell(struct text *text,
    const enum family_status seen[static IP_V6 + 1]);

#endif
