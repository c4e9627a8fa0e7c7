/* SPDX-License-Identifier: ISC */
#include "lib/model/result.c"
#include "tests/suite.h"

struct opts {
	int other;
	struct limits established;
	struct limits rta;
};

enum { ESTABLISHED, RTA, LOSS, TRAFFIC };

static const struct metric_def defs[] = {
	[ESTABLISHED] = {
	    .name = "established",
	    .limits = offsetof(struct opts, established),
	},
	[RTA] = {
	    .name = "rta",
	    .unit = METRIC_SECONDS,
	    .limits = offsetof(struct opts, rta),
	},
	[LOSS] = {
	    .name = "loss",
	    .unit = METRIC_PERCENT,
	    .limits = METRIC_NO_LIMITS,
	},
	[TRAFFIC] = {
	    .name = "traffic",
	    .unit = METRIC_BYTES,
	    .limits = METRIC_NO_LIMITS,
	},
	{ .name = NULL },
};

static struct arena arena;
static struct opts opts;
static struct result_tree tree;
static struct result *root;

static void
plant(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	opts = (struct opts){ 0 };
	root = result_init(&tree, &arena, defs, &opts);
}

static void
fell(void)
{
	arena_free(&arena);
}

static struct range
range(const char *text)
{
	struct range range;
	struct err err;

	ck_assert(range_parse(text, &range, &err));
	return range;
}

/* --- verdicts ------------------------------------------------------------- */

START_TEST(begins_as_unknown)
{
	struct result *child = result_child(root, "peer");

	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert_int_eq(result_verdict(child), VERDICT_UNKNOWN);
	ck_assert(!root->judged && !child->judged);
	ck_assert_str_eq(root->name, "");
	ck_assert_str_eq(root->summary, "");
	ck_assert_ptr_null(root->findings);
	ck_assert_ptr_null(root->metrics);
	ck_assert(!tree.full);
}
END_TEST

/* Numbers without a judgement and texts are no evidence. */
START_TEST(takes_only_evidence_for_ok)
{
	result_summary(root, "all is well");
	result_label(root, "peer", "a");
	result_metric(root, ESTABLISHED, 5);
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	result_ok(root);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
}
END_TEST

START_TEST(is_not_ok_through_its_children_alone)
{
	result_ok(result_child(root, "a"));
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(is_not_ok_with_an_unjudged_child)
{
	result_ok(root);
	result_ok(result_child(root, "a"));
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	result_child(root, "b");
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

static const enum verdict all[] = {
	VERDICT_OK,
	VERDICT_WARNING,
	VERDICT_CRITICAL,
	VERDICT_UNKNOWN,
};

/* Two findings of one node, or its own and its child's, in any order. */
START_TEST(is_as_bad_as_its_worst)
{
	for (int a = 0; a < COUNT(all); a++)
		for (int b = 0; b < COUNT(all); b++) {
			const enum verdict worse =
			    verdict_worse(all[a], all[b]);
			struct result *one, *grandchild;

			arena_reset(&arena);
			root = result_init(&tree, &arena, defs, &opts);
			result_ok(root);
			one = result_child(root, "one");
			result_judge(one, all[a], "a");
			result_judge(one, all[b], "b");
			ck_assert_int_eq(one->own, worse);
			ck_assert_int_eq(result_verdict(root), worse);

			arena_reset(&arena);
			root = result_init(&tree, &arena, defs, &opts);
			result_judge(root, all[a], "a");
			one = result_child(root, "one");
			result_ok(one);
			grandchild = result_child(one, "two");
			result_judge(grandchild, all[b], "b");
			ck_assert_int_eq(result_verdict(root), worse);
			ck_assert_int_eq(root->own, all[a]);
		}
}
END_TEST

START_TEST(does_what_was_settled)
{
	struct result *child = result_child(root, "child");

	result_judge(child, VERDICT_CRITICAL, "down");
	result_judge(root, VERDICT_WARNING, "one of two is down");
	result_settle(root, VERDICT_OK);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	ck_assert_int_eq(result_verdict(child), VERDICT_CRITICAL);
	result_judge(root, VERDICT_CRITICAL, "too late");
	result_ok(root);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	result_settle(root, VERDICT_UNKNOWN);
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

/* A settled child counts with what was settled. */
START_TEST(passes_on_what_was_settled)
{
	struct result *child = result_child(root, "child");

	result_ok(root);
	result_judge(child, VERDICT_CRITICAL, "down");
	result_settle(child, VERDICT_WARNING);
	ck_assert_int_eq(result_verdict(root), VERDICT_WARNING);
}
END_TEST

START_TEST(knows_no_fifth_verdict)
{
	result_ok(root);
	result_judge(root, (enum verdict)77, "nonsense");
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	ck_assert_int_eq(root->findings->verdict, VERDICT_UNKNOWN);
	result_settle(root, (enum verdict) - 1);
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

/* --- texts ---------------------------------------------------------------- */

START_TEST(keeps_findings_in_order)
{
	result_judge(root, VERDICT_WARNING, "first %d", 1);
	result_judge(root, VERDICT_CRITICAL, "second");
	result_judge(root, VERDICT_OK, "third");
	ck_assert_str_eq(root->findings->text, "first 1");
	ck_assert_int_eq(root->findings->verdict, VERDICT_WARNING);
	ck_assert_str_eq(root->findings->next->text, "second");
	ck_assert_str_eq(root->findings->next->next->text, "third");
	ck_assert_ptr_null(root->findings->next->next->next);
}
END_TEST

START_TEST(cleans_all_texts)
{
	const char *hostile = "a|b\n<c> 'd'\x1b[0m\xff";
	const char *clean = "a/b (c) _d_ [0m?";
	struct result *child = result_child(root, hostile);

	result_summary(child, "%s", hostile);
	result_judge(child, VERDICT_OK, "%s", hostile);
	result_label(child, "peer", hostile);
	ck_assert_str_eq(child->name, clean);
	ck_assert_str_eq(child->summary, clean);
	ck_assert_str_eq(child->findings->text, clean);
	ck_assert_str_eq(child->labels[0].value, clean);
}
END_TEST

/* RESULT_TEXT characters, not bytes, and the dots. */
START_TEST(bounds_all_texts)
{
	static const char euro[] = "\xe2\x82\xac";
	char longer[3 * RESULT_TEXT + 4] = "";
	char endless[20000];
	struct text text = TEXT_OVER(longer);

	for (int i = 0; i < RESULT_TEXT; i++)
		text_add(&text, euro);
	result_summary(root, "%s", longer);
	ck_assert_str_eq(root->summary, longer);
	text_add(&text, "x");
	ck_assert(!text.cut);
	result_summary(root, "%s", longer);
	ck_assert_uint_eq(strlen(root->summary), 3 * RESULT_TEXT + 3);
	ck_assert_str_eq(root->summary + 3 * RESULT_TEXT, "...");

	/* Cut before it was cleaned to next to nothing: still said. */
	memset(endless, ' ', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	endless[0] = 'a';
	result_summary(root, "%s", endless);
	ck_assert_str_eq(root->summary, "a...");
	result_label(root, "peer", endless);
	ck_assert_str_eq(root->labels[0].value, "a...");
	ck_assert(!tree.full);
}
END_TEST

START_TEST(copies_its_texts)
{
	char name[] = "name", value[] = "value";
	struct result *child = result_child(root, name);

	result_label(child, "label", value);
	memset(name, 'x', sizeof(name) - 1);
	memset(value, 'x', sizeof(value) - 1);
	ck_assert_str_eq(child->name, "name");
	ck_assert_str_eq(child->labels[0].value, "value");
}
END_TEST

START_TEST(labels_in_order_once_each)
{
	result_label(root, "peer", "a");
	result_label(root, "family", "ipv4");
	result_label(root, "peer", "b");
	ck_assert_uint_eq(root->label_count, 2);
	ck_assert_str_eq(root->labels[0].name, "peer");
	ck_assert_str_eq(root->labels[0].value, "b");
	ck_assert_str_eq(root->labels[1].name, "family");
}
END_TEST

START_TEST(has_no_ninth_label)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g",
		"h" };

	ck_assert_int_eq(COUNT(names), RESULT_LABELS);
	result_ok(root);
	for (int i = 0; i < COUNT(names); i++)
		result_label(root, names[i], "x");
	ck_assert(!tree.full);
	result_label(root, "i", "x");
	ck_assert(tree.full);
	ck_assert_uint_eq(root->label_count, RESULT_LABELS);
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

/* --- metrics -------------------------------------------------------------- */

static const struct {
	size_t metric;
	const char *warning, *critical; /* NULL: not set */
	double value;
	enum verdict verdict;
	const char *finding;
} checks[] = {
	{ ESTABLISHED, NULL, "5", 6, VERDICT_CRITICAL,
	    "established 6 (critical: above 5)" },
	{ ESTABLISHED, "5", NULL, 6, VERDICT_WARNING,
	    "established 6 (warning: above 5)" },
	{ ESTABLISHED, "3", "5", 4, VERDICT_WARNING,
	    "established 4 (warning: above 3)" },
	{ ESTABLISHED, "3", "5", 6, VERDICT_CRITICAL,
	    "established 6 (critical: above 5)" },
	{ ESTABLISHED, "2:", "1:", 0, VERDICT_CRITICAL,
	    "established 0 (critical: below 1)" },
	{ ESTABLISHED, "10:20", NULL, 5, VERDICT_WARNING,
	    "established 5 (warning: not within 10 to 20)" },
	{ ESTABLISHED, NULL, "@0:5", 5, VERDICT_CRITICAL,
	    "established 5 (critical: within 0 to 5)" },
	{ ESTABLISHED, NULL, "2:2", 1, VERDICT_CRITICAL,
	    "established 1 (critical: not 2)" },
	{ ESTABLISHED, "3", "5", 3, VERDICT_OK, NULL },
	{ ESTABLISHED, NULL, NULL, 1e9, VERDICT_OK, NULL },
	{ RTA, "0.1", "0.5", 0.0123, VERDICT_OK, NULL },
	{ RTA, "0.1", "0.5", 0.1234, VERDICT_WARNING,
	    "rta 123 ms (warning: above 100 ms)" },
	{ RTA, "0.1", "0.5", 4.52, VERDICT_CRITICAL,
	    "rta 4.52 s (critical: above 500 ms)" },
	{ LOSS, "10", "80", 100, VERDICT_CRITICAL,
	    "loss 100 % (critical: above 80 %)" },
	{ TRAFFIC, "1048576", NULL, 1572864, VERDICT_WARNING,
	    "traffic 1.5 MiB (warning: above 1 MiB)" },
	/* Rounded, the value would seem to hold its bound. */
	{ RTA, NULL, "0.0123", 0.01234, VERDICT_CRITICAL,
	    "rta 0.01234 s (critical: above 0.0123 s)" },
	{ LOSS, "99.97:", NULL, 99.96, VERDICT_WARNING,
	    "loss 99.96 % (warning: below 99.97 %)" },
	{ TRAFFIC, "1048576", NULL, 1048577, VERDICT_WARNING,
	    "traffic 1048577 B (warning: above 1048576 B)" },
	/* On the bound itself, inside: nothing to tell apart. */
	{ RTA, NULL, "@0.1:", 0.1, VERDICT_CRITICAL,
	    "rta 100 ms (critical: at least 100 ms)" },
};

START_TEST(judges_by_limits)
{
	struct limits limits = { 0 };

	if (checks[_i].warning)
		limits.warning = range(checks[_i].warning);
	if (checks[_i].critical)
		limits.critical = range(checks[_i].critical);
	result_check_limits(root, checks[_i].metric, checks[_i].value, &limits);
	ck_assert_int_eq(result_verdict(root), checks[_i].verdict);
	ck_assert_ptr_eq(root->metrics->def, &defs[checks[_i].metric]);
	ck_assert_double_eq(root->metrics->value, checks[_i].value);
	ck_assert_mem_eq(&root->metrics->limits, &limits, sizeof(limits));
	if (!checks[_i].finding) {
		ck_assert_ptr_null(root->findings);
		return;
	}
	ck_assert_str_eq(root->findings->text, checks[_i].finding);
	ck_assert_int_eq(root->findings->verdict, checks[_i].verdict);
	ck_assert_ptr_null(root->findings->next);
}
END_TEST

START_TEST(finds_limits_in_the_options)
{
	opts.established.critical = range("5");
	opts.rta.warning = range("0.1");
	result_check(root, ESTABLISHED, 5);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	result_check(root, RTA, 0.2);
	ck_assert_int_eq(result_verdict(root), VERDICT_WARNING);
	result_check(root, LOSS, 100);
	ck_assert_int_eq(result_verdict(root), VERDICT_WARNING);
	result_check(root, ESTABLISHED, 6);
	ck_assert_int_eq(result_verdict(root), VERDICT_CRITICAL);
	ck_assert(root->metrics->limits.critical.set);
	ck_assert(root->metrics->next->limits.warning.set);
	ck_assert(!root->metrics->next->next->limits.critical.set);
}
END_TEST

START_TEST(needs_no_options)
{
	root = result_init(&tree, &arena, defs, NULL);
	result_check(root, ESTABLISHED, 1e9);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
}
END_TEST

START_TEST(keeps_metrics_in_order)
{
	result_metric(root, LOSS, 1);
	result_metric(root, RTA, 2);
	result_metric(root, LOSS, 3);
	ck_assert_double_eq(root->metrics->value, 1);
	ck_assert_double_eq(root->metrics->next->value, 2);
	ck_assert_double_eq(root->metrics->next->next->value, 3);
	ck_assert_ptr_null(root->metrics->next->next->next);
	ck_assert(!root->metrics->limits.critical.set);
}
END_TEST

static const double no_numbers[] = { NAN, INFINITY, -INFINITY };

/* Neither a metric, nor a finding, nor evidence. */
START_TEST(leaves_out_what_is_not_finite)
{
	opts.established.critical = range("5");
	result_metric(root, ESTABLISHED, no_numbers[_i]);
	result_check(root, ESTABLISHED, no_numbers[_i]);
	result_check(root, LOSS, no_numbers[_i]);
	ck_assert_ptr_null(root->metrics);
	ck_assert_ptr_null(root->findings);
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

/* --- shape ---------------------------------------------------------------- */

START_TEST(walks_depth_first)
{
	struct result *b, *d;
	char order[16] = "";
	struct text text = TEXT_OVER(order);

	ck_assert_ptr_null(result_next(root));
	result_child(root, "a");
	b = result_child(root, "b");
	result_child(b, "c");
	d = result_child(b, "d");
	result_child(d, "e");
	result_child(root, "f");
	for (const struct result *node = result_next(root); node;
	     node = result_next(node))
		text_add(&text, node->name);
	ck_assert_str_eq(order, "abcdef");
	ck_assert_uint_eq(tree.nodes, 6);
}
END_TEST

START_TEST(grows_to_its_depth)
{
	struct result *node = root, *sink;

	result_ok(root);
	for (int i = 0; i < RESULT_DEPTH; i++) {
		node = result_child(node, "n");
		result_ok(node);
	}
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	sink = result_child(node, "too deep");
	ck_assert_ptr_eq(sink, &tree.sink);
	ck_assert_ptr_null(node->children);
	ck_assert(tree.full);
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(grows_to_its_number_of_nodes)
{
	result_ok(root);
	for (int i = 0; i < RESULT_NODES; i++)
		result_ok(result_child(root, "n"));
	ck_assert(!tree.full);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	ck_assert_ptr_eq(result_child(root, "n"), &tree.sink);
	ck_assert(tree.full);
	ck_assert_uint_eq(tree.nodes, RESULT_NODES);
	ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
}
END_TEST

/* --- full ----------------------------------------------------------------- */

/* Everything that a check may do to a node. */
static void
do_everything(struct result *node)
{
	const struct limits limits = { .critical = range("0") };

	result_label(node, "peer", "192.0.2.1");
	result_summary(node, "%d of %d", 1, 2);
	result_metric(node, LOSS, 50);
	result_check(node, ESTABLISHED, 5);
	result_check_limits(node, RTA, 1, &limits);
	result_judge(node, VERDICT_WARNING, "half of it is gone");
	result_ok(node);
}

START_TEST(swallows_what_is_not_part_of_it)
{
	const struct result before = tree.sink;

	do_everything(&tree.sink);
	result_settle(&tree.sink, VERDICT_OK);
	ck_assert_ptr_eq(result_child(&tree.sink, "x"), &tree.sink);
	ck_assert_mem_eq(&tree.sink, &before, sizeof(before));
	ck_assert_int_eq(result_verdict(&tree.sink), VERDICT_UNKNOWN);
	ck_assert_ptr_null(result_next(&tree.sink));
}
END_TEST

/* The same check in an arena that is full after each possible byte count: it
 * never crashes, never says OK, and never forgets a verdict it was told. */
START_TEST(survives_a_full_arena_anywhere)
{
	struct arena whole = arena;

	for (size_t size = 0;; size += 16) {
		struct result *child;

		memset(whole.base, 0, 16384);
		arena = (struct arena){ .base = whole.base, .size = size };
		root = result_init(&tree, &arena, defs, &opts);
		ck_assert_ptr_nonnull(root);
		child = result_child(root, "child");
		do_everything(child);
		do_everything(root);
		for (const struct result *node = root; node;
		     node = result_next(node)) {
			ck_assert_ptr_nonnull(node->name);
			ck_assert_ptr_nonnull(node->summary);
			for (size_t i = 0; i < node->label_count; i++)
				ck_assert_ptr_nonnull(node->labels[i].value);
			for (const struct result_finding *f = node->findings; f;
			     f = f->next)
				ck_assert_ptr_nonnull(f->text);
		}
		ck_assert_int_eq(result_verdict(root),
		    root == &tree.sink ? VERDICT_UNKNOWN : VERDICT_CRITICAL);
		if (!tree.full)
			break;
		result_settle(root, VERDICT_OK);
		ck_assert_int_eq(result_verdict(root), VERDICT_UNKNOWN);
	}
	ck_assert_uint_gt(arena.size, 1000);
	result_settle(root, VERDICT_OK);
	ck_assert_int_eq(result_verdict(root), VERDICT_OK);
	arena = whole;
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("result");
	TCase *tcase = tcase_create("result");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, plant, fell);
	tcase_add_test(tcase, begins_as_unknown);
	tcase_add_test(tcase, takes_only_evidence_for_ok);
	tcase_add_test(tcase, is_not_ok_through_its_children_alone);
	tcase_add_test(tcase, is_not_ok_with_an_unjudged_child);
	tcase_add_test(tcase, is_as_bad_as_its_worst);
	tcase_add_test(tcase, does_what_was_settled);
	tcase_add_test(tcase, passes_on_what_was_settled);
	tcase_add_test(tcase, knows_no_fifth_verdict);
	tcase_add_test(tcase, keeps_findings_in_order);
	tcase_add_test(tcase, cleans_all_texts);
	tcase_add_test(tcase, bounds_all_texts);
	tcase_add_test(tcase, copies_its_texts);
	tcase_add_test(tcase, labels_in_order_once_each);
	tcase_add_test(tcase, has_no_ninth_label);
	tcase_add_loop_test(tcase, judges_by_limits, 0, COUNT(checks));
	tcase_add_test(tcase, finds_limits_in_the_options);
	tcase_add_test(tcase, needs_no_options);
	tcase_add_test(tcase, keeps_metrics_in_order);
	tcase_add_loop_test(tcase, leaves_out_what_is_not_finite, 0,
	    COUNT(no_numbers));
	tcase_add_test(tcase, walks_depth_first);
	tcase_add_test(tcase, grows_to_its_depth);
	tcase_add_test(tcase, grows_to_its_number_of_nodes);
	tcase_add_test(tcase, swallows_what_is_not_part_of_it);
	tcase_add_test(tcase, survives_a_full_arena_anywhere);
	return suite_run(suite);
}
