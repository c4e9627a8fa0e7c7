/* SPDX-License-Identifier: ISC */
/*
 * check_route: is the prefix really there, from the right next hop, and how
 * many routes are there?
 *
 * Sources: the kernel's own table, the routing daemons of this host, a router's
 * SNMP agent, and whatever a command prints.  Whatever the source, there is one
 * view of a prefix (model/route.h) and one judge (model/route_judge.h), which
 * compares the views of several.
 */
#include <inttypes.h>
#include <string.h>

#include "frame/plugin.h"
#include "frame/route_options.h"
#include "model/route_ask.h"
#include "source/ownaddr.h"
#include "source/route_snmp.h"
#include "source/route_survey.h"
#include "source/rtnames.h"

struct sample {
	struct route_survey survey;
	struct route_rules rules;
	struct route_view views[ROUTE_SOURCES];
	size_t view_count;
	struct route_history before, after;
	bool recalled, remembered;
};

/* --- what goes together --------------------------------------------------- */

static struct route_command
command_of(const struct route_options *opts)
{
	return (struct route_command){
		.argv = opts->command.items,
		.matches = opts->matches_text.items,
		.match_count = opts->matches_text.count,
		.no_matches = opts->no_matches_text.items,
		.no_match_count = opts->no_matches_text.count,
		.absent_status = opts->absent_status.given
		    ? opts->absent_status.status
		    : ROUTE_COMMAND_NO_STATUS,
		.any_status = opts->any_status,
		.stage =
		    opts->stage != 0 ? (unsigned)opts->stage : ROUTE_INSTALLED,
	};
}

static bool
check_remote(const struct route_options *opts, struct err *err)
{
	const struct route_command command = command_of(opts);

	if (source_opt_asks(&opts->sources, ROUTE_SOURCE_SNMP) &&
	    !opt_snmp_check(&opts->snmp, err))
		return false;
	return !source_opt_asks(&opts->sources, ROUTE_SOURCE_COMMAND) ||
	    route_command_check(&command, err) ||
	    err_context(err, "--source=command");
}

static bool
validate(void *o, struct err *err)
{
	return route_options_check(o, err) && check_remote(o, err);
}

/* --- sources -------------------------------------------------------------- */

static unsigned
also_needs(const void *o)
{
	const struct route_options *opts = o;
	unsigned needs = opts->snmp.record != NULL ? PLUGIN_WRITE : 0;

	for (size_t i = 0; i < source_opt_count(&opts->sources); i++)
		if (route_survey_runs_command(source_opt_at(&opts->sources, i)))
			needs |= PLUGIN_EXEC;
	return needs;
}

static const char *
path_for(const struct route_options *opts, const char *source)
{
	return strcmp(source, ROUTE_SOURCE_KERNEL) == 0
	    ? opts->netns
	    : source_opt_path_of(&opts->sockets, source);
}

/* With the privileges of whoever started us: FRR's socket is its group's.  Of
 * several sources the others are worth asking. */
static bool
open_sources(const void *o, void *s, struct err *err)
{
	const struct route_options *opts = o;
	struct sample *sample = s;
	const size_t count = source_opt_count(&opts->sources);

	for (size_t i = 0; i < count; i++) {
		const char *name = source_opt_at(&opts->sources, i);
		struct err lack;

		if (!route_survey_open(&sample->survey, name,
			path_for(opts, name), &lack) &&
		    count == 1) {
			*err = lack;
			return false;
		}
	}
	return true;
}

/* --- collect -------------------------------------------------------------- */

static struct route_plan
make_plan(const struct route_options *opts, const struct route_rules *rules,
    const struct run *run)
{
	struct route_plan plan = {
		.replay = opts->snmp.replay,
		.record = opts->snmp.record,
		.context = opts->snmp.contexts.count > 0
		    ? opts->snmp.contexts.items[0]
		    : NULL,
		/* Sources are compared by their AS paths, too. */
		.paths = route_ask_paths(rules) || opts->sources.count > 1,
		.command = command_of(opts),
	};

	opt_snmp_options(&opts->snmp, &plan.session);
	route_snmp_patience(&plan.session, &run->deadline);
	return plan;
}

static void
tell_before(const struct route_options *opts, const char *source,
    struct run *run)
{
	run_waiting(run, "asking %s", source);
	if (strcmp(source, ROUTE_SOURCE_SNMP) != 0)
		return;
	opt_snmp_tell_exposed(&opts->snmp, run);
	opt_snmp_tell_waiting(&opts->snmp, run);
}

static void
tell_after(const struct route_survey *survey, const struct route_view *view,
    struct run *run)
{
	if (strcmp(view->source, ROUTE_SOURCE_SNMP) == 0 && survey->has_cost)
		run_note(run, 1,
		    "SNMP: %" PRIu64 " requests, %" PRIu64 " varbinds",
		    survey->cost.requests, survey->cost.varbinds);
	if (strcmp(view->source, ROUTE_SOURCE_SNMP) == 0 &&
	    survey->unwritten.kind != ERR_NONE)
		run_caveat(run, "not recorded: %s", survey->unwritten.text);
	if (view->daemon != NULL)
		run_note(run, 1, "%s: %s", view->source, view->daemon);
	if (view->note != NULL && !view->failed)
		run_caveat(run, "%s", view->note);
}

/* A failure of the only source is one of the run. */
static bool
ask_all(const struct route_options *opts, struct sample *sample,
    const struct route_question *question, struct run *run, struct err *err)
{
	const struct route_plan plan = make_plan(opts, &sample->rules, run);
	struct route_survey *survey = &sample->survey;
	size_t failed = 0;

	for (size_t i = 0; i < survey->count; i++) {
		struct route_view *view = &sample->views[i];
		const char *source = survey->sources[i].name;

		if (!route_view_init(view, source, question, run->arena))
			return err_set(err, ERR_SYSTEM,
			    "no memory for the prefixes");
		tell_before(opts, source, run);
		failed += !route_survey_ask(survey, i, &plan, question, view,
		    &run->deadline, err);
		tell_after(survey, view, run);
		sample->view_count++;
	}
	if (failed < survey->count)
		return true;
	return survey->count > 1 ? err_context(err, "no source answered")
				 : false;
}

static struct route_look
look_of(const struct route_options *opts, const struct sample *sample)
{
	return (struct route_look){
		.views = sample->views,
		.view_count = sample->view_count,
		.vrf = opts->vrf,
		.table = opts->table,
		.before = sample->recalled ? &sample->before : NULL,
		.after = sample->remembered ? &sample->after : NULL,
	};
}

static bool
compare_with_past(const struct route_options *opts, struct sample *sample,
    struct run *run, struct err *err)
{
	const struct route_spans spans = {
		.flap_window_s = opts->flap_window / CLOCK_SECOND,
		.drop_hold_s = opts->drop_hold / CLOCK_SECOND,
		.drop_percent = drop_rule_least(&opts->drop),
	};
	const struct route_look look = look_of(opts, sample);
	struct moment moment;

	if (!route_options_compare(opts))
		return true;
	if (!moment_now(&moment, err))
		return false;
	route_history_init(&sample->after, run->arena, &moment);
	sample->remembered =
	    route_remember(&sample->rules, &look, &spans, &sample->after);
	return sample->remembered ||
	    err_set(err, ERR_SYSTEM, "no memory for the history");
}

/* Icinga gives the host's address to every check: where that is a place of its
 * own, it is told that nobody looked there. */
static void
tell_unasked(const struct route_options *opts, struct run *run)
{
	const struct ip_host *host = &opts->snmp.host;

	if (host->name != NULL &&
	    !source_opt_asks(&opts->sources, ROUTE_SOURCE_SNMP) &&
	    !ownaddr_is(&host->address))
		run_caveat(run, "%s is not asked without --source=snmp",
		    host->name);
}

/* A route's protocol has its first name, and is compared with that. */
static bool
is_protocol(const char *name, struct err *err)
{
	char room[64];
	struct text first = TEXT_OVER(room);
	uint32_t number;

	if (name == NULL)
		return true;
	if (!rtnames_number(RTNAMES_PROTOCOLS, rtnames_roots, name, &number,
		err))
		return false;
	rtnames_name(RTNAMES_PROTOCOLS, rtnames_roots, number, &first);
	return strcmp(first.data, name) == 0 ||
	    err_set(err, ERR_USAGE,
		"the routing protocol %.60s is called %s here: use that name",
		name, first.data);
}

/* A slip ("ipv5", "bpg") would count no routes, and be content with that.  What
 * a daemon calls its protocols is its own affair. */
static bool
check_protocols(const struct route_options *opts, struct err *err)
{
	if (source_opt_count(&opts->sources) != 1 ||
	    !source_opt_asks(&opts->sources, ROUTE_SOURCE_KERNEL))
		return true;
	for (size_t i = 0; i < opts->protocols.count; i++)
		if (!is_protocol(opts->protocols.items[i], err))
			return false;
	for (size_t i = 0; i < opts->tallies.count; i++)
		if (!is_protocol(opts->tallies.items[i].protocol, err))
			return false;
	for (size_t i = 0; i < route_expects_count(&opts->expects); i++)
		if (!is_protocol(route_expects_at(&opts->expects, i)->protocol,
			err))
			return false;
	return true;
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct route_options *opts = o;
	struct sample *sample = s;
	struct route_question question;

	if (!route_options_rules(opts, &sample->rules, run->arena, err) ||
	    !check_protocols(opts, err))
		return false;
	tell_unasked(opts, run);
	if (!route_ask(&sample->rules, opts->table, opts->vrf, run->arena,
		&question))
		return err_set(err, ERR_SYSTEM, "no memory for the prefixes");
	/* Not where the place is looked for that it is lost at. */
	question.best_suffices =
	    opts->stage != ROUTE_INSTALLED && opts->sources.count <= 1;
	return ask_all(opts, sample, &question, run, err) &&
	    compare_with_past(opts, sample, run, err);
}

/* --- judge ---------------------------------------------------------------- */

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct route_options *opts = o;
	const struct sample *sample = s;
	const struct route_look look = look_of(opts, sample);

	route_judge(&sample->rules, &look, root);
}

/* --- memory --------------------------------------------------------------- */

static bool
wants_memory(const void *o)
{
	return route_options_compare(o);
}

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	struct sample *sample = s;

	(void)o;
	sample->recalled =
	    route_history_decode(&sample->before, bytes, len, arena, err);
	return sample->recalled;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct sample *sample = s;

	(void)o;
	if (sample->remembered)
		route_history_encode(&sample->after, out);
}

static const struct plugin_memory memory = {
	.max_bytes = (size_t)4 << 20,
	.wanted = wants_memory,
	.recall = recall,
	.remember = remember,
};

/* --- the program ---------------------------------------------------------- */

static const char *const examples[] = {
	"192.0.2.0/24 2001:db8::/32",
	"does this host have a route to both, in its main table?",
	"default --next-hop 192.0.2.1,192.0.2.2 --next-hops-critical 2:",
	"does the default route balance over both routers?",
	"203.0.113.7 --longest-match --match-length 16",
	"is what carries the traffic more specific than a /16?",
	"198.51.100.0/24 --source bird,kernel",
	"did it get from BIRD into the kernel, and where is it lost if not?",
	"--count-critical ipv4,bgp=900000: --count-drop-warning 10%",
	"is the full table there, and is it not shrinking?",
	NULL,
};

const struct plugin plugin = {
	.name = "check_route",
	.title = "ROUTE",
	.purpose = "checks that prefixes are in the routing table, from the "
		   "right next hop, and how many routes there are",
	.examples = examples,
	.options = route_options_table,
	.metrics = route_metrics,
	.memory = &memory,
	.opts_size = sizeof(struct route_options),
	.sample_size = sizeof(struct sample),
	.also_needs = also_needs,
	.validate = validate,
	.open = open_sources,
	.collect = collect,
	.judge = judge,
};
