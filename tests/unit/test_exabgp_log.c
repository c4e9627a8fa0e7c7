/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/exabgp_log.h"
#include "tests/suite.h"

static const struct {
	const char *line;
	enum exabgp_line what; /* EXABGP_LINES: nothing */
	const char *not_of;    /* the version that does not say so */
} cases[] = {
	{ "07:24:13 | 29427  | api           | route added to neighbor "
	  "127.0.0.2 local-ip 127.0.0.1 : 100.10.0.102/32 next-hop self",
	    EXABGP_LINE_ADDED },
	{ "Sat, 21 Nov 2026 07:24:13 29427  api           route removed from "
	  "neighbor 127.0.0.2 : 100.10.0.102/32 next-hop self",
	    EXABGP_LINE_REMOVED },
	{ "outgoing-2 | outgoing-2 127.0.0.1-127.0.0.2, closing connection",
	    EXABGP_LINE_CLOSED },
	{ "EXABGP HAD AN INTERNAL ISSUE / HELP US FIX IT",
	    EXABGP_LINE_INTERNAL },
	{ "EXABGP MISBEHAVED / HELP US FIX IT", EXABGP_LINE_CRASH },
	{ "process | Too many death for x (5) terminating program",
	    EXABGP_LINE_GIVEN_UP },
	{ "process | ExaBGP lost the helper process for this peer - stopping",
	    EXABGP_LINE_NO_HELPER },
	{ "api | command from process not understood : announce nonsense",
	    EXABGP_LINE_NOT_UNDERSTOOD },
	{ "api | no neighbor matching the command : announce route 10.0.0.0/8",
	    EXABGP_LINE_NO_NEIGHBOR },
	{ "api | command could not parse route in : announce route 10/8",
	    EXABGP_LINE_NO_ROUTE },
	{ "api | invalid route for neighbor 127.0.0.2 : 10.0.0.0/8",
	    EXABGP_LINE_INVALID },
	{ "configuration | not reloaded, no change found in the configuration",
	    EXABGP_LINE_NO_RELOAD, "5.0.15" },
	{ "configuration   could not load/reload configuration",
	    EXABGP_LINE_NO_RELOAD, "4.2.21" },
	{ "reactor | connected to peer-1 with outgoing-2 127.0.0.1-127.0.0.2",
	    EXABGP_LINES },
	{ "", EXABGP_LINES },
};

static const char *const versions[] = { "4.2.21", "5.0.15", "", "6.0" };

START_TEST(one_line)
{
	const char *line = cases[_i].line;

	for (size_t v = 0; v < COUNT(versions); v++) {
		struct exabgp_hits hits[EXABGP_LINES] = { 0 };
		const bool said = cases[_i].not_of == NULL ||
		    strcmp(cases[_i].not_of, versions[v]) != 0;

		exabgp_log_scan(versions[v], line, strlen(line), hits);
		for (int what = 0; what < EXABGP_LINES; what++) {
			ck_assert_uint_eq(hits[what].count,
			    said && (int)cases[_i].what == what);
			/* Those that are only counted are not kept. */
			if (hits[what].count > 0)
				ck_assert_int_eq(hits[what].last[0] != '\0',
				    what > EXABGP_LINE_CLOSED);
		}
	}
}
END_TEST

static const struct {
	const char *path, *version;
	unsigned counts[EXABGP_LINES];
} logs[] = {
	{ "tests/fixtures/exabgp/4.2-log.txt", "4.2.21",
	    { [EXABGP_LINE_ADDED] = 1,
		[EXABGP_LINE_NOT_UNDERSTOOD] = 1,
		[EXABGP_LINE_NO_NEIGHBOR] = 1,
		[EXABGP_LINE_NO_ROUTE] = 1 } },
	{ "tests/fixtures/exabgp/5.0-log.txt", "5.0.15",
	    { [EXABGP_LINE_ADDED] = 2,
		[EXABGP_LINE_REMOVED] = 2,
		[EXABGP_LINE_CLOSED] = 7,
		[EXABGP_LINE_NOT_UNDERSTOOD] = 2 } },
};

START_TEST(real_logs)
{
	struct exabgp_hits hits[EXABGP_LINES] = { 0 };
	FILE *file = fopen(logs[_i].path, "r");
	char bytes[32768];
	size_t len;

	ck_assert_ptr_nonnull(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	exabgp_log_scan(logs[_i].version, bytes, len, hits);
	for (int what = 0; what < EXABGP_LINES; what++)
		ck_assert_msg(hits[what].count == logs[_i].counts[what],
		    "line %d: %u", what, (unsigned)hits[what].count);
}
END_TEST

/* Own patterns beside the usual ones, and what comes and goes is tracked. */
START_TEST(a_file)
{
	static const char *const critical[] = { "hold.?time", "[0-9]+x" };
	static const char *const warning[] = { "not configured on neighbor" };
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	char path[] = "/tmp/exabgp_log.XXXXXX", room[320];
	struct text mark = TEXT_OVER(room);
	struct exabgp_log log = { 0 };
	struct exabgp_track track, before;
	struct exabgp_log_job job = { .path = path,
		.from = "",
		.version = "4.2.21",
		.critical = critical,
		.critical_count = 2,
		.warning = warning,
		.warning_count = 1,
		.track = &track,
		.at_ns = 7 };
	struct arena arena;
	struct err err;
	struct ip_net net;
	FILE *file;

	ck_assert(arena_reserve(&arena, 8 << 20, &err));
	ck_assert_int_ge(mkstemp(path), 0);
	ck_assert(exabgp_track_init(&before, NULL, &arena));
	ck_assert(exabgp_track_init(&track, &before, &arena));
	ck_assert(exabgp_log_read(&job, &log, &mark, &arena, &deadline));
	ck_assert(log.first);
	file = fopen(path, "a");
	fputs("my hold-time, 3x\n"
	      "api | route added to neighbor 192.0.2.1 : 10.0.0.0/8 next-hop\n"
	      "api | route removed from neighbor 192.0.2.1 : 10.0.0.0/8 nex\n"
	      "api | route added to neighbor 192.0.2.1 : 10.0.0.0/8 next-hop\n"
	      "api | route added to neighbor 192.0.2.1 : flow nonsense\n"
	      "the family is not configured on neighbor x\n",
	    file);
	fclose(file);
	{
		char next[320];
		struct text after = TEXT_OVER(next);

		job.from = room;
		ck_assert(
		    exabgp_log_read(&job, &log, &after, &arena, &deadline));
		ck_assert(!log.first);
		ck_assert_str_ne(next, room);
	}
	unlink(path);
	ck_assert_uint_eq(log.hit_count, EXABGP_LINES + 3);
	ck_assert_uint_eq(log.hits[EXABGP_LINE_ADDED].count, 3);
	ck_assert_uint_eq(log.hits[EXABGP_LINE_REMOVED].count, 1);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(log.hits[EXABGP_LINES + i].count, 1);
	ck_assert_uint_eq(track.announced, 2);
	ck_assert_uint_eq(track.withdrawn, 1);
	ck_assert(ip_net_parse("10.0.0.0/8", &net, &err));
	ck_assert_uint_eq(track.count, 1);
	ck_assert_uint_eq(track.items[0].key, exabgp_track_key(&net));
	ck_assert_int_eq(track.items[0].back_ns[0], 7);
	/* What cannot be read is told, and the place is not forgotten. */
	{
		char next[320];
		struct text after = TEXT_OVER(next);

		ck_assert(
		    !exabgp_log_read(&job, &log, &after, &arena, &deadline));
		ck_assert_ptr_nonnull(strstr(log.err.text, path));
		ck_assert_str_eq(next, room);
	}
	arena_free(&arena);
}
END_TEST

START_TEST(the_last_line_is_kept_clean)
{
	static const char lines[] = "Too many death for a (5)\n"
				    "Too many death for a|b (5)\nfine\n";
	struct exabgp_hits hits[EXABGP_LINES] = { 0 };

	exabgp_log_scan("", lines, sizeof(lines) - 1, hits);
	ck_assert_uint_eq(hits[EXABGP_LINE_GIVEN_UP].count, 2);
	ck_assert_str_eq(hits[EXABGP_LINE_GIVEN_UP].last,
	    "Too many death for a/b (5)");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_log");
	TCase *tcase = tcase_create("exabgp_log");

	tcase_add_loop_test(tcase, one_line, 0, COUNT(cases));
	tcase_add_loop_test(tcase, real_logs, 0, COUNT(logs));
	tcase_add_test(tcase, a_file);
	tcase_add_test(tcase, the_last_line_is_kept_clean);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
