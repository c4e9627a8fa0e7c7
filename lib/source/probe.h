/* SPDX-License-Identifier: ISC */
/* probe: any plugin as the test of a service: its exit code, and the first
 * line that it says, without its numbers. */
#ifndef SOURCE_PROBE_H
#define SOURCE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/watch.h"

/* True when it ran and ended: *status is its exit code, or less the signal that
 * ended it. */
bool probe_run(const char *const argv[], int32_t *status,
    char words[static WATCH_WORDS], const struct deadline *deadline,
    struct err *err);

#endif
