/* SPDX-License-Identifier: ISC */
/*
 * proctcp: the kernel's TCP sockets as /proc/net/tcp and /proc/net/tcp6 print
 * them, for where sock_diag is refused; and the one number that the kernel
 * counts itself.  Linux, proc_pid_net(5).
 *
 * Every socket is rendered as a line of text by the kernel and read back here:
 * about eight times the cost of sock_diag.  A reading is not atomic.  The
 * limit of an accept queue and the cgroup are not told.
 */
#ifndef SOURCE_PROCTCP_H
#define SOURCE_PROCTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/tcp.h"
#include "source/sockdiag_filter.h"

/* Open files of one network namespace; -1: not open. */
struct proctcp {
	int tcp_fd, tcp6_fd, snmp_fd;
};

enum proctcp_what {
	PROCTCP_SOCKETS, /* tcp and tcp6, for proctcp_read */
	PROCTCP_CURRENT, /* snmp, for proctcp_current */
};

/*
 * Opens the files below `root` ("/proc"; a fixture directory in tests) as the
 * thread's network namespace shows them, now and later.  A kernel without IPv6
 * has no tcp6.  Close with proctcp_close.
 */
bool proctcp_open(struct proctcp *files, enum proctcp_what what,
    const char *root, struct err *err);
void proctcp_close(struct proctcp *files);

/*
 * Gives every socket that matches to the sink.  The cookie is a hash of
 * addresses, ports and inode; 0 when no process holds the socket.  On false
 * *err is ERR_TIMEOUT, ERR_PROTOCOL or ERR_SYSTEM.
 */
bool proctcp_read(const struct proctcp *files,
    const struct sockdiag_query *query, tcp_sink *sink, void *context,
    const struct deadline *deadline, struct err *err);

/*
 * tcpCurrEstab of RFC 4022: the connections in ESTABLISHED or CLOSE-WAIT, both
 * families together, at a cost that does not depend on their number.
 */
bool proctcp_current(const struct proctcp *files, uint64_t *current,
    struct err *err);

/* --- the same over bytes, no I/O ------------------------------------------ */

#define PROCTCP_LINE 512 /* no line of the kernel's is half as long */

struct proctcp_reader {
	const struct sockdiag_query *query;
	tcp_sink *sink;
	void *context;
	uint64_t lines; /* read so far, the heading included */
	size_t len;	/* of the beginning of a line */
	char line[PROCTCP_LINE];
};

/* Reads the next piece of a file, cut anywhere.  On false: ERR_PROTOCOL. */
bool proctcp_parse(struct proctcp_reader *reader, const char *bytes, size_t len,
    struct err *err);
/* The file is at its end: was it whole? */
bool proctcp_parse_end(const struct proctcp_reader *reader, struct err *err);

/* Finds CurrEstab in the text of /proc/net/snmp. */
bool proctcp_parse_snmp(const char *bytes, size_t len, uint64_t *current,
    struct err *err);

#endif
