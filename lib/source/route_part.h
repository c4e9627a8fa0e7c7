/* SPDX-License-Identifier: ISC */
/*
 * route_part: what the sources of routes have in common: pieces of text made
 * into the parts of a path.
 */
#ifndef SOURCE_ROUTE_PART_H
#define SOURCE_ROUTE_PART_H

#include <stdbool.h>

#include "base/err.h"
#include "base/ip.h"
#include "base/span.h"
#include "model/route.h"

/* ADDRESS/LENGTH, all of it; host bits are dropped. */
bool route_part_net(struct span word, struct ip_net *net);
bool route_part_ip(struct span word, struct ip *ip);
/* One bit less; of a length of 0 nothing. */
void route_part_shorten(struct ip_net *net);

/* One next hop, all there is, by its address; one that is NULL or unspecified
 * ("0.0.0.0", "::") is none: so daemons write a route of their own. */
void route_part_hop(struct route_view *view, struct route_path *path,
    const char *address);
/* "mpls 100/200" */
const char *route_part_mpls(struct route_view *view, struct span labels);
/* The text of an AS path, and the AS that it begins at. */
void route_part_as_path(struct route_view *view, struct route_path *path,
    struct span text);

/* The cover is a copy of that path, or known to be none. */
void route_part_cover(struct route_view *view, struct route_answer *answer,
    const struct route_path *path);
/* The first path that is best leads. */
void route_part_best_first(struct route_answer *answer);
/* From a list of paths to the prefix and to shorter ones: those of the prefix
 * make the answer, and the longest best one is the cover, if it is wanted. */
void route_part_settle(struct route_view *view, struct route_answer *answer,
    const struct route_answer *found, bool cover);
/* Could not be looked at, for that reason. */
void route_part_unseen(struct route_view *view, struct route_answer *answer,
    const struct err *err);

#endif
