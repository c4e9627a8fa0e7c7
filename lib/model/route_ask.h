/* SPDX-License-Identifier: ISC */
/* route_ask: what has to be asked, for rules about routes to be judged. */
#ifndef MODEL_ROUTE_ASK_H
#define MODEL_ROUTE_ASK_H

#include "model/route_judge.h"

/* The question, of the table or VRF (NULL: the main one), borrowed from the
 * rules and the arena.  False: no room. */
bool route_ask(const struct route_rules *rules, const char *table,
    const char *vrf, struct arena *arena, struct route_question *question);

/* Is any AS path judged?  Some sources have them in a table of their own. */
bool route_ask_paths(const struct route_rules *rules);

#endif
