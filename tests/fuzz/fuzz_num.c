/* SPDX-License-Identifier: ISC */
/* num: what is accepted is what the grammar says, and can be written again. */
#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/num.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* A refusal has a sentence of the right kind. */
static bool
judged(bool good, struct err *err)
{
	if (!good)
		must(err->kind == ERR_USAGE && err->text[0] != '\0' &&
		    !strpbrk(err->text, "|<>&\"'`$"));
	*err = (struct err){ 0 };
	return good;
}

static void
check_decimal(const char *string, struct err *err)
{
	char room[400], again_room[400];
	struct text text = TEXT_OVER(room), again = TEXT_OVER(again_room);
	double value, back;

	if (!judged(num_decimal(string, &value, err), err)) {
		must(num_decimal_span(string) != strlen(string) ||
		    strlen(string) == 0 || strlen(string) > NUM_DECIMAL_MAX);
		return;
	}
	must(num_decimal_span(string) == strlen(string));
	must(value >= -1e64 && value <= 1e64);
	must(value == strtod(string, NULL));
	num_format(&text, value);
	must(strspn(room, "-0123456789.") == text.len);
	must(strcmp(room, "-0") != 0);
	if (text.len > NUM_DECIMAL_MAX)
		return;
	must(num_decimal(room, &back, err));
	must(back - value <= 1e-6 && value - back <= 1e-6);
	num_format(&again, back);
	must(strcmp(room, again_room) == 0);
}

static void
check_integers(const char *string, struct err *err)
{
	char printed[32];
	const char *digits_only = string + (*string == '-' || *string == '+');
	uint64_t u64;
	int64_t i64;

	if (judged(num_u64(string, &u64, err), err)) {
		const size_t zeros = strspn(string, "0");

		snprintf(printed, sizeof(printed), "%llu",
		    (unsigned long long)u64);
		must(strcmp(printed, u64 ? string + zeros : "0") == 0);
	}
	if (judged(num_i64(string, &i64, err), err)) {
		const size_t zeros = strspn(digits_only, "0");

		snprintf(printed, sizeof(printed), "%lld", (long long)i64);
		must(strcmp(printed + (i64 < 0),
			 i64 ? digits_only + zeros : "0") == 0);
		must((i64 < 0) == (i64 != 0 && *string == '-'));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char string[128] = "", room[400];
	struct text text = TEXT_OVER(room);
	struct err err = { 0 };
	double percent, any = 0;
	uint64_t bytes;
	int64_t ns;

	memcpy(string, data, size < sizeof(string) ? size : sizeof(string) - 1);
	check_integers(string, &err);
	check_decimal(string, &err);
	if (judged(num_percent(string, &percent, &err), &err))
		must(percent >= 0 && percent <= 100);
	if (judged(num_duration(string, &ns, &err), &err)) {
		must(ns >= 0);
		num_format_duration(&text, (double)ns / 1e9);
	}
	if (judged(num_size(string, &bytes, &err), &err))
		num_format_size(&text, (double)bytes);
	memcpy(&any, data, size < sizeof(any) ? size : sizeof(any));
	if (any >= -DBL_MAX && any <= DBL_MAX) {
		num_format(&text, any);
		num_format_duration(&text, any);
		num_format_size(&text, any);
	}
	return 0;
}
