/* SPDX-License-Identifier: ISC */
/* Loading libraries; those that are loaded come with the C library. */
#include <dlfcn.h>
#include <string.h>

#include "base/lazy.h"
#include "tests/suite.h"

struct api {
	void (*nonesuch)(void);
};

static bool
is_loaded(const char *file)
{
	void *handle = dlopen(file, RTLD_LAZY | RTLD_NOLOAD);

	if (handle != NULL)
		dlclose(handle);
	return handle != NULL;
}

START_TEST(what_is_there_is_loaded_before)
{
	static const char *const files[] = { "libnonesuch.so.9", "libutil.so.1",
		NULL };

	ck_assert(!is_loaded("libutil.so.1"));
	lazy_preload(files);
	ck_assert(is_loaded("libutil.so.1"));
	ck_assert(!is_loaded("libnonesuch.so.9"));
}
END_TEST

START_TEST(what_is_missing_is_named)
{
	static const struct lazy_symbol none[] = { { NULL, 0 } };
	static const struct lazy_symbol missing[] = {
		{ "nonesuch", offsetof(struct api, nonesuch) },
		{ NULL, 0 },
	};
	const struct lazy_library absent = { .file = "libnonesuch.so.9",
		.package = "libnonesuch9",
		.purpose = "the test",
		.symbols = none };
	const struct lazy_library poor = { .file = "libresolv.so.2",
		.package = "libc6",
		.purpose = "the test",
		.symbols = missing };
	struct api api;
	struct err err;

	ck_assert(!lazy_load(&absent, &api, &err));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(err.text, "libnonesuch9"));
	ck_assert(!lazy_load(&poor, &api, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "needs nonesuch"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lazy");
	TCase *tcase = tcase_create("lazy");

	tcase_add_test(tcase, what_is_there_is_loaded_before);
	tcase_add_test(tcase, what_is_missing_is_named);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
