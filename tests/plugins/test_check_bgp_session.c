/* SPDX-License-Identifier: ISC */
/* The program's own parts: what is asked for, memory, lists.  Options are in
 * tests/unit/test_bgp_session_opt.c, verdicts in test_bgp_judge.c. */
#include <stdio.h>
#include <string.h>

#include "plugins/check_bgp_session.c"
#include "tests/tools/parse_line.h"

static struct arena arena;
static struct bgp_session_opts opts;
static struct sample sample;
static struct run run;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	opts = (struct bgp_session_opts){ 0 };
	sample = (struct sample){ 0 };
	run = (struct run){ .arena = &arena, .brief = true };
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
	return parse_line(&plugin, line, &opts, &arena, err);
}

START_TEST(tables_are_sound)
{
	parse_line_tables(&plugin, &opts, &arena);
}
END_TEST

/* --- what is asked of the router ------------------------------------------ */

static const struct {
	const char *words;
	unsigned wants;
} asked[] = {
	{ "", 0 },
	{ "--uptime 1m", BGP_WANT_TIME | BGP_WANT_ERROR },
	{ "--flaps-warning 1",
	    BGP_WANT_TIME | BGP_WANT_TRANSITIONS | BGP_WANT_ERROR },
	{ "--prefixes-warning 1:", BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED },
	{ "--advertised-warning 1:", BGP_WANT_ADVERTISED },
	{ "--limit-warning 80",
	    BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED | BGP_WANT_LIMIT },
	{ "--as 65001", BGP_WANT_REMOTE_AS },
	{ "--description x", BGP_WANT_DESCRIPTION },
	{ "--peer 192.0.2.1 --peer 192.0.2.2,as=1", BGP_WANT_REMOTE_AS },
	{ "--peer 192.0.2.1", BGP_WANT_ALL & ~BGP_WANT_LOCAL_AS },
	{ "--per-peer", BGP_WANT_ALL & ~BGP_WANT_LOCAL_AS },
};

/* A run keeps them to its end. */
static void
forget_patterns(const struct bgp_criteria *criteria)
{
	for (size_t i = 0; i < criteria->description_count; i++)
		regex_free(criteria->descriptions[i]);
}

START_TEST(no_more_is_asked_than_is_judged)
{
	struct err err = { .text = "" };

	ck_assert_msg(parse(asked[_i].words, &err), "%s", err.text);
	ck_assert(bgp_session_opts_rules(&opts, &sample.rules, &arena, &err));
	ck_assert_uint_eq(wants(&opts, &sample.rules, &run), asked[_i].wants);
	run.brief = false;
	ck_assert_uint_eq(wants(&opts, &sample.rules, &run),
	    BGP_WANT_ALL & ~BGP_WANT_LOCAL_AS);
	forget_patterns(&sample.rules.select.only);
}
END_TEST

START_TEST(named_peers_are_asked_for_by_name)
{
	struct bgp_snmp_query query = { 0 };
	struct err err = { .text = "" };

	ck_assert(parse("--peer 192.0.2.1,vrf=red --peer ::1 "
			"--peer ::2,vrf=default",
	    &err));
	ck_assert(bgp_session_opts_rules(&opts, &sample.rules, &arena, &err));
	ck_assert(is_single(&opts, &sample.rules));
	ck_assert(bgp_snmp_query_name(&query, &opts.named, &arena));
	ck_assert_uint_eq(query.peer_count, 3);
	ck_assert_str_eq(query.peers[0].vrf, "red");
	ck_assert_ptr_null(query.peers[1].vrf);
	/* The table calls it by no name. */
	ck_assert_str_eq(query.peers[2].vrf, "");
}
END_TEST

START_TEST(a_selection_or_a_name_needs_the_whole_table)
{
	static const char *const whole[] = { "--peer swp1",
		"--peer fe80::1%swp1", "--peer ::1 --family ipv6", "" };

	for (int i = 0; i < COUNT(whole); i++) {
		struct bgp_snmp_query query = { 0 };
		struct err err = { .text = "" };

		opts = (struct bgp_session_opts){ 0 };
		ck_assert(parse(whole[i], &err));
		ck_assert(
		    bgp_session_opts_rules(&opts, &sample.rules, &arena, &err));
		ck_assert(!is_single(&opts, &sample.rules) ||
		    bgp_snmp_query_name(&query, &opts.named, &arena));
		ck_assert_uint_eq(query.peer_count, 0);
	}
}
END_TEST

START_TEST(needs_follow_the_source)
{
	struct err err;

	ck_assert(parse("", &err));
	ck_assert_uint_eq(also_needs(&opts), 0);
	ck_assert(parse("--record /tmp/x", &err));
	ck_assert_uint_eq(also_needs(&opts), PLUGIN_WRITE);
	opts = (struct bgp_session_opts){ 0 };
	ck_assert(parse("--source gobgp", &err));
	ck_assert_uint_eq(also_needs(&opts), PLUGIN_EXEC);
	ck_assert(parse("--source bird", &err));
	ck_assert_uint_eq(also_needs(&opts), 0);
}
END_TEST

/* --- memory --------------------------------------------------------------- */

static const char *const damaged[] = {
	"",
	"hint\n",
	"hint 5\n",
	"hint 000009\nabc",
	"hint -1\n",
	"hint 99999999999999999999999\n",
	"hint 000000\nnonsense\n",
};

START_TEST(a_damaged_memory_is_refused)
{
	struct err err = { .text = "" };

	ck_assert(parse("--flaps-warning 1", &err));
	ck_assert(!recall(&opts, &sample, damaged[_i], strlen(damaged[_i]),
	    &arena, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

START_TEST(hint_and_history_come_back)
{
	const struct moment moment = { "boot", 100 };
	static const uint32_t index[] = { 1, 4, 192, 0, 2, 1 };
	static char bytes[4096];
	struct text out = TEXT_OVER(bytes);
	struct bgp_snmp_hint_row *row;
	struct sample later = { 0 };
	struct err err = { .text = "" };

	ck_assert(parse("--flaps-warning 1", &err));
	sample.hint = (struct bgp_snmp_hint){ .arena = &arena,
		.table_count = 1,
		.tables = { "cbgpPeer2Table" } };
	row = arena_push(&arena, &sample.hint.rows, sizeof(*row));
	*row = (struct bgp_snmp_hint_row){ .peer = { "", { 0 } },
		.interface = "",
		.index_len = COUNT(index),
		.index = index };
	ck_assert(ip_parse("192.0.2.1", &row->peer.address, &err));
	bgp_history_init(&sample.after, &arena, &moment);
	sample.remembered = true;
	remember(&opts, &sample, &out);
	ck_assert_msg(recall(&opts, &later, bytes, out.len, &arena, &err), "%s",
	    err.text);
	ck_assert_uint_eq(later.hint.table_count, 1);
	ck_assert_str_eq(later.hint.tables[0], "cbgpPeer2Table");
	ck_assert_uint_eq(later.hint.rows.count, 1);
	ck_assert(later.recalled);
	ck_assert_int_eq(later.before.moment.at_s, 100);
	/* A run without rules of history takes the hint alone. */
	opts.flaps = (struct limits){ 0 };
	later = (struct sample){ 0 };
	ck_assert(recall(&opts, &later, bytes, out.len, &arena, &err));
	ck_assert(!later.recalled);
	ck_assert(hint_only(&opts));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_bgp_session");
	TCase *tcase = tcase_create("check_bgp_session");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, tables_are_sound);
	tcase_add_loop_test(tcase, no_more_is_asked_than_is_judged, 0,
	    COUNT(asked));
	tcase_add_test(tcase, named_peers_are_asked_for_by_name);
	tcase_add_test(tcase, a_selection_or_a_name_needs_the_whole_table);
	tcase_add_test(tcase, needs_follow_the_source);
	tcase_add_loop_test(tcase, a_damaged_memory_is_refused, 0,
	    COUNT(damaged));
	tcase_add_test(tcase, hint_and_history_come_back);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
