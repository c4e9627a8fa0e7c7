/* SPDX-License-Identifier: ISC */
#include "model/verdict.h"

#include <stddef.h>
#include <strings.h>

/* By exit code; `severity` is the order of a merge. */
static const struct {
	const char *name;
	int severity;
} verdicts[] = {
	[VERDICT_OK] = { "OK", 0 },
	[VERDICT_WARNING] = { "WARNING", 2 },
	[VERDICT_CRITICAL] = { "CRITICAL", 3 },
	[VERDICT_UNKNOWN] = { "UNKNOWN", 1 },
};

#define VERDICTS (sizeof(verdicts) / sizeof(verdicts[0]))

/* What is no verdict at all is UNKNOWN, not a read beyond the table. */
static size_t
row(enum verdict verdict)
{
	return (size_t)verdict < VERDICTS ? (size_t)verdict : VERDICT_UNKNOWN;
}

const char *
verdict_name(enum verdict verdict)
{
	return verdicts[row(verdict)].name;
}

int
verdict_compare(enum verdict a, enum verdict b)
{
	return verdicts[row(a)].severity - verdicts[row(b)].severity;
}

enum verdict
verdict_worse(enum verdict a, enum verdict b)
{
	return (enum verdict)row(verdict_compare(a, b) < 0 ? b : a);
}

bool
verdict_parse(const char *string, enum verdict *verdict)
{
	for (size_t i = 0; i < VERDICTS; i++) {
		const char digit[] = { (char)('0' + i), '\0' };

		if (strcasecmp(string, verdicts[i].name) != 0 &&
		    strcasecmp(string, digit) != 0)
			continue;
		*verdict = (enum verdict)i;
		return true;
	}
	return false;
}
