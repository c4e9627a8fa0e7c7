/* SPDX-License-Identifier: ISC */
#include "frame/opt_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

static bool
await(int fd, const struct deadline *deadline, struct err *err)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int n;

	do
		n = poll(&ready, 1, deadline_left_ms(deadline));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, errno, "waiting for input");
	if (n == 0)
		return err_set(err, ERR_TIMEOUT, "no end of input within %d s",
		    (int)(OPT_FILE_WAIT_NS / CLOCK_SECOND));
	return true;
}

bool
opt_file_read(int fd, char *buffer, size_t max, size_t *len, struct err *err)
{
	const struct deadline deadline = deadline_in(OPT_FILE_WAIT_NS);
	ssize_t n;
	char more;

	*len = 0;
	do {
		if (!await(fd, &deadline, err))
			return false;
		/* One byte beyond tells a full buffer from a longer file. */
		n = *len < max ? read(fd, buffer + *len, max - *len)
			       : read(fd, &more, 1);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return err_sys(err, errno, "reading");
		if (n > 0 && *len == max)
			return err_set(err, ERR_USAGE,
			    "is longer than %zu bytes", max);
		*len += n > 0 ? (size_t)n : 0;
	} while (n != 0);
	return true;
}

static bool
load(int fd, struct arena *arena, const char **bytes, size_t *len,
    struct err *err)
{
	struct stat st;
	char *buffer;

	if (fstat(fd, &st) != 0)
		return err_sys(err, errno, "looking at it");
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_USAGE, "is no regular file");
	if (st.st_size > (off_t)OPT_FILE_MAX)
		return err_set(err, ERR_USAGE, "is longer than %zu bytes",
		    OPT_FILE_MAX);
	buffer = arena_alloc(arena, (size_t)st.st_size + 1);
	if (!buffer)
		return err_set(err, ERR_SYSTEM, "no memory left for it");
	*bytes = buffer;
	return opt_file_read(fd, buffer, (size_t)st.st_size, len, err);
}

bool
opt_file_load(const char *path, struct arena *arena, const char **bytes,
    size_t *len, struct err *err)
{
	/* Not blocking: a FIFO in its place must not hold us up. */
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return err_sys(err, errno, "opening it");
	ok = load(fd, arena, bytes, len, err);
	close(fd);
	return ok;
}
