/* SPDX-License-Identifier: ISC */
/*
 * aide: the process of a program that acts, and keeps its privileges for it.
 *
 * Forked by plugin->prepare, before the guard gives its privileges up.  It
 * reads no byte of a peer and calls no library that does: the worker, confined,
 * looks for it and is asked over a pipe.  It dies with the guard, so the
 * guard's deadline is its own; it has a session of its own, no terminal and no
 * standard output, which somebody may be waiting for the end of.
 */
#ifndef FRAME_AIDE_H
#define FRAME_AIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

struct aide {
	int from, to; /* pipes; -1: none */
};

/* Forks.  *aide are the ends that stay here; run(context, its own ends) is
 * called in the aide, which ends when it returns. */
bool aide_start(struct aide *aide,
    void (*run)(void *context, const struct aide *ends), void *context,
    struct err *err);

/* A message is a struct of a size that both know; what comes from the worker is
 * hostile all the same. */
bool aide_send(const struct aide *aide, const void *message, size_t size,
    struct err *err);
bool aide_receive(const struct aide *aide, void *message, size_t size,
    const struct deadline *deadline, struct err *err);

#endif
