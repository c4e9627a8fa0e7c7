/* SPDX-License-Identifier: ISC */
/*
 * route_kernel_hidden: what a lookup does not see of the kernel's routes.
 *
 * A route by a link that is down, where ignore_routes_with_linkdown tells the
 * kernel to pass it over (ip-sysctl); and routes for some packets alone: of one
 * TOS (IPv4), or from one prefix (IPv6, RFC 8043 calls it source address
 * dependent routing).
 */
#ifndef SOURCE_ROUTE_KERNEL_HIDDEN_H
#define SOURCE_ROUTE_KERNEL_HIDDEN_H

#include <stdbool.h>

#include "base/err.h"
#include "model/route.h"
#include "source/route_kernel_look.h"

/* *any: routes of that family may be there that a lookup passes over. */
bool rtnl_hidden_links(struct rtnl_look *look, enum ip_family family, bool *any,
    struct err *err);

/*
 * Which packets to that address have a route though others have none: `apart`
 * and `apart_cover` of the answer.  Sources that are tried are the addresses of
 * this host: it takes a dump to see the routes for others.
 */
bool rtnl_hidden_apart(struct rtnl_look *look, struct route_answer *answer,
    const struct ip *address, struct err *err);

#endif
