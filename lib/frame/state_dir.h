/* SPDX-License-Identifier: ISC */
/*
 * state_dir: the directory that holds the state, found and opened safely.
 *
 * The path is walked one component at a time.  A symbolic link on the way is
 * followed only when root or we ourselves own it (what
 * fs.protected_symlinks does in sticky directories, here everywhere), and the
 * directory itself may not be one.
 */
#ifndef FRAME_STATE_DIR_H
#define FRAME_STATE_DIR_H

#include "base/err.h"
#include "base/text.h"

/*
 * Returns a descriptor of `directory` when not NULL, else of the first that
 * serves: $STATE_DIRECTORY, /var/lib/routevigil, $XDG_STATE_HOME/routevigil,
 * ~/.local/state/routevigil.  Appends its path, for messages, to `path`.  On -1
 * *err says why, and what to do.  Allocates nothing.
 */
int state_dir_open(const char *directory, struct text *path, struct err *err);

#endif
