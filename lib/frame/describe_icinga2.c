/* SPDX-License-Identifier: ISC */
/* --describe=icinga2: a CheckCommand object.  Source: Icinga 2 documentation,
 * "Object Types", CheckCommand, and "Command Arguments". */
#include <string.h>
#include <strings.h>

#include "frame/describe_parts.h"

static void
add_string(struct text *out, const char *string)
{
	text_add_char(out, '"');
	for (; *string; string++) {
		if (*string == '"' || *string == '\\')
			text_add_char(out, '\\');
		text_add_char(out, *string);
	}
	text_add_char(out, '"');
}

/* What custom variables are called. */
struct names {
	const char *prefix;
	/* That of --hostname.  What to ask is an "address" in every command of
	 * Icinga's library, unless an option of that name is for another. */
	const char *host;
};

static void
add_variable(struct text *out, const struct names *names, const char *option)
{
	if (strcmp(option, "hostname") == 0)
		option = names->host;
	text_addf(out, "%s_", names->prefix);
	for (; *option; option++)
		text_add_char(out, *option == '-' ? '_' : *option);
}

static void
begin_argument(struct text *out, const char *key)
{
	text_add(out, "\t\t");
	add_string(out, key);
	text_add(out, " = {\n");
}

/* ATTRIBUTE = "BEFORE$prefix_option$" */
static void
add_macro(struct text *out, const char *attribute, const char *before,
    const struct names *names, const char *option)
{
	text_addf(out, "\t\t\t%s = \"%s$", attribute, before);
	add_variable(out, names, option);
	text_add(out, "$\"\n");
}

static void
end_argument(struct text *out, const char *description, unsigned flags)
{
	text_add(out, "\t\t\tdescription = ");
	add_string(out, description);
	text_add_char(out, '\n');
	if (flags & OPT_REQUIRED)
		text_add(out, "\t\t\trequired = true\n");
	text_add(out, "\t\t}\n");
}

static void
add_option(struct text *out, const struct opt_form *form,
    const struct names *names)
{
	const struct opt_type *type = form->opt->type;
	char key_buffer[OPT_NAME_SIZE + 4], buffer[1024];
	struct text key = TEXT_OVER(key_buffer);
	struct text sentence = TEXT_OVER(buffer);

	text_addf(&key, "--%s", form->name);
	begin_argument(out, key.data);
	if (type->optional) {
		/* Joined by hand: as two words the value would be none. */
		text_add_char(&key, '=');
		text_add(out, "\t\t\tskip_key = true\n");
		add_macro(out, "value", key.data, names, form->name);
	} else if (type->metavar) {
		add_macro(out, "value", "", names, form->name);
		if (type->repeats)
			text_add(out, "\t\t\trepeat_key = true\n");
	} else {
		add_macro(out, "set_if", "", names, form->name);
	}
	describe_sentence(form, &sentence);
	end_argument(out, sentence.data, form->opt->flags);
}

/* Words come behind all options, and the command behind them. */
static void
add_words(struct text *out, const struct opt *opt, const struct names *names)
{
	const bool rest = opt && opt->flags & OPT_REST;
	char lower_buffer[OPT_NAME_SIZE], buffer[1024];
	struct text lower = TEXT_OVER(lower_buffer);
	struct text sentence = TEXT_OVER(buffer);

	if (!opt)
		return;
	/* "PLUGIN [ARG]...": its first word is a name. */
	for (const char *c = opt->name; *c && *c != ' '; c++)
		text_add_char(&lower,
		    (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c));
	begin_argument(out, rest ? "--" : opt->name);
	text_add(out,
	    rest ? "\t\t\trepeat_key = false\n" : "\t\t\tskip_key = true\n");
	text_addf(out, "\t\t\torder = %d\n", rest ? 200 : 100);
	add_macro(out, "value", "", names, lower.data);
	describe_word(opt, &sentence);
	end_argument(out, sentence.data, opt->flags);
}

static bool
has_option(const struct plugin *plugin, const char *name)
{
	for (const struct opt *opt = plugin->options; opt->name; opt++)
		if (strcmp(opt->name, name) == 0)
			return true;
	return false;
}

/* "URL" beside --url: one variable would give each word twice. */
static bool
has_twin(const struct plugin *plugin, const struct opt *words)
{
	for (const struct opt *opt = plugin->options; opt->name; opt++)
		if (words != NULL && opt != words &&
		    strcasecmp(opt->name, words->name) == 0)
			return true;
	return false;
}

static bool
is_request(const struct opt *opt)
{
	for (const struct opt *r = opt_requests; r->name; r++)
		if (r == opt)
			return true;
	return false;
}

void
describe_icinga2(const struct plugin *plugin, struct text *out)
{
	const bool host = has_option(plugin, "hostname");
	char buffer[OPT_NAME_SIZE];
	struct text prefix = TEXT_OVER(buffer);
	const struct names names = {
		.prefix = buffer,
		.host = has_option(plugin, "address") ? "hostname" : "address",
	};
	struct describe_walk walk = { 0 };
	struct opt_form form;

	describe_identifier(plugin, &prefix);
	text_addf(out, "object CheckCommand \"%s\" {\n", prefix.data);
	if (host)
		text_add(out, "\timport \"ipv4-or-ipv6\"\n");
	text_addf(out, "\tcommand = [ PluginContribDir + \"/%s\" ]\n",
	    plugin->name);
	text_add(out, "\targuments = {\n");
	while (describe_next(plugin, &walk, &form))
		if (!is_request(form.opt))
			add_option(out, &form, &names);
	if (!has_twin(plugin, describe_words(plugin, OPT_POSITIONAL)))
		add_words(out, describe_words(plugin, OPT_POSITIONAL), &names);
	add_words(out, describe_words(plugin, OPT_REST), &names);
	text_add(out, "\t}\n");
	if (host)
		text_addf(out, "\tvars.%s_%s = \"$check_address$\"\n",
		    names.prefix, names.host);
	text_add(out, "}\n");
}
