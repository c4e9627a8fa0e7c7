/* SPDX-License-Identifier: ISC */
/* /proc/net/tcp in pieces: the first byte says how large they are; and
 * /proc/net/snmp. */
#include <stdint.h>
#include <stdlib.h>

#include "source/proctcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct count {
	uint64_t sockets, ports;
};

static void
add(const struct tcp_socket *socket, void *context)
{
	struct count *count = context;

	if (socket->state == 0 || socket->state >= TCP_STATES ||
	    socket->local.family == IP_NONE)
		abort();
	count->sockets++;
	count->ports += socket->local_port;
}

static bool
parse(const char *bytes, size_t size, size_t piece, struct count *count)
{
	const struct sockdiag_query query = { .states = UINT32_MAX };
	struct proctcp_reader reader = { .query = &query,
		.sink = add,
		.context = count };
	struct err err;

	for (size_t at = 0; at < size; at += piece) {
		const size_t left = size - at;

		if (!proctcp_parse(&reader, bytes + at,
			left < piece ? left : piece, &err))
			return false;
	}
	return proctcp_parse_end(&reader, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	struct count whole = { 0 }, pieces = { 0 };
	uint64_t current;
	struct err err;

	if (size == 0)
		return 0;
	size--;
	proctcp_parse_snmp(bytes, size, &current, &err);
	/* How it is cut changes nothing that is read; a line too long to be
	 * kept is refused only when it is cut. */
	if (parse(bytes, size, data[0] + 1u, &pieces) &&
	    (!parse(bytes, size, size + 1, &whole) ||
		whole.sockets != pieces.sockets || whole.ports != pieces.ports))
		abort();
	return 0;
}
