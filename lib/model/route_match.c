/* SPDX-License-Identifier: ISC */
#include "model/route_match.h"

#include <string.h>

#define LISTED 4 /* of what is expected, in words */

const char *
route_trait_name(enum route_trait trait)
{
	switch (trait) {
	case ROUTE_TRAIT_HOP:
		return "next hop";
	case ROUTE_TRAIT_DEVICE:
		return "device";
	case ROUTE_TRAIT_PROTOCOL:
		return "protocol";
	case ROUTE_TRAIT_AS_PATH:
		return "AS path";
	case ROUTE_TRAIT_ORIGIN:
		return "origin AS";
	case ROUTE_TRAIT_METRIC:
		return "metric";
	case ROUTE_TRAIT_HOPS:
		return "number of next hops";
	}
	return "value";
}

/* --- kind ----------------------------------------------------------------- */

uint32_t
route_live_hops(const struct route_path *path)
{
	uint32_t live = 0;

	for (const struct route_hop *hop = path->hops; hop; hop = hop->next)
		live += !hop->down;
	return live;
}

static bool
is_dead(const struct route_path *path)
{
	return path->hops != NULL && route_live_hops(path) == 0;
}

static bool
carries(const struct route_path *path)
{
	switch (path->kind) {
	case ROUTE_UNICAST:
	case ROUTE_LOCAL:
	case ROUTE_OTHER:
		return !is_dead(path);
	default:
		return false;
	}
}

bool
route_kind_wanted(enum route_wanted_kind kind, const struct route_path *path)
{
	switch (kind) {
	case ROUTE_WANT_REACHABLE:
		return carries(path);
	case ROUTE_WANT_ANY:
		return path->kind != ROUTE_THROW;
	case ROUTE_WANT_BLACKHOLE:
		return path->kind == ROUTE_BLACKHOLE;
	case ROUTE_WANT_UNREACHABLE:
		return path->kind == ROUTE_UNREACHABLE;
	case ROUTE_WANT_PROHIBIT:
		return path->kind == ROUTE_PROHIBIT;
	}
	return false;
}

const char *
route_kind_reason(const struct route_path *path)
{
	switch (path->kind) {
	case ROUTE_BLACKHOLE:
		return "is a blackhole";
	case ROUTE_UNREACHABLE:
		return "is an unreachable route";
	case ROUTE_PROHIBIT:
		return "is a prohibit route";
	case ROUTE_THROW:
		return "is a throw route";
	default:
		return is_dead(path) ? "has no next hop that is up"
				     : "carries packets";
	}
}

/* --- traits --------------------------------------------------------------- */

enum met {
	MET_YES,
	MET_NO,
	MET_UNTOLD,
};

/* ", " between, and how many more there are. */
static bool
begin_item(struct text *why, size_t index, size_t count)
{
	if (index == LISTED)
		text_addf(why, " or %zu more", count - index);
	else if (index > 0)
		text_add(why, index + 1 == count ? " or " : ", ");
	return index < LISTED;
}

static void
list_nets(struct text *why, const struct ip_net *nets, size_t count)
{
	text_add(why, " (expected: ");
	for (size_t i = 0; i < count && begin_item(why, i, count); i++)
		if (nets[i].length ==
		    ip_bits((enum ip_family)nets[i].address.family))
			ip_format(why, &nets[i].address);
		else
			ip_net_format(why, &nets[i]);
	text_add_char(why, ')');
}

static void
list_strings(struct text *why, const char *const *items, size_t count)
{
	text_add(why, " (expected: ");
	for (size_t i = 0; i < count && begin_item(why, i, count); i++)
		text_add(why, items[i]);
	text_add_char(why, ')');
}

static void
list_numbers(struct text *why, const uint32_t *items, size_t count)
{
	text_add(why, " (expected: ");
	for (size_t i = 0; i < count && begin_item(why, i, count); i++)
		text_addf(why, "%u", items[i]);
	text_add_char(why, ')');
}

static bool
is_in(const struct ip *address, const struct route_want *want)
{
	struct ip plain = *address;

	/* The interface of a link-local next hop is the host's matter. */
	plain.zone = 0;
	for (size_t i = 0; i < want->hop_count; i++) {
		struct ip_net net = want->hops[i];

		net.address.zone = 0;
		if (ip_in_net(&plain, &net))
			return true;
	}
	return false;
}

static enum met
match_hops(const struct route_want *want, const struct route_path *path,
    struct text *why)
{
	for (const struct route_hop *hop = path->hops; hop; hop = hop->next) {
		if (hop->gateway.family != IP_NONE &&
		    is_in(&hop->gateway, want))
			continue;
		if (hop->gateway.family == IP_NONE) {
			text_add(why, "directly connected");
		} else {
			text_add(why, "next hop ");
			ip_format(why, &hop->gateway);
		}
		list_nets(why, want->hops, want->hop_count);
		return MET_NO;
	}
	/* Those that are not told may be others. */
	if ((path->has & ROUTE_HAS_HOPS) == 0)
		return MET_UNTOLD;
	if (path->hops != NULL)
		return MET_YES;
	text_add(why, "no next hop");
	list_nets(why, want->hops, want->hop_count);
	return MET_NO;
}

static bool
is_listed(const char *item, const char *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i], item) == 0)
			return true;
	return false;
}

static enum met
match_devices(const struct route_want *want, const struct route_path *path,
    struct text *why)
{
	bool told = path->hops != NULL && (path->has & ROUTE_HAS_HOPS) != 0;

	for (const struct route_hop *hop = path->hops; hop; hop = hop->next) {
		told &= hop->device != NULL;
		if (hop->device == NULL ||
		    is_listed(hop->device, want->devices, want->device_count))
			continue;
		text_addf(why, "device %s", hop->device);
		list_strings(why, want->devices, want->device_count);
		return MET_NO;
	}
	return told ? MET_YES : MET_UNTOLD;
}

static enum met
match_protocols(const struct route_want *want, const struct route_path *path,
    struct text *why)
{
	if (path->protocol == NULL)
		return MET_UNTOLD;
	if (is_listed(path->protocol, want->protocols, want->protocol_count))
		return MET_YES;
	text_addf(why, "protocol %s", path->protocol);
	list_strings(why, want->protocols, want->protocol_count);
	return MET_NO;
}

static enum met
match_as_path(const struct route_want *want, const struct route_path *path,
    struct text *why)
{
	if (path->as_path == NULL)
		return MET_UNTOLD;
	for (size_t i = 0; i < want->as_path_count; i++)
		if (regex_matches(want->as_paths[i], path->as_path,
			strlen(path->as_path)))
			return MET_YES;
	if (path->as_path[0] == '\0')
		text_add(why,
		    "an empty AS path, as of a local route, does "
		    "not match");
	else
		text_addf(why, "AS path %s does not match", path->as_path);
	return MET_NO;
}

static bool
origin_of(const struct route_path *path, uint32_t *as)
{
	*as = path->origin_as;
	return (path->has & ROUTE_HAS_ORIGIN_AS) != 0 ||
	    (path->as_path != NULL && route_origin_as(path->as_path, as));
}

static enum met
match_origin(const struct route_want *want, const struct route_path *path,
    struct text *why)
{
	uint32_t as;

	if (!origin_of(path, &as))
		return MET_UNTOLD;
	for (size_t i = 0; i < want->origin_count; i++)
		if (want->origins[i] == as)
			return MET_YES;
	if (as == 0)
		text_add(why, "no origin AS, as of a local route");
	else
		text_addf(why, "origin AS %u", as);
	list_numbers(why, want->origins, want->origin_count);
	return MET_NO;
}

static const struct trait {
	enum route_trait trait;
	size_t count; /* offset in struct route_want; 0: nothing is asked */
	enum met (*match)(const struct route_want *want,
	    const struct route_path *path, struct text *why);
} traits[] = {
	{ ROUTE_TRAIT_HOP, offsetof(struct route_want, hop_count), match_hops },
	{ ROUTE_TRAIT_DEVICE, offsetof(struct route_want, device_count),
	    match_devices },
	{ ROUTE_TRAIT_PROTOCOL, offsetof(struct route_want, protocol_count),
	    match_protocols },
	{ ROUTE_TRAIT_AS_PATH, offsetof(struct route_want, as_path_count),
	    match_as_path },
	{ ROUTE_TRAIT_ORIGIN, offsetof(struct route_want, origin_count),
	    match_origin },
};

unsigned
route_match(const struct route_want *want, const struct route_path *path,
    unsigned *untold, struct text *why)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(traits) / sizeof(traits[0]); i++) {
		const size_t *count =
		    (const void *)((const char *)want + traits[i].count);
		char room[600];
		struct text clause = TEXT_OVER(room);

		if (*count == 0)
			continue;
		switch (traits[i].match(want, path, &clause)) {
		case MET_YES:
			break;
		case MET_NO:
			if (wrong == 0)
				text_add(why, clause.data);
			wrong |= traits[i].trait;
			break;
		case MET_UNTOLD:
			*untold |= traits[i].trait;
			break;
		}
	}
	return wrong;
}
