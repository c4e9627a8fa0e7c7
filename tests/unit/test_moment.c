/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/clock.h"
#include "base/moment.h"
#include "tests/suite.h"

static const struct {
	struct moment then, now;
	bool follows;
} pairs[] = {
	{ { "b", 10 }, { "b", 11 }, true },
	{ { "b", 10 }, { "b", 10 }, true },
	{ { "b", 10 }, { "b", 9 }, false },
	{ { "b", 10 }, { "c", 11 }, false },
	{ { "b", 10 }, { "bb", 11 }, false },
};

START_TEST(time_passes_within_one_boot)
{
	ck_assert_int_eq(moment_follows(&pairs[_i].now, &pairs[_i].then),
	    pairs[_i].follows);
}
END_TEST

START_TEST(now_is_of_this_boot)
{
	const int64_t before_s = clock_boottime_ns() / CLOCK_SECOND;
	char boot_id[BOOTID_SIZE];
	struct moment now;
	struct err err;

	ck_assert(bootid_read(boot_id, &err));
	ck_assert(moment_now(&now, &err));
	ck_assert_str_eq(now.boot_id, boot_id);
	ck_assert_int_ge(now.at_s, before_s);
	ck_assert_int_le(now.at_s, clock_boottime_ns() / CLOCK_SECOND);
}
END_TEST

static const struct moment moments[] = {
	{ "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", 86400 },
	{ "b", 0 },
	{ "b", INT64_MAX },
};

START_TEST(comes_back)
{
	struct moment back = { .at_s = -1 };
	char room[100];
	struct text out = TEXT_OVER(room);
	struct span rest;

	moment_write(&moments[_i], &out);
	text_add(&out, " more");
	rest = (struct span){ out.data, out.len };
	ck_assert(moment_take(&rest, &back));
	ck_assert_str_eq(back.boot_id, moments[_i].boot_id);
	ck_assert_int_eq(back.at_s, moments[_i].at_s);
	ck_assert(span_is(span_trim(rest), "more"));
}
END_TEST

static const char *const damaged[] = {
	"",
	"b",
	"b ",
	"b -1",
	"b 1x",
	"b 9223372036854775808",
	"1234567890123456789012345678901234567890 1",
};

START_TEST(a_damaged_one_is_refused)
{
	struct span rest = span_of(damaged[_i]);
	struct moment moment = { "kept", 7 };

	ck_assert(!moment_take(&rest, &moment));
	ck_assert_str_eq(moment.boot_id, "kept");
	ck_assert_int_eq(moment.at_s, 7);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("moment");
	TCase *tcase = tcase_create("moment");

	tcase_add_loop_test(tcase, time_passes_within_one_boot, 0,
	    COUNT(pairs));
	tcase_add_test(tcase, now_is_of_this_boot);
	tcase_add_loop_test(tcase, comes_back, 0, COUNT(moments));
	tcase_add_loop_test(tcase, a_damaged_one_is_refused, 0, COUNT(damaged));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
