/* SPDX-License-Identifier: ISC */
#include "source/daemon.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/bgpctl.h"
#include "source/bird.h"
#include "source/exabgp_pipe.h"
#include "source/frr.h"
#include "source/gobgp.h"

static const struct daemon daemons[] = {
	{ DAEMON_BIRD, "bird", { BIRD_SOCKET, BIRD_SOCKET } },
	{ DAEMON_FRR, "frr", { FRR_BGPD_SOCKET, FRR_DIRECTORY } },
	{ DAEMON_EXABGP, "exabgp", { EXABGP_PIPE, EXABGP_PIPE } },
	{ DAEMON_GOBGP, "gobgp", { GOBGP_TARGET, GOBGP_TARGET }, true },
	{ DAEMON_OPENBGPD, "openbgpd", { BGPCTL_SOCKET, BGPCTL_SOCKET }, true },
};

const struct daemon *
daemon_find(const char *name)
{
	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++)
		if (strcmp(daemons[i].name, name) == 0)
			return &daemons[i];
	return NULL;
}

/* --- opening -------------------------------------------------------------- */

static bool
open_bird(struct daemon_link *link, enum daemon_topic topic, const char *path,
    const struct deadline *deadline, struct err *err)
{
	(void)topic;
	link->fd = bird_open(path, deadline, err);
	return link->fd >= 0;
}

static bool
ends_with(const char *string, const char *end)
{
	const size_t len = strlen(string), end_len = strlen(end);

	return len >= end_len && strcmp(string + len - end_len, end) == 0;
}

static int
open_in(const char *directory, const char *name,
    const struct deadline *deadline, struct err *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%.4000s/%s.vty", directory, name);
	return frr_open(path, name, deadline, err);
}

/* Either of the two is of use without the other. */
static bool
open_both(struct daemon_link *link, const char *directory,
    const struct deadline *deadline, struct err *err)
{
	struct err no_bgpd;

	link->fd = open_in(directory, "zebra", deadline, &link->lack);
	link->second = open_in(directory, "bgpd", deadline, &no_bgpd);
	*err = link->lack;
	if (link->fd >= 0 && link->second < 0)
		link->lack = no_bgpd;
	return link->fd >= 0 || link->second >= 0;
}

static bool
open_frr(struct daemon_link *link, enum daemon_topic topic, const char *path,
    const struct deadline *deadline, struct err *err)
{
	if (topic == DAEMON_SESSIONS || ends_with(path, "/bgpd.vty"))
		link->second = frr_open(path, "bgpd", deadline, err);
	else if (ends_with(path, ".vty"))
		link->fd = frr_open(path, "zebra", deadline, err);
	else
		return open_both(link, path, deadline, err);
	return link->fd >= 0 || link->second >= 0;
}

static bool
open_exabgp(struct daemon_link *link, enum daemon_topic topic, const char *path,
    const struct deadline *deadline, struct err *err)
{
	struct exabgp_pipe pipe;
	const bool ok = exabgp_pipe_open(&pipe, path, deadline, err);

	(void)topic;
	link->fd = pipe.in;
	link->second = pipe.out;
	return ok;
}

/* NULL: a command that connects by itself. */
static bool (*const openers[DAEMONS])(struct daemon_link *link,
    enum daemon_topic topic, const char *path, const struct deadline *deadline,
    struct err *err) = {
	[DAEMON_BIRD] = open_bird,
	[DAEMON_FRR] = open_frr,
	[DAEMON_EXABGP] = open_exabgp,
};

bool
daemon_open(struct daemon_link *link, const struct daemon *daemon,
    enum daemon_topic topic, const char *path, const struct deadline *deadline,
    struct err *err)
{
	*link = (struct daemon_link){
		.daemon = daemon,
		.path = path,
		.fd = -1,
		.second = -1,
	};
	return openers[daemon->id] == NULL ||
	    openers[daemon->id](link, topic,
		path != NULL ? path : daemon->paths[topic], deadline, err);
}

void
daemon_close(struct daemon_link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	if (link->second >= 0)
		close(link->second);
	link->fd = link->second = -1;
}
