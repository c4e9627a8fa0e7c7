/* SPDX-License-Identifier: ISC */
#include "source/bgp_exabgp.h"

#include <stddef.h>
#include <string.h>

#include "base/span.h"
#include "source/bgp_key.h"

/* What stands in a neighbor's block is gathered first: the local address,
 * which may tell two sessions apart, comes after the name. */
struct block {
	struct span neighbor, local, state, up_for;
	struct span local_as, remote_as;
	struct span families; /* the lines of that section */
};

/* "0:00:07", "2 days, 7:33:20" */
static bool
duration(struct span text, uint32_t *seconds)
{
	struct span part, rest = text, word;
	uint32_t days = 0, hours, minutes, secs;

	if (span_cut(text, ',', &part, &rest) &&
	    (!span_word(&part, &word) || !span_u32(word, &days)))
		return false;
	rest = span_trim(rest);
	if (!span_cut(rest, ':', &part, &rest) || !span_u32(part, &hours) ||
	    !span_cut(rest, ':', &part, &rest) || !span_u32(part, &minutes) ||
	    !span_u32(rest, &secs) || hours > 23 || minutes > 59 || secs > 59 ||
	    days > UINT32_MAX / 86400 - 1)
		return false;
	*seconds = days * 86400 + hours * 3600 + minutes * 60 + secs;
	return true;
}

/* "ipv4 unicast:    enabled    enabled    disabled": we, they, add-path */
static void
read_family(struct bgp_table *table, struct bgp_peer *peer, struct span line)
{
	struct span name, columns, ours, theirs;
	struct bgp_family *family;
	uint16_t afi;
	uint8_t safi;

	if (!span_cut(line, ':', &name, &columns))
		return;
	name = span_trim(name);
	if (!bgp_family_parse(name.at, name.len, &afi, &safi))
		return;
	family = bgp_peer_family(table, peer, afi, safi);
	if (!family || !bgp_peer_is_up(peer) || !span_word(&columns, &ours) ||
	    !span_word(&columns, &theirs))
		return;
	family->activity =
	    span_is(ours, "enabled") && span_is(theirs, "enabled")
	    ? BGP_ACTIVE_FAMILY
	    : BGP_INACTIVE_FAMILY;
}

/* Not a session, but what those are made of that come in: each of them is
 * listed with its own address while it lasts (reactor/listener.py). */
static bool
is_range(struct span neighbor)
{
	return memchr(neighbor.at, '/', neighbor.len) != NULL;
}

static void
finish(const struct block *block, struct bgp_table *table, struct span *lost)
{
	char other[64] = "";
	struct span rest = block->families, line;
	struct bgp_peer *peer;

	if (!block->neighbor.len || is_range(block->neighbor))
		return;
	span_copy(block->local, other, sizeof(other));
	peer = bgp_key_peer(table, "", block->neighbor, false, other);
	if (!peer) {
		*lost = block->neighbor;
		return;
	}
	peer->local =
	    bgp_table_string(table, block->local.at, block->local.len);
	peer->state =
	    (uint8_t)bgp_state_parse(block->state.at, block->state.len);
	if (span_u32(block->remote_as, &peer->remote_as))
		peer->has |= BGP_HAS_REMOTE_AS;
	if (span_u32(block->local_as, &peer->local_as))
		peer->has |= BGP_HAS_LOCAL_AS;
	if (bgp_peer_is_up(peer) && duration(block->up_for, &peer->time_s))
		peer->has |= BGP_HAS_TIME;
	while (span_line(&rest, &line))
		read_family(table, peer, line);
}

#define FIELD(name) offsetof(struct block, name)
#define NO_FIELD ((size_t)-1)

/* With a second field: the columns Local and Remote. */
static const struct {
	const char *key;
	size_t field, second;
} keys[] = {
	{ "local ", FIELD(local), NO_FIELD },
	{ "state ", FIELD(state), NO_FIELD },
	{ "up for ", FIELD(up_for), NO_FIELD },
	{ "AS ", FIELD(local_as), FIELD(remote_as) },
};

static struct span *
field(struct block *block, size_t offset)
{
	return (struct span *)(void *)((char *)block + offset);
}

static void
read_key(struct block *block, struct span line)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct span value = line;

		if (!span_skip(&value, keys[i].key))
			continue;
		if (keys[i].second == NO_FIELD)
			*field(block, keys[i].field) = span_trim(value);
		else if (span_word(&value, field(block, keys[i].field)))
			span_word(&value, field(block, keys[i].second));
	}
}

static void
read_line(struct block *block, struct span line, bool *in_families)
{
	struct span trimmed = span_trim(line);

	if (!trimmed.len) {
		*in_families = false;
	} else if (*in_families) {
		if (!block->families.len)
			block->families.at = line.at;
		block->families.len =
		    (size_t)(line.at + line.len - block->families.at);
	} else if (span_skip(&trimmed, "Families ")) {
		*in_families = true;
	} else {
		read_key(block, trimmed);
	}
}

bool
bgp_exabgp_parse(const char *bytes, size_t len, struct bgp_table *table,
    struct err *err)
{
	struct span rest = { bytes, len }, line, lost = { 0 };
	struct block block = { 0 };
	bool in_families = false, foreign = false;

	while (span_line(&rest, &line)) {
		struct span name = line;

		if (span_skip(&name, "Neighbor ")) {
			finish(&block, table, &lost);
			block = (struct block){ .neighbor = span_trim(name) };
			in_families = false;
		} else if (block.neighbor.len) {
			read_line(&block, line, &in_families);
		} else if (span_trim(line).len) {
			foreign = true;
		}
	}
	finish(&block, table, &lost);
	if (foreign)
		return err_set(err, ERR_PROTOCOL,
		    "the answer of exabgp begins with no neighbor");
	if (lost.len && !table->full)
		return err_set(err, ERR_PROTOCOL,
		    "exabgp names a neighbor that is no address: %.*s",
		    (int)(lost.len < 60 ? lost.len : 60), lost.at);
	return true;
}

static bool
read_version(const struct exabgp_pipe *pipe, struct bgp_table *table,
    struct reply *reply, const struct deadline *deadline, struct err *err)
{
	struct span rest, line;

	if (!exabgp_pipe_ask(pipe, "version", "exabgp ", reply, deadline, err))
		return false;
	rest = (struct span){ reply->bytes, reply->len };
	if (span_line(&rest, &line))
		table->daemon = bgp_table_string(table, line.at, line.len);
	return true;
}

bool
bgp_exabgp_read(const struct exabgp_pipe *pipe, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	struct reply sessions = { 0 }, seal = { 0 };
	struct exabgp_question questions[] = {
		{ .command = "show neighbor extensive",
		    .begins = "Neighbor ",
		    .reply = &sessions },
		{ .command = BGP_EXABGP_SEAL, .begins = "", .reply = &seal },
	};
	bool ok = reply_init(&sessions, REPLY_MAX, err) &&
	    reply_init(&seal, REPLY_MAX, err) &&
	    read_version(pipe, table, &sessions, deadline, err);

	if (ok) {
		exabgp_pipe_ask_all(pipe, questions, 2, deadline);
		*err = questions[0].err;
		ok = questions[0].answered &&
		    bgp_exabgp_parse(sessions.bytes, sessions.len, table, err);
	}
	reply_free(&sessions);
	reply_free(&seal);
	return ok;
}
