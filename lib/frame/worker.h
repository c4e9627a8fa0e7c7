/* SPDX-License-Identifier: ISC */
/*
 * worker: the process that measures and judges, confined, and tells its guard
 * over a pipe what it found.  A crash, a hang or a lie of it costs an UNKNOWN.
 */
#ifndef FRAME_WORKER_H
#define FRAME_WORKER_H

#include <sys/types.h>

#include "base/clock.h"
#include "frame/plugin.h"

struct worker_job {
	const struct plugin *plugin;
	const void *opts;
	void *sample; /* zeroed, or as plugin->open left it */
	struct deadline deadline;
	int verbose;
	const char *state_dir;
	bool brief;	    /* children that are OK will not be shown */
	unsigned needs;	    /* enum plugin_needs */
	int pipe;	    /* where to write */
	pid_t guard;	    /* whose end is ours */
	bool remembers;	    /* the guard wants a memory back */
	const char *memory; /* the last run's, or NULL */
	size_t memory_len;
};

/* Runs the job in this process and ends it. */
_Noreturn void worker_run(const struct worker_job *job);

#endif
