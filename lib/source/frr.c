/* SPDX-License-Identifier: ISC */
#include "source/frr.h"

#include <string.h>

#include "source/unixsock.h"

#define TRAILER 4 /* bytes: three NULs and the status */

int
frr_open(const char *path, const char *daemon, const struct deadline *deadline,
    struct err *err)
{
	return unixsock_connect(path, daemon, deadline, err);
}

bool
frr_whole(const char *bytes, size_t len, size_t *text_len, int *status)
{
	static const char end[TRAILER - 1] = { 0 };

	/* Text holds no NUL, so only the very end has to be looked at. */
	if (len < TRAILER || memcmp(bytes + len - TRAILER, end, sizeof(end)))
		return false;
	*text_len = len - TRAILER;
	*status = (unsigned char)bytes[len - 1];
	return true;
}

struct answer {
	size_t text_len;
	int status;
};

static bool
whole(const struct reply *reply, void *context)
{
	struct answer *answer = context;

	return frr_whole(reply->bytes, reply->len, &answer->text_len,
	    &answer->status);
}

bool
frr_ask(int fd, const char *command, struct reply *reply, int *status,
    const struct deadline *deadline, struct err *err)
{
	struct answer answer = { 0 };

	reply->len = 0;
	if (!unixsock_send(fd, command, strlen(command) + 1, deadline, err) ||
	    !reply_until(reply, fd, whole, &answer, deadline, "FRR", err))
		return false;
	reply->len = answer.text_len;
	*status = answer.status;
	return true;
}
