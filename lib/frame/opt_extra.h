/* SPDX-License-Identifier: ISC */
/*
 * opt_extra: --extra-opts=[SECTION][@FILE], options kept in an ini file.
 *
 * Grammar: "[section]" lines, "key=value" lines (key= for an option without a
 * value), blank lines, and comments that begin with # or ;.  White space around
 * section, key and value is dropped; nothing is quoted.  Sections of one name
 * are one section.  Source: Monitoring Plugins, "Extra-Opts".
 */
#ifndef FRAME_OPT_EXTRA_H
#define FRAME_OPT_EXTRA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define OPT_EXTRA_MAX 65536 /* bytes of a file */

struct opt_extra_setting {
	const char *key;
	char *value;   /* "" when nothing stands behind the = */
	unsigned line; /* from 1 */
};

struct opt_extra {
	char path[512];	 /* for messages: cleaned */
	bool for_anyone; /* the file is readable by everybody */
	size_t count;
	struct opt_extra_setting *items;
};

/* Where to look when no file was named.  Ends with NULL each. */
struct opt_extra_places {
	const char *file_variable;	    /* names the file */
	const char *path_variable;	    /* names directories, by colons */
	const char *const *directory_files; /* to be looked for in them */
	const char *const *files;	    /* else the first that exists */
};

extern const struct opt_extra_places opt_extra_places;

/* Reads what `spec` names; `program` is the default section.  Keys and values
 * are copies in the arena; the file's other bytes are wiped.  On false *err is
 * ERR_USAGE, ERR_SYSTEM or ERR_PERMISSION. */
bool opt_extra_load(struct opt_extra *extra, const char *program,
    const char *spec, const struct opt_extra_places *places,
    struct arena *arena, struct err *err);

/* The same for a file's bytes; extra->path must be set. */
bool opt_extra_parse(struct opt_extra *extra, const char *bytes, size_t len,
    const char *section, struct arena *arena, struct err *err);

#endif
