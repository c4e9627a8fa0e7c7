/* SPDX-License-Identifier: ISC */
#include "base/lazy.h"

#include <dlfcn.h>
#include <string.h>

#include "base/sanitized.h"

/*
 * RTLD_LAZY: of hundreds of functions a run calls a dozen.  RTLD_DEEPBIND: a
 * library finds its own symbols in itself first, not after ours; that is a
 * fifth of what loading libnetsnmp costs, and as it was meant.  Memory must
 * then be freed by whoever allocated it.  Sanitizers forbid it, since they must
 * come first.
 */
#if SANITIZED
#define BINDING 0
#else
#define BINDING RTLD_DEEPBIND
#endif

#define FLAGS (RTLD_LAZY | RTLD_LOCAL | BINDING)

void
lazy_preload(const char *const *files)
{
	for (; *files != NULL; files++)
		dlopen(*files, FLAGS);
}

static void *
open_library(const struct lazy_library *library, struct err *err)
{
	void *handle = dlopen(library->file, FLAGS);

	if (!handle) {
		const char *reason = dlerror();

		err_set(err, ERR_UNSUPPORTED,
		    "%s needs the library %s (Debian package %s): %s",
		    library->purpose, library->file, library->package,
		    reason ? reason : "it cannot be loaded");
	}
	return handle;
}

bool
lazy_load(const struct lazy_library *library, void *api, struct err *err)
{
	void *handle = open_library(library, err);

	if (!handle)
		return false;
	for (const struct lazy_symbol *s = library->symbols; s->name; s++) {
		void *address = dlsym(handle, s->name);

		if (!address)
			return err_set(err, ERR_UNSUPPORTED,
			    "%s needs %s, which the library %s (Debian "
			    "package %s) does not have",
			    library->purpose, s->name, library->file,
			    library->package);
		/* POSIX: a data pointer of dlsym may hold a function. */
		memcpy((char *)api + s->offset, &address, sizeof(address));
	}
	return true;
}
