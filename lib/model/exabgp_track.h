/* SPDX-License-Identifier: ISC */
/*
 * exabgp_track: which prefixes ExaBGP announces, from look to look: how many
 * came and went since the last one, and which keep coming and going.
 *
 * Changes come from two sources: the log tells each (add and remove lines), and
 * what is announced now is compared with what was.  Without the log, what came
 * and went between two looks is not seen.  A prefix flaps when it came back
 * twice within the window: once is a service that was down.
 */
#ifndef MODEL_EXABGP_TRACK_H
#define MODEL_EXABGP_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/span.h"
#include "base/text.h"

#define EXABGP_TRACKED 4096 /* prefixes; with more none is followed */
#define EXABGP_BACK 2	    /* times that make a flap */

struct exabgp_tracked {
	uint64_t key;
	bool there;
	bool seen;		      /* in this look */
	int64_t gone_ns;	      /* when it went; 0: it never did */
	int64_t back_ns[EXABGP_BACK]; /* the last first; 0: never */
};

struct exabgp_track {
	struct exabgp_tracked *items; /* EXABGP_TRACKED; NULL: not followed */
	uint32_t *slots;	      /* index + 1, by key */
	size_t count;
	bool full;
	bool baseline; /* there is a look before to compare with */
	uint64_t announced, withdrawn; /* changes since that */
};

uint64_t exabgp_track_key(const struct ip_net *prefix);

/* Begins with what `before` knew (NULL: nothing).  False without memory. */
bool exabgp_track_init(struct exabgp_track *track,
    const struct exabgp_track *before, struct arena *arena);
/* The log says so. */
void exabgp_track_event(struct exabgp_track *track, uint64_t key,
    bool announced, int64_t at_ns);
/* It is announced now. */
void exabgp_track_see(struct exabgp_track *track, uint64_t key, int64_t at_ns);
/* All that are announced now were seen: what was not has gone.  Forgets what
 * has been gone for longer than the window. */
void exabgp_track_finish(struct exabgp_track *track, int64_t at_ns,
    int64_t window_ns);
size_t exabgp_track_flapping(const struct exabgp_track *track, int64_t at_ns,
    int64_t window_ns);

void exabgp_track_encode(const struct exabgp_track *track, struct text *out);
/* *rest is then behind it, and where it was when it is no track: that is no
 * error.  On false *err is ERR_PROTOCOL, or there is no memory. */
bool exabgp_track_decode(struct exabgp_track *track, struct span *rest,
    struct arena *arena, struct err *err);

#endif
