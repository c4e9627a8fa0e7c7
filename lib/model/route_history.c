/* SPDX-License-Identifier: ISC */
/*
 * The text:
 *
 *	1 BOOT-ID NOW
 *	prefix PREFIX present|absent|unknown AT,AT,... or -
 *	count ROUTES REFERENCE SINCE KEY
 *
 * A key is what stands behind the last blank before it, to the end of the line.
 */
#include "model/route_history.h"

#include <string.h>

#include "base/num.h"
#include "base/span.h"

#define VERSION "1"
#define WORD_BYTES 80
#define KEY_BYTES 400

static const char *const presences[] = {
	[ROUTE_UNSEEN] = "unknown",
	[ROUTE_ABSENT] = "absent",
	[ROUTE_PRESENT] = "present",
};

#define PRESENCES (sizeof(presences) / sizeof(presences[0]))

void
route_history_init(struct route_history *history, struct arena *arena,
    const struct moment *moment)
{
	*history = (struct route_history){ .moment = *moment, .arena = arena };
}

static const struct route_past *
past_at(const struct route_history *history, size_t index)
{
	return (const struct route_past *)history->pasts.items + index;
}

/* --- the next look -------------------------------------------------------- */

/* Mostly at the index where it will be now. */
static const struct route_past *
find_past(const struct route_history *history, const struct ip_net *prefix,
    size_t index)
{
	const size_t count = history->pasts.count;

	for (size_t i = 0; i < count; i++) {
		const struct route_past *past =
		    past_at(history, (index + i) % count);

		if (ip_net_equal(&past->prefix, prefix))
			return past;
	}
	return NULL;
}

static void
add_flap(struct route_past *past, int64_t at_s)
{
	if (past->flap_count == ROUTE_HISTORY_FLAPS) {
		past->flap_count--;
		memmove(&past->flaps[0], &past->flaps[1],
		    past->flap_count * sizeof(past->flaps[0]));
	}
	past->flaps[past->flap_count++] = at_s;
}

static void
keep_flaps(struct route_past *past, const struct route_past *then,
    int64_t after_s)
{
	for (size_t i = 0; i < then->flap_count; i++)
		if (then->flaps[i] > after_s)
			add_flap(past, then->flaps[i]);
}

bool
route_history_see(struct route_history *after,
    const struct route_history *before, const struct ip_net *prefix,
    enum route_presence presence, const struct route_spans *spans)
{
	const int64_t now_s = after->moment.at_s;
	const struct route_past *then = before == NULL
	    ? NULL
	    : find_past(before, prefix, after->pasts.count);
	struct route_past *past =
	    arena_push(after->arena, &after->pasts, sizeof(*past));

	if (past == NULL)
		return false;
	past->prefix = *prefix;
	past->presence = presence;
	if (then == NULL)
		return true;
	if (moment_follows(&after->moment, &before->moment))
		keep_flaps(past, then, now_s - spans->flap_window_s);
	if (presence == ROUTE_UNSEEN)
		past->presence = then->presence;
	else if (then->presence != ROUTE_UNSEEN && then->presence != presence)
		add_flap(past, now_s);
	return true;
}

uint32_t
route_history_flaps(const struct route_history *history, size_t index)
{
	return (uint32_t)past_at(history, index)->flap_count;
}

/* --- numbers -------------------------------------------------------------- */

const struct route_past_count *
route_history_find(const struct route_history *history, const char *key)
{
	const struct route_past_count *counts = history->counts.items;

	for (size_t i = 0; i < history->counts.count; i++)
		if (strcmp(counts[i].key, key) == 0)
			return &counts[i];
	return NULL;
}

/* A drop that has not been told for long enough: what it was before stays the
 * reference. */
static bool
is_held(const struct route_past_count *then, uint64_t routes, int64_t now_s,
    const struct route_spans *spans)
{
	return spans->drop_percent > 0 && routes < then->reference &&
	    (double)(then->reference - routes) * 100 >=
	    spans->drop_percent * (double)then->reference &&
	    now_s - then->since_s < spans->drop_hold_s;
}

bool
route_history_count(struct route_history *after,
    const struct route_history *before, const char *key, uint64_t routes,
    const struct route_spans *spans)
{
	const int64_t now_s = after->moment.at_s;
	const struct route_past_count *then =
	    before == NULL ? NULL : route_history_find(before, key);
	struct route_past_count *count =
	    arena_push(after->arena, &after->counts, sizeof(*count));

	if (count == NULL)
		return false;
	*count = (struct route_past_count){ key, routes, routes, now_s };
	if (then != NULL && moment_follows(&after->moment, &before->moment) &&
	    is_held(then, routes, now_s, spans)) {
		count->reference = then->reference;
		count->since_s = then->since_s;
	}
	return true;
}

bool
route_history_minutes(const struct route_history *before,
    const struct route_history *after, double *minutes)
{
	*minutes = (double)(after->moment.at_s - before->moment.at_s) / 60;
	return moment_follows(&after->moment, &before->moment) && *minutes > 0;
}

/* --- writing -------------------------------------------------------------- */

static void
encode_past(const struct route_past *past, struct text *out)
{
	text_add(out, "prefix ");
	ip_net_format(out, &past->prefix);
	text_addf(out, " %s ", presences[past->presence]);
	for (size_t i = 0; i < past->flap_count; i++)
		text_addf(out, "%s%lld", i > 0 ? "," : "",
		    (long long)past->flaps[i]);
	text_add(out, past->flap_count == 0 ? "-\n" : "\n");
}

void
route_history_encode(const struct route_history *history, struct text *out)
{
	const struct route_past_count *counts = history->counts.items;

	text_add(out, VERSION " ");
	moment_write(&history->moment, out);
	text_add_char(out, '\n');
	for (size_t i = 0; i < history->pasts.count; i++)
		encode_past(past_at(history, i), out);
	for (size_t i = 0; i < history->counts.count; i++)
		text_addf(out, "count %llu %llu %lld %s\n",
		    (unsigned long long)counts[i].routes,
		    (unsigned long long)counts[i].reference,
		    (long long)counts[i].since_s, counts[i].key);
}

/* --- reading -------------------------------------------------------------- */

static bool
take_word(struct span *rest, char word[static WORD_BYTES])
{
	struct span piece;

	return span_word(rest, &piece) && span_copy(piece, word, WORD_BYTES);
}

static bool
number_of(const char *word, uint64_t max, uint64_t *number)
{
	struct err ignored;

	return num_u64(word, number, &ignored) && *number <= max;
}

static bool
take_u64(struct span *rest, uint64_t max, uint64_t *number)
{
	return span_take_u64(rest, number) && *number <= max;
}

static bool
take_presence(struct span *rest, enum route_presence *presence)
{
	char word[WORD_BYTES];

	if (!take_word(rest, word))
		return false;
	for (size_t i = 0; i < PRESENCES; i++)
		if (strcmp(word, presences[i]) == 0) {
			*presence = (enum route_presence)i;
			return true;
		}
	return false;
}

static bool
take_flaps(struct span *rest, struct route_past *past)
{
	struct span list, item;

	if (!span_word(rest, &list))
		return false;
	if (span_is(list, "-"))
		return true;
	for (bool more = true; more;) {
		char word[WORD_BYTES];
		uint64_t at_s;

		item = list;
		more = span_cut(list, ',', &item, &list);
		if (past->flap_count == ROUTE_HISTORY_FLAPS ||
		    !span_copy(item, word, sizeof(word)) ||
		    !number_of(word, INT64_MAX, &at_s))
			return false;
		past->flaps[past->flap_count++] = (int64_t)at_s;
	}
	return true;
}

static bool
take_past(struct span *rest, struct route_history *history)
{
	char word[WORD_BYTES];
	struct err ignored;
	struct route_past *past =
	    arena_push(history->arena, &history->pasts, sizeof(*past));

	return past != NULL && take_word(rest, word) &&
	    ip_net_parse(word, &past->prefix, &ignored) &&
	    take_presence(rest, &past->presence) && take_flaps(rest, past) &&
	    span_trim(*rest).len == 0;
}

static bool
take_count(struct span *rest, struct route_history *history)
{
	struct route_past_count *count =
	    arena_push(history->arena, &history->counts, sizeof(*count));
	uint64_t since_s;
	struct span key;

	if (count == NULL || !take_u64(rest, UINT64_MAX, &count->routes) ||
	    !take_u64(rest, UINT64_MAX, &count->reference) ||
	    !take_u64(rest, INT64_MAX, &since_s))
		return false;
	key = span_trim(*rest);
	if (key.len == 0 || key.len >= KEY_BYTES ||
	    memchr(key.at, '\0', key.len) != NULL)
		return false;
	count->since_s = (int64_t)since_s;
	count->key = arena_string(history->arena, key.at, key.len);
	return count->key != NULL;
}

static bool
take_head(struct span *rest, struct route_history *history)
{
	struct span version;

	return span_word(rest, &version) && span_is(version, VERSION) &&
	    moment_take(rest, &history->moment) && span_trim(*rest).len == 0;
}

static bool
take_line(struct span line, struct route_history *history)
{
	if (span_skip(&line, "prefix "))
		return take_past(&line, history);
	if (span_skip(&line, "count "))
		return take_count(&line, history);
	return false;
}

bool
route_history_decode(struct route_history *history, const char *bytes,
    size_t len, struct arena *arena, struct err *err)
{
	const struct moment none = { .at_s = 0 };
	struct span rest = { bytes, len }, line;
	unsigned number = 0;

	route_history_init(history, arena, &none);
	while (span_line(&rest, &line))
		if (!(number++ == 0 ? take_head(&line, history)
				    : take_line(line, history)))
			return err_set(err, ERR_PROTOCOL,
			    "line %u makes no sense", number);
	return number > 0 || err_set(err, ERR_PROTOCOL, "it is empty");
}
