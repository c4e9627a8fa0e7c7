/* SPDX-License-Identifier: ISC */
#include "lib/base/err.c"
#include "tests/suite.h"

START_TEST(sets_kind_and_sentence)
{
	struct err err = { 0 };

	ck_assert(!err_set(&err, ERR_PROTOCOL, "%d bytes from %s", 7, "peer"));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_str_eq(err.text, "7 bytes from peer");
	ck_assert(!err_set(&err, ERR_TIMEOUT, "short"));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_str_eq(err.text, "short");
}
END_TEST

static const struct {
	int number;
	enum err_kind kind;
	const char *text;
} numbers[] = {
	{ EACCES, ERR_PERMISSION, "opening x: Permission denied" },
	{ EPERM, ERR_PERMISSION, "opening x: Operation not permitted" },
	{ ENOENT, ERR_SYSTEM, "opening x: No such file or directory" },
	{ ENOMEM, ERR_SYSTEM, "opening x: Cannot allocate memory" },
	{ 99999, ERR_SYSTEM, "opening x: unknown error" },
	{ -1, ERR_SYSTEM, "opening x: unknown error" },
};

START_TEST(names_failed_system_calls)
{
	struct err err = { 0 };

	ck_assert(!err_sys(&err, numbers[_i].number, "opening %s", "x"));
	ck_assert_int_eq(err.kind, numbers[_i].kind);
	ck_assert_str_eq(err.text, numbers[_i].text);
}
END_TEST

START_TEST(adds_context)
{
	struct err err = { 0 };

	err_set(&err, ERR_PERMISSION, "open: no");
	ck_assert(!err_context(&err, "%s %d", "line", 7));
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_str_eq(err.text, "line 7: open: no");
}
END_TEST

START_TEST(cuts_what_is_too_long)
{
	struct err err = { 0 };
	char longer[2 * sizeof(err.text)];

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	err_set(&err, ERR_SYSTEM, "%s", longer);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	err_context(&err, "context");
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	ck_assert_int_eq(strncmp(err.text, "context: aaa", 12), 0);
	err_context(&err, "%s", longer);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
}
END_TEST

static const struct {
	enum err_kind kind;
	const char *name;
} kinds[] = {
	{ ERR_NONE, "none" },
	{ ERR_USAGE, "usage" },
	{ ERR_SYSTEM, "system" },
	{ ERR_PERMISSION, "permission" },
	{ ERR_TIMEOUT, "timeout" },
	{ ERR_PROTOCOL, "protocol" },
	{ ERR_UNSUPPORTED, "unsupported" },
	{ (enum err_kind)77, "unknown" },
};

START_TEST(names_kinds)
{
	ck_assert_str_eq(err_kind_name(kinds[_i].kind), kinds[_i].name);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("err");
	TCase *tcase = tcase_create("err");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, sets_kind_and_sentence);
	tcase_add_loop_test(tcase, names_failed_system_calls, 0,
	    COUNT(numbers));
	tcase_add_test(tcase, adds_context);
	tcase_add_test(tcase, cuts_what_is_too_long);
	tcase_add_loop_test(tcase, names_kinds, 0, COUNT(kinds));
	return suite_run(suite);
}
