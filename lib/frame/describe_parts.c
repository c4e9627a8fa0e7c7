/* SPDX-License-Identifier: ISC */
#include "frame/describe_parts.h"

#include <ctype.h>
#include <string.h>

#include "frame/common.h"

/* The tables of a program in the order in which they are described: its own,
 * the common ones, the requests.  Ends with NULL. */
static void
describe_tables(const struct plugin *plugin,
    const struct opt *tables[static DESCRIBE_TABLES])
{
	tables[0] = plugin->options;
	tables[1] = common_options;
	tables[2] = common_damped_options(plugin->dampens);
	tables[3] = opt_requests;
	tables[4] = NULL;
}

bool
describe_next(const struct plugin *plugin, struct describe_walk *walk,
    struct opt_form *form)
{
	const struct opt *tables[DESCRIBE_TABLES];

	describe_tables(plugin, tables);
	while (tables[walk->table]) {
		const struct opt *opt = &tables[walk->table][walk->row];
		struct opt_form forms[2];

		if (!opt->name) {
			walk->table++;
			walk->row = 0;
		} else if (walk->form < opt_forms(opt, forms)) {
			*form = forms[walk->form++];
			walk->own = walk->table == 0;
			return true;
		} else {
			walk->row++;
			walk->form = 0;
		}
	}
	return false;
}

const struct opt *
describe_words(const struct plugin *plugin, unsigned flag)
{
	for (const struct opt *opt = plugin->options; opt->name; opt++)
		if (opt->flags & flag)
			return opt;
	return NULL;
}

bool
describe_has_limits(const struct plugin *plugin)
{
	for (const struct opt *opt = plugin->options; opt->name; opt++)
		if (opt->type->pair)
			return true;
	return false;
}

const char *
describe_metavar(const struct opt *opt)
{
	if (!opt->type->metavar)
		return NULL;
	return opt->metavar ? opt->metavar : opt->type->metavar;
}

const struct opt_word *
describe_choices(const struct opt *opt)
{
	static const struct opt_word verdicts[] = {
		{ "ok", VERDICT_OK, NULL },
		{ "warning", VERDICT_WARNING, NULL },
		{ "critical", VERDICT_CRITICAL, NULL },
		{ "unknown", VERDICT_UNKNOWN, NULL },
		{ 0 },
	};

	return opt->type == &opt_type_verdict ? verdicts : opt->words;
}

bool
describe_preset(const struct opt_form *form, struct text *out)
{
	const char *text = form->opt->preset;
	size_t len;

	if (!text)
		return false;
	if (!form->opt->type->pair) {
		text_add(out, text);
		return *text;
	}
	len = strcspn(text, ",");
	if (form->critical) {
		text += len + (text[len] == ',');
		len = strlen(text);
	}
	text_add_bytes(out, text, len);
	return len > 0;
}

void
describe_purpose(const struct opt_form *form, struct text *out)
{
	if (form->opt->type->pair)
		text_addf(out, "%s %s for ",
		    form->critical ? "critical" : "warning",
		    form->opt->type == &opt_type_limits ? "range" : "limit");
	text_add(out, form->opt->help);
}

static void
add_choices(const struct opt_word *words, struct text *out)
{
	for (const struct opt_word *w = words; w->word; w++) {
		const bool first = w == words, last = !w[1].word;

		text_addf(out, "%s%s",
		    first      ? ": "
			: last ? " or "
			       : ", ",
		    w->word);
	}
}

void
describe_sentence(const struct opt_form *form, struct text *out)
{
	const struct opt_word *words = describe_choices(form->opt);
	const struct opt_type *type = form->opt->type;
	char buffer[128];
	struct text preset = TEXT_OVER(buffer);

	describe_purpose(form, out);
	if (words)
		add_choices(words, out);
	if (describe_preset(form, &preset))
		text_addf(out, " (default %s)", preset.data);
	if (form->opt->flags & OPT_REQUIRED)
		text_add(out, " (required)");
	if (type->repeats && type->metavar)
		text_add(out, " (repeatable)");
}

void
describe_word(const struct opt *opt, struct text *out)
{
	const struct opt_form form = { .opt = opt };

	describe_sentence(&form, out);
}

void
describe_identifier(const struct plugin *plugin, struct text *out)
{
	static const char prefix[] = "check_";
	const char *name = plugin->name;

	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		name += sizeof(prefix) - 1;
	for (; *name; name++)
		text_add_char(out, isalnum((unsigned char)*name) ? *name : '_');
}
