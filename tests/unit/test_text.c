/* SPDX-License-Identifier: ISC */
#include "lib/base/text.c"
#include "tests/suite.h"

static void format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
format(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_addv(text, format, args);
	va_end(args);
}

static void
add(struct text *text, const char *string)
{
	text_add(text, string);
}

static void
add_formatted(struct text *text, const char *string)
{
	text_addf(text, "%s", string);
}

/* Both ways to add text cut at the same place. */
static void (*const adders[])(struct text *text, const char *string) = {
	add,
	add_formatted,
};

static const struct {
	const char *string;
	size_t size; /* of the buffer */
	const char *kept;
	bool cut;
} cuts[] = {
	{ "abc", 1, "", true },
	{ "abc", 2, "a", true },
	{ "abc", 3, "ab", true },
	{ "abc", 4, "abc", false },
	{ "abc", 5, "abc", false },
	{ "", 1, "", false },
	/* e-acute, euro sign, an emoji: two, three and four bytes. */
	{ "a\xc3\xa9", 2, "a", true },
	{ "a\xc3\xa9", 3, "a", true },
	{ "a\xc3\xa9", 4, "a\xc3\xa9", false },
	{ "a\xc3\xa9z", 4, "a\xc3\xa9", true },
	{ "\xe2\x82\xacz", 2, "", true },
	{ "\xe2\x82\xacz", 3, "", true },
	{ "\xe2\x82\xacz", 4, "\xe2\x82\xac", true },
	{ "\xf0\x9f\x98\x80z", 4, "", true },
	{ "\xf0\x9f\x98\x80z", 5, "\xf0\x9f\x98\x80", true },
	{ "\xf0\x9f\x98\x80z", 6, "\xf0\x9f\x98\x80z", false },
	/* No UTF-8: cut anywhere, but within the buffer. */
	{ "\x80\x80\x80\x80\x80\x80", 4, "\x80\x80\x80", true },
	{ "a\x80\x80\x80\x80\x80", 6, "a\x80\x80\x80\x80", true },
};

START_TEST(cuts_between_characters)
{
	for (int i = 0; i < COUNT(adders); i++) {
		char room[16];
		struct text text;

		memset(room, 'x', sizeof(room));
		text_init(&text, room, cuts[_i].size);
		adders[i](&text, cuts[_i].string);
		ck_assert_str_eq(room, cuts[_i].kept);
		ck_assert_uint_eq(text.len, strlen(cuts[_i].kept));
		ck_assert_int_eq(text.cut, cuts[_i].cut);
		for (size_t j = cuts[_i].size; j < sizeof(room); j++)
			ck_assert_int_eq(room[j], 'x');
	}
}
END_TEST

START_TEST(appends)
{
	char room[32];
	struct text text = TEXT_OVER(room);

	text_add(&text, "a");
	text_add_char(&text, '-');
	text_addf(&text, "%d", 42);
	format(&text, "/%s", "b");
	text_add_bytes(&text, "c\0d", 3);
	ck_assert_uint_eq(text.len, 9);
	ck_assert_mem_eq(room, "a-42/bc\0d", 10);
	ck_assert(!text.cut);
	text_clear(&text);
	ck_assert_uint_eq(text.len, 0);
	ck_assert_str_eq(room, "");
}
END_TEST

START_TEST(takes_all_bytes_or_none)
{
	char room[4];
	struct text text = TEXT_OVER(room);

	text_add_bytes(&text, "abcd", 4);
	ck_assert_str_eq(room, "");
	ck_assert(text.cut);
	text_add_bytes(&text, "abc", 3);
	ck_assert_str_eq(room, "abc");
	text_add_char(&text, 'd');
	ck_assert_str_eq(room, "abc");
	text_clear(&text);
	ck_assert(!text.cut);
}
END_TEST

/* --- foreign text --------------------------------------------------------- */

static const struct {
	const char *in;
	size_t len; /* 0: strlen */
	const char *out;
} foreigns[] = {
	{ "", 0, "" },
	{ "plain text", 0, "plain text" },
	{ "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80", 0,
	    "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80" },
	/* What engines, shells and web pages give a meaning. */
	{ "|<>&\"'`$", 0, "/()+____" },
	{ "a|b=1;2", 0, "a/b=1;2" },
	{ "<b>&amp;</b>", 0, "(b)+amp;(/b)" },
	/* Runs of white space and control characters are one space, and none
	 * at the ends. */
	{ "a\nb", 0, "a b" },
	{ "a\r\n\t \n\nb", 0, "a b" },
	{ "  a  ", 0, "a" },
	{ "\n\n", 0, "" },
	{ "a\0b", 3, "a b" },
	{ "\x1b[31mred\x1b[0m", 0, "[31mred [0m" },
	{ "a\x7f"
	  "b",
	    0, "a b" },
	/* C1 as characters: U+0080, U+0085 (next line), U+009B (CSI). */
	{ "a\xc2\x80"
	  "b\xc2\x85"
	  "c\xc2\x9b"
	  "d",
	    0, "a b c d" },
	{ "a\xc2\xa0"
	  "b",
	    0, "a b" },
	/* U+2028, U+2029 */
	{ "a\xe2\x80\xa8"
	  "b\xe2\x80\xa9"
	  "c",
	    0, "a b c" },
	/* Bidirectional: U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F,
	 * U+061C. */
	{ "a\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae"
	  "b",
	    0, "a b" },
	{ "a\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"
	  "b",
	    0, "a b" },
	{ "a\xe2\x80\x8e"
	  "b\xe2\x80\x8f"
	  "c\xd8\x9c"
	  "d",
	    0, "a b c d" },
	/* U+FEFF */
	{ "\xef\xbb\xbf"
	  "a",
	    0, "a" },
	/* Just beside them: U+00A1, U+2010, U+2030, U+2070. */
	{ "\xc2\xa1\xe2\x80\x90\xe2\x80\xb0\xe2\x81\xb0", 0,
	    "\xc2\xa1\xe2\x80\x90\xe2\x80\xb0\xe2\x81\xb0" },
	/* Bytes that are no UTF-8: a lone continuation, bytes that never
	 * occur, Latin-1. */
	{ "\x80", 0, "?" },
	{ "\xff\xfe", 0, "??" },
	{ "M\xfcnchen", 0, "M?nchen" },
	/* C1 as bytes. */
	{ "a\x9b"
	  "b",
	    0, "a?b" },
	/* Truncated, at the end and before other text. */
	{ "a\xc3", 0, "a?" },
	{ "a\xe2\x82", 0, "a??" },
	{ "a\xf0\x9f\x98", 0, "a???" },
	{ "\xe2\x82z", 0, "??z" },
	{ "\xc3|", 0, "?/" },
	/* Overlong: '/' in two, three and four bytes, NUL in two. */
	{ "\xc0\xaf", 0, "??" },
	{ "\xe0\x80\xaf", 0, "???" },
	{ "\xf0\x80\x80\xaf", 0, "????" },
	{ "\xc0\x80", 0, "??" },
	{ "\xc1\xbf", 0, "??" },
	{ "\xe0\x9f\xbf", 0, "???" },
	{ "\xf0\x8f\xbf\xbf", 0, "????" },
	/* The smallest that need their length. */
	{ "\xc2\xbf\xe0\xa0\x80\xf0\x90\x80\x80", 0,
	    "\xc2\xbf\xe0\xa0\x80\xf0\x90\x80\x80" },
	/* Surrogates U+D800, U+DFFF, and their neighbours. */
	{ "\xed\xa0\x80", 0, "???" },
	{ "\xed\xbf\xbf", 0, "???" },
	{ "\xed\x9f\xbf\xee\x80\x80", 0, "\xed\x9f\xbf\xee\x80\x80" },
	/* U+10FFFF is the last one. */
	{ "\xf4\x8f\xbf\xbf", 0, "\xf4\x8f\xbf\xbf" },
	{ "\xf4\x90\x80\x80", 0, "????" },
	{ "\xf8\x88\x80\x80\x80", 0, "?????" },
};

static size_t
foreign_len(int i)
{
	return foreigns[i].len ? foreigns[i].len : strlen(foreigns[i].in);
}

START_TEST(cleans_foreign_text)
{
	char room[128];
	struct text text = TEXT_OVER(room);

	text_foreign(&text, foreigns[_i].in, foreign_len(_i), 100);
	ck_assert_str_eq(room, foreigns[_i].out);
	ck_assert(!text.cut);
}
END_TEST

START_TEST(cleaning_is_idempotent)
{
	char once_room[128], twice_room[128];
	struct text once = TEXT_OVER(once_room), twice = TEXT_OVER(twice_room);

	text_foreign(&once, foreigns[_i].in, foreign_len(_i), 100);
	text_foreign(&twice, once.data, once.len, 100);
	ck_assert_str_eq(once_room, twice_room);
}
END_TEST

/* The bytes behind the text are another allocation's: ASan would tell. */
START_TEST(reads_no_further_than_told)
{
	const size_t len = foreign_len(_i);
	char room[128];
	struct text text = TEXT_OVER(room);

	for (size_t prefix = 0; prefix <= len; prefix++) {
		char *bytes = malloc(prefix + 1);

		memcpy(bytes, foreigns[_i].in, prefix);
		bytes = realloc(bytes, prefix ? prefix : 1);
		text_clear(&text);
		text_foreign(&text, bytes, prefix, 100);
		free(bytes);
	}
}
END_TEST

static const struct {
	const char *in;
	size_t max_chars, size;
	const char *out;
	bool cut;
} bounds[] = {
	/* By characters: 0, n-1, n, n+1. */
	{ "abcde", 0, 64, "...", true },
	{ "abcde", 4, 64, "abcd...", true },
	{ "abcde", 5, 64, "abcde", false },
	{ "abcde", 6, 64, "abcde", false },
	{ "", 0, 64, "", false },
	{ "  ", 0, 64, "", false },
	{ "\xc3\xa9\xc3\xa9\xc3\xa9", 2, 64, "\xc3\xa9\xc3\xa9...", true },
	{ "\xc3\xa9\xc3\xa9\xc3\xa9", 3, 64, "\xc3\xa9\xc3\xa9\xc3\xa9",
	    false },
	/* A space counts, and does not stand before the dots. */
	{ "ab cd", 2, 64, "ab...", true },
	{ "ab cd", 3, 64, "ab...", true },
	{ "ab cd", 4, 64, "ab c...", true },
	{ "ab cd", 5, 64, "ab cd", false },
	/* White space at the end is nothing that would be cut. */
	{ "ab \n", 2, 64, "ab", false },
	/* By the buffer: as large as the text, and one less. */
	{ "abcde", 99, 6, "abcde", false },
	{ "abcde", 99, 5, "a...", true },
	{ "abcdefgh", 99, 8, "abcd...", true },
	{ "ab cdefgh", 99, 8, "ab c...", true },
	{ "ab cdefgh", 99, 7, "ab...", true },
	/* Room for the space, but not for what follows it. */
	{ "ab c", 99, 4, "...", true },
	{ "a\xe2\x82\xac\xe2\x82\xac", 99, 8, "a\xe2\x82\xac\xe2\x82\xac",
	    false },
	{ "a\xe2\x82\xac\xe2\x82\xac", 99, 7, "a...", true },
	/* Not even room for the dots. */
	{ "abcde", 99, 3, "..", true },
	{ "abcde", 99, 1, "", true },
	{ "a", 99, 1, "", true },
	{ "a", 99, 2, "a", false },
};

START_TEST(bounds_foreign_text)
{
	char room[64];
	struct text text;

	text_init(&text, room, bounds[_i].size);
	text_foreign(&text, bounds[_i].in, strlen(bounds[_i].in),
	    bounds[_i].max_chars);
	ck_assert_str_eq(room, bounds[_i].out);
	ck_assert_uint_eq(text.len, strlen(bounds[_i].out));
	ck_assert_int_eq(text.cut, bounds[_i].cut);
}
END_TEST

START_TEST(appends_foreign_text)
{
	char room[64];
	struct text text = TEXT_OVER(room);

	text_add(&text, "title: ");
	text_foreign(&text, " a\nb ", 5, 10);
	text_foreign(&text, "|", 1, 10);
	ck_assert_str_eq(room, "title: a b/");
}
END_TEST

/* No character, whatever it is, leaves a byte that has a meaning, and all that
 * leaves can be decoded again. */
START_TEST(cleans_every_character)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		const unsigned char four[] = { 0xf0 | code >> 18,
			0x80 | (code >> 12 & 0x3f), 0x80 | (code >> 6 & 0x3f),
			0x80 | (code & 0x3f) };
		const unsigned char three[] = { 0xe0 | (code >> 12 & 0xf),
			four[2], four[3] };
		const unsigned char two[] = { 0xc0 | (code >> 6 & 0x1f),
			four[3] };
		const unsigned char one[] = { (unsigned char)code };
		const unsigned char *const forms[] = { one, two, three, four };
		const size_t len = code < 0x80 ? 1
		    : code < 0x800	       ? 2
		    : code < 0x10000	       ? 3
					       : 4;
		const bool surrogate = code >= 0xd800 && code <= 0xdfff;
		char room[16];
		struct text text = TEXT_OVER(room);
		uint32_t back;

		text_foreign(&text, forms[len - 1], len, 10);
		if (surrogate) {
			ck_assert_str_eq(room, "???");
			continue;
		}
		if (text.len == 0)
			continue;
		ck_assert_uint_eq(
		    decode((const unsigned char *)room, text.len, &back),
		    text.len);
		ck_assert(!blank(back) && back >= 0x20);
		ck_assert_ptr_null(strpbrk(room, "|<>&\"'`$"));
		ck_assert(text.len == 1 || back == code);
	}
}
END_TEST

/* --- relayed text --------------------------------------------------------- */

static const struct {
	const char *bytes, *relayed;
} relays[] = {
	{ "OK <b>|a=1\n\tmore & 'more'\n", "OK <b>|a=1\n\tmore & 'more'\n" },
	{ "caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac" },
	{ "\x1b[31mred\x07", "?[31mred?" },
	{ "dos\r\nlines\r\n", "dos\nlines\n" },
	{ "\xff\xc3[\xc3", "??[?" },
	{ "\xe2\x80\xae"
	  "abc\xe2\x81\xa9\xc2\x85",
	    "?abc??" },
};

START_TEST(relayed)
{
	char room[100];
	struct text text = TEXT_OVER(room);

	text_relay(&text, relays[_i].bytes, strlen(relays[_i].bytes));
	ck_assert_str_eq(room, relays[_i].relayed);
	ck_assert(!text.cut);
}
END_TEST

START_TEST(relayed_is_never_longer)
{
	for (size_t size = 1; size < 12; size++) {
		static const char bytes[] = "a\xc3\xa9\0\xe2\x82\xac\r\xffz";
		char room[12];
		struct text text;

		text_init(&text, room, size);
		text_relay(&text, bytes, sizeof(bytes) - 1);
		ck_assert_uint_le(text.len, size - 1);
		ck_assert_int_eq(text.cut, size - 1 < sizeof(bytes) - 2);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, relayed, 0,
	    sizeof(relays) / sizeof(relays[0]));
	tcase_add_test(tcase, relayed_is_never_longer);
	tcase_add_loop_test(tcase, cuts_between_characters, 0, COUNT(cuts));
	tcase_add_test(tcase, appends);
	tcase_add_test(tcase, takes_all_bytes_or_none);
	tcase_add_loop_test(tcase, cleans_foreign_text, 0, COUNT(foreigns));
	tcase_add_loop_test(tcase, cleaning_is_idempotent, 0, COUNT(foreigns));
	tcase_add_loop_test(tcase, reads_no_further_than_told, 0,
	    COUNT(foreigns));
	tcase_add_loop_test(tcase, bounds_foreign_text, 0, COUNT(bounds));
	tcase_add_test(tcase, appends_foreign_text);
	tcase_add_test(tcase, cleans_every_character);
	return suite_run(suite);
}
