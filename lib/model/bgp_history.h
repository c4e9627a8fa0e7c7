/* SPDX-License-Identifier: ISC */
/*
 * bgp_history: what a check remembers of each BGP peer from one look to the
 * next: how often it came up lately, and how many prefixes it had.
 *
 * A flap is a transition to Established since the last look, but the first that
 * was ever seen of the peer, which is no more than its beginning.  Where the
 * source does not count them, a session that is younger than the last look is
 * one.  A count that went down was started anew with the router's daemon: what
 * it shows now has happened since.
 *
 * Times are those of base/moment.h: what is from another boot is known to be
 * past, and no more.
 */
#ifndef MODEL_BGP_HISTORY_H
#define MODEL_BGP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/moment.h"
#include "base/text.h"
#include "model/bgp.h"

#define BGP_HISTORY_FLAPS                                                      \
	12 /* looks with flaps of one peer; older ones merge */

struct bgp_flaps {
	int64_t at_s; /* when they were noticed */
	uint32_t count;
};

struct bgp_past {
	bool never_up; /* in no look, and no count says otherwise */
	size_t flap_count;
	struct bgp_flaps flaps[BGP_HISTORY_FLAPS];
};

struct bgp_history {
	struct moment moment; /* of the look */
	/* Key, state, time, transitions of each peer; of a family `accepted` is
	 * the number that a drop is measured against, and `received` for how
	 * many seconds it has been that. */
	struct bgp_table peers;
	struct arena_list pasts; /* struct bgp_past, one for each peer */
	struct arena *arena;
};

/* How long things matter. */
struct bgp_spans {
	int64_t flap_window_s;
	/* A drop goes on being one for this long, measured against the number
	 * before it; 0: for one look only. */
	int64_t drop_hold_s;
	double drop_percent; /* what is a drop; 0: nothing */
};

void bgp_history_init(struct bgp_history *history, struct arena *arena,
    const struct moment *moment);

/*
 * The history after this look: a peer of *after for each of `table`, with the
 * same index.  `before` may be NULL.  `table` must not change any more.  False
 * when there is no room.
 */
bool bgp_history_next(struct bgp_history *after,
    const struct bgp_history *before, const struct bgp_table *table,
    const struct bgp_spans *spans);

/* Flaps of the peer with that index in the window. */
uint32_t bgp_history_flaps(const struct bgp_history *history, size_t index);
/* The number of prefixes before this look; false when there is none. */
bool bgp_history_reference(const struct bgp_history *before,
    const struct bgp_peer *peer, const struct bgp_family *family,
    uint32_t *count);

/* The peer as the last look saw it, or NULL: of its families only what
 * bgp_history_reference tells. */
const struct bgp_peer *bgp_history_peer(const struct bgp_history *before,
    const struct bgp_peer *peer);

void bgp_history_encode(const struct bgp_history *history, struct text *out);
/* On false *err is ERR_PROTOCOL and names the line. */
bool bgp_history_decode(struct bgp_history *history, const char *bytes,
    size_t len, struct arena *arena, struct err *err);

#endif
