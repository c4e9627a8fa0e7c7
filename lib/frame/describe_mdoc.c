/* SPDX-License-Identifier: ISC */
/* --describe=mdoc, mdoc-metrics: list bodies for mdoc(7) man pages. */
#include <ctype.h>
#include <string.h>

#include "frame/describe_parts.h"

/* A piece of a line: a backslash begins an escape in roff. */
static void
add_plain(struct text *out, const char *string)
{
	for (; *string; string++)
		if (*string == '\\')
			text_add(out, "\\e");
		else
			text_add_char(out, *string);
}

/* A word behind a macro: what looks like a macro's name would be called, and
 * punctuation would be set in another font. */
static void
add_arg(struct text *out, const char *word)
{
	const size_t len = strlen(word);

	text_add(out, len <= 3 ? "\\&" : "");
	for (; *word; word++)
		if (*word == '"')
			text_add(out, "\\(dq");
		else if (*word == '\\')
			text_add(out, "\\e");
		else if (*word == ' ')
			text_add(out, "\\ ");
		else
			text_add_char(out, *word);
	if (len && strchr(".,:;?!)]", word[-1]))
		text_add(out, "\\&");
}

/* A line of its own: sentence with a capital and a full stop. */
static void
add_sentence(struct text *out, const char *string)
{
	char buffer[1024];
	struct text line = TEXT_OVER(buffer);

	text_add(&line, string);
	buffer[0] = (char)toupper((unsigned char)buffer[0]);
	if (buffer[0] == '.' || buffer[0] == '\'')
		text_add(out, "\\&");
	add_plain(out, buffer);
	text_add(out, ".\n");
}

static bool
explained(const struct opt_word *words)
{
	for (; words->word; words++)
		if (words->help)
			return true;
	return false;
}

static void
add_choices(const struct opt_word *words, struct text *out)
{
	const bool list = explained(words);

	text_add(out, list ? ".Bl -tag -width Ds -compact\n" : "One of\n");
	for (const struct opt_word *w = words; w->word; w++) {
		text_add(out, list ? ".It Cm " : ".Cm ");
		add_arg(out, w->word);
		if (!list && w[1].word)
			text_add(out, w[2].word ? " ," : "\nor");
		text_add(out, !list && !w[1].word ? " .\n" : "\n");
		if (list && w->help)
			add_sentence(out, w->help);
	}
	if (list)
		text_add(out, ".El\n");
}

static void
add_body(const struct opt_form *form, struct text *out)
{
	const struct opt_word *words = describe_choices(form->opt);
	char purpose_buffer[1024], preset_buffer[128];
	struct text purpose = TEXT_OVER(purpose_buffer);
	struct text preset = TEXT_OVER(preset_buffer);

	describe_purpose(form, &purpose);
	add_sentence(out, purpose.data);
	if (words)
		add_choices(words, out);
	if (describe_preset(form, &preset)) {
		text_add(out, "The default is\n.Cm ");
		add_arg(out, preset.data);
		text_add(out, " .\n");
	}
	if (form->opt->flags & OPT_REQUIRED)
		text_add(out, "Required.\n");
	if (form->opt->type->repeats && form->opt->type->metavar)
		text_add(out, "May be given more than once.\n");
}

static void
add_option(const struct opt_form *form, struct text *out)
{
	const char *metavar = describe_metavar(form->opt);

	text_add(out, ".It ");
	if (form->letter)
		text_addf(out, "Fl %c , ", form->letter);
	text_addf(out, "Fl -%s", form->name);
	if (metavar) {
		text_add(out,
		    form->opt->type->optional ? " Ns Op = Ns Ar "
					      : " Ns = Ns Ar ");
		add_arg(out, metavar);
	}
	text_add_char(out, '\n');
	add_body(form, out);
}

static void
add_word_row(const struct opt *opt, struct text *out)
{
	const struct opt_form form = { .opt = opt };

	if (!opt)
		return;
	text_addf(out, ".It %s", opt->flags & OPT_REST ? "Fl - Ar " : "Ar ");
	add_arg(out, opt->name);
	text_add_char(out, '\n');
	add_body(&form, out);
}

void
describe_mdoc(const struct plugin *plugin, struct text *out)
{
	struct describe_walk walk = { 0 };
	struct opt_form form;
	bool common = false;

	text_add(out, ".Bl -tag -width Ds\n");
	add_word_row(describe_words(plugin, OPT_POSITIONAL), out);
	add_word_row(describe_words(plugin, OPT_REST), out);
	while (describe_next(plugin, &walk, &form)) {
		if (!walk.own && !common)
			text_add(out,
			    ".El\n.Pp\nEvery program of the suite takes:\n"
			    ".Bl -tag -width Ds\n");
		common |= !walk.own;
		add_option(&form, out);
	}
	text_add(out, ".El\n");
}

/* --- metrics -------------------------------------------------------------- */

static const char *
kind_suffix(enum metric_kind kind)
{
	switch (kind) {
	case METRIC_GAUGE:
		return "";
	case METRIC_COUNTER:
		return "_total";
	case METRIC_INFO:
		return "_info";
	}
	return "";
}

static void
add_metric(const struct metric_def *def, struct text *out)
{
	static const char *const units[] = {
		[METRIC_PLAIN] = "a count",
		[METRIC_SECONDS] = "seconds",
		[METRIC_BYTES] = "bytes",
		[METRIC_PERCENT] = "percent, exported as a ratio of 0 to 1",
	};

	text_add(out, ".It Va ");
	add_arg(out, def->name);
	text_add_char(out, '\n');
	add_sentence(out, def->help);
	text_addf(out, "Unit: %s.\n",
	    def->kind == METRIC_INFO ? "none, always 1" : units[def->unit]);
	if (def->family) {
		text_add(out, "OpenMetrics:\n.Va ");
		add_arg(out, def->family);
		text_addf(out, "%s", kind_suffix(def->kind));
		if (def->label && def->label_value)
			text_addf(out, " , %s=%s", def->label,
			    def->label_value);
		if (def->parts) {
			text_add(out, " ,\nof its parts\n.Va ");
			add_arg(out, def->parts);
			text_addf(out, "%s", kind_suffix(def->kind));
		}
		text_add(out, " .\n");
	}
}

void
describe_mdoc_metrics(const struct plugin *plugin, struct text *out)
{
	const struct metric_def *def = plugin->metrics;

	if (!def || !def->name) {
		text_add(out, "This program reports no metrics.\n");
		return;
	}
	text_add(out, ".Bl -tag -width Ds\n");
	for (; def->name; def++)
		add_metric(def, out);
	text_add(out, ".El\n");
}
