/* SPDX-License-Identifier: ISC */
#include "source/bgp_frr.h"

#include <ctype.h>
#include <string.h>

#include "base/span.h"
#include "source/bgp_key.h"
#include "source/frr.h"
#include "source/json_doc.h"

static const char *
instance(const char *name)
{
	return strcmp(name, "default") ? name : "";
}

static struct bgp_peer *
peer_of(struct bgp_table *table, const char *vrf, const char *name)
{
	return bgp_key_peer(table, vrf, span_of(name), true, NULL);
}

static void
set_seconds(struct bgp_peer *peer, const struct json_value *from,
    const char *key)
{
	int64_t ms;

	if (!json_doc_i64(from, key, &ms) || ms < 0 || ms / 1000 > UINT32_MAX)
		return;
	peer->time_s = (uint32_t)(ms / 1000);
	peer->has |= BGP_HAS_TIME;
}

/* --- neighbors ---------------------------------------------------------- */

static void
read_as(struct bgp_peer *peer, const struct json_value *from)
{
	if (json_doc_u32(from, "remoteAs", &peer->remote_as))
		peer->has |= BGP_HAS_REMOTE_AS;
	if (json_doc_u32(from, "localAs", &peer->local_as))
		peer->has |= BGP_HAS_LOCAL_AS;
	if (json_doc_u32(from, "connectionsEstablished", &peer->transitions))
		peer->has |= BGP_HAS_TRANSITIONS;
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *found =
	    c ? strchr(digits, toupper((unsigned char)c)) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Two octets in hexadecimal, "0601". */
static bool
two_octets(const char *text, uint8_t octets[2])
{
	unsigned value = 0;

	if (strlen(text) != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		const int digit = hex_digit(text[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	octets[0] = (uint8_t)(value >> 8);
	octets[1] = (uint8_t)value;
	return true;
}

/* "0601": code and subcode; "BGP Notification send" says whose. */
static void
read_error(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *from)
{
	const char *octets = json_doc_string(from, "lastErrorCodeSubcode");
	const char *reason = json_doc_string(from, "lastResetDueTo");
	const char *words = json_doc_string(from, "lastNotificationReason");
	uint8_t error[2];

	/* Why it was reset matters while it is down by no will of ours. */
	if (!words && !bgp_peer_is_up(peer) && peer->admin != BGP_ADMIN_DOWN)
		words = reason;
	peer->error_text = bgp_table_text(table, words);
	if (!octets || !two_octets(octets, error) || !error[0])
		return;
	peer->error_code = error[0];
	peer->error_subcode = error[1];
	peer->has |= BGP_HAS_ERROR;
	if (reason && strstr(reason, "Notification send"))
		peer->error_direction = BGP_SENT;
	else if (reason && strstr(reason, "Notification received"))
		peer->error_direction = BGP_RECEIVED;
}

static void
count_prefixes(struct bgp_family *family, const struct json_value *from)
{
	if (json_doc_u32(from, "acceptedPrefixCounter", &family->accepted))
		family->has |= BGP_HAS_ACCEPTED;
	if (json_doc_u32(from, "sentPrefixCounter", &family->advertised))
		family->has |= BGP_HAS_ADVERTISED;
}

static void
read_limit(struct bgp_family *family, const struct json_value *from)
{
	uint32_t percent;

	if (json_doc_u32(from, "prefixAllowedMax", &family->limit) &&
	    family->limit)
		family->has |= BGP_HAS_LIMIT;
	if (!json_doc_u32(from, "prefixAllowedWarningThresh", &percent) ||
	    percent > 100)
		return;
	family->threshold = (uint8_t)percent;
	family->has |= BGP_HAS_THRESHOLD;
}

/* Both sides must have offered the family. */
static void
read_activity(struct bgp_family *family, const struct json_value *neighbor,
    const char *name)
{
	const struct json_value *offers = json_doc_path(neighbor,
	    "neighborCapabilities", "multiprotocolExtensions");
	bool both = false;

	if (!json_doc_is_object(offers))
		return;
	json_doc_bool(json_doc_get(offers, name), "advertisedAndReceived",
	    &both);
	family->activity = both ? BGP_ACTIVE_FAMILY : BGP_INACTIVE_FAMILY;
}

static void
read_families(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *neighbor)
{
	const struct json_value *all =
	    json_doc_get(neighbor, "addressFamilyInfo");
	const struct json_value *one;
	const void *at = NULL;
	const char *name;

	while (json_doc_next(all, &at, &name, &one)) {
		struct bgp_family *family;
		uint16_t afi;
		uint8_t safi;

		if (!bgp_family_parse(name, strlen(name), &afi, &safi))
			continue;
		family = bgp_peer_family(table, peer, afi, safi);
		if (!family)
			return;
		read_limit(family, one);
		if (!bgp_peer_is_up(peer))
			continue; /* its zeros are no counts */
		count_prefixes(family, one);
		read_activity(family, neighbor, name);
	}
}

static void
read_neighbor(struct bgp_table *table, const char *vrf, const char *name,
    const char *state, const struct json_value *neighbor)
{
	struct bgp_peer *peer = peer_of(table, vrf, name);
	bool yes = false;

	if (!peer)
		return;
	if (state)
		peer->state = (uint8_t)bgp_state_parse(state, strlen(state));
	if (state && peer->state == BGP_STATE_UNKNOWN)
		peer->state_text = bgp_table_text(table, state);
	json_doc_bool(neighbor, "adminShutDown", &yes);
	peer->admin = yes ? BGP_ADMIN_DOWN : BGP_ADMIN_RUNNING;
	peer->description =
	    bgp_table_text(table, json_doc_string(neighbor, "nbrDesc"));
	read_as(peer, neighbor);
	read_error(table, peer, neighbor);
	read_families(table, peer, neighbor);
	if (bgp_peer_is_up(peer))
		set_seconds(peer, neighbor, "bgpTimerUpMsec");
	else
		json_doc_bool(neighbor, "prefixesConfigExceedMax",
		    &peer->limit_hit);
}

static void
read_instance(struct bgp_table *table, const char *vrf,
    const struct json_value *peers)
{
	const struct json_value *neighbor;
	const void *at = NULL;
	const char *name;

	/* What is no object is about the instance: "vrfId". */
	while (json_doc_next(peers, &at, &name, &neighbor)) {
		const char *state = json_doc_string(neighbor, "bgpState");

		if (state || json_doc_get(neighbor, "remoteAs"))
			read_neighbor(table, vrf, name, state, neighbor);
	}
}

/* --- summary ------------------------------------------------------------ */

/* "Idle (Admin)": a state and, in brackets, why. */
static void
read_reason(struct bgp_table *table, struct bgp_peer *peer,
    const struct json_value *row)
{
	const char *state = json_doc_string(row, "state");
	struct span rest, word;

	if (!state)
		return;
	rest = span_of(state);
	if (!span_word(&rest, &word))
		return;
	if (peer->state == BGP_STATE_UNKNOWN)
		peer->state = (uint8_t)bgp_state_parse(word.at, word.len);
	if (!rest.len || bgp_peer_is_up(peer))
		return;
	peer->state_text = bgp_table_text(table, state);
	if (span_has(rest, "(Admin)"))
		peer->admin = BGP_ADMIN_DOWN;
	if (span_has(rest, "(PfxCt)"))
		peer->limit_hit = true;
}

static void
read_row(struct bgp_table *table, const char *vrf, const char *name,
    const struct json_value *row)
{
	const char *uptime = json_doc_string(row, "peerUptime");
	struct bgp_peer *peer = peer_of(table, vrf, name);

	if (!peer)
		return;
	read_reason(table, peer, row);
	read_as(peer, row);
	if (!peer->description)
		peer->description =
		    bgp_table_text(table, json_doc_string(row, "desc"));
	if (!(peer->has & BGP_HAS_TIME) && uptime && strcmp(uptime, "never"))
		set_seconds(peer, row, "peerUptimeMsec");
}

static void
read_summary_instance(struct bgp_table *table, const char *vrf,
    const struct json_value *families)
{
	const struct json_value *family, *row;
	const void *at = NULL;
	const char *name;

	while (json_doc_next(families, &at, &name, &family)) {
		const struct json_value *rows = json_doc_get(family, "peers");
		const void *row_at = NULL;

		if (!*vrf && json_doc_u32(family, "as", &table->local_as))
			table->has_local_as = true;
		while (json_doc_next(rows, &row_at, &name, &row))
			if (json_doc_is_object(row))
				read_row(table, vrf, name, row);
	}
}

/* --- the answers -------------------------------------------------------- */

static bool
parse(const char *bytes, size_t len, struct bgp_table *table,
    void (*read)(struct bgp_table *table, const char *vrf,
	const struct json_value *value),
    struct err *err)
{
	struct json_doc *doc = json_doc_parse(bytes, len, err);
	const struct json_value *root = json_doc_root(doc), *one;
	const void *at = NULL;
	const char *name;
	bool ok = json_doc_is_object(root);

	if (!doc)
		return err_context(err, "the answer of bgpd");
	while (json_doc_next(root, &at, &name, &one))
		read(table, instance(name), one);
	json_doc_free(doc);
	return ok ? true
		  : err_set(err, ERR_PROTOCOL,
			"the answer of bgpd is no JSON object");
}

bool
bgp_frr_parse_neighbors(const char *bytes, size_t len, struct bgp_table *table,
    struct err *err)
{
	return parse(bytes, len, table, read_instance, err);
}

bool
bgp_frr_parse_summary(const char *bytes, size_t len, struct bgp_table *table,
    struct err *err)
{
	return parse(bytes, len, table, read_summary_instance, err);
}

static bool
ask(int fd, const char *command, struct reply *reply,
    const struct deadline *deadline, struct err *err)
{
	struct span rest, line = { 0 };
	int status;

	if (!frr_ask(fd, command, reply, &status, deadline, err))
		return false;
	if (status == FRR_OK)
		return true;
	rest = (struct span){ reply->bytes, reply->len };
	span_line(&rest, &line);
	return err_set(err, ERR_PROTOCOL, "bgpd refused \"%s\": %.*s", command,
	    (int)(line.len < 100 ? line.len : 100), line.at);
}

/* "FRRouting 8.4.4 (frr) on ..." */
static void
name_daemon(struct bgp_table *table, const struct reply *reply)
{
	struct span name = { reply->bytes, reply->len }, after;

	if (span_cut(name, '(', &name, &after)) {
		name = span_trim(name);
		table->daemon = bgp_table_string(table, name.at, name.len);
	}
}

bool
bgp_frr_read(int fd, struct bgp_table *table, const struct deadline *deadline,
    struct err *err)
{
	struct reply reply = { 0 };
	bool ok = reply_init(&reply, REPLY_MAX, err) &&
	    ask(fd, "show version", &reply, deadline, err);

	if (ok)
		name_daemon(table, &reply);
	ok = ok &&
	    ask(fd, "show bgp vrf all neighbors json", &reply, deadline, err) &&
	    bgp_frr_parse_neighbors(reply.bytes, reply.len, table, err) &&
	    ask(fd, "show bgp vrf all summary json", &reply, deadline, err) &&
	    bgp_frr_parse_summary(reply.bytes, reply.len, table, err);
	reply_free(&reply);
	return ok;
}
