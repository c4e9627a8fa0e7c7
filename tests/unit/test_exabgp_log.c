/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "source/exabgp_log.h"
#include "tests/suite.h"

static const struct {
	const char *line;
	enum exabgp_line what; /* EXABGP_LINES: nothing */
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
	{ "reactor | connected to peer-1 with outgoing-2 127.0.0.1-127.0.0.2",
	    EXABGP_LINES },
	{ "", EXABGP_LINES },
};

START_TEST(one_line)
{
	struct exabgp_hits hits[EXABGP_LINES] = { 0 };
	const char *line = cases[_i].line;

	exabgp_log_scan(line, strlen(line), hits);
	for (int what = 0; what < EXABGP_LINES; what++) {
		ck_assert_uint_eq(hits[what].count, (int)cases[_i].what == what);
		/* Those that are only counted are not kept. */
		if (hits[what].count > 0)
			ck_assert_int_eq(hits[what].last[0] != '\0',
			    what > EXABGP_LINE_CLOSED);
	}
}
END_TEST

START_TEST(the_last_line_is_kept_clean)
{
	static const char lines[] = "Too many death for a (5)\n"
				    "Too many death for a|b (5)\nfine\n";
	struct exabgp_hits hits[EXABGP_LINES] = { 0 };

	exabgp_log_scan(lines, sizeof(lines) - 1, hits);
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
	tcase_add_test(tcase, the_last_line_is_kept_clean);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
