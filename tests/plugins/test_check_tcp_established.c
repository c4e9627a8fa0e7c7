/* SPDX-License-Identifier: ISC */
/* The program's own parts: options, what one number is enough for, memory.
 * Verdicts are tests/unit/test_tcp_judge.c. */
#include <stdio.h>
#include <string.h>

#include "plugins/check_tcp_established.c"
#include "tests/suite.h"

static struct arena arena;
static struct opts opts;
static struct sample sample;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 32 << 20, &err));
	opts = (struct opts){ .rules.top = 10 };
	sample = (struct sample){ 0 };
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* --- what one number is enough for ---------------------------------------- */

static void
with_port(struct opts *o)
{
	o->port.count = 1;
}
static void
with_excluded_net(struct opts *o)
{
	o->exclude_remote.count = 1;
}
static void
with_family(struct opts *o)
{
	o->family = IP_V6;
}
static void
with_state(struct opts *o)
{
	o->rules.states = TCP_STATE_BIT(TCP_ESTABLISHED);
}
static void
with_groups(struct opts *o)
{
	o->rules.by = TCP_BY_PORT;
}
static void
with_listening(struct opts *o)
{
	o->rules.listening = true;
}
static void
with_backlog(struct opts *o)
{
	o->rules.backlog.warning.set = true;
}
static void
with_clients(struct opts *o)
{
	o->rules.clients.warning.set = true;
}
static void
with_age(struct opts *o)
{
	o->age = true;
}
static void
with_exact(struct opts *o)
{
	o->exact = true;
}
static void
with_uid(struct opts *o)
{
	o->uid.given = true;
}
static void
with_cgroup(struct opts *o)
{
	o->cgroup = "x";
}

static void (*const needs[])(struct opts *) = { with_port, with_excluded_net,
	with_family, with_state, with_groups, with_listening, with_backlog,
	with_clients, with_age, with_exact, with_uid, with_cgroup };

START_TEST(one_number_is_not_enough)
{
	ck_assert(one_number_will_do(&opts));
	needs[_i](&opts);
	ck_assert(!one_number_will_do(&opts));
}
END_TEST

/* --- judge ---------------------------------------------------------------- */

START_TEST(one_range_of_ports_is_named)
{
	static struct opt_port_range ranges[] = { { 80, 80 }, { 443, 445 } };
	const struct tcp_tally_plan plan = { 0 };
	struct result_tree tree;
	struct result *root = result_init(&tree, &arena, tcp_metrics, &opts);

	opts.port = (struct opt_ports){ 1, ranges, 2 };
	ck_assert(tcp_tally_init(&sample.survey.tally, &plan, &arena));
	judge(&opts, &sample, root);
	ck_assert_ptr_nonnull(strstr(root->summary, " on port 80 from"));
	opts.port.count = 2;
	judge(&opts, &sample, root);
	ck_assert_ptr_null(strstr(root->summary, " on port"));
	sample.one_number = true;
	sample.current = 7;
	judge(&opts, &sample, root);
	ck_assert_ptr_nonnull(strstr(root->summary, "7 connections"));
}
END_TEST

/* --- memory --------------------------------------------------------------- */

START_TEST(memory_is_what_was_seen)
{
	const struct tcp_origin origin = { "diag", "b", 1 };
	const struct tcp_span span = { 100 * CLOCK_SECOND, 160 * CLOCK_SECOND };
	struct sample again = { 0 };
	char room[512];
	struct text text = TEXT_OVER(room);
	struct err err;

	tcp_history_init(&sample.survey.after, &arena, &origin,
	    160 * CLOCK_SECOND);
	tcp_history_span(&sample.survey.after, &span);
	tcp_history_add(&sample.survey.after, 1000, 0);
	tcp_history_arrange(&sample.survey.after);
	remember(&opts, &sample, &text);
	ck_assert(recall(&opts, &again, room, text.len, &arena, &err));
	ck_assert(again.recalled);
	ck_assert_int_eq(again.before.last_ns, 160 * CLOCK_SECOND);
	ck_assert_uint_ne(tcp_history_find(&again.before, 1000), SIZE_MAX);
	ck_assert(!recall(&opts, &again, "x", 1, &arena, &err));
	ck_assert(!again.recalled);
}
END_TEST

/* --- options -------------------------------------------------------------- */

static const struct {
	const char *text;
	unsigned by; /* 0: refused */
} bys[] = {
	{ "port", TCP_BY_PORT },
	{ "remote,port", TCP_BY_REMOTE | TCP_BY_PORT },
	{ "port,family,remote", TCP_BY_PORT | TCP_BY_FAMILY | TCP_BY_REMOTE },
	{ "", 0 },
	{ "port,", 0 },
	{ "ports", 0 },
	{ "por", 0 },
	{ ",port", 0 },
};

START_TEST(by_takes_words)
{
	const struct opt_value word = { .text = bys[_i].text };
	unsigned by = 0;
	struct err err;

	ck_assert_int_eq(parse_by(&word, &by, &err), bys[_i].by != 0);
	if (bys[_i].by != 0)
		ck_assert_uint_eq(by, bys[_i].by);
}
END_TEST

START_TEST(settle_needs_duration)
{
	struct err err;

	opts.settle = true;
	ck_assert(!validate(&opts, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	opts.rules.least_ns = 1;
	ck_assert(validate(&opts, &err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("check_tcp_established");
	TCase *tcase = tcase_create("check_tcp_established");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, one_number_is_not_enough, 0, COUNT(needs));
	tcase_add_test(tcase, one_range_of_ports_is_named);
	tcase_add_test(tcase, memory_is_what_was_seen);
	tcase_add_loop_test(tcase, by_takes_words, 0, COUNT(bys));
	tcase_add_test(tcase, settle_needs_duration);
	return suite_run(suite);
}
