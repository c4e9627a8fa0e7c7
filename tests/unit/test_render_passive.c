/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <jansson.h>

#include "render_trees.h"
#include "tests/suite.h"

static struct scene scene;

static void
fresh(void)
{
	scene_init(&scene);
	scene_named(&scene);
}

static void
done(void)
{
	scene_free(&scene);
}

/* The end of a scene's run, in whole seconds. */
#define ENDED "1767323045"

/* CRITICAL, with a detail line, a backslash and a number. */
static void
grow_fault(void)
{
	struct result *peer =
	    scene_peer(scene_root(&scene), "192.0.2.1", "ipv4");

	result_ok(scene_root(&scene));
	result_judge(peer, VERDICT_CRITICAL, "Idle; \\n in its text");
	result_metric(peer, ESTABLISHED, 3);
	result_metric(peer, LOSS, 12.5);
	scene.common.detail = true;
}

#define FAULT_LINE "SCENE CRITICAL - 192.0.2.1: Idle; \\n in its text"
#define FAULT_DETAIL "[CRITICAL] 192.0.2.1: Idle; \\n in its text"
#define FAULT_DATA                                                             \
	"established_192.0.2.1_ipv4=3;;;0 loss_192.0.2.1_ipv4=12.5%;;;0;100"

/* --- nagios-passive ------------------------------------------------------- */

START_TEST(a_command_with_escapes)
{
	grow_fault();
	ck_assert_str_eq(scene_print(&scene, render_nagios_passive),
	    "[" ENDED "] PROCESS_SERVICE_CHECK_RESULT;edge1;bgp;2;"
	    "SCENE CRITICAL - 192.0.2.1: Idle; \\\\n in its text\\n"
	    "[CRITICAL] 192.0.2.1: Idle; \\\\n in its text|" FAULT_DATA "\n");
}
END_TEST

START_TEST(the_command_of_a_host)
{
	static const char *const want[] = { "0;SCENE OK - it", "0;SCENE WARN",
		"1;SCENE CRITICAL - it", "1;SCENE UNKNOWN - it" };
	char line[200];

	scene.common.service_name = NULL;
	result_ok(scene_root(&scene));
	result_summary(scene_root(&scene), "it");
	result_judge(scene_root(&scene), (enum verdict)_i, "it");
	snprintf(line, sizeof(line),
	    "[" ENDED "] PROCESS_HOST_CHECK_RESULT;edge1;%s", want[_i]);
	ck_assert_int_eq(strncmp(scene_print(&scene, render_nagios_passive),
			     line, strlen(line)),
	    0);
}
END_TEST

START_TEST(the_time_is_that_of_the_end)
{
	result_ok(scene_root(&scene));
	scene.report.took_ns = 7 * CLOCK_SECOND;
	ck_assert_int_eq(strncmp(scene_print(&scene, render_nagios_passive),
			     "[1767323052] ", 13),
	    0);
}
END_TEST

/* Many peers, whose names need escapes. */
static void
grow_peers(int count, const char *name)
{
	for (int i = 0; i < count; i++) {
		struct result *peer = result_child(scene_root(&scene), name);

		result_judge(peer, VERDICT_WARNING, "%s", name);
		result_metric(peer, ESTABLISHED, 123456);
	}
}

static const struct {
	const char *name;
	bool detail;
} crowds[] = {
	{ "peer", false },
	{ "peer", true },
	{ "\\\\\\\\\\\\\\\\\\\\\\\\", true },
	{ "\xc3\xa9\xc3\xa9\\", true },
};

/* As much as one write takes whole, and no number that was cut. */
START_TEST(a_command_is_one_write)
{
	for (int count = 1; count < 400; count += 7) {
		fresh();
		grow_peers(count, crowds[_i].name);
		scene.common.detail = crowds[_i].detail;

		const char *line = scene_print(&scene, render_nagios_passive);
		const char *bar = strchr(line, '|');
		const size_t len = strlen(line);

		ck_assert(!scene.out.cut);
		ck_assert_uint_le(len, 4096);
		ck_assert(count < 300 || len > 4000);
		ck_assert_ptr_eq(strchr(line, '\n'), line + len - 1);
		ck_assert(bar == NULL ||
		    strcmp(line + len - 12, "123456;;;0\n") == 0 ||
		    strstr(line + len - 14, "=123456;;;0\n") != NULL);
		scene_free(&scene);
	}
	scene_init(&scene);
	scene_named(&scene);
}
END_TEST

/* The words of a wrapped program are cut at a number, not in it. */
START_TEST(words_are_cut_between_numbers)
{
	static char words[8000];
	struct text text = TEXT_OVER(words);
	const char *line, *last;

	text_add(&text, "LOAD OK - fine|");
	for (int i = 0; i < 400; i++)
		text_addf(&text, "n%d=123456 ", i);
	scene.report.words = words;
	line = scene_print(&scene, render_nagios_passive);
	ck_assert_uint_le(strlen(line), 4096);
	ck_assert_uint_gt(strlen(line), 4000);
	last = strrchr(line, '=');
	ck_assert_int_eq(strncmp(last, "=123456", 7), 0);
}
END_TEST

START_TEST(a_small_buffer_is_said)
{
	static void (*const all[])(const struct report *,
	    struct text *) = { render_nagios_passive, render_nrdp,
		render_icinga2 };
	char bytes[600];
	struct text out;

	grow_peers(9, "peer");
	for (size_t size = 1; size <= sizeof(bytes); size++) {
		text_init(&out, bytes, size);
		all[_i](&scene.report, &out);
		ck_assert_uint_lt(out.len, size);
		ck_assert(out.cut || size > 300);
	}
}
END_TEST

/* --- JSON ----------------------------------------------------------------- */

static json_t *
load(void (*print)(const struct report *report, struct text *out))
{
	json_error_t error;
	json_t *json = json_loads(scene_print(&scene, print),
	    JSON_REJECT_DUPLICATES, &error);

	ck_assert_msg(json != NULL, "%s: %s", error.text, scene.out.data);
	return json;
}

static const char *
string_at(const json_t *object, const char *key)
{
	const char *string = json_string_value(json_object_get(object, key));

	ck_assert_msg(string != NULL, "%s", key);
	return string;
}

START_TEST(nrdp_names_all)
{
	const json_t *result;
	json_t *json;

	grow_fault();
	json = load(render_nrdp);
	result = json_array_get(json_object_get(json, "checkresults"), 0);
	ck_assert_str_eq(
	    string_at(json_object_get(result, "checkresult"), "type"),
	    "service");
	ck_assert_str_eq(string_at(result, "hostname"), "edge1");
	ck_assert_str_eq(string_at(result, "servicename"), "bgp");
	ck_assert_str_eq(string_at(result, "state"), "2");
	ck_assert_str_eq(string_at(result, "output"),
	    "SCENE CRITICAL - 192.0.2.1: Idle; \\\\n in its text\n"
	    "[CRITICAL] 192.0.2.1: Idle; \\\\n in its text|" FAULT_DATA);
	json_decref(json);

	scene.common.service_name = NULL;
	json = load(render_nrdp);
	result = json_array_get(json_object_get(json, "checkresults"), 0);
	ck_assert_str_eq(
	    string_at(json_object_get(result, "checkresult"), "type"), "host");
	ck_assert_ptr_null(json_object_get(result, "servicename"));
	ck_assert_str_eq(string_at(result, "state"), "1");
	json_decref(json);
}
END_TEST

static const char *
datum(const json_t *json, size_t i)
{
	const char *string = json_string_value(
	    json_array_get(json_object_get(json, "performance_data"), i));

	return string != NULL ? string : "(none)";
}

/* As Nagios 4.4.6 reads a file of results, and as its manual wants commands. */
START_TEST(nrdp_doubles_backslashes)
{
	json_t *json;
	const json_t *result;

	scene.report.words = "DISK OK - c:\\new \\ |x=1\nsecond\\";
	json = load(render_nrdp);
	result = json_array_get(json_object_get(json, "checkresults"), 0);
	ck_assert_str_eq(string_at(result, "output"),
	    "DISK OK - c:\\\\new \\\\ |x=1\nsecond\\\\");
	json_decref(json);
}
END_TEST

START_TEST(icinga_names_all)
{
	const json_t *vars;
	json_t *json;

	grow_fault();
	json = load(render_icinga2);
	vars = json_object_get(json, "filter_vars");
	ck_assert_str_eq(string_at(json, "type"), "Service");
	ck_assert_str_eq(string_at(json, "filter"),
	    "host.name==host_name && service.name==service_name");
	ck_assert_str_eq(string_at(vars, "host_name"), "edge1");
	ck_assert_str_eq(string_at(vars, "service_name"), "bgp");
	ck_assert_int_eq(
	    json_integer_value(json_object_get(json, "exit_status")), 2);
	ck_assert_str_eq(string_at(json, "plugin_output"),
	    FAULT_LINE "\n" FAULT_DETAIL);
	ck_assert_str_eq(datum(json, 0), "established_192.0.2.1_ipv4=3;;;0");
	ck_assert_str_eq(datum(json, 1), "loss_192.0.2.1_ipv4=12.5%;;;0;100");
	ck_assert_str_eq(datum(json, 2), "(none)");
	ck_assert_double_eq_tol(
	    json_number_value(json_object_get(json, "execution_start")),
	    1767323045.678901, 1e-5);
	ck_assert_double_eq_tol(
	    json_number_value(json_object_get(json, "execution_end")),
	    1767323045.691247, 1e-5);
	json_decref(json);
}
END_TEST

START_TEST(icinga_knows_hosts)
{
	json_t *json;

	scene.common.service_name = NULL;
	result_judge(scene_root(&scene), VERDICT_CRITICAL, "gone");
	json = load(render_icinga2);
	ck_assert_str_eq(string_at(json, "type"), "Host");
	ck_assert_str_eq(string_at(json, "filter"), "host.name==host_name");
	ck_assert_uint_eq(
	    json_object_size(json_object_get(json, "filter_vars")), 1);
	ck_assert_int_eq(
	    json_integer_value(json_object_get(json, "exit_status")), 1);
	ck_assert_uint_eq(
	    json_array_size(json_object_get(json, "performance_data")), 0);
	json_decref(json);
}
END_TEST

/* As Icinga cuts the output of a plugin that it runs itself. */
static const struct {
	const char *words, *output, *data[4];
} wrapped[] = {
	{ "LOAD OK", "LOAD OK", { NULL } },
	{ "LOAD OK|", "LOAD OK", { NULL } },
	{ "LOAD OK - 1|load=1;2;3", "LOAD OK - 1", { "load=1;2;3" } },
	{ "DISK OK |/=1GB  /home=2GB ", "DISK OK ", { "/=1GB", "/home=2GB" } },
	{ "A|'a b'=1 'it''s | c'=2\nmore|x=3", "A\nmore",
	    { "'a b'=1", "'it''s | c'=2", "x=3" } },
	{ "A|'never closed=1 b=2", "A", { "'never closed=1 b=2" } },
	{ "A\n\nB|c=1\n\nD", "A\n\nB\n\nD", { "c=1" } },
};

START_TEST(icinga_takes_words_apart)
{
	json_t *json;

	scene.report.words = wrapped[_i].words;
	json = load(render_icinga2);
	ck_assert_str_eq(string_at(json, "plugin_output"), wrapped[_i].output);
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(datum(json, i),
		    wrapped[_i].data[i] != NULL ? wrapped[_i].data[i]
						: "(none)");
	json_decref(json);
}
END_TEST

/* Whatever is in the tree, a command is one line and JSON is JSON. */
START_TEST(hostile_trees)
{
	struct dice dice = { (uint64_t)_i * 6364136223846793005U + 1 };

	dice_scene(&scene, &dice);
	json_decref(load(render_nrdp));
	json_decref(load(render_icinga2));

	const char *line = scene_print(&scene, render_nagios_passive);

	ck_assert_uint_le(strlen(line), 4096);
	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}
END_TEST

/* --- the options ---------------------------------------------------------- */

static const struct opt_target *
targets(struct common_opts *common)
{
	static struct opt_target made[2];

	memset(common, 0, sizeof(*common));
	made[0] = (struct opt_target){ common_options, common, NULL };
	return made;
}

static const struct {
	const char *args[4], *error;
} commands[] = {
	{ { "--format=json" }, NULL },
	{ { "--format=json", "--host-name=a" }, NULL },
	{ { "--format=nrdp", "--host-name=a" }, NULL },
	{ { "--format=icinga2", "--host-name=a", "--service-name=b c" }, NULL },
	{ { "--format=nagios-passive" },
	    "--format=nagios-passive needs --host-name" },
	{ { "--format=icinga2", "--service-name=b" },
	    "--format=icinga2 needs --host-name" },
	{ { "--service-name=b" }, NULL },
	{ { "--host-name=" }, "empty" },
	{ { "--host-name=a;b" }, "and semicolons" },
	{ { "--host-name=a\nb" }, "without control characters" },
	{ { "--host-name=a\tb" }, "without control characters" },
	{ { "--service-name=\xff" }, "UTF-8" },
};

START_TEST(names_are_checked)
{
	char *argv[6] = { (char[]){ "check_scene" } }, words[5][40];
	struct common_opts common;
	struct opt_parsed parsed = { 0 };
	struct arena arena = { 0 };
	struct err err = { 0 };
	int argc = 1;

	while (argc < 5 && commands[_i].args[argc - 1] != NULL) {
		snprintf(words[argc], sizeof(words[argc]), "%s",
		    commands[_i].args[argc - 1]);
		argv[argc] = words[argc];
		argc++;
	}
	ck_assert(arena_reserve(&arena, 1 << 20, &err));

	const bool good = opt_parse("check_scene", targets(&common), argc, argv,
			      &arena, &parsed, &err) &&
	    common_check(&common, &err);

	ck_assert_msg(good == (commands[_i].error == NULL), "%s", err.text);
	ck_assert_msg(good || strstr(err.text, commands[_i].error) != NULL,
	    "%s", err.text);
	arena_free(&arena);
}
END_TEST

START_TEST(a_name_has_255_bytes)
{
	char name[400] = "--host-name=";
	char *argv[] = { (char[]){ "check_scene" }, name, NULL };
	const size_t start = strlen(name);
	struct common_opts common;
	struct opt_parsed parsed = { 0 };
	struct arena arena = { 0 };
	struct err err = { 0 };

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	memset(name + start, 'x', 255);
	ck_assert(opt_parse("check_scene", targets(&common), 2, argv, &arena,
	    &parsed, &err));
	name[start + 255] = 'x';
	ck_assert(!opt_parse("check_scene", targets(&common), 2, argv, &arena,
	    &parsed, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "longer than 255 bytes"));
	arena_free(&arena);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("render_passive");
	TCase *tcase = tcase_create("command");

	tcase_add_checked_fixture(tcase, fresh, done);
	tcase_add_test(tcase, a_command_with_escapes);
	tcase_add_loop_test(tcase, the_command_of_a_host, 0, 4);
	tcase_add_test(tcase, the_time_is_that_of_the_end);
	tcase_add_loop_test(tcase, a_command_is_one_write, 0, COUNT(crowds));
	tcase_add_test(tcase, words_are_cut_between_numbers);
	tcase_add_loop_test(tcase, a_small_buffer_is_said, 0, 3);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("json");
	tcase_add_checked_fixture(tcase, fresh, done);
	tcase_add_test(tcase, nrdp_names_all);
	tcase_add_test(tcase, nrdp_doubles_backslashes);
	tcase_add_test(tcase, icinga_names_all);
	tcase_add_test(tcase, icinga_knows_hosts);
	tcase_add_loop_test(tcase, icinga_takes_words_apart, 0, COUNT(wrapped));
	tcase_add_loop_test(tcase, hostile_trees, 0, 40);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("options");
	tcase_add_loop_test(tcase, names_are_checked, 0, COUNT(commands));
	tcase_add_test(tcase, a_name_has_255_bytes);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
