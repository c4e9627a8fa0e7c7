/* SPDX-License-Identifier: ISC */
#include <errno.h>

#include "lib/model/icmp_fault.c"
#include "tests/suite.h"

static const struct {
	struct icmp_fault fault;
	const char *text;
} faults[] = {
	{ { IP_V4, 3, 0, 0, 0, { 0 } }, "network unreachable" },
	{ { IP_V4, 3, 1, 0, 0, { IP_V4, { 10, 0, 0, 1 }, 0 } },
	    "host unreachable from 10.0.0.1" },
	{ { IP_V4, 3, 4, 1400, 0, { 0 } }, "too big, MTU 1400" },
	{ { IP_V4, 3, 13, 0, 0, { 0 } }, "administratively prohibited" },
	{ { IP_V4, 3, 99, 0, 0, { 0 } }, "unreachable" },
	{ { IP_V4, 11, 0, 0, 0, { 0 } }, "TTL exceeded" },
	{ { IP_V6, 1, 0, 0, 0, { 0 } }, "no route to destination" },
	{ { IP_V6, 1, 3, 0, 0, { 0 } }, "address unreachable" },
	{ { IP_V6, 2, 0, 1280, 0, { IP_V6, { 0xfd, [15] = 7 }, 0 } },
	    "too big, MTU 1280 from fd00::7" },
	{ { IP_V6, 3, 0, 0, 0, { 0 } }, "hop limit exceeded" },
	{ { IP_V6, 200, 0, 0, 0, { 0 } }, "ICMP error" },
	{ { IP_NONE, 0, 0, 0, EINVAL, { 0 } },
	    "blackhole route of this host, or a source or interface that does "
	    "not lead there" },
	{ { IP_NONE, 0, 0, 0, EDESTADDRREQ, { 0 } },
	    "on every link, and no interface was named" },
	{ { IP_NONE, 0, 0, 0, EHOSTUNREACH, { 0 } },
	    "this host cannot reach it" },
	{ { IP_NONE, 0, 0, 0, EADDRNOTAVAIL, { 0 } },
	    "this host has no address to send from" },
	{ { IP_NONE, 0, 0, 0, EACCES, { 0 } },
	    "prohibit route of this host, or a broadcast address" },
	{ { IP_NONE, 0, 0, 0, EPERM, { 0 } },
	    "dropped by the firewall of this host" },
	{ { IP_NONE, 0, 0, 0, ENETUNREACH, { 0 } },
	    "this host has no route to it" },
	{ { IP_NONE, 0, 0, 1400, EMSGSIZE, { 0 } },
	    "too long for the interface of this host, MTU 1400" },
};

START_TEST(says_what_went_wrong)
{
	char room[120];
	struct text text = TEXT_OVER(room);

	icmp_fault_tell(&text, &faults[_i].fault);
	ck_assert_str_eq(text.data, faults[_i].text);
}
END_TEST

START_TEST(belongs_to_a_target)
{
	struct icmp_fault both[] = { { .code = 1 }, { .code = 2 } };
	const struct icmp_echoes echoes = { .faults = { both, 2, 2 } };
	const struct icmp_target none = { .fault = 0 }, second = { .fault = 2 };

	ck_assert(icmp_fault_of(&echoes, &none) == NULL);
	ck_assert_int_eq(icmp_fault_of(&echoes, &second)->code, 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("icmp_fault");
	TCase *tcase = tcase_create("icmp_fault");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, says_what_went_wrong, 0, COUNT(faults));
	tcase_add_test(tcase, belongs_to_a_target);
	return suite_run(suite);
}
