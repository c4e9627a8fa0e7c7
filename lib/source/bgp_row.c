/* SPDX-License-Identifier: ISC */
#include "source/bgp_row.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* AFI and SAFI of IANA. */
#define IPV4 1
#define IPV6 2
#define UNICAST 1

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

/* The error that was sent or received, when only one of them was: which came
 * last is not known. */
static void
apply_error(const struct bgp_row *row, struct bgp_peer *peer)
{
	static const uint8_t directions[] = {
		[BGP_ROW_ERROR] = BGP_DIRECTION_UNKNOWN,
		[BGP_ROW_RECEIVED] = BGP_RECEIVED,
		[BGP_ROW_SENT] = BGP_SENT,
	};
	const bool received = row->errors[BGP_ROW_RECEIVED][0] != 0;
	const bool sent = row->errors[BGP_ROW_SENT][0] != 0;
	const size_t which = received ? BGP_ROW_RECEIVED
	    : sent		      ? BGP_ROW_SENT
				      : BGP_ROW_ERROR;

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
