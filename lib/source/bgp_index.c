/* SPDX-License-Identifier: ISC */
#include "source/bgp_index.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A cursor over the numbers of an index that can only fail once. */
struct cursor {
	const uint32_t *at;
	size_t left;
	bool broken;
};

static uint32_t
take(struct cursor *in)
{
	if (in->broken || in->left == 0) {
		in->broken = true;
		return 0;
	}
	in->left--;
	return *in->at++;
}

static void
take_bytes(struct cursor *in, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint32_t sub = take(in);

		if (sub > UINT8_MAX)
			in->broken = true;
		bytes[i] = (uint8_t)sub;
	}
}

/* RFC 4001 InetAddressType, and how many octets the addresses have. */
static const struct {
	uint32_t type;
	uint8_t family;
	uint8_t octets; /* the last four of a zoned one are its zone */
} inet_types[] = {
	{ 1, IP_V4, 4 },
	{ 2, IP_V6, 16 },
	{ 3, IP_V4, 8 },
	{ 4, IP_V6, 20 },
};

static uint32_t
zone_of(const uint8_t *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	    (uint32_t)octets[2] << 8 | octets[3];
}

static void
set_address(struct bgp_key *key, uint8_t family, const uint8_t *octets,
    size_t count)
{
	const size_t size = family == IP_V4 ? 4 : 16;

	key->address =
	    family == IP_V4 ? ip_from_v4(octets) : ip_from_v6(octets, 0);
	key->zone = count > size ? zone_of(octets + size) : 0;
}

/* An address of the type; a length before it is checked if there is one. */
static void
take_address(struct cursor *in, uint32_t type, bool has_len,
    struct bgp_key *key)
{
	uint8_t octets[20];

	for (size_t i = 0; i < COUNT(inet_types); i++) {
		if (inet_types[i].type != type)
			continue;
		if (has_len && take(in) != inet_types[i].octets)
			in->broken = true;
		take_bytes(in, octets, inet_types[i].octets);
		if (!in->broken)
			set_address(key, inet_types[i].family, octets,
			    inet_types[i].octets);
		return;
	}
	in->broken = true;
}

static void
take_v4(struct cursor *in, struct bgp_key *key)
{
	take_address(in, 1, false, key);
}

static void
take_typed(struct cursor *in, struct bgp_key *key)
{
	const uint32_t type = take(in);

	take_address(in, type, true, key);
}

static void
take_instance(struct cursor *in, struct bgp_key *key)
{
	key->instance = take(in);
	key->has_instance = true;
}

static void
take_family(struct cursor *in, struct bgp_key *key)
{
	const uint32_t afi = take(in), safi = take(in);

	if (afi == 0 || afi > UINT16_MAX || safi > UINT8_MAX)
		in->broken = true;
	key->afi = (uint16_t)afi;
	key->safi = (uint8_t)safi;
	key->has_family = true;
}

static bool
all_taken(const struct cursor *in)
{
	return !in->broken && in->left == 0;
}

#define CURSOR                                                                 \
	{                                                                      \
		.at = index, .left = len                                       \
	}

bool
bgp_index_v4(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_v4(&in, key);
	if (in.left == 1)
		take_instance(&in, key);
	return all_taken(&in);
}

bool
bgp_index_v4_family(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_v4(&in, key);
	take_family(&in, key);
	return all_taken(&in);
}

bool
bgp_index_type(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_typed(&in, key);
	return all_taken(&in);
}

bool
bgp_index_type_family(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_typed(&in, key);
	take_family(&in, key);
	return all_taken(&in);
}

bool
bgp_index_instance(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_instance(&in, key);
	take_typed(&in, key);
	return all_taken(&in);
}

bool
bgp_index_instance_family(const uint32_t *index, size_t len,
    struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_instance(&in, key);
	take_typed(&in, key);
	take_family(&in, key);
	return all_taken(&in);
}

/*
 * FRR: 8.5 to 9.0 write type.len.address, 9.1 and later 1.type.address, and
 * the MIB says 1.type.len.address.  The first two have the same length, but
 * their second numbers are a length (4, 16) and a type (1, 2).
 */
bool
bgp_index_frr(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;
	uint32_t type;

	if (len == 7 || len == 19)
		return bgp_index_instance(index, len, key);
	if (len < 2)
		return false;
	if (index[1] == 4 || index[1] == 16)
		return bgp_index_type(index, len, key);
	take_instance(&in, key);
	type = take(&in);
	take_address(&in, type, false, key);
	return all_taken(&in);
}

static bool
decode_pair(const uint32_t *index, size_t len, bool has_len,
    struct bgp_key *key)
{
	struct cursor in = CURSOR;
	struct bgp_key local = { 0 };
	uint32_t type;

	take_instance(&in, key);
	type = take(&in);
	take_address(&in, type, has_len, &local);
	type = take(&in);
	take_address(&in, type, has_len, key);
	return all_taken(&in);
}

/* Junos writes the addresses without their lengths; its MIB says otherwise. */
bool
bgp_index_pair(const uint32_t *index, size_t len, struct bgp_key *key)
{
	return decode_pair(index, len, false, key) ||
	    decode_pair(index, len, true, key);
}

bool
bgp_index_number_family(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	key->number = take(&in);
	key->has_number = true;
	take_family(&in, key);
	return all_taken(&in);
}

bool
bgp_index_huawei(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_instance(&in, key);
	take_family(&in, key);
	take_typed(&in, key);
	return all_taken(&in);
}

bool
bgp_index_h3c(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take(&in); /* the BGP instance */
	take_instance(&in, key);
	take_family(&in, key);
	take_typed(&in, key);
	return all_taken(&in);
}

/* Inet6Address: 16 numbers, or with a length before them, or with type and
 * length. */
bool
bgp_index_v6(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	if (len == 18)
		return bgp_index_type(index, len, key);
	take_address(&in, 2, len == 17, key);
	return all_taken(&in);
}

/* vrf.kind.rest: kind 0 is an interface, whose name and address are cells. */
bool
bgp_index_cumulus(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;
	uint32_t kind;

	take_instance(&in, key);
	kind = take(&in);
	if (kind == 0)
		return !in.broken && in.left > 0;
	take_address(&in, kind, in.left == 5 || in.left == 17, key);
	return all_taken(&in);
}

bool
bgp_index_number(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_instance(&in, key);
	return all_taken(&in);
}

/* The agent's own count of its rows. */
bool
bgp_index_row(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	(void)key;
	take(&in);
	return all_taken(&in);
}

bool
bgp_index_vpn_v4(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;

	take_instance(&in, key);
	take_v4(&in, key);
	return all_taken(&in);
}

/* entity.type.len.local.port.type.len.remote.port.scope */
bool
bgp_index_versa(const uint32_t *index, size_t len, struct bgp_key *key)
{
	struct cursor in = CURSOR;
	struct bgp_key local = { 0 };

	take_instance(&in, key);
	take_typed(&in, &local);
	take(&in);
	take_typed(&in, key);
	take(&in);
	take(&in);
	return all_taken(&in);
}

/* The name has its length before it, or is all that the address leaves. */
bool
bgp_index_name_v4(const uint32_t *index, size_t len, struct bgp_key *key)
{
	const size_t name = len < 4 ? 0 : len - 4;
	const bool has_len = name > 0 && index[0] == name - 1;
	struct cursor in = { .at = index + name, .left = len - name };

	if (name > UINT8_MAX)
		return false;
	key->vrf = index + has_len;
	key->vrf_len = (uint8_t)(name - has_len);
	for (size_t i = 0; i < key->vrf_len; i++)
		if (key->vrf[i] == 0 || key->vrf[i] > UINT8_MAX)
			return false;
	take_v4(&in, key);
	return all_taken(&in);
}
