/* SPDX-License-Identifier: ISC */
#include "frame/as_opt.h"

#include <string.h>

#include "model/bgp.h"

static bool
add_as(struct as_opt *list, const char *item, struct arena *arena,
    struct err *err)
{
	uint32_t as;

	if (item == NULL)
		return opt_no_memory(err);
	return bgp_as_parse(item, &as, err) &&
	    opt_list_put(arena, list, &as, sizeof(as), err);
}

static bool
parse(const struct opt_value *value, void *field, struct err *err)
{
	for (const char *at = value->text;;) {
		const size_t len = strcspn(at, ",");

		if (!add_as(field, arena_string(value->arena, at, len),
			value->arena, err))
			return false;
		if (at[len] == '\0')
			return true;
		at += len + 1;
	}
}

const struct opt_type as_opt_list = { .metavar = "AS",
	.repeats = true,
	.parse = parse };
