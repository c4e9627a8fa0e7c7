/* SPDX-License-Identifier: ISC */
#include "frame/common.h"

#include <string.h>

#include "frame/render.h"

static const struct opt_word threshold_words[] = {
	{ "auto", THRESHOLDS_AUTO,
	    "plain numbers for upper bounds, which Icinga can draw" },
	{ "range", THRESHOLDS_RANGE, "always ranges, as they were given" },
	{ "none", THRESHOLDS_NONE, "no thresholds in performance data" },
	{ 0 },
};

#define NAME_BYTES 256 /* of a host or service, the final NUL included */

/* In a command file a semicolon ends a name and a newline the command. */
static bool
parse_name(const struct opt_value *value, void *field, struct err *err)
{
	const char **name = field;
	char bytes[NAME_BYTES];
	struct text clean = TEXT_OVER(bytes);

	text_relay(&clean, value->text, strlen(value->text));
	if (clean.len == 0)
		return err_set(err, ERR_USAGE, "must not be empty");
	if (clean.cut)
		return err_set(err, ERR_USAGE, "is longer than %d bytes",
		    NAME_BYTES - 1);
	if (strcmp(clean.data, value->text) != 0 ||
	    strpbrk(value->text, "\n\t;") != NULL)
		return err_set(err, ERR_USAGE,
		    "must be UTF-8 without control characters and semicolons");
	*name = value->text;
	return true;
}

static const struct opt_type opt_type_name = { .metavar = "NAME",
	.parse = parse_name };

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
	OPT_OTHER(0, "host-name", opt_type_name, struct common_opts, host_name,
	    "host that the result is for: of a passive result by the name that "
	    "the "
	    "engine has for it, of metrics a label"),
	OPT_OTHER(0, "service-name", opt_type_name, struct common_opts,
	    service_name,
	    "its service; without it a passive result is that of the host"),
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

/* --- dampening ------------------------------------------------------------ */

static const struct opt_word mode_words[] = {
	{ "off", DAMPED_OFF, "the state as it was measured" },
	{ "observe", DAMPED_OBSERVE, "the same, and say what on would hold" },
	{ "on", DAMPED_ON, "hold back glitches, hold what flaps" },
	{ 0 },
};

/* The presets of the penalties are those of the design: T* = half-life *
 * log2(flap / (flap - 1000)) = 30 min is the period below which a failure that
 * comes back counts as flapping. */
#define DAMPED_ROWS(mode_)                                                     \
	OPT_WORD(0, "dampen", struct common_opts, damped.mode,                 \
	    "dampening with memory, for an engine that has none",              \
	    .preset = (mode_), .words = mode_words),                           \
	    OPT_COUNT(0, "confirm", struct common_opts, damped.params.confirm, \
		"runs in a row that make a worse state count", .preset = "3",  \
		.min = 1, .max = DAMPEN_SAMPLES),                              \
	    OPT_COUNT(0, "recover", struct common_opts, damped.params.recover, \
		"runs in a row that make a better state count", .preset = "1", \
		.min = 1, .max = DAMPEN_SAMPLES),                              \
	    OPT_DURATION(0, "half-life", struct common_opts,                   \
		damped.params.half_life_ns,                                    \
		"time in which half of a penalty is forgotten",                \
		.preset = "30m", .min = CLOCK_SECOND, .max = 8784 * HOUR),     \
	    OPT_COUNT(0, "flap", struct common_opts, damped.params.flap,       \
		"penalty from which on it flaps; a failure is 1000 points",    \
		.preset = "2000", .min = 2, .max = DAMPEN_POINTS_MAX),         \
	    OPT_COUNT(0, "release", struct common_opts, damped.params.release, \
		"penalty below which it no longer does", .preset = "1000",     \
		.min = 1, .max = DAMPEN_POINTS_MAX),                           \
	    OPT_DURATION(0, "max-hold", struct common_opts,                    \
		damped.params.max_hold_ns,                                     \
		"longest hold after the last failure", .preset = "45m",        \
		.min = CLOCK_SECOND, .max = 8784 * HOUR),                      \
	    OPT_OTHER(0, "recover-at", opt_type_recover, struct common_opts,   \
		damped.rules,                                                  \
		"a limit on NUMBER, once reported, clears inside RANGE only"), \
	    OPT_END

static const struct opt damped_off[] = { DAMPED_ROWS("off") };
static const struct opt damped_on[] = { DAMPED_ROWS("on") };

const struct opt *
common_damped_options(bool on)
{
	return on ? damped_on : damped_off;
}

bool
common_check(const struct common_opts *common, struct err *err)
{
	const struct render *render = &renders[common->format];

	if (render->passive && common->host_name == NULL)
		return err_set(err, ERR_USAGE,
		    "--format=%s needs --host-name, and --service-name unless "
		    "the result is that of the host",
		    render->name);
	if (common->damped.mode == DAMPED_OFF && common->damped.rules.count > 0)
		return err_set(err, ERR_USAGE,
		    "--recover-at needs --dampen=on, or --dampen=observe");
	return true;
}
