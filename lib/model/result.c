/* SPDX-License-Identifier: ISC */
#include "model/result.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* RESULT_TEXT characters of UTF-8, the ellipsis and the NUL. */
#define CLEAN_SIZE (4 * RESULT_TEXT + 4)

/* --- what does not fit ---------------------------------------------------- */

static bool
swallows(const struct result *result)
{
	return result == &result->tree->sink;
}

/* Room in the tree, or NULL, after which the tree is full. */
static void *
take_room(struct result_tree *tree, size_t size)
{
	void *room = arena_alloc(tree->arena, size);

	if (!room)
		tree->full = true;
	return room;
}

/* --- texts ---------------------------------------------------------------- */

/* A cleaned copy in the arena; "" when there is no room for it. */
static const char *
keep(struct result_tree *tree, const struct text *raw)
{
	char room[CLEAN_SIZE];
	struct text clean = TEXT_OVER(room);
	char *copy;

	text_foreign(&clean, raw->data, raw->len, RESULT_TEXT);
	if (raw->cut && !clean.cut)
		text_add(&clean, "...");
	copy = take_room(tree, clean.len + 1);
	if (!copy)
		return "";
	memcpy(copy, clean.data, clean.len + 1);
	return copy;
}

static const char *
keep_string(struct result_tree *tree, const char *string)
{
	char room[2 * CLEAN_SIZE];
	struct text raw = TEXT_OVER(room);

	text_add(&raw, string);
	return keep(tree, &raw);
}

static const char *keep_format(struct result_tree *tree, const char *format,
    va_list args) __attribute__((format(printf, 2, 0)));

static const char *
keep_format(struct result_tree *tree, const char *format, va_list args)
{
	char room[2 * CLEAN_SIZE];
	struct text raw = TEXT_OVER(room);

	text_addv(&raw, format, args);
	return keep(tree, &raw);
}

/* --- nodes ---------------------------------------------------------------- */

static struct result
fresh(struct result_tree *tree, struct result *parent)
{
	return (struct result){
		.tree = tree,
		.parent = parent,
		.name = "",
		.summary = "",
		.own = VERDICT_UNKNOWN,
	};
}

/* The sink when there is no room. */
static struct result *
new_node(struct result_tree *tree, struct result *parent)
{
	struct result *node = take_room(tree, sizeof(*node));

	if (!node)
		return &tree->sink;
	*node = fresh(tree, parent);
	return node;
}

struct result *
result_init(struct result_tree *tree, struct arena *arena,
    const struct metric_def *defs, const void *opts)
{
	*tree = (struct result_tree){
		.arena = arena,
		.defs = defs,
		.opts = opts,
	};
	tree->sink = fresh(tree, NULL);
	tree->root = new_node(tree, NULL);
	return tree->root;
}

static size_t
depth(const struct result *result)
{
	size_t levels = 0;

	while (result->parent) {
		result = result->parent;
		levels++;
	}
	return levels;
}

struct result *
result_child(struct result *parent, const char *name)
{
	struct result_tree *tree = parent->tree;
	struct result *child;

	if (swallows(parent))
		return parent;
	if (tree->nodes == RESULT_NODES || depth(parent) == RESULT_DEPTH) {
		tree->full = true;
		return &tree->sink;
	}
	child = new_node(tree, parent);
	if (swallows(child))
		return child;
	child->name = keep_string(tree, name);
	if (parent->last)
		parent->last->next = child;
	else
		parent->children = child;
	parent->last = child;
	tree->nodes++;
	return child;
}

struct result *
result_part(struct result *parent, const char *name)
{
	struct result *part = result_child(parent, name);

	if (!swallows(part))
		part->part = true;
	return part;
}

static struct result_label *
find_label(struct result *result, const char *name)
{
	for (size_t i = 0; i < result->label_count; i++)
		if (strcmp(result->labels[i].name, name) == 0)
			return &result->labels[i];
	if (result->label_count == RESULT_LABELS)
		return NULL;
	return &result->labels[result->label_count++];
}

void
result_attribute(struct result *result, enum result_reach reach,
    const char *name, const char *value)
{
	struct result_label *label;

	if (swallows(result))
		return;
	label = find_label(result, name);
	if (!label) {
		result->tree->full = true;
		return;
	}
	label->name = name;
	label->value = keep_string(result->tree, value);
	label->reach = reach;
}

void
result_label(struct result *result, const char *name, const char *value)
{
	result_attribute(result, RESULT_IDENTIFIES, name, value);
}

const char *
result_find_label(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->label_count; i++)
		if (strcmp(result->labels[i].name, name) == 0)
			return result->labels[i].value;
	return NULL;
}

void
result_quiet(struct result *result)
{
	if (!swallows(result))
		result->quiet = true;
}

void
result_summary(struct result *result, const char *format, ...)
{
	va_list args;

	if (swallows(result))
		return;
	va_start(args, format);
	result->summary = keep_format(result->tree, format, args);
	va_end(args);
}

/* --- verdicts ------------------------------------------------------------- */

/* An exit code is 0 to 3 whatever a caller made up: the rest is UNKNOWN. */
static enum verdict
known(enum verdict verdict)
{
	return verdict_worse(verdict, verdict);
}

/* The first evidence replaces the UNKNOWN of the beginning. */
static void
weigh(struct result *result, enum verdict verdict)
{
	if (!result->settled)
		result->own = verdict_worse(verdict,
		    result->judged ? result->own : verdict);
	result->judged = true;
}

void
result_ok(struct result *result)
{
	if (!swallows(result))
		weigh(result, VERDICT_OK);
}

/* The verdict counts even where there is no room for the reason. */
static void
add_finding(struct result *result, enum verdict verdict, const char *text)
{
	struct result_finding *finding =
	    take_room(result->tree, sizeof(*finding));

	weigh(result, verdict);
	if (!finding)
		return;
	*finding = (struct result_finding){
		.verdict = known(verdict),
		.text = text,
	};
	if (result->last_finding)
		result->last_finding->next = finding;
	else
		result->findings = finding;
	result->last_finding = finding;
}

void
result_judge(struct result *result, enum verdict verdict, const char *format,
    ...)
{
	va_list args;

	if (swallows(result))
		return;
	va_start(args, format);
	add_finding(result, verdict, keep_format(result->tree, format, args));
	va_end(args);
}

void
result_settle(struct result *result, enum verdict verdict)
{
	if (swallows(result))
		return;
	result->own = known(verdict);
	result->judged = true;
	result->settled = true;
}

static enum verdict
worst(const struct result *result)
{
	enum verdict verdict = result->own;

	if (result->settled)
		return verdict;
	for (const struct result *child = result->children; child;
	     child = child->next)
		verdict = verdict_worse(verdict, worst(child));
	return verdict;
}

enum verdict
result_verdict(const struct result *result)
{
	const enum verdict verdict = worst(result);

	/* What was left out might have been the bad news. */
	if (verdict == VERDICT_OK && !result->parent && result->tree->full)
		return VERDICT_UNKNOWN;
	return verdict;
}

/* --- metrics -------------------------------------------------------------- */

/* NULL when there is no room. */
static struct result_metric *
add_metric(struct result *result, const struct metric_def *def, double value,
    const struct limits *limits)
{
	struct result_metric *metric = take_room(result->tree, sizeof(*metric));

	if (!metric)
		return NULL;
	*metric = (struct result_metric){
		.def = def,
		.value = value,
		.limits = *limits,
	};
	if (result->last_metric)
		result->last_metric->next = metric;
	else
		result->metrics = metric;
	result->last_metric = metric;
	return metric;
}

void
result_metric(struct result *result, size_t metric, double value)
{
	const struct limits none = { 0 };

	if (!swallows(result) && isfinite(value))
		add_metric(result, &result->tree->defs[metric], value, &none);
}

void
result_named(struct result *result, size_t metric, const char *name,
    double value, const struct limits *limits, const struct range *span)
{
	struct result_metric *added;

	if (swallows(result) || !isfinite(value))
		return;
	added = add_metric(result, &result->tree->defs[metric], value, limits);
	if (!added)
		return;
	added->name = keep_string(result->tree, name);
	added->span = *span;
}

const char *
result_metric_name(const struct result_metric *metric)
{
	return metric->name ? metric->name : metric->def->name;
}

/* Would a person read the same for the value and for the bound it broke? */
static bool
reads_like_bound(double value, double bound, metric_writer *writer)
{
	char value_room[64], bound_room[64];
	struct text value_text = TEXT_OVER(value_room);
	struct text bound_text = TEXT_OVER(bound_room);

	if (value == bound || !isfinite(bound))
		return false;
	writer(&value_text, value);
	writer(&bound_text, bound);
	return strcmp(value_text.data, bound_text.data) == 0;
}

/* "established 6 (critical: above 5)" */
static void
explain(struct text *text, const struct metric_def *def, double value,
    const struct range *range, const char *which)
{
	metric_writer *writer = metric_writer_of(def->unit, false);

	if (reads_like_bound(value, range->start, writer) ||
	    reads_like_bound(value, range->end, writer))
		writer = metric_writer_of(def->unit, true);
	text_addf(text, "%s ", def->name);
	writer(text, value);
	text_addf(text, " (%s: ", which);
	range_explain(text, range, value, writer);
	text_add_char(text, ')');
}

void
result_metric_limits(struct result *result, size_t metric, double value,
    const struct limits *limits)
{
	if (!swallows(result) && isfinite(value))
		add_metric(result, &result->tree->defs[metric], value, limits);
}

void
result_check_limits(struct result *result, size_t metric, double value,
    const struct limits *limits)
{
	const struct metric_def *def;
	const enum verdict verdict = limits_verdict(limits, value);
	const bool critical = verdict == VERDICT_CRITICAL;
	char room[CLEAN_SIZE];
	struct text text = TEXT_OVER(room);

	if (swallows(result) || !isfinite(value))
		return;
	def = &result->tree->defs[metric];
	add_metric(result, def, value, limits);
	if (verdict == VERDICT_OK) {
		result_ok(result);
		return;
	}
	explain(&text, def, value,
	    critical ? &limits->critical : &limits->warning,
	    critical ? "critical" : "warning");
	add_finding(result, verdict, keep(result->tree, &text));
}

/* What the options say about the metric. */
static struct limits
limits_of(const struct result_tree *tree, size_t metric)
{
	const size_t offset = tree->defs[metric].limits;
	struct limits limits = { 0 };

	if (tree->opts && offset != METRIC_NO_LIMITS)
		memcpy(&limits, (const char *)tree->opts + offset,
		    sizeof(limits));
	return limits;
}

void
result_check(struct result *result, size_t metric, double value)
{
	const struct limits limits = limits_of(result->tree, metric);

	result_check_limits(result, metric, value, &limits);
}

/* --- walking -------------------------------------------------------------- */

const struct result *
result_next(const struct result *node)
{
	if (node->children)
		return node->children;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}
