/* SPDX-License-Identifier: ISC */
/*
 * OpenMetrics 1.0 and its ancestor, the Prometheus text format 0.0.4: one
 * walker, and a table of what differs.
 *
 * Both want the samples of a family together and every label set once, so the
 * walk is by family, then over the tree.  No timestamps: the textfile collector
 * rejects a file that has one.
 */
#include <string.h>

#include "base/hash.h"
#include "base/num.h"
#include "frame/render.h"
#include "frame/render_parts.h"

struct dialect {
	const char *types[3];	  /* by enum metric_kind */
	bool suffix_names_family; /* "foo_total" is the name of the family */
	bool units;		  /* has UNIT lines */
	bool quotes_in_help;	  /* escapes '"' in HELP */
	const char *end;
};

static const struct dialect openmetrics = {
	.types = { "gauge", "counter", "info" },
	.units = true,
	.quotes_in_help = true,
	.end = "# EOF\n",
};

static const struct dialect prometheus = {
	.types = { "gauge", "counter", "gauge" },
	.suffix_names_family = true,
	.end = "",
};

/* Behind the name of the family's samples, by enum metric_kind. */
static const char *const suffixes[] = { "", "_total", "_info" };

/* What every program exports of its run. */
static const struct metric_def state_family = {
	.family = "routevigil_state",
	.help = "State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN",
};
static const struct metric_def raw_state_family = {
	.family = "routevigil_raw_state",
	.help = "The same as it was measured, before dampening",
};
static const struct metric_def penalty_family = {
	.family = "routevigil_dampening_penalty_points",
	.help = "Penalty for failures, which decays with time",
};
static const struct metric_def child_state_family = {
	.family = "routevigil_child_state",
	.help = "State of one thing that the check looked at, as "
		"routevigil_state",
};
static const struct metric_def duration_family = {
	.family = "routevigil_duration_seconds",
	.help = "Duration of the run",
	.unit = METRIC_SECONDS,
};
static const struct metric_def build_family = {
	.family = "routevigil_build",
	.help = "Version of the program",
	.kind = METRIC_INFO,
};

struct exposition {
	const struct dialect *dialect;
	const struct report *report;
	struct text *out;
};

/* --- lines ---------------------------------------------------------------- */

static void
add_escaped(struct text *out, const char *string, bool quotes)
{
	for (; *string != '\0'; string++) {
		if (*string == '\n')
			text_add(out, "\\n");
		else if (*string == '\\' || (*string == '"' && quotes))
			text_addf(out, "\\%c", *string);
		else
			text_add_char(out, *string);
	}
}

static bool
ends_with(const char *string, const char *end)
{
	const size_t len = strlen(string);
	const size_t end_len = strlen(end);

	return len > end_len && strcmp(string + len - end_len, end) == 0;
}

/* OpenMetrics: the unit is the end of the name, and info has none. */
static bool
has_unit(const struct metric_def *def)
{
	const char *unit = metric_unit_name(def->unit);
	const size_t len = strlen(unit);

	return def->kind != METRIC_INFO && len > 0 &&
	    ends_with(def->family, unit) &&
	    def->family[strlen(def->family) - len - 1] == '_';
}

static void
add_family_line(const struct exposition *x, const char *word,
    const struct metric_def *def)
{
	text_addf(x->out, "# %s %s%s ", word, def->family,
	    x->dialect->suffix_names_family ? suffixes[def->kind] : "");
}

/* TYPE, UNIT, HELP: the order of OpenMetrics, which 0.0.4 takes too. */
static void
begin_family(const struct exposition *x, const struct metric_def *def)
{
	const size_t mark = x->out->len;

	add_family_line(x, "TYPE", def);
	text_addf(x->out, "%s\n", x->dialect->types[def->kind]);
	if (x->dialect->units && has_unit(def)) {
		add_family_line(x, "UNIT", def);
		text_addf(x->out, "%s\n", metric_unit_name(def->unit));
	}
	add_family_line(x, "HELP", def);
	add_escaped(x->out, def->help, x->dialect->quotes_in_help);
	text_add(x->out, ".\n");
	if (x->out->cut)
		render_rewind(x->out, mark);
}

static void
add_label(const struct exposition *x, const char *name, const char *value,
    bool *first)
{
	text_addf(x->out, "%c%s=\"", *first ? '{' : ',', name);
	add_escaped(x->out, value, true);
	text_add_char(x->out, '"');
	*first = false;
}

/* The name, and for whom this run is: files of several runs of one program,
 * which one collector reads, must not have a series in common. */
static void
begin_sample(const struct exposition *x, const struct metric_def *def,
    bool *first)
{
	const struct common_opts *common = x->report->common;

	text_addf(x->out, "%s%s", def->family, suffixes[def->kind]);
	if (common->host_name != NULL)
		add_label(x, "host_name", common->host_name, first);
	if (common->service_name != NULL)
		add_label(x, "service_name", common->service_name, first);
}

/* The node's labels, without the one that is called `but`. */
static void
add_labels(const struct exposition *x, const struct result *node,
    const char *but, bool *first)
{
	struct render_labels labels;

	render_labels(&labels, node, RESULT_DESCRIBES);
	for (size_t i = 0; i < labels.count; i++)
		if (but == NULL || strcmp(labels.items[i]->name, but) != 0)
			add_label(x, labels.items[i]->name,
			    labels.items[i]->value, first);
}

/* A series that was there before, or that does not fit, is taken back. */
static void
end_sample(const struct exposition *x, size_t mark, bool first, double value,
    struct render_seen *seen)
{
	struct text *out = x->out;

	text_add(out, first ? " " : "} ");

	const uint64_t hash =
	    hash_add(HASH_START, out->data + mark, out->len - mark);

	num_format(out, value);
	text_add_char(out, '\n');
	if (out->cut || (seen != NULL && render_seen_add(seen, hash) > 0))
		render_rewind(out, mark);
}

/* --- families of the frame ------------------------------------------------ */

static void
add_program_family(const struct exposition *x, const struct metric_def *def,
    const char *name, const char *string, double value)
{
	bool first = true;
	size_t mark;

	begin_family(x, def);
	mark = x->out->len;
	begin_sample(x, def, &first);
	add_label(x, "program", x->report->plugin->name, &first);
	add_labels(x, x->report->root, "program", &first);
	if (name != NULL)
		add_label(x, name, string, &first);
	end_sample(x, mark, first, value, NULL);
}

static void
add_child_state(const struct exposition *x, const struct result *node,
    struct render_seen *seen)
{
	const size_t mark = x->out->len;
	bool first = true;

	begin_sample(x, &child_state_family, &first);
	add_label(x, "program", x->report->plugin->name, &first);
	add_labels(x, node, "program", &first);
	/* Without a label of its own a child would be its parent's twin. */
	if (node->label_count == 0 && node->name[0] != '\0')
		add_label(x, "name", node->name, &first);
	end_sample(x, mark, first, result_verdict(node), seen);
}

static void
add_child_states(const struct exposition *x)
{
	const struct result *node = x->report->root;
	struct render_seen seen;
	size_t count = 0;

	while ((node = result_next(node)) != NULL)
		count++;
	if (count == 0)
		return;
	begin_family(x, &child_state_family);
	if (!render_seen_begin(&seen, x->out, count))
		return;
	node = x->report->root;
	while ((node = result_next(node)) != NULL && !x->out->cut)
		add_child_state(x, node, &seen);
	render_seen_end(&seen);
}

/* --- families of the check ------------------------------------------------ */

/* OpenMetrics has no counter below 0. */
static bool
belongs(const struct result *node, const struct result_metric *metric,
    const struct metric_def *def)
{
	const char *family = metric_family(metric->def, node->parent != NULL);

	return family != NULL && strcmp(family, def->family) == 0 &&
	    (def->kind != METRIC_COUNTER || metric->value >= 0);
}

static size_t
count_samples(const struct result *root, const struct metric_def *def)
{
	size_t count = 0;

	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		for (const struct result_metric *metric = node->metrics;
		     metric != NULL; metric = metric->next)
			count += belongs(node, metric, def);
	return count;
}

static double
exported(const struct result_metric *metric, const struct metric_def *def)
{
	if (def->kind == METRIC_INFO)
		return 1;
	return metric->def->unit == METRIC_PERCENT ? metric->value / 100
						   : metric->value;
}

/* The label that its row gives a sample. */
static void
add_own_label(const struct exposition *x, const struct result *node,
    const struct metric_def *def, bool *first)
{
	const char *value = def->label_value;

	if (def->label == NULL)
		return;
	if (value == NULL)
		value = result_find_label(node, def->label);
	if (value != NULL)
		add_label(x, def->label, value, first);
}

static void
add_node(const struct exposition *x, const struct result *node,
    const struct metric_def *def, struct render_seen *seen)
{
	for (const struct result_metric *metric = node->metrics;
	     metric != NULL && !x->out->cut; metric = metric->next) {
		const size_t mark = x->out->len;
		bool first = true;

		if (!belongs(node, metric, def))
			continue;
		begin_sample(x, def, &first);
		add_labels(x, node, metric->def->label, &first);
		add_own_label(x, node, metric->def, &first);
		if (metric->name != NULL)
			add_label(x, "perfdata", metric->name, &first);
		end_sample(x, mark, first, exported(metric, def), seen);
	}
}

static void
add_family(const struct exposition *x, const struct metric_def *def)
{
	const size_t count = count_samples(x->report->root, def);
	struct render_seen seen;

	if (count == 0)
		return;
	begin_family(x, def);
	if (!render_seen_begin(&seen, x->out, count))
		return;
	for (const struct result *node = x->report->root;
	     node != NULL && !x->out->cut; node = result_next(node))
		add_node(x, node, def, &seen);
	render_seen_end(&seen);
}

/* Rows that share a family are one family, under the first row's type. */
static bool
is_first(const struct metric_def *defs, const struct metric_def *def)
{
	for (const struct metric_def *other = defs; other < def; other++)
		if (other->family != NULL &&
		    strcmp(other->family, def->family) == 0)
			return false;
	return true;
}

/* Of the children, where they have a name of their own. */
static void
add_parts(const struct exposition *x, const struct metric_def *def)
{
	struct metric_def parts = *def;

	parts.family = def->parts;
	add_family(x, &parts);
}

static void
render(const struct report *report, const struct dialect *dialect,
    struct text *out)
{
	const size_t end_len = strlen(dialect->end);
	struct text body = *out;
	const struct exposition x = { dialect, report, &body };
	const struct metric_def *defs = report->plugin->metrics;

	if (out->size - out->len <= end_len) {
		out->cut = true;
		return;
	}
	body.size -= end_len;
	add_program_family(&x, &state_family, NULL, NULL, report->verdict);
	add_program_family(&x, &raw_state_family, NULL, NULL, report->raw);
	if (report->damped != NULL)
		add_program_family(&x, &penalty_family, NULL, NULL,
		    (double)report->damped->outcome.penalty /
			(double)DAMPEN_POINT);
	add_program_family(&x, &duration_family, NULL, NULL,
	    (double)report->took_ns / (double)CLOCK_SECOND);
	add_program_family(&x, &build_family, "version", PLUGIN_VERSION, 1);
	for (const struct metric_def *def = defs; def->name != NULL; def++) {
		if (def->family != NULL && is_first(defs, def))
			add_family(&x, def);
		if (def->parts != NULL)
			add_parts(&x, def);
	}
	add_child_states(&x);
	out->len = body.len;
	out->cut |= body.cut;
	text_add(out, dialect->end);
}

void
render_openmetrics(const struct report *report, struct text *out)
{
	render(report, &openmetrics, out);
}

void
render_prometheus(const struct report *report, struct text *out)
{
	render(report, &prometheus, out);
}
