/* SPDX-License-Identifier: ISC */
/*
 * vigil-dampen: runs any plugin and dampens what it says: no alert before it is
 * earned, no problem hidden that lasts.
 *
 * The plugin's words stay as they are; only the exit code may change, and a
 * note behind the first line's text says why.  In other formats its perfdata is
 * translated, which makes every plugin an exporter.
 *
 * Every check of a site may run behind it, so what its start costs counts: it
 * needs the C library alone, and has what it needs of it in itself.
 *
 * link: static
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "frame/damped_list.h"
#include "frame/plugin.h"
#include "frame/state.h"
#include "model/argv_key.h"
#include "model/perfdata.h"
#include "source/command.h"

#define KEY_MAX 200    /* characters of --key */
#define SKIPPED_MAX 10 /* notes on what is no perfdata */

enum action {
	RUN,
	SHOW,
	HISTORY,
	RESET,
	LIST,
};

struct opts {
	struct opt_strings command;
	const char *key;
	int action;
};

struct sample {
	struct reply output;
	struct command_result end;
	bool ran;
	struct arena_list data;	 /* of struct perfdata */
	struct arena_list lines; /* of struct line: of a listing */
};

/* For people, and where it is of one memory of many, for programs. */
struct line {
	const char *text;
	const struct damped_entry *entry; /* NULL: of none */
};

/* --- options and metrics -------------------------------------------------- */

static const struct opt options[] = {
	{ .name = "PLUGIN [ARG]...",
	    .type = &opt_type_strings,
	    .offset = offsetof(struct opts, command),
	    .help = "the plugin to run, with its arguments",
	    .flags = OPT_REST },
	OPT_STRING('k', "key", struct opts, key,
	    "name under which it is remembered, instead of its arguments",
	    .metavar = "NAME"),
	OPT_SET(0, "show", struct opts, action,
	    "do not run it: show what is remembered of it", .value = SHOW),
	OPT_SET(0, "history", struct opts, action,
	    "do not run it: show its last changes of state", .value = HISTORY),
	OPT_SET(0, "reset", struct opts, action,
	    "do not run it: forget what is remembered of it", .value = RESET),
	OPT_SET(0, "list", struct opts, action,
	    "list what is remembered of all plugins", .value = LIST),
	OPT_END,
};

#define NAMED .limits = METRIC_NO_LIMITS, .signed_ = true

/* By enum perfdata_unit. */
static const struct metric_def metrics[] = {
	[PERFDATA_PLAIN] = { "value", "plugin_value",
	    "number in perfdata without a unit, or of one that is not known",
	    NAMED },
	[PERFDATA_SECONDS] = { "seconds", "plugin_seconds", "time in perfdata",
	    .unit = METRIC_SECONDS, NAMED },
	[PERFDATA_BYTES] = { "bytes", "plugin_bytes", "size in perfdata",
	    .unit = METRIC_BYTES, NAMED },
	[PERFDATA_PERCENT] = { "ratio", "plugin_ratio", "share in perfdata",
	    .unit = METRIC_PERCENT, NAMED },
	[PERFDATA_COUNTER] = { "counter", "plugin_events",
	    "counter in perfdata", .kind = METRIC_COUNTER, NAMED },
	{ .name = NULL },
};

static bool
validate(void *o, struct err *err)
{
	const struct opts *opts = o;
	const bool named = opts->key && opts->action != RUN;

	if (opts->key &&
	    (!*opts->key || strlen(opts->key) > KEY_MAX ||
		opts->key[strcspn(opts->key, "\n")]))
		return err_set(err, ERR_USAGE,
		    "--key must be one line of 1 to %d bytes", KEY_MAX);
	if (opts->command.count == 0 && opts->action != LIST && !named)
		return err_set(err, ERR_USAGE,
		    "a plugin is required, behind --");
	if (opts->command.count > 0 && !*opts->command.items[0])
		return err_set(err, ERR_USAGE, "the plugin has no name");
	return true;
}

static const char *
name_of(const struct opts *opts)
{
	const char *path = opts->command.count ? opts->command.items[0] : "";
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void
damped_key(const void *o, struct text *key)
{
	const struct opts *opts = o;

	if (opts->key) {
		text_addf(key, "key=%s\n", opts->key);
		return;
	}
	text_add(key, "plugin=");
	text_foreign(key, name_of(opts), strlen(name_of(opts)), 100);
	text_addf(key, "\nargv=%016" PRIx64 "\n",
	    argv_key(opts->command.count, opts->command.items));
}

/* --- the plugin ----------------------------------------------------------- */

static bool
take_perfdata(struct sample *sample, struct run *run, struct err *err)
{
	struct perfdata_piece pieces[2];
	struct perfdata datum;
	enum perfdata_got got;
	unsigned skipped = 0;

	perfdata_find(sample->output.bytes, sample->output.len, pieces);
	for (size_t i = 0; i < 2;) {
		struct perfdata *added;

		got = perfdata_next(&pieces[i].bytes, &pieces[i].len, &datum,
		    err);
		if (got == PERFDATA_END) {
			i++;
		} else if (got == PERFDATA_SKIPPED) {
			if (skipped++ < SKIPPED_MAX)
				run_note(run, 0, "%s", err->text);
		} else {
			added = arena_push(run->arena, &sample->data,
			    sizeof(*added));
			if (!added)
				return err_set(err, ERR_SYSTEM,
				    "no memory for its perfdata");
			*added = datum;
		}
	}
	return true;
}

/* The lines below the first up to their '|', for formats without the words. */
static void
tell_more(const struct sample *sample, struct run *run)
{
	const struct reply *output = &sample->output;
	const char *at = memchr(output->bytes, '\n', output->len);
	const char *const end = output->bytes + output->len;

	while (at && ++at < end) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		const char *stop = next ? next : end;
		const char *bar = memchr(at, '|', (size_t)(stop - at));

		stop = bar ? bar : stop;
		if (stop > at)
			run_note(run, 0, "%.*s", (int)(stop - at), at);
		at = bar ? NULL : next;
	}
	if (sample->end.error[0])
		run_note(run, 0, "stderr: %s", sample->end.error);
}

/* What is strange about how it ended is said on the first line. */
static void
tell_end(const struct sample *sample, struct run *run)
{
	const struct command_result *end = &sample->end;

	if (end->signal != 0)
		run_caveat(run, "ended by signal %d (%s)", end->signal,
		    sigdescr_np(end->signal) ? sigdescr_np(end->signal)
					     : "unknown");
	else if (end->status > VERDICT_UNKNOWN)
		run_caveat(run, "exit code %d is none of a plugin",
		    end->status);
	if (end->cut)
		run_caveat(run, "output cut after %zu bytes", RUN_WORDS_MAX);
}

/* Nothing but blanks would be no line for an engine. */
static bool
is_empty(const struct reply *output)
{
	for (size_t i = 0; i < output->len; i++)
		if (!strchr(" \t\r\n", output->bytes[i]))
			return false;
	return true;
}

static bool
run_plugin(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	const char **argv =
	    arena_alloc(run->arena, (opts->command.count + 1) * sizeof(*argv));

	if (!argv)
		return err_set(err, ERR_SYSTEM, "no memory for its arguments");
	memcpy(argv, opts->command.items, opts->command.count * sizeof(*argv));
	if (!reply_init(&sample->output, RUN_WORDS_MAX, err))
		return false;
	run_waiting(run, "%s runs", name_of(opts));
	if (!command_run_as(COMMAND_RELAYED, argv, &sample->output,
		&sample->end, &run->deadline, err)) {
		command_tell_so_far(&sample->output, &sample->end, err);
		return false;
	}
	sample->ran = true;
	tell_end(sample, run);
	if (is_empty(&sample->output)) {
		sample->output.len = 0;
		return true;
	}
	run_words(run, sample->output.bytes, sample->output.len);
	tell_more(sample, run);
	return take_perfdata(sample, run, err);
}

static enum verdict
plugin_verdict(const struct sample *sample)
{
	const int status = sample->end.status;

	if (status < VERDICT_OK || status > VERDICT_UNKNOWN)
		return VERDICT_UNKNOWN;
	/* To say nothing is no evidence that all is well. */
	if (status == VERDICT_OK && sample->output.len == 0)
		return VERDICT_UNKNOWN;
	return (enum verdict)status;
}

static void
judge_words(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	const struct reply *output = &sample->output;
	const enum verdict verdict = plugin_verdict(sample);
	size_t len = 0;

	while (len < output->len && !strchr("|\n", output->bytes[len]))
		len++;
	if (output->len == 0)
		result_judge(root, verdict, "%s printed nothing%s%s",
		    name_of(opts), sample->end.error[0] ? "; stderr: " : "",
		    sample->end.error);
	else if (verdict != VERDICT_OK)
		result_judge(root, verdict, "%.*s", (int)len, output->bytes);
	else
		result_summary(root, "%.*s", (int)len, output->bytes);
	result_settle(root, verdict);
}

static void
judge_plugin(const struct opts *opts, const struct sample *sample,
    struct result *root)
{
	const struct perfdata *data = sample->data.items;

	if (opts->key)
		result_label(root, "key", opts->key);
	result_label(root, "plugin", name_of(opts));
	judge_words(opts, sample, root);
	for (size_t i = 0; i < sample->data.count; i++) {
		const struct range span = { .start = data[i].min,
			.end = data[i].max };

		result_named(root, data[i].unit, data[i].label, data[i].value,
		    &data[i].limits, &span);
	}
}

/* --- what is remembered --------------------------------------------------- */

static void say(struct sample *sample, struct run *run,
    const struct damped_entry *entry, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void
say(struct sample *sample, struct run *run, const struct damped_entry *entry,
    const char *format, ...)
{
	char room[600];
	struct text text = TEXT_OVER(room);
	struct line *line =
	    arena_push(run->arena, &sample->lines, sizeof(*line));
	va_list args;

	if (!line)
		return;
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	line->text = arena_string(run->arena, text.data, text.len);
	line->entry = entry;
}

struct clock_text {
	char text[40];
};

static struct clock_text
clock_of(int64_t wall_s)
{
	const time_t at = (time_t)wall_s;
	struct clock_text clock = { "-" };
	struct tm local;

	if (localtime_r(&at, &local))
		strftime(clock.text, sizeof(clock.text), "%F %T %z", &local);
	return clock;
}

/* The newest change is how it is now. */
static struct damped_change
now_of(const struct damped_record *record)
{
	return record->change_count > 0
	    ? record->changes[0]
	    : (struct damped_change){ .raw = VERDICT_UNKNOWN,
		      .reported = VERDICT_UNKNOWN };
}

static void
list_entry(struct sample *sample, struct run *run,
    const struct damped_entry *entry)
{
	const struct damped_change now = now_of(&entry->record);

	if (entry->fault)
		say(sample, run, entry, "unusable  %s  %s  %s", entry->file,
		    entry->fault, entry->key);
	else
		say(sample, run, entry, "%-8s  measured %-8s  since %s  %s  %s",
		    verdict_name(now.reported), verdict_name(now.raw),
		    clock_of(now.wall_s).text, entry->file, entry->key);
}

static bool
list(struct sample *sample, struct run *run, struct err *err)
{
	char room[600];
	struct text path = TEXT_OVER(room);
	struct arena_list entries = { 0 };
	const struct damped_entry *items;

	if (!damped_list(run->state_dir, run->arena, &entries, &path, err))
		return false;
	items = entries.items;
	if (entries.count == 0)
		say(sample, run, NULL, "nothing is remembered in %s",
		    path.data);
	for (size_t i = 0; i < entries.count; i++)
		list_entry(sample, run, &items[i]);
	return true;
}

static void
show_history(struct sample *sample, struct run *run,
    const struct damped_record *record)
{
	for (size_t i = 0; i < record->change_count; i++)
		say(sample, run, NULL, "%s  measured %-8s  reported %s",
		    clock_of(record->changes[i].wall_s).text,
		    verdict_name(record->changes[i].raw),
		    verdict_name(record->changes[i].reported));
}

/* How long that is, the options of each run say. */
static void
show_hold(struct sample *sample, struct run *run,
    const struct damped_record *record, const struct recover_hold *hold)
{
	say(sample, run, NULL, "held      %s for %s, until --max-hold after %s",
	    verdict_name(hold->level), hold->name,
	    clock_of((record->at.wall_ns - hold->since_ns) / CLOCK_SECOND)
		.text);
}

static void
show(struct sample *sample, struct run *run, const struct state *state,
    const struct damped_record *record)
{
	const struct dampen *dampen = &record->dampen;
	const struct damped_change now = now_of(record);
	char room[DAMPEN_SAMPLES + 1];
	struct text samples = TEXT_OVER(room);

	for (size_t i = 0; i < dampen->count; i++)
		text_add_char(&samples, "OWCU"[dampen->samples[i]]);
	say(sample, run, NULL, "file      %s/%s", state->path, state->name);
	say(sample, run, NULL, "reported  %s", verdict_name(now.reported));
	say(sample, run, NULL, "measured  %s", verdict_name(now.raw));
	say(sample, run, NULL, "since     %s", clock_of(now.wall_s).text);
	say(sample, run, NULL, "last run  %s",
	    clock_of(record->at.wall_ns / CLOCK_SECOND).text);
	for (size_t i = 0; i < record->recover.count; i++)
		show_hold(sample, run, record, &record->recover.holds[i]);
	say(sample, run, NULL, "flapping  %s", dampen->flapping ? "yes" : "no");
	say(sample, run, NULL,
	    "penalty   %" PRIu64 " points at the last failure",
	    dampen->penalty / DAMPEN_POINT);
	say(sample, run, NULL, "samples   %s (newest first)", samples.data);
}

static bool
look_at(const struct opts *opts, struct sample *sample, struct state *state,
    struct run *run, struct err *err)
{
	const bool loaded = state_load(state, run->arena, err);
	struct damped_record record;

	/* Each user has a directory of its own: an operator has to see when it
	 * is not the one that is meant. */
	if (loaded && !state->body) {
		say(sample, run, NULL, "nothing is remembered of it in %s",
		    state->path);
		return true;
	}
	if (opts->action == RESET) {
		say(sample, run, NULL, "forgotten: %s/%s", state->path,
		    state->name);
		return state_remove(state, &run->deadline, err);
	}
	if (!loaded)
		return false;
	if (!damped_record_decode(&record, state->body, state->body_len, err))
		return err_context(err, "state file %s/%s", state->path,
		    state->name);
	if (opts->action == HISTORY)
		show_history(sample, run, &record);
	else
		show(sample, run, state, &record);
	return true;
}

static bool
remembered(const struct opts *opts, struct sample *sample, struct run *run,
    struct err *err)
{
	char room[KEY_MAX + 200];
	struct text key = TEXT_OVER(room);
	struct state state;
	bool ok;

	text_add(&key, "vigil-dampen\ndampen\n");
	damped_key(opts, &key);
	if (!state_open(&state, run->state_dir, "vigil-dampen", room,
		DAMPED_RECORD_MAX, err))
		return false;
	ok = look_at(opts, sample, &state, run, err);
	state_close(&state);
	return ok;
}

/* --- the program ---------------------------------------------------------- */

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	const struct opts *opts = o;

	if (opts->action == RUN)
		return run_plugin(opts, s, run, err);
	if (opts->action == LIST)
		return list(s, run, err);
	return remembered(opts, s, run, err);
}

/* That it can be told is OK, whatever it tells. */
static void
judge_line(const struct line *line, struct result *root)
{
	const struct damped_entry *entry = line->entry;
	struct result *node = result_child(root, entry ? entry->file : "");
	struct damped_change now;

	result_ok(node);
	result_summary(node, "%s", line->text ? line->text : "");
	if (!entry || entry->fault)
		return;
	now = now_of(&entry->record);
	result_attribute(node, RESULT_EXPLAINS, "reported",
	    verdict_name(now.reported));
	result_attribute(node, RESULT_EXPLAINS, "measured",
	    verdict_name(now.raw));
	result_attribute(node, RESULT_EXPLAINS, "key", entry->key);
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct sample *sample = s;
	const struct line *lines = sample->lines.items;

	if (sample->ran) {
		judge_plugin(o, sample, root);
		return;
	}
	result_ok(root);
	for (size_t i = 0; i < sample->lines.count; i++)
		judge_line(&lines[i], root);
}

static bool
lists(const void *o)
{
	const struct opts *opts = o;

	return opts->action != RUN;
}

static void
print(const void *o, const struct result *root, struct text *out)
{
	(void)o;
	for (const struct result *line = root->children; line;
	     line = line->next)
		text_addf(out, "%s\n", line->summary);
}

static const struct plugin_listing listing = {
	.wanted = lists,
	.print = print,
	.tells = true,
};

static const char *const examples[] = {
	"-- /usr/lib/nagios/plugins/check_ping -H 192.0.2.1 -w 50,10% "
	"-c 100,50%",
	"the plugin's words, and an alert when it was down three times in a "
	"row",
	"--dampen observe --key ping-gw -- check_ping -H 192.0.2.1 -w 50,10% "
	"-c 100,50%",
	"changes nothing, and says what it would do",
	"--format prometheus --output /var/lib/node_exporter/load.prom "
	"--key load -- check_load -w 5 -c 10",
	"the plugin's numbers for Prometheus",
	"--list",
	"what is remembered",
	NULL,
};

const struct plugin plugin = {
	.name = "vigil-dampen",
	.title = "DAMPEN",
	.purpose = "runs any plugin, holds back glitches, holds what flaps, "
		   "and translates its numbers",
	.examples = examples,
	.options = options,
	.metrics = metrics,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.needs = PLUGIN_EXEC | PLUGIN_WRITE | PLUGIN_WRAPS,
	.listing = &listing,
	.dampens = true,
	.damped_key = damped_key,
	.validate = validate,
	.collect = collect,
	.judge = judge,
};
