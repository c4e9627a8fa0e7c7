/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <string.h>

#include "base/literal.h"
#include "tests/suite.h"

static char text[20000];

static struct literal
make(const char *bytes, const char *sample)
{
	struct literal literal;

	literal_init(&literal, bytes, strlen(bytes), sample, strlen(sample));
	return literal;
}

START_TEST(the_rarest_byte)
{
	ck_assert_uint_eq(make("death", "the earth heated").rarest, 0);
	ck_assert_uint_eq(make("health", "a shall heat h").rarest, 1);
	ck_assert_uint_eq(make("aab", "aa").rarest, 2);
	ck_assert_uint_eq(make("ab", "").rarest, 0);
}
END_TEST

/* As memmem(3), whatever the sample and however frequent its bytes are. */
static const char *const samples[] = { "", "a", "b", "ab", "zzz" };
static const char *const words[] = { "a", "b", "ab", "aab", "abba", "bbbbbb",
	"ababababab", "z", "az", "zb" };

START_TEST(as_memmem)
{
	uint32_t random = 2463534242u + (uint32_t)_i;
	const char *const end = text + sizeof(text);

	for (size_t i = 0; i < sizeof(text); i++) {
		/* xorshift, Marsaglia 2003 */
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		text[i] = random % 997 == 0		? 'z'
		    : random % 8 < (uint32_t)_i % 7 + 1 ? 'a'
							: 'b';
	}
	for (size_t w = 0; w < COUNT(words); w++) {
		const struct literal literal =
		    make(words[w], samples[(size_t)_i % COUNT(samples)]);
		const char *at = text, *wanted;

		do {
			wanted = memmem(at, (size_t)(end - at), words[w],
			    strlen(words[w]));
			ck_assert_ptr_eq(literal_find(&literal, at, end),
			    wanted);
			at = wanted + 1;
		} while (wanted != NULL);
	}
}
END_TEST

START_TEST(borders)
{
	const struct literal literal = make("needle", "eeee");

	for (size_t len = 0; len < 6; len++)
		ck_assert_ptr_null(
		    literal_find(&literal, literal.bytes, literal.bytes + len));
	ck_assert_ptr_eq(
	    literal_find(&literal, literal.bytes, literal.bytes + 6),
	    literal.bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("literal");
	TCase *tcase = tcase_create("literal");

	tcase_add_test(tcase, the_rarest_byte);
	tcase_add_loop_test(tcase, as_memmem, 0, 35);
	tcase_add_test(tcase, borders);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
