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
	return scene_print(&scene, render_nagios);
}

static struct limits
limits(const char *warning, const char *critical)
{
	struct limits made = { 0 };
	struct err err;

	if (warning != NULL)
		ck_assert(range_parse(warning, &made.warning, &err));
	if (critical != NULL)
		ck_assert(range_parse(critical, &made.critical, &err));
	return made;
}

/* --- the first line ------------------------------------------------------- */

START_TEST(ok_prints_the_summary)
{
	result_ok(scene_root(&scene));
	result_summary(scene_root(&scene), "6 established");
	ck_assert_str_eq(printed(), "SCENE OK - 6 established\n");
}
END_TEST

START_TEST(ok_without_words)
{
	result_ok(scene_root(&scene));
	ck_assert_str_eq(printed(), "SCENE OK\n");
	scene_line(&scene, &scene.report.caveats, "first run");
	ck_assert_str_eq(printed(), "SCENE OK (first run)\n");
}
END_TEST

START_TEST(nothing_known_is_said)
{
	ck_assert_str_eq(printed(), "SCENE UNKNOWN - no result\n");
	result_summary(scene_root(&scene), "0 peers");
	ck_assert_str_eq(printed(), "SCENE UNKNOWN - no result; 0 peers\n");
}
END_TEST

START_TEST(each_verdict_has_its_word)
{
	static const char *const want[] = { "SCENE OK - all\n",
		"SCENE WARNING - it; all\n", "SCENE CRITICAL - it; all\n",
		"SCENE UNKNOWN - it; all\n" };

	result_judge(scene_root(&scene), (enum verdict)_i, "it");
	result_summary(scene_root(&scene), "all");
	ck_assert_str_eq(printed(), want[_i]);
}
END_TEST

/* Most severe first, in tree order within a severity, wherever they are. */
START_TEST(worst_first_then_tree_order)
{
	struct result *root = scene_root(&scene);
	struct result *a = result_child(root, "a");
	struct result *b = result_child(root, "b");
	struct result *c = result_child(root, "c");

	result_judge(root, VERDICT_WARNING, "slow");
	result_judge(a, VERDICT_UNKNOWN, "silent");
	result_judge(a, VERDICT_CRITICAL, "down");
	result_judge(b, VERDICT_OK, "fine");
	result_judge(c, VERDICT_CRITICAL, "gone");
	result_summary(root, "3 peers");
	ck_assert_str_eq(printed(),
	    "SCENE CRITICAL - a: down; c: gone; slow (+1 more); 3 peers\n");
}
END_TEST

START_TEST(three_findings_are_said)
{
	struct result *root = scene_root(&scene);

	for (int i = 0; i < 3; i++)
		result_judge(root, VERDICT_CRITICAL, "f%d", i);
	ck_assert_str_eq(printed(), "SCENE CRITICAL - f0; f1; f2\n");
	result_judge(root, VERDICT_CRITICAL, "f3");
	result_judge(root, VERDICT_WARNING, "f4");
	ck_assert_str_eq(printed(), "SCENE CRITICAL - f0; f1; f2 (+2 more)\n");
}
END_TEST

static const struct {
	const char *name, *inner, *finding, *want;
} names[] = {
	{ "192.0.2.1", NULL, "Idle", "192.0.2.1: Idle" },
	{ "192.0.2.1", NULL, "192.0.2.1 is Idle", "192.0.2.1 is Idle" },
	{ "192.0.2.1", NULL, "192.0.2.10 is Idle",
	    "192.0.2.1: 192.0.2.10 is Idle" },
	{ "192.0.2.1", "ipv4", "no prefix", "192.0.2.1 ipv4: no prefix" },
	{ "192.0.2.1", "ipv4", "ipv4 is off", "192.0.2.1: ipv4 is off" },
	{ "192.0.2.1", "192.0.2.1 ipv4", "off", "192.0.2.1 ipv4: off" },
	{ "", NULL, "Idle", "Idle" },
	{ "", "ipv4", "off", "ipv4: off" },
};

START_TEST(a_finding_says_whose_it_is)
{
	struct result *node = result_child(scene_root(&scene), names[_i].name);
	char want[128];

	result_ok(scene_root(&scene));
	if (names[_i].inner != NULL) {
		result_ok(node);
		node = result_child(node, names[_i].inner);
	}
	result_judge(node, VERDICT_CRITICAL, "%s", names[_i].finding);
	snprintf(want, sizeof(want), "SCENE CRITICAL - %s\n", names[_i].want);
	ck_assert_str_eq(printed(), want);
}
END_TEST

START_TEST(a_partial_picture_is_introduced)
{
	struct result *root = scene_root(&scene);

	result_ok(result_child(root, "a"));
	result_child(root, "b");
	result_summary(root, "1 of 2 answered");
	scene_error(&scene, ERR_TIMEOUT, VERDICT_UNKNOWN,
	    "timed out after 10 s asking b");
	/* b has no result, and the error is why: no need to say so. */
	ck_assert_str_eq(printed(),
	    "SCENE UNKNOWN - timed out after 10 s asking b; "
	    "so far: 1 of 2 answered\n");
}
END_TEST

START_TEST(an_error_that_the_user_calls_ok_is_said)
{
	struct result *root = scene_root(&scene);

	result_ok(root);
	result_summary(root, "1 of 2 answered");
	scene_error(&scene, ERR_TIMEOUT, VERDICT_OK, "timed out");
	ck_assert_str_eq(printed(),
	    "SCENE OK - timed out; so far: 1 of 2 answered\n");
}
END_TEST

START_TEST(children_without_result_are_named)
{
	struct result *root = scene_root(&scene);

	result_ok(root);
	result_child(root, "a");
	result_judge(result_child(root, "b"), VERDICT_UNKNOWN, "silent");
	ck_assert_str_eq(printed(),
	    "SCENE UNKNOWN - b: silent; a: no result\n");
}
END_TEST

/* "Works over the other family" is a warning, whatever the child says. */
START_TEST(what_is_settled_outweighs_what_is_below)
{
	struct result *root = scene_root(&scene);
	struct result *host = result_child(root, "www");

	result_ok(root);
	result_summary(root, "1 host");
	result_judge(result_child(host, "ipv6"), VERDICT_CRITICAL, "refused");
	result_settle(host, VERDICT_WARNING);
	result_judge(root, VERDICT_WARNING, "certificate ends");
	ck_assert_str_eq(printed(),
	    "SCENE WARNING - certificate ends; www ipv6: refused; 1 host\n");
	result_settle(host, VERDICT_OK);
	ck_assert_str_eq(printed(),
	    "SCENE WARNING - certificate ends; 1 host\n");
	result_settle(root, VERDICT_OK);
	ck_assert_str_eq(printed(), "SCENE OK - 1 host\n");
}
END_TEST

START_TEST(the_verdict_is_the_reports)
{
	result_judge(scene_root(&scene), VERDICT_CRITICAL, "down");
	scene_line(&scene, &scene.report.caveats, "soft 1/3, held OK");
	printed();
	scene.report.verdict = VERDICT_OK;
	text_clear(&scene.out);
	render_nagios(&scene.report, &scene.out);
	ck_assert_str_eq(scene.out.data,
	    "SCENE OK - down (soft 1/3, held OK)\n");
}
END_TEST

START_TEST(what_is_held_stands_before_caveats)
{
	const struct damped_opts opts = { .mode = DAMPED_ON };
	struct damped damped = scene_flapping(&opts);

	result_ok(scene_root(&scene));
	result_summary(scene_root(&scene), "all well");
	scene_print(&scene, render_nagios);
	scene.report.damped = &damped;
	scene.report.verdict = VERDICT_CRITICAL;
	text_clear(&scene.out);
	render_nagios(&scene.report, &scene.out);
	ck_assert_str_eq(scene.out.data,
	    "SCENE CRITICAL - all well (flapping: 3 failures in 9 min, held "
	    "CRITICAL)\n");
	scene_line(&scene, &scene.report.caveats, "/proc used");
	text_clear(&scene.out);
	render_nagios(&scene.report, &scene.out);
	ck_assert_ptr_nonnull(
	    strstr(scene.out.data, "held CRITICAL; /proc used)\n"));
	damped.words[0] = '\0';
	text_clear(&scene.out);
	render_nagios(&scene.report, &scene.out);
	ck_assert_str_eq(scene.out.data,
	    "SCENE CRITICAL - all well (/proc used)\n");
}
END_TEST

START_TEST(caveats_end_the_first_line)
{
	struct result *root = scene_root(&scene);

	result_ok(root);
	result_summary(root, "6 established");
	result_metric(root, ESTABLISHED, 6);
	scene_line(&scene, &scene.report.caveats, "/proc used");
	scene_line(&scene, &scene.report.caveats, "history lost");
	ck_assert_str_eq(printed(),
	    "SCENE OK - 6 established (/proc used; history lost)"
	    "|established=6;;;0\n");
}
END_TEST

/* --- detail --------------------------------------------------------------- */

static void
grow_detail(void)
{
	struct result *root = scene_root(&scene);
	struct result *a = result_child(root, "192.0.2.1");
	struct result *b = result_child(root, "2001:db8::7");

	result_ok(root);
	result_summary(root, "2 peers");
	result_ok(a);
	result_summary(a, "Established for 3d");
	result_judge(b, VERDICT_CRITICAL, "2001:db8::7 is Idle");
	result_judge(b, VERDICT_WARNING, "flaps");
	result_summary(b, "AS 64500");

	struct result *unicast = result_child(b, "ipv6 unicast");

	result_ok(unicast);
	result_ok(result_child(unicast, "received"));
	result_child(unicast, "sent");
	result_metric(a, ESTABLISHED, 1);
	scene_line(&scene, &scene.report.notes, "asked snmpd");
}

#define FIRST                                                                  \
	"SCENE CRITICAL - 2001:db8::7 is Idle; 2001:db8::7: flaps; "           \
	"2001:db8::7 ipv6 unicast sent: no result; 2 peers"
#define LINES                                                                  \
	"\n[OK] 192.0.2.1: Established for 3d"                                 \
	"\n[CRITICAL] 2001:db8::7 is Idle; flaps; AS 64500"                    \
	"\n\\_ [UNKNOWN] ipv6 unicast"                                         \
	"\n   \\_ [OK] received"                                               \
	"\n   \\_ [UNKNOWN] sent: no result"
#define NOTES "\nasked snmpd"
#define NUMBERS "|established=1;;;0\n"

START_TEST(detail_is_a_line_a_child)
{
	grow_detail();
	ck_assert_str_eq(printed(), FIRST NOTES NUMBERS);
	scene.common.detail = true;
	ck_assert_str_eq(printed(), FIRST LINES NOTES NUMBERS);
	scene.report.notes = NULL;
	ck_assert_str_eq(printed(), FIRST LINES NUMBERS);
	scene.common.detail = false;
	scene.common.verbose = 1;
	ck_assert_str_eq(printed(), FIRST LINES NUMBERS);
}
END_TEST

START_TEST(detail_has_what_the_first_line_left_out)
{
	struct result *root = scene_root(&scene);

	scene.common.detail = true;
	for (int i = 0; i < 4; i++)
		result_judge(root, VERDICT_WARNING, "f%d", i);
	result_judge(root, VERDICT_CRITICAL, "worst");
	ck_assert_str_eq(printed(),
	    "SCENE CRITICAL - worst; f0; f1 (+2 more)\n[WARNING] f0\n"
	    "[WARNING] f1\n[WARNING] f2\n[WARNING] f3\n[CRITICAL] worst\n");
}
END_TEST

/* --- perfdata ------------------------------------------------------------- */

static const char *
perfdata(void)
{
	const char *found = strchr(printed(), '|');

	return found != NULL ? found : "";
}

START_TEST(a_datum_of_each_kind)
{
	static const struct {
		size_t metric;
		double value;
		const char *want;
	} data[] = {
		{ ESTABLISHED, 6, "|established=6;;;0\n" },
		{ ESTABLISHED, 1e15, "|established=1000000000000000;;;0\n" },
		{ OLDEST, 0.041, "|oldest=0.041s;;;0\n" },
		{ OLDEST, 1e-9, "|oldest=0s;;;0\n" },
		{ LOSS, 12.5, "|loss=12.5%;;;0;100\n" },
		{ ACCEPTED, 99, "|accepted=99c;;;0\n" },
		{ MEMORY, 4096, "|memory=4096B;;;0\n" },
		{ OFFSET, -0.25, "|offset=-0.25s\n" },
		{ SOFTWARE, 1, "" },
		{ PRIVATE, 3, "|private=3;;;0\n" },
	};

	for (size_t i = 0; i < sizeof(data) / sizeof(*data); i++) {
		scene_free(&scene);
		scene_init(&scene);
		result_metric(scene_root(&scene), data[i].metric,
		    data[i].value);
		ck_assert_str_eq(perfdata(), data[i].want);
	}
}
END_TEST

static const struct {
	const char *warning, *critical;
	int style;
	const char *want;
} thresholds[] = {
	{ "5", "10", THRESHOLDS_AUTO, "|established=1;5;10;0\n" },
	{ "~:5", ":10", THRESHOLDS_AUTO, "|established=1;5;10;0\n" },
	{ "5", "~:10", THRESHOLDS_RANGE, "|established=1;0:5;~:10;0\n" },
	{ "5", "10", THRESHOLDS_NONE, "|established=1;;;0\n" },
	{ "2:", "@5:10", THRESHOLDS_AUTO, "|established=1;2:;@5:10;0\n" },
	{ "2:", "@5:10", THRESHOLDS_RANGE, "|established=1;2:;@5:10;0\n" },
	{ NULL, "10", THRESHOLDS_AUTO, "|established=1;;10;0\n" },
	{ "10", NULL, THRESHOLDS_RANGE, "|established=1;0:10;;0\n" },
};

START_TEST(thresholds_as_asked_for)
{
	const struct limits set =
	    limits(thresholds[_i].warning, thresholds[_i].critical);

	scene.common.perfdata_thresholds = thresholds[_i].style;
	result_check_limits(scene_root(&scene), ESTABLISHED, 1, &set);
	ck_assert_str_eq(perfdata(), thresholds[_i].want);
}
END_TEST

START_TEST(trailing_semicolons_are_dropped)
{
	const struct limits set = limits("5", NULL);

	result_check_limits(scene_root(&scene), OFFSET, 1, &set);
	ck_assert_str_eq(perfdata(), "|offset=1s;5\n");
}
END_TEST

static const struct {
	const char *value, *want;
} label_values[] = {
	{ "443", "443" },
	{ "2001:db8::7", "2001:db8:0:0:0:0:0:7" },
	{ "::", "0:0:0:0:0:0:0:0" },
	{ "2001:db8::/32", "2001:db8:0:0:0:0:0:0_32" },
	{ "fe80::1%eth0", "fe80:0:0:0:0:0:0:1_eth0" },
	{ "192.0.2.0/24", "192.0.2.0_24" },
	{ "x::y", "x:_y" },
	{ "x:::y", "x:_:y" },
	{ "a b=c'd", "a_b_c_d" },
	{ "\xc3\xa9t\xe2\x82\xac", "_t_" },
	{ "12:34:56", "12:34:56" },
};

START_TEST(labels_are_safe)
{
	char want[128];

	result_label(scene_root(&scene), "x", label_values[_i].value);
	result_metric(scene_root(&scene), ESTABLISHED, 1);
	snprintf(want, sizeof(want), "|established_%s=1;;;0\n",
	    label_values[_i].want);
	ck_assert_str_eq(perfdata(), want);
}
END_TEST

START_TEST(labels_come_from_the_whole_path)
{
	struct result *root = scene_root(&scene);
	struct result *peer = scene_peer(root, "192.0.2.1", "ipv4");
	struct result *table = result_child(peer, "t");

	result_label(root, "router", "r1");
	result_label(peer, "empty", "");
	result_label(table, "family", "ipv6");
	result_metric(root, ESTABLISHED, 3);
	result_metric(peer, ESTABLISHED, 2);
	result_metric(table, ESTABLISHED, 1);
	/* An inner label of the same name holds, in the outer one's place. */
	ck_assert_str_eq(perfdata(),
	    "|established_r1=3;;;0 established_r1_192.0.2.1_ipv4=2;;;0 "
	    "established_r1_192.0.2.1_ipv6=1;;;0\n");
}
END_TEST

START_TEST(quiet_nodes_and_attributes_make_no_perfdata)
{
	struct result *root = scene_root(&scene);
	struct result *peer = scene_peer(root, "192.0.2.1", "ipv4");
	struct result *loud = result_child(root, "b");

	result_metric(peer, ESTABLISHED, 2);
	result_metric(result_child(peer, "t"), ESTABLISHED, 1);
	result_quiet(peer);
	result_label(loud, "peer", "b");
	result_attribute(loud, RESULT_DESCRIBES, "as", "65001");
	result_attribute(loud, RESULT_EXPLAINS, "description", "transit");
	result_metric(loud, ESTABLISHED, 3);
	ck_assert_str_eq(perfdata(), "|established_b=3;;;0\n");
}
END_TEST

START_TEST(a_label_that_was_there_gets_a_number)
{
	struct result *root = scene_root(&scene);

	result_metric(root, ESTABLISHED, 1);
	result_metric(root, ESTABLISHED, 2);
	result_label(result_child(root, "x"), "n", "2");
	result_metric(root->last, ESTABLISHED, 3);
	result_metric(root, ESTABLISHED, 4);
	result_metric(root, ESTABLISHED, 5);
	/* established_2 is taken by a number before the label n=2 comes. */
	ck_assert_str_eq(perfdata(),
	    "|established=1;;;0 established_2=2;;;0 established_3=4;;;0 "
	    "established_4=5;;;0 established_2_2=3;;;0\n");
}
END_TEST

START_TEST(long_labels_stay_different)
{
	char value[400];

	for (int i = 0; i < 3; i++) {
		struct result *child = result_child(scene_root(&scene), "x");

		memset(value, 'a', sizeof(value) - 1);
		value[sizeof(value) - 1] = '\0';
		value[sizeof(value) - 2] = (char)('0' + i);
		result_label(child, "x", value);
		result_metric(child, ESTABLISHED, i);
	}
	ck_assert_ptr_nonnull(strstr(perfdata(), "_2=1;;;0 "));
	ck_assert_ptr_nonnull(strstr(perfdata(), "_3=2;;;0\n"));
}
END_TEST

/* --- properties ----------------------------------------------------------- */

static bool
is_utf8(const unsigned char *at)
{
	while (*at != '\0') {
		size_t more = *at < 0x80	 ? 0
		    : *at >= 0xc2 && *at <= 0xdf ? 1
		    : *at >= 0xe0 && *at <= 0xef ? 2
		    : *at >= 0xf0 && *at <= 0xf4 ? 3
						 : 9;

		if (more == 9)
			return false;
		for (at++; more > 0; more--, at++)
			if ((*at & 0xc0) != 0x80)
				return false;
	}
	return true;
}

static size_t
count_char(const char *string, char c)
{
	size_t count = 0;

	for (; *string != '\0'; string++)
		count += *string == c;
	return count;
}

static void
assert_number(const char *at, const char *end)
{
	size_t digits = 0;

	if (at < end && *at == '-')
		at++;
	for (; at < end && (isdigit((unsigned char)*at) || *at == '.'); at++)
		digits += *at != '.';
	ck_assert_uint_gt(digits, 0);
	ck_assert_msg(at == end || strspn(at, "sB%c") == (size_t)(end - at),
	    "unit %.*s", (int)(end - at), at);
}

/* label=number[unit][;...] with the characters of conventions, each once. */
static void
assert_perfdata(const char *data)
{
	static char seen[1 << 16];
	char key[300];

	seen[0] = '\0';
	while (*data != '\n') {
		const size_t label = strspn(data,
		    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "0123456789_.:-");
		const char *value = data + label + 1;
		const char *end = value + strcspn(value, " \n");

		ck_assert_uint_gt(label, 0);
		ck_assert_int_eq(data[label], '=');
		ck_assert_uint_lt(label, 256);
		snprintf(key, sizeof(key), " %.*s=", (int)label, data);
		ck_assert_ptr_null(strstr(key, "::"));
		ck_assert_msg(strstr(seen, key) == NULL, "twice: %s", key);
		ck_assert_uint_lt(strlen(seen) + strlen(key), sizeof(seen) - 1);
		strcat(seen, key);
		assert_number(value, value + strcspn(value, "; \n"));
		ck_assert_int_ne(end[-1], ';');
		ck_assert_uint_eq(strspn(value, "0123456789.-+~@:;sB%c"),
		    end - value);
		data = end + (*end == ' ');
	}
	ck_assert_int_eq(data[1], '\0');
}

static void
assert_contract(const struct text *out)
{
	const char *bar = strchr(out->data, '|');

	ck_assert_uint_eq(strlen(out->data), out->len);
	ck_assert_uint_ge(out->len, 1);
	ck_assert_int_eq(out->data[out->len - 1], '\n');
	ck_assert_uint_le(count_char(out->data, '|'), 1);
	ck_assert(is_utf8((const unsigned char *)out->data));
	for (size_t i = 0; i < out->len; i++)
		ck_assert(out->data[i] == '\n' ||
		    ((unsigned char)out->data[i] >= 0x20 &&
			out->data[i] != 0x7f));
	ck_assert_ptr_null(strstr(out->data, "\n\n"));
	if (bar != NULL)
		assert_perfdata(bar + 1);
}

START_TEST(any_tree_keeps_the_contract)
{
	struct dice dice = { (uint64_t)_i * 7919 + 1 };

	for (int i = 0; i < 40; i++) {
		scene_free(&scene);
		scene_init(&scene);
		dice_scene(&scene, &dice);
		printed();
		ck_assert(!scene.out.cut);
		ck_assert_int_eq(strncmp(scene.out.data, "SCENE ", 6), 0);
		assert_contract(&scene.out);
	}
}
END_TEST

START_TEST(any_room_keeps_the_contract)
{
	static char small[1 << 16];
	struct dice dice = { 4711 };
	struct text out;

	dice_scene(&scene, &dice);
	scene.common.detail = true;
	printed();

	const size_t whole = scene.out.len;

	ck_assert_uint_lt(whole, sizeof(small) / 2);
	/* Every size at first, then steps that share no factor with a line. */
	for (size_t size = 1; size < whole + 2000;
	     size += size < 400 ? 1 : 13) {
		text_init(&out, small, size);
		small[size] = 'x';
		render_nagios(&scene.report, &out);
		ck_assert_int_eq(small[size], 'x');
		ck_assert_uint_lt(out.len, size);
		ck_assert_uint_eq(out.size, size);
		ck_assert(out.cut || out.len == whole);
		if (size >= 2)
			assert_contract(&out);
	}
	ck_assert(!out.cut);
}
END_TEST

START_TEST(many_children)
{
	struct result *root = scene_root(&scene);

	result_ok(root);
	for (int i = 0; i < _i; i++) {
		char name[32];

		snprintf(name, sizeof(name), "10.0.%d.%d", i / 250, i % 250);
		result_ok(scene_peer(root, name, "ipv4"));
		result_metric(root->last, ESTABLISHED, i);
	}
	scene.common.detail = true;
	printed();
	ck_assert(!scene.out.cut);
	ck_assert_uint_eq(count_char(scene.out.data, '\n'), _i + 1);
	ck_assert_uint_eq(count_char(scene.out.data, '='), _i);
	ck_assert_uint_eq(count_char(scene.out.data, '|'), _i > 0);
}
END_TEST

/* --- the table, and failures ---------------------------------------------- */

START_TEST(the_words_are_the_table)
{
	size_t i = 0;

	for (; renders[i].name != NULL; i++) {
		ck_assert_str_eq(render_words[i].word, renders[i].name);
		ck_assert_str_eq(render_words[i].help, renders[i].help);
		ck_assert_int_eq(render_words[i].value, i);
		ck_assert_ptr_nonnull(renders[i].print);
	}
	ck_assert_uint_eq(i, 7);
	ck_assert_ptr_null(render_words[i].word);
	ck_assert(renders[0].print == render_nagios);
}
END_TEST

START_TEST(a_failure_is_one_line)
{
	struct err err;

	err_set(&err, ERR_USAGE, "--port: %s is no port", "x|y\n'z");
	text_clear(&scene.out);
	render_failure(&scene_plugin, &err, &scene.out);
	ck_assert_str_eq(scene.out.data,
	    "SCENE UNKNOWN - --port: x/y _z is no port; "
	    "see check_scene --help\n");
	err_set(&err, ERR_SYSTEM, "fork: no room");
	text_clear(&scene.out);
	render_failure(&scene_plugin, &err, &scene.out);
	ck_assert_str_eq(scene.out.data, "SCENE UNKNOWN - fork: no room\n");
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(*(table))))

static void
add_first_line(TCase *tcase)
{
	tcase_add_test(tcase, ok_prints_the_summary);
	tcase_add_test(tcase, ok_without_words);
	tcase_add_test(tcase, nothing_known_is_said);
	tcase_add_loop_test(tcase, each_verdict_has_its_word, 0, 4);
	tcase_add_test(tcase, worst_first_then_tree_order);
	tcase_add_test(tcase, three_findings_are_said);
	tcase_add_loop_test(tcase, a_finding_says_whose_it_is, 0, ROWS(names));
	tcase_add_test(tcase, a_partial_picture_is_introduced);
	tcase_add_test(tcase, an_error_that_the_user_calls_ok_is_said);
	tcase_add_test(tcase, children_without_result_are_named);
	tcase_add_test(tcase, what_is_settled_outweighs_what_is_below);
	tcase_add_test(tcase, the_verdict_is_the_reports);
	tcase_add_test(tcase, what_is_held_stands_before_caveats);
	tcase_add_test(tcase, caveats_end_the_first_line);
	tcase_add_test(tcase, detail_is_a_line_a_child);
	tcase_add_test(tcase, detail_has_what_the_first_line_left_out);
}

static void
add_perfdata(TCase *tcase)
{
	tcase_add_test(tcase, a_datum_of_each_kind);
	tcase_add_loop_test(tcase, thresholds_as_asked_for, 0,
	    ROWS(thresholds));
	tcase_add_test(tcase, trailing_semicolons_are_dropped);
	tcase_add_loop_test(tcase, labels_are_safe, 0, ROWS(label_values));
	tcase_add_test(tcase, labels_come_from_the_whole_path);
	tcase_add_test(tcase, quiet_nodes_and_attributes_make_no_perfdata);
	tcase_add_test(tcase, a_label_that_was_there_gets_a_number);
	tcase_add_test(tcase, long_labels_stay_different);
}

static void
add_properties(TCase *tcase)
{
	tcase_add_loop_test(tcase, any_tree_keeps_the_contract, 0, 10);
	tcase_add_test(tcase, any_room_keeps_the_contract);
	tcase_add_loop_test(tcase, many_children, 0, 2);
	tcase_add_loop_test(tcase, many_children, 1000, 1001);
	tcase_add_test(tcase, the_words_are_the_table);
	tcase_add_test(tcase, a_failure_is_one_line);
}

int
main(void)
{
	Suite *suite = suite_create("render_nagios");
	TCase *tcase = tcase_create("render_nagios");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 300);
	tcase_add_checked_fixture(tcase, fresh, done);
	add_first_line(tcase);
	add_perfdata(tcase);
	add_properties(tcase);
	srunner_run_all(runner, CK_NORMAL);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
