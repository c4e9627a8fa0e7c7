/* SPDX-License-Identifier: ISC */
/* Loading libraries; those that are loaded come with the C library. */
#include <stdlib.h>

#include "lib/base/lazy.c"
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

static const struct lazy_library curl = { .file = "libcurl.so.4" };

struct names {
	size_t count, loaded;
};

static void
count_name(void *context, const char *soname)
{
	struct names *names = context;

	names->count++;
	names->loaded += is_loaded(soname);
}

static void *
curl_bytes(size_t *size)
{
	char room[PATH_MAX];
	struct text path = TEXT_OVER(room);

	return lies_beside_libc(curl.file, &path) ? map_file(room, size) : NULL;
}

/* All that it needs, and not the library itself. */
START_TEST(what_a_library_needs_is_loaded_before_it)
{
	const struct lazy_library none = { .file = "libnonesuch.so.9" };
	struct names before = { 0 }, after = { 0 };
	size_t size;
	void *bytes = curl_bytes(&size);

	lazy_preload(&none);
	if (bytes == NULL)
		return; /* built without it */
	lazy_needed(bytes, size, count_name, &before);
	ck_assert_uint_gt(before.count, before.loaded);
	lazy_preload(&curl);
	lazy_needed(bytes, size, count_name, &after);
	ck_assert_uint_eq(after.count, after.loaded);
	ck_assert(!is_loaded(curl.file));
	munmap(bytes, size);
}
END_TEST

static void
find_libc(void *context, const char *soname)
{
	*(bool *)context |= strcmp(soname, "libc.so.6") == 0;
}

/* Of this program: it needs the C library, and however it is damaged, nothing
 * beyond its bytes is read. */
START_TEST(needs_are_read_from_whatever_bytes)
{
	size_t size = 0;
	char *bytes = map_file("/proc/self/exe", &size), *copy;
	bool found = false;

	ck_assert_ptr_nonnull(bytes);
	lazy_needed(bytes, size, find_libc, &found);
	ck_assert(found);
	for (size_t len = 1; len < size; len = len * 5 / 4 + 1) {
		copy = malloc(len);
		memcpy(copy, bytes, len);
		lazy_needed(copy, len, find_libc, &found);
		for (size_t i = 0; i < 1024 && i < len; i++) {
			copy[i] = (char)~copy[i];
			lazy_needed(copy, len, find_libc, &found);
			copy[i] = (char)~copy[i];
		}
		free(copy);
	}
	munmap(bytes, size);
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

	tcase_add_test(tcase, what_a_library_needs_is_loaded_before_it);
	tcase_add_test(tcase, needs_are_read_from_whatever_bytes);
	tcase_add_test(tcase, what_is_missing_is_named);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
