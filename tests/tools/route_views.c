/* SPDX-License-Identifier: ISC */
/*
 * route_views SOURCE PATH [cover] [counts] [paths] [v4] [table=T] [vrf=V]
 * [context=C] PREFIX...: what a source knows of the prefixes.  For the tests
 * against real daemons.  A PATH of "-" is the default.  SOURCE is a daemon,
 * "replay" of a recording, or "snmp" with COMMUNITY@PORT of this host.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "source/route_local.h"
#include "source/route_snmp.h"
#include "source/snmp.h"
#include "source/snmprec.h"
#include "tests/tools/route_dump.h"

#define PREFIXES 16

static struct ip_net prefixes[PREFIXES];
static struct route_question question = {
	.prefixes = prefixes,
	.families = 1U << IP_V4 | 1U << IP_V6,
};

static struct route_snmp_query query;

static bool
take(const char *word)
{
	struct err err;

	if (strcmp(word, "paths") == 0)
		return query.paths = true;
	if (strcmp(word, "v4") == 0)
		return (question.families = 1U << IP_V4) != 0;
	if (strncmp(word, "context=", 8) == 0)
		return (query.context = word + 8) != NULL;
	if (strcmp(word, "cover") == 0)
		return question.cover = true;
	if (strcmp(word, "counts") == 0)
		return question.counts = true;
	if (strncmp(word, "table=", 6) == 0)
		return (question.table = word + 6) != NULL;
	if (strncmp(word, "vrf=", 4) == 0)
		return (question.vrf = word + 4) != NULL;
	return question.count < PREFIXES &&
	    ip_net_parse(word, &prefixes[question.count++], &err);
}

static void
print(const struct route_view *view)
{
	static char buffer[1 << 20];
	struct text out = TEXT_OVER(buffer);

	text_addf(&out, "# %s tells ", view->daemon ? view->daemon : "?");
	route_dump_stages(&out, view->tells);
	if (view->note != NULL)
		text_addf(&out, " (%s)", view->note);
	for (size_t i = 0; i < question.count; i++) {
		text_add(&out, "\n");
		route_dump(&out, route_view_at(view, i));
	}
	if (question.counts && view->counted) {
		text_add(&out, "\n");
		route_dump_counts(&out, view);
	} else if (question.counts) {
		text_addf(&out, "\nnot counted: %s",
		    view->count_why != NULL ? view->count_why : "?");
	}
	puts(out.data);
}

static bool
ask(const struct daemon *local, const char *path, struct route_view *view,
    struct err *err)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct daemon_link link;
	bool ok;

	if (!daemon_open(&link, local, DAEMON_ROUTES, path, &deadline, err))
		return false;
	ok = route_local_read(&link, &question, view, &deadline, err);
	daemon_close(&link);
	return ok;
}

/* COMMUNITY@PORT */
static struct snmp_agent *
open_snmp(const char *path, const struct deadline *deadline, struct err *err)
{
	static struct snmp_options options;
	const char *at = strchr(path, '@');
	uint64_t port;

	if (at == NULL || !num_u64(at + 1, &port, err) ||
	    !ip_host_parse("127.0.0.1", &options.host, err))
		return NULL;
	options.community = (struct snmp_secret){ path, (size_t)(at - path) };
	options.port = (uint16_t)port;
	route_snmp_patience(&options, deadline);
	return snmp_agent_open(&options, deadline, err);
}

static bool
ask_agent(bool replay, const char *path, struct route_view *view,
    struct err *err)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct snmp_agent *agent =
	    replay ? snmprec_open(path, err) : open_snmp(path, &deadline, err);
	bool ok;

	if (agent == NULL)
		return false;
	ok = route_snmp_read(agent, &query, &question, view, &deadline, err);
	printf("(%llu varbinds) ",
	    (unsigned long long)agent->counters.varbinds);
	snmp_agent_close(agent);
	return ok;
}

int
main(int argc, char **argv)
{
	const bool replay = argc > 2 && strcmp(argv[1], "replay") == 0;
	const bool snmp = argc > 2 && strcmp(argv[1], "snmp") == 0;
	const struct daemon *local = argc > 2 ? daemon_find(argv[1]) : NULL;
	struct route_view view;
	struct arena arena;
	struct err err = { 0 };
	bool ok = local != NULL || snmp || replay;

	for (int i = 3; ok && i < argc; i++)
		ok = take(argv[i]);
	if (!ok || !arena_reserve(&arena, 64 << 20, &err) ||
	    !route_view_init(&view, argv[1], &question, &arena))
		return fprintf(stderr, "usage: route_views SOURCE PATH ...\n"),
		       3;
	if (local == NULL)
		ok = ask_agent(replay, argv[2], &view, &err);
	else
		ok = ask(local, strcmp(argv[2], "-") ? argv[2] : NULL, &view,
		    &err);
	if (!ok)
		printf("%s: %s\n", err_kind_name(err.kind), err.text);
	if (ok || view.failed)
		print(&view);
	arena_free(&arena);
	return ok ? 0 : 2;
}
