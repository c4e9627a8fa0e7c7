/* SPDX-License-Identifier: ISC */
#include "source/tcp_survey.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/bootid.h"

/* Walks of a table that changes too much to be walked whole. */
#define WALKS_MAX 3

/* Is it worth another walk, after one that took since start_ns? */
static bool
walk_again(bool torn, unsigned walks, int64_t start_ns,
    const struct deadline *deadline)
{
	return torn && walks < WALKS_MAX &&
	    deadline_left_ns(deadline) >= 2 * (clock_monotonic_ns() - start_ns);
}

/* --- who listens ---------------------------------------------------------- */

static bool
find_listeners(struct tcp_survey *survey, const struct deadline *deadline,
    struct err *err)
{
	const struct sockdiag_query *query = &survey->plan.query;
	/* A listener has no remote end, and often the wildcard address of the
	 * other family. */
	const struct sockdiag_query listeners = {
		.states = TCP_STATE_BIT(TCP_LISTEN),
		.local.ports = query->local.ports,
		.local.not_ports = query->local.not_ports,
		.by_uid = query->by_uid,
		.uid = query->uid,
		.by_cgroup = query->by_cgroup,
		.cgroups = query->cgroups,
		.cgroup_count = query->cgroup_count,
	};
	unsigned walks = 0;
	int64_t start_ns;

	do {
		start_ns = clock_monotonic_ns();
		survey->listeners = (struct tcp_listeners){ 0 };
		if (!tcp_sockets_dump(survey->sockets, &listeners,
			tcp_listeners_add, &survey->listeners,
			&survey->listeners_torn, deadline, err))
			return false;
	} while (
	    walk_again(survey->listeners_torn, ++walks, start_ns, deadline));
	return true;
}

/* Narrows the query to the ports that somebody listens on. */
static bool
narrow(struct tcp_survey *survey, struct err *err)
{
	struct sockdiag_port_range *range = NULL;
	struct arena_list ranges = { 0 };

	for (unsigned port = 1; port <= UINT16_MAX; port++) {
		if (!tcp_listeners_have(&survey->listeners, (uint16_t)port))
			continue;
		if (range == NULL || range->last + 1u != port) {
			range =
			    arena_push(survey->arena, &ranges, sizeof(*range));
			if (range == NULL)
				return err_set(err, ERR_SYSTEM,
				    "no memory for the ports");
			range->first = (uint16_t)port;
		}
		range->last = (uint16_t)port;
	}
	survey->plan.query.local.ports =
	    (struct sockdiag_ports){ ranges.items, ranges.count };
	return true;
}

/* --- who is connected ----------------------------------------------------- */

static bool
begin_tally(struct tcp_survey *survey, const struct tcp_history *before,
    int64_t at_ns, struct err *err)
{
	const struct tcp_survey_plan *plan = &survey->plan;
	const struct tcp_tally_plan tally_plan = {
		.by = plan->by,
		.ages = plan->ages,
		.least_ns = plan->least_ns,
		.at_ns = at_ns,
		.look_ns = survey->look_ns,
		.before = before,
		.after = &survey->after,
		.seed = { survey->seed[0], survey->seed[1] },
	};

	tcp_history_init(&survey->after, survey->arena, &survey->origin,
	    survey->look_ns);
	if (!tcp_tally_init(&survey->tally, &tally_plan, survey->arena))
		return err_set(err, ERR_SYSTEM, "no memory for the groups");
	return true;
}

/* One walk; at_ns: for which time to tell ages, 0 for now. */
static bool
walk(struct tcp_survey *survey, const struct tcp_history *before, int64_t at_ns,
    const struct deadline *deadline, struct err *err)
{
	survey->look_ns = clock_boottime_ns();
	if (!begin_tally(survey, before, at_ns != 0 ? at_ns : survey->look_ns,
		err))
		return false;
	/* --listening, and nobody does. */
	if (survey->plan.listening && survey->plan.query.local.ports.count == 0)
		return true;
	return tcp_sockets_dump(survey->sockets, &survey->plan.query,
	    tcp_tally_add, &survey->tally, &survey->torn, deadline, err);
}

static bool
walk_whole(struct tcp_survey *survey, const struct tcp_history *before,
    int64_t at_ns, const struct deadline *deadline, struct err *err)
{
	unsigned walks = 0;
	int64_t start_ns;

	do {
		start_ns = clock_monotonic_ns();
		if (!walk(survey, before, at_ns, deadline, err))
			return false;
	} while (walk_again(survey->torn, ++walks, start_ns, deadline));
	tcp_tally_finish(&survey->tally);
	return true;
}

/* --- since when ----------------------------------------------------------- */

static bool
find_origin(struct tcp_survey *survey, struct err *err)
{
	struct tcp_origin *origin = &survey->origin;

	strcpy(origin->source,
	    survey->sockets->diag.link.fd >= 0 ? "diag" : "proc");
	origin->netns = survey->sockets->netns;
	if (origin->netns == 0)
		return err_set(err, ERR_SYSTEM,
		    "ages: /proc does not tell the network namespace");
	return bootid_read(origin->boot_id, err);
}

/* The history of earlier runs, if it is one of this place and boot. */
static const struct tcp_history *
usable_history(struct tcp_survey *survey)
{
	const struct tcp_history *before = survey->plan.before;

	if (!survey->plan.ages)
		return NULL;
	survey->ages = TCP_AGES_FIRST;
	if (before == NULL ||
	    !tcp_history_usable(before, &survey->origin, clock_boottime_ns(),
		&survey->unusable))
		return NULL;
	survey->ages = TCP_AGES_HISTORY;
	return before;
}

/* Random bytes that the kernel gives every process: getauxval(3). */
static void
find_seed(uint64_t seed[static 2])
{
	const unsigned long at = getauxval(AT_RANDOM);

	if (at != 0)
		memcpy(seed, (const void *)at, 2 * sizeof(*seed));
}

static bool
look(struct tcp_survey *survey, const struct deadline *deadline,
    struct err *err)
{
	const struct tcp_survey_plan *plan = &survey->plan;

	if ((plan->listening || plan->backlog) &&
	    !find_listeners(survey, deadline, err))
		return false;
	if (plan->listening && !narrow(survey, err))
		return false;
	if (plan->ages && !find_origin(survey, err))
		return false;
	return walk_whole(survey, usable_history(survey), 0, deadline, err);
}

bool
tcp_survey_look(struct tcp_survey *survey, const struct tcp_survey_plan *plan,
    struct tcp_sockets *sockets, struct arena *arena,
    const struct deadline *deadline, struct err *err)
{
	*survey = (struct tcp_survey){
		.plan = *plan,
		.sockets = sockets,
		.arena = arena,
	};
	find_seed(survey->seed);
	if (!look(survey, deadline, err))
		return false;
	tcp_history_arrange(&survey->after);
	return true;
}

static bool
wait_until(int64_t boottime_ns, const struct deadline *deadline,
    struct err *err)
{
	int64_t left_ns;

	while ((left_ns = boottime_ns - clock_boottime_ns()) > 0) {
		if (deadline_past(deadline))
			return err_set(err, ERR_TIMEOUT,
			    "no time for the second look");
		const struct timespec pause = {
			.tv_sec = left_ns / CLOCK_SECOND,
			.tv_nsec = left_ns % CLOCK_SECOND,
		};
		if (ppoll(NULL, 0, &pause, NULL) < 0 && errno != EINTR)
			return err_sys(err, errno, "waiting");
	}
	return true;
}

bool
tcp_survey_settle(struct tcp_survey *survey, const struct deadline *deadline,
    struct err *err)
{
	const int64_t again_ns = survey->look_ns + survey->plan.least_ns;
	struct tcp_history first;

	if (!wait_until(again_ns, deadline, err))
		return false;
	first = survey->after;
	tcp_history_sort(&first);
	/* Told for the moment for which the first look makes all ages sure:
	 * what it saw is old enough then, what it did not see is not. */
	if (!walk_whole(survey, &first, again_ns, deadline, err))
		return false;
	survey->ages = TCP_AGES_SETTLED;
	tcp_history_arrange(&survey->after);
	return true;
}
