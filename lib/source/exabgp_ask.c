/* SPDX-License-Identifier: ISC */
#include "source/exabgp_ask.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "source/bgp_exabgp.h"
#include "source/exabgp_proc.h"
#include "source/exabgp_rib.h"
#include "source/procfs.h"

#define TIMES 3
#define PAUSE (100 * CLOCK_MILLI)
#define KEYS 65536 /* lines whose prefixes are noted */

static bool
ask(const struct exabgp_pipe *pipe, const char *command, const char *begins,
    struct reply *reply, const struct deadline *deadline, struct err *err)
{
	return reply_init(reply, REPLY_MAX, err) &&
	    exabgp_pipe_ask(pipe, command, begins, reply, deadline, err);
}

static bool
should_ask_again(bool ok, bool is_empty, const struct err *err, unsigned *tries)
{
	const struct timespec pause = { .tv_nsec = PAUSE };

	if ((ok && !is_empty) || (!ok && err->kind != ERR_PROTOCOL) ||
	    ++*tries == TIMES)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

/* After an answer to "version" silence has another meaning. */
static void
name_silence(struct err *err, const char *command)
{
	if (err->kind == ERR_TIMEOUT)
		err_set(err, ERR_TIMEOUT,
		    "no whole answer to %s in time: it may need a longer "
		    "--timeout",
		    command);
}

/* --- version -------------------------------------------------------------- */

bool
exabgp_ask_version(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    const struct deadline *deadline)
{
	struct reply reply = { 0 };
	struct span rest, line;
	unsigned tries = 0;

	look->asked = true;
	look->answers = ask(pipe, "version", "exabgp ", &reply, deadline,
	    &look->answer_err);
	/* The end mark of what others left, and no version. */
	while (look->answers && reply.len == 0 && ++tries < TIMES)
		look->answers = exabgp_pipe_ask(pipe, "version", "exabgp ",
		    &reply, deadline, &look->answer_err);
	rest = (struct span){ reply.bytes, reply.len };
	if (look->answers && span_skip(&rest, "exabgp ") &&
	    span_line(&rest, &line) && line.len < sizeof(look->version))
		span_copy(span_trim(line), look->version,
		    sizeof(look->version));
	reply_free(&reply);
	return look->answers;
}

/* --- rivals --------------------------------------------------------------- */

static bool
is_rival(const struct procfs_stat *stat, const struct procfs_stat *us,
    const struct exabgp_look *look)
{
	return stat->pid != us->pid && stat->pid != us->parent &&
	    stat->pid != look->process.pid &&
	    (look->process.pid == 0 || stat->parent != look->process.pid) &&
	    strcmp(stat->name, us->name) != 0;
}

static void
name_rival(struct exabgp_look *look, const struct procfs_stat *stat)
{
	look->rival = stat->pid;
	memcpy(look->rival_name, stat->name, sizeof(look->rival_name));
}

void
exabgp_ask_rival(const char *root, const pid_t *readers, size_t count,
    struct exabgp_look *look)
{
	struct procfs_stat us, stat;
	struct err ignored;

	if (procfs_stat_read(root, getpid(), &us, &ignored) != PROCFS_FOUND)
		return;
	for (size_t i = 0; i < count && look->rival == 0; i++) {
		if (procfs_stat_read(root, readers[i], &stat, &ignored) !=
			PROCFS_FOUND ||
		    !is_rival(&stat, &us, look))
			continue;
		name_rival(look, &stat);
		look->rival_reads = true;
	}
}

void
exabgp_ask_suspect(const char *root, const char *path, struct exabgp_look *look,
    const struct deadline *deadline)
{
	char fifo[EXABGP_PIPE_NAME];
	struct procfs_stat stat;
	struct err ignored;
	pid_t pid;

	exabgp_pipe_name(fifo, path, "out");
	if (exabgp_find_rival(root, fifo, &pid, deadline, &ignored) &&
	    pid != 0 &&
	    procfs_stat_read(root, pid, &stat, &ignored) == PROCFS_FOUND)
		name_rival(look, &stat);
}

/* --- sessions and routes -------------------------------------------------- */

struct counting {
	struct exabgp_look *look;
	const struct ip_net *wanted;
	size_t wanted_count;
	struct arena *arena;
};

static struct bgp_family *
family_of(struct bgp_table *table, struct bgp_peer *peer, struct span name)
{
	uint16_t afi;
	uint8_t safi;

	return bgp_family_parse(name.at, name.len, &afi, &safi)
	    ? bgp_peer_family(table, peer, afi, safi)
	    : NULL;
}

/* The established neighbor of the route, from *from on; NULL: no further. */
static struct bgp_peer *
peer_of(const struct exabgp_look *look, const struct exabgp_route *route,
    size_t *from)
{
	for (; *from < bgp_table_count(&look->table); (*from)++) {
		struct bgp_peer *peer = bgp_table_at(&look->table, *from);

		if (bgp_peer_is_up(peer) && exabgp_route_is_of(route, peer))
			return peer;
	}
	return NULL;
}

static void
note_key(struct exabgp_look *look, const struct ip_net *prefix,
    struct arena *arena)
{
	uint64_t *key = look->keys.count < KEYS
	    ? arena_push(arena, &look->keys, sizeof(*key))
	    : NULL;

	if (key != NULL)
		*key = exabgp_track_key(prefix);
	else
		look->too_many_keys = true;
}

static bool
count_announced(const struct exabgp_route *route, void *context)
{
	const struct counting *counting = context;
	struct exabgp_look *look = counting->look;
	struct bgp_peer *peer;
	bool counts = false;

	if (route->has_prefix)
		note_key(look, &route->prefix, counting->arena);
	for (size_t i = 0; (peer = peer_of(look, route, &i)) != NULL; i++) {
		struct bgp_family *family =
		    family_of(&look->table, peer, route->family);

		look->counts[i].announced++;
		counts = true;
		if (family == NULL)
			continue;
		family->has |= BGP_HAS_ADVERTISED;
		family->advertised++;
	}
	if (!counts || !route->has_prefix)
		return true;
	for (size_t i = 0; i < counting->wanted_count; i++)
		look->announced[i] |=
		    ip_net_equal(&counting->wanted[i], &route->prefix);
	return true;
}

static bool
count_received(const struct exabgp_route *route, void *context)
{
	struct exabgp_look *look = context;
	struct bgp_peer *peer;

	for (size_t i = 0; (peer = peer_of(look, route, &i)) != NULL; i++) {
		struct bgp_family *family =
		    family_of(&look->table, peer, route->family);

		look->counts[i].received++;
		if (family == NULL)
			continue;
		family->has |= BGP_HAS_RECEIVED;
		family->received++;
	}
	return true;
}

/* Of an attempt before this one nothing is left. */
static bool
start_counting(const struct counting *counting)
{
	struct exabgp_look *look = counting->look;
	const size_t peers = bgp_table_count(&look->table);
	struct arena *arena = counting->arena;

	look->keys.count = 0;

	look->counts = arena_alloc(arena, (peers + 1) * sizeof(*look->counts));
	look->announced = arena_alloc(arena,
	    (counting->wanted_count + 1) * sizeof(*look->announced));
	for (size_t i = 0; i < peers; i++) {
		struct bgp_peer *peer = bgp_table_at(&look->table, i);

		for (struct bgp_family *family = peer->families; family != NULL;
		     family = family->next)
			family->advertised = 0;
	}
	return look->counts != NULL && look->announced != NULL;
}

static bool
read_sessions(struct exabgp_question *question, const struct counting *counting)
{
	struct bgp_table *table = &counting->look->table;
	const struct reply *reply = question->reply;

	bgp_table_init(table, counting->arena, 0);
	return question->answered &&
	    bgp_exabgp_parse(reply->bytes, reply->len, table, &question->err);
}

static bool
read_routes(struct exabgp_question *question, struct counting *counting)
{
	const struct reply *reply = question->reply;

	if (!question->answered)
		return false;
	if (!start_counting(counting))
		return err_set(&question->err, ERR_SYSTEM,
		    "no memory for routes");
	return exabgp_rib_parse(reply->bytes, reply->len, count_announced,
	    counting, &question->err);
}

/* No peers, or peers without routes: suspicious, but possible. */
static bool
has_no_peers(const struct exabgp_look *look)
{
	return bgp_table_count(&look->table) == 0;
}

static bool
has_no_routes(const struct exabgp_look *look)
{
	return exabgp_total(look).announced == 0 &&
	    exabgp_established(look) > 0;
}

/* The sessions, and what is asked with them. */
static void
ask_sessions(const struct exabgp_pipe *pipe,
    struct exabgp_question questions[static 2], struct counting *counting,
    const struct deadline *deadline)
{
	struct exabgp_look *look = counting->look;
	unsigned tries = 0;

	do {
		exabgp_pipe_ask_all(pipe, questions, 2, deadline);
		look->sessions_known = read_sessions(questions, counting);
	} while (should_ask_again(look->sessions_known, has_no_peers(look),
	    &questions->err, &tries));
	name_silence(&questions->err, questions->command);
	look->sessions_err = questions->err;
	bgp_table_sort(&look->table);
}

/* The short lists name the neighbor alone, so of several sessions with one they
 * do not tell whose a route is. */
static bool
needs_extensive(const struct bgp_table *table)
{
	for (size_t i = 0; i < bgp_table_count(table); i++)
		if (*bgp_table_at(table, i)->vrf != '\0')
			return true;
	return false;
}

/* The question has been asked already. */
static void
ask_routes(const struct exabgp_pipe *pipe, struct exabgp_question *question,
    struct counting *counting, const struct deadline *deadline)
{
	struct exabgp_look *look = counting->look;
	unsigned tries = 0;

	if (needs_extensive(&look->table)) {
		question->command = "show adj-rib out extensive";
		exabgp_pipe_ask_all(pipe, question, 1, deadline);
	}
	while (look->routes_known = read_routes(question, counting),
	    should_ask_again(look->routes_known,
		look->routes_known && has_no_routes(look), &question->err,
		&tries))
		exabgp_pipe_ask_all(pipe, question, 1, deadline);
	name_silence(&question->err, question->command);
	look->routes_err = question->err;
}

void
exabgp_ask_tables(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    const struct exabgp_wanted *wanted, struct arena *arena,
    const struct deadline *deadline)
{
	struct counting counting = { .look = look, .arena = arena };
	struct reply sessions = { 0 }, routes = { 0 };
	struct exabgp_question questions[] = {
		{ .command = "show neighbor extensive",
		    .begins = "Neighbor ",
		    .reply = &sessions },
		{ .command =
			wanted != NULL ? "show adj-rib out" : BGP_EXABGP_SEAL,
		    .begins = "",
		    .reply = &routes },
	};

	if (!reply_init(&sessions, REPLY_MAX, &look->sessions_err) ||
	    !reply_init(&routes, REPLY_MAX, &look->sessions_err))
		goto out;
	ask_sessions(pipe, questions, &counting, deadline);
	if (!look->sessions_known || wanted == NULL)
		goto out;
	counting.wanted = wanted->items;
	counting.wanted_count = wanted->count;
	ask_routes(pipe, &questions[1], &counting, deadline);
out:
	reply_free(&sessions);
	reply_free(&routes);
}

bool
exabgp_ask_received(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    const struct deadline *deadline)
{
	const char *const command = needs_extensive(&look->table)
	    ? "show adj-rib in extensive"
	    : "show adj-rib in";
	struct reply reply = { 0 };
	bool ok;

	ok = ask(pipe, command, "", &reply, deadline, &look->received_err) &&
	    exabgp_rib_parse(reply.bytes, reply.len, count_received, look,
		&look->received_err);
	name_silence(&look->received_err, command);
	reply_free(&reply);
	return ok;
}
