/* SPDX-License-Identifier: ISC */
/*
 * damped_record: what dampening remembers from one run to the next, as the
 * body of a state file.
 *
 *	at BOOT-ID BOOT-NS WALL-NS	when the last sample was taken
 *	...				its history, dampen_encode
 *	held LEVEL SINCE-NS NUMBER	what has not recovered, and so on
 *	WALL-S RAW REPORTED		a change, newest first, and so on
 */
#ifndef FRAME_DAMPED_RECORD_H
#define FRAME_DAMPED_RECORD_H

#include "base/bootid.h"
#include "model/dampen.h"
#include "model/recover.h"

#define DAMPED_CHANGES 32 /* kept for people to look at */
#define DAMPED_RECORD_MAX                                                      \
	(BOOTID_SIZE + 50 + DAMPEN_STATE_MAX + DAMPED_CHANGES * 30 +           \
	    RECOVER_HELD * RECOVER_LINE)

/* A point in time that another run can measure from. */
struct damped_time {
	char boot_id[BOOTID_SIZE]; /* "-": not known */
	int64_t boot_ns;	   /* CLOCK_BOOTTIME */
	int64_t wall_ns;
};

struct damped_change {
	int64_t wall_s;
	enum verdict raw, reported;
};

struct damped_record {
	struct damped_time at;
	struct dampen dampen;
	struct recover recover;
	size_t change_count;
	struct damped_change changes[DAMPED_CHANGES]; /* newest first */
};

/* A first run's. */
void damped_record_clear(struct damped_record *record);

/* By the clock that no one sets while the boot is the same, else by the wall
 * clock; a clock that was set back is time that did not pass. */
int64_t damped_passed_ns(const struct damped_time *then,
    const struct damped_time *now);

/* Remembers a verdict that differs from the last one. */
void damped_record_change(struct damped_record *record,
    const struct dampen_outcome *outcome, int64_t wall_ns);

void damped_record_encode(struct text *out, const struct damped_record *record);
/* On false *err is ERR_PROTOCOL and *record a first run's. */
bool damped_record_decode(struct damped_record *record, const char *bytes,
    size_t len, struct err *err);

#endif
