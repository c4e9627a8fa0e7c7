/* SPDX-License-Identifier: ISC */
/*
 * bgp_row: one row of a router's table of BGP peers, from its cells to a peer.
 *
 * What a cell means is the matter of its column (bgp_mib.h).  Pure functions of
 * (column, value, row), so recordings, live routers and fuzzers drive the same
 * code.
 */
#ifndef SOURCE_BGP_ROW_H
#define SOURCE_BGP_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/bgp.h"
#include "source/bgp_mib.h"
#include "source/snmp_agent.h"

/* Which error of a peer: most tables do not say the direction. */
enum bgp_row_error {
	BGP_ROW_ERROR,
	BGP_ROW_RECEIVED,
	BGP_ROW_SENT,
	BGP_ROW_ERRORS,
};

/* One row as its cells come in, in any order. */
struct bgp_row {
	struct bgp_key key;
	uint8_t state;			   /* enum bgp_state */
	uint8_t admin;			   /* enum bgp_admin */
	uint8_t errors[BGP_ROW_ERRORS][2]; /* code, subcode */
	uint16_t has; /* enum bgp_has, of the peer's fields */
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
bool bgp_row_cell(const struct bgp_column *column,
    const struct snmp_value *value, struct bgp_row *row,
    struct bgp_table *table);
/* Puts what the row says into a peer; with `fill`, only where the peer has
 * nothing.  Families are added to those of the peer. */
void bgp_row_apply(const struct bgp_mib *mib, const struct bgp_row *row,
    struct bgp_peer *peer, struct bgp_table *table, bool fill);
/* Is it a name that a vendor gives to the default VRF ("default", "Base")? */
bool bgp_vrf_is_default(const char *name);

#endif
