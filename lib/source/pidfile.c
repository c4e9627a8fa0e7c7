/* SPDX-License-Identifier: ISC */
#include "source/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/span.h"
#include "source/access.h"
#include "source/trusted.h"

#define BYTES_MAX 32

bool
pidfile_parse(const char *bytes, size_t len, pid_t *pid, struct err *err)
{
	struct span rest = { bytes, len };
	struct span line, digits;
	uint32_t number;

	if (len > BYTES_MAX)
		return err_set(err, ERR_PROTOCOL,
		    "the pid file is longer than %d bytes", BYTES_MAX);
	if (!span_line(&rest, &line) || rest.len > 0)
		return err_set(err, ERR_PROTOCOL,
		    "the pid file is not one line");
	digits = span_trim(line);
	if (!span_u32(digits, &number) || number > INT_MAX)
		return err_set(err, ERR_PROTOCOL,
		    "the pid file holds no process number");
	/* 1 is no daemon's, and 0 means our own group to kill(2). */
	if (number <= 1)
		return err_set(err, ERR_PROTOCOL,
		    "the pid file names process %u", number);
	*pid = (pid_t)number;
	return true;
}

static bool
read_digits(int fd, const char *path, pid_t *pid, struct err *err)
{
	char bytes[BYTES_MAX + 1];
	const ssize_t len = read(fd, bytes, sizeof(bytes));

	if (len < 0)
		return err_sys(err, errno, "reading %s", path);
	return pidfile_parse(bytes, (size_t)len, pid, err) ||
	    err_context(err, "%s", path);
}

static bool
read_number(int fd, const char *path, uid_t owner, pid_t *pid, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return err_set(err, ERR_PERMISSION,
		    "%s is not a regular file of one name", path);
	if (st.st_uid != owner || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(err, ERR_PERMISSION,
		    "%s can be written by others", path);
	return read_digits(fd, path, pid, err);
}

enum pidfile_found
pidfile_read(const char *path, uid_t owner, pid_t *pid, struct err *err)
{
	char resolved[PATH_MAX];
	bool absent, good;
	int fd;

	if (!trusted_path(path, owner, resolved, &absent, err))
		return absent ? PIDFILE_ABSENT : PIDFILE_ERROR;
	/* A FIFO must not hold us up. */
	fd = open(resolved, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		if (errno == ENOENT)
			return PIDFILE_ABSENT;
		err_sys(err, errno, "%s", path);
		return PIDFILE_ERROR;
	}
	good = read_number(fd, path, owner, pid, err);
	close(fd);
	return good ? PIDFILE_NUMBER : PIDFILE_ERROR;
}

int
pidfile_open(const char *path, struct err *err)
{
	/* A FIFO must not hold us up. */
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	*err = (struct err){ .kind = ERR_NONE };
	if (fd < 0 && errno != ENOENT)
		access_failed_read(err, path, errno, "");
	return fd;
}

bool
pidfile_note(int fd, const char *path, struct pidfile_note *note,
    struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_SYSTEM, "%s is no regular file", path);
	note->owner = st.st_uid;
	note->shared = (st.st_mode & (S_IWGRP | S_IWOTH)) != 0;
	return read_digits(fd, path, &note->pid, err);
}
