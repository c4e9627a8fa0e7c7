/* SPDX-License-Identifier: ISC */
#include "base/lazy.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lazy_needed.h"
#include "base/text.h"

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

static void
load_one(void *context, const char *soname)
{
	(void)context;
	dlopen(soname, FLAGS);
}

/* The dynamic loader tells where a library lies only when it is loaded, and the
 * one that surely is shows where the others are. */
static bool
lies_beside_libc(const char *file, struct text *path)
{
	struct link_map *map = NULL;
	void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	const char *slash;

	if (libc == NULL || dlinfo(libc, RTLD_DI_LINKMAP, &map) != 0)
		return false;
	slash = strrchr(map->l_name, '/');
	if (slash == NULL)
		return false;
	text_add_bytes(path, map->l_name, (size_t)(slash - map->l_name) + 1);
	text_add(path, file);
	return !path->cut;
}

/* NULL when it cannot be had. */
static void *
map_file(const char *path, size_t *size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *bytes = MAP_FAILED;
	struct stat about;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &about) == 0 && about.st_size > 0) {
		*size = (size_t)about.st_size;
		bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	return bytes != MAP_FAILED ? bytes : NULL;
}

void
lazy_preload(const struct lazy_library *library)
{
	char room[PATH_MAX];
	struct text path = TEXT_OVER(room);
	size_t size = 0;
	void *bytes;

	if (!lies_beside_libc(library->file, &path))
		return;
	bytes = map_file(room, &size);
	if (bytes == NULL)
		return;
	lazy_needed(bytes, size, load_one, NULL);
	munmap(bytes, size);
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
