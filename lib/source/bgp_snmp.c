/* SPDX-License-Identifier: ISC */
#include "source/bgp_snmp.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "source/bgp_mib.h"
#include "source/snmp_walk.h"

#define CHUNK 128	   /* rows that are allocated at once */
#define CELL_COLUMNS 32	   /* of one table */
#define PROBES 12	   /* tables in one request: its answer may be long */
#define IN_FLIGHT 8	   /* requests at once, whatever is wanted */
#define MAX_MIBS 64	   /* bits of a set of tables */
#define LOCAL_AS_PROBE 255 /* instead of a table's number */

static const char local_as_oid[] = "1.3.6.1.2.1.15.2"; /* bgpLocalAs */

/* What a table without a hint is read with. */
struct rows {
	struct arena_list chunks; /* struct bgp_row *, of CHUNK each */
	size_t count;
};

struct vrf_name {
	uint32_t instance;
	const char *name;
};

/* Which peer a number of a prefix table is. */
struct numbered {
	uint32_t number;
	uint32_t peer;
};

struct reader {
	struct snmp_agent *agent;
	const struct bgp_snmp_query *query;
	struct bgp_snmp_hint *hint;
	struct bgp_table *table;
	struct bgp_snmp_report *report;
	const struct deadline *deadline;
	const char *context;	  /* "" is the default one */
	uint64_t present;	  /* tables of bgp_mibs, by bit */
	uint32_t expected;	  /* rows of peers, by the hint */
	enum snmp_status refused; /* what a single probe was answered */
	bool remembers; /* rows of the peers asked for go into the hint */

	/* The table that is being read. */
	const struct bgp_mib *mib;
	size_t key_len; /* numbers of the walked column, before an index */
	const struct bgp_column *columns[CELL_COLUMNS];
	struct snmp_oid roots[CELL_COLUMNS];
	size_t column_count;
	struct rows rows;
	struct snmp_cells cells;

	struct arena_list names;   /* struct vrf_name */
	struct arena_list numbers; /* struct numbered */
};

/* --- rows ----------------------------------------------------------------- */

static struct bgp_row *
row_at(const struct rows *rows, size_t i)
{
	struct bgp_row *const *chunks = rows->chunks.items;

	return &chunks[i / CHUNK][i % CHUNK];
}

/* The chunks of one table serve the next one as well. */
static struct bgp_row *
new_row(struct reader *r)
{
	struct rows *rows = &r->rows;

	if (rows->count == rows->chunks.count * CHUNK) {
		struct bgp_row *chunk =
		    arena_alloc(r->table->arena, CHUNK * sizeof(*chunk));
		struct bgp_row **slot = chunk
		    ? arena_push(r->table->arena, &rows->chunks,
			  sizeof(struct bgp_row *))
		    : NULL;

		if (!slot)
			return NULL;
		*slot = chunk;
	}
	return row_at(rows, rows->count++);
}

static bool
no_room(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no room for so many BGP peers");
}

/* Of anybody. */
static unsigned
wants(const struct reader *r)
{
	return r->query->wants | r->query->down_wants;
}

static unsigned
wants_of(const struct reader *r, bool up)
{
	return up ? r->query->wants : wants(r);
}

static bool
is_any_down(const struct reader *r)
{
	for (size_t i = 0; i < bgp_table_count(r->table); i++)
		if (!bgp_peer_is_up(bgp_table_at(r->table, i)))
			return true;
	return false;
}

static bool
is_wanted(const struct reader *r, const struct bgp_column *column)
{
	return (bgp_field_wants(column->field) & (wants(r) | 1u << 31)) != 0;
}

/* Details are read when something of them is wanted. */
static bool
is_table_wanted(const struct reader *r, const struct bgp_mib *mib)
{
	unsigned wanted;

	if (mib->role != BGP_DETAILS)
		return true;
	wanted = wants_of(r, !is_any_down(r));
	for (const struct bgp_column *c = mib->columns; c->oid; c++)
		if (bgp_field_wants(c->field) & wanted)
			return true;
	return false;
}

static bool
choose_columns(struct reader *r, const struct bgp_mib *mib, struct err *err)
{
	r->mib = mib;
	r->column_count = 0;
	for (const struct bgp_column *c = mib->columns + 1; c->oid; c++) {
		if (!is_wanted(r, c) || r->column_count == CELL_COLUMNS)
			continue;
		r->columns[r->column_count] = c;
		if (!bgp_mib_column(mib, c, &r->roots[r->column_count++]))
			return err_set(err, ERR_USAGE, "%s has a bad column",
			    mib->name);
	}
	return true;
}

static bool
ask_cell(struct reader *r, size_t column, size_t row, struct err *err)
{
	const struct bgp_row *at = row_at(&r->rows, row);
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
may_be_asked_for(const struct reader *r, const struct bgp_row *row)
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
ask_cells(struct reader *r, size_t row, struct err *err)
{
	const struct bgp_row *at = row_at(&r->rows, row);
	const bool up = at->has_state && at->state == BGP_ESTABLISHED;
	const unsigned wanted =
	    (may_be_asked_for(r, at) ? wants_of(r, up) : 0) | 1u << 31;

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
	struct reader *r = user;

	(void)err;
	if (value)
		bgp_row_cell(r->mib, r->columns[tag & 0xff], value,
		    row_at(&r->rows, (size_t)(tag >> 8)), r->table);
	return true;
}

static bool
take_name(struct reader *r, const struct bgp_row *row, struct err *err)
{
	struct vrf_name *name;

	if (!row->vrf)
		return true;
	name = arena_push(r->table->arena, &r->names, sizeof(*name));
	if (!name)
		return no_room(err);
	*name = (struct vrf_name){ row->key.instance, row->vrf };
	return true;
}

/* A row of the column that is walked. */
static bool
take_row(void *user, const struct snmp_varbind *varbind, struct err *err)
{
	struct reader *r = user;
	struct bgp_row *row = new_row(r);
	const size_t len = (size_t)(varbind->oid.len - r->key_len);
	const uint32_t *index = row
	    ? arena_copy(r->table->arena, varbind->oid.sub + r->key_len,
		  len * sizeof(*index))
	    : NULL;

	if (!index)
		return no_room(err);
	if (!bgp_row_start(r->mib, index, len, row)) {
		r->rows.count--;
		r->report->rows_skipped++;
		return true;
	}
	bgp_row_cell(r->mib, r->mib->columns, &varbind->value, row, r->table);
	if (r->mib->role == BGP_NAMES)
		return take_name(r, row, err);
	return ask_cells(r, r->rows.count - 1, err);
}

/* --- who a row is about --------------------------------------------------- */

static const char *
find_name(const struct reader *r, uint32_t instance)
{
	const struct vrf_name *names = r->names.items;

	for (size_t i = 0; i < r->names.count; i++)
		if (names[i].instance == instance)
			return names[i].name;
	return NULL;
}

/* The VRF of the row: its name, else its number, "" for the default one. */
static void
vrf_of(const struct reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row, struct text *vrf)
{
	const struct bgp_key *key = &row->key;
	const char *name = row->vrf;

	if (!name && key->has_instance)
		name = find_name(r, key->instance);
	if (name) {
		if (!bgp_vrf_is_default(name))
			text_add(vrf, name);
	} else if (key->vrf_len) {
		for (size_t i = 0; i < key->vrf_len; i++)
			text_add_char(vrf, (char)key->vrf[i]);
		if (bgp_vrf_is_default(vrf->data))
			text_clear(vrf);
	} else if (key->has_instance &&
	    key->instance != mib->default_instance) {
		text_addf(vrf, "%" PRIu32, key->instance);
	}
	if (vrf->len == 0)
		text_add(vrf, r->context);
}

static bool
is_link_local(const struct ip *ip)
{
	return ip->family == IP_V6 && ip->bytes[0] == 0xfe &&
	    (ip->bytes[1] & 0xc0) == 0x80;
}

/* An interface tells link-local and unnumbered peers apart. */
static void
interface_of(const struct bgp_row *row, const struct ip *address,
    struct text *interface)
{
	if (address->family != IP_NONE && !is_link_local(address))
		return;
	if (row->interface)
		text_add(interface, row->interface);
	else if (row->key.zone)
		text_addf(interface, "%" PRIu32, row->key.zone);
	else if (address->family == IP_NONE && row->index_len)
		text_addf(interface, "%" PRIu32,
		    row->index[row->index_len - 1]);
}

/* The peer of the row, made if `make`.  NULL when there is none. */
static struct bgp_peer *
peer_of(struct reader *r, const struct bgp_mib *mib, const struct bgp_row *row,
    bool make)
{
	char vrf_bytes[BGP_TEXT + 1], interface_bytes[BGP_TEXT + 1];
	struct text vrf = TEXT_OVER(vrf_bytes);
	struct text interface = TEXT_OVER(interface_bytes);
	const struct ip address = row->key.address.family != IP_NONE
	    ? row->key.address
	    : row->address;

	vrf_of(r, mib, row, &vrf);
	interface_of(row, &address, &interface);
	return make
	    ? bgp_table_peer(r->table, vrf_bytes, &address, interface_bytes)
	    : bgp_table_find(r->table, vrf_bytes, &address, interface_bytes);
}

static int
compare_numbers(const void *a, const void *b)
{
	const struct numbered *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

static struct bgp_peer *
numbered_peer(const struct reader *r, uint32_t number)
{
	const struct numbered key = { .number = number };
	const struct numbered *found = r->numbers.count
	    ? bsearch(&key, r->numbers.items, r->numbers.count, sizeof(key),
		  compare_numbers)
	    : NULL;

	return found ? bgp_table_at(r->table, found->peer) : NULL;
}

/* --- the hint ------------------------------------------------------------- */

static const char *
copy_string(struct arena *arena, const char *string)
{
	return arena_string(arena, string, strlen(string));
}

static bool
is_asked_for(const struct bgp_snmp_query *query, const struct bgp_peer *peer)
{
	for (size_t i = 0; i < query->peer_count; i++)
		if (!ip_compare(&query->peers[i].address, &peer->address) &&
		    (!query->peers[i].vrf ||
			!strcmp(query->peers[i].vrf, peer->vrf)))
			return true;
	return false;
}

/* The number of the table in the hint, added if there is room. */
static size_t
hint_table(struct bgp_snmp_hint *hint, const char *name)
{
	size_t i = 0;

	while (i < hint->table_count && strcmp(hint->tables[i], name) != 0)
		i++;
	if (i == hint->table_count && i < BGP_SNMP_HINT_TABLES)
		hint->tables[hint->table_count++] = name;
	return i;
}

/* Where the peer stands, for the next run. */
static void
remember_row(struct reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row, const struct bgp_peer *peer)
{
	struct bgp_snmp_hint *hint = r->hint;
	struct bgp_snmp_hint_row *to;
	size_t table;

	if (!r->remembers || !is_asked_for(r->query, peer))
		return;
	table = hint_table(hint, mib->name);
	if (table == BGP_SNMP_HINT_TABLES)
		return;
	to = arena_push(hint->arena, &hint->rows, sizeof(*to));
	if (!to)
		return;
	to->table = (uint8_t)table;
	to->peer.vrf = copy_string(hint->arena, peer->vrf);
	to->peer.address = peer->address;
	to->interface = copy_string(hint->arena, peer->interface);
	to->index = arena_copy(hint->arena, row->index,
	    row->index_len * sizeof(*row->index));
	to->index_len = to->index ? row->index_len : 0;
}

static void
report_table(struct reader *r, const struct bgp_mib *mib)
{
	struct bgp_snmp_report *report = r->report;

	for (size_t i = 0; i < report->table_count; i++)
		if (!strcmp(report->tables[i], mib->name))
			return;
	if (report->table_count < BGP_SNMP_HINT_TABLES)
		report->tables[report->table_count++] = mib->name;
}

static void
remember_table(struct reader *r, const struct bgp_mib *mib)
{
	report_table(r, mib);
	if (r->remembers)
		hint_table(r->hint, mib->name);
}

/* --- one table ------------------------------------------------------------ */

static void
remember_number(struct reader *r, const struct bgp_row *row,
    const struct bgp_peer *peer)
{
	struct numbered *numbered;

	if (!row->has_number)
		return;
	numbered = arena_push(r->table->arena, &r->numbers, sizeof(*numbered));
	if (numbered)
		*numbered = (struct numbered){
			.number = row->number,
			.peer = (uint32_t)(peer - bgp_table_at(r->table, 0)),
		};
}

static struct bgp_peer *
find_peer(struct reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row)
{
	if (mib->role != BGP_DETAILS)
		return peer_of(r, mib, row, true);
	if (row->key.has_number)
		return numbered_peer(r, row->key.number);
	return peer_of(r, mib, row, false);
}

static void
commit_row(struct reader *r, const struct bgp_mib *mib,
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
commit_rows(struct reader *r, const struct bgp_mib *mib)
{
	if (mib->role == BGP_NAMES)
		return;
	if (mib->role != BGP_DETAILS)
		bgp_table_reserve(r->table, r->rows.count);
	for (size_t i = 0; i < r->rows.count; i++)
		commit_row(r, mib, row_at(&r->rows, i));
	if (r->numbers.count && mib->role != BGP_DETAILS)
		qsort(r->numbers.items, r->numbers.count,
		    sizeof(struct numbered), compare_numbers);
}

static void
start_cells(struct reader *r, struct snmp_walk *walk)
{
	const size_t columns = r->column_count + 1;

	r->cells = (struct snmp_cells){
		.agent = r->agent,
		/* SNMPv1 refuses a whole GET for one missing cell; GETNEXT
		 * does not.  But FRR must never see a part of an index. */
		.next = (r->mib->flags & BGP_NO_GET) ||
		    (r->agent->v1 && !(r->mib->flags & BGP_NO_BULK)),
		.in_flight = columns < IN_FLIGHT ? columns + 1 : IN_FLIGHT,
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
walk_table(struct reader *r, bool *changed, struct err *err)
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
walk_steady(struct reader *r, struct err *err)
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

static bool
read_table(struct reader *r, const struct bgp_mib *mib, struct err *err)
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

/* --- discovery ------------------------------------------------------------ */

struct probe {
	struct reader *reader;
	size_t count;
	uint8_t mibs[PROBES]; /* their numbers, or LOCAL_AS_PROBE */
};

static bool send_probe(const struct probe *probe, struct err *err);

static bool
probe_oid(uint8_t number, struct snmp_oid *oid)
{
	const struct bgp_mib *mib = &bgp_mibs[number];

	if (number == LOCAL_AS_PROBE)
		return snmp_oid_parse(local_as_oid, strlen(local_as_oid), oid);
	return bgp_mib_column(mib, mib->columns, oid);
}

static void
take_local_as(struct reader *r, const struct snmp_value *value)
{
	static const struct bgp_column column = { .field = BGP_F_LOCAL_AS };
	struct bgp_row row = { 0 };

	if (!bgp_row_cell(NULL, &column, value, &row, r->table) ||
	    r->table->has_local_as)
		return;
	r->table->has_local_as = true;
	r->table->local_as = row.local_as;
}

static void
take_probe(struct reader *r, uint8_t number, const struct snmp_varbind *varbind)
{
	struct snmp_oid root;

	if (snmp_is_absent(&varbind->value) || !probe_oid(number, &root) ||
	    !snmp_oid_below(&varbind->oid, &root))
		return;
	if (number == LOCAL_AS_PROBE)
		take_local_as(r, &varbind->value);
	else
		r->present |= UINT64_C(1) << number;
}

/* noSuchName is how SNMPv1 says that nothing follows; all else hides a table
 * that may be there. */
static void
note_refusal(struct reader *r, uint8_t number, enum snmp_status status)
{
	if (r->agent->v1 && status == SNMP_NO_SUCH_NAME)
		return;
	r->refused = status;
	if (number != LOCAL_AS_PROBE &&
	    (bgp_mibs[number].role == BGP_PEERS_ALL ||
		bgp_mibs[number].role == BGP_PEERS_MORE))
		r->report->tables_refused++;
}

/* An agent that cannot answer for one of them is asked for the others. */
static bool
retry_probe(const struct probe *probe, const struct snmp_reply *reply,
    struct err *err)
{
	const struct snmp_agent *agent = probe->reader->agent;
	struct probe rest = *probe;

	if (reply->status != SNMP_NO_SUCH_NAME &&
	    reply->status != SNMP_GEN_ERR && reply->status != SNMP_TOO_BIG)
		return snmp_status_err(agent, reply->status, err);
	if (probe->count == 1) {
		note_refusal(probe->reader, probe->mibs[0], reply->status);
		return true;
	}
	if (reply->error_index > 0 && reply->status != SNMP_TOO_BIG) {
		const size_t at = reply->error_index - 1;

		note_refusal(probe->reader, probe->mibs[at], reply->status);
		memmove(rest.mibs + at, rest.mibs + at + 1,
		    rest.count - at - 1);
		rest.count--;
		return send_probe(&rest, err);
	}
	rest.count = probe->count / 2;
	if (!send_probe(&rest, err))
		return false;
	memcpy(rest.mibs, probe->mibs + rest.count, probe->count - rest.count);
	rest.count = probe->count - rest.count;
	return send_probe(&rest, err);
}

static bool
probe_answered(void *user, const struct snmp_reply *reply, struct err *err)
{
	struct probe *probe = user;
	bool ok = true;

	if (reply->status != SNMP_NO_ERROR)
		ok = retry_probe(probe, reply, err);
	for (size_t i = 0; i < reply->count; i++)
		take_probe(probe->reader, probe->mibs[i], &reply->varbinds[i]);
	return ok;
}

static bool
send_probe(const struct probe *probe, struct err *err)
{
	struct arena *arena = probe->reader->table->arena;
	struct snmp_oid oids[PROBES];
	const struct snmp_request request = {
		.op = SNMP_GETNEXT,
		.count = probe->count,
		.oids = oids,
		.done = probe_answered,
		.user = arena_copy(arena, probe, sizeof(*probe)),
	};

	if (!request.user)
		return no_room(err);
	for (size_t i = 0; i < probe->count; i++)
		if (!probe_oid(probe->mibs[i], &oids[i]))
			return err_set(err, ERR_USAGE, "a bad table");
	return snmp_ask(probe->reader->agent, &request, err);
}

/* GETNEXT of the first column of every table that would be read. */
static bool
discover(struct reader *r, struct err *err)
{
	struct probe probe = {
		.reader = r,
		.count = 1,
		.mibs = { LOCAL_AS_PROBE },
	};

	r->present = 0;
	r->refused = SNMP_NO_ERROR;
	for (uint8_t i = 0; i < MAX_MIBS && bgp_mibs[i].name; i++) {
		if (!is_table_wanted(r, &bgp_mibs[i]))
			continue;
		if (probe.count == PROBES) {
			if (!send_probe(&probe, err))
				return false;
			probe.count = 0;
		}
		probe.mibs[probe.count++] = i;
	}
	if (probe.count && !send_probe(&probe, err))
		return false;
	if (!snmp_run(r->agent, r->deadline, err))
		return err_context(err, "discovery of the BGP tables");
	/* An agent that cannot say what it has does not have nothing. */
	if (!r->present && r->refused != SNMP_NO_ERROR)
		return snmp_status_err(r->agent, r->refused, err);
	return true;
}

/* --- filling from BGP4-MIB ------------------------------------------------ */

/* What of the wanted fields the peer lacks. */
static unsigned
lacks(const struct reader *r, const struct bgp_peer *peer)
{
	unsigned missing = wants_of(r, bgp_peer_is_up(peer)) &
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
can_fill(const struct reader *r, const struct bgp_peer *peer)
{
	return peer->address.family == IP_V4 && !strcmp(peer->vrf, r->context);
}

static bool
fill_row(struct reader *r, const struct bgp_peer *peer, unsigned missing,
    struct err *err)
{
	struct bgp_row *row = new_row(r);
	uint32_t *index =
	    row ? arena_alloc(r->table->arena, 4 * sizeof(*index)) : NULL;

	if (!index)
		return no_room(err);
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
fill_peers(struct reader *r, size_t *at, size_t count, unsigned columns,
    struct err *err)
{
	bool ok = true;

	r->rows.count = 0;
	start_cells(r, NULL);
	for (; ok && *at < bgp_table_count(r->table) && count; ++*at) {
		const struct bgp_peer *peer = bgp_table_at(r->table, *at);
		const unsigned missing = lacks(r, peer) & columns;

		if (!missing || !can_fill(r, peer) ||
		    (r->query->peer_count && !is_asked_for(r->query, peer)))
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
commit_fill(struct reader *r)
{
	unsigned served = 0;

	for (size_t i = 0; i < r->rows.count; i++) {
		const struct bgp_row *row = row_at(&r->rows, i);
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
static bool
fill_gaps(struct reader *r, struct err *err)
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

/* --- all tables ----------------------------------------------------------- */

static bool
is_present(const struct reader *r, const struct bgp_mib *mib)
{
	return r->present >> (mib - bgp_mibs) & 1;
}

static const struct bgp_mib *
main_table(const struct reader *r)
{
	for (const struct bgp_mib *mib = bgp_mibs; mib->name; mib++)
		if (mib->role == BGP_PEERS_ALL && is_present(r, mib))
			return mib;
	return NULL;
}

static bool
belongs(const struct bgp_mib *mib, const struct bgp_mib *all)
{
	return !mib->goes_with || (all && !strcmp(mib->goes_with, all->name));
}

/* Every table of the role that there is and that belongs to the main one. */
static bool
read_role(struct reader *r, enum bgp_role role, const struct bgp_mib *all,
    struct err *err)
{
	for (const struct bgp_mib *mib = bgp_mibs; mib->name; mib++)
		if (mib->role == role && is_present(r, mib) &&
		    belongs(mib, all) && is_table_wanted(r, mib) &&
		    !read_table(r, mib, err))
			return false;
	return true;
}

static bool
read_tables(struct reader *r, struct err *err)
{
	const struct bgp_mib *all = main_table(r);

	if (!read_role(r, BGP_NAMES, all, err) ||
	    (all && !read_table(r, all, err)) ||
	    !read_role(r, BGP_PEERS_MORE, all, err) ||
	    !read_role(r, BGP_DETAILS, all, err))
		return false;
	if (all && all != bgp_mib_standard() &&
	    is_present(r, bgp_mib_standard()))
		return fill_gaps(r, err);
	return true;
}

/* --- the rows of a hint --------------------------------------------------- */

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

static bool
knows_all(const struct reader *r)
{
	const struct bgp_snmp_query *query = r->query;

	if (!query->peer_count || (wants(r) & ~r->hint->wants))
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
	struct reader *reader;
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
		bgp_row_cell(cell->mib, cell->column, value,
		    row_at(&hinted->reader->rows, (size_t)(tag & UINT32_MAX)),
		    hinted->reader->table);
	return true;
}

/* All wanted cells of one row; of a row of peers its state as well. */
static bool
ask_hinted(struct hinted *hinted, const struct bgp_mib *mib, size_t row,
    struct err *err)
{
	struct reader *r = hinted->reader;
	const struct bgp_row *at = row_at(&r->rows, row);

	for (const struct bgp_column *c = mib->columns; c->oid; c++) {
		const uint64_t tag = (uint64_t)hinted->cells.count << 32 | row;
		struct hinted_cell *cell;
		struct snmp_oid oid;

		if ((!is_wanted(r, c) && c != mib->columns) ||
		    !bgp_mib_column(mib, c, &oid) ||
		    !snmp_oid_append(&oid, at->index, at->index_len))
			continue;
		cell =
		    arena_push(r->table->arena, &hinted->cells, sizeof(*cell));
		if (!cell)
			return no_room(err);
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
	struct reader *r = hinted->reader;
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;

	for (size_t i = 0; i < r->hint->rows.count; i++) {
		const struct bgp_mib *mib =
		    bgp_mib_find(r->hint->tables[from[i].table]);
		struct bgp_row *row = new_row(r);

		if (!row)
			return no_room(err);
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
is_still_about(const struct reader *r, const struct bgp_mib *mib,
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
	vrf_of(r, mib, row, &vrf);
	return !strcmp(vrf.data, peer->vrf);
}

/* The number that prefix tables call the peer of this row of the hint by; false
 * where it is not told. */
static bool
number_of_peer(const struct reader *r, const struct bgp_snmp_peer *peer,
    uint32_t *number)
{
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;

	for (size_t i = 0; i < r->rows.count; i++) {
		const struct bgp_row *row = row_at(&r->rows, i);

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
is_as_hinted(const struct reader *r, size_t i)
{
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;
	const struct bgp_mib *mib =
	    bgp_mib_find(r->hint->tables[from[i].table]);
	const struct bgp_row *row = row_at(&r->rows, i);
	uint32_t number;

	if (!mib)
		return true;
	if (mib->role != BGP_DETAILS)
		return row->has_state &&
		    is_still_about(r, mib, row, &from[i].peer);
	/* Unasked, nothing of it will be told. */
	return !row->key.has_number ||
	    !(wants(r) & bgp_field_wants(BGP_F_NUMBER)) ||
	    (number_of_peer(r, &from[i].peer, &number) &&
		number == row->key.number);
}

static bool
all_as_hinted(const struct reader *r)
{
	for (size_t i = 0; i < r->rows.count; i++)
		if (!is_as_hinted(r, i))
			return false;
	return true;
}

/* The first table of the hint is the one that names the peers. */
static void
commit_hinted(struct reader *r)
{
	const struct bgp_snmp_hint_row *from = r->hint->rows.items;

	for (size_t i = 0; i < r->rows.count; i++) {
		const struct bgp_mib *mib =
		    bgp_mib_find(r->hint->tables[from[i].table]);
		struct bgp_peer *peer = bgp_table_peer(r->table,
		    from[i].peer.vrf, &from[i].peer.address, from[i].interface);

		if (!mib || !peer)
			continue;
		bgp_row_apply(mib, row_at(&r->rows, i), peer, r->table,
		    peer->state != BGP_STATE_UNKNOWN &&
			!(mib->flags & BGP_ROW_PER_FAMILY));
		report_table(r, mib);
	}
}

/* Sets *known when the hint was right: then nothing is left to do. */
static bool
read_hinted(struct reader *r, bool *known, struct err *err)
{
	struct hinted hinted = { .reader = r };
	bool ok;

	r->rows.count = 0;
	r->cells = (struct snmp_cells){
		.agent = r->agent,
		.in_flight = IN_FLIGHT,
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

/* --- a run ---------------------------------------------------------------- */

static uint64_t
wall_s(void)
{
	return (uint64_t)(clock_wall_ns() / CLOCK_SECOND);
}

/* A clock that was set back makes it too old, too. */
static bool
is_hint_fresh(const struct bgp_snmp_hint *hint)
{
	return hint->uses < BGP_SNMP_HINT_USES &&
	    (hint->made_s == 0 || wall_s() - hint->made_s < BGP_SNMP_HINT_S);
}

static bool
is_hint_usable(const struct reader *r)
{
	return r->hint && r->hint->table_count > 0 && is_hint_fresh(r->hint) &&
	    r->query->context_count <= 1;
}

static void
use_hint(struct reader *r)
{
	struct bgp_snmp_hint *hint = r->hint;

	r->present = 0;
	for (size_t i = 0; i < hint->table_count; i++) {
		const struct bgp_mib *mib = bgp_mib_find(hint->tables[i]);

		if (mib)
			r->present |= UINT64_C(1) << (mib - bgp_mibs);
	}
	if (hint->has_local_as && !r->table->has_local_as) {
		r->table->has_local_as = true;
		r->table->local_as = hint->local_as;
	}
	r->expected = hint->peer_rows;
	hint->uses++;
	r->report->hint_used = true;
}

/* The hint is made anew while tables are read. */
static void
clear_hint(struct bgp_snmp_hint *hint, uint32_t uses, uint64_t made_s)
{
	struct arena *arena = hint->arena;

	*hint = (struct bgp_snmp_hint){ .arena = arena,
		.uses = uses,
		.made_s = made_s };
}

static void
finish_hint(struct reader *r)
{
	r->hint->wants = wants(r);
	r->hint->has_local_as = r->table->has_local_as;
	r->hint->local_as = r->table->local_as;
}

static bool
is_found(const struct reader *r, const struct bgp_snmp_peer *peer)
{
	for (size_t i = 0; i < bgp_table_count(r->table); i++) {
		const struct bgp_peer *at = bgp_table_at(r->table, i);

		if (!ip_compare(&at->address, &peer->address) &&
		    (!peer->vrf || !strcmp(at->vrf, peer->vrf)))
			return true;
	}
	return false;
}

/* Who is missing may stand in a table that was empty at the last discovery. */
static bool
found_all(const struct reader *r)
{
	for (size_t i = 0; i < r->query->peer_count; i++)
		if (!is_found(r, &r->query->peers[i]))
			return false;
	return true;
}

/* Tables with rows that the details of a wider question would need are found
 * by a discovery, so a hint for less is none. */
static bool
read_with_hint(struct reader *r, bool *done, struct err *err)
{
	const size_t before = bgp_table_count(r->table);
	const uint32_t uses = r->hint->uses + 1;

	if (wants(r) & ~r->hint->wants)
		return true;
	use_hint(r);
	if (knows_all(r)) {
		/* Its rows are no BGP_NO_GET tables: those are walked. */
		if (!read_hinted(r, done, err) || *done)
			return *done;
	} else {
		r->remembers = true;
		clear_hint(r->hint, uses, r->hint->made_s);
		if (!read_tables(r, err))
			return false;
		*done = bgp_table_count(r->table) > before && found_all(r);
		finish_hint(r);
	}
	r->report->hint_failed = !*done;
	r->report->hint_used = *done;
	return true;
}

static bool
read_context(struct reader *r, struct err *err)
{
	bool done = false;

	r->names.count = r->numbers.count = 0;
	r->expected = 0;
	if (is_hint_usable(r) && !read_with_hint(r, &done, err))
		return false;
	if (done)
		return true;
	if (!discover(r, err))
		return false;
	r->remembers = r->hint && r->query->context_count <= 1;
	if (r->remembers)
		clear_hint(r->hint, 0, wall_s());
	/* What was refused is asked for again in every run. */
	r->remembers &= r->report->tables_refused == 0;
	if (!read_tables(r, err))
		return false;
	if (r->remembers)
		finish_hint(r);
	return true;
}

bool
bgp_snmp_read(struct snmp_agent *agent, const struct bgp_snmp_query *query,
    struct bgp_snmp_hint *hint, struct bgp_table *table,
    struct bgp_snmp_report *report, const struct deadline *deadline,
    struct err *err)
{
	static const char *const no_context[] = { "" };
	struct bgp_snmp_report ignored;
	struct reader r = {
		.agent = agent,
		.query = query,
		.hint = hint,
		.table = table,
		.report = report ? report : &ignored,
		.deadline = deadline,
	};
	const char *const *contexts =
	    query->context_count ? query->contexts : no_context;
	const size_t count = query->context_count ? query->context_count : 1;

	*r.report = (struct bgp_snmp_report){ 0 };
	agent->max_bytes = query->max_bytes ? query->max_bytes : BGP_SNMP_BYTES;
	for (size_t i = 0; i < count; i++) {
		r.context = agent->context = contexts[i];
		r.remembers = false;
		if (!read_context(&r, err))
			return *contexts[i]
			    ? err_context(err, "context %s", contexts[i])
			    : false;
	}
	return true;
}

/* --- the hint as text ----------------------------------------------------- */

/*
 *	uses N, wants N, made N, local-as N, peers N, table NAME: one a line;
 *	row TABLE ADDRESS INDEX INTERFACE VRF, with tabs between them.
 */
static bool
is_plain(const char *string)
{
	for (; *string; string++)
		if ((unsigned char)*string < ' ')
			return false;
	return true;
}

static void
write_row(const struct bgp_snmp_hint_row *row, struct text *out)
{
	struct snmp_oid index = { 0 };

	if (!is_plain(row->interface) || !is_plain(row->peer.vrf) ||
	    !snmp_oid_append(&index, row->index, row->index_len))
		return;
	text_addf(out, "row\t%u\t", row->table);
	if (row->peer.address.family != IP_NONE)
		ip_format(out, &row->peer.address);
	text_add(out, "\t");
	snmp_oid_format(out, &index);
	text_addf(out, "\t%s\t%s\n", row->interface, row->peer.vrf);
}

void
bgp_snmp_hint_write(const struct bgp_snmp_hint *hint, struct text *out)
{
	const struct bgp_snmp_hint_row *rows = hint->rows.items;

	text_addf(out, "uses\t%" PRIu32 "\nwants\t%u\n", hint->uses,
	    hint->wants);
	if (hint->made_s)
		text_addf(out, "made\t%" PRIu64 "\n", hint->made_s);
	if (hint->has_local_as)
		text_addf(out, "local-as\t%" PRIu32 "\n", hint->local_as);
	if (hint->peer_rows)
		text_addf(out, "peers\t%" PRIu32 "\n", hint->peer_rows);
	for (size_t i = 0; i < hint->table_count; i++)
		text_addf(out, "table\t%s\n", hint->tables[i]);
	for (size_t i = 0; i < hint->rows.count; i++)
		write_row(&rows[i], out);
}

/* The words of a line, cut in place at its tabs. */
static size_t
cut_words(char *line, char **words, size_t most)
{
	size_t count = 0;

	while (count < most) {
		char *tab = strchr(line, '\t');

		words[count++] = line;
		if (!tab)
			break;
		*tab = '\0';
		line = tab + 1;
	}
	return count;
}

static bool
parse_u32(const char *word, uint32_t *number)
{
	struct err ignored;
	uint64_t wide;

	if (!num_u64(word, &wide, &ignored) || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return true;
}

#define ROW_WORDS 6

static bool
parse_row(char **words, struct bgp_snmp_hint *hint)
{
	struct bgp_snmp_hint_row row = { 0 };
	struct bgp_snmp_hint_row *to;
	struct snmp_oid index;
	struct err ignored;
	uint32_t table;

	if (!parse_u32(words[1], &table) || table >= hint->table_count ||
	    (*words[2] && !ip_parse(words[2], &row.peer.address, &ignored)) ||
	    !snmp_oid_parse(words[3], strlen(words[3]), &index))
		return false;
	row.table = (uint8_t)table;
	row.interface = copy_string(hint->arena, words[4]);
	row.peer.vrf = copy_string(hint->arena, words[5]);
	row.index = arena_copy(hint->arena, index.sub,
	    index.len * sizeof(index.sub[0]));
	row.index_len = index.len;
	to = arena_push(hint->arena, &hint->rows, sizeof(*to));
	if (!row.interface || !row.peer.vrf || !row.index || !to)
		return false;
	*to = row;
	return true;
}

static bool
parse_line(char *line, struct bgp_snmp_hint *hint)
{
	char *words[ROW_WORDS];
	const size_t count = cut_words(line, words, ROW_WORDS);
	const struct bgp_mib *mib;
	struct err ignored;

	if (count == ROW_WORDS && !strcmp(words[0], "row"))
		return parse_row(words, hint);
	if (count != 2)
		return false;
	if (!strcmp(words[0], "uses"))
		return parse_u32(words[1], &hint->uses);
	if (!strcmp(words[0], "wants"))
		return parse_u32(words[1], &hint->wants);
	if (!strcmp(words[0], "made"))
		return num_u64(words[1], &hint->made_s, &ignored);
	if (!strcmp(words[0], "peers"))
		return parse_u32(words[1], &hint->peer_rows);
	if (!strcmp(words[0], "local-as"))
		return hint->has_local_as =
			   parse_u32(words[1], &hint->local_as);
	mib = bgp_mib_find(words[1]);
	if (strcmp(words[0], "table") != 0 || !mib ||
	    hint->table_count == BGP_SNMP_HINT_TABLES)
		return false;
	hint->tables[hint->table_count++] = mib->name;
	return true;
}

bool
bgp_snmp_hint_parse(const char *bytes, size_t len, struct bgp_snmp_hint *hint,
    struct arena *arena, struct err *err)
{
	char *copy = arena_string(arena, bytes, len);

	*hint = (struct bgp_snmp_hint){ .arena = arena };
	if (!copy)
		return no_room(err);
	for (size_t line = 1; *copy; line++) {
		char *end = strchr(copy, '\n');

		if (end)
			*end = '\0';
		if (!parse_line(copy, hint)) {
			*hint = (struct bgp_snmp_hint){ .arena = arena };
			return err_set(err, ERR_PROTOCOL,
			    "line %zu of the BGP hint makes no sense", line);
		}
		copy = end ? end + 1 : copy + strlen(copy);
	}
	return true;
}
