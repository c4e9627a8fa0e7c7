/* SPDX-License-Identifier: ISC */
#include "base/words.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/suite.h"

static struct arena arena;

static void
set_up(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
}

static void
tear_down(void)
{
	arena_free(&arena);
}

static const struct {
	const char *line;
	const char *words[6]; /* the first NULL: refused */
} lines[] = {
	{ "ssh router", { "ssh", "router" } },
	{ "  ssh\t -4  router ", { "ssh", "-4", "router" } },
	{ "ssh 'show route' \"a b\"", { "ssh", "show route", "a b" } },
	{ "a\\ b c\\\\d", { "a b", "c\\d" } },
	{ "\"a\\\"b\" 'c\\d' \"it's\"", { "a\"b", "c\\d", "it's" } },
	{ "x='a b'c", { "x=a bc" } },
	{ "'' a", { "", "a" } },
	/* nothing that a shell would do */
	{ "echo $HOME * ; `id` | >x",
	    { "echo", "$HOME", "*", ";", "`id`", "|" } },
	{ "a\\", { "a\\" } },
	{ "", { NULL } },
	{ " \t", { NULL } },
	{ "a 'b", { NULL } },
	{ "a \"b", { NULL } },
};

START_TEST(a_line_is_cut_into_words)
{
	struct err err = { 0 };
	const char *const *words = words_split(lines[_i].line, &arena, &err);

	if (lines[_i].words[0] == NULL) {
		ck_assert_ptr_null(words);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		return;
	}
	ck_assert_msg(words != NULL, "%s", err.text);
	for (int i = 0; i < 6 && lines[_i].words[i] != NULL; i++)
		ck_assert_str_eq(words[i], lines[_i].words[i]);
}
END_TEST

START_TEST(there_are_not_too_many)
{
	char line[2 * WORDS_MAX + 8] = "";
	struct text text = { .data = line, .size = sizeof(line) };
	struct err err = { 0 };

	for (int i = 0; i < WORDS_MAX; i++)
		text_add(&text, "a ");
	ck_assert_ptr_nonnull(words_split(line, &arena, &err));
	text_add(&text, "a");
	ck_assert_ptr_null(words_split(line, &arena, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

START_TEST(without_room_it_says_so)
{
	struct err err = { 0 };

	while (arena_alloc(&arena, 1024) != NULL)
		;
	ck_assert_ptr_null(words_split("a", &arena, &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("words");
	TCase *tcase = tcase_create("words");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, a_line_is_cut_into_words, 0, COUNT(lines));
	tcase_add_test(tcase, there_are_not_too_many);
	tcase_add_test(tcase, without_room_it_says_so);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
