/* SPDX-License-Identifier: ISC */
#include "source/route_survey.h"

#include <string.h>

#include "source/route_local.h"
#include "source/route_snmp.h"
#include "source/snmp_look.h"

bool
route_survey_runs_command(const char *name)
{
	const struct daemon *daemon = daemon_find(name);

	return daemon != NULL ? daemon->runs_command
			      : strcmp(name, ROUTE_SOURCE_COMMAND) == 0;
}

/* --- opening -------------------------------------------------------------- */

/* SNMP and a command connect when they are asked. */
static bool
open_source(struct route_survey *survey, struct route_survey_source *source,
    const char *path, struct err *err)
{
	const struct deadline soon = deadline_in(CLOCK_SECOND);
	const struct daemon *daemon = daemon_find(source->name);

	if (strcmp(source->name, ROUTE_SOURCE_KERNEL) == 0)
		return route_kernel_open(&survey->kernel, path, err);
	return daemon == NULL ||
	    daemon_open(&source->link, daemon, DAEMON_ROUTES, path, &soon, err);
}

bool
route_survey_open(struct route_survey *survey, const char *name,
    const char *path, struct err *err)
{
	struct route_survey_source *source = &survey->sources[survey->count++];

	source->name = name;
	if (open_source(survey, source, path, err))
		return true;
	source->err = *err;
	return false;
}

/* --- asking --------------------------------------------------------------- */

static bool
ask_kernel(struct route_survey *survey, const struct route_plan *plan,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	(void)plan;
	return route_kernel_read(&survey->kernel, question, view, deadline,
	    err);
}

static bool
ask_snmp(struct route_survey *survey, const struct route_plan *plan,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	const struct route_snmp_query query = { plan->context, plan->paths };
	struct snmp_look look;
	bool ok;

	if (!snmp_look_open(&look, &plan->session, plan->replay,
		plan->record != NULL, deadline, err)) {
		route_view_fail(view, err);
		return false;
	}
	ok = route_snmp_read(look.agent, &query, question, view, deadline, err);
	survey->cost = look.agent->counters;
	survey->has_cost = true;
	snmp_look_close(&look, plan->record, &survey->unwritten);
	return ok;
}

static bool
ask_command(struct route_survey *survey, const struct route_plan *plan,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	(void)survey;
	return route_command_read(&plan->command, question, view, deadline,
	    err);
}

/* All others are daemons of this host. */
static const struct {
	const char *name;
	bool (*ask)(struct route_survey *survey, const struct route_plan *plan,
	    const struct route_question *question, struct route_view *view,
	    const struct deadline *deadline, struct err *err);
} askers[] = {
	{ ROUTE_SOURCE_KERNEL, ask_kernel },
	{ ROUTE_SOURCE_SNMP, ask_snmp },
	{ ROUTE_SOURCE_COMMAND, ask_command },
};

bool
route_survey_ask(struct route_survey *survey, size_t index,
    const struct route_plan *plan, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err)
{
	const struct route_survey_source *source = &survey->sources[index];

	if (source->err.kind != ERR_NONE) {
		*err = source->err;
		route_view_fail(view, err);
		return false;
	}
	for (size_t i = 0; i < sizeof(askers) / sizeof(askers[0]); i++)
		if (strcmp(askers[i].name, source->name) == 0)
			return askers[i].ask(survey, plan, question, view,
			    deadline, err);
	return route_local_read(&source->link, question, view, deadline, err);
}
