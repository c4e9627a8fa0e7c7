/* SPDX-License-Identifier: ISC */
#include "source/bgp_local.h"

#include "source/bgp_bird.h"
#include "source/bgp_exabgp.h"
#include "source/bgp_frr.h"
#include "source/bgp_gobgp.h"
#include "source/bgp_openbgpd.h"

static bool
read_bird(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_bird_read(link->fd, table, deadline, err);
}

static bool
read_frr(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_frr_read(link->second, table, deadline, err);
}

static bool
read_exabgp(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	const struct exabgp_pipe pipe = { link->fd, link->second };

	return bgp_exabgp_read(&pipe, table, deadline, err);
}

static bool
read_gobgp(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_gobgp_read(link->path, table, deadline, err);
}

static bool
read_openbgpd(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return bgp_openbgpd_read(link->path, table, deadline, err);
}

static bool (*const readers[DAEMONS])(const struct daemon_link *link,
    struct bgp_table *table, const struct deadline *deadline,
    struct err *err) = {
	[DAEMON_BIRD] = read_bird,
	[DAEMON_FRR] = read_frr,
	[DAEMON_EXABGP] = read_exabgp,
	[DAEMON_GOBGP] = read_gobgp,
	[DAEMON_OPENBGPD] = read_openbgpd,
};

bool
bgp_local_read(const struct daemon_link *link, struct bgp_table *table,
    const struct deadline *deadline, struct err *err)
{
	return readers[link->daemon->id](link, table, deadline, err);
}
