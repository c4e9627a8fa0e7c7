/* SPDX-License-Identifier: ISC */
/*
 * exabgp_floor: the least that the parts of check_exabgp cost.
 *
 * usage: exabgp_floor scan            every /proc/PID/cmdline, in a child
 *        exabgp_floor memmem FILE TEXT  lines with TEXT, by memmem alone
 *        exabgp_floor follow FILE TEXT  the same by source/logfollow
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

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "memmem") == 0) {
		search(argv[2], argv[3]);
	} else if (argc == 4 && strcmp(argv[1], "follow") == 0) {
		follow(argv[2], argv[3]);
	} else if (argc == 2 && strcmp(argv[1], "scan") == 0) {
		const pid_t child = fork();

		if (child == 0) {
			scan();
			fflush(stdout);
			_exit(0);
		}
		waitpid(child, NULL, 0);
	} else {
		return 2;
	}
	return 0;
}
