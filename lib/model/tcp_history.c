/* SPDX-License-Identifier: ISC */
#include "model/tcp_history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define VERSION "1"

struct entry {
	uint64_t cookie;
	uint32_t span;
};

void
tcp_history_init(struct tcp_history *history, struct arena *arena,
    const struct tcp_origin *origin, int64_t last_ns)
{
	*history = (struct tcp_history){
		.origin = *origin,
		.last_ns = last_ns,
		.arena = arena,
	};
}

size_t
tcp_history_span(struct tcp_history *history, const struct tcp_span *span)
{
	struct tcp_span *added =
	    arena_push(history->arena, &history->spans, sizeof(*added));

	if (added == NULL) {
		history->full = true;
		return SIZE_MAX;
	}
	*added = *span;
	return history->spans.count - 1;
}

void
tcp_history_add(struct tcp_history *history, uint64_t cookie, size_t span)
{
	struct entry *added = NULL;

	if (span < history->spans.count &&
	    history->entries.count < TCP_HISTORY_MAX)
		added = arena_push(history->arena, &history->entries,
		    sizeof(*added));
	if (added == NULL) {
		history->full = true;
		return;
	}
	*added = (struct entry){ cookie, (uint32_t)span };
}

struct tcp_span
tcp_history_at(const struct tcp_history *history, size_t span)
{
	const struct tcp_span *spans = history->spans.items;

	return spans[span];
}

/* --- finding -------------------------------------------------------------- */

static int
by_cookie(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->cookie > y->cookie) - (x->cookie < y->cookie);
}

static int
by_span(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->span != y->span)
		return (x->span > y->span) - (x->span < y->span);
	return by_cookie(a, b);
}

static void
sort(struct tcp_history *history, int (*order)(const void *, const void *))
{
	if (history->entries.count > 1)
		qsort(history->entries.items, history->entries.count,
		    sizeof(struct entry), order);
}

void
tcp_history_sort(struct tcp_history *history)
{
	sort(history, by_cookie);
}

size_t
tcp_history_find(const struct tcp_history *history, uint64_t cookie)
{
	const struct entry wanted = { .cookie = cookie };
	const struct entry *found = NULL;

	if (history->entries.count > 0)
		found = bsearch(&wanted, history->entries.items,
		    history->entries.count, sizeof(*found), by_cookie);
	return found == NULL ? SIZE_MAX : found->span;
}

/* --- writing -------------------------------------------------------------- */

static void
put_time(struct text *out, int64_t ns)
{
	if (ns == TCP_NEVER)
		text_add(out, "-");
	else
		text_addf(out, "%" PRIx64, (uint64_t)ns);
}

static void
put_span(struct text *out, const struct tcp_span *span)
{
	text_add(out, "\n");
	put_time(out, span->absent_ns);
	text_add(out, " ");
	put_time(out, span->seen_ns);
}

/* A few lines a thousand connections; snprintf would be half of the run. */
static void
put_hex(struct text *out, uint64_t value)
{
	char digits[18];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value != 0);
	digits[--at] = ' ';
	text_add_bytes(out, digits + at, sizeof(digits) - 1 - at);
}

void
tcp_history_arrange(struct tcp_history *history)
{
	sort(history, by_span);
}

void
tcp_history_encode(const struct tcp_history *history, struct text *out)
{
	const struct tcp_origin *origin = &history->origin;
	const struct entry *entries = history->entries.items;
	size_t span = SIZE_MAX;
	uint64_t before = 0;

	text_addf(out, VERSION " %s %s %" PRIx64 " ", origin->source,
	    origin->boot_id, origin->netns);
	put_time(out, history->last_ns);
	for (size_t i = 0; i < history->entries.count; i++) {
		if (entries[i].span != span) {
			const struct tcp_span at =
			    tcp_history_at(history, entries[i].span);

			span = entries[i].span;
			before = 0;
			put_span(out, &at);
		} else if (entries[i].cookie == before) {
			continue; /* seen twice in one look */
		}
		put_hex(out, entries[i].cookie - before);
		before = entries[i].cookie;
	}
	text_add(out, "\n");
}

/* --- reading -------------------------------------------------------------- */

struct cursor {
	const char *start, *at, *end;
};

static bool
take(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* As put_hex writes: lower case, no leading zero, at most 64 bits. */
static bool
take_hex(struct cursor *cursor, uint64_t *value)
{
	const char *start = cursor->at;

	*value = 0;
	while (cursor->at < cursor->end && digit_of(*cursor->at) >= 0) {
		*value = *value << 4 | (uint64_t)digit_of(*cursor->at);
		cursor->at++;
	}
	return cursor->at > start && cursor->at - start <= 16 &&
	    (*start != '0' || cursor->at - start == 1);
}

static bool
take_time(struct cursor *cursor, int64_t *ns)
{
	uint64_t value;

	if (take(cursor, '-')) {
		*ns = TCP_NEVER;
		return true;
	}
	if (!take_hex(cursor, &value) || value > INT64_MAX)
		return false;
	*ns = (int64_t)value;
	return true;
}

/* A word of at least one character, and the blank behind it. */
static bool
take_word(struct cursor *cursor, char *word, size_t size)
{
	size_t len = 0;

	while (cursor->at < cursor->end && len < size &&
	    (digit_of(*cursor->at) >= 0 || *cursor->at == '-' ||
		(*cursor->at >= 'a' && *cursor->at <= 'z')))
		word[len++] = *cursor->at++;
	if (len == 0 || len == size)
		return false;
	word[len] = '\0';
	return take(cursor, ' ');
}

static bool
take_head(struct cursor *cursor, struct tcp_history *history)
{
	struct tcp_origin *origin = &history->origin;
	char version[4];

	return take_word(cursor, version, sizeof(version)) &&
	    strcmp(version, VERSION) == 0 &&
	    take_word(cursor, origin->source, sizeof(origin->source)) &&
	    take_word(cursor, origin->boot_id, sizeof(origin->boot_id)) &&
	    take_hex(cursor, &origin->netns) && take(cursor, ' ') &&
	    take_time(cursor, &history->last_ns) && take(cursor, '\n');
}

/* Looks follow each other, and none is later than the last. */
static bool
makes_sense(const struct tcp_history *history, const struct tcp_span *span)
{
	return span->seen_ns != TCP_NEVER && span->absent_ns < span->seen_ns &&
	    span->seen_ns <= history->last_ns;
}

static bool
take_span(struct cursor *cursor, struct tcp_history *history)
{
	struct tcp_span span;
	uint64_t cookie = 0, more;
	size_t number;

	if (!take_time(cursor, &span.absent_ns) || !take(cursor, ' ') ||
	    !take_time(cursor, &span.seen_ns) || !makes_sense(history, &span))
		return false;
	number = tcp_history_span(history, &span);
	while (take(cursor, ' ')) {
		if (!take_hex(cursor, &more) || more == 0 ||
		    more > UINT64_MAX - cookie)
			return false;
		cookie += more;
		tcp_history_add(history, cookie, number);
	}
	return cookie != 0 && !history->full && take(cursor, '\n');
}

/* In two lines at once it would have two ages. */
static bool
has_twins(const struct tcp_history *history)
{
	const struct entry *entries = history->entries.items;

	for (size_t i = 1; i < history->entries.count; i++) {
		if (entries[i].cookie == entries[i - 1].cookie)
			return true;
	}
	return false;
}

bool
tcp_history_decode(struct tcp_history *history, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	struct cursor cursor = { bytes, bytes, bytes + len };
	bool ok;

	*history = (struct tcp_history){ .arena = arena };
	ok = take_head(&cursor, history);
	while (ok && cursor.at < cursor.end)
		ok = take_span(&cursor, history);
	if (!ok)
		return err_set(err, ERR_PROTOCOL,
		    "first-seen times make no sense at byte %td",
		    cursor.at - cursor.start + 1);
	tcp_history_sort(history);
	if (has_twins(history))
		return err_set(err, ERR_PROTOCOL,
		    "first-seen times name a connection twice");
	return true;
}

bool
tcp_history_usable(const struct tcp_history *history,
    const struct tcp_origin *origin, int64_t now_ns, struct err *err)
{
	const struct tcp_origin *old = &history->origin;

	if (history->last_ns == TCP_NEVER)
		return err_set(err, ERR_UNSUPPORTED, "this is the first run");
	if (strcmp(old->boot_id, origin->boot_id) != 0)
		return err_set(err, ERR_UNSUPPORTED, "the host was restarted");
	if (old->netns != origin->netns)
		return err_set(err, ERR_UNSUPPORTED,
		    "the network namespace is another one");
	if (strcmp(old->source, origin->source) != 0)
		return err_set(err, ERR_UNSUPPORTED,
		    "the last run used another source");
	if (history->last_ns > now_ns)
		return err_set(err, ERR_UNSUPPORTED,
		    "the last run is in the future");
	return true;
}
