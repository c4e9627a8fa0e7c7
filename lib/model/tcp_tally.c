/* SPDX-License-Identifier: ISC */
#include "model/tcp_tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define INDEX_SLOTS (2 * TCP_TALLY_GROUPS) /* a power of two, half empty */

bool
tcp_tally_init(struct tcp_tally *tally, const struct tcp_tally_plan *plan,
    struct arena *arena)
{
	*tally = (struct tcp_tally){
		.plan = *plan,
		.arena = arena,
		.fresh = SIZE_MAX,
	};
	distinct_init(&tally->clients, arena, plan->seed);
	distinct_init(&tally->possible, arena, plan->seed);
	if (plan->by == 0)
		return true;
	tally->groups =
	    arena_alloc(arena, TCP_TALLY_GROUPS * sizeof(*tally->groups));
	tally->index = arena_alloc(arena, INDEX_SLOTS * sizeof(*tally->index));
	return tally->groups != NULL && tally->index != NULL;
}

/* --- groups --------------------------------------------------------------- */

static bool
same_group(const struct tcp_group *a, const struct tcp_group *b)
{
	return a->port == b->port && a->family == b->family &&
	    ip_compare(&a->remote, &b->remote) == 0;
}

static size_t
slot_of(const struct tcp_tally *tally, const struct tcp_group *key)
{
	uint64_t hash = HASH_START ^ tally->plan.seed[0];

	hash = hash_add(hash, &key->port, sizeof(key->port));
	hash = hash_add(hash, &key->family, sizeof(key->family));
	hash = hash_add(hash, key->remote.bytes, sizeof(key->remote.bytes));
	hash = hash_add(hash, &key->remote.zone, sizeof(key->remote.zone));
	return (size_t)(hash ^ hash >> 32) % INDEX_SLOTS;
}

/* The group with this key, made when it is new; NULL: no room. */
static struct tcp_group *
find_group(struct tcp_tally *tally, const struct tcp_group *key)
{
	size_t slot = slot_of(tally, key);

	for (; tally->index[slot] != 0; slot = (slot + 1) % INDEX_SLOTS) {
		struct tcp_group *group =
		    &tally->groups[tally->index[slot] - 1];

		if (same_group(group, key))
			return group;
	}
	if (tally->group_count == TCP_TALLY_GROUPS)
		return NULL;
	tally->groups[tally->group_count] = *key;
	tally->index[slot] = (uint32_t)++tally->group_count;
	return &tally->groups[tally->group_count - 1];
}

static struct tcp_group *
group_of(struct tcp_tally *tally, const struct tcp_socket *socket)
{
	struct tcp_group key = { 0 };

	if ((tally->plan.by & TCP_BY_PORT) != 0)
		key.port = socket->local_port;
	if ((tally->plan.by & TCP_BY_FAMILY) != 0)
		key.family = socket->local.family;
	if ((tally->plan.by & TCP_BY_REMOTE) != 0)
		key.remote = socket->remote;
	return find_group(tally, &key);
}

void
tcp_tally_expect(struct tcp_tally *tally, uint16_t port, enum ip_family family)
{
	const struct tcp_group key = { .port = port,
		.family = (uint8_t)family };

	if (tally->plan.by != 0)
		find_group(tally, &key);
}

static int
compare_groups(const void *a, const void *b)
{
	const struct tcp_group *x = a, *y = b;

	if (x->connections != y->connections)
		return x->connections < y->connections ? 1 : -1;
	if (x->unknown != y->unknown)
		return x->unknown < y->unknown ? 1 : -1;
	if (x->port != y->port)
		return x->port > y->port ? 1 : -1;
	if (x->family != y->family)
		return x->family > y->family ? 1 : -1;
	return ip_compare(&x->remote, &y->remote);
}

/* The groups have moved, and tcp_tally_expect is still to find them. */
static void
index_again(struct tcp_tally *tally)
{
	memset(tally->index, 0, INDEX_SLOTS * sizeof(*tally->index));
	for (size_t i = 0; i < tally->group_count; i++) {
		size_t slot = slot_of(tally, &tally->groups[i]);

		while (tally->index[slot] != 0)
			slot = (slot + 1) % INDEX_SLOTS;
		tally->index[slot] = (uint32_t)i + 1;
	}
}

void
tcp_tally_finish(struct tcp_tally *tally)
{
	if (tally->group_count < 2)
		return;
	qsort(tally->groups, tally->group_count, sizeof(*tally->groups),
	    compare_groups);
	index_again(tally);
}

/* --- ages ----------------------------------------------------------------- */

enum age {
	AGE_ENOUGH,
	AGE_TOO_YOUNG,
	AGE_UNKNOWN,
};

/* Spans keep their numbers from look to look; those that end up without a
 * connection are not written. */
static void
carry_spans(struct tcp_tally *tally)
{
	const struct tcp_tally_plan *plan = &tally->plan;
	struct tcp_span fresh = { TCP_NEVER, plan->look_ns };

	if (plan->before != NULL) {
		for (size_t i = 0; i < plan->before->spans.count; i++) {
			const struct tcp_span span =
			    tcp_history_at(plan->before, i);

			tcp_history_span(plan->after, &span);
		}
		fresh.absent_ns = plan->before->last_ns;
	}
	tally->fresh = tcp_history_span(plan->after, &fresh);
}

/* The span of a connection, remembered for the next look. */
static struct tcp_span
span_of(struct tcp_tally *tally, uint64_t cookie)
{
	const struct tcp_tally_plan *plan = &tally->plan;
	const struct tcp_span nothing = { TCP_NEVER, plan->look_ns };
	size_t span = SIZE_MAX;

	if (tally->fresh == SIZE_MAX)
		carry_spans(tally);
	if (cookie == 0 || tally->fresh == SIZE_MAX)
		return nothing;
	if (plan->before != NULL)
		span = tcp_history_find(plan->before, cookie);
	if (span == SIZE_MAX)
		span = tally->fresh;
	tcp_history_add(plan->after, cookie, span);
	return tcp_history_at(plan->after, span);
}

static int64_t
longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static enum age
age_of(struct tcp_tally *tally, const struct tcp_socket *socket)
{
	const struct tcp_tally_plan *plan = &tally->plan;
	const struct tcp_span span = span_of(tally, socket->cookie);
	const int64_t least = longer(plan->at_ns - span.seen_ns, 0);
	/* No connection is older than the boot, where this clock begins. */
	const int64_t most = span.absent_ns == TCP_NEVER
	    ? plan->at_ns
	    : longer(plan->at_ns - span.absent_ns, 0);

	/* Born after a moment that lies `most` ago: younger than that. */
	if (most <= plan->least_ns && plan->least_ns > 0)
		return AGE_TOO_YOUNG;
	tally->oldest_most_ns = longer(tally->oldest_most_ns, most);
	if (least < plan->least_ns)
		return AGE_UNKNOWN;
	tally->oldest_ns = longer(tally->oldest_ns, least);
	return AGE_ENOUGH;
}

/* --- counting ------------------------------------------------------------- */

/* A socket in LISTEN or CLOSED has nobody at its other end. */
static void
count_client(struct distinct *clients, const struct tcp_socket *socket)
{
	if (socket->remote_port != 0)
		distinct_add(clients, &socket->remote);
}

static void
count(struct tcp_tally *tally, const struct tcp_socket *socket, bool known)
{
	struct tcp_group *group =
	    tally->plan.by != 0 ? group_of(tally, socket) : NULL;

	if (tally->plan.ages)
		count_client(&tally->possible, socket);
	if (known) {
		tally->connections++;
		tally->in_state[socket->state]++;
		count_client(&tally->clients, socket);
	} else {
		tally->unknown++;
	}
	if (group == NULL)
		tally->ungrouped += tally->plan.by != 0;
	else if (known)
		group->connections++;
	else
		group->unknown++;
}

void
tcp_tally_add(const struct tcp_socket *socket, void *context)
{
	struct tcp_tally *tally = context;
	enum age age = AGE_ENOUGH;

	if (tally->plan.ages)
		age = age_of(tally, socket);
	if (age == AGE_TOO_YOUNG)
		tally->younger++;
	else
		count(tally, socket, age == AGE_ENOUGH);
}

/* --- sockets that listen -------------------------------------------------- */

/* inet_csk_reqsk_queue: a queue takes one more than its limit. */
static double
share(uint32_t waiting, uint32_t room)
{
	if (waiting == 0)
		return 0;
	return waiting >= room ? 100 : 100.0 * waiting / room;
}

void
tcp_listeners_add(const struct tcp_socket *socket, void *context)
{
	struct tcp_listeners *listeners = context;
	const uint16_t port = socket->local_port;
	const double percent = share(socket->receive_queue, socket->send_queue);

	listeners->port_bits[port / 64] |= UINT64_C(1) << port % 64;
	if (listeners->count++ > 0 && percent <= listeners->percent)
		return;
	listeners->address = socket->local;
	listeners->port = port;
	listeners->waiting = socket->receive_queue;
	listeners->room = socket->send_queue;
	listeners->percent = percent;
}

bool
tcp_listeners_have(const struct tcp_listeners *listeners, uint16_t port)
{
	return (listeners->port_bits[port / 64] >> port % 64 & 1) != 0;
}
