/* SPDX-License-Identifier: ISC */
#include "source/route_kernel.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "source/netdev.h"
#include "source/netns.h"
#include "source/route_kernel_hidden.h"
#include "source/route_kernel_look.h"
#include "source/route_kernel_parse.h"
#include "source/rtnames.h"

#define PROBES 3       /* addresses of one prefix that are asked at most */
#define OBJECTS_DEEP 2 /* a group of next hops has no groups in it */
/* So many searches must fit in what is left of the time for one more. */
#define SEARCHES_LEFT 4

bool
route_kernel_open(struct route_kernel *kernel, const char *netns,
    struct err *err)
{
	const int on = 1;
	struct netns visit;
	struct err ignored;
	bool opened;

	kernel->link.fd = -1;
	if (!netns_enter(&visit, netns, err))
		return false;
	opened = netlink_open(&kernel->link, NETLINK_ROUTE, "rtnetlink", err);
	/* The first failure is the one to tell. */
	if (!netns_leave(&visit, opened ? err : &ignored))
		opened = false;
	if (!opened) {
		route_kernel_close(kernel);
		return false;
	}
	kernel->strict = setsockopt(kernel->link.fd, SOL_NETLINK,
			     NETLINK_GET_STRICT_CHK, &on, sizeof(on)) == 0;
	return true;
}

void
route_kernel_close(struct route_kernel *kernel)
{
	netlink_close(&kernel->link);
}

/* What is said of a table that nothing leads to. */
static const char no_table[] = "there is no such routing table, no rule for "
			       "one, and no route in it";

/* --- devices -------------------------------------------------------------- */

static struct nlmsghdr *
put_link(struct rtnl_look *look, const char *name)
{
	const uint32_t mask = RTEXT_FILTER_SKIP_STATS;
	struct nlmsghdr *request = rtnl_look_request(look, RTM_GETLINK, 0);

	netlink_put_body(request, sizeof(struct ifinfomsg));
	netlink_put(request, IFLA_IFNAME, name, strlen(name) + 1);
	netlink_put(request, IFLA_EXT_MASK, &mask, sizeof(mask));
	return request;
}

static bool
find_vrf(struct rtnl_look *look, const char *name, struct err *err)
{
	struct rtnl_reader reader = rtnl_look_reader(look, RTNL_LINK, IP_NONE);

	if (strlen(name) >= ROUTE_KERNEL_NAME)
		return err_set(err, ERR_USAGE, "%.60s is no name of a VRF",
		    name);
	if (!rtnl_look_ask(look, put_link(look, name), &reader, err))
		return false;
	if (reader.error == ENODEV)
		return err_set(err, ERR_SYSTEM, "there is no VRF %s", name);
	if (reader.error != 0 || !reader.got)
		return err_sys(err, reader.error, "VRF %s", name);
	if (!reader.link.is_vrf)
		return err_set(err, ERR_SYSTEM, "the device %s is no VRF",
		    name);
	look->vrf_index = reader.link.index;
	look->table = reader.link.vrf_table;
	look->table_name = name;
	return true;
}

/* The name of a device, or its number where there is none any more. */
static bool
name_device(struct rtnl_look *look, uint32_t index, const char **name,
    struct err *err)
{
	const struct rtnl_device *known = look->devices.items;
	char room[IF_NAMESIZE];
	struct text text = TEXT_OVER(room);
	struct rtnl_device *added;

	for (size_t i = 0; i < look->devices.count; i++)
		if (known[i].index == index) {
			*name = known[i].name;
			return true;
		}
	if (!netdev_name(look->kernel->link.fd, index, room))
		text_addf(&text, "%u", index);
	*name = route_string(look->view, room, strlen(room));
	added = arena_push(look->view->arena, &look->devices, sizeof(*added));
	if (added == NULL || *name == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for routes");
	*added = (struct rtnl_device){ index, *name };
	return true;
}

/* --- what a route's message leaves open ----------------------------------- */

static bool
read_object(struct rtnl_look *look, const struct rtnl_loose *loose,
    struct err *err)
{
	struct rtnl_reader reader =
	    rtnl_look_reader(look, RTNL_OBJECT, IP_NONE);
	struct nlmsghdr *request = rtnl_look_request(look, RTM_GETNEXTHOP, 0);

	netlink_put_body(request, sizeof(struct nhmsg));
	netlink_put(request, NHA_ID, &loose->number, sizeof(loose->number));
	reader.path = loose->path;
	reader.weight = loose->weight;
	if (!rtnl_look_ask(look, request, &reader, err))
		return false;
	/* It may have gone meanwhile, and the route with it. */
	if (!reader.got)
		loose->path->has &= ~(unsigned)ROUTE_HAS_HOPS;
	if (reader.no_room)
		return err_set(err, ERR_SYSTEM, "no memory for next hops");
	return true;
}

/* Objects add further loose ends at the end of the list. */
static bool
tie_up(struct rtnl_look *look, struct err *err)
{
	size_t end = look->loose.count;
	unsigned deep = 0;

	for (size_t i = 0; i < look->loose.count; i++) {
		struct rtnl_loose loose =
		    ((const struct rtnl_loose *)look->loose.items)[i];

		if (i == end) {
			end = look->loose.count;
			deep++;
		}
		if (loose.hop == NULL && deep < OBJECTS_DEEP) {
			if (!read_object(look, &loose, err))
				return false;
		} else if (loose.hop != NULL &&
		    !name_device(look, loose.number, &loose.hop->device, err)) {
			return false;
		}
	}
	look->loose.count = 0;
	return true;
}

static void
name_table(const struct rtnl_look *look, struct route_path *path)
{
	if (path == NULL)
		return;
	path->table = look->table_name;
	path->has |= ROUTE_HAS_TABLE;
}

static bool
finish(struct rtnl_look *look, struct route_answer *answer, struct err *err)
{
	for (struct route_path *path = answer->paths; path != NULL;
	     path = path->next)
		name_table(look, path);
	name_table(look, answer->cover);
	return tie_up(look, err);
}

/* --- lookups -------------------------------------------------------------- */

enum found {
	FOUND_NOTHING,	/* the lookup proves nothing */
	FOUND_ANSWER,	/* the answer is complete */
	FOUND_LONGER,	/* or of another table, or one that throws: ask another
			   address */
	FOUND_REJECTED, /* a route of type `reject` was hit */
};

static bool
read_rules(struct rtnl_look *look, enum ip_family family, struct err *err)
{
	struct rtnl_known *known = &look->known[family];
	struct rtnl_reader reader = rtnl_look_reader(look, RTNL_RULES, family);
	struct nlmsghdr *request;
	struct fib_rule_hdr *body;

	if (known->has_rules)
		return true;
	request = rtnl_look_request(look, RTM_GETRULE, NLM_F_DUMP);
	body = netlink_put_body(request, sizeof(*body));
	body->family = rtnl_look_family(family);
	if (!rtnl_look_ask(look, request, &reader, err))
		return false;
	/* A kernel without policy routing has no rules, and looks into main. */
	if (reader.error == EOPNOTSUPP)
		reader.rules.refers = reader.rules.reaches =
		    look->table == RT_TABLE_MAIN;
	known->rules = reader.rules;
	known->has_rules = true;
	return true;
}

static void
put_dump(struct rtnl_look *look, enum ip_family family, uint8_t type,
    struct nlmsghdr **request)
{
	struct rtmsg *body;

	*request = rtnl_look_request(look, RTM_GETROUTE, NLM_F_DUMP);
	body = netlink_put_body(*request, sizeof(*body));
	body->rtm_family = rtnl_look_family(family);
	if (!look->kernel->strict)
		return;
	body->rtm_type = type;
	netlink_put(*request, RTA_TABLE, &look->table, sizeof(look->table));
}

/* known->has_throws stays false when the table changed during every dump. */
static bool
read_throws(struct rtnl_look *look, enum ip_family family, struct err *err)
{
	struct rtnl_known *known = &look->known[family];
	struct nlmsghdr *request;

	for (int i = 0; i < ROUTE_KERNEL_DUMPS && !known->has_throws; i++) {
		struct rtnl_reader reader =
		    rtnl_look_reader(look, RTNL_THROWS, family);

		known->throws = (struct arena_list){ 0 };
		reader.list = &known->throws;
		put_dump(look, family, RTN_THROW, &request);
		if (!rtnl_look_ask(look, request, &reader, err))
			return false;
		if (reader.no_room)
			return err_set(err, ERR_SYSTEM, "no memory for routes");
		known->has_throws = !reader.torn;
	}
	return true;
}

/* May a route have sent packets to the address on to another table? */
static bool
is_thrown(const struct rtnl_known *known, const struct ip *address)
{
	const struct ip_net *thrown = known->throws.items;

	for (size_t i = 0; i < known->throws.count; i++)
		if (ip_in_net(address, &thrown[i]))
			return true;
	return !known->has_throws;
}

/* "No route" is an answer about our table if everything gets there, and nothing
 * is sent on from there. */
static bool
no_route(struct rtnl_look *look, struct route_answer *answer,
    const struct ip *address, enum found *found, struct err *err)
{
	const enum ip_family family = (enum ip_family)address->family;
	const struct rtnl_known *known = &look->known[family];
	const struct rtnl_rules *rules = &known->rules;

	*found = FOUND_NOTHING;
	if (!read_rules(look, family, err))
		return false;
	if (!(look->vrf_index != 0 ? rules->reaches_vrfs : rules->reaches))
		return true;
	if (!read_throws(look, family, err))
		return false;
	*found = FOUND_LONGER;
	if (is_thrown(known, address))
		return true;
	answer->presence = ROUTE_ABSENT;
	answer->cover_known = true;
	*found = FOUND_ANSWER;
	return true;
}

/*
 * Until there is a rule, IPv4 has the tables local and main in one
 * (fib_trie_unmerge), and calls a route of either one of main; and to the
 * addresses of multicast and broadcast it tells the packet's type, not the
 * route's (__mkroute_output).
 */
static bool
is_of_any_table(const struct rtnl_route *route)
{
	return route->prefix.address.family == IP_V4 &&
	    (route->type == RTN_LOCAL || route->type == RTN_BROADCAST ||
		route->type == RTN_ANYCAST || route->type == RTN_MULTICAST);
}

static bool
take_route(struct rtnl_look *look, struct rtnl_reader *reader,
    enum found *found, struct err *err)
{
	const struct rtnl_route *route = &reader->route;
	struct route_answer *answer = reader->answer;
	const uint8_t wanted = answer->prefix.length;
	bool ok = true;

	*found = FOUND_LONGER;
	look->own |= route->prefix.length == wanted &&
	    (route->table == RT_TABLE_LOCAL || is_of_any_table(route));
	if (is_of_any_table(route) || route->table != look->table ||
	    !route->plain || route->prefix.length > wanted)
		return true;
	if (route->prefix.length == wanted)
		ok = rtnl_keep(reader, route, false);
	else
		answer->presence = ROUTE_ABSENT;
	ok = ok && rtnl_keep(reader, route, true);
	*found = FOUND_ANSWER;
	return ok || err_set(err, ERR_SYSTEM, "no memory for routes");
}

/* Which type of route the kernel's error stands for (fib_props, fib6_prop). */
static uint8_t
rejecting_type(int error)
{
	switch (error) {
	case EINVAL:
		return RTN_BLACKHOLE;
	case EHOSTUNREACH:
		return RTN_UNREACHABLE;
	case EACCES:
		return RTN_PROHIBIT;
	default:
		return RTN_UNSPEC;
	}
}

static bool
look_up(struct rtnl_look *look, struct route_answer *answer,
    const struct ip *address, enum found *found, uint8_t *reject,
    struct err *err)
{
	struct rtnl_reader reader = rtnl_look_reader(look, RTNL_LOOKUP,
	    (enum ip_family)address->family);
	const struct rtnl_packet packet = { .to = address };

	reader.answer = answer;
	*found = FOUND_NOTHING;
	if (!rtnl_look_ask(look, rtnl_look_lookup(look, &packet), &reader, err))
		return false;
	if (reader.got)
		return take_route(look, &reader, found, err);
	if (reader.error == ENETUNREACH)
		return no_route(look, answer, address, found, err);
	*reject = rejecting_type(reader.error);
	if (*reject != RTN_UNSPEC)
		*found = FOUND_REJECTED;
	return true;
}

/* --- dumps ---------------------------------------------------------------- */

static bool
is_always_there(uint32_t table)
{
	return table == RT_TABLE_MAIN || table == RT_TABLE_LOCAL ||
	    table == RT_TABLE_DEFAULT;
}

/*
 * A table is made with its first route, so one that a rule or a VRF leads to
 * is known even if the kernel has not made it yet; so is one that has routes of
 * the other family.
 */
static bool
is_known(struct rtnl_look *look, enum ip_family family, bool *known,
    struct err *err)
{
	const enum ip_family other = family == IP_V4 ? IP_V6 : IP_V4;
	struct rtnl_reader reader = rtnl_look_reader(look, RTNL_COUNT, other);
	struct nlmsghdr *request;

	*known = true;
	if (look->vrf_index != 0 || is_always_there(look->table))
		return true;
	if (!read_rules(look, family, err))
		return false;
	if (look->known[family].rules.refers)
		return true;
	/* Hardly any route is of this type: the answer is short. */
	put_dump(look, other, look->kernel->strict ? RTN_XRESOLVE : RTN_UNSPEC,
	    &request);
	if (!rtnl_look_ask(look, request, &reader, err))
		return false;
	*known = look->kernel->strict ? reader.error == 0 : reader.seen > 0;
	return true;
}

/* Did the dump say something about the table?  *missing: there is none. */
static bool
check_table(struct rtnl_look *look, enum ip_family family,
    const struct rtnl_reader *reader, bool *missing, struct err *err)
{
	bool known;

	*missing = false;
	if (reader->error == EOPNOTSUPP || reader->error == EAFNOSUPPORT)
		return err_set(err, ERR_UNSUPPORTED,
		    "this kernel has no %s routes", ip_family_name(family));
	if (reader->error != 0 && reader->error != ENOENT)
		return err_sys(err, reader->error, "rtnetlink: dumping routes");
	if (reader->error == 0 && (look->kernel->strict || reader->seen > 0))
		return true;
	if (!is_known(look, family, &known, err))
		return false;
	*missing = !known;
	return true;
}

static void
forget(struct route_answer *answer)
{
	answer->presence = ROUTE_UNSEEN;
	answer->paths = answer->cover = NULL;
	answer->cover_known = false;
	answer->apart = answer->apart_cover = NULL;
}

/* Routes of that type alone, or RTN_UNSPEC for all. */
static bool
dump_once(struct rtnl_look *look, struct route_answer *answer, uint8_t type,
    bool *torn, bool *missing, struct err *err)
{
	const enum ip_family family =
	    (enum ip_family)answer->prefix.address.family;
	const unsigned group =
	    family == IP_V4 ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE;
	struct rtnl_reader reader = rtnl_look_reader(look, RTNL_FIND, family);
	struct nlmsghdr *request;
	bool ok;

	forget(answer);
	look->loose.count = 0;
	reader.answer = answer;
	netlink_watch(&look->kernel->link, group, true);
	put_dump(look, family, type, &request);
	ok = rtnl_look_ask(look, request, &reader, err);
	netlink_watch(&look->kernel->link, group, false);
	if (!ok || !check_table(look, family, &reader, missing, err))
		return false;
	if (reader.no_room)
		return err_set(err, ERR_SYSTEM, "no memory for routes");
	*torn = reader.torn;
	return true;
}

/* Does this one come before the other?  What the kernel passes over comes
 * last. */
static bool
precedes(const struct route_path *path, const struct route_path *other)
{
	if ((path->unused == NULL) != (other->unused == NULL))
		return path->unused == NULL;
	return path->metric < other->metric;
}

/* Of several routes with one prefix and metric IPv4 takes the first of its list
 * (fib_table_lookup), IPv6 one or another (rt6_select). */
static bool
waits(const struct route_path *path, const struct route_path *first)
{
	return path != first &&
	    (path->prefix.address.family == IP_V4 ||
		path->metric > first->metric);
}

/* The route in use comes first: of several with one prefix, that of the lowest
 * metric.  The others wait for it to go. */
static void
sort_paths(struct route_answer *answer)
{
	struct route_path *sorted = NULL;

	while (answer->paths != NULL) {
		struct route_path *path = answer->paths, **at = &sorted;

		answer->paths = path->next;
		while (*at != NULL && !precedes(path, *at))
			at = &(*at)->next;
		path->next = *at;
		*at = path;
	}
	answer->paths = sorted;
	for (struct route_path *path = sorted; path != NULL; path = path->next)
		if (waits(path, sorted))
			path->reached &= ~(unsigned)ROUTE_INSTALLED;
}

/* In a table that never stops changing what was seen was there, but what was
 * not seen may have been. */
static bool
search_all(struct rtnl_look *look, struct route_answer *answer, struct err *err)
{
	bool torn = true, missing = false;

	for (int i = 0; i < ROUTE_KERNEL_DUMPS && torn; i++)
		if (!dump_once(look, answer, RTN_UNSPEC, &torn, &missing, err))
			return false;
	if (missing) {
		answer->why = no_table;
	} else if (answer->presence == ROUTE_PRESENT) {
		sort_paths(answer);
		answer->cover_known = true;
	} else if (torn) {
		forget(answer);
		answer->why = "the routing table changed during every dump";
	} else {
		answer->presence = ROUTE_ABSENT;
		answer->cover_known = true;
	}
	return true;
}

/* Few routes reject, so they are looked at first.  What was hit may have been a
 * longer one, or a rule: only to a metric of 0 no other type is preferred. */
static bool
search_rejecting(struct rtnl_look *look, struct route_answer *answer,
    uint8_t type, struct err *err)
{
	bool torn, missing;

	if (!dump_once(look, answer, type, &torn, &missing, err))
		return false;
	sort_paths(answer);
	if (answer->presence != ROUTE_PRESENT || answer->paths->metric > 0)
		return search_all(look, answer, err);
	answer->cover_known = true;
	return true;
}

/* --- one prefix ----------------------------------------------------------- */

/* One inside that is neither the first nor the last address. */
static struct ip
address_within(const struct ip_net *net)
{
	struct ip address = net->address;
	const unsigned bits = ip_bits((enum ip_family)address.family);

	for (unsigned bit = net->length; bit < bits; bit++)
		if (bit % 2 == 0)
			address.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return address;
}

static struct ip
last_address(const struct ip_net *net)
{
	struct ip address = net->address;
	const unsigned bits = ip_bits((enum ip_family)address.family);

	for (unsigned bit = net->length; bit < bits; bit++)
		address.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return address;
}

/*
 * Where longer prefixes and the local table are unlikely to be in the way.  The
 * default routes are asked for with addresses that nobody announces: 240.0.0.1
 * (RFC 1112 4) and aaaa:... (RFC 4291 2.4); 0.0.0.0 and :: mean the host
 * itself.
 */
static size_t
choose_probes(const struct ip_net *net, struct ip probes[static PROBES])
{
	static const uint8_t reserved[4] = { 240, 0, 0, 1 };
	size_t count = 0;

	if (net->length == 0) {
		probes[0] = net->address.family == IP_V4 ? ip_from_v4(reserved)
							 : address_within(net);
		return 1;
	}
	probes[count++] = net->address;
	if (net->length < ip_bits((enum ip_family)net->address.family))
		probes[count++] = last_address(net);
	if (net->length + 1U < ip_bits((enum ip_family)net->address.family))
		probes[count++] = address_within(net);
	return count;
}

/* A lookup passes over routes by links that are down, where it is told to
 * (ignore_routes_with_linkdown): a dump has them.  They carry nothing, so
 * where dumps take too long for the deadline it is enough that it is absent. */
static bool
search_unused(struct rtnl_look *look, struct route_answer *answer,
    struct err *err)
{
	const enum ip_family family =
	    (enum ip_family)answer->prefix.address.family;
	struct rtnl_known *known = &look->known[family];
	const struct route_answer absent = *answer;
	const int64_t begun = clock_monotonic_ns();
	bool any;

	if (!rtnl_hidden_links(look, family, &any, err))
		return false;
	if (!any ||
	    known->search_ns > deadline_left_ns(look->deadline) / SEARCHES_LEFT)
		return true;
	if (!search_all(look, answer, err))
		return false;
	known->search_ns = clock_monotonic_ns() - begun;
	if (answer->presence != ROUTE_PRESENT)
		*answer = absent;
	return true;
}

/* What a lookup did not see of a prefix that it found absent. */
static bool
look_closer(struct rtnl_look *look, struct route_answer *answer,
    const struct ip *address, struct err *err)
{
	return finish(look, answer, err) &&
	    rtnl_hidden_apart(look, answer, address, err) &&
	    search_unused(look, answer, err) && finish(look, answer, err);
}

static bool
find_prefix(struct rtnl_look *look, struct route_answer *answer,
    struct err *err)
{
	struct ip probes[PROBES];
	const size_t count = choose_probes(&answer->prefix, probes);
	enum found found = FOUND_LONGER;
	uint8_t reject = RTN_UNSPEC;
	size_t i;

	look->own = false;
	for (i = 0; i < count && found == FOUND_LONGER; i++)
		if (!look_up(look, answer, &probes[i], &found, &reject, err))
			return false;
	switch (found) {
	case FOUND_ANSWER:
		if (answer->presence == ROUTE_ABSENT)
			return look_closer(look, answer, &probes[i - 1], err);
		break;
	case FOUND_REJECTED:
		if (!search_rejecting(look, answer, reject, err))
			return false;
		break;
	default:
		if (!search_all(look, answer, err))
			return false;
		if (look->own && answer->presence == ROUTE_ABSENT &&
		    look->table != RT_TABLE_LOCAL)
			answer->apart = "table local, which has it";
		break;
	}
	return finish(look, answer, err);
}

/* --- counts --------------------------------------------------------------- */

static bool
count_once(struct rtnl_look *look, enum ip_family family,
    struct rtnl_reader *reader, bool *missing, struct err *err)
{
	struct nlmsghdr *request;

	*reader = rtnl_look_reader(look, RTNL_COUNT, family);
	put_dump(look, family, RTN_UNSPEC, &request);
	return rtnl_look_ask(look, request, reader, err) &&
	    check_table(look, family, reader, missing, err);
}

static bool
add_counts(struct rtnl_look *look, enum ip_family family, const char *name,
    const struct rtnl_reader *reader)
{
	struct route_view *view = look->view;

	/* A row although there may be no route. */
	if (!route_count(view, family, name, "", 0))
		return false;
	for (uint32_t i = 0; i < 256; i++) {
		char room[ROUTE_KERNEL_NAME];
		struct text protocol = TEXT_OVER(room);

		if (reader->by_protocol[i] == 0)
			continue;
		rtnames_name(RTNAMES_PROTOCOLS, rtnames_roots, i, &protocol);
		if (!route_count(view, family, name, protocol.data,
			reader->by_protocol[i]))
			return false;
	}
	return true;
}

static bool
count_family(struct rtnl_look *look, enum ip_family family, const char *name,
    struct err *err)
{
	struct rtnl_reader reader = { .torn = true };
	bool missing = false;

	for (int i = 0; i < ROUTE_KERNEL_DUMPS && reader.torn; i++)
		if (!count_once(look, family, &reader, &missing, err))
			return false;
	/* Without a row it is seen that there is no such table. */
	if (missing)
		return true;
	if (reader.torn)
		return err_set(err, ERR_SYSTEM,
		    "the routing table changed during every dump");
	return add_counts(look, family, name, &reader) ||
	    err_set(err, ERR_SYSTEM, "no memory for counts");
}

static bool
count_table(struct rtnl_look *look, const char *name, struct err *err)
{
	for (enum ip_family family = IP_V4; family <= IP_V6; family++)
		if ((look->question->families & 1u << family) != 0 &&
		    !count_family(look, family, name, err))
			return false;
	return true;
}

static bool
count_other(struct rtnl_look *look, const char *name, struct err *err)
{
	struct rtnl_look other = *look;
	struct route_count *rows;

	other.vrf_index = 0;
	other.table_name = name;
	memset(other.known, 0, sizeof(other.known));
	if (!rtnames_number(RTNAMES_TABLES, rtnames_roots, name, &other.table,
		err) ||
	    !count_table(&other, name, err))
		return false;
	rows = look->view->counts.items;
	for (size_t i = 0; i < look->view->counts.count; i++)
		rows[i].apart |= strcmp(rows[i].table, name) == 0;
	return true;
}

static void
count_all(struct rtnl_look *look)
{
	struct err err;
	bool ok = count_table(look, "", &err);

	for (size_t i = 0; ok && i < look->question->table_count; i++)
		ok = count_other(look, look->question->tables[i], &err);
	look->view->counted = ok;
	if (!ok)
		look->view->count_why =
		    route_string(look->view, err.text, strlen(err.text));
}

/* --- the look ------------------------------------------------------------- */

static bool
choose_table(struct rtnl_look *look, struct err *err)
{
	const struct route_question *question = look->question;

	if (question->vrf != NULL)
		return find_vrf(look, question->vrf, err);
	look->table = RT_TABLE_MAIN;
	look->table_name = "main";
	if (question->table == NULL)
		return true;
	look->table_name = question->table;
	if (!rtnames_number(RTNAMES_TABLES, rtnames_roots, question->table,
		&look->table, err))
		return false;
	return look->table != RT_TABLE_UNSPEC ||
	    err_set(err, ERR_USAGE, "0 is no routing table");
}

/* A lookup needs the table's existence proven only where it found nothing. */
static bool
answer_all(struct rtnl_look *look, struct err *err)
{
	for (size_t i = 0; i < look->question->count; i++)
		if (!find_prefix(look, route_view_at(look->view, i), err))
			return false;
	return true;
}

bool
route_kernel_read(struct route_kernel *kernel,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	struct rtnl_look look = {
		.kernel = kernel,
		.question = question,
		.view = view,
		.deadline = deadline,
	};

	view->tells = ROUTE_INSTALLED;
	view->tells_protocol = true;
	view->tells_tables = true;
	if (!choose_table(&look, err) || !answer_all(&look, err)) {
		route_view_fail(view, err);
		return false;
	}
	if (question->counts)
		count_all(&look);
	return true;
}
