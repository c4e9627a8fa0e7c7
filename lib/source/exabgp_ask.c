/* SPDX-License-Identifier: ISC */
#include "source/exabgp_ask.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "source/bgp_exabgp.h"
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

/* --- version -------------------------------------------------------------- */

bool
exabgp_ask_version(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    const struct deadline *deadline)
{
	struct reply reply = { 0 };
	struct span rest, line;

	look->asked = true;
	look->answers = ask(pipe, "version", "exabgp ", &reply, deadline,
	    &look->answer_err);
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
		look->rival = stat.pid;
		memcpy(look->rival_name, stat.name, sizeof(look->rival_name));
	}
}

/* --- sessions ------------------------------------------------------------- */

static bool
ask_sessions(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    struct arena *arena, const struct deadline *deadline)
{
	struct reply reply = { 0 };
	bool ok;

	bgp_table_init(&look->table, arena, 0);
	ok = ask(pipe, "show neighbor extensive", "Neighbor ", &reply, deadline,
		 &look->sessions_err) &&
	    bgp_exabgp_parse(reply.bytes, reply.len, &look->table,
		&look->sessions_err);
	reply_free(&reply);
	return ok;
}

bool
exabgp_ask_sessions(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    struct arena *arena, const struct deadline *deadline)
{
	unsigned tries = 0;
	bool ok;

	do
		ok = ask_sessions(pipe, look, arena, deadline);
	while (should_ask_again(ok, bgp_table_count(&look->table) == 0,
	    &look->sessions_err, &tries));
	if (ok)
		bgp_table_sort(&look->table);
	return ok;
}

/* --- routes --------------------------------------------------------------- */

struct counting {
	struct exabgp_look *look;
	const struct ip_net *wanted;
	size_t wanted_count;
	struct arena *arena;
};

static bool
same_net(const struct ip_net *a, const struct ip_net *b)
{
	return a->length == b->length &&
	    ip_compare(&a->address, &b->address) == 0;
}

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

		if (bgp_peer_is_up(peer) &&
		    ip_compare(&peer->address, &route->peer) == 0)
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
		    same_net(&counting->wanted[i], &route->prefix);
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
ask_routes(const struct exabgp_pipe *pipe, struct counting *counting,
    const struct deadline *deadline)
{
	struct err *err = &counting->look->routes_err;
	struct reply reply = { 0 };
	bool ok;

	if (!start_counting(counting))
		return err_set(err, ERR_SYSTEM, "no memory for routes");
	ok = ask(pipe, "show adj-rib out", "", &reply, deadline, err) &&
	    exabgp_rib_parse(reply.bytes, reply.len, count_announced, counting,
		err);
	reply_free(&reply);
	return ok;
}

bool
exabgp_ask_routes(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    const struct ip_net *wanted, size_t wanted_count, struct arena *arena,
    const struct deadline *deadline)
{
	struct counting counting = { look, wanted, wanted_count, arena };
	unsigned tries = 0;
	bool ok;

	do
		ok = ask_routes(pipe, &counting, deadline);
	while (should_ask_again(ok,
	    ok && exabgp_total(look).announced == 0 &&
		exabgp_established(look) > 0,
	    &look->routes_err, &tries));
	return ok;
}

bool
exabgp_ask_received(const struct exabgp_pipe *pipe, struct exabgp_look *look,
    const struct deadline *deadline)
{
	struct reply reply = { 0 };
	bool ok;

	ok = ask(pipe, "show adj-rib in", "", &reply, deadline,
		 &look->received_err) &&
	    exabgp_rib_parse(reply.bytes, reply.len, count_received, look,
		&look->received_err);
	reply_free(&reply);
	return ok;
}
