/* SPDX-License-Identifier: ISC */
#include "source/procid.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/span.h"

#define FILE_MAX 4096 /* of stat, status and cgroup, what we read of them */
#define DELETED " (deleted)" /* what d_path(9) adds to an unlinked file */

/* --- the pidfd ------------------------------------------------------------ */

int
procid_open(pid_t pid, struct err *err)
{
	const int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	err->kind = ERR_NONE;
	if (fd < 0 && errno == ENOSYS)
		err_set(err, ERR_UNSUPPORTED,
		    "pidfd_open needs Linux 5.3 or newer");
	else if (fd < 0 && errno != ESRCH)
		err_sys(err, errno, "pidfd_open of process %d", (int)pid);
	return fd;
}

static bool
is_alive(int pidfd)
{
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };

	return poll(&ended, 1, 0) == 0;
}

bool
procid_signal(int pidfd, int number, struct err *err)
{
	if (syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) == 0)
		return true;
	return err_sys(err, errno, "signal %d", number);
}

bool
procid_await_end(int pidfd, const struct deadline *deadline)
{
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };
	int got;

	do
		got = poll(&ended, 1, deadline_left_ms(deadline));
	while (got < 0 && errno == EINTR);
	return got > 0;
}

/* --- what /proc tells ----------------------------------------------------- */

/* Reads a small file below the directory of a process; its length, or -1. */
static ssize_t
read_file(int dir, const char *name, char bytes[FILE_MAX])
{
	const int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got = 0;
	int number;

	if (fd < 0)
		return -1;
	while (len < FILE_MAX - 1 &&
	    (got = read(fd, bytes + len, FILE_MAX - 1 - len)) > 0)
		len += (size_t)got;
	number = errno;
	close(fd);
	errno = number;
	bytes[len] = '\0';
	return got < 0 ? -1 : (ssize_t)len;
}

/* The n-th word from here, as a number. */
static bool
nth_number(struct span rest, unsigned n, uint64_t *value)
{
	struct span word;
	char digits[24], *end;

	for (unsigned i = 0; i < n; i++)
		if (!span_word(&rest, &word))
			return false;
	if (!span_copy(word, digits, sizeof(digits)) || digits[0] < '0' ||
	    digits[0] > '9')
		return false;
	errno = 0;
	*value = strtoull(digits, &end, 10);
	return errno == 0 && *end == '\0';
}

/* At the 100 a second that every kernel of today has, 174 years. */
#define TICKS_MOST (UINT64_C(1) << 39)

/* proc(5): "pid (comm) state ppid ... starttime": fields 3, 4 and 22.  The name
 * may hold brackets and blanks, hence the last one. */
bool
procid_parse_stat(const char *bytes, size_t len, struct procid *id)
{
	const char *name_end = memrchr(bytes, ')', len);
	struct span rest, word;
	uint64_t parent;

	if (!name_end)
		return false;
	rest.at = name_end + 1;
	rest.len = len - (size_t)(rest.at - bytes);
	if (!nth_number(rest, 2, &parent) || parent > INT_MAX ||
	    !nth_number(rest, 20, &id->start_ticks) ||
	    id->start_ticks > TICKS_MOST)
		return false;
	if (!span_word(&rest, &word) || word.len != 1)
		return false;
	id->state = word.at[0];
	id->parent = (pid_t)parent;
	return true;
}

/* "Uid: real effective saved file system"; "NSpid:" and a number for each PID
 * namespace from that of /proc down. */
static bool
parse_status(const char *bytes, size_t len, struct procid *id)
{
	struct span rest = { bytes, len };
	struct span line;
	uint64_t uid, inner;
	bool found = false;

	while (span_line(&rest, &line)) {
		if (span_skip(&line, "NSpid:"))
			id->contained = nth_number(line, 2, &inner);
		if (!span_skip(&line, "Uid:"))
			continue;
		if (!nth_number(line, 2, &uid) || uid > UINT32_MAX)
			return false;
		id->uid = (uid_t)uid;
		found = true;
	}
	return found;
}

/* cgroups(7): "0::/path" is version 2; absent in a pure version 1 system. */
static void
parse_cgroup(const char *bytes, size_t len, struct procid *id)
{
	struct span rest = { bytes, len };
	struct span line;

	id->cgroup[0] = '\0';
	while (span_line(&rest, &line))
		if (span_skip(&line, "0::") &&
		    !span_copy(line, id->cgroup, sizeof(id->cgroup)))
			id->cgroup[0] = '\0';
}

static bool
read_exe(int dir, struct procid *id)
{
	const ssize_t len =
	    readlinkat(dir, "exe", id->exe, sizeof(id->exe) - 1);
	struct stat st;

	if (len < 0) {
		/* No memory, no program: it is ending, or the kernel's own. */
		if (errno == ENOENT)
			errno = ESRCH;
		return false;
	}
	id->exe[len] = '\0';
	/* Follows the kernel's own reference, also to a deleted file. */
	if (fstatat(dir, "exe", &st, 0) != 0)
		return false;
	id->exe_device = st.st_dev;
	id->exe_inode = st.st_ino;
	return true;
}

static int64_t
ticks_ns(uint64_t ticks)
{
	const int64_t per_second = sysconf(_SC_CLK_TCK);

	return (int64_t)ticks * (CLOCK_SECOND / per_second);
}

/* False with errno. */
static bool
read_all(int dir, struct procid *id)
{
	char bytes[FILE_MAX];
	ssize_t len = read_file(dir, "stat", bytes);

	if (len < 0)
		return false;
	errno = EBADMSG;
	if (!procid_parse_stat(bytes, (size_t)len, id))
		return false;
	id->started_ns = ticks_ns(id->start_ticks);
	len = read_file(dir, "status", bytes);
	if (len < 0)
		return false;
	errno = EBADMSG;
	if (!parse_status(bytes, (size_t)len, id))
		return false;
	len = read_file(dir, "cgroup", bytes);
	if (len < 0 && errno != ENOENT) /* a kernel without cgroups */
		return false;
	parse_cgroup(bytes, len < 0 ? 0 : (size_t)len, id);
	return read_exe(dir, id);
}

/* ENOENT, ESRCH: it has ended meanwhile.  A zombie has no exe either. */
static enum procid_found
explain(pid_t pid, int pidfd, int number, const struct procid *id,
    struct err *err)
{
	if ((pidfd >= 0 && !is_alive(pidfd)) || number == ESRCH ||
	    (number == ENOENT && pidfd < 0) || id->state == 'Z')
		return PROCID_GONE;
	if (number == EACCES || number == EPERM)
		err_set(err, ERR_PERMISSION,
		    "process %d cannot be looked at: it needs %sCAP_SYS_PTRACE",
		    (int)pid, geteuid() == 0 ? "" : "root or ");
	else if (number == EBADMSG)
		err_set(err, ERR_PROTOCOL,
		    "/proc tells nothing sensible of process %d", (int)pid);
	else
		err_sys(err, number, "looking at process %d", (int)pid);
	return PROCID_ERROR;
}

enum procid_found
procid_read(const char *root, pid_t pid, int pidfd, struct procid *id,
    struct err *err)
{
	char path[PATH_MAX];
	int dir, number = 0;

	*id = (struct procid){ .pid = pid };
	snprintf(path, sizeof(path), "%s/%d", root, (int)pid);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return explain(pid, pidfd, errno, id, err);
	if (!read_all(dir, id))
		number = errno;
	close(dir);
	if (number != 0)
		return explain(pid, pidfd, number, id, err);
	if (id->state == 'Z' || (pidfd >= 0 && !is_alive(pidfd)))
		return PROCID_GONE;
	return PROCID_ALIVE;
}

/* --- which one ------------------------------------------------------------ */

/* The file has gone, or another has taken its place. */
static bool
is_gone(const char *exe, const char *path)
{
	const size_t len = strlen(path);

	return strncmp(exe, path, len) == 0 && strcmp(exe + len, DELETED) == 0;
}

bool
procid_matches(const struct procid *id, const struct procid_want *want)
{
	struct stat st;

	if ((!want->any_user && id->uid != want->uid) || id->contained)
		return false;
	if (!want->exe || is_gone(id->exe, want->exe))
		return true;
	if (stat(want->exe, &st) != 0) /* not for us to see */
		return strcmp(id->exe, want->exe) == 0;
	return st.st_dev == id->exe_device && st.st_ino == id->exe_inode;
}

/* Another file of that path: in mounts of its own, so who knows? */
static bool
is_namesake(const struct procid *id, const struct procid_want *want)
{
	return !id->contained && want->exe &&
	    (want->any_user || id->uid == want->uid) &&
	    strcmp(id->exe, want->exe) == 0 && !procid_matches(id, want);
}

static enum procid_found
look_at(const char *root, pid_t pid, struct procid *id, struct err *err)
{
	const int pidfd = procid_open(pid, err);
	enum procid_found found;

	/* What cannot be looked at must not pass for the one before it. */
	*id = (struct procid){ .pid = pid };
	if (pidfd < 0)
		return err->kind == ERR_NONE ? PROCID_GONE : PROCID_ERROR;
	found = procid_read(root, pid, pidfd, id, err);
	close(pidfd);
	return found;
}

/* A process of the kernel's own has no program: nothing to look for. */
static bool
is_kernel_thread(const struct procid *id)
{
	return id->pid == 2 || id->parent == 2;
}

/* We, our guard and its worker refuse such a look (PR_SET_DUMPABLE), and are
 * nobody's service. */
static bool
is_ours(const struct procid *id)
{
	const pid_t guard = getppid();

	return id->pid == getpid() || id->pid == guard || id->parent == guard;
}

/* Whoever sees process 1 sees all: proc(5), hidepid. */
static bool
sees_all(const char *root, struct err *err)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/1", root);
	return stat(path, &st) == 0 ||
	    err_set(err, ERR_PERMISSION,
		"%s hides the processes of others (hidepid): it needs root",
		root);
}

/* A worker of the service is not the service. */
static bool
parent_matches(const char *root, const struct procid *id,
    const struct procid_want *want)
{
	struct procid parent;
	struct err ignored;

	return id->parent > 0 &&
	    look_at(root, id->parent, &parent, &ignored) == PROCID_ALIVE &&
	    procid_matches(&parent, want);
}

static pid_t
number_of(const char *name)
{
	uint32_t pid;

	return span_u32(span_of(name), &pid) && pid <= INT_MAX ? (pid_t)pid : 0;
}

enum procid_found
procid_find(const char *root, const struct procid_want *want, struct procid *id,
    size_t *count, struct err *err)
{
	DIR *all = opendir(root);
	const struct dirent *entry;
	struct err blind = { 0 };
	struct procid seen;

	*count = 0;
	if (!all) {
		err_sys(err, errno, "%s", root);
		return PROCID_ERROR;
	}
	while ((entry = readdir(all))) {
		const pid_t pid = number_of(entry->d_name);
		enum procid_found found;

		if (pid <= 0)
			continue;
		found = look_at(root, pid, &seen, err);
		if (found == PROCID_ERROR && !is_kernel_thread(&seen) &&
		    !is_ours(&seen) &&
		    (want->any_user || seen.uid == want->uid))
			blind = *err;
		if (found == PROCID_ALIVE && is_namesake(&seen, want))
			err_set(&blind, ERR_SYSTEM,
			    "process %d runs another file of the path %s",
			    (int)pid, want->exe);
		if (found != PROCID_ALIVE || !procid_matches(&seen, want) ||
		    parent_matches(root, &seen, want))
			continue;
		*id = seen;
		++*count;
	}
	closedir(all);
	if (*count > 0)
		return PROCID_ALIVE;
	*err = blind;
	return blind.kind == ERR_NONE && sees_all(root, err) ? PROCID_GONE
							     : PROCID_ERROR;
}

void
procid_format(struct text *out, const struct procid *id)
{
	text_addf(out, "%d:%llu:%llx.%llx:%u:%08llx", (int)id->pid,
	    (unsigned long long)id->start_ticks,
	    (unsigned long long)id->exe_device,
	    (unsigned long long)id->exe_inode, (unsigned)id->uid,
	    (unsigned long long)(hash_add(HASH_START, id->cgroup,
				     strlen(id->cgroup)) >>
		32));
}

enum procid_found
procid_verify(const char *root, pid_t pid, int pidfd,
    const struct procid_want *want, const char *word, struct err *err)
{
	char room[200];
	struct text now = TEXT_OVER(room);
	struct procid id = { 0 };
	const enum procid_found found = procid_read(root, pid, pidfd, &id, err);

	if (found != PROCID_ALIVE)
		return found;
	procid_format(&now, &id);
	if (procid_matches(&id, want) && strcmp(now.data, word) == 0)
		return PROCID_ALIVE;
	err_set(err, ERR_SYSTEM, "process %d is another one now", (int)pid);
	return PROCID_ERROR;
}
