/* SPDX-License-Identifier: ISC */
#include "frame/pattern_opt.h"

bool
pattern_opt_compile(const struct opt_strings *patterns, const char *option,
    struct regex *const **compiled, struct arena *arena, struct err *err)
{
	struct regex **all =
	    arena_alloc(arena, (patterns->count + 1) * sizeof(struct regex *));

	if (all == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for patterns");
	for (size_t i = 0; i < patterns->count; i++) {
		all[i] = regex_new(patterns->items[i], err);
		if (all[i] == NULL)
			return err_context(err, "--%s=%s", option,
			    patterns->items[i]);
	}
	*compiled = all;
	return true;
}
