/* SPDX-License-Identifier: ISC */
/*
 * confine: what a process gives up before it meets a foreign byte.  Linux.
 *
 * Everything but the capabilities is best effort: an old kernel, or one that
 * forbids it, leaves out a layer of defence and changes no verdict.
 */
#ifndef FRAME_CONFINE_H
#define FRAME_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* File descriptors 0, 1 and 2 exist afterwards, so that no socket becomes one
 * of them by accident; no core dump of this process can show a secret. */
void confine_start(void);

/* Keeps the permitted capabilities and uses none: argv is parsed like this. */
bool confine_suspend_capabilities(struct err *err);
/* Uses what is permitted, for plugin->open. */
bool confine_resume_capabilities(struct err *err);
/* Gives up every capability and every way to get one (execve included).
 * keep_file_access: root keeps CAP_DAC_OVERRIDE, to write --output FILE into a
 * directory of another user as root is used to. */
bool confine_drop_capabilities(bool keep_file_access, struct err *err);

struct confine_worker {
	pid_t guard;	/* dies with it */
	size_t memory;	/* bytes of address space, all in all */
	bool may_exec;	/* it runs commands, which may do anything */
	bool may_write; /* it opens files for writing */
	bool wraps;	/* it runs another program as we would: no confinement
			   but death with the guard and no standard files */
};

/* In the worker, right after the fork: dies with its guard, leads a process
 * group of its own, has no terminal and no standard output, no core, bounded
 * memory, no capabilities, no file writes and no execve (Landlock, seccomp). */
bool confine_worker(const struct confine_worker *worker, struct err *err);

#endif
