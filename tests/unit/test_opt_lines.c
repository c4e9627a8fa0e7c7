/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame/opt_file.h"
#include "lib/frame/opt_lines.c"
#include "tests/suite.h"

static struct arena arena;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 2 * OPT_STREAM_MAX, &err));
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

/* --- where they come from ------------------------------------------------- */

/* A file with the text, in a directory of its own. */
static const char *
file_of(char path[static 32], const char *text)
{
	FILE *file;

	strcpy(path, "/tmp/opt_lines.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(path));
	strcat(path, "/list");
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static void
remove_file(char *path)
{
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
}

START_TEST(a_byte_order_mark_is_no_text)
{
	struct opt_lines lines;
	struct err err;
	char path[32];

	ck_assert(opt_lines_read(file_of(path, "\xef\xbb\xbfone\r\n"), &arena,
	    &lines, &err));
	remove_file(path);
	ck_assert_uint_eq(lines.count, 1);
	ck_assert_str_eq(lines.items[0].text, "one");
}
END_TEST

START_TEST(a_fifo_without_a_writer_is_not_awaited_for_ever)
{
	struct opt_lines lines;
	struct err err;
	char path[32];

	file_of(path, "");
	unlink(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert(!opt_lines_read(path, &arena, &lines, &err));
	remove_file(path);
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
}
END_TEST

static uint64_t
hash_of(const char *text)
{
	struct opt_lines lines;

	split_copy(text, &lines);
	return opt_lines_hash(&lines);
}

START_TEST(the_hash_is_of_what_the_lines_say)
{
	ck_assert_uint_eq(hash_of("a b\nc\n"), hash_of("# x\n a b #y\n\nc"));
	ck_assert_uint_ne(hash_of("a b\nc\n"), hash_of("a b c\n"));
	ck_assert_uint_ne(hash_of("a\nb\n"), hash_of("b\na\n"));
	ck_assert_uint_ne(hash_of("ab\nc\n"), hash_of("a\nbc\n"));
}
END_TEST

/* What stands in the identity for a value, or NULL when it does. */
static const char *
identified(const char *text, uint64_t hash)
{
	const char *identity = NULL;
	const struct opt_value value = {
		.text = text,
		.arena = &arena,
		.identity = &identity,
	};
	struct err err;

	ck_assert(opt_file_identify(&value, hash, &err));
	return identity;
}

START_TEST(a_stream_is_known_by_what_it_brought)
{
	static const char *const streams[] = { "-", "/dev/stdin", "/dev/fd/63",
		"/proc/self/fd/0" };
	const struct opt_value unasked = { .text = "-", .arena = &arena };
	struct err err;

	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++)
		ck_assert_str_eq(identified(streams[i], 0xabc),
		    "- 0000000000000abc");
	ck_assert_ptr_null(identified("/etc/targets", 0xabc));
	ck_assert_ptr_null(identified("/dev/shm/targets", 0xabc));
	ck_assert_ptr_null(identified("-list", 0xabc));
	ck_assert(opt_file_identify(&unasked, 1, &err));
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
	tcase_add_test(tcase, a_byte_order_mark_is_no_text);
	tcase_add_test(tcase, a_fifo_without_a_writer_is_not_awaited_for_ever);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, the_hash_is_of_what_the_lines_say);
	tcase_add_test(tcase, a_stream_is_known_by_what_it_brought);
	return suite_run(suite);
}
