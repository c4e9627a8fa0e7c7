/* SPDX-License-Identifier: ISC */
/*
 * daemon: the routing daemons on this host, and how they are reached: one table
 * for whoever asks them of their sessions (bgp_local.h) or their routes
 * (route_local.h).
 *
 * Opening is apart from asking, since a socket may need a privilege that is
 * dropped before the first byte is read: root without CAP_DAC_OVERRIDE cannot
 * connect to FRR's socket.  Opening reads nothing.
 */
#ifndef SOURCE_DAEMON_H
#define SOURCE_DAEMON_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"

enum daemon_id {
	DAEMON_BIRD,
	DAEMON_FRR,
	DAEMON_EXABGP,
	DAEMON_GOBGP,
	DAEMON_OPENBGPD,
	DAEMONS,
};

/* What it is asked of, which decides on the socket. */
enum daemon_topic {
	DAEMON_SESSIONS,
	DAEMON_ROUTES,
};

struct daemon {
	enum daemon_id id;
	const char *name; /* "bird", "frr", "exabgp", "gobgp", "openbgpd" */
	/* Where it is looked for unless told otherwise, by topic; for messages
	 * and help. */
	const char *paths[2];
	bool runs_command; /* asking it is running a command */
};

/* The row of that name, static; NULL: there is no such daemon. */
const struct daemon *daemon_find(const char *name);

/* One that is reached.  frr: `fd` is zebra's socket and `second` bgpd's;
 * exabgp: the pipe that it writes and the one that it reads. */
struct daemon_link {
	const struct daemon *daemon;
	const char *path; /* as given, NULL: its usual one; borrowed */
	int fd, second;	  /* -1: none; a command connects by itself */
	struct err lack;  /* frr: why one of its two sockets is not open */
};

/*
 * On true, close it in the end; a zeroed link must not be closed.  For
 * DAEMON_ROUTES the path of frr is the directory of its sockets, of which one
 * is enough, or one of the sockets ("zebra.vty", "bgpd.vty"): then only that
 * daemon is asked.  *err is that of bird_open, frr_open or exabgp_pipe_open.
 */
bool daemon_open(struct daemon_link *link, const struct daemon *daemon,
    enum daemon_topic topic, const char *path, const struct deadline *deadline,
    struct err *err);
void daemon_close(struct daemon_link *link);

#endif
