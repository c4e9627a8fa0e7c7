/* SPDX-License-Identifier: ISC */
#include "model/watch_report.h"

#include "base/clock.h"
#include "base/num.h"

enum {
	RESTARTS,
	RESTARTS_DAY,
	BUDGET,
	SINCE,
};

const struct metric_def watch_metrics[] = {
	[RESTARTS] = { .name = "restarts",
	    .family = "vigil_watchdog_restarts",
	    .help = "Restarts within the last hour, attempts included",
	    .limits = METRIC_NO_LIMITS },
	[RESTARTS_DAY] = { .name = "restarts_day",
	    .family = "vigil_watchdog_restarts_day",
	    .help = "Restarts within the last day, attempts included",
	    .limits = METRIC_NO_LIMITS },
	[BUDGET] = { .name = "budget_left",
	    .family = "vigil_watchdog_budget_left",
	    .help = "Restarts that may still be made now",
	    .limits = METRIC_NO_LIMITS },
	[SINCE] = { .name = "since_restart",
	    .family = "vigil_watchdog_since_restart_seconds",
	    .help = "Time since the last restart of the last day",
	    .unit = METRIC_SECONDS,
	    .limits = METRIC_NO_LIMITS },
	{ .name = NULL },
};

static void
show_numbers(const struct watch_decision *decision, struct result *root)
{
	result_metric(root, RESTARTS, (double)decision->in_hour);
	result_metric(root, RESTARTS_DAY, (double)decision->in_day);
	result_metric(root, BUDGET, (double)decision->left);
	if (decision->since_ns >= 0)
		result_metric(root, SINCE,
		    (double)decision->since_ns / (double)CLOCK_SECOND);
}

static const struct {
	enum verdict verdict;
	const char *words;
	bool passes; /* what it waits for is not the next restart */
} verdicts[WATCH_WHYS] = {
	[WATCH_FINE] = { VERDICT_OK, NULL },
	[WATCH_SETTLING] = { VERDICT_WARNING, "restarted, not settled yet",
	    true },
	[WATCH_RESPECT] = { VERDICT_WARNING, "left alone" },
	[WATCH_DOUBT] = { VERDICT_UNKNOWN, "in doubt nothing is done" },
	[WATCH_SUSPECT] = { VERDICT_WARNING, "fails, not long enough yet",
	    true },
	[WATCH_GRACE] = { VERDICT_WARNING, "too early to judge", true },
	[WATCH_RUNNING] = { VERDICT_CRITICAL,
	    "dead, and a restart may still be under way" },
	[WATCH_BACKOFF] = { VERDICT_CRITICAL,
	    "dead, too early for the next restart" },
	[WATCH_REFUSED] = { VERDICT_CRITICAL,
	    "dead, and systemd refuses to start it, by its start limit" },
	[WATCH_GAVE_UP] = { VERDICT_CRITICAL, "gave up" },
	[WATCH_RESTART] = { VERDICT_CRITICAL, "dead" },
};

static void
tell_decision(const struct watch_decision *decision, struct text *text)
{
	const bool passes = verdicts[decision->why].passes;

	text_add(text, verdicts[decision->why].words);
	if (decision->why == WATCH_GAVE_UP)
		text_addf(text, " after %llu restart%s, needs a human",
		    (unsigned long long)decision->in_day,
		    decision->in_day == 1 ? "" : "s");
	if (decision->same)
		text_add(text, "; the restart left the old process in place");
	if (decision->why == WATCH_SUSPECT)
		text_addf(text, " (%llu failed test%s)",
		    (unsigned long long)decision->seen,
		    decision->seen == 1 ? "" : "s");
	if (decision->wait_ns <= 0)
		return;
	text_add(text, passes ? ", " : ", next restart in ");
	num_format_duration(text,
	    (double)decision->wait_ns / (double)CLOCK_SECOND);
	if (passes)
		text_add(text, " to go");
}

static void
tell_action(const struct watch_report *report, bool acts, struct text *text)
{
	if (report->acted && report->failed)
		text_addf(text, "; restart failed: %s", report->action);
	else if (report->acted)
		text_addf(text, "; done: %s", report->action);
	else if (report->action[0] != '\0')
		text_addf(text, "; %s: %s",
		    acts ? "not done" : "without --act not done",
		    report->action);
}

static void
judge_decision(const struct watch_service *service,
    const struct watch_report *report, struct result *root)
{
	const struct watch_decision *decision = &report->decision;
	/* It would be the first failure each time, and never the last. */
	const bool uncounted = decision->why == WATCH_SUSPECT &&
	    !service->acts && !report->remembered;
	enum verdict verdict = verdicts[decision->why].verdict;
	char room[2 * WATCH_WORDS];
	struct text text = TEXT_OVER(room);

	if (decision->why == WATCH_RESPECT)
		verdict = service->stopped;
	if (uncounted || (report->acted && report->failed))
		verdict = VERDICT_CRITICAL;
	show_numbers(decision, root);
	result_summary(root, "%s: %s", service->name, report->words);
	if (verdict == VERDICT_OK)
		result_ok(root);
	if (decision->why == WATCH_FINE)
		return;
	if (uncounted)
		text_add(&text,
		    "fails, and without --act nothing counts how often");
	else
		tell_decision(decision, &text);
	tell_action(report, service->acts, &text);
	result_judge(root, verdict, "%s", text.data);
}

static void
judge_busy(const struct watch_service *service,
    const struct watch_report *report, struct result *root)
{
	char room[80];
	struct text since = TEXT_OVER(room);

	num_format_duration(&since,
	    (double)(report->busy_ns < 0 ? 0 : report->busy_ns) /
		(double)CLOCK_SECOND);
	if (report->busy_ns > 2 * report->timeout_ns)
		result_judge(root, VERDICT_WARNING,
		    "another run has not ended for %s", since.data);
	else
		result_ok(root);
	result_summary(root, "%s: another run since %s, nothing done",
	    service->name, since.data);
}

void
watch_judge(const struct watch_report *report,
    const struct watch_service *service, struct result *root)
{
	/* Two of them on one host are two series. */
	result_attribute(root, RESULT_DESCRIBES, "service", service->name);
	switch (report->ending) {
	case WATCH_DECIDED:
		judge_decision(service, report, root);
		break;
	case WATCH_BUSY:
		judge_busy(service, report, root);
		break;
	case WATCH_WHOLE_AGAIN:
		result_ok(root);
		result_summary(root, "%s: the budget is whole again; %s",
		    service->name, report->words);
		break;
	case WATCH_ERROR: /* whoever collected has said it */
		break;
	}
}
