/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame/common.h"
#include "frame/describe.h"

/* --- a program with every type of option ---------------------------------- */

struct demo {
	bool flag;
	int family, tally, colour;
	uint64_t count, size;
	int64_t wait;
	double percent;
	enum verdict verdict;
	const char *text, *path;
	struct opt_strings texts, rest;
	struct opt_secret secret;
	struct ip_host host;
	struct opt_hosts hosts, words;
	uint16_t port;
	struct opt_ports ports;
	struct opt_nets nets;
	struct limits limits, half;
};

static const struct opt_word colours[] = {
	{ "red", 0, "stop" },
	{ "green", 1, NULL },
	{ 0 },
};

static const struct opt options[] = {
	OPT_HOST('H', "hostname", struct demo, host, "who to ask",
	    .flags = OPT_REQUIRED),
	OPT_FLAG('l', "listening", struct demo, flag,
	    "a help that is so long that it must be broken into several "
	    "lines, since nobody has a screen of more than eighty columns"),
	OPT_SET('4', "ipv4", struct demo, family, "IPv4 only", .value = 4),
	OPT_TALLY(0, "more", struct demo, tally, "a tally"),
	OPT_COUNT('n', "count", struct demo, count, "a count", .preset = "10"),
	OPT_SIZE(0, "size", struct demo, size, "a \\ \"size\""),
	OPT_DURATION(0, "wait", struct demo, wait, "a time"),
	OPT_PERCENT(0, "percent", struct demo, percent, "a share"),
	OPT_WORD(0, "colour", struct demo, colour, "a word", .words = colours,
	    .preset = "green"),
	OPT_VERDICT(0, "down-state", struct demo, verdict, "a state"),
	OPT_STRING('e', "text", struct demo, text, "a text"),
	OPT_STRINGS(0, "note", struct demo, texts, "texts"),
	OPT_FILE('f', "file", struct demo, path, "a file"),
	OPT_SECRET('C', "community", struct demo, secret, "a secret"),
	OPT_SECRET_FILE(0, "community-file", struct demo, secret,
	    "a secret in a file"),
	OPT_HOSTS(0, "peer", struct demo, hosts, "peers"),
	OPT_PORT('p', "port", struct demo, port, "a port"),
	OPT_PORTS(0, "a-very-long-option-name", struct demo, ports, "ports"),
	OPT_NETS(0, "net", struct demo, nets, "networks"),
	OPT_LIMITS("", struct demo, limits, "things", .preset = ",1:"),
	OPT_LIMITS("half-open", struct demo, half, "half-open things"),
	OPT_HOSTS(0, "TARGET", struct demo, words, "what to look at",
	    .flags = OPT_POSITIONAL | OPT_IDENTITY),
	OPT_STRINGS(0, "COMMAND [ARG]...", struct demo, rest, "what to run",
	    .flags = OPT_REST),
	OPT_END,
};

static const struct metric_def metrics[] = {
	{ .name = "established",
	    .family = "demo_connections",
	    .help = "connections that are open",
	    .limits = METRIC_NO_LIMITS },
	{ .name = "drops",
	    .family = "demo_drops",
	    .help = "connections that were dropped",
	    .kind = METRIC_COUNTER,
	    .limits = METRIC_NO_LIMITS },
	{ .name = "share",
	    .help = "a share",
	    .unit = METRIC_PERCENT,
	    .limits = METRIC_NO_LIMITS },
	{ 0 },
};

static const char *const examples[] = {
	"check_demo -H router1.example.net",
	"asks one router",
	"check_demo --hostname=router1.example.net --community-file=/etc/x/y "
	"--a-very-long-option-name=80,443 --warning=~:10",
	"a command line that does not fit into one line",
	"check_demo -h",
	"says this",
	NULL,
};

static const struct plugin demo = {
	.name = "check_demo",
	.title = "DEMO",
	.purpose = "shows what a program says about itself",
	.examples = examples,
	.options = options,
	.metrics = metrics,
	.opts_size = sizeof(struct demo),
};

static const struct opt no_options[] = { OPT_END };
static const struct plugin bare = {
	.name = "vigil-bare",
	.purpose = "does little",
	.options = no_options,
};

#define OWN                                                                    \
	"hostname listening ipv4 more count size wait percent colour "         \
	"down-state text note file community community-file peer port "        \
	"a-very-long-option-name net warning critical half-open-warning "      \
	"half-open-critical "
#define COMMON                                                                 \
	"timeout timeout-state error-state verbose detail format output "      \
	"host-name service-name "                                              \
	"perfdata-thresholds state-dir extra-opts "                            \
	"dampen confirm recover half-life flap release max-hold recover-at "
#define REQUESTS "help version describe "

static char bytes[65536];
static struct text out;

static const char *
description(const struct plugin *plugin, const char *format)
{
	struct err err = { 0 };

	text_init(&out, bytes, sizeof(bytes));
	if (strcmp(format, "help") == 0)
		describe_help(plugin, &out);
	else
		ck_assert_msg(describe_as(plugin, format, &out, &err), "%s",
		    err.text);
	ck_assert(!out.cut);
	ck_assert_ptr_nonnull(strchr(bytes, '\n'));
	ck_assert_int_eq(bytes[out.len - 1], '\n');
	return bytes;
}

/* --- every option, and nothing else --------------------------------------- */

static void
add_name(struct text *names, const char *name)
{
	const size_t len =
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	/* Words, which are no options, have names in capitals. */
	text_add_bytes(names, name, len);
	text_add(names, len ? " " : "");
}

/* The names that stand behind `mark` in lines that begin with `begin`; all
 * marks of a line, or the first. */
static const char *
names_after(const char *text, const char *begin, const char *mark, bool all)
{
	static char found[4096];
	struct text names = TEXT_OVER(found);

	for (const char *line = text; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		const char *end = line + strcspn(line, "\n");
		const char *at = line;

		if (strncmp(line, begin, strlen(begin)) != 0)
			continue;
		while ((at = strstr(at, mark)) && at < end) {
			at += strlen(mark);
			add_name(&names, at);
			if (!all)
				break;
		}
	}
	return found;
}

static const struct {
	const char *format, *begin, *mark;
	bool all; /* of a line */
	const char *names;
} listings[] = {
	{ "mdoc", ".It ", "Fl -", false, OWN COMMON REQUESTS },
	{ "bash", "\tmapfile ", "--", true, OWN COMMON REQUESTS },
	{ "icinga2", "\t\t\"--", "\"--", false, OWN COMMON },
	{ "json", "", "{\"name\":\"", true,
	    OWN COMMON REQUESTS "established drops share " },
};

/* Options of the help: a line that begins with a letter or six blanks. */
static const char *
names_in_help(const char *help)
{
	static char found[4096];
	struct text names = TEXT_OVER(found);

	for (const char *line = help; *line;
	     line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, "  -", 3) == 0 && line[4] == ',')
			add_name(&names, line + 8);
		else if (strncmp(line, "      --", 8) == 0)
			add_name(&names, line + 8);
	return found;
}

START_TEST(help_lists_every_option)
{
	ck_assert_str_eq(names_in_help(description(&demo, "help")),
	    OWN COMMON REQUESTS);
	ck_assert_str_eq(names_in_help(description(&bare, "help")),
	    COMMON REQUESTS);
}
END_TEST

START_TEST(every_format_lists_every_option)
{
	const char *text = description(&demo, listings[_i].format);
	const char *options_at = strstr(text, "\"options\"");
	const char *found = names_after(options_at ? options_at : text,
	    listings[_i].begin, listings[_i].mark, listings[_i].all);

	ck_assert_str_eq(found, listings[_i].names);
}
END_TEST

START_TEST(every_format_names_the_words)
{
	ck_assert_ptr_nonnull(strstr(description(&demo, "help"),
	    "Usage: check_demo --hostname=HOST [OPTION]... [TARGET...] "
	    "[-- COMMAND [ARG]...]\n"));
	ck_assert_ptr_nonnull(strstr(bytes,
	    "\n  TARGET                    what to look at (repeatable)\n"));
	ck_assert_ptr_nonnull(strstr(bytes, "\n  -- COMMAND [ARG]...  "));
	description(&demo, "mdoc");
	ck_assert_ptr_nonnull(strstr(bytes, "\n.It Ar TARGET\n"));
	ck_assert_ptr_nonnull(
	    strstr(bytes, "\n.It Fl - Ar COMMAND\\ [ARG]...\\&\n"));
	description(&demo, "icinga2");
	ck_assert_ptr_nonnull(strstr(bytes,
	    "\t\t\"TARGET\" = {\n\t\t\tskip_key = true\n\t\t\torder = 100\n"
	    "\t\t\tvalue = \"$demo_target$\"\n"));
	ck_assert_ptr_nonnull(strstr(bytes,
	    "\t\t\"--\" = {\n\t\t\trepeat_key = false\n\t\t\torder = 200\n"
	    "\t\t\tvalue = \"$demo_command$\"\n"));
	description(&demo, "json");
	ck_assert_ptr_nonnull(strstr(bytes, "\"words\":{\"name\":\"TARGET\""));
	ck_assert_ptr_nonnull(
	    strstr(bytes, "\"rest\":{\"name\":\"COMMAND [ARG]...\""));
}
END_TEST

START_TEST(common_options_are_sound)
{
	const struct plugin *plugins[] = { &demo, &bare };
	struct common_opts common = { 0 };
	struct demo fields = { 0 };
	struct arena arena;
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	for (int i = 0; i < 2; i++) {
		const struct opt_target targets[] = {
			{ plugins[i]->options, &fields, NULL },
			{ common_options, &common, NULL },
			{ common_damped_options(_i), &common, NULL },
			{ 0 },
		};

		ck_assert_msg(opt_check(targets, &arena, &err), "%s", err.text);
	}
	ck_assert_int_eq(common.timeout, 10 * CLOCK_SECOND);
	ck_assert_int_eq(common.timeout_state, VERDICT_UNKNOWN);
	ck_assert_int_eq(common.error_state, VERDICT_UNKNOWN);
	ck_assert_int_eq(common.perfdata_thresholds, THRESHOLDS_AUTO);
	ck_assert_int_eq(common.format, 0);
	arena_free(&arena);
}
END_TEST

/* --- help ----------------------------------------------------------------- */

static void
check_width(const char *text)
{
	for (const char *line = text; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		const size_t len = strcspn(line, "\n");

		ck_assert_msg(len <= 80, "%zu columns: %.*s", len, (int)len,
		    line);
		ck_assert_msg(!len || line[len - 1] != ' ', "blank: %.*s",
		    (int)len, line);
	}
}

START_TEST(help_fits_a_screen_and_says_it_all)
{
	static const char *const parts[] = {
		"check_demo v" PLUGIN_VERSION " (routevigil " PLUGIN_VERSION
		")\n\nShows what a program says about itself.\n\nUsage: ",
		"\n  -n, --count=N             a count (default 10)\n",
		"\n  -H, --hostname=HOST       who to ask (required)\n",
		"\n      --colour=WORD         a word: red or green (default "
		"green)\n",
		"\n      --a-very-long-option-name=PORTS\n"
		"                            ports (repeatable)\n",
		"\n  -w, --warning=RANGE       warning range for things\n",
		"critical range for things (default 1:)\n",
		"\n      --extra-opts[=[SECTION][@FILE]]\n",
		"\n  ~:10                      alerts above 10 only\n",
		"\nExit states:\n  0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN",
		"\nExamples:\n  check_demo -H router1.example.net\n"
		"      asks one router\n",
		" \\\n    ",
		"\n      says this\n",
		"\nHome: " PLUGIN_HOME "\n",
	};
	const char *help = description(&demo, "help");

	check_width(help);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		ck_assert_msg(strstr(help, parts[i]), "no %s", parts[i]);
	/* What a range is, also where there are no thresholds to explain. */
	ck_assert_ptr_nonnull(
	    strstr(description(&bare, "help"), "\nA RANGE is"));
	ck_assert_ptr_null(
	    strstr(description(&bare, "help"), "With a warning"));
	check_width(bytes);
}
END_TEST

START_TEST(version_is_one_line)
{
	text_init(&out, bytes, sizeof(bytes));
	describe_version(&demo, &out);
	ck_assert_str_eq(bytes,
	    "check_demo v" PLUGIN_VERSION " (routevigil " PLUGIN_VERSION ")");
}
END_TEST

/* --- the other formats ---------------------------------------------------- */

static void
must_hold(const char *format, const char *const *parts)
{
	const char *text = description(&demo, format);

	for (; *parts; parts++)
		ck_assert_msg(strstr(text, *parts), "no %s in %s", *parts,
		    text);
}

START_TEST(mdoc_is_a_list)
{
	must_hold("mdoc",
	    (const char *const[]){
		".It Fl n , Fl -count Ns = Ns Ar \\&N\nA count.\nThe default "
		"is\n.Cm \\&10 .\n",
		".It Fl -size Ns = Ns Ar SIZE\nA \\e \"size\".\n",
		".It Fl -extra-opts Ns Op = Ns Ar [SECTION][@FILE]\\&\n",
		".It Cm \\&red\nStop.\n.It Cm green\n.El\n",
		"One of\n.Cm \\&ok ,\n.Cm warning ,\n.Cm critical\nor\n.Cm "
		"unknown .\n",
		"Critical range for things.\nThe default is\n.Cm \\&1:\\& .\n",
		"Who to ask.\nRequired.\n", NULL });
	ck_assert_int_eq(strncmp(bytes, ".Bl ", 4), 0);
	ck_assert_str_eq(bytes + out.len - 4, ".El\n");
}
END_TEST

START_TEST(mdoc_metrics_are_a_list)
{
	must_hold("mdoc-metrics",
	    (const char *const[]){
		".It Va established\nConnections that are open.\nUnit: a "
		"count.\nOpenMetrics:\n.Va demo_connections .\n",
		".It Va drops\n", ".Va demo_drops_total .\n",
		".It Va share\nA share.\nUnit: percent, exported as a ratio of "
		"0 to 1.\n.El\n",
		NULL });
	ck_assert_str_eq(description(&bare, "mdoc-metrics"),
	    "This program reports no metrics.\n");
}
END_TEST

START_TEST(icinga2_is_a_command)
{
	must_hold("icinga2",
	    (const char *const[]){
		"object CheckCommand \"demo\" {\n\timport \"ipv4-or-ipv6\"\n"
		"\tcommand = [ PluginContribDir + \"/check_demo\" ]\n",
		"\t\t\"--hostname\" = {\n\t\t\tvalue = \"$demo_address$\"\n"
		"\t\t\tdescription = \"who to ask (required)\"\n"
		"\t\t\trequired = true\n\t\t}\n",
		"\tvars.demo_address = \"$check_address$\"\n}\n",
		"\t\t\"--ipv4\" = {\n\t\t\tset_if = \"$demo_ipv4$\"\n",
		"value = \"$demo_note$\"\n\t\t\trepeat_key = true\n",
		"value = \"$demo_half_open_critical$\"\n",
		"description = \"a \\\\ \\\"size\\\"\"\n",
		"skip_key = true\n\t\t\tvalue = "
		"\"--extra-opts=$demo_extra_opts$\"\n",
		NULL });
	ck_assert_ptr_nonnull(strstr(description(&bare, "icinga2"),
	    "CheckCommand \"vigil_bare\" {\n\tcommand = [ PluginContribDir + "
	    "\"/vigil-bare\" ]\n"));
	ck_assert_ptr_null(strstr(bytes, "check_address"));
}
END_TEST

/* Two options would share a variable, and what one is set to goes to both. */
START_TEST(icinga2_has_a_variable_an_option)
{
	static const struct opt rows[] = {
		OPT_HOST('H', "hostname", struct demo, host, "who to ask"),
		OPT_STRING(0, "address", struct demo, host, "only of these"),
		OPT_END,
	};
	struct plugin filtering = bare;

	filtering.options = rows;
	description(&filtering, "icinga2");
	ck_assert_ptr_nonnull(strstr(bytes,
	    "\"--hostname\" = {\n\t\t\tvalue = \"$vigil_bare_hostname$\""));
	ck_assert_ptr_nonnull(strstr(bytes,
	    "\"--address\" = {\n\t\t\tvalue = \"$vigil_bare_address$\""));
	ck_assert_ptr_nonnull(strstr(bytes,
	    "\tvars.vigil_bare_hostname = \"$check_address$\"\n}\n"));
}
END_TEST

START_TEST(json_is_an_object)
{
	must_hold("json",
	    (const char *const[]){ "{\"name\":\"check_demo\",",
		"{\"name\":\"hostname\",\"letter\":\"H\",\"common\":false,"
		"\"value\":\"HOST\",\"required\":true,\"repeats\":false,"
		"\"help\":\"who to ask\"}",
		"{\"name\":\"ipv4\",\"letter\":\"4\",\"common\":false,"
		"\"value\":null,",
		"\"choices\":[\"red\",\"green\"],\"default\":\"green\",",
		"\"help\":\"a \\\\ \\\"size\\\"\"",
		"{\"name\":\"drops\",\"kind\":\"counter\",\"uom\":\"c\","
		"\"openmetrics_family\":\"demo_drops\",",
		NULL });
	ck_assert_ptr_null(strchr(bytes, '\n')[1] ? bytes : NULL);
}
END_TEST

/* What bash itself completes, asked with the words that readline makes. */
static const struct {
	const char *words; /* COMP_WORDS */
	const char *replies;
} completions[] = {
	{ "check_demo --half",
	    "--half-open-warning --half-open-critical --half-life" },
	{ "check_demo -l --cou", "--count" },
	{ "check_demo --colour \"\"", "red green" },
	{ "check_demo --colour = g", "green" },
	{ "check_demo --colour =", "red green" },
	{ "check_demo --down-state c", "critical" },
	{ "check_demo --file /dev/nul", "/dev/null" },
	{ "check_demo -f = /dev/nul", "/dev/null" },
	{ "check_demo --count \"\"", "" },
	{ "check_demo --zzz", "" },
};

START_TEST(bash_completes)
{
	char path[] = "/tmp/test_describe.XXXXXX", command[512], line[512];
	const int fd = mkstemp(path);
	FILE *bash;

	description(&demo, "bash");
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, out.len), (ssize_t)out.len);
	close(fd);
	snprintf(command, sizeof(command),
	    "bash -c '. %s; COMP_WORDS=(%s); "
	    "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _demo; "
	    "echo \"${COMPREPLY[*]:0:9}\"' 2>&1",
	    path, completions[_i].words);
	bash = popen(command, "r");
	ck_assert_ptr_nonnull(bash);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), bash));
	pclose(bash);
	unlink(path);
	line[strcspn(line, "\n")] = '\0';
	ck_assert_str_eq(line, completions[_i].replies);
}
END_TEST

START_TEST(another_format_is_an_error)
{
	struct err err;

	text_init(&out, bytes, sizeof(bytes));
	ck_assert(!describe_as(&demo, "x|\n", &out, &err));
	ck_assert_str_eq(err.text,
	    "--describe=x/: must be one of mdoc, mdoc-metrics, bash, icinga2, "
	    "json");
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int
main(void)
{
	Suite *suite = suite_create("describe");
	TCase *tcase = tcase_create("describe");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, help_lists_every_option);
	tcase_add_loop_test(tcase, every_format_lists_every_option, 0,
	    COUNT(listings));
	tcase_add_test(tcase, every_format_names_the_words);
	tcase_add_test(tcase, common_options_are_sound);
	tcase_add_test(tcase, help_fits_a_screen_and_says_it_all);
	tcase_add_test(tcase, version_is_one_line);
	tcase_add_test(tcase, mdoc_is_a_list);
	tcase_add_test(tcase, mdoc_metrics_are_a_list);
	tcase_add_test(tcase, icinga2_is_a_command);
	tcase_add_test(tcase, icinga2_has_a_variable_an_option);
	tcase_add_test(tcase, json_is_an_object);
	tcase_add_loop_test(tcase, bash_completes, 0, COUNT(completions));
	tcase_add_test(tcase, another_format_is_an_error);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
