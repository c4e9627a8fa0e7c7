/* SPDX-License-Identifier: ISC */
#include "frame/drop_opt.h"

#include "base/num.h"

/* 0 would be a drop of nothing: every look would be one. */
static bool
parse(const struct opt_value *value, void *field, struct err *err)
{
	struct drop_rule *rule = field;
	double percent;

	if (!num_percent(value->text, &percent, err))
		return false;
	if (percent <= 0)
		return err_set(err, ERR_USAGE, "must be more than 0 %%");
	*(value->critical ? &rule->critical : &rule->warning) = percent;
	return true;
}

const struct opt_type drop_opt = { .metavar = "PERCENT",
	.pair = true,
	.parse = parse };
