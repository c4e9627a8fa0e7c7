/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/regex.h"
#include "tests/suite.h"

static const struct {
	const char *pattern, *text;
	size_t len; /* 0: strlen */
	enum regex_outcome outcome;
} searches[] = {
	{ "b+", "abbc", 0, REGEX_YES },
	{ "^b", "abbc", 0, REGEX_NO },
	{ "ABB", "abbc", 0, REGEX_NO },
	{ "(?i)ABB", "abbc", 0, REGEX_YES },
	{ "^two$", "one\ntwo\n", 0, REGEX_NO },
	{ "(?m)^two$", "one\ntwo\n", 0, REGEX_YES },
	{ "one.two", "one\ntwo", 0, REGEX_NO },
	{ "(?s)one.two", "one\ntwo", 0, REGEX_YES },
	{ "b", "a\0b", 3, REGEX_YES },
	{ "gr..n$", "\xff\xfe gr\xc3\xbc\xc3\xa9n", 0, REGEX_YES },
	{ "x", "\xff\xff\xff", 0, REGEX_NO },
	/* Each a doubles the steps. */
	{ "^(a|a)*$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", 0,
	    REGEX_LIMIT },
};

START_TEST(searches_text)
{
	struct err err = { 0 };
	struct regex *regex = regex_new(searches[_i].pattern, &err);
	const char *text = searches[_i].text;
	const size_t len =
	    searches[_i].len > 0 ? searches[_i].len : strlen(text);

	ck_assert_msg(regex != NULL, "%s", err.text);
	ck_assert_int_eq(regex_search(regex, text, len), searches[_i].outcome);
	ck_assert_int_eq(regex_matches(regex, text, len),
	    searches[_i].outcome == REGEX_YES);
	regex_free(regex);
}
END_TEST

static const struct {
	const char *pattern, *at;
} bad[] = {
	{ "a(b", "character 4" },
	{ "[z-a]", "character 4" },
	{ "*", "character 1" },
	{ "\\C", "character 3" },
};

START_TEST(refuses_bad_patterns)
{
	struct err err = { 0 };

	ck_assert(regex_new(bad[_i].pattern, &err) == NULL);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, bad[_i].at) != NULL, "%s", err.text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("regex");
	TCase *tcase = tcase_create("regex");

	tcase_add_loop_test(tcase, searches_text, 0, COUNT(searches));
	tcase_add_loop_test(tcase, refuses_bad_patterns, 0, COUNT(bad));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
