/* SPDX-License-Identifier: ISC */
#include "frame/aide.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static void
close_both(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static _Noreturn void
live(void (*run)(void *context, const struct aide *ends), void *context,
    const struct aide *ends, pid_t guard)
{
	const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	signal(SIGPIPE, SIG_IGN);
	for (int fd = 0; nothing >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(nothing, fd);
	if (getppid() == guard)
		run(context, ends);
	_exit(0);
}

bool
aide_start(struct aide *aide,
    void (*run)(void *context, const struct aide *ends), void *context,
    struct err *err)
{
	const pid_t guard = getpid();
	int there[2], back[2];
	pid_t pid;

	*aide = (struct aide){ -1, -1 };
	if (pipe2(there, O_CLOEXEC) != 0)
		return err_sys(err, errno, "pipe to the acting process");
	if (pipe2(back, O_CLOEXEC) != 0) {
		err_sys(err, errno, "pipe from the acting process");
		close_both(there);
		return false;
	}
	pid = fork();
	if (pid == 0) {
		close(there[1]);
		close(back[0]);
		live(run, context, &(struct aide){ there[0], back[1] }, guard);
	}
	if (pid < 0) {
		err_sys(err, errno, "starting the acting process");
		close_both(there);
		close_both(back);
		return false;
	}
	close(there[0]);
	close(back[1]);
	*aide = (struct aide){ back[0], there[1] };
	return true;
}

bool
aide_send(const struct aide *aide, const void *message, size_t size,
    struct err *err)
{
	const char *at = message;

	while (size > 0) {
		const ssize_t sent = write(aide->to, at, size);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return err_sys(err, errno, "telling the other process");
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

bool
aide_receive(const struct aide *aide, void *message, size_t size,
    const struct deadline *deadline, struct err *err)
{
	char *at = message;

	while (size > 0) {
		struct pollfd pipe = { .fd = aide->from, .events = POLLIN };
		ssize_t got;

		if (poll(&pipe, 1, deadline_left_ms(deadline)) == 0)
			return err_set(err, ERR_TIMEOUT,
			    "the other process did not answer in time");
		got = read(aide->from, at, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			return err_set(err, ERR_SYSTEM,
			    "the other process ended early");
		if (got < 0)
			return err_sys(err, errno, "hearing the other process");
		at += got;
		size -= (size_t)got;
	}
	return true;
}
