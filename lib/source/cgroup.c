/* SPDX-License-Identifier: ISC */
#include "source/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define DEPTH_MAX 32

/* What a walk over the groups needs. */
struct walk {
	struct arena *arena;
	struct arena_list ids;
	const char *path; /* for messages */
	struct err *err;
};

static bool
add(struct walk *walk, int fd)
{
	struct stat st;
	uint64_t *id;

	if (fstat(fd, &st) < 0)
		return err_sys(walk->err, errno, "cgroup %s", walk->path);
	id = walk->ids.count < CGROUP_MAX
	    ? arena_push(walk->arena, &walk->ids, sizeof(*id))
	    : NULL;
	if (id == NULL)
		return err_set(walk->err, ERR_SYSTEM,
		    "cgroup %s: more than %d groups below it", walk->path,
		    CGROUP_MAX);
	*id = st.st_ino;
	return true;
}

static bool add_tree(struct walk *walk, int fd, unsigned depth);

/* A group may vanish while we walk: then its sockets are gone, too. */
static bool
add_below(struct walk *walk, DIR *dir, unsigned depth)
{
	const struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		int fd;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(dir), entry->d_name,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return err_sys(walk->err, errno, "below cgroup %s",
			    walk->path);
		if (!add_tree(walk, fd, depth + 1))
			return false;
	}
	return true;
}

/* Takes fd. */
static bool
add_tree(struct walk *walk, int fd, unsigned depth)
{
	DIR *dir = fdopendir(fd);
	bool ok;

	if (dir == NULL) {
		close(fd);
		return err_sys(walk->err, errno, "cgroup %s", walk->path);
	}
	ok = add(walk, fd) &&
	    (depth == DEPTH_MAX || add_below(walk, dir, depth));
	closedir(dir);
	return ok;
}

static int
by_id(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* "system.slice/nginx.service" and "/system.slice/nginx.service", as
 * /proc/PID/cgroup has it, are meant below the usual mount. */
static int
open_group(const char *path)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	char below[4096];
	struct statfs fs;
	int fd = path[0] == '/' ? open(path, flags) : -1;

	if (fd >= 0 && fstatfs(fd, &fs) == 0 &&
	    fs.f_type == CGROUP2_SUPER_MAGIC)
		return fd;
	if (fd >= 0)
		close(fd);
	if ((size_t)snprintf(below, sizeof(below), CGROUP_MOUNT "/%s", path) >=
	    sizeof(below)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(below, flags);
	if (fd >= 0 &&
	    (fstatfs(fd, &fs) != 0 || fs.f_type != CGROUP2_SUPER_MAGIC)) {
		close(fd);
		errno = ENOTSUP;
		return -1;
	}
	return fd;
}

bool
cgroup_find(const char *path, struct arena *arena, struct cgroup_ids *ids,
    struct err *err)
{
	struct walk walk = { .arena = arena, .path = path, .err = err };
	const int fd = open_group(path);

	if (fd < 0 && errno == ENOTSUP)
		return err_set(err, ERR_UNSUPPORTED,
		    "cgroup %s: " CGROUP_MOUNT " is not cgroup v2", path);
	if (fd < 0)
		return err_sys(err, errno, "cgroup %s", path);
	if (!add_tree(&walk, fd, 0))
		return false;
	ids->items = walk.ids.items;
	ids->count = walk.ids.count;
	qsort(ids->items, ids->count, sizeof(*ids->items), by_id);
	return true;
}

/* --- processes ------------------------------------------------------------ */

/* Lines of a number each. */
static bool
read_pids(int fd, pid_t *pids, size_t room, size_t *count)
{
	char bytes[4096];
	uint64_t number = 0;
	bool inside = false;
	ssize_t len;

	while ((len = read(fd, bytes, sizeof(bytes))) > 0) {
		for (const char *at = bytes; at < bytes + len; at++) {
			if (*at >= '0' && *at <= '9') {
				number = number * 10 + (uint64_t)(*at - '0');
				inside = number <= INT_MAX;
			} else if (inside) {
				if (*count < room)
					pids[*count] = (pid_t)number;
				(*count)++;
				number = 0;
				inside = false;
			}
		}
	}
	return len == 0;
}

bool
cgroup_processes(const char *mount, const char *path, pid_t *pids, size_t room,
    size_t *count, struct err *err)
{
	/* v2; beside v1 as "hybrid"; v1 */
	static const char *const hierarchies[] = { "", "/unified", "/systemd" };

	*count = 0;
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]);
	     i++) {
		char name[PATH_MAX];
		bool good;
		int fd;

		snprintf(name, sizeof(name), "%s%s%s/cgroup.procs", mount,
		    hierarchies[i], path);
		fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		good = fd >= 0 && read_pids(fd, pids, room, count);
		if (!good)
			err_sys(err, errno, "reading %s", name);
		if (fd >= 0)
			close(fd);
		return good;
	}
	return true;
}
