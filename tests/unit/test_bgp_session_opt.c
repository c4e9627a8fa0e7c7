/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "frame/bgp_session_opt.h"
#include "tests/tools/parse_line.h"

static bool
validate(void *opts, struct err *err)
{
	return bgp_session_opts_check(opts, err);
}

static const struct plugin of = {
	.name = "check_bgp_session",
	.options = bgp_session_options,
	.validate = validate,
};

static struct arena arena;
static struct bgp_session_opts opts;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	opts = (struct bgp_session_opts){ 0 };
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* Behind "-H r". */
static bool
parse(const char *words, struct err *err)
{
	char line[400];

	snprintf(line, sizeof(line), "-H r %s", words);
	return parse_line(&of, line, &opts, &arena, err);
}

static const struct {
	const char *words;
	const char *reason; /* "": fine */
} lines[] = {
	{ "", "" },
	{ "--peer 192.0.2.1,as=1 --peer swp1", "" },
	{ "--peer -x", "dash" },
	{ "--as 1,AS2,1.1 --exclude-as 3", "" },
	{ "--as 1,", "AS number" },
	{ "--up-warning 3 --up-critical 50% --by as", "" },
	{ "--up-warning 101%", "100" },
	{ "--up-warning -1", "expected a digit" },
	{ "--by as", "--up-warning" },
	{ "--prefixes-warning 10: --prefixes-critical ipv4=5:", "" },
	{ "--prefixes-warning ipv4=5:1", "above end" },
	{ "--prefix-drop-warning 0", "more than 0" },
	{ "--prefix-drop-hold 1h", "--prefix-drop-warning" },
	{ "--list", "" },
	{ "--list=nagios", "" },
	{ "--list=xml", "one of" },
	{ "--source bird --socket /x", "" },
	{ "--socket /x", "--source" },
	{ "--source frr --record /x", "--source=snmp" },
	{ "--context red", "version 3" },
	{ "--context red -u me", "" },
	{ "--unexpected-state warning", "--expect" },
	{ "--down-state 9", "must be" },
};

START_TEST(lines_are_taken_or_refused)
{
	struct err err = { .text = "" };
	const bool ok = parse(lines[_i].words, &err);

	ck_assert_msg(ok == (lines[_i].reason[0] == '\0'), "%s", err.text);
	if (!ok)
		ck_assert_msg(strstr(err.text, lines[_i].reason) != NULL, "%s",
		    err.text);
}
END_TEST

static const struct {
	const char *words;
	const char *daemon; /* NULL: an agent is asked */
	bool compares;
} meanings[] = {
	{ "", NULL, false },
	{ "--source bird", "bird", false },
	{ "--source openbgpd --flaps-warning 1", "openbgpd", true },
	{ "--source snmp --prefix-drop-critical 5%", NULL, true },
	{ "--prefixes-warning 1: --uptime 5m", NULL, false },
};

START_TEST(they_say_who_is_asked_and_what_is_compared)
{
	struct err err = { .text = "" };
	const char *daemon;

	ck_assert_msg(parse(meanings[_i].words, &err), "%s", err.text);
	daemon = bgp_session_opts_daemon(&opts);
	if (meanings[_i].daemon == NULL)
		ck_assert_ptr_null(daemon);
	else
		ck_assert_str_eq(daemon, meanings[_i].daemon);
	ck_assert_int_eq(bgp_session_opts_compare(&opts),
	    meanings[_i].compares);
}
END_TEST

static struct bgp_rules
rules_of(const char *words)
{
	struct bgp_rules rules;
	struct err err = { .text = "" };

	opts = (struct bgp_session_opts){ 0 };
	ck_assert_msg(parse(words, &err), "%s", err.text);
	ck_assert(bgp_session_opts_rules(&opts, &rules, &arena, &err));
	return rules;
}

START_TEST(down_follows_the_group_rule)
{
	ck_assert_int_eq(rules_of("").down, VERDICT_CRITICAL);
	ck_assert_int_eq(rules_of("--up-critical 1").down, VERDICT_OK);
	ck_assert_int_eq(rules_of("--up-critical 1 --down-state warning").down,
	    VERDICT_WARNING);
}
END_TEST

START_TEST(rules_are_in_seconds)
{
	const struct bgp_rules rules =
	    rules_of("--uptime 5m --flap-window 2h --by as --up-warning 1");

	ck_assert_uint_eq(rules.uptime_s, 300);
	ck_assert_int_eq(rules.flap_window_s, 7200);
	ck_assert(rules.by_as);
	ck_assert(!rules.closed);
}
END_TEST

START_TEST(a_bad_pattern_is_told_by_its_option)
{
	struct bgp_rules rules;
	struct err err = { .text = "" };

	ck_assert(parse("--exclude-description (", &err));
	ck_assert(!bgp_session_opts_rules(&opts, &rules, &arena, &err));
	ck_assert_msg(strstr(err.text, "exclude-description") != NULL, "%s",
	    err.text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_session_opt");
	TCase *tcase = tcase_create("bgp_session_opt");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, lines_are_taken_or_refused, 0, COUNT(lines));
	tcase_add_loop_test(tcase, they_say_who_is_asked_and_what_is_compared,
	    0, COUNT(meanings));
	tcase_add_test(tcase, down_follows_the_group_rule);
	tcase_add_test(tcase, rules_are_in_seconds);
	tcase_add_test(tcase, a_bad_pattern_is_told_by_its_option);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
