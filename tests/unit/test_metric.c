/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/model/metric.c"
#include "tests/suite.h"

static const struct {
	enum metric_kind kind;
	enum metric_unit unit;
	const char *uom, *name;
} units_cases[] = {
	{ METRIC_GAUGE, METRIC_PLAIN, "", "" },
	{ METRIC_GAUGE, METRIC_SECONDS, "s", "seconds" },
	{ METRIC_GAUGE, METRIC_BYTES, "B", "bytes" },
	{ METRIC_GAUGE, METRIC_PERCENT, "%", "ratio" },
	{ METRIC_COUNTER, METRIC_PLAIN, "c", "" },
	{ METRIC_COUNTER, METRIC_SECONDS, "s", "seconds" },
	{ METRIC_COUNTER, METRIC_BYTES, "B", "bytes" },
	{ METRIC_INFO, METRIC_PLAIN, "", "" },
};

START_TEST(names_units)
{
	const struct metric_def def = {
		.name = "x",
		.kind = units_cases[_i].kind,
		.unit = units_cases[_i].unit,
	};

	ck_assert_str_eq(metric_uom(&def), units_cases[_i].uom);
	ck_assert_str_eq(metric_unit_name(def.unit), units_cases[_i].name);
}
END_TEST

static const struct {
	enum metric_unit unit;
	double value;
	const char *people, *exact;
} values[] = {
	{ METRIC_PLAIN, 6, "6", "6" },
	{ METRIC_PLAIN, 0.25, "0.25", "0.25" },
	{ METRIC_PLAIN, 123456, "123456", "123456" },
	{ METRIC_SECONDS, 0.01234, "12.3 ms", "0.01234 s" },
	{ METRIC_SECONDS, 192, "3m 12s", "192 s" },
	{ METRIC_BYTES, 1572864, "1.5 MiB", "1572864 B" },
	{ METRIC_PERCENT, 80, "80 %", "80 %" },
	{ METRIC_PERCENT, 33.333333, "33.3 %", "33.333333 %" },
	{ METRIC_PERCENT, 0, "0 %", "0 %" },
};

START_TEST(formats_values)
{
	const struct metric_def def = { .name = "x", .unit = values[_i].unit };
	char room[64];
	struct text text = TEXT_OVER(room);

	metric_format(&text, &def, values[_i].value);
	ck_assert_str_eq(room, values[_i].people);
	text_clear(&text);
	metric_writer_of(def.unit, false)(&text, values[_i].value);
	ck_assert_str_eq(room, values[_i].people);
	text_clear(&text);
	metric_writer_of(def.unit, true)(&text, values[_i].value);
	ck_assert_str_eq(room, values[_i].exact);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("metric");
	TCase *tcase = tcase_create("metric");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, names_units, 0, COUNT(units_cases));
	tcase_add_loop_test(tcase, formats_values, 0, COUNT(values));
	return suite_run(suite);
}
