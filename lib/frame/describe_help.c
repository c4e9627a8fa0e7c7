/* SPDX-License-Identifier: ISC */
/* --help and --version: for people, in 80 columns. */
#include <ctype.h>
#include <string.h>

#include "frame/describe.h"
#include "frame/describe_parts.h"

enum {
	WIDTH = 80,
	HELP_COLUMN = 28, /* where the explanations begin */
};

void
describe_version(const struct plugin *plugin, struct text *out)
{
	text_addf(out, "%s v%s (routevigil %s)", plugin->name, PLUGIN_VERSION,
	    PLUGIN_VERSION);
}

/* --- wrapping ------------------------------------------------------------- */

/* A paragraph on its way out. */
struct paragraph {
	struct text *out;
	size_t column;
	size_t indent;	  /* of the lines after the first */
	const char *more; /* ends a line that goes on: "" or " \\" */
	bool begun;	  /* a word stands on this line */
};

static void
pad(struct paragraph *p, size_t column)
{
	while (p->column < column) {
		text_add_char(p->out, ' ');
		p->column++;
	}
}

static void
new_line(struct paragraph *p)
{
	text_add_char(p->out, '\n');
	p->column = 0;
	p->begun = false;
	pad(p, p->indent);
}

static void
add_word(struct paragraph *p, const char *word, size_t len)
{
	if (p->begun && p->column + 1 + len + strlen(p->more) > WIDTH) {
		text_add(p->out, p->more);
		new_line(p);
	}
	if (p->begun) {
		text_add_char(p->out, ' ');
		p->column++;
	}
	text_add_bytes(p->out, word, len);
	p->column += len;
	p->begun = true;
}

static void
add_words(struct paragraph *p, const char *string)
{
	while (*string) {
		const size_t len = strcspn(string, " ");

		if (len)
			add_word(p, string, len);
		string += len + (string[len] == ' ');
	}
}

static void
end_paragraph(struct paragraph *p)
{
	text_add_char(p->out, '\n');
	p->column = 0;
	p->begun = false;
}

/* A term at the left and its explanation from HELP_COLUMN on. */
static void
entry(struct text *out, const char *term, const char *explanation)
{
	struct paragraph p = { .out = out, .indent = HELP_COLUMN, .more = "" };

	text_add(out, term);
	p.column = strlen(term);
	if (p.column + 2 > HELP_COLUMN)
		new_line(&p);
	pad(&p, HELP_COLUMN);
	add_words(&p, explanation);
	end_paragraph(&p);
}

/* --- the parts ------------------------------------------------------------ */

static void
add_purpose(const struct plugin *plugin, struct text *out)
{
	struct paragraph p = { .out = out, .more = "" };
	char buffer[1024];
	struct text sentence = TEXT_OVER(buffer);

	text_addf(&sentence, "%s.", plugin->purpose);
	buffer[0] = (char)toupper((unsigned char)buffer[0]);
	add_words(&p, buffer);
	end_paragraph(&p);
}

static void
usage_word(struct paragraph *p, const struct opt *opt)
{
	char buffer[2 * OPT_NAME_SIZE];
	struct text word = TEXT_OVER(buffer);
	const bool required = opt->flags & OPT_REQUIRED;
	/* "PLUGIN [ARG]..." says so itself. */
	const bool dotted = strstr(opt->name, "...") != NULL;

	text_addf(&word, "%s%s%s%s%s", required ? "" : "[",
	    opt->flags & OPT_REST ? "-- " : "", opt->name,
	    opt->type->repeats && !dotted ? "..." : "", required ? "" : "]");
	add_word(p, buffer, word.len);
}

static void
add_usage(const struct plugin *plugin, struct text *out)
{
	struct paragraph p = { .out = out, .indent = 8, .more = "" };
	const struct opt *positional = describe_words(plugin, OPT_POSITIONAL);
	const struct opt *rest = describe_words(plugin, OPT_REST);
	struct describe_walk walk = { 0 };
	struct opt_form form;
	char buffer[2 * OPT_NAME_SIZE];

	add_words(&p, "Usage:");
	add_words(&p, plugin->name);
	while (describe_next(plugin, &walk, &form)) {
		struct text word = TEXT_OVER(buffer);

		if (!(form.opt->flags & OPT_REQUIRED) || form.critical)
			continue;
		text_addf(&word, "--%s=%s", form.name,
		    describe_metavar(form.opt));
		add_word(&p, word.data, word.len);
	}
	add_words(&p, "[OPTION]...");
	if (positional)
		usage_word(&p, positional);
	if (rest)
		usage_word(&p, rest);
	end_paragraph(&p);
}

static void
add_option(const struct opt_form *form, struct text *out)
{
	const char *metavar = describe_metavar(form->opt);
	const bool optional = form->opt->type->optional;
	char term_buffer[160], sentence_buffer[1024];
	struct text term = TEXT_OVER(term_buffer);
	struct text sentence = TEXT_OVER(sentence_buffer);

	if (form->letter)
		text_addf(&term, "  -%c, ", form->letter);
	else
		text_add(&term, "      ");
	text_addf(&term, "--%s", form->name);
	if (metavar)
		text_addf(&term, "%s=%s%s", optional ? "[" : "", metavar,
		    optional ? "]" : "");
	describe_sentence(form, &sentence);
	entry(out, term.data, sentence.data);
}

static void
add_word_row(const struct opt *opt, struct text *out)
{
	char term_buffer[160], sentence_buffer[1024];
	struct text term = TEXT_OVER(term_buffer);
	struct text sentence = TEXT_OVER(sentence_buffer);

	if (!opt)
		return;
	text_addf(&term, "  %s%s", opt->flags & OPT_REST ? "-- " : "",
	    opt->name);
	describe_word(opt, &sentence);
	entry(out, term.data, sentence.data);
}

static void
add_options(const struct plugin *plugin, struct text *out)
{
	struct describe_walk walk = { 0 };
	struct opt_form form;
	bool common = false;

	text_add(out, "\nOptions:\n");
	add_word_row(describe_words(plugin, OPT_POSITIONAL), out);
	add_word_row(describe_words(plugin, OPT_REST), out);
	while (describe_next(plugin, &walk, &form)) {
		if (!walk.own && !common)
			text_add(out, "\nOptions of every program here:\n");
		common |= !walk.own;
		add_option(&form, out);
	}
}

/* Users stumble on "10 also alerts below 0" and on > versus >=. */
static void
add_thresholds(const struct plugin *plugin, struct text *out)
{
	static const char *const ranges[][2] = {
		{ "  10", "alerts below 0 and above 10, not at 10" },
		{ "  10:", "alerts below 10" },
		{ "  ~:10", "alerts above 10 only" },
		{ "  10:20", "alerts below 10 and above 20" },
		{ "  @10:20", "alerts from 10 to 20, both included" },
	};
	static const char example[] =
	    "With a warning range of 80 and a critical range of 90, 80 is OK, "
	    "85 is WARNING, 95 is CRITICAL and -1 is CRITICAL too, since 90 "
	    "stands for 0:90; write ~:90 to alert above 90 only. Critical is "
	    "judged first.";
	struct paragraph p = { .out = out, .indent = 2, .more = "" };

	/* --recover-at has one, too. */
	text_add(out, "\nA RANGE is [@][START:][END]:\n");
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		entry(out, ranges[i][0], ranges[i][1]);
	if (!describe_has_limits(plugin))
		return;
	pad(&p, 2);
	add_words(&p, example);
	end_paragraph(&p);
}

static void
add_exit_states(struct text *out)
{
	text_add(out,
	    "\nExit states:\n"
	    "  0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; also 3 after a wrong "
	    "option, --help\n"
	    "  and --version. Anything that could not be looked at is "
	    "UNKNOWN.\n");
}

static void
add_examples(const struct plugin *plugin, struct text *out)
{
	text_add(out, "\nExamples:\n");
	for (const char *const *e = plugin->examples; e && e[0]; e += 2) {
		struct paragraph command = { .out = out,
			.indent = 4,
			.more = " \\" };
		struct paragraph meaning = { .out = out,
			.indent = 6,
			.more = "" };

		pad(&command, 2);
		add_words(&command, e[0]);
		end_paragraph(&command);
		pad(&meaning, 6);
		add_words(&meaning, e[1]);
		end_paragraph(&meaning);
	}
}

void
describe_help(const struct plugin *plugin, struct text *out)
{
	describe_version(plugin, out);
	text_add(out, "\n\n");
	add_purpose(plugin, out);
	text_add_char(out, '\n');
	add_usage(plugin, out);
	add_options(plugin, out);
	add_thresholds(plugin, out);
	add_exit_states(out);
	add_examples(plugin, out);
	text_addf(out, "\nHome: %s\n", PLUGIN_HOME);
}
