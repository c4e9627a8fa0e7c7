/* SPDX-License-Identifier: ISC */
#include "source/route_kernel_look.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#define CLOCK_EVERY 16 /* answers between two looks at the clock */

uint8_t
rtnl_look_family(enum ip_family family)
{
	return family == IP_V4 ? AF_INET : AF_INET6;
}

struct rtnl_reader
rtnl_look_reader(struct rtnl_look *look, enum rtnl_job job,
    enum ip_family family)
{
	return (struct rtnl_reader){
		.job = job,
		.family = (uint8_t)family,
		.table = look->table,
		.view = look->view,
		.loose = &look->loose,
	};
}

struct nlmsghdr *
rtnl_look_request(struct rtnl_look *look, uint16_t type, uint16_t flags)
{
	return netlink_request(&look->kernel->link, look->kernel->request, type,
	    flags);
}

bool
rtnl_look_ask(struct rtnl_look *look, const struct nlmsghdr *request,
    struct rtnl_reader *reader, struct err *err)
{
	struct route_kernel *kernel = look->kernel;
	struct netlink_arrival arrival = { .lost = false };

	reader->sequence = kernel->link.sequence;
	look->view->requests++;
	if (!netlink_send(&kernel->link, request, err))
		return false;
	for (unsigned turn = 1; !reader->done; turn++) {
		const ssize_t len = netlink_receive(&kernel->link,
		    kernel->received, sizeof(kernel->received), &arrival,
		    look->deadline, err);

		if (len < 0)
			return false;
		reader->torn |= arrival.lost;
		if (arrival.news)
			rtnl_hear(reader, kernel->received, (size_t)len);
		else if (!rtnl_parse(reader, kernel->received, (size_t)len,
			     err))
			return false;
		if (!reader->done && (len == 0 || turn % CLOCK_EVERY == 0) &&
		    deadline_past(look->deadline))
			return err_set(err, ERR_TIMEOUT,
			    "rtnetlink: not at the end after %llu routes",
			    (unsigned long long)reader->seen);
	}
	return true;
}

struct nlmsghdr *
rtnl_look_lookup(struct rtnl_look *look, const struct rtnl_packet *packet)
{
	const bool v4 = packet->to->family == IP_V4;
	const size_t size = v4 ? 4 : 16;
	const uint8_t bits = v4 ? 32 : 128;
	struct nlmsghdr *request = rtnl_look_request(look, RTM_GETROUTE, 0);
	struct rtmsg *body = netlink_put_body(request, sizeof(*body));

	body->rtm_family = rtnl_look_family((enum ip_family)packet->to->family);
	body->rtm_dst_len = bits;
	body->rtm_tos = packet->tos;
	/* IPv6 always tells the table, and refuses to be asked for it. */
	body->rtm_flags = RTM_F_FIB_MATCH | (v4 ? RTM_F_LOOKUP_TABLE : 0);
	netlink_put(request, RTA_DST, packet->to->bytes, size);
	if (packet->from != NULL) {
		body->rtm_src_len = bits;
		netlink_put(request, RTA_SRC, packet->from->bytes, size);
	}
	if (look->vrf_index != 0)
		netlink_put(request, RTA_OIF, &look->vrf_index,
		    sizeof(look->vrf_index));
	return request;
}
