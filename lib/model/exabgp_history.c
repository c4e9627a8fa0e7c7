/* SPDX-License-Identifier: ISC */
#include "model/exabgp_history.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"

#define FIRST_LINE "exabgp 1"
#define LAST_LINE "end"

static void
add_event(struct exabgp_events *events, int64_t at_ns)
{
	if (events->count == EXABGP_EVENTS) {
		memmove(events->at_ns, events->at_ns + 1,
		    (EXABGP_EVENTS - 1) * sizeof(events->at_ns[0]));
		events->count--;
	}
	events->at_ns[events->count++] = at_ns;
}

static void
keep_recent(struct exabgp_events *to, const struct exabgp_events *from,
    int64_t after_ns)
{
	for (size_t i = 0; i < from->count; i++)
		if (from->at_ns[i] >= after_ns)
			add_event(to, from->at_ns[i]);
}

static bool
same(const struct exabgp_identity *a, const struct exabgp_identity *b)
{
	return a->pid == b->pid && a->start_ticks == b->start_ticks &&
	    (a->exe_inode == b->exe_inode || a->exe_inode == 0 ||
		b->exe_inode == 0);
}

bool
exabgp_history_same_boot(const struct exabgp_history *now,
    const struct exabgp_history *before)
{
	return before != NULL && strcmp(now->boot_id, before->boot_id) == 0 &&
	    before->at_ns <= now->at_ns;
}

bool
exabgp_history_same(const struct exabgp_history *now,
    const struct exabgp_history *before)
{
	return exabgp_history_same_boot(now, before) && now->daemon.pid != 0 &&
	    same(&now->daemon, &before->daemon);
}

const struct exabgp_identity *
exabgp_history_known(const struct exabgp_history *now,
    const struct exabgp_history *before)
{
	return exabgp_history_same_boot(now, before) && before->daemon.pid != 0
	    ? &before->daemon
	    : NULL;
}

bool
exabgp_history_cpu(const struct exabgp_history *now,
    const struct exabgp_history *before, double ticks_per_s, double *percent)
{
	if (before == NULL || !exabgp_history_same(now, before) ||
	    now->cpu_ticks < before->cpu_ticks ||
	    now->at_ns - before->at_ns < CLOCK_SECOND)
		return false;
	*percent = 100 * (double)(now->cpu_ticks - before->cpu_ticks) /
	    ticks_per_s * CLOCK_SECOND / (double)(now->at_ns - before->at_ns);
	return true;
}

static bool
had_helper(const struct exabgp_history *before,
    const struct exabgp_identity *helper)
{
	for (size_t i = 0; i < before->helper_count; i++)
		if (same(&before->helpers[i], helper))
			return true;
	return false;
}

/* Who is new stands in for one that is gone; one more than before does not. */
static size_t
replaced_helpers(const struct exabgp_history *now,
    const struct exabgp_history *before)
{
	size_t fresh = 0, kept = 0;

	for (size_t i = 0; i < now->helper_count; i++) {
		if (had_helper(before, &now->helpers[i]))
			kept++;
		else
			fresh++;
	}
	return fresh < before->helper_count - kept
	    ? fresh
	    : before->helper_count - kept;
}

/* Those that are gone and were not replaced yet are kept in mind: a look may
 * fall between the end of a helper and the start of the next. */
static void
keep_vacancies(struct exabgp_history *now, const struct exabgp_history *before,
    size_t replaced)
{
	const size_t present = now->helper_count;

	for (size_t i = 0; i < before->helper_count; i++) {
		const struct exabgp_identity *helper = &before->helpers[i];
		bool gone = true;

		for (size_t n = 0; n < present; n++)
			gone &= !same(&now->helpers[n], helper);
		if (!gone)
			continue;
		if (replaced > 0)
			replaced--;
		else if (now->helper_count < EXABGP_HELPERS)
			now->helpers[now->helper_count++] = *helper;
	}
}

/* Between two looks a daemon that is another has restarted once, or as often as
 * systemd says. */
static uint64_t
counted_restarts(const struct exabgp_history *now,
    const struct exabgp_history *before)
{
	const bool another = now->daemon.pid != 0 && before->daemon.pid != 0 &&
	    !same(&now->daemon, &before->daemon);
	uint64_t counted = 0;

	if (now->daemon.pid != 0 && now->has_unit_restarts &&
	    before->has_unit_restarts &&
	    now->unit_restarts > before->unit_restarts)
		counted = now->unit_restarts - before->unit_restarts;
	return another && counted == 0 ? 1 : counted;
}

static void
add_restarts(struct exabgp_history *now, uint64_t restarts)
{
	now->restarts_total += restarts;
	for (uint64_t i = 0; i < restarts && i < EXABGP_EVENTS; i++)
		add_event(&now->restarts, now->at_ns);
}

void
exabgp_history_next(struct exabgp_history *now,
    const struct exabgp_history *before, int64_t window_ns)
{
	const int64_t after_ns = now->at_ns - window_ns;

	if (before == NULL)
		return;
	now->added = before->added;
	now->removed = before->removed;
	now->restarts_total = before->restarts_total;
	if (!exabgp_history_same_boot(now, before))
		return;
	keep_recent(&now->restarts, &before->restarts, after_ns);
	keep_recent(&now->helper_restarts, &before->helper_restarts, after_ns);
	add_restarts(now, counted_restarts(now, before));
	if (now->daemon.pid == 0) {
		/* Whoever comes next is another than the last one. */
		now->daemon = before->daemon;
		now->has_unit_restarts = before->has_unit_restarts;
		now->unit_restarts = before->unit_restarts;
		now->cpu_ticks = UINT64_MAX; /* nothing to compare with */
	} else if (before->daemon.pid == 0 ||
	    same(&now->daemon, &before->daemon)) {
		const size_t replaced = replaced_helpers(now, before);

		for (size_t n = 0; n < replaced; n++)
			add_event(&now->helper_restarts, now->at_ns);
		keep_vacancies(now, before, replaced);
	}
}

int64_t
exabgp_history_down(struct exabgp_history *now,
    const struct exabgp_history *before, const char *name)
{
	int64_t since_ns = now->at_ns;

	if (exabgp_history_same_boot(now, before)) {
		for (size_t i = 0; i < before->down_count; i++)
			if (strcmp(before->down[i].name, name) == 0)
				since_ns = before->down[i].since_ns;
	}
	if (now->down_count < EXABGP_DOWN &&
	    strlen(name) < sizeof(now->down[0].name)) {
		struct exabgp_down *down = &now->down[now->down_count++];

		memcpy(down->name, name, strlen(name) + 1);
		down->since_ns = since_ns;
	}
	return since_ns;
}

void
exabgp_history_keep_down(struct exabgp_history *now,
    const struct exabgp_history *before)
{
	if (before == NULL)
		return;
	now->down_count = before->down_count;
	memcpy(now->down, before->down, now->down_count * sizeof(now->down[0]));
}

/* --- text ----------------------------------------------------------------- */

static void
encode_events(struct text *out, const char *word,
    const struct exabgp_events *events)
{
	for (size_t i = 0; i < events->count; i++)
		text_addf(out, "%s %" PRId64 "\n", word, events->at_ns[i]);
}

void
exabgp_history_encode(const struct exabgp_history *history, struct text *out)
{
	text_addf(out, FIRST_LINE "\nlook %" PRId64 " %s\n", history->at_ns,
	    history->boot_id);
	text_addf(out,
	    "daemon %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	    history->daemon.pid, history->daemon.start_ticks,
	    history->daemon.exe_inode, history->cpu_ticks);
	if (history->has_unit_restarts)
		text_addf(out, "unit %" PRIu64 "\n", history->unit_restarts);
	text_addf(out, "counts %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	    history->restarts_total, history->added, history->removed);
	encode_events(out, "restart", &history->restarts);
	encode_events(out, "helper-restart", &history->helper_restarts);
	for (size_t i = 0; i < history->helper_count; i++)
		text_addf(out, "helper %" PRIu64 " %" PRIu64 "\n",
		    history->helpers[i].pid, history->helpers[i].start_ticks);
	for (size_t i = 0; i < history->down_count; i++)
		text_addf(out, "down %" PRId64 " %s\n",
		    history->down[i].since_ns, history->down[i].name);
	if (history->log_mark[0] != '\0')
		text_addf(out, "log %s\n", history->log_mark);
	text_add(out, LAST_LINE "\n");
}

static bool
take_time(struct span *rest, int64_t *ns)
{
	uint64_t value;

	if (!span_take_u64(rest, &value) || value > INT64_MAX)
		return false;
	*ns = (int64_t)value;
	return true;
}

static bool
take_identity(struct span *rest, struct exabgp_identity *identity)
{
	return span_take_u64(rest, &identity->pid) &&
	    span_take_u64(rest, &identity->start_ticks);
}

static bool
read_look(struct exabgp_history *history, struct span *rest)
{
	return take_time(rest, &history->at_ns) &&
	    span_copy(span_trim(*rest), history->boot_id,
		sizeof(history->boot_id));
}

static bool
read_daemon(struct exabgp_history *history, struct span *rest)
{
	return take_identity(rest, &history->daemon) &&
	    span_take_u64(rest, &history->daemon.exe_inode) &&
	    span_take_u64(rest, &history->cpu_ticks);
}

static bool
read_counts(struct exabgp_history *history, struct span *rest)
{
	return span_take_u64(rest, &history->restarts_total) &&
	    span_take_u64(rest, &history->added) &&
	    span_take_u64(rest, &history->removed);
}

static bool
read_unit(struct exabgp_history *history, struct span *rest)
{
	history->has_unit_restarts = true;
	return span_take_u64(rest, &history->unit_restarts);
}

static bool
read_event(struct exabgp_events *events, struct span *rest)
{
	int64_t at_ns;

	if (events->count == EXABGP_EVENTS || !take_time(rest, &at_ns))
		return false;
	add_event(events, at_ns);
	return true;
}

static bool
read_restart(struct exabgp_history *history, struct span *rest)
{
	return read_event(&history->restarts, rest);
}

static bool
read_helper_restart(struct exabgp_history *history, struct span *rest)
{
	return read_event(&history->helper_restarts, rest);
}

static bool
read_helper(struct exabgp_history *history, struct span *rest)
{
	struct exabgp_identity *helper =
	    &history->helpers[history->helper_count];

	if (history->helper_count == EXABGP_HELPERS)
		return false;
	history->helper_count++;
	helper->exe_inode = 0;
	return take_identity(rest, helper);
}

static bool
read_down(struct exabgp_history *history, struct span *rest)
{
	struct exabgp_down *down = &history->down[history->down_count];

	if (history->down_count == EXABGP_DOWN)
		return false;
	history->down_count++;
	return take_time(rest, &down->since_ns) &&
	    span_copy(span_trim(*rest), down->name, sizeof(down->name));
}

static bool
read_log(struct exabgp_history *history, struct span *rest)
{
	return span_copy(span_trim(*rest), history->log_mark,
	    sizeof(history->log_mark));
}

static const struct {
	const char *word;
	bool (*read)(struct exabgp_history *history, struct span *rest);
} readers[] = {
	{ "look ", read_look },
	{ "daemon ", read_daemon },
	{ "unit ", read_unit },
	{ "counts ", read_counts },
	{ "restart ", read_restart },
	{ "helper-restart ", read_helper_restart },
	{ "helper ", read_helper },
	{ "down ", read_down },
	{ "log ", read_log },
};

static bool
read_line(struct exabgp_history *history, struct span line)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (span_skip(&line, readers[i].word))
			return readers[i].read(history, &line);
	return false;
}

bool
exabgp_history_decode(struct exabgp_history *history, struct span *rest,
    struct err *err)
{
	struct span line;
	unsigned number = 1;

	memset(history, 0, offsetof(struct exabgp_history, helpers));
	if (!span_line(rest, &line) || !span_is(line, FIRST_LINE))
		return err_set(err, ERR_PROTOCOL, "line 1 is wrong");
	while (number++, span_line(rest, &line)) {
		if (span_is(line, LAST_LINE))
			return true;
		if (!read_line(history, line))
			break;
	}
	return err_set(err, ERR_PROTOCOL, "line %u is wrong", number);
}
