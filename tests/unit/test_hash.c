/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/hash.h"
#include "tests/suite.h"

/* Source: draft-eastlake-fnv, test vectors of the 64-bit FNV-1a. */
START_TEST(fnv_as_published)
{
	ck_assert_uint_eq(hash_add(HASH_START, "", 0), HASH_START);
	ck_assert_uint_eq(hash_add(HASH_START, "a", 1),
	    UINT64_C(0xaf63dc4c8601ec8c));
	ck_assert_uint_eq(hash_add(HASH_START, "foobar", 6),
	    UINT64_C(0x85944171f73967e8));
	ck_assert_uint_eq(hash_add(hash_add(HASH_START, "foo", 3), "bar", 3),
	    UINT64_C(0x85944171f73967e8));
}
END_TEST

/* From a second implementation: files outlive a program. */
START_TEST(block_is_stable)
{
	unsigned char bytes[107];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	ck_assert_uint_eq(hash_block("", 0), UINT64_C(0x2a4d4c03c26f1b38));
	ck_assert_uint_eq(hash_block(bytes, sizeof(bytes)),
	    UINT64_C(0xbf72e2977ba73372));
}
END_TEST

/* Whatever changes within one word, at every length and place. */
START_TEST(block_sees_every_change)
{
	unsigned char bytes[100] = { 0 };

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		const uint64_t before = hash_block(bytes, len);

		ck_assert(len == 0 || hash_block(bytes, len - 1) != before);
		for (size_t bit = 0; bit < len * 8; bit++) {
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
			ck_assert(hash_block(bytes, len) != before);
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
	}
}
END_TEST

/* The high bits of two words must not cancel out. */
START_TEST(block_mixes)
{
	unsigned char bytes[96] = { 0 };
	const uint64_t before = hash_block(bytes, sizeof(bytes));

	for (size_t a = 0; a < sizeof(bytes) * 8; a++)
		for (size_t b = 0; b < a; b++) {
			bytes[a / 8] ^= (unsigned char)(1 << a % 8);
			bytes[b / 8] ^= (unsigned char)(1 << b % 8);
			ck_assert(hash_block(bytes, sizeof(bytes)) != before);
			bytes[a / 8] ^= (unsigned char)(1 << a % 8);
			bytes[b / 8] ^= (unsigned char)(1 << b % 8);
		}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hash");
	TCase *tcase = tcase_create("hash");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, fnv_as_published);
	tcase_add_test(tcase, block_is_stable);
	tcase_add_test(tcase, block_sees_every_change);
	tcase_add_test(tcase, block_mixes);
	return suite_run(suite);
}
