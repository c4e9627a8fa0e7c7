/* SPDX-License-Identifier: ISC */
/*
 * bgpctl: OpenBGPD's own client, run to ask its daemon.
 */
#ifndef SOURCE_BGPCTL_H
#define SOURCE_BGPCTL_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/reply.h"

#define BGPCTL_SOCKET "/run/openbgpd/bgpd.sock.0" /* Debian's */
#define BGPCTL_ARGS 12				  /* arguments, at most */

/*
 * "bgpctl -j ARGS" over that socket (NULL: its default); args ends with NULL.
 * *output, which is the caller's to init and free, gets its JSON, where a
 * refusal is {"status": "FAILED", "error": ...} with exit status 0.  On false
 * *err is ERR_TIMEOUT or ERR_SYSTEM.
 */
bool bgpctl_run(const char *socket, const char *const args[],
    struct reply *output, const struct deadline *deadline, struct err *err);

#endif
