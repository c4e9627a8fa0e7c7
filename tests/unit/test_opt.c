/* SPDX-License-Identifier: ISC */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame/opt.h"

struct fields {
	bool flag;
	int family;
	int verbose;
	uint64_t count;
	int64_t wait;
	uint64_t size;
	double percent;
	int colour;
	enum verdict verdict;
	const char *label;
	struct opt_strings names;
	const char *path;
	struct opt_secret secret;
	struct ip_host host;
	struct opt_hosts peers;
	uint16_t port;
	struct opt_ports ports;
	struct opt_nets nets;
	struct limits limits, half;
	int64_t untouched;
	struct opt_strings words;
	struct opt_strings rest;
};

static const struct opt_word colours[] = {
	{ "red", 7, NULL },
	{ "green", 8, NULL },
	{ "blue", 9, NULL },
	{ 0 },
};

static const struct opt options[] = {
	OPT_FLAG('l', "listening", struct fields, flag, "a flag",
	    .flags = OPT_IDENTITY),
	OPT_SET('4', "ipv4", struct fields, family, "IPv4", .value = 4,
	    .flags = OPT_IDENTITY),
	OPT_SET('6', "ipv6", struct fields, family, "IPv6", .value = 6,
	    .flags = OPT_IDENTITY),
	OPT_TALLY('v', "verbose", struct fields, verbose, "more"),
	OPT_COUNT('n', "count", struct fields, count, "a count", .preset = "3",
	    .min = 1, .max = 10),
	OPT_DURATION('t', "wait", struct fields, wait, "a time",
	    .preset = "90s", .min = CLOCK_MILLI, .max = 3600 * CLOCK_SECOND),
	OPT_SIZE(0, "size", struct fields, size, "a size", .min = 1024),
	OPT_PERCENT(0, "percent", struct fields, percent, "a share"),
	OPT_WORD(0, "colour", struct fields, colour, "a word", .words = colours,
	    .preset = "green", .flags = OPT_IDENTITY),
	OPT_VERDICT(0, "verdict", struct fields, verdict, "a state"),
	OPT_STRING('e', "label", struct fields, label, "a text",
	    .flags = OPT_IDENTITY),
	OPT_STRINGS(0, "name", struct fields, names, "texts", .preset = "one",
	    .flags = OPT_IDENTITY),
	OPT_FILE('f', "file", struct fields, path, "a path"),
	OPT_SECRET('C', "community", struct fields, secret, "a secret",
	    .flags = OPT_IDENTITY),
	OPT_SECRET_FILE(0, "community-file", struct fields, secret,
	    "a secret in a file"),
	OPT_HOST('H', "hostname", struct fields, host, "a host",
	    .flags = OPT_IDENTITY),
	OPT_HOSTS(0, "peer", struct fields, peers, "hosts",
	    .flags = OPT_IDENTITY),
	OPT_PORT('p', "port", struct fields, port, "a port",
	    .flags = OPT_IDENTITY),
	OPT_PORTS(0, "ports", struct fields, ports, "ports",
	    .flags = OPT_IDENTITY),
	OPT_NETS(0, "net", struct fields, nets, "networks",
	    .flags = OPT_IDENTITY),
	OPT_LIMITS("", struct fields, limits, "things", .preset = "5,"),
	OPT_LIMITS("half-open", struct fields, half, "halves",
	    .flags = OPT_IDENTITY),
	OPT_STRINGS(0, "WORD", struct fields, words, "words",
	    .flags = OPT_POSITIONAL | OPT_IDENTITY),
	OPT_STRINGS(0, "COMMAND", struct fields, rest, "a command",
	    .flags = OPT_REST),
	OPT_END,
};

static struct arena arena;
static struct fields f;
static struct opt_parsed parsed;
static struct err err;
static char words[16][512]; /* argv as the kernel would hold it: writable */
static char *argv[17];

#define ARGS(...) ((const char *const[]){ "prog", __VA_ARGS__, NULL })

static bool
parse_table(const struct opt *table, const char *const *args)
{
	const struct opt_target targets[] = { { table, &f, NULL }, { 0 } };
	int argc = 0;

	for (; args[argc]; argc++) {
		strcpy(words[argc], args[argc]);
		argv[argc] = words[argc];
	}
	argv[argc] = NULL;
	f = (struct fields){ 0 };
	arena_reset(&arena);
	return opt_parse("prog", targets, argc, argv, &arena, &parsed, &err);
}

static bool
parse(const char *const *args)
{
	return parse_table(options, args);
}

static void
must(const char *const *args)
{
	ck_assert_msg(parse(args), "%s: %s", args[1], err.text);
}

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 1 << 22, &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* --- values --------------------------------------------------------------- */

START_TEST(presets_are_parsed_like_values)
{
	must(ARGS(""));
	ck_assert_uint_eq(f.count, 3);
	ck_assert_int_eq(f.wait, 90 * CLOCK_SECOND);
	ck_assert_int_eq(f.colour, 8);
	ck_assert_uint_eq(f.names.count, 1);
	ck_assert_str_eq(f.names.items[0], "one");
	ck_assert(f.limits.warning.set && f.limits.warning.end == 5);
	ck_assert(!f.limits.critical.set && !f.half.warning.set);
	ck_assert_int_eq(parsed.request, OPT_RUN);
	ck_assert_str_eq(parsed.identity.data, "");
}
END_TEST

START_TEST(long_options_take_values_in_both_forms)
{
	must(ARGS("--count=7", "--wait", "5m", "--size=2Ki", "--percent", "20%",
	    "--colour=blue", "--verdict", "Critical", "--label=", "--file",
	    "-x"));
	ck_assert_uint_eq(f.count, 7);
	ck_assert_int_eq(f.wait, 300 * CLOCK_SECOND);
	ck_assert_uint_eq(f.size, 2048);
	ck_assert(f.percent == 20);
	ck_assert_int_eq(f.colour, 9);
	ck_assert_int_eq(f.verdict, VERDICT_CRITICAL);
	ck_assert_str_eq(f.label, "");
	ck_assert_str_eq(f.path, "-x");
}
END_TEST

START_TEST(letters_cluster)
{
	must(ARGS("-4lvvp443", "-n", "2", "-vea=b"));
	ck_assert_int_eq(f.family, 4);
	ck_assert(f.flag);
	ck_assert_int_eq(f.verbose, 3);
	ck_assert_uint_eq(f.port, 443);
	ck_assert_uint_eq(f.count, 2);
	ck_assert_str_eq(f.label, "a=b");
}
END_TEST

START_TEST(the_last_value_wins)
{
	must(ARGS("-4", "-6", "--count=2", "-n4", "--community=a", "-Cbc"));
	ck_assert_int_eq(f.family, 6);
	ck_assert_uint_eq(f.count, 4);
	ck_assert_str_eq(f.secret.bytes, "bc");
}
END_TEST

START_TEST(lists_grow_and_replace_their_preset)
{
	must(ARGS("--name=a", "--name", "b", "--ports=443,https,8000-8010",
	    "--ports", "53", "--net=10.0.0.0/8,2001:db8::/32", "--net=::1"));
	ck_assert_uint_eq(f.names.count, 2);
	ck_assert_str_eq(f.names.items[0], "a");
	ck_assert_str_eq(f.names.items[1], "b");
	ck_assert_uint_eq(f.ports.count, 4);
	ck_assert_uint_eq(f.ports.items[1].first, 443);
	ck_assert_uint_eq(f.ports.items[2].first, 8000);
	ck_assert_uint_eq(f.ports.items[2].last, 8010);
	ck_assert_uint_eq(f.ports.items[3].last, 53);
	ck_assert_uint_eq(f.nets.count, 3);
	ck_assert_uint_eq(f.nets.items[0].length, 8);
	ck_assert_uint_eq(f.nets.items[1].address.family, IP_V6);
	ck_assert_uint_eq(f.nets.items[2].length, 128);
}
END_TEST

START_TEST(a_dash_may_be_part_of_a_service_name)
{
	must(ARGS("--ports=http-alt,iso-tsap"));
	ck_assert_uint_eq(f.ports.count, 2);
	ck_assert_uint_eq(f.ports.items[0].first, 8080);
	ck_assert_uint_eq(f.ports.items[1].last, 102);
	must(ARGS("--ports=http-http-alt"));
	ck_assert_uint_eq(f.ports.count, 1);
	ck_assert_uint_eq(f.ports.items[0].first, 80);
	ck_assert_uint_eq(f.ports.items[0].last, 8080);
}
END_TEST

START_TEST(long_lists_keep_every_item)
{
	char list[500] = "1";

	for (int i = 2; i <= 120; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
		    ",%d", i);
	must(ARGS("--ports", list, "--ports", list));
	ck_assert_uint_eq(f.ports.count, 240);
	for (unsigned i = 0; i < 240; i++)
		ck_assert_uint_eq(f.ports.items[i].first, i % 120 + 1);
}
END_TEST

START_TEST(limits_are_pairs)
{
	must(ARGS("-w", "-5:5", "-c10", "--half-open-warning=~:3",
	    "--half-open-critical", "@1:2"));
	ck_assert(f.limits.warning.start == -5 && f.limits.warning.end == 5);
	ck_assert(f.limits.critical.end == 10);
	ck_assert(f.half.warning.end == 3 && !f.half.warning.inside);
	ck_assert(f.half.critical.inside && f.half.critical.start == 1);
	must(ARGS("--warning=1", "--critical=2"));
	ck_assert(f.limits.warning.end == 1 && f.limits.critical.end == 2);
}
END_TEST

START_TEST(hosts_are_names_or_addresses)
{
	must(ARGS("-H", "r1.example.net", "--peer=[2001:db8::7]",
	    "--peer=192.0.2.1"));
	ck_assert_str_eq(f.host.name, "r1.example.net");
	ck_assert_uint_eq(f.host.address.family, IP_NONE);
	ck_assert_uint_eq(f.peers.count, 2);
	ck_assert_str_eq(f.peers.items[0].name, "2001:db8::7");
	ck_assert_uint_eq(f.peers.items[0].address.family, IP_V6);
	ck_assert_str_eq(f.peers.items[1].name, "192.0.2.1");
	ck_assert_uint_eq(f.peers.items[1].address.family, IP_V4);
}
END_TEST

START_TEST(words_are_no_options)
{
	must(ARGS("a", "", "-", "-v", "b", "--", "", "-v", "--help", "--"));
	ck_assert_uint_eq(f.words.count, 3);
	ck_assert_str_eq(f.words.items[0], "a");
	ck_assert_str_eq(f.words.items[1], "-");
	ck_assert_str_eq(f.words.items[2], "b");
	ck_assert_int_eq(f.verbose, 1);
	ck_assert_uint_eq(f.rest.count, 4);
	ck_assert_str_eq(f.rest.items[0], "");
	ck_assert_str_eq(f.rest.items[1], "-v");
	ck_assert_str_eq(f.rest.items[2], "--help");
	ck_assert_str_eq(f.rest.items[3], "--");
	ck_assert_int_eq(parsed.request, OPT_RUN);
}
END_TEST

START_TEST(without_a_rest_row_dashes_end_the_options)
{
	static const struct opt table[] = {
		OPT_HOSTS(0, "HOST", struct fields, peers, "hosts",
		    .flags = OPT_POSITIONAL | OPT_REQUIRED),
		OPT_END,
	};

	ck_assert(parse_table(table, ARGS("a", "--", "b", "")));
	ck_assert_uint_eq(f.peers.count, 2);
	ck_assert(!parse_table(table, ARGS("--", "-b")));
	ck_assert_str_eq(err.text,
	    "argument 2: -b: must not begin with a dash");
	ck_assert(!parse_table(table, ARGS("")));
	ck_assert_str_eq(err.text, "HOST is required");
}
END_TEST

/* --- requests ------------------------------------------------------------- */

static const struct {
	const char *args[8];
	enum opt_request request;
	const char *describe;
} requests[] = {
	{ { "prog", "-h" }, OPT_HELP, NULL },
	{ { "prog", "--help" }, OPT_HELP, NULL },
	{ { "prog", "-V" }, OPT_VERSION, NULL },
	{ { "prog", "--version", "-h" }, OPT_HELP, NULL },
	{ { "prog", "--describe=json", "-V" }, OPT_VERSION, "json" },
	{ { "prog", "--describe", "mdoc" }, OPT_DESCRIBE, "mdoc" },
	/* Help wins over everything that is wrong. */
	{ { "prog", "--nonsense", "-p", "x", "-vh" }, OPT_HELP, NULL },
	{ { "prog", "-H", "-h" }, OPT_HELP, NULL },
	{ { "prog", "-n", "0", "--verbose=1", "-h" }, OPT_HELP, NULL },
	/* A value is a value. */
	{ { "prog", "-e", "-h" }, OPT_RUN, NULL },
	{ { "prog", "-eh", "--label", "--help" }, OPT_RUN, NULL },
	{ { "prog", "--", "-h" }, OPT_RUN, NULL },
};

START_TEST(requests_win)
{
	must((const char *const *)requests[_i].args);
	ck_assert_int_eq(parsed.request, requests[_i].request);
	if (requests[_i].describe)
		ck_assert_str_eq(parsed.describe, requests[_i].describe);
	else
		ck_assert_ptr_null(parsed.describe);
}
END_TEST

/* --- errors --------------------------------------------------------------- */

static const struct {
	const char *args[8];
	const char *text;
} errors[] = {
	{ { "prog", "--prot=1" },
	    "argument 1: unknown option --prot, the nearest is --port" },
	{ { "prog", "-v", "--colors", "red" },
	    "argument 2: unknown option --colors, the nearest is --colour" },
	{ { "prog", "--half-open-critcal=1" },
	    "argument 1: unknown option --half-open-critcal, the nearest is "
	    "--half-open-critical" },
	{ { "prog", "--warn=1" },
	    "argument 1: unknown option --warn, the nearest is --warning" },
	{ { "prog", "--lable=s3cret" },
	    "argument 1: unknown option --lable, the nearest is --label" },
	{ { "prog", "--zzzzzzzz" }, "argument 1: unknown option --zzzzzzzz" },
	{ { "prog", "-vx" }, "argument 1: unknown option -x" },
	{ { "prog", "---" }, "argument 1: unknown option ---" },
	{ { "prog", "--=5" }, "argument 1: unknown option --" },
	{ { "prog", "--a|b\n" }, "argument 1: unknown option --a/b" },
	{ { "prog", "--WORD=5" }, "argument 1: unknown option --WORD" },
	{ { "prog", "-v", "--port" }, "argument 2: --port needs a value" },
	{ { "prog", "-vp" }, "argument 1: -p needs a value" },
	{ { "prog", "--verbose=3" }, "argument 1: --verbose takes no value" },
	{ { "prog", "-v=3" }, "argument 1: -v takes no value" },
	{ { "prog", "--count=0" }, "argument 1: --count=0: must be 1 to 10" },
	{ { "prog", "-n", "11" }, "argument 2: -n 11: must be 1 to 10" },
	{ { "prog", "-n1x" },
	    "argument 1: -n 1x: unexpected x at character 2, expected digits "
	    "only" },
	{ { "prog", "--count=" },
	    "argument 1: --count=: empty, expected a digit" },
	{ { "prog", "--wait", "2h" },
	    "argument 2: --wait=2h: must be 1ms to 1h" },
	{ { "prog", "--wait=0" }, "argument 1: --wait=0: must be 1ms to 1h" },
	{ { "prog", "--size=1000" },
	    "argument 1: --size=1000: must be at least 1Ki" },
	{ { "prog", "--colour=pink" },
	    "argument 1: --colour=pink: must be one of red, green, blue" },
	{ { "prog", "--verdict=4" },
	    "argument 1: --verdict=4: must be ok, warning, critical, unknown "
	    "or 0 to 3" },
	{ { "prog", "-f", "" }, "argument 2: -f : must not be empty" },
	{ { "prog", "--community=" },
	    "argument 1: --community=(not shown): must not be empty" },
	{ { "prog", "--community-file=" },
	    "argument 1: --community-file=: must not be empty" },
	{ { "prog", "-H", "-v" },
	    "argument 2: -H -v: must not begin with a dash" },
	{ { "prog", "--peer=-v" },
	    "argument 1: --peer=-v: must not begin with a dash" },
	{ { "prog", "-p", "70000" },
	    "argument 2: -p 70000: a port is 1 to 65535" },
	{ { "prog", "--port=0" },
	    "argument 1: --port=0: a port is 1 to 65535" },
	{ { "prog", "--port=nosuch" },
	    "argument 1: --port=nosuch: no port number, and no service of "
	    "that name" },
	{ { "prog", "--ports=22,9-8" },
	    "argument 1: --ports=22,9-8: range 9-8 is reversed: use 8-9" },
	{ { "prog", "--ports=1-70000" },
	    "argument 1: --ports=1-70000: a port is 1 to 65535" },
	{ { "prog", "--ports=22,,80" },
	    "argument 1: --ports=22,,80: nothing at character 4" },
	{ { "prog", "--ports=" },
	    "argument 1: --ports=: nothing at "
	    "character 1" },
	{ { "prog", "--net=10.0.0.1/8" },
	    "argument 1: --net=10.0.0.1/8: 10.0.0.1/8 has host bits set: use "
	    "10.0.0.0/8" },
	{ { "prog", "-w", "2:1" },
	    "argument 2: -w 2:1: start 2 at character 1 is above end 1: use "
	    "1:2" },
	{ { "prog", "--half-open-critical=" },
	    "argument 1: --half-open-critical=: empty, expected a range such "
	    "as 10, 10:20, ~:10 or @10:20" },
};

START_TEST(errors_name_option_value_and_place)
{
	ck_assert(!parse((const char *const *)errors[_i].args));
	ck_assert_str_eq(err.text, errors[_i].text);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

START_TEST(what_is_required_is_missed_by_name)
{
	static const struct {
		struct opt table[2];
		const char *text;
	} cases[] = {
		{ { OPT_HOST('H', "hostname", struct fields, host, "a host",
		      .flags = OPT_REQUIRED) },
		    "-H or --hostname is required" },
		{ { OPT_LIMITS("", struct fields, limits, "things",
		      .flags = OPT_REQUIRED) },
		    "-w or --warning or -c or --critical is required" },
		{ { OPT_STRINGS(0, "COMMAND", struct fields, rest, "a command",
		      .flags = OPT_REST | OPT_REQUIRED) },
		    "-- COMMAND is required" },
	};

	ck_assert(!parse_table(cases[_i].table, ARGS("")));
	ck_assert_str_eq(err.text, cases[_i].text);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

START_TEST(a_word_without_a_place_is_refused)
{
	static const struct opt none[] = { OPT_END };
	static const struct opt one[] = {
		OPT_STRING(0, "TARGET", struct fields, label, "one",
		    .flags = OPT_POSITIONAL),
		OPT_END,
	};

	ck_assert(parse_table(none, ARGS("", "")));
	ck_assert(!parse_table(none, ARGS("", "a`b")));
	ck_assert_str_eq(err.text, "argument 2: unexpected word a_b");
	ck_assert(parse_table(one, ARGS("", "a", "")));
	ck_assert_str_eq(f.label, "a");
	ck_assert(!parse_table(one, ARGS("a", "b")));
	ck_assert_str_eq(err.text, "argument 2: unexpected word b");
}
END_TEST

START_TEST(who_left_an_option_out_is_told_which)
{
	static const struct opt guess[] = {
		OPT_STRING('e', "label", struct fields, label, "a text",
		    .flags = OPT_GUESS),
		OPT_STRINGS(0, "COMMAND", struct fields, rest, "a command",
		    .flags = OPT_REST),
		OPT_END,
	};
	static const struct opt rest[] = {
		OPT_STRINGS(0, "COMMAND", struct fields, rest, "a command",
		    .flags = OPT_REST),
		OPT_END,
	};

	ck_assert(!parse_table(guess, ARGS("a")));
	ck_assert_str_eq(err.text,
	    "argument 1: unexpected word a: is --label missing before it?");
	ck_assert(parse_table(guess, ARGS("", "--", "a")));
	ck_assert(!parse_table(rest, ARGS("a", "-x")));
	ck_assert_str_eq(err.text,
	    "argument 1: unexpected word a: is -- missing before it?");
}
END_TEST

START_TEST(options_of_other_programs_are_translated)
{
	static const char *const habits[] = { "-H", "-e LABEL", "--host",
		"-e LABEL", NULL };
	static const struct opt table[] = {
		OPT_STRING('e', "label", struct fields, label, "a text"),
		OPT_STRING(0, "hosts", struct fields, path, "the nearest"),
		OPT_END,
	};
	static char prog[] = "prog", letter[] = "-H", host[] = "--host=x";
	const struct opt_target targets[] = { { table, &f, habits }, { 0 } };
	char *with_letter[] = { prog, letter, NULL };
	char *with_name[] = { prog, host, NULL };

	ck_assert(
	    !opt_parse("prog", targets, 2, with_letter, &arena, &parsed, &err));
	ck_assert_str_eq(err.text,
	    "argument 1: unknown option -H, here it is -e LABEL");
	ck_assert(
	    !opt_parse("prog", targets, 2, with_name, &arena, &parsed, &err));
	ck_assert_str_eq(err.text,
	    "argument 1: unknown option --host, here it is -e LABEL");
}
END_TEST

/* A message is one clean line, however long the value. */
START_TEST(a_wrong_value_is_cleaned_and_cut)
{
	char value[300];

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	value[1] = '|';
	value[2] = '\n';
	ck_assert(!parse(ARGS("--port", value)));
	ck_assert_ptr_nonnull(strstr(err.text, "--port=x/ xxx"));
	ck_assert_ptr_nonnull(strstr(err.text, "...: no port number"));
	ck_assert_ptr_null(strpbrk(err.text, "|\n"));
	ck_assert(!parse(ARGS("--net", "1.2.3|4\n")));
	ck_assert_ptr_null(strpbrk(err.text, "|\n"));
}
END_TEST

START_TEST(a_full_arena_is_an_error)
{
	const struct opt_target targets[] = { { options, &f, NULL }, { 0 } };
	char many[400];
	char *args[] = { words[0], words[1], NULL };
	struct arena small;

	memset(many, 0, sizeof(many));
	for (size_t i = 0; i + 2 < sizeof(many); i += 2)
		memcpy(many + i, "1,", 2);
	many[strlen(many) - 1] = '\0';
	snprintf(words[1], sizeof(words[1]), "--ports=%s", many);
	ck_assert(arena_reserve(&small, 4096, &err));
	ck_assert(!opt_parse("prog", targets, 2, args, &small, &parsed, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "no memory left"));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	arena_free(&small);
}
END_TEST

/* --- secrets -------------------------------------------------------------- */

START_TEST(secrets_leave_argv)
{
	must(ARGS("--community=s3cret", "-C", "n3w", "-vCl4st"));
	ck_assert_str_eq(argv[1], "--community=******");
	ck_assert_str_eq(argv[3], "***");
	ck_assert_str_eq(argv[4], "-vC****");
	ck_assert_str_eq(f.secret.bytes, "l4st");
	ck_assert_uint_eq(f.secret.len, 4);
	ck_assert(f.secret.from_argv);
	ck_assert_str_eq(parsed.identity.data, "");
}
END_TEST

START_TEST(secrets_leave_argv_after_an_error_too)
{
	ck_assert(!parse(ARGS("--nonsense", "-C", "s3cret")));
	ck_assert_str_eq(argv[3], "******");
	must(ARGS("-h", "-C", "s3cret"));
	ck_assert_str_eq(argv[3], "******");
}
END_TEST

START_TEST(secrets_can_be_wiped)
{
	const struct opt_target targets[] = { { options, &f, NULL }, { 0 } };
	char *bytes;

	must(ARGS("-C", "s3cret"));
	bytes = f.secret.bytes;
	opt_wipe(targets);
	ck_assert_ptr_null(f.secret.bytes);
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(bytes[i], 0);
}
END_TEST

static char dir[] = "/tmp/test_opt.XXXXXX";

static const char *
put_file(const char *bytes, size_t len, mode_t mode)
{
	static char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/secret", dir);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static const char *
refusal(const char *path)
{
	const char *reason;

	ck_assert(!parse(ARGS("--community-file", path)));
	ck_assert_ptr_null(f.secret.bytes);
	reason = strstr(err.text, "secret: ");
	return reason ? reason + 8 : err.text;
}

START_TEST(secret_files_are_read_and_doubted)
{
	static char big[4097];
	char link[64];
	const char *path;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	must(ARGS("--community-file", put_file("a b\n\n", 5, 0600)));
	ck_assert_uint_eq(f.secret.len, 4);
	ck_assert_str_eq(f.secret.bytes, "a b\n");
	ck_assert(!f.secret.from_argv);
	memset(big, 'x', sizeof(big));
	must(ARGS("--community-file", put_file(big, 4096, 0400)));
	ck_assert_uint_eq(f.secret.len, 4096);

	ck_assert_str_eq(refusal(put_file(big, 4097, 0600)),
	    "is longer than 4096 bytes");
	ck_assert_str_eq(refusal(put_file("\n", 1, 0600)), "is empty");
	ck_assert_str_eq(refusal(put_file("", 0, 0600)), "is empty");
	ck_assert_str_eq(refusal(put_file("x", 1, 0640)),
	    "is open to others (mode 0640): chmod 600 it");
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_str_eq(refusal(put_file("x", 1, 0604)),
	    "is open to others (mode 0604): chmod 600 it");
	path = put_file("x", 1, 0600);
	snprintf(link, sizeof(link), "%s/my-secret", dir);
	ck_assert_int_eq(symlink(path, link), 0);
	ck_assert_str_eq(refusal(link), "is a symbolic link");
	unlink(link);
	ck_assert_int_eq(mkfifo(link, 0600), 0);
	ck_assert_str_eq(refusal(link), "is no regular file");
	unlink(link);
	ck_assert_str_eq(refusal(link),
	    "opening it: No such file or directory");
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(path, 12345, 12345), 0);
		ck_assert_str_eq(refusal(path),
		    "belongs to user 12345: a secret file must belong to root "
		    "or to user 0, who runs this");
	}
	unlink(path);
	rmdir(dir);
}
END_TEST

/* --- identity ------------------------------------------------------------- */

static const char *
identity(const char *const *args)
{
	static char last[65536];

	must(args);
	ck_assert(!parsed.identity.cut);
	snprintf(last, sizeof(last), "%s", parsed.identity.data);
	return last;
}

START_TEST(identity_is_what_was_set)
{
	ck_assert_str_eq(identity(ARGS("--label=x", "-l", "--ports=1,2",
			     "--name=b", "--name=a", "--ports=3")),
	    "listening=\nlabel=x\nname=b\nname=a\nports=1,2\nports=3\n");
	ck_assert_str_eq(identity(ARGS("-4", "-6")), "ipv6=\n");
	ck_assert_str_eq(identity(ARGS("-6", "-4")), "ipv4=\n");
	ck_assert_str_eq(identity(ARGS("-ea", "--label=b")), "label=b\n");
	ck_assert_str_eq(
	    identity(ARGS("--half-open-warning=1", "--half-open-critical=2",
		"--half-open-warning=3")),
	    "half-open-critical=2\nhalf-open-warning=3\n");
	/* Neither thresholds nor times nor secrets say what is measured. */
	ck_assert_str_eq(
	    identity(ARGS("-w1", "-c2", "-t5", "-vv", "-Cx", "-n", "3")), "");
}
END_TEST

static bool
parse_url(const struct opt_value *value, void *field, struct err *e)
{
	(void)value;
	(void)field;
	(void)e;
	return true;
}

static bool
is_veiled(const char *string)
{
	return strchr(string, '@') != NULL;
}

/* An identity is written into the state store. */
START_TEST(an_identity_holds_no_password)
{
	static const struct opt_type type = { .metavar = "URL",
		.repeats = true,
		.veiled = is_veiled,
		.parse = parse_url };
	static const struct opt table[] = {
		OPT_OTHER('u', "url", type, struct fields, flag, "a URL",
		    .flags = OPT_IDENTITY),
		OPT_END,
	};
	static const struct {
		const char *url, *identity;
	} cases[] = {
		{ "http://a.b/c", "url=http://a.b/c\n" },
		{ "http://me:secret@a.b/c", "url=http://@a.b/c\n" },
		{ "http://me:se@cret@a.b:80/c@d", "url=http://@a.b:80/c@d\n" },
		{ "http://me:secret@a.b?c@d", "url=http://@a.b?c@d\n" },
		{ "me:secret@a.b", "url=\n" },
		{ "//a.b/me@secret", "url=\n" },
		{ "me:secret@a.b//c@d", "url=\n" },
		{ "Cookie: id=secret; from=http://a@b", "url=\n" },
		{ "socks5h://me:secret@a.b", "url=socks5h://@a.b\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert(parse_table(table, ARGS("-u", cases[i].url)));
		ck_assert_str_eq(parsed.identity.data, cases[i].identity);
	}
}
END_TEST

START_TEST(identities_differ_when_settings_do)
{
	static const char *const settings[][4] = {
		{ "prog", "--label=a\nname=b", NULL },
		{ "prog", "--label=a", "--name=b", NULL },
		{ "prog", "--label=a\\x0aname=b", NULL },
		{ "prog", "--label=a\\nname=b", NULL },
		{ "prog", "--label=a", NULL },
		{ "prog", "--label=", NULL },
		{ "prog", "--name=a", "--name=b", NULL },
		{ "prog", "--name=b", "--name=a", NULL },
		{ "prog", "--name=a\n", "--name=b", NULL },
		{ "prog", "--name=a\nname=b", NULL },
		{ "prog", "-4", NULL },
		{ "prog", "-6", NULL },
		{ "prog", "-l", NULL },
		{ "prog", "--colour=red", NULL },
		{ "prog", "--colour=green", NULL },
		{ "prog", "", NULL },
	};
	const size_t n = sizeof(settings) / sizeof(settings[0]);
	char texts[sizeof(settings) / sizeof(settings[0])][128];

	for (size_t i = 0; i < n; i++) {
		strcpy(texts[i], identity(settings[i]));
		for (size_t j = 0; j < i; j++)
			ck_assert_msg(strcmp(texts[i], texts[j]) != 0,
			    "%s and %s", settings[i][1], settings[j][1]);
	}
}
END_TEST

/* Cut, two long settings that differ at their ends would be one. */
START_TEST(a_long_identity_is_whole)
{
	const char *args[14] = { "prog" };
	char value[500];

	memset(value, '\1', sizeof(value) - 1); /* four bytes each, escaped */
	memcpy(value, "--name=", 7);
	value[sizeof(value) - 1] = '\0';
	for (int i = 1; i <= 12; i++)
		args[i] = value;
	ck_assert_uint_eq(strlen(identity(args)),
	    12 * (5 + 4 * (sizeof(value) - 1 - 7) + 1));
}
END_TEST

/* --- tables --------------------------------------------------------------- */

static const char *
verdict_on(const struct opt *table)
{
	const struct opt_target targets[] = { { table, &f, NULL }, { 0 } };

	f = (struct fields){ 0 };
	arena_reset(&arena);
	err.text[0] = '\0';
	return opt_check(targets, &arena, &err) ? "" : err.text;
}

START_TEST(unsound_tables_are_found)
{
	static const struct {
		struct opt table[3];
		const char *text;
	} cases[] = {
		{ { OPT_FLAG(0, "same", struct fields, flag, "a"),
		      OPT_FLAG(0, "same", struct fields, flag, "b") },
		    "--same: twice" },
		{ { OPT_FLAG('a', "first", struct fields, flag, "a"),
		      OPT_FLAG('a', "other", struct fields, flag, "b") },
		    "-a: twice" },
		{ { OPT_FLAG('w', "wide", struct fields, flag, "a"),
		      OPT_LIMITS("", struct fields, limits, "b") },
		    "-w: twice" },
		{ { OPT_FLAG('h', "here", struct fields, flag, "a") },
		    "-h: twice" },
		{ { OPT_FLAG(0, "version", struct fields, flag, "a") },
		    "--version: twice" },
		{ { OPT_LIMITS("xy", struct fields, limits, "a"),
		      OPT_COUNT(0, "xy-critical", struct fields, count, "b") },
		    "--xy-critical: twice" },
		{ { OPT_COUNT(0, "count", struct fields, count, "a",
		      .preset = "5", .max = 4) },
		    "preset of count: must be 0 to 4" },
		{ { OPT_FLAG(0, "Upper", struct fields, flag, "a") },
		    "bad name: Upper" },
		{ { OPT_FLAG(0, "full", struct fields, flag, "Stop.") },
		    "full: bad help" },
		{ { OPT_WORD(0, "word", struct fields, colour, "a") },
		    "word: no words" },
		{ { OPT_HOST('H', "hostname", struct fields, host, "a",
		      .flags = OPT_REQUIRED | OPT_IDENTITY) },
		    "" },
		/* Or all hosts would share one memory. */
		{ { OPT_HOST('H', "hostname", struct fields, host, "a",
		      .flags = OPT_GUESS) },
		    "hostname: not part of the identity" },
		{ { OPT_HOSTS(0, "peer", struct fields, peers, "a"),
		      OPT_HOSTS(0, "PEER", struct fields, peers, "b",
			  .flags = OPT_POSITIONAL | OPT_IDENTITY) },
		    "peer: not part of the identity" },
	};

	ck_assert_str_eq(verdict_on(options), "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(verdict_on(cases[i].table), cases[i].text);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int
main(void)
{
	Suite *suite = suite_create("opt");
	TCase *tcase = tcase_create("opt");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, presets_are_parsed_like_values);
	tcase_add_test(tcase, long_options_take_values_in_both_forms);
	tcase_add_test(tcase, letters_cluster);
	tcase_add_test(tcase, the_last_value_wins);
	tcase_add_test(tcase, lists_grow_and_replace_their_preset);
	tcase_add_test(tcase, a_dash_may_be_part_of_a_service_name);
	tcase_add_test(tcase, long_lists_keep_every_item);
	tcase_add_test(tcase, limits_are_pairs);
	tcase_add_test(tcase, hosts_are_names_or_addresses);
	tcase_add_test(tcase, words_are_no_options);
	tcase_add_test(tcase, without_a_rest_row_dashes_end_the_options);
	tcase_add_loop_test(tcase, requests_win, 0, COUNT(requests));
	tcase_add_loop_test(tcase, errors_name_option_value_and_place, 0,
	    COUNT(errors));
	tcase_add_loop_test(tcase, what_is_required_is_missed_by_name, 0, 3);
	tcase_add_test(tcase, a_word_without_a_place_is_refused);
	tcase_add_test(tcase, who_left_an_option_out_is_told_which);
	tcase_add_test(tcase, options_of_other_programs_are_translated);
	tcase_add_test(tcase, a_wrong_value_is_cleaned_and_cut);
	tcase_add_test(tcase, a_full_arena_is_an_error);
	tcase_add_test(tcase, secrets_leave_argv);
	tcase_add_test(tcase, secrets_leave_argv_after_an_error_too);
	tcase_add_test(tcase, secrets_can_be_wiped);
	tcase_add_test(tcase, secret_files_are_read_and_doubted);
	tcase_add_test(tcase, identity_is_what_was_set);
	tcase_add_test(tcase, an_identity_holds_no_password);
	tcase_add_test(tcase, identities_differ_when_settings_do);
	tcase_add_test(tcase, a_long_identity_is_whole);
	tcase_add_test(tcase, unsound_tables_are_found);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
