/* SPDX-License-Identifier: ISC */
/*
 * The run of a program, in the order in which things happen: options, state,
 * privileges, worker, result, state, output.  Everything that can fail on the
 * way becomes one sentence and one of four exit codes.
 */
#include "frame/plugin.h"

#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/text.h"
#include "frame/common.h"
#include "frame/confine.h"
#include "frame/describe.h"
#include "frame/guard.h"
#include "frame/output.h"
#include "frame/render.h"
#include "frame/state.h"

#define KEEP_BYTES ((size_t)24 << 20)	/* options, sample, last memory */
#define OUTPUT_BYTES ((size_t)48 << 20) /* rendered output, at most */
#define HELP_BYTES ((size_t)512 << 10)

/* The worker ends a little earlier, so that it can say what it has found. */
#define WORKER_RESERVE_NS (100 * CLOCK_MILLI)
#define WORKER_RESERVE_PART 10 /* of a short timeout */

/* One run of one program. */
struct session {
	const struct plugin *plugin;
	struct arena keep; /* shared with the worker */
	struct common_opts common;
	struct opt_target targets[4]; /* the last one is the end */
	void *opts;
	void *sample;
	struct opt_parsed parsed;
	int64_t started_ns;
	int64_t started_wall_ns;
	struct deadline deadline;
	bool remembers;
	struct state state;
	struct damped damped;
	struct guard guard;
	struct text output;
	struct result_tree tree;
	struct report report;
};

/* --- before there is a result --------------------------------------------- */

static int
fail(const struct plugin *plugin, const struct err *err)
{
	char buffer[1024];
	struct text text;

	text_init(&text, buffer, sizeof(buffer));
	render_failure(plugin, err, &text);
	output_stdout(text.data, text.len);
	return VERDICT_UNKNOWN;
}

/* --help, --version, --describe: exit code 3, as the guideline asks. */
static int
answer(struct session *session)
{
	char *buffer = arena_alloc(&session->keep, HELP_BYTES);
	struct err err = { 0 };
	struct text text;

	if (!buffer) {
		err_set(&err, ERR_SYSTEM, "no memory for the help");
		return fail(session->plugin, &err);
	}
	text_init(&text, buffer, HELP_BYTES);
	switch (session->parsed.request) {
	case OPT_VERSION:
		describe_version(session->plugin, &text);
		text_add_char(&text, '\n');
		break;
	case OPT_DESCRIBE:
		if (!describe_as(session->plugin, session->parsed.describe,
			&text, &err))
			return fail(session->plugin, &err);
		break;
	default:
		describe_help(session->plugin, &text);
		break;
	}
	output_stdout(text.data, text.len);
	return session->parsed.request == OPT_DESCRIBE ? VERDICT_OK
						       : VERDICT_UNKNOWN;
}

static bool
read_options(struct session *session, int argc, char **argv, struct err *err)
{
	const struct plugin *plugin = session->plugin;
	if (!arena_reserve(&session->keep, KEEP_BYTES, err))
		return false;
	session->opts = arena_alloc(&session->keep, plugin->opts_size);
	session->sample = arena_alloc(&session->keep, plugin->sample_size);
	if (!session->opts || !session->sample)
		return err_set(err, ERR_SYSTEM, "no memory for the options");
	session->targets[0] = (struct opt_target){ plugin->options,
		session->opts, plugin->habits };
	session->targets[1] =
	    (struct opt_target){ common_options, &session->common, NULL };
	session->targets[2] =
	    (struct opt_target){ common_damped_options(plugin->dampens),
		    &session->common, NULL };
	if (!opt_parse(plugin->name, session->targets, argc, argv,
		&session->keep, &session->parsed, err))
		return false;
	if (session->parsed.request != OPT_RUN)
		return true;
	return common_check(&session->common, err) &&
	    dampen_check(&session->common.damped.params, err) &&
	    (!plugin->validate || plugin->validate(session->opts, err));
}

/* --- the run -------------------------------------------------------------- */

/* Program, the kind of memory, and for whom, whole: cut, it could be another
 * run's key. */
static const char *
memory_key(struct session *session, const char *kind, const char *whom,
    struct err *err)
{
	const char *name = session->plugin->name;
	const size_t size = strlen(name) + strlen(kind) + strlen(whom) + 2;
	char *bytes = arena_alloc(&session->keep, size);
	struct text key;

	if (!bytes) {
		err_set(err, ERR_SYSTEM, "no memory for its key");
		return NULL;
	}
	text_init(&key, bytes, size);
	text_addf(&key, "%s\n%s%s", name, kind, whom);
	return bytes;
}

/* A memory that cannot be had is a first run; said where that matters. */
static void
miss_memory(struct session *session, const char *what, const char *why)
{
	const struct plugin_memory *memory = session->plugin->memory;

	if (!memory->hint_only || !memory->hint_only(session->opts))
		guard_caveatf(&session->guard, "%s: %s", what, why);
}

static void
open_memory(struct session *session)
{
	const struct plugin_memory *memory = session->plugin->memory;
	const char *key;
	struct err err = { 0 };

	session->state.dir_fd = session->state.lock_fd = -1;
	if (!memory || !memory->wanted(session->opts))
		return;
	session->remembers = true;
	key = memory_key(session, "", session->parsed.identity.data, &err);
	if (!key ||
	    !state_open(&session->state, session->common.state_dir,
		session->plugin->name, key, memory->max_bytes, &err)) {
		session->remembers = false;
		miss_memory(session, "no history", err.text);
	} else if (!state_load(&session->state, &session->keep, &err)) {
		miss_memory(session, "no history", err.text);
	} else if (!session->state.body) {
		miss_memory(session, "no history", "first run");
	}
}

static bool
lists(const struct session *session)
{
	const struct plugin_listing *listing = session->plugin->listing;

	return listing && listing->wanted(session->opts);
}

#define DAMPED_KEY 4096 /* bytes of a key of the program's own */

/* Its own file, so that other thresholds for the holding, or none at all, do
 * not touch what the check remembers. */
static void
open_damping(struct session *session)
{
	const struct plugin *plugin = session->plugin;
	const struct damped_opts *opts = &session->common.damped;
	const char *whom = session->parsed.identity.data;
	const char *key;
	struct err err = { 0 };

	session->damped.state.dir_fd = session->damped.state.lock_fd = -1;
	if (opts->mode == DAMPED_OFF || lists(session))
		return;
	if (plugin->damped_key) {
		char *bytes = arena_alloc(&session->keep, DAMPED_KEY);
		struct text text;

		text_init(&text, bytes ? bytes : session->damped.words,
		    bytes ? DAMPED_KEY : sizeof(session->damped.words));
		plugin->damped_key(session->opts, &text);
		whom = text.data;
	}
	key = memory_key(session, "dampen\n", whom, &err);
	if (key)
		damped_open(&session->damped, opts, session->common.state_dir,
		    plugin->name, key);
	else
		guard_caveatf(&session->guard, "not dampened: %s", err.text);
}

static unsigned
needs(const struct session *session)
{
	const struct plugin *plugin = session->plugin;

	return plugin->needs |
	    (plugin->also_needs ? plugin->also_needs(session->opts) : 0);
}

static bool
open_all(struct session *session, struct err *err)
{
	const struct plugin *plugin = session->plugin;
	const struct plugin_setup setup = {
		.state_dir = session->common.state_dir,
		.identity = session->parsed.identity.data,
		.deadline = session->deadline,
		.timeout_ns = session->common.timeout,
	};

	if (!plugin->open && !plugin->prepare)
		return true;
	return confine_resume_capabilities(err) &&
	    (!plugin->open ||
		plugin->open(session->opts, session->sample, err)) &&
	    (!plugin->prepare ||
		plugin->prepare(session->opts, session->sample, &setup, err));
}

/* What needs a privilege is opened with it; nothing is left of it then, after
 * a failure neither: there is still an output to write. */
static bool
open_privileged(struct session *session, struct err *err)
{
	const bool keep_file_access = session->common.output && getuid() == 0;
	const bool opened = open_all(session, err);
	struct err ignored;

	if (needs(session) & PLUGIN_WRAPS)
		return opened;
	return confine_drop_capabilities(keep_file_access,
		   opened ? err : &ignored) &&
	    opened;
}

/* Shows the output what is wrong, and nothing else? */
static bool
is_brief(const struct session *session)
{
	const struct common_opts *common = &session->common;

	/* A number that has recovered is one of a child that is well. */
	return renders[common->format].brief && !common->detail &&
	    common->verbose == 0 && !lists(session) &&
	    common->damped.rules.count == 0;
}

static void
run_worker(struct session *session)
{
	const int64_t part = session->common.timeout / WORKER_RESERVE_PART;
	const int64_t reserve =
	    part < WORKER_RESERVE_NS ? part : WORKER_RESERVE_NS;
	const struct worker_job job = {
		.plugin = session->plugin,
		.opts = session->opts,
		.sample = session->sample,
		.deadline = { session->deadline.at_ns - reserve },
		.verbose = session->common.verbose,
		.state_dir = session->common.state_dir,
		.brief = is_brief(session),
		.needs = needs(session),
		.remembers = session->remembers,
		.memory = session->state.body,
		.memory_len = session->state.body_len,
	};
	struct guard *guard = &session->guard;

	if (!open_privileged(session, &guard->error) ||
	    !guard_start(guard, &job, &guard->error))
		return;
	opt_wipe(session->targets); /* only the worker needs the secrets */
	guard_listen(guard, &session->deadline, session->common.timeout);
	guard_end(guard);
}

static void
save_memory(struct session *session)
{
	const struct wire_frame *kept = &session->guard.kept;
	struct err err = { 0 };

	if (session->remembers && kept->payload &&
	    !state_save(&session->state, STATE_CACHE,
		(const char *)kept->payload, kept->len, &session->deadline,
		&err))
		miss_memory(session, "history not kept", err.text);
}

/* --- the result ----------------------------------------------------------- */

static enum verdict
error_verdict(const struct session *session)
{
	switch (session->guard.error.kind) {
	case ERR_TIMEOUT:
		return session->common.timeout_state;
	case ERR_USAGE: /* a wrong command line is nobody's OK */
		return VERDICT_UNKNOWN;
	default:
		return session->common.error_state;
	}
}

/* The tree that the worker sent, or one with nothing in it.  True when there
 * is something in it. */
static bool
build_tree(struct session *session)
{
	struct guard *guard = &session->guard;
	const struct plugin *plugin = session->plugin;
	struct err err = { 0 };

	if (guard->result.payload &&
	    wire_result(&guard->result, &session->tree, &guard->memory,
		plugin->metrics, session->opts, &err))
		return true;
	if (guard->result.payload)
		guard->error = err;
	else if (guard->error.kind == ERR_NONE)
		err_set(&guard->error, ERR_PROTOCOL,
		    "the worker process ended without a result");
	result_init(&session->tree, &guard->memory, plugin->metrics,
	    session->opts);
	return false;
}

/*
 * With nothing found, an error's verdict is the user's choice.  With something
 * found, a fault that was measured outweighs it.
 */
static enum verdict
final_verdict(struct session *session, bool found)
{
	struct result *root = session->tree.root;
	const enum verdict seen = result_verdict(root);
	const enum verdict failed = error_verdict(session);

	if (session->guard.error.kind == ERR_NONE)
		return seen;
	result_judge(root, failed, "%s", session->guard.error.text);
	if (!found || seen == VERDICT_UNKNOWN)
		return failed;
	return verdict_worse(seen, failed);
}

/* The numbers that --recover-at is about.  A name that nothing has may be a
 * slip of the pen; where there is a fault, a number may be missing for it. */
static void
gather(struct session *session, enum verdict raw)
{
	const struct damped_rules *rules = &session->common.damped.rules;
	struct guard *guard = &session->guard;

	if (!damped_values(&session->damped.values, rules, session->tree.root,
		raw, &guard->memory))
		guard_caveat(guard, "--recover-at: no memory for its numbers");
	for (size_t i = 0; i < rules->count && raw == VERDICT_OK; i++)
		if (!rules->items[i].used)
			guard_caveatf(guard, "--recover-at: there is no %s",
			    rules->items[i].number);
}

/* What is reported of a verdict. */
static enum verdict
dampen(struct session *session, enum verdict raw)
{
	struct damped *damped = &session->damped;
	enum verdict reported;

	if (!damped->opts)
		return raw;
	damped_set_now(damped);
	gather(session, raw);
	reported = damped_step(damped, raw, &session->guard.memory,
	    &session->deadline);
	if (damped->missing.kind != ERR_NONE)
		guard_caveatf(&session->guard, "dampening has no history: %s",
		    damped->missing.text);
	if (damped->crowded)
		guard_caveatf(&session->guard,
		    "--recover-at: more than %d limits are violated",
		    RECOVER_HELD);
	return reported;
}

static void
make_report(struct session *session)
{
	struct guard *guard = &session->guard;
	const bool found = build_tree(session);
	const enum verdict raw = final_verdict(session, found);
	const enum verdict verdict = dampen(session, raw);

	if (session->tree.full)
		guard_caveat(guard, "too much to report: some of it left out");
	session->report = (struct report){
		.plugin = session->plugin,
		.common = &session->common,
		.root = session->tree.root,
		.verdict = verdict,
		.raw = raw,
		.damped = session->damped.opts ? &session->damped : NULL,
		.error = guard->error,
		.partial = found && guard->error.kind != ERR_NONE,
		.caveats = guard->caveats,
		.notes = guard->notes,
		.words =
		    guard->error.kind == ERR_NONE ? guard->words.data : NULL,
		.started_wall_ns = session->started_wall_ns,
		.took_ns = clock_monotonic_ns() - session->started_ns,
	};
}

static void
render(struct session *session, int format)
{
	text_clear(&session->output);
	renders[format].print(&session->report, &session->output);
}

/* A list is for people, and of no format but where JSON has all of it. */
static bool
prints_list(const struct session *session)
{
	return lists(session) && session->report.verdict == VERDICT_OK &&
	    !(session->plugin->listing->tells &&
		renders[session->common.format].print == render_json);
}

/* What was asked for: the listing when there is one to print. */
static void
render_wanted(struct session *session)
{
	if (!prints_list(session)) {
		render(session, session->common.format);
		return;
	}
	text_clear(&session->output);
	session->plugin->listing->print(session->opts, session->tree.root,
	    &session->output);
}

/* A finding like others; beside a wrapped program's words, which stand for the
 * findings, a caveat. */
static void
blame_output(struct session *session, const struct err *why)
{
	struct report *report = &session->report;

	report->verdict = verdict_worse(report->verdict, VERDICT_UNKNOWN);
	result_judge(session->tree.root, VERDICT_UNKNOWN, "%s", why->text);
	if (!report->words)
		return;
	guard_caveatf(&session->guard, "%s", why->text);
	report->caveats = session->guard.caveats;
}

/* Who closed standard output wants the code alone; confine_start has put a file
 * in its place that holds nothing, and takes nothing where /dev/null is none.
 */
static bool
wants_words(void)
{
	const int flags = fcntl(STDOUT_FILENO, F_GETFL);

	return flags >= 0 && (flags & O_PATH) == 0;
}

/* To --output in the chosen format, and then to us in words. */
static void
print(struct session *session)
{
	const struct text *out = &session->output;
	const char *path = session->common.output;
	struct err err = { 0 };

	render_wanted(session);
	if (path) {
		if (!output_file(path, out->data, out->len, &err))
			blame_output(session, &err);
		render(session, 0);
	}
	/* Nobody was told, and must not take the silence for good news. */
	if (!output_stdout(out->data, out->len) && wants_words())
		session->report.verdict =
		    verdict_worse(session->report.verdict, VERDICT_UNKNOWN);
}

/* What listening and reporting need is there before the worker starts. */
static bool
reserve(struct session *session, struct err *err)
{
	char *output;

	if (!guard_init(&session->guard, err))
		return false;
	output = arena_alloc(&session->guard.memory, OUTPUT_BYTES);
	text_init(&session->output, output, OUTPUT_BYTES);
	return true;
}

int
plugin_run(const struct plugin *plugin, int argc, char **argv)
{
	struct session session = { .plugin = plugin };
	struct err err = { 0 };

	session.started_ns = clock_monotonic_ns();
	session.started_wall_ns = clock_wall_ns();
	confine_start();
	if (!confine_suspend_capabilities(&err) ||
	    !read_options(&session, argc, argv, &err))
		return fail(plugin, &err);
	if (session.parsed.request != OPT_RUN)
		return answer(&session);
	session.deadline.at_ns = session.started_ns + session.common.timeout;
	if (!reserve(&session, &err))
		return fail(plugin, &err);
	open_memory(&session);
	open_damping(&session);
	run_worker(&session);
	save_memory(&session);
	make_report(&session);
	print(&session);
	state_close(&session.state);
	state_close(&session.damped.state);
	return (int)session.report.verdict;
}
