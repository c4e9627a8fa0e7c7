/* SPDX-License-Identifier: ISC */
/*
 * result: what a check found, as a tree: the root, and children for the things
 * that were looked at (a peer, an address, a prefix, a port).
 *
 * Every node begins as UNKNOWN.  OK needs positive evidence: result_ok, or a
 * result_check whose limits hold.  A node is as bad as its worst finding and
 * its worst child, unless result_settle decides otherwise.
 *
 * All texts are copied into the tree's arena and cleaned by text_foreign on
 * the way: whatever is in a tree may be printed.  Nothing here fails: when the
 * arena or RESULT_NODES is full, `full` is set, what did not fit is left out,
 * and the tree's verdict can no longer be OK.
 */
#ifndef MODEL_RESULT_H
#define MODEL_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/limits.h"
#include "model/metric.h"
#include "model/verdict.h"

#define RESULT_NODES 100000 /* children of one tree, at most */
#define RESULT_DEPTH 4	    /* levels below the root, at most */
#define RESULT_LABELS 8	    /* labels of one node, at most */
#define RESULT_TEXT 500	    /* characters of one text, at most */

/* Who is told a label. */
enum result_reach {
	RESULT_IDENTIFIES, /* all: it tells the node from its siblings */
	RESULT_DESCRIBES,  /* JSON and OpenMetrics, no perfdata label */
	RESULT_EXPLAINS,   /* JSON and listings: long, or it changes often */
};

struct result_label {
	const char *name; /* [a-z_][a-z0-9_]*, a literal of the check */
	const char *value;
	enum result_reach reach;
};

struct result_finding {
	struct result_finding *next;
	enum verdict verdict;
	const char *text;
};

struct result_metric {
	struct result_metric *next;
	const struct metric_def *def;
	const char *name; /* its own, clean, or NULL: the definition's */
	struct range
	    span;     /* of a named one: minimum and maximum, or infinity */
	double value; /* finite */
	struct limits limits;
};

struct result {
	struct result_tree *tree;
	struct result *parent, *next;	 /* next sibling */
	struct result *children, *last;	 /* first and last child */
	const char *name;		 /* "2001:db8::7"; "" for the root */
	const char *summary;		 /* "" when none was given */
	struct result_finding *findings; /* in the order they were made */
	struct result_finding *last_finding;
	struct result_metric *metrics; /* in the order they were made */
	struct result_metric *last_metric;
	struct result_label labels[RESULT_LABELS];
	size_t label_count;
	enum verdict own; /* worst of its own findings and evidence */
	bool judged;	  /* false: `own` is UNKNOWN for want of evidence */
	bool settled;	  /* children do not count */
	bool quiet;	  /* no perfdata of it and its children */
	bool part;	  /* has a line only when something is wrong */
};

struct result_tree {
	struct arena *arena;
	const struct metric_def *defs; /* ends with a NULL name */
	const void *opts; /* where the limits of `defs` are; may be NULL */
	struct result *root;
	size_t nodes;	    /* without the root */
	bool full;	    /* something had to be left out */
	bool brief;	    /* nobody will see a child that is OK: a judge of
			       thousands need not make them */
	struct result sink; /* swallows what no longer fits */
};

/* The arena must outlive the tree, which must not be moved.  Returns the root;
 * never NULL: an arena that cannot even hold the root gives a tree that
 * swallows everything. */
struct result *result_init(struct result_tree *tree, struct arena *arena,
    const struct metric_def *defs, const void *opts);

/* Adds a child at the end.  Never NULL: a full tree gives a node that is not
 * part of it.  `name` is what the first line calls it. */
struct result *result_child(struct result *parent, const char *name);

/* A child that is a part of its parent: it carries numbers with a further label
 * (an address family), and has no line of text unless it has a finding. */
struct result *result_part(struct result *parent, const char *name);

/* Labels go to JSON and OpenMetrics, and into perfdata labels in the order of
 * their making.  `name` must be a literal; the same name again replaces. */
void result_label(struct result *result, const char *name, const char *value);
/* A label that fewer are told. */
void result_attribute(struct result *result, enum result_reach reach,
    const char *name, const char *value);
/* The value of a label of this node, or NULL. */
const char *result_find_label(const struct result *result, const char *name);
/* Its numbers and those of its children are for JSON and OpenMetrics: there are
 * too many for an engine's graphs. */
void result_quiet(struct result *result);

/* The sentence that stands when nothing is wrong, and after what is wrong. */
void result_summary(struct result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Evidence that this node is well. */
void result_ok(struct result *result);
/* A finding.  The worst findings of the tree begin the first line. */
void result_judge(struct result *result, enum verdict verdict,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The verdict of this node, whatever its findings and children say. */
void result_settle(struct result *result, enum verdict verdict);

/* Records a value.  `metric` indexes the tree's definitions.  A value that is
 * not finite is left out. */
void result_metric(struct result *result, size_t metric, double value);
/* The same, with limits to be shown beside it: the caller judges it. */
void result_metric_limits(struct result *result, size_t metric, double value,
    const struct limits *limits);
/* Records it and judges it by the limits of its definition: a finding when
 * they alert, "established 6 (critical: above 5)", and evidence for OK when
 * they do not or when none are set. */
void result_check(struct result *result, size_t metric, double value);
/* The same with limits of the caller's choice. */
void result_check_limits(struct result *result, size_t metric, double value,
    const struct limits *limits);

/* A number whose name is known only at run time: another program's.  The
 * definition says what it is and in which family it is exported, there told
 * apart by a label `perfdata`; `span` is its minimum and maximum. */
void result_named(struct result *result, size_t metric, const char *name,
    double value, const struct limits *limits, const struct range *span);
/* What JSON and perfdata call it. */
const char *result_metric_name(const struct result_metric *metric);

/* The verdict that counts: own findings and children, or what was settled. */
enum verdict result_verdict(const struct result *result);

/* The next node in depth-first order, NULL after the last. */
const struct result *result_next(const struct result *node);

#endif
