/* SPDX-License-Identifier: ISC */
#include "frame/common.h"

#include "frame/render.h"

static const struct opt_word threshold_words[] = {
	{ "auto", THRESHOLDS_AUTO,
	    "plain numbers for upper bounds, which Icinga can draw" },
	{ "range", THRESHOLDS_RANGE, "always ranges, as they were given" },
	{ "none", THRESHOLDS_NONE, "no thresholds in performance data" },
	{ 0 },
};

#define HOUR (3600 * CLOCK_SECOND)

const struct opt common_options[] = {
	OPT_DURATION('t', "timeout", struct common_opts, timeout,
	    "time for the whole run, name resolution included", .preset = "10s",
	    .min = CLOCK_MILLI, .max = HOUR),
	OPT_VERDICT(0, "timeout-state", struct common_opts, timeout_state,
	    "state when that time is over", .preset = "unknown"),
	OPT_VERDICT(0, "error-state", struct common_opts, error_state,
	    "state when it cannot be looked at for another reason",
	    .preset = "unknown"),
	OPT_TALLY('v', "verbose", struct common_opts, verbose,
	    "say more; up to three times"),
	OPT_FLAG(0, "detail", struct common_opts, detail,
	    "a line for each thing that was checked"),
	OPT_WORD(0, "format", struct common_opts, format, "form of the output",
	    .preset = "nagios", .metavar = "FORMAT", .words = render_words),
	OPT_FILE(0, "output", struct common_opts, output,
	    "also write the output to FILE, replaced as a whole"),
	OPT_WORD(0, "perfdata-thresholds", struct common_opts,
	    perfdata_thresholds, "thresholds in performance data",
	    .preset = "auto", .words = threshold_words),
	OPT_FILE(0, "state-dir", struct common_opts, state_dir,
	    "directory of what is remembered between runs", .metavar = "DIR"),
	OPT_OTHER(0, "extra-opts", opt_type_extra, struct common_opts,
	    extra_opts,
	    "read options from section SECTION (this program) of the ini FILE"),
	OPT_END,
};
