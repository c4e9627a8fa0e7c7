/* SPDX-License-Identifier: ISC */
#include "frame/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "frame/state_dir.h"
#include "frame/state_format.h"

/* Sleeps between two tries for the lock: short first, since a save takes about
 * a tenth of a millisecond, then long enough for hundreds to wait at once. */
#define LOCK_SLEEP_MIN_NS (50 * INT64_C(1000))
#define LOCK_SLEEP_MAX_NS (4 * CLOCK_MILLI)

/* The longest suffix is ".damaged". */
#define SUFFIX_MAX 9

struct file_name {
	char text[sizeof(((struct state *)0)->name) + SUFFIX_MAX];
};

static struct file_name
name_with(const struct state *state, const char *suffix)
{
	struct file_name name = { "" };
	struct text text;

	text_init(&text, name.text, sizeof(name.text));
	text_add(&text, state->name);
	text_add(&text, suffix);
	return name;
}

/* The reason that errno gives, as a sentence about one of our files. */
static bool
fail_on(const struct state *state, const char *suffix, int number,
    struct err *err)
{
	if (number == ELOOP)
		return err_set(err, ERR_PERMISSION,
		    "state file %s/%s%s is a symbolic link", state->path,
		    state->name, suffix);
	return err_sys(err, number, "state file %s/%s%s", state->path,
	    state->name, suffix);
}

static bool
check_file(const struct state *state, const char *suffix, const struct stat *st,
    struct err *err)
{
	const char *fault = !S_ISREG(st->st_mode)      ? "is no regular file"
	    : st->st_nlink != 1			       ? "has a second name"
	    : st->st_uid != geteuid()		       ? "is not ours"
	    : (st->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? "is open to others"
						       : NULL;

	return !fault ||
	    err_set(err, ERR_PERMISSION, "state file %s/%s%s %s", state->path,
		state->name, suffix, fault);
}

/* A descriptor, or -1 with errno.  O_NONBLOCK: a FIFO must not stop us. */
static int
open_file(const struct state *state, const char *name, int flags)
{
	int fd;

	do {
		fd = openat(state->dir_fd, name,
		    flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		    0600);
	} while (fd < 0 && errno == EINTR);
	return fd;
}

/* --- opening -------------------------------------------------------------- */

static bool
set_name(struct state *state, const char *program, struct err *err)
{
	struct text name;

	text_init(&name, state->name, sizeof(state->name));
	text_addf(&name, "%s-%016" PRIx64, program,
	    hash_add(HASH_START, state->key, strlen(state->key)));
	if (name.cut || !*program || strchr(program, '/'))
		return err_set(err, ERR_USAGE,
		    "%s cannot be part of a file name", program);
	return true;
}

bool
state_open(struct state *state, const char *directory, const char *program,
    const char *key, size_t max_bytes, struct err *err)
{
	struct text path;

	*state = (struct state){
		.dir_fd = -1,
		.lock_fd = -1,
		.key = key,
		.max_bytes = max_bytes,
		.lock_ns = STATE_LOCK_NS,
	};
	if (!set_name(state, program, err))
		return false;
	text_init(&path, state->path, sizeof(state->path));
	state->dir_fd = state_dir_open(directory, &path, err);
	return state->dir_fd >= 0;
}

void
state_close(struct state *state)
{
	state_unlock(state);
	if (state->dir_fd >= 0)
		close(state->dir_fd);
	state->dir_fd = -1;
}

/* --- loading -------------------------------------------------------------- */

static struct state_stamp
stamp_of(const struct stat *st)
{
	return (struct state_stamp){
		.device = st->st_dev,
		.inode = st->st_ino,
		.changed_ns =
		    st->st_ctim.tv_sec * CLOCK_SECOND + st->st_ctim.tv_nsec,
	};
}

/* Reads up to `size` bytes; -1 with errno.  Fewer mean the end of the file. */
static ssize_t
read_all(int fd, char *bytes, size_t size)
{
	size_t len = 0;

	while (len < size) {
		const ssize_t n = read(fd, bytes + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* The sentence of state_decode, with its subject. */
static bool
decode(struct state *state, const char *bytes, size_t len, struct err *err)
{
	struct err reason;

	if (state_decode(bytes, len, state->key, &state->body, &state->body_len,
		&reason))
		return true;
	state->damaged = true;
	return err_set(err, reason.kind, "state file %s/%s %s", state->path,
	    state->name, reason.text);
}

static bool
load_file(struct state *state, int fd, struct arena *arena, struct err *err)
{
	const size_t limit =
	    STATE_FORMAT_OVERHEAD + strlen(state->key) + state->max_bytes;
	struct stat st;
	char *bytes;
	ssize_t len;

	if (fstat(fd, &st) < 0)
		return fail_on(state, "", errno, err);
	state->stamp = stamp_of(&st);
	if (!check_file(state, "", &st, err))
		return false;
	if ((uint64_t)st.st_size > limit)
		return err_set(err, ERR_PROTOCOL,
		    "state file %s/%s is too large: %" PRIu64 " bytes",
		    state->path, state->name, (uint64_t)st.st_size);
	bytes = arena_alloc(arena, (size_t)st.st_size + 1);
	if (!bytes)
		return fail_on(state, "", ENOMEM, err);
	len = read_all(fd, bytes, (size_t)st.st_size);
	if (len < 0)
		return fail_on(state, "", errno, err);
	return decode(state, bytes, (size_t)len, err);
}

/* An absent file is -1 with ENOENT. */
static int
open_body(const struct state *state)
{
	return open_file(state, state->name, O_RDONLY);
}

bool
state_load(struct state *state, struct arena *arena, struct err *err)
{
	const int fd = open_body(state);
	bool ok;

	state->body = NULL;
	state->body_len = 0;
	state->stamp = (struct state_stamp){ 0 };
	state->damaged = false;
	if (fd < 0)
		return errno == ENOENT || fail_on(state, "", errno, err);
	ok = load_file(state, fd, arena, err);
	close(fd);
	return ok;
}

/* --- locking -------------------------------------------------------------- */

static bool
lock_open(struct state *state, struct err *err)
{
	const struct file_name name = name_with(state, ".lock");

	state->lock_fd = open_file(state, name.text, O_RDWR | O_CREAT);
	return state->lock_fd >= 0 || fail_on(state, ".lock", errno, err);
}

static void
sleep_ns(int64_t ns)
{
	const struct timespec time = {
		.tv_sec = ns / CLOCK_SECOND,
		.tv_nsec = ns % CLOCK_SECOND,
	};

	/* An early end by a signal only means one try more. */
	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static bool
lock_wait(struct state *state, const struct deadline *until, struct err *err)
{
	int64_t nap = LOCK_SLEEP_MIN_NS;

	while (flock(state->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		const int64_t left = deadline_left_ns(until);

		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return fail_on(state, ".lock", errno, err);
		if (left == 0)
			return err_set(err, ERR_TIMEOUT,
			    "state file %s/%s.lock: another run holds it",
			    state->path, state->name);
		sleep_ns(nap < left ? nap : left);
		nap = 2 * nap < LOCK_SLEEP_MAX_NS ? 2 * nap : LOCK_SLEEP_MAX_NS;
	}
	return true;
}

/* *again: somebody has removed the file that we locked, so that the next run
 * would lock another one. */
static bool
lock_try(struct state *state, const struct deadline *until, bool *again,
    struct err *err)
{
	struct stat st;

	*again = false;
	if (!lock_open(state, err) || !lock_wait(state, until, err))
		return false;
	if (fstat(state->lock_fd, &st) < 0)
		return fail_on(state, ".lock", errno, err);
	*again = st.st_nlink == 0 && !deadline_past(until);
	return check_file(state, ".lock", &st, err);
}

bool
state_lock(struct state *state, const struct deadline *deadline,
    struct err *err)
{
	struct deadline until = deadline_in(state->lock_ns);
	bool again;

	if (deadline->at_ns < until.at_ns)
		until = *deadline;
	do {
		if (lock_try(state, &until, &again, err))
			return true;
		state_unlock(state);
	} while (again);
	return false;
}

void
state_unlock(struct state *state)
{
	if (state->lock_fd >= 0)
		close(state->lock_fd);
	state->lock_fd = -1;
}

/* --- saving --------------------------------------------------------------- */

/* Is the file that state_load read still in place? */
static bool
in_place(const struct state *state)
{
	struct state_stamp now;
	struct stat st;

	if (fstatat(state->dir_fd, state->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	now = stamp_of(&st);
	return now.device == state->stamp.device &&
	    now.inode == state->stamp.inode &&
	    now.changed_ns == state->stamp.changed_ns;
}

static bool
unchanged(const struct state *state, const char *body, size_t len)
{
	return state->body && state->body_len == len &&
	    memcmp(state->body, body, len) == 0 && in_place(state);
}

static bool
sync_dir(const struct state *state, struct err *err)
{
	return fsync(state->dir_fd) == 0 ||
	    err_sys(err, errno, "state directory %s: sync", state->path);
}

/* The run that wrote it may have died before it was on the disk. */
static bool
sync_unchanged(const struct state *state, struct err *err)
{
	const int fd = open_body(state);
	bool ok;

	if (fd < 0)
		return fail_on(state, "", errno, err);
	ok = fsync(fd) == 0 || fail_on(state, "", errno, err);
	close(fd);
	return ok && sync_dir(state, err);
}

/* Writes all of the vector, which it changes; -1 with errno. */
static int
write_all(int fd, struct iovec *iov, int count)
{
	while (count > 0) {
		ssize_t n = writev(fd, iov, count);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		while (count > 0 && (size_t)n >= iov->iov_len) {
			n -= (ssize_t)iov->iov_len;
			iov++;
			count--;
		}
		if (count > 0) {
			iov->iov_base = (char *)iov->iov_base + n;
			iov->iov_len -= (size_t)n;
		}
	}
	return 0;
}

/* writev takes no const: it only reads. */
static struct iovec
piece(const char *bytes, size_t len)
{
	union {
		const char *from;
		void *to;
	} pointer = { .from = bytes };

	return (struct iovec){ .iov_base = pointer.to, .iov_len = len };
}

static int
write_file(const struct state *state, int fd, const char *body, size_t len)
{
	char buffer[STATE_FORMAT_OVERHEAD];
	struct text head = TEXT_OVER(buffer);
	const size_t key_len = strlen(state->key);
	struct rlimit limit;
	struct iovec iov[4];

	state_format_head(&head, state->key, body, len);
	/* A write beyond the limit would raise SIGXFSZ, which ends a process
	 * that does not expect it. */
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	    head.len + key_len + 1 + len > limit.rlim_cur) {
		errno = EFBIG;
		return -1;
	}
	iov[0] = piece(head.data, head.len);
	iov[1] = piece(state->key, key_len);
	iov[2] = piece("\n", 1);
	iov[3] = piece(body, len);
	return write_all(fd, iov, 4);
}

/* A new, empty file; what a killed run has left is removed. */
static int
temp_open(const struct state *state, const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL;
	const int fd = open_file(state, name, flags);

	if (fd >= 0 || errno != EEXIST)
		return fd;
	if (unlinkat(state->dir_fd, name, 0) < 0 && errno != ENOENT)
		return -1;
	return open_file(state, name, flags);
}

/* Leaves a whole temporary file; 0, or an errno. */
static int
temp_write(const struct state *state, const char *name, enum state_class class,
    const char *body, size_t len)
{
	const int fd = temp_open(state, name);
	int fault = 0;

	if (fd < 0)
		return errno;
	if (write_file(state, fd, body, len) < 0 ||
	    (class == STATE_DURABLE && fsync(fd) < 0))
		fault = errno;
	/* Some file systems tell only here that the disk is full. */
	if (close(fd) < 0 && !fault && errno != EINTR)
		fault = errno;
	return fault;
}

/*
 * A second name for the damaged file, which the rename then takes its first
 * from.  Not a rename: a run killed here must leave what it found.  The first
 * damaged file is the one that is kept.
 */
static void
keep_damaged(const struct state *state)
{
	const struct file_name aside = name_with(state, ".damaged");

	if (linkat(state->dir_fd, state->name, state->dir_fd, aside.text, 0) <
	    0)
		return; /* only for people to look at: never an error */
}

static bool
replace(struct state *state, enum state_class class, const char *body,
    size_t len, struct err *err)
{
	const struct file_name temp = name_with(state, ".tmp");
	int fault = temp_write(state, temp.text, class, body, len);

	if (fault) {
		unlinkat(state->dir_fd, temp.text, 0);
		return fail_on(state, ".tmp", fault, err);
	}
	if (state->damaged && in_place(state))
		keep_damaged(state);
	if (renameat(state->dir_fd, temp.text, state->dir_fd, state->name) <
	    0) {
		fault = errno;
		unlinkat(state->dir_fd, temp.text, 0);
		return fail_on(state, "", fault, err);
	}
	state->damaged = false;
	state->stamp = (struct state_stamp){ 0 };
	return class != STATE_DURABLE || sync_dir(state, err);
}

bool
state_save(struct state *state, enum state_class class, const char *body,
    size_t len, const struct deadline *deadline, struct err *err)
{
	const bool locked = state->lock_fd >= 0;
	bool ok;

	if (len > state->max_bytes)
		return err_set(err, ERR_SYSTEM,
		    "state file %s/%s: %zu bytes are more than %zu",
		    state->path, state->name, len, state->max_bytes);
	if (unchanged(state, body, len))
		return class != STATE_DURABLE || sync_unchanged(state, err);
	if (!locked && !state_lock(state, deadline, err))
		return false;
	ok = replace(state, class, body, len, err);
	if (!locked)
		state_unlock(state);
	return ok;
}

bool
state_remove(struct state *state, const struct deadline *deadline,
    struct err *err)
{
	const bool locked = state->lock_fd >= 0;
	bool ok;

	if (!locked && !state_lock(state, deadline, err))
		return false;
	ok = unlinkat(state->dir_fd, state->name, 0) == 0 || errno == ENOENT ||
	    fail_on(state, "", errno, err);
	if (!locked)
		state_unlock(state);
	return ok;
}
