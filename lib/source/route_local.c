/* SPDX-License-Identifier: ISC */
#include "source/route_local.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/bgpctl.h"
#include "source/bird.h"
#include "source/exabgp_pipe.h"
#include "source/frr.h"
#include "source/gobgp.h"
#include "source/route_bird.h"
#include "source/route_exabgp.h"
#include "source/route_frr.h"
#include "source/route_gobgp.h"
#include "source/route_openbgpd.h"

struct route_local {
	const char *name;
	const char *path;
	bool runs_command;
	bool (*open)(struct route_local_link *link, const char *path,
	    const struct deadline *deadline, struct err *err);
	bool (*read)(const struct route_local_link *link,
	    const struct route_question *question, struct route_view *view,
	    const struct deadline *deadline, struct err *err);
};

static bool
open_bird(struct route_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	link->fd = bird_open(path, deadline, err);
	return link->fd >= 0;
}

static bool
read_bird(const struct route_local_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	return route_bird_read(link->fd, question, view, deadline, err);
}

static bool
ends_with(const char *string, const char *end)
{
	const size_t len = strlen(string), end_len = strlen(end);

	return len >= end_len && !strcmp(string + len - end_len, end);
}

static int
open_frr_daemon(const char *directory, const char *daemon,
    const struct deadline *deadline, struct err *err)
{
	char path[4096];

	snprintf(path, sizeof(path), "%.4000s/%s.vty", directory, daemon);
	return frr_open(path, daemon, deadline, err);
}

/* Either of the two is of use without the other. */
static bool
open_frr_both(struct route_local_link *link, const char *directory,
    const struct deadline *deadline, struct err *err)
{
	struct err no_bgpd;

	link->fd = open_frr_daemon(directory, "zebra", deadline, &link->lack);
	link->second = open_frr_daemon(directory, "bgpd", deadline, &no_bgpd);
	*err = link->lack;
	if (link->fd >= 0 && link->second < 0)
		link->lack = no_bgpd;
	return link->fd >= 0 || link->second >= 0;
}

static bool
open_frr(struct route_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	if (ends_with(path, "/bgpd.vty"))
		link->second = frr_open(path, "bgpd", deadline, err);
	else if (ends_with(path, ".vty"))
		link->fd = frr_open(path, "zebra", deadline, err);
	else
		return open_frr_both(link, path, deadline, err);
	return link->fd >= 0 || link->second >= 0;
}

static bool
read_frr(const struct route_local_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	const struct route_frr frr = { link->fd, link->second, &link->lack };

	return route_frr_read(&frr, question, view, deadline, err);
}

static bool
open_exabgp(struct route_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	struct exabgp_pipe pipe;
	const bool ok = exabgp_pipe_open(&pipe, path, deadline, err);

	link->fd = pipe.in;
	link->second = pipe.out;
	return ok;
}

static bool
read_exabgp(const struct route_local_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	const struct exabgp_pipe pipe = { link->fd, link->second };

	return route_exabgp_read(&pipe, question, view, deadline, err);
}

/* A command connects by itself. */
static bool
open_nothing(struct route_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	(void)link;
	(void)path;
	(void)deadline;
	(void)err;
	return true;
}

static bool
read_gobgp(const struct route_local_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	return route_gobgp_read(link->path, question, view, deadline, err);
}

static bool
read_openbgpd(const struct route_local_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	return route_openbgpd_read(link->path, question, view, deadline, err);
}

static const struct route_local sources[] = {
	{ "bird", BIRD_SOCKET, false, open_bird, read_bird },
	{ "frr", FRR_DIRECTORY, false, open_frr, read_frr },
	{ "exabgp", EXABGP_PIPE, false, open_exabgp, read_exabgp },
	{ "gobgp", GOBGP_TARGET, true, open_nothing, read_gobgp },
	{ "openbgpd", BGPCTL_SOCKET, true, open_nothing, read_openbgpd },
};

const struct route_local *
route_local_find(const char *name)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (!strcmp(sources[i].name, name))
			return &sources[i];
	return NULL;
}

const char *
route_local_name(const struct route_local *local)
{
	return local->name;
}

const char *
route_local_default_path(const struct route_local *local)
{
	return local->path;
}

bool
route_local_runs_command(const struct route_local *local)
{
	return local->runs_command;
}

bool
route_local_open(struct route_local_link *link, const struct route_local *local,
    const char *path, const struct deadline *deadline, struct err *err)
{
	*link = (struct route_local_link){
		.local = local,
		.path = path,
		.fd = -1,
		.second = -1,
	};
	return local->open(link, path ? path : local->path, deadline, err);
}

bool
route_local_read(const struct route_local_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	if (link->local->read(link, question, view, deadline, err))
		return true;
	route_view_fail(view, err);
	return false;
}

void
route_local_close(struct route_local_link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	if (link->second >= 0)
		close(link->second);
	link->fd = link->second = -1;
}
