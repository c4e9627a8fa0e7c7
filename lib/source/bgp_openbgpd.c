/* SPDX-License-Identifier: ISC */
#include "source/bgp_openbgpd.h"

#include <string.h>

#include "base/span.h"
#include "source/bgp_key.h"
#include "source/bgpctl.h"
#include "source/json_doc.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* bgpctl's own words, "CODE, SUBCODE" (OpenBGPD 7.7). */
static const char *const codes[] = {
	NULL,
	"Header error",
	"error in OPEN message",
	"error in UPDATE message",
	"HoldTimer expired",
	"Finite State Machine error",
	"Cease",
	"error in ROUTE-REFRESH message",
};

static const struct {
	uint8_t code, subcode;
	const char *words;
} details[] = {
	{ 2, 1, "version mismatch" },
	{ 2, 2, "AS unacceptable" },
	{ 2, 3, "BGPID invalid" },
	{ 2, 4, "optional parameter error" },
	{ 2, 5, "authentication error" },
	{ 2, 6, "unacceptable holdtime" },
	{ 2, 7, "unsupported capability" },
	{ 2, 11, "role mismatch" },
	{ 3, 1, "attribute list error" },
	{ 3, 2, "unknown well-known attribute" },
	{ 3, 3, "well-known attribute missing" },
	{ 3, 4, "attribute flags error" },
	{ 3, 5, "attribute length wrong" },
	{ 3, 6, "origin unacceptable" },
	{ 3, 7, "loop detected" },
	{ 3, 8, "nexthop unacceptable" },
	{ 3, 9, "optional attribute error" },
	{ 3, 10, "network unacceptable" },
	{ 3, 11, "AS-Path unacceptable" },
	{ 6, 1, "received max-prefix exceeded" },
	{ 6, 1, "sent max-prefix exceeded" },
	{ 6, 2, "administratively down" },
	{ 6, 3, "peer unconfigured" },
	{ 6, 4, "administrative reset" },
	{ 6, 5, "connection rejected" },
	{ 6, 6, "other config change" },
	{ 6, 7, "collision" },
	{ 6, 8, "resource exhaustion" },
	{ 6, 9, "hard reset" },
};

static void
read_words(struct bgp_peer *peer, const char *words, uint8_t direction)
{
	struct span general = span_of(words), detail = { 0 };

	span_cut(general, ',', &general, &detail);
	detail = span_trim(detail);
	for (size_t code = 1; code < COUNT(codes); code++)
		if (span_is(general, codes[code]))
			peer->error_code = (uint8_t)code;
	if (!peer->error_code)
		return;
	peer->has |= BGP_HAS_ERROR;
	peer->error_direction = direction;
	for (size_t i = 0; i < COUNT(details); i++)
		if (details[i].code == peer->error_code &&
		    span_is(detail, details[i].words))
			peer->error_subcode = details[i].subcode;
}

static void
read_error(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *neighbor)
{
	const char *received = json_doc_string(neighbor, "last_error_received");
	const char *sent = json_doc_string(neighbor, "last_error_sent");

	peer->error_text = bgp_table_text(table, received ? received : sent);
	if (received)
		read_words(peer, received, BGP_RECEIVED);
	else if (sent)
		read_words(peer, sent, BGP_SENT);
	/* The limit that stops a session is ours: we sent it. */
	peer->limit_hit = sent && !bgp_peer_is_up(peer) &&
	    strstr(sent, "received max-prefix exceeded");
}

/* The one family of the list, or all of them together. */
static struct bgp_family *
only_family(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *list)
{
	const char *name = json_doc_text(json_doc_at(list, 0));
	uint16_t afi;
	uint8_t safi;

	if (json_doc_count(list) == 1 && name &&
	    bgp_family_parse(name, strlen(name), &afi, &safi))
		return bgp_peer_family(table, peer, afi, safi);
	return bgp_peer_family(table, peer, BGP_AFI_ALL, BGP_SAFI_ALL);
}

static void
read_prefixes(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *neighbor)
{
	const struct json_value *counts =
	    json_doc_path(neighbor, "stats", "prefixes");
	const struct json_value *list =
	    json_doc_path(neighbor, bgp_peer_is_up(peer) ? "session" : "config",
		"capabilities", "multiprotocol");
	struct bgp_family *family = only_family(table, peer, list);

	if (!family)
		return;
	if (json_doc_u32(json_doc_get(neighbor, "config"), "max_prefix",
		&family->limit) &&
	    family->limit)
		family->has |= BGP_HAS_LIMIT;
	if (!bgp_peer_is_up(peer))
		return;
	if (json_doc_u32(counts, "received", &family->received))
		family->has |= BGP_HAS_RECEIVED;
	if (json_doc_u32(counts, "sent", &family->advertised))
		family->has |= BGP_HAS_ADVERTISED;
	if (family->afi != BGP_AFI_ALL)
		family->activity = BGP_ACTIVE_FAMILY;
}

static void
read_fields(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *neighbor)
{
	const char *state = json_doc_string(neighbor, "state");
	const char *as = json_doc_string(neighbor, "remote_as");
	bool down = false;
	struct err err;

	if (state)
		peer->state = (uint8_t)bgp_state_parse(state, strlen(state));
	json_doc_bool(json_doc_get(neighbor, "config"), "down", &down);
	peer->admin = down ? BGP_ADMIN_DOWN : BGP_ADMIN_RUNNING;
	peer->description =
	    bgp_table_text(table, json_doc_string(neighbor, "description"));
	/* A string in 7.7, asdot if it is configured so; a number before. */
	if ((as && bgp_as_parse(as, &peer->remote_as, &err)) ||
	    json_doc_u32(neighbor, "remote_as", &peer->remote_as))
		peer->has |= BGP_HAS_REMOTE_AS;
	/* -1 is "never". */
	if (json_doc_u32(neighbor, "last_updown_sec", &peer->time_s))
		peer->has |= BGP_HAS_TIME;
	read_error(table, peer, neighbor);
	read_prefixes(table, peer, neighbor);
}

static bool
read_neighbor(struct bgp_table *table, const struct json_value *neighbor)
{
	const char *address = json_doc_string(neighbor, "remote_addr");
	struct bgp_peer *peer;
	bool template = false;

	json_doc_bool(json_doc_get(neighbor, "config"), "template", &template);
	if (template)
		return true;
	peer = address ? bgp_key_peer(table, "", span_of(address), false, NULL)
		       : NULL;
	if (peer)
		read_fields(table, peer, neighbor);
	return peer || table->full;
}

bool
bgp_openbgpd_parse(const char *bytes, size_t len, struct bgp_table *table,
    struct err *err)
{
	struct json_doc *doc = json_doc_parse(bytes, len, err);
	const struct json_value *list =
	    json_doc_get(json_doc_root(doc), "neighbors");
	bool ok = true;

	if (!doc)
		return err_context(err, "the output of bgpctl");
	if (!json_doc_is_array(list))
		ok = err_set(err, ERR_PROTOCOL,
		    "the output of bgpctl has no list of neighbors");
	for (size_t i = 0; ok && i < json_doc_count(list); i++)
		if (!read_neighbor(table, json_doc_at(list, i)))
			ok = err_set(err, ERR_PROTOCOL,
			    "bgpctl lists a neighbor without an address");
	json_doc_free(doc);
	return ok;
}

bool
bgp_openbgpd_read(const char *socket, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	const char *const args[] = { "show", "neighbor", NULL };
	struct reply output = { 0 };
	bool ok = reply_init(&output, REPLY_MAX, err) &&
	    bgpctl_run(socket, args, &output, deadline, err) &&
	    bgp_openbgpd_parse(output.bytes, output.len, table, err);

	reply_free(&output);
	return ok;
}
