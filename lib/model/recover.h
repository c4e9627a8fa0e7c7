/* SPDX-License-Identifier: ISC */
/*
 * recover: a limit that was violated clears later than it is violated.
 *
 * A number that stays about its limit would alert and clear with every look.
 * With a rule for it, what was reported of a violated limit is held until the
 * number is inside the range of the rule, or `max_hold` has passed since it was
 * last seen violating at that level.  A violation that was not reported (a
 * glitch that the dampening kept back) holds nothing, and nothing is held that
 * was not violated: a lost memory means a number that is judged as it is.
 *
 * Pure, as dampen.h: what is held makes the verdict of the next step worse.
 */
#ifndef MODEL_RECOVER_H
#define MODEL_RECOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "model/metric.h"
#include "model/range.h"
#include "model/verdict.h"

#define RECOVER_HELD 16	 /* numbers that can be held at a time */
#define RECOVER_NAME 200 /* bytes of a number's name, the NUL included */
#define RECOVER_LINE 252 /* bytes of an encoded hold, the NUL included */

struct recover_rule {
	const char *number; /* a metric, or one of its numbers alone */
	struct range range; /* inside it, it has recovered */
	bool used;	    /* there is such a number */
};

/* A number of this run that a rule is for. */
struct recover_value {
	const char *name; /* its own, less than RECOVER_NAME bytes */
	const struct range *range;
	double value;
	metric_writer *writer;
	enum verdict violated; /* by its limits; OK: none of them is */
};

struct recover_values {
	size_t count;
	const struct recover_value *items;
};

struct recover_hold {
	char name[RECOVER_NAME];
	enum verdict level; /* WARNING or CRITICAL */
	int64_t since_ns;   /* it was last seen violating at that level */
	/* Of CRITICAL: has it been seen violating as a WARNING since? */
	bool milder;
	int64_t milder_ns; /* since the last time; or 0 */
};

/* What is held.  Zeroed: nothing. */
struct recover {
	size_t count;
	struct recover_hold holds[RECOVER_HELD];
};

/* The rule for a number of a metric; NULL: there is none.  One for the number
 * alone goes before one for the metric, of equals the last. */
struct recover_rule *recover_rule_of(struct recover_rule *rules, size_t count,
    const char *metric, const char *name);

/*
 * Before a step: time passes, and what has recovered is held no more.  Returns
 * the worst level that is held, OK when nothing is.  passed_ns below 0 counts
 * as 0; max_hold_ns is above 0.
 */
enum verdict recover_begin(struct recover *recover,
    const struct recover_values *values, int64_t passed_ns,
    int64_t max_hold_ns);

/* After it: what was reported of the violated limits is held from now on.
 * False when there are more of them than can be. */
bool recover_end(struct recover *recover, const struct recover_values *values,
    enum verdict reported);

/* The time until no level is held that is held now, whatever the numbers are.
 */
int64_t recover_clears_ns(const struct recover *recover, int64_t max_hold_ns);

/* "not recovered: load1 above 4, held WARNING, clears 14:32 at the latest", of
 * a recover in which something is held. */
void recover_explain(struct text *out, const struct recover *recover,
    const struct recover_values *values, const char *clears, bool held);

/* "held LEVEL SINCE NAME", or "held LEVEL,MILDER SINCE NAME", without the end
 * of the line. */
void recover_encode(struct text *out, const struct recover_hold *hold);
/* Adds what such a line says, if it can be one that was encoded. */
bool recover_decode(struct recover *recover, const char *line);

#endif
