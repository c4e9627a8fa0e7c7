/* SPDX-License-Identifier: ISC */
#include "source/reply.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool
reply_init(struct reply *reply, size_t max, struct err *err)
{
	void *bytes = mmap(NULL, max, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*reply = (struct reply){ 0 };
	if (bytes == MAP_FAILED)
		return err_sys(err, errno, "reserving %zu bytes", max);
	*reply = (struct reply){ .bytes = bytes, .max = max };
	return true;
}

void
reply_free(struct reply *reply)
{
	if (reply->bytes)
		munmap(reply->bytes, reply->max);
	*reply = (struct reply){ 0 };
}

enum reply_got
reply_read(struct reply *reply, int fd, struct err *err)
{
	const size_t room = reply->max - reply->len;
	ssize_t n;

	if (!room) {
		err_set(err, ERR_PROTOCOL,
		    "the answer is longer than %zu bytes", reply->max);
		return REPLY_ERROR;
	}
	do
		n = read(fd, reply->bytes + reply->len, room);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		reply->len += (size_t)n;
		return REPLY_BYTES;
	}
	if (n == 0 || errno == ECONNRESET)
		return REPLY_END;
	if (errno == EAGAIN)
		return REPLY_NOTHING;
	err_sys(err, errno, "reading the answer");
	return REPLY_ERROR;
}

/* Until fd can be read, or has ended; false at the deadline. */
static bool
wait_for(int fd, const struct deadline *deadline, const char *what,
    struct err *err)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	int ready;

	do
		ready = poll(&waiting, 1, deadline_left_ms(deadline));
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return err_sys(err, errno, "poll");
	if (ready == 0)
		return err_set(err, ERR_TIMEOUT, "no answer from %s", what);
	return true;
}

bool
reply_until(struct reply *reply, int fd,
    bool (*done)(const struct reply *reply, void *context), void *context,
    const struct deadline *deadline, const char *what, struct err *err)
{
	while (!done(reply, context)) {
		switch (reply_read(reply, fd, err)) {
		case REPLY_BYTES:
			break;
		case REPLY_NOTHING:
			if (!wait_for(fd, deadline, what, err))
				return false;
			break;
		case REPLY_END:
			return err_set(err, ERR_PROTOCOL,
			    "%s hung up before its answer was whole", what);
		case REPLY_ERROR:
			return err_context(err, "%s", what);
		}
		if (deadline_past(deadline) && !done(reply, context))
			return err_set(err, ERR_TIMEOUT,
			    "the answer of %s is not whole in time", what);
	}
	return true;
}
