/* SPDX-License-Identifier: ISC */
#include "source/route_mib.h"

#include <string.h>

#define V4 (1U << IP_V4)
#define V6 (1U << IP_V6)

/* InetAddressType, RFC 4001: z has a zone behind the address. */
enum { TYPE_UNKNOWN, TYPE_V4, TYPE_V6, TYPE_V4Z, TYPE_V6Z };

const struct route_mib route_mibs[] = {
	{ "inetCidrRouteTable", "1.3.6.1.2.1.4.24.7.1", ROUTE_SHAPE_INET,
	    V4 | V6, false, 4,
	    { { 7, ROUTE_FIELD_DEVICE }, { 8, ROUTE_FIELD_TYPE },
		{ 9, ROUTE_FIELD_PROTOCOL }, { 12, ROUTE_FIELD_METRIC } } },
	{ "ipCidrRouteTable", "1.3.6.1.2.1.4.24.4.1", ROUTE_SHAPE_CIDR, V4,
	    false, 4,
	    { { 5, ROUTE_FIELD_DEVICE }, { 6, ROUTE_FIELD_TYPE },
		{ 7, ROUTE_FIELD_PROTOCOL }, { 11, ROUTE_FIELD_METRIC } } },
	/* FRR 8.4 leaves out a third of its routes. */
	{ "ipForwardTable", "1.3.6.1.2.1.4.24.2.1", ROUTE_SHAPE_FORWARD, V4,
	    true, 5,
	    { { 2, ROUTE_FIELD_MASK }, { 5, ROUTE_FIELD_DEVICE },
		{ 6, ROUTE_FIELD_TYPE }, { 7, ROUTE_FIELD_PROTOCOL },
		{ 11, ROUTE_FIELD_METRIC } } },
	{ "ipRouteTable", "1.3.6.1.2.1.4.21.1", ROUTE_SHAPE_ADDRESS, V4, false,
	    6,
	    { { 11, ROUTE_FIELD_MASK }, { 2, ROUTE_FIELD_DEVICE },
		{ 8, ROUTE_FIELD_TYPE }, { 9, ROUTE_FIELD_PROTOCOL },
		{ 3, ROUTE_FIELD_METRIC }, { 7, ROUTE_FIELD_NEXT_HOP } } },
	/* Obsolete since 2006, and all that some old devices have of IPv6. */
	{ "ipv6RouteTable", "1.3.6.1.2.1.55.1.11.1", ROUTE_SHAPE_V6, V6, false,
	    5,
	    { { 4, ROUTE_FIELD_DEVICE }, { 5, ROUTE_FIELD_NEXT_HOP },
		{ 6, ROUTE_FIELD_TYPE }, { 7, ROUTE_FIELD_PROTOCOL },
		{ 11, ROUTE_FIELD_METRIC } } },
	{ .name = NULL },
};

const struct route_mib route_mib_vrf = { "mplsL3VpnVrfRteTable",
	"1.3.6.1.2.1.10.166.11.1.4.1.1", ROUTE_SHAPE_VRF, V4 | V6, false, 4,
	{ { 7, ROUTE_FIELD_DEVICE }, { 8, ROUTE_FIELD_TYPE },
	    { 9, ROUTE_FIELD_PROTOCOL }, { 12, ROUTE_FIELD_METRIC } } };

const struct route_mib route_mib_bgp = { "bgp4PathAttrTable",
	"1.3.6.1.2.1.15.6.1", ROUTE_SHAPE_BGP, V4, false, 3,
	{ { 13, ROUTE_FIELD_BEST }, { 5, ROUTE_FIELD_AS_PATH },
	    { 6, ROUTE_FIELD_NEXT_HOP } } };

/* --- indexes -------------------------------------------------------------- */

bool
route_mib_column(const struct route_mib *mib, size_t column,
    struct snmp_oid *oid)
{
	return snmp_oid_parse(mib->entry, strlen(mib->entry), oid) &&
	    snmp_oid_append(oid, &mib->columns[column].number, 1);
}

static bool
append_bytes(struct snmp_oid *oid, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const uint32_t sub = bytes[i];

		if (!snmp_oid_append(oid, &sub, 1))
			return false;
	}
	return true;
}

static bool
append_one(struct snmp_oid *oid, uint32_t sub)
{
	return snmp_oid_append(oid, &sub, 1);
}

static bool
append_name(struct snmp_oid *oid, const char *name)
{
	uint8_t bytes[SNMP_OID_MAX];
	const size_t len = strlen(name);

	if (len >= sizeof(bytes))
		return false;
	memcpy(bytes, name, len);
	return append_one(oid, (uint32_t)len) && append_bytes(oid, bytes, len);
}

static bool
append_type(struct snmp_oid *oid, enum ip_family family)
{
	return append_one(oid, family == IP_V6 ? TYPE_V6 : TYPE_V4);
}

bool
route_mib_family(const struct route_mib *mib, enum ip_family family,
    const char *vrf, struct snmp_oid *oid)
{
	if (!route_mib_column(mib, 0, oid))
		return false;
	switch (mib->shape) {
	case ROUTE_SHAPE_VRF:
		return append_name(oid, vrf) && append_type(oid, family);
	case ROUTE_SHAPE_INET:
		return append_type(oid, family);
	default:
		return true;
	}
}

static bool
append_inet(struct snmp_oid *oid, const struct ip_net *prefix)
{
	const size_t len = ip_bits((enum ip_family)prefix->address.family) / 8;

	return append_type(oid, (enum ip_family)prefix->address.family) &&
	    append_one(oid, (uint32_t)len) &&
	    append_bytes(oid, prefix->address.bytes, len) &&
	    append_one(oid, prefix->length);
}

static void
mask_of(uint8_t length, bool backwards, uint8_t mask[4])
{
	for (unsigned i = 0; i < 4; i++) {
		const unsigned bits = length >= 8 * (i + 1) ? 8
		    : length > 8 * i			    ? length - 8 * i
							    : 0;

		mask[backwards ? 3 - i : i] =
		    (uint8_t)(0xff00U >> bits & 0xffU);
	}
}

/* 255.255.255.255 and 0.0.0.0 are the same both ways. */
unsigned
route_mib_variants(const struct route_mib *mib, const struct ip_net *prefix)
{
	return mib->shape == ROUTE_SHAPE_CIDR && prefix->length > 0 &&
		prefix->length < 32
	    ? 2
	    : 1;
}

static bool
append_cidr(struct snmp_oid *oid, const struct ip_net *prefix, unsigned variant)
{
	uint8_t mask[4];

	mask_of(prefix->length, variant != 0, mask);
	return append_bytes(oid, prefix->address.bytes, 4) &&
	    append_bytes(oid, mask, 4);
}

bool
route_mib_append(const struct route_mib *mib, const struct ip_net *prefix,
    const char *vrf, unsigned variant, struct snmp_oid *oid)
{
	if (!(mib->families & 1U << prefix->address.family))
		return false;
	switch (mib->shape) {
	case ROUTE_SHAPE_VRF:
		return append_name(oid, vrf) && append_inet(oid, prefix);
	case ROUTE_SHAPE_INET:
		return append_inet(oid, prefix);
	case ROUTE_SHAPE_CIDR:
		return append_cidr(oid, prefix, variant);
	case ROUTE_SHAPE_FORWARD:
	case ROUTE_SHAPE_ADDRESS:
		return append_bytes(oid, prefix->address.bytes, 4);
	case ROUTE_SHAPE_V6:
		return append_bytes(oid, prefix->address.bytes, 16) &&
		    append_one(oid, prefix->length);
	case ROUTE_SHAPE_BGP:
		return append_bytes(oid, prefix->address.bytes, 4) &&
		    append_one(oid, prefix->length);
	}
	return false;
}

/* --- behind the prefix ---------------------------------------------------- */

static bool
take_bytes(const uint32_t *sub, size_t count, uint8_t *bytes)
{
	for (size_t i = 0; i < count; i++) {
		if (sub[i] > 255)
			return false;
		bytes[i] = (uint8_t)sub[i];
	}
	return true;
}

static bool
is_zero(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

static bool
take_address(const uint32_t *sub, size_t count, struct route_tail *tail)
{
	uint8_t bytes[16];

	if ((count != 4 && count != 16) || !take_bytes(sub, count, bytes))
		return false;
	tail->known = true;
	if (!is_zero(bytes, count))
		tail->next_hop =
		    count == 4 ? ip_from_v4(bytes) : ip_from_v6(bytes, 0);
	return true;
}

/* A policy is an OID: its length and numbers.  Then the type, length and bytes
 * of the next hop; a zone has four bytes more. */
static bool
take_inet(const uint32_t *sub, size_t count, struct route_tail *tail)
{
	const size_t policy = count > 0 ? sub[0] : 0;
	const uint32_t *at = sub + 1 + policy;
	size_t len;

	if (count < 1 || policy > count - 1 || count - 1 - policy < 2)
		return false;
	tail->net_snmp = policy == 3 && sub[1] == 0 && sub[2] == 0;
	len = at[1];
	if (len != count - 3 - policy)
		return false;
	switch (at[0]) {
	case TYPE_UNKNOWN:
		tail->known = true;
		return len == 0;
	case TYPE_V4:
		return len == 4 && take_address(at + 2, 4, tail);
	case TYPE_V6:
		return len == 16 && take_address(at + 2, 16, tail);
	case TYPE_V4Z:
		return len == 8 && take_address(at + 2, 4, tail);
	case TYPE_V6Z:
		return len == 20 && take_address(at + 2, 16, tail);
	default:
		return false;
	}
}

bool
route_mib_tail(const struct route_mib *mib, const uint32_t *sub, size_t count,
    struct route_tail *tail)
{
	*tail = (struct route_tail){ .known = false };
	switch (mib->shape) {
	case ROUTE_SHAPE_INET:
	case ROUTE_SHAPE_VRF:
		return take_inet(sub, count, tail);
	case ROUTE_SHAPE_CIDR:
		return count == 5 && take_address(sub + 1, 4, tail);
	case ROUTE_SHAPE_FORWARD:
		return count == 6 && take_address(sub + 2, 4, tail);
	case ROUTE_SHAPE_BGP:
		return count == 4 && take_address(sub, 4, tail);
	case ROUTE_SHAPE_V6:
		return count == 1;
	case ROUTE_SHAPE_ADDRESS:
		return count == 0;
	}
	return false;
}

/* --- values --------------------------------------------------------------- */

/* RFC 2465: discard(2); ndisc(4), rip, ospf, bgp, idrp, igrp(9).  What has no
 * number of its own is other(1). */
int64_t
route_mib_number(const struct route_mib *mib, enum route_field field,
    int64_t number)
{
	static const uint8_t types[] = { 0, 1, 5, 3, 4 };
	static const uint8_t protocols[] = { 0, 1, 2, 3, 1, 8, 13, 14, 1, 11 };

	if (mib->shape != ROUTE_SHAPE_V6 || number < 0)
		return number;
	if (field == ROUTE_FIELD_TYPE)
		return number < (int64_t)sizeof(types) ? types[number] : 1;
	if (field == ROUTE_FIELD_PROTOCOL)
		return number < (int64_t)sizeof(protocols) ? protocols[number]
							   : 1;
	return number;
}

const char *
route_mib_protocol(uint32_t number)
{
	static const char *const names[] = {
		[2] = "local",
		[3] = "static", /* netmgmt */
		[4] = "redirect",
		[5] = "egp",
		[6] = "ggp",
		[7] = "hello",
		[8] = "rip",
		[9] = "isis",
		[10] = "esis",
		[11] = "igrp",
		[12] = "igp",
		[13] = "ospf",
		[14] = "bgp",
		[15] = "idpr",
		[16] = "eigrp",
		[17] = "dvmrp",
		[18] = "rpl",
		[19] = "dhcp",
	};

	return number < sizeof(names) / sizeof(names[0]) ? names[number] : NULL;
}

static bool
contiguous(uint32_t mask, uint8_t *length)
{
	const uint32_t holes = ~mask;

	if ((holes & (holes + 1)) != 0)
		return false;
	*length = 0;
	for (; mask != 0; mask <<= 1)
		++*length;
	return true;
}

bool
route_mib_mask(const uint8_t bytes[4], uint8_t *length)
{
	const uint32_t mask = (uint32_t)bytes[0] << 24 |
	    (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
	const uint32_t backwards = (uint32_t)bytes[3] << 24 |
	    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];

	return contiguous(mask, length) || contiguous(backwards, length);
}

static bool
fits(const uint8_t *bytes, size_t len, size_t width)
{
	while (len >= 2 && bytes[0] >= 1 && bytes[0] <= 4 &&
	    len - 2 >= bytes[1] * width) {
		len -= 2 + bytes[1] * width;
		bytes += 2 + bytes[1] * width;
	}
	return len == 0;
}

static void
add_segment(struct text *text, const uint8_t *bytes, size_t width)
{
	static const char *const before[] = { "", "{", "", "(", "[" };
	static const char *const between[] = { " ", ",", " ", " ", "," };
	static const char *const after[] = { "", "}", "", ")", "]" };
	const uint8_t type = bytes[0];

	text_add(text, before[type]);
	for (size_t i = 0; i < bytes[1]; i++) {
		const uint8_t *at = bytes + 2 + i * width;
		uint32_t as = 0;

		for (size_t k = 0; k < width; k++)
			as = as << 8 | at[k];
		text_addf(text, "%s%u", i > 0 ? between[type] : "", as);
	}
	text_add(text, after[type]);
}

bool
route_mib_as_path(const uint8_t *bytes, size_t len, struct text *text)
{
	const size_t width = fits(bytes, len, 2) ? 2 : 4;

	if (!fits(bytes, len, width))
		return false;
	for (size_t at = 0; at < len; at += 2 + bytes[at + 1] * width) {
		if (at > 0)
			text_add_char(text, ' ');
		add_segment(text, bytes + at, width);
	}
	return !text->cut;
}
