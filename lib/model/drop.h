/* SPDX-License-Identifier: ISC */
/* drop: a number of routes or prefixes that fell, against limits in percent of
 * what it was before. */
#ifndef MODEL_DROP_H
#define MODEL_DROP_H

#include <stdbool.h>
#include <stdint.h>

#include "model/result.h"

struct drop_rule {
	double warning, critical; /* percent, reached is too much; 0: not set */
};

bool drop_rule_set(const struct drop_rule *rule);
/* The smaller of the two that are set: what is a drop at all; 0: nothing is. */
double drop_rule_least(const struct drop_rule *rule);

/* Says in the result, with the words for what is counted ("routes"), what is a
 * drop by the rule; of what did not fall or is no drop, nothing. */
void drop_judge(const struct drop_rule *rule, uint64_t before, uint64_t now,
    const char *counted, struct result *result);

#endif
