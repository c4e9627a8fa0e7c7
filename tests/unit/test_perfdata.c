/* SPDX-License-Identifier: ISC */
#include "model/perfdata.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "tests/suite.h"

/* "label=value unit warn crit min max" of each datum, "!" for what is skipped.
 */
static const char *
read_all(const char *bytes, size_t len)
{
	static char room[2000];
	struct text text = TEXT_OVER(room);
	static const char *const units[] = { "", "s", "B", "%", "c" };
	struct perfdata datum;
	enum perfdata_got got;
	struct err err;

	while (
	    (got = perfdata_next(&bytes, &len, &datum, &err)) != PERFDATA_END) {
		if (text.len)
			text_add_char(&text, ' ');
		if (got == PERFDATA_SKIPPED) {
			text_add_char(&text, '!');
			continue;
		}
		text_addf(&text, "%s=", datum.label);
		num_format(&text, datum.value);
		text_addf(&text, "%s;", units[datum.unit]);
		range_format(&text, &datum.limits.warning);
		text_add_char(&text, ';');
		range_format(&text, &datum.limits.critical);
		text_add_char(&text, ';');
		if (isfinite(datum.min))
			num_format(&text, datum.min);
		text_add_char(&text, ';');
		if (isfinite(datum.max))
			num_format(&text, datum.max);
	}
	return room;
}

static const struct {
	const char *bytes, *read;
} data[] = {
	{ "", "" },
	{ " \n\t ", "" },
	{ "a=1", "a=1;;;;" },
	{ "a=1;2;3;0;10", "a=1;2;3;0;10" },
	{ "a=1;;;;", "a=1;;;;" },
	{ "a=1;;3", "a=1;;3;;" },
	{ "rta=12.5ms;100;200;0;", "rta=0.0125s;0.1;0.2;0;" },
	{ "t=1m t=2h t=1d t=5us t=7ns",
	    "t=60s;;;; t=7200s;;;; t=86400s;;;; t=0.000005s;;;; t=0s;;;;" },
	{ "t=5\xc2\xb5s t=5\xce\xbcs", "t=0.000005s;;;; t=0.000005s;;;;" },
	{ "m=2KB;1:3 m=2KiB m=1MB m=1MiB",
	    "m=2000B;1000:3000;;; m=2048B;;;; m=1000000B;;;; m=1048576B;;;;" },
	{ "pl=20%;10:;~:60;0;100", "pl=20%;10:;60;0;100" },
	{ "n=12c", "n=12c;;;;" },
	{ "w=230V", "w=230;;;;" },
	{ "x=-1.5 y=+2 z=.5 u=5.", "x=-1.5;;;; y=2;;;; z=0.5;;;; u=5;;;;" },
	{ "x=1e-05 y=2E3s", "x=0.00001;;;; y=2000s;;;;" },
	{ "x=1e y=2", "x=1;;;; y=2;;;;" },
	{ "'a b'=1 'it''s'=2 'a=b'=3", "a b=1;;;; it's=2;;;; a=b=3;;;;" },
	{ "'C:\\ used'=5GB", "C:\\ used=5000000000B;;;;" },
	{ "/=5 /boot=6", "/=5;;;; /boot=6;;;;" },
	{ "a=U b=1", "b=1;;;;" },
	{ "a=U", "" },
	{ "a=nan b=inf c=0x10 d= e==", "! ! ! ! !" },
	{ "a=1;abc;2:1;x;y", "a=1;;;;" },
	{ "a=1,5 b=2", "! b=2;;;;" },
	{ "word a=1 other", "! a=1;;;; !" },
	{ "=1 ''=2 'open=3", "! ! !" },
	{ "'a'1=2 b=3", "! b=3;;;;" },
	{ "a=1;2;3;4;5;6;7 b=8", "a=1;2;3;4;5 b=8;;;;" },
	{ "a=1e999 b=1", "! b=1;;;;" },
};

START_TEST(grammar)
{
	ck_assert_str_eq(read_all(data[_i].bytes, strlen(data[_i].bytes)),
	    data[_i].read);
}
END_TEST

/* Every prefix ends, and reads nothing behind its end. */
START_TEST(every_prefix)
{
	static const char whole[] = "'a ''b'=1.5e3ms;@1:2;~:3;0;9 x y=U z=1%";

	for (size_t len = 0; len < sizeof(whole); len++) {
		char *copy = malloc(len + 1);

		memcpy(copy, whole, len);
		memset(copy + len, '9', 1);
		read_all(copy, len);
		free(copy);
	}
}
END_TEST

START_TEST(long_labels_and_numbers)
{
	char bytes[600];
	struct perfdata datum;
	struct err err;

	for (size_t len = 1; len < 400; len++) {
		const char *at = bytes;
		size_t left = len + 2;

		memset(bytes, 'a', len);
		memcpy(bytes + len, "=1", 2);
		ck_assert_int_eq(perfdata_next(&at, &left, &datum, &err),
		    len < PERFDATA_LABEL ? PERFDATA_DATUM : PERFDATA_SKIPPED);
		at = bytes;
		left = len + 2;
		memset(bytes, '1', len + 2);
		bytes[0] = 'a';
		bytes[1] = '=';
		ck_assert_int_eq(perfdata_next(&at, &left, &datum, &err),
		    len < 128 ? PERFDATA_DATUM : PERFDATA_SKIPPED);
	}
}
END_TEST

START_TEST(says_what_is_none)
{
	const char *bytes = "br<o>ken";
	size_t len = strlen(bytes);
	struct perfdata datum;
	struct err err;

	ck_assert_int_eq(perfdata_next(&bytes, &len, &datum, &err),
	    PERFDATA_SKIPPED);
	ck_assert_str_eq(err.text,
	    "no perfdata: br(o)ken has no label and value");
	ck_assert_uint_eq(len, 0);
}
END_TEST

static const struct {
	const char *output, *first, *rest;
} outputs[] = {
	{ "", "", "" },
	{ "OK", "", "" },
	{ "OK|a=1", "a=1", "" },
	{ "OK|a=1\n", "a=1", "" },
	{ "OK|a=1\nlong text\n", "a=1", "" },
	{ "OK|a=1\nmore|b=2\nc=3\n", "a=1", "b=2\nc=3\n" },
	{ "OK\nmore\nlast|a=1 b=2\n", "", "a=1 b=2\n" },
	{ "|", "", "" },
	{ "\n|", "", "" },
};

START_TEST(where_they_are)
{
	struct perfdata_piece pieces[2];

	perfdata_find(outputs[_i].output, strlen(outputs[_i].output), pieces);
	ck_assert_uint_eq(pieces[0].len, strlen(outputs[_i].first));
	ck_assert_mem_eq(pieces[0].bytes, outputs[_i].first, pieces[0].len);
	ck_assert_uint_eq(pieces[1].len, strlen(outputs[_i].rest));
	ck_assert_mem_eq(pieces[1].bytes, outputs[_i].rest, pieces[1].len);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("perfdata");
	TCase *tcase = tcase_create("perfdata");

	tcase_add_loop_test(tcase, grammar, 0, COUNT(data));
	tcase_add_test(tcase, every_prefix);
	tcase_add_test(tcase, long_labels_and_numbers);
	tcase_add_test(tcase, says_what_is_none);
	tcase_add_loop_test(tcase, where_they_are, 0, COUNT(outputs));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
