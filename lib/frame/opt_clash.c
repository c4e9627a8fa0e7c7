/* SPDX-License-Identifier: ISC */
#include "frame/opt.h"

bool
opt_clash_check(const struct opt_clash *clashes, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (clashes[i].clash)
			return err_set(err, ERR_USAGE, "%s", clashes[i].text);
	return true;
}
