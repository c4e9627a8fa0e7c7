/* SPDX-License-Identifier: ISC */
/*
 * sockdiag: the kernel's TCP sockets by netlink.  Linux, no privilege needed.
 *
 * Protocol: NETLINK_SOCK_DIAG, sock_diag(7).  Both families come in one walk
 * of the kernel's table (request TCPDIAG_GETSOCK, which names no family: half
 * the cost of one SOCK_DIAG_BY_FAMILY dump each), or in two where the kernel
 * refuses that.  A dump is not atomic: a socket that appears, vanishes or
 * changes its state meanwhile may be missed or seen twice.
 */
#ifndef SOURCE_SOCKDIAG_H
#define SOURCE_SOCKDIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/tcp.h"
#include "source/netlink.h"
#include "source/sockdiag_filter.h"

/* Needs nothing but its socket, which may be used in a forked child. */
struct sockdiag {
	struct netlink link;
	struct sockdiag_filter filter;
	_Alignas(4) unsigned char request[SOCKDIAG_CODE_SIZE + 256];
	_Alignas(4) unsigned char received[NETLINK_RECEIVE_SIZE];
};

/* Opens a socket in the network namespace that the thread is in, where it
 * stays.  On false *err is ERR_PERMISSION, ERR_UNSUPPORTED or ERR_SYSTEM.
 * Close with sockdiag_close. */
bool sockdiag_open(struct sockdiag *diag, struct err *err);
void sockdiag_close(struct sockdiag *diag);

/*
 * Gives every socket that matches to the sink, those in LISTEN first; memory
 * is constant.  *torn: the kernel says that its table changed too much during
 * the dump, which should be repeated.  On false *err is ERR_UNSUPPORTED or
 * ERR_PERMISSION (before the first socket: something else may be tried),
 * ERR_TIMEOUT, ERR_PROTOCOL or ERR_SYSTEM.
 */
bool sockdiag_dump(struct sockdiag *diag, const struct sockdiag_query *query,
    tcp_sink *sink, void *context, bool *torn, const struct deadline *deadline,
    struct err *err);

/* What is read from one request's answer. */
struct sockdiag_reader {
	const struct sockdiag_query *query;
	tcp_sink *sink;
	void *context;
	uint32_t sequence; /* of the request */
	uint64_t seen;	   /* sockets that the kernel sent */
	bool torn;
	bool done;
	int error; /* the kernel's answer when done: 0 or an errno */
};

/* Reads received messages: `bytes` is aligned as for a struct nlmsghdr.  No
 * I/O.  On false *err is ERR_PROTOCOL. */
bool sockdiag_parse(struct sockdiag_reader *reader, const void *bytes,
    size_t len, struct err *err);

#endif
