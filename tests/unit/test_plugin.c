/* SPDX-License-Identifier: ISC */
/*
 * The whole run of a program whose worker misbehaves in every way that we know:
 * each must end in time, with exit code 0 to 3, one sentence, and nothing lost
 * that had been found.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sanitized.h"
#include "frame/plugin.h"

/* --- a check that does as it is told -------------------------------------- */

enum deed {
	DEED_WELL,
	DEED_FAULT,
	DEED_ERROR,
	DEED_SILENT,
	DEED_ABORT,
	DEED_KILLED,
	DEED_STOPPED,
	DEED_HANG,
	DEED_MEMORY,
	DEED_GARBAGE,
	DEED_FLOOD,
	DEED_EXIT,
	DEED_ENDLESS,
	DEED_EXEC,
	DEED_WRITE,
	DEED_CAPABILITIES,
	DEED_TIMEOUT,
	DEED_UNJUDGED,
	DEED_USAGE,
	DEED_X32,
};

static const struct opt_word deeds[] = {
	{ "well", DEED_WELL, NULL },
	{ "fault", DEED_FAULT, NULL },
	{ "error", DEED_ERROR, NULL },
	{ "silent", DEED_SILENT, NULL },
	{ "abort", DEED_ABORT, NULL },
	{ "killed", DEED_KILLED, NULL },
	{ "stopped", DEED_STOPPED, NULL },
	{ "hang", DEED_HANG, NULL },
	{ "memory", DEED_MEMORY, NULL },
	{ "garbage", DEED_GARBAGE, NULL },
	{ "flood", DEED_FLOOD, NULL },
	{ "exit", DEED_EXIT, NULL },
	{ "endless", DEED_ENDLESS, NULL },
	{ "exec", DEED_EXEC, NULL },
	{ "write", DEED_WRITE, NULL },
	{ "capabilities", DEED_CAPABILITIES, NULL },
	{ "timeout", DEED_TIMEOUT, NULL },
	{ "unjudged", DEED_UNJUDGED, NULL },
	{ "usage", DEED_USAGE, NULL },
	{ "x32", DEED_X32, NULL },
	{ NULL, 0, NULL },
};

struct opts {
	int deed;
	bool found; /* checkpoint one finished thing before the deed */
	bool remember;
	struct opt_secret secret;
	bool hint; /* whose absence does not matter */
	bool list;
	struct limits things;
};

struct sample {
	unsigned found;
	bool recalled;
	char said[64];
};

static const struct opt options[] = {
	OPT_WORD(0, "deed", struct opts, deed, "what goes wrong",
	    .words = deeds, .preset = "well"),
	OPT_FLAG(0, "found", struct opts, found, "find one thing first"),
	OPT_FLAG(0, "remember", struct opts, remember, "keep a memory"),
	OPT_SECRET(0, "secret", struct opts, secret, "must not be kept"),
	OPT_FLAG(0, "hint", struct opts, hint, "of little value"),
	OPT_FLAG(0, "list", struct opts, list, "list the things"),
	OPT_LIMITS("", struct opts, things, "things"),
	OPT_END,
};

static const struct metric_def metrics[] = {
	{ .name = "things",
	    .family = "test_things",
	    .help = "things found",
	    .limits = offsetof(struct opts, things) },
	{ .name = NULL },
};

/* The worker's end of the pipe: the only descriptor above 2 that we hold. */
static int
pipe_of_worker(void)
{
	for (int fd = 3; fd < 64; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
			return fd;
	}
	return -1;
}

static void
exhaust(void)
{
	for (;;) {
		char *piece = malloc(1 << 20);

		if (!piece)
			abort();
		memset(piece, 1, 1 << 20);
	}
}

static void
write_all(const char *bytes, size_t len, unsigned times)
{
	const int fd = pipe_of_worker();

	while (times-- > 0)
		if (write(fd, bytes, len) < 0)
			_exit(9);
}

/* Has it anything left that it gave up? */
static const char *
powers(void)
{
	char line[256];
	FILE *status = fopen("/proc/self/status", "r");
	unsigned long long bits;

	if (!status)
		return "no status";
	while (fgets(line, sizeof(line), status))
		if ((sscanf(line, "CapPrm: %llx", &bits) == 1 ||
			sscanf(line, "CapEff: %llx", &bits) == 1 ||
			sscanf(line, "CapAmb: %llx", &bits) == 1) &&
		    bits != 0)
			return "capabilities left";
	fclose(status);
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "none"
							   : "new privileges";
}

static const char *
try_write(void)
{
	FILE *file = fopen("/tmp/routevigil-must-not-exist", "w");

	if (!file)
		return errno == EACCES ? "refused" : strerror(errno);
	fclose(file);
	return "written";
}

static const char *
try_exec(void)
{
	char *argv[] = { NULL, NULL };
	char path[] = "/bin/true";

	argv[0] = path;
	execv(path, argv);
	return errno == EACCES || errno == EPERM ? "refused" : strerror(errno);
}

#ifdef __x86_64__
#define X32_EXECVE (0x40000000L + 520) /* asm/unistd_x32.h */
#endif

/* The same call by its other number. */
static const char *
try_x32(void)
{
#ifdef X32_EXECVE
	syscall(X32_EXECVE, "/bin/true", NULL, NULL);
	return errno == EPERM ? "refused" : strerror(errno);
#else
	return "refused";
#endif
}

static bool
misbehave(int deed, struct sample *sample, struct run *run, struct err *err)
{
	switch (deed) {
	case DEED_ERROR:
		return err_set(err, ERR_PROTOCOL, "the answer was nonsense");
	case DEED_USAGE:
		return err_set(err, ERR_USAGE, "the options do not fit");
	case DEED_TIMEOUT:
		return err_set(err, ERR_TIMEOUT, "no answer from 192.0.2.1");
	case DEED_ABORT:
		abort();
	case DEED_KILLED:
		raise(SIGKILL);
		break;
	case DEED_STOPPED:
		raise(SIGSTOP);
		break;
	case DEED_HANG:
		run_waiting(run, "asking 192.0.2.1 for bgpPeerState");
		for (;;)
			pause();
	case DEED_ENDLESS:
		for (volatile unsigned long spin = 0;; spin++)
			;
	case DEED_MEMORY:
		exhaust();
		break;
	case DEED_GARBAGE:
		write_all("\xff\xff\xff\xff\xff\xff", 6, 1);
		pause();
		break;
	case DEED_FLOOD:
		for (;;)
			write_all("N\4\0\0\0\1abc", 9, 1000);
	case DEED_EXIT:
		_exit(0);
	case DEED_CAPABILITIES:
		strcpy(sample->said, powers());
		break;
	case DEED_WRITE:
		strcpy(sample->said, try_write());
		break;
	case DEED_X32:
		strcpy(sample->said, try_x32());
		break;
	case DEED_EXEC:
		strcpy(sample->said, try_exec());
		break;
	default:
		break;
	}
	return true;
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;
	struct sample *sample = s;

	if (opts->found) {
		sample->found = 1;
		run_checkpoint(run);
	}
	if (!misbehave(opts->deed, sample, run, err))
		return false;
	sample->found = 2;
	return true;
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;

	if (opts->deed == DEED_UNJUDGED)
		return;
	for (unsigned i = 0; i < sample->found; i++)
		result_ok(result_child(root, i ? "second" : "first"));
	result_check(root, 0, sample->found);
	if (opts->deed == DEED_FAULT)
		result_judge(root, VERDICT_CRITICAL, "peer is Idle");
	result_summary(root, "%u things%s%s%s%s", sample->found,
	    root->tree->brief ? "" : " in full",
	    sample->recalled ? ", recalled" : "", *sample->said ? ", " : "",
	    sample->said);
}

static bool
wanted(const void *o)
{
	return ((const struct opts *)o)->remember;
}

static bool
recall(const void *o, void *s, const char *bytes, size_t len,
    struct arena *arena, struct err *err)
{
	struct sample *sample = s;

	(void)o, (void)arena;
	if (len != 4 || memcmp(bytes, "mind", 4) != 0)
		return err_set(err, ERR_PROTOCOL, "unknown memory");
	sample->recalled = true;
	return true;
}

static void
remember(const void *o, const void *s, struct text *out)
{
	(void)o, (void)s;
	text_add(out, "mind");
}

static bool
is_hint(const void *o)
{
	return ((const struct opts *)o)->hint;
}

static bool
lists(const void *o)
{
	return ((const struct opts *)o)->list;
}

static void
print_list(const void *o, const struct result *root, struct text *out)
{
	const struct result *node = root;

	(void)o;
	while ((node = result_next(node)) != NULL)
		text_addf(out, "thing \"%s\"\n", node->name);
}

static const struct plugin_listing listing = {
	.wanted = lists,
	.print = print_list,
};

static const struct plugin_memory memory = {
	.max_bytes = 100,
	.wanted = wanted,
	.hint_only = is_hint,
	.recall = recall,
	.remember = remember,
};

static const char *const examples[] = { "--deed=well", "is well", NULL };

static const struct plugin check = {
	.name = "check_test",
	.title = "TEST",
	.purpose = "misbehaves",
	.examples = examples,
	.options = options,
	.metrics = metrics,
	.memory = &memory,
	.listing = &listing,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.worker_memory = 64 << 20,
	.collect = collect,
	.judge = judge,
};

/* --- running it ----------------------------------------------------------- */

#define MOST_WORDS 12

struct ended {
	int code; /* exit code, or 1000 + signal */
	double seconds;
	char out[8192];
	char err[1024];
};

static char state_dir[] = "/tmp/rv-plugin-XXXXXX";

static void
slurp(int fd, char *buffer, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size - 1 &&
	    (got = read(fd, buffer + len, size - 1 - len)) > 0)
		len += (size_t)got;
	buffer[len] = '\0';
}

static pid_t
start(int out, int err, const char *const *words)
{
	char *argv[MOST_WORDS + 3] = { NULL };
	const pid_t pid = fork();
	int argc = 0;

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	argv[argc++] = strdup("check_test");
	argv[argc++] = strdup("--state-dir");
	argv[argc++] = state_dir;
	while (*words)
		argv[argc++] = strdup(*words++);
	_exit(plugin_run(&check, argc, argv));
}

static void
end(pid_t pid, struct ended *ended)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ended->code =
	    WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* A busy machine may hold up any run: a promise about time, or about what is
 * done in a time, holds when one of so many runs keeps it. */
#define TRIES 5

/* Runs it; `signal` is sent after so many tenths of a second unless 0. */
static struct ended
run_with_signal(int signal, int tenths, const char *const *words)
{
	static struct ended ended;
	const int64_t start_ns = clock_monotonic_ns();
	const struct timespec while_ = { tenths / 10,
		tenths % 10 * 100000000L };
	int out[2], err[2];
	pid_t pid;

	ck_assert_int_eq(pipe(out), 0);
	ck_assert_int_eq(pipe(err), 0);
	pid = start(out[1], err[1], words);
	close(out[1]);
	close(err[1]);
	if (signal) {
		nanosleep(&while_, NULL);
		kill(pid, signal);
	}
	slurp(out[0], ended.out, sizeof(ended.out));
	slurp(err[0], ended.err, sizeof(ended.err));
	close(out[0]);
	close(err[0]);
	end(pid, &ended);
	ended.seconds = (double)(clock_monotonic_ns() - start_ns) / 1e9;
	return ended;
}

#define RUN(...)                                                               \
	run_with_signal(0, 0, (const char *const[]){ __VA_ARGS__, NULL })

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(state_dir));
}

static void
teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", state_dir);
	ck_assert_int_eq(system(command), 0);
	strcpy(state_dir + strlen(state_dir) - 6, "XXXXXX");
}

/* --- what must hold ------------------------------------------------------- */

static const struct {
	const char *words[6];
	int code;
	const char *begins; /* of the output */
	const char *holds;  /* somewhere in it */
} cases[] = {
	{ { "-c", "5" }, 0, "TEST OK - 2 things", "things=2;;5;0" },
	{ { "-c", "1" }, 2, "TEST CRITICAL - ", "2 things" },
	{ { "-w", "1" }, 1, "TEST WARNING - ", "2 things" },
	{ { "--deed=fault" }, 2, "TEST CRITICAL - peer is Idle", "2 things" },
	{ { "--deed=unjudged" }, 3, "TEST UNKNOWN", "" },
	{ { "--deed=error" }, 3, "TEST UNKNOWN - the answer was nonsense", "" },
	{ { "--deed=error", "--error-state=2" }, 2, "TEST CRITICAL - ",
	    "nonsense" },
	{ { "--deed=usage" }, 3, "TEST UNKNOWN - the options do not fit", "" },
	{ { "--deed=usage", "--error-state=ok" }, 3,
	    "TEST UNKNOWN - the options do not fit", "" },
	{ { "--deed=hang", "-t", "0.2", "-vv" }, 3, "",
	    "\nasking 192.0.2.1 for bgpPeerState" },
	{ { "--deed=error", "--found" }, 3, "TEST UNKNOWN - ",
	    "so far: 1 things" },
	{ { "--deed=error", "--found", "-c", "5:" }, 2, "TEST CRITICAL - ",
	    "nonsense" },
	{ { "--deed=timeout", "--timeout-state=1" }, 1,
	    "TEST WARNING - no answer from 192.0.2.1", "" },
	{ { "--deed=timeout", "--timeout-state=ok" }, 0,
	    "TEST OK - no answer from 192.0.2.1", "" },
	{ { "--deed=killed" }, 3,
	    "TEST UNKNOWN - the worker process was ended "
	    "by signal 9 (Killed)",
	    "" },
	{ { "--deed=killed", "--found" }, 3, "TEST UNKNOWN - the worker",
	    "so far: 1 things" },
	{ { "--deed=exit" }, 3,
	    "TEST UNKNOWN - the worker process ended early with code 0", "" },
	{ { "--deed=stopped", "-t", "1" }, 3,
	    "TEST UNKNOWN - timed out after 1 s", "" },
	{ { "--deed=endless", "-t", "1" }, 3,
	    "TEST UNKNOWN - timed out after 1 s", "" },
	{ { "--deed=hang", "-t", "1" }, 3, "TEST UNKNOWN - timed out after 1 s",
	    "while asking 192.0.2.1 for bgpPeerState" },
	{ { "--deed=hang", "-t", "1", "--timeout-state=critical" }, 2,
	    "TEST CRITICAL - timed out after 1 s", "" },
	{ { "--deed=hang", "-t", "1", "--found" }, 3, "TEST UNKNOWN - timed",
	    "so far: 1 things" },
	{ { "--deed=garbage" }, 3,
	    "TEST UNKNOWN - the worker sent a frame of type 255", "" },
	{ { "--deed=flood", "-t", "1" }, 3, "TEST UNKNOWN - timed out", "" },
	{ { "--deed=capabilities" }, 0, "TEST OK - 2 things, none", "" },
	{ { "-v" }, 0, "TEST OK - 2 things in full", "" },
	{ { "--detail" }, 0, "TEST OK - 2 things in full", "" },
	{ { "--format=json" }, 0, "{", "2 things in full" },
	{ { "--list" }, 0, "thing \"first\"\nthing \"second\"\n", "" },
	{ { "--list", "--format=json" }, 0, "thing \"first\"", "" },
	{ { "--list", "-c", "1" }, 2, "TEST CRITICAL - things 2",
	    "2 things in full" },
	{ { "--list", "--deed=error", "--found" }, 3, "TEST UNKNOWN - the",
	    "" },
	{ { "--nonsense" }, 3, "TEST UNKNOWN", "--nonsense" },
	{ { "-w", "abc" }, 3, "TEST UNKNOWN", "abc" },
};

static bool
as_listed(const struct ended *ended, size_t i)
{
	return !strncmp(ended->out, cases[i].begins, strlen(cases[i].begins)) &&
	    strstr(ended->out, cases[i].holds) && ended->seconds < 1.1 + 0.3;
}

START_TEST(test_case)
{
	struct ended ended;

	for (int try = 0; try < TRIES; try++) {
		ended =
		    run_with_signal(0, 0, (const char *const *)cases[_i].words);
		if (as_listed(&ended, (size_t)_i))
			break;
	}
	ck_assert_msg(
	    strncmp(ended.out, cases[_i].begins, strlen(cases[_i].begins)) == 0,
	    "printed: %s", ended.out);
	ck_assert_ptr_nonnull(strstr(ended.out, cases[_i].holds));
	ck_assert_int_eq(ended.code, cases[_i].code);
	ck_assert_str_eq(ended.err, "");
	ck_assert_msg(ended.seconds < 1.1 + 0.3, "%f s", ended.seconds);
}
END_TEST

START_TEST(test_out_of_memory)
{
	struct ended ended;

	if (SANITIZED)
		return; /* they set no memory limit */
	ended = RUN("--deed=memory", "--found");
	ck_assert_int_eq(ended.code, 3);
	ck_assert_ptr_nonnull(strstr(ended.out, "signal 6 (Aborted)"));
	ck_assert_ptr_nonnull(strstr(ended.out, "so far: 1 things"));
	ck_assert_str_eq(ended.err, "");
}
END_TEST

START_TEST(test_abort)
{
	const struct ended ended = RUN("--deed=abort");

	ck_assert_int_eq(ended.code, 3);
	ck_assert_ptr_nonnull(strstr(ended.out, "the worker process"));
	if (!SANITIZED)
		ck_assert_ptr_nonnull(strstr(ended.out, "signal 6"));
}
END_TEST

/* An engine that loses its patience first gets a sentence, too. */
static const struct {
	int number;
	const char *name;
} signals[] = {
	{ SIGTERM, "signal 15 (Terminated)" },
	{ SIGHUP, "signal 1 (Hangup)" },
	{ SIGALRM, "signal 14 (Alarm clock)" },
	{ SIGUSR1, "signal 10 (User defined signal 1)" },
	{ SIGXCPU, "signal 24 (CPU time limit exceeded)" },
};

/* Until it has done so before the signal came, and has ended soon after. */
static struct ended
terminated(int signal, const char *const *words, const char *done)
{
	struct ended ended;

	for (int tenths = 3; tenths <= 48; tenths *= 2) {
		ended = run_with_signal(signal, tenths, words);
		ended.seconds -= tenths / 10.0;
		if (strstr(ended.out, done) && ended.seconds < 0.7)
			break;
	}
	ck_assert_msg(ended.seconds < 0.7, "%f s", ended.seconds);
	return ended;
}

START_TEST(test_terminated)
{
	const struct ended ended = terminated(signals[_i].number,
	    (const char *const[]){ "--deed=hang", "--found", NULL },
	    "so far: 1 things");

	ck_assert_int_eq(ended.code, 3);
	ck_assert_ptr_nonnull(strstr(ended.out, signals[_i].name));
	ck_assert_ptr_nonnull(strstr(ended.out, "bgpPeerState"));
	ck_assert_ptr_nonnull(strstr(ended.out, "so far: 1 things"));
}
END_TEST

/* ... even while a worker that has gone mad keeps the guard reading. */
START_TEST(test_terminated_in_a_flood)
{
	const struct ended ended = terminated(SIGTERM,
	    (const char *const[]){ "--deed=flood", NULL }, "signal 15");

	ck_assert_int_eq(ended.code, 3);
	ck_assert_ptr_nonnull(strstr(ended.out, "signal 15 (Terminated)"));
}
END_TEST

/* The worker holds nothing of the guard's: when the guard is killed the pipe
 * to the reader ends at once, and the worker goes with it. */
START_TEST(test_killed_guard)
{
	const struct ended ended = terminated(SIGKILL,
	    (const char *const[]){ "--deed=hang", NULL }, "");

	ck_assert_int_eq(ended.code, 1000 + SIGKILL);
}
END_TEST

/* No process is left over, not even a zombie that nobody reaps. */
START_TEST(test_nothing_is_left)
{
	static const char *const deeds_to_try[] = { "--deed=well",
		"--deed=hang", "--deed=stopped", "--deed=flood" };

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (size_t i = 0; i < 4; i++)
		RUN(deeds_to_try[i], "-t", "0.3");
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(test_confined)
{
	struct ended ended;

	if (SANITIZED)
		return; /* they need to write their reports */
	ended = RUN("--deed=exec");
	ck_assert_ptr_nonnull(strstr(ended.out, "refused"));
	ended = RUN("--deed=x32");
	ck_assert_ptr_nonnull(strstr(ended.out, "refused"));
	ended = RUN("--deed=write");
	ck_assert_ptr_nonnull(strstr(ended.out, "refused"));
}
END_TEST

START_TEST(test_memory)
{
	struct ended ended = RUN("--remember");

	ck_assert_ptr_nonnull(strstr(ended.out, "no history: first run"));
	ended = RUN("--remember");
	ck_assert_ptr_nonnull(strstr(ended.out, "2 things, recalled"));
	ck_assert_ptr_null(strstr(ended.out, "no history"));
}
END_TEST

START_TEST(test_memory_not_possible)
{
	struct ended ended;

	ck_assert_int_eq(chmod(state_dir, 0777), 0);
	ended = RUN("--remember");
	ck_assert_int_eq(ended.code, 0);
	ck_assert_ptr_nonnull(strstr(ended.out, "no history"));
	ck_assert_ptr_nonnull(strstr(ended.out, state_dir));
}
END_TEST

/* What only saves work is not worth a word on the first line. */
START_TEST(test_hint_not_possible)
{
	const struct ended first = RUN("--remember", "--hint");

	ck_assert_str_eq(first.out, "TEST OK - 2 things|things=2;;;0\n");
	ck_assert_ptr_nonnull(
	    strstr(RUN("--remember", "--hint").out, "2 things, recalled"));
	ck_assert_str_eq(
	    RUN("--remember", "--hint", "--state-dir", "/nowhere").out,
	    "TEST OK - 2 things|things=2;;;0\n");
}
END_TEST

START_TEST(test_output_file)
{
	char path[128], content[1024] = "";
	struct ended ended;
	FILE *file;

	snprintf(path, sizeof(path), "%s/out.prom", state_dir);
	ended = RUN("--format=prometheus", "--output", path);
	ck_assert_int_eq(ended.code, 0);
	ck_assert_ptr_nonnull(strstr(ended.out, "TEST OK - 2 things"));
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_gt(fread(content, 1, sizeof(content) - 1, file), 0);
	fclose(file);
	ck_assert_ptr_nonnull(strstr(content, "\ntest_things 2\n"));
	ended = RUN("--output", "/nonexistent/out.prom");
	ck_assert_int_eq(ended.code, 3);
	ck_assert_ptr_nonnull(strstr(ended.out, "/nonexistent"));
}
END_TEST

/* Closed standard files must not make the worker's pipe file 1. */
START_TEST(test_closed_files)
{
	char *argv[] = { NULL, NULL };
	char name[] = "check_test";
	const pid_t pid = fork();
	struct ended ended;

	argv[0] = name;
	if (pid == 0) {
		for (int fd = 0; fd < 64; fd++)
			close(fd);
		_exit(plugin_run(&check, 1, argv));
	}
	end(pid, &ended);
	ck_assert_int_eq(ended.code, 0);
}
END_TEST

/* A bare chroot has no /dev/null, and a run there is as well protected. */
START_TEST(test_no_dev_null)
{
	char *argv[] = { NULL, NULL };
	char name[] = "check_test";
	pid_t pid;
	struct ended ended;

	if (SANITIZED || geteuid() != 0)
		return; /* chroot(2) is root's */
	argv[0] = name;
	pid = fork();
	if (pid == 0) {
		if (chroot(state_dir) != 0 || chdir("/") != 0)
			_exit(100);
		for (int fd = 0; fd < 64; fd++)
			close(fd);
		if (plugin_run(&check, 1, argv) != 0)
			_exit(101);
		_exit(prctl(PR_GET_DUMPABLE) == 0 ? 0 : 102);
	}
	end(pid, &ended);
	ck_assert_int_eq(ended.code, 0);
}
END_TEST

static const char *secret_seen; /* where the guard had it */

static bool
look_at_secret(const void *o, void *s, struct err *err)
{
	const struct opts *opts = o;

	(void)s, (void)err;
	secret_seen = opts->secret.bytes;
	return secret_seen && strcmp(secret_seen, "hidden") == 0;
}

/* Once the worker has it, the guard forgets the secret. */
START_TEST(test_secret_wiped)
{
	char name[] = "check_test", option[] = "--secret", value[] = "hidden";
	char *argv[] = { name, option, value, NULL };
	struct plugin opening = check;
	struct ended ended;
	pid_t pid;

	opening.open = look_at_secret;
	pid = fork();
	if (pid == 0) {
		close(STDOUT_FILENO);
		if (plugin_run(&opening, 3, argv) != 0)
			_exit(100);
		for (size_t i = 0; i < strlen("hidden"); i++)
			if (secret_seen[i] || value[i] != '*')
				_exit(101);
		_exit(0);
	}
	end(pid, &ended);
	ck_assert_int_eq(ended.code, 0);
}
END_TEST

static bool
fail_to_open(const void *o, void *s, struct err *err)
{
	(void)o, (void)s;
	return err_set(err, ERR_PERMISSION, "no raw socket");
}

/* Privileges do not outlive an open that failed. */
START_TEST(test_open_fails)
{
	char name[] = "check_test";
	char *argv[] = { name, NULL };
	struct plugin opening = check;
	struct ended ended;
	pid_t pid;

	opening.open = fail_to_open;
	pid = fork();
	if (pid == 0) {
		close(STDOUT_FILENO);
		if (plugin_run(&opening, 1, argv) != 3)
			_exit(100);
		_exit(strcmp(powers(), "none") == 0 ? 0 : 101);
	}
	end(pid, &ended);
	ck_assert_int_eq(ended.code, 0);
}
END_TEST

/* A reader that holds the pipe open and takes nothing costs a second, and not
 * for ever. */
START_TEST(test_reader_asleep)
{
	const int64_t start_ns = clock_monotonic_ns();
	struct ended ended = { 0 };
	int out[2];
	pid_t pid;

	ck_assert_int_eq(pipe2(out, O_NONBLOCK), 0);
	while (write(out[1], ended.out, sizeof(ended.out)) > 0)
		;
	pid = start(out[1], STDERR_FILENO,
	    (const char *const[]){ "-c", "1", NULL });
	end(pid, &ended);
	ck_assert_int_eq(ended.code, 2);
	ck_assert_int_lt(clock_monotonic_ns() - start_ns, 30 * CLOCK_SECOND);
	close(out[0]);
	close(out[1]);
}
END_TEST

/* What could not be said is not OK: a full disk under a redirected output. */
START_TEST(test_full_disk)
{
	static const struct {
		const char *limit;
		int code;
	} runs[] = { { "1000", 3 }, { "1", 2 } };
	const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(full, 0);
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct ended ended = { 0 };

		end(start(full, STDERR_FILENO,
			(const char *const[]){ "-c", runs[i].limit, NULL }),
		    &ended);
		ck_assert_int_eq(ended.code, runs[i].code);
	}
	close(full);
}
END_TEST

START_TEST(test_help_and_version)
{
	struct ended ended = RUN("--help", "--nonsense");

	ck_assert_int_eq(ended.code, 3);
	ck_assert_ptr_nonnull(strstr(ended.out, "--deed"));
	ended = RUN("-V");
	ck_assert_int_eq(ended.code, 3);
	ck_assert_ptr_nonnull(strstr(ended.out, "check_test v" PLUGIN_VERSION));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("plugin");
	TCase *tcase = tcase_create("plugin");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, test_case, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tcase, test_out_of_memory);
	tcase_add_test(tcase, test_abort);
	tcase_add_loop_test(tcase, test_terminated, 0,
	    sizeof(signals) / sizeof(signals[0]));
	tcase_add_test(tcase, test_terminated_in_a_flood);
	tcase_add_test(tcase, test_killed_guard);
	tcase_add_test(tcase, test_nothing_is_left);
	tcase_add_test(tcase, test_confined);
	tcase_add_test(tcase, test_memory);
	tcase_add_test(tcase, test_memory_not_possible);
	tcase_add_test(tcase, test_hint_not_possible);
	tcase_add_test(tcase, test_output_file);
	tcase_add_test(tcase, test_closed_files);
	tcase_add_test(tcase, test_no_dev_null);
	tcase_add_test(tcase, test_secret_wiped);
	tcase_add_test(tcase, test_open_fails);
	tcase_add_test(tcase, test_reader_asleep);
	tcase_add_test(tcase, test_full_disk);
	tcase_add_test(tcase, test_help_and_version);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
