/* SPDX-License-Identifier: ISC */
/*
 * resolve: all addresses of many names at once, of each family apart.
 *
 * Two questions a name, A and AAAA: asked as one, a resolver that answers only
 * the first looks like a host without IPv6.  The C library asks, so files,
 * search domains and everything else of nsswitch.conf(5) count.  It cannot be
 * interrupted, so each question has a thread, a few at a time, and is given up
 * at the deadline: the thread stays behind until the process ends.
 */
#ifndef SOURCE_RESOLVE_H
#define SOURCE_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/ip.h"
#include "model/resolved.h"

#define RESOLVE_ADDRESSES 256 /* of one family of a name, at most */

/*
 * Fills answers[i] for hosts[i].  A literal is its own answer and asks nobody,
 * whatever `only` says; `only` IP_NONE asks for both families.  The addresses
 * are in the arena.  What is not known at the deadline is RESOLVE_SILENT.
 * False (with *err) only when memory or threads ran out.
 */
bool resolve_all(const struct ip_host *hosts, size_t count, enum ip_family only,
    struct resolve_answer *answers, struct arena *arena,
    const struct deadline *deadline, struct err *err);

#endif
