/* SPDX-License-Identifier: ISC */
/* watch_history: the watchdog's history and budget on disk, and the lock that
 * keeps its runs apart. */
#ifndef FRAME_WATCH_HISTORY_H
#define FRAME_WATCH_HISTORY_H

#include "frame/state.h"
#include "model/watch.h"

struct watch_history {
	struct state state;
	struct arena arena;
};

#define WATCH_HISTORY_CLOSED                                                   \
	{                                                                      \
		.state = STATE_CLOSED                                          \
	}

/* `key` is borrowed.  A run that only looks (`dry`) makes no directory. */
bool watch_history_open(struct watch_history *history, const char *program,
    const char *directory, const char *key, bool dry, struct err *err);
void watch_history_close(struct watch_history *history);

/* ERR_TIMEOUT: another run has it. */
bool watch_history_lock(struct watch_history *history,
    const struct deadline *deadline, struct err *err);
/* For so long another run has had the lock. */
int64_t watch_history_held_ns(const struct watch_history *history);

/* *remembered: there was one.  False: it cannot be trusted. */
bool watch_history_load(struct watch_history *history, struct watch *watch,
    bool *remembered, struct err *err);
/* On true it is on the disk. */
bool watch_history_keep(struct watch_history *history,
    const struct watch *watch, const struct deadline *deadline,
    struct err *err);

#endif
