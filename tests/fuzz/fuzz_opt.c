/* SPDX-License-Identifier: ISC */
/* argv from bytes: words end at NUL.  Whatever they are, the parser gives
 * fields or one clean line, and no secret stays in argv. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frame/opt.h"
#include "frame/opt_rows.h"
#include "frame/opt_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS 32

struct fields {
	bool flag;
	int family, verbose, colour;
	uint64_t count, size;
	int64_t wait;
	double percent;
	enum verdict verdict;
	const char *label;
	struct opt_strings names, words, rest;
	struct opt_secret secret;
	struct ip_host host;
	struct opt_hosts peers;
	uint16_t port;
	struct opt_ports ports;
	struct opt_nets nets;
	struct limits limits, half;
};

static const struct opt_word colours[] = { { "red", 1, NULL },
	{ "green", 2, NULL }, { 0 } };

static const struct opt options[] = {
	OPT_FLAG('l', "listening", struct fields, flag, "a"),
	OPT_SET('4', "ipv4", struct fields, family, "b", .value = 4,
	    .flags = OPT_IDENTITY),
	OPT_TALLY('v', "verbose", struct fields, verbose, "c"),
	OPT_COUNT('n', "count", struct fields, count, "d", .preset = "3",
	    .max = 10),
	OPT_DURATION('t', "wait", struct fields, wait, "e", .min = 1),
	OPT_SIZE('s', "size", struct fields, size, "f", .min = 1024),
	OPT_PERCENT('%', "percent", struct fields, percent, "g"),
	OPT_WORD('o', "colour", struct fields, colour, "h", .words = colours),
	OPT_VERDICT('d', "verdict", struct fields, verdict, "i"),
	OPT_STRING('e', "label", struct fields, label, "j",
	    .flags = OPT_IDENTITY),
	OPT_STRINGS('N', "name", struct fields, names, "k",
	    .flags = OPT_IDENTITY),
	OPT_SECRET('C', "community", struct fields, secret, "l"),
	OPT_HOST('H', "hostname", struct fields, host, "m"),
	OPT_HOSTS('P', "peer", struct fields, peers, "n",
	    .flags = OPT_IDENTITY),
	OPT_PORT('p', "port", struct fields, port, "o"),
	OPT_PORTS(0, "ports", struct fields, ports, "p", .preset = "80,443",
	    .flags = OPT_IDENTITY),
	OPT_NETS(0, "net", struct fields, nets, "q", .flags = OPT_IDENTITY),
	OPT_LIMITS("", struct fields, limits, "r", .preset = ",5"),
	OPT_LIMITS("half-open", struct fields, half, "s"),
	OPT_STRINGS(0, "WORD", struct fields, words, "t",
	    .flags = OPT_POSITIONAL),
	OPT_STRINGS(0, "COMMAND", struct fields, rest, "u", .flags = OPT_REST),
	OPT_END,
};

static void
must_be_clean(const char *string)
{
	for (; *string; string++)
		if ((unsigned char)*string < ' ' || *string == '|')
			abort();
}

/* Every value of --community, wherever it stands. */
static void
must_be_hidden(const struct opt_target *targets, int argc, char **argv,
    struct arena *arena)
{
	struct opt_parsed parsed;
	struct opt_rows rows;
	struct opt_item item;
	struct err err;
	struct opt_walk walk = { .rows = &rows,
		.argc = argc,
		.argv = argv,
		.next = 1 };

	if (!opt_rows_make(&rows, targets, &parsed, arena, &err))
		return;
	while (opt_walk_next(&walk, &item))
		if (item.kind == OPT_ITEM_OPTION && item.value &&
		    item.match.row->opt->type->secret &&
		    item.value[strspn(item.value, "*")])
			abort();
}

static int
make_argv(char *bytes, size_t size, char **argv)
{
	static char program[] = "prog";
	int argc = 0;

	argv[argc++] = program;
	for (size_t at = 0; at < size && argc < WORDS;
	     at += strlen(bytes + at) + 1)
		argv[argc++] = bytes + at;
	argv[argc] = NULL;
	return argc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct fields fields = { 0 };
	const struct opt_target targets[] = { { options, &fields, NULL },
		{ 0 } };
	struct opt_parsed parsed;
	struct err err = { 0 };
	char *argv[WORDS + 1];
	char *bytes = malloc(size + 1);
	int argc;

	if (!bytes || (!arena.base && !arena_reserve(&arena, 1 << 22, &err)))
		abort();
	memcpy(bytes, data, size);
	bytes[size] = '\0';
	argc = make_argv(bytes, size, argv);
	arena_reset(&arena);
	if (!opt_parse("prog", targets, argc, argv, &arena, &parsed, &err))
		must_be_clean(err.text);
	else if (parsed.identity.cut)
		abort();
	must_be_hidden(targets, argc, argv, &arena);
	opt_wipe(targets);
	free(bytes);
	return 0;
}
