/* SPDX-License-Identifier: ISC */
#include "model/exabgp_judge.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"

/* --- metrics -------------------------------------------------------------- */

#define PLAIN .limits = METRIC_NO_LIMITS

/* The names of ExaBGP's own monitoring guide where they are sound. */
const struct metric_def exabgp_metrics[] = {
	[EXABGP_M_UP] = { "up", "exabgp_up", "1 when ExaBGP runs and answers",
	    PLAIN },
	[EXABGP_M_INFO] = { "info", "exabgp", "its version",
	    .kind = METRIC_INFO, PLAIN },
	[EXABGP_M_UPTIME] = { "uptime", "exabgp_uptime_seconds",
	    "time since the process began", .unit = METRIC_SECONDS, PLAIN },
	[EXABGP_M_CPU] = { "cpu", "exabgp_process_cpu_ratio",
	    "share of one CPU since the last run", .unit = METRIC_PERCENT,
	    PLAIN },
	[EXABGP_M_RSS] = { "rss", "exabgp_process_resident_memory_bytes",
	    "resident memory", .unit = METRIC_BYTES, PLAIN },
	[EXABGP_M_MEMORY] = { "memory", "exabgp_process_memory_ratio",
	    "resident memory as a share of the memory of this host",
	    .unit = METRIC_PERCENT, .max = "100", PLAIN },
	[EXABGP_M_THREADS] = { "threads", "exabgp_process_threads", "threads",
	    PLAIN },
	[EXABGP_M_DESCRIPTORS] = { "descriptors",
	    "exabgp_process_descriptors_ratio",
	    "open files as a share of how many may be open",
	    .unit = METRIC_PERCENT, .max = "100", PLAIN },
	[EXABGP_M_RESTARTS] = { "restarts", "exabgp_process_recent_restarts",
	    "restarts of the daemon within the window", PLAIN },
	[EXABGP_M_RESTARTS_TOTAL] = { "restarts_total",
	    "exabgp_process_restarts",
	    "restarts of the daemon that were ever seen",
	    .kind = METRIC_COUNTER, PLAIN },
	[EXABGP_M_HELPERS] = { "helpers", "exabgp_helpers",
	    "API processes that run", PLAIN },
	[EXABGP_M_HELPER_RESTARTS] = { "helper_restarts",
	    "exabgp_helper_recent_restarts",
	    "API processes that were replaced within the window", PLAIN },
	[EXABGP_M_SESSIONS] = { "sessions", "exabgp_bgp_sessions",
	    "configured neighbors", PLAIN },
	[EXABGP_M_SESSIONS_UP] = { "sessions_up",
	    "exabgp_bgp_sessions_established",
	    "neighbors whose session is established", PLAIN },
	[EXABGP_M_SESSION_UP] = { "session_up", "exabgp_bgp_session_up",
	    "1 when the session is established", .max = "1", PLAIN },
	[EXABGP_M_SESSION_AGE] = { "session_age",
	    "exabgp_bgp_session_state_age_seconds",
	    "time in the state; of a session that is down since a run saw it",
	    .unit = METRIC_SECONDS, PLAIN },
	[EXABGP_M_FLAPS] = { "flaps", "exabgp_bgp_session_recent_flaps",
	    "times that the session came up again within the window", PLAIN },
	[EXABGP_M_ROUTES] = { "routes", "exabgp_routes_announced",
	    "routes announced to established neighbors",
	    .parts = "exabgp_neighbor_routes_announced", PLAIN },
	[EXABGP_M_FAMILY_ROUTES] = { "family_routes",
	    "exabgp_family_routes_announced",
	    "routes of one address family announced to the neighbor", PLAIN },
	[EXABGP_M_RECEIVED] = { "received", "exabgp_routes_received",
	    "routes received from established neighbors",
	    .parts = "exabgp_neighbor_routes_received", PLAIN },
	[EXABGP_M_FAMILY_RECEIVED] = { "family_received",
	    "exabgp_family_routes_received",
	    "routes of one address family received from the neighbor", PLAIN },
	[EXABGP_M_ADDED] = { "routes_added", "exabgp_routes_added",
	    "announcements: of the log, or, without one, seen between two runs",
	    .kind = METRIC_COUNTER, PLAIN },
	[EXABGP_M_WITHDRAWN] = { "routes_withdrawn", "exabgp_routes_withdrawn",
	    "withdrawals: of the log, or, without one, seen between two runs",
	    .kind = METRIC_COUNTER, PLAIN },
	[EXABGP_M_ANNOUNCE_RATE] = { "announce_rate",
	    "exabgp_prefixes_announced_per_minute",
	    "prefixes that came since the last run, a minute", PLAIN },
	[EXABGP_M_WITHDRAW_RATE] = { "withdraw_rate",
	    "exabgp_prefixes_withdrawn_per_minute",
	    "prefixes that went since the last run, a minute", PLAIN },
	[EXABGP_M_FLAPPING] = { "flapping", "exabgp_prefixes_flapping",
	    "prefixes that came back twice or more within the window", PLAIN },
	[EXABGP_M_LOG_LINES] = { "log_lines", "exabgp_log_alerts",
	    "lines of the log since the last run that are alerts", PLAIN },
	[EXABGP_M_CLOSES] = { "session_closes", "exabgp_log_session_closes",
	    "lines of the log since the last run that tell of a connection "
	    "that was closed",
	    PLAIN },
	{ .name = NULL },
};

static double
percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

/* Of a noun behind a number. */
static const char *
ending(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static double
seconds(int64_t ns)
{
	return (double)ns / CLOCK_SECOND;
}

/* --- the process ---------------------------------------------------------- */

static void
judge_numbers(const struct exabgp_limits *limits,
    const struct exabgp_process *process, struct result *node)
{
	result_metric(node, EXABGP_M_UPTIME, process->uptime_s);
	if (process->has_cpu)
		result_check_limits(node, EXABGP_M_CPU, process->cpu_percent,
		    &limits->cpu);
	result_metric(node, EXABGP_M_RSS, process->rss);
	result_check_limits(node, EXABGP_M_MEMORY, process->memory_percent,
	    &limits->memory);
	result_metric(node, EXABGP_M_THREADS, (double)process->threads);
	if (process->has_descriptors && process->descriptors_limit > 0)
		result_check_limits(node, EXABGP_M_DESCRIPTORS,
		    percent((double)process->descriptors,
			(double)process->descriptors_limit),
		    &limits->descriptors);
	else if (limits_given(&limits->descriptors) &&
	    !process->has_descriptors)
		result_judge(node, VERDICT_UNKNOWN,
		    "open files: %s (that needs root)",
		    process->descriptors_err.text);
}

static void
judge_absent(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *node)
{
	const char *why = look->process.why;

	if (look->answers && *why != '\0')
		result_judge(node, VERDICT_UNKNOWN,
		    "%s, and yet somebody answers: what names the process is "
		    "wrong, or --pipe is that of another",
		    why);
	else if (look->answers)
		result_judge(node, VERDICT_UNKNOWN,
		    "somebody answers, but its process is not to be seen: it "
		    "may run in a container");
	else
		result_judge(node, VERDICT_CRITICAL,
		    "exabgp is not running%s%s%s%s",
		    rules->config != NULL ? " with " : "",
		    rules->config != NULL ? rules->config : "",
		    *why != '\0' ? ": " : "", why);
}

static void
judge_running(const struct exabgp_rules *rules,
    const struct exabgp_process *process, struct result *node)
{
	char room[40];
	struct text uptime = TEXT_OVER(room);

	if (process->state == 'T' || process->state == 't')
		result_judge(node, VERDICT_CRITICAL,
		    "stopped by a signal: SIGCONT would continue it");
	judge_numbers(&rules->limits, process, node);
	num_format_duration(&uptime, process->uptime_s);
	result_summary(node, "process %d, up %s", process->pid, uptime.data);
}

static void
judge_process(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *root)
{
	const struct exabgp_process *process = &look->process;
	struct result *node;

	if (!rules->process)
		return;
	node = result_child(root, "process");
	switch (process->seen) {
	case EXABGP_NOT_LOOKED:
		break;
	case EXABGP_UNTOLD:
		result_judge(node, VERDICT_UNKNOWN, "%s", process->err.text);
		break;
	case EXABGP_ABSENT:
		judge_absent(rules, look, node);
		break;
	case EXABGP_SEVERAL:
		result_judge(node, VERDICT_UNKNOWN,
		    "%zu daemons run%s%s: choose one with %s", process->daemons,
		    rules->config != NULL ? " with " : "",
		    rules->config != NULL ? rules->config : "",
		    rules->config != NULL ? "--unit, --pid-file or --pipe-owner"
					  : "--config");
		break;
	case EXABGP_ZOMBIE:
		result_judge(node, VERDICT_CRITICAL,
		    "exabgp is a zombie: process %d has ended, and its parent "
		    "%d has not taken note",
		    process->pid, process->parent);
		break;
	case EXABGP_RUNS:
		judge_running(rules, process, node);
		break;
	}
	result_check_limits(root, EXABGP_M_RESTARTS,
	    (double)look->now.restarts.count, &rules->limits.restarts);
	result_metric(root, EXABGP_M_RESTARTS_TOTAL,
	    (double)look->now.restarts_total);
}

/* --- helpers -------------------------------------------------------------- */

static void
judge_helper(const struct exabgp_want *want, uint64_t running,
    struct result *root)
{
	char room[200];
	struct text name = TEXT_OVER(room);
	struct result *node;

	text_addf(&name, "helper %s", want->pattern);
	node = result_child(root, name.data);
	result_label(node, "helper", want->pattern);
	result_metric(node, EXABGP_M_HELPERS, (double)running);
	if (running < want->count)
		result_judge(node, VERDICT_CRITICAL,
		    "%" PRIu64 " of %" PRIu64 " run%s", running, want->count,
		    want->count == 1 ? "s" : "");
	else
		result_ok(node);
	result_summary(node, "%s: %" PRIu64 " run%s", name.data, running,
	    running == 1 ? "s" : "");
}

static void
judge_helpers(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *root)
{
	if (!exabgp_is_running(look))
		return;
	if (!look->helpers_known) {
		result_judge(root, VERDICT_UNKNOWN, "helpers: %s",
		    look->helpers_err.text);
		return;
	}
	result_metric(root, EXABGP_M_HELPERS, (double)look->helpers_all);
	result_check_limits(root, EXABGP_M_HELPER_RESTARTS,
	    (double)look->now.helper_restarts.count,
	    &rules->limits.helper_restarts);
	for (size_t i = 0; i < rules->helper_count; i++)
		judge_helper(&rules->helpers[i], look->helpers[i], root);
}

/* --- answers -------------------------------------------------------------- */

/* It asked, and was left without an answer. */
static void
judge_silence(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *node)
{
	const double waited = seconds(look->patience_ns);
	char room[120] = "";
	struct text suspect = TEXT_OVER(room);

	if (look->rival != 0 && look->rival_reads) {
		result_judge(node, VERDICT_UNKNOWN,
		    "no answer within %.3g s, and process %d (%s) reads "
		    "%s.out, too: whose answer it is nobody can tell; end it",
		    waited, look->rival, look->rival_name, rules->pipe_path);
		return;
	}
	exabgp_add_suspect(&suspect, look);
	if (look->answer_cut)
		result_judge(node, VERDICT_UNKNOWN,
		    "no answer within %.3g s, all that --timeout left of "
		    "--answer-timeout%s",
		    waited, suspect.data);
	else
		result_judge(node, VERDICT_CRITICAL,
		    "runs but does not answer within %.3g s%s", waited,
		    suspect.data);
}

static void
judge_answers(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *root)
{
	struct result *node;

	if (!look->answers && (!rules->answers || exabgp_is_down(look)))
		return;
	node = result_child(root, "answers");
	if (look->answers) {
		result_label(node, "version", look->version);
		result_metric(node, EXABGP_M_INFO, 1);
		result_ok(node);
		result_summary(node, "answers: exabgp %s", look->version);
	} else if (look->unread) {
		result_judge(node, VERDICT_CRITICAL,
		    "nobody reads its command pipe %s", rules->pipe_path);
	} else if (!look->asked) {
		result_judge(node, VERDICT_UNKNOWN, "%s", look->pipe_err.text);
	} else if (look->answer_err.kind == ERR_TIMEOUT) {
		judge_silence(rules, look, node);
	} else {
		result_judge(node, VERDICT_UNKNOWN, "%s",
		    look->answer_err.text);
	}
}

/* --- the log -------------------------------------------------------------- */

static const struct {
	const char *what;
	enum verdict verdict; /* OK: counted only */
} lines[EXABGP_LINES] = {
	[EXABGP_LINE_ADDED] = { "routes added", VERDICT_OK },
	[EXABGP_LINE_REMOVED] = { "routes removed", VERDICT_OK },
	/* Each failed attempt to connect says it: no flap. */
	[EXABGP_LINE_CLOSED] = { "connections closed", VERDICT_OK },
	[EXABGP_LINE_INTERNAL] = { "internal error", VERDICT_CRITICAL },
	[EXABGP_LINE_CRASH] = { "crash", VERDICT_CRITICAL },
	[EXABGP_LINE_GIVEN_UP] = { "helper given up", VERDICT_CRITICAL },
	[EXABGP_LINE_NO_HELPER] = { "peer without helper", VERDICT_CRITICAL },
	[EXABGP_LINE_NOT_UNDERSTOOD] = { "command not understood",
	    VERDICT_WARNING },
	[EXABGP_LINE_NO_NEIGHBOR] = { "command for no neighbor",
	    VERDICT_WARNING },
	[EXABGP_LINE_NO_ROUTE] = { "route not understood", VERDICT_WARNING },
	[EXABGP_LINE_INVALID] = { "invalid route", VERDICT_WARNING },
	[EXABGP_LINE_NO_RELOAD] = { "configuration not reloaded",
	    VERDICT_WARNING },
};

/* What line `index` of the hits is called, and means. */
static const char *
line_of(const struct exabgp_rules *rules, size_t index, enum verdict *verdict)
{
	if (index < EXABGP_LINES) {
		*verdict = lines[index].verdict;
		return lines[index].what;
	}
	index -= EXABGP_LINES;
	if (index < rules->log_critical_count) {
		*verdict = VERDICT_CRITICAL;
		return rules->log_critical[index];
	}
	*verdict = VERDICT_WARNING;
	return rules->log_warning[index - rules->log_critical_count];
}

/* How many lines were alerts. */
static uint64_t
judge_hits(const struct exabgp_rules *rules, const struct exabgp_log *log,
    struct result *node)
{
	uint64_t alerts = 0;

	for (size_t i = 0; i < log->hit_count; i++) {
		const struct exabgp_hits *hits = &log->hits[i];
		enum verdict verdict;
		const char *what = line_of(rules, i, &verdict);

		if (hits->count == 0 || verdict == VERDICT_OK)
			continue;
		alerts += hits->count;
		result_judge(node, verdict, "%" PRIu64 " x %s: %s", hits->count,
		    what, hits->last);
	}
	return alerts;
}

static void
judge_log(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *root)
{
	const struct exabgp_log *log = &look->log;
	struct result *node;

	if (!rules->log)
		return;
	node = result_child(root, "log");
	if (!log->known) {
		result_judge(node, VERDICT_UNKNOWN, "%s", log->err.text);
		return;
	}
	result_metric(node, EXABGP_M_LOG_LINES,
	    (double)judge_hits(rules, log, node));
	if (log->hit_count > EXABGP_LINE_CLOSED)
		result_metric(node, EXABGP_M_CLOSES,
		    (double)log->hits[EXABGP_LINE_CLOSED].count);
	result_ok(node);
	result_summary(node, "%" PRIu64 " byte%s of log read", log->bytes,
	    ending(log->bytes));
}

/* --- all of it ------------------------------------------------------------ */

#define NAME "exabgp"

static void
summarize(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *root)
{
	char room[300];
	struct text text = TEXT_OVER(room);

	if (look->answers)
		text_addf(&text, "exabgp %s answers", look->version);
	else if (!rules->process && look->log.known)
		text_addf(&text, "%" PRIu64 " byte%s of log read",
		    look->log.bytes, ending(look->log.bytes));
	else
		text_add(&text, NAME);
	if (exabgp_is_running(look)) {
		text_add(&text, ", up ");
		num_format_duration(&text, look->process.uptime_s);
	}
	if (look->sessions_known)
		text_addf(&text, ", %zu of %zu session%s established",
		    exabgp_established(look), bgp_table_count(&look->table),
		    ending(bgp_table_count(&look->table)));
	if (look->routes_known)
		text_addf(&text, ", %" PRIu64 " route%s announced",
		    exabgp_total(look).announced,
		    ending(exabgp_total(look).announced));
	if (rules->helper_count > 0 && look->helpers_known)
		text_addf(&text, ", %" PRIu64 " helper%s", look->helpers_all,
		    ending(look->helpers_all));
	/* Its name alone adds nothing to what is wrong. */
	if (result_verdict(root) == VERDICT_OK || strcmp(text.data, NAME) != 0)
		result_summary(root, "%s", text.data);
}

void
exabgp_judge(const struct exabgp_rules *rules, const struct exabgp_look *look,
    struct result *root)
{
	const bool up = (!rules->process || exabgp_is_running(look)) &&
	    (!rules->answers || look->answers);

	if (rules->process || rules->answers)
		result_metric(root, EXABGP_M_UP, up);
	judge_process(rules, look, root);
	judge_answers(rules, look, root);
	judge_helpers(rules, look, root);
	exabgp_judge_sessions(rules, look, root);
	exabgp_judge_routes(rules, look, root);
	exabgp_judge_changes(rules, look, root);
	judge_log(rules, look, root);
	/* Each part that was asked for has evidence or a finding of its own. */
	result_ok(root);
	summarize(rules, look, root);
}
