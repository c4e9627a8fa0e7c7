/* SPDX-License-Identifier: ISC */
/* opt_file: the small files that options name, read whole. */
#ifndef FRAME_OPT_FILE_H
#define FRAME_OPT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Reads to the end, at most `max` bytes; an input that stays silent for
 * OPT_FILE_WAIT_NS (a pipe on standard input) is an error. */
#define OPT_FILE_WAIT_NS (5 * CLOCK_SECOND)
bool opt_file_read(int fd, char *buffer, size_t max, size_t *len,
    struct err *err);

#endif
