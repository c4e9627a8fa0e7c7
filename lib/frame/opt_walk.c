/* SPDX-License-Identifier: ISC */
#include "frame/opt_walk.h"

#include <string.h>

#define LABEL_CHARS 40 /* of a name that may be anything */

static bool
takes_value(const struct opt_match *match)
{
	return match->row->opt->type->metavar;
}

/* Takes the next word as the option's value.  A dash before a value that must
 * not begin with one is more likely the next option: it is shown as the value
 * (to be refused) and stays in its place. */
static void
take_value(struct opt_walk *walk, struct opt_item *item)
{
	const struct opt_type *type = item->match.row->opt->type;

	if (type->optional)
		return;
	if (walk->next >= walk->argc) {
		item->kind = OPT_ITEM_NO_VALUE;
		return;
	}
	item->at = walk->next;
	item->value = walk->argv[walk->next];
	if (!type->host_like || item->value[0] != '-')
		walk->next++;
}

static void
long_item(struct opt_walk *walk, char *word, struct opt_item *item)
{
	char *equals = strchr(word, '=');

	item->is_long = true;
	item->name = word;
	item->name_len = equals ? (size_t)(equals - word) : strlen(word);
	item->match = opt_rows_name(walk->rows, item->name, item->name_len);
	if (!item->match.row)
		item->kind = OPT_ITEM_UNKNOWN;
	else if (equals && !takes_value(&item->match))
		item->kind = OPT_ITEM_UNWANTED;
	else if (equals)
		item->value = equals + 1;
	else if (takes_value(&item->match))
		take_value(walk, item);
}

static void
letter_item(struct opt_walk *walk, struct opt_item *item)
{
	char *rest = walk->cluster + 1;

	item->name = walk->cluster;
	item->name_len = 1;
	item->match = opt_rows_letter(walk->rows, *walk->cluster);
	walk->cluster = NULL;
	if (!item->match.row) {
		item->kind = OPT_ITEM_UNKNOWN;
	} else if (takes_value(&item->match)) {
		if (*rest)
			item->value = rest;
		else
			take_value(walk, item);
	} else if (*rest == '=') {
		item->kind = OPT_ITEM_UNWANTED;
	} else if (*rest) {
		walk->cluster = rest;
	}
}

bool
opt_walk_next(struct opt_walk *walk, struct opt_item *item)
{
	char *word;

	*item = (struct opt_item){ .at = walk->next - 1 };
	if (walk->cluster) {
		letter_item(walk, item);
		return true;
	}
	if (walk->next < walk->argc && !walk->words &&
	    strcmp(walk->argv[walk->next], "--") == 0) {
		walk->words = true;
		walk->next++;
	}
	if (walk->next >= walk->argc)
		return false;
	item->at = walk->next;
	word = walk->argv[walk->next++];
	if (walk->words || word[0] != '-' || !word[1]) {
		item->kind = OPT_ITEM_WORD;
		item->value = word;
		item->after = walk->words;
	} else if (word[1] == '-') {
		long_item(walk, word + 2, item);
	} else {
		walk->cluster = word + 1;
		letter_item(walk, item);
	}
	return true;
}

void
opt_item_label(const struct opt_item *item, struct text *out)
{
	text_add(out, item->is_long ? "--" : "-");
	text_foreign(out, item->name, item->name_len, LABEL_CHARS);
}
