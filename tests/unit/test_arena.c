/* SPDX-License-Identifier: ISC */
#include <stdint.h>

#include "lib/base/arena.c"
#include "tests/suite.h"

static struct arena arena;

static void
reserve(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 4096, &err));
}

static void
give_back(void)
{
	arena_free(&arena);
}

static const size_t sizes[] = { 1, 2, 7, 8, 15, 16, 17, 100 };

START_TEST(gives_zeroed_aligned_pieces)
{
	unsigned char *end = arena.base;

	for (int i = 0; i < COUNT(sizes); i++) {
		unsigned char *piece = arena_alloc(&arena, sizes[i]);

		ck_assert_ptr_nonnull(piece);
		ck_assert_uint_eq((uintptr_t)piece % alignof(max_align_t), 0);
		ck_assert(piece >= end);
		for (size_t j = 0; j < sizes[i]; j++)
			ck_assert_int_eq(piece[j], 0);
		memset(piece, 0xff, sizes[i]);
		end = piece + sizes[i];
	}
}
END_TEST

START_TEST(is_full_at_its_size)
{
	ck_assert_ptr_nonnull(arena_alloc(&arena, 4096 - 16));
	ck_assert_ptr_null(arena_alloc(&arena, 17));
	ck_assert_ptr_nonnull(arena_alloc(&arena, 1));
	ck_assert_ptr_null(arena_alloc(&arena, 1));
	ck_assert_ptr_null(arena_string(&arena, "", 0));
	ck_assert_ptr_null(arena_copy(&arena, "a", 1));
}
END_TEST

static const size_t absurd[] = { 4097, SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15,
	SIZE_MAX - 16, SIZE_MAX / 2 + 1 };

START_TEST(refuses_sizes_that_would_wrap)
{
	ck_assert_ptr_null(arena_alloc(&arena, absurd[_i]));
	ck_assert_ptr_null(arena_string(&arena, NULL, absurd[_i]));
	ck_assert_uint_eq(arena.used, 0);
}
END_TEST

START_TEST(copies)
{
	const char *string = arena_string(&arena, "abcdef", 3);
	const unsigned char *bytes = arena_copy(&arena, "a\0b", 3);

	ck_assert_str_eq(string, "abc");
	ck_assert_mem_eq(bytes, "a\0b", 3);
	ck_assert_str_eq(arena_string(&arena, NULL, 0), "");
	ck_assert_ptr_nonnull(arena_copy(&arena, NULL, 0));
}
END_TEST

START_TEST(forgets_on_reset)
{
	unsigned char *before = arena_alloc(&arena, 64);
	unsigned char *after;

	memset(before, 0xff, 64);
	arena_reset(&arena);
	ck_assert_uint_eq(arena.used, 0);
	after = arena_alloc(&arena, 64);
	ck_assert_ptr_eq(before, after);
	for (size_t i = 0; i < 64; i++)
		ck_assert_int_eq(after[i], 0);
}
END_TEST

START_TEST(grows_lists)
{
	struct arena_list list = { 0 };
	const int *items;

	for (int i = 0; i < 100; i++) {
		int *item = arena_push(&arena, &list, sizeof(*item));

		ck_assert_ptr_nonnull(item);
		ck_assert_int_eq(*item, 0);
		*item = i;
	}
	items = list.items;
	ck_assert_uint_eq(list.count, 100);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(items[i], i);
}
END_TEST

/* A list that cannot grow keeps what it has. */
START_TEST(stops_growing_lists)
{
	struct arena_list list = { 0 };
	size_t pushed = 0;
	const uint64_t *items;
	uint64_t *item;

	while ((item = arena_push(&arena, &list, sizeof(*item))))
		*item = pushed++;
	ck_assert_uint_eq(list.count, pushed);
	ck_assert_uint_eq(pushed, list.capacity);
	ck_assert_uint_gt(pushed, 100);
	items = list.items;
	for (size_t i = 0; i < pushed; i++)
		ck_assert_uint_eq(items[i], i);
	ck_assert_ptr_null(arena_push(&arena, &list, sizeof(*item)));
	list = (struct arena_list){ 0 };
	ck_assert_ptr_null(arena_push(&arena, &list, 4096));
}
END_TEST

START_TEST(frees_and_fails_cleanly)
{
	struct arena empty = { 0 };
	struct err err = { 0 };

	arena_free(&empty);
	arena_reset(&empty);
	ck_assert_ptr_null(arena_alloc(&empty, 1));
	ck_assert(!arena_reserve(&empty, SIZE_MAX / 2, &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert_ptr_nonnull(strstr(err.text, "Cannot allocate memory"));
	ck_assert_ptr_null(empty.base);
	arena_free(&empty);
}
END_TEST

/* Address space is not memory: far more than the machine has is fine. */
START_TEST(reserves_without_touching)
{
	struct arena large;
	struct err err = { 0 };

	ck_assert_msg(arena_reserve(&large, (size_t)1 << 38, &err), "%s",
	    err.text);
	ck_assert_ptr_nonnull(arena_alloc(&large, 1));
	arena_free(&large);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("arena");
	TCase *tcase = tcase_create("arena");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, reserve, give_back);
	tcase_add_test(tcase, gives_zeroed_aligned_pieces);
	tcase_add_test(tcase, is_full_at_its_size);
	tcase_add_loop_test(tcase, refuses_sizes_that_would_wrap, 0,
	    COUNT(absurd));
	tcase_add_test(tcase, copies);
	tcase_add_test(tcase, forgets_on_reset);
	tcase_add_test(tcase, grows_lists);
	tcase_add_test(tcase, stops_growing_lists);
	tcase_add_test(tcase, frees_and_fails_cleanly);
	tcase_add_test(tcase, reserves_without_touching);
	return suite_run(suite);
}
