/* SPDX-License-Identifier: ISC */
#include "frame/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a write can raise, and what was done about it before. */
static const int write_signals[] = { SIGPIPE, SIGXFSZ };

#define WRITE_SIGNALS (sizeof(write_signals) / sizeof(write_signals[0]))

static void
signals_ignore(struct sigaction before[WRITE_SIGNALS])
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < WRITE_SIGNALS; i++)
		sigaction(write_signals[i], &ignore, &before[i]);
}

static void
signals_restore(const struct sigaction before[WRITE_SIGNALS])
{
	for (size_t i = 0; i < WRITE_SIGNALS; i++)
		sigaction(write_signals[i], &before[i], NULL);
}

/*
 * One write that does not block: a pipe that polls writable takes PIPE_BUF
 * bytes at once (pipe(7)), even when the descriptor is a blocking one.
 * Bytes written, 0 to try again, or -1 with errno.
 */
static ssize_t
write_some(int fd, const char *bytes, size_t len)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	const int events = poll(&ready, 1, OUTPUT_STALL_MS);

	if (events == 0)
		errno = ETIMEDOUT;
	if (events == 0 || (events < 0 && errno != EINTR))
		return -1;
	if (events < 0)
		return 0;

	const ssize_t n = write(fd, bytes, len < PIPE_BUF ? len : PIPE_BUF);

	return n < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : n;
}

static bool
write_whole(int fd, const char *bytes, size_t len)
{
	struct sigaction before[WRITE_SIGNALS];
	ssize_t n = 0;

	signals_ignore(before);
	while (len > 0 && (n = write_some(fd, bytes, len)) >= 0) {
		bytes += n;
		len -= (size_t)n;
	}
	signals_restore(before);
	return len == 0;
}

bool
output_stdout(const char *bytes, size_t len)
{
	return write_whole(STDOUT_FILENO, bytes, len);
}

/* Where a file is to be replaced. */
struct place {
	int dir;	  /* its directory */
	const char *name; /* in dir; points into the path */
	char temporary[NAME_MAX + 1];
};

/* Renaming over /dev/null or a directory would be a disaster, not an output. */
static bool
replaceable(const struct place *place, const char *path, struct err *err)
{
	static const int how[] = { AT_SYMLINK_NOFOLLOW, 0 };

	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		struct stat found;

		if (fstatat(place->dir, place->name, &found, how[i]) != 0)
			continue;
		if (!S_ISREG(found.st_mode) && !S_ISLNK(found.st_mode))
			return err_set(err, ERR_USAGE,
			    "%s exists and is no regular file", path);
	}
	return true;
}

static bool
place_open(struct place *place, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX] = ".";

	place->name = slash != NULL ? slash + 1 : path;
	if (*place->name == '\0')
		return err_set(err, ERR_USAGE, "%s names no file", path);
	if (slash != NULL) {
		const size_t len = slash == path ? 1 : (size_t)(slash - path);

		if (len >= sizeof(directory))
			return err_sys(err, ENAMETOOLONG, "open %s", path);
		memcpy(directory, path, len);
		directory[len] = '\0';
	}
	snprintf(place->temporary, sizeof(place->temporary), ".%.200s.%ld",
	    place->name, (long)getpid());
	place->dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place->dir < 0)
		return err_sys(err, errno, "open directory %s", directory);
	return true;
}

/* -1 with errno.  What a killed run of the same process id left is removed. */
static int
create_temporary(const struct place *place)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	const int fd = openat(place->dir, place->temporary, flags, 0644);

	if (fd >= 0 || errno != EEXIST)
		return fd;
	if (unlinkat(place->dir, place->temporary, 0) != 0)
		return -1;
	return openat(place->dir, place->temporary, flags, 0644);
}

/* 0, or the errno of the step that failed; *step says which. */
static int
fill(int fd, const char *bytes, size_t len, const char **step)
{
	int number = 0;

	*step = "write";
	if (!write_whole(fd, bytes, len))
		number = errno;
	if (number == 0 && fsync(fd) != 0) {
		*step = "sync";
		number = errno;
	}
	if (close(fd) != 0 && number == 0)
		number = errno;
	return number;
}

static bool
replace(const struct place *place, const char *path, const char *bytes,
    size_t len, struct err *err)
{
	const char *step = "create a file beside";
	const int fd = create_temporary(place);
	int number = fd < 0 ? errno : fill(fd, bytes, len, &step);

	if (number == 0 &&
	    renameat(place->dir, place->temporary, place->dir, place->name) !=
		0) {
		step = "replace";
		number = errno;
	}
	if (number == 0)
		return true;
	if (fd >= 0)
		unlinkat(place->dir, place->temporary, 0);
	return err_sys(err, number, "%s %s", step, path);
}

bool
output_file(const char *path, const char *bytes, size_t len, struct err *err)
{
	struct place place;

	if (!place_open(&place, path, err))
		return false;

	const bool done = replaceable(&place, path, err) &&
	    replace(&place, path, bytes, len, err);

	close(place.dir);
	return done;
}
