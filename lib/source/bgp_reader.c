/* SPDX-License-Identifier: ISC */
#include "source/bgp_reader.h"

#include <inttypes.h>
#include <string.h>

#define CHUNK 128 /* rows that are allocated at once */

/* --- rows ----------------------------------------------------------------- */

struct bgp_row *
bgp_reader_row(const struct bgp_reader *r, size_t i)
{
	const struct bgp_reader_rows *rows = &r->rows;
	struct bgp_row *const *chunks = rows->chunks.items;

	return &chunks[i / CHUNK][i % CHUNK];
}

/* The chunks of one table serve the next one as well. */
struct bgp_row *
bgp_reader_add_row(struct bgp_reader *r)
{
	struct bgp_reader_rows *rows = &r->rows;

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
	return bgp_reader_row(r, rows->count++);
}

bool
bgp_reader_no_room(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no room for so many BGP peers");
}

/* --- what is wanted ------------------------------------------------------- */

/* Of anybody. */
unsigned
bgp_reader_wants(const struct bgp_reader *r)
{
	return r->query->wants | r->query->down_wants;
}

unsigned
bgp_reader_wants_of(const struct bgp_reader *r, bool up)
{
	return up ? r->query->wants : bgp_reader_wants(r);
}

static bool
is_any_down(const struct bgp_reader *r)
{
	for (size_t i = 0; i < bgp_table_count(r->table); i++)
		if (!bgp_peer_is_up(bgp_table_at(r->table, i)))
			return true;
	return false;
}

bool
bgp_reader_wants_column(const struct bgp_reader *r,
    const struct bgp_column *column)
{
	return (bgp_field_wants(column->field) &
		   (bgp_reader_wants(r) | 1u << 31)) != 0;
}

/* Details are read when something of them is wanted. */
bool
bgp_reader_wants_table(const struct bgp_reader *r, const struct bgp_mib *mib)
{
	unsigned wanted;

	if (mib->role != BGP_DETAILS)
		return true;
	wanted = bgp_reader_wants_of(r, !is_any_down(r));
	for (const struct bgp_column *c = mib->columns; c->oid; c++)
		if (bgp_field_wants(c->field) & wanted)
			return true;
	return false;
}

bool
bgp_reader_means(const struct bgp_snmp_peer *named, const struct bgp_peer *peer)
{
	return ip_compare(&named->address, &peer->address) == 0 &&
	    (named->vrf == NULL || strcmp(named->vrf, peer->vrf) == 0);
}

bool
bgp_reader_is_named(const struct bgp_reader *r, const struct bgp_peer *peer)
{
	for (size_t i = 0; i < r->query->peer_count; i++)
		if (bgp_reader_means(&r->query->peers[i], peer))
			return true;
	return false;
}

/* --- who a row is about --------------------------------------------------- */

static const char *
find_name(const struct bgp_reader *r, uint32_t instance)
{
	const struct bgp_reader_vrf_name *names = r->names.items;

	for (size_t i = 0; i < r->names.count; i++)
		if (names[i].instance == instance)
			return names[i].name;
	return NULL;
}

/* The VRF of the row: its name, else its number, "" for the default one. */
void
bgp_reader_vrf(const struct bgp_reader *r, const struct bgp_mib *mib,
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
struct bgp_peer *
bgp_reader_peer(struct bgp_reader *r, const struct bgp_mib *mib,
    const struct bgp_row *row, bool make)
{
	char vrf_bytes[BGP_TEXT + 1], interface_bytes[BGP_TEXT + 1];
	struct text vrf = TEXT_OVER(vrf_bytes);
	struct text interface = TEXT_OVER(interface_bytes);
	const struct ip address = row->key.address.family != IP_NONE
	    ? row->key.address
	    : row->address;

	bgp_reader_vrf(r, mib, row, &vrf);
	interface_of(row, &address, &interface);
	return make
	    ? bgp_table_peer(r->table, vrf_bytes, &address, interface_bytes)
	    : bgp_table_find(r->table, vrf_bytes, &address, interface_bytes);
}

/* --- what is told --------------------------------------------------------- */

void
bgp_reader_report(struct bgp_reader *r, const struct bgp_mib *mib)
{
	struct bgp_snmp_report *report = r->report;

	for (size_t i = 0; i < report->table_count; i++)
		if (!strcmp(report->tables[i], mib->name))
			return;
	if (report->table_count < BGP_SNMP_HINT_TABLES)
		report->tables[report->table_count++] = mib->name;
}
