/* SPDX-License-Identifier: ISC */
#include "source/access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/span.h"

#define NAME_MAX_LEN 64

/* passwd(5) and group(5): NAME:x:NUMBER:... in both. */
static bool
is_line_of(struct span line, uint32_t number, struct span *name)
{
	struct span password, rest, id;
	uint32_t found;

	return span_cut(line, ':', name, &rest) &&
	    span_cut(rest, ':', &password, &rest) &&
	    span_cut(rest, ':', &id, &rest) && span_u32(id, &found) &&
	    found == number;
}

static void
name_of(const char *file, uint32_t number, char name[NAME_MAX_LEN])
{
	FILE *stream = fopen(file, "re");
	struct span found;
	char line[1024];

	snprintf(name, NAME_MAX_LEN, "%u", number);
	while (stream && fgets(line, sizeof(line), stream))
		if (is_line_of(span_of(line), number, &found) &&
		    span_copy(found, name, NAME_MAX_LEN))
			break;
	if (stream)
		fclose(stream);
}

/* The first directory on the way to `path` that lets us not through, else the
 * path itself. */
static void
find_culprit(const char *path, char culprit[4096], struct stat *status)
{
	size_t len = strlen(path);

	snprintf(culprit, 4096, "%s", path);
	for (size_t i = 1; i < len && i < 4095; i++) {
		if (path[i] != '/')
			continue;
		culprit[i] = '\0';
		if (stat(culprit, status) == 0 &&
		    faccessat(AT_FDCWD, culprit, X_OK, AT_EACCESS) != 0)
			return;
		culprit[i] = '/';
	}
	if (stat(culprit, status) != 0)
		*status = (struct stat){ 0 };
}

static bool
explain(struct err *err, const char *path, bool writes)
{
	char culprit[4096], owner[NAME_MAX_LEN], group[NAME_MAX_LEN],
	    me[NAME_MAX_LEN], hint[240];
	struct stat status = { 0 };
	unsigned mode, need;

	find_culprit(path, culprit, &status);
	if (!status.st_mode)
		return err_set(err, ERR_PERMISSION, "%s: permission denied",
		    path);
	mode = status.st_mode & 07777;
	need = S_ISDIR(status.st_mode) ? S_IXGRP
	    : writes		       ? S_IRGRP | S_IWGRP
				       : S_IRGRP;
	name_of("/etc/passwd", status.st_uid, owner);
	name_of("/etc/group", status.st_gid, group);
	name_of("/etc/passwd", geteuid(), me);
	if (status.st_gid == 0)
		snprintf(hint, sizeof(hint),
		    "only root may; give the daemon a group of its own");
	else if ((mode & need) == need)
		snprintf(hint, sizeof(hint), "add user %s to group %s", me,
		    group);
	else
		snprintf(hint, sizeof(hint),
		    "run as user %s, or give group %s mode %s", owner, group,
		    S_ISDIR(status.st_mode) ? "x"
			: writes	    ? "rw"
					    : "r");
	return err_set(err, ERR_PERMISSION,
	    "%.180s: permission denied%s%.80s (mode %04o, user %s, group %s): "
	    "%s",
	    path, S_ISDIR(status.st_mode) ? " by directory " : "",
	    S_ISDIR(status.st_mode) ? culprit : "", mode, owner, group, hint);
}

static bool
failed(struct err *err, const char *path, int number, const char *absent,
    bool writes)
{
	if (number == EACCES || number == EPERM)
		return explain(err, path, writes);
	if (number == ENOENT)
		return err_set(err, ERR_SYSTEM, "%s does not exist: %s", path,
		    absent);
	return err_sys(err, number, "%s", path);
}

bool
access_failed(struct err *err, const char *path, int number, const char *absent)
{
	return failed(err, path, number, absent, true);
}

bool
access_failed_read(struct err *err, const char *path, int number,
    const char *absent)
{
	return failed(err, path, number, absent, false);
}
