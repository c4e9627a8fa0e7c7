/* SPDX-License-Identifier: ISC */
/*
 * source_opt: which sources of routes are asked (--source), and where their
 * sockets are (--socket), for checks that compare several.
 *
 * Names are those of route_source.h: static, so that they may be compared by
 * strcmp and kept.
 */
#ifndef FRAME_SOURCE_OPT_H
#define FRAME_SOURCE_OPT_H

#include "frame/opt.h"
#include "model/route_source.h"

struct source_opt { /* each once, in the order asked; none: the kernel */
	size_t count;
	const char **items;
	size_t capacity;
};

struct source_opt_path {
	const char *source; /* NULL: the only daemon that is asked */
	const char *path;   /* in the arena */
};

struct source_opt_paths {
	size_t count;
	struct source_opt_path *items;
	size_t capacity;
};

extern const struct opt_type source_opt_names;	 /* [struct source_opt] commas
						    or repeated */
extern const struct opt_type source_opt_sockets; /* [struct source_opt_paths]
						  "PATH", "bird=PATH" */

size_t source_opt_count(const struct source_opt *sources); /* at least 1 */
const char *source_opt_at(const struct source_opt *sources, size_t index);
bool source_opt_asks(const struct source_opt *sources, const char *name);
/* The last one given for that source; NULL: its usual one. */
const char *source_opt_path_of(const struct source_opt_paths *paths,
    const char *source);

/* For validate: is there such a source?  *err is ERR_USAGE and names all. */
bool source_opt_known(const char *name, size_t len, struct err *err);
/* For validate: is each path that of a daemon that is asked? */
bool source_opt_check_paths(const struct source_opt *sources,
    const struct source_opt_paths *paths, struct err *err);

#endif
