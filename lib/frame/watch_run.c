/* SPDX-License-Identifier: ISC */
#include "frame/watch_run.h"

#include <string.h>

#include "frame/watch_audit.h"

#define LOOKS_NS CLOCK_SECOND /* two of them, a second apart */

/* --- deciding ------------------------------------------------------------- */

static void
decide(struct watch_run *run)
{
	const struct watch_moment now = {
		.boot_id = run->boot_id,
		.boot_ns = clock_boottime_ns(),
		.wall_ns = clock_wall_ns(),
	};

	run->report.decision =
	    watch_decide(&run->watch, &run->report.look, &now, &run->params);
}

/* A dry run makes no attempt, and counts none. */
static void
take_back(struct watch_run *run)
{
	struct watch_decision *decision = &run->report.decision;
	const struct watch *watch = &run->watch;

	decision->in_hour--;
	decision->in_day--;
	decision->left++;
	decision->since_ns = watch->count > 1
	    ? clock_boottime_ns() - watch->attempts[watch->count - 2]
	    : -1;
}

static bool
is_whose_budget(struct watch_run *run, struct err *err)
{
	return !run->opts->unit || run->hands->confirm(run, err);
}

static bool
keep(struct watch_run *run, struct err *err)
{
	return watch_history_keep(&run->history, &run->watch, &run->deadline,
	    err);
}

/* --- telling -------------------------------------------------------------- */

static void
add_caveat(struct watch_report *report, const char *what, const struct err *err)
{
	if (report->caveat[0] == '\0')
		watch_say(report->caveat, "%s%s", what, err->text);
}

static void
audit(struct watch_run *run, const char *decision, int priority)
{
	const struct watch_audit audit = {
		.service = watch_opts_service(run->opts),
		.boot_id = run->boot_id,
		.decision = decision,
		.before = run->watch.before,
		.wall_ns = clock_wall_ns(),
	};
	char line[WATCH_AUDIT_MAX];
	struct text text = TEXT_OVER(line);
	struct err err = { 0 };

	watch_audit_line(&text, &audit, &run->report);
	if (!run->hands->note(run, priority, &text, &err))
		add_caveat(&run->report, "", &err);
}

/* Whatever becomes of it, nothing else changes. */
static void
call_hook(struct watch_run *run, const char *event)
{
	struct err err = { 0 };

	if (run->opts->hook && !run->hands->hook(run, event, &err))
		add_caveat(&run->report, "hook: ", &err);
}

/* --- acting --------------------------------------------------------------- */

/* After the restart: is it another process, and well? */
static void
prove(struct watch_run *run)
{
	const int64_t proof = run->opts->proof;
	struct watch_report *report = &run->report;
	struct watch_decision first = report->decision;
	struct err err = { 0 };

	if (deadline_left_ns(&run->deadline) <
	    proof + LOOKS_NS + WATCH_ACT_LEAST_NS)
		return; /* the next run will see */
	watch_run_sleep(proof);
	watch_run_look(run);
	decide(run);
	if (report->decision.why == WATCH_RESTART) {
		/* One attempt a run: this one is not kept, and not made. */
		report->decision = first;
		report->failed = true;
		return;
	}
	report->failed = report->decision.failed ||
	    report->look.sight == WATCH_ABSENT ||
	    report->look.sight == WATCH_FAILED;
	if (!keep(run, &err))
		add_caveat(report, "", &err);
	audit(run, watch_why_name(report->decision.why),
	    report->failed ? 3 : 4);
}

static void
act(struct watch_run *run)
{
	struct watch_report *report = &run->report;
	struct err err = { 0 };

	report->acted = true;
	audit(run, "restart", 4);
	if (!run->hands->restart(run, &err)) {
		report->failed = true;
		watch_say(report->action, "%s", err.text);
		audit(run, "restart-failed", 3);
	}
	call_hook(run, "restart");
	if (!report->failed)
		prove(run);
}

/* It is not restarted, for that reason.  Dead it is all the same, and that is
 * what people have to know. */
static void
refuse(struct watch_run *run, const struct err *why)
{
	struct watch_report *report = &run->report;

	if (report->decision.why != WATCH_RESTART) {
		report->ending = WATCH_ERROR;
		report->err = *why;
		return;
	}
	take_back(run);
	report->decision.left = 0;
	report->acted = report->failed = true;
	watch_say(report->action, "%s", why->text);
	audit(run, "restart-refused", 3);
}

/* The same, when it has not been looked at yet. */
static void
look_and_refuse(struct watch_run *run, const struct err *why)
{
	watch_run_look(run);
	decide(run);
	refuse(run, why);
}

/* A bus that is slow takes its time before, not from, the restart. */
static bool
may_begin(struct watch_run *run, struct err *err)
{
	return is_whose_budget(run, err) &&
	    (deadline_left_ns(&run->deadline) >= WATCH_ACT_LEAST_NS ||
		err_set(err, ERR_TIMEOUT, "no time is left for it"));
}

/* Kept first, then done: a crash between costs budget, and adds nothing. */
static void
decide_and_act(struct watch_run *run)
{
	struct watch_report *report = &run->report;
	struct err err = { 0 };
	bool restarts;

	watch_run_look(run);
	decide(run);
	restarts = report->decision.why == WATCH_RESTART;
	if (restarts)
		watch_opts_action(run->opts, report->action);
	if (!run->opts->act) {
		if (restarts)
			take_back(run);
		return;
	}
	if (restarts && !may_begin(run, &err)) {
		refuse(run, &err);
		return;
	}
	if (!keep(run, &err)) {
		err_context(&err, "no restart without a budget");
		refuse(run, &err);
		return;
	}
	if (restarts)
		act(run);
	else
		audit(run, watch_why_name(report->decision.why),
		    report->decision.why == WATCH_GAVE_UP ? 3 : 6);
	/* Said once: a hook that writes mail must not do so each minute. */
	if (report->decision.gives_up)
		call_hook(run, "gave-up");
}

/* --- the run -------------------------------------------------------------- */

static bool
open_history(struct watch_run *run, struct err *err)
{
	const struct watch_opts *opts = run->opts;

	return watch_history_open(&run->history, run->program,
	    run->setup->state_dir,
	    run->key[0] ? run->key : run->setup->identity,
	    !opts->act && !opts->reset, err);
}

static bool
load_history(struct watch_run *run, struct err *err)
{
	return watch_history_load(&run->history, &run->watch,
	    &run->report.remembered, err);
}

/* Without --act: what is known, if anything, and nothing is written. */
static void
run_dry(struct watch_run *run)
{
	struct err err = { 0 };

	if (!open_history(run, &err) || !load_history(run, &err))
		add_caveat(&run->report, "no history: ", &err);
	decide_and_act(run);
}

static void
reset(struct watch_run *run, bool damaged)
{
	struct watch_report *report = &run->report;

	/* Each user has histories of its own: who resets the wrong one has to
	 * see it. */
	watch_say(report->words,
	    damaged || run->watch.count > 0
		? "the restarts kept in %s are forgotten"
		: report->remembered
		? "the history in %s had no restart to forget"
		: "there is no history in %s, so nothing was forgotten",
	    run->history.state.path);
	watch_reset(&run->watch);
	report->ending = WATCH_WHOLE_AGAIN;
	if (is_whose_budget(run, &report->err) && keep(run, &report->err))
		audit(run, "reset", 5);
	else
		report->ending = WATCH_ERROR;
}

static void
run_locked(struct watch_run *run)
{
	const bool resets = run->opts->reset;
	struct err err = { 0 };
	const bool damaged = !load_history(run, &err);

	/* Damage is no first run: who knows how often it was restarted. */
	if (damaged && !resets) {
		err_context(&err,
		    "no restart without its history (--reset begins anew)");
		look_and_refuse(run, &err);
	} else if (resets) {
		reset(run, damaged);
	} else {
		decide_and_act(run);
	}
}

static void
run_acting(struct watch_run *run)
{
	struct watch_report *report = &run->report;
	struct err *err = &report->err;

	if (!open_history(run, err)) {
		err_context(err, "no restart without a budget");
		if (run->opts->reset)
			report->ending = WATCH_ERROR;
		else
			look_and_refuse(run, err);
	} else if (watch_history_lock(&run->history, &run->deadline, err)) {
		run_locked(run);
	} else if (err->kind == ERR_TIMEOUT) {
		report->ending = WATCH_BUSY;
		report->busy_ns = watch_history_held_ns(&run->history);
	} else {
		report->ending = WATCH_ERROR;
	}
}

/* Whose history it is cannot be told, so none is touched; what there is under
 * the name that was given is shown. */
static void
run_nameless(struct watch_run *run)
{
	struct watch_report *report = &run->report;
	struct err ignored;

	if (run->opts->reset) {
		report->ending = WATCH_ERROR;
		report->err = run->nameless;
		return;
	}
	if (open_history(run, &ignored))
		load_history(run, &ignored);
	watch_run_look(run);
	decide(run);
	if (run->opts->act)
		audit(run, watch_why_name(report->decision.why), 6);
}

/* Two names of one unit have one history: that of its own name.  It is another
 * one's when the worker lies, so nothing is written there on its word. */
static void
learn_name(struct watch_run *run)
{
	const struct watch_opts *opts = run->opts;
	struct watch_answer answer;
	struct text text;

	if (!watch_ask(run->worker, WATCH_ASK_NAME, &run->deadline, &answer)) {
		run->nameless = answer.err;
		return;
	}
	text_init(&text, run->unit, sizeof(run->unit));
	text_add(&text, unit_name_valid(answer.id) ? answer.id : opts->unit);
	if (strcmp(run->unit, opts->unit) == 0 ||
	    ((opts->act || opts->reset) &&
		!is_whose_budget(run, &run->nameless)))
		return;
	text_init(&text, run->key, sizeof(run->key));
	opt_identity_line(&text, "unit", run->unit);
}

static void
run_service(struct watch_run *run)
{
	const struct watch_opts *opts = run->opts;

	if (opts->unit)
		learn_name(run);
	if (run->nameless.kind != ERR_NONE)
		run_nameless(run);
	else if (opts->act || opts->reset)
		run_acting(run);
	else
		run_dry(run);
}

void
watch_run(struct watch_run *run)
{
	if (bootid_read(run->boot_id, &run->report.err))
		run_service(run);
	else
		run->report.ending = WATCH_ERROR;
	/* The lock is free before anybody can know the end of this run. */
	watch_history_close(&run->history);
}
