/* SPDX-License-Identifier: ISC */
/*
 * bgp_scene: one judging of BGP sessions, for the parts of bgp_judge.h alone:
 * who is judged, a peer, its families, groups.
 */
#ifndef MODEL_BGP_SCENE_H
#define MODEL_BGP_SCENE_H

#include "model/bgp_judge.h"

/* An entry of either list of expected peers, and whether one was found for it.
 */
struct bgp_wish {
	const struct bgp_expect *expect;
	bool named;
	bool met;
};

struct bgp_scene {
	const struct bgp_rules *rules;
	const struct bgp_look *look;
	struct result *root;
	struct bgp_wish
	    *wishes; /* sorted by address; those without come last */
	size_t wish_count, with_address;
	size_t *chosen; /* indexes of peers */
	size_t chosen_count;
	size_t up, admin_down, absent;
	bool detailed; /* a child for each peer */
};

/* Fills wishes and chosen, in the arena of the result.  False: no room. */
bool bgp_scene_choose(struct bgp_scene *scene);
/* The i-th of the chosen ones. */
const struct bgp_peer *bgp_scene_peer(const struct bgp_scene *scene, size_t i);

/* The wishes that mean a peer, one after the other. */
#define BGP_SCENE_EACH_WISH(scene, peer, wish)                                 \
	for (size_t at_ = bgp_scene_first_wish(scene, &(peer)->address);       \
	     ((wish) = bgp_scene_next_wish(scene, peer, &at_)) != NULL;)

/* The first wish for an address that is not lower. */
size_t bgp_scene_first_wish(const struct bgp_scene *scene,
    const struct ip *address);
/* The next wish from *at on that means the peer, or NULL. */
struct bgp_wish *bgp_scene_next_wish(const struct bgp_scene *scene,
    const struct bgp_peer *peer, size_t *at);

/* Makes a child of the root for the peer with that index of the table. */
void bgp_judge_peer(struct bgp_scene *scene, size_t index);
/* Makes a part of the child for each address family. */
void bgp_judge_families(const struct bgp_scene *scene,
    const struct bgp_peer *peer, struct result *child);
/* Says whether `up` of `all` are enough. */
void bgp_judge_group(struct result *result, const struct bgp_group_rule *rule,
    size_t up, size_t all);
/* Makes a child of the root for the chosen peers of each AS. */
void bgp_judge_by_as(const struct bgp_scene *scene);

#endif
