/* SPDX-License-Identifier: ISC */
/*
 * opt: one constant table per program is the parser, --help, the man page's
 * OPTIONS, the bash completion and the Icinga 2 CheckCommand.
 *
 * A row names an option, its type and the field of the program's options
 * struct that it fills.  A type is a parser and a placeholder, so a check with
 * an unusual value (`RTA,LOSS%`) brings a type of its own and edits nothing
 * here.  Presets are texts parsed by the same parser: what the help says is
 * what happens.
 */
#ifndef FRAME_OPT_H
#define FRAME_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/ip.h"
#include "model/limits.h"

struct opt;

/* One value on its way into a field. */
struct opt_value {
	const struct opt *opt;
	const char *text;    /* NULL for an option without a value */
	bool critical;	     /* which half of a limits pair */
	bool from_argv;	     /* false: from a preset or a file */
	struct arena *arena; /* for what must outlive argv */
	/* Whoever reads more than the text tells puts here what stands for it
	 * in the identity.  NULL: nobody asks. */
	const char **identity;
};

struct opt_type {
	const char *metavar; /* NULL: the option takes no value */
	bool pair;	     /* limits: --NAME-warning and --NAME-critical */
	bool repeats;	     /* may be given more than once */
	bool optional;	     /* --x and --x=v are fine, --x v is not */
	bool host_like;	     /* a value that begins with '-' is refused */
	bool secret;	     /* its value is wiped from argv */
	/* Does this value hold a secret, as a URL with a password does?  May be
	 * NULL: `secret` says it for all values. */
	bool (*veiled)(const char *text);
	/* Fills the field.  On false *err says what is wrong with the value,
	 * without naming the option: opt_parse adds name and position. */
	bool (*parse)(const struct opt_value *value, void *field,
	    struct err *err);
};

/* The words of an enumeration; ends with a NULL word. */
struct opt_word {
	const char *word;
	int value;
	const char *help; /* for the man page; may be NULL */
};

enum opt_flags {
	/* Part of what is measured: a run with another value has another
	 * memory in the state store. */
	OPT_IDENTITY = 1 << 0,
	OPT_REQUIRED = 1 << 1,
	/* Words that are no options, in their order; `name` is the
	 * placeholder.  One such row a table; repeats when its type does. */
	OPT_POSITIONAL = 1 << 2,
	/* Everything after "--" goes to this row, unparsed (a command). */
	OPT_REST = 1 << 3,
	/* What a word that stands alone was most probably meant for: named to
	 * who left the option out.  One such row a program, where no row is
	 * positional. */
	OPT_GUESS = 1 << 4,
};

struct opt {
	char letter;	  /* 0: long form only */
	const char *name; /* without dashes; NULL ends the table */
	const struct opt_type *type;
	size_t offset;	  /* of the field in the options struct */
	const char *help; /* lower case, no full stop */
	/* As a user would type it; NULL: zeroed field.  For limits both halves,
	 * "WARNING,CRITICAL", of which one may be empty. */
	const char *preset;
	const char *metavar;	      /* NULL: the type's */
	const struct opt_word *words; /* opt_type_word, opt_type_choice */
	int value;		      /* opt_type_set: stored when given */
	uint64_t min, max; /* counts, sizes, durations (ns); max 0: none */
	unsigned flags;
};

/* Values that an option may fill.  In brackets: the field. */
extern const struct opt_type opt_type_flag;	   /* [bool] */
extern const struct opt_type opt_type_set;	   /* [int] = opt->value */
extern const struct opt_type opt_type_tally;	   /* [int] + 1 each time */
extern const struct opt_type opt_type_count;	   /* [uint64_t] min..max */
extern const struct opt_type opt_type_duration;	   /* [int64_t] ns, min..max */
extern const struct opt_type opt_type_size;	   /* [uint64_t] bytes */
extern const struct opt_type opt_type_percent;	   /* [double] 0..100 */
extern const struct opt_type opt_type_word;	   /* [int] from words */
extern const struct opt_type opt_type_choice;	   /* [int] from words, without
						      a value the first */
extern const struct opt_type opt_type_verdict;	   /* [enum verdict] */
extern const struct opt_type opt_type_string;	   /* [const char *] */
extern const struct opt_type opt_type_strings;	   /* [struct opt_strings] */
extern const struct opt_type opt_type_file;	   /* [const char *] a path */
extern const struct opt_type opt_type_secret;	   /* [struct opt_secret] the
						      secret itself, on argv */
extern const struct opt_type opt_type_secret_file; /* [struct opt_secret]
						      read from PATH */
extern const struct opt_type opt_type_host;	   /* [struct ip_host] */
extern const struct opt_type opt_type_hosts;	   /* [struct opt_hosts] */
extern const struct opt_type opt_type_port;   /* [uint16_t] number or name */
extern const struct opt_type opt_type_ports;  /* [struct opt_ports] */
extern const struct opt_type opt_type_nets;   /* [struct opt_nets] */
extern const struct opt_type opt_type_limits; /* [struct limits] */
extern const struct opt_type opt_type_extra;  /* [struct opt_strings] the rows
						 of --extra-opts; the parser
						 reads the files */

struct opt_strings {
	size_t count;
	const char **items;
	size_t capacity;
};

struct opt_hosts {
	size_t count;
	struct ip_host *items;
	size_t capacity;
};

struct opt_port_range {
	uint16_t first, last; /* host order, first <= last */
};

struct opt_ports { /* 443, https, 8000-8010; commas or repeated */
	size_t count;
	struct opt_port_range *items;
	size_t capacity;
};

struct opt_nets { /* ADDRESS or CIDR; commas or repeated */
	size_t count;
	struct ip_net *items;
	size_t capacity;
};

/* Bytes that must never be shown.  Wiped by opt_wipe; the path stays. */
struct opt_secret {
	size_t len;
	char *bytes;	  /* also NUL-terminated; NULL when not given */
	bool from_argv;	  /* true: it could be seen by others */
	const char *path; /* of its file, or NULL */
};

/*
 * Rows are written with these: OPT_FLAG('l', "listening", struct opts,
 * listening, "..."), then any designated initialiser after the help:
 * OPT_COUNT(0, "top", struct opts, top, "...", .preset = "10", .max = 1000).
 */
#define OPT_ROW(letter_, name_, type_, struct_, field_, ...)                   \
	{                                                                      \
		.letter = (letter_), .name = (name_),                          \
		.type = &opt_type_##type_,                                     \
		.offset = offsetof(struct_, field_), .help = __VA_ARGS__       \
	}
#define OPT_FLAG(l, n, s, f, ...) OPT_ROW(l, n, flag, s, f, __VA_ARGS__)
#define OPT_SET(l, n, s, f, ...) OPT_ROW(l, n, set, s, f, __VA_ARGS__)
#define OPT_TALLY(l, n, s, f, ...) OPT_ROW(l, n, tally, s, f, __VA_ARGS__)
#define OPT_COUNT(l, n, s, f, ...) OPT_ROW(l, n, count, s, f, __VA_ARGS__)
#define OPT_DURATION(l, n, s, f, ...) OPT_ROW(l, n, duration, s, f, __VA_ARGS__)
#define OPT_SIZE(l, n, s, f, ...) OPT_ROW(l, n, size, s, f, __VA_ARGS__)
#define OPT_PERCENT(l, n, s, f, ...) OPT_ROW(l, n, percent, s, f, __VA_ARGS__)
#define OPT_WORD(l, n, s, f, ...) OPT_ROW(l, n, word, s, f, __VA_ARGS__)
#define OPT_CHOICE(l, n, s, f, ...) OPT_ROW(l, n, choice, s, f, __VA_ARGS__)
#define OPT_VERDICT(l, n, s, f, ...) OPT_ROW(l, n, verdict, s, f, __VA_ARGS__)
#define OPT_STRING(l, n, s, f, ...) OPT_ROW(l, n, string, s, f, __VA_ARGS__)
#define OPT_STRINGS(l, n, s, f, ...) OPT_ROW(l, n, strings, s, f, __VA_ARGS__)
#define OPT_FILE(l, n, s, f, ...) OPT_ROW(l, n, file, s, f, __VA_ARGS__)
#define OPT_SECRET(l, n, s, f, ...) OPT_ROW(l, n, secret, s, f, __VA_ARGS__)
#define OPT_SECRET_FILE(l, n, s, f, ...)                                       \
	OPT_ROW(l, n, secret_file, s, f, __VA_ARGS__)
#define OPT_HOST(l, n, s, f, ...) OPT_ROW(l, n, host, s, f, __VA_ARGS__)
#define OPT_HOSTS(l, n, s, f, ...) OPT_ROW(l, n, hosts, s, f, __VA_ARGS__)
#define OPT_PORT(l, n, s, f, ...) OPT_ROW(l, n, port, s, f, __VA_ARGS__)
#define OPT_PORTS(l, n, s, f, ...) OPT_ROW(l, n, ports, s, f, __VA_ARGS__)
#define OPT_NETS(l, n, s, f, ...) OPT_ROW(l, n, nets, s, f, __VA_ARGS__)
/* The name "" gives -w/--warning and -c/--critical; any other NAME gives
 * --NAME-warning and --NAME-critical. */
#define OPT_LIMITS(n, s, f, ...) OPT_ROW(0, n, limits, s, f, __VA_ARGS__)
/* A type of the check's own: any struct opt_type. */
#define OPT_OTHER(l, n, t, s, f, ...)                                          \
	{                                                                      \
		.letter = (l), .name = (n), .type = &(t),                      \
		.offset = offsetof(s, f), .help = __VA_ARGS__                  \
	}
#define OPT_END                                                                \
	{                                                                      \
		.name = NULL                                                   \
	}

/* The tables of one run, each with the struct that it fills; ends with a NULL
 * table.  Names must not repeat over the tables. */
struct opt_target {
	const struct opt *table;
	void *fields;
	/* Options that people bring from other programs, as they type them
	 * ("-H"), and what is written here: pairs, ends with NULL.  NULL:
	 * none. */
	const char *const *habits;
};

/* What was asked for besides a run. */
enum opt_request {
	OPT_RUN,
	OPT_HELP,
	OPT_VERSION,
	OPT_DESCRIBE, /* --describe=FORMAT */
};

struct opt_parsed {
	enum opt_request request; /* help wins over all else */
	const char *describe;	  /* FORMAT */
	/* The options that were set and carry OPT_IDENTITY, as
	 * "name=value" each followed by a newline, sorted by row; values are
	 * escaped, so that no two settings give the same text. */
	struct text identity;
	char identity_bytes[4096];
};

/* --help, --version and --describe, which opt_parse adds to every program; the
 * fields are those of struct opt_parsed. */
extern const struct opt opt_requests[];

/*
 * Fills the structs (zeroed by the caller) from presets, --extra-opts files
 * and argv, in this order.  argv's strings are borrowed; secrets in argv are
 * copied and overwritten in place.  `program` is the default --extra-opts
 * section.  On false *err is ERR_USAGE (or ERR_PERMISSION, ERR_SYSTEM for a
 * file) and names the option, the value and the position.
 */
bool opt_parse(const char *program, const struct opt_target *targets, int argc,
    char **argv, struct arena *arena, struct opt_parsed *parsed,
    struct err *err);

/* A line of an identity, for who makes one of what it learned later. */
void opt_identity_line(struct text *out, const char *name, const char *value);

/* Overwrites all secrets in the targets' structs. */
void opt_wipe(const struct opt_target *targets);

/* For tests: false when the tables contradict themselves or each other (a name
 * or letter twice, a preset that does not parse, a row without a help). */
bool opt_check(const struct opt_target *targets, struct arena *arena,
    struct err *err);

/* Adds an element to one of the lists above: for types of a check's own. */
void *opt_list_add(struct arena *arena, void *list, size_t item_size);
/* Appends a copy of *item.  On false *err says that the arena is full. */
bool opt_list_put(struct arena *arena, void *list, const void *item,
    size_t item_size, struct err *err);

/* False, and says that the arena is full: for types of a check's own. */
bool opt_no_memory(struct err *err);

/* Options that exclude each other, or lack one that they need. */
struct opt_clash {
	bool clash;
	const char *text; /* "--a needs --b" */
};
/* For validate: the first that clashes is ERR_USAGE with its text. */
bool opt_clash_check(const struct opt_clash *clashes, size_t count,
    struct err *err);

/* Reads a secret file: regular, no link followed, owner root or ourselves,
 * nothing for group and others, at most 4 KiB, one final newline dropped. */
bool opt_secret_read(const char *path, struct arena *arena,
    struct opt_secret *secret, struct err *err);

#endif
