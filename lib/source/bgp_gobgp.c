/* SPDX-License-Identifier: ISC */
#include "source/bgp_gobgp.h"

#include <string.h>

#include "base/span.h"
#include "source/bgp_key.h"
#include "source/gobgp.h"
#include "source/json_doc.h"

enum { ADMIN_UP = 0, ADMIN_DOWN = 1, ADMIN_PREFIX_LIMIT = 2 };

static const char *
first_string(const struct json_value *a, const char *a_key,
    const struct json_value *b, const char *b_key)
{
	const char *string = json_doc_string(a, a_key);

	return string && *string ? string : json_doc_string(b, b_key);
}

/* GoBGP's numbers are RFC 4273's; its newer JSON may spell them out. */
static enum bgp_state
session_state(const struct json_value *state)
{
	const char *word = json_doc_string(state, "session_state");
	struct span name;
	uint32_t number;

	if (json_doc_u32(state, "session_state", &number))
		return number <= BGP_ESTABLISHED ? (enum bgp_state)number
						 : BGP_STATE_UNKNOWN;
	if (!word)
		return BGP_STATE_UNKNOWN;
	name = span_of(word);
	span_skip(&name, "SESSION_STATE_");
	return bgp_state_parse(name.at, name.len);
}

static uint32_t
admin_state(const struct json_value *state)
{
	const char *word = json_doc_string(state, "admin_state");
	uint32_t number = ADMIN_UP;

	json_doc_u32(state, "admin_state", &number);
	if (word && strstr(word, "DOWN"))
		number = ADMIN_DOWN;
	else if (word && strstr(word, "PFX"))
		number = ADMIN_PREFIX_LIMIT;
	return number;
}

static void
read_time(struct bgp_peer *peer, const struct json_value *neighbor,
    int64_t now_s)
{
	const struct json_value *since = json_doc_path(neighbor, "timers",
	    "state", bgp_peer_is_up(peer) ? "uptime" : "downtime");
	int64_t seconds;

	if (!json_doc_i64(since, "seconds", &seconds) || seconds <= 0 ||
	    seconds > now_s || now_s - seconds > UINT32_MAX)
		return;
	peer->time_s = (uint32_t)(now_s - seconds);
	peer->has |= BGP_HAS_TIME;
}

static void
count(const struct json_value *state, const char *key, uint32_t *value)
{
	*value = 0;
	json_doc_u32(state, key, value);
}

static void
read_counts(struct bgp_family *family, const struct json_value *state)
{
	bool enabled = false;

	json_doc_bool(state, "enabled", &enabled);
	family->activity = enabled ? BGP_ACTIVE_FAMILY : BGP_INACTIVE_FAMILY;
	count(state, "received", &family->received);
	count(state, "accepted", &family->accepted);
	family->has |= BGP_HAS_RECEIVED | BGP_HAS_ACCEPTED;
	if (json_doc_u32(state, "advertised", &family->advertised))
		family->has |= BGP_HAS_ADVERTISED;
}

static void
read_limit(struct bgp_family *family, const struct json_value *limits)
{
	uint32_t percent;

	if (json_doc_u32(limits, "max_prefixes", &family->limit) &&
	    family->limit)
		family->has |= BGP_HAS_LIMIT;
	if (!json_doc_u32(limits, "shutdown_threshold_pct", &percent) ||
	    percent > 100)
		return;
	family->threshold = (uint8_t)percent;
	family->has |= BGP_HAS_THRESHOLD;
}

static void
read_family(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *entry)
{
	const struct json_value *state = json_doc_get(entry, "state");
	const struct json_value *number =
	    json_doc_path(entry, "config", "family");
	struct bgp_family *family;
	uint32_t afi, safi;

	if (!json_doc_u32(number, "afi", &afi) || afi > UINT16_MAX ||
	    !json_doc_u32(number, "safi", &safi) || safi > UINT8_MAX)
		return;
	family = bgp_peer_family(table, peer, (uint16_t)afi, (uint8_t)safi);
	if (!family)
		return;
	read_limit(family, json_doc_get(entry, "prefix_limits"));
	if (bgp_peer_is_up(peer) && state)
		read_counts(family, state);
}

static struct bgp_peer *
make_peer(struct bgp_table *table, const struct json_value *conf,
    const struct json_value *state)
{
	const char *interface = json_doc_string(conf, "neighbor_interface");
	const char *address =
	    first_string(state, "neighbor_address", conf, "neighbor_address");
	const char *vrf = json_doc_string(conf, "vrf");
	const char *name = interface && *interface ? interface : address;

	return name
	    ? bgp_key_peer(table, vrf, span_of(name), name == interface, NULL)
	    : NULL;
}

static bool
read_neighbor(struct bgp_table *table, const struct json_value *neighbor,
    int64_t now_s)
{
	const struct json_value *conf = json_doc_get(neighbor, "conf");
	const struct json_value *state = json_doc_get(neighbor, "state");
	const struct json_value *families = json_doc_get(neighbor, "afi_safis");
	struct bgp_peer *peer = make_peer(table, conf, state);
	const uint32_t admin = admin_state(state);

	if (!peer)
		return false;
	peer->state = (uint8_t)session_state(state);
	peer->admin = admin == ADMIN_DOWN ? BGP_ADMIN_DOWN : BGP_ADMIN_RUNNING;
	peer->limit_hit = admin == ADMIN_PREFIX_LIMIT && !bgp_peer_is_up(peer);
	peer->description =
	    bgp_table_text(table, json_doc_string(conf, "description"));
	peer->error_text =
	    bgp_table_text(table, json_doc_string(state, "disconnect_message"));
	if (json_doc_u32(state, "peer_asn", &peer->remote_as) ||
	    json_doc_u32(conf, "peer_asn", &peer->remote_as))
		peer->has |= BGP_HAS_REMOTE_AS;
	if (json_doc_u32(state, "local_asn", &peer->local_as) ||
	    json_doc_u32(conf, "local_asn", &peer->local_as))
		peer->has |= BGP_HAS_LOCAL_AS;
	read_time(peer, neighbor, now_s);
	for (size_t i = 0; i < json_doc_count(families); i++)
		read_family(table, peer, json_doc_at(families, i));
	return true;
}

bool
bgp_gobgp_parse(const char *bytes, size_t len, int64_t now_s,
    struct bgp_table *table, struct err *err)
{
	struct json_doc *doc = json_doc_parse(bytes, len, err);
	const struct json_value *root = json_doc_root(doc);
	const char *said = json_doc_string(root, "error");
	bool ok = true;

	if (!doc)
		return err_context(err, "the output of gobgp");
	if (!json_doc_is_array(root))
		ok = said ? err_set(err, ERR_SYSTEM, "gobgp says: %.100s", said)
			  : err_set(err, ERR_PROTOCOL,
				"the output of gobgp is no list of neighbors");
	for (size_t i = 0; ok && i < json_doc_count(root); i++)
		if (!read_neighbor(table, json_doc_at(root, i), now_s) &&
		    !table->full)
			ok = err_set(err, ERR_PROTOCOL,
			    "gobgp lists a neighbor without an address");
	json_doc_free(doc);
	return ok;
}

bool
bgp_gobgp_read(const char *target, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	const char *const args[] = { "neighbor", NULL };
	struct reply output = { 0 };
	bool ok = reply_init(&output, REPLY_MAX, err) &&
	    gobgp_run(target, args, &output, deadline, err) &&
	    bgp_gobgp_parse(output.bytes, output.len,
		clock_wall_ns() / CLOCK_SECOND, table, err);

	reply_free(&output);
	return ok;
}
