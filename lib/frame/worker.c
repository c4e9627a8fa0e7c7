/* SPDX-License-Identifier: ISC */
#include "frame/worker.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "frame/confine.h"
#include "frame/wire.h"

#define SAMPLE_BYTES ((size_t)64 << 20) /* address space for the sample */
#define RESULT_BYTES ((size_t)64 << 20) /* ... for the result tree */
#define SMALL_BYTES ((size_t)32 << 10)
#define OUTPUT_BYTES ((size_t)WIRE_PAYLOAD + (1 << 16)) /* ... for frames */
#define HEAP_BYTES ((size_t)256 << 20) /* ... for all else, by default */

/* A checkpoint may cost this part of the time that passes. */
#define CHECKPOINT_SHARE 20

struct worker {
	const struct worker_job *job;
	struct arena sample_arena, result_arena;
	struct arena output_arena;
	struct text output; /* frames that are not sent yet */
	int64_t next_checkpoint_ns;
	bool checkpointed;
	char waiting[256]; /* what was announced last */
};

/* Sends everything; a guard that has gone away ends us. */
static void
flush(struct worker *worker)
{
	const char *at = worker->output.data;
	size_t left = worker->output.len;

	while (left > 0) {
		const ssize_t sent = write(worker->job->pipe, at, left);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			_exit(VERDICT_UNKNOWN);
		at += sent;
		left -= (size_t)sent;
	}
	text_clear(&worker->output);
}

static void
say(struct run *run, enum wire_type type, const char *string)
{
	wire_put(&run->worker->output, type, string, strlen(string));
	flush(run->worker);
}

void
run_waiting(struct run *run, const char *format, ...)
{
	char buffer[sizeof(run->worker->waiting)];
	struct text text;
	va_list args;

	if (!run->worker)
		return;
	text_init(&text, buffer, sizeof(buffer));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	if (strcmp(buffer, run->worker->waiting) == 0)
		return;
	memcpy(run->worker->waiting, buffer, text.len + 1);
	say(run, WIRE_WAITING, buffer);
	run_note(run, 2, "%s", buffer);
}

void
run_note(struct run *run, int level, const char *format, ...)
{
	char buffer[1024];
	struct text text;
	va_list args;

	if (!run->worker || level > run->verbose)
		return;
	text_init(&text, buffer, sizeof(buffer));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	wire_put_tagged(&run->worker->output, WIRE_NOTE, (unsigned char)level,
	    buffer);
	flush(run->worker);
}

void
run_caveat(struct run *run, const char *format, ...)
{
	char buffer[512];
	struct text text;
	va_list args;

	if (!run->worker)
		return;
	text_init(&text, buffer, sizeof(buffer));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	say(run, WIRE_CAVEAT, buffer);
}

void
run_words(struct run *run, const char *bytes, size_t len)
{
	if (!run->worker)
		return;
	wire_put(&run->worker->output, WIRE_WORDS, bytes, len);
	flush(run->worker);
}

/* Judges the sample as it is and queues the result. */
static void
put_result(struct worker *worker)
{
	const struct worker_job *job = worker->job;
	struct result_tree tree;
	struct result *root;

	arena_reset(&worker->result_arena);
	root = result_init(&tree, &worker->result_arena, job->plugin->metrics,
	    job->opts);
	tree.brief = job->brief;
	job->plugin->judge(job->opts, job->sample, root);
	wire_put_result(&worker->output, root);
	if (worker->output.cut) {
		text_clear(&worker->output);
		wire_put_tagged(&worker->output, WIRE_ERROR, ERR_SYSTEM,
		    "the result is too large to report");
	}
}

void
run_checkpoint(struct run *run)
{
	struct worker *worker = run->worker;
	const int64_t start_ns = clock_monotonic_ns();

	if (!worker || start_ns < worker->next_checkpoint_ns)
		return;
	put_result(worker);
	flush(worker);
	worker->checkpointed = true;
	worker->next_checkpoint_ns =
	    start_ns + CHECKPOINT_SHARE * (clock_monotonic_ns() - start_ns);
}

/* Hands the last run's memory to the check; what it cannot use is said. */
static void
recall(struct run *run)
{
	const struct worker_job *job = run->worker->job;
	struct err err = { 0 };

	if (job->memory &&
	    !job->plugin->memory->recall(job->opts, job->sample, job->memory,
		job->memory_len, run->arena, &err))
		run_caveat(run, "no history: %s", err.text);
}

static void
put_memory(struct worker *worker)
{
	const struct plugin *plugin = worker->job->plugin;
	char *buffer =
	    arena_alloc(&worker->sample_arena, plugin->memory->max_bytes + 1);
	struct text memory;

	if (!buffer)
		return;
	text_init(&memory, buffer, plugin->memory->max_bytes + 1);
	plugin->memory->remember(worker->job->opts, worker->job->sample,
	    &memory);
	if (memory.cut)
		wire_put(&worker->output, WIRE_CAVEAT,
		    "history not kept: too large", 27);
	else
		wire_put(&worker->output, WIRE_MEMORY, memory.data, memory.len);
}

static void
measure(struct worker *worker, struct run *run)
{
	const struct worker_job *job = worker->job;
	struct err err = { 0 };

	recall(run);
	if (job->plugin->collect(job->opts, job->sample, run, &err)) {
		put_result(worker);
		/* There is room for one large frame; and what comes after a
		 * small one need not wake the guard twice. */
		if (job->remembers || worker->output.len > SMALL_BYTES)
			flush(worker);
		if (job->remembers)
			put_memory(worker);
	} else {
		if (worker->checkpointed)
			put_result(worker);
		wire_put_tagged(&worker->output, WIRE_ERROR,
		    (unsigned char)err.kind, err.text);
	}
}

static bool
prepare(struct worker *worker, struct err *err)
{
	const struct plugin *plugin = worker->job->plugin;
	const size_t heap =
	    plugin->worker_memory ? plugin->worker_memory : HEAP_BYTES;

	if (!arena_reserve(&worker->output_arena, OUTPUT_BYTES, err) ||
	    !arena_reserve(&worker->sample_arena, SAMPLE_BYTES, err) ||
	    !arena_reserve(&worker->result_arena, RESULT_BYTES, err))
		return false;
	text_init(&worker->output, (char *)worker->output_arena.base,
	    OUTPUT_BYTES);
	return confine_worker(
	    &(struct confine_worker){
		.guard = worker->job->guard,
		.memory = heap + SAMPLE_BYTES + RESULT_BYTES + OUTPUT_BYTES,
		.may_exec = worker->job->needs & PLUGIN_EXEC,
		.may_write = worker->job->needs & PLUGIN_WRITE,
		.wraps = worker->job->needs & PLUGIN_WRAPS,
	    },
	    err);
}

_Noreturn void
worker_run(const struct worker_job *job)
{
	static char spare[1024]; /* for the words of a failed preparation */
	struct worker worker = { .job = job };
	struct run run = {
		.deadline = job->deadline,
		.arena = &worker.sample_arena,
		.verbose = job->verbose,
		.brief = job->brief,
		.state_dir = job->state_dir,
		.worker = &worker,
	};
	struct err err = { 0 };

	if (prepare(&worker, &err)) {
		measure(&worker, &run);
	} else {
		text_init(&worker.output, spare, sizeof(spare));
		wire_put_tagged(&worker.output, WIRE_ERROR,
		    (unsigned char)err.kind, err.text);
	}
	wire_put(&worker.output, WIRE_DONE, "", 0);
	flush(&worker);
	_exit(0);
}
