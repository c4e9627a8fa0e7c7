/* SPDX-License-Identifier: ISC */
#include "model/unit.h"

#include <stddef.h>
#include <string.h>

bool
unit_name_valid(const char *name)
{
	const size_t len = strlen(name);
	const char *type = strrchr(name, '.');

	/* systemd.unit(5), without templates that name no instance */
	return len <= UNIT_NAME_MAX && type && type != name &&
	    strspn(name,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789:_.\\@-") == len &&
	    strcmp(type, ".service") == 0 && name[0] != '-' && type[-1] != '@';
}

#define END(word) ((word)[sizeof(word) - 1] = '\0')

/* Any byte but 0 and 1 in a bool is undefined to read. */
static bool
truth(const bool *value)
{
	return *(const unsigned char *)value != 0;
}

void
unit_sanitize(struct unit *unit)
{
	END(unit->load_state);
	END(unit->active_state);
	END(unit->sub_state);
	END(unit->result);
	END(unit->restart);
	END(unit->invocation);
	END(unit->cgroup);
	unit->invocation[strspn(unit->invocation, "0123456789abcdef")] = '\0';
	unit->stopping = truth(&unit->stopping);
	unit->asked = truth(&unit->asked);
}

/* Rows are tried in order; NULL matches anything. */
static const struct {
	const char *load, *active, *result;
	enum watch_sight sight;
} sights[] = {
	{ "masked", NULL, NULL, WATCH_STOPPED },
	{ "loaded", "active", NULL, WATCH_UP },
	{ "loaded", "reloading", NULL, WATCH_UP },
	{ "loaded", "activating", NULL, WATCH_MOVING },
	{ "loaded", "deactivating", NULL, WATCH_MOVING },
	{ "loaded", "inactive", "success", WATCH_STOPPED },
	{ "loaded", "inactive", NULL, WATCH_ABSENT },
	/* Also behind a start limit, where Result tells of the last death. */
	{ "loaded", "failed", NULL, WATCH_ABSENT },
	{ NULL, NULL, NULL, WATCH_UNSURE },
};

/*
 * A service that was stopped and answers SIGTERM with a code of its own (143 is
 * what a JVM has) is "failed", too.  What it did not ask for itself is then
 * told by the order: systemd leaves "active" first, and the process ends after
 * it. Its own watchdog and a lack of memory (watchdog, oom-kill) do it in that
 * order as well, and are nobody's wish.
 */
static bool
was_stopped(const struct unit *unit)
{
	static const char *const results[] = { "exit-code", "signal",
		"core-dump", "timeout" };

	if (!unit->asked || strcmp(unit->load_state, "loaded") != 0 ||
	    strcmp(unit->active_state, "failed") != 0)
		return false;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (strcmp(unit->result, results[i]) == 0)
			return true;
	return false;
}

static bool
matches(const char *pattern, const char *word)
{
	return !pattern || strcmp(pattern, word) == 0;
}

static enum watch_sight
sight_of(const struct unit *unit)
{
	size_t i = 0;

	if (unit->stopping || was_stopped(unit))
		return WATCH_STOPPED;
	while (!matches(sights[i].load, unit->load_state) ||
	    !matches(sights[i].active, unit->active_state) ||
	    !matches(sights[i].result, unit->result))
		i++;
	return sights[i].sight;
}

/* systemd.service(5), the table at Restart=: would systemd itself have started
 * it again?  NULL matches any result; a row of exceptions comes first. */
static bool
would_restart(const struct unit *unit)
{
	static const struct {
		const char *restart, *result;
		bool would;
	} rows[] = {
		{ "always", NULL, true },
		{ "on-failure", "success", false },
		{ "on-failure", NULL, true },
		{ "on-abnormal", "success", false },
		{ "on-abnormal", "exit-code", false },
		{ "on-abnormal", NULL, true },
		{ "on-abort", "signal", true },
		{ "on-abort", "core-dump", true },
		{ "on-watchdog", "watchdog", true },
		{ "on-success", "success", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (matches(rows[i].restart, unit->restart) &&
		    matches(rows[i].result, unit->result))
			return rows[i].would;
	return false;
}

static bool
limit_is_hit(const struct unit *unit)
{
	return unit->restarts >= unit->limit_burst ||
	    strcmp(unit->result, "start-limit-hit") == 0 ||
	    (strcmp(unit->active_state, "failed") == 0 && would_restart(unit));
}

/* For so long a start limit that was reached refuses; 0: it cannot be. */
static int64_t
limited_for(const struct unit *unit, int64_t boot_ns)
{
	int64_t passed;

	if (unit->limit_burst == 0 || unit->limit_interval_ns <= 0 ||
	    unit->ended_ns < 0)
		return 0;
	passed = boot_ns > unit->ended_ns ? boot_ns - unit->ended_ns : 0;
	return passed < unit->limit_interval_ns
	    ? unit->limit_interval_ns - passed
	    : 0;
}

void
unit_look(const struct unit *unit, int64_t boot_ns, struct watch_look *look)
{
	struct text identity;

	*look = (struct watch_look){ .sight = sight_of(unit), .age_ns = -1 };
	look->began_ns = unit->began_ns;
	if (look->sight == WATCH_ABSENT)
		look->limited_ns = limited_for(unit, boot_ns);
	if (limit_is_hit(unit))
		look->refused_ns = look->limited_ns;
	if (look->sight != WATCH_UP)
		return;
	text_init(&identity, look->identity, sizeof(look->identity));
	text_add(&identity, unit->invocation);
	if (unit->since_ns >= 0)
		look->age_ns = boot_ns - unit->since_ns;
}

/* Why one that does not run is left alone: of a success nobody can tell whether
 * it was stopped. */
static const char *
why_left(const struct unit *unit)
{
	if (was_stopped(unit))
		return ": it was asked to stop";
	if (strcmp(unit->active_state, "inactive") == 0 &&
	    strcmp(unit->result, "success") == 0)
		return ": stopped, or ended by itself without failing";
	return "";
}

void
unit_tell(const struct unit *unit, struct text *words)
{
	if (unit->stopping)
		text_add(words, "the system is going down");
	else if (strcmp(unit->load_state, "not-found") == 0)
		text_add(words, "systemd knows no such unit (not-found)");
	else if (strcmp(unit->load_state, "loaded") != 0)
		text_addf(words, "unit is %s", unit->load_state);
	else
		text_addf(words,
		    "unit is %s (%s), result %s, %u restart%s by systemd%s",
		    unit->active_state, unit->sub_state, unit->result,
		    unit->restarts, unit->restarts == 1 ? "" : "s",
		    why_left(unit));
}
