/* SPDX-License-Identifier: ISC */
/*
 * moment: when something was seen, for a later run that asks how long ago.
 *
 * Seconds of CLOCK_BOOTTIME, together with the boot that they belong to: over
 * a reboot of this host nothing can be said of the time between two moments.
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bootid.h"
#include "base/err.h"
#include "base/span.h"
#include "base/text.h"

struct moment {
	char boot_id[BOOTID_SIZE];
	int64_t at_s;
};

/* On false *err is that of bootid_read. */
bool moment_now(struct moment *moment, struct err *err);

/* Is `now` of the same boot, and not before `then`?  Only then is the time
 * between them known. */
bool moment_follows(const struct moment *now, const struct moment *then);

/* "BOOT-ID SECONDS" */
void moment_write(const struct moment *moment, struct text *out);
/* Takes these two words off the front.  False, *moment untouched, when they are
 * not there. */
bool moment_take(struct span *rest, struct moment *moment);

#endif
