/* SPDX-License-Identifier: ISC */
/*
 * watch: is a service dead, and may it be restarted now?
 *
 * A pure function of (what was seen, history, now, parameters).  A restart is
 * an attempt: it is entered into the history by the decision itself, and the
 * caller keeps the history durably before it acts, so that a crash costs budget
 * and never adds a restart.  Attempts are counted in rolling windows of an hour
 * and a day; between two of a series lie 30 s, 2 min, 8 min and so on.
 *
 * Times are CLOCK_BOOTTIME, so that no step of the wall clock frees budget; the
 * wall clock only bridges a reboot, and never by less than the time the system
 * is up.  Times in the future count as now.
 */
#ifndef MODEL_WATCH_H
#define MODEL_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define WATCH_ATTEMPTS 48    /* the most that a day's budget can be */
#define WATCH_IDENTITY 200   /* bytes of an identity, the NUL included */
#define WATCH_BOOT 40	     /* ... of a boot id */
#define WATCH_STATE_MAX 4096 /* bytes of an encoded history */
#define WATCH_WORDS 400	     /* bytes of a sentence for people */
/* ns: no time of a machine is beyond; sums of a few of them do not overflow. */
#define WATCH_TIME_MOST (INT64_C(1) << 60)

enum watch_sight {
	WATCH_UP,      /* there, and serves if it was asked */
	WATCH_ABSENT,  /* twice not there */
	WATCH_FAILED,  /* there, and the probe says it does not serve */
	WATCH_STOPPED, /* on purpose: an operator, maintenance, shutdown */
	WATCH_MOVING,  /* somebody else is starting or stopping it */
	WATCH_UNSURE,  /* cannot be told */
};

struct watch_look {
	enum watch_sight sight;
	char identity[WATCH_IDENTITY]; /* one word; "": not known */
	int64_t age_ns;		       /* of the process; below 0: not known */
	int64_t refused_ns; /* so long its supervisor refuses a restart; or 0 */
	int64_t limited_ns; /* ... would refuse, were a limit of its reached */
	int64_t began_ns;   /* its last start, CLOCK_BOOTTIME; 0: not told */
};

struct watch_moment {
	const char *boot_id; /* one word */
	int64_t boot_ns;     /* CLOCK_BOOTTIME */
	int64_t wall_ns;
};

struct watch_params {
	uint64_t per_hour, per_day; /* restarts, 1 .. WATCH_ATTEMPTS */
	uint64_t failures;	    /* probes that have to fail ... */
	int64_t failing_ns;	    /* ... over at least this time */
	int64_t process_grace_ns;   /* after its start a failure is no news */
	int64_t boot_grace_ns;
	int64_t settle_ns; /* well for so long: the series is over */
	int64_t proof_ns;  /* after a restart, before it counts as one */
	int64_t limit_ns;  /* an attempt cannot last longer */
	uint64_t machine;  /* anything that differs between machines */
};

/* What is kept.  Zeroed: nothing yet. */
struct watch {
	char boot_id[WATCH_BOOT];
	int64_t saved_boot_ns, saved_wall_ns; /* when it was kept */
	char suspect[WATCH_IDENTITY];	      /* whose failures these are */
	uint64_t failures;
	int64_t first_failure_ns;
	bool pending;		     /* the last attempt has no outcome yet */
	char before[WATCH_IDENTITY]; /* who was to be restarted */
	uint64_t series; /* attempts since it was last well for long */
	bool well;
	int64_t well_since_ns;
	bool gave_up; /* and has said so */
	size_t count;
	int64_t attempts[WATCH_ATTEMPTS]; /* oldest first */
};

enum watch_why {
	WATCH_FINE,
	WATCH_SETTLING, /* up again, not for long */
	WATCH_RESPECT,	/* stopped on purpose */
	WATCH_DOUBT,
	WATCH_SUSPECT, /* failed, not yet often or long enough */
	WATCH_GRACE,   /* too early to say */
	WATCH_RUNNING, /* an attempt without a known end may still run */
	WATCH_BACKOFF, /* dead; too early for the next attempt */
	WATCH_REFUSED, /* dead; its supervisor would refuse to start it */
	WATCH_GAVE_UP, /* dead; the budget is spent */
	WATCH_RESTART, /* now */
};
#define WATCH_WHYS (WATCH_RESTART + 1)

struct watch_decision {
	enum watch_why why;
	int64_t wait_ns; /* until something else can be decided; or 0 */
	uint64_t seen;	 /* failed probes, of SUSPECT */
	uint64_t in_hour, in_day; /* attempts, the present one included */
	uint64_t left;		  /* budget */
	int64_t since_ns; /* since the last attempt; below 0: none known */
	bool proven;	  /* this look proves the last attempt */
	bool failed;	  /* this look disproves it */
	bool same;	  /* up, but it is the process of before */
	bool gives_up;	  /* GAVE_UP, and the decision before did not */
};

/* One look.  *watch becomes what is to be kept; with WATCH_RESTART it has the
 * attempt in it and must be kept before anything is done. */
struct watch_decision watch_decide(struct watch *watch,
    const struct watch_look *look, const struct watch_moment *now,
    const struct watch_params *params);

/* The budget is whole again; what was seen of the service stays. */
void watch_reset(struct watch *watch);

/* The time between attempt `series` (1 is the first) and the next. */
int64_t watch_backoff_ns(uint64_t series, uint64_t machine);

const char *watch_why_name(enum watch_why why);	      /* "gave-up" */
const char *watch_sight_name(enum watch_sight sight); /* "absent" */

/* A sentence, which may quote what is foreign. */
void watch_say(char words[static WATCH_WORDS], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Lines of text. */
void watch_encode(struct text *out, const struct watch *watch);
/* On false *err is ERR_PROTOCOL and *watch is zeroed. */
bool watch_decode(struct watch *watch, const char *bytes, size_t len,
    struct err *err);

#endif
