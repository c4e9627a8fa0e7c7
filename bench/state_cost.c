/* SPDX-License-Identifier: ISC */
/*
 * state_cost: what the state store costs beside the bare system calls.
 *
 *	state_cost DIRECTORY ROUNDS BYTES update|durable|unchanged|run
 *
 * Each round does the job once by the bare calls (flock, open, read, close,
 * open, write, rename, and two fsyncs for `durable`) and once by lib/frame,
 * turn about, in one directory, with files of one size.  `unchanged` saves what
 * was loaded; `run` opens and closes the directory too, as a program does once.
 * Prints the medians in microseconds and the median of the rounds' ratios.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "frame/state.h"
#include "frame/state_format.h"

#define KEY "state_cost"

struct job {
	const char *directory;
	size_t bytes;
	bool durable, changes, opens;
};

static char *body, *file, *room; /* as large as a file */
static size_t file_bytes;
static struct state state;
static struct arena arena;
static struct err err;

static void
fail(const char *what)
{
	printf("%s: %s\n", what, err.text);
	exit(1);
}

/* Another body of the same size. */
static void
change_body(const struct job *job)
{
	static unsigned turn;
	char number[16];

	snprintf(number, sizeof(number), "%010u", turn++);
	memcpy(body, number, job->bytes < 10 ? job->bytes : 10);
	memcpy(file + file_bytes - job->bytes, body, job->bytes);
}

static void
floor_once(const struct job *job, int dir)
{
	const int lock =
	    openat(dir, "floor.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int fd;

	flock(lock, LOCK_EX);
	fd = openat(dir, "floor", O_RDONLY | O_CLOEXEC);
	if (read(fd, room, file_bytes) != (ssize_t)file_bytes)
		fail("floor: read");
	close(fd);
	if (job->changes) {
		fd = openat(dir, "floor.tmp",
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (write(fd, file, file_bytes) != (ssize_t)file_bytes)
			fail("floor: write");
		if (job->durable)
			fsync(fd);
		close(fd);
		renameat(dir, "floor.tmp", dir, "floor");
		if (job->durable)
			fsync(dir);
	}
	close(lock);
}

static void
floor_job(const struct job *job)
{
	static int dir = -1;

	if (dir < 0 || job->opens)
		dir = open(job->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	floor_once(job, dir);
	if (job->opens)
		close(dir);
}

static void
open_state(const struct job *job)
{
	if (!state_open(&state, job->directory, "state_cost", KEY, job->bytes,
		&err))
		fail("open");
}

static void
our_job(const struct job *job)
{
	const struct deadline deadline = deadline_in(CLOCK_SECOND);

	arena.used =
	    0; /* arena_reset would clear it, and a run has a new one */
	if (job->opens)
		open_state(job);
	if (!state_lock(&state, &deadline, &err) ||
	    !state_load(&state, &arena, &err) ||
	    !state_save(&state, job->durable ? STATE_DURABLE : STATE_CACHE,
		body, job->bytes, &deadline, &err))
		fail("state");
	state_unlock(&state);
	if (job->opens)
		state_close(&state);
}

static double
timed(void (*run)(const struct job *job), const struct job *job)
{
	const int64_t start = clock_monotonic_ns();

	run(job);
	return (double)(clock_monotonic_ns() - start) / 1000;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

static void
measure(const struct job *job, size_t rounds)
{
	double *const bare = calloc(3 * rounds, sizeof(*bare));
	double *const ours = bare + rounds, *const ratio = ours + rounds;

	for (size_t i = 0; i < rounds; i++) {
		if (job->changes)
			change_body(job);
		if (i % 2)
			ours[i] = timed(our_job, job);
		bare[i] = timed(floor_job, job);
		if (i % 2 == 0)
			ours[i] = timed(our_job, job);
		ratio[i] = ours[i] / bare[i];
	}
	printf("%9.1f %9.1f %6.2f\n", median(bare, rounds),
	    median(ours, rounds), median(ratio, rounds));
	free(bare);
}

/* The file of the floor, and the memory for all. */
static void
prepare(const struct job *job)
{
	const size_t size = job->bytes + STATE_FORMAT_OVERHEAD + sizeof(KEY);
	const struct deadline deadline = deadline_in(CLOCK_SECOND);
	char path[4096];
	struct text text;
	int fd;

	body = malloc(3 * size);
	file = body + size;
	room = file + size;
	memset(body, 'x', size);
	text_init(&text, file, size);
	state_encode(&text, KEY, body, job->bytes);
	file_bytes = text.len;
	snprintf(path, sizeof(path), "%s/floor", job->directory);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (write(fd, file, file_bytes) != (ssize_t)file_bytes)
		fail("floor: first write");
	close(fd);
	if (!arena_reserve(&arena, 2 * size, &err))
		fail("arena");
	open_state(job);
	if (!state_save(&state, STATE_CACHE, body, job->bytes, &deadline, &err))
		fail("first save");
}

int
main(int argc, char **argv)
{
	struct job job = { .changes = true };
	size_t rounds;

	if (argc != 5)
		return 2;
	job.directory = argv[1];
	rounds = strtoul(argv[2], NULL, 10);
	job.bytes = strtoul(argv[3], NULL, 10);
	job.durable = strcmp(argv[4], "durable") == 0;
	job.changes = strcmp(argv[4], "unchanged") != 0;
	job.opens = strcmp(argv[4], "run") == 0;
	prepare(&job);
	if (job.opens)
		state_close(&state);
	measure(&job, rounds);
	return 0;
}
