/* SPDX-License-Identifier: ISC */
#include "source/route_snmp_row.h"

#include <string.h>

#include "source/route_part.h"

#define AS_PATH_TEXT 1024

enum { /* inetCidrRouteType; the older tables have 1 to 4 */
	TYPE_OTHER = 1,
	TYPE_REJECT = 2, /* "invalid" in the oldest two */
	TYPE_LOCAL = 3,
	TYPE_REMOTE = 4,
	TYPE_BLACKHOLE = 5,
};
#define PROTOCOL_LOCAL 2
#define BGP_BEST 2 /* bgp4PathAttrBest: true(2) */

/* --- a row ---------------------------------------------------------------- */

static void
read_number(bool *has, int64_t *value, const struct rsnmp_cell *cell)
{
	*has = cell->is_number;
	*value = cell->number;
}

/* All zero: directly connected. */
static void
read_next_hop(struct rsnmp_row *row, const struct rsnmp_cell *cell)
{
	static const uint8_t none[16] = { 0 };

	row->tail.known = cell->len == 4 || cell->len == 16;
	if (!row->tail.known || memcmp(cell->bytes, none, cell->len) == 0)
		return;
	row->tail.next_hop = cell->len == 4 ? ip_from_v4(cell->bytes)
					    : ip_from_v6(cell->bytes, 0);
}

void
rsnmp_row_read(struct rsnmp_row *row, const struct route_mib *mib,
    enum route_field field, const struct rsnmp_cell *cell)
{
	bool ignored;
	int64_t number;

	switch (field) {
	case ROUTE_FIELD_DEVICE:
		read_number(&row->has_device, &row->device, cell);
		break;
	case ROUTE_FIELD_TYPE:
		read_number(&row->has_type, &row->type, cell);
		row->type = route_mib_number(mib, field, row->type);
		break;
	case ROUTE_FIELD_PROTOCOL:
		read_number(&row->has_protocol, &row->protocol, cell);
		row->protocol = route_mib_number(mib, field, row->protocol);
		break;
	case ROUTE_FIELD_METRIC:
		read_number(&row->has_metric, &row->metric, cell);
		break;
	case ROUTE_FIELD_MASK:
		row->has_mask =
		    cell->len == 4 && route_mib_mask(cell->bytes, &row->length);
		break;
	case ROUTE_FIELD_NEXT_HOP:
		read_next_hop(row, cell);
		break;
	case ROUTE_FIELD_BEST:
		read_number(&ignored, &number, cell);
		row->best = ignored && number == BGP_BEST;
		break;
	case ROUTE_FIELD_AS_PATH:
		row->as_path = cell->bytes;
		row->as_path_len = cell->len;
		break;
	}
}

bool
rsnmp_is_old(const struct route_mib *mib)
{
	return mib->shape == ROUTE_SHAPE_FORWARD ||
	    mib->shape == ROUTE_SHAPE_ADDRESS;
}

bool
rsnmp_is_invalid(const struct route_mib *mib, const struct rsnmp_row *row)
{
	return rsnmp_is_old(mib) && row->has_type && row->type == TYPE_REJECT;
}

static enum route_kind
kind_of(const struct rsnmp_row *row)
{
	if (!row->has_type)
		return ROUTE_UNICAST;
	if (row->type == TYPE_BLACKHOLE)
		return ROUTE_BLACKHOLE;
	if (row->type == TYPE_REJECT)
		return ROUTE_UNREACHABLE;
	/* net-snmp has no type for what goes nowhere. */
	if (row->type == TYPE_LOCAL && row->tail.net_snmp && row->has_device &&
	    row->device == 0)
		return ROUTE_BLACKHOLE;
	return ROUTE_UNICAST;
}

static const char *
protocol_of(struct rsnmp_reader *r, const struct rsnmp_row *row,
    enum route_kind kind)
{
	const char *name = row->has_protocol && row->protocol > 0
	    ? route_mib_protocol((uint32_t)row->protocol)
	    : NULL;

	if (name == NULL || row->protocol != PROTOCOL_LOCAL) {
		r->any_protocol |= name != NULL;
		return name;
	}
	/* net-snmp says so of every route. */
	if (row->tail.net_snmp || kind != ROUTE_UNICAST ||
	    (row->has_type && row->type == TYPE_REMOTE)) {
		r->lies = true;
		return NULL;
	}
	return name;
}

static bool
has_hop(const struct route_path *path, const struct rsnmp_reader *r,
    const struct rsnmp_row *row)
{
	const struct rsnmp_name *names = r->names.items;

	for (size_t i = 0; i < r->names.count; i++)
		for (struct route_hop *hop = path->hops; hop; hop = hop->next)
			if (names[i].hop == hop && row->has_device &&
			    names[i].index == (uint32_t)row->device &&
			    ip_compare(&hop->gateway, &row->tail.next_hop) == 0)
				return true;
	return false;
}

/* Rows that differ in their next hop alone are one route. */
static bool
add_hop(struct rsnmp_reader *r, struct route_path *path,
    const struct rsnmp_row *row)
{
	struct route_hop *hop;
	struct rsnmp_name *wanted;

	if (!row->tail.known)
		path->has &= ~(unsigned)ROUTE_HAS_HOPS;
	if (!row->tail.known || path->kind != ROUTE_UNICAST ||
	    has_hop(path, r, row))
		return true;
	hop = route_hop(r->view, path, &row->tail.next_hop);
	if (hop == NULL)
		return false;
	if (!row->has_device || row->device <= 0 || row->device > INT32_MAX)
		return true;
	wanted = arena_push(r->view->arena, &r->names, sizeof(*wanted));
	if (wanted != NULL)
		*wanted = (struct rsnmp_name){ hop, (uint32_t)row->device };
	return wanted != NULL;
}

static struct route_path *
path_like(const struct route_answer *answer, enum route_kind kind,
    const char *protocol, const struct rsnmp_row *row)
{
	for (struct route_path *path = answer->paths; path; path = path->next)
		if (path->kind == kind && path->protocol == protocol &&
		    (!row->has_metric || !(path->has & ROUTE_HAS_METRIC) ||
			path->metric == (uint32_t)row->metric))
			return path;
	return NULL;
}

bool
rsnmp_add_route(struct rsnmp_reader *r, struct route_answer *answer,
    const struct rsnmp_row *row)
{
	const enum route_kind kind = kind_of(row);
	const char *protocol = protocol_of(r, row, kind);
	struct route_path *path = path_like(answer, kind, protocol, row);

	if (path == NULL) {
		path = route_add(r->view, answer, &answer->prefix);
		if (path == NULL)
			return false;
		path->kind = kind;
		path->protocol = protocol;
		path->reached = ROUTE_INSTALLED;
		path->has = ROUTE_HAS_HOPS;
	}
	/* -1: not used */
	if (row->has_metric && row->metric >= 0) {
		path->metric = (uint32_t)row->metric;
		path->has |= ROUTE_HAS_METRIC;
	}
	return add_hop(r, path, row);
}

/* --- a path of BGP's ------------------------------------------------------ */

/* The installed route that this path made, as far as can be told. */
static struct route_path *
route_of_bgp(const struct route_answer *answer, const struct rsnmp_row *row)
{
	for (struct route_path *path = answer->paths; path; path = path->next)
		if (path->from == NULL && (path->reached & ROUTE_INSTALLED) &&
		    (path->protocol == NULL ||
			strcmp(path->protocol, "bgp") == 0) &&
		    path->hops != NULL &&
		    ip_compare(&path->hops->gateway, &row->tail.next_hop) == 0)
			return path;
	return NULL;
}

bool
rsnmp_add_bgp(struct rsnmp_reader *r, struct route_answer *answer,
    const struct rsnmp_row *row, const struct ip *peer)
{
	char bytes[AS_PATH_TEXT], name[64];
	struct text as_path = TEXT_OVER(bytes), from = TEXT_OVER(name);
	struct route_path *path = row->best ? route_of_bgp(answer, row) : NULL;

	if (path == NULL) {
		path = route_add(r->view, answer, &answer->prefix);
		if (path == NULL)
			return false;
		path->protocol = "bgp";
		if (row->tail.known &&
		    !route_hop(r->view, path, &row->tail.next_hop))
			return false;
		path->has = row->tail.known ? ROUTE_HAS_HOPS : 0;
	}
	path->reached |= ROUTE_RECEIVED | (row->best ? ROUTE_BEST : 0u);
	if (peer->family != IP_NONE) {
		ip_format(&from, peer);
		path->from = route_string(r->view, from.data, from.len);
	}
	if (row->as_path != NULL &&
	    route_mib_as_path(row->as_path, row->as_path_len, &as_path))
		route_part_as_path(r->view, path,
		    (struct span){ as_path.data, as_path.len });
	return true;
}
