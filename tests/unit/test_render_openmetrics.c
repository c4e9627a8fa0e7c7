/* SPDX-License-Identifier: ISC */
/*
 * Exact text here; the rules of the two formats are checked over many samples
 * by promtool and tests/tools/openmetrics_reader.py in tests/cli/formats.bats.
 */
#include <check.h>
#include <math.h>

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

/* What the frame says of each run, without children. */
#define RUN_OM                                                                 \
	"# TYPE routevigil_state gauge\n"                                      \
	"# HELP routevigil_state State of the check: 0 OK, 1 WARNING, "        \
	"2 CRITICAL, 3 UNKNOWN.\n"                                             \
	"routevigil_state{program=\"check_scene\"} 0\n"                        \
	"# TYPE routevigil_raw_state gauge\n"                                  \
	"# HELP routevigil_raw_state The same as it was measured, before "     \
	"dampening.\n"                                                         \
	"routevigil_raw_state{program=\"check_scene\"} 0\n"                    \
	"# TYPE routevigil_duration_seconds gauge\n"                           \
	"# UNIT routevigil_duration_seconds seconds\n"                         \
	"# HELP routevigil_duration_seconds Duration of the run.\n"            \
	"routevigil_duration_seconds{program=\"check_scene\"} 0.012346\n"      \
	"# TYPE routevigil_build info\n"                                       \
	"# HELP routevigil_build Version of the program.\n"                    \
	"routevigil_build_info{program=\"check_scene\",version="               \
	"\"" PLUGIN_VERSION "\"} 1\n"

#define RUN_PROM                                                               \
	"# TYPE routevigil_state gauge\n"                                      \
	"# HELP routevigil_state State of the check: 0 OK, 1 WARNING, "        \
	"2 CRITICAL, 3 UNKNOWN.\n"                                             \
	"routevigil_state{program=\"check_scene\"} 0\n"                        \
	"# TYPE routevigil_raw_state gauge\n"                                  \
	"# HELP routevigil_raw_state The same as it was measured, before "     \
	"dampening.\n"                                                         \
	"routevigil_raw_state{program=\"check_scene\"} 0\n"                    \
	"# TYPE routevigil_duration_seconds gauge\n"                           \
	"# HELP routevigil_duration_seconds Duration of the run.\n"            \
	"routevigil_duration_seconds{program=\"check_scene\"} 0.012346\n"      \
	"# TYPE routevigil_build_info gauge\n"                                 \
	"# HELP routevigil_build_info Version of the program.\n"               \
	"routevigil_build_info{program=\"check_scene\",version="               \
	"\"" PLUGIN_VERSION "\"} 1\n"

/* What the frame says of a run whose root has labels: `labels` is how they are
 * written, with their comma. */
static const char *
with_labels(const char *run, const char *labels)
{
	static const char mark[] = "program=\"check_scene\"";
	static char room[8192];
	struct text text = TEXT_OVER(room);
	const char *at;

	while ((at = strstr(run, mark)) != NULL) {
		at += strlen(mark);
		text_add_bytes(&text, run, (size_t)(at - run));
		text_add(&text, labels);
		run = at;
	}
	text_add(&text, run);
	return room;
}

static void
assert_labelled(const char *labels, const char *families)
{
	static char want[8192];

	result_ok(scene_root(&scene));
	snprintf(want, sizeof(want), "%s%s# EOF\n", with_labels(RUN_OM, labels),
	    families);
	ck_assert_str_eq(scene_print(&scene, render_openmetrics), want);
}

static void
assert_openmetrics(const char *families)
{
	assert_labelled("", families);
}

static void
assert_prometheus(const char *labels, const char *families)
{
	static char want[8192];

	result_ok(scene_root(&scene));
	snprintf(want, sizeof(want), "%s%s", with_labels(RUN_PROM, labels),
	    families);
	ck_assert_str_eq(scene_print(&scene, render_prometheus), want);
}

/* Metrics whose names another program made: one family, told apart by label. */
START_TEST(named_metrics)
{
	struct result *root = scene_root(&scene);
	const struct range none = { .start = -INFINITY, .end = INFINITY };
	const struct limits limits = { 0 };

	result_named(root, OLDEST, "rta", 0.5, &limits, &none);
	result_named(root, OLDEST, "C: used", 2, &limits, &none);
	result_named(root, OLDEST, "rta", 3, &limits, &none);
	assert_openmetrics(
	    "# TYPE tcp_oldest_connection_age_seconds gauge\n"
	    "# UNIT tcp_oldest_connection_age_seconds seconds\n"
	    "# HELP tcp_oldest_connection_age_seconds Age of the oldest "
	    "connection.\n"
	    "tcp_oldest_connection_age_seconds{perfdata=\"rta\"} 0.5\n"
	    "tcp_oldest_connection_age_seconds{perfdata=\"C: used\"} 2\n");
}
END_TEST

START_TEST(what_dampening_holds)
{
	const struct damped_opts opts = { .mode = DAMPED_ON };
	const struct damped damped = scene_flapping(&opts);

	result_ok(scene_root(&scene));
	scene_print(&scene, render_openmetrics);
	scene.report.damped = &damped;
	scene.report.verdict = VERDICT_CRITICAL;
	text_clear(&scene.out);
	render_openmetrics(&scene.report, &scene.out);
	ck_assert_ptr_nonnull(strstr(scene.out.data,
	    "\nroutevigil_state{program=\"check_scene\"} 2\n"));
	ck_assert_ptr_nonnull(strstr(scene.out.data,
	    "\nroutevigil_raw_state{program=\"check_scene\"} 0\n"));
	ck_assert_ptr_nonnull(strstr(scene.out.data,
	    "\nroutevigil_dampening_penalty_points{program=\"check_scene\"} "
	    "2500.25\n"));
}
END_TEST

/* Files of several runs, read by one collector, have no series in common. */
START_TEST(every_series_says_whom_it_is_for)
{
	struct result *root = scene_root(&scene);
	const char *text;

	result_ok(root);
	result_metric(root, ESTABLISHED, 6);
	result_check(scene_peer(root, "192.0.2.1", "ipv4"), CLIENTS, 1);
	scene.common.host_name = "edge1";
	text = scene_print(&scene, render_prometheus);
	ck_assert_ptr_nonnull(strstr(text,
	    "\nroutevigil_state{host_name=\"edge1\",program=\"check_scene\"}"
	    " "));
	ck_assert_ptr_nonnull(strstr(text,
	    "\ntcp_established_connections{host_name=\"edge1\"} 6\n"));
	scene.common.service_name = "a \"b\" \\ c";
	text = scene_print(&scene, render_openmetrics);
	for (const char *line = text; line != NULL && line[1] != '\0';
	     line = strchr(line + 1, '\n'))
		ck_assert_msg(line[*line == '\n'] == '#' ||
			strstr(line,
			    "{host_name=\"edge1\",service_name="
			    "\"a \\\"b\\\" \\\\ c\"") < strchr(line + 1, '\n'),
		    "%s", line);
}
END_TEST

START_TEST(a_run_without_metrics)
{
	assert_openmetrics("");
	assert_prometheus("", "");
}
END_TEST

START_TEST(the_verdict_is_the_reports)
{
	result_judge(scene_root(&scene), VERDICT_CRITICAL, "down");
	ck_assert_ptr_nonnull(strstr(scene_print(&scene, render_openmetrics),
	    "routevigil_state{program=\"check_scene\"} 2\n"));
	scene.report.verdict = VERDICT_WARNING;
	text_clear(&scene.out);
	render_prometheus(&scene.report, &scene.out);
	ck_assert_ptr_nonnull(strstr(scene.out.data,
	    "routevigil_state{program=\"check_scene\"} 1\n"));
}
END_TEST

static const struct {
	size_t metric;
	double value;
	const char *openmetrics, *prometheus;
} kinds[] = {
	{ ESTABLISHED, 6,
	    "# TYPE tcp_established_connections gauge\n"
	    "# HELP tcp_established_connections Established TCP "
	    "connections.\n"
	    "tcp_established_connections 6\n",
	    "# TYPE tcp_established_connections gauge\n"
	    "# HELP tcp_established_connections Established TCP "
	    "connections.\n"
	    "tcp_established_connections 6\n" },
	{ LOSS, 12.5,
	    "# TYPE probe_loss_ratio gauge\n"
	    "# UNIT probe_loss_ratio ratio\n"
	    "# HELP probe_loss_ratio Lost share of the probes.\n"
	    "probe_loss_ratio 0.125\n",
	    "# TYPE probe_loss_ratio gauge\n"
	    "# HELP probe_loss_ratio Lost share of the probes.\n"
	    "probe_loss_ratio 0.125\n" },
	{ ACCEPTED, 99,
	    "# TYPE tcp_accepted counter\n"
	    "# HELP tcp_accepted Connections since boot.\n"
	    "tcp_accepted_total 99\n",
	    "# TYPE tcp_accepted_total counter\n"
	    "# HELP tcp_accepted_total Connections since boot.\n"
	    "tcp_accepted_total 99\n" },
	{ ACCEPTED, -1, "", "" },
	{ SOFTWARE, 5,
	    "# TYPE peer_software info\n"
	    "# HELP peer_software What the peer runs.\n"
	    "peer_software_info 1\n",
	    "# TYPE peer_software_info gauge\n"
	    "# HELP peer_software_info What the peer runs.\n"
	    "peer_software_info 1\n" },
	{ OFFSET, -0.25,
	    "# TYPE clock_offset_seconds gauge\n"
	    "# UNIT clock_offset_seconds seconds\n"
	    "# HELP clock_offset_seconds Offset of the clock.\n"
	    "clock_offset_seconds -0.25\n",
	    "# TYPE clock_offset_seconds gauge\n"
	    "# HELP clock_offset_seconds Offset of the clock.\n"
	    "clock_offset_seconds -0.25\n" },
	{ PRIVATE, 1, "", "" },
};

START_TEST(a_family_of_each_kind)
{
	result_metric(scene_root(&scene), kinds[_i].metric, kinds[_i].value);
	assert_openmetrics(kinds[_i].openmetrics);
	assert_prometheus("", kinds[_i].prometheus);
}
END_TEST

#define CHILD_HEAD                                                             \
	"# TYPE routevigil_child_state gauge\n"                                \
	"# HELP routevigil_child_state State of one thing that the check "     \
	"looked at, as routevigil_state.\n"
#define CHILD "routevigil_child_state{program=\"check_scene\","

/* The tree goes node by node, the text family by family. */
START_TEST(families_are_in_one_piece)
{
	struct result *root = scene_root(&scene);
	struct result *peer = NULL;

	for (int i = 1; i <= 2; i++) {
		peer = scene_peer(root, i == 1 ? "192.0.2.1" : "::1",
		    i == 1 ? "ipv4" : "ipv6");
		result_ok(peer);
		result_metric(peer, ESTABLISHED, i);
		result_metric(peer, CLIENTS, 10 * i);
	}
	result_judge(peer, VERDICT_OK, "fine");
	assert_openmetrics(
	    "# TYPE tcp_established_connections gauge\n"
	    "# HELP tcp_established_connections Established TCP "
	    "connections.\n"
	    "tcp_established_connections{address=\"192.0.2.1\","
	    "family=\"ipv4\"} 1\n"
	    "tcp_established_connections{address=\"::1\",family=\"ipv6\"} 2\n"
	    "# TYPE tcp_clients gauge\n"
	    "# HELP tcp_clients Distinct remote addresses.\n"
	    "tcp_clients{address=\"192.0.2.1\",family=\"ipv4\"} 10\n"
	    "tcp_clients{address=\"::1\",family=\"ipv6\"} 20\n" CHILD_HEAD CHILD
	    "address=\"192.0.2.1\",family=\"ipv4\"} 0\n" CHILD
	    "address=\"::1\",family=\"ipv6\"} 0\n");
}
END_TEST

/* sum() over one name must count nothing twice. */
START_TEST(a_sum_has_another_name_than_its_parts)
{
	struct result *root = scene_root(&scene);

	result_metric(root, SHARED, 3);
	for (int i = 1; i <= 2; i++) {
		struct result *peer = scene_peer(root,
		    i == 1 ? "192.0.2.1" : "::1", i == 1 ? "ipv4" : "ipv6");

		result_ok(peer);
		result_metric(peer, SHARED, i);
	}
	assert_openmetrics(
	    "# TYPE route_paths gauge\n"
	    "# HELP route_paths Paths of the routes.\n"
	    "route_paths 3\n"
	    "# TYPE route_peer_paths gauge\n"
	    "# HELP route_peer_paths Paths of the routes.\n"
	    "route_peer_paths{address=\"192.0.2.1\",family=\"ipv4\"} 1\n"
	    "route_peer_paths{address=\"::1\",family=\"ipv6\"} 2\n" CHILD_HEAD
		CHILD "address=\"192.0.2.1\",family=\"ipv4\"} 0\n" CHILD
	    "address=\"::1\",family=\"ipv6\"} 0\n");
}
END_TEST

START_TEST(a_series_comes_once)
{
	struct result *root = scene_root(&scene);
	struct result *peer = scene_peer(root, "::1", "ipv6");

	result_ok(peer);
	result_metric(peer, ESTABLISHED, 1);
	result_metric(peer, ESTABLISHED, 2);
	result_metric(scene_peer(root, "::1", "ipv6"), ESTABLISHED, 3);
	result_ok(root->last);
	assert_prometheus("",
	    "# TYPE tcp_established_connections gauge\n"
	    "# HELP tcp_established_connections Established TCP "
	    "connections.\n"
	    "tcp_established_connections{address=\"::1\",family=\"ipv6\"} "
	    "1\n" CHILD_HEAD CHILD "address=\"::1\",family=\"ipv6\"} 0\n");
}
END_TEST

START_TEST(children_without_labels_have_names)
{
	struct result *root = scene_root(&scene);

	result_ok(result_child(root, "ipv4"));
	result_ok(result_child(root, "ipv6"));
	result_ok(result_child(root, ""));
	result_label(root->last, "program", "other");
	result_ok(root->last);
	assert_openmetrics(
	    CHILD_HEAD CHILD "name=\"ipv4\"} 0\n" CHILD "name=\"ipv6\"} 0\n"
			     "routevigil_child_state{program=\"check_scene\"} "
			     "0\n");
}
END_TEST

/* A tree's texts are clean; whoever fills one past its functions is not. */
START_TEST(values_are_escaped)
{
	struct result *root = scene_root(&scene);

	result_metric(root, CLIENTS, 1);
	root->labels[root->label_count++] =
	    (struct result_label){ "x", "a\"b\\c\nd", RESULT_IDENTIFIES };
	assert_labelled(",x=\"a\\\"b\\\\c\\nd\"",
	    "# TYPE tcp_clients gauge\n"
	    "# HELP tcp_clients Distinct remote addresses.\n"
	    "tcp_clients{x=\"a\\\"b\\\\c\\nd\"} 1\n");
}
END_TEST

START_TEST(help_is_escaped_as_the_dialect_wants)
{
	static const struct metric_def defs[] = {
		{ "a", "a", "Say \"x\" \\ y", METRIC_GAUGE, METRIC_SECONDS,
		    METRIC_NO_LIMITS, NULL, false, NULL, NULL },
		{ .name = NULL },
	};
	const struct plugin plugin = { .name = "check_scene",
		.title = "SCENE",
		.metrics = defs };
	struct result *root =
	    result_init(&scene.tree, &scene.arena, defs, NULL);

	scene.report.plugin = &plugin;
	scene.report.root = root;
	result_metric(root, 0, 1);
	/* The name does not end in the unit: no UNIT line. */
	assert_openmetrics("# TYPE a gauge\n"
			   "# HELP a Say \\\"x\\\" \\\\ y.\na 1\n");
	assert_prometheus("",
	    "# TYPE a gauge\n# HELP a Say \"x\" \\\\ y.\na 1\n");
}
END_TEST

/* Two rows of one family: one TYPE, all samples below it. */
START_TEST(rows_share_a_family)
{
	static const struct metric_def defs[] = {
		{ "in", "x", "X", METRIC_GAUGE, METRIC_PLAIN, METRIC_NO_LIMITS,
		    NULL, false, NULL, NULL },
		{ "y", "y", "Y", METRIC_GAUGE, METRIC_PLAIN, METRIC_NO_LIMITS,
		    NULL, false, NULL, NULL },
		{ "out", "x", "X", METRIC_GAUGE, METRIC_PLAIN, METRIC_NO_LIMITS,
		    NULL, false, NULL, NULL },
		{ .name = NULL },
	};
	const struct plugin plugin = { .name = "check_scene",
		.title = "SCENE",
		.metrics = defs };
	struct result *root =
	    result_init(&scene.tree, &scene.arena, defs, NULL);

	scene.report.plugin = &plugin;
	scene.report.root = root;
	result_label(root, "way", "in");
	result_metric(root, 0, 1);
	result_metric(root, 1, 2);

	struct result *child = result_child(root, "c");

	result_label(child, "way", "out");
	result_metric(child, 2, 3);
	result_ok(child);
	assert_prometheus(",way=\"in\"",
	    "# TYPE x gauge\n# HELP x X.\nx{way=\"in\"} 1\n"
	    "x{way=\"out\"} 3\n"
	    "# TYPE y gauge\n# HELP y Y.\ny{way=\"in\"} 2\n" CHILD_HEAD CHILD
	    "way=\"out\"} 0\n");
}
END_TEST

/* A row's own label, fixed or taken from what the node knows. */
START_TEST(rows_have_labels)
{
	static const struct metric_def defs[] = {
		{ "tls", "d", "D", .label = "phase", .label_value = "tls" },
		{ "io", "d", "D", .label = "phase", .label_value = "io" },
		{ "v", "v", "V", .kind = METRIC_INFO, .label = "version" },
		{ .name = NULL },
	};
	const struct plugin plugin = { .name = "check_scene",
		.title = "SCENE",
		.metrics = defs };
	struct result *root =
	    result_init(&scene.tree, &scene.arena, defs, NULL);

	scene.report.plugin = &plugin;
	scene.report.root = root;
	result_label(root, "a", "1");
	result_attribute(root, RESULT_EXPLAINS, "version", "TLS 1.3");
	result_metric(root, 0, 1);
	result_metric(root, 1, 2);
	result_metric(root, 2, 1);
	assert_prometheus(",a=\"1\"",
	    "# TYPE d gauge\n# HELP d D.\n"
	    "d{a=\"1\",phase=\"tls\"} 1\n"
	    "d{a=\"1\",phase=\"io\"} 2\n"
	    "# TYPE v_info gauge\n# HELP v_info V.\n"
	    "v_info{a=\"1\",version=\"TLS 1.3\"} 1\n");
}
END_TEST

/* --- properties ----------------------------------------------------------- */

/* Lines are whole: metadata, or a sample that ends in a number. */
static void
assert_lines(const char *at, bool openmetrics)
{
	const char *last = at;

	while (*at != '\0') {
		const char *end = strchr(at, '\n');

		ck_assert_ptr_nonnull(end);
		ck_assert_ptr_ne(end, at);
		if (*at != '#') {
			ck_assert(end[-1] >= '0' && end[-1] <= '9');
			ck_assert_ptr_nonnull(memchr(at, ' ', end - at));
		}
		last = at;
		at = end + 1;
	}
	if (openmetrics)
		ck_assert_str_eq(last, "# EOF\n");
}

START_TEST(any_room_gives_whole_lines)
{
	static char small[1 << 16];
	struct dice dice = { 4711 };
	struct text out = { 0 };

	dice_scene(&scene, &dice);

	for (int format = 2; format <= 3; format++) {
		const bool openmetrics = format == 2;

		scene_print(&scene, renders[format].print);

		const size_t whole = scene.out.len;

		ck_assert_uint_lt(whole, sizeof(small) / 2);
		for (size_t size = 1; size < whole + 2000; size++) {
			text_init(&out, small, size);
			small[size] = 'x';
			renders[format].print(&scene.report, &out);
			ck_assert_int_eq(small[size], 'x');
			ck_assert_uint_lt(out.len, size);
			ck_assert_uint_eq(out.size, size);
			ck_assert(out.cut || out.len == whole);
			assert_lines(small, openmetrics && size > 8);
		}
		ck_assert(!out.cut);
	}
}
END_TEST

START_TEST(many_children)
{
	struct result *root = scene_root(&scene);
	size_t lines = 0;

	for (int i = 0; i < _i; i++) {
		char name[32];

		snprintf(name, sizeof(name), "10.0.%d.%d", i / 250, i % 250);
		result_metric(scene_peer(root, name, "ipv4"), ESTABLISHED, i);
	}
	scene_print(&scene, render_openmetrics);
	ck_assert(!scene.out.cut);
	assert_lines(scene.out.data, true);
	for (const char *at = scene.out.data; *at != '\0'; at++)
		lines += *at == '\n';
	ck_assert_uint_eq(lines, 14 + (_i > 0 ? 4 + 2 * (size_t)_i : 0));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("render_openmetrics");
	TCase *tcase = tcase_create("render_openmetrics");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 300);
	tcase_add_checked_fixture(tcase, fresh, done);
	tcase_add_test(tcase, named_metrics);
	tcase_add_test(tcase, what_dampening_holds);
	tcase_add_test(tcase, every_series_says_whom_it_is_for);
	tcase_add_test(tcase, a_run_without_metrics);
	tcase_add_test(tcase, the_verdict_is_the_reports);
	tcase_add_loop_test(tcase, a_family_of_each_kind, 0,
	    (int)(sizeof(kinds) / sizeof(*kinds)));
	tcase_add_test(tcase, families_are_in_one_piece);
	tcase_add_test(tcase, a_sum_has_another_name_than_its_parts);
	tcase_add_test(tcase, a_series_comes_once);
	tcase_add_test(tcase, children_without_labels_have_names);
	tcase_add_test(tcase, values_are_escaped);
	tcase_add_test(tcase, help_is_escaped_as_the_dialect_wants);
	tcase_add_test(tcase, rows_share_a_family);
	tcase_add_test(tcase, rows_have_labels);
	tcase_add_test(tcase, any_room_gives_whole_lines);
	tcase_add_loop_test(tcase, many_children, 0, 2);
	tcase_add_loop_test(tcase, many_children, 1000, 1001);
	srunner_run_all(runner, CK_NORMAL);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
