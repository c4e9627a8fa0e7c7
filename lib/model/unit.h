/* SPDX-License-Identifier: ISC */
/*
 * unit: what systemd says of a service, and what a watchdog makes of it.
 *
 * The words are those of org.freedesktop.systemd1(5).
 */
#ifndef MODEL_UNIT_H
#define MODEL_UNIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "model/watch.h"

#define UNIT_NAME_MAX 255 /* characters */

/* A service's name with its type, of the characters that systemd allows. */
bool unit_name_valid(const char *name);

struct unit {
	char load_state[24];   /* loaded, not-found, masked, error */
	char active_state[24]; /* active, inactive, failed, activating, ... */
	char sub_state[24];    /* running, dead, auto-restart, ... */
	char result[24];      /* success, exit-code, watchdog; "": no service */
	char restart[16];     /* Restart=: no, on-failure, always, ... */
	char invocation[33];  /* hexadecimal; "": never started */
	char cgroup[512];     /* "/system.slice/x.service"; "": none */
	uint32_t main_pid;    /* 0: none */
	uint32_t restarts;    /* by systemd itself */
	uint32_t limit_burst; /* StartLimitBurst=; 0: no limit */
	int64_t limit_interval_ns; /* StartLimitIntervalSec=; 0: no limit */
	int64_t began_ns; /* CLOCK_BOOTTIME of its last start; below 0: none */
	int64_t since_ns; /* CLOCK_BOOTTIME of ActiveState; below 0: none */
	int64_t ended_ns; /* ... of its last end; below 0: none */
	bool stopping;	  /* the whole system is going down */
	bool asked;	  /* its last end began before its main process ended */
};

/* What hostile bytes of that size may lack: ends, and truth values. */
void unit_sanitize(struct unit *unit);

/*
 * Its sight, identity, age and start limit.  After StartLimitBurst starts
 * systemd refuses every other one, RestartUnit too, until StartLimitIntervalSec
 * after the first of them; when that was it does not tell, so the last end
 * stands in for it, which is later.
 *
 * That the limit is reached it does not tell either: starts by hand count, and
 * Result= mostly keeps what the last process died of.  It is known by as many
 * restarts as the limit has, by the result start-limit-hit, or by a unit that
 * is failed though Restart= covers its result.  (RestartPreventExitStatus= can
 * be the reason, too: then nothing is lost but that time.)
 */
void unit_look(const struct unit *unit, int64_t boot_ns,
    struct watch_look *look);

/* What there is to see, for people. */
void unit_tell(const struct unit *unit, struct text *words);

#endif
