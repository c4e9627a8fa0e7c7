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
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bootid.h"
#include "base/hash.h"
#include "base/num.h"
#include "frame/aide.h"
#include "frame/json.h"
#include "frame/plugin.h"
#include "frame/state.h"
#include "model/watch_report.h"
#include "source/audit.h"
#include "source/command.h"
#include "source/service.h"
#include "source/systemd.h"
#include "source/trusted.h"

#define NAME "vigil-watchdog"
#define PROC "/proc"
#define PROBE_OUTPUT 65536 /* bytes of a plugin's, at most */
#define SECOND_LOOK_NS CLOCK_SECOND
#define HOOK_NS (2 * CLOCK_SECOND)
#define AIDE_RESERVE_NS (300 * CLOCK_MILLI) /* before the guard's end */
#define ACT_LEAST_NS (500 * CLOCK_MILLI)    /* too late to begin after it */

struct user {
	bool given;
	uid_t uid;
};

struct opts {
	const char *unit, *exe, *pid_file, *name;
	struct user user;
	struct opt_strings probe;
	struct opt_strings restart;
	bool act, force, reset;
	const char *maintenance, *audit, *hook;
	uint64_t per_hour, per_day, failures;
	int64_t failing, process_grace, boot_grace, settle, proof;
	int64_t stop_timeout;
	enum verdict stopped_state;
};

/* --- what is said between worker and aide --------------------------------- */

enum ask {
	ASK_UNIT,
	ASK_PROBE,
	ASK_NOTHING, /* `report` is the last word */
};

struct question {
	enum ask ask;
	struct watch_report report;
};

/* Hostile, as all that comes from the worker. */
struct answer {
	int32_t good;
	int32_t status; /* of the plugin; -1: ended by a signal */
	struct err err;
	struct unit unit;
	char words[WATCH_WORDS];
};

struct sample {
	struct aide aide;
	struct watch_report report;
};

/* --- options -------------------------------------------------------------- */

/* Names from /etc/passwd itself: a daemon's user is local, and a directory
 * server must not hold us up. */
static bool
find_user(const char *name, uid_t *uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry;
	bool found = false;

	while (file && !found && (entry = fgetpwent(file))) {
		found = strcmp(entry->pw_name, name) == 0;
		if (found)
			*uid = entry->pw_uid;
	}
	if (file)
		fclose(file);
	return found;
}

static bool
parse_user(const struct opt_value *value, void *field, struct err *err)
{
	struct user *user = field;
	struct err ignored;
	uint64_t number;

	user->given = true;
	if (num_u64(value->text, &number, &ignored) && number < UINT32_MAX)
		user->uid = (uid_t)number;
	else if (!find_user(value->text, &user->uid))
		return err_set(err, ERR_USAGE,
		    "no user of that name in /etc/passwd");
	return true;
}

static const struct opt_type type_user = { .metavar = "USER",
	.host_like = true,
	.parse = parse_user };

#define IDENTITY .flags = OPT_IDENTITY
#define HOUR (3600 * CLOCK_SECOND)

static const struct opt options[] = {
	OPT_STRING('u', "unit", struct opts, unit,
	    "the service is this unit of systemd", .metavar = "UNIT",
	    .flags = OPT_IDENTITY | OPT_GUESS),
	OPT_FILE('e', "exe", struct opts, exe,
	    "the service is a process of this program file", IDENTITY),
	OPT_OTHER(0, "user", type_user, struct opts, user,
	    "that runs as this user", IDENTITY),
	OPT_FILE('p', "pid-file", struct opts, pid_file,
	    "that has written its process number there", IDENTITY),
	OPT_STRING(0, "name", struct opts, name,
	    "the service is what the plugin tests, and called this", IDENTITY),
	OPT_FLAG('a', "act", struct opts, act,
	    "restart it when it is dead; otherwise only say so"),
	OPT_STRINGS('r', "restart", struct opts, restart,
	    "restart by this command instead of by systemd: its absolute path, "
	    "then once for each argument",
	    .metavar = "WORD"),
	OPT_FLAG(0, "force", struct opts, force,
	    "kill a process that does not end when asked to"),
	OPT_DURATION(0, "stop-timeout", struct opts, stop_timeout,
	    "time for a process to end when asked to", .preset = "5s",
	    .min = CLOCK_MILLI, .max = HOUR),
	OPT_FILE('m', "maintenance", struct opts, maintenance,
	    "do nothing as long as this file exists"),
	OPT_VERDICT(0, "stopped-state", struct opts, stopped_state,
	    "state of a service that was stopped on purpose",
	    .preset = "warning"),
	OPT_COUNT(0, "failures", struct opts, failures,
	    "tests that have to fail in a row", .preset = "3", .min = 1,
	    .max = 1000),
	OPT_DURATION(0, "failing", struct opts, failing,
	    "time over which they have to", .preset = "30s", .max = 24 * HOUR),
	OPT_DURATION(0, "process-grace", struct opts, process_grace,
	    "time after the start of the process in which it may fail",
	    .preset = "60s", .max = 24 * HOUR),
	OPT_DURATION(0, "boot-grace", struct opts, boot_grace,
	    "time after boot in which nothing is done", .preset = "2m",
	    .max = 24 * HOUR),
	OPT_COUNT(0, "per-hour", struct opts, per_hour,
	    "restarts in any hour, at most", .preset = "3", .min = 1,
	    .max = WATCH_ATTEMPTS),
	OPT_COUNT(0, "per-day", struct opts, per_day,
	    "restarts in any day, at most", .preset = "6", .min = 1,
	    .max = WATCH_ATTEMPTS),
	OPT_DURATION(0, "proof", struct opts, proof,
	    "time after a restart until it is judged", .preset = "10s",
	    .min = CLOCK_MILLI, .max = HOUR),
	OPT_DURATION(0, "settle", struct opts, settle,
	    "time for which it must be well for the trouble to be over",
	    .preset = "10m", .max = 24 * HOUR),
	OPT_FLAG(0, "reset", struct opts, reset,
	    "forget the restarts so far, so that the budget is whole again"),
	OPT_FILE(0, "audit", struct opts, audit,
	    "append a line of JSON about each decision, besides the journal"),
	OPT_FILE(0, "hook", struct opts, hook,
	    "program to call after each restart and when giving up"),
	OPT_STRINGS(0, "PLUGIN", struct opts, probe,
	    "a plugin with its arguments, which says CRITICAL when the service "
	    "does not serve",
	    .flags = OPT_REST),
	OPT_END,
};

static bool
validate_target(const struct opts *opts, struct err *err)
{
	if (!opts->unit && !opts->exe && !opts->name)
		return err_set(err, ERR_USAGE,
		    "one of --unit, --exe and --name says what the service is");
	if (opts->unit && (opts->exe || opts->name || opts->pid_file))
		return err_set(err, ERR_USAGE,
		    "--unit stands alone: systemd knows its processes");
	if (opts->unit && !systemd_name_valid(opts->unit))
		return err_set(err, ERR_USAGE,
		    "--unit: not the whole name of a service, which ends in "
		    ".service as exabgp.service does");
	if (opts->exe && opts->exe[0] != '/')
		return err_set(err, ERR_USAGE, "--exe: not an absolute path");
	if (opts->pid_file && !opts->exe)
		return err_set(err, ERR_USAGE,
		    "--pid-file needs --exe: a number alone is nobody's");
	if (opts->user.given && !opts->exe)
		return err_set(err, ERR_USAGE, "--user needs --exe");
	if (opts->name && opts->probe.count == 0)
		return err_set(err, ERR_USAGE,
		    "--name needs a plugin that tests it");
	return true;
}

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;

	if (!validate_target(opts, err))
		return false;
	if (opts->act && !opts->unit && opts->restart.count == 0)
		return err_set(err, ERR_USAGE,
		    "--act needs --unit or --restart");
	if (opts->restart.count > 0 && opts->restart.items[0][0] != '/')
		return err_set(err, ERR_USAGE,
		    "--restart: not an absolute path");
	if (opts->hook && opts->hook[0] != '/')
		return err_set(err, ERR_USAGE, "--hook: not an absolute path");
	if (opts->probe.count > 0 && opts->probe.items[0][0] != '/')
		return err_set(err, ERR_USAGE, "PLUGIN: not an absolute path");
	return true;
}

static const char *
target(const struct opts *opts)
{
	return opts->unit ? opts->unit : opts->name ? opts->name : opts->exe;
}

/* --- the worker ----------------------------------------------------------- */

static void
answer_unit(const struct opts *opts, const struct deadline *deadline,
    struct answer *answer)
{
	answer->good =
	    systemd_look(opts->unit, &answer->unit, deadline, &answer->err);
}

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
first_line(const struct reply *output, char words[WATCH_WORDS])
{
	const size_t len = strcspn(output->bytes, "\n|");
	struct text text;

	text_init(&text, words, WATCH_WORDS);
	text_foreign(&text, output->bytes, len, 200);
}

static void
answer_probe(const struct opts *opts, const struct deadline *deadline,
    struct answer *answer)
{
	const char *room[128];
	const char *const *argv = arguments(&opts->probe, room, 128);
	struct command_result result = { 0 };
	struct reply output = { 0 };

	if (!argv)
		err_set(&answer->err, ERR_USAGE, "PLUGIN: too many arguments");
	else if (reply_init(&output, PROBE_OUTPUT, &answer->err))
		answer->good =
		    command_run(argv, &output, &result, deadline, &answer->err);
	answer->status = result.status;
	if (answer->good && output.len < output.max) {
		output.bytes[output.len] = '\0';
		first_line(&output, answer->words);
	}
	reply_free(&output);
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	struct question question;
	struct err ignored;

	/* An aide that is out of time has said its last word and is gone. */
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		struct answer answer = { 0 };

		if (!aide_receive(&sample->aide, &question, sizeof(question),
			&run->deadline, err))
			return err_context(err, "the acting process");
		switch (question.ask) {
		case ASK_NOTHING:
			sample->report = question.report;
			if (question.report.caveat[0] != '\0')
				run_caveat(run, "%s", question.report.caveat);
			if (question.report.ending != WATCH_ERROR)
				return true;
			*err = question.report.err;
			return false;
		case ASK_UNIT:
			run_waiting(run, "asking systemd for %s", opts->unit);
			answer_unit(opts, &run->deadline, &answer);
			break;
		case ASK_PROBE:
			run_waiting(run, "running %s", opts->probe.items[0]);
			answer_probe(opts, &run->deadline, &answer);
			break;
		}
		run_waiting(run, "waiting for the acting process");
		aide_send(&sample->aide, &answer, sizeof(answer), &ignored);
	}
}

/* --- the aide: looking ---------------------------------------------------- */

struct acting {
	const struct opts *opts;
	const struct plugin_setup *setup;
	const struct aide *worker;
	struct deadline deadline;
	struct state state;
	struct arena arena;
	struct watch watch;
	struct watch_params params;
	char boot_id[BOOTID_SIZE];
	struct service service;
	struct procid process; /* pid 0: none, or not a single one */
	struct watch_report report;
};

/* What a hostile worker may not do: leave out an end, or lie about a type. */
static void
sanitize(struct answer *answer)
{
	answer->err.text[sizeof(answer->err.text) - 1] = '\0';
	answer->words[sizeof(answer->words) - 1] = '\0';
	unit_sanitize(&answer->unit);
}

static bool
ask(struct acting *acting, enum ask what, struct answer *answer)
{
	const struct question question = { .ask = what };
	struct err err = { 0 };

	if (aide_send(acting->worker, &question, sizeof(question), &err) &&
	    aide_receive(acting->worker, answer, sizeof(*answer),
		&acting->deadline, &err)) {
		sanitize(answer);
		return true;
	}
	*answer = (struct answer){ .err = err };
	return false;
}

static void
look_at_unit(struct acting *acting, struct watch_look *look,
    char words[WATCH_WORDS])
{
	char room[WATCH_WORDS];
	struct text text = TEXT_OVER(room);
	struct answer answer;

	if (!ask(acting, ASK_UNIT, &answer) || !answer.good) {
		watch_say(words, "%s", answer.err.text);
		return;
	}
	unit_look(&answer.unit, clock_boottime_ns(), look);
	/* Another command than RestartUnit may know a way. */
	if (acting->opts->restart.count > 0)
		look->refused_ns = 0;
	unit_tell(&answer.unit, &text);
	watch_say(words, "%s", text.data);
}

static void
look_by_probe(struct acting *acting, struct watch_look *look,
    char words[WATCH_WORDS])
{
	struct answer answer;

	look->sight = WATCH_UNSURE;
	if (!ask(acting, ASK_PROBE, &answer) || !answer.good) {
		watch_say(words, "the test failed to tell: %s",
		    answer.err.text);
		return;
	}
	switch (answer.status) {
	case VERDICT_OK:
	case VERDICT_WARNING:
		look->sight = WATCH_UP;
		break;
	case VERDICT_CRITICAL:
		look->sight = WATCH_FAILED;
		break;
	}
	if (look->sight != WATCH_UNSURE && answer.words[0] == '\0')
		watch_say(words, "the test ends with code %d, without a word",
		    answer.status);
	else if (look->sight != WATCH_UNSURE)
		watch_say(words, "%s", answer.words);
	else if (answer.status < 0)
		watch_say(words, "the test was ended by a signal");
	else
		watch_say(words, "the test says UNKNOWN: %s", answer.words);
}

/* 1: it is there, 0: it is not, below 0: it cannot be told. */
static int
exists(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return 1;
	return errno == ENOENT ? 0 : -1;
}

/* Maintenance, then the service. */
static struct watch_look
look_at_service(struct acting *acting, char words[WATCH_WORDS])
{
	const struct opts *opts = acting->opts;
	struct watch_look look = { .sight = WATCH_UNSURE, .age_ns = -1 };
	const int maintained =
	    opts->maintenance ? exists(opts->maintenance) : 0;

	acting->process = (struct procid){ 0 };
	if (maintained != 0) {
		if (maintained > 0)
			look.sight = WATCH_STOPPED;
		watch_say(words,
		    maintained > 0 ? "maintenance: %s exists"
				   : "%s cannot be looked for",
		    opts->maintenance);
		return look;
	}
	if (opts->unit)
		look_at_unit(acting, &look, words);
	else if (opts->exe)
		service_look(PROC, &acting->service, &acting->process, &look,
		    words);
	else
		look.sight = WATCH_UP;
	return look;
}

/* One look, with the test when it is there.  A test takes its time: whoever has
 * stopped the service meanwhile has made it fail. */
static struct watch_look
look_once(struct acting *acting, char words[WATCH_WORDS])
{
	struct watch_look look = look_at_service(acting, words), after;
	char now[WATCH_WORDS];

	if (look.sight != WATCH_UP || acting->opts->probe.count == 0)
		return look;
	look_by_probe(acting, &look, words);
	if (look.sight != WATCH_FAILED)
		return look;
	after = look_at_service(acting, now);
	if (after.sight == WATCH_UP &&
	    strcmp(after.identity, look.identity) == 0)
		return look;
	if (after.sight == WATCH_UP) {
		after.sight = WATCH_UNSURE;
		watch_say(now, "another process came while the test failed");
	}
	memcpy(words, now, sizeof(now));
	return after;
}

static void
sleep_ns(int64_t ns)
{
	const struct timespec wait = {
		.tv_sec = (time_t)(ns / CLOCK_SECOND),
		.tv_nsec = (long)(ns % CLOCK_SECOND),
	};

	if (ns > 0)
		nanosleep(&wait, NULL);
}

/* Absent is what two looks say, a second apart. */
static void
look(struct acting *acting)
{
	struct watch_report *report = &acting->report;

	report->look = look_once(acting, report->words);
	if (report->look.sight != WATCH_ABSENT)
		return;
	if (deadline_left_ns(&acting->deadline) <
	    SECOND_LOOK_NS + ACT_LEAST_NS) {
		report->look.sight = WATCH_UNSURE;
		watch_say(report->words, "no time for a second look");
		return;
	}
	sleep_ns(SECOND_LOOK_NS);
	report->look = look_once(acting, report->words);
}

/* --- the aide: deciding --------------------------------------------------- */

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

static void
decide(struct acting *acting)
{
	const struct watch_moment now = {
		.boot_id = acting->boot_id,
		.boot_ns = clock_boottime_ns(),
		.wall_ns = clock_wall_ns(),
	};

	acting->report.decision = watch_decide(&acting->watch,
	    &acting->report.look, &now, &acting->params);
}

/* A dry run makes no attempt, and counts none. */
static void
take_back(struct acting *acting)
{
	struct watch_decision *decision = &acting->report.decision;
	const struct watch *watch = &acting->watch;

	decision->in_hour--;
	decision->in_day--;
	decision->left++;
	decision->since_ns = watch->count > 1
	    ? clock_boottime_ns() - watch->attempts[watch->count - 2]
	    : -1;
}

static bool
keep(struct acting *acting, struct err *err)
{
	char bytes[WATCH_STATE_MAX];
	struct text text;

	text_init(&text, bytes, sizeof(bytes));
	watch_encode(&text, &acting->watch);
	if (text.cut)
		return err_set(err, ERR_SYSTEM, "the history is too long");
	return state_save(&acting->state, STATE_DURABLE, bytes, text.len,
	    &acting->deadline, err);
}

/* --- the aide: acting ----------------------------------------------------- */

static bool
end_process(struct acting *acting, struct err *err)
{
	struct service_patience patience = {
		.asked = deadline_in(acting->opts->stop_timeout),
		.all = acting->deadline,
		.force = acting->opts->force,
	};

	if (acting->deadline.at_ns < patience.asked.at_ns)
		patience.asked = acting->deadline;
	return service_end(PROC, &acting->service, acting->process.pid,
	    acting->report.look.identity, &patience, err);
}

static bool
restart_by_command(struct acting *acting, struct err *err)
{
	const struct opts *opts = acting->opts;
	char program[PATH_MAX];
	const char *room[128];
	const char *const *argv = arguments(&opts->restart, room, 128);

	if (!argv)
		return err_set(err, ERR_USAGE, "--restart: too many words");
	if (!trusted_program(room[0], program, err))
		return err_context(err, "--restart");
	room[0] = program;
	if (acting->report.look.sight == WATCH_FAILED && opts->exe) {
		if (acting->process.pid == 0)
			return err_set(err, ERR_SYSTEM,
			    "several processes run: none is ended");
		if (!end_process(acting, err))
			return false;
	}
	return command_must(argv, &acting->deadline, err);
}

static bool
restart(struct acting *acting, struct err *err)
{
	const struct opts *opts = acting->opts;

	if (opts->restart.count > 0)
		return restart_by_command(acting, err);
	return systemd_restart(opts->unit, &acting->deadline, err);
}

/* What is done, or would be. */
static void
name_action(const struct opts *opts, char words[WATCH_WORDS])
{
	if (opts->restart.count > 0)
		watch_say(words, "restart by %s", opts->restart.items[0]);
	else if (opts->unit)
		watch_say(words, "RestartUnit %s", opts->unit);
	else
		watch_say(words, "no way to restart it is given");
}

/* --- the aide: telling ---------------------------------------------------- */

static void
add_caveat(struct watch_report *report, const char *what, const struct err *err)
{
	if (report->caveat[0] == '\0')
		watch_say(report->caveat, "%s%s", what, err->text);
}

/* One line of JSON: what was decided, on what grounds, and what is left. */
static void
audit(struct acting *acting, const char *decision, int priority)
{
	const struct watch_report *report = &acting->report;
	const struct opts *opts = acting->opts;
	char line[AUDIT_MAX];
	struct text text = TEXT_OVER(line);
	struct err err = { 0 };
	struct json json;

	json_init(&json, &text);
	json_object(&json, NULL);
	json_integer(&json, "time_ms", clock_wall_ns() / CLOCK_MILLI);
	json_string(&json, "boot_id", acting->boot_id);
	json_bytes(&json, "service", target(opts),
	    strnlen(target(opts), SYSTEMD_UNIT_MAX));
	json_string(&json, "decision", decision);
	json_string(&json, "sight", watch_sight_name(report->look.sight));
	json_string(&json, "evidence", report->words);
	json_string(&json, "identity", report->look.identity);
	json_string(&json, "identity_before", acting->watch.before);
	json_string(&json, "action", report->action);
	json_bool(&json, "failed", report->failed);
	json_integer(&json, "restarts_hour", (int64_t)report->decision.in_hour);
	json_integer(&json, "restarts_day", (int64_t)report->decision.in_day);
	json_integer(&json, "budget_left", (int64_t)report->decision.left);
	json_close(&json);
	audit_journal(AUDIT_JOURNAL, NAME, priority, text.data, text.len, &err);
	if (opts->audit && !audit_file(opts->audit, text.data, text.len, &err))
		add_caveat(&acting->report, "", &err);
}

/* Whatever becomes of it, nothing else changes. */
static void
call_hook(struct acting *acting, const char *event)
{
	const struct opts *opts = acting->opts;
	char program[PATH_MAX];
	const char *const argv[] = { program, event, target(opts),
		acting->report.failed ? "failed" : "done", NULL };
	struct deadline deadline = deadline_in(HOOK_NS);
	struct err err = { 0 };

	if (!opts->hook)
		return;
	if (acting->deadline.at_ns < deadline.at_ns)
		deadline = acting->deadline;
	if (!trusted_program(opts->hook, program, &err) ||
	    !command_must(argv, &deadline, &err))
		add_caveat(&acting->report, "hook: ", &err);
}

/* --- the aide: a run ------------------------------------------------------ */

/* After the restart: is it another process, and well? */
static void
prove(struct acting *acting)
{
	const int64_t proof = acting->opts->proof;
	struct watch_report *report = &acting->report;
	struct watch_decision first = report->decision;
	struct err err = { 0 };

	if (deadline_left_ns(&acting->deadline) <
	    proof + SECOND_LOOK_NS + ACT_LEAST_NS)
		return; /* the next run will see */
	sleep_ns(proof);
	look(acting);
	decide(acting);
	if (report->decision.why == WATCH_RESTART) {
		/* One attempt a run: this one is not kept, and not made. */
		report->decision = first;
		report->failed = true;
		return;
	}
	report->failed = report->decision.failed ||
	    report->look.sight == WATCH_ABSENT ||
	    report->look.sight == WATCH_FAILED;
	if (!keep(acting, &err))
		add_caveat(report, "", &err);
	audit(acting, watch_why_name(report->decision.why),
	    report->failed ? 3 : 4);
}

static void
act(struct acting *acting)
{
	struct watch_report *report = &acting->report;
	struct err err = { 0 };

	report->acted = true;
	audit(acting, "restart", 4);
	if (!restart(acting, &err)) {
		report->failed = true;
		watch_say(report->action, "%s", err.text);
		audit(acting, "restart-failed", 3);
	}
	call_hook(acting, "restart");
	if (!report->failed)
		prove(acting);
}

/* It is not restarted, for that reason.  Dead it is all the same, and that is
 * what people have to know. */
static void
refuse(struct acting *acting, const struct err *why)
{
	struct watch_report *report = &acting->report;

	if (report->decision.why != WATCH_RESTART) {
		report->ending = WATCH_ERROR;
		report->err = *why;
		return;
	}
	take_back(acting);
	report->decision.left = 0;
	report->acted = report->failed = true;
	watch_say(report->action, "%s", why->text);
	audit(acting, "restart-refused", 3);
}

/* The same, when it has not been looked at yet. */
static void
look_and_refuse(struct acting *acting, const struct err *why)
{
	look(acting);
	decide(acting);
	refuse(acting, why);
}

/* Kept first, then done: a crash between costs budget, and adds nothing. */
static void
decide_and_act(struct acting *acting)
{
	struct watch_report *report = &acting->report;
	struct err err = { 0 };
	bool restarts;

	look(acting);
	decide(acting);
	restarts = report->decision.why == WATCH_RESTART;
	if (restarts)
		name_action(acting->opts, report->action);
	if (!acting->opts->act) {
		if (restarts)
			take_back(acting);
		return;
	}
	if (restarts && deadline_left_ns(&acting->deadline) < ACT_LEAST_NS) {
		err_set(&err, ERR_TIMEOUT, "no time is left for it");
		refuse(acting, &err);
		return;
	}
	if (!keep(acting, &err)) {
		err_context(&err, "no restart without a budget");
		refuse(acting, &err);
		return;
	}
	if (restarts)
		act(acting);
	else
		audit(acting, watch_why_name(report->decision.why),
		    report->decision.why == WATCH_GAVE_UP ? 3 : 6);
	/* Said once: a hook that writes mail must not do so each minute. */
	if (report->decision.gives_up)
		call_hook(acting, "gave-up");
}

/* Since when another run holds the lock: it has touched the file. */
static int64_t
held_for(const struct acting *acting)
{
	char name[sizeof(acting->state.name) + 8];
	struct stat st;

	snprintf(name, sizeof(name), "%s.lock", acting->state.name);
	if (fstatat(acting->state.dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	return clock_wall_ns() -
	    ((int64_t)st.st_mtim.tv_sec * CLOCK_SECOND + st.st_mtim.tv_nsec);
}

static bool
open_state(struct acting *acting, struct err *err)
{
	const struct opts *opts = acting->opts;
	const char *directory = acting->setup->state_dir;
	const char *systemd = getenv("STATE_DIRECTORY");

	/* A dry run must not make a directory that is missing. */
	if (!opts->act && !opts->reset && !directory && !(systemd && *systemd))
		directory = "/var/lib/routevigil";
	acting->state.lock_ns = 0;
	return state_open(&acting->state, directory, NAME,
	    acting->setup->identity, WATCH_STATE_MAX, err);
}

static bool
load_state(struct acting *acting, struct err *err)
{
	if (!state_load(&acting->state, &acting->arena, err))
		return false;
	acting->report.remembered = acting->state.body != NULL;
	return !acting->state.body ||
	    watch_decode(&acting->watch, acting->state.body,
		acting->state.body_len, err);
}

/* Without --act: what is known, if anything, and nothing is written. */
static void
run_dry(struct acting *acting)
{
	struct err err = { 0 };

	if (!open_state(acting, &err) || !load_state(acting, &err))
		add_caveat(&acting->report, "no history: ", &err);
	decide_and_act(acting);
}

static void
run_locked(struct acting *acting)
{
	const struct opts *opts = acting->opts;
	struct watch_report *report = &acting->report;
	struct err err = { 0 };

	/* Damage is no first run: who knows how often it was restarted. */
	if (!load_state(acting, &err) && !opts->reset) {
		err_context(&err,
		    "no restart without its history (--reset begins anew)");
		look_and_refuse(acting, &err);
		return;
	}
	if (!opts->reset) {
		decide_and_act(acting);
		return;
	}
	watch_reset(&acting->watch);
	report->ending = WATCH_WHOLE_AGAIN;
	if (keep(acting, &report->err))
		audit(acting, "reset", 5);
	else
		report->ending = WATCH_ERROR;
}

static void
run_acting(struct acting *acting)
{
	struct watch_report *report = &acting->report;
	struct err *err = &report->err;

	if (!open_state(acting, err)) {
		err_context(err, "no restart without a budget");
		if (acting->opts->reset)
			report->ending = WATCH_ERROR;
		else
			look_and_refuse(acting, err);
	} else if (state_lock(&acting->state, &acting->deadline, err)) {
		futimens(acting->state.lock_fd, NULL);
		run_locked(acting);
	} else if (err->kind == ERR_TIMEOUT) {
		report->ending = WATCH_BUSY;
		report->busy_ns = held_for(acting);
	} else {
		report->ending = WATCH_ERROR;
	}
}

/* Runs in the aide. */
static void
run_aide(void *context, const struct aide *ends)
{
	struct acting *acting = context;
	const struct opts *opts = acting->opts;
	struct watch_report *report = &acting->report;
	struct question last = { .ask = ASK_NOTHING };
	struct err ignored;

	acting->worker = ends;
	report->timeout_ns = acting->setup->timeout_ns;
	if (!arena_reserve(&acting->arena, 1 << 20, &report->err) ||
	    !bootid_read(acting->boot_id, &report->err))
		report->ending = WATCH_ERROR;
	else if (opts->act || opts->reset)
		run_acting(acting);
	else
		run_dry(acting);
	last.report = *report;
	/* The lock is free before anybody can know the end of this run. */
	state_close(&acting->state);
	aide_send(ends, &last, sizeof(last), &ignored);
}

static bool
prepare(const void *o, void *s, const struct plugin_setup *setup,
    struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;
	const int64_t part = setup->timeout_ns / 5;
	const int64_t reserve = part < AIDE_RESERVE_NS ? part : AIDE_RESERVE_NS;
	struct acting acting = {
		.opts = opts,
		.setup = setup,
		.deadline = { setup->deadline.at_ns - reserve },
		.state = STATE_CLOSED,
		.service = {
			.want = {
				.exe = opts->exe,
				.any_user = !opts->user.given,
				.uid = opts->user.uid,
			},
			.pid_file = opts->pid_file,
		},
		.params = {
			.per_hour = opts->per_hour,
			.per_day = opts->per_day,
			.failures = opts->failures,
			.failing_ns = opts->failing,
			.process_grace_ns = opts->process_grace,
			.boot_grace_ns = opts->boot_grace,
			.settle_ns = opts->settle,
			.proof_ns = opts->proof,
			.limit_ns = setup->timeout_ns,
			.machine = machine_hash(),
		},
	};

	return aide_start(&sample->aide, run_aide, &acting, err);
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const struct watch_service service = { target(opts), opts->act,
		opts->stopped_state };

	watch_judge(&sample->report, &service, root);
}

static unsigned
also_needs(const void *o)
{
	const struct opts *opts = o;

	return opts->probe.count > 0 ? PLUGIN_EXEC : 0;
}

static const char *const examples[] = {
	"--unit exabgp.service",
	"is it dead, and what would be done? changes nothing",
	"--unit nginx.service --act -t 30s -- /usr/lib/nagios/plugins/"
	"check_http_dual -u http://localhost/",
	"restart it through systemd when it is dead or does not serve",
	"--exe /usr/sbin/bird --user bird --pid-file /run/bird/bird.pid --act "
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
	.options = options,
	.metrics = watch_metrics,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.also_needs = also_needs,
	.validate = validate,
	.prepare = prepare,
	.collect = collect,
	.judge = judge,
};
