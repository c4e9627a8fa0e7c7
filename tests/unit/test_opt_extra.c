/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame/opt.h"
#include "frame/opt_extra.h"

static struct arena arena;
static struct opt_extra extra;
static struct err err;
static char dir[64];

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	strcpy(dir, "/tmp/test_opt_extra.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	unsetenv("MP_CONFIG_FILE");
	unsetenv("NAGIOS_CONFIG_PATH");
}

static void
teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
	arena_free(&arena);
}

/* A path under the test's directory; four can be in use at once. */
static const char *
under(const char *name)
{
	static char paths[4][128];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static const char *
put(const char *name, const char *bytes, size_t len, mode_t mode)
{
	const char *path = under(name);
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static const char *
put_text(const char *name, const char *text)
{
	return put(name, text, strlen(text), 0600);
}

/* --- the grammar ---------------------------------------------------------- */

/* The settings found, as "line key=value" each followed by a bar. */
static const char *
parsed(const char *bytes, size_t len)
{
	static char shown[1024];
	struct text out = TEXT_OVER(shown);

	extra = (struct opt_extra){ .path = "FILE" };
	err.text[0] = '\0';
	if (!opt_extra_parse(&extra, bytes, len, "me", &arena, &err))
		return err.text;
	for (size_t i = 0; i < extra.count; i++)
		text_addf(&out, "%u %s=%s|", extra.items[i].line,
		    extra.items[i].key, extra.items[i].value);
	return shown;
}

static const struct {
	const char *text, *found;
} grammar[] = {
	{ "[me]\na=1\nb=2\n", "2 a=1|3 b=2|" },
	{ "[me]\na=1", "2 a=1|" },
	{ "[me]", "" },
	{ "  [ me ]\t\r\n\r\n  key  =  a b  \r\n", "3 key=a b|" },
	{ "# x\n[me]\n; y\n#a=1\n  ;b=2\nc=#3;4\n", "6 c=#3;4|" },
	{ "[me]\nflag=\nempty = \n", "2 flag=|3 empty=|" },
	{ "[me]\na=b=c\nq=\"x\"\n", "2 a=b=c|3 q=\"x\"|" },
	{ "[other]\na=1\n[me]\nb=2\n[other]\nc=3\n[me]\nd=4\n",
	    "4 b=2|8 d=4|" },
	{ "a=1\nnonsense\n[me]\nb=2\n", "4 b=2|" },
	{ "[me]\na=1\na=2\n", "2 a=1|3 a=2|" },
	{ "[mee]\na=1\n[m]\nb=2\n[me]\n", "" },
	{ "[me]\nnonsense\n", "FILE line 2: must be key=value" },
	{ "[me]\n = 5\n", "FILE line 2: must be key=value" },
	{ "\n[other]\nnonsense\n[me\n",
	    "FILE line 4: a section without its ]" },
	{ "[", "FILE line 1: a section without its ]" },
	{ "[]\n[them]\n", "FILE has no section [me]" },
	{ "", "FILE has no section [me]" },
};

START_TEST(reads_the_grammar)
{
	const char *text = grammar[_i].text;

	ck_assert_str_eq(parsed(text, strlen(text)), grammar[_i].found);
}
END_TEST

START_TEST(refuses_what_is_no_text)
{
	ck_assert_str_eq(parsed("[me]\na=\0001\n", 10), "FILE is no text file");
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

/* --- where the file is ---------------------------------------------------- */

static const char *const names[] = { "one.ini", "two.ini", NULL };
static const char *files[3];
static const struct opt_extra_places places = {
	.file_variable = "TEST_FILE",
	.path_variable = "TEST_PATH",
	.directory_files = names,
	.files = files,
};

/* The value of `which` in what was found, or the error. */
static const char *
loaded(const char *spec)
{
	err.text[0] = '\0';
	if (!opt_extra_load(&extra, "prog", spec, &places, &arena, &err))
		return err.text;
	ck_assert_uint_eq(extra.count, 1);
	ck_assert_str_eq(extra.items[0].key, "which");
	return extra.items[0].value;
}

START_TEST(looks_in_the_places_in_order)
{
	char both[300];

	unsetenv("TEST_FILE");
	unsetenv("TEST_PATH");
	files[0] = strdup(under("absent.ini"));
	ck_assert_str_eq(loaded(""),
	    "no monitoring-plugins.ini found: name the file after an @");
	files[1] = strdup(put_text("fixed.ini", "[prog]\nwhich=fixed\n"));
	ck_assert_str_eq(loaded(""), "fixed");

	ck_assert_int_eq(mkdir(under("a"), 0700), 0);
	ck_assert_int_eq(mkdir(under("b"), 0700), 0);
	snprintf(both, sizeof(both), ":%s:/nowhere:%s", under("a"), under("b"));
	setenv("TEST_PATH", both, 1);
	ck_assert_str_eq(loaded(""), "fixed");
	put_text("b/one.ini", "[prog]\nwhich=b1\n");
	ck_assert_str_eq(loaded(""), "b1");
	put_text("a/two.ini", "[prog]\nwhich=a2\n");
	ck_assert_str_eq(loaded(""), "a2");
	put_text("a/one.ini", "[prog]\nwhich=a1\n[x]\nwhich=x\n");
	ck_assert_str_eq(loaded(""), "a1");
	ck_assert_str_eq(loaded("x"), "x");

	setenv("TEST_FILE", put_text("env.ini", "[prog]\nwhich=env\n"), 1);
	ck_assert_str_eq(loaded(""), "env");
	ck_assert_str_eq(loaded("@"), "env");
	setenv("TEST_FILE", under("absent.ini"), 1);
	ck_assert_ptr_nonnull(strstr(loaded(""), "absent.ini: opening it: "));
}
END_TEST

START_TEST(reads_a_named_file_or_standard_input)
{
	const char *path = put_text("f.ini", "[prog]\nwhich=p\n[s]\nwhich=s\n");
	char spec[200], expected[200];
	int pipes[2];

	snprintf(spec, sizeof(spec), "@%s", path);
	ck_assert_str_eq(loaded(spec), "p");
	snprintf(spec, sizeof(spec), "s@%s", path);
	ck_assert_str_eq(loaded(spec), "s");
	ck_assert_str_eq(extra.path, path);
	ck_assert(!extra.for_anyone);
	snprintf(spec, sizeof(spec), "none@%s", path);
	snprintf(expected, sizeof(expected), "%s has no section [none]", path);
	ck_assert_str_eq(loaded(spec), expected);
	ck_assert_int_eq(err.kind, ERR_USAGE);

	ck_assert_int_eq(pipe(pipes), 0);
	ck_assert_int_eq(write(pipes[1], "[prog]\nwhich=stdin", 18), 18);
	close(pipes[1]);
	ck_assert_int_eq(dup2(pipes[0], STDIN_FILENO), STDIN_FILENO);
	ck_assert_str_eq(loaded("@-"), "stdin");
	ck_assert_str_eq(extra.path, "standard input");
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	static char big[OPT_EXTRA_MAX + 1];
	char spec[200];

	snprintf(spec, sizeof(spec), "@%s", dir);
	ck_assert_ptr_nonnull(strstr(loaded(spec), ": is no regular file"));
	ck_assert_int_eq(mkfifo(under("fifo"), 0600), 0);
	snprintf(spec, sizeof(spec), "@%s", under("fifo"));
	ck_assert_ptr_nonnull(strstr(loaded(spec), ": is no regular file"));
	memset(big, '#', sizeof(big));
	snprintf(spec, sizeof(spec), "@%s",
	    put("big.ini", big, sizeof(big), 0600));
	ck_assert_ptr_nonnull(
	    strstr(loaded(spec), ": is longer than 65536 bytes"));
	memcpy(big, "[prog]\nwhich=1\n", 15);
	put("big.ini", big, sizeof(big) - 1, 0600);
	ck_assert_str_eq(loaded(spec), "1");
}
END_TEST

/* --- as options ----------------------------------------------------------- */

struct fields {
	bool flag;
	int verbose;
	uint64_t count;
	const char *label;
	struct opt_strings names;
	struct opt_secret secret;
	struct limits limits;
	struct opt_strings extra_opts;
};

static const struct opt options[] = {
	OPT_FLAG('l', "listening", struct fields, flag, "a flag"),
	OPT_TALLY('v', "verbose", struct fields, verbose, "more"),
	OPT_COUNT('n', "count", struct fields, count, "a count", .preset = "3",
	    .max = 9),
	OPT_STRING('e', "label", struct fields, label, "a text",
	    .flags = OPT_IDENTITY),
	OPT_STRINGS(0, "name", struct fields, names, "texts",
	    .preset = "preset", .flags = OPT_IDENTITY),
	OPT_SECRET('C', "community", struct fields, secret, "a secret"),
	OPT_LIMITS("", struct fields, limits, "things"),
	OPT_OTHER(0, "extra-opts", opt_type_extra, struct fields, extra_opts,
	    "a file"),
	OPT_END,
};

static struct fields f;
static struct opt_parsed run;

/* Parses with the file's text in [prog] and the arguments (ends with NULL)
 * behind it. */
static bool
with_file(const char *text, mode_t mode, ...)
{
	const struct opt_target targets[] = { { options, &f, NULL }, { 0 } };
	static char program[] = "prog", words[8][200];
	char *argv[10] = { program, words[0] };
	int argc = 2;
	va_list args;

	put("o.ini", text, strlen(text), mode);
	snprintf(words[0], sizeof(words[0]), "--extra-opts=@%s/o.ini", dir);
	va_start(args, mode);
	for (const char *arg = va_arg(args, const char *); arg;
	     arg = va_arg(args, const char *)) {
		strcpy(words[argc - 1], arg);
		argv[argc] = words[argc - 1];
		argc++;
	}
	va_end(args);
	f = (struct fields){ 0 };
	return opt_parse("prog", targets, argc, argv, &arena, &run, &err);
}

START_TEST(a_file_comes_before_the_command_line)
{
	ck_assert_msg(with_file("[prog]\ncount=5\nn=6\nl=\nverbose=\n"
				"v=\nlabel = from file\nname=a\nw=3\n"
				"critical=~:4\nC=s3cret\n",
			  0600, "--name=b", NULL),
	    "%s", err.text);
	ck_assert_uint_eq(f.count, 6);
	ck_assert(f.flag);
	ck_assert_int_eq(f.verbose, 2);
	ck_assert_str_eq(f.label, "from file");
	ck_assert_uint_eq(f.names.count, 2);
	ck_assert_str_eq(f.names.items[0], "a");
	ck_assert_str_eq(f.names.items[1], "b");
	ck_assert(f.limits.warning.end == 3 && f.limits.critical.end == 4);
	ck_assert_str_eq(f.secret.bytes, "s3cret");
	ck_assert(!f.secret.from_argv);
	ck_assert_str_eq(run.identity.data,
	    "label=from file\nname=a\nname=b\n");
	ck_assert_uint_eq(f.extra_opts.count, 1);

	ck_assert(with_file("[prog]\ncount=5\nlabel=x\n", 0644, "-n7", NULL));
	ck_assert_uint_eq(f.count, 7);
	/* Also when it stands before the option that names the file. */
	ck_assert(
	    with_file("[prog]\ncount=5\n", 0600, "-v", "--count=2", NULL));
	ck_assert_uint_eq(f.count, 2);
}
END_TEST

static const struct {
	const char *text;
	mode_t mode;
	const char *error; /* behind the file's name */
} wrong[] = {
	{ "[prog]\n\ncount=10\n", 0600, " line 3: --count=10: must be 0 to 9" },
	{ "[prog]\nn=x\n", 0600,
	    " line 2: -n x: unexpected x at character 1, expected a "
	    "digit" },
	{ "[prog]\nlable=s3cret\n", 0600,
	    " line 2: unknown option --lable, the nearest is --label" },
	{ "[prog]\nz=1\n", 0600, " line 2: unknown option -z" },
	{ "[prog]\nlistening=yes\n", 0600,
	    " line 2: --listening takes no value" },
	{ "[prog]\ncount=\n", 0600, " line 2: --count needs a value" },
	{ "[prog]\nhelp=\n", 0600,
	    " line 2: --help belongs on the command line" },
	{ "[prog]\nextra-opts=@x\n", 0600,
	    " line 2: --extra-opts belongs on the command line" },
	{ "[prog]\nC=s3cret\n", 0604,
	    " line 2: -C is secret, but everybody may read this file: chmod "
	    "o-r" },
};

START_TEST(errors_name_the_line)
{
	char expected[256];

	ck_assert(!with_file(wrong[_i].text, wrong[_i].mode, NULL));
	snprintf(expected, sizeof(expected), "%s/o.ini%s", dir,
	    wrong[_i].error);
	ck_assert_str_eq(err.text, expected);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

START_TEST(a_missing_file_or_section_is_an_error)
{
	const struct opt_target targets[] = { { options, &f, NULL }, { 0 } };
	char program[] = "prog", option[] = "--extra-opts=@/nonexistent/x";
	char *argv[] = { program, option, NULL };
	char expected[256];

	ck_assert(!opt_parse("prog", targets, 2, argv, &arena, &run, &err));
	ck_assert_str_eq(err.text,
	    "argument 1: --extra-opts=@/nonexistent/x: /nonexistent/x: "
	    "opening it: No such file or directory");
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert(!with_file("[else]\n", 0600, NULL));
	snprintf(expected, sizeof(expected), "%s/o.ini has no section [prog]",
	    dir);
	ck_assert_ptr_nonnull(strstr(err.text, expected));
	ck_assert_int_eq(strncmp(err.text, "argument 1: --extra-opts=", 25), 0);
}
END_TEST

/* The default file, without = and @: the program's own section. */
START_TEST(the_option_alone_takes_the_default_file)
{
	const struct opt_target targets[] = { { options, &f, NULL }, { 0 } };
	char program[] = "prog", option[] = "--extra-opts", count[] = "-n4";
	char *argv[] = { program, option, count, NULL };

	setenv("MP_CONFIG_FILE", put_text("env.ini", "[prog]\nlabel=env\n"), 1);
	f = (struct fields){ 0 };
	ck_assert_msg(opt_parse("prog", targets, 3, argv, &arena, &run, &err),
	    "%s", err.text);
	ck_assert_str_eq(f.label, "env");
	ck_assert_uint_eq(f.count, 4);
}
END_TEST

/* Nothing of the file but what was asked for stays in memory. */
START_TEST(other_sections_are_forgotten)
{
	static const char needle[] = "0ther";

	ck_assert(with_file("[prog]\nlabel=mine\n[x]\nC=0ther\n", 0600, NULL));
	ck_assert_str_eq(f.label, "mine");
	ck_assert_ptr_null(
	    memmem(arena.base, arena.used, needle, sizeof(needle) - 1));
	ck_assert(with_file("[prog]\nC=0ther\n", 0600, NULL));
	ck_assert_str_eq(f.secret.bytes, needle);
	explicit_bzero(f.secret.bytes, f.secret.len);
	ck_assert_ptr_null(
	    memmem(arena.base, arena.used, needle, sizeof(needle) - 1));
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int
main(void)
{
	Suite *suite = suite_create("opt_extra");
	TCase *tcase = tcase_create("opt_extra");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, reads_the_grammar, 0, COUNT(grammar));
	tcase_add_test(tcase, refuses_what_is_no_text);
	tcase_add_test(tcase, looks_in_the_places_in_order);
	tcase_add_test(tcase, reads_a_named_file_or_standard_input);
	tcase_add_test(tcase, refuses_what_is_no_file);
	tcase_add_test(tcase, a_file_comes_before_the_command_line);
	tcase_add_loop_test(tcase, errors_name_the_line, 0, COUNT(wrong));
	tcase_add_test(tcase, a_missing_file_or_section_is_an_error);
	tcase_add_test(tcase, the_option_alone_takes_the_default_file);
	tcase_add_test(tcase, other_sections_are_forgotten);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
