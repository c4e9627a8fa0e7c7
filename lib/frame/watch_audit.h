/* SPDX-License-Identifier: ISC */
/* watch_audit: a decision of the watchdog as one line of JSON: on what grounds
 * it was made, and what is left of the budget. */
#ifndef FRAME_WATCH_AUDIT_H
#define FRAME_WATCH_AUDIT_H

#include "base/text.h"
#include "model/watch_report.h"

#define WATCH_AUDIT_MAX 4096 /* bytes of a line: one write(2), not torn */

struct watch_audit {
	const char *service;
	const char *boot_id;
	const char *decision; /* watch_why_name, or what came of it */
	const char *before;   /* the identity that was to be restarted */
	int64_t wall_ns;
};

void watch_audit_line(struct text *out, const struct watch_audit *audit,
    const struct watch_report *report);

#endif
