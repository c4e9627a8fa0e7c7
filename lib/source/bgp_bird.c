/* SPDX-License-Identifier: ISC */
#include "source/bgp_bird.h"

#include <stddef.h>
#include <string.h>

#include "base/span.h"
#include "source/bgp_key.h"
#include "source/bird.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY INT64_C(86400)
/* BIRD's short time formats show the date alone from here on, seconds. */
#define LONG_AGO (20 * 3600)

enum { ROW = 1002, DETAIL = 1006, VERSION = 1000, ROUTER = 1011 };

/* --- times -------------------------------------------------------------- */

static bool
digits(struct span *span, unsigned count, int64_t *value)
{
	uint32_t number;

	if (span->len < count ||
	    !span_u32((struct span){ span->at, count }, &number))
		return false;
	*span = (struct span){ span->at + count, span->len - count };
	*value = number;
	return true;
}

/* Of the Gregorian calendar, counted from a day of no importance.  Years are
 * taken to begin in March, so that a leap day is the last of its year. */
static int64_t
day_number(int64_t year, int64_t month, int64_t day)
{
	const int64_t shifted = month <= 2 ? year - 1 : year;
	const int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day;

	return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 +
	    of_year;
}

static bool
parse_date(struct span *span, int64_t *seconds)
{
	struct span left = *span;
	int64_t year, month, day;

	if (!digits(&left, 4, &year) || !span_skip(&left, "-") ||
	    !digits(&left, 2, &month) || !span_skip(&left, "-") ||
	    !digits(&left, 2, &day) || month < 1 || month > 12 || day < 1 ||
	    day > 31)
		return false;
	*span = left;
	*seconds = day_number(year, month, day) * DAY;
	return true;
}

static bool
parse_time(struct span *span, int64_t *seconds)
{
	struct span left = *span;
	int64_t hour, minute, second;

	if (!digits(&left, 2, &hour) || !span_skip(&left, ":") ||
	    !digits(&left, 2, &minute) || !span_skip(&left, ":") ||
	    !digits(&left, 2, &second))
		return false;
	*span = left;
	*seconds = hour * 3600 + minute * 60 + second;
	return true;
}

/* Seconds between two times of the daemon's own clock and zone. */
static bool
age(struct span since, int64_t now, uint32_t *seconds)
{
	int64_t date, time, passed;

	since = span_trim(since);
	if (parse_date(&since, &date)) {
		since = span_trim(since);
		if (parse_time(&since, &time)) {
			passed = now - date - time;
		} else {
			/* Some time of that day, and long ago. */
			passed = now - (date + DAY - 1);
			if (passed < LONG_AGO)
				passed = LONG_AGO;
		}
	} else if (parse_time(&since, &time)) {
		passed = ((now - time) % DAY + DAY) % DAY;
	} else {
		return false;
	}
	if (passed < 0 || passed > UINT32_MAX)
		return false;
	*seconds = (uint32_t)passed;
	return true;
}

/* --- one protocol ------------------------------------------------------- */

struct reader {
	struct bgp_table *table;
	bool has_now;
	int64_t now; /* the daemon's clock, seconds */

	/* The protocol at hand; a peer is made at "Neighbor address". */
	bool bgp;
	bool listens; /* for whoever comes from a range: no session itself */
	struct span name, since, description, state, vrf;
	bool up, down; /* BIRD's protocol state */
	size_t peer;   /* index + 1 */
	struct bgp_family *family;
	bool no_channels; /* BIRD 1.6 */

	struct span lost;  /* a neighbor that could not be made a peer */
	struct span alone; /* a protocol that tells no neighbor */
};

static struct bgp_peer *
current(const struct reader *reader)
{
	return reader->peer ? bgp_table_at(reader->table, reader->peer - 1)
			    : NULL;
}

static const char *
keep(struct reader *reader, struct span span)
{
	return span.len ? bgp_table_string(reader->table, span.at, span.len)
			: NULL;
}

/* No more is told of the protocol at hand. */
static void
finish_row(struct reader *reader)
{
	if (reader->bgp && !reader->peer && !reader->listens)
		reader->alone = reader->name;
}

/* NAME PROTO TABLE STATE SINCE INFO; since may be two words. */
static void
read_row(struct reader *reader, struct span line)
{
	struct span proto = { 0 }, table, state = { 0 };

	finish_row(reader);
	reader->bgp = span_word(&line, &reader->name) &&
	    span_word(&line, &proto) && span_word(&line, &table) &&
	    span_word(&line, &state) && span_is(proto, "BGP");
	reader->since = line;
	reader->up = span_is(state, "up");
	reader->down = span_is(state, "down");
	reader->description = reader->state = reader->vrf = (struct span){ 0 };
	reader->peer = 0;
	reader->listens = false;
	reader->family = NULL;
	reader->no_channels = true;
}

/* BIRD's words besides the RFC's: a passive session waits in Active. */
static enum bgp_state
session_state(struct span word)
{
	if (span_is(word, "Passive"))
		return BGP_ACTIVE;
	if (span_is(word, "Down") || span_is(word, "Close"))
		return BGP_IDLE;
	return bgp_state_parse(word.at, word.len);
}

static void
fill(struct reader *reader, struct bgp_peer *made)
{
	made->state = (uint8_t)session_state(reader->state);
	if (reader->state.len &&
	    strncmp(bgp_state_name(made->state), reader->state.at,
		reader->state.len))
		made->state_text = keep(reader, reader->state);
	made->admin = reader->down ? BGP_ADMIN_DOWN : BGP_ADMIN_RUNNING;
	made->name = keep(reader, reader->name);
	made->description = keep(reader, reader->description);
	if (reader->has_now && (reader->up || reader->down) &&
	    age(reader->since, reader->now, &made->time_s))
		made->has |= BGP_HAS_TIME;
}

static void
read_neighbor(struct reader *reader, struct span value)
{
	char vrf[BGP_TEXT + 1] = "", name[BGP_TEXT + 1] = "";
	struct bgp_peer *made;
	const struct span shown = span_trim(reader->vrf);

	if (!span_is(shown, "default"))
		span_copy(shown, vrf, sizeof(vrf));
	span_copy(reader->name, name, sizeof(name));
	made = bgp_key_peer(reader->table, vrf, value, false, name);
	if (!made) {
		reader->lost = value;
		return;
	}
	reader->peer = (size_t)(made - bgp_table_at(reader->table, 0)) + 1;
	fill(reader, made);
}

/* "CLASS: WORDS": only two classes are NOTIFICATIONs. */
static void
read_error(struct reader *reader, struct bgp_peer *peer, struct span value)
{
	struct span words = value;
	uint8_t code, subcode;

	peer->error_text = keep(reader, value);
	if (span_skip(&words, "Automatic shutdown: ")) {
		peer->admin = BGP_ADMIN_RUNNING;
		peer->limit_hit = span_is(words, "Route limit exceeded");
		return;
	}
	if (span_skip(&words, "Received: "))
		peer->error_direction = BGP_RECEIVED;
	else if (span_skip(&words, "BGP Error: "))
		peer->error_direction = BGP_SENT;
	else
		return;
	if (!bgp_error_parse(words.at, words.len, &code, &subcode))
		return;
	peer->error_code = code;
	peer->error_subcode = subcode;
	peer->has |= BGP_HAS_ERROR;
}

/* --- its channels ------------------------------------------------------- */

static void
read_channel(struct reader *reader, struct span name)
{
	struct bgp_peer *peer = current(reader);
	uint16_t afi;
	uint8_t safi;

	reader->no_channels = false;
	reader->family = NULL;
	if (peer && bgp_family_parse(name.at, name.len, &afi, &safi))
		reader->family =
		    bgp_peer_family(reader->table, peer, afi, safi);
}

/* BIRD 1.6 has one table, of the peer's own family, and no channels. */
static struct bgp_family *
family(struct reader *reader, struct bgp_peer *peer)
{
	if (!reader->family && reader->no_channels)
		reader->family = bgp_peer_family(reader->table, peer,
		    peer->address.family == IP_V6 ? 2 : 1, 1);
	return reader->family;
}

static void
read_channel_state(struct reader *reader, struct bgp_peer *peer,
    struct span value)
{
	if (!reader->family || !bgp_peer_is_up(peer))
		return;
	reader->family->activity =
	    span_is(value, "UP") ? BGP_ACTIVE_FAMILY : BGP_INACTIVE_FAMILY;
}

/* "3 imported, 1 filtered, 3 exported, 3 preferred" */
static void
read_routes(struct reader *reader, struct bgp_peer *peer, struct span value)
{
	struct bgp_family *counted = family(reader, peer);
	struct span number, word;
	uint32_t count, filtered = 0;
	bool keeps_filtered = false;

	while (counted && span_word(&value, &number) &&
	    span_word(&value, &word) && span_u32(number, &count)) {
		if (span_skip(&word, "imported")) {
			counted->accepted = count;
			counted->has |= BGP_HAS_ACCEPTED;
		} else if (span_skip(&word, "exported")) {
			counted->advertised = count;
			counted->has |= BGP_HAS_ADVERTISED;
		} else if (span_skip(&word, "filtered")) {
			filtered = count;
			keeps_filtered = true;
		}
	}
	if (keeps_filtered && counted->has & BGP_HAS_ACCEPTED &&
	    filtered <= UINT32_MAX - counted->accepted) {
		counted->received = counted->accepted + filtered;
		counted->has |= BGP_HAS_RECEIVED;
	}
}

/* "500", "2 [HIT]" */
static void
read_limit(struct reader *reader, struct bgp_peer *peer, struct span value)
{
	struct bgp_family *limited = family(reader, peer);
	struct span number;

	if (!limited || !span_word(&value, &number) ||
	    !span_u32(number, &limited->limit))
		return;
	limited->has |= BGP_HAS_LIMIT;
	if (span_has(value, "[HIT]") && !bgp_peer_is_up(peer))
		peer->limit_hit = true;
}

/* --- the whole answer --------------------------------------------------- */

/* What stands before the address, kept until there is a peer. */
static const struct {
	const char *key;
	size_t span; /* of struct reader */
} heads[] = {
	{ "Description", offsetof(struct reader, description) },
	{ "VRF", offsetof(struct reader, vrf) },
	{ "BGP state", offsetof(struct reader, state) },
};

static const struct {
	const char *key;
	size_t number; /* uint32_t of struct bgp_peer */
	uint16_t has;
} numbers[] = {
	{ "Neighbor AS", offsetof(struct bgp_peer, remote_as),
	    BGP_HAS_REMOTE_AS },
	{ "Local AS", offsetof(struct bgp_peer, local_as), BGP_HAS_LOCAL_AS },
	{ "FSM established transitions", offsetof(struct bgp_peer, transitions),
	    BGP_HAS_TRANSITIONS },
};

static const struct {
	const char *key;
	void (*read)(struct reader *reader, struct bgp_peer *peer,
	    struct span value);
} details[] = {
	{ "Last error", read_error },
	{ "State", read_channel_state },
	{ "Routes", read_routes },
	/* Counts before our filters; BIRD shows the other one after it. */
	{ "Receive limit", read_limit },
	{ "Import limit", read_limit },
};

static void
read_head(struct reader *reader, struct span key, struct span value)
{
	for (size_t i = 0; i < COUNT(heads); i++)
		if (span_is(key, heads[i].key))
			memcpy((char *)reader + heads[i].span, &value,
			    sizeof(value));
	if (span_is(key, "Neighbor address"))
		read_neighbor(reader, value);
	else if (span_is(key, "Neighbor range"))
		reader->listens = true;
}

static void
read_of_peer(struct reader *reader, struct bgp_peer *peer, struct span key,
    struct span value)
{
	uint32_t number;

	for (size_t i = 0; i < COUNT(numbers); i++)
		if (span_is(key, numbers[i].key) && span_u32(value, &number)) {
			memcpy((char *)peer + numbers[i].number, &number,
			    sizeof(number));
			peer->has |= numbers[i].has;
		}
	for (size_t i = 0; i < COUNT(details); i++)
		if (span_is(key, details[i].key))
			details[i].read(reader, peer, value);
}

static void
read_detail(struct reader *reader, struct span line)
{
	struct span key, value;

	line = span_trim(line);
	if (span_skip(&line, "Channel ")) {
		read_channel(reader, span_trim(line));
	} else if (span_cut(line, ':', &key, &value)) {
		value = span_trim(value);
		if (reader->peer)
			read_of_peer(reader, current(reader), key, value);
		else
			read_head(reader, key, value);
	}
}

static void
read_status(struct reader *reader, const char *bytes, size_t len)
{
	struct bird_line line;
	size_t at = 0;

	while (bytes && bird_next(bytes, len, &at, &line)) {
		struct span text = { line.text, line.len };
		int64_t date, time;

		if (line.code == VERSION && !line.more)
			reader->table->daemon = keep(reader, text);
		if (line.code != ROUTER ||
		    !span_skip(&text, "Current server time is "))
			continue;
		reader->has_now = parse_date(&text, &date) &&
		    span_skip(&text, " ") && parse_time(&text, &time);
		if (reader->has_now)
			reader->now = date + time;
	}
}

bool
bgp_bird_parse(const char *status, size_t status_len, const char *protocols,
    size_t len, struct bgp_table *table, struct err *err)
{
	struct reader reader = { .table = table };
	struct bird_line line = { 0 };
	size_t at = 0;

	read_status(&reader, status, status_len);
	while (bird_next(protocols, len, &at, &line)) {
		const struct span text = { line.text, line.len };

		if (line.code >= 8000)
			return err_set(err, ERR_PROTOCOL, "bird says: %.*s",
			    (int)(line.len < 100 ? line.len : 100), line.text);
		if (line.code == ROW && !line.more)
			read_row(&reader, text);
		else if (line.code == DETAIL && reader.bgp)
			read_detail(&reader, text);
		if (line.last)
			break;
	}
	if (!line.last)
		return err_set(err, ERR_PROTOCOL,
		    "the answer of bird is cut or not its own");
	if (reader.lost.len && !table->full)
		return err_set(err, ERR_PROTOCOL,
		    "bird names a neighbor that is no address: %.*s",
		    (int)(reader.lost.len < 60 ? reader.lost.len : 60),
		    reader.lost.at);
	finish_row(&reader);
	if (reader.alone.len && !table->full)
		return err_set(err, ERR_PROTOCOL,
		    "bird tells no neighbor of %.*s",
		    (int)(reader.alone.len < 60 ? reader.alone.len : 60),
		    reader.alone.at);
	return true;
}

bool
bgp_bird_read(int fd, struct bgp_table *table, const struct deadline *deadline,
    struct err *err)
{
	struct reply status = { 0 }, protocols = { 0 };
	bool ok = reply_init(&status, 64 << 10, err) &&
	    reply_init(&protocols, REPLY_MAX, err) &&
	    bird_greet(fd, &protocols, deadline, err) &&
	    bird_ask(fd, "show status", &status, deadline, err) &&
	    bird_ask(fd, "show protocols all", &protocols, deadline, err);

	if (ok)
		ok = bgp_bird_parse(status.bytes, status.len, protocols.bytes,
		    protocols.len, table, err);
	reply_free(&status);
	reply_free(&protocols);
	return ok;
}
