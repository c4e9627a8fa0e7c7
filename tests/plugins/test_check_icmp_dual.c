/* SPDX-License-Identifier: ISC */
/* Verdicts on samples that were made up; no socket is opened. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/check_icmp_dual.c"
#include "tests/suite.h"

#define MS INT64_C(1000000)
#define PACKETS 5

static struct arena arena;
static struct result_tree tree;
static struct opts opts;
static struct sample sample;

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
	sample = (struct sample){ .lookup = -1 };
	sample.scratch = arena_alloc(&arena, PACKETS * sizeof(int64_t));
	sample.found = arena_alloc(&arena, 100 * sizeof(struct found));
	sample.targets = arena_alloc(&arena, 100 * sizeof(struct icmp_target));
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

/* The next host's answer from the resolver. */
static struct found *
found(size_t host, enum resolve_status v4, enum resolve_status v6)
{
	struct found *out = &sample.found[host];
	const struct resolve_answer answer = { .status = { 0, v4, v6 } };

	memcpy(out->status, answer.status, sizeof(out->status));
	out->overall = resolve_overall(&answer);
	out->first = sample.target_count;
	return out;
}

/* An address of it, with `answered` times in ms; -1 is lost. */
static struct icmp_target *
address(struct found *of, const char *string, const int ms[PACKETS])
{
	struct icmp_target *target = &sample.targets[sample.target_count++];
	struct err err;

	ck_assert(ip_parse(string, &target->address, &err));
	target->rtt_ns = arena_alloc(&arena, PACKETS * sizeof(int64_t));
	for (int i = 0; i < PACKETS; i++)
		target->rtt_ns[i] = ms[i] < 0 ? ms[i] : ms[i] * MS;
	of->count++;
	return target;
}

static const int good[] = { 1, 1, 1, 1, 1 };
static const int dead[] = { -1, -1, -1, -1, -1 };
static const int half[] = { 1, -1, 1, -1, 1 };
static const int unknown[] = { -3, -3, -3, -3, -3 };

static enum verdict
judged(void)
{
	struct result *root = result_init(&tree, &arena, metrics, &opts);

	judge(&opts, &sample, root);
	return result_verdict(root);
}

static bool
says(const char *words)
{
	for (const struct result *node = tree.root; node != NULL;
	     node = result_next(node)) {
		if (strstr(node->summary, words) != NULL)
			return true;
		for (const struct result_finding *finding = node->findings;
		     finding != NULL; finding = finding->next)
			if (strstr(finding->text, words) != NULL)
				return true;
	}
	return false;
}

/* --- one address ---------------------------------------------------------- */

static const struct {
	const char *line;
	const int *ms;
	enum verdict verdict;
	const char *words;
} addresses[] = {
	{ "192.0.2.1", good, VERDICT_OK, "192.0.2.1 rta 1 ms, loss 0 %" },
	{ "192.0.2.1", dead, VERDICT_CRITICAL, "no answer" },
	{ "192.0.2.1", half, VERDICT_WARNING, "loss 40 % (warning" },
	{ "192.0.2.1 -w 100,41%", half, VERDICT_OK, "loss 40 %" },
	{ "192.0.2.1 -c 100,40%", half, VERDICT_CRITICAL, "loss 40 %" },
	/* From the value up, as check_icmp and check_ping have it. */
	{ "192.0.2.1 -w 1,90%", good, VERDICT_WARNING, "rta 1 ms" },
	{ "192.0.2.1 -w 1.001,90%", good, VERDICT_OK, "rta 1 ms" },
	/* Its units, too. */
	{ "192.0.2.1 -w 1ms,90%", good, VERDICT_WARNING, "rta 1 ms" },
	{ "192.0.2.1 -w 0.001s,90%", good, VERDICT_WARNING, "rta 1 ms" },
	{ "192.0.2.1 -w 1000u,90%", good, VERDICT_WARNING, "rta 1 ms" },
	{ "192.0.2.1 -w 1001us,90%", good, VERDICT_OK, "rta 1 ms" },
	{ "192.0.2.1 -c 5000,100%", half, VERDICT_OK, "loss 40 %" },
	{ "192.0.2.1 -w 100,0%", good, VERDICT_OK, "loss 0 %" },
	{ "192.0.2.1 -w 100,0%", half, VERDICT_WARNING, "loss 40 %" },
	{ "192.0.2.1 --rta-critical 0.0005", good, VERDICT_CRITICAL, "rta" },
	{ "192.0.2.1 --rtmax-warning 0.0005", good, VERDICT_WARNING, "rtmax" },
	{ "192.0.2.1 --mos-critical 4.5:", good, VERDICT_CRITICAL, "mos" },
	{ "192.0.2.1 --all-dead-state warning", dead, VERDICT_WARNING,
	    "no answer" },
	{ "192.0.2.1", unknown, VERDICT_UNKNOWN, "not measured in time" },
};

START_TEST(judges_an_address)
{
	struct found *only;

	begin(addresses[_i].line);
	only = found(0, RESOLVE_FOUND, RESOLVE_UNASKED);
	address(only, "192.0.2.1", addresses[_i].ms);
	ck_assert_msg(judged() == addresses[_i].verdict, "%s: %s",
	    addresses[_i].line, verdict_name(result_verdict(tree.root)));
	ck_assert_msg(says(addresses[_i].words), "%s", addresses[_i].line);
}
END_TEST

START_TEST(who_said_what)
{
	struct found *only;
	struct icmp_target *target;

	begin("192.0.2.1");
	only = found(0, RESOLVE_FOUND, RESOLVE_UNASKED);
	target = address(only, "192.0.2.1", dead);
	target->fault = (struct icmp_fault){ .family = IP_V4,
		.type = 3,
		.code = 1,
		.from = ip_from_v4((const uint8_t[]){ 10, 0, 0, 1 }) };
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
	ck_assert(says("no answer, host unreachable from 10.0.0.1"));
	target->fault = (struct icmp_fault){ .error = ENETUNREACH };
	judged();
	ck_assert(says("Network is unreachable"));
}
END_TEST

START_TEST(what_our_queue_lost_is_no_loss)
{
	struct found *only;

	begin("192.0.2.1");
	only = found(0, RESOLVE_FOUND, RESOLVE_UNASKED);
	address(only, "192.0.2.1", (const int[]){ 1, 1, -3, -3, -3 });
	ck_assert_int_eq(judged(), VERDICT_OK);
	sample.targets[0].rtt_ns[0] = sample.targets[0].rtt_ns[1] =
	    ICMP_UNMEASURED;
	sample.report.overflowed = 5;
	ck_assert_int_eq(judged(), VERDICT_UNKNOWN);
	ck_assert(says("lost in our own receive queue"));
}
END_TEST

/* --- both families -------------------------------------------------------- */

static const struct {
	const char *line;
	const int *v4, *v6; /* NULL: the name has none */
	enum verdict verdict;
	const char *words;
} names[] = {
	{ "www", good, good, VERDICT_OK, "www works over IPv4 and IPv6" },
	{ "www", good, dead, VERDICT_WARNING,
	    "www works over IPv4, IPv6 dead" },
	{ "www", dead, good, VERDICT_WARNING,
	    "www works over IPv6, IPv4 dead" },
	{ "www", dead, dead, VERDICT_CRITICAL, "www dead over IPv4 and IPv6" },
	{ "www", good, NULL, VERDICT_OK, "works over IPv4, no IPv6 address" },
	{ "www --family both", good, NULL, VERDICT_WARNING, "no IPv6 address" },
	{ "www --missing-family-state critical", good, NULL, VERDICT_CRITICAL,
	    "no IPv6 address" },
	{ "www --family any", good, dead, VERDICT_OK, "IPv6 dead" },
	{ "www --family any", dead, dead, VERDICT_CRITICAL, "dead over" },
	{ "www --family ipv4", good, dead, VERDICT_OK, "IPv6 dead" },
	{ "www --family ipv6", good, dead, VERDICT_CRITICAL, "IPv6 dead" },
	{ "www --one-dead-state critical", good, dead, VERDICT_CRITICAL,
	    "IPv6 dead" },
	{ "www", good, half, VERDICT_WARNING, "loss 40 % (warning" },
	/* A family that nobody needs may be as slow as it likes. */
	{ "www --family ipv4", good, half, VERDICT_OK, "works over" },
	{ "www", good, unknown, VERDICT_UNKNOWN, "IPv6 not known" },
};

START_TEST(judges_both_families)
{
	struct found *only;

	begin(names[_i].line);
	only = found(0, names[_i].v4 ? RESOLVE_FOUND : RESOLVE_NO_ADDRESS,
	    names[_i].v6 ? RESOLVE_FOUND : RESOLVE_NO_ADDRESS);
	if (names[_i].v4 != NULL)
		address(only, "192.0.2.1", names[_i].v4);
	if (names[_i].v6 != NULL)
		address(only, "2001:db8::1", names[_i].v6);
	ck_assert_msg(judged() == names[_i].verdict, "%s: %s", names[_i].line,
	    verdict_name(result_verdict(tree.root)));
	ck_assert_msg(says(names[_i].words), "%s", names[_i].words);
}
END_TEST

START_TEST(one_dead_address_of_a_living_family_is_critical)
{
	struct found *only;

	begin("www");
	only = found(0, RESOLVE_FOUND, RESOLVE_NO_ADDRESS);
	address(only, "192.0.2.1", good);
	address(only, "192.0.2.2", dead);
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
}
END_TEST

static const struct {
	const char *line;
	enum resolve_status status;
	enum verdict verdict;
	const char *words;
} unfound[] = {
	{ "www", RESOLVE_NO_NAME, VERDICT_CRITICAL, "no such name" },
	{ "www --resolve-state warning", RESOLVE_NO_NAME, VERDICT_WARNING,
	    "no such name" },
	{ "www", RESOLVE_NO_ADDRESS, VERDICT_CRITICAL, "no address" },
	{ "www", RESOLVE_SILENT, VERDICT_UNKNOWN, "no resolver answered" },
	{ "www", RESOLVE_BROKEN, VERDICT_UNKNOWN, "the resolver failed" },
};

START_TEST(judges_names_without_address)
{
	begin(unfound[_i].line);
	found(0, unfound[_i].status, unfound[_i].status);
	ck_assert_int_eq(judged(), unfound[_i].verdict);
	ck_assert(says(unfound[_i].words));
}
END_TEST

/* --- groups --------------------------------------------------------------- */

static const struct {
	const char *line;
	unsigned alive;
	enum verdict verdict;
} groups[] = {
	{ "a b c", 3, VERDICT_OK },
	{ "a b c", 2, VERDICT_CRITICAL },
	{ "a b c --alive-warning 3: --alive-critical 2:", 3, VERDICT_OK },
	{ "a b c --alive-warning 3: --alive-critical 2:", 2, VERDICT_WARNING },
	{ "a b c --alive-warning 3: --alive-critical 2:", 1, VERDICT_CRITICAL },
};

START_TEST(counts_the_living)
{
	begin(groups[_i].line);
	for (unsigned i = 0; i < 3; i++) {
		char string[32];

		snprintf(string, sizeof(string), "192.0.2.%u", i + 1);
		address(found(i, RESOLVE_FOUND, RESOLVE_NO_ADDRESS), string,
		    i < groups[_i].alive ? good : dead);
	}
	ck_assert_int_eq(judged(), groups[_i].verdict);
}
END_TEST

START_TEST(beyond_each_only_what_is_bad_is_listed)
{
	begin("a b c --each 2");
	for (unsigned i = 0; i < 3; i++) {
		char string[32];

		snprintf(string, sizeof(string), "192.0.2.%u", i + 1);
		address(found(i, RESOLVE_FOUND, RESOLVE_UNASKED), string,
		    i == 1 ? dead : good);
	}
	judged();
	ck_assert_uint_eq(tree.nodes, 1);
	ck_assert_str_eq(tree.root->children->name, "192.0.2.2");
	ck_assert(says("2 of 3 targets alive"));
}
END_TEST

START_TEST(labels_name_target_family_and_address)
{
	struct found *only;
	const struct result *node;

	begin("www");
	only = found(0, RESOLVE_NO_ADDRESS, RESOLVE_FOUND);
	address(only, "2001:db8::1", good);
	judged();
	node = tree.root->children;
	ck_assert_uint_eq(node->label_count, 3);
	ck_assert_str_eq(node->labels[0].value, "www");
	ck_assert_str_eq(node->labels[1].value, "ipv6");
	ck_assert_str_eq(node->labels[2].value, "2001:db8::1");
}
END_TEST

/* --- early end ------------------------------------------------------------ */

static const struct {
	const char *line;
	int ms[PACKETS];
	bool enough;
} early[] = {
	/* Two of five may still be lost: 40 % is a warning. */
	{ "a", { 1, 1, 1, -2, -2 }, false },
	{ "a", { 1, 1, 1, 1, -2 }, false }, /* the last may take a second */
	{ "a --wait 100ms", { 1, 1, 1, 1, -2 }, true },
	{ "a --wait 100ms -w 9000,90%", { 1, -2, -2, -2, -2 }, true },
	{ "a", { -1, -1, -1, -1, 1 }, true },	/* critical for sure */
	{ "a", { -1, -1, -1, -2, -2 }, false }, /* nobody answered yet */
	{ "a --wait 100ms --jitter-warning 1", { 1, 1, 1, 1, -2 }, false },
	{ "a --alive-critical 1:", { 1, -2, -2, -2, -2 }, true },
	{ "a --alive-critical 1:", { -1, -2, -2, -2, -2 }, false },
};

START_TEST(knows_when_it_has_seen_enough)
{
	begin(early[_i].line);
	address(found(0, RESOLVE_FOUND, RESOLVE_UNASKED), "192.0.2.1",
	    early[_i].ms);
	ck_assert_msg(cannot_change(&opts, &sample, &sample.targets[0]) ==
		early[_i].enough,
	    "row %d", _i);
}
END_TEST

/* --- options -------------------------------------------------------------- */

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
	{ "", "no target" },
	{ "-6 192.0.2.1", "192.0.2.1 is no ipv6 address, and -6 was given" },
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
	tcase_add_loop_test(tcase, judges_an_address, 0, COUNT(addresses));
	tcase_add_test(tcase, who_said_what);
	tcase_add_test(tcase, what_our_queue_lost_is_no_loss);
	tcase_add_loop_test(tcase, judges_both_families, 0, COUNT(names));
	tcase_add_test(tcase, one_dead_address_of_a_living_family_is_critical);
	tcase_add_loop_test(tcase, judges_names_without_address, 0,
	    COUNT(unfound));
	tcase_add_loop_test(tcase, counts_the_living, 0, COUNT(groups));
	tcase_add_test(tcase, beyond_each_only_what_is_bad_is_listed);
	tcase_add_test(tcase, labels_name_target_family_and_address);
	tcase_add_loop_test(tcase, knows_when_it_has_seen_enough, 0,
	    COUNT(early));
	tcase_add_loop_test(tcase, reads_its_options, 0, COUNT(lines));
	tcase_add_loop_test(tcase, reads_intervals_as_check_icmp_does, 0,
	    COUNT(intervals));
	tcase_add_test(tcase, its_tables_are_sound);
	return suite_run(suite);
}
