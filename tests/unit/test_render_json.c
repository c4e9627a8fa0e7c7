/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <ctype.h>

#include "render_trees.h"

static struct scene scene;

static void
fresh(void)
{
	scene_init(&scene);
}

static void
done(void)
{
	scene_free(&scene);
}

static const char *
printed(void)
{
	return scene_print(&scene, render_json);
}

/* --- whole objects -------------------------------------------------------- */

#define HEAD                                                                   \
	"{\"schema\":1,\"program\":\"check_scene\",\"version\":"               \
	"\"" PLUGIN_VERSION "\",\"time\":\"2026-01-02T03:04:05.678Z\","        \
	"\"duration_seconds\":0.012346,"

START_TEST(an_empty_tree)
{
	ck_assert_str_eq(printed(),
	    HEAD
	    "\"state\":\"UNKNOWN\",\"exit_code\":3,"
	    "\"raw_state\":\"UNKNOWN\",\"dampening\":null,\"summary\":\"\","
	    "\"findings\":[],\"error\":null,\"partial\":false,"
	    "\"caveats\":[],\"notes\":[],\"metrics\":[],\"labels\":{},"
	    "\"children\":[],\"truncated\":false}\n");
	ck_assert(!scene.out.cut);
}
END_TEST

START_TEST(a_partial_tree)
{
	struct result *root = scene_root(&scene);
	struct result *peer;
	struct limits limits = { 0 };
	struct err err;

	ck_assert(range_parse("5", &limits.warning, &err));
	ck_assert(range_parse("@10:20", &limits.critical, &err));
	result_label(root, "router", "r1");
	result_check_limits(root, LOSS, 2.5, &limits);
	result_metric(root, OFFSET, -1);
	peer = scene_peer(root, "2001:db8::7", "ipv6");
	result_judge(peer, VERDICT_CRITICAL, "Idle");
	result_summary(peer, "AS 64500");
	result_metric(peer, SOFTWARE, 1);
	result_metric(peer, PRIVATE, 7);
	scene_error(&scene, ERR_TIMEOUT, VERDICT_UNKNOWN, "timed out");
	scene_line(&scene, &scene.report.caveats, "first run");
	scene_line(&scene, &scene.report.notes, "asked");
	scene_line(&scene, &scene.report.notes, "waited");
	ck_assert_str_eq(printed(),
	    HEAD
	    "\"state\":\"CRITICAL\",\"exit_code\":2,"
	    "\"raw_state\":\"CRITICAL\",\"dampening\":null,\"summary\":\"\","
	    "\"findings\":[{\"state\":\"UNKNOWN\",\"text\":\"timed out\"}],"
	    "\"error\":{\"kind\":\"timeout\",\"text\":\"timed out\"},"
	    "\"partial\":true,\"caveats\":[\"first run\"],"
	    "\"notes\":[\"asked\",\"waited\"],\"metrics\":["
	    "{\"name\":\"loss\",\"family\":\"probe_loss_ratio\","
	    "\"value\":2.5,\"unit\":\"percent\",\"type\":\"gauge\","
	    "\"warning\":\"5\",\"critical\":\"@10:20\",\"min\":0,"
	    "\"max\":100},"
	    "{\"name\":\"offset\",\"family\":\"clock_offset_seconds\","
	    "\"value\":-1,\"unit\":\"seconds\",\"type\":\"gauge\","
	    "\"warning\":null,\"critical\":null,\"min\":null,"
	    "\"max\":null}],\"labels\":{\"router\":\"r1\"},"
	    "\"children\":[{\"name\":\"2001:db8::7\","
	    "\"state\":\"CRITICAL\",\"summary\":\"AS 64500\","
	    "\"findings\":[{\"state\":\"CRITICAL\",\"text\":\"Idle\"}],"
	    "\"metrics\":[{\"name\":\"software\","
	    "\"family\":\"peer_software\",\"value\":1,\"unit\":null,"
	    "\"type\":\"info\",\"warning\":null,\"critical\":null,"
	    "\"min\":0,\"max\":null},{\"name\":\"private\","
	    "\"family\":null,\"value\":7,\"unit\":null,"
	    "\"type\":\"gauge\",\"warning\":null,\"critical\":null,"
	    "\"min\":0,\"max\":null}],"
	    "\"labels\":{\"address\":\"2001:db8::7\","
	    "\"family\":\"ipv6\"},\"children\":[]}],"
	    "\"truncated\":false}\n");
}
END_TEST

START_TEST(the_state_is_the_reports)
{
	result_judge(scene_root(&scene), VERDICT_CRITICAL, "down");
	printed();
	scene.report.verdict = VERDICT_OK;
	text_clear(&scene.out);
	render_json(&scene.report, &scene.out);
	ck_assert_ptr_nonnull(strstr(scene.out.data,
	    "\"state\":\"OK\",\"exit_code\":0,"
	    "\"raw_state\":\"CRITICAL\",\"dampening\":null,\"summary\""));
}
END_TEST

START_TEST(what_dampening_holds)
{
	const struct damped_opts opts = { .mode = DAMPED_ON };
	const struct recover held = { .count = 1,
		.holds = { { .name = "delay" } } };
	struct damped damped = scene_flapping(&opts);

	damped.held = &held;
	result_ok(scene_root(&scene));
	printed();
	scene.report.damped = &damped;
	scene.report.verdict = VERDICT_CRITICAL;
	text_clear(&scene.out);
	render_json(&scene.report, &scene.out);
	ck_assert_ptr_nonnull(strstr(scene.out.data,
	    "\"state\":\"CRITICAL\",\"exit_code\":2,\"raw_state\":\"OK\","
	    "\"dampening\":{\"mode\":\"on\",\"state\":\"CRITICAL\",\"text\":"
	    "\"flapping: 3 failures in 9 min, held CRITICAL\","
	    "\"flapping\":true,\"penalty\":2500.25,"
	    "\"clears\":\"2026-01-02T03:49:05.678Z\","
	    "\"not_recovered\":[\"delay\"]},\"summary\""));
}
END_TEST

/* --- time ----------------------------------------------------------------- */

/* Expected values: date -u -d @SECONDS. */
static const struct {
	int64_t wall_ns;
	const char *want;
} times[] = {
	{ INT64_C(0), "1970-01-01T00:00:00.000Z" },
	{ INT64_C(-5), "1970-01-01T00:00:00.000Z" },
	{ INT64_C(951782399999999999), "2000-02-28T23:59:59.999Z" },
	{ INT64_C(951782400000000000), "2000-02-29T00:00:00.000Z" },
	{ INT64_C(951868800001000000), "2000-03-01T00:00:00.001Z" },
	{ INT64_C(1709164800000000000), "2024-02-29T00:00:00.000Z" },
	{ INT64_C(1767225599000000000), "2025-12-31T23:59:59.000Z" },
	{ INT64_C(1767225600000000000), "2026-01-01T00:00:00.000Z" },
	{ INT64_C(4107542399000000000), "2100-02-28T23:59:59.000Z" },
	{ INT64_C(4107542400000000000), "2100-03-01T00:00:00.000Z" },
	{ INT64_MAX, "2262-04-11T23:47:16.854Z" },
};

START_TEST(times_are_utc)
{
	char want[64];

	scene.report.started_wall_ns = times[_i].wall_ns;
	snprintf(want, sizeof(want), "\"time\":\"%s\"", times[_i].want);
	ck_assert_ptr_nonnull(strstr(printed(), want));
}
END_TEST

/* --- properties ----------------------------------------------------------- */

/* A strict reader of RFC 8259: the position behind a value, or NULL. */
static const char *skip_value(const char *at);

static const char *
skip_string(const char *at)
{
	if (*at++ != '"')
		return NULL;
	for (; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			continue;
		at++;
		if (*at == 'u') {
			for (int i = 0; i < 4; i++)
				if (!isxdigit((unsigned char)*++at))
					return NULL;
		} else if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL) {
			return NULL;
		}
	}
	return at + 1;
}

static const char *
skip_digits(const char *at)
{
	return isdigit((unsigned char)*at) ? at + strspn(at, "0123456789")
					   : NULL;
}

static const char *
skip_number(const char *at)
{
	at += *at == '-';
	if (*at == '0' && isdigit((unsigned char)at[1]))
		return NULL;
	at = skip_digits(at);
	return at != NULL && *at == '.' ? skip_digits(at + 1) : at;
}

static const char *
skip_list(const char *at, bool object)
{
	const char end = object ? '}' : ']';

	if (*++at == end)
		return at + 1;
	for (;; at++) {
		if (object) {
			at = skip_string(at);
			if (at == NULL || *at++ != ':')
				return NULL;
		}
		at = skip_value(at);
		if (at == NULL || *at == end)
			return at != NULL ? at + 1 : NULL;
		if (*at != ',')
			return NULL;
	}
}

static const char *
skip_value(const char *at)
{
	static const char *const words[] = { "true", "false", "null" };

	if (*at == '{' || *at == '[')
		return skip_list(at, *at == '{');
	if (*at == '"')
		return skip_string(at);
	for (size_t i = 0; i < 3; i++)
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	return skip_number(at);
}

static void
assert_json(const struct text *out)
{
	const char *end;

	ck_assert_int_eq(out->data[0], '{');
	end = skip_value(out->data);
	ck_assert_ptr_nonnull(end);
	ck_assert_str_eq(end, "\n");
	ck_assert_ptr_eq(strchr(out->data, '\n'), end);
}

START_TEST(the_reader_of_this_test_is_strict)
{
	static const char *const bad[] = { "{", "[1,]", "[1 2]", "{\"a\"}",
		"{\"a\":}", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "[01]", "[1.]",
		"[-]", "[nan]", "[.5]", "[1" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(skip_value(bad[i]) == NULL, "%s", bad[i]);
	ck_assert_str_eq(
	    skip_value("[{\"a\":[-1.5,true,null,\"\\\"\"]},{},[]]!"), "!");
}
END_TEST

START_TEST(any_tree_is_json)
{
	struct dice dice = { (uint64_t)_i * 104729 + 1 };

	for (int i = 0; i < 40; i++) {
		scene_free(&scene);
		scene_init(&scene);
		dice_scene(&scene, &dice);
		printed();
		ck_assert(!scene.out.cut);
		assert_json(&scene.out);
	}
}
END_TEST

static size_t
count_string(const char *in, const char *string)
{
	size_t count = 0;

	for (; (in = strstr(in, string)) != NULL; in++)
		count++;
	return count;
}

/* What does not fit costs children, deep ones first, never the form. */
START_TEST(any_room_is_json)
{
	static char small[1 << 16];
	struct text out = { 0 };
	struct result *node;
	size_t named = 0;

	result_ok(scene_root(&scene));
	for (int i = 0; i < 12; i++) {
		node = scene_root(&scene);
		for (int depth = 0; depth <= i % RESULT_DEPTH; depth++) {
			node = result_child(node, "node");
			result_ok(node);
		}
	}
	printed();

	const size_t whole = scene.out.len;

	for (size_t size = 600; size < whole + 100; size++) {
		text_init(&out, small, size);
		small[size] = 'x';
		render_json(&scene.report, &out);
		ck_assert_int_eq(small[size], 'x');
		assert_json(&out);
		ck_assert_uint_eq(out.cut, out.len < whole);
		ck_assert_ptr_nonnull(strstr(small,
		    out.cut ? "\"truncated\":true}" : "\"truncated\":false}"));
		/* More room never shows less. */
		ck_assert_uint_ge(count_string(small, "\"node\""), named);
		named = count_string(small, "\"node\"");
	}
	ck_assert(!out.cut);
	ck_assert_uint_eq(named, 30);
}
END_TEST

START_TEST(no_room_is_seen)
{
	char small[200];
	struct text out;

	for (size_t size = 1; size < sizeof(small); size++) {
		text_init(&out, small, size);
		render_json(&scene.report, &out);
		ck_assert(out.cut);
		ck_assert_uint_lt(out.len, size);
	}
}
END_TEST

START_TEST(many_children)
{
	struct result *root = scene_root(&scene);

	result_ok(root);
	for (int i = 0; i < _i; i++)
		result_ok(scene_peer(root, "192.0.2.1", "ipv4"));
	printed();
	ck_assert(!scene.out.cut);
	assert_json(&scene.out);
	ck_assert_uint_eq(count_string(scene.out.data, "\"name\""), _i);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("render_json");
	TCase *tcase = tcase_create("render_json");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 300);
	tcase_add_checked_fixture(tcase, fresh, done);
	tcase_add_test(tcase, an_empty_tree);
	tcase_add_test(tcase, a_partial_tree);
	tcase_add_test(tcase, the_state_is_the_reports);
	tcase_add_test(tcase, what_dampening_holds);
	tcase_add_loop_test(tcase, times_are_utc, 0,
	    (int)(sizeof(times) / sizeof(*times)));
	tcase_add_test(tcase, the_reader_of_this_test_is_strict);
	tcase_add_loop_test(tcase, any_tree_is_json, 0, 10);
	tcase_add_test(tcase, any_room_is_json);
	tcase_add_test(tcase, no_room_is_seen);
	tcase_add_loop_test(tcase, many_children, 0, 2);
	tcase_add_loop_test(tcase, many_children, 1000, 1001);
	srunner_run_all(runner, CK_NORMAL);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
