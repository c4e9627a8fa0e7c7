/* SPDX-License-Identifier: ISC */
/*
 * tcp_sockets: the TCP sockets of a network namespace from whichever source
 * this kernel and our privileges allow: sock_diag, else /proc/net/tcp.
 */
#ifndef SOURCE_TCP_SOCKETS_H
#define SOURCE_TCP_SOCKETS_H

#include "source/proctcp.h"
#include "source/sockdiag.h"

struct tcp_sockets {
	struct sockdiag diag; /* not open: refused */
	struct proctcp files; /* all -1: not opened */
	struct err refused;   /* why it is /proc; ERR_NONE: it is not */
	uint64_t netns;	      /* identity of the namespace; 0: not known */
};

/* Opens what is needed for `what` in `netns` (a path or a process id; NULL:
 * ours).  Close with tcp_sockets_close. */
bool tcp_sockets_open(struct tcp_sockets *sockets, enum proctcp_what what,
    const char *netns, struct err *err);
void tcp_sockets_close(struct tcp_sockets *sockets);

/* As sockdiag_dump; when that is refused, as proctcp_read, and `refused` says
 * why. */
bool tcp_sockets_dump(struct tcp_sockets *sockets,
    const struct sockdiag_query *query, tcp_sink *sink, void *context,
    bool *torn, const struct deadline *deadline, struct err *err);

#endif
