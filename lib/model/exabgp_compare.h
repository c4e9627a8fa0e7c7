/* SPDX-License-Identifier: ISC */
/*
 * exabgp_compare: what a look at ExaBGP means beside the one before: CPU used,
 * restarts, since when sessions are down and how often they came up, which
 * routes came and went.
 *
 * Pure.  Begin before the log is read, since that tells of routes too, and end
 * when all that will be known is known.
 */
#ifndef MODEL_EXABGP_COMPARE_H
#define MODEL_EXABGP_COMPARE_H

#include "base/arena.h"
#include "model/exabgp.h"

/* What was remembered. */
struct exabgp_before {
	bool known;
	struct exabgp_history history;
	struct exabgp_track track; /* items NULL: nothing */
	bool peers_known;
	struct bgp_history peers;
};

/* The history of the look before; NULL: none. */
const struct exabgp_history *exabgp_before_history(
    const struct exabgp_before *before);

/* The process that was found, in look->now. */
void exabgp_compare_process(struct exabgp_look *look,
    const struct exabgp_before *before, double ticks_per_s);
/* Whose sessions are known: false, and look->sessions_err, without memory. */
bool exabgp_compare_sessions(struct exabgp_look *look,
    const struct exabgp_before *before, int64_t window_ns, struct arena *arena);
void exabgp_compare_begin(struct exabgp_look *look,
    const struct exabgp_before *before, struct arena *arena);
void exabgp_compare_end(struct exabgp_look *look,
    const struct exabgp_before *before, int64_t window_ns);

/* All of it as text, and back. */
void exabgp_before_encode(const struct exabgp_look *look,
    const struct exabgp_before *before, struct text *out);
bool exabgp_before_decode(struct exabgp_before *before, const char *bytes,
    size_t len, struct arena *arena, struct err *err);

#endif
