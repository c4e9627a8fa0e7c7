/* SPDX-License-Identifier: ISC */
#include "source/route_kernel_parse.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/lwtunnel.h>
#include <linux/mpls.h>
#include <linux/mpls_iptunnel.h>
#include <linux/netconf.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "source/rtnames.h"

#define GROUP_MAX ROUTE_HOPS_MAX /* members of one next hop group */

/* --- addresses ------------------------------------------------------------ */

/* No ip_from_v6: a prefix below ::ffff:0:0/96 is an IPv6 one here. */
static bool
take_prefix(struct ip_net *net, uint8_t family, const struct netlink_attr *attr,
    uint8_t length)
{
	const size_t size = family == IP_V4 ? 4 : 16;

	if (attr != NULL && attr->len < size)
		return false;
	*net = (struct ip_net){ .address.family = family, .length = length };
	if (attr != NULL)
		memcpy(net->address.bytes, attr->data, size);
	return true;
}

/* Of link-local addresses the interface belongs to the hop, which names it. */
static struct ip
gateway_of(const void *bytes, size_t len)
{
	if (len >= 16)
		return ip_from_v6(bytes, 0);
	if (len >= 4)
		return ip_from_v4(bytes);
	return (struct ip){ .family = IP_NONE };
}

/* struct rtvia: the family, then the address (RFC 5549). */
static struct ip
via_of(const struct netlink_attr *attr)
{
	const uint8_t *bytes = attr->data;
	uint16_t family;

	if (attr->len < sizeof(family))
		return (struct ip){ .family = IP_NONE };
	memcpy(&family, bytes, sizeof(family));
	if (family != AF_INET && family != AF_INET6)
		return (struct ip){ .family = IP_NONE };
	return gateway_of(bytes + sizeof(family), attr->len - sizeof(family));
}

/* --- a route -------------------------------------------------------------- */

static bool
read_attrs(struct rtnl_route *route, const struct rtmsg *body, uint8_t family)
{
	struct netlink_attrs attrs =
	    netlink_attrs_of(route->message, sizeof(*body));
	struct netlink_attr attr;
	bool ok = true, has_prefix = body->rtm_dst_len == 0;

	if (body->rtm_src_len > 0)
		ok = take_prefix(&route->from, family, NULL, body->rtm_src_len);
	route->table = body->rtm_table;
	while (ok && netlink_attr_next(&attrs, &attr))
		switch (attr.type) {
		case RTA_DST:
			ok = take_prefix(&route->prefix, family, &attr,
			    body->rtm_dst_len);
			has_prefix = true;
			break;
		case RTA_SRC:
			ok = body->rtm_src_len == 0 ||
			    take_prefix(&route->from, family, &attr,
				body->rtm_src_len);
			break;
		case RTA_TABLE:
			ok = netlink_attr_u32(&attr, &route->table);
			break;
		case RTA_PRIORITY:
			ok = netlink_attr_u32(&attr, &route->metric);
			break;
		case RTA_NH_ID:
			ok = netlink_attr_u32(&attr, &route->object);
			break;
		default:
			break;
		}
	return ok && has_prefix;
}

static uint8_t
family_of(uint8_t kernel_family)
{
	switch (kernel_family) {
	case AF_INET:
		return IP_V4;
	case AF_INET6:
		return IP_V6;
	default:
		return IP_NONE;
	}
}

static bool
read_route(struct rtnl_route *route, const struct nlmsghdr *message,
    const struct rtmsg *body)
{
	const uint8_t family = family_of(body->rtm_family);

	*route = (struct rtnl_route){
		.message = message,
		.type = body->rtm_type,
		.protocol = body->rtm_protocol,
		.flags = body->rtm_flags,
		.tos = body->rtm_tos,
		.plain = body->rtm_tos == 0 && body->rtm_src_len == 0 &&
		    (body->rtm_flags & RTM_F_CLONED) == 0,
	};
	return family != IP_NONE &&
	    body->rtm_dst_len <= ip_bits((enum ip_family)family) &&
	    body->rtm_src_len <= ip_bits((enum ip_family)family) &&
	    take_prefix(&route->prefix, family, NULL, body->rtm_dst_len) &&
	    read_attrs(route, body, family);
}

/* --- its next hops -------------------------------------------------------- */

static const char *
encap_name(uint16_t type)
{
	static const char *const names[] = {
		[LWTUNNEL_ENCAP_MPLS] = "mpls",
		[LWTUNNEL_ENCAP_IP] = "ip",
		[LWTUNNEL_ENCAP_ILA] = "ila",
		[LWTUNNEL_ENCAP_IP6] = "ip6",
		[LWTUNNEL_ENCAP_SEG6] = "seg6",
		[LWTUNNEL_ENCAP_BPF] = "bpf",
		[LWTUNNEL_ENCAP_SEG6_LOCAL] = "seg6local",
		[LWTUNNEL_ENCAP_RPL] = "rpl",
	};

	return type < sizeof(names) / sizeof(names[0]) && names[type] != NULL
	    ? names[type]
	    : "other";
}

/* " 100/200": RFC 3032 2.1, the label is the upper 20 bits of each word. */
static void
add_labels(struct text *text, const struct netlink_attr *encap)
{
	struct netlink_attrs inner = netlink_attrs_in(encap->data, encap->len);
	struct netlink_attr attr;

	while (netlink_attr_next(&inner, &attr)) {
		const uint8_t *bytes = attr.data;

		if (attr.type != MPLS_IPTUNNEL_DST)
			continue;
		for (size_t at = 0; at + 4 <= attr.len; at += 4) {
			uint32_t word;

			memcpy(&word, bytes + at, sizeof(word));
			text_addf(text, "%c%u", at == 0 ? ' ' : '/',
			    ntohl(word) >> MPLS_LS_LABEL_SHIFT);
		}
	}
}

/* What is told of one hop, wherever it stands. */
struct hop {
	struct ip gateway;
	uint32_t device;
	uint16_t encap_type;
	struct netlink_attr encap;
};

static bool
add_hop(struct rtnl_reader *reader, struct route_path *path,
    const struct hop *seen, unsigned flags, uint32_t weight)
{
	struct route_view *view = reader->view;
	struct route_hop *hop = route_hop(view, path, &seen->gateway);
	struct rtnl_loose *loose;
	char room[200];
	struct text encap = TEXT_OVER(room);

	if (hop == NULL)
		return false;
	hop->weight = weight;
	hop->down = (flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) != 0;
	reader->dead_hops += (flags & RTNH_F_DEAD) != 0;
	if (seen->encap_type != LWTUNNEL_ENCAP_NONE) {
		text_add(&encap, encap_name(seen->encap_type));
		if (seen->encap_type == LWTUNNEL_ENCAP_MPLS)
			add_labels(&encap, &seen->encap);
		hop->encap = route_string(view, encap.data, encap.len);
	}
	if (seen->device == 0)
		return true;
	loose = arena_push(view->arena, reader->loose, sizeof(*loose));
	if (loose == NULL)
		return false;
	*loose = (struct rtnl_loose){ path, hop, seen->device, weight };
	return true;
}

/* An attribute of a route, of one of its hops, or of a next hop object. */
static void
see_attr(struct hop *hop, const struct netlink_attr *attr, bool of_object)
{
	const uint16_t gateway = of_object ? NHA_GATEWAY : RTA_GATEWAY;
	const uint16_t encap_type = of_object ? NHA_ENCAP_TYPE : RTA_ENCAP_TYPE;
	const uint16_t encap = of_object ? NHA_ENCAP : RTA_ENCAP;
	const uint16_t device = of_object ? NHA_OIF : RTA_OIF;

	if (attr->type == gateway)
		hop->gateway = gateway_of(attr->data, attr->len);
	else if (attr->type == RTA_VIA && !of_object)
		hop->gateway = via_of(attr);
	else if (attr->type == encap_type)
		netlink_attr_u16(attr, &hop->encap_type);
	else if (attr->type == encap)
		hop->encap = *attr;
	else if (attr->type == device)
		netlink_attr_u32(attr, &hop->device);
}

/* RTA_MULTIPATH: a struct rtnexthop each, with attributes behind it. */
static bool
add_multipath(struct rtnl_reader *reader, struct route_path *path,
    const struct netlink_attr *list)
{
	const uint8_t *at = list->data;
	size_t left = list->len;

	while (left >= sizeof(struct rtnexthop)) {
		struct hop hop = { .gateway.family = IP_NONE };
		struct netlink_attrs attrs;
		struct netlink_attr attr;
		struct rtnexthop next;
		size_t whole;

		memcpy(&next, at, sizeof(next));
		if (next.rtnh_len < sizeof(next) || next.rtnh_len > left)
			return true; /* what comes behind is no hop */
		attrs = netlink_attrs_in(at + sizeof(next),
		    next.rtnh_len - sizeof(next));
		hop.device = (uint32_t)next.rtnh_ifindex;
		while (netlink_attr_next(&attrs, &attr))
			see_attr(&hop, &attr, false);
		if (!add_hop(reader, path, &hop, next.rtnh_flags,
			(uint32_t)next.rtnh_hops + 1))
			return false;
		whole = RTNH_ALIGN(next.rtnh_len);
		if (whole >= left)
			return true;
		at += whole;
		left -= whole;
	}
	return true;
}

static bool
note_object(struct rtnl_reader *reader, struct route_path *path,
    uint32_t number, uint32_t weight)
{
	struct rtnl_loose *loose =
	    arena_push(reader->view->arena, reader->loose, sizeof(*loose));

	if (loose == NULL)
		return false;
	*loose = (struct rtnl_loose){ path, NULL, number, weight };
	return true;
}

static bool
is_rejecting(enum route_kind kind)
{
	return kind == ROUTE_BLACKHOLE || kind == ROUTE_UNREACHABLE ||
	    kind == ROUTE_PROHIBIT || kind == ROUTE_THROW;
}

static bool
add_hops(struct rtnl_reader *reader, struct route_path *path,
    const struct rtnl_route *route)
{
	struct netlink_attrs attrs =
	    netlink_attrs_of(route->message, sizeof(struct rtmsg));
	struct hop only = { .gateway.family = IP_NONE };
	struct netlink_attr attr;

	while (netlink_attr_next(&attrs, &attr))
		if (attr.type == RTA_MULTIPATH)
			return add_multipath(reader, path, &attr);
		else
			see_attr(&only, &attr, false);
	/* Without net.ipv4.nexthop_compat_mode there is but the object. */
	if (only.device == 0 && only.gateway.family == IP_NONE &&
	    route->object != 0)
		return note_object(reader, path, route->object, 1);
	if (is_rejecting(path->kind))
		return true; /* lo, which carries nothing */
	return add_hop(reader, path, &only, route->flags, 1);
}

/* --- keeping -------------------------------------------------------------- */

static enum route_kind
kind_of(uint8_t type)
{
	static const enum route_kind kinds[] = {
		[RTN_UNSPEC] = ROUTE_OTHER,
		[RTN_UNICAST] = ROUTE_UNICAST,
		[RTN_LOCAL] = ROUTE_LOCAL,
		[RTN_BROADCAST] = ROUTE_LOCAL,
		[RTN_ANYCAST] = ROUTE_LOCAL,
		[RTN_MULTICAST] = ROUTE_OTHER,
		[RTN_BLACKHOLE] = ROUTE_BLACKHOLE,
		[RTN_UNREACHABLE] = ROUTE_UNREACHABLE,
		[RTN_PROHIBIT] = ROUTE_PROHIBIT,
		[RTN_THROW] = ROUTE_THROW,
	};

	return type < sizeof(kinds) / sizeof(kinds[0]) ? kinds[type]
						       : ROUTE_OTHER;
}

bool
rtnl_keep(struct rtnl_reader *reader, const struct rtnl_route *route,
    bool is_cover)
{
	struct route_view *view = reader->view;
	struct route_path *path = is_cover
	    ? route_cover(view, reader->answer, &route->prefix)
	    : route_add(view, reader->answer, &route->prefix);
	char room[ROUTE_KERNEL_NAME];
	struct text protocol = TEXT_OVER(room);

	if (path == NULL)
		return false;
	path->kind = kind_of(route->type);
	path->reached = ROUTE_INSTALLED;
	path->metric = route->metric;
	path->has = ROUTE_HAS_METRIC | ROUTE_HAS_HOPS;
	rtnames_name(RTNAMES_PROTOCOLS, rtnames_roots, route->protocol,
	    &protocol);
	path->protocol = route_string(view, protocol.data, protocol.len);
	reader->dead_hops = 0;
	if (!add_hops(reader, path, route))
		return false;
	/* A lookup passes it over (fib_lookup_good_nhc, find_match). */
	if (path->hops != NULL && reader->dead_hops == path->hop_count) {
		path->unused = "link down";
		path->reached = 0;
	}
	return true;
}

/* --- routes for some packets ---------------------------------------------- */

static const char *
packets_of(struct rtnl_reader *reader, const struct rtnl_route *route)
{
	char room[100];
	struct text text = TEXT_OVER(room);

	if (route->tos != 0)
		text_addf(&text, "packets of TOS 0x%02x", route->tos);
	else
		text_add(&text, "packets");
	if (route->from.address.family != IP_NONE) {
		text_add(&text, " from ");
		ip_net_format(&text, &route->from);
	}
	return route_string(reader->view, text.data, text.len);
}

/* --- finding in a dump ---------------------------------------------------- */

static bool
same_net(const struct ip_net *a, const struct ip_net *b)
{
	return a->length == b->length &&
	    memcmp(a->address.bytes, b->address.bytes, 16) == 0;
}

void
rtnl_note_apart(struct rtnl_reader *reader, const struct rtnl_route *route)
{
	struct route_answer *answer = reader->answer;
	const char **note;

	if (route->plain || (route->flags & RTM_F_CLONED) != 0 ||
	    route->table != reader->table ||
	    route->prefix.length > answer->prefix.length ||
	    !ip_in_net(&answer->prefix.address, &route->prefix))
		return;
	note = same_net(&route->prefix, &answer->prefix) ? &answer->apart
							 : &answer->apart_cover;
	if (*note == NULL)
		*note = packets_of(reader, route);
}

/* Does it hold the wanted prefix, and is it longer than the cover so far, or of
 * the same length and preferred? */
static bool
is_better_cover(const struct rtnl_reader *reader,
    const struct rtnl_route *route)
{
	const struct route_path *cover = reader->answer->cover;

	if (!ip_in_net(&reader->answer->prefix.address, &route->prefix))
		return false;
	return cover == NULL || route->prefix.length > cover->prefix.length ||
	    (route->prefix.length == cover->prefix.length &&
		route->metric < cover->metric);
}

/* One that is not used carries nothing.  One that throws sends the packet on to
 * another table: behind it no other route of this table holds. */
static void
find_cover(struct rtnl_reader *reader, const struct rtnl_route *route)
{
	struct route_answer *answer = reader->answer;
	struct route_path *before = answer->cover;

	if (!is_better_cover(reader, route))
		return;
	if (!rtnl_keep(reader, route, true))
		reader->no_room = true;
	else if (answer->cover->unused != NULL)
		answer->cover = before;
}

static void
find(struct rtnl_reader *reader, const struct rtnl_route *route)
{
	const struct ip_net *wanted = &reader->answer->prefix;

	if (route->table != reader->table)
		return;
	if (!route->plain) {
		rtnl_note_apart(reader, route);
		return;
	}
	reader->seen++;
	if (route->prefix.length > wanted->length)
		return;
	if (same_net(&route->prefix, wanted)) {
		if (!rtnl_keep(reader, route, false))
			reader->no_room = true;
	}
	find_cover(reader, route);
}

static void
list_item(struct rtnl_reader *reader, const void *item, size_t size)
{
	void *added = arena_push(reader->view->arena, reader->list, size);

	if (added == NULL)
		reader->no_room = true;
	else
		memcpy(added, item, size);
}

static void
take_route(struct rtnl_reader *reader, const struct rtnl_route *route)
{
	switch (reader->job) {
	case RTNL_LOOKUP:
		reader->route = *route;
		reader->got = true;
		reader->done = true;
		break;
	case RTNL_FIND:
		find(reader, route);
		break;
	case RTNL_COUNT:
		if (route->table != reader->table ||
		    (route->flags & RTM_F_CLONED) != 0)
			break;
		reader->seen++;
		reader->by_protocol[route->protocol]++;
		break;
	case RTNL_THROWS:
		if (route->table == reader->table && route->type == RTN_THROW)
			list_item(reader, &route->prefix,
			    sizeof(route->prefix));
		break;
	default:
		break;
	}
}

static bool
on_route(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	const struct rtmsg *body = netlink_body(message, sizeof(*body));
	struct rtnl_route route;

	if (body == NULL)
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: a route of %u bytes", message->nlmsg_len);
	if (family_of(body->rtm_family) != reader->family)
		return true;
	if (!read_route(&route, message, body))
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: a route that makes no sense");
	take_route(reader, &route);
	return true;
}

/* --- devices -------------------------------------------------------------- */

static void
read_vrf(struct rtnl_link *link, const struct netlink_attr *info)
{
	struct netlink_attrs attrs = netlink_attrs_in(info->data, info->len);
	struct netlink_attr attr, data = { .len = 0 };

	while (netlink_attr_next(&attrs, &attr))
		if (attr.type == IFLA_INFO_KIND)
			link->is_vrf =
			    attr.len >= 3 && memcmp(attr.data, "vrf", 3) == 0;
		else if (attr.type == IFLA_INFO_DATA)
			data = attr;
	attrs = netlink_attrs_in(data.data, data.len);
	while (link->is_vrf && netlink_attr_next(&attrs, &attr))
		if (attr.type == IFLA_VRF_TABLE)
			netlink_attr_u32(&attr, &link->vrf_table);
}

static bool
on_link(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	const struct ifinfomsg *body = netlink_body(message, sizeof(*body));
	struct rtnl_link *link = &reader->link;
	struct netlink_attrs attrs = netlink_attrs_of(message, sizeof(*body));
	struct netlink_attr attr;

	if (body == NULL)
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: a device of %u bytes", message->nlmsg_len);
	*link = (struct rtnl_link){ .index = (uint32_t)body->ifi_index };
	while (netlink_attr_next(&attrs, &attr))
		if (attr.type == IFLA_IFNAME) {
			const size_t len = strnlen(attr.data, attr.len);

			if (len < sizeof(link->name))
				memcpy(link->name, attr.data, len);
		} else if (attr.type == IFLA_LINKINFO) {
			read_vrf(link, &attr);
		}
	reader->got = true;
	reader->done = true;
	return true;
}

/* --- rules ---------------------------------------------------------------- */

/* Attributes with which a rule still holds for every packet. */
static bool
is_plain_attr(const struct netlink_attr *attr)
{
	uint32_t value;

	switch (attr->type) {
	case FRA_TABLE:
	case FRA_PRIORITY:
	case FRA_PROTOCOL:
	case FRA_L3MDEV:
	case FRA_PAD:
		return true;
	case FRA_SUPPRESS_PREFIXLEN:
	case FRA_SUPPRESS_IFGROUP: /* -1: nothing is suppressed */
		return netlink_attr_u32(attr, &value) && value == UINT32_MAX;
	default:
		return false;
	}
}

static bool
on_rule(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	const struct fib_rule_hdr *body = netlink_body(message, sizeof(*body));
	struct rtnl_rules *rules = &reader->rules;
	struct netlink_attrs attrs = netlink_attrs_of(message, sizeof(*body));
	struct netlink_attr attr;
	bool plain, of_vrf = false;
	uint32_t table;

	if (body == NULL)
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: a rule of %u bytes", message->nlmsg_len);
	plain = body->src_len == 0 && body->dst_len == 0 && body->tos == 0 &&
	    (body->flags & FIB_RULE_INVERT) == 0;
	table = body->table;
	while (netlink_attr_next(&attrs, &attr)) {
		plain &= is_plain_attr(&attr);
		of_vrf |= attr.type == FRA_L3MDEV;
		if (attr.type == FRA_TABLE)
			netlink_attr_u32(&attr, &table);
	}
	if (body->action != FR_ACT_TO_TBL) {
		rules->diverted = true;
		return true;
	}
	if (of_vrf) {
		rules->reaches_vrfs |= plain && !rules->diverted;
		return true;
	}
	if (table != reader->table)
		return true;
	rules->refers = true;
	rules->reaches |= plain && !rules->diverted;
	return true;
}

/* --- next hop objects ----------------------------------------------------- */

static bool
add_members(struct rtnl_reader *reader, const struct netlink_attr *group)
{
	const uint8_t *bytes = group->data;
	struct nexthop_grp member;

	for (size_t at = 0; at + sizeof(member) <= group->len &&
	     at / sizeof(member) < GROUP_MAX;
	     at += sizeof(member)) {
		memcpy(&member, bytes + at, sizeof(member));
		if (!note_object(reader, reader->path, member.id,
			(uint32_t)member.weight + 1))
			return false;
	}
	return true;
}

static bool
on_object(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	const struct nhmsg *body = netlink_body(message, sizeof(*body));
	struct netlink_attrs attrs = netlink_attrs_of(message, sizeof(*body));
	struct hop hop = { .gateway.family = IP_NONE };
	struct netlink_attr attr, group = { .len = 0 };
	bool ok = true, blackhole = false;

	if (body == NULL)
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: a next hop of %u bytes", message->nlmsg_len);
	while (netlink_attr_next(&attrs, &attr)) {
		see_attr(&hop, &attr, true);
		blackhole |= attr.type == NHA_BLACKHOLE;
		if (attr.type == NHA_GROUP)
			group = attr;
	}
	if (blackhole)
		reader->path->kind = ROUTE_BLACKHOLE;
	else if (group.len > 0)
		ok = add_members(reader, &group);
	else
		ok = add_hop(reader, reader->path, &hop, body->nh_flags,
		    reader->weight);
	reader->no_room |= !ok;
	reader->got = true;
	reader->done = true;
	return true;
}

/* --- devices and addresses of the host ------------------------------------ */

/* Numbers below 0 stand for all devices, and for those to come.  IPv4 heeds the
 * former since Linux 5.12; where it does not, nothing is hidden. */
static bool
on_netconf(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	struct netlink_attrs attrs =
	    netlink_attrs_of(message, sizeof(struct netconfmsg));
	struct netlink_attr attr;
	uint32_t index = 0, ignores = 0;
	struct rtnl_settings settings;

	(void)err;
	while (netlink_attr_next(&attrs, &attr))
		if (attr.type == NETCONFA_IFINDEX)
			netlink_attr_u32(&attr, &index);
		else if (attr.type == NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN)
			netlink_attr_u32(&attr, &ignores);
	if (index == (uint32_t)NETCONFA_IFINDEX_ALL)
		reader->all_ignore = ignores != 0;
	if (index == 0 || index > INT32_MAX)
		return true;
	settings = (struct rtnl_settings){ index, ignores != 0 };
	list_item(reader, &settings, sizeof(settings));
	return true;
}

static bool
on_address(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	const struct ifaddrmsg *body = netlink_body(message, sizeof(*body));
	struct netlink_attrs attrs = netlink_attrs_of(message, sizeof(*body));
	struct netlink_attr attr;

	if (body == NULL)
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: an address of %u bytes", message->nlmsg_len);
	while (netlink_attr_next(&attrs, &attr))
		if (attr.type == IFA_ADDRESS && attr.len >= 16 &&
		    body->ifa_family == AF_INET6 &&
		    body->ifa_scope == RT_SCOPE_UNIVERSE) {
			const struct ip address = ip_from_v6(attr.data, 0);

			list_item(reader, &address, sizeof(address));
		}
	return true;
}

/* --- messages ------------------------------------------------------------- */

static bool
on_end(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	if (!netlink_error(message, &reader->error))
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: an end without an error number");
	reader->done = true;
	return true;
}

static const struct {
	uint16_t type;
	unsigned jobs; /* 1 << enum rtnl_job */
	bool (*read)(struct rtnl_reader *reader, const struct nlmsghdr *message,
	    struct err *err);
} kinds[] = {
	{ RTM_NEWROUTE,
	    1 << RTNL_LOOKUP | 1 << RTNL_FIND | 1 << RTNL_COUNT |
		1 << RTNL_THROWS,
	    on_route },
	{ NLMSG_DONE, ~0u, on_end },
	{ NLMSG_ERROR, ~0u, on_end },
	{ RTM_NEWLINK, 1 << RTNL_LINK, on_link },
	{ RTM_NEWRULE, 1 << RTNL_RULES, on_rule },
	{ RTM_NEWNEXTHOP, 1 << RTNL_OBJECT, on_object },
	{ RTM_NEWNETCONF, 1 << RTNL_NETCONF, on_netconf },
	{ RTM_NEWADDR, 1 << RTNL_ADDRESSES, on_address },
};

static bool
on_message(struct rtnl_reader *reader, const struct nlmsghdr *message,
    struct err *err)
{
	if (message->nlmsg_seq != reader->sequence ||
	    message->nlmsg_type == NLMSG_NOOP)
		return true; /* the rest of an answer that was given up */
	if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
		reader->torn = true;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == message->nlmsg_type &&
		    (kinds[i].jobs & 1u << reader->job) != 0)
			return kinds[i].read(reader, message, err);
	return err_set(err, ERR_PROTOCOL, "rtnetlink: a message of type %u",
	    message->nlmsg_type);
}

/*
 * Of a full table most routes need no second look: the fixed part says that
 * they are longer than what is wanted, or all that is counted.  What is unclear
 * (RT_TABLE_COMPAT stands for all tables above 255) is left to on_message.
 */
static bool
is_settled(struct rtnl_reader *reader, const struct nlmsghdr *message)
{
	const struct rtmsg *body = (const void *)(message + 1);

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*body)) ||
	    message->nlmsg_seq != reader->sequence ||
	    (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0 ||
	    body->rtm_table != reader->table ||
	    body->rtm_table == RT_TABLE_COMPAT ||
	    family_of(body->rtm_family) != reader->family)
		return false;
	if (reader->job == RTNL_COUNT) {
		if ((body->rtm_flags & RTM_F_CLONED) != 0)
			return true;
		reader->by_protocol[body->rtm_protocol]++;
	} else if (reader->job != RTNL_FIND ||
	    body->rtm_dst_len <= reader->answer->prefix.length) {
		return false;
	}
	reader->seen++;
	return true;
}

/* --- changes -------------------------------------------------------------- */

/* Bits up to the last one that is set. */
static uint8_t
significant_bits(const struct ip *address)
{
	unsigned bits = ip_bits((enum ip_family)address->family);

	while (bits > 0 &&
	    (address->bytes[(bits - 1) / 8] & (0x80 >> (bits - 1) % 8)) == 0)
		bits--;
	return (uint8_t)bits;
}

/*
 * Where the kernel goes on after a change.  IPv6 counts: as many as were seen
 * are passed over from the beginning, so whatever goes hides another
 * (fib6_dump_table).  IPv4 goes on at the address, and counts the routes of
 * that address alone (fn_trie_dump_leaf).
 */
static bool
may_hide(const struct ip_net *gone, const struct ip_net *wanted)
{
	struct ip_net leaf = *gone;

	if (gone->address.family == IP_V6)
		return true;
	leaf.length = significant_bits(&gone->address);
	return leaf.length <= wanted->length &&
	    ip_in_net(&wanted->address, &leaf);
}

void
rtnl_hear(struct rtnl_reader *reader, const void *bytes, size_t len)
{
	struct netlink_messages messages = netlink_messages_of(bytes, len);
	const struct nlmsghdr *message;
	struct rtnl_route route;

	while (reader->job == RTNL_FIND &&
	    (message = netlink_next(&messages)) != NULL) {
		const struct rtmsg *body = netlink_body(message, sizeof(*body));

		if (message->nlmsg_type != RTM_DELROUTE || body == NULL ||
		    family_of(body->rtm_family) != reader->family ||
		    !read_route(&route, message, body))
			continue;
		reader->torn |= route.table == reader->table &&
		    may_hide(&route.prefix, &reader->answer->prefix);
	}
}

/* --- the answer ----------------------------------------------------------- */

bool
rtnl_parse(struct rtnl_reader *reader, const void *bytes, size_t len,
    struct err *err)
{
	struct netlink_messages messages = netlink_messages_of(bytes, len);
	const struct nlmsghdr *message;

	while (!reader->done && (message = netlink_next(&messages)) != NULL)
		if (!is_settled(reader, message) &&
		    !on_message(reader, message, err))
			return false;
	if (!reader->done && messages.left > 0)
		return err_set(err, ERR_PROTOCOL,
		    "rtnetlink: %d bytes that are no message", messages.left);
	return true;
}
