/* SPDX-License-Identifier: ISC */
/* bgp_select: which peers of a table a check is about. */
#ifndef MODEL_BGP_SELECT_H
#define MODEL_BGP_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/regex.h"
#include "model/bgp.h"

/* Properties of peers; an empty list says nothing.  All borrowed. */
struct bgp_criteria {
	const struct ip_net *nets;
	size_t net_count;
	const char *const *vrfs; /* "default" is the default one, too */
	size_t vrf_count;
	const uint32_t *as;
	size_t as_count;
	struct regex *const *descriptions; /* of the peer's name, too */
	size_t description_count;
	enum ip_family family; /* of the address; IP_NONE: says nothing */
};

struct bgp_select {
	struct bgp_criteria only;   /* what every peer must have */
	struct bgp_criteria except; /* what no peer may have */
};

/* Does any list say something? */
bool bgp_criteria_given(const struct bgp_criteria *criteria);
/* All lists that say something, one of each. */
bool bgp_select_takes(const struct bgp_select *select,
    const struct bgp_peer *peer);

#endif
