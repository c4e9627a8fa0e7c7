/* SPDX-License-Identifier: ISC */
/*
 * One JSON object on one line: contrib/schema/result-1.json.
 *
 * Children come last, so that a buffer that is too small costs the last
 * children and not the object's form.
 */
#include <string.h>

#include "base/num.h"
#include "frame/json.h"
#include "frame/render.h"
#include "frame/render_parts.h"

#define SCHEMA_VERSION 1

/* Room for what closes the object, besides CLOSE_BYTES a level. */
#define TAIL_BYTES 64
#define CLOSE_BYTES 4 /* "]}" and to spare */

static const char *const unit_words[] = {
	[METRIC_PLAIN] = NULL,
	[METRIC_SECONDS] = "seconds",
	[METRIC_BYTES] = "bytes",
	[METRIC_PERCENT] = "percent",
};

static const char *const kind_words[] = {
	[METRIC_GAUGE] = "gauge",
	[METRIC_COUNTER] = "counter",
	[METRIC_INFO] = "info",
};

struct writer {
	struct json json;
	struct text *out;
	size_t limit; /* bytes that may be used by what has no children */
	bool truncated;
};

static void
add_range(struct json *json, const char *key, const struct range *range)
{
	char bytes[128];
	struct text text;

	if (!range->set) {
		json_null(json, key);
		return;
	}
	text_init(&text, bytes, sizeof(bytes));
	range_format(&text, range);
	json_bytes(json, key, text.data, text.len);
}

static void
add_max(struct json *json, const char *key, const char *max)
{
	struct err err;
	double value;

	if (max != NULL && num_decimal(max, &value, &err))
		json_number(json, key, value);
	else
		json_null(json, key);
}

static void
add_metric(struct json *json, const struct result *node,
    const struct result_metric *metric)
{
	const struct metric_def *def = metric->def;

	json_object(json, NULL);
	json_string(json, "name", result_metric_name(metric));
	json_string(json, "family", metric_family(def, node->parent != NULL));
	json_number(json, "value", metric->value);
	json_string(json, "unit", unit_words[def->unit]);
	json_string(json, "type", kind_words[def->kind]);
	add_range(json, "warning", &metric->limits.warning);
	add_range(json, "critical", &metric->limits.critical);
	if (metric->name != NULL) {
		/* What is infinite is null. */
		json_number(json, "min", metric->span.start);
		json_number(json, "max", metric->span.end);
	} else {
		if (def->signed_)
			json_null(json, "min");
		else
			json_integer(json, "min", 0);
		add_max(json, "max", def->max);
	}
	json_close(json);
}

static void
add_findings(struct json *json, const struct result *node)
{
	json_array(json, "findings");
	for (const struct result_finding *finding = node->findings;
	     finding != NULL; finding = finding->next) {
		json_object(json, NULL);
		json_string(json, "state", verdict_name(finding->verdict));
		json_string(json, "text", finding->text);
		json_close(json);
	}
	json_close(json);
}

/* The last label of a name holds, as for every reader of JSON. */
static bool
is_last(const struct result *node, size_t i)
{
	for (size_t k = i + 1; k < node->label_count; k++)
		if (strcmp(node->labels[k].name, node->labels[i].name) == 0)
			return false;
	return true;
}

static void
add_labels(struct json *json, const struct result *node)
{
	json_object(json, "labels");
	for (size_t i = 0; i < node->label_count; i++)
		if (is_last(node, i))
			json_string(json, node->labels[i].name,
			    node->labels[i].value);
	json_close(json);
}

static void
add_metrics(struct json *json, const struct result *node)
{
	json_array(json, "metrics");
	for (const struct result_metric *metric = node->metrics; metric != NULL;
	     metric = metric->next)
		add_metric(json, node, metric);
	json_close(json);
}

static void add_children(struct writer *writer, const struct result *node);

static void
add_child(struct writer *writer, const struct result *node)
{
	struct json *json = &writer->json;

	json_object(json, NULL);
	json_string(json, "name", node->name);
	json_string(json, "state", verdict_name(result_verdict(node)));
	json_string(json, "summary", node->summary);
	add_findings(json, node);
	add_metrics(json, node);
	add_labels(json, node);
	add_children(writer, node);
	json_close(json);
}

/* As many as fit, each whole or with fewer children of its own. */
static void
add_children(struct writer *writer, const struct result *node)
{
	struct text *out = writer->out;
	const size_t limit = writer->limit - CLOSE_BYTES * writer->json.depth;

	json_array(&writer->json, "children");
	for (const struct result *child = node->children;
	     child != NULL && !writer->truncated; child = child->next) {
		const struct json before = writer->json;
		const size_t mark = out->len;

		add_child(writer, child);
		if (out->len <= limit && !out->cut)
			continue;
		writer->truncated = true;
		writer->json = before;
		render_rewind(out, mark);
		out->cut = false;
	}
	json_close(&writer->json);
}

/* --- the root ------------------------------------------------------------- */

/* Year, month and day of a day since 1970-01-01 in the Gregorian calendar;
 * gmtime(3) would read the time zone's file. */
static void
add_date(struct text *out, int64_t day)
{
	/* Years that begin in March end with the leap day, if any. */
	const int64_t since = day + 719468; /* days since 0000-03-01 */
	const int64_t era = since / 146097; /* of 400 years */
	const int64_t in_era = since % 146097;
	const int64_t year_of_era =
	    (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	const int64_t in_year =
	    in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const int64_t month = (5 * in_year + 2) / 153; /* 0 is March */
	const int64_t year = era * 400 + year_of_era + (month >= 10);

	text_addf(out, "%04d-%02d-%02d", (int)year,
	    (int)(month < 10 ? month + 3 : month - 9),
	    (int)(in_year - (153 * month + 2) / 5 + 1));
}

/* RFC 3339 in UTC, with milliseconds. */
static void
add_time(struct json *json, const char *key, int64_t wall_ns)
{
	char bytes[64];
	struct text text;
	const int64_t ms = (wall_ns > 0 ? wall_ns : 0) / CLOCK_MILLI;
	const int in_day = (int)(ms / 1000 % 86400);

	text_init(&text, bytes, sizeof(bytes));
	add_date(&text, ms / 1000 / 86400);
	text_addf(&text, "T%02d:%02d:%02d.%03dZ", in_day / 3600,
	    in_day / 60 % 60, in_day % 60, (int)(ms % 1000));
	json_bytes(json, key, text.data, text.len);
}

/* What dampening did, or would do when it only observes. */
static void
add_damped(struct json *json, const struct damped *damped)
{
	const struct dampen_outcome *outcome;

	if (damped == NULL) {
		json_null(json, "dampening");
		return;
	}
	outcome = &damped->outcome;
	json_object(json, "dampening");
	json_string(json, "mode", damped_mode_name(damped->opts->mode));
	json_string(json, "state", verdict_name(outcome->reported));
	json_string(json, "text", damped->words);
	json_bool(json, "flapping", outcome->why == DAMPEN_FLAPPING);
	json_number(json, "penalty",
	    (double)outcome->penalty / (double)DAMPEN_POINT);
	if (damped->clears_wall_ns > 0)
		add_time(json, "clears", damped->clears_wall_ns);
	else
		json_null(json, "clears");
	json_array(json, "not_recovered");
	for (size_t i = 0; damped->held && i < damped->held->count; i++)
		json_string(json, NULL, damped->held->holds[i].name);
	json_close(json);
	json_close(json);
}

static void
add_error(struct json *json, const struct err *err)
{
	if (err->kind == ERR_NONE) {
		json_null(json, "error");
		return;
	}
	json_object(json, "error");
	json_string(json, "kind", err_kind_name(err->kind));
	json_string(json, "text", err->text);
	json_close(json);
}

static void
add_lines(struct json *json, const char *key, const struct report_line *line)
{
	json_array(json, key);
	for (; line != NULL; line = line->next)
		json_string(json, NULL, line->text);
	json_close(json);
}

void
render_json(const struct report *report, struct text *out)
{
	struct writer writer = { .out = out };
	struct json *json = &writer.json;
	const struct result *root = report->root;

	json_init(json, out);
	if (out->size > TAIL_BYTES)
		writer.limit = out->size - TAIL_BYTES;
	json_object(json, NULL);
	json_integer(json, "schema", SCHEMA_VERSION);
	json_string(json, "program", report->plugin->name);
	json_string(json, "version", PLUGIN_VERSION);
	add_time(json, "time", report->started_wall_ns);
	json_number(json, "duration_seconds",
	    (double)report->took_ns / (double)CLOCK_SECOND);
	json_string(json, "state", verdict_name(report->verdict));
	json_integer(json, "exit_code", report->verdict);
	json_string(json, "raw_state", verdict_name(report->raw));
	add_damped(json, report->damped);
	json_string(json, "summary", root->summary);
	add_findings(json, root);
	add_error(json, &report->error);
	json_bool(json, "partial", report->partial);
	add_lines(json, "caveats", report->caveats);
	add_lines(json, "notes", report->notes);
	add_metrics(json, root);
	add_labels(json, root);
	add_children(&writer, root);
	json_bool(json, "truncated", writer.truncated);
	json_close(json);
	text_add_char(out, '\n');
	out->cut |= writer.truncated;
}
