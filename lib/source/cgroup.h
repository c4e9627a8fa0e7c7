/* SPDX-License-Identifier: ISC */
/* cgroup: the ids of a control group and all below it, cgroup v2 only. */
#ifndef SOURCE_CGROUP_H
#define SOURCE_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define CGROUP_MAX 10000 /* groups below one path */

struct cgroup_ids {
	uint64_t *items; /* ascending */
	size_t count;
};

/*
 * Finds the ids of the group `path`, an absolute path of a directory in the
 * cgroup file system, or one relative to its usual mount ("/sys/fs/cgroup").
 * The id is the directory's inode number (kernfs since Linux 5.5).
 */
bool cgroup_find(const char *path, struct arena *arena, struct cgroup_ids *ids,
    struct err *err);

#endif
