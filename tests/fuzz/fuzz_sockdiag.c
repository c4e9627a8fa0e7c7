/* SPDX-License-Identifier: ISC */
/* What netlink may answer, and every filter on the way. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/sockdiag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What passed the parser is a TCP socket, and one that was asked for. */
static void
must_be_sane(const struct tcp_socket *socket, void *context)
{
	const struct sockdiag_query *query = context;

	if (socket->state == 0 || socket->state >= TCP_STATES ||
	    socket->local.family == IP_NONE ||
	    socket->remote.family == IP_NONE ||
	    !sockdiag_filter_match(query, socket))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sockdiag_port_range ports = { 80, 9000 };
	struct sockdiag_query query = {
		.states = UINT32_MAX,
		.local.ports = { &ports, size % 2 },
		.by_cgroup = size % 3 == 0,
	};
	struct sockdiag_reader reader = {
		.query = &query,
		.sink = must_be_sane,
		.context = &query,
		.sequence = 1,
	};
	struct err err;
	void *aligned = malloc(size + 1);

	if (aligned == NULL)
		return 0;
	memcpy(aligned, data, size);
	if (!sockdiag_parse(&reader, aligned, size, &err) &&
	    err.kind != ERR_PROTOCOL)
		abort();
	free(aligned);
	return 0;
}
