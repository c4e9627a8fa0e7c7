/* SPDX-License-Identifier: ISC */
#include "source/route_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "base/text.h"
#include "source/command.h"
#include "source/route_part.h"

#define ARGUMENT 1024 /* bytes of one argument or pattern, filled in */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- placeholders --------------------------------------------------------- */

static void
add_prefix(struct text *text, const struct ip_net *prefix)
{
	ip_net_format(text, prefix);
}

static void
add_address(struct text *text, const struct ip_net *prefix)
{
	ip_format(text, &prefix->address);
}

static void
add_length(struct text *text, const struct ip_net *prefix)
{
	text_addf(text, "%u", prefix->length);
}

/* IPv6 has no masks. */
static void
add_mask(struct text *text, const struct ip_net *prefix)
{
	uint32_t mask = 0;

	if (prefix->address.family != IP_V4) {
		add_length(text, prefix);
		return;
	}
	if (prefix->length > 0)
		mask = UINT32_MAX << (32 - prefix->length);
	text_addf(text, "%u.%u.%u.%u", mask >> 24, mask >> 16 & 255,
	    mask >> 8 & 255, mask & 255);
}

static const struct {
	const char *name;
	void (*add)(struct text *text, const struct ip_net *prefix);
} placeholders[] = {
	{ "{prefix}", add_prefix },
	{ "{address}", add_address },
	{ "{length}", add_length },
	{ "{mask}", add_mask },
};

/* Which one the string begins with, or COUNT(placeholders). */
static size_t
placeholder_at(const char *string)
{
	size_t i = 0;

	while (i < COUNT(placeholders) &&
	    strncmp(string, placeholders[i].name,
		strlen(placeholders[i].name)) != 0)
		i++;
	return i;
}

static bool
has_placeholder(const char *string)
{
	for (; *string != '\0'; string++)
		if (placeholder_at(string) < COUNT(placeholders))
			return true;
	return false;
}

static bool
fill_in(const char *string, const struct ip_net *prefix, bool quoted,
    struct text *out, struct err *err)
{
	while (*string != '\0') {
		const size_t which = placeholder_at(string);

		if (which == COUNT(placeholders)) {
			text_add_char(out, *string++);
			continue;
		}
		text_add(out, quoted ? "\\Q" : "");
		placeholders[which].add(out, prefix);
		text_add(out, quoted ? "\\E" : "");
		string += strlen(placeholders[which].name);
	}
	return !out->cut ||
	    err_set(err, ERR_USAGE, "more than %d characters: %.60s", ARGUMENT,
		out->data);
}

/* --- the output ----------------------------------------------------------- */

/* ECMA-48: ESC [ parameters, intermediates, one final byte; ESC and one byte
 * for the rest. */
static size_t
escape_len(const char *bytes, size_t len)
{
	size_t at = 1;

	if (len < 2 || bytes[1] != '[')
		return len < 2 ? len : 2;
	for (at = 2; at < len; at++)
		if (bytes[at] >= 0x40 && bytes[at] <= 0x7e)
			return at + 1;
	return len;
}

/* Without sequences for terminals, and without what a backspace takes back. */
static size_t
strip(const char *bytes, size_t len, char *out)
{
	size_t kept = 0;

	for (size_t at = 0; at < len;) {
		if (bytes[at] == '\x1b') {
			at += escape_len(bytes + at, len - at);
		} else if (bytes[at] == '\b') {
			kept -= kept > 0 && out[kept - 1] != '\n';
			at++;
		} else {
			out[kept++] = bytes[at++];
		}
	}
	return kept;
}

/* Made in a buffer of its own; freed by the caller. */
static char *
clean(const char *bytes, size_t len, size_t *clean_len)
{
	char *stripped = malloc(len + 1), *out = malloc(3 * len + 1);
	struct text text;

	if (stripped != NULL && out != NULL) {
		text_init(&text, out, 3 * len + 1);
		text_relay(&text, stripped, strip(bytes, len, stripped));
		*clean_len = text.len;
	} else {
		free(out);
		out = NULL;
	}
	free(stripped);
	return out;
}

enum found {
	FOUND_NONE,
	FOUND_SOME,
	FOUND_ALL,
	FOUND_ERROR,
};

static enum found
search(const char *const *patterns, size_t count, const struct ip_net *prefix,
    const char *output, size_t len, struct err *err)
{
	size_t hits = 0;

	for (size_t i = 0; i < count; i++) {
		char bytes[ARGUMENT];
		struct text text = TEXT_OVER(bytes);
		struct regex *regex;
		enum regex_outcome outcome;

		if (!fill_in(patterns[i], prefix, true, &text, err))
			return FOUND_ERROR;
		regex = regex_new(text.data, err);
		if (regex == NULL)
			return FOUND_ERROR;
		outcome = regex_search(regex, output, len);
		regex_free(regex);
		if (outcome == REGEX_LIMIT) {
			err_set(err, ERR_SYSTEM,
			    "the pattern is too much work on this output: "
			    "%.60s",
			    patterns[i]);
			return FOUND_ERROR;
		}
		hits += outcome == REGEX_YES;
	}
	return hits == 0 ? FOUND_NONE : hits < count ? FOUND_SOME : FOUND_ALL;
}

/* What routers print instead of an answer, with exit status 0. */
static const char *const complaints[] = {
	"(?im)^\\W*(%|error:?)\\W*(invalid|incomplete|ambiguous|unrecognized|"
	"unknown|bad|wrong)\\b.*",
	"(?im)^\\W*(syntax error|unknown command|invalid (input|command)|"
	"unrecognized command|command not found|missing argument)\\b.*",
	"(?im)^.*(permission denied|not authorized|authorization failed|"
	"access denied|privilege).*",
};
static const char *const denials[] = {
	"(?i)\\bnot (found|in (the )?(routing )?table|exist|present)\\b|"
	"\\bno (such|matching) |\\bno (route|entry|entries|network)\\b",
};
static const char *const pagers[] = {
	"(?im)(--+ *\\(?more\\b|<--- more|press any key|lines \\d+-\\d+)",
};

static enum route_presence
unseen(struct err *err, const char *why)
{
	err_set(err, ERR_PROTOCOL, "%s", why);
	return ROUTE_UNSEEN;
}

/* The first that is not blank. */
static struct span
first_line(const char *output, size_t len)
{
	struct span rest = { output, len }, line, first = { 0 };

	while (first.len == 0 && span_line(&rest, &line))
		first = span_trim(line);
	return first;
}

/* With what routers print instead of an answer there is none. */
static bool
is_complaint(const struct ip_net *prefix, const char *output, size_t len,
    struct err *err)
{
	const struct span first = first_line(output, len);

	if (search(complaints, COUNT(complaints), prefix, output, len, err) ==
	    FOUND_NONE)
		return false;
	err_set(err, ERR_PROTOCOL,
	    "the command was not understood or not allowed: %.*s",
	    (int)(first.len < 120 ? first.len : 120), first.at);
	return true;
}

/* Neither pattern decided: may it be said that there is no such route? */
static enum route_presence
undecided(const struct route_command *command, const struct ip_net *prefix,
    const char *output, size_t len, struct err *err)
{
	if (first_line(output, len).len == 0)
		return unseen(err,
		    "the command prints nothing: if that says absent, give "
		    "--no-match a pattern for empty text");
	if (is_complaint(prefix, output, len, err))
		return ROUTE_UNSEEN;
	if (search(pagers, COUNT(pagers), prefix, output, len, err) !=
	    FOUND_NONE)
		return unseen(err,
		    "the output stops at a pager: switch it off in the "
		    "command");
	if (command->no_match_count > 0)
		return unseen(err,
		    "the output says neither that the route is there nor that "
		    "it is not");
	return ROUTE_ABSENT;
}

/* As a word: not a part of a longer number. */
static const char *const itself[] = {
	"(?i)(?<![0-9a-f.:])({prefix}|{address} {mask})(?![0-9])",
};

/* The prefix is named: in a route, or in what is said of its absence, or in an
 * echo of the command? */
static enum route_presence
named(const struct ip_net *prefix, const char *output, size_t len,
    struct err *err)
{
	if (is_complaint(prefix, output, len, err))
		return ROUTE_UNSEEN;
	if (search(denials, COUNT(denials), prefix, output, len, err) !=
	    FOUND_NONE)
		return unseen(err,
		    "the output names the prefix, and that something is not "
		    "there: give --match or --no-match");
	return ROUTE_PRESENT;
}

static enum route_presence
judge_output(const struct route_command *command, const struct ip_net *prefix,
    const char *output, size_t len, struct err *err)
{
	const bool bare = command->match_count == 0;
	enum found found = search(command->no_matches, command->no_match_count,
	    prefix, output, len, err);

	if (found == FOUND_ERROR)
		return ROUTE_UNSEEN;
	if (found != FOUND_NONE)
		return ROUTE_ABSENT;
	if (bare && command->no_match_count > 0) {
		struct route_command plain = *command;

		/* What is no complaint is a route. */
		plain.no_match_count = 0;
		return undecided(&plain, prefix, output, len, err) ==
			ROUTE_ABSENT
		    ? ROUTE_PRESENT
		    : ROUTE_UNSEEN;
	}
	found = bare ? search(itself, COUNT(itself), prefix, output, len, err)
		     : search(command->matches, command->match_count, prefix,
			   output, len, err);
	if (found == FOUND_ERROR)
		return ROUTE_UNSEEN;
	if (found == FOUND_ALL)
		return bare ? named(prefix, output, len, err) : ROUTE_PRESENT;
	return undecided(command, prefix, output, len, err);
}

/* CR NUL is what telnet makes of a CR (RFC 854). */
static bool
is_text(const char *output, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (output[i] == '\0' && (i == 0 || output[i - 1] != '\r'))
			return false;
	return true;
}

enum route_presence
route_command_parse(const struct route_command *command,
    const struct ip_net *prefix, const char *output, size_t len,
    struct err *err)
{
	enum route_presence presence = ROUTE_UNSEEN;
	size_t clean_len = 0;
	char *text = clean(output, len, &clean_len);

	if (text != NULL)
		presence = judge_output(command, prefix, text, clean_len, err);
	else
		err_set(err, ERR_SYSTEM, "no memory for the output");
	free(text);
	if (presence == ROUTE_ABSENT && command->no_match_count == 0 &&
	    !is_text(output, len))
		return unseen(err, "the output is no text");
	return presence;
}

/* --- before anything is run ----------------------------------------------- */

static bool
check_patterns(const char *const *patterns, size_t count, struct err *err)
{
	const struct ip_net any = { .address = { .family = IP_V4 } };

	return search(patterns, count, &any, "", 0, err) != FOUND_ERROR;
}

bool
route_command_check(const struct route_command *command, struct err *err)
{
	size_t count = 0;

	if (command->argv == NULL || command->argv[0] == NULL ||
	    *command->argv[0] == '\0')
		return err_set(err, ERR_USAGE, "there is no command to run");
	while (command->argv[count] != NULL)
		if (++count > ROUTE_COMMAND_ARGS)
			return err_set(err, ERR_USAGE,
			    "the command has more than %d arguments",
			    ROUTE_COMMAND_ARGS);
	return check_patterns(command->matches, command->match_count, err) &&
	    check_patterns(command->no_matches, command->no_match_count, err);
}

/* --- running it ----------------------------------------------------------- */

struct run_of {
	const struct route_command *command;
	struct route_view *view;
	const struct deadline *deadline;
	struct reply output;
	struct command_result result;
	bool ran; /* without a placeholder: once is enough */
	bool ran_well;
	struct err err;
};

static bool
names_prefix(const struct route_command *command)
{
	for (size_t i = 0; command->argv[i] != NULL; i++)
		if (has_placeholder(command->argv[i]))
			return true;
	return false;
}

static bool
run_for(struct run_of *run, const struct ip_net *prefix, struct err *err)
{
	char bytes[ROUTE_COMMAND_ARGS][ARGUMENT];
	const char *argv[ROUTE_COMMAND_ARGS + 1] = { NULL };

	for (size_t i = 0;
	     i < ROUTE_COMMAND_ARGS && run->command->argv[i] != NULL; i++) {
		struct text text = TEXT_OVER(bytes[i]);

		if (!fill_in(run->command->argv[i], prefix, false, &text, err))
			return false;
		argv[i] = text.data;
	}
	run->view->requests++;
	return command_run(argv, &run->output, &run->result, run->deadline,
	    err);
}

static bool
run_once_or_more(struct run_of *run, const struct ip_net *prefix)
{
	if (!run->ran || names_prefix(run->command)) {
		run->ran_well = run_for(run, prefix, &run->err);
		run->ran = true;
	}
	return run->ran_well;
}

/* The exit status, before a word of the output counts. */
static enum route_presence
judge_status(const struct run_of *run, struct err *err)
{
	const struct route_command *command = run->command;
	const struct command_result *result = &run->result;
	const char *name = command->argv[0];

	if (result->signal != 0)
		err_set(err, ERR_SYSTEM, "%.60s died of signal %d%s%.150s",
		    name, result->signal, *result->error ? ": " : "",
		    result->error);
	else if (result->status == command->absent_status)
		return ROUTE_ABSENT;
	else if (result->status == 0 || command->any_status)
		return ROUTE_PRESENT; /* as far as it goes */
	else
		err_set(err, ERR_SYSTEM, "%.60s ended with status %d%s%.150s",
		    name, result->status, *result->error ? ": " : "",
		    result->error);
	return ROUTE_UNSEEN;
}

static enum route_presence
look(struct run_of *run, const struct ip_net *prefix, struct err *err)
{
	enum route_presence presence;

	if (!run_once_or_more(run, prefix)) {
		*err = run->err;
		return ROUTE_UNSEEN;
	}
	presence = judge_status(run, err);
	if (presence != ROUTE_PRESENT)
		return presence;
	return route_command_parse(run->command, prefix, run->output.bytes,
	    run->output.len, err);
}

static bool
answer(struct run_of *run, struct route_answer *to, struct err *err)
{
	struct route_path *path;

	switch (look(run, &to->prefix, err)) {
	case ROUTE_UNSEEN:
		route_part_unseen(run->view, to, err);
		return true;
	case ROUTE_ABSENT:
		to->presence = ROUTE_ABSENT;
		return true;
	case ROUTE_PRESENT:
		break;
	}
	path = route_add(run->view, to, &to->prefix);
	if (path == NULL)
		return err_set(err, ERR_SYSTEM, "no room for the routes");
	path->reached = run->command->stage;
	return true;
}

/* A command that could not be run, or did not end, for any prefix. */
static bool
was_in_vain(const struct run_of *run, const struct route_view *view)
{
	for (size_t i = 0; i < view->answers.count; i++)
		if (route_view_at(view, i)->presence != ROUTE_UNSEEN)
			return false;
	return run->ran && !run->ran_well;
}

bool
route_command_read(const struct route_command *command,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	struct run_of run = { .command = command,
		.view = view,
		.deadline = deadline };
	bool ok = route_command_check(command, err) &&
	    reply_init(&run.output, ROUTE_COMMAND_OUTPUT, err);

	view->tells = command->stage;
	for (size_t i = 0; ok && i < question->count; i++)
		ok = answer(&run, route_view_at(view, i), err);
	if (ok && was_in_vain(&run, view)) {
		*err = run.err;
		ok = false;
	}
	if (question->counts)
		view->count_why = "a command does not count routes";
	reply_free(&run.output);
	if (!ok)
		route_view_fail(view, err);
	return ok;
}
