/* SPDX-License-Identifier: ISC */
/*
 * bgp_mib: the tables of BGP peers that routers have, as data.
 *
 * A table is a constant row here: where it is, how its index says which peer a
 * row is about (bgp_index.h), and what each column means (bgp_row.h).  A
 * further MIB is a further row.
 *
 * Sources: RFC 4273 (BGP4-MIB), draft-ietf-idr-bgp4-mibv2, the vendors' MIBs,
 * recordings of devices where they differ from their MIB.
 */
#ifndef SOURCE_BGP_MIB_H
#define SOURCE_BGP_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/bgp_index.h"
#include "source/snmp_oid.h"

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

#endif
