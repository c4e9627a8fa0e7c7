/* SPDX-License-Identifier: ISC */
#include "source/unixsock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "source/access.h"

static bool
name(const char *path, struct sockaddr_un *address, struct err *err)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path))
		return err_set(err, ERR_USAGE,
		    "%.200s: a socket's path has at most %zu characters", path,
		    sizeof(address->sun_path) - 1);
	memcpy(address->sun_path, path, strlen(path) + 1);
	return true;
}

/* A full backlog is EAGAIN at once, and poll(2) cannot wait for room in it. */
static int
try_until(int fd, const struct sockaddr_un *address,
    const struct deadline *deadline)
{
	const struct timespec pause = { .tv_nsec = 5 * CLOCK_MILLI };

	while (connect(fd, (const struct sockaddr *)address,
		   sizeof(*address)) != 0) {
		if (errno != EAGAIN && errno != EINTR)
			return errno;
		if (deadline_past(deadline))
			return ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static void
explain(struct err *err, const char *path, const char *daemon, int number)
{
	char running[80];

	snprintf(running, sizeof(running), "is %s running?", daemon);
	if (number == ECONNREFUSED)
		err_set(err, ERR_SYSTEM,
		    "%s: nobody listens there any more: %s", path, running);
	else if (number == ETIMEDOUT)
		err_set(err, ERR_TIMEOUT, "%s: %s accepts no connection", path,
		    daemon);
	else
		access_failed(err, path, number, running);
}

int
unixsock_connect(const char *path, const char *daemon,
    const struct deadline *deadline, struct err *err)
{
	struct sockaddr_un address;
	int fd, number;

	if (!name(path, &address, err))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		err_sys(err, errno, "socket");
		return -1;
	}
	number = try_until(fd, &address, deadline);
	if (number == 0)
		return fd;
	explain(err, path, daemon, number);
	close(fd);
	return -1;
}

bool
unixsock_send(int fd, const void *bytes, size_t len,
    const struct deadline *deadline, struct err *err)
{
	struct pollfd waiting = { .fd = fd, .events = POLLOUT };
	const char *from = bytes;

	while (len > 0) {
		const ssize_t n = send(fd, from, len, MSG_NOSIGNAL);

		if (n > 0) {
			from += n;
			len -= (size_t)n;
		} else if (errno == EPIPE || errno == ECONNRESET) {
			return err_set(err, ERR_PROTOCOL,
			    "it hung up before the command was sent");
		} else if (errno != EAGAIN && errno != EINTR) {
			return err_sys(err, errno, "sending the command");
		} else if (poll(&waiting, 1, deadline_left_ms(deadline)) == 0) {
			return err_set(err, ERR_TIMEOUT,
			    "the command was not taken in time");
		}
	}
	return true;
}
