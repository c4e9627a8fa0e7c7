/* SPDX-License-Identifier: ISC */
/* The rows of a hint, asked for in one request if it can be, and verified. */
#include <string.h>

#include "source/bgp_reader.h"

static bool
is_hinted(const struct bgp_snmp_hint *hint, const struct bgp_snmp_peer *peer)
{
	const struct bgp_snmp_hint_row *rows = hint->rows.items;

	for (size_t i = 0; i < hint->rows.count; i++) {
		const struct bgp_mib *mib =
		    bgp_mib_find(hint->tables[rows[i].table]);

		if (mib && mib->role != BGP_DETAILS &&
		    !ip_compare(&rows[i].peer.address, &peer->address) &&
		    (!peer->vrf || !strcmp(rows[i].peer.vrf, peer->vrf)))
			return true;
	}
	return false;
}

bool
bgp_reader_knows_rows(const struct bgp_reader *r)
{
	const struct bgp_snmp_query *query = r->query;

	if (!query->peer_count || (bgp_reader_wants(r) & ~r->hint->wants))
		return false;
	for (size_t i = 0; i < query->peer_count; i++)
		if (!is_hinted(r->hint, &query->peers[i]))
			return false;
	return true;
}

/* What one cell of a hinted row is. */
struct hinted_cell {
	const struct bgp_mib *mib;
	const struct bgp_column *column;
};

struct hinted {
	struct bgp_reader *reader;
	struct arena_list cells; /* struct hinted_cell */
};

static bool
take_hinted(void *user, uint64_t tag, const struct snmp_value *value,
    struct err *err)
{
	const struct hinted *hinted = user;
	const struct hinted_cell *cells = hinted->cells.items;
	const struct hinted_cell *cell = &cells[tag >> 32];

	(void)err;
	if (value)
		bgp_row_cell(cell->column, value,
		    bgp_reader_row(hinted->reader, (size_t)(tag & UINT32_MAX)),
		    hinted->reader->table);
	return true;
}

/* All wanted cells of one row; of a row of peers its state as well. */
static bool
ask_hinted(struct hinted *hinted, const struct bgp_mib *mib, size_t row,
    struct err *err)
{
	struct bgp_reader *r = hinted->reader;
	const struct bgp_row *at = bgp_reader_row(r, row);

	for (const struct bgp_column *c = mib->columns; c->oid; c++) {
		const uint64_t tag = (uint64_t)hinted->cells.count << 32 | row;
		struct hinted_cell *cell;
		struct snmp_oid oid;

		if ((!bgp_reader_wants_column(r, c) && c != mib->columns) ||
		    !bgp_mib_column(mib, c, &oid) ||
		    !snmp_oid_append(&oid, at->index, at->index_len))
			continue;
		cell =
		    arena_push(r->table->arena, &hinted->cells, sizeof(*cell));
		if (!cell)
			return bgp_reader_no_room(err);
		*cell = (struct hinted_cell){ mib, c };
		if (!snmp_cells_add(&r->cells, &oid, tag, err))
			return false;
	}
	return true;
}

/* Rows and cells are asked for; rows come to stand as those of the hint do. */
static bool
ask_all_hinted(struct hinted *hinted, struct err *err)
{
	struct bgp_reader *r = hinted->reader;
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;

	for (size_t i = 0; i < r->hint->rows.count; i++) {
		const struct bgp_mib *mib =
		    bgp_mib_find(r->hint->tables[from[i].table]);
		struct bgp_row *row = bgp_reader_add_row(r);

		if (!row)
			return bgp_reader_no_room(err);
		if (mib &&
		    bgp_row_start(mib, from[i].index, from[i].index_len, row) &&
		    !ask_hinted(hinted, mib, i, err))
			return false;
	}
	return snmp_cells_flush(&r->cells, err) &&
	    snmp_run(r->agent, r->deadline, err);
}

static bool
has_column(const struct bgp_mib *mib, enum bgp_field field)
{
	for (const struct bgp_column *c = mib->columns; c->oid; c++)
		if (c->field == field)
			return true;
	return false;
}

/* Where the router numbers rows, or VRFs, another peer may stand there now. */
static bool
is_still_about(const struct bgp_reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row, const struct bgp_snmp_peer *peer)
{
	const struct ip *address = row->key.address.family != IP_NONE
	    ? &row->key.address
	    : &row->address;
	char bytes[BGP_TEXT + 1];
	struct text vrf = TEXT_OVER(bytes);

	if (ip_compare(address, &peer->address))
		return false;
	if (!has_column(mib, BGP_F_VRF))
		return true;
	bgp_reader_vrf(r, mib, row, &vrf);
	return !strcmp(vrf.data, peer->vrf);
}

/* The number that prefix tables call the peer of this row of the hint by; false
 * where it is not told. */
static bool
number_of_peer(const struct bgp_reader *r, const struct bgp_snmp_peer *peer,
    uint32_t *number)
{
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;

	for (size_t i = 0; i < r->rows.count; i++) {
		const struct bgp_row *row = bgp_reader_row(r, i);

		if (!row->has_number ||
		    ip_compare(&from[i].peer.address, &peer->address) ||
		    strcmp(from[i].peer.vrf, peer->vrf) != 0)
			continue;
		*number = row->number;
		return true;
	}
	return false;
}

static bool
is_as_hinted(const struct bgp_reader *r, size_t i)
{
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;
	const struct bgp_mib *mib =
	    bgp_mib_find(r->hint->tables[from[i].table]);
	const struct bgp_row *row = bgp_reader_row(r, i);
	uint32_t number;

	if (!mib)
		return true;
	if (mib->role != BGP_DETAILS)
		return row->has_state &&
		    is_still_about(r, mib, row, &from[i].peer);
	/* Unasked, nothing of it will be told. */
	return !row->key.has_number ||
	    !(bgp_reader_wants(r) & bgp_field_wants(BGP_F_NUMBER)) ||
	    (number_of_peer(r, &from[i].peer, &number) &&
		number == row->key.number);
}

static bool
all_as_hinted(const struct bgp_reader *r)
{
	for (size_t i = 0; i < r->rows.count; i++)
		if (!is_as_hinted(r, i))
			return false;
	return true;
}

/* The first table of the hint is the one that names the peers. */
static void
commit_hinted(struct bgp_reader *r)
{
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;

	for (size_t i = 0; i < r->rows.count; i++) {
		const struct bgp_mib *mib =
		    bgp_mib_find(r->hint->tables[from[i].table]);
		struct bgp_peer *peer = bgp_table_peer(r->table,
		    from[i].peer.vrf, &from[i].peer.address, from[i].interface);

		if (!mib || !peer)
			continue;
		bgp_row_apply(mib, bgp_reader_row(r, i), peer, r->table,
		    peer->state != BGP_STATE_UNKNOWN &&
			!(mib->flags & BGP_ROW_PER_FAMILY));
		bgp_reader_report(r, mib);
	}
}

/* Sets *known when the hint was right: then nothing is left to do. */
bool
bgp_reader_read_hinted(struct bgp_reader *r, bool *known, struct err *err)
{
	struct hinted hinted = { .reader = r };
	bool ok;

	r->rows.count = 0;
	r->cells = (struct snmp_cells){
		.agent = r->agent,
		.in_flight = BGP_READER_IN_FLIGHT,
		.cell = take_hinted,
		.user = &hinted,
	};
	ok = ask_all_hinted(&hinted, err);
	snmp_cells_free(&r->cells);
	if (!ok)
		return false;
	*known = all_as_hinted(r);
	if (*known)
		commit_hinted(r);
	return true;
}
