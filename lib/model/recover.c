/* SPDX-License-Identifier: ISC */
#include "model/recover.h"

#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "model/dampen.h"

/* --- rules ---------------------------------------------------------------- */

struct recover_rule *
recover_rule_of(struct recover_rule *rules, size_t count, const char *metric,
    const char *name)
{
	struct recover_rule *found = NULL;
	bool alone = false;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(rules[i].number, name) == 0) {
			found = &rules[i];
			alone = true;
		} else if (!alone && strcmp(rules[i].number, metric) == 0) {
			found = &rules[i];
		}
	}
	return found;
}

/* --- one step ------------------------------------------------------------- */

static enum verdict
milder(enum verdict a, enum verdict b)
{
	return verdict_compare(a, b) < 0 ? a : b;
}

/* Is it there, and inside its range?  Of numbers with one name, all are. */
static bool
has_recovered(const struct recover_hold *hold,
    const struct recover_values *values)
{
	bool seen = false;

	for (size_t i = 0; i < values->count; i++) {
		const struct recover_value *value = &values->items[i];

		if (strcmp(value->name, hold->name) != 0)
			continue;
		if (range_alerts(value->range, value->value))
			return false;
		seen = true;
	}
	return seen;
}

/* False when it is held no more.  Behind the worse level comes the milder one,
 * for what is left of its own time. */
static bool
age(struct recover_hold *hold, int64_t passed, int64_t max_hold_ns)
{
	if (passed >= max_hold_ns - hold->since_ns) {
		if (!hold->milder)
			return false;
		hold->level = VERDICT_WARNING;
		hold->since_ns = hold->milder_ns;
		hold->milder = false;
		hold->milder_ns = 0;
		return age(hold, passed, max_hold_ns);
	}
	hold->since_ns += passed;
	if (hold->milder)
		hold->milder_ns += passed;
	return true;
}

enum verdict
recover_begin(struct recover *recover, const struct recover_values *values,
    int64_t passed_ns, int64_t max_hold_ns)
{
	const int64_t passed = passed_ns > 0 ? passed_ns : 0;
	enum verdict level = VERDICT_OK;
	size_t kept = 0;

	for (size_t i = 0; i < recover->count; i++) {
		struct recover_hold *hold = &recover->holds[i];

		if (has_recovered(hold, values) ||
		    !age(hold, passed, max_hold_ns))
			continue;
		level = verdict_worse(level, hold->level);
		if (kept != i)
			recover->holds[kept] = *hold;
		kept++;
	}
	recover->count = kept;
	return level;
}

static struct recover_hold *
hold_of(struct recover *recover, const char *name)
{
	for (size_t i = 0; i < recover->count; i++)
		if (strcmp(recover->holds[i].name, name) == 0)
			return &recover->holds[i];
	return NULL;
}

static struct recover_hold *
add_hold(struct recover *recover, const char *name)
{
	struct recover_hold *hold;
	struct text text;

	if (recover->count == RECOVER_HELD)
		return NULL;
	hold = &recover->holds[recover->count++];
	*hold = (struct recover_hold){ .level = VERDICT_OK };
	text_init(&text, hold->name, sizeof(hold->name));
	text_add(&text, name);
	return hold;
}

/* Below its level it runs out. */
static void
renew(struct recover_hold *hold, enum verdict level)
{
	if (verdict_compare(level, hold->level) >= 0) {
		hold->level = level;
		hold->since_ns = 0;
		hold->milder = false;
		hold->milder_ns = 0;
	} else if (level == VERDICT_WARNING) {
		hold->milder = true;
		hold->milder_ns = 0;
	}
}

bool
recover_end(struct recover *recover, const struct recover_values *values,
    enum verdict reported)
{
	bool room = true;

	for (size_t i = 0; i < values->count; i++) {
		const struct recover_value *value = &values->items[i];
		const enum verdict level = milder(value->violated, reported);
		struct recover_hold *hold = hold_of(recover, value->name);

		if (value->violated == VERDICT_OK)
			continue;
		if (!hold && verdict_compare(level, VERDICT_WARNING) >= 0) {
			hold = add_hold(recover, value->name);
			room = room && hold;
		}
		if (hold)
			renew(hold, level);
	}
	return room;
}

int64_t
recover_clears_ns(const struct recover *recover, int64_t max_hold_ns)
{
	int64_t longest = 0;

	for (size_t i = 0; i < recover->count; i++) {
		const int64_t left = max_hold_ns - recover->holds[i].since_ns;

		longest = left > longest ? left : longest;
	}
	return longest;
}

/* --- words ---------------------------------------------------------------- */

/* "load1 above 4", and "load1 not seen" when it is not there to be judged. */
static void
add_reason(struct text *out, const struct recover_hold *hold,
    const struct recover_values *values)
{
	text_addf(out, "%s ", hold->name);
	for (size_t i = 0; i < values->count; i++) {
		const struct recover_value *value = &values->items[i];

		if (strcmp(value->name, hold->name) != 0 ||
		    !range_alerts(value->range, value->value))
			continue;
		range_explain(out, value->range, value->value, value->writer);
		return;
	}
	text_add(out, "not seen");
}

void
recover_explain(struct text *out, const struct recover *recover,
    const struct recover_values *values, const char *clears, bool held)
{
	const struct recover_hold *worst = &recover->holds[0];

	for (size_t i = 1; i < recover->count; i++)
		if (verdict_compare(recover->holds[i].level, worst->level) > 0)
			worst = &recover->holds[i];
	text_add(out, "not recovered: ");
	add_reason(out, worst, values);
	if (recover->count > 1)
		text_addf(out, " and %zu more", recover->count - 1);
	text_addf(out, ", %s %s, clears %s at the latest",
	    held ? "held" : "would be held", verdict_name(worst->level),
	    clears);
}

/* --- as text -------------------------------------------------------------- */

void
recover_encode(struct text *out, const struct recover_hold *hold)
{
	text_addf(out, "held %d", (int)hold->level);
	if (hold->milder)
		text_addf(out, ",%" PRId64, hold->milder_ns);
	text_addf(out, " %" PRId64 " %s", hold->since_ns, hold->name);
}

/* What text_foreign lets through is what a name can have been. */
static bool
is_name(const char *name)
{
	char room[RECOVER_NAME];
	struct text clean = TEXT_OVER(room);

	text_foreign(&clean, name, strlen(name), RECOVER_NAME);
	return *name && strlen(name) < RECOVER_NAME &&
	    strcmp(clean.data, name) == 0;
}

/* Takes a time and the blank behind it off the front. */
static bool
take_time(const char **line, int64_t *ns)
{
	const size_t len = strcspn(*line, " ");
	char number[24] = "";
	uint64_t value;
	struct err ignored;

	if (len >= sizeof(number) || (*line)[len] == '\0')
		return false;
	memcpy(number, *line, len);
	*line += len + 1;
	if (!num_u64(number, &value, &ignored) || value > DAMPEN_SPAN_MAX)
		return false;
	*ns = (int64_t)value;
	return true;
}

/* "LEVEL " or "LEVEL,MILDER " */
static bool
take_level(const char **line, struct recover_hold *hold)
{
	const char digit = **line;

	if (digit != '1' && digit != '2')
		return false;
	hold->level = digit == '1' ? VERDICT_WARNING : VERDICT_CRITICAL;
	hold->milder = digit == '2' && (*line)[1] == ',';
	if (!hold->milder && (*line)[1] != ' ')
		return false;
	*line += 2;
	return !hold->milder || take_time(line, &hold->milder_ns);
}

bool
recover_decode(struct recover *recover, const char *line)
{
	struct recover_hold hold = { 0 }, *added;

	if (strncmp(line, "held ", 5) != 0)
		return false;
	line += 5;
	if (!take_level(&line, &hold) || !take_time(&line, &hold.since_ns) ||
	    !is_name(line) || hold_of(recover, line))
		return false;
	added = add_hold(recover, line);
	if (!added)
		return false;
	memcpy(hold.name, added->name, sizeof(hold.name));
	*added = hold;
	return true;
}
