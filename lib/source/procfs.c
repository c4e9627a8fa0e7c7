/* SPDX-License-Identifier: ISC */
#include "source/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/span.h"

#define FILE_BYTES 8192
/* The kernel gives out such a file by the page, seq_file(9): a reading that is
 * well below is all there is, and another would cost as much again. */
#define WHOLE 3072

/* --- bytes ---------------------------------------------------------------- */

static bool
number(struct span word, uint64_t *value)
{
	uint64_t sum = 0;

	if (word.len == 0 || word.len > 19)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
		sum = sum * 10 + (uint64_t)(word.at[i] - '0');
	}
	*value = sum;
	return true;
}

static bool
pid_of(struct span word, pid_t *pid)
{
	uint64_t value;

	if (!number(word, &value) || value > INT_MAX)
		return false;
	*pid = (pid_t)value;
	return true;
}

/* The fields after the name, numbered as in proc_pid_stat(5). */
enum {
	FIELD_STATE = 3,
	FIELD_PARENT = 4,
	FIELD_USER = 14,
	FIELD_SYSTEM = 15,
	FIELD_THREADS = 20,
	FIELD_START = 22,
	FIELD_RSS = 24,
};

static bool
take_field(unsigned field, struct span word, struct procfs_stat *stat)
{
	uint64_t ticks;

	switch (field) {
	case FIELD_STATE:
		stat->state = *word.at;
		return word.len == 1;
	case FIELD_PARENT:
		return pid_of(word, &stat->parent);
	case FIELD_USER:
	case FIELD_SYSTEM:
		if (!number(word, &ticks))
			return false;
		stat->cpu_ticks += ticks;
		return true;
	case FIELD_THREADS:
		return number(word, &stat->threads);
	case FIELD_START:
		return number(word, &stat->start_ticks);
	case FIELD_RSS:
		return number(word, &stat->rss_pages);
	default:
		return true;
	}
}

bool
procfs_parse_stat(const char *bytes, size_t len, struct procfs_stat *stat)
{
	const char *open = memchr(bytes, '(', len);
	const char *close = memrchr(bytes, ')', len);
	struct procfs_stat read = { 0 };
	struct span rest, word;
	unsigned field = FIELD_STATE;

	if (open == NULL || close == NULL || close < open ||
	    !pid_of(span_trim((struct span){ bytes, (size_t)(open - bytes) }),
		&read.pid))
		return false;
	if ((size_t)(close - open) <= sizeof(read.name)) /* 15 at most */
		memcpy(read.name, open + 1, (size_t)(close - open - 1));
	rest = (struct span){ close + 1, (size_t)(bytes + len - close - 1) };
	for (; field <= FIELD_RSS && span_word(&rest, &word); field++) {
		if (!take_field(field, word, &read))
			return false;
	}
	if (field <= FIELD_RSS)
		return false;
	*stat = read;
	return true;
}

/* What follows `name` at the beginning of a line. */
static bool
find_values(const char *bytes, size_t len, const char *name,
    struct span *values)
{
	struct span rest = { bytes, len };

	while (span_line(&rest, values))
		if (span_skip(values, name))
			return true;
	return false;
}

/* The first word of that. */
static bool
find_line(const char *bytes, size_t len, const char *name, struct span *word)
{
	struct span values;

	return find_values(bytes, len, name, &values) &&
	    span_word(&values, word);
}

bool
procfs_parse_user(const char *bytes, size_t len, uint64_t *user)
{
	struct span values, real, effective;

	return find_values(bytes, len, "Uid:", &values) &&
	    span_word(&values, &real) && span_word(&values, &effective) &&
	    number(effective, user);
}

bool
procfs_parse_limits(const char *bytes, size_t len, uint64_t *open_files)
{
	struct span word;

	if (!find_line(bytes, len, "Max open files ", &word))
		return false;
	if (span_is(word, "unlimited")) {
		*open_files = 0;
		return true;
	}
	return number(word, open_files);
}

bool
procfs_parse_meminfo(const char *bytes, size_t len, uint64_t *bytes_total)
{
	struct span word;
	uint64_t kib;

	if (!find_line(bytes, len, "MemTotal:", &word) || !number(word, &kib) ||
	    kib > UINT64_MAX / 1024)
		return false;
	*bytes_total = kib * 1024;
	return true;
}

bool
procfs_word(const char *words, size_t len, size_t *at, const char **word)
{
	const char *end;

	if (*at >= len)
		return false;
	end = memchr(words + *at, '\0', len - *at);
	if (end == NULL) /* cut: the last word is not whole */
		return false;
	*word = words + *at;
	*at = (size_t)(end - words) + 1;
	return true;
}

/* --- files ---------------------------------------------------------------- */

/* EPERM is what hidepid=1 says of a process of somebody else. */
static bool
has_gone(int number_)
{
	return number_ == ENOENT || number_ == ESRCH || number_ == EPERM;
}

/* Up to `size` bytes of a file below `dir`. */
static enum procfs_found
slurp(int dir, const char *root, const char *path, char *buffer, size_t size,
    size_t *len, struct err *err)
{
	const int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	*len = 0;
	if (fd >= 0) {
		while (*len < size &&
		    (got = read(fd, buffer + *len, size - *len)) > 0) {
			*len += (size_t)got;
			if (*len < WHOLE)
				break;
		}
	}
	if (fd < 0 || got < 0) {
		const int number_ = errno;

		if (fd >= 0)
			close(fd);
		if (has_gone(number_))
			return PROCFS_GONE;
		err_sys(err, number_, "reading %s%s%s", root,
		    *root != 0 ? "/" : "", path);
		return PROCFS_ERROR;
	}
	close(fd);
	return PROCFS_FOUND;
}

static enum procfs_found
read_file(const char *root, pid_t pid, const char *name, char *buffer,
    size_t size, size_t *len, struct err *err)
{
	char path[PATH_MAX];

	if (pid > 0)
		snprintf(path, sizeof(path), "%s/%d/%s", root, (int)pid, name);
	else
		snprintf(path, sizeof(path), "%s/%s", root, name);
	return slurp(AT_FDCWD, "", path, buffer, size, len, err);
}

static bool
unreadable(struct err *err, const char *root, pid_t pid, const char *name)
{
	return err_set(err, ERR_PROTOCOL, "%s/%d/%s makes no sense", root,
	    (int)pid, name);
}

enum procfs_found
procfs_stat_read(const char *root, pid_t pid, struct procfs_stat *stat,
    struct err *err)
{
	char bytes[1024];
	size_t len;
	const enum procfs_found found =
	    read_file(root, pid, "stat", bytes, sizeof(bytes), &len, err);

	if (found != PROCFS_FOUND)
		return found;
	if (procfs_parse_stat(bytes, len, stat) && stat->pid == pid)
		return PROCFS_FOUND;
	unreadable(err, root, pid, "stat");
	return PROCFS_ERROR;
}

enum procfs_found
procfs_cmdline(const char *root, pid_t pid, char words[static PROCFS_CMDLINE],
    size_t *len, struct err *err)
{
	return read_file(root, pid, "cmdline", words, PROCFS_CMDLINE, len, err);
}

/* A fixture is a directory like any other. */
static bool
is_procfs(const char *path)
{
	struct statfs system;

	return statfs(path, &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

/* A mount without it shows process 1 to everybody. */
bool
procfs_hides(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/1/stat", root);
	return is_procfs(root) && access(path, F_OK) != 0;
}

static bool
late(const struct deadline *deadline, struct err *err)
{
	return deadline_past(deadline) &&
	    !err_set(err, ERR_TIMEOUT, "reading the list of processes");
}

/* "4711/cmdline"; printf(3) would be half of the work. */
static void
cmdline_name(char path[static 64], const char *number_)
{
	static const char name[] = "/cmdline";
	const size_t len = strlen(number_); /* at most that of INT_MAX */

	memcpy(path, number_, len);
	memcpy(path + len, name, sizeof(name));
}

/* The next process of the directory and its number as it stands there, or
 * NULL. */
static const char *
next_process(DIR *dir, pid_t *pid)
{
	const struct dirent *entry;

	while ((entry = readdir(dir)) != NULL)
		if (pid_of(span_of(entry->d_name), pid))
			return entry->d_name;
	return NULL;
}

bool
procfs_each(const char *root, procfs_visit *visit, void *context,
    const struct deadline *deadline, struct err *err)
{
	DIR *dir = opendir(root);
	bool more = true, ok = true;
	const char *number;
	pid_t pid;

	if (dir == NULL)
		return err_sys(err, errno, "opening %s", root);
	while (ok && more && (number = next_process(dir, &pid)) != NULL) {
		char path[64], words[PROCFS_CMDLINE];
		enum procfs_found found;
		size_t len;

		cmdline_name(path, number);
		found = slurp(dirfd(dir), root, path, words, sizeof(words),
		    &len, err);
		ok = found != PROCFS_ERROR && !late(deadline, err);
		if (ok && found == PROCFS_FOUND && len > 0)
			more = visit(pid, words, len, context);
	}
	closedir(dir);
	return ok;
}

bool
procfs_each_stat(const char *root, procfs_visit_stat *visit, void *context,
    const struct deadline *deadline, struct err *err)
{
	DIR *dir = opendir(root);
	bool more = true, ok = true;
	pid_t pid;

	if (dir == NULL)
		return err_sys(err, errno, "opening %s", root);
	while (ok && more && next_process(dir, &pid) != NULL) {
		struct procfs_stat stat;
		const enum procfs_found found =
		    procfs_stat_read(root, pid, &stat, err);

		ok = found != PROCFS_ERROR && !late(deadline, err);
		if (ok && found == PROCFS_FOUND)
			more = visit(&stat, context);
	}
	closedir(dir);
	return ok;
}

/* --- children ------------------------------------------------------------- */

struct brood {
	pid_t parent;
	pid_t *children;
	size_t room, count;
};

static void
add_child(struct brood *brood, pid_t pid)
{
	if (brood->count < brood->room)
		brood->children[brood->count] = pid;
	brood->count++;
}

/* The list of one thread; `name` is that of its file below `dir`. */
static enum procfs_found
children_of(int dir, const char *root, const char *name, struct brood *brood,
    struct err *err)
{
	char bytes[FILE_BYTES];
	struct span rest, word;
	size_t len;
	pid_t child;
	const enum procfs_found found =
	    slurp(dir, root, name, bytes, sizeof(bytes), &len, err);

	/* "14318 14327 ": a number that is cut is another. */
	while (len > 0 && bytes[len - 1] != ' ')
		len--;
	rest = (struct span){ bytes, len };
	while (found == PROCFS_FOUND && span_word(&rest, &word))
		if (pid_of(word, &child))
			add_child(brood, child);
	return found;
}

/* Any of its threads may have forked. */
static enum procfs_found
children_of_threads(const char *root, pid_t pid, struct brood *brood,
    struct err *err)
{
	char path[PATH_MAX];
	enum procfs_found found = PROCFS_GONE;
	const struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%d/task", root, (int)pid);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char name[300];

		if (*entry->d_name == '.')
			continue;
		snprintf(name, sizeof(name), "%s/children", entry->d_name);
		found = children_of(dirfd(dir), path, name, brood, err);
		if (found != PROCFS_FOUND)
			break;
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

static enum procfs_found
listed_children(const char *root, const struct procfs_stat *of,
    struct brood *brood, struct err *err)
{
	char path[PATH_MAX];

	if (of->threads > 1)
		return children_of_threads(root, of->pid, brood, err);
	snprintf(path, sizeof(path), "%s/%d/task/%d/children", root,
	    (int)of->pid, (int)of->pid);
	return children_of(AT_FDCWD, "", path, brood, err);
}

static bool
is_child(const struct procfs_stat *stat, void *context)
{
	struct brood *brood = context;

	if (stat->parent == brood->parent)
		add_child(brood, stat->pid);
	return true;
}

bool
procfs_children(const char *root, const struct procfs_stat *of, pid_t *children,
    size_t room, size_t *count, const struct deadline *deadline,
    struct err *err)
{
	struct brood brood = { of->pid, children, room, 0 };
	enum procfs_found found = listed_children(root, of, &brood, err);
	bool ok = found == PROCFS_FOUND;

	/* A kernel without CONFIG_PROC_CHILDREN has no such file. */
	if (found == PROCFS_GONE) {
		brood.count = 0;
		ok = procfs_each_stat(root, is_child, &brood, deadline, err);
	}
	*count = brood.count;
	return ok;
}

/* --- the rest ------------------------------------------------------------- */

static bool
count_descriptors(const char *root, pid_t pid, uint64_t *count, struct err *err)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	struct stat status;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%d/fd", root, (int)pid);
	/* Since Linux 6.2 the size of the directory, which anybody may see. */
	if (stat(path, &status) == 0 && status.st_size > 0 && is_procfs(path)) {
		*count = (uint64_t)status.st_size;
		return true;
	}
	dir = opendir(path);
	if (dir == NULL)
		return err_sys(err, errno, "reading %s", path);
	*count = 0;
	while ((entry = readdir(dir)) != NULL)
		*count += *entry->d_name != '.';
	closedir(dir);
	return true;
}

bool
procfs_descriptors(const char *root, pid_t pid, uint64_t *open_now,
    uint64_t *limit, struct err *err)
{
	char bytes[FILE_BYTES];
	size_t len;

	if (!count_descriptors(root, pid, open_now, err))
		return false;
	switch (
	    read_file(root, pid, "limits", bytes, sizeof(bytes), &len, err)) {
	case PROCFS_FOUND:
		return procfs_parse_limits(bytes, len, limit) ||
		    unreadable(err, root, pid, "limits");
	case PROCFS_GONE:
		return err_set(err, ERR_SYSTEM, "process %d has ended",
		    (int)pid);
	case PROCFS_ERROR:
		break;
	}
	return false;
}

bool
procfs_memory_total(const char *root, uint64_t *bytes_total, struct err *err)
{
	char bytes[FILE_BYTES];
	size_t len = 0;
	const enum procfs_found found =
	    read_file(root, 0, "meminfo", bytes, sizeof(bytes), &len, err);

	if (found == PROCFS_ERROR)
		return false;
	if (found == PROCFS_FOUND &&
	    procfs_parse_meminfo(bytes, len, bytes_total))
		return true;
	return err_set(err, ERR_PROTOCOL, "%s/meminfo makes no sense", root);
}

uint64_t
procfs_exe_inode(const char *root, pid_t pid)
{
	char path[PATH_MAX];
	struct stat status;

	snprintf(path, sizeof(path), "%s/%d/exe", root, (int)pid);
	return stat(path, &status) == 0 ? status.st_ino : 0;
}

enum procfs_found
procfs_user(const char *root, pid_t pid, uid_t *user, struct err *err)
{
	char bytes[FILE_BYTES];
	enum procfs_found found;
	uint64_t value;
	size_t len;

	found = read_file(root, pid, "status", bytes, sizeof(bytes), &len, err);
	if (found != PROCFS_FOUND)
		return found;
	if (!procfs_parse_user(bytes, len, &value) || value > UINT32_MAX) {
		unreadable(err, root, pid, "status");
		return PROCFS_ERROR;
	}
	*user = (uid_t)value;
	return PROCFS_FOUND;
}
