/* SPDX-License-Identifier: ISC */
/*
 * route_kernel_look: one look at the kernel's routes, and how it asks.
 *
 * What route_kernel and route_kernel_hidden share; for nobody else.
 */
#ifndef SOURCE_ROUTE_KERNEL_LOOK_H
#define SOURCE_ROUTE_KERNEL_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/route.h"
#include "source/route_kernel.h"
#include "source/route_kernel_parse.h"

/* One that has been named. */
struct rtnl_device {
	uint32_t index;
	const char *name;
};

/* What was asked once of a family, for all prefixes. */
struct rtnl_known {
	bool has_rules, has_links, has_addresses, has_throws;
	struct rtnl_rules rules;
	bool hides;		     /* routes by some link that is down */
	int64_t search_ns;	     /* what the search for such a route took */
	struct arena_list addresses; /* struct ip, of this host */
	struct arena_list throws;    /* struct ip_net, of our table */
};

struct rtnl_look {
	struct route_kernel *kernel;
	const struct route_question *question;
	struct route_view *view;
	const struct deadline *deadline;
	const char *table_name; /* for paths */
	uint32_t table;
	uint32_t vrf_index; /* 0: none */
	bool own;	    /* the last prefix is one of table local */
	struct arena_list loose;
	struct arena_list devices;  /* struct rtnl_device */
	struct rtnl_known known[3]; /* by enum ip_family */
};

/* AF_INET or AF_INET6 */
uint8_t rtnl_look_family(enum ip_family family);
struct rtnl_reader rtnl_look_reader(struct rtnl_look *look, enum rtnl_job job,
    enum ip_family family);
/* Begins a request in the kernel's buffer. */
struct nlmsghdr *rtnl_look_request(struct rtnl_look *look, uint16_t type,
    uint16_t flags);
/* Sends the request and reads until its answer is whole.  An errno that the
 * kernel answers is in the reader. */
bool rtnl_look_ask(struct rtnl_look *look, const struct nlmsghdr *request,
    struct rtnl_reader *reader, struct err *err);

/* Whose way is looked up. */
struct rtnl_packet {
	const struct ip *to;
	const struct ip *from; /* NULL: from anybody */
	uint8_t tos;
};
struct nlmsghdr *rtnl_look_lookup(struct rtnl_look *look,
    const struct rtnl_packet *packet);

#endif
