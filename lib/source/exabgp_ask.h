/* SPDX-License-Identifier: ISC */
/*
 * exabgp_ask: what ExaBGP 4.2 and 5.0 tell on their command pipes.
 *
 * What another client asked before us and did not wait for may be answered
 * among our answers, in any order, and an end mark is all that an answer needs:
 * nothing, or nonsense, is asked for again when the pipe has come to rest.
 */
#ifndef SOURCE_EXABGP_ASK_H
#define SOURCE_EXABGP_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/ip.h"
#include "model/exabgp.h"
#include "source/exabgp_pipe.h"

/* look->asked, answers, version, answer_err; true when it answers. */
bool exabgp_ask_version(const struct exabgp_pipe *pipe,
    struct exabgp_look *look, const struct deadline *deadline);

/*
 * After silence: of the processes that have the pipe of answers open for
 * reading, look->rival is one that is neither the daemon or a child of it nor a
 * check like this one, which would wait for the lock.  It takes our answers.
 */
void exabgp_ask_rival(const char *root, const pid_t *readers, size_t count,
    struct exabgp_look *look);

/* Where nobody could look who reads them: look->rival is a process that may, by
 * its command line. */
void exabgp_ask_suspect(const char *root, const char *path,
    struct exabgp_look *look, const struct deadline *deadline);

/* Prefixes that are looked for among those announced. */
struct exabgp_wanted {
	const struct ip_net *items;
	size_t count;
};

/*
 * look->table, sorted, sessions_known and sessions_err; then, unless `wanted`
 * is NULL, what is announced to them: look->announced of each that is wanted,
 * look->counts, the families of the table, look->keys, routes_known and
 * routes_err.
 */
void exabgp_ask_tables(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    const struct exabgp_wanted *wanted, struct arena *arena,
    const struct deadline *deadline);

/* After the routes: what established neighbors have announced to us.  ExaBGP
 * keeps it unless adj-rib-in is false, and may take long to tell it. */
bool exabgp_ask_received(const struct exabgp_pipe *pipe,
    struct exabgp_look *look, const struct deadline *deadline);

#endif
