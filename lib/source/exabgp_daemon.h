/* SPDX-License-Identifier: ISC */
/*
 * exabgp_daemon: the process of ExaBGP: which one it is, what it uses, and
 * which helpers (API processes) are its children.
 */
#ifndef SOURCE_EXABGP_DAEMON_H
#define SOURCE_EXABGP_DAEMON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "model/exabgp.h"

struct exabgp_select {
	const char *root;   /* "/proc", or a fixture */
	const char *config; /* as it was typed when it was started; or NULL */
	const struct exabgp_identity *known; /* of the last look, or NULL */
};

/* Fills *process as far as it can be told; says so in process->seen. */
void exabgp_daemon_find(const struct exabgp_select *select,
    struct exabgp_process *process, const struct deadline *deadline);

/* What a process that runs uses.  False with process->err, and UNTOLD. */
bool exabgp_daemon_measure(const char *root, struct exabgp_process *process);

/* The children of the daemon that are no zombie and not its own client:
 * look->helpers, helpers_all, now.helpers; look->helpers_err. */
bool exabgp_daemon_helpers(const char *root, struct exabgp_look *look,
    const struct exabgp_want *wanted, size_t wanted_count, struct arena *arena,
    const struct deadline *deadline);

#endif
