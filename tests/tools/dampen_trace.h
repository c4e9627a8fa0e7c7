/* SPDX-License-Identifier: ISC */
/* dampen_trace: what the manual promises of a course of verdicts, looked at
 * from its samples; for tests by chance. */
#ifndef TESTS_TOOLS_DAMPEN_TRACE_H
#define TESTS_TOOLS_DAMPEN_TRACE_H

#include "tests/suite.h"
#include "tests/unit/dampen_reference.h"

/* The lowest rank of the last n samples up to i; -1: there are fewer. */
static inline int
trace_lowest(const enum verdict *raw, size_t i, uint64_t n)
{
	int low = 3;

	if (i + 1 < n)
		return -1;
	for (size_t k = 0; k < n; k++)
		if (reference_rank(raw[i - k]) < low)
			low = reference_rank(raw[i - k]);
	return low;
}

/* Time since the last sample that was not OK; all samples OK: very long. */
static inline int64_t
trace_quiet_for(const enum verdict *raw, const int64_t *passed, size_t i)
{
	int64_t quiet = 0;

	for (size_t k = i + 1; k-- > 0;) {
		if (raw[k] != VERDICT_OK)
			return quiet;
		quiet += passed[k];
	}
	return INT64_MAX;
}

/* Not ck_assert: it reports each success to another process.  For loops over
 * samples i of a trace with that number. */
#define HOLDS(condition, name)                                                 \
	do {                                                                   \
		if (!(condition))                                              \
			ck_abort_msg(name " broken in trace %llu, sample %zu", \
			    (unsigned long long)trace_number, i);              \
	} while (0)

#endif
