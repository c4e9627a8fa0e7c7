/* SPDX-License-Identifier: ISC */
/*
 * The text, one line a peer:
 *
 *	1 BOOT-ID NOW
 *	=VRF =ADDRESS =INTERFACE STATE TIME TRANSITIONS FLAPS FAMILIES
 *
 * STATE is a number, behind a "-" of a peer that was never up, TIME and
 * TRANSITIONS a number or "-", FLAPS "-" or AT:COUNT,..., FAMILIES "-" or
 * AFI.SAFI.PREFIXES.AGE,...  What is no letter, digit or one of ".:-_" in a
 * string stands as %XX.
 */
#include "model/bgp_history.h"

#include <ctype.h>
#include <string.h>

#include "base/num.h"

#define VERSION "1"
#define SLACK_S 5 /* between the router's clock and ours */
#define FIELDS 8
#define STRING_BYTES (3 * BGP_TEXT + 2)

void
bgp_history_init(struct bgp_history *history, struct arena *arena,
    const struct moment *moment)
{
	*history = (struct bgp_history){ .moment = *moment, .arena = arena };
	bgp_table_init(&history->peers, arena, 0);
}

static struct bgp_past *
past_at(const struct bgp_history *history, size_t index)
{
	return (struct bgp_past *)history->pasts.items + index;
}

/* --- the next look -------------------------------------------------------- */

static uint32_t
younger_than_look(const struct bgp_peer *then, const struct bgp_peer *now,
    int64_t elapsed_s)
{
	if (!bgp_peer_is_up(now))
		return 0;
	if (!bgp_peer_is_up(then))
		return 1;
	return elapsed_s >= 0 && (now->has & BGP_HAS_TIME) != 0 &&
	    now->time_s + SLACK_S < elapsed_s;
}

static uint32_t
flaps_between(const struct bgp_peer *then, const struct bgp_peer *now,
    int64_t elapsed_s)
{
	if ((then->has & now->has & BGP_HAS_TRANSITIONS) == 0)
		return younger_than_look(then, now, elapsed_s);
	if (now->transitions < then->transitions)
		return now->transitions;
	return now->transitions - then->transitions;
}

static bool
was_never_up(const struct bgp_past *old, const struct bgp_peer *now)
{
	return !bgp_peer_is_up(now) && (old == NULL || old->never_up) &&
	    ((now->has & BGP_HAS_TRANSITIONS) == 0 || now->transitions == 0);
}

/* A router that lies gains nothing by a number that wraps. */
static uint32_t
sum_of(uint32_t a, uint32_t b)
{
	return b <= UINT32_MAX - a ? a + b : UINT32_MAX;
}

/* What is still within the window stays. */
static void
keep_flaps(struct bgp_past *past, const struct bgp_past *old, int64_t since_s)
{
	for (size_t i = 0; i < old->flap_count; i++)
		if (old->flaps[i].at_s > since_s)
			past->flaps[past->flap_count++] = old->flaps[i];
}

static void
add_flaps(struct bgp_past *past, int64_t at_s, uint32_t count)
{
	if (count == 0)
		return;
	if (past->flap_count == BGP_HISTORY_FLAPS) {
		/* The two oldest become one of the younger one's time. */
		past->flaps[1].count =
		    sum_of(past->flaps[1].count, past->flaps[0].count);
		memmove(&past->flaps[0], &past->flaps[1],
		    (BGP_HISTORY_FLAPS - 1) * sizeof(past->flaps[0]));
		past->flap_count--;
	}
	past->flaps[past->flap_count++] = (struct bgp_flaps){ at_s, count };
}

static bool
is_drop(uint32_t from, uint32_t to, double percent)
{
	return percent > 0 && to < from &&
	    (double)(from - to) * 100 >= percent * from;
}

/* What the next look compares with: this one's number, or still the one before
 * a drop that has not been told for long enough, or before a silence. */
static bool
next_reference(struct bgp_history *after, struct bgp_peer *made,
    const struct bgp_family *now, const struct bgp_family *then,
    int64_t elapsed_s, const struct bgp_spans *spans)
{
	struct bgp_family *family;
	uint32_t used = 0;
	const bool told =
	    bgp_family_used(now, &used) || now->activity == BGP_INACTIVE_FAMILY;

	if (then == NULL && !told)
		return true;
	family = bgp_peer_family(&after->peers, made, now->afi, now->safi);
	if (family == NULL)
		return false;
	family->has = BGP_HAS_ACCEPTED | BGP_HAS_RECEIVED;
	family->accepted = used;
	if (then == NULL)
		return true;
	if (!told) {
		family->accepted = then->accepted;
		return true;
	}
	if (elapsed_s >= 0 &&
	    is_drop(then->accepted, used, spans->drop_percent) &&
	    then->received + elapsed_s < spans->drop_hold_s) {
		family->accepted = then->accepted;
		family->received = then->received + (uint32_t)elapsed_s;
	}
	return true;
}

/* A family that is not told any more while others are has no prefixes; where
 * none is, nothing is known. */
static bool
next_vanished(struct bgp_history *after, struct bgp_peer *made,
    const struct bgp_peer *now, const struct bgp_peer *then, int64_t elapsed_s,
    const struct bgp_spans *spans)
{
	for (const struct bgp_family *old = then->families; old != NULL;
	     old = old->next) {
		const struct bgp_family gone = {
			.afi = old->afi,
			.safi = old->safi,
			.activity = now->families != NULL
			    ? BGP_INACTIVE_FAMILY
			    : BGP_ACTIVITY_UNKNOWN,
		};

		if (bgp_peer_find_family(now, old->afi, old->safi) == NULL &&
		    !next_reference(after, made, &gone, old, elapsed_s, spans))
			return false;
	}
	return true;
}

static bool
next_families(struct bgp_history *after, struct bgp_peer *made,
    const struct bgp_peer *now, const struct bgp_peer *then, int64_t elapsed_s,
    const struct bgp_spans *spans)
{
	for (const struct bgp_family *family = now->families;
	     bgp_peer_is_up(now) && family != NULL; family = family->next) {
		const struct bgp_family *old = then != NULL
		    ? bgp_peer_find_family(then, family->afi, family->safi)
		    : NULL;

		if (!next_reference(after, made, family, old, elapsed_s, spans))
			return false;
	}
	return then == NULL || !bgp_peer_is_up(now) ||
	    next_vanished(after, made, now, then, elapsed_s, spans);
}

/* Its flaps: those that count still, of *old, which may be NULL, and those
 * since that look. */
static void
next_past(struct bgp_past *past, const struct bgp_past *old,
    const struct bgp_peer *then, const struct bgp_peer *now, int64_t at_s,
    int64_t elapsed_s, const struct bgp_spans *spans)
{
	uint32_t count;

	past->never_up = was_never_up(old, now);
	if (old == NULL)
		return;
	if (elapsed_s >= 0)
		keep_flaps(past, old, at_s - spans->flap_window_s);
	count = flaps_between(then, now, elapsed_s);
	add_flaps(past, at_s, old->never_up && count > 0 ? count - 1 : count);
}

static bool
next_peer(struct bgp_history *after, const struct bgp_history *before,
    const struct bgp_peer *now, const struct bgp_spans *spans)
{
	const bool ours =
	    before != NULL && moment_follows(&after->moment, &before->moment);
	const int64_t elapsed_s =
	    ours ? after->moment.at_s - before->moment.at_s : -1;
	const struct bgp_peer *then =
	    before == NULL ? NULL : bgp_history_peer(before, now);
	const struct bgp_past *old = then == NULL
	    ? NULL
	    : past_at(before, (size_t)(then - bgp_table_at(&before->peers, 0)));
	struct bgp_peer *made = bgp_table_peer(&after->peers, now->vrf,
	    &now->address, now->interface);
	struct bgp_past *past =
	    arena_push(after->arena, &after->pasts, sizeof(*past));

	if (made == NULL || past == NULL)
		return false;
	made->state = now->state;
	made->time_s = now->time_s;
	made->transitions = now->transitions;
	made->has = now->has & (BGP_HAS_TIME | BGP_HAS_TRANSITIONS);
	next_past(past, old, then, now, after->moment.at_s, elapsed_s, spans);
	return next_families(after, made, now, then, elapsed_s, spans);
}

bool
bgp_history_next(struct bgp_history *after, const struct bgp_history *before,
    const struct bgp_table *table, const struct bgp_spans *spans)
{
	after->peers.max_peers = table->max_peers;
	for (size_t i = 0; i < bgp_table_count(table); i++)
		if (!next_peer(after, before, bgp_table_at(table, i), spans))
			return false;
	return true;
}

uint32_t
bgp_history_flaps(const struct bgp_history *history, size_t index)
{
	const struct bgp_past *past = past_at(history, index);
	uint32_t count = 0;

	for (size_t i = 0; i < past->flap_count; i++)
		count = sum_of(count, past->flaps[i].count);
	return count;
}

const struct bgp_peer *
bgp_history_peer(const struct bgp_history *before, const struct bgp_peer *peer)
{
	return bgp_table_find(&before->peers, peer->vrf, &peer->address,
	    peer->interface);
}

bool
bgp_history_reference(const struct bgp_history *before,
    const struct bgp_peer *peer, const struct bgp_family *family,
    uint32_t *count)
{
	const struct bgp_peer *then = bgp_history_peer(before, peer);
	const struct bgp_family *old = then != NULL
	    ? bgp_peer_find_family(then, family->afi, family->safi)
	    : NULL;

	if (old == NULL)
		return false;
	*count = old->accepted;
	return true;
}

/* --- writing -------------------------------------------------------------- */

static bool
is_plain(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr(".:-_", c));
}

static void
add_string(struct text *out, const char *string)
{
	text_add_char(out, '=');
	for (; *string != '\0'; string++)
		if (is_plain(*string))
			text_add_char(out, *string);
		else
			text_addf(out, "%%%02x",
			    (unsigned)(unsigned char)*string);
	text_add_char(out, ' ');
}

static void
add_number(struct text *out, bool known, uint32_t number)
{
	if (known)
		text_addf(out, "%u ", number);
	else
		text_add(out, "- ");
}

static void
add_past(struct text *out, const struct bgp_past *past)
{
	for (size_t i = 0; i < past->flap_count; i++)
		text_addf(out, "%s%lld:%u", i > 0 ? "," : "",
		    (long long)past->flaps[i].at_s, past->flaps[i].count);
	text_add(out, past->flap_count == 0 ? "- " : " ");
}

static void
add_families(struct text *out, const struct bgp_peer *peer)
{
	for (const struct bgp_family *family = peer->families; family != NULL;
	     family = family->next)
		text_addf(out, "%s%u.%u.%u.%u",
		    family != peer->families ? "," : "", family->afi,
		    family->safi, family->accepted, family->received);
	text_add(out, peer->families == NULL ? "-\n" : "\n");
}

void
bgp_history_encode(const struct bgp_history *history, struct text *out)
{
	text_add(out, VERSION " ");
	moment_write(&history->moment, out);
	text_add_char(out, '\n');
	for (size_t i = 0; i < bgp_table_count(&history->peers); i++) {
		const struct bgp_peer *peer = bgp_table_at(&history->peers, i);
		char room[64];
		struct text address = TEXT_OVER(room);

		if (peer->address.family != IP_NONE)
			ip_format(&address, &peer->address);
		add_string(out, peer->vrf);
		add_string(out, address.data);
		add_string(out, peer->interface);
		text_addf(out, "%s%u ",
		    past_at(history, i)->never_up ? "-" : "", peer->state);
		add_number(out, (peer->has & BGP_HAS_TIME) != 0, peer->time_s);
		add_number(out, (peer->has & BGP_HAS_TRANSITIONS) != 0,
		    peer->transitions);
		add_past(out, past_at(history, i));
		add_families(out, peer);
	}
}

/* --- reading -------------------------------------------------------------- */

/* The next piece before `until`, as a string of its own in the line. */
static char *
cut(char **at, char until)
{
	char *piece = *at, *end;

	if (piece == NULL)
		return NULL;
	end = strchr(piece, until);
	if (end != NULL)
		*end++ = '\0';
	*at = end;
	return piece;
}

static bool
take_u64(const char *piece, uint64_t max, uint64_t *number)
{
	struct err ignored;

	return piece != NULL && num_u64(piece, number, &ignored) &&
	    *number <= max;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place. */
static bool
take_string(char *piece, const char **string)
{
	char *to = piece + 1;

	if (piece[0] != '=')
		return false;
	for (const char *from = piece + 1; *from != '\0'; from++, to++) {
		int high, low;

		*to = *from;
		if (*from != '%')
			continue;
		high = hex_digit(from[1]);
		low = high < 0 ? -1 : hex_digit(from[2]);
		if (low < 0 || high * 16 + low == 0)
			return false;
		*to = (char)(high * 16 + low);
		from += 2;
	}
	*to = '\0';
	*string = piece + 1;
	return true;
}

static bool
take_optional(const char *piece, uint16_t bit, uint32_t *number, uint16_t *has)
{
	uint64_t value;

	if (strcmp(piece, "-") == 0)
		return true;
	if (!take_u64(piece, UINT32_MAX, &value))
		return false;
	*number = (uint32_t)value;
	*has |= bit;
	return true;
}

static bool
take_flaps(char *list, struct bgp_past *past)
{
	if (strcmp(list, "-") == 0)
		return true;
	for (char *item; (item = cut(&list, ',')) != NULL;) {
		uint64_t at, count;

		if (!take_u64(cut(&item, ':'), INT64_MAX, &at) ||
		    !take_u64(item, UINT32_MAX, &count) ||
		    past->flap_count == BGP_HISTORY_FLAPS)
			return false;
		past->flaps[past->flap_count++] =
		    (struct bgp_flaps){ (int64_t)at, (uint32_t)count };
	}
	return true;
}

static bool
take_families(char *list, struct bgp_history *history, struct bgp_peer *peer)
{
	if (strcmp(list, "-") == 0)
		return true;
	for (char *item; (item = cut(&list, ',')) != NULL;) {
		uint64_t afi, safi, prefixes, age;
		struct bgp_family *family;

		if (!take_u64(cut(&item, '.'), UINT16_MAX, &afi) ||
		    !take_u64(cut(&item, '.'), UINT8_MAX, &safi) ||
		    !take_u64(cut(&item, '.'), UINT32_MAX, &prefixes) ||
		    !take_u64(item, INT32_MAX, &age))
			return false;
		family = bgp_peer_family(&history->peers, peer, (uint16_t)afi,
		    (uint8_t)safi);
		if (family == NULL)
			return false;
		family->has = BGP_HAS_ACCEPTED | BGP_HAS_RECEIVED;
		family->accepted = (uint32_t)prefixes;
		family->received = (uint32_t)age;
	}
	return true;
}

static bool
split(char *line, char *fields[static FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		fields[i] = cut(&line, ' ');
		if (fields[i] == NULL)
			return false;
	}
	return line == NULL;
}

static bool
take_peer(char *line, struct bgp_history *history)
{
	const char *vrf, *address_text, *interface;
	const size_t count = bgp_table_count(&history->peers);
	struct ip address = { .family = IP_NONE };
	struct err ignored;
	char *fields[FIELDS];
	struct bgp_peer *peer;
	struct bgp_past *past;
	uint64_t state;
	bool never_up;

	if (!split(line, fields) || !take_string(fields[0], &vrf) ||
	    !take_string(fields[1], &address_text) ||
	    !take_string(fields[2], &interface) ||
	    (address_text[0] != '\0' &&
		!ip_parse(address_text, &address, &ignored)))
		return false;
	never_up = fields[3][0] == '-';
	if (!take_u64(fields[3] + never_up, BGP_DELETED, &state) ||
	    (never_up && state == BGP_ESTABLISHED))
		return false;
	peer = bgp_table_peer(&history->peers, vrf, &address, interface);
	if (peer == NULL || bgp_table_count(&history->peers) == count)
		return false; /* no room, or the same peer again */
	peer->state = (uint8_t)state;
	past = arena_push(history->arena, &history->pasts, sizeof(*past));
	if (past == NULL)
		return false;
	past->never_up = never_up;
	return take_optional(fields[4], BGP_HAS_TIME, &peer->time_s,
		   &peer->has) &&
	    take_optional(fields[5], BGP_HAS_TRANSITIONS, &peer->transitions,
		&peer->has) &&
	    take_flaps(fields[6], past) &&
	    take_families(fields[7], history, peer);
}

static bool
take_head(const char *line, struct bgp_history *history)
{
	struct span rest = span_of(line), version;

	return span_word(&rest, &version) && span_is(version, VERSION) &&
	    moment_take(&rest, &history->moment) && span_trim(rest).len == 0;
}

bool
bgp_history_decode(struct bgp_history *history, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	const struct moment none = { .at_s = 0 };
	char *rest = arena_string(arena, bytes, len);
	unsigned number = 0;

	bgp_history_init(history, arena, &none);
	if (rest == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for it");
	if (memchr(bytes, '\0', len) != NULL || len == 0 ||
	    bytes[len - 1] != '\n')
		return err_set(err, ERR_PROTOCOL, "it is no text");
	rest[len - 1] = '\0';
	for (char *line; (line = cut(&rest, '\n')) != NULL;)
		if (!(number++ == 0 ? take_head(line, history)
				    : take_peer(line, history)))
			return err_set(err, ERR_PROTOCOL,
			    "line %u makes no sense", number);
	return true;
}
