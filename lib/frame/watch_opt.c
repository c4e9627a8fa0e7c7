/* SPDX-License-Identifier: ISC */
#include "frame/watch_opt.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "model/unit.h"

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
	struct watch_user *user = field;
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

const struct opt watch_options[] = {
	OPT_STRING('u', "unit", struct watch_opts, unit,
	    "the service is this unit of systemd", .metavar = "UNIT",
	    .flags = OPT_IDENTITY | OPT_GUESS),
	OPT_FILE('e', "exe", struct watch_opts, exe,
	    "the service is a process of this program file", IDENTITY),
	OPT_OTHER(0, "user", type_user, struct watch_opts, user,
	    "that runs as this user", IDENTITY),
	OPT_FILE('p', "pid-file", struct watch_opts, pid_file,
	    "that has written its process number there", IDENTITY),
	OPT_STRING(0, "name", struct watch_opts, name,
	    "the service is what the plugin tests, and called this", IDENTITY),
	OPT_FLAG('a', "act", struct watch_opts, act,
	    "restart it when it is dead; otherwise only say so"),
	OPT_STRINGS('r', "restart", struct watch_opts, restart,
	    "restart by this command instead of by systemd: its absolute path, "
	    "then once for each argument",
	    .metavar = "WORD"),
	OPT_FLAG(0, "force", struct watch_opts, force,
	    "kill a process that does not end when asked to"),
	OPT_DURATION(0, "stop-timeout", struct watch_opts, stop_timeout,
	    "time for a process to end when asked to", .preset = "5s",
	    .min = CLOCK_MILLI, .max = HOUR),
	OPT_FILE('m', "maintenance", struct watch_opts, maintenance,
	    "do nothing as long as this file exists"),
	OPT_VERDICT(0, "stopped-state", struct watch_opts, stopped_state,
	    "state of a service that was stopped on purpose",
	    .preset = "warning"),
	OPT_COUNT(0, "failures", struct watch_opts, failures,
	    "tests that have to fail in a row", .preset = "3", .min = 1,
	    .max = 1000),
	OPT_DURATION(0, "failing", struct watch_opts, failing,
	    "time over which they have to", .preset = "30s", .max = 24 * HOUR),
	OPT_DURATION(0, "process-grace", struct watch_opts, process_grace,
	    "time after the start of the process in which it may fail",
	    .preset = "60s", .max = 24 * HOUR),
	OPT_DURATION(0, "boot-grace", struct watch_opts, boot_grace,
	    "time after boot in which nothing is done", .preset = "2m",
	    .max = 24 * HOUR),
	OPT_COUNT(0, "per-hour", struct watch_opts, per_hour,
	    "restarts in any hour, at most", .preset = "3", .min = 1,
	    .max = WATCH_ATTEMPTS),
	OPT_COUNT(0, "per-day", struct watch_opts, per_day,
	    "restarts in any day, at most", .preset = "6", .min = 1,
	    .max = WATCH_ATTEMPTS),
	OPT_DURATION(0, "proof", struct watch_opts, proof,
	    "time after a restart until it is judged", .preset = "10s",
	    .min = CLOCK_MILLI, .max = HOUR),
	OPT_DURATION(0, "settle", struct watch_opts, settle,
	    "time for which it must be well for the trouble to be over",
	    .preset = "10m", .max = 24 * HOUR),
	OPT_FLAG(0, "reset", struct watch_opts, reset,
	    "forget the restarts so far, so that the budget is whole again"),
	OPT_FILE(0, "audit", struct watch_opts, audit,
	    "append a line of JSON about each decision, besides the journal"),
	OPT_FILE(0, "hook", struct watch_opts, hook,
	    "program to call after each restart and when giving up"),
	OPT_STRINGS(0, "PLUGIN", struct watch_opts, probe,
	    "a plugin with its arguments, which says CRITICAL when the service "
	    "does not serve",
	    .flags = OPT_REST),
	OPT_END,
};

/* --- what they say together ----------------------------------------------- */

static bool
validate_target(const struct watch_opts *opts, struct err *err)
{
	if (!opts->unit && !opts->exe && !opts->name)
		return err_set(err, ERR_USAGE,
		    "one of --unit, --exe and --name says what the service is");
	if (opts->unit && (opts->exe || opts->name || opts->pid_file))
		return err_set(err, ERR_USAGE,
		    "--unit stands alone: systemd knows its processes");
	if (opts->unit && !unit_name_valid(opts->unit))
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
	if (opts->name && opts->probe.count == 0 && !opts->reset)
		return err_set(err, ERR_USAGE,
		    "--name needs a plugin that tests it");
	return true;
}

bool
watch_opts_check(const struct watch_opts *opts, struct err *err)
{
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

const char *
watch_opts_service(const struct watch_opts *opts)
{
	return opts->unit ? opts->unit : opts->name ? opts->name : opts->exe;
}

struct watch_params
watch_opts_params(const struct watch_opts *opts, int64_t timeout_ns)
{
	return (struct watch_params){
		.per_hour = opts->per_hour,
		.per_day = opts->per_day,
		.failures = opts->failures,
		.failing_ns = opts->failing,
		.process_grace_ns = opts->process_grace,
		.boot_grace_ns = opts->boot_grace,
		.settle_ns = opts->settle,
		.proof_ns = opts->proof,
		.limit_ns = timeout_ns,
	};
}

void
watch_opts_action(const struct watch_opts *opts, char words[static WATCH_WORDS])
{
	if (opts->restart.count > 0)
		watch_say(words, "restart by %s", opts->restart.items[0]);
	else if (opts->unit)
		watch_say(words, "RestartUnit %s", opts->unit);
	else
		watch_say(words, "no way to restart it is given");
}
