/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frame/json.h"

static char buffer[4096];
static struct text out;
static struct json json;

static void
fresh(void)
{
	text_init(&out, buffer, sizeof(buffer));
	json_init(&json, &out);
}

START_TEST(writes_nested_values_with_commas)
{
	json_object(&json, NULL);
	json_string(&json, "a", "x");
	json_array(&json, "b");
	json_integer(&json, NULL, -5);
	json_object(&json, NULL);
	json_close(&json);
	json_array(&json, NULL);
	json_null(&json, NULL);
	json_bool(&json, NULL, true);
	json_close(&json);
	json_close(&json);
	json_bool(&json, "c", false);
	json_integer(&json, "d", INT64_MIN);
	json_string(&json, "e", NULL);
	json_close(&json);
	ck_assert_str_eq(buffer,
	    "{\"a\":\"x\",\"b\":[-5,{},[null,true]],\"c\":false,"
	    "\"d\":-9223372036854775808,\"e\":null}");
	ck_assert(!out.cut);
	ck_assert_uint_eq(json.depth, 0);
}
END_TEST

/* A level that is opened again must not remember the elements of the last. */
START_TEST(forgets_a_closed_level)
{
	json_array(&json, NULL);
	for (int i = 0; i < 3; i++) {
		json_array(&json, NULL);
		json_integer(&json, NULL, i);
		json_close(&json);
		json_object(&json, NULL);
		json_integer(&json, "i", i);
		json_close(&json);
	}
	json_close(&json);
	ck_assert_str_eq(buffer, "[[0],{\"i\":0},[1],{\"i\":1},[2],{\"i\":2}]");
}
END_TEST

START_TEST(nests_to_its_limit)
{
	for (int i = 0; i < JSON_DEPTH; i++)
		json_array(&json, NULL);
	for (int i = 0; i < JSON_DEPTH; i++)
		json_close(&json);
	ck_assert_uint_eq(strspn(buffer, "["), JSON_DEPTH);
	ck_assert_uint_eq(strspn(buffer + JSON_DEPTH, "]"), JSON_DEPTH);
	ck_assert_uint_eq(out.len, 2 * JSON_DEPTH);
}
END_TEST

#define BAD "\xef\xbf\xbd"

static const struct {
	const char *bytes;
	size_t len;
	const char *want;
} strings[] = {
	{ "", 0, "\"\"" },
	{ "plain", 5, "\"plain\"" },
	{ "a\"b\\c", 5, "\"a\\\"b\\\\c\"" },
	{ "\b\t\n\f\r", 5, "\"\\b\\t\\n\\f\\r\"" },
	{ "\x00\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\\u007f\"" },
	{ "\xc3\xa9", 2, "\"\xc3\xa9\"" },
	{ "\xe2\x82\xac", 3, "\"\xe2\x82\xac\"" },
	{ "\xf0\x9f\x90\x99", 4, "\"\xf0\x9f\x90\x99\"" },
	{ "\xf4\x8f\xbf\xbf", 4, "\"\xf4\x8f\xbf\xbf\"" },
	/* no UTF-8: stray, overlong, surrogate, above U+10FFFF, cut short */
	{ "\x80z", 2, "\"" BAD "z\"" },
	{ "\xff", 1, "\"" BAD "\"" },
	{ "\xc0\xaf", 2, "\"" BAD BAD "\"" },
	{ "\xe0\x80\xaf", 3, "\"" BAD BAD BAD "\"" },
	{ "\xed\xa0\x80", 3, "\"" BAD BAD BAD "\"" },
	{ "\xf4\x90\x80\x80", 4, "\"" BAD BAD BAD BAD "\"" },
	{ "\xc3(", 2, "\"" BAD "(\"" },
	{ "\xe2\x82", 2, "\"" BAD BAD "\"" },
	{ "\xe2\x82z", 3, "\"" BAD BAD "z\"" },
	{ "\xf0\x9f\x90z", 4, "\"" BAD BAD BAD "z\"" },
	/* the rest of a character lies behind the end */
	{ "\xe2\x82\xac", 2, "\"" BAD BAD "\"" },
};

START_TEST(escapes)
{
	json_bytes(&json, NULL, strings[_i].bytes, strings[_i].len);
	ck_assert_str_eq(buffer, strings[_i].want);
}
END_TEST

START_TEST(escapes_keys)
{
	json_object(&json, NULL);
	json_integer(&json, "a\"\n", 1);
	json_close(&json);
	ck_assert_str_eq(buffer, "{\"a\\\"\\n\":1}");
}
END_TEST

START_TEST(writes_numbers)
{
	json_array(&json, NULL);
	json_number(&json, NULL, 5);
	json_number(&json, NULL, -0.25);
	json_number(&json, NULL, 1e-9);
	json_number(&json, NULL, 12345678901.0);
	json_number(&json, NULL, NAN);
	json_number(&json, NULL, -INFINITY);
	json_close(&json);
	ck_assert_str_eq(buffer, "[5,-0.25,0,12345678901,null,null]");
}
END_TEST

START_TEST(says_that_it_did_not_fit)
{
	char small[8];

	text_init(&out, small, sizeof(small));
	json_init(&json, &out);
	json_string(&json, NULL, "longer than that");
	ck_assert(out.cut);
	ck_assert_uint_lt(out.len, sizeof(small));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, fresh, NULL);
	tcase_add_test(tcase, writes_nested_values_with_commas);
	tcase_add_test(tcase, forgets_a_closed_level);
	tcase_add_test(tcase, nests_to_its_limit);
	tcase_add_loop_test(tcase, escapes, 0,
	    sizeof(strings) / sizeof(strings[0]));
	tcase_add_test(tcase, escapes_keys);
	tcase_add_test(tcase, writes_numbers);
	tcase_add_test(tcase, says_that_it_did_not_fit);
	srunner_run_all(runner, CK_NORMAL);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
