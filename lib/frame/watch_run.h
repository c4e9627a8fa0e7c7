/* SPDX-License-Identifier: ISC */
/*
 * watch_run: one run of the watchdog, in the process that acts: the lock and
 * the history, looking, the decision, and what follows from it, in the order in
 * which a crash at any point costs budget and never adds a restart.
 *
 * What touches the system (a process, a restart, the audit, the hook) is done
 * by the hands it is given; what a peer may answer is asked of the worker.
 */
#ifndef FRAME_WATCH_RUN_H
#define FRAME_WATCH_RUN_H

#include "base/bootid.h"
#include "frame/plugin.h"
#include "frame/watch_history.h"
#include "frame/watch_opt.h"
#include "frame/watch_talk.h"

#define WATCH_ACT_LEAST_NS                                                     \
	(500 * CLOCK_MILLI) /* too late to begin after it                      \
			     */

struct watch_run;

struct watch_hands {
	/* At the service as a process: look->sight stays what it was when it
	 * cannot be told. */
	void (*look)(struct watch_run *run, struct watch_look *look,
	    char words[static WATCH_WORDS]);
	/* Is run->unit what systemd calls the unit?  The worker, which has said
	 * so, is believed for what is seen, never for whose budget it is. */
	bool (*confirm)(struct watch_run *run, struct err *err);
	bool (*restart)(struct watch_run *run, struct err *err);
	/* A line of the audit; priority as syslog(3). */
	bool (*note)(struct watch_run *run, int priority,
	    const struct text *line, struct err *err);
	bool (*hook)(struct watch_run *run, const char *event, struct err *err);
};

struct watch_run {
	const char *program;
	const struct watch_opts *opts;
	const struct plugin_setup *setup;
	const struct aide *worker;
	const struct watch_hands *hands;
	void *context; /* of the hands */
	struct deadline deadline;
	struct watch_params params;
	/* The rest begins zeroed, but for the history, which is closed. */
	struct watch_history history;
	struct watch watch;
	char boot_id[BOOTID_SIZE];
	char unit[UNIT_NAME_MAX + 1]; /* its own name; "": none, or not told */
	char key[4 * UNIT_NAME_MAX + 16]; /* of the history of an alias */
	struct err nameless;		  /* why its name has not been told */
	struct watch_report report;
};

/* All of it; run->report is what came of it, the history is closed. */
void watch_run(struct watch_run *run);

/* watch_look.c: looks, twice when it is absent, into the report. */
void watch_run_look(struct watch_run *run);
void watch_run_sleep(int64_t ns);

#endif
