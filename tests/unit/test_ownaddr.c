/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <stdlib.h>

#include "source/ownaddr.h"

static const struct {
	const char *address;
	bool own;
} cases[] = {
	{ "127.0.0.1", true },
	{ "127.1.2.3", true }, /* all of 127.0.0.0/8 is */
	{ "192.0.2.77", false },
	{ "2001:db8:77::1", false },
};

START_TEST(tells_own_from_foreign)
{
	struct ip ip;
	struct err err;

	ck_assert(ip_parse(cases[_i].address, &ip, &err));
	ck_assert_int_eq(ownaddr_is(&ip), cases[_i].own);
}
END_TEST

START_TEST(no_address_is_nobodys)
{
	ck_assert(!ownaddr_is(&(struct ip){ 0 }));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ownaddr");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, tells_own_from_foreign, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tcase, no_address_is_nobodys);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
