/* SPDX-License-Identifier: ISC */
/*
 * http_ca: directories of CA certificates under the hashes of their subjects,
 * as openssl-rehash(1) makes them.  Of these only the certificates that are
 * needed are read, while the bundle file of Debian costs 20 ms.
 */
#ifndef SOURCE_HTTP_CA_H
#define SOURCE_HTTP_CA_H

#include <stdbool.h>

/* Is it there, with at least one certificate? */
bool http_ca_is_hashed(const char *path);
/* The system's, or NULL. */
const char *http_ca_find(void);

#endif
