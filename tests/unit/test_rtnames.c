/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/rtnames.h"
#include "tests/suite.h"

static char root[] = "/tmp/test_rtnames.XXXXXX";
static char second[64];
static const char *roots[3];
static struct err err;

static void
put(const char *in, const char *name, const char *content)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", in, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(content, file);
	fclose(file);
}

static void
setup(void)
{
	char path[128];

	strcpy(root + strlen(root) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(second, sizeof(second), "%s/share", root);
	ck_assert_int_eq(mkdir(second, 0700), 0);
	snprintf(path, sizeof(path), "%s/rt_tables.d", root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	roots[0] = root;
	roots[1] = second;
	put(root, "rt_tables",
	    "#\n# reserved\n255\tlocal\n\n100 blue # a comment\n"
	    "0x65 hexed\n102\n x y\n103 \n4294967296 huge\n");
	put(root, "rt_tables.d/more.conf", "200 dropped\n");
	put(root, "rt_tables.d/more.off", "201 ignored\n");
	put(second, "rt_tables", "300 shared\n100 shadowed\n");
	put(second, "rt_protos", "77 mine\n");
}

static void
teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
}

static const struct {
	const char *name;
	uint32_t number;
} known[] = {
	{ "main", 254 },
	{ "local", 255 },
	{ "default", 253 },
	{ "100", 100 },
	{ "0x64", 100 },
	{ "4294967295", 4294967295 },
	{ "blue", 100 },
	{ "hexed", 101 },
	{ "dropped", 200 },
	{ "shared", 300 },
	{ "shadowed", 100 },
};

START_TEST(tables_by_name)
{
	uint32_t number = 0;

	ck_assert_msg(rtnames_number(RTNAMES_TABLES, roots, known[_i].name,
			  &number, &err),
	    "%s", err.text);
	ck_assert_uint_eq(number, known[_i].number);
}
END_TEST

static const char *const unknown[] = { "", "green", "ignored", "huge", "x",
	"-1", "100x", "4294967296" };

START_TEST(tables_that_nobody_knows)
{
	uint32_t number;

	ck_assert(
	    !rtnames_number(RTNAMES_TABLES, roots, unknown[_i], &number, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

static const struct {
	enum rtnames_kind kind;
	uint32_t number;
	const char *name;
} numbers[] = {
	{ RTNAMES_TABLES, 254, "main" },
	{ RTNAMES_TABLES, 100, "blue" },
	{ RTNAMES_TABLES, 300, "shared" },
	{ RTNAMES_TABLES, 999, "999" },
	{ RTNAMES_PROTOCOLS, 186, "bgp" },
	{ RTNAMES_PROTOCOLS, 77, "mine" },
	{ RTNAMES_PROTOCOLS, 78, "78" },
	{ RTNAMES_PROTOCOLS, 0, "0" },
};

START_TEST(names_of_numbers)
{
	char room[80];
	struct text text = TEXT_OVER(room);

	rtnames_name(numbers[_i].kind, roots, numbers[_i].number, &text);
	ck_assert_str_eq(text.data, numbers[_i].name);
}
END_TEST

START_TEST(without_files)
{
	const char *const nowhere[] = { "/nonexistent", NULL };
	uint32_t number;

	ck_assert(
	    rtnames_number(RTNAMES_TABLES, nowhere, "main", &number, &err));
	ck_assert(
	    !rtnames_number(RTNAMES_TABLES, nowhere, "blue", &number, &err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rtnames");
	TCase *tcase = tcase_create("rtnames");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, tables_by_name, 0, COUNT(known));
	tcase_add_loop_test(tcase, tables_that_nobody_knows, 0, COUNT(unknown));
	tcase_add_loop_test(tcase, names_of_numbers, 0, COUNT(numbers));
	tcase_add_test(tcase, without_files);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
