/* SPDX-License-Identifier: ISC */
/* Responses that come in pieces, and what is known of them at each moment. */
#include <stdlib.h>
#include <string.h>

#include "source/http_intake.h"
#include "source/http_timing.h"
#include "tests/suite.h"

static struct http_intake intake;
static struct http_response response;

static void
setup(void)
{
	intake = (struct http_intake){ .body_max = 10, .keep_body = true };
	response = (struct http_response){ 0 };
	http_intake_begin(&intake, &response);
}

static void
teardown(void)
{
	http_intake_free(&intake);
}

static size_t
header(const char *line)
{
	return http_intake_header(&intake, line, strlen(line));
}

START_TEST(the_last_header_is_kept)
{
	struct span got;

	header("HTTP/1.1 100 Continue\r\n");
	header("\r\n");
	header("HTTP/1.1 200 OK\r\n");
	ck_assert_str_eq(http_intake_fault(&intake, 200),
	    "connection closed in the middle of the header");
	header("ETag: \"x\"\r\n");
	header("\r\n");
	ck_assert_ptr_null(http_intake_fault(&intake, 200));
	got = http_intake_header_span(&intake);
	ck_assert_int_eq(memcmp(got.at, "HTTP/1.1 200", 12), 0);
	http_intake_etag(&intake, &response);
	ck_assert_str_eq(response.etag, "x");
}
END_TEST

static const struct {
	const char *line;
	unsigned status;
	const char *fault; /* NULL: none */
} faults[] = {
	{ "Content-Length: 5\r\n", 200, NULL },
	{ "Content-Length: 9223372036854775808\r\n", 200,
	    "Content-Length is no number" },
	{ "Content-Length: x\r\n", 200, "Content-Length is no number" },
	{ "A: b\r\n", 0, "the answer has no status" },
	{ "A: b\r\n", 1000, "the answer has no status" },
};

START_TEST(half_a_response_is_a_fault)
{
	header("HTTP/1.1 200 OK\r\n");
	header(faults[_i].line);
	header("\r\n");
	if (faults[_i].fault == NULL)
		ck_assert_ptr_null(
		    http_intake_fault(&intake, faults[_i].status));
	else
		ck_assert_str_eq(http_intake_fault(&intake, faults[_i].status),
		    faults[_i].fault);
}
END_TEST

static const struct {
	const char *line, *shown;
} etags[] = {
	{ "ETag: \"abc\"\r\n", "abc" },
	{ "ETag: W/\"abc\"\r\n", "W/abc" },
	{ "ETag: abc\r\n", "abc without quotes" },
	{ "ETag: W/abc\r\n", "W/abc without quotes" },
	{ "X: y\r\n", "" },
};

START_TEST(etags_are_shown_apart)
{
	header("HTTP/1.1 200 OK\r\n");
	header(etags[_i].line);
	header("\r\n");
	http_intake_etag(&intake, &response);
	ck_assert_str_eq(response.etag, etags[_i].shown);
}
END_TEST

START_TEST(headers_end_at_their_limit)
{
	char line[1024];
	size_t total = 0;

	memset(line, 'x', sizeof(line));
	while (http_intake_header(&intake, line, sizeof(line)) != 0)
		total += sizeof(line);
	ck_assert_uint_eq(total, HTTP_HEADER_MAX);
	ck_assert(intake.header_over);
}
END_TEST

START_TEST(bodies_end_at_theirs)
{
	ck_assert_uint_eq(http_intake_body(&intake, "0123456", 7, &response),
	    7);
	ck_assert(!response.body_cut);
	ck_assert_uint_eq(http_intake_body(&intake, "789abcd", 7, &response),
	    3);
	ck_assert(response.body_cut);
	ck_assert_uint_eq(response.body_bytes, 10);
	ck_assert_int_eq(memcmp(intake.body.data, "0123456789", 10), 0);
	http_intake_begin(&intake, &response);
	ck_assert_uint_eq(response.body_bytes, 0);
	ck_assert(!response.body_cut);
}
END_TEST

/* --- phases --------------------------------------------------------------- */

static const struct {
	struct http_timers timers; /* us */
	bool tls;
	double phases[HTTP_PHASES]; /* us */
	const char *cut;
} timings[] = {
	{ { 10, 30, 60, 61, 100, 150 }, true, { 10, 20, 30, 40, 50 },
	    "while the response was read" },
	{ { 10, 30, 0, 31, 100, 150 }, false, { 10, 20, 0, 70, 50 },
	    "while the response was read" },
	{ { 10, 30, 0, 31, 0, 150 }, false, { 10, 20, 0, 120, 0 },
	    "before the first byte of the response" },
	{ { 10, 30, 0, 0, 0, 150 }, true, { 10, 20, 120, 0, 0 },
	    "in the TLS handshake" },
	{ { 10, 0, 0, 0, 0, 150 }, true, { 10, 140, 0, 0, 0 },
	    "while connecting" },
	{ { 0, 0, 0, 0, 0, 150 }, true, { 0, 150, 0, 0, 0 },
	    "while resolving a name" },
};

START_TEST(phases_add_up)
{
	response.tls.used = timings[_i].tls;
	http_timing_add(&timings[_i].timers, &response);
	for (int i = 0; i < HTTP_PHASES; i++)
		ck_assert_double_eq_tol(response.phase_s[i],
		    timings[_i].phases[i] / 1e6, 1e-9);
	ck_assert_double_eq_tol(response.total_s, 150e-6, 1e-9);
	ck_assert_str_eq(http_timing_cut(&timings[_i].timers, timings[_i].tls),
	    timings[_i].cut);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http_intake");
	TCase *tcase = tcase_create("intake");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_last_header_is_kept);
	tcase_add_loop_test(tcase, half_a_response_is_a_fault, 0,
	    sizeof(faults) / sizeof(faults[0]));
	tcase_add_loop_test(tcase, etags_are_shown_apart, 0, COUNT(etags));
	tcase_add_test(tcase, headers_end_at_their_limit);
	tcase_add_test(tcase, bodies_end_at_theirs);
	tcase_add_loop_test(tcase, phases_add_up, 0,
	    sizeof(timings) / sizeof(timings[0]));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
