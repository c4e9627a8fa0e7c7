/* SPDX-License-Identifier: ISC */
/*
 * num: numbers from text and back, the same in every locale.
 *
 * The parsers take the whole string or refuse it: no leading or trailing white
 * space, no sign where none belongs, no hexadecimal, no exponent, no overflow.
 * On false *err is ERR_USAGE and says what is wrong and at which character;
 * *value is untouched.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

bool num_u64(const char *string, uint64_t *value, struct err *err);
bool num_i64(const char *string, int64_t *value, struct err *err);
/* [+-][digits][.digits], at least one digit, none missing behind the point. */
#define NUM_DECIMAL_MAX 64 /* characters */
bool num_decimal(const char *string, double *value, struct err *err);
/* How many characters at the start of the string are a decimal; 0: none. */
size_t num_decimal_span(const char *string);

/* A number without sign and an optional unit: ns us ms s m h d w; none is
 * seconds.  Rounded to whole nanoseconds. */
bool num_duration(const char *string, int64_t *ns, struct err *err);
/* A number without sign and an optional unit: B, k M G T (1000), Ki Mi Gi Ti
 * (1024), each with or without B; none is bytes.  Rounded to whole bytes. */
bool num_size(const char *string, uint64_t *bytes, struct err *err);
/* 0 to 100, with or without %. */
bool num_percent(const char *string, double *percent, struct err *err);

/* For parsers of a grammar around numbers.  Sets *err to the sentence that
 * string[at] is not what was expected ("a digit").  Always false. */
bool num_unexpected(struct err *err, const char *string, size_t at,
    const char *expected);

/* Fixed point without exponent: integers as integers, else at most six
 * decimals, trailing zeros removed.  The value must be finite. */
void num_format(struct text *text, double value);
/* For people: three significant digits, of large numbers all before the
 * point: 0.12, 4.52, 12.3, 850, 12345. */
void num_format_short(struct text *text, double value);
/* For people: 850 us, 12.3 ms, 4.52 s, 3m 12s, 2h 5m, 12d 4h. */
void num_format_duration(struct text *text, double seconds);
/* For people: 512 B, 1.5 KiB, 3.2 GiB. */
void num_format_size(struct text *text, double bytes);

#endif
