/* SPDX-License-Identifier: ISC */
/* route_opt: prefixes and numbers of routes as options' values. */
#ifndef FRAME_ROUTE_OPT_H
#define FRAME_ROUTE_OPT_H

#include "frame/opt.h"
#include "model/route_expect.h"
#include "model/route_tally.h"

struct route_opt_tallies { /* each selection once, with both its ranges */
	size_t count;
	struct route_tally *items;
	size_t capacity;
};

extern const struct opt_type route_opt_prefix; /* [struct route_expects] one
						  that is named again is kept
						  once */
extern const struct opt_type route_opt_expect; /* [struct route_expects] a file
						  of them, route_expect.h */
extern const struct opt_type route_opt_count;  /* [struct route_opt_tallies]
						  "1000:", "ipv4,bgp=9000:" */

extern const struct opt_word route_opt_kinds[];	 /* enum route_wanted_kind */
extern const struct opt_word route_opt_stages[]; /* enum route_stage */

#endif
