/* SPDX-License-Identifier: ISC */
/*
 * systemd: what the service manager says of a unit, and the one thing that we
 * ask of it.
 *
 * Protocol: org.freedesktop.systemd1(5) on the system bus, by sd-bus.  Looking
 * calls Properties.Get only.  libsystemd is loaded for it, and not linked.
 * Every wait has the deadline, connecting and
 * authentication included, which sd_bus_call would wait 90 s for.
 */
#ifndef SOURCE_SYSTEMD_H
#define SOURCE_SYSTEMD_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/unit.h"

/* On false *err says what is missing: no bus, no permission, no answer. */
bool systemd_look(const char *unit, struct unit *found,
    const struct deadline *deadline, struct err *err);

/* The unit's own name: `unit` may be an alias of it (Alias=, or a link). */
bool systemd_id(const char *unit, char id[static UNIT_NAME_MAX + 1],
    const struct deadline *deadline, struct err *err);

/* RestartUnit(unit, "replace"): true when the job is queued.  Needs root or a
 * rule of polkit for this unit and the verb restart. */
bool systemd_restart(const char *unit, const struct deadline *deadline,
    struct err *err);

#endif
