/* SPDX-License-Identifier: ISC */
/* common: the options that every program of the suite has. */
#ifndef FRAME_COMMON_H
#define FRAME_COMMON_H

#include "frame/damped.h"
#include "frame/opt.h"
#include "model/verdict.h"

enum common_thresholds {  /* --perfdata-thresholds */
	THRESHOLDS_AUTO,  /* plain numbers where the range is an upper bound */
	THRESHOLDS_RANGE, /* always, as ranges */
	THRESHOLDS_NONE,
};

struct common_opts {
	int64_t timeout; /* ns */
	enum verdict timeout_state;
	enum verdict error_state;
	int verbose;
	bool detail;
	int format; /* index of the renderer table, frame/render.h */
	const char *output;
	const char *host_name;	  /* of a passive result */
	const char *service_name; /* NULL: the result is the host's */
	int perfdata_thresholds;  /* enum common_thresholds */
	const char *state_dir;
	struct opt_strings extra_opts;
	struct damped_opts damped;
};

extern const struct opt common_options[];
/* Those of the dampening, which is off or on by itself. */
const struct opt *common_damped_options(bool on);
/* What no single option can check.  On false *err is ERR_USAGE. */
bool common_check(const struct common_opts *common, struct err *err);

#endif
