/* SPDX-License-Identifier: ISC */
#include "model/route_source.h"

#include <string.h>

const char *const route_source_names[] = { ROUTE_SOURCE_KERNEL,
	ROUTE_SOURCE_SNMP, "bird", "frr", "exabgp", "gobgp", "openbgpd",
	ROUTE_SOURCE_COMMAND, NULL };

const char *
route_source_find(const char *name, size_t len)
{
	for (const char *const *known = route_source_names; *known != NULL;
	     known++)
		if (strlen(*known) == len && memcmp(*known, name, len) == 0)
			return *known;
	return NULL;
}

bool
route_source_is_daemon(const char *name)
{
	return route_source_find(name, strlen(name)) != NULL &&
	    strcmp(name, ROUTE_SOURCE_KERNEL) != 0 &&
	    strcmp(name, ROUTE_SOURCE_SNMP) != 0 &&
	    strcmp(name, ROUTE_SOURCE_COMMAND) != 0;
}
