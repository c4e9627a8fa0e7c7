/* SPDX-License-Identifier: ISC */
/* What URLs are called, above all those that are shown alike. */
#include <string.h>

#include "model/http_names.h"
#include "tests/suite.h"

static struct arena arena;
static struct err err;

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 32 << 20, &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

START_TEST(no_two_are_called_the_same)
{
	static const struct {
		const char *shown, *own, *name;
	} rows[] = {
		{ "http://b/", NULL, "http://b/" },
		{ "http://a/", NULL, "http://a/" },
		{ "http://b/", NULL, "http://b/ (2)" },
		{ "http://b/", "shop", "shop" },
		{ "http://c/", "shop", "shop (2)" },
		{ "http://b/", NULL, "http://b/ (3)" },
		/* What a text cannot hold tells nothing apart. */
		{ "http://d/", "a|b", "a/b" },
		{ "http://d/", "a/b", "a/b (2)" },
	};
	struct http_target targets[COUNT(rows)];
	struct http_site sites[COUNT(rows)];

	memset(targets, 0, sizeof(targets));
	memset(sites, 0, sizeof(sites));
	for (size_t i = 0; i < COUNT(rows); i++) {
		targets[i].name = rows[i].own;
		sites[i].target = &targets[i];
		sites[i].shown = rows[i].shown;
	}
	ck_assert(http_names_give(sites, COUNT(rows), &arena, &err));
	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_str_eq(sites[i].name, rows[i].name);
}
END_TEST

/* A result would cut them, and they would be alike again. */
START_TEST(long_ones_are_told_apart_at_their_end)
{
	const struct http_target target = { .url = "x" };
	struct http_site sites[2] = { { .target = &target },
		{ .target = &target } };
	char first[1000], second[1000];

	memset(first, 'x', sizeof(first));
	memset(second, 'x', sizeof(second));
	first[999] = second[999] = '\0';
	first[998] = 'y';
	sites[0].shown = first;
	sites[1].shown = second;
	ck_assert(http_names_give(sites, 2, &arena, &err));
	ck_assert_str_ne(sites[0].name, sites[1].name);
	ck_assert_uint_lt(strlen(sites[1].name), 500);
}
END_TEST

START_TEST(a_full_arena_is_said)
{
	const struct http_target target = { .url = "x" };
	struct http_site site = { .target = &target, .shown = "http://a/" };

	while (arena_alloc(&arena, 1) != NULL)
		;
	ck_assert(!http_names_give(&site, 1, &arena, &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http_names");
	TCase *tcase = tcase_create("http_names");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, no_two_are_called_the_same);
	tcase_add_test(tcase, long_ones_are_told_apart_at_their_end);
	tcase_add_test(tcase, a_full_arena_is_said);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
