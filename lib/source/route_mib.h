/* SPDX-License-Identifier: ISC */
/*
 * route_mib: the tables of routes that SNMP agents have, and how a prefix
 * stands in their indexes.
 *
 * A prefix is the beginning of an index (but for ipRouteTable, where an address
 * is all of it), so that one GETNEXT finds it or proves that it is not there.
 * Sources: RFC 4292 (inetCidrRouteTable), RFC 2096 (ipCidrRouteTable), RFC 1354
 * (ipForwardTable), RFC 1213 (ipRouteTable), RFC 2465 (ipv6RouteTable), RFC
 * 4382 (mplsL3VpnVrfRteTable), RFC 4273 (bgp4PathAttrTable), RFC 4001
 * (addresses in indexes), IANAipRouteProtocol-MIB.
 */
#ifndef SOURCE_ROUTE_MIB_H
#define SOURCE_ROUTE_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "model/route.h"
#include "source/snmp_oid.h"

enum route_shape {
	ROUTE_SHAPE_INET,    /* type.len.address.prefixlen | policy next hop */
	ROUTE_SHAPE_VRF,     /* len.name. and then the same */
	ROUTE_SHAPE_CIDR,    /* address.mask | tos next hop */
	ROUTE_SHAPE_FORWARD, /* address | protocol policy next hop */
	ROUTE_SHAPE_ADDRESS, /* address */
	ROUTE_SHAPE_V6,	     /* address.prefixlen | number */
	ROUTE_SHAPE_BGP,     /* address.prefixlen | peer */
};

enum route_field {
	ROUTE_FIELD_DEVICE, /* ifIndex */
	ROUTE_FIELD_TYPE,
	ROUTE_FIELD_PROTOCOL,
	ROUTE_FIELD_METRIC,
	ROUTE_FIELD_MASK,
	ROUTE_FIELD_NEXT_HOP,
	ROUTE_FIELD_BEST,
	ROUTE_FIELD_AS_PATH,
};

#define ROUTE_MIB_COLUMNS 6

struct route_mib {
	const char *name;  /* "inetCidrRouteTable" */
	const char *entry; /* OID of its rows, without the column */
	enum route_shape shape;
	uint32_t families; /* 1 << enum ip_family */
	/* Agents are known that serve some of the rows only: what is not there
	 * may yet exist. */
	bool incomplete;
	size_t column_count;
	struct {
		uint32_t number;
		enum route_field field;
	} columns[ROUTE_MIB_COLUMNS]; /* the first one every row has */
};

/* In the order in which they are to be tried; name NULL ends them. */
extern const struct route_mib route_mibs[];
extern const struct route_mib route_mib_vrf, route_mib_bgp;

/* The column without any index, and where rows of a family begin. */
bool route_mib_column(const struct route_mib *mib, size_t column,
    struct snmp_oid *oid);
bool route_mib_family(const struct route_mib *mib, enum ip_family family,
    const char *vrf, struct snmp_oid *oid);

/* How many ways there are to write a prefix in its index: agents that write
 * masks backwards make it two. */
unsigned route_mib_variants(const struct route_mib *mib,
    const struct ip_net *prefix);
/* Appends the prefix; false when this table cannot hold it. */
bool route_mib_append(const struct route_mib *mib, const struct ip_net *prefix,
    const char *vrf, unsigned variant, struct snmp_oid *oid);

/* What the index says behind the prefix. */
struct route_tail {
	struct ip next_hop; /* or of the peer; IP_NONE: none, or not said */
	bool known;	    /* next_hop is what the agent says */
	bool net_snmp; /* its mark: the interface in the place of a policy */
};
bool route_mib_tail(const struct route_mib *mib, const uint32_t *sub,
    size_t count, struct route_tail *tail);

/* A type or protocol in the numbers of inetCidrRouteTable: those of
 * ipv6RouteTable are others. */
int64_t route_mib_number(const struct route_mib *mib, enum route_field field,
    int64_t number);
/* "bgp", "static", ...; NULL for "other" and what is not known. */
const char *route_mib_protocol(uint32_t number);
/* The length of a contiguous mask, either way round; false for another. */
bool route_mib_mask(const uint8_t bytes[4], uint8_t *length);
/* bgp4PathAttrASPathSegment: segments of a type, a count, and AS numbers of two
 * or of four bytes.  False when it is neither. */
bool route_mib_as_path(const uint8_t *bytes, size_t len, struct text *text);

#endif
