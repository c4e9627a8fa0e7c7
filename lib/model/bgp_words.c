/* SPDX-License-Identifier: ISC */
#include "model/bgp_words.h"

#include <string.h>

#include "base/num.h"

#define DESCRIPTION_CHARS 60 /* on a line that a pager shows */
#define ERROR_CHARS 80
#define FAMILIES 3 /* in one sentence */

void
bgp_words_whom(struct text *text, const struct bgp_peer *peer)
{
	struct bgp_peer alone = *peer;

	alone.vrf = "";
	bgp_peer_name(text, &alone);
}

void
bgp_words_peer(struct text *text, const struct bgp_peer *peer)
{
	const char *description =
	    peer->description != NULL ? peer->description : peer->name;

	bgp_peer_name(text, peer);
	if ((peer->has & BGP_HAS_REMOTE_AS) != 0)
		text_addf(text, " AS%u", peer->remote_as);
	if (description == NULL || description[0] == '\0')
		return;
	text_add(text, " (");
	text_foreign(text, description, strlen(description), DESCRIPTION_CHARS);
	text_add_char(text, ')');
}

void
bgp_words_state(struct text *text, const struct bgp_peer *peer)
{
	if (bgp_peer_is_admin_down(peer))
		text_add(text, "administratively down");
	else if (peer->state_text != NULL && !bgp_peer_is_up(peer))
		text_foreign(text, peer->state_text, strlen(peer->state_text),
		    DESCRIPTION_CHARS);
	else
		text_add(text, bgp_state_name((enum bgp_state)peer->state));
}

static void
add_error_words(struct text *text, const struct bgp_peer *peer)
{
	if ((peer->has & BGP_HAS_ERROR) != 0 && peer->error_code != 0)
		bgp_error_name(text, peer->error_code, peer->error_subcode);
	else if (peer->error_text != NULL)
		text_foreign(text, peer->error_text, strlen(peer->error_text),
		    ERROR_CHARS);
}

static void
add_error(struct text *text, const struct bgp_peer *peer)
{
	static const char *const directions[] = {
		[BGP_DIRECTION_UNKNOWN] = "",
		[BGP_RECEIVED] = " received",
		[BGP_SENT] = " sent",
	};
	char room[200];
	struct text error = TEXT_OVER(room);

	add_error_words(&error, peer);
	if (error.len == 0)
		return;
	text_addf(text, ", %s error%s: %s",
	    bgp_peer_is_up(peer) ? "earlier" : "last",
	    peer->error_direction <= BGP_SENT
		? directions[peer->error_direction]
		: "",
	    error.data);
}

/* "ipv4-unicast 3 of 100 prefixes", "ipv6-unicast not negotiated" */
static void
add_family(struct text *text, const struct bgp_family *family)
{
	uint32_t used;

	text_add(text, ", ");
	bgp_family_name(text, family->afi, family->safi);
	if (family->activity == BGP_INACTIVE_FAMILY)
		text_add(text, " not active");
	else if (!bgp_family_used(family, &used))
		text_add(text, " of unknown size");
	else if ((family->has & BGP_HAS_LIMIT) != 0)
		text_addf(text, " %u of %u prefixes", used, family->limit);
	else
		text_addf(text, " %u prefix%s", used, used == 1 ? "" : "es");
	if ((family->has & BGP_HAS_ADVERTISED) != 0 &&
	    family->activity != BGP_INACTIVE_FAMILY)
		text_addf(text, " (%u sent)", family->advertised);
}

static void
add_families(struct text *text, const struct bgp_peer *peer)
{
	size_t told = 0;

	for (const struct bgp_family *family = peer->families; family != NULL;
	     family = family->next) {
		if (family->has == 0 && family->activity != BGP_INACTIVE_FAMILY)
			continue;
		if (told++ < FAMILIES)
			add_family(text, family);
	}
	if (told > FAMILIES)
		text_addf(text, " and %zu more famil%s", told - FAMILIES,
		    told - FAMILIES == 1 ? "y" : "ies");
}

static bool
never_was_up(const struct bgp_peer *peer)
{
	return (peer->has & BGP_HAS_TRANSITIONS) != 0 &&
	    peer->transitions == 0 && !bgp_peer_is_up(peer) &&
	    peer->admin != BGP_ADMIN_DOWN;
}

void
bgp_words_condition(struct text *text, const struct bgp_peer *peer)
{
	const bool up = bgp_peer_is_up(peer);

	if (peer->state == BGP_STATE_UNKNOWN && peer->state_text == NULL &&
	    peer->admin != BGP_ADMIN_DOWN) {
		text_add(text, "is in a state that is not told");
		return;
	}
	bgp_words_state(text, peer);
	/* RFC 4273: 0 is also what a router says of a peer never up. */
	if ((peer->has & BGP_HAS_TIME) != 0 && (up || peer->time_s > 0)) {
		text_add(text, " for ");
		num_format_duration(text, peer->time_s);
	}
	if (peer->limit_hit && !up)
		text_add(text, ", stopped by its prefix limit");
	if (never_was_up(peer))
		text_add(text, ", never up so far");
	if (up)
		add_families(text, peer);
	add_error(text, peer);
}
