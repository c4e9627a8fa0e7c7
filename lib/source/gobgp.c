/* SPDX-License-Identifier: ISC */
#include "source/gobgp.h"

#include <string.h>

#include "base/span.h"
#include "source/command.h"
#include "source/json_doc.h"

/* -u HOST -p PORT; the port stands behind the last colon, unless that is part
 * of an IPv6 address without brackets. */
static bool
split_target(const char *target, char host[256], char port[8], struct err *err)
{
	const char *colon = strrchr(target, ':');
	struct span name = span_of(target);
	const bool bare =
	    colon && *target != '[' && strchr(target, ':') != colon;
	const bool has_port =
	    colon && !bare && (*target != '[' || colon[-1] == ']');

	strcpy(port, "50051");
	if (has_port) {
		name.len = (size_t)(colon - target);
		if (!span_copy(span_of(colon + 1), port, 8))
			name.len = 0;
	}
	if (name.len > 1 && *name.at == '[' && name.at[name.len - 1] == ']')
		name = (struct span){ name.at + 1, name.len - 2 };
	if (!name.len || *name.at == '-' || !span_copy(name, host, 256))
		return err_set(err, ERR_USAGE,
		    "%.60s: expected HOST or HOST:PORT of gobgpd", target);
	return true;
}

/* What it prints instead of an answer. */
static bool
failed(const struct command_result *result, const struct reply *output,
    struct err *err)
{
	struct err ignored;
	struct json_doc *doc = output->len > 0
	    ? json_doc_parse(output->bytes, output->len, &ignored)
	    : NULL;
	const char *said = json_doc_string(json_doc_root(doc), "error");

	if (result->signal)
		err_set(err, ERR_SYSTEM, "gobgp died of signal %d%s%.150s",
		    result->signal, *result->error ? ": " : "", result->error);
	else if (said != NULL)
		err_set(err, ERR_SYSTEM, "gobgp says: %.150s", said);
	else
		err_set(err, ERR_SYSTEM, "gobgp failed (%d): %.150s",
		    result->status, result->error);
	json_doc_free(doc);
	return false;
}

bool
gobgp_run(const char *target, const char *const args[], struct reply *output,
    const struct deadline *deadline, struct err *err)
{
	struct command_result result = { 0 };
	char host[256], port[8];
	const char *argv[6 + GOBGP_ARGS + 1] = { "gobgp", "-u", host, "-p",
		port, "-j" };
	bool ok = split_target(target ? target : GOBGP_TARGET, host, port, err);

	for (size_t i = 0; i < GOBGP_ARGS && args[i] != NULL; i++)
		argv[6 + i] = args[i];
	if (!ok || !command_run(argv, output, &result, deadline, err))
		return false;
	if (result.signal == 0 && result.status == 0)
		return true;
	failed(&result, output, err);
	return err_context(err, "gobgpd at %s port %s", host, port);
}
