/* SPDX-License-Identifier: ISC */
/*
 * http_turn: the time of one request.  Pure.
 *
 * Its server is due all of it.  While this machine stands still (we are
 * stopped, or have no processor), nobody reads what the server sends: such time
 * is given again.
 *
 * private: http
 */
#ifndef SOURCE_HTTP_TURN_H
#define SOURCE_HTTP_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct http_turn {
	int64_t begun_ns;
	int64_t until_ns;
	int64_t held_ns; /* we stood still, since it began */
	bool cut;	 /* others took the time that it was to have */
};

/* Of one that had to wait: is what is left less than it was promised, or, where
 * nothing was, than half of what the first had? */
bool http_turn_is_short(int64_t each_ns, int64_t whole_ns, int64_t left_ns);

/* Late is what comes so long after it was due; a busy machine always is, a
 * little. */
void http_turn_late(struct http_turn *turn, int64_t late_ns, int64_t now_ns);

/* Was its server given less than half of what it was due?  That it times out
 * then says little about it. */
bool http_turn_is_void(const struct http_turn *turn, int64_t now_ns);

/* Did we stand still for a part of it that is worth a word? */
bool http_turn_is_held(const struct http_turn *turn, int64_t now_ns);

#endif
