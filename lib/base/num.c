/* SPDX-License-Identifier: ISC */
#include "base/num.h"

#include <locale.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789";

/* --- what is wrong, and where --------------------------------------------- */

/* The name of a character that cannot be shown as itself. */
static const char *
character_name(unsigned char c)
{
	static const struct {
		char c;
		const char *name;
	} names[] = {
		{ ' ', "space" },
		{ '|', "pipe" },
		{ '\'', "apostrophe" },
		{ '"', "quotation mark" },
		{ '`', "backtick" },
		{ '<', "less-than sign" },
		{ '>', "greater-than sign" },
		{ '&', "ampersand" },
		{ '$', "dollar sign" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].c == (char)c)
			return names[i].name;
	if (c < 0x20 || c == 0x7f)
		return "control character";
	return c >= 0x80 ? "character outside ASCII" : NULL;
}

bool
num_unexpected(struct err *err, const char *string, size_t at,
    const char *expected)
{
	const unsigned char c = (unsigned char)string[at];
	const char as_is[] = { (char)c, '\0' };
	const char *name = character_name(c);

	if (string[0] == '\0')
		return err_set(err, ERR_USAGE, "empty, expected %s", expected);
	if (c == '\0')
		return err_set(err, ERR_USAGE,
		    "ends after character %zu, expected %s", at, expected);
	return err_set(err, ERR_USAGE,
	    "unexpected %s at character %zu, expected %s", name ? name : as_is,
	    at + 1, expected);
}

/* --- integers ------------------------------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits up to `max`; *len is how many there are.  False: too large. */
static bool
read_digits(const char *string, uint64_t max, uint64_t *value, size_t *len)
{
	uint64_t sum = 0;

	for (*len = 0; is_digit(string[*len]); (*len)++) {
		const uint64_t digit = (uint64_t)(string[*len] - '0');

		if (sum > (max - digit) / 10)
			return false;
		sum = 10 * sum + digit;
	}
	*value = sum;
	return true;
}

/* Reads string + from to its end. */
static bool
read_whole(const char *string, size_t from, uint64_t max, uint64_t *value,
    struct err *err)
{
	uint64_t read;
	size_t len;

	if (!is_digit(string[from]))
		return num_unexpected(err, string, from, "a digit");
	if (!read_digits(string + from, max, &read, &len))
		return err_set(err, ERR_USAGE,
		    "too large at character %zu, beyond %s%llu", from + len + 1,
		    string[0] == '-' ? "-" : "", (unsigned long long)max);
	if (string[from + len] != '\0')
		return num_unexpected(err, string, from + len, "digits only");
	*value = read;
	return true;
}

bool
num_u64(const char *string, uint64_t *value, struct err *err)
{
	return read_whole(string, 0, UINT64_MAX, value, err);
}

bool
num_i64(const char *string, int64_t *value, struct err *err)
{
	const bool negative = string[0] == '-';
	const size_t sign = negative || string[0] == '+';
	uint64_t magnitude;

	if (!read_whole(string, sign, (uint64_t)INT64_MAX + negative,
		&magnitude, err))
		return false;
	/* -(INT64_MAX + 1) has no positive twin to negate. */
	*value = !negative   ? (int64_t)magnitude
	    : magnitude == 0 ? 0
			     : -(int64_t)(magnitude - 1) - 1;
	return true;
}

/* --- decimals ------------------------------------------------------------- */

size_t
num_decimal_span(const char *string)
{
	const size_t sign = string[0] == '-' || string[0] == '+';
	const size_t whole = strspn(string + sign, digits);
	const char *rest = string + sign + whole;
	const size_t fraction = rest[0] == '.' ? strspn(rest + 1, digits) : 0;

	if (fraction > 0)
		return sign + whole + 1 + fraction;
	return whole > 0 ? sign + whole : 0;
}

/* strtod(3) of the first `len` bytes, which are known to be a decimal. */
static double
convert(const char *string, size_t len)
{
	/* The C locale itself: glibc allocates nothing for it. */
	const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	char copy[NUM_DECIMAL_MAX + 1] = "";
	double value;

	memcpy(copy, string, len);
	value = strtod_l(copy, NULL, c_locale);
	freelocale(c_locale);
	return value == 0 ? 0 : value; /* no -0 */
}

/* Reads the decimal at the start of the string; its length is *len. */
static bool
read_decimal(const char *string, double *value, size_t *len, struct err *err)
{
	const size_t sign = string[0] == '-' || string[0] == '+';

	*len = num_decimal_span(string);
	if (*len == 0)
		return num_unexpected(err, string, sign + (string[sign] == '.'),
		    "a digit");
	if (*len > NUM_DECIMAL_MAX)
		return err_set(err, ERR_USAGE,
		    "too long at character %d, a number has at most %d "
		    "characters",
		    NUM_DECIMAL_MAX + 1, NUM_DECIMAL_MAX);
	*value = convert(string, *len);
	return true;
}

bool
num_decimal(const char *string, double *value, struct err *err)
{
	double read;
	size_t len;

	if (!read_decimal(string, &read, &len, err))
		return false;
	if (string[len] != '\0')
		return num_unexpected(err, string, len,
		    "a decimal number without unit or exponent");
	*value = read;
	return true;
}

bool
num_percent(const char *string, double *percent, struct err *err)
{
	double read;
	size_t len;

	if (!read_decimal(string, &read, &len, err))
		return false;
	if (strcmp(string + len, "") != 0 && strcmp(string + len, "%") != 0)
		return num_unexpected(err, string, len + (string[len] == '%'),
		    "a percentage such as 12.5%");
	if (read < 0 || read > 100)
		return err_set(err, ERR_USAGE,
		    "not within 0 to 100 at character 1");
	*percent = read;
	return true;
}

/* --- numbers with a unit -------------------------------------------------- */

struct unit {
	const char *name; /* NULL ends a table; "" is no unit */
	uint64_t factor;
};

static const struct unit durations[] = {
	{ "", UINT64_C(1000000000) },
	{ "ns", 1 },
	{ "us", UINT64_C(1000) },
	{ "ms", UINT64_C(1000000) },
	{ "s", UINT64_C(1000000000) },
	{ "m", UINT64_C(60000000000) },
	{ "h", UINT64_C(3600000000000) },
	{ "d", UINT64_C(86400000000000) },
	{ "w", UINT64_C(604800000000000) },
	{ NULL, 0 },
};

static const struct unit sizes[] = {
	{ "", 1 },
	{ "B", 1 },
	{ "k", UINT64_C(1000) },
	{ "kB", UINT64_C(1000) },
	{ "M", UINT64_C(1000000) },
	{ "MB", UINT64_C(1000000) },
	{ "G", UINT64_C(1000000000) },
	{ "GB", UINT64_C(1000000000) },
	{ "T", UINT64_C(1000000000000) },
	{ "TB", UINT64_C(1000000000000) },
	{ "Ki", UINT64_C(1) << 10 },
	{ "KiB", UINT64_C(1) << 10 },
	{ "Mi", UINT64_C(1) << 20 },
	{ "MiB", UINT64_C(1) << 20 },
	{ "Gi", UINT64_C(1) << 30 },
	{ "GiB", UINT64_C(1) << 30 },
	{ "Ti", UINT64_C(1) << 40 },
	{ "TiB", UINT64_C(1) << 40 },
	{ NULL, 0 },
};

/* A decimal in integers: (whole + fraction / scale) is exact as far as it
 * matters, and 0.1 s are 100 ms. */
struct fixed_point {
	uint64_t whole;
	uint64_t fraction;
	uint64_t scale; /* a power of ten */
};

/* Reads digits[.digits]; *len is 0 when there is none.  False: too large. */
static bool
read_fixed_point(const char *string, struct fixed_point *value, size_t *len)
{
	/* 10^18 fits in 64 bits; no unit has finer parts than 10^-15. */
	const size_t kept = 18;
	size_t whole_len;

	*value = (struct fixed_point){ .scale = 1 };
	*len = is_digit(string[0]) || string[0] == '.'
	    ? num_decimal_span(string)
	    : 0;
	if (*len == 0)
		return true;
	if (!read_digits(string, UINT64_MAX, &value->whole, &whole_len))
		return false;
	for (size_t i = whole_len + 1; i < *len && i <= whole_len + kept; i++) {
		value->fraction =
		    10 * value->fraction + (uint64_t)(string[i] - '0');
		value->scale *= 10;
	}
	return true;
}

static const struct unit *
find_unit(const struct unit *units, const char *name)
{
	while (units->name && strcmp(units->name, name) != 0)
		units++;
	return units->name ? units : NULL;
}

/* whole * factor + fraction * factor / scale, rounded to nearest; false when
 * that is above max. */
static bool
multiply(const struct fixed_point *value, uint64_t factor, uint64_t max,
    uint64_t *product)
{
	/* Below 2^64 * 2^50 and 10^18 * 2^50: no overflow in 128 bits. */
	const unsigned __int128 whole =
	    (unsigned __int128)value->whole * factor;
	const unsigned __int128 part =
	    ((unsigned __int128)value->fraction * factor + value->scale / 2) /
	    value->scale;

	if (whole + part > max)
		return false;
	*product = (uint64_t)(whole + part);
	return true;
}

static bool
read_with_unit(const char *string, const struct unit *units,
    const char *expected, uint64_t max, uint64_t *value, struct err *err)
{
	const char *const too_large = "too large at character 1";
	struct fixed_point number;
	const struct unit *unit;
	size_t len;

	if (!read_fixed_point(string, &number, &len))
		return err_set(err, ERR_USAGE, "%s", too_large);
	if (len == 0)
		return num_unexpected(err, string, string[0] == '.', "a digit");
	unit = find_unit(units, string + len);
	if (!unit)
		return num_unexpected(err, string, len, expected);
	if (!multiply(&number, unit->factor, max, value))
		return err_set(err, ERR_USAGE, "%s", too_large);
	return true;
}

bool
num_duration(const char *string, int64_t *ns, struct err *err)
{
	uint64_t read;

	if (!read_with_unit(string, durations,
		"a number and one of ns, us, ms, s, m, h, d, w", INT64_MAX,
		&read, err))
		return false;
	*ns = (int64_t)read;
	return true;
}

bool
num_size(const char *string, uint64_t *bytes, struct err *err)
{
	return read_with_unit(string, sizes,
	    "a number and one of B, k, M, G, T, Ki, Mi, Gi, Ti", UINT64_MAX,
	    bytes, err);
}

/* --- and back ------------------------------------------------------------- */

/* At most `decimals` of them, trailing zeros removed, all of it or nothing. */
static void
add_fixed(struct text *text, double value, size_t decimals)
{
	/* The largest double has 309 digits before the point. */
	char out[400];
	const int printed =
	    snprintf(out, sizeof(out), "%.*f", (int)decimals, value);
	const size_t sign = out[0] == '-';
	size_t len = sign + strspn(out + sign, digits);
	const char *fraction = out + printed - decimals;

	while (decimals > 0 && fraction[decimals - 1] == '0')
		decimals--;
	if (decimals > 0) {
		/* Whatever the locale puts between them. */
		out[len++] = '.';
		memmove(out + len, fraction, decimals);
		len += decimals;
	}
	if (sign && len == 2 && out[1] == '0')
		text_add_char(text, '0');
	else
		text_add_bytes(text, out, len);
}

void
num_format(struct text *text, double value)
{
	add_fixed(text, value, 6);
}

void
num_format_short(struct text *text, double value)
{
	const double magnitude = value < 0 ? -value : value;

	/* Where the third digit would be rounded into a fourth. */
	add_fixed(text, value,
	    magnitude < 9.995	    ? 2
		: magnitude < 99.95 ? 1
				    : 0);
}

struct step {
	double size;
	double below; /* in units of size: from here on it would be rounded to
			 a number that belongs to the next step */
	const char *name;
};

/* The number in the first step that can hold it. */
static void
add_stepped(struct text *text, double value, const struct step *step)
{
	const double magnitude = value < 0 ? -value : value;

	while (step->below > 0 && magnitude / step->size >= step->below)
		step++;
	num_format_short(text, value / step->size);
	text_add_char(text, ' ');
	text_add(text, step->name);
}

/* "3m 12s": the two largest units, the smaller one left out when it is 0. */
static void
add_clock(struct text *text, uint64_t seconds)
{
	static const struct {
		uint64_t big, small;
		const char *big_name, *small_name;
	} rows[] = {
		{ 86400, 3600, "d", "h" },
		{ 3600, 60, "h", "m" },
		{ 60, 1, "m", "s" },
	};
	size_t i = 0;
	uint64_t rest;

	while (i < 2 && seconds < rows[i].big)
		i++;
	rest = seconds % rows[i].big / rows[i].small;
	text_addf(text, "%llu%s", (unsigned long long)(seconds / rows[i].big),
	    rows[i].big_name);
	if (rest > 0)
		text_addf(text, " %llu%s", (unsigned long long)rest,
		    rows[i].small_name);
}

void
num_format_duration(struct text *text, double seconds)
{
	static const struct step steps[] = {
		{ 1e-9, 999.5, "ns" },
		{ 1e-6, 999.5, "us" },
		{ 1e-3, 999.5, "ms" },
		{ 1, 0, "s" },
	};
	const double magnitude = seconds < 0 ? -seconds : seconds;

	/* Beyond 10^18 s, whole seconds no longer fit in 64 bits. */
	if (magnitude >= 59.95 && magnitude < 1e18) {
		if (seconds < 0)
			text_add_char(text, '-');
		add_clock(text, (uint64_t)(magnitude + 0.5));
	} else if (magnitude == 0) {
		text_add(text, "0 s");
	} else {
		add_stepped(text, seconds, steps);
	}
}

void
num_format_size(struct text *text, double bytes)
{
	static const struct step steps[] = {
		{ 1, 1023.5, "B" },
		{ 0x1p10, 1023.5, "KiB" },
		{ 0x1p20, 1023.5, "MiB" },
		{ 0x1p30, 1023.5, "GiB" },
		{ 0x1p40, 1023.5, "TiB" },
		{ 0x1p50, 0, "PiB" },
	};

	add_stepped(text, bytes, steps);
}
