/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/span.h"
#include "tests/suite.h"

static struct span
heap(const char *string)
{
	char *copy = malloc(strlen(string) + 1);

	memcpy(copy, string, strlen(string));
	return (struct span){ copy, strlen(string) };
}

START_TEST(test_lines)
{
	struct span rest = span_of("one\n\r\n two \r\nlast"), line;
	static const char *const lines[] = { "one", "", " two ", "last" };

	for (int i = 0; i < COUNT(lines); i++) {
		ck_assert(span_line(&rest, &line));
		ck_assert(span_is(line, lines[i]));
	}
	ck_assert(!span_line(&rest, &line));
}
END_TEST

START_TEST(test_words)
{
	struct span rest = span_of("  a\tbc  "), word = { 0 };

	ck_assert(span_word(&rest, &word) && span_is(word, "a"));
	ck_assert(span_word(&rest, &word) && span_is(word, "bc"));
	ck_assert(!span_word(&rest, &word));
	ck_assert(span_is(word, "bc"));
}
END_TEST

START_TEST(test_cut)
{
	const struct span line = span_of("key: a: b");
	struct span key, value, none = { 0 };

	ck_assert(span_cut(line, ':', &key, &value));
	ck_assert(span_is(key, "key") && span_is(value, " a: b"));
	ck_assert(span_is(span_trim(value), "a: b"));
	ck_assert(!span_cut(line, '%', &key, &value));
	ck_assert(!span_cut(none, ':', &key, &value));
	/* One span may be taken apart into itself. */
	ck_assert(span_cut(value, ':', &key, &value));
	ck_assert(span_is(key, " a") && span_is(value, " b"));
}
END_TEST

START_TEST(test_skip)
{
	struct span span = span_of("Received: x");

	ck_assert(!span_skip(&span, "received"));
	ck_assert(!span_skip(&span, "Received: xy"));
	ck_assert(span_skip(&span, "Received: ") && span_is(span, "x"));
	ck_assert(span_has(span_of("2 [HIT]"), "[HIT]"));
	ck_assert(!span_has(span_of("2"), "[HIT]"));
	ck_assert(!span_has((struct span){ 0 }, "x"));
	ck_assert(span_trim(span_of(" \t ")).len == 0);
}
END_TEST

static const struct {
	const char *string;
	bool ok;
	uint32_t value;
} numbers[] = {
	{ "0", true, 0 },
	{ "4294967295", true, UINT32_MAX },
	{ "007", true, 7 },
	{ "4294967296", false, 0 },
	{ "99999999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-1", false, 0 },
	{ "1 ", false, 0 },
	{ "0x1", false, 0 },
};

START_TEST(test_u32)
{
	const struct span span = heap(numbers[_i].string);
	uint32_t value = 77;

	ck_assert_int_eq(span_u32(span, &value), numbers[_i].ok);
	ck_assert_uint_eq(value, numbers[_i].ok ? numbers[_i].value : 77);
	free((void *)(uintptr_t)span.at);
}
END_TEST

static const struct {
	const char *string;
	bool ok;
	uint64_t value;
} wide[] = {
	{ "0", true, 0 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 7 },
	{ "18446744073709551620", false, 7 },
	{ "99999999999999999999999", false, 7 },
	{ "-1", false, 7 },
	{ "+1", false, 7 },
	{ "1x", false, 7 },
	{ "", false, 7 },
};

START_TEST(test_u64)
{
	const struct span span = heap(wide[_i].string);
	struct span rest = span_of("12 x");
	uint64_t value = 7;

	ck_assert_int_eq(span_u64(span, &value), wide[_i].ok);
	ck_assert_uint_eq(value, wide[_i].value);
	ck_assert(span_take_u64(&rest, &value));
	ck_assert_uint_eq(value, 12);
	ck_assert(!span_take_u64(&rest, &value));
	ck_assert(!span_take_u64(&rest, &value));
	free((void *)(uintptr_t)span.at);
}
END_TEST

START_TEST(test_copy)
{
	char buffer[4] = "xyz";

	ck_assert(!span_copy(span_of("abcd"), buffer, sizeof(buffer)));
	ck_assert(!span_copy((struct span){ "a\0b", 3 }, buffer, 4));
	ck_assert_str_eq(buffer, "xyz");
	ck_assert(span_copy(span_of("abc"), buffer, sizeof(buffer)));
	ck_assert_str_eq(buffer, "abc");
	ck_assert(span_copy((struct span){ 0 }, buffer, sizeof(buffer)));
	ck_assert_str_eq(buffer, "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("span");
	TCase *tcase = tcase_create("span");

	tcase_add_test(tcase, test_lines);
	tcase_add_test(tcase, test_words);
	tcase_add_test(tcase, test_cut);
	tcase_add_test(tcase, test_skip);
	tcase_add_loop_test(tcase, test_u32, 0, COUNT(numbers));
	tcase_add_loop_test(tcase, test_u64, 0, COUNT(wide));
	tcase_add_test(tcase, test_copy);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
