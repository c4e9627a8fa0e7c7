/* SPDX-License-Identifier: ISC */
/* resolved: what came of looking a name up, each address family apart. */
#ifndef MODEL_RESOLVED_H
#define MODEL_RESOLVED_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

enum resolve_status {
	RESOLVE_UNASKED,    /* a literal of the other family, or not wanted */
	RESOLVE_FOUND,	    /* at least one address */
	RESOLVE_NO_ADDRESS, /* the name exists, without one of this family */
	RESOLVE_NO_NAME,    /* the name does not exist */
	RESOLVE_NOT_FOUND,  /* that, or not in the only family asked */
	RESOLVE_SILENT,	    /* no resolver answered, or the time was up */
	RESOLVE_BROKEN,	    /* a resolver answered nonsense or refused */
};

struct resolve_answer {
	enum resolve_status status[IP_V6 + 1]; /* by enum ip_family */
	struct ip *addresses; /* IPv4 first, within a family as the resolver
				 ordered them, each once */
	size_t count;
	int64_t took_ns; /* until the slower family's answer; 0: a literal */
};

/* Is there an address, or is there none for a reason that counts for the whole
 * name?  FOUND if any family is found; else the reason: SILENT or BROKEN before
 * NO_ADDRESS before the others. */
enum resolve_status resolve_overall(const struct resolve_answer *answer);

/* "no such name", "no resolver answered", ...: for people. */
const char *resolve_status_text(enum resolve_status status);

#endif
