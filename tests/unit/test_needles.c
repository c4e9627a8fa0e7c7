/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/needles.h"
#include "tests/suite.h"

static struct needles needles;

static void
make(const char *const *words, size_t count)
{
	needles_init(&needles);
	for (size_t i = 0; i < count; i++)
		ck_assert(needles_add(&needles, words[i], strlen(words[i])));
	needles_prepare(&needles);
}

/* The same, by trying every place. */
static const char *
slowly(const char *at, const char *end, const char *const *words, size_t count)
{
	for (; at < end; at++)
		for (size_t i = 0; i < count; i++)
			if ((size_t)(end - at) >= strlen(words[i]) &&
			    memcmp(at, words[i], strlen(words[i])) == 0)
				return at;
	return NULL;
}

START_TEST(finds_each)
{
	static const char *const words[] = { "route added to ",
		"route removed from ", "internal issue", "neighbor" };
	static const char text[] = "a neighbor; route removed from neighbor "
				   "internal issue route added to";
	static const size_t order[] = { 3, 1, 3, 2 };
	const char *at = text;
	size_t which;

	make(words, COUNT(words));
	for (size_t i = 0; i < COUNT(order); i++) {
		at = needles_find(&needles, at, text + strlen(text), &which);
		ck_assert_ptr_nonnull(at);
		ck_assert_uint_eq(which, order[i]);
		at++;
	}
	/* Its last character is not there. */
	ck_assert_ptr_null(
	    needles_find(&needles, at, text + strlen(text), &which));
}
END_TEST

/* Texts of two letters hold everything everywhere. */
START_TEST(misses_none)
{
	static const char *const words[] = { "abababab", "aabbaabbaa",
		"bbbbbbbb", "abbbaaab", "aaaaaaaaaaaaaaaa" };
	uint32_t random = 2463534242u + (uint32_t)_i;
	char text[3000];

	for (size_t i = 0; i < sizeof(text); i++) {
		/* xorshift, Marsaglia 2003 */
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		text[i] = random % 4 < 2 + (uint32_t)_i % 2 ? 'a' : 'b';
	}
	make(words, COUNT(words));
	for (const char *at = text, *end = text + sizeof(text);;) {
		const char *slow = slowly(at, end, words, COUNT(words));
		size_t which = 99;

		ck_assert_ptr_eq(needles_find(&needles, at, end, &which), slow);
		if (slow == NULL)
			break;
		ck_assert(
		    memcmp(slow, words[which], strlen(words[which])) == 0);
		at = slow + 1;
	}
}
END_TEST

/* Whatever begins at a place is found there, once. */
START_TEST(all_that_begin_alike)
{
	static const char *const words[] = { "12345678", "x1234567",
		"123456789", "12345678", "12345678A", "1234567890" };
	static const char text[] = "..123456789.";
	const char *at, *end = text + sizeof(text) - 1;
	unsigned found[COUNT(words)] = { 0 };
	size_t which;

	make(words, COUNT(words));
	at = needles_find(&needles, text, end, &which);
	ck_assert_ptr_eq(at, text + 2);
	do
		found[which]++;
	while (needles_also(&needles, at, end, &which));
	for (size_t i = 0; i < COUNT(words); i++)
		ck_assert_uint_eq(found[i],
		    strncmp(at, words[i], strlen(words[i])) == 0);
	ck_assert_ptr_null(needles_find(&needles, at + 1, end, &which));
}
END_TEST

/* Nothing is jumped over in any part, and where there is nothing it gets far.
 */
START_TEST(parts_at_once)
{
	static const char *const words[] = { "abababab", "aabbaabbaa",
		"abbbaaab" };
	static char text[NEEDLES_PARTS][5000];
	struct needles_part parts[NEEDLES_PARTS];

	memset(text, '.', sizeof(text));
	make(words, COUNT(words));
	if (_i > 0) /* somewhere in one of them */
		memcpy(text[_i % NEEDLES_PARTS] + 247 * (_i - 1), words[_i % 3],
		    strlen(words[_i % 3]));
	for (size_t i = 0; i < NEEDLES_PARTS; i++)
		parts[i] =
		    (struct needles_part){ text[i], text[i] + sizeof(text[i]) };
	needles_skip(&needles, parts);
	for (size_t i = 0; i < NEEDLES_PARTS; i++) {
		size_t which;

		ck_assert_ptr_eq(
		    needles_find(&needles, parts[i].at, parts[i].end, &which),
		    slowly(text[i], parts[i].end, words, COUNT(words)));
		if (_i == 0)
			ck_assert_int_lt(parts[i].end - parts[i].at, 500);
	}
}
END_TEST

START_TEST(borders)
{
	static const char *const words[] = { "12345678", "123456789" };
	size_t which;

	make(words, 2);
	for (size_t len = 0; len < 8; len++)
		ck_assert_ptr_null(
		    needles_find(&needles, words[0], words[0] + len, &which));
	ck_assert_ptr_eq(needles_find(&needles, words[0], words[0] + 8, &which),
	    words[0]);
	ck_assert(!needles_add(&needles, "1234567", 7));
	needles_init(&needles);
	needles_prepare(&needles);
	ck_assert_ptr_null(
	    needles_find(&needles, words[0], words[0] + 8, &which));
	for (size_t i = 0; i < NEEDLES_MAX; i++)
		ck_assert(needles_add(&needles, words[0], 8));
	ck_assert(!needles_add(&needles, words[0], 8));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("needles");
	TCase *tcase = tcase_create("needles");

	tcase_add_test(tcase, finds_each);
	tcase_add_loop_test(tcase, misses_none, 0, 20);
	tcase_add_test(tcase, all_that_begin_alike);
	tcase_add_loop_test(tcase, parts_at_once, 0, 21);
	tcase_add_test(tcase, borders);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
