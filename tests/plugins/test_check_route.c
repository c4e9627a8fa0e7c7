/* SPDX-License-Identifier: ISC */
/* The program's own parts: options, what goes together, what is asked for,
 * memory.  Verdicts are tests/unit/test_route_judge.c. */
#include <stdio.h>
#include <string.h>

#include "plugins/check_route.c"
#include "tests/tools/parse_line.h"

static struct arena arena;
static struct route_options opts;
static struct sample sample;
static struct run run;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	opts = (struct route_options){ 0 };
	sample = (struct sample){ 0 };
	run = (struct run){ .arena = &arena, .brief = true };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static bool
parse(const char *line, struct err *err)
{
	return parse_line(&plugin, line, &opts, &arena, err);
}

START_TEST(tables_are_sound)
{
	parse_line_tables(&plugin, &opts, &arena);
}
END_TEST

static const char *const fine[] = {
	"192.0.2.0/24",
	"192.0.2.0/24 2001:db8::/32 default default6 192.0.2.1",
	"-r 192.0.2.0/24 --route=default",
	"default --source bird,kernel --socket /x",
	"default --source bird,kernel --socket bird=/x=y",
	"default --source kernel --source bird",
	"192.0.2.7 --longest-match --match-length 24 --match-prefix 10.0.0.0/8",
	"default --next-hop 192.0.2.1,192.0.2.2 --next-hops-critical 2:",
	"default --origin-as 65001,65002 --as-path 65001$ --proto bgp",
	"--count-critical 1:",
	"--count-drop-warning 10% --count-drop-hold 1h",
	"--changes-warning 100",
	"default --flaps-critical 3 --flap-window 10m",
	"default --vrf red",
	"default --table 100 --netns /run/netns/x",
	"default --source snmp -H 192.0.2.1 -u me --context red",
	"default --source snmp --replay file",
	"default --source command --match x -- ssh r show route {prefix}",
	"default --source command --no-match x --absent-status 1 -- grep x y",
	"default --source exabgp,frr,kernel --socket exabgp=/run/x",
};

START_TEST(good)
{
	struct err err;

	if (!parse(fine[_i], &err))
		ck_abort_msg("%s: %s", fine[_i], err.text);
}
END_TEST

static const struct {
	const char *line;
	const char *why;
} wrong[] = {
	{ "", "name a prefix" },
	{ "192.0.2.1/24", "host bits" },
	{ "nonsense", "nonsense" },
	{ "default --source kernel,quagga",
	    "is not one of kernel, snmp, bird" },
	{ "default --source kernel,", "is not one of" },
	{ "default --socket /x", "needs a daemon" },
	{ "default --source kernel --socket bird=/x", "does not name" },
	{ "default --match-length 24", "need --longest-match" },
	{ "default --match-prefix 10.0.0.0/8", "need --longest-match" },
	{ "default --match-length 129 --longest-match", "129" },
	{ "--flaps-warning 1 --count-warning 1", "need a prefix" },
	{ "default --count-drop-hold 1h", "--count-drop-hold needs" },
	{ "default --vrf red --table 100", "a table of its own" },
	{ "default --source bird --netns 1", "needs --source=kernel" },
	{ "--count-warning bgp,ospf=1", "more than one protocol" },
	{ "--count-warning ipv4,=1", "empty word" },
	{ "--count-warning table:=1", "empty word" },
	{ "--count-warning bgp=x", "x" },
	{ "--count-drop-warning 0", "more than 0" },
	{ "default --origin-as x", "x" },
	{ "default --kind grey", "grey" },
	{ "default --source snmp", "-H" },
	{ "default --replay x", "need --source=snmp" },
	{ "default --source snmp -H r -u me --context a --context b",
	    "one is" },
	{ "default --match x", "need --source=command" },
	{ "default -- ssh r", "need --source=command" },
	{ "default --source command --match ( -- x",
	    "--source=command: missing" },
	{ "default --source command", "command" },
	{ "--source command --count-warning 1 -- x", "needs a prefix" },
	{ "default --source command --absent-status 255 -- x", "1 to 254" },
	{ "default --source command --absent-status 0 -- x", "1 to 254" },
	{ "default --source snmp,bird -H r --socket snmp=/x", "snmp" },
};

/* As every CheckCommand of Icinga does, whoever is asked then. */
START_TEST(a_host_is_no_mistake)
{
	struct err err = { 0 };

	ck_assert_msg(parse("default -H 192.0.2.1", &err), "%s", err.text);
}
END_TEST

START_TEST(bad)
{
	struct err err;

	ck_assert_msg(!parse(wrong[_i].line, &err), "%s", wrong[_i].line);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, wrong[_i].why) != NULL, "%s: %s",
	    wrong[_i].line, err.text);
}
END_TEST

static void
file_with(const char *content, char *path)
{
	FILE *file;

	strcpy(path, "/tmp/test_check_route.XXXXXX");
	file = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(file);
	fputs(content, file);
	fclose(file);
}

START_TEST(a_file_asks_for_sources)
{
	char path[64], line[128];
	struct err err;

	file_with("10.0.0.0/8 source=bird\ndefault\n", path);
	snprintf(line, sizeof(line), "--expect %s", path);
	ck_assert(!parse(line, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "asks bird"));
	opts = (struct route_options){ 0 };
	snprintf(line, sizeof(line), "--expect %s --source bird,kernel", path);
	ck_assert(parse(line, &err));
	ck_assert_uint_eq(route_expects_count(&opts.expects), 2);
	remove(path);
}
END_TEST

START_TEST(a_file_that_is_wrong)
{
	char path[64], line[128];
	struct err err;

	file_with("default\n10.0.0.0/8 nexthop=1\n", path);
	snprintf(line, sizeof(line), "--expect %s", path);
	ck_assert(!parse(line, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "line 2"));
	remove(path);
}
END_TEST

START_TEST(a_prefix_that_is_named_twice)
{
	struct err err;

	ck_assert(parse("default 10.0.0.0/8 -r 0.0.0.0/0 10.0.0.0/9", &err));
	ck_assert_uint_eq(route_expects_count(&opts.expects), 3);
}
END_TEST

START_TEST(a_number_that_is_named_twice)
{
	struct err err;

	ck_assert(parse("default --count-critical ipv4=1: --count-warning "
			"table:100,ipv4=1: --count-critical table:100=9: "
			"--count-warning ipv4=5:",
	    &err));
	ck_assert_uint_eq(opts.tallies.count, 3);
	ck_assert(opts.tallies.items[0].limits.warning.set);
	ck_assert(opts.tallies.items[0].limits.critical.set);
}
END_TEST

START_TEST(asks_what_the_options_say)
{
	struct route_plan plan;
	struct err err;

	ck_assert(
	    parse("default --source=snmp,command -H r -u me --context=red "
		  "--match=x --stage=received -- ssh r",
		&err));
	ck_assert(route_options_rules(&opts, &sample.rules, &arena, &err));
	plan = make_plan(&opts, &sample.rules, &run);
	ck_assert_str_eq(plan.session.host.name, "r");
	ck_assert_str_eq(plan.context, "red");
	/* Two sources are compared by them. */
	ck_assert(plan.paths);
	ck_assert_str_eq(plan.command.argv[1], "r");
	ck_assert_ptr_null(plan.command.argv[2]);
	ck_assert_uint_eq(plan.command.stage, ROUTE_RECEIVED);
	ck_assert_int_eq(plan.command.absent_status, ROUTE_COMMAND_NO_STATUS);
	opts = (struct route_options){ 0 };
	ck_assert(parse("default --source snmp -H r", &err));
	ck_assert(route_options_rules(&opts, &sample.rules, &arena, &err));
	plan = make_plan(&opts, &sample.rules, &run);
	ck_assert(!plan.paths);
	ck_assert_ptr_null(plan.context);
	ck_assert_uint_eq(plan.command.stage, ROUTE_INSTALLED);
}
END_TEST

START_TEST(needs_follow_the_sources)
{
	struct err err;

	ck_assert(parse("default", &err));
	ck_assert_uint_eq(also_needs(&opts), 0);
	ck_assert(parse("default --source kernel,gobgp", &err));
	ck_assert_uint_eq(also_needs(&opts), PLUGIN_EXEC);
	opts = (struct route_options){ 0 };
	ck_assert(parse("default --source command --match x -- y", &err));
	ck_assert_uint_eq(also_needs(&opts), PLUGIN_EXEC);
	opts = (struct route_options){ 0 };
	ck_assert(parse("default --source snmp -H r --record /x", &err));
	ck_assert_uint_eq(also_needs(&opts), PLUGIN_WRITE);
}
END_TEST

START_TEST(compares_all_when_nothing_is_named)
{
	struct err err;

	ck_assert(parse("--count-drop-warning 5%", &err));
	ck_assert(route_options_rules(&opts, &sample.rules, &arena, &err));
	ck_assert_uint_eq(sample.rules.tally_count, 1);
	ck_assert_str_eq(sample.rules.tallies[0].words, "");
	ck_assert(plugin.memory->wanted(&opts));
}
END_TEST

START_TEST(needs_no_memory_for_a_look)
{
	struct err err;

	ck_assert(parse("default --count-warning 5", &err));
	ck_assert(!plugin.memory->wanted(&opts));
}
END_TEST

START_TEST(a_socket_for_each)
{
	struct err err;

	ck_assert(
	    parse("default --source bird,kernel --socket bird=/run/b", &err));
	ck_assert_str_eq(path_for(&opts, "bird"), "/run/b");
	opts = (struct route_options){ 0 };
	ck_assert(parse("default --source bird --socket /run/c", &err));
	ck_assert_str_eq(path_for(&opts, "bird"), "/run/c");
	opts = (struct route_options){ 0 };
	ck_assert(parse("default --source kernel,bird --netns 1", &err));
	ck_assert_str_eq(path_for(&opts, "kernel"), "1");
	ck_assert_ptr_null(path_for(&opts, "bird"));
}
END_TEST

START_TEST(remembers_and_recalls)
{
	static char room[4096];
	struct text out = TEXT_OVER(room);
	const struct moment moment = { "boot", 77 };
	const struct route_spans spans = { .flap_window_s = 60 };
	struct ip_net prefix;
	struct err err;

	ck_assert(parse("default --flaps-warning 1", &err));
	ck_assert(route_prefix_parse("default", &prefix, &err));
	route_history_init(&sample.after, &arena, &moment);
	ck_assert(route_history_see(&sample.after, NULL, &prefix, ROUTE_PRESENT,
	    &spans));
	sample.remembered = true;
	plugin.memory->remember(&opts, &sample, &out);
	ck_assert_uint_gt(out.len, 0);
	ck_assert(plugin.memory->recall(&opts, &sample, out.data, out.len,
	    &arena, &err));
	ck_assert(sample.recalled);
	ck_assert_uint_eq(sample.before.pasts.count, 1);
	sample.recalled = false;
	ck_assert(
	    !plugin.memory->recall(&opts, &sample, "rot\n", 4, &arena, &err));
	ck_assert(!sample.recalled);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_route");
	TCase *tcase = tcase_create("check_route");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, tables_are_sound);
	tcase_add_loop_test(tcase, good, 0, COUNT(fine));
	tcase_add_test(tcase, a_host_is_no_mistake);
	tcase_add_loop_test(tcase, bad, 0, COUNT(wrong));
	tcase_add_test(tcase, a_file_asks_for_sources);
	tcase_add_test(tcase, a_file_that_is_wrong);
	tcase_add_test(tcase, a_prefix_that_is_named_twice);
	tcase_add_test(tcase, a_number_that_is_named_twice);
	tcase_add_test(tcase, asks_what_the_options_say);
	tcase_add_test(tcase, needs_follow_the_sources);
	tcase_add_test(tcase, compares_all_when_nothing_is_named);
	tcase_add_test(tcase, needs_no_memory_for_a_look);
	tcase_add_test(tcase, a_socket_for_each);
	tcase_add_test(tcase, remembers_and_recalls);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
