/* SPDX-License-Identifier: ISC */
/*
 * plugin: what a check says about itself, and what the frame does for it.
 *
 * A check is a constant struct plugin: tables, and three functions.  collect
 * measures and has no opinion; judge is a pure function of (options, sample);
 * the frame renders.  There is one address space as far as a check can tell;
 * in fact judge and collect run in a confined worker process, and the guard
 * that started it prints in time whatever happens to it.
 *
 *	argv -> options -> [open] -> collect -> sample -> judge -> result
 *	                    guard    `------- worker -------'      guard prints
 */
#ifndef FRAME_PLUGIN_H
#define FRAME_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "frame/opt.h"
#include "model/metric.h"
#include "model/result.h"

/* What collect may use besides its options. */
struct run {
	struct deadline deadline;
	struct arena *arena; /* for the sample's bulk; lives as long as it */
	int verbose;	     /* 0 to 3 */
	bool brief; /* as the tree of judge: only what is wrong shows */
	const char *state_dir; /* --state-dir, or NULL */
	/* The rest is the frame's own. */
	struct worker *worker;
};

/* "asking 192.0.2.1 for bgpPeerState": said when the deadline passes, and by
 * -vv. */
void run_waiting(struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A line of -v (level 1) to -vvv (level 3) output.  Never a secret. */
void run_note(struct run *run, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A reservation that belongs on the first line: "/proc used: sock_diag
 * refused". */
void run_caveat(struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#define RUN_WORDS_MAX ((size_t)64 << 10)
/* The output of a program that this one wraps, at most RUN_WORDS_MAX bytes and
 * once: printed by the nagios format in the place of the result's words and
 * numbers, with what the frame has to say added to its first line. */
void run_words(struct run *run, const char *bytes, size_t len);
/*
 * Call it whenever the sample holds something more that is finished: should
 * the worker not live to the end, what it had found is not lost.  The frame
 * judges the sample as it is and keeps the result; it does so at most as often
 * as costs 5 % of the run, so call it freely.
 */
void run_checkpoint(struct run *run);

/* What is kept from run to run.  Functions of (options, sample), like judge. */
struct plugin_memory {
	size_t max_bytes; /* larger memories are not written */
	/* Does a run with these options need a memory? */
	bool (*wanted)(const void *opts);
	/* Is it no more than a hint that saves work, whose absence changes no
	 * verdict?  Then it is missed in silence.  May be NULL: no. */
	bool (*hint_only)(const void *opts);
	/* The last run's memory, before collect.  False (with *err) when the
	 * bytes make no sense: treated as no history, and said. */
	bool (*recall)(const void *opts, void *sample, const char *bytes,
	    size_t len, struct arena *arena, struct err *err);
	/* After collect: writes what the next run should recall. */
	void (
	    *remember)(const void *opts, const void *sample, struct text *out);
};

/*
 * What a program can print instead of a verdict: a list for a person, lines for
 * another program's configuration.  It is a renderer of the check's own over
 * the same tree: judge makes the tree, and says OK when it is worth listing.
 * Then the listing is printed, by the guard, and the exit code is 0; any other
 * verdict, and every error, is reported as always.
 */
struct plugin_listing {
	bool (*wanted)(const void *opts);
	/* Texts in the tree are clean; *out is printed as it is. */
	void (*print)(const void *opts, const struct result *root,
	    struct text *out);
	/* The tree says all that is listed: --format=json prints that. */
	bool tells;
};

enum plugin_needs {
	PLUGIN_EXEC = 1 << 0,  /* the worker may run commands */
	PLUGIN_WRITE = 1 << 1, /* the worker may open files for writing */
	/* The worker runs a program that somebody else trusts, with all that
	 * we were given: it and the guard give nothing up. */
	PLUGIN_WRAPS = 1 << 2,
};

/* What a process of the program's own is told, see prepare below. */
struct plugin_setup {
	const char *state_dir;	  /* --state-dir, or NULL */
	const char *identity;	  /* the options that carry OPT_IDENTITY */
	struct deadline deadline; /* of the guard itself */
	int64_t timeout_ns;	  /* what it was at the start */
};

struct plugin {
	const char *name;    /* the program's name: "check_tcp_established" */
	const char *title;   /* begins the first line: "TCP" */
	const char *purpose; /* "counts the TCP connections of this host" */
	/* Command lines without the program's path and what they do, for
	 * --help; pairs, ends with NULL; at least three. */
	const char *const *examples;
	/* Options of the programs that people come from, and what is written
	 * here instead; pairs, ends with NULL.  NULL: none. */
	const char *const *habits;
	const struct opt *options;
	const struct metric_def *metrics;
	const struct plugin_memory *memory; /* NULL: none */
	size_t opts_size;
	size_t sample_size;
	size_t worker_memory; /* bytes it may allocate; 0: 256 MiB */
	unsigned needs;	      /* enum plugin_needs */
	/* What these options need besides; may be NULL. */
	unsigned (*also_needs)(const void *opts);
	const struct plugin_listing *listing; /* NULL: none */

	bool dampens; /* --dampen is on unless it is said otherwise */
	/* What the memory of the dampening is kept under, instead of the
	 * identity.  May be NULL. */
	void (*damped_key)(const void *opts, struct text *key);

	/* Checks what no single option can (`--settle` needs `--duration`).
	 * May be NULL.  On false *err is ERR_USAGE. */
	bool (*validate)(void *opts, struct err *err);
	/* Opens what needs a privilege (a raw socket, another namespace), in
	 * the guard, before privileges are dropped; reads no foreign byte.
	 * May be NULL. */
	bool (*open)(const void *opts, void *sample, struct err *err);
	/* After open, at the same place: forks what has to keep its privileges
	 * because it acts, and leaves the ends of its pipes in the sample for
	 * collect.  Such a process dies with the guard.  May be NULL. */
	bool (*prepare)(const void *opts, void *sample,
	    const struct plugin_setup *setup, struct err *err);
	/* On false *err says why we could not look; what was checkpointed
	 * before is still reported. */
	bool (*collect)(const void *opts, void *sample, struct run *run,
	    struct err *err);
	void (
	    *judge)(const void *opts, const void *sample, struct result *root);
};

/*
 * The whole run; returns the exit code, 0 to 3.  A program defines a
 * `const struct plugin plugin` and nothing else: lib/frame/main.c runs it.
 */
int plugin_run(const struct plugin *plugin, int argc, char **argv);

#define PLUGIN_VERSION "0.1.0"
#define PLUGIN_HOME "https://github.com/routevigil/routevigil"

#endif
