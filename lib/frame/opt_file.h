/* SPDX-License-Identifier: ISC */
/* opt_file: the small files that options name, read whole. */
#ifndef FRAME_OPT_FILE_H
#define FRAME_OPT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Reads to the end, at most `max` bytes; an input that stays silent for
 * OPT_FILE_WAIT_NS (a pipe on standard input) is an error. */
#define OPT_FILE_WAIT_NS (5 * CLOCK_SECOND)
bool opt_file_read(int fd, char *buffer, size_t max, size_t *len,
    struct err *err);

/* A regular file of at most OPT_FILE_MAX bytes, as a whole, into the arena. */
#define OPT_FILE_MAX ((size_t)4 << 20)
bool opt_file_load(const char *path, struct arena *arena, const char **bytes,
    size_t *len, struct err *err);

#endif
