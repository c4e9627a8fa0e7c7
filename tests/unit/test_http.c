/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "model/http.h"
#include "tests/suite.h"

/* --- URLs ----------------------------------------------------------------- */

static const struct {
	const char *url, *wrong; /* part of the reason; NULL: fine */
} checked[] = {
	{ "http://a/", NULL },
	{ "HTTPS://a", NULL },
	{ "a.example", NULL },
	{ "a.example/x?y=ftp://z", NULL },
	{ "https://user:pass@[2001:db8::1]:8443/p#f", NULL },
	{ "ftp://a/", "http:// or https://" },
	{ "file:///etc/passwd", "http:// or https://" },
	{ "gopher://a", "http:// or https://" },
	{ "http://", "missing at character 8" },
	{ "http:///x", "missing at character 8" },
	{ "http://u:p@/x", "missing at character 12" },
	{ "http://:80/", "missing at character 8" },
	{ "/x", "missing at character 1" },
	{ "", "missing at character 1" },
	{ "http://a/b c", "%20 at character 11" },
	{ "http:|/x", "%7C at character 6" },
	{ "http:/a", "behind the colon belongs //" },
	{ "HTTPS:/a/b", "behind the colon belongs //" },
	{ "http:80/", NULL }, /* a host of that name */
	{ "http/a:/b", NULL },
	{ "a@b://c", "http:// or https://" },
	{ "http://a/\r\nX: y", "character 10" },
	{ "http://a/\x7f", "character 10" },
	{ "-o/etc/passwd", "begins with -" },
	{ "http://b\xc3\xbc"
	  "cher.test/",
	    "xn--..., at character 9" },
	{ "http://a/b\xc3\xbc", NULL },
};

START_TEST(checks_urls)
{
	struct err err = { 0 };
	const bool fine = http_url_check(checked[_i].url, &err);

	ck_assert_int_eq(fine, checked[_i].wrong == NULL);
	if (fine)
		return;
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, checked[_i].wrong) != NULL, "%s",
	    err.text);
}
END_TEST

static const struct {
	const char *url, *wrong; /* NULL: fine */
} proxies[] = {
	{ "p:3128", NULL },
	{ "http://u:secret@p:3128", NULL },
	{ "HTTPS://p", NULL },
	{ "socks5h://[::1]:1080", NULL },
	{ "ftp://u:secret@p", "a proxy begins with" },
	{ "socks6://p", "a proxy begins with" },
	{ "", "missing at character 1" },
	{ "http://u:secret@", "missing" },
	{ "http://p x", "%20" },
};

START_TEST(checks_proxies)
{
	struct err err = { 0 };
	const bool fine = http_proxy_check(proxies[_i].url, &err);

	ck_assert_int_eq(fine, proxies[_i].wrong == NULL);
	ck_assert_ptr_null(strstr(err.text, "secret"));
	if (!fine)
		ck_assert_msg(strstr(err.text, proxies[_i].wrong) != NULL, "%s",
		    err.text);
}
END_TEST

START_TEST(knows_schemes)
{
	ck_assert(http_url_is_tls("https://a/"));
	ck_assert(http_url_is_tls("HTTPS://a/"));
	ck_assert(!http_url_is_tls("http://a/"));
	ck_assert(!http_url_is_tls("a?https://"));
	ck_assert(http_url_has_scheme("http://a/"));
	ck_assert(!http_url_has_scheme("ftp.example.net/?u=http://a/"));
}
END_TEST

START_TEST(bounds_urls)
{
	char url[HTTP_URL_MAX + 2];
	struct err err;

	memset(url, 'a', sizeof(url));
	url[HTTP_URL_MAX] = '\0';
	ck_assert(http_url_check(url, &err));
	url[HTTP_URL_MAX] = 'a';
	url[HTTP_URL_MAX + 1] = '\0';
	ck_assert(!http_url_check(url, &err));
}
END_TEST

static const struct {
	const char *url, *shown;
	bool user;
} shown[] = {
	{ "http://a/b?c=d", "http://a/b?c=d", false },
	{ "http://u:secret@a/b", "http://a/b", true },
	{ "u:secret@a/b", "a/b", true },
	{ "http://u:sec@ret@a:80/@x", "http://a:80/@x", true },
	{ "https://u@[::1]/", "https://[::1]/", true },
	{ "http://a/?m=u@b", "http://a/?m=u@b", false },
	{ "http://a?u:p@b", "http://a?u:p@b", false },
	{ "http://a/#secret", "http://a/", false },
	{ "http://a/|\"", "http://a//_", false },
};

START_TEST(shows_no_password)
{
	char room[200];
	struct text text = TEXT_OVER(room);

	http_url_show(&text, shown[_i].url);
	ck_assert_str_eq(room, shown[_i].shown);
	ck_assert_int_eq(http_url_has_user(shown[_i].url), shown[_i].user);
}
END_TEST

/* --- status patterns ------------------------------------------------------ */

static const struct {
	const char *patterns;
	unsigned in, out; /* 0: not asked */
} statuses[] = {
	{ "200", 200, 201 },
	{ "2xx", 299, 300 },
	{ "2XX", 200, 199 },
	{ "200,301,5xx", 301, 302 },
	{ "200,301,5xx", 599, 600 },
	{ "401-403", 403, 404 },
	{ "401-403", 401, 400 },
	{ "2xx-3xx", 399, 400 },
	{ "100", 100, 0 },
	{ "1xx,2xx,3xx,4xx,5xx", 451, 99 },
};

START_TEST(knows_statuses)
{
	struct http_statuses set = { 0 };
	struct err err = { 0 };

	ck_assert_msg(http_statuses_parse(statuses[_i].patterns, &set, &err),
	    "%s", err.text);
	ck_assert(set.set);
	ck_assert(http_statuses_have(&set, statuses[_i].in));
	ck_assert(!http_statuses_have(&set, statuses[_i].out));
}
END_TEST

static const struct {
	const char *patterns, *at;
} bad_statuses[] = {
	{ "", "empty" },
	{ "2", "character 1" },
	{ "20", "character 1" },
	{ "2x0", "character 1" },
	{ "600", "character 1" },
	{ "099", "character 1" },
	{ "200,", "after character 4" },
	{ "200 301", "character 4" },
	{ "200,,301", "character 5" },
	{ "2000", "character 4" },
	{ "403-401", "character 5" },
	{ "200-", "after character 4" },
	{ "-200", "character 1" },
};

START_TEST(refuses_statuses)
{
	struct http_statuses set = { 0 };
	struct err err = { 0 };

	ck_assert(!http_statuses_parse(bad_statuses[_i].patterns, &set, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, bad_statuses[_i].at) != NULL, "%s",
	    err.text);
}
END_TEST

/* --- header fields -------------------------------------------------------- */

static const struct {
	const char *line;
	bool fine;
} lines[] = {
	{ "Host: a", true },
	{ "X-Key:", true },
	{ "X-Key:a\tb", true },
	{ "X-Key: \xc3\xa9", true },
	{ "X Key: a", false },
	{ ": a", false },
	{ "X-Key", false },
	{ "", false },
	{ "X: a\r\nY: b", false },
	{ "X: a\nY: b", false },
	{ "X: a\x7f", false },
};

START_TEST(checks_headers)
{
	struct err err = { 0 };

	ck_assert_int_eq(http_header_check(lines[_i].line, &err),
	    lines[_i].fine);
	ck_assert_int_eq(err.kind, lines[_i].fine ? ERR_NONE : ERR_USAGE);
}
END_TEST

START_TEST(finds_fields)
{
	const struct span header = span_of("HTTP/1.1 200 OK\r\n"
					   "Server: x\r\nETAG:  \"a:b\" \r\n"
					   "Etag: second\r\n\r\n");
	struct span value;

	ck_assert(http_header_find(header, "ETag", &value));
	ck_assert(span_is(value, "\"a:b\""));
	ck_assert(!http_header_find(header, "Tag", &value));
	ck_assert(!http_header_find(span_of(""), "ETag", &value));
}
END_TEST

/* --- lists of URLs -------------------------------------------------------- */

static struct arena arena;
static struct http_targets targets;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	targets = (struct http_targets){ 0 };
}

static void
teardown(void)
{
	arena_free(&arena);
}

START_TEST(reads_lists)
{
	struct err err = { 0 };

	ck_assert_msg(
	    http_targets_parse(
		span_of("\xef\xbb\xbf# comment\n\n http://a/ \r\n"
			"https://b/ name=Shop status=200,404 regex=a b  c=d\n"
			"c.example regex=x"),
		&targets, &arena, &err),
	    "%s", err.text);
	ck_assert_uint_eq(targets.count, 3);
	ck_assert_str_eq(targets.items[0].url, "http://a/");
	ck_assert_ptr_null(targets.items[0].regex);
	ck_assert_str_eq(targets.items[1].name, "Shop");
	ck_assert_str_eq(targets.items[1].status, "200,404");
	ck_assert_str_eq(targets.items[1].regex, "a b  c=d");
	ck_assert_str_eq(targets.items[2].regex, "x");
}
END_TEST

static const struct {
	const char *bytes;
	size_t len; /* 0: strlen */
	const char *wrong;
} bad_lists[] = {
	{ "http://a/\nftp://b\n", 0, "line 2: " },
	{ "http://a/ nick=x", 0, "line 1: name=" },
	{ "http://a/ name=", 0, "line 1: an empty value" },
	{ "http://a/ status=2000", 0, "line 1: " },
	{ "http://a/ regex=", 0, "line 1: an empty value" },
	{ "\n\nhttp://a/\0b", 13, "line 3: a NUL" },
};

START_TEST(refuses_lists)
{
	const struct span bytes = { bad_lists[_i].bytes,
		bad_lists[_i].len > 0 ? bad_lists[_i].len
				      : strlen(bad_lists[_i].bytes) };
	struct err err = { 0 };

	ck_assert(!http_targets_parse(bytes, &targets, &arena, &err));
	ck_assert_msg(strncmp(err.text, bad_lists[_i].wrong,
			  strlen(bad_lists[_i].wrong)) == 0,
	    "%s", err.text);
}
END_TEST

/* --- names ---------------------------------------------------------------- */

START_TEST(names_everything)
{
	for (int i = 0; i <= HTTP_CERT_OTHER; i++)
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(
			    http_cert_fault_name((enum http_cert_fault)i),
			    http_cert_fault_name((enum http_cert_fault)j));
	ck_assert_str_eq(http_tls_name(13), "TLS 1.3");
	ck_assert_str_eq(http_tls_name(3), "SSL 3");
	ck_assert_str_eq(http_tls_name(0), "an unknown TLS version");
	ck_assert_str_eq(http_status_phrase(404), "Not Found");
	ck_assert_str_eq(http_status_phrase(299), "");
	ck_assert_str_eq(http_staple_name(HTTP_STAPLE_REVOKED), "revoked");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http");
	TCase *tcase = tcase_create("http");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, checks_urls, 0, COUNT(checked));
	tcase_add_loop_test(tcase, checks_proxies, 0, COUNT(proxies));
	tcase_add_test(tcase, knows_schemes);
	tcase_add_test(tcase, bounds_urls);
	tcase_add_loop_test(tcase, shows_no_password, 0, COUNT(shown));
	tcase_add_loop_test(tcase, knows_statuses, 0, COUNT(statuses));
	tcase_add_loop_test(tcase, refuses_statuses, 0, COUNT(bad_statuses));
	tcase_add_loop_test(tcase, checks_headers, 0, COUNT(lines));
	tcase_add_test(tcase, finds_fields);
	tcase_add_test(tcase, reads_lists);
	tcase_add_loop_test(tcase, refuses_lists, 0, COUNT(bad_lists));
	tcase_add_test(tcase, names_everything);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
