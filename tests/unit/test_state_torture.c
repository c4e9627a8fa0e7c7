/* SPDX-License-Identifier: ISC */
/*
 * Many runs at once, stopped runs, runs that are killed at any moment, and
 * objects that are swapped under a run.  TORTURE=1 in the environment: the
 * numbers of a release instead of those of a commit.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "frame/state.h"
#include "tests/suite.h"

#define KEY "torture"
#define MAX_BYTES 65536
#define PATIENCE_NS (60 * CLOCK_SECOND)

static char scratch[64];
static struct arena arena;
static struct state state;
static struct err err;

static bool
torture(void)
{
	return getenv("TORTURE") != NULL;
}

/* The same random walk in each run: a failure can be repeated. */
static uint32_t
random_below(uint32_t bound)
{
	static uint64_t seed = 4711;

	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)((seed >> 33) % bound);
}

static void
open_state(void)
{
	ck_assert_msg(
	    state_open(&state, scratch, "check_x", KEY, MAX_BYTES, &err), "%s",
	    err.text);
}

/* Without an assertion: they all report through one file of libcheck, and a
 * child that is killed while it writes there spoils it. */
static void
reopen_in_child(void)
{
	state_close(&state);
	if (!state_open(&state, scratch, "check_x", KEY, MAX_BYTES, &err))
		_exit(9);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void
set_up(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(scratch, sizeof(scratch), "%s/rv_state_XXXXXX",
	    base && strlen(base) < 40 ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(scratch));
	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	open_state();
}

static void
tear_down(void)
{
	state_close(&state);
	arena_free(&arena);
	nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The counter in the state: 0 when there is none, -1 when not trusted. */
static long
load_counter(void)
{
	char text[24] = "";

	arena_reset(&arena);
	if (!state_load(&state, &arena, &err))
		return -1;
	if (!state.body)
		return 0;
	memcpy(text, state.body,
	    state.body_len < sizeof(text) ? state.body_len : sizeof(text) - 1);
	return strtol(text, NULL, 10);
}

/* The counter, padded to `size` bytes. */
static bool
save_counter(long counter, size_t size, enum state_class class)
{
	static char body[MAX_BYTES];
	const struct deadline deadline = deadline_in(PATIENCE_NS);

	memset(body, '.', size);
	memcpy(body, "                       \n", 24);
	body[snprintf(body, 24, "%ld", counter)] = ' ';
	return state_save(&state, class, body, size, &deadline, &err);
}

static bool
lock(void)
{
	const struct deadline deadline = deadline_in(PATIENCE_NS);

	return state_lock(&state, &deadline, &err);
}

/* One read-change-write; what went wrong, or NULL. */
static const char *
add_one(size_t size, enum state_class class)
{
	long counter;
	const char *fault = NULL;

	if (!lock())
		return err.text;
	counter = load_counter();
	if (counter < 0 || !save_counter(counter + 1, size, class))
		fault = err.text;
	state_unlock(&state);
	return fault;
}

/* --- many at once --------------------------------------------------------- */

#define PROCESSES 200
#define ROUNDS 50

static _Noreturn void
count_up(int start)
{
	const char *fault = NULL;
	char byte;

	reopen_in_child();
	state.lock_ns = PATIENCE_NS;
	if (read(start, &byte, 1) < 0) /* all begin at once */
		_exit(2);
	for (int i = 0; i < ROUNDS && !fault; i++)
		fault = add_one(512, STATE_CACHE);
	if (fault)
		dprintf(STDOUT_FILENO, "state_torture: %s\n", fault);
	_exit(fault ? 1 : 0);
}

START_TEST(no_update_is_lost)
{
	int start[2], status, failed = 0;
	pid_t children[PROCESSES];

	ck_assert_int_eq(pipe(start), 0);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			close(start[1]);
			count_up(start[0]);
		}
		ck_assert_int_gt(children[i], 0);
	}
	close(start[1]);
	for (int i = 0; i < PROCESSES; i++) {
		ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
		failed += status != 0;
	}
	ck_assert_int_eq(failed, 0);
	ck_assert_int_eq(load_counter(), PROCESSES * ROUNDS);
}
END_TEST

/* --- one stopped run ------------------------------------------------------ */

#define WAITERS 20

static _Noreturn void
lock_and_stop(int ready)
{
	reopen_in_child();
	if (!lock() || write(ready, "", 1) != 1)
		_exit(1);
	raise(SIGSTOP);
	_exit(0);
}

/* A run with the budget of a real one; 0 when it did what it should. */
static _Noreturn void
find_it_locked(void)
{
	const int64_t start = clock_monotonic_ns();
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	bool refused;

	reopen_in_child();
	if (load_counter() != 1)
		_exit(1);
	refused = !state_save(&state, STATE_CACHE, "x", 1, &deadline, &err);
	if (!refused || err.kind != ERR_TIMEOUT)
		_exit(2);
	_exit(clock_monotonic_ns() - start > 30 * CLOCK_SECOND ? 3 : 0);
}

START_TEST(a_stopped_run_stops_no_other)
{
	pid_t holder, waiters[WAITERS];
	int ready[2], status;
	char byte;

	ck_assert_ptr_null(add_one(64, STATE_CACHE));
	ck_assert_int_eq(pipe(ready), 0);
	holder = fork();
	if (holder == 0)
		lock_and_stop(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(waitpid(holder, &status, WUNTRACED), holder);
	ck_assert(WIFSTOPPED(status));
	for (int i = 0; i < WAITERS; i++) {
		waiters[i] = fork();
		if (waiters[i] == 0)
			find_it_locked();
	}
	for (int i = 0; i < WAITERS; i++) {
		ck_assert_int_eq(waitpid(waiters[i], &status, 0), waiters[i]);
		ck_assert_int_eq(status, 0);
	}
	kill(holder, SIGKILL);
	ck_assert_int_eq(waitpid(holder, &status, 0), holder);
	ck_assert_ptr_null(add_one(64, STATE_CACHE));
	ck_assert_int_eq(load_counter(), 2);
}
END_TEST

/* --- killed at any moment ------------------------------------------------- */

/* Counts up, telling each number that is saved, until it is killed. */
static _Noreturn void
count_until_killed(int told)
{
	reopen_in_child();
	state.lock_ns = PATIENCE_NS;
	for (;;) {
		const uint32_t size = 24 + random_below(8000);
		long counter;

		if (!lock() || (counter = load_counter()) < 0 ||
		    !save_counter(counter + 1, size, STATE_CACHE))
			break;
		state_unlock(&state);
		counter++;
		if (write(told, &counter, sizeof(counter)) < 0)
			break;
	}
	dprintf(STDOUT_FILENO, "state_torture: %s\n", err.text);
	_exit(1);
}

/* Kills it after a while; the last number that it told, or `before`. */
static long
kill_a_run(long before)
{
	const struct timespec nap = { .tv_nsec = random_below(1500) * 1000 };
	long told = before, number;
	int pipe_fds[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	child = fork();
	if (child == 0) {
		close(pipe_fds[0]);
		count_until_killed(pipe_fds[1]);
	}
	ck_assert_int_gt(child, 0);
	close(pipe_fds[1]);
	nanosleep(&nap, NULL);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	while (read(pipe_fds[0], &number, sizeof(number)) == sizeof(number))
		told = number;
	close(pipe_fds[0]);
	return told;
}

/* How many files there are besides the state and its lock. */
static int
leftovers(void)
{
	DIR *dir = opendir(scratch);
	const struct dirent *entry;
	int count = -2;

	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

START_TEST(killed_at_any_moment)
{
	const int kills = torture() ? 100000 : 2000;
	long counter = 1, saves_in_flight = 0;
	int half_done = 0;

	ck_assert_ptr_null(add_one(64, STATE_CACHE));
	for (int i = 0; i < kills; i++) {
		const long told = kill_a_run(counter);
		const long found = load_counter();

		ck_assert_msg(found >= 0, "kill %d: %s", i, err.text);
		ck_assert_msg(found == told || found == told + 1,
		    "kill %d: %ld was told, %ld found", i, told, found);
		ck_assert_int_le(leftovers(), 1);
		saves_in_flight += found > told;
		half_done += leftovers() == 1;
		counter = found;
	}
	/* Else the kills came where nothing could break. */
	ck_assert_int_gt(counter, kills / 2);
	ck_assert_int_gt(half_done, 0);
	printf("state_torture: %d kills in %ld updates, %d with a half-written"
	       " file, %ld between rename and acknowledgement; nothing lost\n",
	    kills, counter, half_done, saves_in_flight);
}
END_TEST

/* --- swapped under the run ------------------------------------------------ */

/* Puts a link to `victim` at `path` and takes it away again. */
static _Noreturn void
swap_for_ever(const char *path, const char *hostile, const char *victim)
{
	for (;;) {
		unlink(hostile);
		if (symlink(victim, hostile) < 0)
			_exit(1);
		renameat2(AT_FDCWD, path, AT_FDCWD, hostile, RENAME_EXCHANGE);
		renameat2(AT_FDCWD, path, AT_FDCWD, hostile, RENAME_EXCHANGE);
	}
}

static const struct swap {
	const char *suffix;
	bool saves; /* can a run always save? */
} swaps[] = {
	{ "", true },
	{ ".lock", false },
	{ ".tmp", false },
};

/* Loads and saves while one of the files is swapped; how often it failed. */
static int
run_swapped(const struct swap *swap, int rounds)
{
	const struct deadline deadline = deadline_in(PATIENCE_NS);
	int faults = 0;

	for (int i = 0; i < rounds; i++) {
		arena_reset(&arena);
		faults += !state_load(&state, &arena, &err);
		if (state_save(&state, STATE_CACHE, i % 2 ? "odd" : "even",
			i % 2 ? 3 : 4, &deadline, &err))
			continue;
		ck_assert_msg(!swap->saves, "%s", err.text);
		faults++;
	}
	return faults;
}

START_TEST(swapped_for_a_link)
{
	const struct swap *const swap = &swaps[_i];
	const int rounds = torture() ? 100000 : 2000;
	char path[300], hostile[128], victim[128], bytes[32] = "";
	int faults, fd;
	pid_t swapper;

	snprintf(victim, sizeof(victim), "%s/victim", scratch);
	snprintf(hostile, sizeof(hostile), "%s/hostile", scratch);
	snprintf(path, sizeof(path), "%s/%s%s", scratch, state.name,
	    swap->suffix);
	fd = open(victim, O_RDWR | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "untouched", 9), 9);
	ck_assert_ptr_null(add_one(64, STATE_CACHE));
	swapper = fork();
	if (swapper == 0)
		swap_for_ever(path, hostile, victim);
	faults = run_swapped(swap, rounds);
	kill(swapper, SIGKILL);
	ck_assert_int_eq(waitpid(swapper, NULL, 0), swapper);
	ck_assert_int_eq(pread(fd, bytes, sizeof(bytes), 0), 9);
	ck_assert_str_eq(bytes, "untouched");
	close(fd);
	printf("state_torture: NAME%s swapped: %d faults in %d rounds\n",
	    swap->suffix, faults, rounds);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("state_torture");
	TCase *tcase = tcase_create("torture");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_set_timeout(tcase, torture() ? 3600 : 300);
	tcase_add_test(tcase, no_update_is_lost);
	tcase_add_test(tcase, a_stopped_run_stops_no_other);
	tcase_add_test(tcase, killed_at_any_moment);
	tcase_add_loop_test(tcase, swapped_for_a_link, 0, 3);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
