/* SPDX-License-Identifier: ISC */
/*
 * reply: the bytes of an answer, collected until it is whole.
 *
 * Address space for the longest answer is reserved at once; memory is used as
 * bytes come.  For pipes and sockets that do not block.
 */
#ifndef SOURCE_REPLY_H
#define SOURCE_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

#define REPLY_MAX ((size_t)64 << 20) /* bytes: 20,000 wordy peers */

struct reply {
	char *bytes;
	size_t len;
	size_t max;
};

/* For at most `max` bytes.  On false *err is ERR_SYSTEM; free it all the same.
 */
bool reply_init(struct reply *reply, size_t max, struct err *err);
void reply_free(struct reply *reply); /* a zeroed reply is fine */

enum reply_got {
	REPLY_BYTES,   /* something was appended */
	REPLY_END,     /* end of file */
	REPLY_NOTHING, /* nothing there now */
	REPLY_ERROR,   /* *err says why; a full reply is one, too */
};

/* Appends what is there; never waits. */
enum reply_got reply_read(struct reply *reply, int fd, struct err *err);

/*
 * Reads until done(reply, context) holds.  An end of file before is
 * ERR_PROTOCOL: "WHAT hung up in the middle of its answer".
 */
bool reply_until(struct reply *reply, int fd,
    bool (*done)(const struct reply *reply, void *context), void *context,
    const struct deadline *deadline, const char *what, struct err *err);

#endif
