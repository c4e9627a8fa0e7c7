/* SPDX-License-Identifier: ISC */
/*
 * exabgp_floor: the least that the parts of check_exabgp cost.
 *
 * usage: exabgp_floor scan            every /proc/PID/cmdline, in a child
 *        exabgp_floor memmem FILE TEXT  lines with TEXT, by memmem alone
 *        exabgp_floor follow FILE TEXT  the same by source/logfollow
 *        exabgp_floor fork              an empty program and one fork
 *        exabgp_floor pid FILE          a pid file, and that cmdline, in a
 * child exabgp_floor since STATE FILE TEXT  memmem from where STATE says, and a
 *                                       new STATE by rename, in a child
 *        exabgp_floor with FROM TO COMMAND...  copies a state, then runs that
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/logfollow.h"

#define BLOCK ((size_t)256 << 10)

static void
scan(void)
{
	const struct dirent *entry;
	char path[300], bytes[4096];
	DIR *dir = opendir("/proc");
	size_t found = 0;

	if (dir == NULL)
		exit(3);
	while ((entry = readdir(dir)) != NULL) {
		int fd;

		if (*entry->d_name < '1' || *entry->d_name > '9')
			continue;
		snprintf(path, sizeof(path), "%s/cmdline", entry->d_name);
		fd = openat(dirfd(dir), path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		for (ssize_t n; (n = read(fd, bytes, sizeof(bytes))) > 0;)
			found += (size_t)n;
		close(fd);
	}
	closedir(dir);
	printf("%zu\n", found);
}

/* A text across two blocks is missed: it is a floor. */
static void
search(const char *path, const char *text)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *block = malloc(BLOCK);
	size_t found = 0;
	ssize_t n;

	while (block != NULL && (n = read(fd, block, BLOCK)) > 0) {
		const char *end = block + n, *at = block;

		while ((at = memmem(at, (size_t)(end - at), text,
			    strlen(text))) != NULL) {
			found++;
			at++;
		}
	}
	printf("%zu\n", found);
	free(block);
	close(fd);
}

static void
count(size_t pattern, const char *line, size_t len, void *context)
{
	(void)pattern;
	(void)line;
	(void)len;
	(*(size_t *)context)++;
}

static void
follow(const char *path, const char *text)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	const struct logfollow_pattern pattern = { .literal = text,
		.literal_len = strlen(text) };
	size_t found = 0;
	const struct logfollow_job job = { .path = path,
		.from_start = true,
		.patterns = &pattern,
		.pattern_count = 1,
		.sink = count,
		.context = &found };
	struct logfollow_seen seen;
	struct err err;

	if (!logfollow_read(&job, &seen, &deadline, &err))
		fputs(err.text, stderr);
	printf("%zu\n", found);
}

/* Reads at most size - 1 bytes. */
static void
slurp(const char *path, char *bytes, size_t size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd >= 0 ? read(fd, bytes, size - 1) : -1;

	if (n < 0)
		_exit(3);
	bytes[n] = '\0';
	close(fd);
}

static void
write_new(const char *path, const char *bytes)
{
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s.new", path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, strlen(bytes)) < 0 ||
	    rename(name, path) != 0)
		_exit(3);
	close(fd);
}

static void
look_up(const char *path)
{
	char bytes[4096], name[64];

	slurp(path, bytes, sizeof(bytes));
	snprintf(name, sizeof(name), "/proc/%d/cmdline", atoi(bytes));
	slurp(name, bytes, sizeof(bytes));
	puts(bytes);
}

static void
since(const char *state, const char *path, const char *text)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *block = malloc(BLOCK), bytes[64];
	size_t found = 0;
	off_t at;
	ssize_t n;

	slurp(state, bytes, sizeof(bytes));
	at = (off_t)atoll(bytes);
	while (block != NULL && (n = pread(fd, block, BLOCK, at)) > 0) {
		found += memmem(block, (size_t)n, text, strlen(text)) != NULL;
		at += n;
	}
	snprintf(bytes, sizeof(bytes), "%lld\n", (long long)at);
	write_new(state, bytes);
	printf("%zu\n", found);
	free(block);
	close(fd);
}

static void
copy(const char *from, const char *to)
{
	char *bytes = malloc(1 << 20);

	if (bytes == NULL)
		exit(3);
	slurp(from, bytes, 1 << 20);
	write_new(to, bytes);
	free(bytes);
}

/* What a check cannot do without is done in a child, as its worker. */
static void
in_child(int argc, char **argv)
{
	const pid_t child = fork();

	if (child != 0) {
		waitpid(child, NULL, 0);
		return;
	}
	if (strcmp(argv[1], "scan") == 0)
		scan();
	else if (strcmp(argv[1], "pid") == 0)
		look_up(argv[2]);
	else if (argc == 5)
		since(argv[2], argv[3], argv[4]);
	fflush(stdout);
	_exit(0);
}

static const struct {
	const char *word;
	int argc;
} children[] = { { "fork", 2 }, { "scan", 2 }, { "pid", 3 }, { "since", 5 } };

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		if (argc != children[i].argc ||
		    strcmp(argv[1], children[i].word) != 0)
			continue;
		in_child(argc, argv);
		return 0;
	}
	if (argc == 4 && strcmp(argv[1], "memmem") == 0) {
		search(argv[2], argv[3]);
	} else if (argc == 4 && strcmp(argv[1], "follow") == 0) {
		follow(argv[2], argv[3]);
	} else if (argc > 4 && strcmp(argv[1], "with") == 0) {
		copy(argv[2], argv[3]);
		execv(argv[4], argv + 4);
		return 3;
	} else {
		return 2;
	}
	return 0;
}
