/* SPDX-License-Identifier: ISC */
/* The files of a process, each parser over the same bytes. */
#include <stdint.h>
#include <stdlib.h>

#include "source/exabgp_proc.h"
#include "source/procfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct procfs_stat stat;
	uint64_t value;

	if (procfs_parse_stat(bytes, size, &stat) &&
	    (stat.pid < 0 || stat.parent < 0))
		abort();
	procfs_parse_limits(bytes, size, &value);
	procfs_parse_meminfo(bytes, size, &value);
	procfs_parse_user(bytes, size, &value);
	/* Whoever has a certain configuration has one. */
	if (exabgp_is_daemon(bytes, size, "c") &&
	    !exabgp_is_daemon(bytes, size, NULL))
		abort();
	return 0;
}
