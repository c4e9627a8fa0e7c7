/* SPDX-License-Identifier: ISC */
/*
 * vigil-watchdog: is a service dead?  Then it is restarted, within a budget.
 *
 * Three processes share the work:
 *
 *	guard	 prints in time, as with every program of the suite;
 *	worker	 confined, without privileges: asks systemd over D-Bus and runs
 *		 the plugin that is the test, and reports what the aide says;
 *	aide	 keeps its privileges: holds the lock and the durable budget,
 *		 looks at processes, decides (model/watch.h), and acts.
 *
 * The action cannot be the worker's: what it starts would inherit its lack of
 * capabilities, its limits and its seccomp filter.  It cannot be the guard's,
 * which waits for nobody.  So the aide drives: it asks the worker, and sends it
 * what came of all as the last message.  All three end by the guard's deadline.
 *
 * Without --act nothing changes anywhere: no lock, no history, no audit line.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "frame/plugin.h"
#include "frame/watch_run.h"
#include "source/audit.h"
#include "source/command.h"
#include "source/probe.h"
#include "source/service.h"
#include "source/systemd.h"
#include "source/trusted.h"

#define NAME "vigil-watchdog"
#define PROC "/proc"
#define HOOK_NS (2 * CLOCK_SECOND)
#define AIDE_RESERVE_NS (300 * CLOCK_MILLI) /* before the guard's end */

struct sample {
	struct aide aide;
	struct watch_report report;
};

/* --- the worker ----------------------------------------------------------- */

/* NULL-terminated, as exec wants it. */
static const char *const *
arguments(const struct opt_strings *words, const char **room, size_t size)
{
	if (words->count >= size)
		return NULL;
	memcpy(room, words->items, words->count * sizeof(*room));
	room[words->count] = NULL;
	return room;
}

static void
answer_probe(const struct watch_opts *opts, const struct deadline *deadline,
    struct watch_answer *answer)
{
	const char *room[128];
	const char *const *argv = arguments(&opts->probe, room, 128);

	if (argv)
		answer->good = probe_run(argv, &answer->status, answer->words,
		    deadline, &answer->err);
	else
		err_set(&answer->err, ERR_USAGE, "PLUGIN: too many arguments");
}

static void
answer(const struct watch_opts *opts, const struct watch_question *question,
    struct run *run, struct watch_answer *answer)
{
	switch (question->ask) {
	case WATCH_ASK_NAME:
		run_waiting(run, "asking systemd for the name of %s",
		    opts->unit);
		answer->good = systemd_id(opts->unit, answer->id,
		    &question->until, &answer->err);
		break;
	case WATCH_ASK_UNIT:
		run_waiting(run, "asking systemd for %s", opts->unit);
		answer->good = systemd_look(opts->unit, &answer->unit,
		    &question->until, &answer->err);
		break;
	case WATCH_ASK_PROBE:
		run_waiting(run, "running %s", opts->probe.items[0]);
		answer_probe(opts, &question->until, answer);
		break;
	case WATCH_ASK_NOTHING:
		break;
	}
	run_waiting(run, "waiting for the acting process");
}

static bool
take_report(const struct watch_opts *opts, struct sample *sample,
    const struct watch_report *report, struct run *run, struct err *err)
{
	sample->report = *report;
	if (report->caveat[0] != '\0')
		run_caveat(run, "%s", report->caveat);
	if (report->ending != WATCH_ERROR)
		return true;
	*err = report->err;
	return err_context(err, "%s", watch_opts_service(opts));
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct watch_opts *opts = o;
	struct sample *sample = s;
	struct watch_question question;
	struct err ignored;

	/* An aide that is out of time has said its last word and is gone. */
	signal(SIGPIPE, SIG_IGN);
	while (aide_receive(&sample->aide, &question, sizeof(question),
	    &run->deadline, err)) {
		struct watch_answer said = { 0 };

		if (question.ask == WATCH_ASK_NOTHING)
			return take_report(opts, sample, &question.report, run,
			    err);
		answer(opts, &question, run, &said);
		aide_send(&sample->aide, &said, sizeof(said), &ignored);
	}
	return err_context(err, "the acting process");
}

/* --- the aide: what it does ------------------------------------------------
 */

struct acting {
	struct service service;
	struct procid process; /* pid 0: none, or not a single one */
};

static void
look(struct watch_run *run, struct watch_look *look,
    char words[static WATCH_WORDS])
{
	struct acting *acting = run->context;

	acting->process = (struct procid){ 0 };
	service_look(PROC, &acting->service, &acting->process, look, words);
}

/* The process that was looked at, or nobody. */
static bool
end_process(struct watch_run *run, struct err *err)
{
	const struct acting *acting = run->context;
	struct service_patience patience = {
		.asked = deadline_in(run->opts->stop_timeout),
		.all = run->deadline,
		.force = run->opts->force,
	};

	if (acting->process.pid == 0)
		return err_set(err, ERR_SYSTEM,
		    "several processes run: none is ended");
	if (run->deadline.at_ns < patience.asked.at_ns)
		patience.asked = run->deadline;
	return service_end(PROC, &acting->service, acting->process.pid,
	    run->report.look.identity, &patience, err);
}

static bool
restart_by_command(struct watch_run *run, struct err *err)
{
	const struct watch_opts *opts = run->opts;
	char program[PATH_MAX];
	const char *room[128];
	const char *const *argv = arguments(&opts->restart, room, 128);

	if (!argv)
		return err_set(err, ERR_USAGE, "--restart: too many words");
	if (!trusted_program(argv[0], program, err))
		return err_context(err, "--restart");
	if (run->report.look.sight == WATCH_FAILED && opts->exe &&
	    !end_process(run, err))
		return false;
	return command_must(program, argv, &run->deadline, err);
}

static bool
confirm(struct watch_run *run, struct err *err)
{
	const char *given = run->opts->unit;
	char id[UNIT_NAME_MAX + 1];

	return systemd_id(given, id, &run->deadline, err) &&
	    (strcmp(id, run->unit) == 0 ||
		err_set(err, ERR_PROTOCOL, "%s is %s, not %s", given, id,
		    run->unit));
}

static bool
restart(struct watch_run *run, struct err *err)
{
	const struct watch_opts *opts = run->opts;

	if (opts->restart.count > 0)
		return restart_by_command(run, err);
	return systemd_restart(opts->unit, &run->deadline, err);
}

/* The journal is there or it is not; a file that was asked for has to be. */
static bool
note(struct watch_run *run, int priority, const struct text *line,
    struct err *err)
{
	const char *path = run->opts->audit;

	audit_journal(AUDIT_JOURNAL, NAME, priority, line->data, line->len,
	    err);
	return !path || audit_file(path, line->data, line->len, err);
}

static bool
hook(struct watch_run *run, const char *event, struct err *err)
{
	const char *path = run->opts->hook;
	const char *const argv[] = { path, event, watch_opts_service(run->opts),
		run->report.failed ? "failed" : "done", NULL };
	char program[PATH_MAX];
	struct deadline deadline = deadline_in(HOOK_NS);

	if (run->deadline.at_ns < deadline.at_ns)
		deadline = run->deadline;
	return trusted_program(path, program, err) &&
	    command_must(program, argv, &deadline, err);
}

static const struct watch_hands hands = { look, confirm, restart, note, hook };

/* Runs in the aide. */
static void
run_aide(void *context, const struct aide *ends)
{
	struct watch_run *run = context;
	struct watch_question last = { .ask = WATCH_ASK_NOTHING };
	struct err ignored;

	run->worker = ends;
	watch_run(run);
	last.report = run->report;
	aide_send(ends, &last, sizeof(last), &ignored);
}

/* --- the program ---------------------------------------------------------- */

static bool
validate(void *o, struct err *err)
{
	return watch_opts_check(o, err);
}

static uint64_t
machine_hash(void)
{
	char id[64];
	const int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd >= 0 ? read(fd, id, sizeof(id)) : 0;

	if (fd >= 0)
		close(fd);
	return hash_add(HASH_START, id, len > 0 ? (size_t)len : 0);
}

static bool
prepare(const void *o, void *s, const struct plugin_setup *setup,
    struct err *err)
{
	const struct watch_opts *opts = o;
	struct sample *sample = s;
	const int64_t part = setup->timeout_ns / 5;
	const int64_t reserve = part < AIDE_RESERVE_NS ? part : AIDE_RESERVE_NS;
	struct acting acting = {
		.service.pid_file = opts->pid_file,
		.service.want = {
			.exe = opts->exe,
			.any_user = !opts->user.given,
			.uid = opts->user.uid,
		},
	};
	struct watch_run run = {
		.program = NAME,
		.opts = opts,
		.setup = setup,
		.hands = &hands,
		.context = &acting,
		.deadline = { setup->deadline.at_ns - reserve },
		.params = watch_opts_params(opts, setup->timeout_ns),
		.history = WATCH_HISTORY_CLOSED,
		.report.timeout_ns = setup->timeout_ns,
	};

	run.params.machine = machine_hash();
	return aide_start(&sample->aide, run_aide, &run, err);
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct watch_opts *opts = o;
	const struct sample *sample = s;
	const struct watch_service service = { watch_opts_service(opts),
		opts->act, opts->stopped_state };

	watch_judge(&sample->report, &service, root);
}

static unsigned
also_needs(const void *o)
{
	const struct watch_opts *opts = o;

	return opts->probe.count > 0 ? PLUGIN_EXEC : 0;
}

static const char *const examples[] = {
	"--unit exabgp.service",
	"is it dead, and what would be done? changes nothing",
	"--unit nginx.service --act -t 30s -- /usr/lib/nagios/plugins/"
	"check_http_dual -u http://localhost/",
	"restart it through systemd when it is dead or does not serve",
	"--exe /usr/sbin/bird --user bird --act "
	"--restart /usr/sbin/service --restart bird --restart restart",
	"the same by process and command, without systemd",
	NULL,
};

const struct plugin plugin = {
	.name = NAME,
	.title = "WATCHDOG",
	.purpose = "tells whether a service is dead, and restarts it within a "
		   "budget",
	.examples = examples,
	.options = watch_options,
	.metrics = watch_metrics,
	.opts_size = sizeof(struct watch_opts),
	.sample_size = sizeof(struct sample),
	.also_needs = also_needs,
	.validate = validate,
	.prepare = prepare,
	.collect = collect,
	.judge = judge,
};
