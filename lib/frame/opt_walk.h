/* SPDX-License-Identifier: ISC */
/*
 * opt_walk: argv cut into options and words, without an opinion: whoever walks
 * decides what is an error.
 */
#ifndef FRAME_OPT_WALK_H
#define FRAME_OPT_WALK_H

#include "base/text.h"
#include "frame/opt_rows.h"

struct opt_walk {
	const struct opt_rows *rows;
	int argc;
	char **argv;
	int next;      /* index of the next word; begins at 1 */
	char *cluster; /* letters still to come of "-4vp"; or NULL */
	bool words;    /* after "--" */
};

enum opt_item_kind {
	OPT_ITEM_OPTION,   /* match, and value unless the type takes none */
	OPT_ITEM_WORD,	   /* value */
	OPT_ITEM_UNKNOWN,  /* no option of this name */
	OPT_ITEM_NO_VALUE, /* it needs one */
	OPT_ITEM_UNWANTED, /* it takes none */
};

struct opt_item {
	enum opt_item_kind kind;
	struct opt_match match;
	char *value;	  /* within argv; NULL: none */
	int at;		  /* index of the word that the item ends in */
	bool after;	  /* behind "--" */
	const char *name; /* as typed, without dashes; not terminated */
	size_t name_len;
	bool is_long;
};

/* False at the end. */
bool opt_walk_next(struct opt_walk *walk, struct opt_item *item);

/* "--port", "-p": the option as the user typed it, cleaned. */
void opt_item_label(const struct opt_item *item, struct text *out);

#endif
