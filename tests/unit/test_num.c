/* SPDX-License-Identifier: ISC */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "lib/base/num.c"
#include "tests/suite.h"

/* A number of at most 64 characters, and one of 65. */
#define DIGITS_60                                                              \
	"000000000000000000000000000000"                                       \
	"000000000000000000000000000000"

/* What a refusal leaves in `err` and in the value. */
#define ck_refused(call, value, old, sentence)                                 \
	do {                                                                   \
		ck_assert_msg(!(call), "accepted");                            \
		ck_assert_int_eq(err.kind, ERR_USAGE);                         \
		ck_assert_str_eq(err.text, sentence);                          \
		ck_assert_msg((value) == (old), "the value was touched");      \
	} while (0)

static const struct {
	const char *string;
	uint64_t value;
	const char *refusal;
} u64s[] = {
	{ "0", 0, NULL },
	{ "7", 7, NULL },
	{ "007", 7, NULL },
	{ "18446744073709551615", UINT64_MAX, NULL },
	{ "18446744073709551616", 0,
	    "too large at character 20, beyond 18446744073709551615" },
	{ "99999999999999999999", 0,
	    "too large at character 20, beyond 18446744073709551615" },
	{ "", 0, "empty, expected a digit" },
	{ "+1", 0, "unexpected + at character 1, expected a digit" },
	{ "-1", 0, "unexpected - at character 1, expected a digit" },
	{ " 1", 0, "unexpected space at character 1, expected a digit" },
	{ "1 ", 0, "unexpected space at character 2, expected digits only" },
	{ "1.0", 0, "unexpected . at character 2, expected digits only" },
	{ "0x10", 0, "unexpected x at character 2, expected digits only" },
	{ "1e3", 0, "unexpected e at character 2, expected digits only" },
	{ "1\n", 0,
	    "unexpected control character at character 2, expected digits "
	    "only" },
	{ "1|", 0, "unexpected pipe at character 2, expected digits only" },
	{ "1\xc2\xb5", 0,
	    "unexpected character outside ASCII at character 2, expected "
	    "digits only" },
};

START_TEST(reads_u64)
{
	uint64_t value = 42;
	struct err err = { 0 };

	if (u64s[_i].refusal) {
		ck_refused(num_u64(u64s[_i].string, &value, &err), value, 42,
		    u64s[_i].refusal);
		return;
	}
	ck_assert_msg(num_u64(u64s[_i].string, &value, &err), "%s", err.text);
	ck_assert_uint_eq(value, u64s[_i].value);
}
END_TEST

static const struct {
	const char *string;
	int64_t value;
	const char *refusal;
} i64s[] = {
	{ "0", 0, NULL },
	{ "-0", 0, NULL },
	{ "+5", 5, NULL },
	{ "-5", -5, NULL },
	{ "9223372036854775807", INT64_MAX, NULL },
	{ "-9223372036854775808", INT64_MIN, NULL },
	{ "-9223372036854775807", -INT64_MAX, NULL },
	{ "9223372036854775808", 0,
	    "too large at character 19, beyond 9223372036854775807" },
	{ "-9223372036854775809", 0,
	    "too large at character 20, beyond -9223372036854775808" },
	{ "", 0, "empty, expected a digit" },
	{ "-", 0, "ends after character 1, expected a digit" },
	{ "--5", 0, "unexpected - at character 2, expected a digit" },
	{ "5-", 0, "unexpected - at character 2, expected digits only" },
};

START_TEST(reads_i64)
{
	int64_t value = 42;
	struct err err = { 0 };

	if (i64s[_i].refusal) {
		ck_refused(num_i64(i64s[_i].string, &value, &err), value, 42,
		    i64s[_i].refusal);
		return;
	}
	ck_assert_msg(num_i64(i64s[_i].string, &value, &err), "%s", err.text);
	ck_assert_int_eq(value, i64s[_i].value);
}
END_TEST

static const char no_unit[] = "a decimal number without unit or exponent";

static const struct {
	const char *string;
	double value;
	size_t bad; /* character, 0: accepted */
} decimals[] = {
	{ "0", 0, 0 },
	{ "-0", 0, 0 },
	{ "1.5", 1.5, 0 },
	{ "+1.5", 1.5, 0 },
	{ "-95.99", -95.99, 0 },
	{ ".5", 0.5, 0 },
	{ "-.5", -0.5, 0 },
	{ "657.8210567", 657.8210567, 0 },
	{ "12345678901234567890", 12345678901234567890.0, 0 },
	{ DIGITS_60 "1234", 1234, 0 },
	{ "5.", 0, 2 },
	{ "5.x", 0, 2 },
	{ "1,5", 0, 2 },
	{ "1e5", 0, 2 },
	{ "0x10", 0, 2 },
	{ "1.5.5", 0, 4 },
	{ "10 ", 0, 3 },
};

START_TEST(reads_decimals)
{
	double value = 42;
	struct err err = { 0 };
	char where[40];

	if (decimals[_i].bad == 0) {
		ck_assert_msg(num_decimal(decimals[_i].string, &value, &err),
		    "%s", err.text);
		ck_assert_double_eq(value, decimals[_i].value);
		ck_assert(!signbit(value) || value < 0);
		return;
	}
	ck_assert(!num_decimal(decimals[_i].string, &value, &err));
	snprintf(where, sizeof(where), "at character %zu", decimals[_i].bad);
	ck_assert_ptr_nonnull(strstr(err.text, where));
	ck_assert_ptr_nonnull(strstr(err.text, no_unit));
	ck_assert_double_eq(value, 42);
}
END_TEST

static const struct {
	const char *string, *refusal;
} no_decimals[] = {
	{ "", "empty, expected a digit" },
	{ "-", "ends after character 1, expected a digit" },
	{ ".", "ends after character 1, expected a digit" },
	{ "-.", "ends after character 2, expected a digit" },
	{ "..5", "unexpected . at character 2, expected a digit" },
	{ "inf", "unexpected i at character 1, expected a digit" },
	{ "nan", "unexpected n at character 1, expected a digit" },
	{ "+-1", "unexpected - at character 2, expected a digit" },
	{ DIGITS_60 "12345",
	    "too long at character 65, a number has at most 64 characters" },
};

START_TEST(refuses_what_is_no_decimal)
{
	double value = 42;
	struct err err = { 0 };

	ck_refused(num_decimal(no_decimals[_i].string, &value, &err), value, 42,
	    no_decimals[_i].refusal);
}
END_TEST

static const struct {
	const char *string;
	int64_t ns; /* -1: refused */
} duration_cases[] = {
	{ "0", 0 },
	{ "1", 1000000000 },
	{ "1.5", 1500000000 },
	{ ".25s", 250000000 },
	{ "0.1s", 100000000 },
	{ "1ns", 1 },
	{ "0.4ns", 0 },
	{ "0.5ns", 1 },
	{ "7us", 7000 },
	{ "100ms", 100000000 },
	{ "3m", 180000000000 },
	{ "2h", 7200000000000 },
	{ "1d", 86400000000000 },
	{ "1w", 604800000000000 },
	{ "0.0000000000000000001w", 0 },
	{ "0.9999999999999999999999s", 1000000000 },
	{ "9223372036854775807ns", INT64_MAX },
	{ "9223372036854775808ns", -1 },
	{ "15251w", -1 },
	{ "99999999999999999999", -1 },
	{ "-1s", -1 },
	{ "+1s", -1 },
	{ "1 s", -1 },
	{ "1S", -1 },
	{ "1min", -1 },
	{ "1M", -1 },
	{ "s", -1 },
	{ ".s", -1 },
	{ "", -1 },
	{ "1e3s", -1 },
};

START_TEST(reads_durations)
{
	int64_t ns = 42;
	struct err err = { 0 };
	const bool good = num_duration(duration_cases[_i].string, &ns, &err);

	ck_assert_msg(good == (duration_cases[_i].ns >= 0), "%s: %s",
	    duration_cases[_i].string, err.text);
	ck_assert_int_eq(ns, good ? duration_cases[_i].ns : 42);
	ck_assert_int_eq(err.kind, good ? ERR_NONE : ERR_USAGE);
}
END_TEST

static const struct {
	const char *string;
	uint64_t bytes;
	bool good;
} size_cases[] = {
	{ "0", 0, true },
	{ "512", 512, true },
	{ "512B", 512, true },
	{ "64k", 64000, true },
	{ "64kB", 64000, true },
	{ "64Ki", 65536, true },
	{ "64KiB", 65536, true },
	{ "1.5Mi", 1572864, true },
	{ "1M", 1000000, true },
	{ "2G", 2000000000, true },
	{ "2Gi", 2147483648, true },
	{ "3T", 3000000000000, true },
	{ "1TiB", 1099511627776, true },
	{ "18446744073709551615", UINT64_MAX, true },
	{ "18446744073709551616", 0, false },
	{ "18446744073709551615.5", 0, false },
	{ "16777216Ti", 0, false },
	{ "64K", 0, false },
	{ "64ki", 0, false },
	{ "64b", 0, false },
	{ "-1", 0, false },
	{ "", 0, false },
	{ "B", 0, false },
};

START_TEST(reads_sizes)
{
	uint64_t bytes = 42;
	struct err err = { 0 };
	const bool good = num_size(size_cases[_i].string, &bytes, &err);

	ck_assert_msg(good == size_cases[_i].good, "%s: %s",
	    size_cases[_i].string, err.text);
	ck_assert_uint_eq(bytes, good ? size_cases[_i].bytes : 42);
}
END_TEST

START_TEST(names_the_units_it_knows)
{
	struct err err = { 0 };
	uint64_t bytes = 42;
	int64_t ns = 42;

	ck_refused(num_size("64K", &bytes, &err), bytes, 42,
	    "unexpected K at character 3, expected a number and one of B, k, "
	    "M, G, T, Ki, Mi, Gi, Ti");
	ck_refused(num_duration("5min", &ns, &err), ns, 42,
	    "unexpected m at character 2, expected a number and one of ns, "
	    "us, ms, s, m, h, d, w");
}
END_TEST

static const struct {
	const char *string;
	double percent; /* -1: refused */
} percent_cases[] = {
	{ "0", 0 },
	{ "0%", 0 },
	{ "12.5", 12.5 },
	{ "12.5%", 12.5 },
	{ "100%", 100 },
	{ "100.0001%", -1 },
	{ "-1", -1 },
	{ "-0%", 0 },
	{ "5%%", -1 },
	{ "5 %", -1 },
	{ "%", -1 },
	{ "", -1 },
};

START_TEST(reads_percentages)
{
	double percent = 42;
	struct err err = { 0 };
	const bool good = num_percent(percent_cases[_i].string, &percent, &err);

	ck_assert_msg(good == (percent_cases[_i].percent >= 0), "%s: %s",
	    percent_cases[_i].string, err.text);
	ck_assert_double_eq(percent, good ? percent_cases[_i].percent : 42);
}
END_TEST

static const struct {
	double value;
	const char *text;
} formats[] = {
	{ 0, "0" },
	{ -0.0, "0" },
	{ 1e-7, "0" },
	{ -1e-7, "0" },
	{ 1e-6, "0.000001" },
	{ 1e-5, "0.00001" },
	{ 5, "5" },
	{ -5, "-5" },
	{ 1.5, "1.5" },
	{ -0.25, "-0.25" },
	{ 100, "100" },
	{ 0.1, "0.1" },
	{ 0.012445, "0.012445" },
	{ 657.8210567, "657.821057" },
	{ 0.9999999, "1" },
	{ 9007199254740993.0, "9007199254740992" },
	{ 18446744073709551616.0, "18446744073709551616" },
	{ 1e22, "10000000000000000000000" },
};

START_TEST(formats_as_fixed_point)
{
	char room[64];
	struct text text = TEXT_OVER(room);

	num_format(&text, formats[_i].value);
	ck_assert_str_eq(room, formats[_i].text);
}
END_TEST

START_TEST(formats_the_largest_numbers)
{
	char room[400];
	struct text text = TEXT_OVER(room);

	num_format(&text, -DBL_MAX);
	ck_assert_uint_eq(text.len, 310);
	ck_assert_uint_eq(strspn(room + 1, digits), 309);
	text_clear(&text);
	num_format(&text, DBL_MIN);
	ck_assert_str_eq(room, "0");
}
END_TEST

/* Half a number would be another number. */
START_TEST(formats_all_or_nothing)
{
	char room[5];
	struct text text = TEXT_OVER(room);

	num_format(&text, 12.34);
	ck_assert_str_eq(room, "");
	ck_assert(text.cut);
	text_clear(&text);
	num_format(&text, 1.25);
	ck_assert_str_eq(room, "1.25");
}
END_TEST

static const struct {
	double seconds;
	const char *text;
} duration_texts[] = {
	{ 0, "0 s" },
	{ 3e-10, "0.3 ns" },
	{ 1e-9, "1 ns" },
	{ 850e-6, "850 us" },
	{ 999.4e-6, "999 us" },
	{ 999.6e-6, "1 ms" },
	{ 0.0123, "12.3 ms" },
	{ 0.012345, "12.3 ms" },
	{ 0.5, "500 ms" },
	{ 1, "1 s" },
	{ 4.52, "4.52 s" },
	{ -4.5, "-4.5 s" },
	{ 59.94, "59.9 s" },
	{ 59.96, "1m" },
	{ 60, "1m" },
	{ 192, "3m 12s" },
	{ 3599.4, "59m 59s" },
	{ 3599.6, "1h" },
	{ 7500, "2h 5m" },
	{ -7500, "-2h 5m" },
	{ 86399, "23h 59m" },
	{ 86400, "1d" },
	{ 1051200, "12d 4h" },
	{ 1e18, "1000000000000000000 s" },
};

START_TEST(formats_durations)
{
	char room[64];
	struct text text = TEXT_OVER(room);

	num_format_duration(&text, duration_texts[_i].seconds);
	ck_assert_str_eq(room, duration_texts[_i].text);
}
END_TEST

static const struct {
	double bytes;
	const char *text;
} size_texts[] = {
	{ 0, "0 B" },
	{ 512, "512 B" },
	{ 1023, "1023 B" },
	{ 1024, "1 KiB" },
	{ 1536, "1.5 KiB" },
	{ 3435973836.8, "3.2 GiB" },
	{ 1048575, "1 MiB" },
	{ -2048, "-2 KiB" },
	{ 0x1p40, "1 TiB" },
	{ 0x1p60, "1024 PiB" },
};

START_TEST(formats_sizes)
{
	char room[64];
	struct text text = TEXT_OVER(room);

	num_format_size(&text, size_texts[_i].bytes);
	ck_assert_str_eq(room, size_texts[_i].text);
}
END_TEST

static const struct {
	double value;
	const char *text;
} short_texts[] = {
	{ 0.123, "0.12" },
	{ 4.567, "4.57" },
	{ 9.994, "9.99" },
	{ 9.996, "10" },
	{ 45.67, "45.7" },
	{ 99.96, "100" },
	{ 850.4, "850" },
	{ 12345.6, "12346" },
	{ -0.001, "0" },
};

START_TEST(formats_three_digits)
{
	char room[64];
	struct text text = TEXT_OVER(room);

	num_format_short(&text, short_texts[_i].value);
	ck_assert_str_eq(room, short_texts[_i].text);
}
END_TEST

/* Some library might set one.  LANG and a locale with a decimal comma are not
 * on every machine, so one is looked for. */
START_TEST(ignores_the_locale)
{
	static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8",
		"de_DE", "fr_FR" };
	char room[64];
	struct text text = TEXT_OVER(room);
	struct err err;
	double value;

	for (int i = 0; i < COUNT(names); i++)
		if (setlocale(LC_NUMERIC, names[i]))
			break;
	num_format(&text, 1.5);
	ck_assert_str_eq(room, "1.5");
	ck_assert(num_decimal("1.5", &value, &err));
	ck_assert_double_eq(value, 1.5);
	ck_assert(!num_decimal("1,5", &value, &err));
}
END_TEST

/* What has at most six decimals comes back as it was. */
START_TEST(round_trips)
{
	uint64_t random = 88172645463325252;

	for (int i = 0; i < 20000; i++) {
		char room[64];
		struct text text = TEXT_OVER(room);
		struct err err = { 0 };
		double value, back;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		value = (double)(int64_t)(random >> (random % 40)) / 1e6;
		num_format(&text, value);
		ck_assert_msg(num_decimal(room, &back, &err), "%s: %s", room,
		    err.text);
		if (fabs(value) < 1e9)
			ck_assert_double_eq(back, value);
		else
			ck_assert_double_le(fabs(back - value),
			    1e-6 + fabs(value) * 1e-15);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("num");
	TCase *tcase = tcase_create("num");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, reads_u64, 0, COUNT(u64s));
	tcase_add_loop_test(tcase, reads_i64, 0, COUNT(i64s));
	tcase_add_loop_test(tcase, reads_decimals, 0, COUNT(decimals));
	tcase_add_loop_test(tcase, refuses_what_is_no_decimal, 0,
	    COUNT(no_decimals));
	tcase_add_loop_test(tcase, reads_durations, 0, COUNT(duration_cases));
	tcase_add_loop_test(tcase, reads_sizes, 0, COUNT(size_cases));
	tcase_add_test(tcase, names_the_units_it_knows);
	tcase_add_loop_test(tcase, reads_percentages, 0, COUNT(percent_cases));
	tcase_add_loop_test(tcase, formats_as_fixed_point, 0, COUNT(formats));
	tcase_add_test(tcase, formats_the_largest_numbers);
	tcase_add_test(tcase, formats_all_or_nothing);
	tcase_add_loop_test(tcase, formats_durations, 0, COUNT(duration_texts));
	tcase_add_loop_test(tcase, formats_sizes, 0, COUNT(size_texts));
	tcase_add_loop_test(tcase, formats_three_digits, 0, COUNT(short_texts));
	tcase_add_test(tcase, ignores_the_locale);
	tcase_add_test(tcase, round_trips);
	return suite_run(suite);
}
