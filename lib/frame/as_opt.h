/* SPDX-License-Identifier: ISC */
/* as_opt: AS numbers as an option's value, asplain or asdot (RFC 5396). */
#ifndef FRAME_AS_OPT_H
#define FRAME_AS_OPT_H

#include "frame/opt.h"

struct as_opt {
	size_t count;
	uint32_t *items;
	size_t capacity;
};

extern const struct opt_type as_opt_list; /* [struct as_opt] "65001,AS65002";
					     commas or repeated */

#endif
