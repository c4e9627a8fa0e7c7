/* SPDX-License-Identifier: ISC */
/* damped_list: what dampening remembers, for people to look at. */
#ifndef FRAME_DAMPED_LIST_H
#define FRAME_DAMPED_LIST_H

#include "base/arena.h"
#include "frame/damped_record.h"

#define DAMPED_LIST_MAX 10000 /* entries; more are left out */

struct damped_entry {
	const char *file; /* its name in the directory */
	const char *key;  /* whole: program, "dampen", for whom; foreign; "" */
	struct damped_record record;
	const char *fault; /* NULL, or why the record means nothing; foreign */
};

/*
 * All memories of dampening in the state directory (NULL: the usual one; *path
 * is the one it is), of every program, in no order; those of other kinds are
 * passed over.  Reads only what is ours.  What cannot be read is in the list,
 * of whatever kind it was.
 */
bool damped_list(const char *directory, struct arena *arena,
    struct arena_list *entries, struct text *path, struct err *err);

#endif
