/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/frame/opt_lines.c"
#include "tests/suite.h"

static struct arena arena;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 16, &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* Splits a copy that ends where the text does, so that a read beyond it is
 * noticed by the sanitizer. */
static void
split_copy(const char *text, struct opt_lines *lines)
{
	const size_t len = strlen(text);
	struct err err;

	ck_assert(
	    split(arena_string(&arena, text, len), len, &arena, lines, &err));
}

/* A line, and what is left of it. */
static const struct {
	const char *line, *left; /* NULL: nothing */
} stripped[] = {
	{ "192.0.2.1", "192.0.2.1" },
	{ "  www  one of them \t\r", "www  one of them" },
	{ "www # comment", "www" },
	{ "www\t#comment", "www" },
	{ "www shop#1", "www shop#1" },
	{ "www shop#1 #2 # 3", "www shop#1" },
	{ "www a##b #", "www a##b" },
	{ "www#", "www#" },
	{ "# only", NULL },
	{ "#", NULL },
	{ "  #", NULL },
	{ " \t ", NULL },
	{ "", NULL },
};

START_TEST(a_line_ends_before_its_comment)
{
	struct opt_lines lines;

	split_copy(stripped[_i].line, &lines);
	ck_assert_uint_eq(lines.count, stripped[_i].left != NULL);
	if (stripped[_i].left != NULL)
		ck_assert_str_eq(lines.items[0].text, stripped[_i].left);
}
END_TEST

START_TEST(lines_keep_their_numbers)
{
	struct opt_lines lines;

	split_copy("\n# none\na\n\n  b # c\r\nc", &lines);
	ck_assert_uint_eq(lines.count, 3);
	ck_assert_uint_eq(lines.items[0].number, 3);
	ck_assert_str_eq(lines.items[0].text, "a");
	ck_assert_uint_eq(lines.items[1].number, 5);
	ck_assert_str_eq(lines.items[1].text, "b");
	ck_assert_uint_eq(lines.items[2].number, 6);
	ck_assert_str_eq(lines.items[2].text, "c");
}
END_TEST

START_TEST(counts_every_line)
{
	ck_assert_uint_eq(count_lines("", 0), 1);
	ck_assert_uint_eq(count_lines("a", 1), 1);
	ck_assert_uint_eq(count_lines("\n", 1), 2);
	ck_assert_uint_eq(count_lines("a\n\nb\n", 5), 4);
	ck_assert_uint_eq(count_lines("a\n\nb\n", 2), 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("opt_lines");
	TCase *tcase = tcase_create("opt_lines");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_line_ends_before_its_comment, 0,
	    COUNT(stripped));
	tcase_add_test(tcase, lines_keep_their_numbers);
	tcase_add_test(tcase, counts_every_line);
	return suite_run(suite);
}
