/* SPDX-License-Identifier: ISC */
#include "frame/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_DIRECTORY "/var/lib/routevigil"
#define LINKS_MAX 16 /* symbolic links followed on one way */

enum walk_flags {
	WALK_MAKE = 1 << 0,   /* make what is missing, mode 0700 */
	WALK_FOLLOW = 1 << 1, /* the last component may be a link too */
};

/* --- the walk ------------------------------------------------------------- */

struct walk {
	int at;		     /* the directory reached so far, or AT_FDCWD */
	char rest[PATH_MAX]; /* what is still to go */
	unsigned links;
	unsigned flags; /* enum walk_flags */
};

static void
walk_to(struct walk *walk, int fd)
{
	if (walk->at >= 0)
		close(walk->at);
	walk->at = fd;
}

/* Cuts the next component off the rest: "/" for the root, NULL at the end. */
static const char *
next_component(struct walk *walk, char component[NAME_MAX + 1])
{
	const char *rest = walk->rest;
	size_t len;

	if (*rest == '/') {
		rest += strspn(rest, "/");
		memmove(walk->rest, rest, strlen(rest) + 1);
		return "/";
	}
	len = strcspn(rest, "/");
	if (len == 0 || len > NAME_MAX)
		return NULL;
	memcpy(component, rest, len);
	component[len] = '\0';
	rest += len;
	rest += strspn(rest, "/");
	memmove(walk->rest, rest, strlen(rest) + 1);
	return component;
}

/* An O_PATH descriptor of one component, or -1. */
static int
open_component(const struct walk *walk, const char *component)
{
	const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(walk->at, component, flags);

	if (fd >= 0 || errno != ENOENT || !(walk->flags & WALK_MAKE))
		return fd;
	if (mkdirat(walk->at, component, 0700) < 0 && errno != EEXIST)
		return -1;
	return openat(walk->at, component, flags);
}

/* Puts the target of the link `fd` before the rest; an errno, or 0. */
static int
expand_link(struct walk *walk, int fd, const struct stat *st)
{
	char target[PATH_MAX];
	const size_t left = strlen(walk->rest);
	ssize_t len;

	if (st->st_uid != 0 && st->st_uid != geteuid())
		return EACCES;
	if (++walk->links > LINKS_MAX)
		return ELOOP;
	len = readlinkat(fd, "", target, sizeof(target));
	if (len < 0)
		return errno;
	if ((size_t)len + 1 + left >= sizeof(walk->rest))
		return ENAMETOOLONG;
	memmove(walk->rest + len + 1, walk->rest, left + 1);
	memcpy(walk->rest, target, (size_t)len);
	walk->rest[len] = left ? '/' : '\0';
	return 0;
}

/* Goes one component further; an errno, or 0. */
static int
step(struct walk *walk, const char *component)
{
	struct stat st;
	const int fd = open_component(walk, component);
	int fault = 0;

	if (fd < 0)
		return errno;
	if (fstat(fd, &st) < 0)
		fault = errno;
	else if (S_ISLNK(st.st_mode) &&
	    (*walk->rest || (walk->flags & WALK_FOLLOW)))
		fault = expand_link(walk, fd, &st);
	else {
		walk_to(walk, fd);
		return 0;
	}
	close(fd);
	return fault;
}

/* Opens `path`, seen from `start`, as an O_PATH descriptor; -1 with errno. */
static int
walk_open(int start, const char *path, unsigned flags)
{
	struct walk walk = { .at = AT_FDCWD, .flags = flags };
	char buffer[NAME_MAX + 1];
	const char *component;
	int fault = 0;

	if (strlen(path) >= sizeof(walk.rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(walk.rest, path);
	if (start >= 0)
		walk.at = fcntl(start, F_DUPFD_CLOEXEC, 0);
	while (!fault && *walk.rest) {
		component = next_component(&walk, buffer);
		fault = component ? step(&walk, component) : ENAMETOOLONG;
	}
	if (!fault && walk.at < 0)
		fault = ENOENT;
	if (!fault)
		return walk.at;
	walk_to(&walk, -1);
	errno = fault;
	return -1;
}

/* --- the rules ------------------------------------------------------------ */

static bool
check_rules(const struct stat *st, const char *path, struct err *err)
{
	if (S_ISLNK(st->st_mode))
		return err_set(err, ERR_PERMISSION,
		    "state directory %s is a symbolic link: give its target",
		    path);
	if (!S_ISDIR(st->st_mode))
		return err_set(err, ERR_SYSTEM,
		    "state directory %s is no directory", path);
	if (st->st_uid != geteuid())
		return err_set(err, ERR_PERMISSION,
		    "state directory %s belongs to user %u, and we are user %u",
		    path, (unsigned)st->st_uid, (unsigned)geteuid());
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, ERR_PERMISSION,
		    "state directory %s can be written by others: chmod go-w",
		    path);
	return true;
}

/* Turns an O_PATH descriptor (consumed) into one that can be synced. */
static int
check_open(int at, const char *path, struct err *err)
{
	struct stat st;
	int fd = -1;

	if (fstat(at, &st) < 0)
		err_sys(err, errno, "state directory %s", path);
	else if (check_rules(&st, path, err)) {
		fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			err_sys(err, errno, "state directory %s", path);
	}
	close(at);
	return fd;
}

/* --- the candidates ------------------------------------------------------- */

static int
open_given(const char *path, struct err *err)
{
	const int at = walk_open(AT_FDCWD, path, 0);

	if (at >= 0)
		return check_open(at, path, err);
	err_sys(err, errno, "state directory %s", path);
	return -1;
}

/* systemd(1) gives a list when the unit has several: the first is ours. */
static int
open_systemd(const char *list, struct text *path, struct err *err)
{
	text_add_bytes(path, list, strcspn(list, ":"));
	if (path->data[0] == '/')
		return open_given(path->data, err);
	err_set(err, ERR_USAGE, "STATE_DIRECTORY is no absolute path");
	return -1;
}

/* Is it there, ours, and on a file system that can be written? */
static bool
serves(int at)
{
	struct stat st;

	return fstat(at, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() &&
	    faccessat(at, ".", W_OK | X_OK, AT_EACCESS) == 0;
}

/* What hangs below a directory that the environment names.  Source: XDG Base
 * Directory Specification 0.8; relative paths are to be ignored. */
static const struct home {
	const char *variable, *below;
	unsigned flags; /* for the directory that the variable names */
} homes[] = {
	{ "XDG_STATE_HOME", "routevigil", WALK_FOLLOW | WALK_MAKE },
	{ "HOME", ".local/state/routevigil", WALK_FOLLOW },
};

static int
open_home(const struct home *home, const char *base, struct text *path,
    struct err *err)
{
	const int base_fd = walk_open(AT_FDCWD, base, home->flags);
	int at = -1;

	text_addf(path, "%s/%s", base, home->below);
	if (base_fd >= 0) {
		at = walk_open(base_fd, home->below, WALK_MAKE);
		if (at < 0)
			err_sys(err, errno, "state directory %s", path->data);
		close(base_fd);
	} else {
		err_sys(err, errno, "state directory %s", path->data);
	}
	return at < 0 ? -1 : check_open(at, path->data, err);
}

static int
open_default(struct text *path, struct err *err)
{
	const int at = walk_open(AT_FDCWD, SYSTEM_DIRECTORY, 0);

	if (at >= 0 && serves(at)) {
		text_add(path, SYSTEM_DIRECTORY);
		return check_open(at, path->data, err);
	}
	if (at >= 0)
		close(at);
	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		const char *base = getenv(homes[i].variable);

		if (base && *base == '/')
			return open_home(&homes[i], base, path, err);
	}
	err_set(err, ERR_SYSTEM,
	    "no state directory: " SYSTEM_DIRECTORY " does not serve, and"
	    " neither XDG_STATE_HOME nor HOME is set; give --state-dir");
	return -1;
}

int
state_dir_open(const char *directory, struct text *path, struct err *err)
{
	const char *const systemd = getenv("STATE_DIRECTORY");

	if (directory) {
		text_add(path, directory);
		return open_given(directory, err);
	}
	if (systemd && *systemd)
		return open_systemd(systemd, path, err);
	return open_default(path, err);
}
