/* SPDX-License-Identifier: ISC */
/* render_parts: what more than one renderer needs. */
#ifndef FRAME_RENDER_PARTS_H
#define FRAME_RENDER_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/result.h"

/* Takes back everything after `mark`, a former out->len. */
void render_rewind(struct text *out, size_t mark);

/*
 * The labels that hold for a node: its own and those of the nodes above it,
 * outermost first, without empty values.  Of two with one name the inner one
 * holds, in the place of the outer one.
 */
struct render_labels {
	size_t count;
	const struct result_label *items[(RESULT_DEPTH + 1) * RESULT_LABELS];
};
/* Those that reach as far as `reach`. */
void render_labels(struct render_labels *labels, const struct result *node,
    enum result_reach reach);

/* What perfdata calls a number: its metric and the values of these labels. */
void render_label_of(struct text *out, const struct render_labels *labels,
    const char *metric);
/* The same for a number of this node, but for the _2 that tells it from another
 * one; another program's number keeps the name it came with. */
void render_label(struct text *out, const struct result *node,
    const struct result_metric *metric);

/*
 * A set of hashes that counts, for names that must be unique in an output of
 * 100,000 nodes.  It lives in the end of the output's own buffer, which the
 * text has not reached yet: a renderer has no other memory.
 */
struct render_seen {
	struct text *out;
	size_t taken; /* bytes of the buffer */
	size_t slots;
	unsigned char *table;
};

/* Takes room for `count` different hashes; false and out->cut when there is
 * none.  Nothing else may shorten the buffer before render_seen_end. */
bool render_seen_begin(struct render_seen *seen, struct text *out,
    size_t count);
/* How often the hash was added before. */
unsigned render_seen_add(struct render_seen *seen, uint64_t hash);
/* Gives the room back. */
void render_seen_end(struct render_seen *seen);

#endif
