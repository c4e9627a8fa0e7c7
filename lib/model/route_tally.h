/* SPDX-License-Identifier: ISC */
/*
 * route_tally: how many routes there are of a family, protocol and table.
 *
 * A selection is written as words with commas: "ipv4,bgp", "ipv6",
 * "table:100", "" for all.  What is no family and does not begin with "table:"
 * is a protocol.  Without a table it is the one that is asked for anyway.
 */
#ifndef MODEL_ROUTE_TALLY_H
#define MODEL_ROUTE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "model/limits.h"
#include "model/route.h"

struct route_tally {
	uint8_t family;	      /* enum ip_family; IP_NONE: both */
	const char *protocol; /* NULL: all */
	const char *table;    /* NULL: the one asked for */
	const char *words;    /* as written, "" for all */
	struct limits limits;
};

/* `len` bytes of words.  On false *err is ERR_USAGE or ERR_SYSTEM. */
bool route_tally_parse(const char *words, size_t len, struct route_tally *tally,
    struct arena *arena, struct err *err);

/* Is the same counted, whatever the order of the words? */
bool route_tally_same(const struct route_tally *a, const struct route_tally *b);

enum route_tallied {
	ROUTE_TALLIED,
	ROUTE_TALLY_NO_FAMILY,	 /* none of that family was counted */
	ROUTE_TALLY_NO_TABLE,	 /* the source has no such table */
	ROUTE_TALLY_NO_PROTOCOL, /* the source does not tell protocols */
	ROUTE_TALLY_UNCOUNTED,	 /* the source did not count */
};

enum route_tallied route_tally_sum(const struct route_tally *tally,
    const struct route_view *view, uint64_t *routes);

#endif
