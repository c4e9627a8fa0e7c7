/* SPDX-License-Identifier: ISC */
#include "source/bgp_local.h"

#include <string.h>
#include <unistd.h>

#include "source/bgp_bird.h"
#include "source/bgp_exabgp.h"
#include "source/bgp_frr.h"
#include "source/bgp_gobgp.h"
#include "source/bgp_openbgpd.h"
#include "source/bgpctl.h"
#include "source/bird.h"
#include "source/exabgp_pipe.h"
#include "source/frr.h"
#include "source/gobgp.h"

struct bgp_local {
	const char *name;
	const char *path;
	bool runs_command;
	bool (*open)(struct bgp_local_link *link, const char *path,
	    const struct deadline *deadline, struct err *err);
	bool (*read)(const struct bgp_local_link *link, struct bgp_table *table,
	    const struct deadline *deadline, struct err *err);
};

static bool
open_bird(struct bgp_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	link->fd = bird_open(path, deadline, err);
	return link->fd >= 0;
}

static bool
read_bird(const struct bgp_local_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_bird_read(link->fd, table, deadline, err);
}

static bool
open_frr(struct bgp_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	link->fd = frr_open(path, "bgpd", deadline, err);
	return link->fd >= 0;
}

static bool
read_frr(const struct bgp_local_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_frr_read(link->fd, table, deadline, err);
}

static bool
open_exabgp(struct bgp_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	struct exabgp_pipe pipe;
	const bool ok = exabgp_pipe_open(&pipe, path, deadline, err);

	link->fd = pipe.in;
	link->second = pipe.out;
	return ok;
}

static bool
read_exabgp(const struct bgp_local_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	const struct exabgp_pipe pipe = { link->fd, link->second };

	return bgp_exabgp_read(&pipe, table, deadline, err);
}

/* A command connects by itself. */
static bool
open_nothing(struct bgp_local_link *link, const char *path,
    const struct deadline *deadline, struct err *err)
{
	(void)link;
	(void)path;
	(void)deadline;
	(void)err;
	return true;
}

static bool
read_gobgp(const struct bgp_local_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_gobgp_read(link->path, table, deadline, err);
}

static bool
read_openbgpd(const struct bgp_local_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_openbgpd_read(link->path, table, deadline, err);
}

static const struct bgp_local sources[] = {
	{ "bird", BIRD_SOCKET, false, open_bird, read_bird },
	{ "frr", FRR_BGPD_SOCKET, false, open_frr, read_frr },
	{ "exabgp", EXABGP_PIPE, false, open_exabgp, read_exabgp },
	{ "gobgp", GOBGP_TARGET, true, open_nothing, read_gobgp },
	{ "openbgpd", BGPCTL_SOCKET, true, open_nothing, read_openbgpd },
};

const struct bgp_local *
bgp_local_find(const char *name)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (!strcmp(sources[i].name, name))
			return &sources[i];
	return NULL;
}

const char *
bgp_local_name(const struct bgp_local *local)
{
	return local->name;
}

const char *
bgp_local_default_path(const struct bgp_local *local)
{
	return local->path;
}

bool
bgp_local_runs_command(const struct bgp_local *local)
{
	return local->runs_command;
}

bool
bgp_local_open(struct bgp_local_link *link, const struct bgp_local *local,
    const char *path, const struct deadline *deadline, struct err *err)
{
	*link = (struct bgp_local_link){
		.local = local,
		.path = path,
		.fd = -1,
		.second = -1,
	};
	return local->open(link, path ? path : local->path, deadline, err);
}

bool
bgp_local_read(const struct bgp_local_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return link->local->read(link, table, deadline, err);
}

void
bgp_local_close(struct bgp_local_link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	if (link->second >= 0)
		close(link->second);
	link->fd = link->second = -1;
}
