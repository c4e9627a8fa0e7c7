/* SPDX-License-Identifier: ISC */
/* watch_opt: the options of the watchdog, and what they say together. */
#ifndef FRAME_WATCH_OPT_H
#define FRAME_WATCH_OPT_H

#include <sys/types.h>

#include "frame/opt.h"
#include "model/watch.h"

struct watch_user {
	bool given;
	uid_t uid;
};

struct watch_opts {
	const char *unit, *exe, *pid_file, *name;
	struct watch_user user;
	struct opt_strings probe;   /* the plugin and its arguments */
	struct opt_strings restart; /* the command and its arguments */
	bool act, force, reset;
	const char *maintenance, *audit, *hook;
	uint64_t per_hour, per_day, failures;
	int64_t failing, process_grace, boot_grace, settle, proof;
	int64_t stop_timeout;
	enum verdict stopped_state;
};

extern const struct opt watch_options[];

/* What no single option can check.  On false *err is ERR_USAGE. */
bool watch_opts_check(const struct watch_opts *opts, struct err *err);

/* What people call the service: the unit, the given name, or the file. */
const char *watch_opts_service(const struct watch_opts *opts);

/* What is decided by; the machine is the caller's to fill in. */
struct watch_params watch_opts_params(const struct watch_opts *opts,
    int64_t timeout_ns);

/* What is done to restart it, for people. */
void watch_opts_action(const struct watch_opts *opts,
    char words[static WATCH_WORDS]);

#endif
