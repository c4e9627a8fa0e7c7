/* SPDX-License-Identifier: ISC */
#include "frame/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"

#define READ_BYTES ((size_t)64 << 10) /* at once from the pipe */
#define INPUT_BYTES (WIRE_HEADER + (size_t)WIRE_PAYLOAD + READ_BYTES + 1)
#define REST_BYTES ((size_t)160 << 20) /* trees and rendered output */
#define LINES 1000		       /* notes and caveats, at most */
#define LINE_CHARS 400		       /* of one of them */
#define REAP_NS (50 * CLOCK_MILLI)     /* for a killed worker to vanish */

/* --- asked to end --------------------------------------------------------- */

static volatile sig_atomic_t asked_to_end; /* the signal's number */

static void
on_signal(int number)
{
	asked_to_end = number;
}

/* All that anybody may send: no signal is to be the end of a program that owes
 * a sentence.  SIGALRM may be left over from who called us (alarm(2) outlives
 * execve). */
static const int ending_signals[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM,
	SIGUSR1, SIGUSR2, SIGXCPU };

#define ENDING_SIGNALS (sizeof(ending_signals) / sizeof(ending_signals[0]))

/* They are blocked but for ppoll, so none is missed and none interrupts. */
static void
catch_signals(void)
{
	const struct sigaction catcher = { .sa_handler = on_signal };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < ENDING_SIGNALS; i++) {
		sigaddset(&blocked, ending_signals[i]);
		sigaction(ending_signals[i], &catcher, NULL);
	}
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGCHLD, &standard, NULL);
}

static void
release_signals(void)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		sigaction(ending_signals[i], &standard, NULL);
	sigaction(SIGPIPE, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* --- start ---------------------------------------------------------------- */

bool
guard_init(struct guard *guard, struct err *err)
{
	const size_t slots = 2 * (size_t)WIRE_PAYLOAD;

	*guard = (struct guard){ .pid = -1, .pidfd = -1, .pipe = -1 };
	guard->last_caveat = &guard->caveats;
	guard->last_note = &guard->notes;
	if (!arena_reserve(&guard->memory, INPUT_BYTES + slots + REST_BYTES,
		err))
		return false;
	/* Best effort: without it the worker has our empty pages, too. */
	madvise(guard->memory.base, guard->memory.size, MADV_DONTFORK);
	text_init(&guard->input, arena_alloc(&guard->memory, INPUT_BYTES),
	    INPUT_BYTES);
	guard->result_slot = arena_alloc(&guard->memory, WIRE_PAYLOAD);
	guard->kept_slot = arena_alloc(&guard->memory, WIRE_PAYLOAD);
	return true;
}

bool
guard_start(struct guard *guard, const struct worker_job *job, struct err *err)
{
	struct worker_job mine = *job;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_sys(err, errno, "pipe to the worker");
	catch_signals();
	mine.guard = getpid();
	mine.pipe = ends[1];
	guard->pid = fork();
	if (guard->pid < 0) {
		err_sys(err, errno, "starting the worker process");
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	if (guard->pid == 0) {
		release_signals();
		close(ends[0]);
		worker_run(&mine);
	}
	setpgid(guard->pid, guard->pid);
	close(ends[1]);
	guard->pipe = ends[0];
	guard->pidfd = (int)syscall(SYS_pidfd_open, guard->pid, 0);
	return true;
}

/* --- listening ------------------------------------------------------------ */

static void
add_line(struct guard *guard, struct report_line ***last, const void *bytes,
    size_t len)
{
	char buffer[4 * LINE_CHARS + 4];
	struct report_line *line;
	struct text clean;

	text_init(&clean, buffer, sizeof(buffer));
	text_foreign(&clean, bytes, len, LINE_CHARS);
	line = arena_alloc(&guard->memory, sizeof(*line));
	if (!line)
		return;
	line->text = arena_string(&guard->memory, clean.data, clean.len);
	if (!line->text)
		return;
	**last = line;
	*last = &line->next;
}

static size_t
count_lines(const struct report_line *line)
{
	size_t count = 0;

	for (; line; line = line->next)
		count++;
	return count;
}

void
guard_caveat(struct guard *guard, const char *text)
{
	add_line(guard, &guard->last_caveat, text, strlen(text));
}

void
guard_caveatf(struct guard *guard, const char *format, ...)
{
	char buffer[512];
	struct text text;
	va_list args;

	text_init(&text, buffer, sizeof(buffer));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	guard_caveat(guard, buffer);
}

static void
set_text(char *to, size_t size, const struct wire_frame *frame, size_t skip)
{
	struct text clean;

	text_init(&clean, to, size);
	if (frame->len > skip)
		text_foreign(&clean, frame->payload + skip, frame->len - skip,
		    size / 2);
}

/* Keeps the payload, which the next read overwrites, in its slot. */
static void
keep(struct wire_frame *kept, unsigned char *slot,
    const struct wire_frame *frame)
{
	memcpy(slot, frame->payload, frame->len);
	*kept = *frame;
	kept->payload = slot;
}

static void
hear_error(struct guard *guard, const struct wire_frame *frame)
{
	const unsigned char kind = frame->len ? frame->payload[0] : 0;

	set_text(guard->error.text, sizeof(guard->error.text), frame, 1);
	guard->error.kind = kind > ERR_NONE && kind <= ERR_UNSUPPORTED
	    ? (enum err_kind)kind
	    : ERR_SYSTEM;
}

/* Cleaning never makes it longer. */
static void
hear_words(struct guard *guard, const struct wire_frame *frame)
{
	char *bytes;

	if (guard->words.data || frame->len > RUN_WORDS_MAX)
		return;
	bytes = arena_alloc(&guard->memory, frame->len + 1);
	if (!bytes)
		return;
	text_init(&guard->words, bytes, frame->len + 1);
	text_relay(&guard->words, frame->payload, frame->len);
}

static void
hear(struct guard *guard, const struct wire_frame *frame)
{
	switch (frame->type) {
	case WIRE_RESULT:
		keep(&guard->result, guard->result_slot, frame);
		break;
	case WIRE_MEMORY:
		keep(&guard->kept, guard->kept_slot, frame);
		break;
	case WIRE_WAITING:
		set_text(guard->waiting, sizeof(guard->waiting), frame, 0);
		break;
	case WIRE_CAVEAT:
		if (count_lines(guard->caveats) < 10)
			add_line(guard, &guard->last_caveat, frame->payload,
			    frame->len);
		break;
	case WIRE_NOTE:
		if (frame->len > 1 && count_lines(guard->notes) < LINES)
			add_line(guard, &guard->last_note, frame->payload + 1,
			    frame->len - 1);
		break;
	case WIRE_WORDS:
		hear_words(guard, frame);
		break;
	case WIRE_ERROR:
		hear_error(guard, frame);
		break;
	case WIRE_DONE:
		guard->done = true;
		break;
	}
}

/* Takes all complete frames off the input.  False when it makes no sense. */
static bool
hear_all(struct guard *guard)
{
	const unsigned char *at = (unsigned char *)guard->input.data;
	size_t left = guard->input.len;
	struct wire_frame frame;
	int got = 0;

	while (!guard->done &&
	    (got = wire_next(&at, &left, &frame, &guard->error)) > 0)
		hear(guard, &frame);
	if (left < guard->input.len)
		memmove(guard->input.data, at, left);
	guard->input.len = left;
	return got >= 0;
}

/* One read.  False at the end of the stream. */
static bool
read_more(struct guard *guard)
{
	struct text *input = &guard->input;
	const size_t room = input->size - input->len;
	const ssize_t got = read(guard->pipe, input->data + input->len,
	    room < READ_BYTES ? room : READ_BYTES);

	if (got > 0)
		input->len += (size_t)got;
	return got > 0 || (got < 0 && errno == EINTR);
}

static void
add_waiting(const struct guard *guard, struct text *text)
{
	if (guard->waiting[0])
		text_addf(text, ", while %s", guard->waiting);
}

/* "... ended by signal 11 (Segmentation fault), while ...". */
static void
blame_death(struct guard *guard)
{
	siginfo_t info = { 0 };
	struct text text;

	guard->error.kind = ERR_SYSTEM;
	text_init(&text, guard->error.text, sizeof(guard->error.text));
	text_add(&text, "the worker process ");
	if (waitid(P_PID, (id_t)guard->pid, &info,
		WEXITED | WNOHANG | WNOWAIT) != 0 ||
	    info.si_pid == 0)
		text_add(&text, "fell silent");
	else if (info.si_code == CLD_EXITED)
		text_addf(&text, "ended early with code %d", info.si_status);
	else
		text_addf(&text, "was ended by signal %d (%s)", info.si_status,
		    sigdescr_np(info.si_status) ? sigdescr_np(info.si_status)
						: "unknown");
	add_waiting(guard, &text);
}

static void
blame_signal(struct guard *guard)
{
	const int number = asked_to_end;
	struct text text;

	guard->error.kind = ERR_SYSTEM;
	text_init(&text, guard->error.text, sizeof(guard->error.text));
	text_addf(&text, "stopped from outside by signal %d (%s)", number,
	    sigdescr_np(number) ? sigdescr_np(number) : "unknown");
	add_waiting(guard, &text);
}

static void
blame_deadline(struct guard *guard, int64_t timeout_ns)
{
	const double s = (double)timeout_ns / (double)CLOCK_SECOND;
	struct text text;

	guard->error.kind = ERR_TIMEOUT;
	text_init(&text, guard->error.text, sizeof(guard->error.text));
	text_add(&text, "timed out after ");
	num_format_duration(&text, s);
	add_waiting(guard, &text);
}

/* The signal that asks us to end, let in by ppoll or still waiting outside
 * because bytes came first: a flood of them must not keep it out. */
static bool
told_to_end(void)
{
	sigset_t pending;

	if (asked_to_end)
		return true;
	sigpending(&pending);
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		if (sigismember(&pending, ending_signals[i]) == 1)
			asked_to_end = ending_signals[i];
	return asked_to_end != 0;
}

/* Waits for bytes.  False when there is no time left or we were told to end;
 * ppoll's last argument lets the ending signals in only while we wait. */
static bool
await(const struct guard *guard, const struct deadline *deadline)
{
	struct pollfd pipe = { .fd = guard->pipe, .events = POLLIN };
	int64_t left;
	sigset_t none;

	sigemptyset(&none);
	while (!told_to_end() && (left = deadline_left_ns(deadline)) > 0) {
		const struct timespec wait = {
			.tv_sec = (time_t)(left / CLOCK_SECOND),
			.tv_nsec = (long)(left % CLOCK_SECOND),
		};

		if (ppoll(&pipe, 1, &wait, &none) > 0)
			return true;
	}
	return false;
}

/* After the end of the stream the worker is about to be a zombie. */
static void
await_death(const struct guard *guard)
{
	const struct timespec wait = { .tv_nsec = REAP_NS };
	struct pollfd pidfd = { .fd = guard->pidfd, .events = POLLIN };

	ppoll(&pidfd, 1, &wait, NULL);
}

void
guard_listen(struct guard *guard, const struct deadline *deadline,
    int64_t timeout_ns)
{
	while (!guard->done) {
		if (!await(guard, deadline)) {
			if (asked_to_end)
				blame_signal(guard);
			else
				blame_deadline(guard, timeout_ns);
			return;
		}
		if (!read_more(guard)) {
			await_death(guard);
			blame_death(guard);
			return;
		}
		if (!hear_all(guard))
			return;
	}
}

/* Bounded: a worker may sit in the kernel where no signal reaches it. */
static void
reap(const struct guard *guard)
{
	const struct deadline until = deadline_in(REAP_NS);
	const struct timespec nap = { .tv_nsec = CLOCK_MILLI };

	if (guard->pidfd >= 0)
		await_death(guard);
	while (waitpid(guard->pid, NULL, WNOHANG) == 0 && guard->pidfd < 0 &&
	    !deadline_past(&until))
		ppoll(NULL, 0, &nap, NULL);
}

void
guard_end(struct guard *guard)
{
	if (guard->pid <= 0)
		return;
	/* Our child and not reaped yet: its number is nobody else's. */
	kill(-guard->pid, SIGKILL);
	kill(guard->pid, SIGKILL);
	reap(guard);
	guard->pid = -1;
}
