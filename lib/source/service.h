/* SPDX-License-Identifier: ISC */
/*
 * service: a daemon as a process, without a service manager that knows it.
 *
 * It is known by its program file and its user, and by the pid file if it
 * writes one that can be believed (source/pidfile.h); never by its name.
 */
#ifndef SOURCE_SERVICE_H
#define SOURCE_SERVICE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/watch.h"
#include "source/procid.h"

struct service {
	struct procid_want want;
	const char *pid_file; /* NULL: it writes none */
};

/*
 * Looks below `root` ("/proc").  look->sight becomes WATCH_UP, WATCH_ABSENT, or
 * stays what it was when it cannot be told; `words` says what was seen.
 * *process is the one, or has the number 0: none, or not a single one.
 */
void service_look(const char *root, const struct service *service,
    struct procid *process, struct watch_look *look,
    char words[static WATCH_WORDS]);

struct service_patience {
	struct deadline asked; /* until then it may end by itself */
	struct deadline all;
	bool force; /* kill it then */
};

/*
 * Ends the process that a look has called `identity`, or nobody: its number may
 * be another's by now, and only the pidfd that it is verified through is
 * signalled.  True when it has ended.
 */
bool service_end(const char *root, const struct service *service, pid_t pid,
    const char *identity, const struct service_patience *patience,
    struct err *err);

#endif
