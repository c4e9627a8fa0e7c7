/* SPDX-License-Identifier: ISC */
/*
 * perfdata: the numbers in another plugin's output.
 *
 * Grammar: 'label'=value[UOM];[warn];[crit];[min];[max], apart by blanks; two
 * quotes within a quoted label are one.  Values become base units (seconds,
 * bytes), and so do the thresholds and bounds beside them.  Plugins out there
 * write what they like: a datum that is none is skipped, and said.
 * Source: Monitoring Plugins Development Guidelines, "Performance data"; units
 * as Icinga 2 reads them ("m" is a minute).
 */
#ifndef MODEL_PERFDATA_H
#define MODEL_PERFDATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/limits.h"

#define PERFDATA_LABEL 200 /* bytes of a label, the final NUL included */

enum perfdata_unit {
	PERFDATA_PLAIN, /* no unit, or one that we do not know */
	PERFDATA_SECONDS,
	PERFDATA_BYTES,
	PERFDATA_PERCENT,
	PERFDATA_COUNTER,
};

struct perfdata {
	char label[PERFDATA_LABEL]; /* foreign */
	double value;
	enum perfdata_unit unit;
	struct limits limits;
	double min, max; /* -INFINITY, INFINITY: none */
};

enum perfdata_got {
	PERFDATA_END,
	PERFDATA_DATUM,
	PERFDATA_SKIPPED, /* *err (ERR_PROTOCOL) says what and why */
};

/*
 * Takes the next datum off (*bytes, *len), which need no final NUL.  A value
 * that the plugin itself calls undetermined ("U") is left out in silence.
 */
enum perfdata_got perfdata_next(const char **bytes, size_t *len,
    struct perfdata *datum, struct err *err);

/*
 * Where the numbers of a whole output are: behind the first line's first '|',
 * and behind the first '|' of the lines below it, to the end.  Two pieces, of
 * which each may be empty.
 */
struct perfdata_piece {
	const char *bytes;
	size_t len;
};
void perfdata_find(const char *output, size_t len,
    struct perfdata_piece pieces[static 2]);

#endif
