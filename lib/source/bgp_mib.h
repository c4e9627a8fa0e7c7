/* SPDX-License-Identifier: ISC */
/*
 * bgp_mib: the tables of BGP peers that routers have, as data.
 *
 * A table is a constant row here: where it is, how its index says which peer a
 * row is about, and what each column means.  A further MIB is a further row.
 * Everything here is a pure function of (table, column, index, value), so
 * recordings, live routers and fuzzers drive the same code.
 *
 * Sources: RFC 4273 (BGP4-MIB), draft-ietf-idr-bgp4-mibv2, the vendors' MIBs,
 * recordings of devices where they differ from their MIB.
 */
#ifndef SOURCE_BGP_MIB_H
#define SOURCE_BGP_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "model/bgp.h"
#include "source/snmp_agent.h"

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

/* What a column says.  The order has no meaning. */
enum bgp_field {
	BGP_F_STATE, /* RFC 4273 numbers */
	BGP_F_STATE_ZERO_BASED,
	BGP_F_STATE_FIREBRICK,
	BGP_F_STATE_JUNOSE,
	BGP_F_ADMIN, /* 1 stop or halted, 2 start or running */
	BGP_F_REMOTE_AS,
	BGP_F_LOCAL_AS,
	BGP_F_TIME,	   /* s */
	BGP_F_TIME_CENTIS, /* 1/100 s */
	BGP_F_TRANSITIONS,
	BGP_F_ERROR,	      /* two octets, sent or received */
	BGP_F_ERROR_RECEIVED, /* two octets */
	BGP_F_ERROR_SENT,
	BGP_F_CODE_RECEIVED, /* a number */
	BGP_F_SUBCODE_RECEIVED,
	BGP_F_CODE_SENT,
	BGP_F_SUBCODE_SENT,
	BGP_F_ERROR_TEXT,
	BGP_F_DESCRIPTION,
	BGP_F_VRF,	 /* its name */
	BGP_F_ADDRESS,	 /* of the peer: text, or octets */
	BGP_F_INTERFACE, /* name */
	BGP_F_NUMBER,	 /* what prefix tables call the peer */
	BGP_F_RECEIVED,	 /* prefixes, as all that follow */
	BGP_F_ACCEPTED,
	BGP_F_ADVERTISED,	/* now */
	BGP_F_ADVERTISED_TOTAL, /* since the session began; minus the next */
	BGP_F_WITHDRAWN_TOTAL,
	BGP_F_LIMIT,
	BGP_F_THRESHOLD, /* percent of the limit */
	BGP_FIELDS,
};

struct bgp_column {
	const char *oid; /* below the table's base; NULL ends the list */
	uint8_t field;	 /* enum bgp_field */
	/* Of prefix columns in a table whose index has no family. */
	uint8_t afi, safi;
};

enum bgp_role {
	BGP_PEERS_ALL,	/* names every peer */
	BGP_PEERS_MORE, /* peers that another table lacks */
	BGP_DETAILS,	/* of peers that another table names: prefixes */
	BGP_NAMES,	/* of VRFs, by instance; one column */
};

enum bgp_mib_flags {
	/* Walked by GETNEXT: a GETBULK that runs on would read columns that
	 * crash the daemon. */
	BGP_NO_BULK = 1 << 0,
	/* Cells by GETNEXT: the agent does not answer GET. */
	BGP_NO_GET = 1 << 1,
	/* Columns of all families exist for every peer: a family without any
	 * prefix is left out unless it is the one of the peer's address. */
	BGP_ZERO_IS_NONE = 1 << 2,
	/* One row per family of a peer: rows of one peer are one peer. */
	BGP_ROW_PER_FAMILY = 1 << 3,
};

struct bgp_mib {
	const char *name; /* "cbgpPeer2Table" */
	const char *base; /* OID */
	/* The first column is the one that is walked. */
	const struct bgp_column *columns;
	bgp_decode *decode;
	enum bgp_role role;
	unsigned flags;		   /* enum bgp_mib_flags */
	const char *goes_with;	   /* details, names: with that table only */
	uint32_t default_instance; /* the number of the default VRF */
};

/* In the order of preference; ends with a NULL name. */
extern const struct bgp_mib bgp_mibs[];
/* The last of them, which fills gaps: BGP4-MIB. */
const struct bgp_mib *bgp_mib_standard(void);
const struct bgp_mib *bgp_mib_find(const char *name);
/* The column's OID; false when the tables are wrong (a test asks). */
bool bgp_mib_column(const struct bgp_mib *mib, const struct bgp_column *column,
    struct snmp_oid *oid);
/* The BGP_WANT_ bits (bgp_snmp.h) of which any makes the column wanted; all
 * bits for what the key needs. */
unsigned bgp_field_wants(enum bgp_field field);

/* --- rows ----------------------------------------------------------------- */

/* One row as its cells come in, in any order. */
struct bgp_row {
	struct bgp_key key;
	uint8_t state;	      /* enum bgp_state */
	uint8_t admin;	      /* enum bgp_admin */
	uint8_t errors[3][2]; /* unknown direction, received, sent */
	uint16_t has;	      /* enum bgp_has, of the peer's fields */
	bool has_state, has_number;
	uint8_t index_len;
	const uint32_t *index;
	uint32_t remote_as, local_as, time_s, transitions, number;
	uint32_t advertised, withdrawn; /* totals */
	bool has_advertised, has_withdrawn;
	const char *vrf, *interface, *description, *error_text;
	struct ip address; /* from a cell */
	struct bgp_family *families;
	uint8_t families_count;
};

/* Starts a row; false when the index makes no sense.  The index is borrowed. */
bool bgp_row_start(const struct bgp_mib *mib, const uint32_t *index, size_t len,
    struct bgp_row *row);
/* Takes a cell's value.  Texts and families go into the table's arena.  A value
 * of the wrong type, or out of range, is no value: false. */
bool bgp_row_cell(const struct bgp_mib *mib, const struct bgp_column *column,
    const struct snmp_value *value, struct bgp_row *row,
    struct bgp_table *table);
/* Puts what the row says into a peer; with `fill`, only where the peer has
 * nothing.  Families are added to those of the peer. */
void bgp_row_apply(const struct bgp_mib *mib, const struct bgp_row *row,
    struct bgp_peer *peer, struct bgp_table *table, bool fill);
/* Is it a name that a vendor gives to the default VRF ("default", "Base")? */
bool bgp_vrf_is_default(const char *name);

/* --- indexes -------------------------------------------------------------- */

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
