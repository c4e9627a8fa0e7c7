/* SPDX-License-Identifier: ISC */
/*
 * Text and perfdata for Nagios, Icinga, Naemon, Checkmk and Sensu: the layout
 * that all five read.
 *
 *	TITLE STATE - findings; summary (caveats)
 *	[STATE] child: findings; summary		with --detail or -v
 *	\_ [STATE] its child: ...			Icinga Web draws these
 *	   \_ [STATE] and so on: ...
 *	notes						-v to -vvv
 *	...last line|label=value[UOM];warn;crit;min;max ...
 *
 * The engines that read text and numbers from one stream disagree about more
 * than one '|' and about perfdata on several lines, so there is one '|', before
 * the last line's perfdata, and none when there is no number.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/ip.h"
#include "base/num.h"
#include "frame/render.h"
#include "frame/render_parts.h"

#define SAID_MAX 3	/* findings on the first line */
#define LABEL_BYTES 256 /* of a perfdata label, the final NUL included */

/* --- words ---------------------------------------------------------------- */

/* Does the text already say whom it is about? */
static bool
begins_with(const char *string, const char *name)
{
	const size_t len = strlen(name);

	return strncmp(string, name, len) == 0 &&
	    !isalnum((unsigned char)string[len]);
}

static unsigned
depth_of(const struct result *node)
{
	unsigned depth = 0;

	for (; node->parent != NULL; node = node->parent)
		depth++;
	return depth;
}

/* "192.0.2.1 ipv4: " before the text about such a node, as far as the text or
 * an inner name does not begin with it. */
static void
add_names(struct text *out, const struct result *node, const char *string)
{
	const struct result *path[RESULT_DEPTH + 1];
	size_t depth = 0;
	bool said = false;

	for (; node != NULL && depth <= RESULT_DEPTH; node = node->parent)
		path[depth++] = node;
	while (depth-- > 0) {
		const char *name = path[depth]->name;
		const char *next = depth > 0 ? path[depth - 1]->name : string;

		if (name[0] == '\0' || begins_with(next, name))
			continue;
		text_addf(out, "%s%s", said ? " " : "", name);
		said = true;
	}
	if (said)
		text_add(out, ": ");
}

/* UNKNOWN for want of evidence, and nobody says why. */
static bool
is_blank(const struct result *node)
{
	return !node->judged && !node->settled && node->findings == NULL;
}

/* --- the first line ------------------------------------------------------- */

/* A finding counts for no more than what was settled above it. */
static enum verdict
weight(const struct result *node, enum verdict verdict)
{
	for (; node != NULL; node = node->parent)
		if (node->settled &&
		    verdict_compare(verdict, result_verdict(node)) > 0)
			verdict = result_verdict(node);
	return verdict;
}

struct headline {
	struct text *out;
	size_t said;
	size_t unsaid;
};

static void
mention(struct headline *line, const struct result *node, const char *string)
{
	if (line->said == SAID_MAX) {
		line->unsaid++;
		return;
	}
	if (line->said > 0)
		text_add(line->out, "; ");
	add_names(line->out, node, string);
	text_add(line->out, string);
	line->said++;
}

static void
mention_all(struct headline *line, const struct result *root,
    enum verdict verdict)
{
	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		for (const struct result_finding *finding = node->findings;
		     finding != NULL; finding = finding->next)
			if (weight(node, finding->verdict) == verdict)
				mention(line, node, finding->text);
}

static void
mention_blanks(struct headline *line, const struct result *root)
{
	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		if (is_blank(node) &&
		    weight(node, VERDICT_UNKNOWN) != VERDICT_OK)
			mention(line, node, "no result");
}

/* The worst first.  An error is said even when the user calls it OK; where
 * there is one, it is the reason why other things have no result. */
static void
add_findings(const struct report *report, struct headline *line)
{
	mention_all(line, report->root, VERDICT_CRITICAL);
	mention_all(line, report->root, VERDICT_WARNING);
	mention_all(line, report->root, VERDICT_UNKNOWN);
	if (report->error.kind != ERR_NONE)
		mention_all(line, report->root, VERDICT_OK);
	else
		mention_blanks(line, report->root);
	if (line->unsaid > 0)
		text_addf(line->out, " (+%zu more)", line->unsaid);
}

/* What is held and why stands first: it explains the state. */
static void
add_caveats(const struct report *report, struct text *out)
{
	const char *before = " (";

	if (report->damped != NULL && report->damped->words[0] != '\0') {
		text_addf(out, "%s%s", before, report->damped->words);
		before = "; ";
	}
	for (const struct report_line *line = report->caveats; line != NULL;
	     line = line->next) {
		text_addf(out, "%s%s", before, line->text);
		before = "; ";
	}
	if (before[0] == ';')
		text_add_char(out, ')');
}

/* True when all findings are on it. */
static bool
add_headline(const struct report *report, struct text *out)
{
	const char *summary = report->root->summary;
	struct headline line = { .out = out };

	text_addf(out, "%s %s", report->plugin->title,
	    verdict_name(report->verdict));

	const size_t bare = out->len;

	text_add(out, " - ");
	add_findings(report, &line);
	if (line.said > 0 && summary[0] != '\0')
		text_add(out, "; ");
	if (report->partial && summary[0] != '\0')
		text_add(out, "so far: ");
	text_add(out, summary);
	if (line.said == 0 && summary[0] == '\0')
		render_rewind(out, bare);
	add_caveats(report, out);
	return line.unsaid == 0;
}

/* --- detail --------------------------------------------------------------- */

static void
add_state(struct text *out, enum verdict verdict, unsigned depth)
{
	text_add_char(out, '\n');
	for (unsigned i = 2; i < depth; i++)
		text_add(out, "   ");
	text_addf(out, "%s[%s] ", depth > 1 ? "\\_ " : "",
	    verdict_name(verdict));
}

/* Everything that is known about a node, in words. */
static void
add_node(struct text *out, const struct result *node)
{
	const struct result_finding *finding = node->findings;
	const char *first = finding != NULL ? finding->text : node->summary;
	const char *between = "";

	if (is_blank(node) && first[0] == '\0')
		first = "no result";
	add_state(out, result_verdict(node), depth_of(node));
	if (first[0] == '\0')
		text_add(out, node->name);
	else if (node->name[0] != '\0' && !begins_with(first, node->name))
		text_addf(out, "%s: ", node->name);
	text_add(out, first);
	if (finding == NULL)
		return;
	for (between = "; "; (finding = finding->next) != NULL;)
		text_addf(out, "%s%s", between, finding->text);
	if (node->summary[0] != '\0')
		text_addf(out, "%s%s", between, node->summary);
}

/* A line a child, as many as fit; the root's findings only where the first line
 * left some out. */
static void
add_detail(const struct report *report, struct text *out, bool all_said)
{
	const struct result_finding *finding = report->root->findings;
	const struct result *node = report->root;
	size_t mark = out->len;

	for (; !all_said && finding != NULL && !out->cut;
	     finding = finding->next) {
		mark = out->len;
		add_state(out, finding->verdict, 0);
		text_add(out, finding->text);
	}
	while ((node = result_next(node)) != NULL && !out->cut) {
		mark = out->len;
		if (!node->part || node->findings)
			add_node(out, node);
	}
	if (out->cut)
		render_rewind(out, mark);
}

static void
add_notes(const struct report *report, struct text *out)
{
	for (const struct report_line *line = report->notes;
	     line != NULL && !out->cut; line = line->next) {
		const size_t mark = out->len;

		text_addf(out, "\n%s", line->text);
		if (out->cut)
			render_rewind(out, mark);
	}
}

/* --- perfdata ------------------------------------------------------------- */

/* Metric and labels; a label that was there before gets _2, _3, ... */
static void
make_label(struct text *label, const struct render_labels *labels,
    const char *metric, struct render_seen *seen)
{
	text_clear(label);
	render_label_of(label, labels, metric);

	const uint64_t hash = hash_add(HASH_START, label->data, label->len);
	/* Ten digits fit behind a label that was cut. */
	const size_t mark =
	    label->len < LABEL_BYTES - 12 ? label->len : LABEL_BYTES - 12;
	unsigned before = render_seen_add(seen, hash);

	while (before > 0) {
		render_rewind(label, mark);
		text_addf(label, "_%u", before + 1);
		if (render_seen_add(seen,
			hash_add(HASH_START, label->data, label->len)) == 0)
			break;
		before = render_seen_add(seen, hash);
	}
}

/* "@10:", alert from 10 up, is an upper bound, too. */
static bool
is_from_up(const struct range *range)
{
	return range->inside && range->start > 0 && isinf(range->end);
}

static void
add_threshold(struct text *out, const struct range *range, int style)
{
	text_add_char(out, ';');
	if (!range->set || style == THRESHOLDS_NONE)
		return;
	if (style == THRESHOLDS_AUTO && is_from_up(range)) {
		num_format(out, range->start);
		return;
	}
	if (style == THRESHOLDS_RANGE && range_is_plain(range))
		text_add(out, range->start < 0 ? "~:" : "0:");
	range_format(out, range);
}

static void
add_bound(struct text *out, double bound)
{
	text_add_char(out, ';');
	if (isfinite(bound))
		num_format(out, bound);
}

static void
add_datum(struct text *out, const char *label,
    const struct result_metric *metric, int style)
{
	const struct metric_def *def = metric->def;

	text_addf(out, "%s=", label);
	num_format(out, metric->value);
	text_add(out, metric_uom(def));
	add_threshold(out, &metric->limits.warning, style);
	add_threshold(out, &metric->limits.critical, style);
	if (metric->name != NULL) {
		add_bound(out, metric->span.start);
		add_bound(out, metric->span.end);
	} else {
		text_add(out, def->signed_ ? ";" : ";0");
		text_addf(out, ";%s", def->max != NULL ? def->max : "");
	}
	while (out->data[out->len - 1] == ';')
		render_rewind(out, out->len - 1);
}

static bool
is_quiet(const struct result *node)
{
	for (; node != NULL; node = node->parent)
		if (node->quiet)
			return true;
	return false;
}

static size_t
count_data(const struct result *root)
{
	size_t count = 0;

	for (const struct result *node = root; node != NULL;
	     node = result_next(node))
		for (const struct result_metric *metric = node->metrics;
		     metric != NULL && !is_quiet(node); metric = metric->next)
			count += metric->def->kind != METRIC_INFO;
	return count;
}

/* The numbers of one node, as many as fit. */
static void
add_node_data(struct text *out, const struct result *node, int style,
    struct render_seen *seen, bool *first)
{
	char bytes[LABEL_BYTES];
	struct text label = TEXT_OVER(bytes);
	struct render_labels labels;

	if (node->metrics == NULL || is_quiet(node))
		return;
	render_labels(&labels, node, RESULT_IDENTIFIES);
	for (const struct result_metric *metric = node->metrics;
	     metric != NULL && !out->cut; metric = metric->next) {
		const size_t mark = out->len;

		if (metric->def->kind == METRIC_INFO)
			continue;
		text_add_char(out, *first ? '|' : ' ');
		make_label(&label, &labels, result_metric_name(metric), seen);
		add_datum(out, label.data, metric, style);
		if (out->cut)
			render_rewind(out, mark);
		*first = false;
	}
}

static void
add_perfdata(const struct report *report, struct text *out)
{
	const size_t count = count_data(report->root);
	struct render_seen seen;
	bool first = true;

	/* A datum may be seen under two labels: the bare and the numbered. */
	if (count == 0 || !render_seen_begin(&seen, out, 2 * count))
		return;
	for (const struct result *node = report->root;
	     node != NULL && !out->cut; node = result_next(node))
		add_node_data(out, node, report->common->perfdata_thresholds,
		    &seen, &first);
	render_seen_end(&seen);
}

/* --- another program's words ------------------------------------------------
 */

/* As they are; what we have to say stands behind the first line's text, before
 * its perfdata. */
static void
add_words(const struct report *report, struct text *out)
{
	const char *words = report->words;
	size_t end = strcspn(words, "|\n");

	while (end > 0 && (words[end - 1] == ' ' || words[end - 1] == '\t'))
		end--;
	text_add_bytes(out, words, end);
	add_caveats(report, out);
	text_add(out, words + end);
	while (out->len > 0 && out->data[out->len - 1] == '\n')
		render_rewind(out, out->len - 1);
}

void
render_nagios(const struct report *report, struct text *out)
{
	struct text body = *out;

	if (out->size - out->len < 2) {
		out->cut = true;
		return;
	}
	body.size--; /* for the newline at the end, whatever is cut */
	if (report->words != NULL) {
		add_words(report, &body);
		out->len = body.len;
		text_add_char(out, '\n');
		out->cut |= body.cut;
		return;
	}

	const bool all_said = add_headline(report, &body);

	if (report->common->detail || report->common->verbose > 0)
		add_detail(report, &body, all_said);
	add_notes(report, &body);
	add_perfdata(report, &body);
	out->len = body.len;
	text_add_char(out, '\n');
	out->cut |= body.cut;
}
