/* SPDX-License-Identifier: ISC */
/*
 * rtnames: what the host calls its routing tables and routing protocols.
 *
 * Files of iproute2, lines of "NUMBER NAME" with comments behind a '#': each
 * kind has one file and a directory of further ones (*.conf), in /etc/iproute2
 * and, as of iproute2 6.5, /usr/share/iproute2.  What every kernel has needs no
 * file.
 */
#ifndef SOURCE_RTNAMES_H
#define SOURCE_RTNAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum rtnames_kind {
	RTNAMES_TABLES,	   /* rt_tables */
	RTNAMES_PROTOCOLS, /* rt_protos */
};

/* `roots` end with NULL; rtnames_roots is where the files are. */
extern const char *const rtnames_roots[];

/* A number, or a name.  On false *err is ERR_USAGE: nobody knows the name. */
bool rtnames_number(enum rtnames_kind kind, const char *const *roots,
    const char *name, uint32_t *number, struct err *err);
/* Appends the name, or the number when there is none. */
void rtnames_name(enum rtnames_kind kind, const char *const *roots,
    uint32_t number, struct text *out);

#endif
