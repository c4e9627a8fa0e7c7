/* SPDX-License-Identifier: ISC */
/*
 * check_exabgp: does ExaBGP run, answer, keep its API processes, hold its
 * sessions and announce?
 *
 * Sources: procfs, the command pipes, the log.  Each part is looked at by
 * itself, and what cannot be looked at is UNKNOWN for that part alone.
 */
#include <string.h>
#include <sys/auxv.h>
#include <time.h>

#include "base/bootid.h"
#include "base/num.h"
#include "frame/plugin.h"
#include "model/exabgp_compare.h"
#include "model/exabgp_judge.h"
#include "source/cgroup.h"
#include "source/exabgp_ask.h"
#include "source/exabgp_daemon.h"
#include "source/exabgp_log.h"
#include "source/procfs.h"
#include "source/systemd.h"

#define MEMORY_BYTES ((size_t)1 << 20)

enum part {
	PART_PROCESS = 1 << 0,
	PART_ANSWERS = 1 << 1,
	PART_SESSIONS = 1 << 2,
	PART_ROUTES = 1 << 3,
};

struct wants {
	size_t count;
	struct exabgp_want *items;
	size_t capacity;
};

struct opts {
	const char *config, *unit, *pid_file, *pipe;
	bool pipe_owner;
	int64_t answer_timeout; /* ns */
	unsigned skip;		/* enum part */
	struct opt_nets neighbors, routes;
	struct wants helpers;
	enum verdict down;
	int64_t window; /* ns */
	struct exabgp_limits limits;
	const char *log, *journal, *journal_directory;
	bool received;
	struct opt_strings log_critical, log_warning;
};

struct sample {
	struct exabgp_pipe pipe;
	struct exabgp_door door;
	struct logfollow_files log_files;
	bool log_open;
	struct exabgp_look look;
	struct exabgp_before before;
	char pipe_base[EXABGP_PIPE_NAME]; /* of the pipes, if they matter */
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
	struct exabgp_want want = { .count = 1 };
	size_t len = strlen(value->text);
	struct exabgp_want *added;
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

/* "exabgp" is short for "exabgp.service". */
static bool
parse_unit(const struct opt_value *value, void *field, struct err *err)
{
	const size_t len = strlen(value->text);
	const char *const ending =
	    strchr(value->text, '.') != NULL ? "" : ".service";
	char room[UNIT_NAME_MAX + 16];
	struct text name = TEXT_OVER(room);
	const char *kept;

	text_addf(&name, "%s%s", len > 0 ? value->text : "", ending);
	if (name.cut || !unit_name_valid(room))
		return err_set(err, ERR_USAGE,
		    "must name a service, as exabgp or exabgp@a.service");
	kept = arena_string(value->arena, room, name.len);
	memcpy(field, &kept, sizeof(kept));
	return kept != NULL ||
	    err_set(err, ERR_SYSTEM, "no memory left for options");
}

static const struct opt_type type_unit = { .metavar = "UNIT",
	.parse = parse_unit };
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
	OPT_OTHER(0, "unit", type_unit, struct opts, unit,
	    "the process of this systemd unit", SELECT),
	OPT_FILE(0, "pid-file", struct opts, pid_file,
	    "the process that this file names", SELECT),
	OPT_FLAG(0, "pipe-owner", struct opts, pipe_owner,
	    "the process that reads the command pipes", SELECT),
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
	OPT_LIMITS("routes", struct opts, limits.announced,
	    "routes announced to established neighbors"),
	OPT_FLAG(0, "received", struct opts, received,
	    "ask for the routes received, too"),
	OPT_LIMITS("received", struct opts, limits.received,
	    "routes received from established neighbors"),
	OPT_LIMITS("announce-rate", struct opts, limits.announce_rate,
	    "prefixes that came since the last run, a minute"),
	OPT_LIMITS("withdraw-rate", struct opts, limits.withdraw_rate,
	    "prefixes that went since the last run, a minute"),
	OPT_LIMITS("flapping", struct opts, limits.flapping,
	    "prefixes that came back twice or more within the window",
	    .preset = "0,"),
	OPT_OTHER(0, "helper", type_helper, struct opts, helpers,
	    "an API process that must run: text of its command line, and how "
	    "many"),
	OPT_LIMITS("helper-restarts", struct opts, limits.helper_restarts,
	    "helpers that were replaced within the window", .preset = "0,"),
	OPT_LIMITS("restarts", struct opts, limits.restarts,
	    "restarts of the daemon within the window", .preset = "0,"),
	OPT_LIMITS("flaps", struct opts, limits.flaps,
	    "times that a session came up again within the window",
	    .preset = "0,"),
	OPT_DURATION(0, "window", struct opts, window,
	    "how long a restart or a flap counts", .preset = "1h",
	    .min = SECONDS_(1), .max = SECONDS_(31 * 86400)),
	OPT_LIMITS("cpu", struct opts, limits.cpu,
	    "percent of a CPU since the last run", .preset = "80,95"),
	OPT_LIMITS("memory", struct opts, limits.memory,
	    "percent of the memory of this host", .preset = "80,90"),
	OPT_LIMITS("descriptors", struct opts, limits.descriptors,
	    "percent of the open files that it may have"),
	OPT_FILE(0, "log", struct opts, log,
	    "its log, followed from where the last run stopped", SELECT),
	OPT_OTHER(0, "journal", type_unit, struct opts, journal,
	    "the journal of this systemd unit instead of a file", SELECT),
	OPT_FILE(0, "journal-directory", struct opts, journal_directory,
	    "where the files of the journal are, of a container for instance",
	    .metavar = "DIR", SELECT),
	OPT_STRINGS(0, "log-critical", struct opts, log_critical,
	    "a line that matches is critical", .metavar = "REGEX"),
	OPT_STRINGS(0, "log-warning", struct opts, log_warning,
	    "a line that matches is a warning", .metavar = "REGEX"),
	OPT_END,
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
wants_log(const struct opts *opts)
{
	return opts->log != NULL || opts->journal != NULL;
}

static bool
wants_received(const struct opts *opts)
{
	return opts->received || opts->limits.received.warning.set ||
	    opts->limits.received.critical.set;
}

static bool
validate_log(const struct opts *opts, struct err *err)
{
	const size_t own = opts->log_critical.count + opts->log_warning.count;

	if (opts->log != NULL && opts->journal != NULL)
		return err_set(err, ERR_USAGE,
		    "--log and --journal are the same log: choose one");
	if (opts->journal == NULL && opts->journal_directory != NULL)
		return err_set(err, ERR_USAGE,
		    "--journal-directory needs --journal");
	if (!wants_log(opts) && own > 0)
		return err_set(err, ERR_USAGE,
		    "--log-critical and --log-warning need --log or "
		    "--journal");
	return own <= EXABGP_LOG_OWN ||
	    err_set(err, ERR_USAGE,
		"at most %d of --log-critical and --log-warning",
		EXABGP_LOG_OWN);
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;

	if (!validate_log(opts, err))
		return false;
	if ((opts->skip & PART_SESSIONS) != 0 &&
	    ((opts->skip & PART_ROUTES) == 0 || opts->neighbors.count > 0))
		return err_set(err, ERR_USAGE,
		    "without sessions no routes and no --neighbor can be "
		    "judged: --skip sessions,routes");
	if ((opts->skip & PART_ROUTES) != 0 &&
	    (opts->routes.count > 0 || wants_received(opts)))
		return err_set(err, ERR_USAGE,
		    "--expect-route and --received need the routes");
	if ((opts->skip & PART_PROCESS) != 0 && opts->helpers.count > 0)
		return err_set(err, ERR_USAGE, "--helper needs the process");
	if ((opts->unit != NULL) + (opts->pid_file != NULL) + opts->pipe_owner >
	    1)
		return err_set(err, ERR_USAGE,
		    "--unit, --pid-file and --pipe-owner each name the "
		    "process: one of them is enough");
	if (!wants(opts, PART_PROCESS) && !wants_pipe(opts) && !wants_log(opts))
		return err_set(err, ERR_USAGE,
		    "--skip leaves nothing to look at");
	return true;
}

/* --- collect -------------------------------------------------------------- */

static struct exabgp_select
selection(const struct opts *opts, const struct sample *sample)
{
	struct exabgp_select select = {
		.root = PROCFS_ROOT,
		.cgroup = CGROUP_MOUNT,
		.config = opts->config,
	};

	if (opts->unit != NULL) {
		select.by = EXABGP_BY_UNIT;
		select.name = opts->unit;
	} else if (opts->pid_file != NULL) {
		select.by = EXABGP_BY_PID_FILE;
		select.name = opts->pid_file;
	} else if (opts->pipe_owner) {
		select.by = EXABGP_BY_PIPE;
		select.name = sample->pipe_base;
	}
	return select;
}

static void
open_pipe(struct sample *sample)
{
	struct exabgp_look *look = &sample->look;

	look->pipe_open = exabgp_pipe_open_only(&sample->pipe,
	    sample->pipe_base, &look->pipe_err);
	look->unread = !look->pipe_open && look->pipe_err.kind == ERR_SYSTEM &&
	    exabgp_pipe_unread(sample->pipe_base);
}

/* A daemon that has just been started is a while without the client that reads
 * its commands.  It has the time for it that it has for an answer, of ours no
 * more than half. */
static void
open_pipe_in_time(const struct opts *opts, struct sample *sample,
    const struct exabgp_select *select, const struct deadline *deadline)
{
	const struct timespec pause = { .tv_nsec = 50 * CLOCK_MILLI };
	const struct deadline soon =
	    deadline_in(deadline_left_ns(deadline) / 2);

	open_pipe(sample);
	while (sample->look.unread && !deadline_past(&soon) &&
	    exabgp_daemon_is_young(select, opts->answer_timeout, &soon)) {
		nanosleep(&pause, NULL);
		open_pipe(sample);
	}
}

/* With the privileges of whoever started us.  That it fails is one part of what
 * is found. */
static bool
open_all(const void *o, void *s, const struct plugin_setup *setup,
    struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	struct exabgp_look *look = &sample->look;
	const struct exabgp_select select = selection(opts, sample);

	(void)err;
	if (wants_pipe(opts) || opts->pipe_owner)
		exabgp_pipe_base(sample->pipe_base, opts->pipe);
	sample->log_open = opts->log != NULL &&
	    logfollow_open(opts->log, &sample->log_files, &look->log.err);
	if (wants_pipe(opts))
		open_pipe_in_time(opts, sample, &select, &setup->deadline);
	/* Who reads the pipes by now. */
	if (wants(opts, PART_PROCESS))
		exabgp_daemon_open(&select, &sample->door, &setup->deadline);
	return true;
}

static void
collect_process(const struct opts *opts, struct sample *sample, struct run *run)
{
	struct exabgp_look *look = &sample->look;
	struct exabgp_select select = selection(opts, sample);
	struct exabgp_process *process = &look->process;

	run_waiting(run, "looking for the process of exabgp");
	select.known = exabgp_history_known(&look->now,
	    exabgp_before_history(&sample->before));
	exabgp_daemon_find(&select, &sample->door, process, &run->deadline);
	exabgp_daemon_close(&sample->door);
	if (process->unit_err.kind != ERR_NONE)
		run_caveat(run, "restarts by systemd are not known: %s",
		    process->unit_err.text);
	if (process->seen == EXABGP_RUNS)
		exabgp_daemon_measure(select.root, process);
	exabgp_compare_process(look, &sample->before,
	    (double)getauxval(AT_CLKTCK));
	if (process->seen != EXABGP_RUNS)
		return;
	look->helpers_known =
	    exabgp_daemon_helpers(select.root, look, opts->helpers.items,
		opts->helpers.count, run->arena, &run->deadline);
	if (process->descriptors_err.kind != ERR_NONE)
		run_note(run, 1, "open files: %s",
		    process->descriptors_err.text);
}

/* Who else may have got the answer. */
static void
seek_rival(struct sample *sample, const struct run *run)
{
	exabgp_ask_rival(PROCFS_ROOT, sample->door.rivals,
	    sample->door.rival_count, &sample->look);
	if (sample->look.rival == 0)
		exabgp_ask_suspect(PROCFS_ROOT, sample->pipe_base,
		    &sample->look, &run->deadline);
}

static void
collect_answers(const struct opts *opts, struct sample *sample, struct run *run)
{
	struct exabgp_look *look = &sample->look;
	const struct exabgp_wanted wanted = { opts->routes.items,
		opts->routes.count };
	struct deadline soon;

	/* The turns of others take none of the time for our answer, and no
	 * more than half of all of ours. */
	soon = deadline_in(deadline_left_ns(&run->deadline) / 2);
	run_waiting(run, "waiting for another check at the pipes of exabgp");
	if (!exabgp_pipe_lock(&sample->pipe, &soon, &look->pipe_err))
		return;
	soon = deadline_in(opts->answer_timeout);
	look->answer_cut = soon.at_ns > run->deadline.at_ns;
	if (look->answer_cut)
		soon = run->deadline;
	look->patience_ns = deadline_left_ns(&soon);
	run_waiting(run, "waiting for an answer of exabgp");
	if (!exabgp_ask_version(&sample->pipe, look, &soon) &&
	    look->answer_err.kind == ERR_TIMEOUT)
		seek_rival(sample, run);
	if (!look->answers || !wants(opts, PART_SESSIONS))
		return;
	run_waiting(run, "asking exabgp for its neighbors");
	/* To see who took the answer some time is left. */
	soon = deadline_in(deadline_left_ns(&run->deadline) / 20 * 19);
	exabgp_ask_tables(&sample->pipe, look,
	    wants(opts, PART_ROUTES) ? &wanted : NULL, run->arena, &soon);
	if (!look->sessions_known && look->sessions_err.kind == ERR_TIMEOUT)
		seek_rival(sample, run);
	look->sessions_known = look->sessions_known &&
	    exabgp_compare_sessions(look, &sample->before, opts->window,
		run->arena);
	look->routes_known &= look->sessions_known;
	if (look->routes_known && wants_received(opts))
		look->received_known =
		    exabgp_ask_received(&sample->pipe, look, &run->deadline);
}

static void
tell_of_log(const char *name, const struct exabgp_log *log, struct run *run)
{
	if (log->first)
		run_caveat(run, "%s is followed from now on", name);
	if (log->lost)
		run_caveat(run, "the end of the old log is %s",
		    log->compressed > 0 ? "compressed" : "not to be found");
	if (log->behind)
		run_caveat(run, "the rest of the log is for the next run");
	if (log->cut_lines > 0)
		run_caveat(run, "%llu lines of the log are very long",
		    (unsigned long long)log->cut_lines);
}

static void
collect_log(const struct opts *opts, struct sample *sample, struct run *run)
{
	struct exabgp_look *look = &sample->look;
	const struct exabgp_log_job job = {
		.path = opts->log,
		.files = sample->log_open ? &sample->log_files : NULL,
		.unit = opts->journal,
		.directory = opts->journal_directory,
		.from =
		    sample->before.known ? sample->before.history.log_mark : "",
		.version = look->version,
		.critical = opts->log_critical.items,
		.critical_count = opts->log_critical.count,
		.warning = opts->log_warning.items,
		.warning_count = opts->log_warning.count,
		.track = &look->track,
		.at_ns = look->now.at_ns,
	};
	const char *name =
	    opts->log != NULL ? opts->log : "the journal of the unit";
	struct text mark = TEXT_OVER(look->now.log_mark);

	run_waiting(run, "reading %s", name);
	if (exabgp_log_read(&job, &look->log, &mark, run->arena,
		&run->deadline))
		tell_of_log(name, &look->log, run);
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	struct exabgp_look *look = &sample->look;

	if (!bootid_read(look->now.boot_id, err))
		return false;
	look->now.at_ns = clock_boottime_ns();
	bgp_table_init(&look->table, run->arena, 0);
	if (wants(opts, PART_PROCESS))
		collect_process(opts, sample, run);
	if (look->pipe_open) {
		collect_answers(opts, sample, run);
		exabgp_pipe_close(&sample->pipe);
	}
	exabgp_compare_begin(look, &sample->before, run->arena);
	if (wants_log(opts))
		collect_log(opts, sample, run);
	exabgp_compare_end(look, &sample->before, opts->window);
	if (look->track.full || look->too_many_keys)
		run_note(run, 1,
		    "what comes and goes is not known: there are more than %d "
		    "prefixes",
		    EXABGP_TRACKED);
	return true;
}

/* --- judge ---------------------------------------------------------------- */

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const struct exabgp_rules rules = {
		.process = wants(opts, PART_PROCESS),
		.answers = wants(opts, PART_ANSWERS),
		.sessions = wants(opts, PART_SESSIONS),
		.routes = wants(opts, PART_ROUTES),
		.received = wants_received(opts),
		.log = wants_log(opts),
		.config = opts->config,
		.pipe_path = sample->pipe_base,
		.neighbors = { opts->neighbors.count, opts->neighbors.items },
		.expected = { opts->routes.count, opts->routes.items },
		.helpers = opts->helpers.items,
		.helper_count = opts->helpers.count,
		.down = opts->down,
		.log_critical = opts->log_critical.items,
		.log_critical_count = opts->log_critical.count,
		.log_warning = opts->log_warning.items,
		.log_warning_count = opts->log_warning.count,
		.limits = opts->limits,
	};

	exabgp_judge(&rules, &sample->look, root);
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

	(void)o;
	return exabgp_before_decode(&sample->before, bytes, len, arena, err);
}

static void
remember(const void *o, const void *s, struct text *out)
{
	const struct sample *sample = s;

	(void)o;
	exabgp_before_encode(&sample->look, &sample->before, out);
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
	"--unit exabgp --journal exabgp --received-critical 1:",
	"as a unit of systemd, with its journal, and are routes received?",
	NULL,
};

const struct plugin plugin = {
	.name = "check_exabgp",
	.title = "EXABGP",
	.purpose = "checks that ExaBGP runs, answers, keeps its API processes, "
		   "holds its sessions and announces its routes",
	.examples = examples,
	.options = options,
	.metrics = exabgp_metrics,
	.memory = &memory,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	/* libsystemd maps the files of a journal. */
	.worker_memory = (size_t)1 << 30,
	.validate = validate,
	.prepare = open_all,
	.collect = collect,
	.judge = judge,
};
