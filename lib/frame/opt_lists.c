/* SPDX-License-Identifier: ISC */
/* The values that may be several with commas: networks and ports.  Whoever has
 * no such option does not link what knows services by name. */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "base/num.h"
#include "frame/opt.h"

/* --- lists with commas ---------------------------------------------------- */

typedef bool (*item_parser)(const char *item, struct arena *arena, void *list,
    struct err *err);

static bool
each_item(const struct opt_value *value, item_parser parse, void *list,
    struct err *err)
{
	const char *at = value->text;

	for (;;) {
		const size_t len = strcspn(at, ",");
		const char *item = arena_string(value->arena, at, len);

		if (!item)
			return opt_no_memory(err);
		if (len == 0)
			return err_set(err, ERR_USAGE,
			    "nothing at character %zu",
			    (size_t)(at - value->text) + 1);
		if (!parse(item, value->arena, list, err))
			return false;
		if (!at[len])
			return true;
		at += len + 1;
	}
}

static bool
parse_net(const char *item, struct arena *arena, void *list, struct err *err)
{
	struct ip_net net;

	return ip_net_parse(item, &net, err) &&
	    opt_list_put(arena, list, &net, sizeof(net), err);
}

static bool
parse_nets(const struct opt_value *value, void *field, struct err *err)
{
	return each_item(value, parse_net, field, err);
}

const struct opt_type opt_type_nets = {
	.metavar = "NETWORK",
	.host_like = true,
	.repeats = true,
	.parse = parse_nets,
};

/* --- ports ---------------------------------------------------------------- */

static bool
port_by_name(const char *name, uint16_t *port)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	struct servent entry, *found = NULL;
	char buffer[2048];

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (getservbyname_r(name, protocols[i], &entry, buffer,
			sizeof(buffer), &found) == 0 &&
		    found) {
			*port = ntohs((uint16_t)found->s_port);
			return true;
		}
	return false;
}

static bool
one_port(const char *string, uint16_t *port, struct err *err)
{
	uint64_t number;

	if (string[strspn(string, "0123456789")] || !*string) {
		if (port_by_name(string, port))
			return true;
		return err_set(err, ERR_USAGE,
		    "no port number, and no service of that name");
	}
	if (!num_u64(string, &number, err))
		return false;
	if (number < 1 || number > UINT16_MAX)
		return err_set(err, ERR_USAGE, "a port is 1 to 65535");
	*port = (uint16_t)number;
	return true;
}

static bool
parse_port(const struct opt_value *value, void *field, struct err *err)
{
	return one_port(value->text, field, err);
}

static bool
port_pair(const char *item, const char *dash, struct arena *arena,
    struct opt_port_range *range, struct err *err)
{
	const char *first = arena_string(arena, item, (size_t)(dash - item));

	if (!first)
		return opt_no_memory(err);
	return one_port(first, &range->first, err) &&
	    one_port(dash + 1, &range->last, err);
}

/* A dash may be part of a service's name (http-alt): the whole is tried first,
 * then a range at each dash. */
static bool
port_range(const char *item, struct arena *arena, struct opt_port_range *range,
    struct err *err)
{
	if (one_port(item, &range->first, err)) {
		range->last = range->first;
		return true;
	}
	for (const char *dash = strchr(item, '-'); dash;
	     dash = strchr(dash + 1, '-')) {
		if (!port_pair(item, dash, arena, range, err))
			continue;
		if (range->first <= range->last)
			return true;
		return err_set(err, ERR_USAGE,
		    "range %u-%u is reversed: use %u-%u", range->first,
		    range->last, range->last, range->first);
	}
	return false;
}

static bool
parse_port_range(const char *item, struct arena *arena, void *list,
    struct err *err)
{
	struct opt_port_range range = { 0 };

	return port_range(item, arena, &range, err) &&
	    opt_list_put(arena, list, &range, sizeof(range), err);
}

static bool
parse_ports(const struct opt_value *value, void *field, struct err *err)
{
	return each_item(value, parse_port_range, field, err);
}

const struct opt_type opt_type_port = { .metavar = "PORT",
	.host_like = true,
	.parse = parse_port };
const struct opt_type opt_type_ports = {
	.metavar = "PORTS",
	.host_like = true,
	.repeats = true,
	.parse = parse_ports,
};
