/* SPDX-License-Identifier: ISC */
/*
 * bgp_index: which peer a row of a router's table is about, from the numbers of
 * its index (SMIv2, RFC 2578 7.7).
 *
 * MIBs disagree on what stands there and in which order, and devices on whether
 * an address has its length before it.  Pure functions, so recordings, live
 * routers and fuzzers drive the same code.
 *
 * Sources: the INDEX clauses of the MIBs that bgp_mib.h names, and recordings
 * of devices where they differ from their MIB.
 */
#ifndef SOURCE_BGP_INDEX_H
#define SOURCE_BGP_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

/* Who a row is about, as far as its index says. */
struct bgp_key {
	bool has_instance, has_family, has_number;
	uint8_t safi;
	uint16_t afi;
	uint32_t instance; /* VRF or routing instance, by the device's number */
	uint32_t number;   /* the peer's own number (Junos prefix tables) */
	uint32_t zone;	   /* of the device: its interface index */
	struct ip address; /* IP_NONE when only cells say it */
	/* The VRF's name where it is a part of the index; points into it. */
	const uint32_t *vrf;
	uint8_t vrf_len;
};

/* False when the index is not what the table's index looks like. */
typedef bool bgp_decode(const uint32_t *index, size_t len, struct bgp_key *key);

bgp_decode bgp_index_v4;	      /* a.b.c.d, or a.b.c.d.instance */
bgp_decode bgp_index_v4_family;	      /* a.b.c.d.afi.safi */
bgp_decode bgp_index_type;	      /* type.len.address */
bgp_decode bgp_index_type_family;     /* type.len.address.afi.safi */
bgp_decode bgp_index_instance;	      /* instance.type.len.address */
bgp_decode bgp_index_instance_family; /* the same, .afi.safi */
bgp_decode bgp_index_frr;	      /* three forms, see there */
bgp_decode bgp_index_pair;	      /* instance.type.local.type.remote */
bgp_decode bgp_index_number_family;   /* number.afi.safi */
bgp_decode bgp_index_huawei;	      /* instance.afi.safi.type.len.address */
bgp_decode bgp_index_h3c;	      /* n.vpn.afi.safi.type.len.address */
bgp_decode bgp_index_h3c_name;	      /* n.vpn */
bgp_decode bgp_index_v6;	      /* 16 numbers */
bgp_decode bgp_index_cumulus;	      /* vrf.kind.rest */
bgp_decode bgp_index_number;	      /* instance */
bgp_decode bgp_index_row;	      /* a number that says nothing */
bgp_decode bgp_index_first;	      /* instance, then anything */
bgp_decode bgp_index_vpn_v4;	      /* vpn.a.b.c.d */
bgp_decode bgp_index_versa;	      /* entity.local.port.remote.port.scope */
bgp_decode bgp_index_name_v4;	      /* len.name.a.b.c.d */

#endif
