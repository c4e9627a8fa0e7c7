/* SPDX-License-Identifier: ISC */
#include "source/bgp_mib.h"

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
