/* SPDX-License-Identifier: ISC */
#include "source/route_local.h"

#include "source/route_bird.h"
#include "source/route_exabgp.h"
#include "source/route_frr.h"
#include "source/route_gobgp.h"
#include "source/route_openbgpd.h"

static bool
read_bird(const struct daemon_link *link, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err)
{
	return route_bird_read(link->fd, question, view, deadline, err);
}

static bool
read_frr(const struct daemon_link *link, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err)
{
	const struct route_frr frr = { link->fd, link->second, &link->lack };

	return route_frr_read(&frr, question, view, deadline, err);
}

static bool
read_exabgp(const struct daemon_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	const struct exabgp_pipe pipe = { link->fd, link->second };

	return route_exabgp_read(&pipe, question, view, deadline, err);
}

static bool
read_gobgp(const struct daemon_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	return route_gobgp_read(link->path, question, view, deadline, err);
}

static bool
read_openbgpd(const struct daemon_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	return route_openbgpd_read(link->path, question, view, deadline, err);
}

static bool (*const readers[DAEMONS])(const struct daemon_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err) = {
	[DAEMON_BIRD] = read_bird,
	[DAEMON_FRR] = read_frr,
	[DAEMON_EXABGP] = read_exabgp,
	[DAEMON_GOBGP] = read_gobgp,
	[DAEMON_OPENBGPD] = read_openbgpd,
};

bool
route_local_read(const struct daemon_link *link,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	if (readers[link->daemon->id](link, question, view, deadline, err))
		return true;
	route_view_fail(view, err);
	return false;
}
