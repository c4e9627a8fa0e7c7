/* SPDX-License-Identifier: ISC */
#include "source/command.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SEARCH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum { OUTPUT, ERRORS, FAILURE, PIPES }; /* what the parent reads */

struct child {
	pid_t pid;
	int from[PIPES]; /* -1 once it has ended */
};

/* --- the child ------------------------------------------------------------ */

/* execvp(3) would search our own environment's PATH; this searches ours. */
static void
search(const char *const argv[], char *const environment[])
{
	static const char *const places[] = { "/usr/local/sbin/",
		"/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/",
		"/bin/" };
	char path[1024];
	union {
		const char *const *borrowed;
		char *const *taken; /* execve(2) does not write to it */
	} arguments = { .borrowed = argv };
	int number = ENOENT;

	if (strchr(argv[0], '/')) {
		execve(argv[0], arguments.taken, environment);
		return;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", places[i], argv[0]);
		execve(path, arguments.taken, environment);
		if (errno != ENOENT && errno != ENOTDIR)
			number = errno;
	}
	errno = number;
}

static _Noreturn void
become(const char *const argv[], const int to[PIPES], pid_t parent)
{
	static char path[] = "PATH=" SEARCH, locale[] = "LC_ALL=C";
	char *const environment[] = { path, locale, NULL };
	const int null = open("/dev/null", O_RDONLY);
	sigset_t none;
	int number;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The failure pipe moves to 3 and closes itself when exec succeeds. */
	if (getppid() == parent && null >= 0 && dup2(null, 0) == 0 &&
	    dup2(to[OUTPUT], 1) == 1 && dup2(to[ERRORS], 2) == 2 &&
	    (to[FAILURE] == 3 || dup3(to[FAILURE], 3, O_CLOEXEC) == 3) &&
	    syscall(SYS_close_range, 4, ~0U, 0) == 0)
		search(argv, environment);
	number = errno;
	(void)!write(3, &number, sizeof(number));
	_exit(127);
}

/* --- the parent ----------------------------------------------------------- */

/* All ends above 3, so that the child can arrange 0 to 3 in any order. */
static bool
make_pipe(int ends[2], struct err *err)
{
	int made[2];

	if (pipe2(made, O_CLOEXEC) != 0)
		return err_sys(err, errno, "pipe");
	for (int i = 0; i < 2; i++) {
		ends[i] = fcntl(made[i], F_DUPFD_CLOEXEC, 4);
		close(made[i]);
	}
	if (ends[0] < 0 || ends[1] < 0)
		return err_set(err, ERR_SYSTEM, "too many open files");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return true;
}

static void
close_all(int fds[PIPES])
{
	for (int i = 0; i < PIPES; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

static bool
start(struct child *child, const char *const argv[], struct err *err)
{
	int to[PIPES] = { -1, -1, -1 };
	const pid_t parent = getpid();

	for (int i = 0; i < PIPES; i++) {
		int ends[2] = { -1, -1 };
		const bool made = make_pipe(ends, err);

		child->from[i] = ends[0];
		to[i] = ends[1];
		if (!made) {
			close_all(to);
			return false;
		}
	}
	child->pid = fork();
	if (child->pid == 0)
		become(argv, to, parent);
	close_all(to);
	if (child->pid < 0)
		return err_sys(err, errno, "fork");
	setpgid(child->pid, child->pid); /* whoever is first */
	return true;
}

/* The beginning of its errors is kept, the rest is thrown away. */
static enum reply_got
read_errors(int fd, struct command_result *result)
{
	char bytes[1024];
	const size_t have = strlen(result->error);
	const size_t room = sizeof(result->error) - 1 - have;
	const ssize_t n = read(fd, bytes, sizeof(bytes));
	size_t keep;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? REPLY_NOTHING
							 : REPLY_END;
	keep = strnlen(bytes, (size_t)n);
	if (keep > room)
		keep = room;
	memcpy(result->error + have, bytes, keep);
	return n ? REPLY_BYTES : REPLY_END;
}

/* What exec said: nothing, when it succeeded. */
static enum reply_got
read_failure(int fd, const char *name, struct err *err)
{
	int number;
	const ssize_t n = read(fd, &number, sizeof(number));

	if (n == 0)
		return REPLY_END;
	if (n != sizeof(number))
		return REPLY_NOTHING;
	if (number == ENOENT)
		err_set(err, ERR_SYSTEM, "%s is not installed", name);
	else
		err_sys(err, number, "running %s", name);
	return REPLY_ERROR;
}

static enum reply_got
take(struct child *child, int which, const char *name, struct reply *out,
    struct command_result *result, struct err *err)
{
	const int fd = child->from[which];

	if (which == OUTPUT)
		return reply_read(out, fd, err);
	if (which == ERRORS)
		return read_errors(fd, result);
	return read_failure(fd, name, err);
}

/* Reads all three pipes to their ends. */
static bool
listen_to(struct child *child, const char *name, struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err)
{
	for (;;) {
		struct pollfd waiting[PIPES];
		int open_pipes = 0;

		for (int i = 0; i < PIPES; i++) {
			waiting[i] =
			    (struct pollfd){ child->from[i], POLLIN, 0 };
			open_pipes += child->from[i] >= 0;
		}
		if (!open_pipes)
			return true;
		if (poll(waiting, PIPES, deadline_left_ms(deadline)) == 0 ||
		    deadline_past(deadline))
			return err_set(err, ERR_TIMEOUT,
			    "%s did not end in time", name);
		for (int i = PIPES - 1; i >= 0; i--) {
			enum reply_got got;

			if (!waiting[i].revents)
				continue;
			got = take(child, i, name, out, result, err);
			if (got == REPLY_ERROR)
				return false;
			if (got == REPLY_END) {
				close(child->from[i]);
				child->from[i] = -1;
			}
		}
	}
}

/* After its pipes have ended it is about to end, too.  It stays a zombie, so
 * that its process group cannot become another's before we signal it. */
static bool
ends(pid_t pid, const struct deadline *deadline)
{
	const struct timespec pause = { .tv_nsec = CLOCK_MILLI };
	siginfo_t info = { 0 };

	while (
	    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == 0) {
		if (deadline_past(deadline))
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static void
trim(char *line)
{
	size_t len = strlen(line);

	while (len && strchr(" \t\r\n", line[len - 1]))
		line[--len] = '\0';
}

/* Ends whatever is left of the group: the child when it is late, and a
 * grandchild that outlives it in any case. */
static bool
reap(const struct child *child, const char *name, struct command_result *result,
    bool heard, const struct deadline *deadline, struct err *err)
{
	const bool ended = heard && ends(child->pid, deadline);
	int status = 0;

	kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (heard && !ended)
		return err_set(err, ERR_TIMEOUT, "%s did not end in time",
		    name);
	trim(result->error);
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	return heard;
}

bool
command_run(const char *const argv[], struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err)
{
	struct child child = { .pid = -1, .from = { -1, -1, -1 } };
	bool ok = start(&child, argv, err);

	*result = (struct command_result){ 0 };
	out->len = 0;
	if (ok) {
		ok = listen_to(&child, argv[0], out, result, deadline, err);
		ok = reap(&child, argv[0], result, ok, deadline, err);
	}
	close_all(child.from);
	return ok;
}
