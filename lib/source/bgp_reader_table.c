/* SPDX-License-Identifier: ISC */
/* One table, walked; and what BGP4-MIB has of what the others lack. */
#include <stdlib.h>
#include <string.h>

#include "source/bgp_reader.h"

/* --- cells ---------------------------------------------------------------- */

static bool
choose_columns(struct bgp_reader *r, const struct bgp_mib *mib, struct err *err)
{
	r->mib = mib;
	r->column_count = 0;
	for (const struct bgp_column *c = mib->columns + 1; c->oid; c++) {
		if (!bgp_reader_wants_column(r, c) ||
		    r->column_count == BGP_READER_COLUMNS)
			continue;
		r->columns[r->column_count] = c;
		if (!bgp_mib_column(mib, c, &r->roots[r->column_count++]))
			return err_set(err, ERR_USAGE, "%s has a bad column",
			    mib->name);
	}
	return true;
}

static bool
ask_cell(struct bgp_reader *r, size_t column, size_t row, struct err *err)
{
	const struct bgp_row *at = bgp_reader_row(r, row);
	struct snmp_oid oid;

	snmp_oid_copy(&oid, &r->roots[column]);
	if (!snmp_oid_append(&oid, at->index, at->index_len))
		return true; /* too long to exist */
	return snmp_cells_add(&r->cells, &oid,
	    (uint64_t)row << 8 | (uint64_t)column, err);
}

/* Of a table that is walked for a few peers, the others' rows say no more than
 * who they are; where that is in a cell it is not known yet. */
static bool
may_be_asked_for(const struct bgp_reader *r, const struct bgp_row *row)
{
	const struct bgp_snmp_query *query = r->query;

	if (!query->peer_count || row->key.address.family == IP_NONE)
		return true;
	for (size_t i = 0; i < query->peer_count; i++)
		if (!ip_compare(&query->peers[i].address, &row->key.address))
			return true;
	return false;
}

static bool
ask_cells(struct bgp_reader *r, size_t row, struct err *err)
{
	const struct bgp_row *at = bgp_reader_row(r, row);
	const bool up = at->has_state && at->state == BGP_ESTABLISHED;
	const unsigned wanted =
	    (may_be_asked_for(r, at) ? bgp_reader_wants_of(r, up) : 0) |
	    1u << 31;

	for (size_t i = 0; i < r->column_count; i++)
		if ((bgp_field_wants(r->columns[i]->field) & wanted) &&
		    !ask_cell(r, i, row, err))
			return false;
	return true;
}

static bool
take_cell(void *user, uint64_t tag, const struct snmp_value *value,
    struct err *err)
{
	struct bgp_reader *r = user;

	(void)err;
	if (value)
		bgp_row_cell(r->columns[tag & 0xff], value,
		    bgp_reader_row(r, (size_t)(tag >> 8)), r->table);
	return true;
}

static bool
take_name(struct bgp_reader *r, const struct bgp_row *row, struct err *err)
{
	struct bgp_reader_vrf_name *name;

	if (!row->vrf)
		return true;
	name = arena_push(r->table->arena, &r->names, sizeof(*name));
	if (!name)
		return bgp_reader_no_room(err);
	*name = (struct bgp_reader_vrf_name){ row->key.instance, row->vrf };
	return true;
}

/* A row of the column that is walked. */
static bool
take_row(void *user, const struct snmp_varbind *varbind, struct err *err)
{
	struct bgp_reader *r = user;
	struct bgp_row *row = bgp_reader_add_row(r);
	const size_t len = (size_t)(varbind->oid.len - r->key_len);
	const uint32_t *index = row
	    ? arena_copy(r->table->arena, varbind->oid.sub + r->key_len,
		  len * sizeof(*index))
	    : NULL;

	if (!index)
		return bgp_reader_no_room(err);
	if (!bgp_row_start(r->mib, index, len, row)) {
		r->rows.count--;
		r->report->rows_skipped++;
		return true;
	}
	bgp_row_cell(r->mib->columns, &varbind->value, row, r->table);
	if (r->mib->role == BGP_NAMES)
		return take_name(r, row, err);
	return ask_cells(r, r->rows.count - 1, err);
}

/* --- peers by number ------------------------------------------------------ */

static int
compare_numbers(const void *a, const void *b)
{
	const struct bgp_reader_number *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

static struct bgp_peer *
numbered_peer(const struct bgp_reader *r, uint32_t number)
{
	const struct bgp_reader_number key = { .number = number };
	const struct bgp_reader_number *found = r->numbers.count
	    ? bsearch(&key, r->numbers.items, r->numbers.count, sizeof(key),
		  compare_numbers)
	    : NULL;

	return found ? bgp_table_at(r->table, found->peer) : NULL;
}

/* --- the hint ------------------------------------------------------------- */

/* Where the peer stands, for the next run. */
static void
remember_row(struct bgp_reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row, const struct bgp_peer *peer)
{
	if (r->remembers && bgp_reader_is_named(r, peer))
		bgp_snmp_hint_add(r->hint, mib->name, peer, row->index,
		    row->index_len);
}

static void
remember_table(struct bgp_reader *r, const struct bgp_mib *mib)
{
	bgp_reader_report(r, mib);
	if (r->remembers)
		bgp_snmp_hint_table(r->hint, mib->name);
}

/* --- one table ------------------------------------------------------------ */

static void
remember_number(struct bgp_reader *r, const struct bgp_row *row,
    const struct bgp_peer *peer)
{
	struct bgp_reader_number *numbered;

	if (!row->has_number)
		return;
	numbered = arena_push(r->table->arena, &r->numbers, sizeof(*numbered));
	if (numbered)
		*numbered = (struct bgp_reader_number){
			.number = row->number,
			.peer = (uint32_t)(peer - bgp_table_at(r->table, 0)),
		};
}

static struct bgp_peer *
find_peer(struct bgp_reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row)
{
	if (mib->role != BGP_DETAILS)
		return bgp_reader_peer(r, mib, row, true);
	if (row->key.has_number)
		return numbered_peer(r, row->key.number);
	return bgp_reader_peer(r, mib, row, false);
}

static void
commit_row(struct bgp_reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row)
{
	struct bgp_peer *peer = find_peer(r, mib, row);

	if (!peer)
		return;
	bgp_row_apply(mib, row, peer, r->table, mib->role == BGP_DETAILS);
	remember_row(r, mib, row, peer);
	if (mib->role != BGP_DETAILS)
		remember_number(r, row, peer);
}

static void
commit_rows(struct bgp_reader *r, const struct bgp_mib *mib)
{
	if (mib->role == BGP_NAMES)
		return;
	if (mib->role != BGP_DETAILS)
		bgp_table_reserve(r->table, r->rows.count);
	for (size_t i = 0; i < r->rows.count; i++)
		commit_row(r, mib, bgp_reader_row(r, i));
	if (r->numbers.count && mib->role != BGP_DETAILS)
		qsort(r->numbers.items, r->numbers.count,
		    sizeof(struct bgp_reader_number), compare_numbers);
}

static void
start_cells(struct bgp_reader *r, struct snmp_walk *walk)
{
	const size_t columns = r->column_count + 1;

	r->cells = (struct snmp_cells){
		.agent = r->agent,
		/* SNMPv1 refuses a whole GET for one missing cell; GETNEXT
		 * does not.  But FRR must never see a part of an index. */
		.next = (r->mib->flags & BGP_NO_GET) ||
		    (r->agent->v1 && !(r->mib->flags & BGP_NO_BULK)),
		.in_flight = columns < BGP_READER_IN_FLIGHT
		    ? columns + 1
		    : BGP_READER_IN_FLIGHT,
		.cell = take_cell,
		.user = r,
		.walk = walk,
	};
}

static size_t
or_preset(size_t value, size_t preset)
{
	return value ? value : preset;
}

static bool
walk_table(struct bgp_reader *r, bool *changed, struct err *err)
{
	struct snmp_walk walk = {
		.agent = r->agent,
		.no_bulk = r->mib->flags & BGP_NO_BULK,
		.max_repetitions =
		    or_preset(r->query->max_repetitions, BGP_SNMP_REPETITIONS),
		.max_rows = or_preset(r->query->max_rows, 4 * BGP_PEERS),
		.expected = r->mib->role == BGP_PEERS_ALL ? r->expected : 0,
		.row = take_row,
		.user = r,
		.cells = &r->cells,
	};
	bool ok;

	r->rows.count = 0;
	if (!bgp_mib_column(r->mib, r->mib->columns, &walk.column))
		return err_set(err, ERR_USAGE, "%s has a bad key",
		    r->mib->name);
	r->key_len = walk.column.len;
	start_cells(r, &walk);
	ok =
	    snmp_walk_start(&walk, err) && snmp_run(r->agent, r->deadline, err);
	snmp_cells_free(&r->cells);
	*changed = walk.changed;
	if (walk.full)
		r->table->full = true;
	return ok;
}

/* A table that changed under our hands is read once more.  If it is empty
 * then, its daemon restarts: that there are no peers is not the truth. */
static bool
walk_steady(struct bgp_reader *r, struct err *err)
{
	bool changed = false;

	if (walk_table(r, &changed, err))
		return true;
	if (!changed || !walk_table(r, &changed, err))
		return false;
	return r->rows.count > 0 ||
	    err_set(err, ERR_PROTOCOL,
		"the table of %s became empty while it was read: it restarts",
		r->agent->name);
}

bool
bgp_reader_read_table(struct bgp_reader *r, const struct bgp_mib *mib,
    struct err *err)
{
	bool ok;

	if (!choose_columns(r, mib, err))
		return false;
	ok = walk_steady(r, err);
	commit_rows(r, mib);
	if (r->rows.count)
		remember_table(r, mib);
	if (r->remembers && mib->role == BGP_PEERS_ALL)
		r->hint->peer_rows = (uint32_t)r->rows.count;
	return ok || err_context(err, "%s", mib->name);
}

/* --- filling from BGP4-MIB ------------------------------------------------ */

/* What of the wanted fields the peer lacks. */
static unsigned
lacks(const struct bgp_reader *r, const struct bgp_peer *peer)
{
	unsigned missing = bgp_reader_wants_of(r, bgp_peer_is_up(peer)) &
	    (BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_TIME |
		BGP_WANT_TRANSITIONS | BGP_WANT_ERROR);

	if (peer->admin != BGP_ADMIN_UNKNOWN)
		missing &= ~(unsigned)BGP_WANT_ADMIN;
	if (peer->has & BGP_HAS_REMOTE_AS)
		missing &= ~(unsigned)BGP_WANT_REMOTE_AS;
	if (peer->has & BGP_HAS_TIME)
		missing &= ~(unsigned)BGP_WANT_TIME;
	if (peer->has & BGP_HAS_TRANSITIONS)
		missing &= ~(unsigned)BGP_WANT_TRANSITIONS;
	if (peer->has & BGP_HAS_ERROR)
		missing &= ~(unsigned)BGP_WANT_ERROR;
	return missing;
}

/* BGP4-MIB knows the IPv4 peers of the default VRF. */
static bool
can_fill(const struct bgp_reader *r, const struct bgp_peer *peer)
{
	return peer->address.family == IP_V4 && !strcmp(peer->vrf, r->context);
}

static bool
fill_row(struct bgp_reader *r, const struct bgp_peer *peer, unsigned missing,
    struct err *err)
{
	struct bgp_row *row = bgp_reader_add_row(r);
	uint32_t *index =
	    row ? arena_alloc(r->table->arena, 4 * sizeof(*index)) : NULL;

	if (!index)
		return bgp_reader_no_room(err);
	for (size_t i = 0; i < 4; i++)
		index[i] = peer->address.bytes[i];
	bgp_row_start(r->mib, index, 4, row);
	row->number = (uint32_t)(peer - bgp_table_at(r->table, 0));
	for (size_t i = 0; i < r->column_count; i++)
		if ((bgp_field_wants(r->columns[i]->field) & missing) &&
		    !ask_cell(r, i, r->rows.count - 1, err))
			return false;
	return true;
}

/* Of `count` peers from `*at` on that lack something, what BGP4-MIB has. */
static bool
fill_peers(struct bgp_reader *r, size_t *at, size_t count, unsigned columns,
    struct err *err)
{
	bool ok = true;

	r->rows.count = 0;
	start_cells(r, NULL);
	for (; ok && *at < bgp_table_count(r->table) && count; ++*at) {
		const struct bgp_peer *peer = bgp_table_at(r->table, *at);
		const unsigned missing = lacks(r, peer) & columns;

		if (!missing || !can_fill(r, peer) ||
		    (r->query->peer_count && !bgp_reader_is_named(r, peer)))
			continue;
		ok = fill_row(r, peer, missing, err);
		count--;
	}
	ok = ok && snmp_cells_flush(&r->cells, err) &&
	    snmp_run(r->agent, r->deadline, err);
	snmp_cells_free(&r->cells);
	return ok;
}

static unsigned
commit_fill(struct bgp_reader *r)
{
	unsigned served = 0;

	for (size_t i = 0; i < r->rows.count; i++) {
		const struct bgp_row *row = bgp_reader_row(r, i);
		struct bgp_peer *peer = bgp_table_at(r->table, row->number);
		const unsigned missing = lacks(r, peer);

		bgp_row_apply(r->mib, row, peer, r->table, true);
		if (missing != lacks(r, peer))
			remember_row(r, r->mib, row, peer);
		served |= missing & ~lacks(r, peer);
	}
	return served;
}

/* The first peer that lacks something shows which columns exist at all. */
bool
bgp_reader_fill(struct bgp_reader *r, struct err *err)
{
	unsigned served;
	size_t at = 0;
	bool ok;

	if (!choose_columns(r, bgp_mib_standard(), err))
		return false;
	ok = fill_peers(r, &at, 1, ~0u, err);
	served = commit_fill(r);
	if (!ok || !served)
		return ok;
	remember_table(r, r->mib);
	ok = fill_peers(r, &at, SIZE_MAX, served, err);
	commit_fill(r);
	return ok || err_context(err, "%s", r->mib->name);
}
