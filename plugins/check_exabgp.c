/* SPDX-License-Identifier: ISC */
/*
 * check_exabgp: does ExaBGP run, answer, keep its API processes, hold its
 * sessions and announce?
 *
 * Sources: procfs, the command pipes, the log.  Each part is looked at by
 * itself, and what cannot be looked at is UNKNOWN for that part alone.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>

#include "base/bootid.h"
#include "base/num.h"
#include "base/regex.h"
#include "frame/plugin.h"
#include "model/bgp.h"
#include "model/bgp_history.h"
#include "model/exabgp_history.h"
#include "source/bgp_exabgp.h"
#include "source/exabgp_pipe.h"
#include "source/exabgp_proc.h"
#include "source/exabgp_rib.h"
#include "source/logfollow.h"
#include "source/procfs.h"

#define MEMORY_BYTES ((size_t)1 << 20)
#define CHILDREN 1024
#define ASK_TIMES 3
#define LOG_TEXT 160 /* characters of a line that are shown */

enum part {
	PART_PROCESS = 1 << 0,
	PART_ANSWERS = 1 << 1,
	PART_SESSIONS = 1 << 2,
	PART_ROUTES = 1 << 3,
};

struct helper_want {
	const char *pattern;
	uint64_t count;
};

struct helper_wants {
	size_t count;
	struct helper_want *items;
	size_t capacity;
};

struct opts {
	const char *config, *pipe;
	int64_t answer_timeout; /* ns */
	unsigned skip;		/* enum part */
	struct opt_nets neighbors, routes;
	struct helper_wants helpers;
	enum verdict down;
	int64_t window; /* ns */
	struct limits cpu, memory, descriptors, restarts, helper_restarts;
	struct limits flaps, announced;
	const char *log;
	struct opt_strings log_critical, log_warning;
};

/* One thing to look for in the log. */
struct rule {
	const char *what;
	enum verdict verdict; /* OK: counted only */
};

struct hits {
	struct rule rule;
	struct regex *regex; /* NULL, or owned until the log is read */
	uint64_t count;
	char last[LOG_TEXT * 4];
};

struct process {
	bool looked;
	struct err err;
	size_t daemons;
	struct procfs_stat stat;
	double uptime_s, rss, memory_percent;
	bool has_cpu;
	double cpu_percent;
	bool has_descriptors;
	uint64_t descriptors, descriptors_limit;
	struct err descriptors_err;
};

struct sample {
	struct exabgp_pipe pipe;
	struct err pipe_err; /* why it could not be opened */
	bool pipe_open;
	bool unread; /* nobody is at the other end of the pipe */
	struct process process;
	bool helpers_known;
	struct err helpers_err;
	uint64_t *helpers; /* how many run of each that is wanted */
	uint64_t helpers_all;
	bool asked, answers;
	struct err answer_err;
	char version[64];
	bool sessions_known;
	struct err sessions_err;
	struct bgp_table table;
	struct bgp_history peers_before, peers;
	bool peers_recalled, peers_remembered;
	int64_t *down_since; /* of each peer that is down */
	bool routes_known;
	struct err routes_err;
	uint64_t *routes;      /* of each peer */
	bool *route_announced; /* each that is wanted */
	bool log_known;
	struct err log_err;
	struct logfollow_seen log;
	struct hits *hits;
	size_t hit_count;
	struct exabgp_history before, now;
	bool recalled;
};

/* --- options -------------------------------------------------------------- */

static const struct {
	const char *word;
	unsigned part;
} parts[] = {
	{ "process", PART_PROCESS },
	{ "answers", PART_ANSWERS },
	{ "sessions", PART_SESSIONS },
	{ "routes", PART_ROUTES },
};

static bool
add_part(struct span word, unsigned *mask)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (span_is(word, parts[i].word)) {
			*mask |= parts[i].part;
			return true;
		}
	}
	return false;
}

static bool
parse_skip(const struct opt_value *value, void *field, struct err *err)
{
	struct span rest = span_of(value->text), word = rest;
	bool more = true;

	while (more) {
		more = span_cut(rest, ',', &word, &rest);
		if (!add_part(more ? word : rest, field))
			return err_set(err, ERR_USAGE,
			    "must be process, answers, sessions, routes, or "
			    "several with commas");
	}
	return true;
}

/* "healthcheck:2": what follows the last colon is a count if it is a number. */
static bool
parse_helper(const struct opt_value *value, void *field, struct err *err)
{
	const char *colon = strrchr(value->text, ':');
	struct helper_want want = { .count = 1 };
	size_t len = strlen(value->text);
	struct helper_want *added;
	struct err ignored;

	if (colon != NULL && num_u64(colon + 1, &want.count, &ignored))
		len = (size_t)(colon - value->text);
	if (len == 0)
		return err_set(err, ERR_USAGE, "must name a helper");
	want.pattern = arena_string(value->arena, value->text, len);
	added = opt_list_add(value->arena, field, sizeof(*added));
	if (want.pattern == NULL || added == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	*added = want;
	return true;
}

static const struct opt_type type_skip = { .metavar = "PART[,PART...]",
	.repeats = true,
	.parse = parse_skip };
static const struct opt_type type_helper = { .metavar = "TEXT[:COUNT]",
	.repeats = true,
	.parse = parse_helper };

#define SELECT .flags = OPT_IDENTITY
#define SECONDS_(n) ((n) * (uint64_t)CLOCK_SECOND)

static const struct opt options[] = {
	OPT_STRING(0, "config", struct opts, config,
	    "the instance with this configuration file on its command line",
	    .metavar = "PATH", SELECT),
	OPT_STRING(0, "pipe", struct opts, pipe,
	    "its command pipes, without .in and .out, or their directory",
	    .metavar = "PATH", .preset = EXABGP_PIPE, SELECT),
	OPT_DURATION(0, "answer-timeout", struct opts, answer_timeout,
	    "how long it may take to answer", .preset = "3s",
	    .min = (uint64_t)CLOCK_MILLI, .max = SECONDS_(600)),
	OPT_OTHER(0, "skip", type_skip, struct opts, skip,
	    "do not look at process, answers, sessions or routes"),
	OPT_NETS(0, "neighbor", struct opts, neighbors,
	    "a neighbor that must be configured", .metavar = "ADDRESS"),
	OPT_VERDICT(0, "down-state", struct opts, down,
	    "state for a session that is not established",
	    .preset = "critical"),
	OPT_NETS(0, "expect-route", struct opts, routes,
	    "a prefix that must be announced to an established neighbor",
	    .metavar = "PREFIX"),
	OPT_LIMITS("routes", struct opts, announced,
	    "routes announced to established neighbors"),
	OPT_OTHER(0, "helper", type_helper, struct opts, helpers,
	    "an API process that must run: text of its command line, and how "
	    "many"),
	OPT_LIMITS("helper-restarts", struct opts, helper_restarts,
	    "helpers that were replaced within the window", .preset = "0,"),
	OPT_LIMITS("restarts", struct opts, restarts,
	    "restarts of the daemon within the window", .preset = "0,"),
	OPT_LIMITS("flaps", struct opts, flaps,
	    "times that a session came up again within the window",
	    .preset = "0,"),
	OPT_DURATION(0, "window", struct opts, window,
	    "how long a restart or a flap counts", .preset = "1h",
	    .min = SECONDS_(1), .max = SECONDS_(31 * 86400)),
	OPT_LIMITS("cpu", struct opts, cpu,
	    "percent of a CPU since the last run", .preset = "80,95"),
	OPT_LIMITS("memory", struct opts, memory,
	    "percent of the memory of this host", .preset = "80,90"),
	OPT_LIMITS("descriptors", struct opts, descriptors,
	    "percent of the open files that it may have"),
	OPT_FILE(0, "log", struct opts, log,
	    "its log, followed from where the last run stopped", SELECT),
	OPT_STRINGS(0, "log-critical", struct opts, log_critical,
	    "a line that matches is critical", .metavar = "REGEX"),
	OPT_STRINGS(0, "log-warning", struct opts, log_warning,
	    "a line that matches is a warning", .metavar = "REGEX"),
	OPT_END,
};

enum {
	UP,
	INFO,
	UPTIME,
	CPU,
	RSS,
	MEMORY,
	THREADS,
	DESCRIPTORS,
	RESTARTS,
	RESTARTS_TOTAL,
	HELPERS,
	HELPER_RESTARTS,
	SESSIONS,
	SESSIONS_UP,
	SESSION_UP,
	SESSION_AGE,
	FLAPS,
	ROUTES,
	ROUTES_ADDED,
	ROUTES_WITHDRAWN,
	LOG_LINES,
};

#define LIMITS_OF(field) .limits = offsetof(struct opts, field)
#define NO_LIMITS .limits = METRIC_NO_LIMITS

static const struct metric_def metrics[] = {
	[UP] = { "up", "exabgp_up", "1 when ExaBGP runs and answers",
	    NO_LIMITS },
	[INFO] = { "info", "exabgp", "its version", .kind = METRIC_INFO,
	    NO_LIMITS },
	[UPTIME] = { "uptime", "exabgp_uptime_seconds",
	    "time since the process began", .unit = METRIC_SECONDS, NO_LIMITS },
	[CPU] = { "cpu", "exabgp_process_cpu_ratio",
	    "share of one CPU since the last run", .unit = METRIC_PERCENT,
	    LIMITS_OF(cpu) },
	[RSS] = { "rss", "exabgp_process_resident_memory_bytes",
	    "resident memory", .unit = METRIC_BYTES, NO_LIMITS },
	[MEMORY] = { "memory", "exabgp_process_memory_ratio",
	    "resident memory as a share of the memory of this host",
	    .unit = METRIC_PERCENT, .max = "100", LIMITS_OF(memory) },
	[THREADS] = { "threads", "exabgp_process_threads", "threads",
	    NO_LIMITS },
	[DESCRIPTORS] = { "descriptors", "exabgp_process_descriptors_ratio",
	    "open files as a share of how many may be open",
	    .unit = METRIC_PERCENT, .max = "100", LIMITS_OF(descriptors) },
	[RESTARTS] = { "restarts", "exabgp_process_recent_restarts",
	    "restarts of the daemon within the window", LIMITS_OF(restarts) },
	[RESTARTS_TOTAL] = { "restarts_total", "exabgp_process_restarts",
	    "restarts of the daemon that were ever seen",
	    .kind = METRIC_COUNTER, NO_LIMITS },
	[HELPERS] = { "helpers", "exabgp_helpers", "API processes that run",
	    NO_LIMITS },
	[HELPER_RESTARTS] = { "helper_restarts",
	    "exabgp_helper_recent_restarts",
	    "API processes that were replaced within the window",
	    LIMITS_OF(helper_restarts) },
	[SESSIONS] = { "sessions", "exabgp_bgp_sessions",
	    "configured neighbors", NO_LIMITS },
	[SESSIONS_UP] = { "sessions_up", "exabgp_bgp_sessions_established",
	    "neighbors whose session is established", NO_LIMITS },
	[SESSION_UP] = { "session_up", "exabgp_bgp_session_up",
	    "1 when the session is established", .max = "1", NO_LIMITS },
	[SESSION_AGE] = { "session_age", "exabgp_bgp_session_state_age_seconds",
	    "time in the state; of a session that is down since a run saw it",
	    .unit = METRIC_SECONDS, NO_LIMITS },
	[FLAPS] = { "flaps", "exabgp_bgp_session_recent_flaps",
	    "times that the session came up again within the window",
	    LIMITS_OF(flaps) },
	[ROUTES] = { "routes", "exabgp_routes_announced",
	    "routes announced to established neighbors", LIMITS_OF(announced) },
	[ROUTES_ADDED] = { "routes_added", "exabgp_routes_added",
	    "routes that the log saw added", .kind = METRIC_COUNTER,
	    NO_LIMITS },
	[ROUTES_WITHDRAWN] = { "routes_withdrawn", "exabgp_routes_withdrawn",
	    "routes that the log saw removed", .kind = METRIC_COUNTER,
	    NO_LIMITS },
	[LOG_LINES] = { "log_lines", "exabgp_log_alerts",
	    "lines of the log since the last run that are alerts", NO_LIMITS },
	{ .name = NULL },
};

static bool
wants(const struct opts *opts, enum part part)
{
	return (opts->skip & part) == 0;
}

static bool
wants_pipe(const struct opts *opts)
{
	return wants(opts, PART_ANSWERS) || wants(opts, PART_SESSIONS) ||
	    wants(opts, PART_ROUTES);
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;

	if (opts->log == NULL &&
	    opts->log_critical.count + opts->log_warning.count > 0)
		return err_set(err, ERR_USAGE,
		    "--log-critical and --log-warning need --log");
	if ((opts->skip & PART_SESSIONS) != 0 &&
	    ((opts->skip & PART_ROUTES) == 0 || opts->neighbors.count > 0))
		return err_set(err, ERR_USAGE,
		    "without sessions no routes and no --neighbor can be "
		    "judged: --skip sessions,routes");
	if ((opts->skip & PART_ROUTES) != 0 && opts->routes.count > 0)
		return err_set(err, ERR_USAGE,
		    "--expect-route needs the routes");
	if ((opts->skip & PART_PROCESS) != 0 && opts->helpers.count > 0)
		return err_set(err, ERR_USAGE, "--helper needs the process");
	if (!wants(opts, PART_PROCESS) && !wants_pipe(opts) &&
	    opts->log == NULL)
		return err_set(err, ERR_USAGE,
		    "--skip leaves nothing to look at");
	return true;
}

/* --- the pipes ------------------------------------------------------------ */

/* With the privileges of whoever started us.  That it fails is one part of what
 * is found. */
static bool
open_pipe(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const struct deadline soon = deadline_in(opts->answer_timeout);

	(void)err;
	if (!wants_pipe(opts))
		return true;
	sample->pipe_open = exabgp_pipe_open(&sample->pipe, opts->pipe, &soon,
	    &sample->pipe_err);
	sample->unread = !sample->pipe_open &&
	    sample->pipe_err.kind == ERR_SYSTEM &&
	    exabgp_pipe_unread(opts->pipe);
	return true;
}

static bool
ask(const struct sample *sample, const char *command, const char *begins,
    struct reply *reply, const struct deadline *deadline, struct err *err)
{
	return reply_init(reply, REPLY_MAX, err) &&
	    exabgp_pipe_ask(&sample->pipe, command, begins, reply, deadline,
		err);
}

static void
ask_version(const struct opts *opts, struct sample *sample, struct run *run)
{
	struct deadline soon = deadline_in(opts->answer_timeout);
	struct reply reply = { 0 };
	struct span rest, line;

	if (soon.at_ns > run->deadline.at_ns)
		soon = run->deadline;
	run_waiting(run, "waiting for an answer of exabgp");
	sample->asked = true;
	sample->answers = ask(sample, "version", "exabgp ", &reply, &soon,
	    &sample->answer_err);
	rest = (struct span){ reply.bytes, reply.len };
	if (sample->answers && span_skip(&rest, "exabgp ") &&
	    span_line(&rest, &line) && line.len < sizeof(sample->version))
		span_copy(span_trim(line), sample->version,
		    sizeof(sample->version));
	reply_free(&reply);
}

static bool
ask_sessions(struct sample *sample, struct run *run)
{
	struct reply reply = { 0 };
	bool ok;

	bgp_table_init(&sample->table, run->arena, 0);
	ok = ask(sample, "show neighbor extensive", "Neighbor ", &reply,
		 &run->deadline, &sample->sessions_err) &&
	    bgp_exabgp_parse(reply.bytes, reply.len, &sample->table,
		&sample->sessions_err);
	reply_free(&reply);
	return ok;
}

/*
 * What another client asked before us and did not wait for may be answered
 * among our answers, in any order, and an end mark is all that an answer needs:
 * nothing, or nonsense, is asked for again when the pipe has come to rest.
 */
static bool
should_ask_again(bool ok, bool is_empty, const struct err *err, unsigned *tries)
{
	const struct timespec pause = { .tv_nsec = 100 * CLOCK_MILLI };

	if ((ok && !is_empty) || (!ok && err->kind != ERR_PROTOCOL) ||
	    ++*tries == ASK_TIMES)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

static bool
read_sessions(struct sample *sample, struct run *run)
{
	unsigned tries = 0;
	bool ok;

	run_waiting(run, "asking exabgp for its neighbors");
	do
		ok = ask_sessions(sample, run);
	while (should_ask_again(ok, bgp_table_count(&sample->table) == 0,
	    &sample->sessions_err, &tries));
	if (ok)
		bgp_table_sort(&sample->table);
	return ok;
}

/* --- routes --------------------------------------------------------------- */

struct routing {
	const struct opts *opts;
	struct sample *sample;
};

static bool
same_net(const struct ip_net *a, const struct ip_net *b)
{
	return a->length == b->length &&
	    ip_compare(&a->address, &b->address) == 0;
}

static bool
count_route(const struct exabgp_route *route, void *context)
{
	const struct routing *routing = context;
	const struct opt_nets *wanted = &routing->opts->routes;
	struct sample *sample = routing->sample;
	bool counts = false;

	for (size_t i = 0; i < bgp_table_count(&sample->table); i++) {
		const struct bgp_peer *peer = bgp_table_at(&sample->table, i);

		if (bgp_peer_is_up(peer) &&
		    ip_compare(&peer->address, &route->peer) == 0) {
			sample->routes[i]++;
			counts = true;
		}
	}
	for (size_t i = 0; counts && route->has_prefix && i < wanted->count;
	     i++)
		if (same_net(&wanted->items[i], &route->prefix))
			sample->route_announced[i] = true;
	return true;
}

static uint64_t
announced(const struct sample *sample)
{
	uint64_t all = 0;

	for (size_t i = 0; i < bgp_table_count(&sample->table); i++)
		all += sample->routes[i];
	return all;
}

static size_t
established(const struct bgp_table *table)
{
	size_t up = 0;

	for (size_t i = 0; i < bgp_table_count(table); i++)
		up += bgp_peer_is_up(bgp_table_at(table, i));
	return up;
}

static bool
ask_routes(const struct opts *opts, struct sample *sample, struct run *run)
{
	struct routing routing = { opts, sample };
	struct reply reply = { 0 };
	bool ok;

	sample->routes = arena_alloc(run->arena,
	    (bgp_table_count(&sample->table) + 1) * sizeof(*sample->routes));
	sample->route_announced = arena_alloc(run->arena,
	    (opts->routes.count + 1) * sizeof(*sample->route_announced));
	if (sample->routes == NULL || sample->route_announced == NULL)
		return err_set(&sample->routes_err, ERR_SYSTEM,
		    "no memory for routes");
	ok = ask(sample, "show adj-rib out", "", &reply, &run->deadline,
		 &sample->routes_err) &&
	    exabgp_rib_parse(reply.bytes, reply.len, count_route, &routing,
		&sample->routes_err);
	reply_free(&reply);
	return ok;
}

static bool
read_routes(const struct opts *opts, struct sample *sample, struct run *run)
{
	unsigned tries = 0;
	bool ok;

	run_waiting(run, "asking exabgp for its routes");
	do
		ok = ask_routes(opts, sample, run);
	while (should_ask_again(ok,
	    ok && announced(sample) == 0 && established(&sample->table) > 0,
	    &sample->routes_err, &tries));
	return ok;
}

/* --- the process ---------------------------------------------------------- */

static double
percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

static double
seconds(int64_t ns)
{
	return (double)ns / CLOCK_SECOND;
}

static bool
measure(struct sample *sample, struct process *process)
{
	const double ticks = (double)getauxval(AT_CLKTCK);
	const struct procfs_stat *stat = &process->stat;
	uint64_t memory;

	if (!procfs_memory_total(PROCFS_ROOT, &memory, &process->err))
		return false;
	process->uptime_s =
	    seconds(sample->now.at_ns) - (double)stat->start_ticks / ticks;
	if (process->uptime_s < 0)
		process->uptime_s = 0;
	process->rss = (double)stat->rss_pages * (double)getauxval(AT_PAGESZ);
	process->memory_percent = percent(process->rss, (double)memory);
	process->has_descriptors =
	    procfs_descriptors(PROCFS_ROOT, stat->pid, &process->descriptors,
		&process->descriptors_limit, &process->descriptors_err);
	return true;
}

/* The share since the last run, when it is the same process. */
static void
measure_cpu(struct sample *sample, struct process *process)
{
	const struct exabgp_history *before = &sample->before;
	const double spent =
	    (double)(sample->now.cpu_ticks - before->cpu_ticks) /
	    (double)getauxval(AT_CLKTCK);
	const double passed = seconds(sample->now.at_ns - before->at_ns);

	process->has_cpu = sample->recalled && passed >= 1 &&
	    exabgp_history_same(&sample->now, before) &&
	    sample->now.cpu_ticks >= before->cpu_ticks;
	if (process->has_cpu)
		process->cpu_percent = percent(spent, passed);
}

static bool
look_at_process(const struct opts *opts, struct sample *sample,
    const struct deadline *deadline)
{
	struct process *process = &sample->process;
	enum procfs_found found;
	pid_t pid;

	if (!exabgp_find(PROCFS_ROOT, opts->config, &pid, &process->daemons,
		deadline, &process->err))
		return false;
	if (process->daemons != 1)
		return true;
	found =
	    procfs_stat_read(PROCFS_ROOT, pid, &process->stat, &process->err);
	if (found == PROCFS_GONE)
		process->daemons = 0;
	if (found != PROCFS_FOUND)
		return found == PROCFS_GONE;
	sample->now.daemon = (struct exabgp_identity){ (uint64_t)pid,
		process->stat.start_ticks };
	sample->now.cpu_ticks = process->stat.cpu_ticks;
	measure_cpu(sample, process);
	return measure(sample, process);
}

static bool
is_running(const struct sample *sample)
{
	return sample->process.looked && sample->process.daemons == 1 &&
	    sample->process.err.kind == ERR_NONE;
}

/* --- helpers -------------------------------------------------------------- */

/* The words of a command line as one text. */
static void
join(char words[static PROCFS_CMDLINE + 1], size_t len)
{
	while (len > 0 && words[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++)
		if (words[i] == '\0')
			words[i] = ' ';
	words[len] = '\0';
}

static bool
count_helper(const struct opts *opts, struct sample *sample, pid_t pid)
{
	char words[PROCFS_CMDLINE + 1];
	struct exabgp_history *now = &sample->now;
	struct procfs_stat stat;
	size_t len;

	switch (procfs_cmdline(PROCFS_ROOT, pid, words, &len,
	    &sample->helpers_err)) {
	case PROCFS_ERROR:
		return false;
	case PROCFS_GONE:
		return true;
	case PROCFS_FOUND:
		break;
	}
	/* A zombie has none, and the daemon's own client is no helper. */
	if (len == 0 || exabgp_is_client(words, len) ||
	    procfs_stat_read(PROCFS_ROOT, pid, &stat, &sample->helpers_err) !=
		PROCFS_FOUND)
		return true;
	join(words, len);
	sample->helpers_all++;
	for (size_t i = 0; i < opts->helpers.count; i++)
		if (strstr(words, opts->helpers.items[i].pattern) != NULL)
			sample->helpers[i]++;
	if (now->helper_count < EXABGP_HELPERS)
		now->helpers[now->helper_count++] =
		    (struct exabgp_identity){ (uint64_t)pid, stat.start_ticks };
	return true;
}

static bool
look_at_helpers(const struct opts *opts, struct sample *sample, struct run *run)
{
	static const char none[] = "no memory for helpers";
	pid_t *children = arena_alloc(run->arena, CHILDREN * sizeof(*children));
	size_t count;

	sample->helpers = arena_alloc(run->arena,
	    (opts->helpers.count + 1) * sizeof(*sample->helpers));
	if (children == NULL || sample->helpers == NULL)
		return err_set(&sample->helpers_err, ERR_SYSTEM, none);
	if (!procfs_children(PROCFS_ROOT, sample->process.stat.pid, children,
		CHILDREN, &count, &run->deadline, &sample->helpers_err))
		return false;
	for (size_t i = 0; i < count && i < CHILDREN; i++)
		if (!count_helper(opts, sample, children[i]))
			return false;
	return true;
}

/* --- the log -------------------------------------------------------------- */

/* What 4.2 and 5.0 write at their default level. */
static const struct {
	const char *literal, *what;
	enum verdict verdict;
} usual[] = {
	{ "route added to ", "routes added", VERDICT_OK },
	{ "route removed from ", "routes removed", VERDICT_OK },
	{ "EXABGP HAD AN INTERNAL ISSUE", "internal error", VERDICT_CRITICAL },
	{ "EXABGP MISBEHAVED", "crash", VERDICT_CRITICAL },
	{ "Too many death for ", "helper given up", VERDICT_CRITICAL },
	{ "lost the helper process for this peer", "peer without helper",
	    VERDICT_CRITICAL },
	{ "command from process not understood", "command not understood",
	    VERDICT_WARNING },
	{ "no neighbor matching the command", "command for no neighbor",
	    VERDICT_WARNING },
	{ "command could not parse route", "route not understood",
	    VERDICT_WARNING },
};

#define USUAL (sizeof(usual) / sizeof(usual[0]))

enum { RULE_ADDED, RULE_REMOVED };

static void
take_line(size_t index, const char *line, size_t len, void *context)
{
	struct hits *hits = (struct hits *)context + index;
	struct text last = TEXT_OVER(hits->last);

	hits->count++;
	text_foreign(&last, line, len, LOG_TEXT);
}

static bool
add_patterns(const struct opt_strings *from, enum verdict verdict,
    struct sample *sample, struct logfollow_pattern *patterns,
    struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < from->count; i++) {
		const size_t at = sample->hit_count++;
		char literal[128];

		sample->hits[at].rule =
		    (struct rule){ from->items[i], verdict };
		sample->hits[at].regex = regex_new(from->items[i], err);
		patterns[at].regex = sample->hits[at].regex;
		if (patterns[at].regex == NULL)
			return err_context(err, "pattern %s", from->items[i]);
		if (!logfollow_literal(from->items[i], literal,
			sizeof(literal)))
			continue;
		patterns[at].literal_len = strlen(literal);
		patterns[at].literal =
		    arena_string(arena, literal, patterns[at].literal_len);
	}
	return true;
}

static bool
make_patterns(const struct opts *opts, struct sample *sample,
    struct logfollow_pattern **patterns, struct arena *arena, struct err *err)
{
	const size_t all =
	    USUAL + opts->log_critical.count + opts->log_warning.count;

	*patterns = arena_alloc(arena, all * sizeof(**patterns));
	sample->hits = arena_alloc(arena, all * sizeof(*sample->hits));
	if (*patterns == NULL || sample->hits == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for patterns");
	for (size_t i = 0; i < USUAL; i++) {
		(*patterns)[i] = (struct logfollow_pattern){
			.literal = usual[i].literal,
			.literal_len = strlen(usual[i].literal),
		};
		sample->hits[i].rule =
		    (struct rule){ usual[i].what, usual[i].verdict };
	}
	sample->hit_count = USUAL;
	return add_patterns(&opts->log_critical, VERDICT_CRITICAL, sample,
		   *patterns, arena, err) &&
	    add_patterns(&opts->log_warning, VERDICT_WARNING, sample, *patterns,
		arena, err);
}

static void
free_patterns(struct sample *sample)
{
	for (size_t i = 0; i < sample->hit_count; i++) {
		regex_free(sample->hits[i].regex);
		sample->hits[i].regex = NULL;
	}
}

static bool
read_log(const struct opts *opts, struct sample *sample, struct run *run)
{
	struct logfollow_pattern *patterns;
	struct logfollow_mark from;
	struct logfollow_job job = { .path = opts->log, .sink = take_line };
	struct text mark = TEXT_OVER(sample->now.log_mark);

	if (!make_patterns(opts, sample, &patterns, run->arena,
		&sample->log_err))
		return false;
	if (sample->recalled &&
	    logfollow_mark_decode(&from, span_of(sample->before.log_mark)))
		job.from = &from;
	job.patterns = patterns;
	job.pattern_count = sample->hit_count;
	job.context = sample->hits;
	run_waiting(run, "reading %s", opts->log);
	if (!logfollow_read(&job, &sample->log, &run->deadline,
		&sample->log_err)) {
		/* Where it was read to is not forgotten meanwhile. */
		memcpy(sample->now.log_mark, sample->before.log_mark,
		    sizeof(sample->now.log_mark));
		return false;
	}
	logfollow_mark_encode(&sample->log.mark, &mark);
	return true;
}

/* --- collect -------------------------------------------------------------- */

static bool
compare_peers(const struct opts *opts, struct sample *sample, struct run *run)
{
	const struct bgp_spans spans = {
		.flap_window_s = opts->window / CLOCK_SECOND,
	};
	struct bgp_moment moment = { .at_s = sample->now.at_ns / CLOCK_SECOND };

	memcpy(moment.boot_id, sample->now.boot_id, sizeof(moment.boot_id));
	bgp_history_init(&sample->peers, run->arena, &moment);
	return bgp_history_next(&sample->peers,
	    sample->peers_recalled ? &sample->peers_before : NULL,
	    &sample->table, &spans);
}

static void
tell_reservations(const struct opts *opts, const struct sample *sample,
    struct run *run)
{
	if (sample->process.descriptors_err.kind != ERR_NONE)
		run_note(run, 1, "open files: %s",
		    sample->process.descriptors_err.text);
	if (!sample->log_known)
		return;
	if (sample->log.first)
		run_caveat(run, "%s is followed from now on", opts->log);
	if (sample->log.lost && sample->log.compressed > 0)
		run_caveat(run, "the end of the old log is compressed");
	else if (sample->log.lost)
		run_caveat(run, "the end of the old log is not to be found");
	if (sample->log.behind)
		run_caveat(run, "the rest of the log is for the next run");
	if (sample->log.cut_lines > 0)
		run_caveat(run, "%llu lines of the log are very long",
		    (unsigned long long)sample->log.cut_lines);
}

static bool
time_downs(struct sample *sample, struct arena *arena)
{
	const struct bgp_table *table = &sample->table;

	sample->down_since = arena_alloc(arena,
	    (bgp_table_count(table) + 1) * sizeof(*sample->down_since));
	if (sample->down_since == NULL)
		return err_set(&sample->sessions_err, ERR_SYSTEM,
		    "no memory for sessions");
	for (size_t i = 0; i < bgp_table_count(table); i++) {
		const struct bgp_peer *peer = bgp_table_at(table, i);
		char room[128];
		struct text name = TEXT_OVER(room);

		bgp_peer_name(&name, peer);
		if (!bgp_peer_is_up(peer))
			sample->down_since[i] = exabgp_history_down(
			    &sample->now,
			    sample->recalled ? &sample->before : NULL, room);
	}
	return true;
}

/* Nobody tells of the sessions now: what was known of them is kept. */
static void
keep_downs(struct sample *sample)
{
	if (!sample->recalled || sample->sessions_known)
		return;
	memcpy(sample->now.down, sample->before.down, sizeof(sample->now.down));
	sample->now.down_count = sample->before.down_count;
}

static void
collect_from_pipe(const struct opts *opts, struct sample *sample,
    struct run *run)
{
	if (!sample->pipe_open)
		return;
	ask_version(opts, sample, run);
	if (sample->answers && wants(opts, PART_SESSIONS))
		sample->sessions_known = read_sessions(sample, run) &&
		    time_downs(sample, run->arena);
	if (sample->sessions_known)
		sample->peers_remembered = compare_peers(opts, sample, run);
	if (sample->sessions_known && wants(opts, PART_ROUTES))
		sample->routes_known = read_routes(opts, sample, run);
	exabgp_pipe_close(&sample->pipe);
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;

	if (!bootid_read(sample->now.boot_id, err))
		return false;
	sample->now.at_ns = clock_boottime_ns();
	bgp_table_init(&sample->table, run->arena, 0);
	if (wants(opts, PART_PROCESS)) {
		look_at_process(opts, sample, &run->deadline);
		sample->process.looked = true;
	}
	if (is_running(sample))
		sample->helpers_known = look_at_helpers(opts, sample, run);
	collect_from_pipe(opts, sample, run);
	keep_downs(sample);
	if (opts->log != NULL)
		sample->log_known = read_log(opts, sample, run);
	free_patterns(sample);
	exabgp_history_next(&sample->now,
	    sample->recalled ? &sample->before : NULL, opts->window);
	if (sample->log_known) {
		sample->now.added += sample->hits[RULE_ADDED].count;
		sample->now.removed += sample->hits[RULE_REMOVED].count;
	}
	tell_reservations(opts, sample, run);
	return true;
}

/* --- judge ---------------------------------------------------------------- */

static void
judge_numbers(const struct opts *opts, const struct sample *sample,
    struct result *node)
{
	const struct process *process = &sample->process;
	const bool limited =
	    opts->descriptors.warning.set || opts->descriptors.critical.set;

	result_metric(node, UPTIME, process->uptime_s);
	if (process->has_cpu)
		result_check(node, CPU, process->cpu_percent);
	result_metric(node, RSS, process->rss);
	result_check(node, MEMORY, process->memory_percent);
	result_metric(node, THREADS, (double)process->stat.threads);
	if (process->has_descriptors && process->descriptors_limit > 0)
		result_check(node, DESCRIPTORS,
		    percent((double)process->descriptors,
			(double)process->descriptors_limit));
	else if (limited && !process->has_descriptors)
		result_judge(node, VERDICT_UNKNOWN,
		    "open files: %s (that needs root)",
		    process->descriptors_err.text);
}

static void
judge_process(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	const struct process *process = &sample->process;
	struct result *node = result_child(root, "process");
	char room[40];
	struct text uptime = TEXT_OVER(room);

	if (process->err.kind != ERR_NONE) {
		result_judge(node, VERDICT_UNKNOWN, "%s", process->err.text);
	} else if (process->daemons > 1) {
		result_judge(node, VERDICT_UNKNOWN,
		    "%zu daemons run: choose one with --config",
		    process->daemons);
	} else if (process->daemons == 0 && sample->answers) {
		result_judge(node, VERDICT_UNKNOWN,
		    "somebody answers, but its process is not to be seen: "
		    "another --config, a container, or hidepid");
	} else if (process->daemons == 0) {
		result_judge(node, VERDICT_CRITICAL,
		    "exabgp is not running%s%s",
		    opts->config != NULL ? " with " : "",
		    opts->config != NULL ? opts->config : "");
	} else {
		if (process->stat.state == 'T' || process->stat.state == 't')
			result_judge(node, VERDICT_CRITICAL,
			    "stopped by a signal: SIGCONT would continue it");
		judge_numbers(opts, sample, node);
		num_format_duration(&uptime, process->uptime_s);
		result_summary(node, "process %d, up %s",
		    (int)process->stat.pid, uptime.data);
	}
	result_check(root, RESTARTS, (double)sample->now.restarts.count);
	result_metric(root, RESTARTS_TOTAL, (double)sample->now.restarts_total);
}

static void
judge_helpers(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	if (!is_running(sample))
		return;
	if (!sample->helpers_known) {
		result_judge(root, VERDICT_UNKNOWN, "helpers: %s",
		    sample->helpers_err.text);
		return;
	}
	result_metric(root, HELPERS, (double)sample->helpers_all);
	result_check(root, HELPER_RESTARTS,
	    (double)sample->now.helper_restarts.count);
	for (size_t i = 0; i < opts->helpers.count; i++) {
		const struct helper_want *want = &opts->helpers.items[i];
		char room[200];
		struct text name = TEXT_OVER(room);
		struct result *node;

		text_addf(&name, "helper %s", want->pattern);
		node = result_child(root, name.data);
		result_label(node, "helper", want->pattern);
		result_metric(node, HELPERS, (double)sample->helpers[i]);
		if (sample->helpers[i] < want->count)
			result_judge(node, VERDICT_CRITICAL, "%llu of %llu run",
			    (unsigned long long)sample->helpers[i],
			    (unsigned long long)want->count);
		else
			result_ok(node);
		result_summary(node, "%s: %llu run", name.data,
		    (unsigned long long)sample->helpers[i]);
	}
}

static void
judge_answers(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	const bool down = sample->process.looked &&
	    sample->process.err.kind == ERR_NONE &&
	    sample->process.daemons == 0;
	struct result *node;

	if (!wants_pipe(opts) || (down && !sample->answers))
		return;
	node = result_child(root, "answers");
	if (sample->answers) {
		result_label(node, "version", sample->version);
		result_metric(node, INFO, 1);
		result_ok(node);
		result_summary(node, "answers: exabgp %s", sample->version);
	} else if (sample->unread) {
		result_judge(node, VERDICT_CRITICAL,
		    "nobody reads its command pipe %s", opts->pipe);
	} else if (!sample->asked) {
		result_judge(node, VERDICT_UNKNOWN, "%s",
		    sample->pipe_err.text);
	} else if (sample->answer_err.kind == ERR_TIMEOUT) {
		result_judge(node, VERDICT_CRITICAL,
		    "runs but does not answer within %.6g s",
		    seconds(opts->answer_timeout));
	} else {
		result_judge(node, VERDICT_UNKNOWN, "%s",
		    sample->answer_err.text);
	}
}

static void
judge_session(const struct opts *opts, const struct sample *sample,
    size_t index, struct result *root)
{
	const struct bgp_peer *peer = bgp_table_at(&sample->table, index);
	const bool up = bgp_peer_is_up(peer);
	char name_room[128], label_room[80], age_room[40];
	struct text name = TEXT_OVER(name_room), label = TEXT_OVER(label_room);
	struct text age = TEXT_OVER(age_room);
	double age_s =
	    (peer->has & BGP_HAS_TIME) != 0 ? (double)peer->time_s : -1;
	struct result *node;

	bgp_peer_name(&name, peer);
	ip_format_label(&label, &peer->address);
	node = result_child(root, name.data);
	result_label(node, "neighbor", label.data);
	result_metric(node, SESSION_UP, up);
	if (!up)
		age_s = seconds(sample->now.at_ns - sample->down_since[index]);
	if (age_s >= 0)
		result_metric(node, SESSION_AGE, age_s);
	num_format_duration(&age, age_s);
	if (sample->peers_remembered)
		result_check(node, FLAPS,
		    bgp_history_flaps(&sample->peers, index));
	if (up) {
		result_ok(node);
		result_summary(node, "%s established for %s", name.data,
		    age.data);
	} else {
		result_judge(node, opts->down, "%s%s%s",
		    bgp_state_name((enum bgp_state)peer->state),
		    age_s >= 1 ? " for at least " : "",
		    age_s >= 1 ? age.data : "");
	}
	if (sample->routes_known && up)
		result_metric(node, ROUTES, (double)sample->routes[index]);
}

static void
judge_expected(const struct opts *opts, const struct bgp_table *table,
    struct result *root)
{
	for (size_t i = 0; i < opts->neighbors.count; i++) {
		const struct ip_net *wanted = &opts->neighbors.items[i];
		char room[80];
		struct text name = TEXT_OVER(room);
		bool found = false;

		for (size_t p = 0; p < bgp_table_count(table); p++)
			found |=
			    ip_in_net(&bgp_table_at(table, p)->address, wanted);
		if (found)
			continue;
		ip_format(&name, &wanted->address);
		result_judge(result_child(root, name.data), VERDICT_CRITICAL,
		    "is not configured");
	}
}

static void
judge_sessions(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	const struct bgp_table *table = &sample->table;

	if (!wants(opts, PART_SESSIONS) || !sample->answers)
		return;
	if (!sample->sessions_known) {
		result_judge(root, VERDICT_UNKNOWN, "sessions: %s",
		    sample->sessions_err.text);
		return;
	}
	result_metric(root, SESSIONS, (double)bgp_table_count(table));
	result_metric(root, SESSIONS_UP, (double)established(table));
	for (size_t i = 0; i < bgp_table_count(table); i++)
		judge_session(opts, sample, i, root);
	judge_expected(opts, table, root);
	if (bgp_table_count(table) == 0)
		result_judge(root, VERDICT_UNKNOWN,
		    "exabgp has no neighbor configured");
}

static void
judge_routes(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	if (!wants(opts, PART_ROUTES) || !sample->sessions_known)
		return;
	if (!sample->routes_known) {
		result_judge(root, VERDICT_UNKNOWN, "routes: %s",
		    sample->routes_err.text);
		return;
	}
	result_check(root, ROUTES, (double)announced(sample));
	for (size_t i = 0; i < opts->routes.count; i++) {
		char room[80];
		struct text name = TEXT_OVER(room);

		ip_net_format(&name, &opts->routes.items[i]);
		if (!sample->route_announced[i])
			result_judge(result_child(root, name.data),
			    VERDICT_CRITICAL,
			    "is announced to no established neighbor");
	}
}

static void
judge_log(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	struct result *node;
	uint64_t alerts = 0;

	if (opts->log == NULL)
		return;
	node = result_child(root, "log");
	if (!sample->log_known) {
		result_judge(node, VERDICT_UNKNOWN,
		    "%s (the user of the check must be able to read it)",
		    sample->log_err.text);
		return;
	}
	for (size_t i = 0; i < sample->hit_count; i++) {
		const struct hits *hits = &sample->hits[i];

		if (hits->count == 0 || hits->rule.verdict == VERDICT_OK)
			continue;
		alerts += hits->count;
		result_judge(node, hits->rule.verdict, "%llu x %s: %s",
		    (unsigned long long)hits->count, hits->rule.what,
		    hits->last);
	}
	result_metric(node, LOG_LINES, (double)alerts);
	result_metric(node, ROUTES_ADDED, (double)sample->now.added);
	result_metric(node, ROUTES_WITHDRAWN, (double)sample->now.removed);
	result_ok(node);
	result_summary(node, "%llu bytes of log read",
	    (unsigned long long)sample->log.bytes);
}

static void
summarize(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	char room[300];
	struct text text = TEXT_OVER(room);

	if (sample->answers)
		text_addf(&text, "exabgp %s answers", sample->version);
	else
		text_add(&text, "exabgp");
	if (is_running(sample)) {
		text_add(&text, ", up ");
		num_format_duration(&text, sample->process.uptime_s);
	}
	if (sample->sessions_known)
		text_addf(&text, ", %zu of %zu sessions established",
		    established(&sample->table),
		    bgp_table_count(&sample->table));
	if (sample->routes_known)
		text_addf(&text, ", %" PRIu64 " routes announced",
		    announced(sample));
	if (opts->helpers.count > 0 && sample->helpers_known)
		text_addf(&text, ", %" PRIu64 " helpers", sample->helpers_all);
	result_summary(root, "%s", text.data);
}

static bool
is_up(const struct opts *opts, const struct sample *sample)
{
	return (!wants(opts, PART_PROCESS) || is_running(sample)) &&
	    (!wants_pipe(opts) || sample->answers);
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;

	result_metric(root, UP, is_up(opts, sample));
	if (wants(opts, PART_PROCESS))
		judge_process(opts, sample, root);
	judge_answers(opts, sample, root);
	judge_helpers(opts, sample, root);
	judge_sessions(opts, sample, root);
	judge_routes(opts, sample, root);
	judge_log(opts, sample, root);
	/* Each part that was asked for has evidence or a finding of its own. */
	result_ok(root);
	summarize(opts, sample, root);
}

/* --- memory --------------------------------------------------------------- */

static bool
is_wanted(const void *o)
{
	(void)o;
	return true;
}

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	struct sample *sample = s;
	struct span rest = { bytes, len };

	(void)o;
	if (!exabgp_history_decode(&sample->before, &rest, err) ||
	    (rest.len > 0 &&
		!bgp_history_decode(&sample->peers_before, rest.at, rest.len,
		    arena, err)))
		return false;
	sample->recalled = true;
	sample->peers_recalled = rest.len > 0;
	return true;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct sample *sample = s;

	(void)o;
	exabgp_history_encode(&sample->now, out);
	if (sample->peers_remembered)
		bgp_history_encode(&sample->peers, out);
	else if (sample->peers_recalled)
		bgp_history_encode(&sample->peers_before, out);
}

static const struct plugin_memory memory = {
	.max_bytes = MEMORY_BYTES,
	.wanted = is_wanted,
	.recall = recall,
	.remember = remember,
};

static const char *const examples[] = {
	"",
	"does ExaBGP run, answer, and hold all its sessions?",
	"--neighbor 192.0.2.1 --expect-route 203.0.113.0/24",
	"is this prefix announced, and is this neighbor configured?",
	("--config /etc/exabgp/a.conf --pipe /run/exabgp/a "
	 "--helper healthcheck:2"),
	"one of several instances, with its two health checks",
	"--log /var/log/exabgp.log --log-critical \"hold timer expired\"",
	"follow its log as well",
	NULL,
};

const struct plugin plugin = {
	.name = "check_exabgp",
	.title = "EXABGP",
	.purpose = "checks that ExaBGP runs, answers, keeps its API processes, "
		   "holds its sessions and announces its routes",
	.examples = examples,
	.options = options,
	.metrics = metrics,
	.memory = &memory,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.open = open_pipe,
	.collect = collect,
	.judge = judge,
};
