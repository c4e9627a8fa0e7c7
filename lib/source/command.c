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
#include <unistd.h>

#include "base/text.h"

#define SEARCH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#define SO_FAR 120 /* characters of what a program said that was late */

enum { OUTPUT, ERRORS, FAILURE, PIPES }; /* what the parent reads */

struct child {
	unsigned how;
	const char *program; /* what is run; mostly argv[0] */
	pid_t pid;
	int pidfd;	 /* -1 on kernels before 5.3 */
	int from[PIPES]; /* -1 once it has ended */
};

/* --- the child ------------------------------------------------------------ */

/* execvp(3) would search our own environment's PATH; this searches ours. */
static void
search(const char *program, const char *const argv[], char *const environment[])
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

	if (strchr(program, '/')) {
		execve(program, arguments.taken, environment);
		return;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", places[i], program);
		execve(path, arguments.taken, environment);
		if (errno != ENOENT && errno != ENOTDIR)
			number = errno;
	}
	errno = number;
}

/* In our own environment, execvp(3) searches as a caller expects. */
static void
search_as_we_are(const char *const argv[])
{
	union {
		const char *const *borrowed;
		char *const *taken; /* execvp(3) does not write to it */
	} arguments = { .borrowed = argv };

	execvp(argv[0], arguments.taken);
}

static _Noreturn void
become(const struct child *child, const char *const argv[], const int to[PIPES],
    pid_t parent)
{
	static char path[] = "PATH=" SEARCH, locale[] = "LC_ALL=C";
	char *const environment[] = { path, locale, NULL };
	const unsigned how = child->how;
	const bool apart = (how & COMMAND_APART) != 0;
	const int null = open("/dev/null", O_RDWR);
	sigset_t none;
	int number;

	if (apart && (setsid() < 0 || chdir("/") != 0))
		_exit(127);
	if (!(how & (COMMAND_RELAYED | COMMAND_APART)))
		setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The failure pipe moves to 3 and closes itself when exec succeeds. */
	if (getppid() == parent && null >= 0 && dup2(null, 0) == 0 &&
	    dup2(apart ? null : to[OUTPUT], 1) == 1 &&
	    dup2(apart ? null : to[ERRORS], 2) == 2 &&
	    (to[FAILURE] == 3 || dup3(to[FAILURE], 3, O_CLOEXEC) == 3) &&
	    syscall(SYS_close_range, 4, ~0U, 0) == 0) {
		if (how & COMMAND_RELAYED)
			search_as_we_are(argv);
		else
			search(child->program, argv, environment);
	}
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

/* Of a group that is ours too: plugins tidy up with "kill 0", and that is not
 * meant for us.  Who may end us does it with SIGKILL. */
static void
bear_its_signals(void)
{
	sigset_t tidying;

	sigemptyset(&tidying);
	sigaddset(&tidying, SIGTERM);
	sigaddset(&tidying, SIGINT);
	sigaddset(&tidying, SIGHUP);
	sigaddset(&tidying, SIGQUIT);
	sigprocmask(SIG_BLOCK, &tidying, NULL);
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
	if (child->how & COMMAND_RELAYED)
		bear_its_signals();
	child->pid = fork();
	if (child->pid == 0)
		become(child, argv, to, parent);
	close_all(to);
	if (child->pid < 0)
		return err_sys(err, errno, "fork");
	if (!(child->how & (COMMAND_RELAYED | COMMAND_APART)))
		setpgid(child->pid, child->pid); /* whoever is first */
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
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

/* What exec said: nothing, when it succeeded.  execve(2): ENOENT is also what
 * it says of a file whose interpreter is not there. */
static enum reply_got
read_failure(const struct child *child, const char *name, struct err *err)
{
	int number;
	const ssize_t n = read(child->from[FAILURE], &number, sizeof(number));

	if (n == 0)
		return REPLY_END;
	if (n != sizeof(number))
		return REPLY_NOTHING;
	if (number == ENOENT && strchr(child->program, '/') &&
	    access(child->program, F_OK) == 0)
		err_set(err, ERR_SYSTEM,
		    "%s is there, its interpreter or loader is not", name);
	else if (number == ENOENT)
		err_set(err, ERR_SYSTEM, "%s is not installed", name);
	else
		err_sys(err, number, "running %s", name);
	return REPLY_ERROR;
}

/* What it says beyond our room is read, so that it need not wait for us. */
static enum reply_got
throw_away(int fd, struct command_result *result)
{
	char bytes[4096];
	const ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? REPLY_NOTHING
							 : REPLY_END;
	result->cut |= n > 0;
	return n ? REPLY_BYTES : REPLY_END;
}

static enum reply_got
take(struct child *child, int which, const char *name, struct reply *out,
    struct command_result *result, struct err *err)
{
	const int fd = child->from[which];

	if (which == OUTPUT && (child->how & COMMAND_RELAYED) &&
	    out->len == out->max)
		return throw_away(fd, result);
	if (which == OUTPUT)
		return reply_read(out, fd, err);
	if (which == ERRORS)
		return read_errors(fd, result);
	return read_failure(child, name, err);
}

/* All that is in a pipe now; false on an error. */
static bool
drain(struct child *child, int which, const char *name, struct reply *out,
    struct command_result *result, struct err *err)
{
	enum reply_got got;

	do
		got = take(child, which, name, out, result, err);
	while (got == REPLY_BYTES);
	if (got == REPLY_END) {
		close(child->from[which]);
		child->from[which] = -1;
	}
	return got != REPLY_ERROR;
}

/* Reads all three pipes to their ends; of a relayed program to its own end: a
 * daemon that a plugin has left behind may hold them open for ever. */
static bool
listen_to(struct child *child, const char *name, struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err)
{
	bool ended = false;

	while (!ended) {
		struct pollfd waiting[PIPES + 1];
		int open_pipes = 0;

		for (int i = 0; i < PIPES; i++) {
			waiting[i] =
			    (struct pollfd){ child->from[i], POLLIN, 0 };
			open_pipes += child->from[i] >= 0;
		}
		waiting[PIPES] =
		    (struct pollfd){ child->how & COMMAND_RELAYED ? child->pidfd
								  : -1,
			    POLLIN, 0 };
		if (!open_pipes)
			return true;
		if (poll(waiting, PIPES + 1, deadline_left_ms(deadline)) == 0 ||
		    deadline_past(deadline))
			return err_set(err, ERR_TIMEOUT,
			    "%s did not end in time", name);
		ended = waiting[PIPES].revents != 0;
		for (int i = PIPES - 1; i >= 0; i--)
			if ((waiting[i].revents || ended) &&
			    child->from[i] >= 0 &&
			    !drain(child, i, name, out, result, err))
				return false;
	}
	return true;
}

/* After its pipes have ended it is about to end, too.  It stays a zombie, so
 * that its process group cannot become another's before we signal it. */
static bool
ends(const struct child *child, const struct deadline *deadline)
{
	struct pollfd pidfd = { .fd = child->pidfd, .events = POLLIN };
	siginfo_t info = { 0 };

	while (waitid(P_PID, (id_t)child->pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == 0) {
		const int left = deadline_left_ms(deadline);

		if (left == 0)
			return false;
		/* Without a pidfd it is a nap. */
		poll(&pidfd, 1, child->pidfd < 0 ? 1 : left);
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
	const bool ended = heard && ends(child, deadline);
	int status = 0;

	/* What was started to stay, stays; a child that is late may not lead
	 * its session yet, so both are told. */
	if (!(child->how & COMMAND_APART) || !ended)
		kill(child->how & COMMAND_RELAYED ? child->pid : -child->pid,
		    SIGKILL);
	if ((child->how & COMMAND_APART) && !ended)
		kill(child->pid, SIGKILL);
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

static bool
run(unsigned how, const char *program, const char *const argv[],
    struct reply *out, struct command_result *result,
    const struct deadline *deadline, struct err *err)
{
	struct child child = {
		.how = how,
		.program = program,
		.pid = -1,
		.pidfd = -1,
		.from = { -1, -1, -1 },
	};
	bool ok = start(&child, argv, err);

	*result = (struct command_result){ 0 };
	out->len = 0;
	if (ok && (how & COMMAND_APART)) {
		close(child.from[OUTPUT]);
		close(child.from[ERRORS]);
		child.from[OUTPUT] = child.from[ERRORS] = -1;
	}
	if (ok) {
		ok = listen_to(&child, argv[0], out, result, deadline, err);
		ok = reap(&child, argv[0], result, ok, deadline, err);
	}
	close_all(child.from);
	if (child.pidfd >= 0)
		close(child.pidfd);
	return ok;
}

bool
command_run_as(unsigned how, const char *const argv[], struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err)
{
	return run(how, argv[0], argv, out, result, deadline, err);
}

bool
command_run(const char *const argv[], struct reply *out,
    struct command_result *result, const struct deadline *deadline,
    struct err *err)
{
	return run(0, argv[0], argv, out, result, deadline, err);
}

bool
command_do(const char *const argv[], struct command_result *result,
    const struct deadline *deadline, struct err *err)
{
	struct reply nothing = { 0 };

	return run(COMMAND_APART, argv[0], argv, &nothing, result, deadline,
	    err);
}

bool
command_must(const char *program, const char *const argv[],
    const struct deadline *deadline, struct err *err)
{
	struct reply nothing = { 0 };
	struct command_result result;

	if (!run(COMMAND_APART, program, argv, &nothing, &result, deadline,
		err))
		return false;
	if (result.signal != 0)
		return err_set(err, ERR_SYSTEM, "%s was ended by signal %d",
		    argv[0], result.signal);
	if (result.status != 0)
		return err_set(err, ERR_SYSTEM, "%s ended with code %d",
		    argv[0], result.status);
	return true;
}

void
command_tell_so_far(const struct reply *out,
    const struct command_result *result, struct err *err)
{
	const char *said = out->len > 0 ? out->bytes : result->error;
	size_t len = out->len > 0 ? out->len : strlen(result->error);
	const char *end;
	char room[sizeof(err->text)];
	struct text words = TEXT_OVER(room);

	while (len > 0 && strchr(" \t\r\n", *said)) {
		said++;
		len--;
	}
	end = memchr(said, '\n', len);
	if (err->kind != ERR_TIMEOUT || len == 0)
		return;
	text_addf(&words, "%s; so far it said: ", err->text);
	text_foreign(&words, said, end ? (size_t)(end - said) : len, SO_FAR);
	err_set(err, ERR_TIMEOUT, "%s", words.data);
}
