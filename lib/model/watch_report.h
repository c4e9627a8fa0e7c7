/* SPDX-License-Identifier: ISC */
/*
 * watch_report: what a run of the watchdog has seen, decided and done, and the
 * verdict on it.
 */
#ifndef MODEL_WATCH_REPORT_H
#define MODEL_WATCH_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/metric.h"
#include "model/result.h"
#include "model/verdict.h"
#include "model/watch.h"

enum watch_ending {
	WATCH_DECIDED,
	WATCH_BUSY,	   /* another run holds the lock */
	WATCH_WHOLE_AGAIN, /* the budget, as somebody asked for */
	WATCH_ERROR,
};

struct watch_report {
	enum watch_ending ending;
	struct err err; /* of WATCH_ERROR */
	struct watch_look look;
	struct watch_decision decision;
	char words[WATCH_WORDS];  /* what was seen */
	char action[WATCH_WORDS]; /* what was done, or would be; "": nothing */
	char caveat[WATCH_WORDS];
	bool acted, failed;
	bool remembered; /* there is a history behind the numbers */
	int64_t busy_ns; /* of WATCH_BUSY: for so long */
	int64_t timeout_ns;
};

struct watch_service {
	const char *name;
	bool acts;	      /* restarts are made, and not only named */
	enum verdict stopped; /* of a service that was stopped on purpose */
};

extern const struct metric_def watch_metrics[];

void watch_judge(const struct watch_report *report,
    const struct watch_service *service, struct result *root);

#endif
