/* SPDX-License-Identifier: ISC */
/*
 * route_history: what became of prefixes and of numbers of routes since the
 * last look, as the text that is kept from run to run.
 *
 * Times are those of base/moment.h: flaps and changes a minute mean nothing
 * over a reboot.  A number of routes is compared over one all the same.
 * Whatever could not be looked at changes nothing.
 */
#ifndef MODEL_ROUTE_HISTORY_H
#define MODEL_ROUTE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/moment.h"
#include "base/text.h"
#include "model/route.h"

#define ROUTE_HISTORY_FLAPS 64 /* changes of one prefix that are kept */

struct route_past {
	struct ip_net prefix;
	enum route_presence presence; /* the last that was known */
	size_t flap_count;
	int64_t flaps[ROUTE_HISTORY_FLAPS]; /* when it came or went */
};

struct route_past_count {
	const char *key;
	uint64_t routes;    /* at the last look */
	uint64_t reference; /* what a drop is measured from */
	int64_t since_s;    /* when that became the reference */
};

struct route_history {
	struct moment moment;
	struct arena *arena;
	struct arena_list pasts; /* struct route_past, one a prefix asked for */
	struct arena_list counts; /* struct route_past_count */
};

struct route_spans {
	int64_t flap_window_s;
	int64_t drop_hold_s;
	double drop_percent; /* from which on a drop is held; 0: none is */
};

void route_history_init(struct route_history *history, struct arena *arena,
    const struct moment *moment);

/* Adds what was seen now; `before` may be NULL.  False: no room. */
bool route_history_see(struct route_history *after,
    const struct route_history *before, const struct ip_net *prefix,
    enum route_presence presence, const struct route_spans *spans);
bool route_history_count(struct route_history *after,
    const struct route_history *before, const char *key, uint64_t routes,
    const struct route_spans *spans);

/* Changes of the prefix with this index within the window. */
uint32_t route_history_flaps(const struct route_history *history, size_t index);
/* What is known of a number from before; NULL: nothing. */
const struct route_past_count *route_history_find(
    const struct route_history *history, const char *key);
/* Minutes between the looks; false when they are not comparable. */
bool route_history_minutes(const struct route_history *before,
    const struct route_history *after, double *minutes);

void route_history_encode(const struct route_history *history,
    struct text *out);
/* On false *err is ERR_PROTOCOL and names the line. */
bool route_history_decode(struct route_history *history, const char *bytes,
    size_t len, struct arena *arena, struct err *err);

#endif
