/* SPDX-License-Identifier: ISC */
/* pattern_opt: patterns that options gave, compiled. */
#ifndef FRAME_PATTERN_OPT_H
#define FRAME_PATTERN_OPT_H

#include "base/regex.h"
#include "frame/opt.h"

/*
 * As many regexes as there are patterns, in the arena; they live to the end of
 * the process.  On false *err names the option and the pattern.  It is work for
 * collect: the library is loaded for it.
 */
bool pattern_opt_compile(const struct opt_strings *patterns, const char *option,
    struct regex *const **compiled, struct arena *arena, struct err *err);

#endif
