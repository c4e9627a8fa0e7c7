/* SPDX-License-Identifier: ISC */
/*
 * cgroup: the ids of a control group and all below it, and the processes in it;
 * cgroup v2, and for the processes systemd's own hierarchy of v1 too.
 */
#ifndef SOURCE_CGROUP_H
#define SOURCE_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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

#define CGROUP_MOUNT "/sys/fs/cgroup"

/*
 * The processes of the group `path` ("/system.slice/x.service") itself, below
 * `mount`; at most `room` of them, *count says how many there are.  A group
 * that is not there has none.
 */
bool cgroup_processes(const char *mount, const char *path, pid_t *pids,
    size_t room, size_t *count, struct err *err);

#endif
