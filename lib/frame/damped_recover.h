/* SPDX-License-Identifier: ISC */
/*
 * damped_recover: --recover-at, from the option to the numbers of a run.
 *
 * A rule names a metric (all its numbers), or one number as perfdata labels it.
 */
#ifndef FRAME_DAMPED_RECOVER_H
#define FRAME_DAMPED_RECOVER_H

#include "base/arena.h"
#include "frame/opt.h"
#include "model/recover.h"
#include "model/result.h"

struct damped_rules { /* a list as opt_list_add makes it */
	size_t count;
	struct recover_rule *items;
	size_t capacity;
};

extern const struct opt_type opt_type_recover; /* [struct damped_rules] */

/* The numbers of the tree that have a rule, which is marked as used; raw: what
 * was measured, beyond which no limit was violated.  False when there is no
 * memory for them. */
bool damped_values(struct recover_values *values,
    const struct damped_rules *rules, const struct result *root,
    enum verdict raw, struct arena *arena);

#endif
