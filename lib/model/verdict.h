/* SPDX-License-Identifier: ISC */
/*
 * verdict: the four states of the plugin contract.
 *
 * The numbers are exit codes; the order of severity is another one:
 * OK < UNKNOWN < WARNING < CRITICAL.
 */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include <stdbool.h>

enum verdict {
	VERDICT_OK = 0,
	VERDICT_WARNING = 1,
	VERDICT_CRITICAL = 2,
	VERDICT_UNKNOWN = 3,
};

const char *verdict_name(enum verdict verdict); /* "OK", "WARNING", ... */
enum verdict verdict_worse(enum verdict a, enum verdict b);
/* >0 when a is more severe than b, 0 when equal, else <0. */
int verdict_compare(enum verdict a, enum verdict b);
/* A name in any case, or a digit 0 to 3. */
bool verdict_parse(const char *string, enum verdict *verdict);

#endif
