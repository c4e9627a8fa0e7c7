/* SPDX-License-Identifier: ISC */
/* describe_parts: what the descriptions of a program have in common. */
#ifndef FRAME_DESCRIBE_PARTS_H
#define FRAME_DESCRIBE_PARTS_H

#include "base/text.h"
#include "frame/opt_rows.h"
#include "frame/plugin.h"

#define DESCRIBE_TABLES 5

/* One option after the other, over all tables.  Begin with a zeroed walk. */
struct describe_walk {
	size_t table, row, form;
	bool own; /* the form is one of the program's own options */
};
bool describe_next(const struct plugin *plugin, struct describe_walk *walk,
    struct opt_form *form);

/* The row with OPT_POSITIONAL or OPT_REST, or NULL. */
const struct opt *describe_words(const struct plugin *plugin, unsigned flag);
/* Does the program have thresholds? */
bool describe_has_limits(const struct plugin *plugin);

/* The placeholder of the value; NULL: it takes none. */
const char *describe_metavar(const struct opt *opt);
/* The words of an enumeration, or NULL. */
const struct opt_word *describe_choices(const struct opt *opt);
/* The preset of this form (one half of a pair); false: there is none. */
bool describe_preset(const struct opt_form *form, struct text *out);
/* What the option is for, without choices and default. */
void describe_purpose(const struct opt_form *form, struct text *out);
/* All that there is to say, in one sentence without full stop. */
void describe_sentence(const struct opt_form *form, struct text *out);
/* The same for a positional row or the rest. */
void describe_word(const struct opt *opt, struct text *out);

/* "check_x" as an identifier, without "check_": "x". */
void describe_identifier(const struct plugin *plugin, struct text *out);

/* The formats of --describe. */
void describe_mdoc(const struct plugin *plugin, struct text *out);
void describe_mdoc_metrics(const struct plugin *plugin, struct text *out);
void describe_bash(const struct plugin *plugin, struct text *out);
void describe_icinga2(const struct plugin *plugin, struct text *out);
void describe_json(const struct plugin *plugin, struct text *out);

#endif
