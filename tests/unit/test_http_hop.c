/* SPDX-License-Identifier: ISC */
/* Redirects, by what was asked and where they lead. */
#include <string.h>

#include "source/http_hop.h"
#include "tests/suite.h"

static struct http_request request;
static struct http_probe probe;
static struct http_url from, to;
static struct ip address;

static void
setup(void)
{
	request = (struct http_request){ .follow = HTTP_FOLLOW_ANY };
	address = (struct ip){ .family = IP_V4 };
	probe = (struct http_probe){ .request = &request,
		.addresses = &address,
		.count = 1,
		.response.status = 302 };
	from = (struct http_url){ .tls = true, .host = "a", .port = 443 };
	to = from;
}

static bool
planned(struct http_next *next, const char *reason)
{
	const struct http_hop hop = { &probe, &from, &to, false };
	char room[HTTP_TEXT];
	struct text why = TEXT_OVER(room);
	const bool ok = http_hop_plan(&hop, next, &why);

	ck_assert_str_eq(room, reason);
	return ok;
}

static const struct {
	bool tls;
	const char *host;
	uint16_t port;
	bool same_host, same_origin;
} places[] = {
	{ true, "a", 443, true, true },
	{ true, "A", 443, true, true },
	{ false, "a", 443, true, false },
	{ true, "a", 444, true, false },
	{ true, "b", 443, false, false },
};

START_TEST(an_origin_is_scheme_host_and_port)
{
	struct http_next next;

	to.tls = places[_i].tls;
	strcpy(to.host, places[_i].host);
	to.port = places[_i].port;
	ck_assert(planned(&next, ""));
	ck_assert_int_eq(next.same_host, places[_i].same_host);
	ck_assert_int_eq(next.same_origin, places[_i].same_origin);
}
END_TEST

static const struct {
	const char *method;
	bool has_body;
	unsigned status;
	bool becomes_get;
} methods[] = {
	{ NULL, false, 302, false },
	{ NULL, true, 301, true },
	{ NULL, true, 302, true },
	{ NULL, true, 303, true },
	{ NULL, true, 307, false },
	{ NULL, true, 308, false },
	{ "POST", false, 301, true },
	{ "PUT", true, 302, false },
	{ "PUT", true, 303, true },
	{ "HEAD", false, 303, false },
};

START_TEST(some_redirects_ask_for_a_get)
{
	struct http_next next;

	request.method = methods[_i].method;
	request.has_body = methods[_i].has_body;
	probe.response.status = methods[_i].status;
	ck_assert(planned(&next, ""));
	ck_assert_int_eq(next.becomes_get, methods[_i].becomes_get);
}
END_TEST

START_TEST(what_is_not_followed)
{
	struct http_next next;

	to.address.family = IP_V6;
	strcpy(to.host, "::1");
	ck_assert(!planned(&next,
	    "redirected to an address of the other family: ::1"));
	to.address.family = IP_NONE;
	strcpy(to.host, "b");
	request.follow = HTTP_FOLLOW_HOST;
	ck_assert(!planned(&next, "redirected to another host: b"));
	request.follow = HTTP_FOLLOW_ANY;
	request.has_body = true;
	probe.response.status = 307;
	ck_assert(!planned(&next,
	    "the redirect asks for the body to be sent elsewhere"));
	ck_assert(http_hop_is_redirect(308));
	ck_assert(!http_hop_is_redirect(304));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http_hop");
	TCase *tcase = tcase_create("hop");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_loop_test(tcase, an_origin_is_scheme_host_and_port, 0,
	    sizeof(places) / sizeof(places[0]));
	tcase_add_loop_test(tcase, some_redirects_ask_for_a_get, 0,
	    sizeof(methods) / sizeof(methods[0]));
	tcase_add_test(tcase, what_is_not_followed);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
