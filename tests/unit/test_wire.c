/* SPDX-License-Identifier: ISC */
/* A tree must survive the pipe whole, and nothing else may come out of it. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frame/wire.h"

static const struct metric_def defs[] = {
	{ .name = "peers", .limits = METRIC_NO_LIMITS },
	{ .name = "age", .unit = METRIC_SECONDS, .limits = METRIC_NO_LIMITS },
	{ .name = NULL },
};

static struct arena arena, other;
static char bytes[1 << 16];
static struct text out;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	ck_assert(arena_reserve(&other, 1 << 20, &err));
	text_init(&out, bytes, sizeof(bytes));
}

static void
teardown(void)
{
	arena_free(&arena);
	arena_free(&other);
}

/* Two peers, one of them in trouble, and a child of a child. */
static void
put_sample(void)
{
	const struct limits limits = {
		.warning = { .set = true, .start = 1, .end = 5 },
		.critical = { .set = true, .inside = true, .end = 2 },
	};
	const struct range span = { .start = -INFINITY, .end = 9 };
	struct result_tree tree;
	struct result *root = result_init(&tree, &arena, defs, NULL);
	struct result *peer = result_child(root, "2001:db8::7");

	result_label(peer, "family", "ipv6");
	result_attribute(peer, RESULT_EXPLAINS, "description", "transit");
	result_quiet(peer);
	result_judge(peer, VERDICT_CRITICAL, "Idle for %d s", 7);
	result_metric(peer, 1, 7.5);
	result_ok(result_part(peer, "unicast"));
	peer = result_child(root, "192.0.2.7");
	result_ok(peer);
	result_check_limits(peer, 0, 3, &limits);
	result_named(peer, 1, "rta", 0.5, &limits, &span);
	result_summary(root, "1 of 2 peers established");
	result_settle(root, VERDICT_WARNING);
	wire_put_result(&out, root);
}

static bool
read_back(struct result_tree *tree, size_t len)
{
	const unsigned char *at = (const unsigned char *)bytes;
	struct wire_frame frame;
	struct err err;

	ck_assert_int_eq(wire_next(&at, &len, &frame, &err), 1);
	ck_assert_int_eq(frame.type, WIRE_RESULT);
	return wire_result(&frame, tree, &other, defs, NULL, &err);
}

START_TEST(test_tree_survives)
{
	struct result_tree tree;
	const struct result *peer, *second;

	put_sample();
	ck_assert(!out.cut);
	ck_assert(read_back(&tree, out.len));
	ck_assert_str_eq(tree.root->summary, "1 of 2 peers established");
	ck_assert(tree.root->settled);
	ck_assert_int_eq(result_verdict(tree.root), VERDICT_WARNING);
	peer = tree.root->children;
	ck_assert_str_eq(peer->name, "2001:db8::7");
	ck_assert(peer->quiet && !peer->next->quiet);
	ck_assert_uint_eq(peer->label_count, 2);
	ck_assert_int_eq(peer->labels[0].reach, RESULT_IDENTIFIES);
	ck_assert_int_eq(peer->labels[1].reach, RESULT_EXPLAINS);
	ck_assert_str_eq(result_find_label(peer, "description"), "transit");
	ck_assert_ptr_null(result_find_label(peer, "as"));
	ck_assert_str_eq(peer->labels[0].name, "family");
	ck_assert_str_eq(peer->labels[0].value, "ipv6");
	ck_assert_str_eq(peer->findings->text, "Idle for 7 s");
	ck_assert_int_eq(result_verdict(peer), VERDICT_CRITICAL);
	ck_assert_ptr_eq(peer->metrics->def, &defs[1]);
	ck_assert(peer->metrics->value == 7.5);
	ck_assert_str_eq(peer->children->name, "unicast");
	ck_assert(peer->children->part && !peer->part);
	ck_assert_int_eq(result_verdict(peer->children), VERDICT_OK);
	second = peer->next;
	ck_assert_str_eq(second->name, "192.0.2.7");
	ck_assert_int_eq(result_verdict(second), VERDICT_OK);
	ck_assert(second->metrics->limits.warning.set);
	ck_assert(second->metrics->limits.warning.end == 5);
	ck_assert(second->metrics->limits.critical.inside);
	ck_assert_ptr_null(second->metrics->name);
	ck_assert_str_eq(second->metrics->next->name, "rta");
	ck_assert(second->metrics->next->span.start == -INFINITY);
	ck_assert(second->metrics->next->span.end == 9);
	ck_assert(second->metrics->next->limits.warning.end == 5);
	ck_assert_ptr_null(second->next);
}
END_TEST

/* Every truncation of the payload is noticed or gives a smaller tree; none
 * reads outside (the sanitizers watch). */
START_TEST(test_every_truncation)
{
	struct result_tree tree;
	struct err err;

	put_sample();
	for (size_t len = 0; len < out.len - WIRE_HEADER; len++) {
		unsigned char *copy = malloc(len + 1);
		const struct wire_frame frame = {
			.type = WIRE_RESULT,
			.payload = copy,
			.len = len,
		};

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, bytes + WIRE_HEADER, len);
		arena_reset(&other);
		if (wire_result(&frame, &tree, &other, defs, NULL, &err))
			ck_assert_uint_le(tree.nodes, 4);
		else
			ck_assert_int_eq(err.kind, ERR_PROTOCOL);
		free(copy);
	}
}
END_TEST

START_TEST(test_text_arrives_clean)
{
	struct result_tree tree;
	struct result *root = result_init(&tree, &arena, defs, NULL);

	result_judge(root, VERDICT_OK, "peer");
	wire_put_result(&out, root);
	/* A worker that has been taken over writes what it likes. */
	memcpy(memmem(bytes, out.len, "peer", 4), "|\n\x1b[", 4);
	ck_assert(read_back(&tree, out.len));
	ck_assert_str_eq(tree.root->findings->text, "/ [");
}
END_TEST

/* Offsets into the payload of a bare root: full, depth, flags, own, name,
 * summary, labels, findings, metrics. */
static const struct {
	size_t offset;
	unsigned char value;
	const char *what;
} lies[] = {
	{ 1, 1, "a root below something" },
	{ 1, 255, "a root far below something" },
	{ 3, 4, "a verdict that does not exist" },
	{ 4, 255, "a name longer than the frame" },
	{ 10, 1, "a metric without bytes" },
};

START_TEST(test_lies)
{
	struct result_tree tree;
	struct result *root = result_init(&tree, &arena, defs, NULL);

	wire_put_result(&out, root);
	bytes[WIRE_HEADER + lies[_i].offset] = (char)lies[_i].value;
	ck_assert_msg(!read_back(&tree, out.len), "%s", lies[_i].what);
}
END_TEST

START_TEST(test_metric_that_does_not_exist)
{
	struct result_tree tree;
	struct result *root = result_init(&tree, &arena, defs, NULL);

	result_metric(root, 1, 5);
	wire_put_result(&out, root);
	bytes[WIRE_HEADER + 11] = 2;
	ck_assert(!read_back(&tree, out.len));
}
END_TEST

START_TEST(test_frames_one_by_one)
{
	const unsigned char *at = (const unsigned char *)bytes;
	struct wire_frame frame;
	struct err err;
	size_t len;

	wire_put(&out, WIRE_WAITING, "abc", 3);
	wire_put_tagged(&out, WIRE_ERROR, ERR_TIMEOUT, "late");
	wire_put(&out, WIRE_DONE, "", 0);
	for (len = 0; len < WIRE_HEADER + 3; len++) {
		size_t left = len;

		ck_assert_int_eq(wire_next(&at, &left, &frame, &err), 0);
		ck_assert_uint_eq(left, len);
	}
	len = out.len;
	ck_assert_int_eq(wire_next(&at, &len, &frame, &err), 1);
	ck_assert_int_eq(frame.type, WIRE_WAITING);
	ck_assert_mem_eq(frame.payload, "abc", 3);
	ck_assert_int_eq(wire_next(&at, &len, &frame, &err), 1);
	ck_assert_int_eq(frame.payload[0], ERR_TIMEOUT);
	ck_assert_uint_eq(frame.len, 5);
	ck_assert_int_eq(wire_next(&at, &len, &frame, &err), 1);
	ck_assert_int_eq(frame.type, WIRE_DONE);
	ck_assert_int_eq(wire_next(&at, &len, &frame, &err), 0);
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
} impossible[] = {
	{ "\0\1\0\0\0x", 6 },
	{ "Z\1\0\0\0x", 6 },
	{ "R\377\377\377\377", 5 },
	{ "W\1\0\0\2", 5 },
};

START_TEST(test_impossible_frames)
{
	const unsigned char *at = (const unsigned char *)impossible[_i].bytes;
	size_t len = impossible[_i].len;
	struct wire_frame frame;
	struct err err;

	ck_assert_int_eq(wire_next(&at, &len, &frame, &err), -1);
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

START_TEST(test_does_not_fit)
{
	char small[40];
	struct result_tree tree;
	struct result *root = result_init(&tree, &arena, defs, NULL);

	text_init(&out, small, sizeof(small));
	wire_put(&out, WIRE_WAITING, "abc", 3);
	result_summary(root, "a summary that is longer than the buffer");
	wire_put_result(&out, root);
	ck_assert(out.cut);
	ck_assert_uint_eq(out.len, WIRE_HEADER + 3);
}
END_TEST

/* A worker that has gone mad may put all its metrics on one node: reading them
 * must not take the square of the time, or the guard would be late. */
START_TEST(test_many_metrics)
{
	enum { METRICS = 300000, ONE_METRIC = 45 };
	const size_t head = 1 + 3 + 2 + 2 + 1 + 1;
	const size_t len = head + (size_t)METRICS * ONE_METRIC + 1;
	unsigned char *payload = calloc(1, len);
	const struct wire_frame frame = {
		.type = WIRE_RESULT,
		.payload = payload,
		.len = len,
	};
	struct result_tree tree;
	struct arena room;
	struct err err;

	ck_assert_ptr_nonnull(payload);
	ck_assert(arena_reserve(&room, (size_t)100 << 20, &err));
	for (size_t i = 0; i < METRICS; i++)
		payload[head + i * ONE_METRIC] = 1;
	ck_assert(wire_result(&frame, &tree, &room, defs, NULL, &err));
	ck_assert_ptr_nonnull(tree.root->last_metric);
	ck_assert(!tree.full);
	arena_free(&room);
	free(payload);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("wire");
	TCase *tcase = tcase_create("wire");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_tree_survives);
	tcase_add_test(tcase, test_every_truncation);
	tcase_add_test(tcase, test_text_arrives_clean);
	tcase_add_loop_test(tcase, test_lies, 0,
	    sizeof(lies) / sizeof(lies[0]));
	tcase_add_test(tcase, test_metric_that_does_not_exist);
	tcase_add_test(tcase, test_frames_one_by_one);
	tcase_add_loop_test(tcase, test_impossible_frames, 0,
	    sizeof(impossible) / sizeof(impossible[0]));
	tcase_add_test(tcase, test_does_not_fit);
	tcase_add_test(tcase, test_many_metrics);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
