/* SPDX-License-Identifier: ISC */
#include "frame/opt_file.h"

#include <errno.h>
#include <poll.h>
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
