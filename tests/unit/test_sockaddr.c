/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <string.h>

#include "source/sockaddr.h"
#include "tests/suite.h"

static struct ip
ip(const char *string)
{
	struct err err;
	struct ip ip;

	ck_assert_msg(ip_parse(string, &ip, &err), "%s", err.text);
	return ip;
}

START_TEST(of_ipv4)
{
	const struct ip address = ip("192.0.2.7");
	const struct sockaddr_ip to = sockaddr_of(&address, 161);
	char text[INET_ADDRSTRLEN];

	ck_assert_uint_eq(to.len, sizeof(struct sockaddr_in));
	ck_assert_int_eq(to.any.sa_family, AF_INET);
	ck_assert_uint_eq(ntohs(to.v4.sin_port), 161);
	ck_assert_str_eq(
	    inet_ntop(AF_INET, &to.v4.sin_addr, text, sizeof(text)),
	    "192.0.2.7");
}
END_TEST

START_TEST(of_ipv6)
{
	const struct ip address = ip("fe80::7%1");
	const struct sockaddr_ip to = sockaddr_of(&address, 0);
	char text[INET6_ADDRSTRLEN];

	ck_assert_uint_eq(to.len, sizeof(struct sockaddr_in6));
	ck_assert_int_eq(to.any.sa_family, AF_INET6);
	ck_assert_uint_eq(to.v6.sin6_port, 0);
	ck_assert_uint_eq(to.v6.sin6_scope_id, 1);
	ck_assert_uint_eq(to.v6.sin6_flowinfo, 0);
	ck_assert_str_eq(
	    inet_ntop(AF_INET6, &to.v6.sin6_addr, text, sizeof(text)),
	    "fe80::7");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sockaddr");
	TCase *tcase = tcase_create("sockaddr");

	tcase_add_test(tcase, of_ipv4);
	tcase_add_test(tcase, of_ipv6);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
