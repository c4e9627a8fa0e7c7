/* SPDX-License-Identifier: ISC */
/*
 * gobgp: GoBGP's own client, run to ask its daemon over gRPC.
 */
#ifndef SOURCE_GOBGP_H
#define SOURCE_GOBGP_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/reply.h"

#define GOBGP_TARGET "127.0.0.1:50051"
#define GOBGP_ARGS 12 /* arguments, at most */

/*
 * "gobgp -j ARGS" for the daemon at HOST[:PORT] (NULL: this host); args ends
 * with NULL.  *output, which is the caller's to init and free, gets the JSON
 * that it prints.  On false *err is ERR_TIMEOUT, ERR_USAGE (no such target)
 * or ERR_SYSTEM, with what it says instead.
 */
bool gobgp_run(const char *target, const char *const args[],
    struct reply *output, const struct deadline *deadline, struct err *err);

#endif
