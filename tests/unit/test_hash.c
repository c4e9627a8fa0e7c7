/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/base/hash.c"
#include "tests/suite.h"

/* Vectors of draft-eastlake-fnv, appendix C. */
static const struct {
	const char *text;
	uint64_t hash;
} vectors[] = {
	{ "", UINT64_C(0xcbf29ce484222325) },
	{ "a", UINT64_C(0xaf63dc4c8601ec8c) },
	{ "b", UINT64_C(0xaf63df4c8601f1a5) },
	{ "foo", UINT64_C(0xdcb27518fed9d577) },
	{ "foobar", UINT64_C(0x85944171f73967e8) },
};

START_TEST(matches_the_published_vectors)
{
	ck_assert_uint_eq(
	    hash_add(HASH_START, vectors[_i].text, strlen(vectors[_i].text)),
	    vectors[_i].hash);
}
END_TEST

START_TEST(continues_where_it_was)
{
	const uint64_t whole = hash_add(HASH_START, "foobar", 6);

	for (size_t cut = 0; cut <= 6; cut++)
		ck_assert_uint_eq(hash_add(hash_add(HASH_START, "foobar", cut),
				      "foobar" + cut, 6 - cut),
		    whole);
}
END_TEST

/* What the state files rely on. */
START_TEST(notices_every_change_of_one_byte)
{
	unsigned char text[] = "version 1\nkey value\n";
	const size_t len = sizeof(text) - 1;
	const uint64_t right = hash_add(HASH_START, text, len);

	for (size_t i = 0; i < len; i++)
		for (unsigned change = 1; change < 256; change++) {
			text[i] ^= (unsigned char)change;
			ck_assert_uint_ne(hash_add(HASH_START, text, len),
			    right);
			text[i] ^= (unsigned char)change;
		}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hash");
	TCase *tcase = tcase_create("hash");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, matches_the_published_vectors, 0,
	    COUNT(vectors));
	tcase_add_test(tcase, continues_where_it_was);
	tcase_add_test(tcase, notices_every_change_of_one_byte);
	return suite_run(suite);
}
