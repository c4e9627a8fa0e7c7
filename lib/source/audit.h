/* SPDX-License-Identifier: ISC */
/*
 * audit: one line about a decision, to the journal and to a file.
 *
 * Never waits: a journal that does not take it loses it, and the caller is
 * told. Protocol: systemd.io/JOURNAL_NATIVE_PROTOCOL, a datagram of FIELD=value
 * lines (sd_journal_send of the library waits for a journal that is stopped).
 */
#ifndef SOURCE_AUDIT_H
#define SOURCE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define AUDIT_MAX 4096 /* bytes of a line: one write(2) that is not torn */
#define AUDIT_JOURNAL "/run/systemd/journal/socket"

/* `line` has no newline in it.  `priority` as syslog(3).  `socket` is
 * AUDIT_JOURNAL but for tests. */
bool audit_journal(const char *socket, const char *program, int priority,
    const char *line, size_t len, struct err *err);

/* Appends the line and a newline; makes the file, mode 0640, and follows no
 * link. */
bool audit_file(const char *path, const char *line, size_t len,
    struct err *err);

#endif
