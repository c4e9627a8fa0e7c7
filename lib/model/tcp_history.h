/* SPDX-License-Identifier: ISC */
/*
 * tcp_history: since when each TCP connection is known, as far as can be said.
 *
 * Linux does not tell a connection's age, so looking again and again is all
 * there is.  A connection that one look did not show and the next one did was
 * born between the two: its "span".  All that were born in one span share it.
 * A connection that was there at the first look of all has no lower end.
 *
 * Connections are told apart by the socket's cookie, which is unique until the
 * next boot: a reused address and port is another connection.  Times are
 * CLOCK_BOOTTIME, and boot id and network namespace stand in the text, so
 * nothing is taken from another boot or another container.
 *
 * The text, all numbers hexadecimal:
 *
 *	1 SOURCE BOOT-ID NETNS LAST-LOOK
 *	ABSENT SEEN COOKIE DIFFERENCE DIFFERENCE ...
 *	...
 *
 * ABSENT is "-" when unknown.  Cookies are ascending within a line.  They are
 * given out in turn, so a difference is mostly one digit.
 */
#ifndef MODEL_TCP_HISTORY_H
#define MODEL_TCP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bootid.h"
#include "base/err.h"
#include "base/text.h"

/* Connections remembered at most: 4 MiB of memory. */
#define TCP_HISTORY_MAX 250000

#define TCP_NEVER INT64_MIN /* no time */

struct tcp_span {
	int64_t absent_ns; /* last look without it; TCP_NEVER: there was none */
	int64_t seen_ns;   /* first look with it */
};

/* Where a history is from; it says nothing elsewhere. */
struct tcp_origin {
	char source[8];		   /* "diag", "proc": their cookies differ */
	char boot_id[BOOTID_SIZE]; /* /proc/sys/kernel/random/boot_id */
	uint64_t netns;		   /* identity of the namespace */
};

struct tcp_history {
	struct tcp_origin origin;
	int64_t last_ns;	   /* last look; TCP_NEVER: an empty history */
	struct arena_list spans;   /* of struct tcp_span */
	struct arena_list entries; /* private: cookie and index of its span */
	struct arena *arena;
	bool full; /* a connection was left out */
};

void tcp_history_init(struct tcp_history *history, struct arena *arena,
    const struct tcp_origin *origin, int64_t last_ns);

/* Adds a span, whose number is returned; SIZE_MAX when the arena is full. */
size_t tcp_history_span(struct tcp_history *history,
    const struct tcp_span *span);
/* Adds a connection of span number `span`.  One that does not fit is left out
 * and `full` set. */
void tcp_history_add(struct tcp_history *history, uint64_t cookie, size_t span);

/* Makes what was added findable. */
void tcp_history_sort(struct tcp_history *history);
/* The number of the span of a connection, or SIZE_MAX when it is not known. */
size_t tcp_history_find(const struct tcp_history *history, uint64_t cookie);
struct tcp_span tcp_history_at(const struct tcp_history *history, size_t span);

/* Makes what was added writable, and not findable any more. */
void tcp_history_arrange(struct tcp_history *history);
void tcp_history_encode(const struct tcp_history *history, struct text *out);
/* Reads what was written, findable at once.  On false *err is ERR_PROTOCOL and
 * says what and where. */
bool tcp_history_decode(struct tcp_history *history, const char *bytes,
    size_t len, struct arena *arena, struct err *err);

/* May this history be used at `origin` and `now_ns`?  On false *err says why
 * not ("the host was restarted"). */
bool tcp_history_usable(const struct tcp_history *history,
    const struct tcp_origin *origin, int64_t now_ns, struct err *err);

#endif
