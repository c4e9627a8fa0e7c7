/* SPDX-License-Identifier: ISC */
#include "frame/source_opt.h"

#include <string.h>

#include "base/text.h"

size_t
source_opt_count(const struct source_opt *sources)
{
	return sources->count > 0 ? sources->count : 1;
}

const char *
source_opt_at(const struct source_opt *sources, size_t index)
{
	return sources->count > 0 ? sources->items[index] : ROUTE_SOURCE_KERNEL;
}

bool
source_opt_asks(const struct source_opt *sources, const char *name)
{
	for (size_t i = 0; i < source_opt_count(sources); i++)
		if (strcmp(source_opt_at(sources, i), name) == 0)
			return true;
	return false;
}

const char *
source_opt_path_of(const struct source_opt_paths *paths, const char *source)
{
	const char *path = NULL;

	for (size_t i = 0; i < paths->count; i++)
		if (paths->items[i].source == NULL ||
		    strcmp(paths->items[i].source, source) == 0)
			path = paths->items[i].path;
	return path;
}

/* --- parsing -------------------------------------------------------------- */

bool
source_opt_known(const char *name, size_t len, struct err *err)
{
	char room[120];
	struct text list = TEXT_OVER(room);

	if (route_source_find(name, len) != NULL)
		return true;
	for (size_t i = 0; route_source_names[i] != NULL; i++)
		text_addf(&list, "%s%s", i == 0 ? "" : ", ",
		    route_source_names[i]);
	return err_set(err, ERR_USAGE, "%.*s%s is not one of %s",
	    (int)(len < 40 ? len : 40), name, len > 0 ? "" : "an empty name",
	    list.data);
}

static bool
add_source(struct source_opt *sources, const char *name, struct arena *arena,
    struct err *err)
{
	/* Without any, the kernel is asked, and may yet be named. */
	if (sources->count > 0 && source_opt_asks(sources, name))
		return true;
	return opt_list_put(arena, sources, &name, sizeof(name), err);
}

static bool
parse_names(const struct opt_value *value, void *field, struct err *err)
{
	for (const char *at = value->text;;) {
		const size_t len = strcspn(at, ",");

		if (!source_opt_known(at, len, err) ||
		    !add_source(field, route_source_find(at, len), value->arena,
			err))
			return false;
		if (at[len] == '\0')
			return true;
		at += len + 1;
	}
}

/* What stands before the first '=' may be part of a path. */
static bool
parse_path(const struct opt_value *value, void *field, struct err *err)
{
	const char *equals = strchr(value->text, '=');
	struct source_opt_path *added =
	    opt_list_add(value->arena, field, sizeof(*added));

	if (added == NULL)
		return opt_no_memory(err);
	added->source = equals == NULL
	    ? NULL
	    : route_source_find(value->text, (size_t)(equals - value->text));
	added->path = added->source != NULL ? equals + 1 : value->text;
	added->path =
	    arena_string(value->arena, added->path, strlen(added->path));
	return added->path != NULL || opt_no_memory(err);
}

const struct opt_type source_opt_names = { .metavar = "NAME[,NAME]...",
	.repeats = true,
	.parse = parse_names };
const struct opt_type source_opt_sockets = { .metavar = "[SOURCE=]PATH",
	.repeats = true,
	.parse = parse_path };

/* --- what goes together --------------------------------------------------- */

static size_t
daemons_asked(const struct source_opt *sources)
{
	size_t count = 0;

	for (size_t i = 0; i < source_opt_count(sources); i++)
		count += route_source_is_daemon(source_opt_at(sources, i));
	return count;
}

bool
source_opt_check_paths(const struct source_opt *sources,
    const struct source_opt_paths *paths, struct err *err)
{
	const size_t daemons = daemons_asked(sources);

	for (size_t i = 0; i < paths->count; i++) {
		const char *name = paths->items[i].source;

		if (name == NULL && daemons != 1)
			return err_set(err, ERR_USAGE,
			    daemons == 0 ? "--socket needs a daemon as --source"
					 : "--socket: of which daemon? write "
					   "SOURCE=PATH");
		if (name != NULL &&
		    (!source_opt_asks(sources, name) ||
			!route_source_is_daemon(name)))
			return err_set(err, ERR_USAGE,
			    "--socket is of %s, which --source does not name",
			    name);
	}
	return true;
}
