/* SPDX-License-Identifier: ISC */
#include "frame/wire.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* --- writing -------------------------------------------------------------- */

static void
put_number(struct text *out, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		text_add_char(out, (char)(value >> (8 * i) & 0xff));
}

static void
put_double(struct text *out, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	put_number(out, bits, sizeof(bits));
}

static void
put_string(struct text *out, const char *string)
{
	const size_t len = strnlen(string, UINT16_MAX);

	put_number(out, len, 2);
	text_add_bytes(out, string, len);
}

static void
put_range(struct text *out, const struct range *range)
{
	put_number(out, (unsigned)range->set | (unsigned)range->inside << 1, 1);
	put_double(out, range->start);
	put_double(out, range->end);
}

/* Begins a frame; the length is filled in by end_frame. */
static size_t
begin_frame(struct text *out, enum wire_type type)
{
	const size_t start = out->len;

	put_number(out, (unsigned char)type, 1);
	put_number(out, 0, WIRE_HEADER - 1);
	return start;
}

static void
end_frame(struct text *out, size_t start)
{
	const size_t len = out->len - start - WIRE_HEADER;

	if (out->cut || len > WIRE_PAYLOAD) {
		out->len = start;
		out->data[start] = '\0';
		out->cut = true;
		return;
	}
	for (size_t i = 0; i < WIRE_HEADER - 1; i++)
		out->data[start + 1 + i] = (char)(len >> (8 * i) & 0xff);
}

void
wire_put(struct text *out, enum wire_type type, const void *payload, size_t len)
{
	const size_t start = begin_frame(out, type);

	text_add_bytes(out, payload, len);
	end_frame(out, start);
}

void
wire_put_tagged(struct text *out, enum wire_type type, unsigned char tag,
    const char *string)
{
	const size_t start = begin_frame(out, type);

	put_number(out, tag, 1);
	text_add(out, string);
	end_frame(out, start);
}

static size_t
depth_of(const struct result *node)
{
	size_t depth = 0;

	while ((node = node->parent))
		depth++;
	return depth;
}

static void
put_metric(struct text *out, const struct result *node,
    const struct result_metric *m)
{
	put_number(out, (uint64_t)(m->def - node->tree->defs), 2);
	if (m->name) {
		put_string(out, m->name);
		put_range(out, &m->span);
	}
	put_double(out, m->value);
	put_range(out, &m->limits.warning);
	put_range(out, &m->limits.critical);
}

/* Lists end with a zero byte; each element begins with a one, a label with one
 * more than its reach. */
static void
put_node(struct text *out, const struct result *node)
{
	put_number(out, depth_of(node), 1);
	put_number(out,
	    (unsigned)node->judged | (unsigned)node->settled << 1 |
		(unsigned)node->quiet << 2 | (unsigned)node->part << 3,
	    1);
	put_number(out, (unsigned)node->own, 1);
	put_string(out, node->name);
	put_string(out, node->summary);
	for (size_t i = 0; i < node->label_count; i++) {
		put_number(out, 1 + (unsigned)node->labels[i].reach, 1);
		put_string(out, node->labels[i].name);
		put_string(out, node->labels[i].value);
	}
	put_number(out, 0, 1);
	for (const struct result_finding *f = node->findings; f; f = f->next) {
		put_number(out, 1, 1);
		put_number(out, (unsigned)f->verdict, 1);
		put_string(out, f->text);
	}
	put_number(out, 0, 1);
	for (const struct result_metric *m = node->metrics; m; m = m->next) {
		put_number(out, m->name ? 2 : 1, 1); /* 2: named */
		put_metric(out, node, m);
	}
	put_number(out, 0, 1);
}

void
wire_put_result(struct text *out, const struct result *root)
{
	const size_t start = begin_frame(out, WIRE_RESULT);

	put_number(out, root->tree->full, 1);
	for (const struct result *node = root; node; node = result_next(node))
		put_node(out, node);
	end_frame(out, start);
}

/* --- reading -------------------------------------------------------------- */

/* A cursor that can only fail once: after that every read gives 0. */
struct cursor {
	const unsigned char *at;
	size_t left;
	bool broken;
};

static const unsigned char *
take(struct cursor *in, size_t len)
{
	const unsigned char *at = in->at;

	if (in->broken || len > in->left) {
		in->broken = true;
		return NULL;
	}
	in->at += len;
	in->left -= len;
	return at;
}

static uint64_t
take_number(struct cursor *in, size_t bytes)
{
	const unsigned char *at = take(in, bytes);
	uint64_t value = 0;

	for (size_t i = 0; at && i < bytes; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

static double
take_double(struct cursor *in)
{
	const uint64_t bits = take_number(in, 8);
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* A NUL-terminated copy in the tree's arena; "" when there is none. */
static const char *
take_string(struct cursor *in, struct arena *arena)
{
	const size_t len = take_number(in, 2);
	const unsigned char *at = take(in, len);
	const char *copy =
	    at ? arena_string(arena, (const char *)at, len) : NULL;

	if (at && !copy)
		in->broken = true;
	return copy ? copy : "";
}

static enum verdict
take_verdict(struct cursor *in)
{
	const uint64_t value = take_number(in, 1);

	if (value > VERDICT_UNKNOWN)
		in->broken = true;
	return in->broken ? VERDICT_UNKNOWN : (enum verdict)value;
}

static struct range
take_range(struct cursor *in)
{
	struct range range = { 0 };
	const uint64_t flags = take_number(in, 1);

	range.set = flags & 1;
	range.inside = flags & 2;
	range.start = take_double(in);
	range.end = take_double(in);
	if (isnan(range.start) || isnan(range.end))
		in->broken = true;
	return in->broken ? (struct range){ 0 } : range;
}

/* A label name is never foreign, so any other character is a broken frame. */
static bool
is_label_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

	return *name && name[strspn(name, allowed)] == '\0' &&
	    (*name < '0' || *name > '9');
}

static void
take_labels(struct cursor *in, struct result *node, struct arena *arena)
{
	uint64_t mark;

	while ((mark = take_number(in, 1)) > 0) {
		const char *name = take_string(in, arena);
		const char *value = take_string(in, arena);

		if (!is_label_name(name) || mark > 1 + RESULT_EXPLAINS)
			in->broken = true;
		if (in->broken)
			return;
		result_attribute(node, (enum result_reach)(mark - 1), name,
		    value);
	}
}

static void
take_findings(struct cursor *in, struct result *node, struct arena *arena)
{
	while (take_number(in, 1) == 1) {
		const enum verdict verdict = take_verdict(in);
		const char *text = take_string(in, arena);

		if (in->broken)
			return;
		result_judge(node, verdict, "%s", text);
	}
}

static size_t
count_defs(const struct metric_def *defs)
{
	size_t count = 0;

	while (defs && defs[count].name)
		count++;
	return count;
}

static void
take_metrics(struct cursor *in, struct result *node, size_t defs)
{
	uint64_t kind;

	while ((kind = take_number(in, 1)) == 1 || kind == 2) {
		const size_t index = take_number(in, 2);
		const char *name =
		    kind == 2 ? take_string(in, node->tree->arena) : NULL;
		const struct range span =
		    kind == 2 ? take_range(in) : (struct range){ 0 };
		const double value = take_double(in);
		const struct result_metric *before = node->last_metric;
		struct limits limits;

		limits.warning = take_range(in);
		limits.critical = take_range(in);
		if (index >= defs || !isfinite(value))
			in->broken = true;
		if (in->broken)
			return;
		if (name)
			result_named(node, index, name, value, &limits, &span);
		else
			result_metric(node, index, value);
		if (node->last_metric != before)
			node->last_metric->limits = limits;
	}
}

/* The node that the next one of this depth hangs below, or NULL. */
static struct result *
parent_for(struct result *last, size_t depth)
{
	size_t at = depth_of(last);

	if (depth == 0 || depth > at + 1)
		return NULL;
	for (; at >= depth; at--)
		last = last->parent;
	return last;
}

/* One node; `last` is the one before it, NULL for the root. */
static struct result *
take_node(struct cursor *in, struct result_tree *tree, struct result *last,
    size_t defs)
{
	const size_t depth = take_number(in, 1);
	const uint64_t flags = take_number(in, 1);
	const enum verdict own = take_verdict(in);
	const char *name = take_string(in, tree->arena);
	const char *summary = take_string(in, tree->arena);
	struct result *node = tree->root;

	if (last) {
		struct result *parent = parent_for(last, depth);

		if (!parent || in->broken)
			return NULL;
		node = result_child(parent, name);
	} else if (depth != 0) {
		return NULL;
	}
	if (*summary)
		result_summary(node, "%s", summary);
	take_labels(in, node, tree->arena);
	take_findings(in, node, tree->arena);
	take_metrics(in, node, defs);
	node->judged = flags & 1;
	node->settled = flags & 2;
	node->quiet = flags & 4;
	node->part = flags & 8;
	node->own = own;
	return in->broken ? NULL : node;
}

int
wire_next(const unsigned char **bytes, size_t *len, struct wire_frame *frame,
    struct err *err)
{
	struct cursor in = { .at = *bytes, .left = *len };
	const uint64_t type = take_number(&in, 1);
	const size_t payload = take_number(&in, WIRE_HEADER - 1);

	if (in.broken)
		return 0;
	if (type == 0 || !strchr("RWNCMTED", (int)type)) {
		err_set(err, ERR_PROTOCOL, "the worker sent a frame of type %u",
		    (unsigned)type);
		return -1;
	}
	if (payload > WIRE_PAYLOAD) {
		err_set(err, ERR_PROTOCOL,
		    "the worker announced a frame of %zu bytes", payload);
		return -1;
	}
	if (payload > in.left)
		return 0;
	*frame = (struct wire_frame){
		.type = (enum wire_type)type,
		.payload = in.at,
		.len = payload,
	};
	*bytes = in.at + payload;
	*len = in.left - payload;
	return 1;
}

bool
wire_result(const struct wire_frame *frame, struct result_tree *tree,
    struct arena *arena, const struct metric_def *defs, const void *opts,
    struct err *err)
{
	struct cursor in = { .at = frame->payload, .left = frame->len };
	struct result *last = NULL;
	const size_t def_count = count_defs(defs);
	const bool full = take_number(&in, 1) != 0;

	result_init(tree, arena, defs, opts);
	do {
		last = take_node(&in, tree, last, def_count);
	} while (last && in.left && !tree->full);
	tree->full |= full;
	if (!last)
		return err_set(err, ERR_PROTOCOL,
		    "the worker sent a result that is damaged near byte %zu",
		    frame->len - in.left);
	return true;
}
