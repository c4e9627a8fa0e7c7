/* SPDX-License-Identifier: ISC */
#include "frame/damped_recover.h"

#include <string.h>

#include "frame/render_parts.h"

/* METRIC=RANGE: a range has no '=', a label of another program's may. */
static bool
parse_rule(const struct opt_value *value, void *field, struct err *err)
{
	const char *sign = strrchr(value->text, '=');
	const size_t len = sign ? (size_t)(sign - value->text) : 0;
	char room[RECOVER_NAME + 1];
	struct text name = TEXT_OVER(room);
	struct recover_rule rule = { 0 }, *added;

	if (len == 0 || sign[1] == '\0')
		return err_set(err, ERR_USAGE,
		    "is no NUMBER=RANGE, such as load1=4 or users=10:");
	/* As it is in a tree. */
	text_foreign(&name, value->text, len, RECOVER_NAME);
	if (name.cut || name.len >= RECOVER_NAME)
		return err_set(err, ERR_USAGE, "the name is longer than %d",
		    RECOVER_NAME - 1);
	if (!range_parse(sign + 1, &rule.range, err))
		return false;
	rule.number = arena_string(value->arena, name.data, name.len);
	added = rule.number ? opt_list_add(value->arena, field, sizeof(*added))
			    : NULL;
	if (!added)
		return err_set(err, ERR_SYSTEM, "no memory for it");
	*added = rule;
	return true;
}

const struct opt_type opt_type_recover = { .metavar = "NUMBER=RANGE",
	.repeats = true,
	.parse = parse_rule };

/* The limits say it; of a number without any, the state does.  What was not
 * measured as a fault of the whole is none. */
static enum verdict
violation(const struct result_metric *metric, enum verdict raw)
{
	const struct limits *limits = &metric->limits;
	const enum verdict verdict =
	    limits_given(limits) ? limits_verdict(limits, metric->value) : raw;
	const enum verdict least =
	    verdict_compare(raw, verdict) < 0 ? raw : verdict;

	return least == VERDICT_UNKNOWN ? VERDICT_OK : least;
}

static bool
add_value(struct arena_list *list, const struct damped_rules *rules,
    const struct result *node, const struct result_metric *metric,
    enum verdict raw, struct arena *arena)
{
	char room[RECOVER_NAME];
	struct text name = TEXT_OVER(room);
	struct recover_rule *rule;
	struct recover_value *value;

	render_label(&name, node, metric);
	if (name.cut)
		return true;
	rule = recover_rule_of(rules->items, rules->count,
	    result_metric_name(metric), name.data);
	if (!rule)
		return true;
	rule->used = true;
	value = arena_push(arena, list, sizeof(*value));
	if (!value)
		return false;
	*value = (struct recover_value){
		.name = arena_string(arena, name.data, name.len),
		.range = &rule->range,
		.value = metric->value,
		.writer = metric_writer_of(metric->def->unit, false),
		.violated = violation(metric, raw),
	};
	return value->name != NULL;
}

bool
damped_values(struct recover_values *values, const struct damped_rules *rules,
    const struct result *root, enum verdict raw, struct arena *arena)
{
	struct arena_list list = { 0 };
	bool ok = true;

	for (const struct result *node = root; node && rules->count > 0 && ok;
	     node = result_next(node))
		for (const struct result_metric *metric = node->metrics;
		     metric && ok; metric = metric->next)
			ok = add_value(&list, rules, node, metric, raw, arena);
	*values = (struct recover_values){ .count = ok ? list.count : 0,
		.items = list.items };
	return ok;
}
