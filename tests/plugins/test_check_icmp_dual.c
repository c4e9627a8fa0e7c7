/* SPDX-License-Identifier: ISC */
/* Its options; what is made of what was measured is test_icmp_judge.c's. */
#include <stdio.h>
#include <string.h>

#include "plugins/check_icmp_dual.c"
#include "tests/suite.h"

#define MS INT64_C(1000000)

static struct arena arena;
static struct opts opts;

/* The options as a user would type them. */
static bool
parse(const char *line, struct err *err)
{
	static char words[512];
	static char *argv[32];
	const struct opt_target targets[] = {
		{ options, &opts },
		{ NULL, NULL },
	};
	struct opt_parsed parsed;
	int argc = 0;

	opts = (struct opts){ 0 };
	snprintf(words, sizeof(words), "check_icmp_dual %s", line);
	for (char *word = strtok(words, " "); word != NULL;
	     word = strtok(NULL, " "))
		argv[argc++] = word;
	return opt_parse("check_icmp_dual", targets, argc, argv, &arena,
		   &parsed, err) &&
	    validate(&opts, err);
}

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 32 << 20, &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

static void
begin(const char *line)
{
	struct err err = { 0 };

	ck_assert_msg(parse(line, &err), "%s", err.text);
}

static const struct {
	const char *line;
	const char *words; /* of the refusal; NULL: fine */
} lines[] = {
	{ "192.0.2.1 -w 100,20% -c 300,60%", NULL },
	{ "-H [2001:db8::1]", NULL },
	{ "192.0.2.1 -w 100", "must be RTA,LOSS%" },
	{ "192.0.2.1 -w 100,x", "-w" },
	{ "192.0.2.1 -w 100,101%", "-w" },
	{ "192.0.2.1 -w ,20%", "must be RTA,LOSS%" },
	{ "192.0.2.1 -w -5,20%", "not negative" },
	{ "192.0.2.1 -c 300,60", NULL },
	{ "", "no target" },
	{ "-6 192.0.2.1", "192.0.2.1 is no ipv6 address, and ipv6 was" },
	/* Or it would be shown, dead, and never judged. */
	{ "--family ipv6 192.0.2.1", "192.0.2.1 is no ipv6 address" },
	{ "--family ipv4 2001:db8::1", "2001:db8::1 is no ipv4 address" },
	{ "-4 --family ipv6 www", "-4 contradicts --family ipv6" },
	{ "-6 --family ipv4 www", "-6 contradicts --family ipv4" },
	{ "-6 --family ipv6 www", NULL },
	{ "fe80::1", "fe80::1 is on every link: write fe80::1%INTERFACE" },
	{ "[fe80::1]", "fe80::1 is on every link" },
	{ "fe80::1%lo", NULL },
	{ "fe80::1 -I lo", NULL },
	{ "febf::1", "on every link" },
	{ "fec0::1", NULL },
	{ "192.0.2.1 -w 5m,20%", "write ms for milliseconds" },
	{ "192.0.2.1 -w 5h,20%", "a number of milliseconds" },
	{ "a -i 80m", "write ms for milliseconds" },
	{ "a -i 80x", "a number of milliseconds" },
	{ "a -i ms", "a number of milliseconds" },
	{ "a -i -1", "not negative" },
	{ "a -i 0", "must be 1ns to 1h" },
	{ "a -i 2h", "a number of milliseconds" },
	{ "a -b 15", "16B to" },
	{ "a -n 0", "-n" },
	{ "a --dscp 64", "--dscp" },
	{ "a --targets /nonexistent", "No such file" },
	{ "a/b", "not a URL" },
	/* Nobody answers from there. */
	{ "0.0.0.0", "0.0.0.0 is not the address of one host" },
	{ "224.0.0.1", "not the address of one host" },
	{ "239.1.1.1", "not the address of one host" },
	{ "255.255.255.255", "not the address of one host" },
	{ "::", "not the address of one host" },
	{ "ff02::1%lo", "not the address of one host" },
	{ "240.0.0.1 255.0.0.1 0.0.0.1 ::2", NULL },
	{ "a -s 224.0.0.1", "--source 224.0.0.1 is not the address of one" },
	{ "a -s ff02::1%lo", "not the address of one host" },
	{ "a -s fe80::1",
	    "--source fe80::1 is on every link: write fe80::1%I" },
	{ "a -s fe80::1 -I lo", NULL },
	{ "a -s fe80::1%lo -s 192.0.2.1", NULL },
};

START_TEST(reads_its_options)
{
	struct err err = { 0 };

	ck_assert_int_eq(parse(lines[_i].line, &err), lines[_i].words == NULL);
	if (lines[_i].words != NULL)
		ck_assert_msg(strstr(err.text, lines[_i].words) != NULL,
		    "%s: %s", lines[_i].line, err.text);
}
END_TEST

/* A packet interval as check_icmp and fping take it. */
static const struct {
	const char *line;
	int64_t ns;
} intervals[] = {
	{ "a -i 80", 80 * MS },
	{ "a -i 80ms", 80 * MS },
	{ "a -i 0.5", MS / 2 },
	{ "a -i 500us", MS / 2 },
	{ "a -i 500u", MS / 2 },
	{ "a --interval 2s", 2000 * MS },
};

/* -w and -c: from the value up, as check_icmp and check_ping have it. */
static const struct {
	const char *line;
	double rta, loss; /* critical from there on */
} usual[] = {
	{ "a", 0.5, 80 },
	{ "a -c 300,60%", 0.3, 60 },
	{ "a -c 300.5,60", 0.3005, 60 },
	{ "a -c 300ms,60%", 0.3, 60 },
	{ "a -c 0.3s,60%", 0.3, 60 },
	{ "a -c 300000us,60%", 0.3, 60 },
	{ "a -c 300000u,60%", 0.3, 60 },
};

START_TEST(reads_usual_limits)
{
	const struct icmp_usual *read = &opts.rules.usual;

	begin(usual[_i].line);
	ck_assert_double_eq(read->rta.critical.start, usual[_i].rta);
	ck_assert_double_eq(read->loss.critical.start, usual[_i].loss);
	ck_assert(range_alerts(&read->rta.critical, usual[_i].rta));
	ck_assert(!range_alerts(&read->rta.critical, usual[_i].rta - 1e-6));
	ck_assert(range_alerts(&read->loss.critical, usual[_i].loss));
	ck_assert(!range_alerts(&read->loss.critical, usual[_i].loss - 0.1));
}
END_TEST

/* Where the other half alone is given: of such a pair alone the missing half is
 * the customary one, as in check_icmp. */
static const struct {
	const char *line;
	struct {
		double rta, loss; /* 0: no limit */
	} warning, critical;
} halves[] = {
	{ "a", { 0.2, 40 }, { 0.5, 80 } },
	{ "a -w 100,10%", { 0.1, 10 }, { 0.5, 80 } },
	{ "a -c 300,60%", { 0.2, 40 }, { 0.3, 60 } },
	{ "a -w 100,10% -c 300,60%", { 0.1, 10 }, { 0.3, 60 } },
	{ "a -w 100,10% --loss-critical 60:", { 0.1, 10 }, { 0, 60 } },
	{ "a -c 300,60% --rta-warning 0.1:", { 0.1, 0 }, { 0.3, 60 } },
	{ "a --rta-warning 0.1:", { 0.1, 0 }, { 0, 0 } },
	{ "a --loss-critical 60:", { 0, 0 }, { 0, 60 } },
};

static void
expect_start(const struct range *range, double start)
{
	ck_assert_int_eq(range->set, start > 0);
	if (start > 0)
		ck_assert_double_eq(range->start, start);
}

START_TEST(completes_usual_limits)
{
	const struct icmp_usual *read = &opts.rules.usual;

	begin(halves[_i].line);
	expect_start(&read->rta.warning, halves[_i].warning.rta);
	expect_start(&read->loss.warning, halves[_i].warning.loss);
	expect_start(&read->rta.critical, halves[_i].critical.rta);
	expect_start(&read->loss.critical, halves[_i].critical.loss);
}
END_TEST

START_TEST(no_loss_is_no_loss_to_alert_for)
{
	begin("a -w 100,0%");
	ck_assert(!range_alerts(&opts.rules.usual.loss.warning, 0));
	ck_assert(range_alerts(&opts.rules.usual.loss.warning, 0.1));
}
END_TEST

/* What is lost must be longer under way than any limit allows. */
static const struct {
	const char *line;
	int64_t ns;
} waits[] = {
	{ "a", 1000 * MS },
	{ "a -w 100,20% -c 300,60%", 1000 * MS },
	{ "a -w 3000,80% -c 5000,100%", 5000 * MS },
	{ "a -w 3000,80%", 3000 * MS },
	{ "a --rta-warning 1.5", 1500 * MS },
	{ "a --rtmax-critical 2", 2000 * MS },
	{ "a --rtmin-critical 2:", 2000 * MS },
	{ "a --median-warning @2:4", 4000 * MS },
	{ "a --rta-critical 200", 60000 * MS },
	{ "a --loss-critical 50 --jitter-warning 3", 1000 * MS },
	{ "a -c 5000,100% --wait 300ms", 300 * MS },
};

START_TEST(waits_as_long_as_limits_allow)
{
	begin(waits[_i].line);
	ck_assert_int_eq(opts.wait, waits[_i].ns);
}
END_TEST

START_TEST(names_a_target_without_brackets)
{
	begin("[2001:db8::1] b -H [2001:db8::2]");
	ck_assert_uint_eq(opts.targets.count, 3);
	ck_assert_str_eq(opts.targets.items[0].label, "2001:db8::1");
	ck_assert_str_eq(opts.targets.items[2].label, "2001:db8::2");
}
END_TEST

START_TEST(reads_intervals_as_check_icmp_does)
{
	begin(intervals[_i].line);
	ck_assert_int_eq(opts.interval, intervals[_i].ns);
}
END_TEST

START_TEST(its_tables_are_sound)
{
	const struct opt_target targets[] = {
		{ options, &opts },
		{ NULL, NULL },
	};
	struct err err = { 0 };

	opts = (struct opts){ 0 };
	ck_assert_msg(opt_check(targets, &arena, &err), "%s", err.text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_icmp_dual");
	TCase *tcase = tcase_create("check_icmp_dual");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, reads_its_options, 0, COUNT(lines));
	tcase_add_loop_test(tcase, reads_usual_limits, 0, COUNT(usual));
	tcase_add_loop_test(tcase, completes_usual_limits, 0, COUNT(halves));
	tcase_add_test(tcase, no_loss_is_no_loss_to_alert_for);
	tcase_add_test(tcase, names_a_target_without_brackets);
	tcase_add_loop_test(tcase, waits_as_long_as_limits_allow, 0,
	    COUNT(waits));
	tcase_add_loop_test(tcase, reads_intervals_as_check_icmp_does, 0,
	    COUNT(intervals));
	tcase_add_test(tcase, its_tables_are_sound);
	return suite_run(suite);
}
