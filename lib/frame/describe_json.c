/* SPDX-License-Identifier: ISC */
/* --describe=json: the tables as one object, for other programs. */
#include <string.h>

#include "frame/describe_parts.h"
#include "frame/json.h"

static void
add_choices(struct json *json, const struct opt_word *words)
{
	if (!words)
		return;
	json_array(json, "choices");
	for (; words->word; words++)
		json_string(json, NULL, words->word);
	json_close(json);
}

static void
add_value(struct json *json, const struct opt_form *form)
{
	char buffer[128];
	struct text preset = TEXT_OVER(buffer);

	json_string(json, "value", describe_metavar(form->opt));
	add_choices(json, describe_choices(form->opt));
	if (describe_preset(form, &preset))
		json_string(json, "default", preset.data);
	json_bool(json, "required", form->opt->flags & OPT_REQUIRED);
	json_bool(json, "repeats", form->opt->type->repeats);
}

static void
add_option(struct json *json, const struct opt_form *form, bool own)
{
	const char letter[] = { form->letter, '\0' };
	char buffer[1024];
	struct text purpose = TEXT_OVER(buffer);

	json_object(json, NULL);
	json_string(json, "name", form->name);
	if (form->letter)
		json_string(json, "letter", letter);
	json_bool(json, "common", !own);
	add_value(json, form);
	describe_purpose(form, &purpose);
	json_string(json, "help", purpose.data);
	json_close(json);
}

static void
add_word_row(struct json *json, const char *key, const struct opt *opt)
{
	const struct opt_form form = { .opt = opt };

	if (!opt)
		return;
	json_object(json, key);
	json_string(json, "name", opt->name);
	add_value(json, &form);
	json_string(json, "help", opt->help);
	json_close(json);
}

static void
add_metrics(struct json *json, const struct metric_def *def)
{
	static const char *const kinds[] = { [METRIC_GAUGE] = "gauge",
		[METRIC_COUNTER] = "counter",
		[METRIC_INFO] = "info" };

	json_array(json, "metrics");
	for (; def && def->name; def++) {
		json_object(json, NULL);
		json_string(json, "name", def->name);
		json_string(json, "kind", kinds[def->kind]);
		json_string(json, "uom", metric_uom(def));
		json_string(json, "openmetrics_family", def->family);
		json_string(json, "openmetrics_parts", def->parts);
		json_string(json, "openmetrics_unit",
		    metric_unit_name(def->unit));
		json_string(json, "help", def->help);
		json_close(json);
	}
	json_close(json);
}

static void
add_examples(struct json *json, const char *const *examples)
{
	json_array(json, "examples");
	for (; examples && examples[0]; examples += 2) {
		json_object(json, NULL);
		json_string(json, "command", examples[0]);
		json_string(json, "help", examples[1]);
		json_close(json);
	}
	json_close(json);
}

void
describe_json(const struct plugin *plugin, struct text *out)
{
	struct describe_walk walk = { 0 };
	struct opt_form form;
	struct json json;

	json_init(&json, out);
	json_object(&json, NULL);
	json_string(&json, "name", plugin->name);
	json_string(&json, "version", PLUGIN_VERSION);
	json_string(&json, "purpose", plugin->purpose);
	json_string(&json, "home", PLUGIN_HOME);
	json_array(&json, "options");
	while (describe_next(plugin, &walk, &form))
		add_option(&json, &form, walk.own);
	json_close(&json);
	add_word_row(&json, "words", describe_words(plugin, OPT_POSITIONAL));
	add_word_row(&json, "rest", describe_words(plugin, OPT_REST));
	add_metrics(&json, plugin->metrics);
	add_examples(&json, plugin->examples);
	json_close(&json);
	text_add_char(out, '\n');
}
