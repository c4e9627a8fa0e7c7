/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "source/json_doc.h"
#include "tests/suite.h"

static struct err err;

static struct json_doc *
parse_bytes(const char *bytes, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct json_doc *doc;

	memcpy(copy, bytes, len);
	err = (struct err){ 0 };
	doc = json_doc_parse(copy, len, &err);
	free(copy); /* nothing may be borrowed from it */
	ck_assert((doc == NULL) == (err.kind != ERR_NONE));
	return doc;
}

static struct json_doc *
parse(const char *json)
{
	return parse_bytes(json, strlen(json));
}

START_TEST(test_getters)
{
	struct json_doc *doc = parse(
	    "{\"u\":7,\"big\":4294967296,\"neg\":-1,\"real\":1.0,\"s\":\"x\","
	    "\"t\":true,\"f\":false,\"n\":null,\"a\":[1,[2]],"
	    "\"o\":{\"p\":{\"q\":9}}}");
	const struct json_value *root = json_doc_root(doc);
	uint32_t u = 1;
	int64_t i = 1;
	bool b = false;

	ck_assert(json_doc_is_object(root) && !json_doc_is_array(root));
	ck_assert(json_doc_u32(root, "u", &u) && u == 7);
	ck_assert(!json_doc_u32(root, "big", &u) && u == 7);
	ck_assert(!json_doc_u32(root, "neg", &u));
	ck_assert(!json_doc_u32(root, "real", &u));
	ck_assert(!json_doc_u32(root, "s", &u));
	ck_assert(!json_doc_u32(root, "absent", &u));
	ck_assert(json_doc_i64(root, "neg", &i) && i == -1);
	ck_assert(json_doc_i64(root, "big", &i) && i == 4294967296);
	ck_assert(json_doc_bool(root, "t", &b) && b);
	ck_assert(json_doc_bool(root, "f", &b) && !b);
	ck_assert(!json_doc_bool(root, "u", &b));
	ck_assert_str_eq(json_doc_string(root, "s"), "x");
	ck_assert_ptr_null(json_doc_string(root, "n"));
	ck_assert_ptr_null(json_doc_string(root, "u"));
	ck_assert_uint_eq(json_doc_count(json_doc_get(root, "a")), 2);
	ck_assert_uint_eq(json_doc_count(root), 0);
	ck_assert_ptr_null(json_doc_at(json_doc_get(root, "a"), 2));
	ck_assert(
	    json_doc_u32(json_doc_path(root, "o", "p"), "q", &u) && u == 9);
	ck_assert_ptr_null(json_doc_path(root, "o", "x", "q"));
	ck_assert_ptr_null(json_doc_path(root, "u", "x"));
	json_doc_free(doc);
}
END_TEST

START_TEST(test_nothing)
{
	const struct json_value *value = NULL;
	const void *at = NULL;
	const char *key;
	uint32_t u;
	bool b;

	ck_assert_ptr_null(json_doc_root(NULL));
	ck_assert_ptr_null(json_doc_get(NULL, "x"));
	ck_assert_ptr_null(json_doc_path(NULL, "x"));
	ck_assert_ptr_null(json_doc_at(NULL, 0));
	ck_assert_ptr_null(json_doc_text(NULL));
	ck_assert(
	    !json_doc_u32(NULL, "x", &u) && !json_doc_bool(NULL, "x", &b));
	ck_assert(!json_doc_next(NULL, &at, &key, &value));
	ck_assert(!json_doc_is_object(NULL) && !json_doc_is_array(NULL));
	json_doc_free(NULL);
}
END_TEST

START_TEST(test_members_in_order)
{
	struct json_doc *doc = parse("{\"z\":1,\"a\":2,\"m\":[]}");
	const struct json_value *value;
	const void *at = NULL;
	const char *key;
	char seen[8] = "";

	while (json_doc_next(json_doc_root(doc), &at, &key, &value)) {
		strcat(seen, key);
		ck_assert(value == json_doc_get(json_doc_root(doc), key));
	}
	ck_assert_str_eq(seen, "zam");
	json_doc_free(doc);
}
END_TEST

static const struct {
	const char *bytes, *string;
} mended[] = {
	{ "{\"k\":\"caf\xe9\"}", "caf?" },
	{ "{\"k\":\"caf\xc3\xa9\"}", "caf\xc3\xa9" },
	{ "{\"k\":\"\xc3\"}", "?" },
	{ "{\"k\":\"\xed\xa0\x80\"}", "???" },	    /* a surrogate */
	{ "{\"k\":\"\xf4\x90\x80\x80\"}", "????" }, /* above U+10FFFF */
	{ "{\"k\":\"\xc0\xaf\"}", "??" },	    /* overlong */
	{ "{\"k\":\"\xf0\x9f\x98\x80\"}", "\xf0\x9f\x98\x80" },
	{ "{\"k\":\"a\nb\tc\x1b[m\"}", "a b c [m" },
	{ "{\"k\":\"q\\\"{[\\\\\"}", "q\"{[\\" },
	{ "{\"k\":\"\\u00e9\"}", "\xc3\xa9" },
};

START_TEST(test_mended)
{
	struct json_doc *doc = parse(mended[_i].bytes);

	ck_assert_msg(doc != NULL, "%s", err.text);
	ck_assert_str_eq(json_doc_string(json_doc_root(doc), "k"),
	    mended[_i].string);
	json_doc_free(doc);
}
END_TEST

static const char *const broken[] = { "", " ", "{", "}", "[1,]", "{}x",
	"{\"a\":}", "{'a':1}", "\"", "{\"a\":\"\\u0000\"}",
	"{\"a\":\"\\\xe9\"}", "nul", "[1e9999]", "{\"a\":\"b" };

START_TEST(test_broken)
{
	ck_assert_ptr_null(parse(broken[_i]));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

/* One level more than allowed is refused before the parser sees it. */
START_TEST(test_depth)
{
	char deep[2 * JSON_DOC_DEPTH + 3];
	struct json_doc *doc;

	memset(deep, '[', JSON_DOC_DEPTH + 1);
	memset(deep + JSON_DOC_DEPTH + 1, ']', JSON_DOC_DEPTH + 1);
	ck_assert_ptr_null(parse_bytes(deep, sizeof(deep) - 1));
	ck_assert_ptr_nonnull(strstr(err.text, "nested"));
	doc = parse_bytes(deep + 1, 2 * JSON_DOC_DEPTH);
	ck_assert_ptr_nonnull(doc);
	json_doc_free(doc);
}
END_TEST

START_TEST(test_depth_of_strings)
{
	char wide[3 * JSON_DOC_DEPTH + 4];
	struct json_doc *doc;

	memset(wide, '{', sizeof(wide));
	memcpy(wide, "[\"", 2);
	memcpy(wide + sizeof(wide) - 2, "\"]", 2);
	doc = parse_bytes(wide, sizeof(wide));
	ck_assert_ptr_nonnull(doc);
	json_doc_free(doc);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json_doc");
	TCase *tcase = tcase_create("json_doc");

	tcase_add_test(tcase, test_getters);
	tcase_add_test(tcase, test_nothing);
	tcase_add_test(tcase, test_members_in_order);
	tcase_add_loop_test(tcase, test_mended, 0, COUNT(mended));
	tcase_add_loop_test(tcase, test_broken, 0, COUNT(broken));
	tcase_add_test(tcase, test_depth);
	tcase_add_test(tcase, test_depth_of_strings);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
