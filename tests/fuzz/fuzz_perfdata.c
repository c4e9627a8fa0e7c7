/* SPDX-License-Identifier: ISC */
/* Another plugin's output: the search ends, and what it finds is a finite
 * number with a label. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/perfdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct perfdata_piece pieces[2];
	struct perfdata datum;
	enum perfdata_got got;
	struct err err;

	perfdata_find((const char *)data, size, pieces);
	for (size_t i = 0; i < 2;) {
		const size_t before = pieces[i].len;

		got = perfdata_next(&pieces[i].bytes, &pieces[i].len, &datum,
		    &err);
		if (got == PERFDATA_END)
			i++;
		else if (pieces[i].len >= before)
			abort();
		if (got == PERFDATA_DATUM &&
		    (!isfinite(datum.value) || !datum.label[0] ||
			isnan(datum.min) || isnan(datum.max) ||
			isnan(datum.limits.warning.start) ||
			isnan(datum.limits.critical.end)))
			abort();
	}
	return 0;
}
