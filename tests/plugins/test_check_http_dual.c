/* SPDX-License-Identifier: ISC */
/* The options of check_http_dual; what they are judged by is http_judge's. */
#include <string.h>

#include "plugins/check_http_dual.c"
#include "tests/suite.h"

static struct arena arena;
static struct http_dual_opts opts;
static struct http_target target;
static struct ip_host hosts[2];

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	opts = (struct http_dual_opts){ .targets = { .count = 1,
					    .items = &target } };
	target = (struct http_target){ .url = "https://a/" };
	ck_assert(ip_host_parse("192.0.2.1", &hosts[0], &err));
	ck_assert(ip_host_parse("2001:db8::1", &hosts[1], &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
refused(const char *text)
{
	struct err err = { 0 };

	ck_assert(!validate(&opts, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, text) != NULL, "%s", err.text);
}

static void
accepted(void)
{
	struct err err = { 0 };

	ck_assert_msg(validate(&opts, &err), "%s", err.text);
}

START_TEST(the_table_is_sound)
{
	const struct opt_target targets[] = { { http_dual_options, &opts },
		{ NULL, NULL } };
	struct err err = { 0 };

	ck_assert_msg(opt_check(targets, &arena, &err), "%s", err.text);
}
END_TEST

START_TEST(what_would_be_left_out_in_silence_is_refused)
{
	char secret[] = "user:password";

	opts.client_key = "key.pem";
	refused("need --client-cert");
	opts.client_cert = "cert.pem";
	accepted();
	opts.proxy_auth.bytes = secret;
	refused("--proxy-auth-file needs --proxy");
	opts.proxy = "http://proxy:3128";
	accepted();
	opts.rules.compare = HTTP_COMPARE_BODY;
	refused("with --proxy there is one request");
	opts.rules.compare = HTTP_COMPARE_NOTHING;
	opts.rules.families.policy = FAMILY_BOTH;
	refused("with --proxy there is one request");
	opts.proxy = NULL;
	opts.proxy_auth.bytes = NULL;
	opts.rules.families.policy = FAMILY_ONLY_V6;
	opts.only = IP_V4;
	refused("-4 contradicts --family ipv6");
}
END_TEST

START_TEST(a_url_is_needed)
{
	accepted();
	opts.targets.count = 0;
	refused("--url");
}
END_TEST

START_TEST(a_certificate_needs_tls)
{
	opts.rules.min_tls = 12;
	accepted();
	target.url = "http://a/";
	refused("https URL");
	opts.rules.min_tls = 0;
	accepted();
	opts.rules.certificate.critical.set = true;
	refused("https URL");
	opts.follow = HTTP_FOLLOW_ANY;
	accepted();
	ck_assert(opts.rules.follows);
}
END_TEST

START_TEST(sources_have_one_address_a_family)
{
	opts.source.items = hosts;
	opts.source.count = 2;
	accepted();
	hosts[1] = hosts[0];
	refused("once for each family");
	opts.source.count = 1;
	accepted();
	opts.interface = "eth0";
	refused("alternatives");
}
END_TEST

START_TEST(a_race_has_no_family)
{
	opts.addresses = HTTP_ADDRESSES_RACE;
	accepted();
	opts.rules.families.policy = FAMILY_ONLY_V6;
	refused("no --family");
}
END_TEST

START_TEST(a_proxy_resolves)
{
	opts.proxy = "http://p/";
	accepted();
	opts.only = IP_V6;
	refused("--proxy");
}
END_TEST

START_TEST(what_has_no_body_sends_none)
{
	opts.body.given = true;
	accepted();
	opts.method = "HEAD";
	refused("--body");
}
END_TEST

START_TEST(an_agent_is_one_line)
{
	opts.user_agent = "me";
	accepted();
	opts.user_agent = "me\r\nX-Evil: 1";
	refused("one line");
}
END_TEST

START_TEST(versions_are_wanted)
{
	accepted();
	ck_assert_ptr_null(opts.rules.version);
	opts.http_version = HTTP_VERSION_1_0;
	accepted();
	ck_assert_ptr_null(opts.rules.version);
	opts.http_version = HTTP_VERSION_2_PRIOR;
	accepted();
	ck_assert_str_eq(opts.rules.version, "2");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_http_dual");
	TCase *tcase = tcase_create("options");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_table_is_sound);
	tcase_add_test(tcase, what_would_be_left_out_in_silence_is_refused);
	tcase_add_test(tcase, a_url_is_needed);
	tcase_add_test(tcase, a_certificate_needs_tls);
	tcase_add_test(tcase, sources_have_one_address_a_family);
	tcase_add_test(tcase, a_race_has_no_family);
	tcase_add_test(tcase, a_proxy_resolves);
	tcase_add_test(tcase, what_has_no_body_sends_none);
	tcase_add_test(tcase, an_agent_is_one_line);
	tcase_add_test(tcase, versions_are_wanted);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
