/* SPDX-License-Identifier: ISC */
/*
 * wire: what a worker tells its guard over their pipe.
 *
 * A stream of frames: one type byte, a length of four bytes (little endian),
 * the payload.  Both ends are the same binary, so a metric travels as the index
 * of its definition; but the worker has read foreign bytes and may be anything
 * by now, so the reader trusts no length, index, number or text.
 */
#ifndef FRAME_WIRE_H
#define FRAME_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "model/result.h"

enum wire_type {
	WIRE_RESULT = 'R',  /* a whole tree; a later one replaces it */
	WIRE_WAITING = 'W', /* text: what the worker is waiting for */
	WIRE_NOTE = 'N',    /* a byte: level; text */
	WIRE_CAVEAT = 'C',  /* text, for the first line */
	WIRE_MEMORY = 'M',  /* what the next run should recall */
	WIRE_WORDS = 'T',   /* another program's output, raw */
	WIRE_ERROR = 'E',   /* a byte: enum err_kind; text */
	WIRE_DONE = 'D',    /* nothing: the worker has told all it knows */
};

#define WIRE_HEADER 5		/* bytes before a payload */
#define WIRE_PAYLOAD (32 << 20) /* bytes of one payload, at most */

/* Frames are appended whole; when one does not fit, out->cut is set. */
void wire_put(struct text *out, enum wire_type type, const void *payload,
    size_t len);
void wire_put_result(struct text *out, const struct result *root);
/* A payload that begins with one byte. */
void wire_put_tagged(struct text *out, enum wire_type type, unsigned char tag,
    const char *string);

struct wire_frame {
	enum wire_type type;
	const unsigned char *payload; /* points into the bytes */
	size_t len;
};

/*
 * Takes the first frame off (*bytes, *len).  1: *frame is set and the cursor
 * advanced.  0: more bytes are needed.  -1: no such frame can exist, and *err
 * (ERR_PROTOCOL) says why.
 */
int wire_next(const unsigned char **bytes, size_t *len,
    struct wire_frame *frame, struct err *err);

/* Builds the tree of a WIRE_RESULT payload.  `tree` is initialised here. */
bool wire_result(const struct wire_frame *frame, struct result_tree *tree,
    struct arena *arena, const struct metric_def *defs, const void *opts,
    struct err *err);

#endif
