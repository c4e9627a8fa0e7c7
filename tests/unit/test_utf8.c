/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "tests/suite.h"

/* Every number of 21 bits and more, written by the rule of its length: just the
 * characters that there are come back. */
static size_t
write_as(uint32_t code, size_t len, uint8_t bytes[static 4])
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	if (len == 1) {
		bytes[0] = (uint8_t)code;
		return 1;
	}
	for (size_t i = len - 1; i > 0; i--, code >>= 6)
		bytes[i] = (uint8_t)(0x80 | (code & 0x3f));
	bytes[0] = (uint8_t)(lead[len] | code);
	return len;
}

static size_t
shortest(uint32_t code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static bool
exists(uint32_t code)
{
	return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

START_TEST(every_character)
{
	for (uint32_t code = 0; code < 0x200000; code++) {
		uint8_t bytes[4];
		const size_t len = write_as(code, shortest(code), bytes);
		uint32_t read = UINT32_MAX;

		if (!exists(code)) {
			if (utf8_len(bytes, len) != 0)
				ck_abort_msg("%x exists", code);
			continue;
		}
		if (utf8_decode(bytes, len, &read) != len || read != code)
			ck_abort_msg("%x is read as %x", code, read);
		if (len > 1 && utf8_len(bytes, len - 1) != 0)
			ck_abort_msg("%x is cut, and read", code);
	}
}
END_TEST

START_TEST(no_longer_form)
{
	for (uint32_t code = 0; code < 0x10000; code++)
		for (size_t len = shortest(code) + 1; len <= 4; len++) {
			uint8_t bytes[4];
			uint32_t read = 7;

			if (utf8_decode(bytes, write_as(code, len, bytes),
				&read) != 0 ||
			    read != 7)
				ck_abort_msg("%x in %zu bytes", code, len);
		}
}
END_TEST

START_TEST(no_other_bytes)
{
	static const uint8_t bad[][4] = { { 0x80 }, { 0xbf, 0x80 },
		{ 0xc3, 0x28 }, { 0xe2, 0x82, 0x28 }, { 0xe2, 0x28, 0xa1 },
		{ 0xf0, 0x9f, 0x98, 0x28 }, { 0xf0, 0x9f, 0x28, 0x80 },
		{ 0xf8, 0x88, 0x80, 0x80 }, { 0xff, 0xff, 0xff, 0xff } };

	for (int i = 0; i < COUNT(bad); i++)
		ck_assert_uint_eq(utf8_len(bad[i], 4), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tcase = tcase_create("utf8");

	tcase_add_test(tcase, every_character);
	tcase_add_test(tcase, no_longer_form);
	tcase_add_test(tcase, no_other_bytes);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
