/* SPDX-License-Identifier: ISC */
/* opt_file: the small files that options name, read whole. */
#ifndef FRAME_OPT_FILE_H
#define FRAME_OPT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "frame/opt.h"

/* Reads to the end, at most `max` bytes; an input that stays silent for
 * OPT_FILE_WAIT_NS (a pipe on standard input) is an error. */
#define OPT_FILE_WAIT_NS (5 * CLOCK_SECOND)
bool opt_file_read(int fd, char *buffer, size_t max, size_t *len,
    struct err *err);

/* A regular file of at most OPT_FILE_MAX bytes, as a whole, into the arena. */
#define OPT_FILE_MAX ((size_t)4 << 20)
bool opt_file_load(const char *path, struct arena *arena, const char **bytes,
    size_t *len, struct err *err);

/* Whatever brings bytes: a file, a pipe, standard input for "-"; at most
 * OPT_STREAM_MAX of them, with a NUL behind them and without a byte order mark
 * before them.  They may be written to. */
#define OPT_STREAM_MAX ((size_t)8 << 20)
bool opt_file_stream(const char *path, struct arena *arena, char **bytes,
    size_t *len, struct err *err);

/* "-" and the files of descriptors bring something else each time: then a hash
 * of what was read stands for the value in the identity. */
bool opt_file_identify(const struct opt_value *value, uint64_t hash,
    struct err *err);

#endif
