/* SPDX-License-Identifier: ISC */
/* report: everything that a renderer may print about one run. */
#ifndef FRAME_REPORT_H
#define FRAME_REPORT_H

#include <stdint.h>

#include "frame/common.h"
#include "frame/plugin.h"

struct report_line {
	struct report_line *next;
	const char *text; /* clean */
};

struct report {
	const struct plugin *plugin;
	const struct common_opts *common;
	const struct result *root;
	enum verdict verdict;	     /* what the program exits with */
	enum verdict raw;	     /* the same before dampening */
	const struct damped *damped; /* NULL: not dampened */
	struct err error; /* ERR_NONE, or why the picture is not whole; it
			     is also a finding of the root */
	bool partial; /* the tree is what had been found when `error` struck */
	struct report_line *caveats; /* for the first line */
	struct report_line *notes;   /* of -v to -vvv */
	const char *words; /* of a wrapped program, clean; NULL: none */
	int64_t started_wall_ns;
	int64_t took_ns;
};

#endif
