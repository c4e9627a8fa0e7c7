/* SPDX-License-Identifier: ISC */
/* route_source: who can be asked about routes, by name. */
#ifndef MODEL_ROUTE_SOURCE_H
#define MODEL_ROUTE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#define ROUTE_SOURCE_KERNEL "kernel"
#define ROUTE_SOURCE_SNMP "snmp"
#define ROUTE_SOURCE_COMMAND "command"
#define ROUTE_SOURCES 16 /* of one run, at most */

/* All of them; ends with NULL. */
extern const char *const route_source_names[];

/* That very name, static, of `len` bytes; NULL: there is no such source. */
const char *route_source_find(const char *name, size_t len);
/* Is it a routing daemon of this host, which has a socket of its own?  All are
 * but the three above. */
bool route_source_is_daemon(const char *name);

#endif
