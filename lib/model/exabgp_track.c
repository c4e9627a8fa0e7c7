/* SPDX-License-Identifier: ISC */
#include "model/exabgp_track.h"

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"

#define SLOTS ((size_t)2 * EXABGP_TRACKED) /* a power of two */
#define FIRST_LINE "routes 1"
#define LAST_LINE "end"

uint64_t
exabgp_track_key(const struct ip_net *prefix)
{
	uint64_t key = hash_add(HASH_START, &prefix->address.family,
	    sizeof(prefix->address.family));

	key =
	    hash_add(key, prefix->address.bytes, sizeof(prefix->address.bytes));
	return hash_add(key, &prefix->length, sizeof(prefix->length));
}

/* --- the set -------------------------------------------------------------- */

static uint32_t *
slot_of(const struct exabgp_track *track, uint64_t key)
{
	size_t at = key % SLOTS;

	while (track->slots[at] != 0 &&
	    track->items[track->slots[at] - 1].key != key)
		at = (at + 1) % SLOTS;
	return &track->slots[at];
}

/* Made when there is none; NULL when there is no room. */
static struct exabgp_tracked *
item_of(struct exabgp_track *track, uint64_t key)
{
	uint32_t *slot = slot_of(track, key);

	if (*slot == 0) {
		if (track->count == EXABGP_TRACKED) {
			track->full = true;
			return NULL;
		}
		track->items[track->count] =
		    (struct exabgp_tracked){ .key = key };
		*slot = (uint32_t)++track->count;
	}
	return &track->items[*slot - 1];
}

static bool
make_room(struct exabgp_track *track, struct arena *arena)
{
	*track = (struct exabgp_track){ 0 };
	track->slots = arena_alloc(arena, SLOTS * sizeof(*track->slots));
	track->items =
	    arena_alloc(arena, EXABGP_TRACKED * sizeof(*track->items));
	if (track->slots != NULL && track->items != NULL)
		return true;
	track->items = NULL;
	return false;
}

bool
exabgp_track_init(struct exabgp_track *track, const struct exabgp_track *before,
    struct arena *arena)
{
	if (!make_room(track, arena))
		return false;
	if (before == NULL || before->items == NULL)
		return true;
	track->baseline = true;
	for (size_t i = 0; i < before->count; i++) {
		struct exabgp_tracked *item =
		    item_of(track, before->items[i].key);

		*item = before->items[i];
		item->seen = false;
	}
	return true;
}

/* --- changes -------------------------------------------------------------- */

static void
set_there(struct exabgp_track *track, struct exabgp_tracked *item, bool there,
    int64_t at_ns)
{
	if (item->there == there)
		return;
	item->there = there;
	if (!track->baseline)
		return;
	if (!there) {
		track->withdrawn++;
		item->gone_ns = at_ns;
		return;
	}
	track->announced++;
	if (item->gone_ns == 0)
		return;
	memmove(item->back_ns + 1, item->back_ns,
	    (EXABGP_BACK - 1) * sizeof(item->back_ns[0]));
	item->back_ns[0] = at_ns;
}

void
exabgp_track_event(struct exabgp_track *track, uint64_t key, bool announced,
    int64_t at_ns)
{
	struct exabgp_tracked *item =
	    track->items != NULL ? item_of(track, key) : NULL;

	if (item != NULL)
		set_there(track, item, announced, at_ns);
}

void
exabgp_track_see(struct exabgp_track *track, uint64_t key, int64_t at_ns)
{
	struct exabgp_tracked *item =
	    track->items != NULL ? item_of(track, key) : NULL;

	if (item == NULL)
		return;
	set_there(track, item, true, at_ns);
	item->seen = true;
}

static bool
is_past(const struct exabgp_tracked *item, int64_t after_ns)
{
	return !item->there && item->gone_ns < after_ns;
}

void
exabgp_track_finish(struct exabgp_track *track, int64_t at_ns,
    int64_t window_ns)
{
	size_t kept = 0;

	if (track->items == NULL)
		return;
	for (size_t i = 0; i < track->count; i++) {
		if (!track->items[i].seen)
			set_there(track, &track->items[i], false, at_ns);
		if (!is_past(&track->items[i], at_ns - window_ns))
			track->items[kept++] = track->items[i];
	}
	track->count = kept;
	memset(track->slots, 0, SLOTS * sizeof(*track->slots));
	for (size_t i = 0; i < kept; i++)
		*slot_of(track, track->items[i].key) = (uint32_t)(i + 1);
}

size_t
exabgp_track_flapping(const struct exabgp_track *track, int64_t at_ns,
    int64_t window_ns)
{
	size_t flapping = 0;

	for (size_t i = 0; track->items != NULL && i < track->count; i++) {
		const int64_t first = track->items[i].back_ns[EXABGP_BACK - 1];

		flapping += first != 0 && first >= at_ns - window_ns;
	}
	return flapping;
}

/* --- text ----------------------------------------------------------------- */

/* "KEY THERE [GONE [BACK [BACK]]]" */
void
exabgp_track_encode(const struct exabgp_track *track, struct text *out)
{
	if (track->items == NULL || track->full)
		return;
	text_add(out, FIRST_LINE "\n");
	for (size_t i = 0; i < track->count; i++) {
		const struct exabgp_tracked *item = &track->items[i];

		text_addf(out, "%" PRIu64 " %d", item->key, item->there);
		if (item->gone_ns > 0)
			text_addf(out, " %" PRId64, item->gone_ns);
		for (size_t b = 0; b < EXABGP_BACK && item->back_ns[b] > 0; b++)
			text_addf(out, " %" PRId64, item->back_ns[b]);
		text_add(out, "\n");
	}
	text_add(out, LAST_LINE "\n");
}

static bool
read_item(struct exabgp_track *track, struct span line)
{
	int64_t *times[1 + EXABGP_BACK];
	struct exabgp_tracked *item;
	uint64_t key, there, time;

	if (!span_take_u64(&line, &key) || !span_take_u64(&line, &there) ||
	    there > 1)
		return false;
	item = item_of(track, key);
	if (item == NULL)
		return false;
	item->there = there != 0;
	times[0] = &item->gone_ns;
	for (size_t i = 0; i < EXABGP_BACK; i++)
		times[i + 1] = &item->back_ns[i];
	for (size_t i = 0; i < 1 + EXABGP_BACK && span_trim(line).len > 0;
	     i++) {
		if (!span_take_u64(&line, &time) || time > INT64_MAX ||
		    time == 0)
			return false;
		*times[i] = (int64_t)time;
	}
	return span_trim(line).len == 0;
}

bool
exabgp_track_decode(struct exabgp_track *track, struct span *rest,
    struct arena *arena, struct err *err)
{
	struct span after = *rest, line;

	*track = (struct exabgp_track){ 0 };
	if (!span_line(&after, &line) || !span_is(line, FIRST_LINE))
		return true;
	*rest = after;
	if (!make_room(track, arena))
		return err_set(err, ERR_SYSTEM, "no memory for routes");
	while (span_line(rest, &line)) {
		if (span_is(line, LAST_LINE))
			return true;
		if (!read_item(track, line))
			break;
	}
	track->items = NULL;
	return err_set(err, ERR_PROTOCOL, "a line of the routes is wrong");
}
