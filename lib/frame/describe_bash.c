/* SPDX-License-Identifier: ISC */
/* --describe=bash: a completion function, without the bash-completion
 * package's helpers. */
#include <string.h>

#include "frame/describe_parts.h"

static const char head[] =
    "_%s()\n"
    "{\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev= assigned=\n"
    "\t((COMP_CWORD)) && prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "\t# readline cuts --name=value into three words\n"
    "\tif [[ $cur == = ]]; then\n"
    "\t\tcur= assigned=yes\n"
    "\telif [[ $prev == = ]]; then\n"
    "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]} assigned=yes\n"
    "\tfi\n"
    "\tCOMPREPLY=()\n";

/* Behind "--" stands another command: that one's completion, where the
 * bash-completion package can find it, else its name and files. */
static const char rest[] =
    "\tlocal i\n"
    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
    "\t\t[[ ${COMP_WORDS[i]} == -- ]] || continue\n"
    "\t\tif declare -F _command_offset >/dev/null; then\n"
    "\t\t\t_command_offset $((i + 1))\n"
    "\t\telif ((i + 1 == COMP_CWORD)); then\n"
    "\t\t\tmapfile -t COMPREPLY < <(compgen -c -- \"$cur\")\n"
    "\t\telse\n"
    "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "\t\tfi\n"
    "\t\treturn\n"
    "\tdone\n";

static void
add_pattern(const struct opt_form *form, struct text *out)
{
	text_add_char(out, '\t');
	if (form->letter)
		text_addf(out, "-%c | ", form->letter);
	text_addf(out, "--%s)\n", form->name);
}

/* What completes a value: nothing for a number. */
static void
add_values(const struct opt *opt, struct text *out)
{
	const struct opt_word *words = describe_choices(opt);
	const struct opt_type *type = opt->type;

	if (words) {
		text_add(out, "-W \"");
		for (const struct opt_word *w = words; w->word; w++)
			text_addf(out, "%s%s", w == words ? "" : " ", w->word);
		text_add(out, "\"");
	} else if (type == &opt_type_file || type == &opt_type_secret_file) {
		text_add(out, "-f");
	} else if (type == &opt_type_host || type == &opt_type_hosts) {
		text_add(out, "-A hostname");
	}
}

static void
add_case(const struct opt_form *form, struct text *out)
{
	const bool optional = form->opt->type->optional;
	char buffer[1024];
	struct text values = TEXT_OVER(buffer);

	if (!describe_metavar(form->opt))
		return;
	add_pattern(form, out);
	add_values(form->opt, &values);
	/* An optional value is none unless it follows a "=". */
	if (optional)
		text_add(out, "\t\tif [[ $assigned ]]; then\n");
	if (values.len)
		text_addf(out,
		    "\t\tmapfile -t COMPREPLY < <(compgen %s -- \"$cur\")\n",
		    values.data);
	text_addf(out, "\t\treturn\n%s\t\t;;\n", optional ? "\t\tfi\n" : "");
}

static void
add_names(const struct plugin *plugin, struct text *out)
{
	struct describe_walk walk = { 0 };
	struct opt_form form;

	text_add(out, "\tmapfile -t COMPREPLY < <(compgen -W \"");
	for (bool first = true; describe_next(plugin, &walk, &form);
	     first = false)
		text_addf(out, "%s--%s", first ? "" : " ", form.name);
	text_add(out, "\" -- \"$cur\")\n");
}

void
describe_bash(const struct plugin *plugin, struct text *out)
{
	char buffer[OPT_NAME_SIZE];
	struct text name = TEXT_OVER(buffer);
	struct describe_walk walk = { 0 };
	struct opt_form form;

	describe_identifier(plugin, &name);
	text_addf(out, "# bash completion for %s\n", plugin->name);
	text_addf(out, head, name.data);
	if (describe_words(plugin, OPT_REST))
		text_add(out, rest);
	text_add(out, "\tcase $prev in\n");
	while (describe_next(plugin, &walk, &form))
		add_case(&form, out);
	text_add(out, "\tesac\n");
	add_names(plugin, out);
	text_addf(out, "}\ncomplete -F _%s %s\n", name.data, plugin->name);
}
