/* SPDX-License-Identifier: ISC */
#include "source/bgp_mib.h"

#include <ctype.h>
#include <string.h>

#include "source/bgp_snmp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* AFI and SAFI of IANA, as far as columns are bound to them. */
#define IPV4 1
#define IPV6 2
#define L2VPN 25
#define UNICAST 1
#define EVPN 70
#define VPN 128

/* --- BGP4-MIB, RFC 4273 --------------------------------------------------- */

static const struct bgp_column standard_columns[] = {
	{ "2", BGP_F_STATE, 0, 0 },
	{ "3", BGP_F_ADMIN, 0, 0 },
	{ "9", BGP_F_REMOTE_AS, 0, 0 },
	{ "14", BGP_F_ERROR, 0, 0 },
	{ "15", BGP_F_TRANSITIONS, 0, 0 },
	{ "16", BGP_F_TIME, 0, 0 },
	{ .oid = NULL },
};

/* --- CISCO-BGP4-MIB ------------------------------------------------------- */

static const struct bgp_column cisco3_columns[] = {
	{ "5", BGP_F_STATE, 0, 0 },
	{ "4", BGP_F_VRF, 0, 0 },
	{ "6", BGP_F_ADMIN, 0, 0 },
	{ "10", BGP_F_LOCAL_AS, 0, 0 },
	{ "13", BGP_F_REMOTE_AS, 0, 0 },
	{ "19", BGP_F_ERROR, 0, 0 },
	{ "20", BGP_F_TRANSITIONS, 0, 0 },
	{ "21", BGP_F_TIME, 0, 0 },
	{ "30", BGP_F_ERROR_TEXT, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column cisco2_columns[] = {
	{ "3", BGP_F_STATE, 0, 0 },
	{ "4", BGP_F_ADMIN, 0, 0 },
	{ "8", BGP_F_LOCAL_AS, 0, 0 },
	{ "11", BGP_F_REMOTE_AS, 0, 0 },
	{ "17", BGP_F_ERROR, 0, 0 },
	{ "18", BGP_F_TRANSITIONS, 0, 0 },
	{ "19", BGP_F_TIME, 0, 0 },
	{ "28", BGP_F_ERROR_TEXT, 0, 0 },
	{ .oid = NULL },
};

/* Accepted is a Counter32 by type and a level by behaviour; advertised and
 * withdrawn are totals.  One router has its IPv4 peers in the one table only
 * and its IPv6 peers in the other only, so both are read. */
static const struct bgp_column cisco_prefix_columns[] = {
	{ "1", BGP_F_ACCEPTED, 0, 0 },
	{ "3", BGP_F_LIMIT, 0, 0 },
	{ "4", BGP_F_THRESHOLD, 0, 0 },
	{ "6", BGP_F_ADVERTISED_TOTAL, 0, 0 },
	{ "8", BGP_F_WITHDRAWN_TOTAL, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column cisco1_columns[] = {
	{ "7", BGP_F_ERROR_TEXT, 0, 0 },
	{ .oid = NULL },
};

/* --- Juniper's jnxBgpM2, and Dell's copy of it, shifted by one ------------ */

static const struct bgp_column junos_columns[] = {
	{ "1.1.1.2", BGP_F_STATE, 0, 0 },
	{ "1.1.1.3", BGP_F_ADMIN, 0, 0 },
	{ "1.1.1.9", BGP_F_LOCAL_AS, 0, 0 },
	{ "1.1.1.13", BGP_F_REMOTE_AS, 0, 0 },
	{ "1.1.1.14", BGP_F_NUMBER, 0, 0 },
	{ "2.1.1.1", BGP_F_ERROR_RECEIVED, 0, 0 },
	{ "2.1.1.2", BGP_F_ERROR_SENT, 0, 0 },
	{ "2.1.1.5", BGP_F_ERROR_TEXT, 0, 0 },
	{ "4.1.1.1", BGP_F_TIME, 0, 0 },
	{ "6.1.1.5", BGP_F_TRANSITIONS, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column junos_prefix_columns[] = {
	{ "7", BGP_F_RECEIVED, 0, 0 },
	{ "8", BGP_F_ACCEPTED, 0, 0 },
	{ "10", BGP_F_ADVERTISED, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column force10_columns[] = {
	{ "1.1.1.3", BGP_F_STATE, 0, 0 },
	{ "1.1.1.4", BGP_F_ADMIN, 0, 0 },
	{ "1.1.1.10", BGP_F_LOCAL_AS, 0, 0 },
	{ "1.1.1.14", BGP_F_REMOTE_AS, 0, 0 },
	{ "1.1.1.15", BGP_F_NUMBER, 0, 0 },
	{ "3.1.1.1", BGP_F_TIME, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column force10_prefix_columns[] = {
	{ "8", BGP_F_ACCEPTED, 0, 0 },
	{ .oid = NULL },
};

/* --- the BGP4V2 family, draft-ietf-idr-bgp4-mibv2-13 ---------------------- */

static const struct bgp_column v2_columns[] = {
	{ "2.1.13", BGP_F_STATE, 0, 0 },
	{ "2.1.7", BGP_F_LOCAL_AS, 0, 0 },
	{ "2.1.10", BGP_F_REMOTE_AS, 0, 0 },
	{ "2.1.12", BGP_F_ADMIN, 0, 0 },
	{ "2.1.14", BGP_F_DESCRIPTION, 0, 0 },
	{ "3.1.1", BGP_F_CODE_RECEIVED, 0, 0 },
	{ "3.1.2", BGP_F_SUBCODE_RECEIVED, 0, 0 },
	{ "3.1.4", BGP_F_ERROR_TEXT, 0, 0 },
	{ "3.1.6", BGP_F_CODE_SENT, 0, 0 },
	{ "3.1.7", BGP_F_SUBCODE_SENT, 0, 0 },
	{ "4.1.1", BGP_F_TIME, 0, 0 },
	{ "7.1.5", BGP_F_TRANSITIONS, 0, 0 },
	{ .oid = NULL },
};

/* Dell OS10 sends AdminStatus 1, halted, for a peer that works: it says
 * nothing.  Its times are hundredths of a second. */
static const struct bgp_column os10_columns[] = {
	{ "2.1.13", BGP_F_STATE, 0, 0 },
	{ "2.1.7", BGP_F_LOCAL_AS, 0, 0 },
	{ "2.1.10", BGP_F_REMOTE_AS, 0, 0 },
	{ "2.1.14", BGP_F_DESCRIPTION, 0, 0 },
	{ "3.1.1", BGP_F_CODE_RECEIVED, 0, 0 },
	{ "3.1.2", BGP_F_SUBCODE_RECEIVED, 0, 0 },
	{ "3.1.4", BGP_F_ERROR_TEXT, 0, 0 },
	{ "3.1.6", BGP_F_CODE_SENT, 0, 0 },
	{ "3.1.7", BGP_F_SUBCODE_SENT, 0, 0 },
	{ "4.1.1", BGP_F_TIME_CENTIS, 0, 0 },
	{ "7.1.5", BGP_F_TRANSITIONS, 0, 0 },
	{ .oid = NULL },
};

/* Never columns 4, 5, 9 and 10 of the errors (3.1), nor the routes (9): they
 * crash bgpd.  FRR has no counters (7.1) and no prefixes (8.1). */
static const struct bgp_column frr_columns[] = {
	{ "2.1.13", BGP_F_STATE, 0, 0 },
	{ "2.1.7", BGP_F_LOCAL_AS, 0, 0 },
	{ "2.1.10", BGP_F_REMOTE_AS, 0, 0 },
	{ "2.1.12", BGP_F_ADMIN, 0, 0 },
	{ "2.1.14", BGP_F_DESCRIPTION, 0, 0 },
	{ "3.1.1", BGP_F_CODE_RECEIVED, 0, 0 },
	{ "3.1.2", BGP_F_SUBCODE_RECEIVED, 0, 0 },
	{ "3.1.6", BGP_F_CODE_SENT, 0, 0 },
	{ "3.1.7", BGP_F_SUBCODE_SENT, 0, 0 },
	{ "4.1.1", BGP_F_TIME, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column v2_prefix_columns[] = {
	{ "3", BGP_F_RECEIVED, 0, 0 },
	{ "4", BGP_F_ACCEPTED, 0, 0 },
	{ "5", BGP_F_ADVERTISED, 0, 0 },
	{ .oid = NULL },
};

/* --- other vendors -------------------------------------------------------- */

static const struct bgp_column huawei_columns[] = {
	{ "2.1.5", BGP_F_STATE, 0, 0 },
	{ "1.1.6", BGP_F_VRF, 0, 0 },
	{ "2.1.2", BGP_F_REMOTE_AS, 0, 0 },
	{ "2.1.6", BGP_F_TRANSITIONS, 0, 0 },
	{ "2.1.7", BGP_F_TIME, 0, 0 },
	{ "2.1.9", BGP_F_ERROR, 0, 0 },
	{ "2.1.11", BGP_F_ADMIN, 0, 0 },
	{ "2.1.12", BGP_F_DESCRIPTION, 0, 0 },
	{ "3.1.1", BGP_F_RECEIVED, 0, 0 },
	{ "3.1.2", BGP_F_ACCEPTED, 0, 0 },
	{ "3.1.3", BGP_F_ADVERTISED, 0, 0 },
	{ "5.1.1", BGP_F_LIMIT, 0, 0 },
	{ "5.1.2", BGP_F_THRESHOLD, 0, 0 },
	{ .oid = NULL },
};

/* OperStatus (7.1.42) is not the session's state: a dead peer was seen as
 * inService. */
static const struct bgp_column nokia_columns[] = {
	{ "7.1.59", BGP_F_STATE, 0, 0 },
	{ "7.1.6", BGP_F_ADMIN, 0, 0 }, /* Shutdown: 1 true, 2 false */
	{ "7.1.7", BGP_F_DESCRIPTION, 0, 0 },
	{ "7.1.19", BGP_F_LIMIT, 0, 0 },
	{ "7.1.72", BGP_F_THRESHOLD, 0, 0 },
	{ "7.1.66", BGP_F_REMOTE_AS, 0, 0 },
	{ "8.1.5", BGP_F_RECEIVED, IPV4, UNICAST },
	{ "8.1.6", BGP_F_ADVERTISED, IPV4, UNICAST },
	{ "8.1.10", BGP_F_TRANSITIONS, 0, 0 },
	{ "8.1.13", BGP_F_RECEIVED, IPV4, VPN },
	{ "8.1.14", BGP_F_ADVERTISED, IPV4, VPN },
	{ "8.1.27", BGP_F_RECEIVED, IPV6, UNICAST },
	{ "8.1.28", BGP_F_ADVERTISED, IPV6, UNICAST },
	{ "8.1.40", BGP_F_RECEIVED, IPV6, VPN },
	{ "8.1.41", BGP_F_ADVERTISED, IPV6, VPN },
	{ "8.1.88", BGP_F_RECEIVED, L2VPN, EVPN },
	{ .oid = NULL },
};

static const struct bgp_column name_columns[] = {
	{ "4", BGP_F_VRF, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column cumulus_vrf_columns[] = {
	{ "2", BGP_F_STATE, 0, 0 },
	{ "3", BGP_F_ADMIN, 0, 0 },
	{ "7", BGP_F_ADDRESS, 0, 0 },
	{ "9", BGP_F_REMOTE_AS, 0, 0 },
	{ "14", BGP_F_ERROR, 0, 0 },
	{ "15", BGP_F_TRANSITIONS, 0, 0 },
	{ "16", BGP_F_TIME, 0, 0 },
	{ "25", BGP_F_INTERFACE, 0, 0 },
	{ "26", BGP_F_DESCRIPTION, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column cumulus_un_columns[] = {
	{ "2", BGP_F_STATE, 0, 0 },
	{ "3", BGP_F_ADMIN, 0, 0 },
	{ "9", BGP_F_REMOTE_AS, 0, 0 },
	{ "14", BGP_F_ERROR, 0, 0 },
	{ "15", BGP_F_TRANSITIONS, 0, 0 },
	{ "16", BGP_F_TIME, 0, 0 },
	{ "25", BGP_F_INTERFACE, 0, 0 },
	{ "26", BGP_F_DESCRIPTION, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column foundry_columns[] = {
	{ "3", BGP_F_STATE, 0, 0 },
	{ "2", BGP_F_ADDRESS, 0, 0 },
	{ "5", BGP_F_RECEIVED, 0, 0 },
	{ "6", BGP_F_ACCEPTED, 0, 0 }, /* installed */
	{ .oid = NULL },
};

static const struct bgp_column firebrick_columns[] = {
	{ "4", BGP_F_STATE_FIREBRICK, 0, 0 },
	{ "3", BGP_F_DESCRIPTION, 0, 0 },
	{ "5", BGP_F_REMOTE_AS, 0, 0 },
	{ "6", BGP_F_RECEIVED, IPV4, UNICAST },
	{ "7", BGP_F_TIME, 0, 0 },
	{ "8", BGP_F_RECEIVED, IPV6, UNICAST },
	{ "9", BGP_F_ADVERTISED, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column viptela_columns[] = {
	{ "3", BGP_F_STATE_ZERO_BASED, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column versa_columns[] = {
	{ "10", BGP_F_STATE, 0, 0 },
	{ "15", BGP_F_REMOTE_AS, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column junose_columns[] = {
	{ "4", BGP_F_STATE_JUNOSE, 0, 0 },
	{ "3", BGP_F_ADMIN, 0, 0 },
	{ "9", BGP_F_REMOTE_AS, 0, 0 },
	{ "15", BGP_F_ERROR, 0, 0 },
	{ "16", BGP_F_ERROR_TEXT, 0, 0 },
	{ "17", BGP_F_TRANSITIONS, 0, 0 },
	{ "18", BGP_F_TIME, 0, 0 },
	{ "27", BGP_F_DESCRIPTION, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column h3c_v6_columns[] = {
	{ "3", BGP_F_STATE, 0, 0 },
	{ "2", BGP_F_ERROR, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column h3c_prefix_columns[] = {
	{ "1", BGP_F_RECEIVED, 0, 0 },
	{ "2", BGP_F_ACCEPTED, 0, 0 }, /* active */
	{ "3", BGP_F_ADVERTISED, 0, 0 },
	{ .oid = NULL },
};

static const struct bgp_column alcatel_v4_columns[] = {
	{ "25", BGP_F_RECEIVED, IPV4, UNICAST },
	{ "4", BGP_F_DESCRIPTION, 0, 0 },
	{ "6", BGP_F_LIMIT, IPV4, UNICAST },
	{ .oid = NULL },
};

static const struct bgp_column alcatel_v6_columns[] = {
	{ "69", BGP_F_STATE, 0, 0 },
	{ "2", BGP_F_REMOTE_AS, 0, 0 },
	{ "4", BGP_F_DESCRIPTION, 0, 0 },
	{ "25", BGP_F_RECEIVED, IPV6, UNICAST },
	{ .oid = NULL },
};

/* --- the tables ----------------------------------------------------------- */

#define CISCO "1.3.6.1.4.1.9.9.187.1.2"
#define JUNOS "1.3.6.1.4.1.2636.5.1.1.2"
#define FORCE10 "1.3.6.1.4.1.6027.20.1.2"
#define ARISTA "1.3.6.1.4.1.30065.4.1.1"
#define OS10 "1.3.6.1.4.1.674.11000.5000.200.1.1"
#define BROCADE "1.3.6.1.4.1.1991.3.5.1.1"
#define NOKIA "1.3.6.1.4.1.6527.3.1.2"
#define H3C "1.3.6.1.4.1.25506.2"
#define AOS7 "1.3.6.1.4.1.6486.801.1.2.1.10.5.1.1"
#define AOS6 "1.3.6.1.4.1.6486.800.1.2.1.10.5.1.1"

/* name, base, columns, decode, role, flags, goes_with, default instance */
const struct bgp_mib bgp_mibs[] = {
	{ "cbgpPeer3Table", CISCO ".9.1", cisco3_columns, bgp_index_instance,
	    BGP_PEERS_ALL, 0, NULL, 1 },
	{ "cbgpPeer2Table", CISCO ".5.1", cisco2_columns, bgp_index_type,
	    BGP_PEERS_ALL, 0, NULL, 0 },
	{ "jnxBgpM2PeerTable", JUNOS, junos_columns, bgp_index_pair,
	    BGP_PEERS_ALL, 0, NULL, 0 },
	{ "aristaBgp4V2PeerTable", ARISTA, v2_columns, bgp_index_instance,
	    BGP_PEERS_ALL, 0, NULL, 1 },
	{ "os10bgp4V2PeerTable", OS10, os10_columns, bgp_index_instance,
	    BGP_PEERS_ALL, 0, NULL, 1 },
	{ "brocadeBgp4V2PeerTable", BROCADE, v2_columns, bgp_index_instance,
	    BGP_PEERS_ALL, 0, NULL, 1 },
	{ "hwBgpPeerTable", "1.3.6.1.4.1.2011.5.25.177.1.1", huawei_columns,
	    bgp_index_huawei, BGP_PEERS_ALL, BGP_ROW_PER_FAMILY, NULL, 0 },
	{ "tBgpPeerNgTable", NOKIA ".14.4", nokia_columns, bgp_index_instance,
	    BGP_PEERS_ALL, BGP_ZERO_IS_NONE, NULL, 1 },
	{ "f10BgpM2PeerTable", FORCE10, force10_columns, bgp_index_pair,
	    BGP_PEERS_ALL, BGP_NO_BULK | BGP_NO_GET, NULL, 0 },
	{ "cumulusBgpVrfPeerTable", "1.3.6.1.4.1.40310.7.3.1.1",
	    cumulus_vrf_columns, bgp_index_cumulus, BGP_PEERS_ALL, 0, NULL,
	    254 }, /* RT_TABLE_MAIN */
	{ "cumulusBgpUnPeerTable", "1.3.6.1.4.1.40310.4.3.1.1",
	    cumulus_un_columns, bgp_index_v4, BGP_PEERS_ALL, 0, NULL, 1 },
	{ "fbBgpPeerTable", "1.3.6.1.4.1.24693.100.179.1.1", firebrick_columns,
	    bgp_index_type, BGP_PEERS_ALL, 0, NULL, 0 },
	{ "viptelaBgpNeighborTable", "1.3.6.1.4.1.41916.14.9.1",
	    viptela_columns, bgp_index_vpn_v4, BGP_PEERS_ALL, 0, NULL, 0 },
	{ "versaBgpPeerTable", "1.2.826.42.1.1578918.5.65.1.3.1.4.1",
	    versa_columns, bgp_index_versa, BGP_PEERS_ALL, 0, NULL, 1 },
	{ "juniBgpPeerTable", "1.3.6.1.4.1.4874.2.2.29.1.4.1", junose_columns,
	    bgp_index_name_v4, BGP_PEERS_ALL, 0, NULL, 0 },
	{ "bgp4V2PeerTable", "1.3.6.1.3.5.1.1", frr_columns, bgp_index_frr,
	    BGP_PEERS_ALL, BGP_NO_BULK, NULL, 1 },

	{ "hh3cBgp4v2PeerTable", H3C ".183.1.1.1", h3c_v6_columns, bgp_index_v6,
	    BGP_PEERS_MORE, 0, NULL, 0 },
	{ "alaBgpPeer6Table", AOS7 ".12.1", alcatel_v6_columns, bgp_index_v6,
	    BGP_PEERS_MORE, 0, NULL, 0 },
	{ "alaBgpPeer6Table-6", AOS6 ".14.1", alcatel_v6_columns, bgp_index_v6,
	    BGP_PEERS_MORE, 0, NULL, 0 },

	{ "cbgpPeer2AddrFamilyPrefixTable", CISCO ".8.1", cisco_prefix_columns,
	    bgp_index_type_family, BGP_DETAILS, 0, NULL, 0 },
	{ "cbgpPeerAddrFamilyPrefixTable", CISCO ".4.1", cisco_prefix_columns,
	    bgp_index_v4_family, BGP_DETAILS, 0, NULL, 0 },
	{ "cbgpPeerTable", CISCO ".1.1", cisco1_columns, bgp_index_v4,
	    BGP_DETAILS, 0, "bgpPeerTable", 0 },
	{ "jnxBgpM2PrefixCountersTable", JUNOS ".6.2.1", junos_prefix_columns,
	    bgp_index_number_family, BGP_DETAILS, 0, "jnxBgpM2PeerTable", 0 },
	{ "f10BgpM2PrefixCountersTable", FORCE10 ".6.2.1",
	    force10_prefix_columns, bgp_index_number_family, BGP_DETAILS,
	    BGP_NO_BULK | BGP_NO_GET, "f10BgpM2PeerTable", 0 },
	{ "aristaBgp4V2PrefixGaugesTable", ARISTA ".8.1", v2_prefix_columns,
	    bgp_index_instance_family, BGP_DETAILS, 0, "aristaBgp4V2PeerTable",
	    1 },
	{ "os10bgp4V2PrefixGaugesTable", OS10 ".8.1", v2_prefix_columns,
	    bgp_index_instance_family, BGP_DETAILS, 0, "os10bgp4V2PeerTable",
	    1 },
	{ "brocadeBgp4V2PrefixGaugesTable", BROCADE ".8.1", v2_prefix_columns,
	    bgp_index_instance_family, BGP_DETAILS, 0, "brocadeBgp4V2PeerTable",
	    1 },
	{ "hh3cBgpVpnPeerRouteTable", H3C ".202.1.1.3.1", h3c_prefix_columns,
	    bgp_index_h3c, BGP_DETAILS, 0, NULL, 0 },
	{ "alaBgpPeerTable", AOS7 ".2.1", alcatel_v4_columns, bgp_index_v4,
	    BGP_DETAILS, 0, "bgpPeerTable", 0 },
	{ "alaBgpPeerTable-6", AOS6 ".2.1", alcatel_v4_columns, bgp_index_v4,
	    BGP_DETAILS, 0, "bgpPeerTable", 0 },
	{ "vRtrConfTable", NOKIA ".3.1.1", name_columns, bgp_index_number,
	    BGP_NAMES, 0, "tBgpPeerNgTable", 1 },

	{ "snBgp4NeighborSummaryTable", "1.3.6.1.4.1.1991.1.2.11.17.1.1",
	    foundry_columns, bgp_index_row, BGP_PEERS_ALL, 0, NULL, 0 },
	/* FortiOS appends the number of the virtual domain; root is 1. */
	{ "bgpPeerTable", "1.3.6.1.2.1.15.3.1", standard_columns, bgp_index_v4,
	    BGP_PEERS_ALL, 0, NULL, 1 },
	{ .name = NULL },
};

const struct bgp_mib *
bgp_mib_standard(void)
{
	return &bgp_mibs[COUNT(bgp_mibs) - 2];
}

const struct bgp_mib *
bgp_mib_find(const char *name)
{
	for (const struct bgp_mib *mib = bgp_mibs; mib->name; mib++)
		if (!strcmp(mib->name, name))
			return mib;
	return NULL;
}

bool
bgp_mib_column(const struct bgp_mib *mib, const struct bgp_column *column,
    struct snmp_oid *oid)
{
	return snmp_oid_parse(mib->base, strlen(mib->base), oid) &&
	    snmp_oid_append_text(oid, column->oid);
}

static const uint16_t field_wants[BGP_FIELDS] = {
	[BGP_F_ADMIN] = BGP_WANT_ADMIN,
	[BGP_F_REMOTE_AS] = BGP_WANT_REMOTE_AS,
	[BGP_F_LOCAL_AS] = BGP_WANT_LOCAL_AS,
	[BGP_F_TIME] = BGP_WANT_TIME,
	[BGP_F_TIME_CENTIS] = BGP_WANT_TIME,
	[BGP_F_TRANSITIONS] = BGP_WANT_TRANSITIONS,
	[BGP_F_ERROR] = BGP_WANT_ERROR,
	[BGP_F_ERROR_RECEIVED] = BGP_WANT_ERROR,
	[BGP_F_ERROR_SENT] = BGP_WANT_ERROR,
	[BGP_F_CODE_RECEIVED] = BGP_WANT_ERROR,
	[BGP_F_SUBCODE_RECEIVED] = BGP_WANT_ERROR,
	[BGP_F_CODE_SENT] = BGP_WANT_ERROR,
	[BGP_F_SUBCODE_SENT] = BGP_WANT_ERROR,
	[BGP_F_ERROR_TEXT] = BGP_WANT_ERROR,
	[BGP_F_DESCRIPTION] = BGP_WANT_DESCRIPTION,
	[BGP_F_NUMBER] = BGP_WANT_PREFIXES,
	[BGP_F_RECEIVED] = BGP_WANT_RECEIVED,
	[BGP_F_ACCEPTED] = BGP_WANT_ACCEPTED,
	[BGP_F_ADVERTISED] = BGP_WANT_ADVERTISED,
	[BGP_F_ADVERTISED_TOTAL] = BGP_WANT_ADVERTISED,
	[BGP_F_WITHDRAWN_TOTAL] = BGP_WANT_ADVERTISED,
	[BGP_F_LIMIT] = BGP_WANT_LIMIT,
	[BGP_F_THRESHOLD] = BGP_WANT_LIMIT,
};

unsigned
bgp_field_wants(enum bgp_field field)
{
	return field_wants[field] ? field_wants[field] : ~0u;
}

/* --- indexes -------------------------------------------------------------- */

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

/* --- cells ---------------------------------------------------------------- */

static const uint8_t firebrick_states[] = {
	BGP_IDLE, BGP_ACTIVE, BGP_CONNECT, /* "openWait" */
	BGP_OPENSENT, BGP_OPENCONFIRM, BGP_ESTABLISHED, BGP_IDLE, /* closed */
	BGP_CLEARING, BGP_DELETED, /* preshutdown, shutdown */
};

static const uint8_t junose_states[] = {
	BGP_IDLE, /* stop */
	BGP_IDLE, BGP_CONNECT, BGP_ACTIVE, BGP_OPENSENT, BGP_OPENCONFIRM,
	BGP_ESTABLISHED, BGP_DELETED, /* being removed */
};

/* Any of the number types: agents do not agree on them. */
static bool
number_of(const struct snmp_value *value, int64_t *number)
{
	*number = value->number;
	return value->type == SNMP_INTEGER || value->type == SNMP_GAUGE32 ||
	    value->type == SNMP_COUNTER32 || value->type == SNMP_TIMETICKS ||
	    value->type == SNMP_COUNTER64;
}

static bool
uint32_of(const struct snmp_value *value, uint32_t *number)
{
	int64_t wide;

	if (!number_of(value, &wide) || wide < 0 || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return true;
}

static bool
uint8_of(const struct snmp_value *value, uint8_t *number)
{
	uint32_t wide;

	if (!uint32_of(value, &wide) || wide > UINT8_MAX)
		return false;
	*number = (uint8_t)wide;
	return true;
}

/* FRR and others send AS numbers above 2^31 as negative INTEGERs.  0 and
 * Junos' 2^32 - 2 stand for "not set". */
static bool
as_of(const struct snmp_value *value, uint32_t *as)
{
	int64_t number;

	if (!number_of(value, &number) || number < INT32_MIN ||
	    number > UINT32_MAX)
		return false;
	*as = (uint32_t)number;
	return *as != 0 && *as < UINT32_MAX - 1;
}

static bool
state_of(const struct snmp_value *value, enum bgp_field field, uint8_t *state)
{
	uint32_t number;

	if (!uint32_of(value, &number))
		return false;
	if (field == BGP_F_STATE_FIREBRICK || field == BGP_F_STATE_JUNOSE) {
		const bool firebrick = field == BGP_F_STATE_FIREBRICK;

		if (number >= (firebrick ? COUNT(firebrick_states)
					 : COUNT(junose_states)))
			return false;
		*state = firebrick ? firebrick_states[number]
				   : junose_states[number];
		return true;
	}
	if (field == BGP_F_STATE_ZERO_BASED)
		number++;
	if (number < BGP_IDLE || number > BGP_DELETED)
		return false;
	*state = (uint8_t)number;
	return true;
}

static bool
admin_of(const struct snmp_value *value, uint8_t *admin)
{
	uint32_t number;

	if (!uint32_of(value, &number) || number < 1 || number > 2)
		return false;
	*admin = number == 1 ? BGP_ADMIN_DOWN : BGP_ADMIN_RUNNING;
	return true;
}

/* Two octets, which may well be letters: 06 0a is no text. */
static bool
error_of(const struct snmp_value *value, uint8_t error[static 2])
{
	if (value->type != SNMP_OCTETS || value->len != 2)
		return false;
	memcpy(error, value->bytes, 2);
	return true;
}

static bool
text_of(const struct snmp_value *value, const char **text,
    struct bgp_table *table)
{
	if (value->type != SNMP_OCTETS)
		return false;
	*text = bgp_table_string(table, value->bytes, value->len);
	return *text != NULL;
}

static bool
address_text(const uint8_t *bytes, size_t len, struct ip *address)
{
	const uint8_t *zone = memchr(bytes, '%', len);
	struct err ignored;
	char text[48];

	if (zone)
		len = (size_t)(zone - bytes);
	if (len >= sizeof(text) || memchr(bytes, '\0', len))
		return false;
	memcpy(text, bytes, len);
	text[len] = '\0';
	return ip_parse(text, address, &ignored);
}

/* As text (Cumulus), or as the octets themselves. */
static bool
address_of(const struct snmp_value *value, struct ip *address)
{
	if (value->type != SNMP_OCTETS && value->type != SNMP_IPADDRESS)
		return false;
	if (value->type == SNMP_OCTETS && value->len > 4 &&
	    address_text(value->bytes, value->len, address))
		return true;
	if (value->len != 4 && value->len != 16)
		return false;
	*address = value->len == 4 ? ip_from_v4(value->bytes)
				   : ip_from_v6(value->bytes, 0);
	return true;
}

/* --- prefixes ------------------------------------------------------------- */

/* The family of the cell: of the index, of the column, or of the address. */
static struct bgp_family *
family_of(const struct bgp_column *column, struct bgp_row *row,
    struct bgp_table *table)
{
	struct bgp_peer peer = {
		.families = row->families,
		.families_count = row->families_count,
	};
	uint16_t afi = column->afi;
	uint8_t safi = column->safi;
	struct bgp_family *family;

	if (row->key.has_family) {
		afi = row->key.afi;
		safi = row->key.safi;
	} else if (afi == 0) {
		afi = row->key.address.family == IP_V6 ? IPV6 : IPV4;
		safi = UNICAST;
	}
	family = bgp_peer_family(table, &peer, afi, safi);
	row->families = peer.families;
	row->families_count = peer.families_count;
	return family;
}

static bool
prefixes_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row, struct bgp_table *table)
{
	struct bgp_family *family;
	uint32_t number;

	if (!uint32_of(value, &number))
		return false;
	/* "No limit", said in three ways; the third is an absent cell. */
	if (column->field == BGP_F_LIMIT &&
	    (number == 0 || number >= INT32_MAX))
		return false;
	if (column->field == BGP_F_THRESHOLD && (number == 0 || number > 100))
		return false;
	family = family_of(column, row, table);
	if (!family)
		return false;
	switch (column->field) {
	case BGP_F_RECEIVED:
		family->received = number;
		family->has |= BGP_HAS_RECEIVED;
		break;
	case BGP_F_ACCEPTED:
		family->accepted = number;
		family->has |= BGP_HAS_ACCEPTED;
		break;
	case BGP_F_ADVERTISED:
		family->advertised = number;
		family->has |= BGP_HAS_ADVERTISED;
		break;
	case BGP_F_LIMIT:
		family->limit = number;
		family->has |= BGP_HAS_LIMIT;
		break;
	default:
		family->threshold = (uint8_t)number;
		family->has |= BGP_HAS_THRESHOLD;
		break;
	}
	return true;
}

/*
 * Advertised now is what was ever advertised less what was withdrawn; both
 * counters are of 32 bits and wrap together.  IOS XR counts what it advertises
 * again a second time, so the difference grows for ever: what no router
 * advertises is no value.
 */
#define PLAUSIBLE_PREFIXES 4000000 /* three times the global tables */

static bool
total_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row, struct bgp_table *table)
{
	const bool sent = column->field == BGP_F_ADVERTISED_TOTAL;
	struct bgp_family *family = family_of(column, row, table);

	if (!family ||
	    !uint32_of(value, sent ? &row->advertised : &row->withdrawn))
		return false;
	if (sent)
		row->has_advertised = true;
	else
		row->has_withdrawn = true;
	if (row->has_advertised && row->has_withdrawn &&
	    row->advertised - row->withdrawn <= PLAUSIBLE_PREFIXES) {
		family->advertised = row->advertised - row->withdrawn;
		family->has |= BGP_HAS_ADVERTISED;
	}
	return true;
}

/* --- rows ----------------------------------------------------------------- */

bool
bgp_row_start(const struct bgp_mib *mib, const uint32_t *index, size_t len,
    struct bgp_row *row)
{
	*row = (struct bgp_row){
		.index = index,
		.index_len = (uint8_t)len,
	};
	return len <= SNMP_OID_MAX && mib->decode(index, len, &row->key);
}

enum { ERROR_ANY, ERROR_RECEIVED, ERROR_SENT };

static bool
has_if(bool good, uint16_t bit, struct bgp_row *row)
{
	if (good)
		row->has |= bit;
	return good;
}

static bool
error_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row)
{
	bool good;

	switch (column->field) {
	case BGP_F_ERROR:
		good = error_of(value, row->errors[ERROR_ANY]);
		break;
	case BGP_F_ERROR_RECEIVED:
		good = error_of(value, row->errors[ERROR_RECEIVED]);
		break;
	case BGP_F_ERROR_SENT:
		good = error_of(value, row->errors[ERROR_SENT]);
		break;
	case BGP_F_CODE_RECEIVED:
		good = uint8_of(value, &row->errors[ERROR_RECEIVED][0]);
		break;
	case BGP_F_SUBCODE_RECEIVED:
		return uint8_of(value, &row->errors[ERROR_RECEIVED][1]);
	case BGP_F_CODE_SENT:
		good = uint8_of(value, &row->errors[ERROR_SENT][0]);
		break;
	default:
		return uint8_of(value, &row->errors[ERROR_SENT][1]);
	}
	return has_if(good, BGP_HAS_ERROR, row);
}

static bool
state_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row)
{
	row->has_state = state_of(value, column->field, &row->state);
	if (column->field == BGP_F_STATE_FIREBRICK &&
	    row->state == BGP_DELETED) /* shutdown */
		row->admin = BGP_ADMIN_DOWN;
	if (column->field == BGP_F_STATE_JUNOSE && value->number == 0)
		row->admin = BGP_ADMIN_DOWN;
	return row->has_state;
}

bool
bgp_row_cell(const struct bgp_mib *mib, const struct bgp_column *column,
    const struct snmp_value *value, struct bgp_row *row,
    struct bgp_table *table)
{
	(void)mib;
	switch ((enum bgp_field)column->field) {
	case BGP_F_STATE:
	case BGP_F_STATE_ZERO_BASED:
	case BGP_F_STATE_FIREBRICK:
	case BGP_F_STATE_JUNOSE:
		return state_cell(column, value, row);
	case BGP_F_ADMIN:
		return admin_of(value, &row->admin);
	case BGP_F_REMOTE_AS:
		return has_if(as_of(value, &row->remote_as), BGP_HAS_REMOTE_AS,
		    row);
	case BGP_F_LOCAL_AS:
		return has_if(as_of(value, &row->local_as), BGP_HAS_LOCAL_AS,
		    row);
	case BGP_F_TIME:
		return has_if(uint32_of(value, &row->time_s), BGP_HAS_TIME,
		    row);
	case BGP_F_TIME_CENTIS:
		if (!uint32_of(value, &row->time_s))
			return false;
		row->time_s /= 100;
		return has_if(true, BGP_HAS_TIME, row);
	case BGP_F_TRANSITIONS:
		return has_if(uint32_of(value, &row->transitions),
		    BGP_HAS_TRANSITIONS, row);
	case BGP_F_ERROR:
	case BGP_F_ERROR_RECEIVED:
	case BGP_F_ERROR_SENT:
	case BGP_F_CODE_RECEIVED:
	case BGP_F_SUBCODE_RECEIVED:
	case BGP_F_CODE_SENT:
	case BGP_F_SUBCODE_SENT:
		return error_cell(column, value, row);
	case BGP_F_ERROR_TEXT:
		return text_of(value, &row->error_text, table);
	case BGP_F_DESCRIPTION:
		return text_of(value, &row->description, table);
	case BGP_F_VRF:
		return text_of(value, &row->vrf, table);
	case BGP_F_INTERFACE:
		return text_of(value, &row->interface, table);
	case BGP_F_ADDRESS:
		return address_of(value, &row->address);
	case BGP_F_NUMBER:
		row->has_number = uint32_of(value, &row->number);
		return row->has_number;
	case BGP_F_ADVERTISED_TOTAL:
	case BGP_F_WITHDRAWN_TOTAL:
		return total_cell(column, value, row, table);
	case BGP_F_RECEIVED:
	case BGP_F_ACCEPTED:
	case BGP_F_ADVERTISED:
	case BGP_F_LIMIT:
	case BGP_F_THRESHOLD:
		return prefixes_cell(column, value, row, table);
	case BGP_FIELDS:
		break;
	}
	return false;
}

/* What vendors call the VRF that is none. */
bool
bgp_vrf_is_default(const char *name)
{
	static const char *const names[] = { "default", "Base", "Public",
		"PublicV6", "_public_", "global" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return *name == '\0';
}

/* --- into a peer ---------------------------------------------------------- */

/* The error that was sent or received, when only one of them was: which came
 * last is not known. */
static void
apply_error(const struct bgp_row *row, struct bgp_peer *peer)
{
	static const uint8_t directions[] = {
		[ERROR_ANY] = BGP_DIRECTION_UNKNOWN,
		[ERROR_RECEIVED] = BGP_RECEIVED,
		[ERROR_SENT] = BGP_SENT,
	};
	const bool received = row->errors[ERROR_RECEIVED][0] != 0;
	const bool sent = row->errors[ERROR_SENT][0] != 0;
	const size_t which = received ? ERROR_RECEIVED
	    : sent		      ? ERROR_SENT
				      : ERROR_ANY;

	peer->error_code = row->errors[which][0];
	peer->error_subcode = row->errors[which][1];
	peer->error_direction =
	    received && sent ? BGP_DIRECTION_UNKNOWN : directions[which];
}

static bool
is_zero_family(const struct bgp_family *family, const struct bgp_row *row)
{
	const uint16_t own = row->key.address.family == IP_V6 ? IPV6 : IPV4;

	return family->received == 0 && family->accepted == 0 &&
	    family->advertised == 0 &&
	    !(family->afi == own && family->safi == UNICAST);
}

static void
merge_family(struct bgp_family *to, const struct bgp_family *from)
{
	const uint16_t add = from->has & (uint16_t)~to->has;

	to->received = add & BGP_HAS_RECEIVED ? from->received : to->received;
	to->accepted = add & BGP_HAS_ACCEPTED ? from->accepted : to->accepted;
	to->advertised =
	    add & BGP_HAS_ADVERTISED ? from->advertised : to->advertised;
	to->limit = add & BGP_HAS_LIMIT ? from->limit : to->limit;
	to->threshold =
	    add & BGP_HAS_THRESHOLD ? from->threshold : to->threshold;
	to->has |= add;
}

static void
apply_families(const struct bgp_mib *mib, const struct bgp_row *row,
    struct bgp_peer *peer, struct bgp_table *table)
{
	for (const struct bgp_family *f = row->families; f; f = f->next) {
		struct bgp_family *to;

		if ((mib->flags & BGP_ZERO_IS_NONE) && is_zero_family(f, row))
			continue;
		to = bgp_peer_family(table, peer, f->afi, f->safi);
		if (to)
			merge_family(to, f);
	}
	if ((mib->flags & BGP_ROW_PER_FAMILY) && row->has_state) {
		struct bgp_family *own =
		    bgp_peer_family(table, peer, row->key.afi, row->key.safi);

		if (own)
			own->activity = row->state == BGP_ESTABLISHED
			    ? BGP_ACTIVE_FAMILY
			    : BGP_INACTIVE_FAMILY;
	}
}

/* Rows of one peer's families may differ: the peer is up if all are. */
static void
apply_state(const struct bgp_mib *mib, const struct bgp_row *row,
    struct bgp_peer *peer)
{
	if (!row->has_state)
		return;
	if ((mib->flags & BGP_ROW_PER_FAMILY) &&
	    peer->state != BGP_STATE_UNKNOWN && row->state == BGP_ESTABLISHED)
		return;
	peer->state = row->state;
}

static void
apply_numbers(const struct bgp_row *row, struct bgp_peer *peer, uint16_t add)
{
	if (add & BGP_HAS_REMOTE_AS)
		peer->remote_as = row->remote_as;
	if (add & BGP_HAS_LOCAL_AS)
		peer->local_as = row->local_as;
	if (add & BGP_HAS_TIME)
		peer->time_s = row->time_s;
	if (add & BGP_HAS_TRANSITIONS)
		peer->transitions = row->transitions;
	if (add & BGP_HAS_ERROR)
		apply_error(row, peer);
	peer->has |= add;
}

static const char *
either(const char *first, const char *second)
{
	return first ? first : second;
}

void
bgp_row_apply(const struct bgp_mib *mib, const struct bgp_row *row,
    struct bgp_peer *peer, struct bgp_table *table, bool fill)
{
	if (!fill)
		apply_state(mib, row, peer);
	if (row->admin != BGP_ADMIN_UNKNOWN &&
	    (!fill || peer->admin == BGP_ADMIN_UNKNOWN))
		peer->admin = row->admin;
	/* Whoever is up is running, whatever its admin column says. */
	if (bgp_peer_is_up(peer) && peer->admin == BGP_ADMIN_DOWN)
		peer->admin = BGP_ADMIN_RUNNING;
	apply_numbers(row, peer,
	    fill ? row->has & (uint16_t)~peer->has : row->has);
	peer->description = fill ? either(peer->description, row->description)
				 : either(row->description, peer->description);
	peer->error_text = fill ? either(peer->error_text, row->error_text)
				: either(row->error_text, peer->error_text);
	apply_families(mib, row, peer, table);
	/* RFC 4486: Cease, Maximum Number of Prefixes Reached. */
	peer->limit_hit = !bgp_peer_is_up(peer) && peer->error_code == 6 &&
	    peer->error_subcode == 1;
}
