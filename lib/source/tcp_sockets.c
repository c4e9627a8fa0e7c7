/* SPDX-License-Identifier: ISC */
#include "source/tcp_sockets.h"

#include "source/netns.h"

/* In the namespace.  What is not opened now cannot be opened later. */
static bool
open_here(struct tcp_sockets *sockets, enum proctcp_what what, bool elsewhere,
    struct err *err)
{
	struct err ignored;

	if (what == PROCTCP_CURRENT)
		return proctcp_open(&sockets->files, what, "/proc", err);
	if (!sockdiag_open(&sockets->diag, &sockets->refused))
		return proctcp_open(&sockets->files, what, "/proc", err);
	if (elsewhere)
		proctcp_open(&sockets->files, what, "/proc", &ignored);
	return true;
}

bool
tcp_sockets_open(struct tcp_sockets *sockets, enum proctcp_what what,
    const char *netns, struct err *err)
{
	struct netns visit;
	struct err ignored;
	bool opened;

	sockets->diag.link.fd = -1;
	sockets->files = (struct proctcp){ -1, -1, -1 };
	sockets->refused.kind = ERR_NONE;
	if (!netns_enter(&visit, netns, err))
		return false;
	/* By now it is our own, whatever became of the path or process. */
	if (!netns_identity(NULL, &sockets->netns, &ignored))
		sockets->netns = 0;
	opened = open_here(sockets, what, netns != NULL, err);
	/* The first failure is the one to tell. */
	if (!netns_leave(&visit, opened ? err : &ignored))
		opened = false;
	if (!opened)
		tcp_sockets_close(sockets);
	return opened;
}

void
tcp_sockets_close(struct tcp_sockets *sockets)
{
	sockdiag_close(&sockets->diag);
	proctcp_close(&sockets->files);
}

static bool
may_fall_back(const struct err *err)
{
	return err->kind == ERR_UNSUPPORTED || err->kind == ERR_PERMISSION;
}

bool
tcp_sockets_dump(struct tcp_sockets *sockets,
    const struct sockdiag_query *query, tcp_sink *sink, void *context,
    bool *torn, const struct deadline *deadline, struct err *err)
{
	*torn = false;
	if (sockets->diag.link.fd >= 0) {
		if (sockdiag_dump(&sockets->diag, query, sink, context, torn,
			deadline, err))
			return true;
		if (!may_fall_back(err))
			return false;
		sockets->refused = *err;
		sockdiag_close(&sockets->diag);
	}
	if (sockets->files.tcp_fd < 0 &&
	    !proctcp_open(&sockets->files, PROCTCP_SOCKETS, "/proc", err))
		return false;
	return proctcp_read(&sockets->files, query, sink, context, deadline,
	    err);
}
