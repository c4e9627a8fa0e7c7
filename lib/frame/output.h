/* SPDX-License-Identifier: ISC */
/*
 * output: finished bytes on their way out of the program.
 *
 * Neither function can end the process: a reader that is gone, a full disk and
 * a file size limit are all reported, never a signal.  A reader that takes
 * nothing for OUTPUT_STALL_MS is given up.
 */
#ifndef FRAME_OUTPUT_H
#define FRAME_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* A pipe holds 64 KiB, so only a reader who takes nothing of a long output is
 * met, or one who sleeps: too little to be late for. */
#define OUTPUT_STALL_MS 1000

/*
 * Replaces the file `path` by one that holds the bytes: readers see the old
 * file or the new one, whole.  The new one is written as .NAME.PID beside it
 * (which node_exporter's textfile collector does not read) with mode 0644 less
 * the umask, synced, and renamed.  A symbolic link is replaced, not followed;
 * what is neither a file nor a link to one (a device, a directory, a socket)
 * is refused.  On false nothing has changed and nothing is left behind.
 */
bool output_file(const char *path, const char *bytes, size_t len,
    struct err *err);

/* False when not all of the bytes could be written. */
bool output_stdout(const char *bytes, size_t len);

#endif
