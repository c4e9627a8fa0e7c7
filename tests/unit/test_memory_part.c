/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "model/memory_part.h"
#include "tests/suite.h"

static const struct {
	const char *part, *rest;
} memories[] = {
	{ "", "" },
	{ "some\nlines\n", "" },
	{ "", "history 1\n" },
	{ "a", "hint 000009\n" },
};

START_TEST(comes_back)
{
	char room[200];
	struct text out = TEXT_OVER(room);
	struct span part, rest;
	size_t begin;

	begin = memory_part_begin(&out, "hint");
	text_add(&out, memories[_i].part);
	memory_part_end(&out, begin);
	text_add(&out, memories[_i].rest);
	ck_assert(memory_part_cut((struct span){ out.data, out.len }, "hint",
	    &part, &rest));
	ck_assert(span_is(part, memories[_i].part));
	ck_assert(span_is(rest, memories[_i].rest));
	ck_assert(!memory_part_cut((struct span){ out.data, out.len }, "other",
	    &part, &rest));
}
END_TEST

static const char *const damaged[] = {
	"",
	"hint\n",
	"hint \n",
	"hint 5\n",
	"hint 5\nfour",
	"hint -1\n",
	"hint 0x1\nab",
	"hints 1\nab",
	"hin 1\nab",
	"hint 99999999999999999999999\nab",
};

START_TEST(a_damaged_one_is_refused)
{
	struct span part, rest;

	ck_assert(!memory_part_cut(span_of(damaged[_i]), "hint", &part, &rest));
}
END_TEST

/* A buffer that is too small for the part is the caller's to notice; nothing
 * is written outside of it. */
START_TEST(a_full_text_stays_within)
{
	char room[8] = "", after[8] = "intact";
	struct text out = { .data = room, .size = sizeof(room) };
	const size_t begin = memory_part_begin(&out, "hint");

	text_add(&out, "much more");
	memory_part_end(&out, begin);
	ck_assert_str_eq(after, "intact");
	ck_assert(out.cut);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("memory_part");
	TCase *tcase = tcase_create("memory_part");

	tcase_add_loop_test(tcase, comes_back, 0, COUNT(memories));
	tcase_add_loop_test(tcase, a_damaged_one_is_refused, 0, COUNT(damaged));
	tcase_add_test(tcase, a_full_text_stays_within);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
