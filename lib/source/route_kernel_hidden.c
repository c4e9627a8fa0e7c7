/* SPDX-License-Identifier: ISC */
#include "source/route_kernel_hidden.h"

#include <linux/if_addr.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

#include "source/netdev.h"

#define SOURCES_MAX 16 /* addresses of this host that are tried */
/* The bits of a TOS that the kernel compares (IPTOS_RT_MASK): a route with
 * others is never taken. */
#define TOS_STEP 0x04
#define TOS_LAST 0x1c

/* --- links ---------------------------------------------------------------- */

/* A kernel that does not tell hides nothing. */
bool
rtnl_hidden_links(struct rtnl_look *look, enum ip_family family, bool *any,
    struct err *err)
{
	struct rtnl_known *known = &look->known[family];
	struct rtnl_reader reader =
	    rtnl_look_reader(look, RTNL_NETCONF, family);
	struct arena_list devices = { 0 };
	const struct rtnl_settings *device;
	struct nlmsghdr *request;
	struct netconfmsg *body;

	*any = known->hides;
	if (known->has_links)
		return true;
	request = rtnl_look_request(look, RTM_GETNETCONF, NLM_F_DUMP);
	body = netlink_put_body(request, sizeof(*body));
	body->ncm_family = rtnl_look_family(family);
	reader.list = &devices;
	if (!rtnl_look_ask(look, request, &reader, err))
		return false;
	if (reader.no_room)
		return err_set(err, ERR_SYSTEM, "no memory for devices");
	device = devices.items;
	for (size_t i = 0; i < devices.count && !known->hides; i++, device++)
		known->hides = (device->ignores || reader.all_ignore) &&
		    netdev_lacks_carrier(look->kernel->link.fd, device->index);
	known->has_links = true;
	*any = known->hides;
	return true;
}

/* --- packets -------------------------------------------------------------- */

static bool
try_packet(struct rtnl_look *look, struct route_answer *answer,
    const struct rtnl_packet *packet, struct err *err)
{
	struct rtnl_reader reader = rtnl_look_reader(look, RTNL_LOOKUP,
	    (enum ip_family)packet->to->family);

	reader.answer = answer;
	if (!rtnl_look_ask(look, rtnl_look_lookup(look, packet), &reader, err))
		return false;
	if (reader.got)
		rtnl_note_apart(&reader, &reader.route);
	return true;
}

static bool
try_tos(struct rtnl_look *look, struct route_answer *answer,
    const struct ip *address, struct err *err)
{
	struct rtnl_packet packet = { .to = address };

	for (packet.tos = TOS_STEP; packet.tos <= TOS_LAST;
	     packet.tos += TOS_STEP)
		if (!try_packet(look, answer, &packet, err))
			return false;
	return true;
}

static bool
read_addresses(struct rtnl_look *look, struct rtnl_known *known,
    struct err *err)
{
	struct rtnl_reader reader =
	    rtnl_look_reader(look, RTNL_ADDRESSES, IP_V6);
	struct nlmsghdr *request;
	struct ifaddrmsg *body;

	if (known->has_addresses)
		return true;
	request = rtnl_look_request(look, RTM_GETADDR, NLM_F_DUMP);
	body = netlink_put_body(request, sizeof(*body));
	body->ifa_family = rtnl_look_family(IP_V6);
	reader.list = &known->addresses;
	known->has_addresses = true;
	return rtnl_look_ask(look, request, &reader, err) &&
	    (!reader.no_room ||
		err_set(err, ERR_SYSTEM, "no memory for addresses"));
}

static bool
try_sources(struct rtnl_look *look, struct route_answer *answer,
    const struct ip *address, struct err *err)
{
	struct rtnl_known *known = &look->known[IP_V6];
	struct rtnl_packet packet = { .to = address };

	if (!read_addresses(look, known, err))
		return false;
	for (size_t i = 0; i < known->addresses.count && i < SOURCES_MAX; i++) {
		packet.from = (const struct ip *)known->addresses.items + i;
		if (!try_packet(look, answer, &packet, err))
			return false;
	}
	return true;
}

bool
rtnl_hidden_apart(struct rtnl_look *look, struct route_answer *answer,
    const struct ip *address, struct err *err)
{
	return address->family == IP_V4
	    ? try_tos(look, answer, address, err)
	    : try_sources(look, answer, address, err);
}
