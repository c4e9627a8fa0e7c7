/* SPDX-License-Identifier: ISC */
#include "source/trusted.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
check(const char *path, uid_t owner, const struct stat *st, struct err *err)
{
	if (st->st_uid != owner)
		return err_set(err, ERR_PERMISSION,
		    "%s belongs to user %u, not to user %u", path,
		    (unsigned)st->st_uid, (unsigned)owner);
	if (!S_ISLNK(st->st_mode) && (st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(err, ERR_PERMISSION,
		    "%s can be written by others than its owner", path);
	return true;
}

/* Each directory of the path, from the root on, and the last part. */
static bool
check_chain(const char *path, uid_t owner, bool *absent, struct err *err)
{
	char part[PATH_MAX];
	size_t at = 0, len = strlen(path);
	struct stat st;

	do {
		at += strcspn(path + at + 1, "/") + 1;
		/* "/" itself is the first part, with the first step. */
		if (at == strcspn(path + 1, "/") + 1) {
			if (lstat("/", &st) != 0)
				return err_sys(err, errno, "/");
			/* The root of a container may be another's. */
			if (st.st_uid != 0 && st.st_uid != owner)
				return check("/", owner, &st, err);
		}
		memcpy(part, path, at);
		part[at] = '\0';
		if (lstat(part, &st) != 0) {
			*absent = errno == ENOENT;
			return err_sys(err, errno, "%s", part);
		}
		if (at < len && st.st_uid == 0 && owner != 0 &&
		    (st.st_mode & S_IWOTH) == 0)
			continue; /* root may own what leads there */
		if (!check(part, owner, &st, err))
			return false;
	} while (at < len);
	return true;
}

bool
trusted_path(const char *path, uid_t owner, char resolved[PATH_MAX],
    bool *absent, struct err *err)
{
	*absent = false;
	if (path[0] != '/' || strlen(path) >= PATH_MAX)
		return err_set(err, ERR_USAGE, "%s is no absolute path", path);
	if (!check_chain(path, owner, absent, err))
		return false;
	if (!realpath(path, resolved)) {
		*absent = errno == ENOENT;
		return err_sys(err, errno, "%s", path);
	}
	return check_chain(resolved, owner, absent, err);
}

bool
trusted_program(const char *path, char resolved[PATH_MAX], struct err *err)
{
	bool absent;

	if (geteuid() == 0)
		return trusted_path(path, 0, resolved, &absent, err);
	snprintf(resolved, PATH_MAX, "%s", path);
	return true;
}
