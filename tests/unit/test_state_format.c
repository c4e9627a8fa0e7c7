/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "frame/state_format.h"
#include "tests/suite.h"

#define KEY "check_bgp_session\n2001:db8::7\nvrf=red"

#define BODY "seen 4711 0x1f\nseen 4712 0x20\n"

static char file[512];
static size_t file_len;

/* A file of KEY and `body` in `file`. */
static void
encode(const char *body, size_t len)
{
	struct text text;

	text_init(&text, file, sizeof(file));
	state_encode(&text, KEY, body, len);
	ck_assert(!text.cut);
	file_len = text.len;
}

/* Decodes a copy of exactly len bytes, so that a sanitizer sees what is read
 * behind the end. */
static bool
decode(const char *bytes, size_t len, const char *key, struct err *err)
{
	char *copy = malloc(len ? len : 1);
	const char *body = NULL;
	size_t body_len = 0;
	bool ok;

	memcpy(copy, bytes, len);
	*err = (struct err){ 0 };
	ok = state_decode(copy, len, key, &body, &body_len, err);
	if (ok)
		ck_assert(body >= copy && body + body_len == copy + len);
	else
		ck_assert(!body && err->kind != ERR_NONE && *err->text);
	free(copy);
	return ok;
}

static bool
trusted(const char *bytes, size_t len)
{
	struct err err;

	return decode(bytes, len, KEY, &err);
}

START_TEST(test_layout)
{
	static const char want[] = "routevigil-state 1 4 40ddd90661a71e34\n"
				   "3 a\nb\nbody";
	char buffer[128];
	struct text text = TEXT_OVER(buffer);

	state_encode(&text, "a\nb", "body", 4);
	ck_assert_str_eq(text.data, want);
}
END_TEST

static const struct {
	const char *body;
	size_t len;
} bodies[] = {
	{ "", 0 },
	{ BODY, sizeof(BODY) - 1 },
	{ "\0\xff\n\0", 4 },
	{ "routevigil-state 1 0 0000000000000000\n0 \n", 41 },
};

START_TEST(test_round_trip)
{
	const char *body = NULL;
	size_t len = 0;
	struct err err;

	encode(bodies[_i].body, bodies[_i].len);
	ck_assert(state_decode(file, file_len, KEY, &body, &len, &err));
	ck_assert_mem_eq(body, bodies[_i].body, bodies[_i].len);
	ck_assert_uint_eq(len, bodies[_i].len);
	ck_assert_uint_le(file_len - bodies[_i].len - strlen(KEY),
	    STATE_FORMAT_OVERHEAD);
}
END_TEST

START_TEST(test_every_bit)
{
	encode(BODY, strlen(BODY));
	for (size_t i = 0; i < file_len * 8; i++) {
		file[i / 8] ^= (char)(1 << i % 8);
		ck_assert_msg(!trusted(file, file_len), "bit %zu", i);
		file[i / 8] ^= (char)(1 << i % 8);
	}
	ck_assert(trusted(file, file_len));
}
END_TEST

/* Every other value of every byte, not just one bit of it. */
START_TEST(test_every_byte)
{
	encode(BODY, strlen(BODY));
	for (size_t i = 0; i < file_len; i++) {
		const char was = file[i];

		for (unsigned delta = 1; delta < 256; delta++) {
			file[i] = (char)((unsigned char)was + delta);
			ck_assert_msg(!trusted(file, file_len),
			    "byte %zu plus %u", i, delta);
		}
		file[i] = was;
	}
}
END_TEST

START_TEST(test_every_cut)
{
	encode(BODY, strlen(BODY));
	for (size_t len = 0; len < file_len; len++) {
		ck_assert_msg(!trusted(file, len), "%zu bytes", len);
		ck_assert_msg(!trusted(file + file_len - len, len),
		    "the last %zu bytes", len);
	}
}
END_TEST

START_TEST(test_nothing_may_follow)
{
	encode(BODY, strlen(BODY));
	for (unsigned c = 0; c < 256; c++) {
		file[file_len] = (char)c;
		ck_assert(!trusted(file, file_len + 1));
	}
	memcpy(file + file_len, file, file_len);
	ck_assert(!trusted(file, 2 * file_len));
}
END_TEST

/* What a power cut leaves of a file that was never synced. */
START_TEST(test_zeros)
{
	encode(BODY, strlen(BODY));
	for (size_t keep = 0; keep < file_len; keep++) {
		encode(BODY, strlen(BODY));
		memset(file + keep, 0, file_len - keep);
		ck_assert_msg(!trusted(file, file_len), "from byte %zu", keep);
	}
}
END_TEST

static const struct {
	const char *file;
	enum err_kind kind;
	const char *text;
} sentences[] = {
	{ "", ERR_PROTOCOL, "is empty" },
	{ "{\"json\": 1}", ERR_PROTOCOL, "is no state file" },
	{ "routevigil-state ", ERR_PROTOCOL, "is no state file" },
	{ "routevigil-state x", ERR_PROTOCOL, "is no state file" },
	{ "routevigil-state 2 whatever comes", ERR_UNSUPPORTED,
	    "is of version 2: written by a newer program" },
	{ "routevigil-state 99999999999999999999999 ", ERR_PROTOCOL,
	    "is no state file" },
	{ "routevigil-state 0 4 40ddd90661a71e34\n3 a\nb\nbody", ERR_PROTOCOL,
	    "is damaged: its first line makes no sense" },
	{ "routevigil-state 1 04 40ddd90661a71e34\n3 a\nb\nbody", ERR_PROTOCOL,
	    "is damaged: its first line makes no sense" },
	{ "routevigil-state 1 4 40DDD90661A71E34\n3 a\nb\nbody", ERR_PROTOCOL,
	    "is damaged: its first line makes no sense" },
	{ "routevigil-state 1 4 40ddd90661a71e34\n4 a\nb\nbody", ERR_PROTOCOL,
	    "is damaged: its key makes no sense" },
	{ "routevigil-state 1 4 40ddd90661a71e34\n"
	  "18446744073709551615 a\nb\nbody",
	    ERR_PROTOCOL, "is damaged: its key makes no sense" },
	{ "routevigil-state 1 4 40ddd90661a71e34\n3 a\nb\nbo", ERR_PROTOCOL,
	    "is cut short: 2 of 4 bytes" },
	{ "routevigil-state 1 4 40ddd90661a71e34\n3 a\nb\nbody!", ERR_PROTOCOL,
	    "is damaged: 1 bytes follow its end" },
	{ "routevigil-state 1 4 40ddd90661a71e34\n3 a\nb\nBody", ERR_PROTOCOL,
	    "is damaged: its checksum does not fit" },
	{ "routevigil-state 1 4 40ddd90661a71e34\n3 a\nb\nbody", ERR_PROTOCOL,
	    "belongs to something else" },
};

START_TEST(test_sentences)
{
	struct err err;

	ck_assert(!decode(sentences[_i].file, strlen(sentences[_i].file),
	    "other", &err));
	ck_assert_str_eq(err.text, sentences[_i].text);
	ck_assert_int_eq(err.kind, sentences[_i].kind);
}
END_TEST

/* One key is the beginning of the other: the lengths tell them apart. */
START_TEST(test_other_key)
{
	struct err err;

	encode(BODY, strlen(BODY));
	ck_assert(decode(file, file_len, KEY, &err));
	ck_assert(!decode(file, file_len, "", &err));
	ck_assert(!decode(file, file_len, "check_bgp_session", &err));
	ck_assert(!decode(file, file_len, KEY "\n" BODY, &err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("state_format");
	TCase *tcase = tcase_create("format");

	tcase_add_test(tcase, test_layout);
	tcase_add_loop_test(tcase, test_round_trip, 0, COUNT(bodies));
	tcase_add_test(tcase, test_every_bit);
	tcase_add_test(tcase, test_every_byte);
	tcase_add_test(tcase, test_every_cut);
	tcase_add_test(tcase, test_nothing_may_follow);
	tcase_add_test(tcase, test_zeros);
	tcase_add_loop_test(tcase, test_sentences, 0, COUNT(sentences));
	tcase_add_test(tcase, test_other_key);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
