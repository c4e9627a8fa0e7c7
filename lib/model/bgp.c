/* SPDX-License-Identifier: ISC */
#include "model/bgp.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- the table ----------------------------------------------------------- */

static const struct ip no_address = { .family = IP_NONE };

static struct bgp_peer *
peers(const struct bgp_table *table)
{
	return table->peers.items;
}

void
bgp_table_init(struct bgp_table *table, struct arena *arena, size_t max_peers)
{
	*table = (struct bgp_table){
		.arena = arena,
		.max_peers = max_peers ? max_peers : BGP_PEERS,
	};
}

size_t
bgp_table_count(const struct bgp_table *table)
{
	return table->peers.count;
}

struct bgp_peer *
bgp_table_at(const struct bgp_table *table, size_t index)
{
	return &peers(table)[index];
}

/* The zone is left out: two peers that differ in nothing else are rare, and
 * has_key tells them apart. */
static uint64_t
key_hash(const char *vrf, const struct ip *address, const char *interface)
{
	uint64_t hash = HASH_START;

	hash = hash_add(hash, vrf, strnlen(vrf, BGP_TEXT));
	hash = hash_add(hash, "", 1);
	hash = hash_add(hash, interface, strnlen(interface, BGP_TEXT));
	hash = hash_add(hash, &address->family, sizeof(address->family));
	return hash_add(hash, address->bytes,
	    address->family == IP_V4 ? 4 : sizeof(address->bytes));
}

static bool
has_key(const struct bgp_peer *peer, const char *vrf, const struct ip *address,
    const char *interface)
{
	return !ip_compare(&peer->address, address) &&
	    !strncmp(peer->vrf, vrf, BGP_TEXT) &&
	    !strncmp(peer->interface, interface, BGP_TEXT);
}

/* The slot that names the peer, or the empty one that would.  At least half
 * of the slots are empty, so the search ends. */
static uint32_t *
slot(const struct bgp_table *table, const char *vrf, const struct ip *address,
    const char *interface)
{
	const size_t mask = table->slot_count - 1;
	size_t i = key_hash(vrf, address, interface) & mask;

	while (table->slots[i] &&
	    !has_key(&peers(table)[table->slots[i] - 1], vrf, address,
		interface))
		i = (i + 1) & mask;
	return &table->slots[i];
}

static void
fill_slots(struct bgp_table *table)
{
	memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
	for (size_t i = 0; i < table->peers.count; i++) {
		const struct bgp_peer *peer = &peers(table)[i];

		*slot(table, peer->vrf, &peer->address, peer->interface) =
		    (uint32_t)i + 1;
	}
}

/* Slots for so many peers. */
static bool
grow_slots(struct bgp_table *table, size_t wanted)
{
	size_t count = table->slot_count ? table->slot_count : 16;
	uint32_t *slots;

	while (count < 2 * wanted)
		count *= 2;
	if (count == table->slot_count)
		return true;
	slots = arena_alloc(table->arena, count * sizeof(*slots));
	if (!slots)
		return false;
	table->slots = slots;
	table->slot_count = count;
	fill_slots(table);
	return true;
}

bool
bgp_table_reserve(struct bgp_table *table, size_t more)
{
	struct arena_list *list = &table->peers;
	const size_t room = table->max_peers - list->count;
	const size_t wanted = list->count + (more < room ? more : room);
	void *items;

	if (wanted <= list->capacity)
		return true;
	items = arena_alloc(table->arena, wanted * sizeof(struct bgp_peer));
	if (!items)
		return false;
	if (list->count)
		memcpy(items, list->items,
		    list->count * sizeof(struct bgp_peer));
	list->items = items;
	list->capacity = wanted;
	return grow_slots(table, wanted);
}

struct bgp_peer *
bgp_table_find(const struct bgp_table *table, const char *vrf,
    const struct ip *address, const char *interface)
{
	uint32_t found;

	if (!table->slot_count)
		return NULL;
	found = *slot(table, vrf ? vrf : "", address ? address : &no_address,
	    interface ? interface : "");
	return found ? &peers(table)[found - 1] : NULL;
}

/* A copy, or the very string of the peer before, whose VRF is mostly ours. */
static const char *
key_string(struct bgp_table *table, const char *string, const char *before)
{
	if (!*string)
		return "";
	if (before && !strncmp(before, string, BGP_TEXT))
		return before;
	return bgp_table_string(table, string, strlen(string));
}

static struct bgp_peer *
add_peer(struct bgp_table *table, const char *vrf, const struct ip *address,
    const char *interface)
{
	const size_t count = table->peers.count;
	const char *before = count ? peers(table)[count - 1].vrf : NULL;
	struct bgp_peer *peer;

	if (count >= table->max_peers || !grow_slots(table, count + 1))
		return NULL;
	vrf = key_string(table, vrf, before);
	interface = key_string(table, interface, NULL);
	if (!vrf || !interface)
		return NULL;
	peer = arena_push(table->arena, &table->peers, sizeof(*peer));
	if (!peer)
		return NULL;
	peer->vrf = vrf;
	peer->interface = interface;
	peer->address = *address;
	*slot(table, vrf, address, interface) = (uint32_t)count + 1;
	return peer;
}

struct bgp_peer *
bgp_table_peer(struct bgp_table *table, const char *vrf,
    const struct ip *address, const char *interface)
{
	struct bgp_peer *peer = bgp_table_find(table, vrf, address, interface);

	if (!peer)
		peer = add_peer(table, vrf ? vrf : "",
		    address ? address : &no_address,
		    interface ? interface : "");
	if (!peer)
		table->full = true;
	return peer;
}

static struct bgp_family **
family_link(struct bgp_peer *peer, uint16_t afi, uint8_t safi)
{
	struct bgp_family **link = &peer->families;

	while (*link && ((*link)->afi != afi || (*link)->safi != safi))
		link = &(*link)->next;
	return link;
}

struct bgp_family *
bgp_peer_family(struct bgp_table *table, struct bgp_peer *peer, uint16_t afi,
    uint8_t safi)
{
	struct bgp_family **link = family_link(peer, afi, safi);

	if (*link)
		return *link;
	if (peer->families_count < BGP_FAMILIES)
		*link = arena_alloc(table->arena, sizeof(**link));
	if (!*link) {
		table->full = true;
		return NULL;
	}
	(*link)->afi = afi;
	(*link)->safi = safi;
	peer->families_count++;
	return *link;
}

const struct bgp_family *
bgp_peer_find_family(const struct bgp_peer *peer, uint16_t afi, uint8_t safi)
{
	const struct bgp_family *family = peer->families;

	while (family && (family->afi != afi || family->safi != safi))
		family = family->next;
	return family;
}

const char *
bgp_table_string(struct bgp_table *table, const void *bytes, size_t len)
{
	/* strnlen(3) takes no NULL, not even for no bytes. */
	const size_t cut =
	    len ? strnlen(bytes, len < BGP_TEXT ? len : BGP_TEXT) : 0;

	return cut ? arena_string(table->arena, bytes, cut) : NULL;
}

const char *
bgp_table_text(struct bgp_table *table, const char *string)
{
	return string ? bgp_table_string(table, string, strlen(string)) : NULL;
}

int
bgp_peer_compare(const struct bgp_peer *a, const struct bgp_peer *b)
{
	int order = strcmp(a->vrf, b->vrf);

	if (!order)
		order = ip_compare(&a->address, &b->address);
	return order ? order : strcmp(a->interface, b->interface);
}

static int
by_key(const void *a, const void *b)
{
	return bgp_peer_compare(a, b);
}

void
bgp_table_sort(struct bgp_table *table)
{
	if (table->peers.count < 2)
		return;
	qsort(table->peers.items, table->peers.count, sizeof(struct bgp_peer),
	    by_key);
	fill_slots(table);
}

/* --- questions ----------------------------------------------------------- */

void
bgp_peer_name(struct text *text, const struct bgp_peer *peer)
{
	struct ip address = peer->address;

	if (address.family == IP_NONE) {
		text_add(text, peer->interface);
	} else if (*peer->interface) {
		address.zone = 0;
		ip_format(text, &address);
		text_addf(text, "%%%s", peer->interface);
	} else {
		ip_format(text, &address);
	}
	/* The second session with one neighbor has our address as its VRF. */
	if (*peer->vrf)
		text_addf(text, " %s %s",
		    peer->local && strcmp(peer->local, peer->vrf) == 0 ? "from"
								       : "vrf",
		    peer->vrf);
}

bool
bgp_peer_is_up(const struct bgp_peer *peer)
{
	return peer->state == BGP_ESTABLISHED;
}

bool
bgp_peer_is_admin_down(const struct bgp_peer *peer)
{
	return !bgp_peer_is_up(peer) && peer->admin == BGP_ADMIN_DOWN;
}

bool
bgp_family_used(const struct bgp_family *family, uint32_t *used)
{
	if (family->has & BGP_HAS_ACCEPTED)
		*used = family->accepted;
	else if (family->has & BGP_HAS_RECEIVED)
		*used = family->received;
	else
		return false;
	return true;
}

bool
bgp_family_percent(const struct bgp_family *family, double *percent)
{
	uint32_t used;

	if (!(family->has & BGP_HAS_LIMIT) || !family->limit ||
	    !bgp_family_used(family, &used))
		return false;
	*percent = 100.0 * used / family->limit;
	return true;
}
