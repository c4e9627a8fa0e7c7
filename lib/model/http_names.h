/* SPDX-License-Identifier: ISC */
/* http_names: what each URL is called in a result, no two of them alike. */
#ifndef MODEL_HTTP_NAMES_H
#define MODEL_HTTP_NAMES_H

#include "base/arena.h"
#include "model/http_seen.h"

/*
 * Sets `name` of each site: that of its target, or the URL as it is shown.  Of
 * several that would be called the same, since the user is not shown, the
 * second is called "NAME (2)", and so on in their order: numbers of one must
 * not be taken for those of another.  The names are in the arena.  False (with
 * *err) when it is full.
 */
bool http_names_give(struct http_site *sites, size_t count, struct arena *arena,
    struct err *err);

#endif
