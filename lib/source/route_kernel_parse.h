/* SPDX-License-Identifier: ISC */
/*
 * route_kernel_parse: what rtnetlink(7) answers, read without any I/O.
 *
 * One reader reads the answer to one request: a lookup, or a dump of routes,
 * rules, next hop objects, addresses, settings of devices or one device.  Names
 * of devices and what is behind next hop objects are not in a route's message;
 * the reader notes where they belong.
 */
#ifndef SOURCE_ROUTE_KERNEL_PARSE_H
#define SOURCE_ROUTE_KERNEL_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/route.h"
#include "source/netlink.h"

#define ROUTE_KERNEL_NAME 64 /* of a device; the kernel has 16 */

/* One route's message, without its next hops. */
struct rtnl_route {
	const struct nlmsghdr *message;
	struct ip_net prefix;
	uint32_t table;
	uint32_t metric;
	uint32_t object; /* next hop object, or 0 */
	uint8_t type;	 /* RTN_* */
	uint8_t protocol;
	unsigned flags;	    /* RTM_F_*, RTNH_F_* */
	uint8_t tos;	    /* that packets must have; 0: any */
	struct ip_net from; /* where they must come from; IP_NONE: anywhere */
	/* For every packet to the prefix: no TOS, no source prefix, and no copy
	 * that a lookup left behind. */
	bool plain;
};

/* A hop or path that lacks what another request must tell. */
struct rtnl_loose {
	struct route_path *path;
	struct route_hop *hop; /* NULL: all hops, of the object `number` */
	uint32_t number;       /* of the device, or of the object */
	uint32_t weight;       /* of the object in its group */
};

/* A device. */
struct rtnl_link {
	uint32_t index;
	char name[ROUTE_KERNEL_NAME];
	bool is_vrf;
	uint32_t vrf_table;
};

/* Of a device: are its routes passed over while it is down? */
struct rtnl_settings {
	uint32_t index;
	bool ignores;
};

/* What the rules say of one table. */
struct rtnl_rules {
	/* Every packet that finds no route before gets there. */
	bool reaches;
	bool reaches_vrfs; /* likewise the table of the packet's VRF */
	/* Some rule leads there. */
	bool refers;
	bool diverted; /* a rule before may have ended the search */
};

enum rtnl_job {
	RTNL_LOOKUP, /* route, in the caller's buffer */
	RTNL_FIND,   /* paths and cover of the answer */
	RTNL_COUNT,  /* by_protocol */
	RTNL_LINK,
	RTNL_RULES,
	RTNL_OBJECT,	/* a next hop object */
	RTNL_NETCONF,	/* list, all_ignore: whose routes may be passed over */
	RTNL_ADDRESSES, /* list: of this host, IPv6 */
	RTNL_THROWS,	/* list: prefixes of routes that throw */
};

struct rtnl_reader {
	enum rtnl_job job;
	uint32_t sequence;
	uint8_t family; /* enum ip_family */
	uint32_t table; /* RTNL_FIND to RTNL_RULES, RTNL_THROWS */
	struct route_view *view;
	struct route_answer *answer;
	struct arena_list *loose; /* struct rtnl_loose */
	struct route_path *path;  /* RTNL_OBJECT: to be completed */
	uint32_t weight;	  /* RTNL_OBJECT: in the group that it is of */
	/* RTNL_NETCONF: struct rtnl_settings; RTNL_ADDRESSES: struct ip;
	 * RTNL_THROWS: struct ip_net */
	struct arena_list *list;

	bool got; /* RTNL_LOOKUP, RTNL_LINK, RTNL_OBJECT: there was one */
	struct rtnl_route route;
	struct rtnl_link link;
	struct rtnl_rules rules;
	uint32_t dead_hops; /* of the path at hand: the kernel skips them */
	uint64_t by_protocol[256];
	uint64_t seen;	 /* routes of that table */
	bool all_ignore; /* RTNL_NETCONF: whatever the device says */
	bool torn; /* the table changed meanwhile, or messages were lost */
	bool no_room;
	bool done;
	int error; /* when done: 0 or an errno */
};

/* Reads received messages: `bytes` is aligned as for a struct nlmsghdr.  On
 * false *err is ERR_PROTOCOL. */
bool rtnl_parse(struct rtnl_reader *reader, const void *bytes, size_t len,
    struct err *err);

/*
 * Reads what is told of changes while a dump is under way (RTNLGRP_*_ROUTE): a
 * route that goes may make the dump miss others that stay.  The kernel marks no
 * dump of routes as interrupted.
 */
void rtnl_hear(struct rtnl_reader *reader, const void *bytes, size_t len);

/* Makes the route one of the answer's paths, or its cover.  False when there
 * is no room. */
bool rtnl_keep(struct rtnl_reader *reader, const struct rtnl_route *route,
    bool is_cover);

/* A route for some packets alone that holds the answer's prefix: notes which.
 * Any other route changes nothing. */
void rtnl_note_apart(struct rtnl_reader *reader,
    const struct rtnl_route *route);

#endif
