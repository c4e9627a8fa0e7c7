/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/snmprec.h"

static struct err err;

/* --- lines ---------------------------------------------------------------- */

static const struct {
	const char *line;
	const char *back; /* NULL: refused */
} lines[] = {
	{ "1.3.6.1.2.1.1.1.0|4|Router", "1.3.6.1.2.1.1.1.0|4|Router" },
	{ ".1.3.6|4|", "1.3.6|4|" },
	{ "1.3.6|4x|0602", "1.3.6|4x|0602" },
	{ "1.3.6|4x|414243", "1.3.6|4|ABC" },
	{ "1.3.6|4|a|b|c", "1.3.6|4|a|b|c" },
	{ "1.3.6|4x|E282AC", "1.3.6|4x|e282ac" },
	{ "1.3.6|2|-94967293", "1.3.6|2|-94967293" },
	{ "1.3.6|66|4294967295", "1.3.6|66|4294967295" },
	{ "1.3.6|65|0", "1.3.6|65|0" },
	{ "1.3.6|67|100659", "1.3.6|67|100659" },
	{ "1.3.6|70|18446744073709551615", "1.3.6|70|18446744073709551615" },
	{ "1.3.6|64|192.0.2.1", "1.3.6|64x|c0000201" },
	{ "1.3.6|64x|c0000201", "1.3.6|64x|c0000201" },
	{ "1.3.6|6|1.3.6.1.4.1.9", "1.3.6|6|1.3.6.1.4.1.9" },
	{ "1.3.6|5|", "1.3.6|5|" },
	{ "1.3.4294967295|2|1", "1.3.4294967295|2|1" },
	{ "", NULL },
	{ "1.3.6", NULL },
	{ "1.3.6|2", NULL },
	{ "1|2|1", NULL },
	{ "1.3.|2|1", NULL },
	{ "1..3|2|1", NULL },
	{ "1.3.4294967296|2|1", NULL },
	{ "1.3.x|2|1", NULL },
	{ "1.3.6|3|1", NULL },
	{ "1.3.6|2:random|1", NULL },
	{ "1.3.6|2|", NULL },
	{ "1.3.6|2|12x", NULL },
	{ "1.3.6|66|-1", NULL },
	{ "1.3.6|66|4294967296", NULL },
	{ "1.3.6|4x|060", NULL },
	{ "1.3.6|4x|06zz", NULL },
	{ "1.3.6|64|2001:db8::1", NULL },
	{ "1.3.6|64|192.0.2", NULL },
	{ "1.3.6|64x|c00002", NULL },
	{ "1.3.6|5|x", NULL },
	{ "1.3.6|6|nobody", NULL },
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

START_TEST(line)
{
	struct snmp_varbind varbind;
	unsigned char buffer[128];
	char bytes[256];
	struct text text = TEXT_OVER(bytes);
	const bool ok = snmprec_parse_line(lines[_i].line,
	    strlen(lines[_i].line), &varbind, buffer, &err);

	ck_assert_msg(ok == (lines[_i].back != NULL), "%s", lines[_i].line);
	if (!ok)
		return;
	snmprec_format_line(&text, &varbind);
	ck_assert_str_eq(bytes, lines[_i].back);
}
END_TEST

/* --- replay --------------------------------------------------------------- */

static const char small[] = "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9\n"
			    "1.3.6.1.2.1.15.3.1.2.10.0.0.1|2|6\n"
			    "1.3.6.1.2.1.15.3.1.2.10.0.0.2|2|3\n"
			    "1.3.6.1.2.1.15.3.1.9.10.0.0.1|2|65001\n";

struct answer {
	size_t count;
	struct text text;
	char bytes[1024];
};

static bool
note(void *user, const struct snmp_reply *reply, struct err *why)
{
	struct answer *answer = user;

	(void)why;
	answer->count = reply->count;
	text_init(&answer->text, answer->bytes, sizeof(answer->bytes));
	for (size_t i = 0; i < reply->count; i++) {
		snmprec_format_line(&answer->text, &reply->varbinds[i]);
		text_add(&answer->text, "\n");
	}
	return true;
}

static void
ask(struct snmp_agent *agent, enum snmp_op op, size_t repetitions,
    const char *const *oids, size_t count, struct answer *answer)
{
	const struct deadline deadline = deadline_in(CLOCK_SECOND);
	struct snmp_oid parsed[4];
	const struct snmp_request request = {
		.op = op,
		.max_repetitions = repetitions,
		.count = count,
		.oids = parsed,
		.done = note,
		.user = answer,
	};

	for (size_t i = 0; i < count; i++)
		ck_assert(snmp_oid_parse(oids[i], strlen(oids[i]), &parsed[i]));
	ck_assert_msg(snmp_ask_wait(agent, &request, &deadline, &err), "%s",
	    err.text);
}

START_TEST(replay)
{
	struct snmp_agent *agent =
	    snmprec_replay("small", small, strlen(small), &err);
	static const char *const get[] = { "1.3.6.1.2.1.15.3.1.2.10.0.0.2",
		"1.3.6.1.2.1.15.3.1.2.10.0.0" };
	static const char *const next[] = { "1.3.6.1.2.1.15.3.1.2",
		"1.3.6.1.2.1.15.3.1.9.10.0.0.1" };
	struct answer answer;

	ck_assert(agent != NULL);
	ask(agent, SNMP_GET, 0, get, 2, &answer);
	ck_assert_str_eq(answer.bytes,
	    "1.3.6.1.2.1.15.3.1.2.10.0.0.2|2|3\n"
	    "1.3.6.1.2.1.15.3.1.2.10.0.0|129|0\n");
	ask(agent, SNMP_GETNEXT, 0, next, 2, &answer);
	ck_assert_str_eq(answer.bytes,
	    "1.3.6.1.2.1.15.3.1.2.10.0.0.1|2|6\n"
	    "1.3.6.1.2.1.15.3.1.9.10.0.0.1|130|0\n");
	ask(agent, SNMP_GETBULK, 3, next, 2, &answer);
	ck_assert_uint_eq(answer.count, 6);
	snmprec_limit(agent, 50);
	ask(agent, SNMP_GETBULK, 100, next, 1, &answer);
	ck_assert_uint_lt(answer.count, 3);
	ck_assert_uint_eq(agent->counters.requests, 4);
	snmp_agent_close(agent);
}
END_TEST

START_TEST(bad_files)
{
	static const struct {
		const char *bytes, *says;
	} cases[] = {
		{ "1.3.6|2|1\n1.3.5|2|1\n", "line 2" },
		{ "1.3.6|2|1\n1.3.6|2|1\n", "line 2" },
		{ "1.3.6|2|1\n\n1.3.7|9|1\n", "line 3" },
		{ "garbage", "line 1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_ptr_null(snmprec_replay("file", cases[i].bytes,
		    strlen(cases[i].bytes), &err));
		ck_assert_msg(strstr(err.text, cases[i].says) != NULL, "%s",
		    err.text);
	}
	ck_assert_ptr_null(snmprec_open("/nonexistent/file", &err));
	ck_assert_ptr_null(snmprec_open("/dev/null", &err));
	ck_assert(strstr(err.text, "no regular file") != NULL);
}
END_TEST

/* --- recording ------------------------------------------------------------ */

START_TEST(recording)
{
	static const char *const root[] = { "1.3.6" };
	static const char *const missing[] = { "1.3.6.1.9" };
	char path[] = "/tmp/test_snmprec.XXXXXX";
	struct snmp_agent *agent =
	    snmprec_replay("small", small, strlen(small), &err);
	struct snmprec_writer *writer = snmprec_record(agent, &err);
	struct answer answer, copy;
	struct stat st;

	ck_assert_int_ge(mkstemp(path), 0);
	ck_assert(writer != NULL);
	ask(agent, SNMP_GETBULK, 10, root, 1, &answer);
	ask(agent, SNMP_GETBULK, 10, root, 1, &answer); /* twice: once */
	ask(agent, SNMP_GET, 0, missing, 1, &copy);
	snmp_agent_close(agent);
	ck_assert_msg(snmprec_write(writer, path, &err), "%s", err.text);
	snmprec_free(writer);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, (off_t)strlen(small));

	agent = snmprec_open(path, &err);
	ck_assert_msg(agent != NULL, "%s", err.text);
	ask(agent, SNMP_GETBULK, 10, root, 1, &copy);
	ck_assert_str_eq(answer.bytes, copy.bytes);
	snmp_agent_close(agent);
	unlink(path);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("snmprec");
	TCase *t = tcase_create("snmprec");

	tcase_add_loop_test(t, line, 0, LINES);
	tcase_add_test(t, replay);
	tcase_add_test(t, bad_files);
	tcase_add_test(t, recording);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
