/* SPDX-License-Identifier: ISC */
#include "source/exabgp_proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/procfs.h"

#define DAEMONS 64 /* instances on one host */

/* --- the command line ----------------------------------------------------- */

struct words {
	const char *bytes;
	size_t len, at;
};

static bool
next(struct words *words, const char **word)
{
	return procfs_word(words->bytes, words->len, &words->at, word);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
in(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* "python3", "python3.13t", "python3-dbg", "pypy3" */
static bool
is_python(const char *word)
{
	static const char *const names[] = { "python", "pypy" };
	const char *name = base_name(word);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const size_t len = strlen(names[i]);
		const char *rest = name + len;

		if (strncmp(name, names[i], len) != 0)
			continue;
		rest += strspn(rest, "0123456789.");
		rest += strspn(rest, "dt");
		if (*rest == '\0' || strcmp(rest, "-dbg") == 0)
			return true;
	}
	return false;
}

/* The path of the program, or of a script or the name of a module of Python;
 * NULL when there is none. */
static const char *
program(struct words *words)
{
	const char *word;

	if (!next(words, &word))
		return NULL;
	if (!is_python(word))
		return word;
	while (next(words, &word)) {
		if (strcmp(word, "-m") == 0)
			return next(words, &word) ? word : NULL;
		if (strcmp(word, "-c") == 0)
			return NULL;
		if (*word != '-')
			return word;
		if (strcmp(word, "-W") == 0 || strcmp(word, "-X") == 0)
			next(words, &word);
	}
	return NULL;
}

/* The daemon's own, or as a checkout of it is run: 4.2 asks for the first of
 * the files by name (application/bgp.py). */
static bool
is_exabgp(const char *path)
{
	static const char *const modules[] = { "exabgp", "exabgp.__main__",
		"exabgp.application.bgp", "exabgp.application.main", NULL };
	static const char *const files[] = { "/exabgp/application/bgp.py",
		"/exabgp/application/main.py", "/exabgp/__main__.py" };
	const size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const size_t n = strlen(files[i]);

		if (len >= n && strcmp(path + len - n, files[i]) == 0)
			return true;
	}
	return in(base_name(path), modules);
}

/* Past the words that start the program; false when it is another. */
static bool
skip_program(struct words *words)
{
	const char *path = program(words);

	return path != NULL && is_exabgp(path);
}

/* exabgp --help of 4.2.21 and of 5.0, where -v is for verbose: alone, without
 * a configuration, it makes no daemon in either. */
static const char *const with_value[] = { "-e", "--env", "--env-file", "-f",
	"--root", "--signal", "--profile", NULL };
static const char *const no_daemon[] = { "-h", "--help", "--version",
	"--full-ini", "--fi", "--diff-ini", "--di", "--full-env", "--fe",
	"--diff-env", "--de", "--run", "--validate", "-t", "--test", "-x",
	"--decode", NULL };
static const char *const other_verbs[] = { "version", "cli", "healthcheck",
	"decode", "encode", "env", "validate", "help", "shell", "schema",
	NULL };

/* Of the configurations of a daemon the one that is `config`, or the first. */
static const char *
find_config(const char *bytes, size_t len, const char *config)
{
	struct words words = { bytes, len, 0 };
	const char *word, *found = NULL;
	bool first = true;

	if (!skip_program(&words))
		return NULL;
	while (next(&words, &word)) {
		if (in(word, no_daemon))
			return NULL;
		if (in(word, with_value)) {
			next(&words, &word);
		} else if (*word != '-' && *word != '\0') {
			if (first && in(word, other_verbs))
				return NULL;
			if (found == NULL &&
			    !(first && strcmp(word, "server") == 0) &&
			    (config == NULL || strcmp(word, config) == 0))
				found = word;
			first = false;
		}
	}
	return found;
}

bool
exabgp_is_daemon(const char *bytes, size_t len, const char *config)
{
	return find_config(bytes, len, config) != NULL;
}

const char *
exabgp_config(const char *bytes, size_t len)
{
	return find_config(bytes, len, NULL);
}

bool
exabgp_is_client(const char *bytes, size_t len)
{
	struct words words = { bytes, len, 0 };
	const char *word;

	return skip_program(&words) && !next(&words, &word);
}

/* Of 4.2; `exabgp cli` and exabgp-cli are of 5.0. */
static bool
is_cli(const char *bytes, size_t len)
{
	struct words words = { bytes, len, 0 };
	const char *path = program(&words), *verb;
	const char *name = path != NULL ? base_name(path) : NULL;

	return name != NULL &&
	    (strcmp(name, "exabgpcli") == 0 ||
		strcmp(name, "exabgp-cli") == 0 ||
		(strcmp(name, "exabgp") == 0 && next(&words, &verb) &&
		    strcmp(verb, "cli") == 0));
}

bool
exabgp_is_rival(const char *bytes, size_t len, const char *fifo)
{
	struct words words = { bytes, len, 0 };
	const char *word;

	if (is_cli(bytes, len))
		return true;
	while (next(&words, &word))
		if (strcmp(word, fifo) == 0)
			return true;
	return false;
}

/* --- the search ----------------------------------------------------------- */

struct search {
	const char *config;
	pid_t found[DAEMONS];
	size_t count;
};

static bool
look(pid_t pid, const char *words, size_t len, void *context)
{
	struct search *search = context;

	if (exabgp_is_daemon(words, len, search->config))
		search->found[search->count++] = pid;
	return search->count < DAEMONS;
}

static bool
among(const struct search *search, pid_t pid)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->found[i] == pid)
			return true;
	return false;
}

bool
exabgp_find(const char *root, const char *config, pid_t *pid, size_t *count,
    const struct deadline *deadline, struct err *err)
{
	struct search search = { .config = config };

	*pid = 0;
	*count = 0;
	if (!procfs_each(root, look, &search, deadline, err))
		return false;
	for (size_t i = 0; i < search.count; i++) {
		struct procfs_stat stat;
		const enum procfs_found found =
		    procfs_stat_read(root, search.found[i], &stat, err);

		if (found == PROCFS_ERROR)
			return false;
		if (found == PROCFS_GONE || among(&search, stat.parent))
			continue;
		if (*count == 0 || stat.pid < *pid)
			*pid = stat.pid;
		(*count)++;
	}
	return true;
}

struct rival {
	const char *fifo;
	pid_t pid;
};

static bool
look_for_rival(pid_t pid, const char *words, size_t len, void *context)
{
	struct rival *rival = context;

	if (exabgp_is_rival(words, len, rival->fifo))
		rival->pid = pid;
	return rival->pid == 0;
}

bool
exabgp_find_rival(const char *root, const char *fifo, pid_t *pid,
    const struct deadline *deadline, struct err *err)
{
	struct rival rival = { .fifo = fifo };
	const bool ok =
	    procfs_each(root, look_for_rival, &rival, deadline, err);

	*pid = rival.pid;
	return ok;
}

static bool
look_at_zombie(const struct procfs_stat *stat, void *context)
{
	pid_t *pid = context;

	if (stat->state == 'Z' && strcmp(stat->name, "exabgp") == 0)
		*pid = stat->pid;
	return *pid == 0;
}

bool
exabgp_find_zombie(const char *root, pid_t *pid,
    const struct deadline *deadline, struct err *err)
{
	*pid = 0;
	return procfs_each_stat(root, look_at_zombie, pid, deadline, err);
}

/* --- who reads a pipe ----------------------------------------------------- */

struct readers {
	const char *root;
	struct stat fifo;
	pid_t *items;
	size_t room, count;
	bool hidden;
};

/* Is that descriptor the FIFO, open for reading?  The link's own mode says
 * whether it is for reading or writing, proc_pid_fd(5). */
static bool
reads(int dir, const char *name, const struct stat *fifo)
{
	struct stat file, link;

	return fstatat(dir, name, &file, 0) == 0 &&
	    file.st_dev == fifo->st_dev && file.st_ino == fifo->st_ino &&
	    fstatat(dir, name, &link, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (link.st_mode & S_IRUSR) != 0;
}

static bool
look_at_files(const struct procfs_stat *stat, void *context)
{
	struct readers *readers = context;
	const struct dirent *entry;
	char path[PATH_MAX];
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%d/fd", readers->root, (int)stat->pid);
	dir = opendir(path);
	if (dir == NULL) {
		readers->hidden |= errno == EACCES;
		return true;
	}
	while (!found && (entry = readdir(dir)) != NULL)
		found = *entry->d_name != '.' &&
		    reads(dirfd(dir), entry->d_name, &readers->fifo);
	closedir(dir);
	if (found && readers->count < readers->room)
		readers->items[readers->count++] = stat->pid;
	return true;
}

bool
exabgp_find_readers(const char *root, const char *path, pid_t *items,
    size_t room, size_t *count, bool *hidden, const struct deadline *deadline,
    struct err *err)
{
	struct readers readers = { .root = root, .items = items, .room = room };
	bool good;

	*count = 0;
	*hidden = false;
	if (stat(path, &readers.fifo) != 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISFIFO(readers.fifo.st_mode))
		return err_set(err, ERR_SYSTEM, "%s is no pipe", path);
	good = procfs_each_stat(root, look_at_files, &readers, deadline, err);
	*count = readers.count;
	*hidden = readers.hidden || procfs_hides(root);
	return good;
}
