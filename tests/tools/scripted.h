/* SPDX-License-Identifier: ISC */
/*
 * scripted: the other side of a conversation over a socket, played by a child:
 * each command has its answer, and one without a row ends it.
 */
#ifndef TESTS_TOOLS_SCRIPTED_H
#define TESTS_TOOLS_SCRIPTED_H

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/suite.h"

struct scripted_line {
	const char *command; /* NULL ends the list */
	const char *answer;
	size_t len; /* 0: strlen */
};

struct scripted {
	int fd; /* our end */
	pid_t pid;
};

static inline void
scripted_say(int fd, const struct scripted_line *line)
{
	const size_t len = line->len ? line->len : strlen(line->answer);
	size_t sent = 0;

	while (sent < len) {
		const ssize_t n = write(fd, line->answer + sent, len - sent);

		if (n <= 0)
			_exit(1);
		sent += (size_t)n;
	}
}

/* Commands end with the byte `end`. */
static inline void
scripted_play(int fd, const struct scripted_line *lines, char end)
{
	char bytes[4096];
	size_t len = 0;

	while (len < sizeof(bytes) && read(fd, bytes + len, 1) == 1) {
		const struct scripted_line *line = lines;

		if (bytes[len++] != end)
			continue;
		bytes[len - 1] = '\0';
		while (line->command != NULL && strcmp(line->command, bytes))
			line++;
		if (line->command == NULL)
			_exit(0);
		scripted_say(fd, line);
		len = 0;
	}
	_exit(0);
}

static inline struct scripted
scripted_start(const char *greeting, const struct scripted_line *lines,
    char end)
{
	struct scripted made;
	int ends[2];

	ck_assert_int_eq(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	made.fd = ends[0];
	made.pid = fork();
	if (made.pid == 0) {
		close(ends[0]);
		if (greeting != NULL)
			scripted_say(ends[1],
			    &(struct scripted_line){ "", greeting, 0 });
		scripted_play(ends[1], lines, end);
	}
	close(ends[1]);
	fcntl(made.fd, F_SETFL, O_NONBLOCK);
	return made;
}

static inline void
scripted_end(struct scripted *scripted)
{
	close(scripted->fd);
	kill(scripted->pid, SIGKILL);
	waitpid(scripted->pid, NULL, 0);
}

#endif
