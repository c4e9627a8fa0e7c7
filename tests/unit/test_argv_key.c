/* SPDX-License-Identifier: ISC */
#include "model/argv_key.h"

#include <stdbool.h>
#include <string.h>

#include "tests/suite.h"

/* The key of a command line; words are apart by '~'. */
static uint64_t
key(const char *line)
{
	static char room[300];
	const char *argv[20];
	size_t count = 0;
	char *save;

	strcpy(room, line);
	for (char *word = strtok_r(room, "~", &save); word;
	     word = strtok_r(NULL, "~", &save))
		argv[count++] = word;
	return argv_key(count, argv);
}

static const struct {
	const char *one, *other;
	bool same;
} pairs[] = {
	{ "check_x~a bc", "check_x~ab c", false },
	{ "check_x~a~bc", "check_x~ab~c", false },
	{ "check_x~-H~a", "check_x~-H~b", false },
	{ "/a/check_x", "/b/check_x", false },
	{ "check_x~-w~5~-c~10", "check_x~-w~6:~-c~@20:30", true },
	{ "check_x~-w5", "check_x", true },
	{ "check_ping~-w~100.0,20%", "check_ping~-w~200.0,40%", true },
	{ "check_disk~-w~10MB", "check_disk~-w~20%", true },
	{ "check_nrpe~-c~check_load", "check_nrpe~-c~check_disk", false },
	{ "check_nrpe~-c~check_disk1", "check_nrpe~-c~check_disk2", false },
	{ "check_x~--warning=5", "check_x~--critical~7", true },
	{ "check_x~--rta-warning~5", "check_x", true },
	{ "check_x~--critical-days=5", "check_x", true },
	{ "check_x~-t~10~-v", "check_x~-t~60~-vvv", true },
	{ "check_x~--timeout=10~--verbose", "check_x", true },
	{ "check_snmp~-C~public", "check_snmp~-C~secret", true },
	{ "check_snmp~-Cpublic", "check_snmp", true },
	{ "check_by_ssh~-C~/bin/check_a", "check_by_ssh~-C~/bin/check_b",
	    false },
	{ "check_http~-a~u:p", "check_http~-a~u:q", true },
	{ "check_nrpe~-a~eth0", "check_nrpe~-a~eth1", false },
	{ "check_http~-p~80", "check_http~-p~8080", false },
	{ "check_http~-p80", "check_http~-p8080", false },
	{ "check_mysql~-p~secret", "check_mysql~-p~other", true },
	{ "check_mysql~--password=a", "check_mysql~--password=b", true },
	{ "check_snmp~-A~one~-X~two", "check_snmp~-A~three~-X~four", true },
	{ "check_disk~-X~tmpfs", "check_disk~-X~nfs", false },
	{ "check_x~--community~a", "check_x~--community~b", true },
	{ "check_x~--communityx~a", "check_x~--communityx~b", false },
	{ "check_x~-", "check_x~--", false },
	{ "check_x~-w", "check_x", false },
};

START_TEST(what_is_the_same)
{
	const bool same = key(pairs[_i].one) == key(pairs[_i].other);

	ck_assert_msg(same == pairs[_i].same, "%s and %s", pairs[_i].one,
	    pairs[_i].other);
}
END_TEST

START_TEST(nothing_at_all)
{
	ck_assert_uint_ne(argv_key(0, NULL), key("check_x"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("argv_key");
	TCase *tcase = tcase_create("argv_key");

	tcase_add_loop_test(tcase, what_is_the_same, 0, COUNT(pairs));
	tcase_add_test(tcase, nothing_at_all);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
