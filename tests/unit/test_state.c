/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/suite.h"

/* --- seams: each system call of state.c is counted and can fail ----------- */

static struct {
	int count;	/* calls so far */
	int fail_at;	/* this one fails ... */
	int number;	/* ... with this errno */
	int kill_at;	/* before this one the process is killed */
	bool dribble;	/* a read or write moves one byte */
	char log[4096]; /* names of the calls */
} seams;

static bool
strikes(const char *call)
{
	seams.count++;
	if (strlen(seams.log) + strlen(call) + 2 < sizeof(seams.log)) {
		strcat(seams.log, call);
		strcat(seams.log, " ");
	}
	if (seams.count == seams.kill_at)
		kill(getpid(), SIGKILL);
	if (seams.count != seams.fail_at)
		return false;
	errno = seams.number;
	return true;
}

static int
seam_openat(int dir, const char *name, int flags, mode_t mode)
{
	return strikes("open") ? -1 : openat(dir, name, flags, mode);
}

static int
seam_fstat(int fd, struct stat *st)
{
	return strikes("fstat") ? -1 : fstat(fd, st);
}

static int
seam_fstatat(int dir, const char *name, struct stat *st, int flags)
{
	return strikes("fstatat") ? -1 : fstatat(dir, name, st, flags);
}

static ssize_t
seam_read(int fd, void *bytes, size_t len)
{
	if (strikes("read"))
		return -1;
	return read(fd, bytes, seams.dribble && len ? 1 : len);
}

static ssize_t
seam_writev(int fd, const struct iovec *iov, int count)
{
	if (strikes("write"))
		return -1;
	if (seams.dribble && iov->iov_len)
		return write(fd, iov->iov_base, 1);
	return writev(fd, iov, count);
}

static int
seam_fsync(int fd)
{
	struct stat st;

	fstat(fd, &st);
	return strikes(S_ISDIR(st.st_mode) ? "syncdir" : "sync") ? -1
								 : fsync(fd);
}

static int
seam_close(int fd)
{
	const bool struck = strikes("close");
	const int number = errno;

	close(fd);
	errno = number;
	return struck ? -1 : 0;
}

static int
seam_flock(int fd, int how)
{
	return strikes("flock") ? -1 : flock(fd, how);
}

static int
seam_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return strikes("rename") ? -1 : renameat(from_dir, from, to_dir, to);
}

static int
seam_unlinkat(int dir, const char *name, int flags)
{
	return strikes("unlink") ? -1 : unlinkat(dir, name, flags);
}

static int
seam_linkat(int from_dir, const char *from, int to_dir, const char *to,
    int flags)
{
	return strikes("link") ? -1 : linkat(from_dir, from, to_dir, to, flags);
}

#define openat(dir, name, flags, mode) seam_openat(dir, name, flags, mode)
#define fstat seam_fstat
#define fstatat seam_fstatat
#define read seam_read
#define writev seam_writev
#define fsync seam_fsync
#define close seam_close
#define flock seam_flock
#define renameat seam_renameat
#define unlinkat seam_unlinkat
#define linkat seam_linkat
#include "lib/frame/state.c"
#undef openat
#undef fstat
#undef fstatat
#undef read
#undef writev
#undef fsync
#undef close
#undef flock
#undef renameat
#undef unlinkat
#undef linkat

/* --- fixture -------------------------------------------------------------- */

#define KEY "test\ntwo lines"
#define MAX_BYTES 65536

static char scratch[64];    /* a directory of ours */
static char directory[128]; /* the state directory in it */
static char victim[128];    /* a file that nothing may touch */
static struct arena arena;
static struct state state;
static struct err err;
static struct deadline deadline;

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static const char *
in(const char *base, const char *name)
{
	static char paths[4][512];
	static int turn;
	char *path = paths[turn = (turn + 1) % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", base, name);
	return path;
}

/* Path of the state file with a suffix. */
static const char *
file(const char *suffix)
{
	char name[200];

	snprintf(name, sizeof(name), "%s%s", state.name, suffix);
	return in(directory, name);
}

static void
put_file(const char *path, const char *bytes, size_t len, mode_t mode)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, len), len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static size_t
get_file(const char *path, char *bytes, size_t size)
{
	const int fd = open(path, O_RDONLY);
	ssize_t len;

	ck_assert_msg(fd >= 0, "%s", path);
	len = read(fd, bytes, size);
	ck_assert_int_ge(len, 0);
	close(fd);
	return (size_t)len;
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void
set_up(void)
{
	const char *base = getenv("TMPDIR");

	umask(022);
	snprintf(scratch, sizeof(scratch), "%s/rv_state_XXXXXX",
	    base && strlen(base) < 40 ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(scratch));
	snprintf(directory, sizeof(directory), "%s/state", scratch);
	ck_assert_int_eq(mkdir(directory, 0700), 0);
	snprintf(victim, sizeof(victim), "%s/victim", scratch);
	put_file(victim, "untouched", 9, 0600);
	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	deadline = deadline_in(60 * CLOCK_SECOND);
	state = (struct state)STATE_CLOSED;
	ck_assert(
	    state_open(&state, directory, "check_x", KEY, MAX_BYTES, &err));
	memset(&seams, 0, sizeof(seams));
}

static void
tear_down(void)
{
	state_close(&state);
	arena_free(&arena);
	umount2(directory, MNT_DETACH); /* of the tests with a disk */
	nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool
save(const char *body)
{
	return state_save(&state, STATE_CACHE, body, strlen(body), &deadline,
	    &err);
}

static bool
load(void)
{
	return state_load(&state, &arena, &err);
}

/* What another run would find now. */
static void
expect_body(const char *body)
{
	struct state other;

	memset(&seams, 0, sizeof(seams));
	ck_assert(
	    state_open(&other, directory, "check_x", KEY, MAX_BYTES, &err));
	ck_assert_msg(state_load(&other, &arena, &err), "%s", err.text);
	if (body) {
		ck_assert_ptr_nonnull(other.body);
		ck_assert_uint_eq(other.body_len, strlen(body));
		ck_assert_mem_eq(other.body, body, other.body_len);
	} else {
		ck_assert_ptr_null(other.body);
	}
	state_close(&other);
}

static int
count_entries(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int count = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static void
skipped(const char *what, const char *why)
{
	printf("state: skipped: %s: %s\n", what, why);
	fflush(stdout);
}

/* --- the plain way -------------------------------------------------------- */

START_TEST(first_run_then_memory)
{
	struct stat st;

	ck_assert(load());
	ck_assert_ptr_null(state.body);
	ck_assert(save("one"));
	expect_body("one");
	ck_assert(save("two"));
	expect_body("two");
	ck_assert(save(""));
	expect_body("");
	ck_assert_int_eq(lstat(file(""), &st), 0);
	ck_assert_int_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(count_entries(directory), 2); /* file and lock */
	ck_assert_int_eq(state.lock_fd, -1);
}
END_TEST

START_TEST(names_are_stable)
{
	struct state other;

	ck_assert_str_eq(state.name, "check_x-10c58d1a6f92f61e");
	ck_assert(
	    state_open(&other, directory, "check_x", KEY "2", MAX_BYTES, &err));
	ck_assert_str_ne(state.name, other.name);
	state_close(&other);
	ck_assert(!state_open(&other, directory, "../x", KEY, 1, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_int_eq(other.dir_fd, -1);
	state_close(&other);
}
END_TEST

START_TEST(other_keys_do_not_meet)
{
	struct state other;

	ck_assert(save("mine"));
	ck_assert(
	    state_open(&other, directory, "check_x", "k", MAX_BYTES, &err));
	ck_assert(state_load(&other, &arena, &err));
	ck_assert_ptr_null(other.body);
	ck_assert(state_save(&other, STATE_CACHE, "its", 3, &deadline, &err));
	expect_body("mine");
	/* Two keys with one hash: the key in the file decides. */
	ck_assert_int_eq(rename(in(directory, other.name), file("")), 0);
	ck_assert(!load());
	ck_assert_ptr_null(state.body);
	ck_assert_ptr_nonnull(strstr(err.text, " belongs to something else"));
	state_close(&other);
}
END_TEST

START_TEST(unchanged_is_not_rewritten)
{
	struct stat before, after;

	ck_assert(save("same"));
	ck_assert(load());
	ck_assert_int_eq(stat(file(""), &before), 0);
	seams.log[0] = '\0';
	ck_assert(save("same"));
	ck_assert_str_eq(seams.log, "fstatat ");
	ck_assert_int_eq(stat(file(""), &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	/* Durable: it may not have been synced by the run that wrote it. */
	seams.log[0] = '\0';
	ck_assert(
	    state_save(&state, STATE_DURABLE, "same", 4, &deadline, &err));
	ck_assert_str_eq(seams.log, "fstatat open sync close syncdir ");
}
END_TEST

START_TEST(unchanged_but_replaced_is_rewritten)
{
	struct state other;

	ck_assert(save("same"));
	ck_assert(load());
	ck_assert(
	    state_open(&other, directory, "check_x", KEY, MAX_BYTES, &err));
	ck_assert(state_save(&other, STATE_CACHE, "else", 4, &deadline, &err));
	state_close(&other);
	ck_assert(save("same"));
	expect_body("same");
	ck_assert(load());
	ck_assert_int_eq(unlink(file("")), 0);
	ck_assert(save("same"));
	expect_body("same");
}
END_TEST

START_TEST(too_much_is_refused)
{
	static char body[MAX_BYTES + 1];

	memset(body, 'x', sizeof(body));
	ck_assert(save("old"));
	ck_assert(!state_save(&state, STATE_CACHE, body, sizeof(body),
	    &deadline, &err));
	expect_body("old");
	ck_assert(
	    state_save(&state, STATE_CACHE, body, MAX_BYTES, &deadline, &err));
	ck_assert(load());
	ck_assert_uint_eq(state.body_len, MAX_BYTES);
}
END_TEST

START_TEST(too_little_room_is_an_error)
{
	struct arena small;

	ck_assert(save("0123456789012345678901234567890123456789"));
	ck_assert(arena_reserve(&small, 16, &err));
	ck_assert(!state_load(&state, &small, &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	arena_free(&small);
}
END_TEST

START_TEST(too_large_a_file_is_not_read)
{
	ck_assert(save("old"));
	ck_assert_int_eq(truncate(file(""), MAX_BYTES + 200), 0);
	memset(&seams, 0, sizeof(seams));
	ck_assert(!load());
	ck_assert_ptr_nonnull(strstr(err.text, "is too large: 65736 bytes"));
	ck_assert_str_eq(seams.log, "open fstat close ");
}
END_TEST

START_TEST(the_order_of_a_durable_save)
{
	ck_assert(state_save(&state, STATE_DURABLE, "one", 3, &deadline, &err));
	ck_assert_str_eq(seams.log,
	    "open flock fstat open write sync close rename syncdir close ");
	seams.log[0] = '\0';
	ck_assert(save("two"));
	ck_assert_str_eq(seams.log,
	    "open flock fstat open write close rename close ");
}
END_TEST

START_TEST(a_lock_held_is_used)
{
	ck_assert(state_lock(&state, &deadline, &err));
	ck_assert(load());
	seams.log[0] = '\0';
	ck_assert(save("one"));
	ck_assert_str_eq(seams.log, "open write close rename ");
	ck_assert_int_ge(state.lock_fd, 0);
	state_unlock(&state);
	state_unlock(&state);
	ck_assert_int_eq(state.lock_fd, -1);
}
END_TEST

START_TEST(a_lock_of_another_run_times_out)
{
	struct state other;
	int64_t start, took;

	ck_assert(
	    state_open(&other, directory, "check_x", KEY, MAX_BYTES, &err));
	ck_assert(state_lock(&other, &deadline, &err));
	start = clock_monotonic_ns();
	ck_assert(!save("mine"));
	took = clock_monotonic_ns() - start;
	ck_assert_int_ge(took, STATE_LOCK_NS);
	ck_assert_int_le(took, STATE_LOCK_NS + 30 * CLOCK_SECOND);
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_ptr_nonnull(strstr(err.text, ".lock: another run holds it"));
	ck_assert_int_eq(state.lock_fd, -1);
	/* A deadline that is nearer wins: one of many looks is not held up. */
	for (int i = 0; i < 20 && took >= STATE_LOCK_NS; i++) {
		start = clock_monotonic_ns();
		deadline = deadline_in(20 * CLOCK_MILLI);
		ck_assert(!state_lock(&state, &deadline, &err));
		took = clock_monotonic_ns() - start;
	}
	ck_assert_int_lt(took, STATE_LOCK_NS);
	/* Reading needs no lock. */
	ck_assert(load());
	state_close(&other);
	deadline = deadline_in(60 * CLOCK_SECOND);
	ck_assert(save("mine"));
}
END_TEST

START_TEST(a_lock_file_removed_while_held)
{
	struct state other;

	ck_assert(state_lock(&state, &deadline, &err));
	ck_assert(
	    state_open(&other, directory, "check_x", KEY, MAX_BYTES, &err));
	ck_assert_int_eq(unlink(file(".lock")), 0);
	/* It locks the new file, and it must be the one that is in place. */
	ck_assert(state_lock(&other, &deadline, &err));
	state_unlock(&state);
	ck_assert(!state_lock(&state, &deadline, &err));
	state_close(&other);
	ck_assert(state_lock(&state, &deadline, &err));
}
END_TEST

static _Noreturn void
lock_what_is_in_place(void)
{
	struct stat st, in_place_now;

	state_close(&state);
	if (!state_open(&state, directory, "check_x", KEY, 1, &err))
		_exit(1);
	state.lock_ns = 60 * CLOCK_SECOND; /* who holds it may be held up */
	if (!state_lock(&state, &deadline, &err))
		_exit(1);
	if (fstat(state.lock_fd, &st) < 0 ||
	    stat(file(".lock"), &in_place_now) < 0)
		_exit(2);
	_exit(st.st_ino == in_place_now.st_ino ? 0 : 3);
}

START_TEST(a_lock_file_removed_while_awaited)
{
	const struct timespec nap = { .tv_nsec = 50000000 };
	int status;
	pid_t waiter;

	ck_assert(state_lock(&state, &deadline, &err));
	waiter = fork();
	if (waiter == 0)
		lock_what_is_in_place();
	nanosleep(&nap, NULL);
	ck_assert_int_eq(unlink(file(".lock")), 0);
	state_unlock(&state);
	ck_assert_int_eq(waitpid(waiter, &status, 0), waiter);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* --- damage --------------------------------------------------------------- */

static char whole[512];
static size_t whole_len;

static bool
load_bytes(const char *bytes, size_t len)
{
	put_file(file(""), bytes, len, 0600);
	arena_reset(&arena);
	return load();
}

START_TEST(every_bit_and_cut_in_the_file)
{
	ck_assert(save("seen 4711\nseen 4712\n"));
	whole_len = get_file(file(""), whole, sizeof(whole));
	for (size_t i = 0; i < whole_len * 8; i++) {
		whole[i / 8] ^= (char)(1 << i % 8);
		ck_assert_msg(!load_bytes(whole, whole_len), "bit %zu", i);
		ck_assert(!state.body && *err.text);
		whole[i / 8] ^= (char)(1 << i % 8);
	}
	for (size_t len = 0; len < whole_len; len++)
		ck_assert_msg(!load_bytes(whole, len), "%zu bytes", len);
	ck_assert(!load_bytes(whole, whole_len + 1));
	ck_assert(load_bytes(whole, whole_len));
}
END_TEST

START_TEST(damage_is_kept_aside_once)
{
	char kept[64];

	ck_assert(!load_bytes("first damage", 12));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, directory));
	ck_assert(!exists(file(".damaged")));
	ck_assert(save("good"));
	expect_body("good");
	ck_assert_uint_eq(get_file(file(".damaged"), kept, sizeof(kept)), 12);
	ck_assert_mem_eq(kept, "first damage", 12);
	ck_assert(!load_bytes("second", 6));
	ck_assert(save("better"));
	expect_body("better");
	ck_assert_uint_eq(get_file(file(".damaged"), kept, sizeof(kept)), 12);
	ck_assert_int_eq(count_entries(directory), 3);
}
END_TEST

START_TEST(newer_is_kept_aside)
{
	static const char newer[] = "routevigil-state 2 anything";

	ck_assert(!load_bytes(newer, strlen(newer)));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
	ck_assert(save("good"));
	ck_assert(exists(file(".damaged")));
}
END_TEST

/* What was damaged when we looked and is good now is not damage. */
START_TEST(healed_by_another_run)
{
	struct state other;

	ck_assert(!load_bytes("damage", 6));
	ck_assert(
	    state_open(&other, directory, "check_x", KEY, MAX_BYTES, &err));
	ck_assert(state_save(&other, STATE_CACHE, "good", 4, &deadline, &err));
	state_close(&other);
	ck_assert(save("better"));
	ck_assert(!exists(file(".damaged")));
}
END_TEST

/* --- hostile objects ------------------------------------------------------ */

static bool
make_symlink(const char *path)
{
	return symlink(victim, path) == 0;
}

static bool
make_dangling(const char *path)
{
	return symlink(in(scratch, "absent"), path) == 0;
}

static bool
make_loop(const char *path)
{
	return symlink(path, path) == 0;
}

static bool
make_hard_link(const char *path)
{
	return link(victim, path) == 0;
}

static bool
make_fifo(const char *path)
{
	return mkfifo(path, 0600) == 0;
}

static bool
make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool ok;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	ok = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	close(fd);
	return ok;
}

static bool
make_null_device(const char *path)
{
	return mknod(path, S_IFCHR | 0600, makedev(1, 3)) == 0;
}

static bool
make_zero_device(const char *path)
{
	return mknod(path, S_IFCHR | 0600, makedev(1, 5)) == 0;
}

static bool
make_directory(const char *path)
{
	return mkdir(path, 0700) == 0;
}

static bool
make_full_directory(const char *path)
{
	return mkdir(path, 0700) == 0 && mkdir(in(path, "x"), 0700) == 0;
}

static bool
make_sparse(const char *path)
{
	return close(open(path, O_WRONLY | O_CREAT, 0600)) == 0 &&
	    truncate(path, INT64_C(1) << 30) == 0;
}

/* A file that would be trusted, but for its owner or mode. */
static void
make_valid(const char *path, mode_t mode)
{
	char buffer[256];
	struct text text = TEXT_OVER(buffer);

	state_encode(&text, KEY, "foreign", 7);
	put_file(path, text.data, text.len, mode);
}

static bool
make_foreign(const char *path)
{
	make_valid(path, 0600);
	return chown(path, 1, 1) == 0;
}

static bool
make_group_writable(const char *path)
{
	make_valid(path, 0620);
	return true;
}

static bool
make_world_writable(const char *path)
{
	make_valid(path, 0602);
	return true;
}

static bool
make_leftover(const char *path)
{
	put_file(path, "half a fi", 9, 0600);
	return true;
}

/* An object in place of one of our files, and what becomes of a run. */
static const struct hostile {
	const char *what, *suffix;
	bool (*make)(const char *path);
	bool root;	 /* only root can make it */
	bool load, save; /* does it work? */
} hostiles[] = {
	{ "file: symlink", "", make_symlink, false, false, true },
	{ "file: dangling symlink", "", make_dangling, false, false, true },
	{ "file: symlink to itself", "", make_loop, false, false, true },
	{ "file: hard link", "", make_hard_link, false, false, true },
	{ "file: FIFO", "", make_fifo, false, false, true },
	{ "file: socket", "", make_socket, false, false, true },
	{ "file: null device", "", make_null_device, true, false, true },
	{ "file: zero device", "", make_zero_device, true, false, true },
	{ "file: directory", "", make_directory, false, false, false },
	{ "file: full directory", "", make_full_directory, false, false,
	    false },
	{ "file: 1 GiB of nothing", "", make_sparse, false, false, true },
	{ "file: of another user", "", make_foreign, true, false, true },
	{ "file: group-writable", "", make_group_writable, false, false, true },
	{ "file: world-writable", "", make_world_writable, false, false, true },
	{ "lock: symlink", ".lock", make_symlink, false, true, false },
	{ "lock: dangling symlink", ".lock", make_dangling, false, true,
	    false },
	{ "lock: symlink to itself", ".lock", make_loop, false, true, false },
	{ "lock: hard link", ".lock", make_hard_link, false, true, false },
	{ "lock: FIFO", ".lock", make_fifo, false, true, false },
	{ "lock: socket", ".lock", make_socket, false, true, false },
	{ "lock: null device", ".lock", make_null_device, true, true, false },
	{ "lock: directory", ".lock", make_directory, false, true, false },
	{ "lock: of another user", ".lock", make_foreign, true, true, false },
	{ "lock: world-writable", ".lock", make_world_writable, false, true,
	    false },
	{ "temp: leftover", ".tmp", make_leftover, false, true, true },
	{ "temp: symlink", ".tmp", make_symlink, false, true, true },
	{ "temp: dangling symlink", ".tmp", make_dangling, false, true, true },
	{ "temp: hard link", ".tmp", make_hard_link, false, true, true },
	{ "temp: FIFO", ".tmp", make_fifo, false, true, true },
	{ "temp: socket", ".tmp", make_socket, false, true, true },
	{ "temp: null device", ".tmp", make_null_device, true, true, true },
	{ "temp: of another user", ".tmp", make_foreign, true, true, true },
	{ "temp: directory", ".tmp", make_directory, false, true, false },
	{ "aside: symlink", ".damaged", make_symlink, false, true, true },
	{ "aside: FIFO", ".damaged", make_fifo, false, true, true },
	{ "aside: directory", ".damaged", make_directory, false, true, true },
};

static void
expect_victim_untouched(void)
{
	char bytes[32];
	struct stat st;

	ck_assert_int_eq(lstat(victim, &st), 0);
	ck_assert_int_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_uint_eq(get_file(victim, bytes, sizeof(bytes)), 9);
	ck_assert_mem_eq(bytes, "untouched", 9);
	ck_assert(!exists(in(scratch, "absent")));
}

START_TEST(hostile_objects)
{
	const struct hostile *const hostile = &hostiles[_i];
	const int64_t start = clock_monotonic_ns();

	if (!hostile->make(file(hostile->suffix))) {
		ck_assert(hostile->root && errno == EPERM);
		skipped(hostile->what, "needs root");
		return;
	}
	ck_assert_msg(load() == hostile->load, "%s: load", hostile->what);
	ck_assert_ptr_null(state.body);
	ck_assert_msg(save("mine") == hostile->save, "%s: save: %s",
	    hostile->what, err.text);
	if (hostile->save) {
		expect_body("mine");
		ck_assert(!exists(file(".tmp")));
	} else {
		ck_assert_ptr_nonnull(strstr(err.text, directory));
	}
	expect_victim_untouched();
	ck_assert_int_lt(clock_monotonic_ns() - start, 30 * CLOCK_SECOND);
}
END_TEST

/* Damage with each hostile object at the name it would be kept under. */
START_TEST(hostile_names_for_damage)
{
	ck_assert(make_symlink(file(".damaged")));
	ck_assert(!load_bytes("damage", 6));
	ck_assert(save("good"));
	expect_body("good");
	expect_victim_untouched();
}
END_TEST

/* --- the directory -------------------------------------------------------- */

static bool
opens(const char *path)
{
	struct state other;
	const bool ok =
	    state_open(&other, path, "check_x", KEY, MAX_BYTES, &err);

	ck_assert(ok == (other.dir_fd >= 0));
	state_close(&other);
	return ok;
}

START_TEST(directory_rules)
{
	char long_path[5000];

	ck_assert(opens(directory));
	ck_assert_int_eq(chmod(directory, 0755), 0);
	ck_assert(opens(directory));
	ck_assert_int_eq(chmod(directory, 02755), 0);
	ck_assert(opens(directory));
	ck_assert_int_eq(chmod(directory, 0770), 0);
	ck_assert(!opens(directory));
	ck_assert_ptr_nonnull(strstr(err.text, "chmod go-w"));
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_int_eq(chmod(directory, 01777), 0);
	ck_assert(!opens(directory));
	ck_assert(!opens(victim));
	ck_assert_ptr_nonnull(strstr(err.text, "is no directory"));
	ck_assert(!opens(in(victim, "below")));
	ck_assert(!opens(in(scratch, "absent")));
	ck_assert(!exists(in(scratch, "absent")));
	ck_assert(!opens(""));
	memset(long_path, '/', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	ck_assert(!opens(long_path));
	memset(long_path, 'x', 300);
	long_path[300] = '\0';
	ck_assert(!opens(long_path));
}
END_TEST

START_TEST(directory_spelled_otherwise)
{
	char path[300];

	snprintf(path, sizeof(path), "//%s/./../%s//state///", scratch,
	    strrchr(scratch, '/') + 1);
	ck_assert_msg(opens(path), "%s", err.text);
	ck_assert_int_eq(chdir(scratch), 0);
	ck_assert(opens("state"));
	ck_assert(opens("./state/"));
	ck_assert_int_eq(chdir("state"), 0);
	ck_assert(opens("."));
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(directory_links)
{
	const char *link_path = in(scratch, "link");

	ck_assert_int_eq(symlink("state", link_path), 0);
	ck_assert(!opens(link_path));
	ck_assert_ptr_nonnull(strstr(err.text, "is a symbolic link"));
	ck_assert_int_eq(unlink(link_path), 0);
	/* On the way a link of ours is fine, relative or not. */
	ck_assert_int_eq(symlink(scratch, link_path), 0);
	ck_assert_msg(opens(in(scratch, "link/state")), "%s", err.text);
	ck_assert_int_eq(unlink(link_path), 0);
	ck_assert_int_eq(symlink(".././//../", in(directory, "up")), 0);
	ck_assert_int_eq(symlink("state/up", link_path), 0);
	snprintf(victim, sizeof(victim), "link/%s/state",
	    strrchr(scratch, '/') + 1);
	ck_assert_msg(opens(in(scratch, victim)), "%s", err.text);
	ck_assert_int_eq(unlink(link_path), 0);
	ck_assert_int_eq(symlink("link", link_path), 0);
	ck_assert(!opens(in(scratch, "link/state")));
	ck_assert_ptr_nonnull(strstr(err.text, strerror(ELOOP)));
}
END_TEST

START_TEST(directory_of_others)
{
	const char *link_path = in(scratch, "link");

	ck_assert_int_eq(symlink(scratch, link_path), 0);
	if (lchown(link_path, 1, 1) < 0) {
		skipped("directories of other users", "needs root");
		return;
	}
	ck_assert(!opens(in(scratch, "link/state")));
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_int_eq(chown(directory, 1, 1), 0);
	ck_assert(!opens(directory));
	ck_assert_ptr_nonnull(strstr(err.text, "belongs to user 1"));
	/* And for that user, what is root's is not his. */
	ck_assert_int_eq(chown(scratch, 1, 1), 0);
	ck_assert_int_eq(chown(directory, 0, 0), 0);
	ck_assert_int_eq(chmod(directory, 0755), 0);
	ck_assert_int_eq(seteuid(1), 0);
	ck_assert(!opens(directory));
	ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(directory_with_a_strange_name)
{
	char path[200];
	struct state other;

	snprintf(path, sizeof(path), "%s/a\nb|c 'd", scratch);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(state_open(&other, path, "check_x", KEY, 10, &err));
	ck_assert(state_save(&other, STATE_CACHE, "x", 1, &deadline, &err));
	ck_assert_int_eq(count_entries(path), 2);
	state_close(&other);
}
END_TEST

/* --- where it is ---------------------------------------------------------- */

static bool
write_line(const char *path, const char *line)
{
	const int fd = open(path, O_WRONLY);
	const bool ok =
	    fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Mounts of our own, for an ordinary user with the user alone in them. */
static bool
own_mounts(void)
{
	char users[32], groups[32];

	if (geteuid() == 0)
		return unshare(CLONE_NEWNS) == 0;
	snprintf(users, sizeof(users), "%u %u 1", geteuid(), geteuid());
	snprintf(groups, sizeof(groups), "%u %u 1", getegid(), getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    write_line("/proc/self/setgroups", "deny") &&
	    write_line("/proc/self/uid_map", users) &&
	    write_line("/proc/self/gid_map", groups);
}

/* A private tmpfs; false when this user or kernel gives none. */
static bool
mount_private(const char *where, const char *options)
{
	return own_mounts() &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("none", where, "tmpfs", 0, options) == 0;
}

/* /var/lib/routevigil must not be the test machine's own. */
static bool
hide_system_directory(void)
{
	if (mount_private("/var/lib", "mode=0755"))
		return true;
	if (!exists("/var/lib/routevigil"))
		return true;
	skipped("the default directory", "/var/lib/routevigil is in use");
	return false;
}

START_TEST(systemd_names_it)
{
	char list[300];
	struct state other;

	snprintf(list, sizeof(list), "%s:/nonexistent", directory);
	ck_assert_int_eq(setenv("STATE_DIRECTORY", list, 1), 0);
	ck_assert(state_open(&other, NULL, "check_x", KEY, 10, &err));
	ck_assert_str_eq(other.path, directory);
	state_close(&other);
	/* --state-dir goes first. */
	ck_assert(!opens("/nonexistent"));
	setenv("STATE_DIRECTORY", "/nonexistent", 1);
	ck_assert(!opens(NULL));
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent"));
	setenv("STATE_DIRECTORY", "state", 1);
	ck_assert(!opens(NULL));
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

START_TEST(home_is_last)
{
	struct stat st;
	struct state other;

	if (!hide_system_directory())
		return;
	umask(0);
	unsetenv("STATE_DIRECTORY");
	setenv("HOME", scratch, 1);
	setenv("XDG_STATE_HOME", in(scratch, "xdg"), 1);
	ck_assert_msg(opens(NULL), "%s", err.text);
	ck_assert_int_eq(stat(in(scratch, "xdg/routevigil"), &st), 0);
	ck_assert_int_eq(st.st_mode, S_IFDIR | 0700);
	ck_assert(!exists(in(scratch, ".local")));
	/* To be ignored by its specification. */
	setenv("XDG_STATE_HOME", "relative", 1);
	ck_assert(state_open(&other, NULL, "check_x", KEY, 10, &err));
	ck_assert_str_eq(other.path, in(scratch, ".local/state/routevigil"));
	state_close(&other);
	ck_assert_int_eq(stat(other.path, &st), 0);
	ck_assert_int_eq(st.st_mode, S_IFDIR | 0700);
	/* A home is never made. */
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", in(scratch, "nobody"), 1);
	ck_assert(!opens(NULL));
	ck_assert(!exists(in(scratch, "nobody")));
	unsetenv("HOME");
	ck_assert(!opens(NULL));
	ck_assert_ptr_nonnull(strstr(err.text, "give --state-dir"));
	setenv("STATE_DIRECTORY", "", 1);
	setenv("HOME", "", 1);
	ck_assert(!opens(NULL));
}
END_TEST

START_TEST(system_directory)
{
	static const char path[] = "/var/lib/routevigil";
	struct state other;

	if (!mount_private("/var/lib", "mode=0755")) {
		skipped("/var/lib/routevigil", "no mount namespace");
		return;
	}
	unsetenv("STATE_DIRECTORY");
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	ck_assert(!opens(NULL));
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert(state_open(&other, NULL, "check_x", KEY, 10, &err));
	ck_assert_str_eq(other.path, path);
	state_close(&other);
	/* Ours and unsafe: said.  Not ours: the next one. */
	ck_assert_int_eq(chmod(path, 0775), 0);
	ck_assert(!opens(NULL));
	ck_assert_ptr_nonnull(strstr(err.text, "chmod go-w"));
	if (chown(path, 1, 1) == 0) {
		setenv("HOME", scratch, 1);
		ck_assert(opens(NULL));
		ck_assert(exists(in(scratch, ".local/state/routevigil")));
	}
}
END_TEST

/* --- disks ---------------------------------------------------------------- */

/* Opens the state anew in `directory`, on a private tmpfs. */
static bool
on_tmpfs(const char *options)
{
	state_close(&state);
	if (!mount_private(directory, options)) {
		skipped("a full or read-only disk", "no mount namespace");
		return false;
	}
	ck_assert_msg(
	    state_open(&state, directory, "check_x", KEY, MAX_BYTES, &err),
	    "%s", err.text);
	ck_assert(save("old"));
	return true;
}

static void
expect_refused(enum state_class class, int number)
{
	static char body[20000];

	memset(body, 'b', sizeof(body));
	ck_assert(
	    !state_save(&state, class, body, sizeof(body), &deadline, &err));
	ck_assert_msg(strstr(err.text, strerror(number)) != NULL, "%s",
	    err.text);
	ck_assert(!exists(file(".tmp")));
	expect_body("old");
}

START_TEST(disk_without_bytes)
{
	static const char block[4096];
	int fd;

	if (!on_tmpfs("size=64k,mode=0700"))
		return;
	fd = open(in(directory, "filler"), O_WRONLY | O_CREAT, 0600);
	for (int i = 0; i < 12; i++)
		ck_assert_int_eq(write(fd, block, 4096), 4096);
	expect_refused(STATE_CACHE, ENOSPC); /* a part of it fits */
	expect_refused(STATE_DURABLE, ENOSPC);
	while (write(fd, block, 4096) > 0)
		;
	close(fd);
	expect_refused(STATE_CACHE, ENOSPC);
	ck_assert_int_eq(unlink(in(directory, "filler")), 0);
	ck_assert(save("new"));
	expect_body("new");
}
END_TEST

START_TEST(disk_without_inodes)
{
	/* Its root, the lock and the file. */
	if (!on_tmpfs("nr_inodes=3,mode=0700"))
		return;
	expect_refused(STATE_CACHE, ENOSPC);
}
END_TEST

START_TEST(disk_read_only)
{
	if (!on_tmpfs("mode=0700"))
		return;
	ck_assert_int_eq(
	    mount(NULL, directory, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_refused(STATE_CACHE, EROFS);
}
END_TEST

START_TEST(directory_read_only)
{
	ck_assert(save("old"));
	ck_assert_int_eq(chmod(directory, 0500), 0);
	if (geteuid() == 0 &&
	    (chown(directory, 1, 1) < 0 || chown(file(""), 1, 1) < 0 ||
		chown(file(".lock"), 1, 1) < 0 || chmod(scratch, 0755) < 0 ||
		seteuid(1) < 0))
		ck_abort_msg("cannot become user 1");
	ck_assert(!save("new"));
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	expect_body("old");
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(directory, 0700), 0);
}
END_TEST

/* SIGXFSZ would end the process.  (libcheck has a file of its own to write,
 * so the limit is not too low.) */
START_TEST(file_size_limit)
{
	const struct rlimit limit = { .rlim_cur = 10000, .rlim_max = 10000 };

	ck_assert(save("old"));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_refused(STATE_CACHE, EFBIG);
	ck_assert(save("a new one that fits"));
	expect_body("a new one that fits");
}
END_TEST

/* --- each call fails, each call is the last ------------------------------- */

static int
open_descriptors(void)
{
	return count_entries("/proc/self/fd");
}

/* A read-change-write; true when all of it worked, a load that found damage
 * included. */
static bool
one_run(void)
{
	bool ok = state_lock(&state, &deadline, &err);

	ok = (load() || state.damaged) && ok;
	ok = state_save(&state, STATE_DURABLE, "new", 3, &deadline, &err) && ok;
	state_unlock(&state);
	return ok;
}

static void
start_over(bool damaged)
{
	memset(&seams, 0, sizeof(seams));
	arena_reset(&arena);
	unlink(file(".damaged"));
	unlink(file(""));
	if (damaged)
		put_file(file(""), "damage", 6, 0600);
	else
		ck_assert(save("old"));
	put_file(file(".tmp"), "leftover", 8, 0600);
	memset(&seams, 0, sizeof(seams));
}

/* What the next run finds: the old body, the new one, or the damage. */
static void
expect_old_or_new(bool damaged, bool must_be_new)
{
	bool is_new;

	memset(&seams, 0, sizeof(seams));
	if (load())
		is_new =
		    state.body_len == 3 && memcmp(state.body, "new", 3) == 0;
	else
		is_new = false;
	ck_assert(is_new || !must_be_new);
	if (!is_new && !damaged)
		ck_assert(state.body && memcmp(state.body, "old", 3) == 0);
	ck_assert(save("after"));
	expect_body("after");
	ck_assert(!exists(file(".tmp")));
}

static const int numbers[] = { EIO, ENOSPC, EDQUOT, EROFS, EACCES, ENOMEM,
	EMFILE };

START_TEST(every_call_fails)
{
	const bool damaged = _i % 2;
	const int number = numbers[_i / 2];
	const int descriptors = open_descriptors();
	int calls;

	start_over(damaged);
	ck_assert(one_run());
	calls = seams.count;
	ck_assert_int_gt(calls, 14);
	for (int at = 1; at <= calls; at++) {
		bool ok;

		start_over(damaged);
		seams.fail_at = at;
		seams.number = number;
		err = (struct err){ 0 };
		ok = one_run();
		ck_assert_msg(ok || *err.text, "call %d", at);
		expect_old_or_new(damaged, ok);
		ck_assert_int_eq(open_descriptors(), descriptors);
	}
}
END_TEST

START_TEST(every_call_is_interrupted)
{
	int calls;

	start_over(false);
	ck_assert(one_run());
	calls = seams.count;
	for (int at = 1; at <= calls; at++) {
		const char *call;

		start_over(false);
		seams.fail_at = at;
		seams.number = EINTR;
		if (one_run())
			continue;
		/* Only a sync may fail by it: it is never tried again. */
		call = seams.log;
		for (int i = 1; i < at; i++)
			call = strchr(call, ' ') + 1;
		ck_assert_msg(strncmp(call, "sync", 4) == 0 ||
			strncmp(call, "rename", 6) == 0 ||
			strncmp(call, "unlink", 6) == 0 ||
			strncmp(call, "fstat", 5) == 0,
		    "%s", call);
	}
}
END_TEST

START_TEST(short_reads_and_writes)
{
	seams.dribble = true;
	ck_assert(save("byte by byte"));
	ck_assert(load());
	ck_assert_uint_eq(state.body_len, 12);
	ck_assert_mem_eq(state.body, "byte by byte", 12);
}
END_TEST

START_TEST(killed_before_every_call)
{
	const bool damaged = _i;
	int calls, status;

	start_over(damaged);
	ck_assert(one_run());
	calls = seams.count;
	for (int at = 1; at <= calls; at++) {
		pid_t child;

		start_over(damaged);
		child = fork();
		if (child == 0) {
			seams.kill_at = at;
			one_run();
			_exit(0);
		}
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_msg(WIFSIGNALED(status), "call %d of %d", at, calls);
		ck_assert_int_le(count_entries(directory), 4);
		expect_old_or_new(damaged, false);
	}
}
END_TEST

START_TEST(a_failed_sync_is_not_repeated)
{
	ck_assert(save("old"));
	memset(&seams, 0, sizeof(seams));
	seams.fail_at = 6;
	seams.number = EIO;
	ck_assert(
	    !state_save(&state, STATE_DURABLE, "new", 3, &deadline, &err));
	ck_assert_str_eq(seams.log,
	    "open flock fstat open write sync close unlink close ");
	ck_assert_ptr_nonnull(strstr(err.text, strerror(EIO)));
	expect_body("old");
	memset(&seams, 0, sizeof(seams));
	seams.fail_at = 9;
	seams.number = EIO;
	ck_assert(
	    !state_save(&state, STATE_DURABLE, "new", 3, &deadline, &err));
	ck_assert_str_eq(seams.log,
	    "open flock fstat open write sync close rename syncdir close ");
	expect_body("new");
}
END_TEST

/* The full disk of some file systems shows only at the close. */
START_TEST(a_failed_close_is_an_error)
{
	ck_assert(save("old"));
	memset(&seams, 0, sizeof(seams));
	seams.fail_at = 6;
	seams.number = EDQUOT;
	ck_assert(!save("new"));
	ck_assert_str_eq(seams.log,
	    "open flock fstat open write close unlink close ");
	expect_body("old");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("state");
	TCase *tcase = tcase_create("state");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, first_run_then_memory);
	tcase_add_test(tcase, names_are_stable);
	tcase_add_test(tcase, other_keys_do_not_meet);
	tcase_add_test(tcase, unchanged_is_not_rewritten);
	tcase_add_test(tcase, unchanged_but_replaced_is_rewritten);
	tcase_add_test(tcase, too_much_is_refused);
	tcase_add_test(tcase, too_little_room_is_an_error);
	tcase_add_test(tcase, the_order_of_a_durable_save);
	tcase_add_test(tcase, a_lock_held_is_used);
	tcase_add_test(tcase, a_lock_of_another_run_times_out);
	tcase_add_test(tcase, a_lock_file_removed_while_held);
	tcase_add_test(tcase, a_lock_file_removed_while_awaited);
	tcase_add_test(tcase, too_large_a_file_is_not_read);
	tcase_add_test(tcase, every_bit_and_cut_in_the_file);
	tcase_add_test(tcase, damage_is_kept_aside_once);
	tcase_add_test(tcase, newer_is_kept_aside);
	tcase_add_test(tcase, healed_by_another_run);
	tcase_add_loop_test(tcase, hostile_objects, 0, COUNT(hostiles));
	tcase_add_test(tcase, hostile_names_for_damage);
	tcase_add_test(tcase, directory_rules);
	tcase_add_test(tcase, directory_spelled_otherwise);
	tcase_add_test(tcase, directory_links);
	tcase_add_test(tcase, directory_of_others);
	tcase_add_test(tcase, directory_with_a_strange_name);
	tcase_add_test(tcase, systemd_names_it);
	tcase_add_test(tcase, home_is_last);
	tcase_add_test(tcase, system_directory);
	tcase_add_test(tcase, disk_without_bytes);
	tcase_add_test(tcase, disk_without_inodes);
	tcase_add_test(tcase, disk_read_only);
	tcase_add_test(tcase, directory_read_only);
	tcase_add_test(tcase, file_size_limit);
	tcase_add_loop_test(tcase, every_call_fails, 0, 2 * COUNT(numbers));
	tcase_add_test(tcase, every_call_is_interrupted);
	tcase_add_test(tcase, short_reads_and_writes);
	tcase_add_loop_test(tcase, killed_before_every_call, 0, 2);
	tcase_add_test(tcase, a_failed_sync_is_not_repeated);
	tcase_add_test(tcase, a_failed_close_is_an_error);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
