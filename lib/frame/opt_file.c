/* SPDX-License-Identifier: ISC */
#include "frame/opt_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

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

/* --- streams -------------------------------------------------------------- */

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* in UTF-8: Windows puts it there */

/* All of what is left in the arena would do: reads into its end, and takes only
 * what was filled. */
static bool
take_stream(int fd, struct arena *arena, char **bytes, size_t *len,
    struct err *err)
{
	const size_t before = arena->used, mark = strlen(BYTE_ORDER_MARK);
	char *buffer = arena_alloc(arena, OPT_STREAM_MAX + 1);

	if (!buffer)
		return err_set(err, ERR_SYSTEM, "no memory left for it");
	if (!opt_file_read(fd, buffer, OPT_STREAM_MAX, len, err))
		return false;
	arena->used = before;
	buffer = arena_alloc(arena, *len + 1);
	buffer[*len] = '\0';
	if (*len >= mark && memcmp(buffer, BYTE_ORDER_MARK, mark) == 0) {
		buffer += mark;
		*len -= mark;
	}
	*bytes = buffer;
	return true;
}

bool
opt_file_stream(const char *path, struct arena *arena, char **bytes,
    size_t *len, struct err *err)
{
	const bool standard = strcmp(path, "-") == 0;
	/* Not blocking: a FIFO that nobody writes to must not hold us up. */
	const int fd = standard ? STDIN_FILENO
				: open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return err_sys(err, errno, "opening it");
	ok = take_stream(fd, arena, bytes, len, err);
	if (!standard)
		close(fd);
	return ok;
}

/* Others in /dev are files like any: /dev/shm. */
static bool
is_stream(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdin") == 0 ||
	    strncmp(path, "/dev/fd/", 8) == 0 ||
	    strncmp(path, "/proc/", 6) == 0;
}

bool
opt_file_identify(const struct opt_value *value, uint64_t hash, struct err *err)
{
	char room[32];
	struct text text = TEXT_OVER(room);

	if (!value->identity || !is_stream(value->text))
		return true;
	text_addf(&text, "- %016" PRIx64, hash);
	*value->identity = arena_string(value->arena, text.data, text.len);
	return *value->identity || opt_no_memory(err);
}
