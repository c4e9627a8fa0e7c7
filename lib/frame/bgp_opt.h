/* SPDX-License-Identifier: ISC */
/* bgp_opt: which BGP peers, and what is expected of them, as options' values.
 */
#ifndef FRAME_BGP_OPT_H
#define FRAME_BGP_OPT_H

#include "frame/as_opt.h"
#include "frame/opt.h"
#include "model/bgp_judge.h"

/* The lists of one struct bgp_criteria, as they are typed. */
struct bgp_opt_choice {
	struct opt_nets nets;
	struct opt_strings vrfs;
	struct as_opt as;
	struct opt_strings descriptions; /* patterns */
	int family;			 /* enum ip_family */
};

struct bgp_opt_down {
	bool given;
	enum verdict verdict;
};

extern const struct opt_type bgp_opt_peer;   /* [struct bgp_expects] */
extern const struct opt_type bgp_opt_expect; /* [struct bgp_expects] a file of
						them, bgp_expect.h */
extern const struct opt_type bgp_opt_state;  /* [struct bgp_opt_down] */
extern const struct opt_type bgp_opt_share;  /* [struct bgp_group_rule] "2",
						"50%" */
extern const struct opt_type bgp_opt_limits; /* [struct arena_list] of struct
						bgp_family_limits: "1000:",
						"ipv6-unicast=200:" */

extern const struct opt_word bgp_opt_families[]; /* enum ip_family */

/* Borrows from *choice; what is compiled is in the arena.  `description` is the
 * option of its patterns, for *err. */
bool bgp_opt_criteria(const struct bgp_opt_choice *choice,
    const char *description, struct bgp_criteria *criteria, struct arena *arena,
    struct err *err);

#endif
